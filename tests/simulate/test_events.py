"""The trace of each simulated child as a table: nothing that happened is missing, and nobody is misnamed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulate.arrivals import steady_paths
from simulate.events import event_table
from simulate.once import prepare

from ..theory.test_conservation import strained, whole_service


@pytest.fixture(scope="module", params=["fast", "tracer"])
def told(request):
    scenario = strained(whole_service(months=6))
    ready = prepare(scenario, request.param)
    paths = steady_paths({"arrivals": 7.0}, scenario.as_at, 6, 1, 1)
    _, trace = ready.live(paths, None, 0)
    return ready, trace, event_table("", ready.plan, ready.clock, trace, 0)


def test_every_visit_and_every_piece_of_urgent_work_has_its_row(told):
    ready, trace, table = told
    assert len(table) == np.count_nonzero(~np.isnan(trace.entered)) + np.count_nonzero(~np.isnan(trace.urgent_began))
    for s, stage in enumerate(ready.plan.stages):
        mine = table[table["stage"] == stage.name]
        here = trace.visits.stage == s
        assert len(mine) == np.count_nonzero(~np.isnan(trace.entered[here]))
        assert mine["finished"].notna().sum() == np.count_nonzero(~np.isnan(trace.finished[here]))
    enquiries = table[table["stage"] == "enquiry"]
    assert len(enquiries) > 20
    assert enquiries["urgent"].all()
    assert set(enquiries["team"]) == {"team"}
    held = table[table["stage"] == "team"].set_index("child")["days_allocated"]
    assert (enquiries["days_entered"].to_numpy() >= held.groupby("child").min()[enquiries["child"]].to_numpy()).all()


def test_children_come_in_order_and_each_in_the_order_of_time(told):
    _, _, table = told
    assert table["child"].is_monotonic_increasing
    assert (table.groupby("child")["days_entered"].diff().dropna() >= 0).all()


def test_handovers_are_counted_and_those_who_took_over_are_named(told):
    _, trace, table = told
    assert table.loc[table["stage"] == "team", "handovers"].sum() == len(trace.handed_visit) > 0
    names = np.array(trace.roster.names)
    taken = table[table["worker"] >= 0]
    assert (taken["worker_name"].to_numpy() == names[taken["worker"]]).all()
    again = table[(table["stage"] == "team") & (table["handovers"] > 0) & table["finished"].notna()]
    assert len(again) > 0
    for row in again.itertuples():
        last = trace.roster.employed[row.last_worker]
        assert last[min(int(row.days_finished), len(last) - 1)] or last[max(int(row.days_finished) - 1, 0)]
    assert (table.loc[table["worker"] < 0, "worker_name"] == "").all()


def test_dates_are_those_of_the_working_days(told):
    ready, _, table = told
    later = table[table["days_entered"] >= 0]
    assert (later["entered"].to_numpy() == ready.clock.dates[later["days_entered"].astype(int)]).all()
    assert pd.isna(table.loc[table["days_finished"].isna(), "finished"]).all()

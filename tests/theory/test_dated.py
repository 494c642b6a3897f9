"""What changes on dates: in force is what the last date says, at the start too; what forecasts contain may change."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from simulate.visits import RETURNED

from .conftest import exponential, pool, service, staff
from .test_conservation import whole_service
from .test_stocks import plan


def dated(unit, *steps):
    return {"unit": unit, "source": "assumed", "dated": [{"from": day, "value": value} for day, value in steps]}


def all_dated(part):
    """Every number that may change on dates as one that changed long ago and will change after the end."""
    if isinstance(part, dict) and "value" in part and part["unit"] not in ("of the log", "cases", "children", ""):
        value = part["value"]
        steps = (date(1999, 1, 1), value / 2), (date(2015, 1, 1), value), (date(2030, 1, 1), value / 2)
        return dated(part["unit"], *steps)
    return {key: all_dated(value) for key, value in part.items()} if isinstance(part, dict) else part


def test_what_was_once_so_is_forgotten(live):
    """Also for what is left of the cases open at the start, and for people who have been ill."""
    usual = whole_service(months=4)
    data = usual.model_dump(mode="json", exclude_none=True)
    pieces = data["service"], data["workforce"]["absence"]["sickness"]
    for stage in pieces[0]["stages"].values():
        for name in ("effort", "least_elapsed", "lead_time", "stay", "routes", "urgent_work"):
            if name in stage:
                stage[name] = all_dated(stage[name])
    for name in ("share", "already_in_forecast", "delay"):
        pieces[0]["returns"][name] = all_dated(pieces[0]["returns"][name])
    pieces[0]["entries"] = all_dated(pieces[0]["entries"])
    data["workforce"]["absence"]["sickness"] = {**pieces[1], "away": all_dated(pieces[1]["away"])}
    line = data["workforce"]["teams"]["team"]["staff"]["people"]
    data["workforce"]["teams"]["team"]["staff"]["people"] = {
        **line,
        "leaving_per_year": all_dated(line["leaving_per_year"]),
        "time_to_fill": all_dated(line["time_to_fill"]),
    }
    data["workforce"]["roles"]["team"] = {
        **data["workforce"]["roles"]["team"],
        "hours_per_day": all_dated(data["workforce"]["roles"]["team"]["hours_per_day"]),
    }
    (one,), (two,) = live(usual, 1), live(type(usual).model_validate(data), 1)
    for name in ("entered", "allocated", "finished", "urgent_done"):
        assert np.allclose(getattr(one.trace, name), getattr(two.trace, name), rtol=0, atol=1e-6, equal_nan=True), name


def coming_back(share, counted, months=24):
    stages = {"desk": pool("desk", exponential(0.1))}
    returns = {
        "closing": ["desk"],
        "enters": "desk",
        "share": share,
        "already_in_forecast": counted,
        "delay": exponential(20, "working days"),
    }
    return service(stages, {"desk": staff(6)}, 20.0, months, returns=returns)


def test_what_the_forecast_counts_as_returns_may_change_and_adds_nobody(live, agrees):
    share = dated("share", (date(2018, 1, 1), 0.2), (date(2019, 1, 1), 0.3))
    rates = []
    for lived in live(coming_back(share, share), 8):
        assert not (lived.trace.visits.origin == RETURNED).any()
        rates.append([lived.measured.of("rereferral_rate", f"{year}-06") for year in (2018, 2019)])
    agrees([early for early, _ in rates], 0.2, 0.05)
    agrees([late for _, late in rates], 0.3, 0.05)


def test_returns_beyond_a_changing_forecast_are_the_difference(live, agrees):
    counted = dated("share", (date(2018, 1, 1), 0.1), (date(2019, 1, 1), 0.2))
    share = dated("share", (date(2018, 1, 1), 0.1), (date(2019, 1, 1), 0.4))
    early, late = [], []
    for lived in live(coming_back(share, counted), 8):
        visits, first = lived.trace.visits, np.flatnonzero(lived.trace.visits.origin != RETURNED)
        again = visits.comes_back[first] >= 0
        when = lived.clock.time_of(np.array(["2019-01-01"], dtype="datetime64[D]"))[0]
        early.append(again[visits.enters[first] < when].mean())
        # those who come in late enough come back after the end
        soon = (visits.enters[first] >= when) & (visits.enters[first] < lived.clock.days - 200)
        late.append(again[soon].mean())
    assert max(early) == 0.0
    agrees(late, 0.2, 0.05)


def test_the_urgent_share_and_the_hours_of_plans_change_on_their_date(live):
    change = date(2018, 7, 1)
    stages = {
        "desk": pool("desk", exponential(0.1), {"care": {}}),
        "care": {**plan(exponential(60, "working days")), "team": "desk"},
    }
    stages["care"]["hours_per_month"] = dated("hours per month", (AS_OF, 2), (change, 4))
    scenario = service(stages, {"desk": staff(6)}, 20.0, 12)
    data = scenario.model_dump(mode="json", exclude_none=True)
    data["service"]["entries"]["door"]["urgent_share"] = dated("share", (AS_OF, 0), (change, 1))
    (lived,) = live(type(scenario).model_validate(data), 1)
    visits, when = lived.trace.visits, lived.clock.day_of(change)
    came = visits.enters[lived.visits("desk")]
    assert np.array_equal(visits.urgent[lived.visits("desk")], came >= when)
    measured, days = lived.measured, lived.clock.working_days_of_months
    for month, hours in (("2018-06", 2), ("2018-07", 4)):
        children = measured.of("care_open_mean", month) * days[lived.clock.month_names.index(month)]
        assert measured.of("desk_hours_needed", month) == pytest.approx(children * hours * 12 / 253)


AS_OF = date(2017, 1, 1)

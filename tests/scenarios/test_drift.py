"""Practice that moves from year to year: how far, how long, together with what; and nothing where nothing is stated."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios import load
from scenarios.drift import Drift, change_between_years, departures, month_number, moved
from scenarios.faults import ScenarioError
from scenarios.parameters import drifted
from scenarios.quantity import Dated, value_at

BASE = load.load("west-sussex")
SECTION_47 = "service.stages.assessment.urgent_work.section_47.share"
KNOWN = {"from_month": "2019-04", "to_month": "2020-03"}
FIRST = month_number("2018-04")


def practice(setting: str = SECTION_47, by_year: float = 0.3, kept: float = 0.5, **more: object) -> dict[str, object]:
    return {
        "title": "x",
        "setting": setting,
        "moves": "as_odds",
        "by_year": {"value": by_year, "unit": "log odds", "source": "assumed"},
        "kept": {"value": kept, "unit": "share left after a year", "source": "assumed"},
        **more,
    }


def luck(replication: int):
    def normals(purpose: str, count: int) -> np.ndarray:
        return np.random.default_rng([replication, *purpose.encode()]).standard_normal(count)

    return normals


def paths(drift: Drift, first: int = FIRST, months: int = 60, replications: int = 3000) -> dict[str, np.ndarray]:
    """Departures: replications down, months across."""
    runs = [departures(drift, date(2018, 3, 31), first, months, luck(r)) for r in range(replications)]
    return {name: np.array([run[name] for run in runs]) for name in runs[0]}


@pytest.mark.parametrize("steps", ["every_month", "every_april"])
@pytest.mark.parametrize("kept", [0.0, 0.5, 1.0])
def test_a_year_s_average_changes_as_stated(steps: str, kept: float) -> None:
    drift = Drift.model_validate({"known": KNOWN, "steps": steps, "practices": {"a": practice(kept=kept)}})
    found = paths(drift)["a"]
    years = found.reshape(len(found), 5, 12).mean(axis=2)
    assert np.abs(years[:, 1]).max() < 1e-12, "it is as it was measured, on average over the measured year"
    for before in range(4):
        assert (years[:, before + 1] - years[:, before]).std() == pytest.approx(0.3, rel=0.06)
    growth = change_between_years(kept, 3, 12 if steps == "every_month" else 1) / change_between_years(
        kept, 1, 12 if steps == "every_month" else 1
    )
    assert (years[:, 4] - years[:, 1]).std() == pytest.approx(0.3 * growth**0.5, rel=0.06)
    if steps == "every_april":
        assert (found.reshape(-1, 12) == found.reshape(-1, 12)[:, :1]).all()


def test_the_change_between_years_is_theory_s() -> None:
    assert change_between_years(1.0, 1, 1) == pytest.approx(1)
    assert change_between_years(0.5, 1, 1) == pytest.approx(2 * (1 - 0.5))
    assert change_between_years(0.5, 2, 1) == pytest.approx(2 * (1 - 0.25))
    fine = change_between_years(1.0, 2, 365) / change_between_years(1.0, 1, 365)
    assert fine == pytest.approx((2 - 1 / 3) / (1 - 1 / 3), rel=0.001), "averages of a Brownian path"


@pytest.mark.parametrize("steps", ["every_month", "every_april"])
def test_every_start_and_horizon_meets_the_same_path(steps: str) -> None:
    practices = {"a": practice(), "b": practice(kept=1.0)}
    drift = Drift.model_validate({"known": KNOWN, "steps": steps, "practices": practices})
    whole = departures(drift, date(2018, 3, 31), FIRST, 48, luck(1))
    later = departures(drift, date(2019, 11, 30), month_number("2019-12"), 12, luck(1))
    for name in whole:
        assert whole[name][20:32] == pytest.approx(later[name], abs=1e-12)


def test_steps_go_together_as_stated() -> None:
    others = {"a": practice(kept=1.0), "b": practice(kept=1.0, moves_with={"a": -0.6}), "c": practice(kept=1.0)}
    found = paths(Drift.model_validate({"steps": "every_month", "practices": others}), months=24, replications=1500)
    steps = {name: np.diff(values, axis=1).ravel() for name, values in found.items()}
    assert np.corrcoef(steps["a"], steps["b"])[0, 1] == pytest.approx(-0.6, abs=0.02)
    assert np.corrcoef(steps["a"], steps["c"])[0, 1] == pytest.approx(0.0, abs=0.02)


@given(value=st.floats(0, 1), by=st.floats(-5, 5))
def test_odds_stay_shares_and_amounts_stay_counts(value: float, by: float) -> None:
    share = moved(value, by, "as_odds")
    assert 0 <= share <= 1
    assert moved(share, -by, "as_odds") == pytest.approx(value, abs=1e-9)
    assert moved(value, by, "as_ratio") == pytest.approx(value * np.exp(by))
    assert moved(value, by, "as_amount") == max(value + by, 0)


def test_without_drift_nothing_is_touched() -> None:
    assert BASE.drift is None
    assert drifted(BASE, luck(0)) is BASE


def test_what_drifts_is_dated_by_month_and_the_rest_stays() -> None:
    asked = load.changed(BASE, {"drift": {"steps": "every_month", "practices": {"a": practice()}}}, "x")
    world = drifted(asked, luck(0))
    share = world.service.stages["assessment"].urgent_work["section_47"].share  # type: ignore[union-attr]
    assert isinstance(share, Dated)
    assert [step.from_ for step in share.dated][:2] == [date(2020, 12, 1), date(2021, 1, 1)]
    assert share.dated[-1].from_ >= date(2022, 11, 1)
    assert len({step.value for step in share.dated}) == len(share.dated)
    assert world.workforce == asked.workforce
    assert world.service.entries == asked.service.entries


def test_steps_of_its_own_are_kept_and_move_too() -> None:
    steps = [{"from": "2020-12-01", "value": 0.2}, {"from": "2021-02-15", "value": 0.4}]
    own = {"unit": "share of assessments", "source": "assumed", "dated": steps}
    drift = {"practices": {"a": practice(moves="as_ratio")}}
    plain = load.changed(BASE, {"drift": drift}, "x")
    asked = load.changed(BASE, {SECTION_47: own, "drift": drift}, "x")

    def share(world: object, day: date) -> float:
        return value_at(world.service.stages["assessment"].urgent_work["section_47"].share, day)  # type: ignore[attr-defined]

    one, two = drifted(plain, luck(3)), drifted(asked, luck(3))
    for day in (date(2021, 2, 14), date(2021, 2, 15), date(2022, 5, 3)):
        stated = 0.2 if day < date(2021, 2, 15) else 0.4
        assert share(two, day) / stated == pytest.approx(share(one, day) / 0.2945), "what-if and base share a path"


def test_a_step_in_the_last_month_is_kept_where_days_off_end_the_month_before_the_first() -> None:
    """30 October 2020 is a Friday, so the first working day is in November."""
    steps = [{"from": "2020-10-01", "value": 0.2}, {"from": "2020-12-14", "value": 0.4}]
    own = {"unit": "share of assessments", "source": "assumed", "dated": steps}
    drift = {"practices": {"a": practice(moves="as_ratio")}}
    settings = {"as_at": "2020-10-30", "horizon_months": 2, SECTION_47: own, "drift": drift}
    world = drifted(load.changed(BASE, settings, "x"), luck(0))
    share = world.service.stages["assessment"].urgent_work["section_47"].share  # type: ignore[union-attr]
    days = [date(2020, 10, 1), date(2020, 11, 1), date(2020, 12, 1), date(2020, 12, 14)]
    assert [step.from_ for step in share.dated] == days  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("practices", "words"),
    [
        ({"a": practice("service.stages.assesment.effort.mean")}, "did you mean 'assessment'"),
        ({"a": practice("service.stages.assessment.effort")}, "is not a number with a unit and a source"),
        ({"a": practice("service.stages.assessment.effort.sigma")}, "cannot change on dates"),
        ({"a": practice("service.stages.assessment.effort.mean")}, "must be a share between 0 and 1, not 5.8"),
        ({"a": practice(), "b": practice()}, "drifts already"),
        ({"a": practice(moves_with={"c": 0.5})}, "there is no other practice 'c'"),
        (
            {
                "a": practice(),
                "b": practice("service.stages.assessment.routes.cla.share", moves_with={"a": 0.9}),
                "c": practice("service.stages.conference.routes.cp.share", moves_with={"a": 0.9, "b": -0.9}),
            },
            "cannot all hold at once",
        ),
    ],
)
def test_what_cannot_drift_is_named(practices: dict[str, object], words: str) -> None:
    if "sigma" in words or "dates" in words:
        practices["a"]["moves"] = "as_ratio"  # type: ignore[index]
    with pytest.raises(ScenarioError, match=words):
        load.changed(BASE, {"drift": {"practices": practices}}, "x")


def test_a_fault_has_its_line(tmp_path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "name: mine\ntitle: m\nquestion: q\nbased_on: west-sussex\nchange:\n  drift:\n"
        "    known: {from_month: 2020-03, to_month: 2019-04}\n    practices:\n      a:\n        title: x\n"
        "        setting: service.stages.assessment.routes.cla.shar\n        moves: as_odds\n"
        "        by_year: {value: 0.2, unit: log odds, source: assumed}\n",
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError) as found:
        load.load(tmp_path / "mine.yaml")
    assert [(fault.line, fault.setting) for fault in found.value.faults] == [
        (7, "drift.known.to_month"),
        (11, "drift.practices.a.setting"),
    ]


def test_settings_that_move_alike_stay_alike() -> None:
    moving = practice("service.returns.share", moves="as_odds", also=["service.returns.already_in_forecast"])
    world = drifted(load.changed(BASE, {"drift": {"practices": {"a": moving}}}, "x"), luck(3))
    returns = world.service.returns
    assert returns is not None
    assert isinstance(returns.share, Dated)
    assert returns.share.dated == returns.already_in_forecast.dated  # type: ignore[union-attr]
    assert len({step.value for step in returns.share.dated}) > 1


@pytest.mark.parametrize(
    ("also", "words"),
    [
        ("service.returns.shar", "also.0.*there is no setting.*did you mean 'share'"),
        ("service.returns.share", "also.0.*drifts already"),
        ("service.returns.within_months", "also.0.*there is no setting"),
    ],
)
def test_what_cannot_move_alike_is_named(also: str, words: str) -> None:
    moving = practice("service.returns.share", also=[also], moves="as_odds")
    with pytest.raises(ScenarioError, match=words):
        load.changed(BASE, {"drift": {"practices": {"a": moving}}}, "x")

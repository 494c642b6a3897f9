"""What matters most against functions whose answer is known: Ishigami's shares, straight lines, exact ranges."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from report import emulator
from report.emulator import Emulator, fit
from report.sensitivity import shares_of_variance, sobol, telling, tornado, widest
from report.smooth import fit_surface
from scenarios.design import latin_hypercube
from scenarios.faults import ScenarioError
from scenarios.load import load
from scenarios.sweep import Range

FTE = "workforce.teams.assessment.staff.experienced.fte"
EFFORT = "service.stages.assessment.effort.mean"
BASE = load("west-sussex")


def ishigami(x: np.ndarray) -> np.ndarray:
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_shares_of_variance_are_those_that_ishigami_published() -> None:
    ranges = [(name, -np.pi, np.pi) for name in ("a", "b", "c")]
    found = shares_of_variance(ishigami, ranges, points=2**12).set_index("setting")
    first = {"a": 0.3139, "b": 0.4424, "c": 0.0}  # Ishigami and Homma 1990, closed form with a = 7, b = 0.1
    total = {"a": 0.5576, "b": 0.4424, "c": 0.2437}
    for name in ranges:
        assert found.loc[name[0], "first"] == pytest.approx(first[name[0]], abs=0.03)
        assert found.loc[name[0], "total"] == pytest.approx(total[name[0]], abs=0.03)


def swept(function, members: int = 40, noise: float = 0.0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A sweep of two settings by Latin hypercube and what a function gives in each member."""
    ranges = {FTE: Range(low=70, high=110), EFFORT: Range(low=4, high=16)}
    points = list(latin_hypercube(ranges, members, 1))
    rng = np.random.default_rng(2)
    rows = pd.DataFrame([{"member": f"m{at}", **point} for at, point in enumerate(points)])
    values = [function(point[FTE], point[EFFORT]) + noise * rng.normal() for point in points]
    summary = pd.DataFrame({"member": rows["member"], "measure": "open", "unit": "children", "mean": values})
    return rows, summary


def bent(fte: float, effort: float) -> float:
    """Open cases that rise steeply once work outgrows hours, as in a queue."""
    return 800 + 400 * np.logaddexp(0, 5 * (effort / fte * 11 - 1))


def test_a_straight_line_is_followed_exactly() -> None:
    fitted = fit(*swept(lambda fte, effort: 2000 - 10 * fte + 30 * effort))
    answer = fitted.predict({FTE: 91.5, EFFORT: 7.25}).iloc[0]
    assert answer["mean"] == pytest.approx(2000 - 915 + 217.5, rel=1e-4)
    assert fitted.errors["open"].explained > 0.9999


def test_a_bend_is_foreseen_within_the_error_it_states() -> None:
    fitted = fit(*swept(bent, members=80, noise=5.0))
    rng = np.random.default_rng(3)
    points = [(rng.uniform(75, 105), rng.uniform(5, 15)) for _ in range(100)]
    wrong = [fitted.predict({FTE: f, EFFORT: e})["mean"].item() - bent(f, e) for f, e in points]
    error = fitted.errors["open"]
    assert np.sqrt(np.mean(np.square(wrong))) < 2 * error.typical
    assert error.typical < 30
    assert error.explained > 0.98
    assert error.inside > 0.85


def test_noise_alone_is_not_explained() -> None:
    fitted = fit(*swept(lambda fte, effort: 0.0 * fte * effort, members=40, noise=1.0))
    assert fitted.errors["open"].explained < 0.3


def test_it_refuses_outside_its_range_and_names_the_nearest_setting() -> None:
    fitted = fit(*swept(bent))
    with pytest.raises(ScenarioError, match="outside the runs behind the emulator"):
        fitted.predict({FTE: 150})
    with pytest.raises(ScenarioError, match=f"did you mean '{FTE}'"):
        fitted.predict({FTE + "e": 90})
    with pytest.raises(ScenarioError, match="not a number or a date"):
        fitted.predict({FTE: "many"})


def test_an_emulator_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    fitted = fit(*swept(bent), base="west-sussex")
    emulator.write(fitted, tmp_path / "emulator.json")
    again = emulator.read(tmp_path / "emulator.json")
    assert isinstance(again, Emulator)
    pd.testing.assert_frame_equal(again.predict({FTE: 90}), fitted.predict({FTE: 90}))


def test_dates_are_numbers_and_words_are_not() -> None:
    members, summary = swept(bent)
    dated = members.assign(start=[f"2021-{1 + at % 12:02d}-01" for at in range(len(members))])
    assert fit(dated, summary).predict({"start": "2021-06-15"}).shape[0] == 1
    with pytest.raises(ScenarioError, match="needs numbers or dates"):
        fit(members.assign(leaving=["handover", "finish"] * 20), summary)
    with pytest.raises(ScenarioError, match="same in every member"):
        fit(members.assign(same=1.0), summary)
    with pytest.raises(ScenarioError, match="at least 15 members"):
        fit(members.head(10), summary)


def test_the_shares_of_an_emulated_line_are_those_of_its_slopes() -> None:
    fitted = fit(*swept(lambda fte, effort: 10 * fte + 30 * effort))
    found = sobol(fitted, BASE).set_index("setting")
    variances = {FTE: (10 * 40) ** 2, EFFORT: (30 * 12) ** 2}
    for name, variance in variances.items():
        low, high = (fitted.low[fitted.settings.index(name)], fitted.high[fitted.settings.index(name)])
        assert high - low == pytest.approx(40 if name == FTE else 12, rel=0.05)
        assert found.loc[name, "first"] == pytest.approx(variance / sum(variances.values()), abs=0.03)
        assert found.loc[name, "total"] == pytest.approx(found.loc[name, "first"], abs=0.02)


def test_a_smooth_surface_is_the_same_whenever_it_is_fitted() -> None:
    inputs = np.random.default_rng(1).random((30, 2))
    one, two = (fit_surface(inputs, np.sin(3 * inputs[:, 0]) + inputs[:, 1]) for _ in range(2))
    assert one.logs.tobytes() == two.logs.tobytes()


def one_at_a_time() -> tuple[dict[str, dict[str, float]], pd.DataFrame]:
    members = {"m1": {}, "m2": {FTE: 70.0}, "m3": {FTE: 110.0}, "m4": {EFFORT: 4.0}, "m5": {EFFORT: 16.0}}
    moves = {"m1": 0, "m2": 50, "m3": -30, "m4": -200, "m5": 300}
    luck = np.random.default_rng(1).normal(1000, 100, 20)
    own = np.random.default_rng(2).normal(0, 1, (5, 20))
    parts = [
        pd.DataFrame({"member": name, "replication": np.arange(20), "value": luck + moves[name] + own[at]})
        for at, name in enumerate(members)
    ]
    rows = pd.concat(parts).assign(measure="assessment_open", place="assessment", unit="children", period="all")
    return members, rows


def test_the_widest_bar_comes_first_and_swings_are_paired() -> None:
    table = tornado(*one_at_a_time(), BASE)
    assert list(table["setting"]) == [EFFORT, FTE]
    assert table["swing"].tolist() == pytest.approx([500, -80], abs=1.5)
    assert (table["swing_high"] - table["swing_low"] < 2).all()
    assert table["certain"].all()
    assert table["title"].iloc[1] == "Assessment and intervention teams, experienced, posts"
    assert table["low_value"].tolist() == [4.0, 70.0]


def test_a_tornado_needs_its_base() -> None:
    members, rows = one_at_a_time()
    del members["m1"]
    with pytest.raises(ValueError, match="needs the base"):
        tornado(members, rows, BASE)


def test_what_is_not_foreseen_or_never_differs_is_not_shared_out() -> None:
    noise = fit(*swept(lambda fte, effort: 0.0 * fte * effort, members=40, noise=1.0))
    assert sobol(noise, BASE).empty
    same = fit(*swept(lambda fte, effort: 0.998 + 1e-13 * fte * effort))
    (error,) = same.errors.values()
    assert (error.typical, error.explained) == (0.0, 0.0)
    assert sobol(same, BASE).empty


def test_the_widest_are_taken_over_all_measures_and_never_one_that_moves_nothing() -> None:
    rows = [  # three settings move the first measure, one of them by too little to be shown; another moves the second
        ("open", "children", "a", 100.0, True),
        ("open", "children", "b", 20.0, True),
        ("open", "children", "c", 0.01, True),
        ("open", "children", "d", 0.0, False),
        ("on_time", "share of ends", "d", -0.2, True),
        ("on_time", "share of ends", "a", 0.15, False),
        ("on_time", "share of ends", "e", 0.0, False),
    ]
    table = pd.DataFrame(rows, columns=["measure", "measure_unit", "setting", "swing", "certain"])
    table = table.assign(base_mean=50.0, low_mean=50.0, high_mean=50.0 + table["swing"])
    assert telling(table).tolist() == [True, True, False, False, True, False, False]
    assert widest(table, 6) == ["a", "d", "b", "c"]
    assert widest(table, 2) == ["a", "d"]


@pytest.mark.parametrize(("unit", "least", "most"), [("children", 0.0, np.inf), ("share of ends", 0.0, 1.0)])
def test_an_emulator_answers_nothing_that_no_run_could_give(unit: str, least: float, most: float) -> None:
    rows, summary = swept(lambda fte, effort: (fte - 80) / 20 + 0.0 * effort, noise=0.05)
    fitted = fit(rows, summary.assign(unit=unit, mean=summary["mean"].clip(0, 1)))
    answers = pd.concat([fitted.predict({FTE: f, EFFORT: 10.0}) for f in (72, 80, 90, 100, 108)])
    assert answers["low"].min() == least
    assert answers[["mean", "low", "high"]].to_numpy().max() <= most
    assert (answers["low"] <= answers["mean"]).all()
    assert (answers["mean"] <= answers["high"]).all()

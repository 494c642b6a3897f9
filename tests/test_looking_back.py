"""The back-test as it is told: whom it scores, which half of the rule failed, and what it could not test."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from forecast.backtest import rate, reasons
from forecast.faults import FiguresError
from frontdoor.cli import app
from frontdoor.looking_back import WHOLES, make_backtest
from frontdoor.screen import stage

QUIET = stage(quiet=True)


def written(folder: Path, months: dict[str, int]) -> Path:
    """Invented referrals of areas, each so many months up to December 2019."""
    rows = []
    for at, (area, many) in enumerate(months.items()):
        counts = np.random.default_rng(at).poisson(100 * (at + 1), many)
        span = pd.period_range(end="2019-12", periods=many, freq="M").astype(str)
        rows.append(pd.DataFrame({"area": area, "measure": "referrals", "month": span, "count": counts}))
    path = folder / "mine.csv"
    pd.concat(rows).to_csv(path, index=False)
    return path


def scores(wape: float, cover: float) -> pd.DataFrame:
    return pd.DataFrame({"model": ["combined", "flat_mean"], "wape": [wape, 10.0], "cover_80": [cover, 0.8]})


@pytest.mark.parametrize(
    ("wape", "cover", "word", "why"),
    [
        (9.0, 0.80, "good", ()),
        (9.0, 0.90, "fair", ("the ranges are too wide",)),
        (9.0, 0.99, "poor", ("the ranges are too wide",)),
        (9.0, 0.50, "poor", ("the ranges are too narrow",)),
        (10.4, 0.80, "fair", ("a simple rule, flat mean, missed by less",)),
        (12.0, 0.90, "poor", ("a simple rule, flat mean, missed by less",)),
        (12.0, 0.40, "poor", ("a simple rule, flat mean, missed by less", "the ranges are too narrow")),
    ],
)
def test_a_word_that_is_not_good_says_which_half_of_the_rule_failed(
    wape: float, cover: float, word: str, why: tuple[str, ...]
) -> None:
    assert rate(scores(wape, cover)) == word
    assert reasons(scores(wape, cover)) == why


def test_children_are_counted_once_and_areas_that_cannot_be_tested_are_named(tmp_path: Path) -> None:
    path = written(tmp_path, {"England": 60, "South East": 60, "Here": 60, "New": 30, "There": 54})
    panel = make_backtest(path, None, "referrals", 3, QUIET)
    assert set(panel.errors["area"]) == {"Here", "There"}
    assert panel.name == "backtest_2-areas_referrals"
    assert "not tested, for too few months: New." in panel.verdict
    assert "Of 2 areas the middle one was missed by" in panel.verdict
    origins = [row.removeprefix("from ") for row in panel.short["months"] if row.startswith("from ")]
    assert origins == sorted(origins)
    assert "1 to 3 months ahead" in panel.verdict


def test_england_is_tested_where_it_is_named_and_says_that_its_ranges_are_wide(tmp_path: Path) -> None:
    path = written(tmp_path, {"England": 48, "Here": 48})
    panel = make_backtest(path, ["England"], "Referrals", 1, QUIET)
    assert set(panel.errors["area"]) == {"England"}
    assert WHOLES in panel.verdict
    assert "the forecast of 1 month ahead" in panel.verdict
    assert WHOLES not in make_backtest(path, ["Here"], "referrals", 1, QUIET).verdict


def test_estimated_months_are_not_scored_as_if_they_were_counts() -> None:
    assert "estimated by month" in make_backtest(None, None, "CP open", 1, QUIET).verdict
    assert "estimated by month" not in make_backtest(None, None, "referrals", 1, QUIET).verdict


def test_a_measure_that_the_file_lacks_is_told_with_the_file(tmp_path: Path) -> None:
    with pytest.raises(FiguresError, match=r"mine\.csv: there are no figures of cp_open to test; there are referrals"):
        make_backtest(written(tmp_path, {"Here": 48}), None, "cp_open", 3, QUIET)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("--measure", "referals"), "--measure: unknown measure 'referals'; did you mean 'referrals'?"),
        (("--area", "Hear"), "--area: no area 'Hear' in mine.csv; did you mean 'Here'"),
        (("--area", "Qqq"), "--area: no area 'Qqq' in mine.csv; it has 4 areas, such as Here, Nowhere, Other"),
    ],
)
def test_typing_faults_end_with_2_and_the_nearest_right_word(tmp_path: Path, typed: tuple[str, str], said: str) -> None:
    path = written(tmp_path, {"Here": 12, "Nowhere": 12, "Other": 12, "There": 12})
    done = CliRunner().invoke(app, ["backtest", str(path), *typed, "--out", str(tmp_path / "out")])
    assert done.exit_code == 2
    assert said in done.stderr

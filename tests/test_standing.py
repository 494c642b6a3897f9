"""Where a forecast stands: the month that was typed, and whether enough is known by then."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from forecast.faults import FiguresError
from frontdoor.checking import check
from frontdoor.cli import app
from frontdoor.outlook import Outlook, make_forecast
from frontdoor.screen import stage
from frontdoor.standing import LEAST_MONTHS, MOST_BEHIND, month_typed, out_of_time
from report.phrases import about
from report.tables import known_to

QUIET = stage(quiet=True)


def table(months: pd.PeriodIndex, unknown: int = 0) -> pd.DataFrame:
    """Figures of referrals of which the last few months were not counted."""
    counts = [100.0 + i % 7 for i in range(len(months))]
    counts[len(counts) - unknown :] = [float("nan")] * unknown
    return pd.DataFrame({"measure": "referrals", "month": months, "count": counts})


def written(folder: Path, months: int, *, unknown: int = 0, measure: str = "referrals") -> Path:
    path = folder / "mine.csv"
    rows = table(pd.period_range("2018-01", periods=months, freq="M"), unknown)
    rows = rows.assign(area="Here", measure=measure, count=[f"{c:.0f}" if c == c else "c" for c in rows["count"]])
    rows[["area", "measure", "month", "count"]].to_csv(path, index=False)
    return path


def forecast(file: Path, as_at: str | None = None) -> Outlook:
    return make_forecast(file, area=None, as_at=as_at, horizon=3, paths=20, seed=1, stage=QUIET)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("garbage", ""),
        ("2020-13", ""),
        ("31/02/2020", ""),
        ("2020-11-31", ""),
        ("2019", ""),
        ("2020Q3", ""),
        ("", ""),
        ("05/06/2020", "; did you mean 2020-06?"),
        ("Nov 2020", "; did you mean 2020-11?"),
        ("2020-11-30", "; did you mean 2020-11?"),
    ],
)
def test_what_is_no_month_is_said_to_be_none(typed: str, hint: str) -> None:
    done = CliRunner().invoke(app, ["forecast", "--as-at", typed])
    assert done.exit_code == 2
    assert f"--as-at: must be a month as in 2020-11, not {typed!r}{hint}" in done.stderr


@given(st.integers(1990, 2060), st.integers(1, 12))
def test_a_month_is_read_as_it_is_written(year: int, month: int) -> None:
    assert str(month_typed(f"{year}-{month:02d}")) == f"{year}-{month:02d}"


@given(st.integers(0, 30), st.integers(0, 30))
def test_a_forecast_needs_a_year_of_counts_that_ended_no_longer_ago_than_two(months: int, later: int) -> None:
    known = table(pd.period_range("2018-01", periods=months, freq="M"))
    as_at = (pd.Period("2017-12", freq="M") + months + later).end_time.date()
    assert (out_of_time(as_at, known) == "") == (months >= LEAST_MONTHS and later <= MOST_BEHIND)


@given(st.integers(13, 30), st.integers(0, 12))
def test_months_without_a_count_are_months_not_known(months: int, unknown: int) -> None:
    known = table(pd.period_range("2018-01", periods=months, freq="M"), unknown)
    as_at = (pd.Period("2017-12", freq="M") + months).end_time.date()
    assert (out_of_time(as_at, known) == "") == (months - unknown >= LEAST_MONTHS)
    seen = known.assign(month=known["month"].astype(str))
    assert known_to(seen, as_at) == (pd.Period("2017-12", freq="M") + months - unknown).end_time.date()


@pytest.mark.parametrize(
    ("months", "unknown", "measure", "words"),
    [
        (1, 0, "referrals", "there is 1 month of referrals with a count, 12 are needed"),
        (24, 13, "referrals", "there are 11 months of referrals with a count, 12 are needed"),
        (24, 24, "referrals", "there are no months of referrals with a count, 12 are needed"),
        (24, 0, "contacts", "there are no months of referrals with a count, 12 are needed"),
    ],
)
def test_check_and_forecast_refuse_short_figures_in_the_same_words(
    tmp_path: Path, months: int, unknown: int, measure: str, words: str
) -> None:
    path = written(tmp_path, months, unknown=unknown, measure=measure)
    (fault,) = check(str(path)).faults
    with pytest.raises(FiguresError) as refused:
        forecast(path)
    for said in (str(fault), str(refused.value)):
        assert "mine.csv" in said
        assert f"{words}" in said
        assert "source: steady" in said


def test_check_notes_the_area_of_several_that_is_too_short(tmp_path: Path) -> None:
    path = written(tmp_path, 24)
    path.write_text(path.read_text(encoding="utf-8") + "New,referrals,2019-12,5\n", encoding="utf-8")
    found = check(str(path))
    assert not found.faults
    assert [note for note in found.notes if "New: there is 1 month of referrals" in note]


def test_a_date_before_a_year_is_known_or_long_after_the_last_count_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, 24)
    for as_at, words in (("2018-11", "by then there are 11 months"), ("2030-01", "121 months after the last known")):
        with pytest.raises(FiguresError, match=f"--as-at: is .*{words}"):
            forecast(path, as_at)


@pytest.mark.parametrize(("months", "unknown", "as_at"), [(24, 3, None), (21, 0, "2019-12")])
def test_a_gap_before_the_forecast_is_said_on_screen_chart_and_source(
    tmp_path: Path, months: int, unknown: int, as_at: str | None
) -> None:
    made = forecast(written(tmp_path, months, unknown=unknown), as_at)
    (fan,) = made.exhibits
    assert made.paths.as_at == date(2019, 12, 31)
    assert "Referrals are known to 30 September 2019" in made.heading
    assert "data to 30 September 2019" in fan.source
    assert "The 3 months before the forecast are not known." in fan.alternative
    assert "known to Sep 2019" in [text.get_text() for text in fan.figure().findobj(_is_text)]


def test_one_month_ahead_is_drawn_as_a_bar_and_said_as_one(tmp_path: Path) -> None:
    made = make_forecast(written(tmp_path, 24), area=None, as_at=None, horizon=1, paths=20, seed=1, stage=QUIET)
    assert "1 month ahead" in made.heading
    (axes,) = [ax for ax in made.exhibits[0].figure().axes if ax.collections]
    widths = [band.get_datalim(axes.transData).width for band in axes.collections]
    assert len(widths) == 3
    assert all(20 < width < 31 for width in widths)


def test_notes_on_figures_keep_their_place(tmp_path: Path) -> None:
    notes = [line for line in forecast(written(tmp_path, 24, unknown=2)).heading.splitlines() if "Note:" in line]
    assert [note.split(":")[1] for note in notes] == [
        " mine.csv, row 24, column count",
        " mine.csv, row 25, column count",
    ]


def test_the_title_of_a_chart_is_of_the_middle_future(tmp_path: Path) -> None:
    made = forecast(written(tmp_path, 24))
    middle = pd.Series(made.paths.of("referrals").mean(axis=1)).median()
    assert f"about {about(middle)} a month" in made.exhibits[0].title


def _is_text(artist: object) -> bool:
    return hasattr(artist, "get_text")

"""The back-test as commands give it: a verdict, short tables to print, whole tables to keep."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from forecast import backtest as rolling
from forecast import bundled
from forecast import observed as figures_in
from forecast.faults import AREA_ASKED, Fault, FiguresError, did_you_mean, fold
from forecast.lanes import is_estimated
from forecast.national import is_whole
from forecast.observed import Observed
from forecast.paths import MEASURES
from forecast.phases import restricted_months
from frontdoor.screen import Stage
from simulate.store import new_folder, write_table

PANEL_ORIGINS, PANEL_HORIZON = 8, 12  # months back, and ahead at most
MOST_NAMED = 8  # areas
WHOLES = (
    "ranges are learnt on authorities; England and regions vary less, so that their ranges are wider than they need be."
)
FEW_HORIZONS = (1, 3, 6, 12)
OURS, PLAIN = "combined", "seasonal_naive"


@dataclass(frozen=True)
class Panel:
    """A back-test: scores by model, origin and horizon (`table`), every error behind them, and the word for it.

    `short`: misses by origin and at a few horizons, ours beside last year's figure and the best baseline of all.
    `name`: of the folder that it is written to.
    """

    name: str
    table: pd.DataFrame
    errors: pd.DataFrame
    short: pd.DataFrame
    verdict: str


def make_backtest(figures: Path | None, areas: list[str] | None, measure: str, horizon: int, stage: Stage) -> Panel:
    """Back-test the forecast of one measure for one area or several.

    Without `areas`: every authority of the file. England and regions hold the same children again, and are tested
    where they are named. Raises FiguresError for a measure or an area that is not there.
    """
    name = _measure(measure)
    if areas or figures is None:
        chosen = [of_area(figures, area) for area in areas or [bundled.AREA]]
    else:
        whole = figures_in.read(figures)
        own = [area for area in whole.areas if not is_whole(area)]
        chosen = [whole.only(area) for area in own or whole.areas]
    if not any(name in one.measures for one in chosen):
        held = ", ".join(dict.fromkeys(held for one in chosen for held in one.measures))
        words = f"there are no figures of {name} to test; there are {held}"
        raise FiguresError([Fault(str(figures), None, None, words)])
    parts = {one.areas[0]: past_errors(one, (name,), horizon, stage) for one in chosen}
    tested = [area for area, part in parts.items() if len(part)]
    errors = pd.concat(parts.values(), ignore_index=True)
    if len(errors):
        errors = errors.sort_values("origin", kind="stable", ignore_index=True)
    scored = tested or list(parts)
    place = scored[0] if len(scored) == 1 else f"{len(scored)} areas"
    table = rolling.summary(errors, ("model", "origin", "horizon")) if len(errors) else errors
    notes = [_not_tested([area for area in parts if area not in tested])] if 0 < len(tested) < len(parts) else []
    if guessed := [one for one in chosen if is_estimated(one, name)]:
        notes.append(
            f"{name} of {guessed[0].areas[0]} is estimated by month: these are scores on estimates, not counts."
        )
    if any(is_whole(area) for area in tested):
        notes.append(WHOLES)
    told = "\n".join([verdict(errors, horizon), *_over_areas(errors, tested), *(f"Note: {note}" for note in notes)])
    return Panel(f"backtest_{file_name(place)}_{name}", table, errors, _short(errors), told)


def _measure(typed: str) -> str:
    """The measure that was typed: "CP open" is cp_open. Raises FiguresError for none."""
    name = fold(typed).replace(" ", "_")
    if name not in MEASURES:
        hint = did_you_mean(typed, MEASURES) or f"; it is one of {', '.join(MEASURES)}"
        raise FiguresError([Fault("--measure", None, None, f"unknown measure {typed!r}{hint}")])
    return name


def _not_tested(areas: list[str]) -> str:
    """Which areas have too few months to look back on, the first few by name."""
    more = f" and {len(areas) - MOST_NAMED} more" if len(areas) > MOST_NAMED else ""
    return f"not tested, for too few months: {', '.join(areas[:MOST_NAMED])}{more}."


def _over_areas(errors: pd.DataFrame, tested: list[str]) -> list[str]:
    """The error of the middle one of several areas: that of all months together is mostly that of the largest."""
    if len(tested) < 2:
        return []
    by_area = rolling.summary(errors[errors["model"] == OURS], ("area",)).set_index("area")["wape"]
    worst = str(by_area.idxmax())
    return [
        f"Of {len(tested)} areas the middle one was missed by {by_area.median():.1f} %, {worst} by most "
        f"({by_area.max():.0f} %). The figures above are of all months together."
    ]


def of_area(figures: Path | None, area: str | None) -> Observed:
    """Every figure of one area of a file, or of the figures that ship; a file of one area needs no name.

    Raises FiguresError where the area is not there, or is not named and there are several.
    """
    if figures is None and area not in (None, bundled.AREA):
        words = f"the figures that ship are of {bundled.AREA}; for {area} give a file, such as the department's table"
        raise FiguresError([Fault("--area", None, None, words)])
    try:
        whole = bundled.west_sussex() if figures is None else figures_in.read(figures, area=area)
    except FiguresError as error:
        typed = [replace(one, file="--area", column=None) for one in error.faults if one.column == AREA_ASKED]
        raise FiguresError([*typed, *(one for one in error.faults if one.column != AREA_ASKED)]) from None
    if len(whole.areas) > 1:
        words = f"the file has {len(whole.areas)} areas, such as {', '.join(whole.areas[:3])}: say which with --area"
        raise FiguresError([Fault(str(figures), None, None, words)])
    return whole.only(whole.areas[0])


def past_errors(known: Observed, measures: tuple[str, ...], horizon: int, stage: Stage) -> pd.DataFrame:
    """Errors of the forecast and the baselines at past origins, for measures that are published by month."""
    parts = []
    with stage("Looking back", len(measures)) as advance:
        for measure in measures:
            series = known.series(measure) if _is_counted(known, measure) else None
            origins = rolling.default_origins(series, horizon)[-PANEL_ORIGINS:] if series else ()
            if series and origins:
                lockdown = tuple(restricted_months())
                parts.append(rolling.errors([series], origins=origins, horizon=horizon, lockdown=lockdown))
            advance(1)
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _is_counted(known: Observed, measure: str) -> bool:
    """Whether any month of a measure was counted."""
    return bool(known.table.loc[known.table["measure"] == measure, "count"].notna().any())


def verdict(errors: pd.DataFrame, horizon: int) -> str:
    """How good the forecast has been, against the baselines, in words and a few figures; `horizon`: months ahead."""
    if errors.empty:
        return "How good the forecast has been cannot be said: the history is too short to look back on."
    if not errors["actual"].sum() > 0:
        return "How good the forecast has been cannot be said: nothing was counted in the months looked back on."
    scores = rolling.summary(errors, ("model",)).sort_values("wape")
    ours, naive = (scores.set_index("model").loc[name] for name in (OURS, PLAIN))
    origins = errors["origin"].nunique()
    why = f": {' and '.join(wrong)}" if (wrong := rolling.reasons(errors)) else ""
    ahead = f"1 to {horizon} months" if horizon > 1 else "1 month"
    lines = [
        f"How good it has been: {rolling.rate(errors)}{why}. Looking back from {origins} months, the forecast of "
        f"{ahead} ahead missed by "
        f"{ours['wape']:.0f} % on average (last year's figure: {naive['wape']:.0f} %), and "
        f"{100 * ours['cover_80']:.0f} % of months fell in the range meant to hold 80 %.",
        scores[["model", "wape", "mase", "crps", "bias", "cover_80", "cover_95"]].to_string(
            index=False, float_format=lambda number: f"{number:.2f}"
        ),
    ]
    return "\n".join(lines)


def _short(errors: pd.DataFrame) -> pd.DataFrame:
    """By origin, then at a few horizons: WAPE of ours, of last year's figure and of the best baseline; coverage."""
    if errors.empty or not errors["actual"].sum() > 0:
        return pd.DataFrame()
    over_all = rolling.summary(errors, ("model",)).set_index("model")["wape"].drop(OURS)
    best = str(over_all.idxmin())
    late = errors[errors["horizon"].isin(FEW_HORIZONS)]
    parts = [_beside(errors, "origin", best), _beside(late, "horizon", best)]
    return pd.concat(parts, ignore_index=True)


def _beside(errors: pd.DataFrame, by: str, best: str) -> pd.DataFrame:
    scores = rolling.summary(errors, ("model", by))
    missed = scores.pivot_table(index=by, columns="model", values="wape", sort=False)
    ours = scores[scores["model"] == OURS].set_index(by)
    what = {"origin": "from {}", "horizon": "{} ahead"}[by]
    return pd.DataFrame(
        {
            "months": [what.format(one) for one in ours.index],
            "wape": missed[OURS].to_numpy(),
            f"wape {PLAIN}": missed[PLAIN].to_numpy(),
            f"wape {best}": missed[best].to_numpy(),
            "bias": ours["bias"].to_numpy(),
            "cover_80": ours["cover_80"].to_numpy(),
            "cover_95": ours["cover_95"].to_numpy(),
        }
    )


def file_name(area: str) -> str:
    """An area's name as part of a file's name: "Kingston upon Hull, City of" is kingston-upon-hull-city-of."""
    return "-".join("".join(c if c.isalnum() else " " for c in area.lower()).split())


def write_backtest(panel: Panel, out: Path) -> Path:
    """Write a back-test's tables to a folder of its own; returns the folder."""
    with new_folder(out, panel.name) as folder:
        panel.table.to_csv(folder / "backtest.csv", index=False)
        panel.short.to_csv(folder / "short.csv", index=False)
        write_table(panel.errors, folder / "errors.parquet")
    return out / panel.name

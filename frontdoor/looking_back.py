"""The back-test as commands give it: a verdict, short tables to print, whole tables to keep."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from forecast import backtest as rolling
from forecast import bundled
from forecast import observed as figures_in
from forecast.faults import Fault, FiguresError
from forecast.observed import Observed
from forecast.phases import restricted_months
from frontdoor.screen import Stage
from simulate.store import new_folder, write_table

PANEL_ORIGINS = 8
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
    """Back-test the forecast of one measure for one area or several."""
    if areas or figures is None:
        chosen = [of_area(figures, area) for area in areas or [bundled.AREA]]
    else:
        whole = figures_in.read(figures)
        chosen = [whole.only(area) for area in whole.areas]
    parts = [past_errors(one, (measure,), horizon, stage) for one in chosen]
    errors = pd.concat(parts, ignore_index=True)
    place = chosen[0].areas[0] if len(chosen) == 1 else f"{len(chosen)} areas"
    table = rolling.summary(errors, ("model", "origin", "horizon")) if len(errors) else errors
    return Panel(f"backtest_{file_name(place)}_{measure}", table, errors, _short(errors), verdict(errors))


def of_area(figures: Path | None, area: str | None) -> Observed:
    """Every figure of one area of a file, or of the figures that ship; a file of one area needs no name.

    Raises FiguresError where the area is not there, or is not named and there are several.
    """
    if figures is None and area not in (None, bundled.AREA):
        words = f"the figures that ship are of {bundled.AREA}; for {area} give a file, such as the department's table"
        raise FiguresError([Fault("--area", None, None, words)])
    whole = bundled.west_sussex() if figures is None else figures_in.read(figures, area=area)
    if len(whole.areas) > 1:
        words = f"the file has {len(whole.areas)} areas, such as {', '.join(whole.areas[:3])}: say which with --area"
        raise FiguresError([Fault(str(figures), None, None, words)])
    return whole.only(whole.areas[0])


def past_errors(known: Observed, measures: tuple[str, ...], horizon: int, stage: Stage) -> pd.DataFrame:
    """Errors of the forecast and the baselines at past origins, for measures that are published by month."""
    parts = []
    with stage("Looking back", len(measures)) as advance:
        for measure in measures:
            series = known.series(measure)
            origins = rolling.default_origins(series, horizon)[-PANEL_ORIGINS:]
            if origins:
                lockdown = tuple(restricted_months())
                parts.append(rolling.errors([series], origins=origins, horizon=horizon, lockdown=lockdown))
            advance(1)
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def verdict(errors: pd.DataFrame) -> str:
    """How good the forecast has been, against the baselines, in words and a few figures."""
    if errors.empty:
        return "How good the forecast has been cannot be said: the history is too short to look back on."
    if not errors["actual"].sum() > 0:
        return "How good the forecast has been cannot be said: nothing was counted in the months looked back on."
    scores = rolling.summary(errors, ("model",)).sort_values("wape")
    ours, naive = (scores.set_index("model").loc[name] for name in (OURS, PLAIN))
    origins = errors["origin"].nunique()
    lines = [
        f"How good it has been: {rolling.rate(errors)}. Looking back from {origins} months, the forecast missed by "
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

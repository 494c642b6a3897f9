"""Back-test: what would we have said then, and how wrong was it? Rolling origins against the baselines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from forecast.models import BASELINES, MODELS, Model
from forecast.scores import CRPS_LEVELS, crps, seasonal_scale
from forecast.series import Series

COVERS = (0.5, 0.8, 0.95)
SCALED_UNTIL = "2020-02"  # MASE and CRPS are scaled by the change on the year before, before lockdown


def _scored(series: Series, model: Model, origin: pd.Period, horizon: int, lockdown: tuple[str, ...]) -> pd.DataFrame:
    known, ahead = series.until(origin), series.until(origin + horizon)
    actual = ahead.y[len(known) :]
    outlook = model.outlook(known, len(actual), lockdown=tuple(m for m in lockdown if m <= str(origin)))
    point = outlook.quantiles([0.5])[0.5]
    before = known.months <= pd.Period(SCALED_UNTIL, freq="M")
    scale = seasonal_scale(known.y[before] if before.sum() > 13 else known.y)
    rows = {
        "area": series.area,
        "measure": series.measure,
        "model": model.name,
        "origin": str(origin),
        "horizon": np.arange(1, len(actual) + 1),
        "month": ahead.months[len(known) :].astype(str),
        "actual": actual,
        "forecast": point,
        "scale": scale,
        "crps": crps(actual, outlook.quantiles(CRPS_LEVELS)),
    }
    for share in COVERS:
        low, high = ((1 - share) / 2, (1 + share) / 2)
        q = outlook.quantiles([low, high])
        rows[f"in_{share * 100:.0f}"] = np.where(np.isfinite(actual), (actual >= q[low]) & (actual <= q[high]), np.nan)
    return pd.DataFrame(rows)


def default_origins(series: Series, horizon: int, *, least: int = 36, step: int = 3) -> tuple[str, ...]:
    """Origins every `step` months that leave `least` months before and `horizon` after, oldest first."""
    last = len(series) - horizon
    return tuple(str(series.months[i - 1]) for i in range(last, least - 1, -step)[::-1])


def errors(
    series: Sequence[Series],
    models: Iterable[str | Model] = ("combined", *BASELINES),
    *,
    origins: Sequence[str] | None = None,
    horizon: int = 12,
    lockdown: tuple[str, ...] = (),
) -> pd.DataFrame:
    """One row per series, model, origin and horizon: what was forecast, what happened, and the scores of it.

    Columns: area, measure, model, origin, horizon, month, actual, forecast (median), scale, crps, in_50, in_80,
    in_95. `models`: names in MODELS, or objects that keep the Model contract. Only months up to the origin reach
    a model. Raises ValueError for an unknown model or where no origin fits.
    """
    asked = list(models)
    unknown = [name for name in asked if isinstance(name, str) and name not in MODELS]
    if unknown:
        raise ValueError(f"unknown models {unknown}; there are {sorted(MODELS)}")
    chosen = [MODELS[one] if isinstance(one, str) else one for one in asked]
    parts = []
    for one in series:
        starts = default_origins(one, horizon) if origins is None else origins
        for origin in (pd.Period(o, freq="M") for o in starts):
            if one.months[0] < origin < one.last and np.isfinite(one.until(origin).y).sum() >= 3:
                parts += [_scored(one, model, origin, horizon, lockdown) for model in chosen]
    if not parts:
        raise ValueError("no origin leaves a month before it and a month after it")
    return pd.concat(parts, ignore_index=True)


def summary(errors: pd.DataFrame, by: Sequence[str] = ("model", "origin")) -> pd.DataFrame:
    """Scores by model and whatever else is named: WAPE %, MASE, scaled CRPS, bias %, coverage 50, 80, 95 %.

    Months without a count are left out. Columns: those of `by`, months, wape, mase, crps, bias, cover_50, ...
    """
    seen = errors[np.isfinite(errors["actual"])]
    miss = (seen["forecast"] - seen["actual"]).abs()
    work = seen.assign(miss=miss, mase=miss / seen["scale"], scaled=seen["crps"] / seen["scale"])
    work = work.assign(over=work["forecast"] - work["actual"])
    grouped = work.groupby(list(by), sort=False)
    total = grouped["actual"].sum()
    table = pd.DataFrame(
        {
            "months": grouped.size(),
            "wape": 100 * grouped["miss"].sum() / total,
            "mase": grouped["mase"].mean(),
            "crps": grouped["scaled"].mean(),
            "bias": 100 * grouped["over"].sum() / total,
        }
    )
    for share in COVERS:
        table[f"cover_{share * 100:.0f}"] = grouped[f"in_{share * 100:.0f}"].mean()
    return table.reset_index()


def backtest(
    series: Series | Sequence[Series],
    models: Iterable[str] = ("combined", *BASELINES),
    *,
    origins: Sequence[str] | None = None,
    horizon: int = 12,
    lockdown: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Scores by model, origin and horizon; see `summary` for the columns."""
    many = [series] if isinstance(series, Series) else list(series)
    table = errors(many, models, origins=origins, horizon=horizon, lockdown=lockdown)
    return summary(table, ("model", "origin", "horizon"))


GOOD_AGAINST_BEST = 1.0  # decision 0107: error against the best baseline's
FAIR_AGAINST_BEST = 1.05
COVER_GOOD, COVER_FAIR = 0.08, 0.15


WORDS = ("good", "fair", "poor")


def rate(errors: pd.DataFrame, model: str = "combined") -> str:
    """ "good", "fair" or "poor": the word for a model in a table of `errors` or of `summary` by model.

    Good: no baseline would have been better (WAPE), and the 80 % intervals covered 72 to 88 %. Fair: within 5 % of the
    best baseline, and they covered 65 to 95 %. Poor: all else. Rule: decision record 0107.
    """
    return WORDS[max(_halves(errors, model).values())]


def reasons(errors: pd.DataFrame, model: str = "combined") -> tuple[str, ...]:
    """What keeps a model from a better word of `rate`, in words; empty where it is good."""
    halves = _halves(errors, model)
    worst = max(halves.values())
    return tuple(words for words, place in halves.items() if place == worst) if worst else ()


def _halves(errors: pd.DataFrame, model: str) -> dict[str, int]:
    """Place in WORDS by each half of the rule, error and ranges, under what is wrong where it is not the first."""
    table = summary(errors, ("model",)) if "actual" in errors.columns else errors
    means = table.groupby("model")[["wape", "cover_80"]].mean()
    wape = {str(name): float(value) for name, value in means["wape"].items()}
    best = min((name for name in BASELINES if name in wape), key=lambda name: wape[name])
    ratio, out = wape[model] / wape[best], float(means["cover_80"].to_dict()[model]) - 0.8
    return {
        f"a simple rule, {best.replace('_', ' ')}, missed by less": (ratio > GOOD_AGAINST_BEST)
        + (ratio > FAIR_AGAINST_BEST),
        f"the ranges are too {'wide' if out > 0 else 'narrow'}": (abs(out) > COVER_GOOD) + (abs(out) > COVER_FAIR),
    }

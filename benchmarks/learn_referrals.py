"""Learn the constants of the pooled referral model from a file of the department's layout, and write them.

    python benchmarks/learn_referrals.py ../shared/data/dfe-referrals-by-month-2013-2024-part.csv [--write]

Only areas in the file given teach; none of their figures are kept, only the shares of forecast/pool.py. The loss is
the one we are judged by: absolute error over the year's count (WAPE), summed over areas and origins, plus a ridge.
Cross-validated tables (areas in five folds, each forecast by constants learnt on the other four) are printed by
benchmarks/forecast.py --cross-validate.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize
from scipy.stats import t as student

sys.path.insert(0, str(Path(__file__).parents[1]))  # a script beside this one has the name of the package

from forecast import national, phases, pool, referrals
from forecast.baselines import pooled_pattern
from forecast.observed import read
from forecast.series import Series

Array = npt.NDArray[np.float64]
HORIZON = 12
LEAST_HISTORY = 36  # months before the first origin
RIDGE = 20.0
SMOOTH = 0.02 / HORIZON  # rounds the corner of the absolute error
START = pool.Pool(np.zeros(len(pool.FEATURES)), np.zeros(len(pool.FEATURES)), 0.5, 2.0, 0.1, 0.03, 0.06, 8.0)
SPREAD = ("noise", "counting", "stays", "wanders", "least")


@dataclass(frozen=True)
class Lesson:
    """One area at one origin: what was known, and what the next twelve months were."""

    area: str
    origin: pd.Period
    history: pool.History
    pattern: Array
    actual: Array


def series_of(path: Path) -> list[Series]:
    """Referrals of every authority in the file, reference areas left out."""
    observed = read(path)
    return [observed.series("referrals", area) for area in observed.areas if not national.is_whole(area)]


def lessons(series: Sequence[Series]) -> list[Lesson]:
    """Every area at every origin with enough history and a whole observed year after it."""
    closed = phases.restricted_months()
    found = []
    for one in series:
        for at in range(LEAST_HISTORY, len(one) - HORIZON + 1):
            known, actual = one.until(one.months[at - 1]), one.y[at : at + HORIZON]
            if not np.isfinite(actual).all() or actual.sum() == 0 or not np.isfinite(known.y[-12:]).any():
                continue
            rate = np.log(np.maximum(known.y, 0.5) / pooled_pattern(known, known.months))
            history = pool.look_back(rate, ~phases.restricted(known.months, closed))
            pattern = pooled_pattern(known, known.ahead(HORIZON))
            found.append(Lesson(str(one.area), known.last, history, pattern, actual))
    return found


def learn(from_lessons: Sequence[Lesson]) -> pool.Pool:
    """Shares by least WAPE with a ridge, then the spread by greatest likelihood of what was left."""
    features = np.array([one.history.features for one in from_lessons])
    said = np.array([one.pattern * np.exp(one.history.base) for one in from_lessons])
    actual = np.array([one.actual for one in from_lessons])
    near, count = pool.near_months(HORIZON), len(pool.FEATURES)
    total = actual.sum(axis=1, keepdims=True)

    def loss(shares: Array) -> tuple[float, Array]:
        forecast = said * np.exp((features @ shares[:count])[:, None] + np.outer(features @ shares[count:], near))
        miss = (forecast - actual) / total
        size = np.sqrt(miss**2 + SMOOTH**2)
        pull = miss / size * forecast / total
        slope = np.r_[features.T @ pull.sum(axis=1), features.T @ (pull @ near)]
        return float(size.sum() + RIDGE / 2 * shares @ shares), slope + RIDGE * shares

    shares = np.asarray(minimize(loss, np.zeros(2 * count), jac=True, method="L-BFGS-B").x)
    learnt = replace(START, level=shares[:count], near=shares[count:])
    return _spread(from_lessons, learnt)


def _spread(from_lessons: Sequence[Lesson], learnt: pool.Pool) -> pool.Pool:
    """Constants of the variance; origins whose year ahead met the first lockdown unannounced are left out.

    Origins before the shock, while it is recent, and after it weigh the same, though the first are many more: the
    intervals must hold in each.
    """
    shock, free = (pd.Period(phases.restricted_months()[i], freq="M") for i in (0, -1))
    kept = [one for one in from_lessons if not one.origin < shock <= one.origin + HORIZON]
    said = np.array([one.pattern * np.exp(pool.level_ahead(one.history, learnt, HORIZON)) for one in kept])
    misses = np.log(np.maximum([one.actual for one in kept], 0.5) / said)
    noise = np.array([[one.history.noise] for one in kept])
    change = np.array([[one.history.change] for one in kept])
    months = np.arange(1, HORIZON + 1)
    era = np.array([int(one.origin >= shock) + int(one.origin > free + referrals.FADES_MONTHS) for one in kept])
    weight = 1 / np.bincount(era, minlength=3)[era][:, None]

    def unlikely(logs: Array) -> float:
        monthly, counting, stays, wanders, least = np.exp(logs)
        variance = monthly * noise + counting / said + (stays + wanders * months) * (change**2 + least)
        scale = np.sqrt(variance)
        likely = student.logpdf(misses / scale, START.freedom) - np.log(scale)
        return -float(np.sum(weight * likely) / np.sum(weight) / HORIZON)

    start = np.log([getattr(START, name) for name in SPREAD])
    best = minimize(unlikely, start, method="Nelder-Mead", options={"maxiter": 2000, "maxfev": 2000})
    return replace(learnt, **dict(zip(SPREAD, np.exp(best.x).tolist(), strict=True)))


def as_yaml(learnt: pool.Pool, source: str, areas: int, count: int) -> str:
    """The constants as the file that ships, with unit and source of each."""
    lines = [
        "# Constants of forecast/pool.py. No authority's own figures are kept.",
        f"# Learnt from {source}: {areas} authorities, {count} origins in all.",
        "# Command: python benchmarks/learn_referrals.py FILE --write, with the file named above",
        "# Choice and cross-validation: docs/decisions/0102-pooled-referral-model.md, 0109-odd-months.md",
    ]
    for title, shares in (("level", learnt.level), ("near", learnt.near)):
        lines.append(f"{title}:")
        for name, share in zip(pool.FEATURES, shares, strict=True):
            lines.append(f"  {name}: {{value: {share:.4f}, unit: share, source: dfe-cin-c6}}")
    lines.append("spread:")
    units = {"counting": "variance per count", "least": "squared log rate", "freedom": "degrees"}
    for name in (*SPREAD, "freedom"):
        unit = units.get(name, "share")
        lines.append(f"  {name}: {{value: {getattr(learnt, name):.4f}, unit: {unit}, source: dfe-cin-c6}}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Learn, print the file, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("file", type=Path)
    parser.add_argument("--write", action="store_true", help="replace forecast/reference/referral_pool.yaml")
    asked = parser.parse_args()
    taught = lessons(series_of(asked.file))
    text = as_yaml(learn(taught), asked.file.name, len({one.area for one in taught}), len(taught))
    print(text)
    if asked.write:
        target = Path(__file__).parents[1] / "forecast" / "reference" / "referral_pool.yaml"
        target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

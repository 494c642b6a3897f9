"""Learn how much practice changes from one year to the next, from yearly figures to March 2020.

    python benchmarks/learn_drift.py [PANEL.csv] [--until 2020]

PANEL.csv as for learn_pathway.py: yearly figures of 28 authorities. What no panel shows (the mix of days that
assessments and conferences take, assessments for each referral) is read from West Sussex' own published years in
forecast/reference. Prints, for each practice of the hindcast's `drift`, on its own scale: the panel's yearly change
(spread of the middle nine tenths, less the chance of small counts), West Sussex' own, both drawn together, and `kept`.

What no panel shows: assessments for each referral taken on, and the mix of days. Each year's log odds of taking longer
lie on a line through those of the year before; its slope is how alike, its level how long. How alike: West Sussex'
own. How long: what then makes timeliness at 45 days move as the panel's and West Sussex' does. Their correlation is
half the rank correlation of West Sussex' five years, since five years say little.

Method. Scale: (95 % quantile - 5 % quantile) / 3.29. Own changes are cut at twice the panel's scale, for West Sussex
changed its regime once (2018-19). The two are drawn together as variances are in Smyth (2004, Statistical
Applications in Genetics and Molecular Biology 3: 3): weighted by their degrees of freedom, the panel's from how much
authorities' own variances differ. Kept: what change over two years, against change over one, says of how much of a
departure is left a year later.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import brentq
from scipy.special import logit, polygamma

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.learn_pathway import PANEL  # noqa: E402  (the path above must come first)

Array = npt.NDArray[np.float64]
REFERENCE = ROOT / "forecast" / "reference"
HOME = "West Sussex"
NINE_TENTHS = 3.29  # width of the middle nine tenths of a normal distribution, in standard deviations
CUT = 2.0
TARGET_BAND = 5  # the published band that ends at 45 working days
FIRST_WHOLE_YEAR = 2015  # of continuous assessments; 2013-14 brought them in


@dataclass(frozen=True)
class Practice:
    """Yearly levels, authorities down and years across, on the practice's scale; `noise`: variance of their chance.

    `factor` brings a change to the scale of the setting, at the value of 2019-20.
    """

    levels: pd.DataFrame
    noise: pd.DataFrame | float = 0.0
    factor: float = 1.0


def panel(path: Path, until: int) -> dict[str, pd.DataFrame]:
    """Yearly figures: one frame a measure, authorities down, years across."""
    long = pd.read_csv(path)
    long = long.assign(year=long["period_end"].str[:4].astype(int))
    long = long[(long["year"] <= until) & ~long["area"].isin(["England", "South East"])]
    return {
        str(name): rows.pivot_table(index="area", columns="year", values="value")
        for name, rows in long.groupby("measure")
    }


def share(some: pd.DataFrame, of: pd.DataFrame) -> Practice:
    """Logs of a share, with its chance; a change becomes one of log odds at West Sussex' last share."""
    some, of = some.where(some > 0), of.where(of > 0)
    last = float((some / of).loc[HOME].iloc[-1])
    return Practice(np.log(some / of), (1 / some - 1 / of).clip(lower=0), 1 / (1 - last))


def length(stock: pd.DataFrame, ends: pd.DataFrame) -> Practice:
    """Logs of the mean stay, by stock over yearly ends, with the chance of the ends."""
    middle, ends = (stock + stock.shift(axis=1)) / 2, ends.where(ends > 0)
    return Practice(np.log(middle / ends), 1 / ends)


def of_the_panel(wide: dict[str, pd.DataFrame]) -> dict[str, Practice]:
    """Practices that all authorities publish."""
    referrals, enquiries, conferences = wide["referrals"], wide["s47_enquiries"], wide["icpc"]
    plans, care = wide["cpp_open_31_march"], wide["cla_31_march"]
    ends = wide["cpp_started"] - plans.diff(axis=1)
    on_time = (wide["assessments_within_45_working_days_pct"] / 100).clip(0.005, 0.995)
    return {
        "assessments for each referral": Practice(1 - wide["referrals_nfa"] / referrals),
        "assessments in 45 days (log odds)": Practice(logit(on_time)),
        "section 47 for each assessment (log odds)": share(enquiries, referrals),
        "conferences for each section 47 (log odds)": share(conferences, enquiries),
        "plans for each conference (log odds)": share(wide["cpp_started"], conferences),
        "care starts for each assessment (log odds)": share(wide["cla_started"], referrals),
        "re-referrals in 12 months (log odds)": share(wide["rereferrals_within_12m_pct"] / 100 * referrals, referrals),
        "length of plans (log)": length(plans, ends),
        "length of care (log)": length(care, wide["cla_ceased"]),
        "days to conference (log)": Practice(np.log(wide["icpc_working_days_median"])),
    }


def scale(changes: Array) -> float:
    """Standard deviation of the normal distribution whose middle nine tenths are as wide."""
    seen = changes[np.isfinite(changes)]
    return float((np.quantile(seen, 0.95) - np.quantile(seen, 0.05)) / NINE_TENTHS)


def learn(practice: Practice, own: Array | None = None) -> dict[str, float]:
    """Panel's yearly change, West Sussex' own, both together, kept."""
    one, two = practice.levels.diff(axis=1), practice.levels.diff(periods=2, axis=1)
    noise = practice.noise if isinstance(practice.noise, pd.DataFrame) else practice.levels * 0 + practice.noise
    chance = float(np.nanmedian(noise + noise.shift(axis=1)))
    year = max(scale(one.to_numpy()) ** 2 - chance, 1e-6)
    pair = max(scale(two.to_numpy()) ** 2 - chance, 1e-6)
    mine = one.loc[HOME].dropna().to_numpy() if own is None else own
    cut = np.clip(mine, -CUT * year**0.5, CUT * year**0.5)
    spread = (one**2).mean(axis=1).where(one.notna().sum(axis=1) >= 3)
    years = float(one.notna().sum(axis=1).median())
    freedom = prior(np.log(spread[spread > 0].to_numpy()), years)
    both = (freedom * year + float(np.sum(cut**2))) / (freedom + len(mine))
    found = {
        "panel": year**0.5,
        "own": float(np.sqrt(np.mean(mine**2))),
        "freedom": freedom,
        "together": both**0.5,
        "kept": kept(pair / year),
    }
    return {
        name: value * (practice.factor if name in ("panel", "own", "together") else 1) for name, value in found.items()
    }


def prior(logs: Array, years: float) -> float:
    """Degrees of freedom of the panel's variance: how alike authorities' variances are (Smyth 2004, section 6.2)."""
    excess = float(np.var(logs, ddof=1)) - float(polygamma(1, years / 2))
    if excess <= float(polygamma(1, 50.0)):
        return 100.0
    return 2 * float(brentq(lambda half: float(polygamma(1, half)) - excess, 0.05, 50.0))


def kept(growth: float) -> float:
    """Share of a departure left a year later, where two years' change has `growth` times the variance of one year's.

    Of a path by year that keeps a share k, they have variances 2 (1 - k) and 2 (1 - k^2) times the path's.
    """
    return float(np.clip(growth - 1, 0.0, 1.0))


def odds_of_longer(what: str, until: int, since: int) -> pd.DataFrame:
    """Log odds of taking longer than the end of each published band, West Sussex: bands down, years across."""
    long = pd.read_csv(REFERENCE / "west_sussex_durations.csv")
    long = long[(long["area"] == HOME) & (long["what"] == what) & long["year_to_march"].between(since, until)]
    long = long.assign(count=long["count"].astype(float))
    counts = long.pivot_table(index="low", columns="year_to_march", values="count").sort_index()
    longer = 1 - counts.cumsum() / counts.sum()
    return longer.iloc[:-1].map(lambda share: float(logit(share)))


def later_and_alike(odds: pd.DataFrame) -> pd.DataFrame:
    """Each year's line through the log odds of the year before: `later` (level) and `alike` (log of slope)."""
    rows = {}
    for before, after in zip(odds.columns, odds.columns[1:], strict=False):
        slope, level = np.polyfit(odds[before].iloc[1:], odds[after].iloc[1:], 1)
        rows[after] = {"later": level, "alike": float(np.log(slope))}
    return pd.DataFrame(rows).T


def assessments_beyond(until: int) -> Array:
    """Yearly changes in assessments completed for each referral that was taken on, West Sussex."""
    long = pd.read_csv(REFERENCE / "west_sussex_annual.csv")
    wide = long.pivot_table(index="year_to_march", columns="measure", values="count")
    rate = wide["assessments"] / (wide["referrals"] - wide["no_further_action"])
    return np.asarray(rate.loc[FIRST_WHOLE_YEAR + 1 : until].diff().dropna(), dtype=np.float64)


def main() -> None:
    """Print what was learnt."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("panel", nargs="?", type=Path, default=PANEL)
    parser.add_argument("--until", type=int, default=2020)
    asked = parser.parse_args()
    practices = of_the_panel(panel(asked.panel, asked.until))
    print(f"yearly change of practice, learnt on years to March {asked.until}")
    print(f"{'practice':44s}{'panel':>8s}{'own':>8s}{'freedom':>9s}{'together':>10s}{'kept':>7s}")
    own = {"assessments for each referral": assessments_beyond(asked.until)}
    found = {name: learn(practice, own.get(name)) for name, practice in practices.items()}
    for name, one in found.items():
        cells = f"{one['panel']:8.3f}{one['own']:8.3f}{one['freedom']:9.1f}{one['together']:10.3f}{one['kept']:7.2f}"
        print(f"{name:44s}{cells}")
    lines = later_and_alike(odds_of_longer("assessment", asked.until, FIRST_WHOLE_YEAR))
    print("\nassessments: each year's log odds of taking longer, as a line through those of the year before")
    print(lines.round(2).to_string())
    alike, rank = float(np.sqrt((lines["alike"] ** 2).mean())), float(lines.corr("spearman").iloc[0, 1]) / 2
    at = float(odds_of_longer("assessment", asked.until, asked.until).iloc[TARGET_BAND, 0])
    later = longer(found["assessments in 45 days (log odds)"]["together"], alike, rank, at)
    print(
        f"how alike {alike:.2f}, how long {later:.2f}, correlation {rank:.2f} "
        f"(log odds of taking longer than 45 days in the last year: {at:.2f})"
    )
    ends = odds_of_longer("strategy discussion to conference", asked.until, asked.until).iloc[:2, 0]
    slope = float((ends.iloc[0] - ends.iloc[1]) / np.log(15 / 10))
    print(f"\nconferences: log odds of taking longer {slope * found['days to conference (log)']['together']:.2f}")
    print("\nrank correlations of yearly changes, 28 authorities")
    long = {name[:24]: one.levels.diff(axis=1).melt(ignore_index=False) for name, one in practices.items()}
    changes = pd.DataFrame({name: frame.set_index("year", append=True)["value"] for name, frame in long.items()})
    print(changes.corr("spearman").round(2).to_string())


def longer(at_target: float, alike: float, correlation: float, log_odds: float) -> float:
    """How far the level moves where the odds of being late move by `at_target` and how alike cases are by `alike`."""
    lean = correlation * log_odds * alike
    return float(-lean + np.sqrt(lean**2 - (log_odds * alike) ** 2 + at_target**2))


if __name__ == "__main__":
    main()

"""Exhibits of the service: front door, open cases, timeliness, caseloads, plans and looked-after children."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scenarios.service import Caseload, Plan, Pool
from simulate.results import Results

from . import charts, findings, tables, terms, words
from .exhibit import Exhibit
from .phrases import about, between, day, is_share, month, said, short_month, tens
from .sources import source_line
from .style import BLUE, PLUM, WIDTH, Canvas

LEFT, RIGHT = 0.72, WIDTH - 1.62
STAFF = ("_fte_at_work", "_fte_present", "_present_fte", "_fte_in_post")


def exhibits(results: Results, start: str = "") -> list[Exhibit]:
    """Every exhibit of the simulated service from one start, in reading order."""
    scenario = results.scenario
    first = next(iter(terms.stages(scenario, Caseload)), None)
    order = list(scenario.service.stages)
    pools = terms.stages(scenario, Pool)
    front = [p for p in pools if first is None or order.index(p) < order.index(first)]
    found: list[Exhibit | None] = [timeliness_panels(results, start, front, "front_door")]
    for stage in terms.stages(scenario, Caseload):
        found += [open_cases(results, start, stage), timeliness(results, start, stage)]
        found += [caseload_panels(results, start, stage), caseload_heat(results, start, stage)]
    found.append(plans(results, start))
    found += [timeliness(results, start, pool, "onward") for pool in pools if pool not in front]
    return [one for one in found if one is not None]


def _named(name: str, start: str) -> str:
    return f"{name}-{start}".strip("-").replace("_", "-").lower()


def _when(results: Results, frame: pd.DataFrame) -> str:
    return f"{results.scenario.area}, {day(frame['date'].iloc[0])} to {day(frame['date'].iloc[-1])}"


def _monthly_table(frame: pd.DataFrame, columns: dict[str, str], percent: bool = False) -> pd.DataFrame:
    scale = 100 if percent else 1
    out = pd.DataFrame({"Month": frame["period"].map(month)})
    for column, label in columns.items():
        out[label + (", %" if percent else "")] = frame[column].to_numpy(dtype=float) * scale
    return out


SPREAD = {
    "mean": "Mean",
    "mean_low": "Mean, 95% interval: low",
    "mean_high": "Mean, 95% interval: high",
    "p10": "8 of 10 futures: low",
    "p90": "8 of 10 futures: high",
}


def month_end_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """The last snapshot of each month, for the table beside a weekly chart."""
    return frame.groupby(frame["date"].dt.to_period("M"), sort=True).tail(1).reset_index(drop=True)


def open_cases(results: Results, start: str, stage: str) -> Exhibit | None:
    """Open cases, those waiting for a worker, and staff at work, one above the other on one time axis."""
    opened = tables.weekly(results, start, f"{stage}_open")
    row = findings.stock(results, start, f"{stage}_open")
    if not len(opened) or row is None:
        return None
    name = terms.name(results.scenario, f"{stage}_open")
    waiting = tables.weekly(results, start, f"{stage}_waiting")
    staff = next((t for t in (tables.weekly(results, start, f"{stage}{s}") for s in STAFF) if len(t)), pd.DataFrame())
    parts = [(name, opened)]
    parts += [("Waiting for a worker", waiting)] if len(waiting) else []
    parts += [("Staff at work, full-time equivalents", staff)] if len(staff) else []
    kept = month_end_rows(opened)
    columns = {"Date": kept["date"].map(day)}
    for label, frame in [(words.upper(name), opened), *parts[1:]]:
        part = month_end_rows(frame)
        columns |= {f"{label}: mean": part["mean"], f"{label}: 8 of 10 futures, low": part["p10"]}
        columns[f"{label}: 8 of 10 futures, high"] = part["p90"]
    told = words.band_alternative(name, "by week", "", opened.iloc[0], opened.iloc[-1])
    if len(waiting):
        last = waiting.iloc[-1]
        told += f" Of them about {about(waiting['mean'].iloc[0])} wait for a worker at the start and about {about(last['mean'])} at the end."
    if len(staff):
        told += f" Staff at work go from about {about(staff['mean'].iloc[0])} to about {about(staff['mean'].iloc[-1])} full-time equivalents."
    return Exhibit(
        name=_named(f"{stage}-open", start),
        section="assessment",
        title=words.stock_title(name, row),
        subtitle=f"Simulated: {name}, those waiting, and staff; {_when(results, opened)}",
        alternative=told,
        source=source_line(results),
        table=tables.shown(pd.DataFrame(columns)),
        height=3.4 + 1.45 * (len(parts) - 1),
        draw=lambda on: _draw_open(on, parts),
    )


def _draw_open(on: Canvas, parts: list[tuple[str, pd.DataFrame]]) -> None:
    floor = 0.42
    for i, (title, frame) in reversed(list(enumerate(parts))):
        tall = on.height - floor - 0.34 if i == 0 else 1.0
        ax = on.panel(LEFT, floor, RIGHT, floor + tall)
        charts.panel_title(ax, words.upper(title))
        x = charts.days(frame["date"])
        charts.counts_axis(ax, float(frame["p975"].max()), float(frame["p025"].min()))
        charts.date_axis(ax, x[0], x[-1], RIGHT - LEFT)
        if i == 0:
            pairs = [(s, frame[a].to_numpy(), frame[b].to_numpy()) for s, a, b in ((0.95, "p025", "p975"), (0.8, "p10", "p90"), (0.5, "p25", "p75"))]  # fmt: skip
            marks = [(y, w, BLUE) for y, w in charts.nested_bands(ax, x, pairs)]
            marks.append((float(frame["p50"].iloc[-1]), "middle future", BLUE))
            charts.line(ax, x, frame["p50"].to_numpy(), BLUE, (0, (4, 2)))
            charts.start_point(ax, x[0], float(frame["p50"].iloc[0]))
        else:
            charts.band(ax, x, frame["p10"].to_numpy(), frame["p90"].to_numpy(), 1)
            charts.line(ax, x, frame["p50"].to_numpy(), BLUE, (0, (4, 2)))
            marks = [(float(frame["p90"].iloc[-1]), "8 of 10 futures", BLUE), (float(frame["p50"].iloc[-1]), "middle future", BLUE)]  # fmt: skip
        charts.labels_right(ax, marks, tall)
        if i < len(parts) - 1:
            ax.tick_params(labelbottom=False)
        floor += tall + 0.45


def _target(results: Results, start: str, measure: str) -> pd.DataFrame:
    table = tables.promises(results, start)
    return table[table["measure"] == measure]


def _window(results: Results, stage: str, start: str) -> str | None:
    """The timeliness measure to show: with a target; else the stage's own limit; else the longest."""
    present = [m for m in tables.measures_in(results, start) if (w := terms.within(m)) and w.stage == stage]
    targets = [t.measure for t in results.scenario.targets.values() if t.measure in present]
    own = getattr(results.scenario.service.stages.get(stage), "target_working_days", None)
    limits = [m for m in present if (w := terms.within(m)) and w.days == own]
    longest = sorted(present, key=lambda m: w.days if (w := terms.within(m)) else 0)[-1:]
    return next(iter([*targets, *limits, *longest]), None)


def timeliness(results: Results, start: str, stage: str, section: str = "assessment") -> Exhibit | None:
    """Share done in time by month against the target, with the futures out of ten that keep it each month."""
    measure = _window(results, stage, start)
    rows = tables.monthly(results, start, measure) if measure else pd.DataFrame()
    whole = tables.whole(results, start, measure) if measure else None
    if measure is None or not len(rows) or whole is None:
        return None
    rows = rows[rows["mean"].notna()].reset_index(drop=True)
    name = terms.name(results.scenario, measure)
    promised = _target(results, start, measure)
    overall = promised[promised["period"] == "all"]
    by_month = promised.set_index("period")["chance"] if len(promised) else pd.Series(dtype=float)
    chances = [float(by_month.get(p, np.nan)) for p in rows["period"]]
    share = is_share(str(rows["unit"].iloc[0]))
    table = _monthly_table(rows, SPREAD, share)
    if len(overall):
        table["Futures of 10 that keep the target"] = [tens(c) if np.isfinite(c) else pd.NA for c in chances]
    named = rows.rename(columns={"p50": "p50"})
    when = f"from {month(rows['period'].iloc[0])} to {month(rows['period'].iloc[-1])}"
    told = words.band_alternative(
        f"the share of {name}", when, str(rows["unit"].iloc[0]), named.iloc[0], named.iloc[-1]
    )
    if len(overall):
        told += f" {words.promise_sentence(overall.iloc[0])}"
    limit = None
    if len(overall):
        row = overall.iloc[0]
        limit = float(row["at_least"] if pd.notna(row["at_least"]) else row["at_most"]) * (100 if share else 1)
    return Exhibit(
        name=_named(f"{stage}-timeliness", start),
        section=section,
        title=words.promise_title(overall.iloc[0]) if len(overall) else words.timely_title(name, whole),
        subtitle=f"Simulated: {name}, {results.scenario.area}, {month(rows['period'].iloc[0])} to {month(rows['period'].iloc[-1])}",
        alternative=told,
        source=source_line(results),
        table=tables.shown(table),
        height=3.9,
        draw=lambda on: _draw_timeliness(on, rows, share, limit, chances if len(overall) else []),
    )


def _draw_timeliness(on: Canvas, rows: pd.DataFrame, share: bool, limit: float | None, chances: list[float]) -> None:
    strip = 0.62 if chances else 0.0
    tall = on.height - 0.58 - strip
    ax = on.panel(LEFT, 0.42 + strip, RIGHT, 0.42 + strip + tall)
    x = charts.middles(rows["period"])
    scale = 100 if share else 1
    low, mid, high = (rows[p].to_numpy(dtype=float) * scale for p in ("p10", "p50", "p90"))
    least = min(float(np.nanmin(low)), 100 if limit is None else limit)
    if share:
        charts.percent_axis(ax, max(0.0, 10 * np.floor(least / 10) - 10) if least > 40 else 0.0)
    else:
        charts.counts_axis(ax, float(np.nanmax(high)))
    charts.date_axis(ax, x[0] - 16, x[-1] + 16, RIGHT - LEFT)
    charts.band(ax, x, low, high, 1)
    charts.line(ax, x, mid, BLUE, (0, (4, 2)))
    marks = [(float(high[-1]), "8 of 10 futures", BLUE), (float(mid[-1]), "middle future", BLUE)]
    if limit is not None:
        ax.axhline(limit, color=PLUM, linewidth=1.5, linestyle=(0, (7, 3)), zorder=2.6)
        marks.append((limit, f"target {limit:g}{'%' if share else ''}", PLUM))
    charts.labels_right(ax, marks, tall)
    if chances:
        charts.chance_strip(on, ax, x, chances, LEFT, RIGHT)


def timeliness_panels(results: Results, start: str, stages: list[str], section: str) -> Exhibit | None:
    """Small panels, one a promise of the front door: share done in time by month, with its target."""
    present = tables.measures_in(results, start)
    wanted = [m for stage in stages for m in present if (w := terms.within(m)) and w.stage == stage][:6]
    frames = {m: tables.monthly(results, start, m).dropna(subset=["mean"]) for m in wanted}
    frames = {m: frame for m, frame in frames.items() if len(frame)}
    if not frames:
        return None
    promised = findings.promises(results, start)
    promised = promised[promised["measure"].isin(list(frames))]
    parts = []
    for measure, frame in frames.items():
        parts.append(
            _monthly_table(frame, SPREAD, True).assign(Measure=words.upper(terms.name(results.scenario, measure)))
        )
    table = pd.concat(parts, ignore_index=True)
    table = table[["Measure", *[c for c in table.columns if c != "Measure"]]]
    told = []
    for measure in frames:
        whole = tables.whole(results, start, measure)
        if whole is not None:
            unit = str(whole["unit"])
            told.append(
                f"{words.upper(terms.name(results.scenario, measure))}: about {said(whole['mean'], unit)}, {between(whole['p10'], whole['p90'], unit)} in 8 of 10 futures."
            )
    last = list(frames)[-1]
    worst = promised.loc[promised["chance"].idxmin()] if len(promised) else None
    whole = tables.whole(results, start, last)
    title = (
        words.promise_title(worst)
        if worst is not None
        else words.timely_title(
            terms.name(results.scenario, last), whole if whole is not None else frames[last].iloc[-1]
        )
    )
    limits = {
        m: next(
            (
                float(t.at_least) * 100
                for t in results.scenario.targets.values()
                if t.measure == m and t.at_least is not None
            ),
            None,
        )
        for m in frames
    }
    first = frames[last]["period"].iloc[0]
    return Exhibit(
        name=_named("front-door-timeliness", start),
        section=section,
        title=title,
        subtitle=f"Simulated: work done in time at the front door, {results.scenario.area}, {month(first)} to {month(frames[last]['period'].iloc[-1])}",
        alternative="Small line charts, one for each measure. " + " ".join(told),
        source=source_line(results),
        table=tables.shown(table),
        height=0.3 + 2.35 * ((len(frames) + 1) // 2),
        draw=lambda on: _draw_panels(
            on, {terms.name(results.scenario, m): f for m, f in frames.items()}, list(limits.values())
        ),
    )


def _draw_panels(on: Canvas, frames: dict[str, pd.DataFrame], limits: list[float | None]) -> None:
    least = min(float(f["p10"].min()) for f in frames.values()) * 100
    least = min([least, *[v for v in limits if v is not None]])
    floor = max(0.0, 10 * np.floor(least / 10) - 10) if least > 40 else 0.0
    for i, ((name, frame), limit) in enumerate(zip(frames.items(), limits, strict=True)):
        left = 0.72 + (i % 2) * (WIDTH - 0.4) / 2
        right = left + (WIDTH - 0.4) / 2 - 0.95
        top = on.height - 0.36 - (i // 2) * 2.35
        ax = on.panel(left, top - 1.62, right, top)
        charts.panel_title(ax, words.upper(name), right - left)
        x = charts.middles(frame["period"])
        charts.percent_axis(ax, floor)
        charts.date_axis(ax, x[0] - 16, x[-1] + 16, right - left)
        charts.band(ax, x, 100 * frame["p10"].to_numpy(dtype=float), 100 * frame["p90"].to_numpy(dtype=float), 1)
        charts.line(ax, x, 100 * frame["p50"].to_numpy(dtype=float), BLUE, (0, (4, 2)))
        if limit is not None:
            charts.level(ax, limit, f"target {limit:g}%", PLUM)


def caseload_panels(results: Results, start: str, stage: str) -> Exhibit | None:
    """Open cases per FTE over time with the guide, for up to six teams (the six highest where there are more)."""
    ranked = findings.caseloads(results, start, stage)
    if not len(ranked):
        return None
    measure = f"{stage}_caseload_per_fte"
    chosen = ranked.head(6).sort_values("place", key=lambda p: p.map(_natural), kind="stable")
    frames = {row["title"]: tables.monthly(results, start, measure, row["place"]) for _, row in chosen.iterrows()}
    frames = {title: frame.dropna(subset=["mean"]) for title, frame in frames.items()}
    frames = {title: frame for title, frame in frames.items() if len(frame)}
    if not frames:
        return None
    guide = findings.guide(results.scenario, stage)
    top = ranked.iloc[0]
    which = f"; the {len(frames)} highest of {len(ranked)} teams" if len(ranked) > len(frames) else ""
    parts = [_monthly_table(frame, SPREAD).assign(Team=title) for title, frame in frames.items()]
    table = pd.concat(parts, ignore_index=True)
    any_frame = next(iter(frames.values()))
    span = f"{month(any_frame['period'].iloc[0])} to {month(any_frame['period'].iloc[-1])}"
    return Exhibit(
        name=_named(f"{stage}-caseload", start),
        section="assessment",
        title=words.caseload_title(top, guide),
        subtitle=f"Simulated: open cases per full-time equivalent worker{which}, {results.scenario.area}, {span}",
        alternative="Line chart of open cases per full-time worker by month"
        + (", a panel a team. " if len(frames) > 1 else ". ")
        + words.caseload_sentence(len(ranked), top, guide),
        source=source_line(results),
        table=tables.shown(table[["Team", *[c for c in table.columns if c != "Team"]]]),
        height=3.9 if len(frames) == 1 else 0.3 + 2.3 * ((len(frames) + 1) // 2),
        draw=lambda on: _draw_caseload(on, frames, guide),
    )


def _natural(place: str) -> tuple[str, int]:
    head = place.rstrip("0123456789")
    return head, int(place[len(head) :] or 0)


def _draw_caseload(on: Canvas, frames: dict[str, pd.DataFrame], guide: float | None) -> None:
    top_value = max([float(f["p90"].max()) for f in frames.values()] + ([guide * 1.1] if guide else []))
    single = len(frames) == 1
    for i, (title, frame) in enumerate(frames.items()):
        if single:
            left, right, low, high = LEFT, RIGHT, 0.42, on.height - 0.16
        else:
            left = 0.6 + (i % 2) * (WIDTH - 0.4) / 2
            right = left + (WIDTH - 0.4) / 2 - 0.85
            high = on.height - 0.36 - (i // 2) * 2.3
            low = high - 1.57
        ax = on.panel(left, low, right, high)
        x = charts.middles(frame["period"])
        charts.counts_axis(ax, top_value)
        charts.date_axis(ax, x[0] - 16, x[-1] + 16, right - left)
        bottom, middle, upper = (frame[p].to_numpy(dtype=float) for p in ("p10", "p50", "p90"))
        charts.band(ax, x, bottom, upper, 1)
        charts.line(ax, x, middle, BLUE, (0, (4, 2)))
        if guide is not None:
            charts.level(ax, guide, f"guide {guide:g}" if i == 0 else "", PLUM)
        if single:
            charts.labels_right(
                ax, [(upper[-1], "8 of 10 futures", BLUE), (middle[-1], "middle future", BLUE)], high - low
            )
        else:
            charts.panel_title(ax, title, right - left)


def caseload_heat(results: Results, start: str, stage: str) -> Exhibit | None:
    """Heat map of caseload per FTE, team by month, the value in every cell; None for a single team."""
    grid = tables.caseload_grid(results, start, f"{stage}_caseload_per_fte")
    if len(grid) < 2:
        return None
    grid = grid.loc[sorted(grid.index, key=_natural)]
    titles = [terms.team_title(results.scenario, place) for place in grid.index]
    quarterly = len(grid.columns) > 1 and str(pd.Period(grid.columns[0], freq="M") + 1) != grid.columns[1]
    table = grid.rename(columns=lambda p: short_month(p)).reset_index(drop=True)
    table.insert(0, "Team", titles)
    shared = titles[0].rpartition(": ")[0]
    if shared and all(t.startswith(shared + ": ") for t in titles):
        titles = [words.upper(t.rpartition(": ")[2]) for t in titles]
    mean = grid.mean(axis=1)
    high, low = titles[int(np.argmax(mean))], titles[int(np.argmin(mean))]
    return Exhibit(
        name=_named(f"{stage}-caseload-heat", start),
        section="assessment",
        title=f"{high} carries most, {low} least"
        if mean.max() - mean.min() >= 0.5
        else "Teams carry much the same load",
        subtitle=f"Simulated: open cases per full-time worker, mean over futures, by {'quarter (its first month)' if quarterly else 'month'}",
        alternative=f"Heat map of open cases per full-time worker. {high} averages about {about(float(mean.max()))}, {low} about {about(float(mean.min()))}. The table holds every cell.",
        source=source_line(results),
        table=tables.shown(table),
        height=0.62 + 0.33 * len(grid),
        draw=lambda on: charts.heat(on, grid.to_numpy(dtype=float), titles, [short_month(p) for p in grid.columns]),
    )


def plans(results: Results, start: str) -> Exhibit | None:
    """Children on plans and looked after: simulated stocks, with the published counts that followed."""
    scenario = results.scenario
    found = []
    for stage in terms.stages(scenario, Plan):
        measure = f"{stage}_open"
        frame = tables.weekly(results, start, measure)
        row = findings.stock(results, start, measure)
        if len(frame) and row is not None:
            found.append((measure, frame, row))
    if not found:
        return None
    found = found[:4]
    parts, told, guessed = [], [], []
    for measure, frame, row in found:
        name = terms.name(scenario, measure)
        seen = _after(results, measure, frame)
        kept = month_end_rows(frame)
        table = pd.DataFrame(
            {
                "Measure": words.upper(name),
                "Month": kept["date"].map(month),
                "Mean": kept["mean"],
                "8 of 10 futures: low": kept["p10"],
                "8 of 10 futures: high": kept["p90"],
                "What happened next": kept["date"]
                .dt.to_period("M")
                .astype(str)
                .map(seen.set_index("month")["count"])
                .astype(float),
            }
        )
        parts.append(table)
        told.append(words.stock_sentence(name, row))
        if len(seen) and (seen["status"] == "estimated").any():
            guessed.append(name)
    every = pd.concat(parts, ignore_index=True)
    if every["What happened next"].isna().all():
        every = every.drop(columns="What happened next")
    lead = [(m, r) for m, _, r in found if m in ("cp_open", "cla_open")] or [(found[0][0], found[0][2])]
    short = {"cp_open": "protection plans", "cla_open": "looked-after children"}
    ways = [(short.get(m, terms.name(scenario, m)), words.direction(r["chance_higher"])) for m, r in lead[:2]]
    keys = [k for m, f, _ in found for k in _after(results, m, f)["source"]]
    return Exhibit(
        name=_named("plans-and-care", start),
        section="onward",
        title=words.plans_title(ways),
        subtitle=f"Simulated: children at each date{' (estimated history)' if guessed else ''}, {_when(results, found[0][1])}",
        alternative="Line charts, one for each kind of plan. " + " ".join(told),
        source=source_line(results, keys),
        table=tables.shown(every),
        label=words.estimated(guessed),
        height=0.3 + 2.6 * ((len(found) + 1) // 2),
        draw=lambda on: _draw_plans(
            on, results, [(terms.name(scenario, m), f, _after(results, m, f)) for m, f, _ in found]
        ),
    )


def _after(results: Results, measure: str, frame: pd.DataFrame) -> pd.DataFrame:
    seen = tables.observed(results, measure)
    first, last = (str(pd.Period(d, freq="M")) for d in (frame["date"].iloc[0], frame["date"].iloc[-1]))
    return seen[(seen["month"] >= first) & (seen["month"] <= last) & seen["count"].notna()] if len(seen) else seen


def _draw_plans(on: Canvas, results: Results, parts: list[tuple[str, pd.DataFrame, pd.DataFrame]]) -> None:
    for i, (name, frame, seen) in enumerate(parts):
        left = 0.72 + (i % 2) * (WIDTH - 0.3) / 2
        right = left + (WIDTH - 0.3) / 2 - 0.95
        top = on.height - 0.36 - (i // 2) * 2.6
        ax = on.panel(left, top - 1.86, right, top)
        charts.panel_title(ax, words.upper(name), right - left)
        x = charts.days(frame["date"])
        after = seen["count"].to_numpy(dtype=float)
        extremes = np.concatenate([frame["p975"], frame["p025"], after])
        charts.counts_axis(ax, float(extremes.max()), float(extremes.min()))
        charts.date_axis(ax, x[0], x[-1], right - left)
        pairs = [
            (s, frame[a].to_numpy(), frame[b].to_numpy()) for s, a, b in ((0.95, "p025", "p975"), (0.8, "p10", "p90"))
        ]
        charts.nested_bands(ax, x, pairs)
        charts.line(ax, x, frame["p50"].to_numpy(), BLUE, (0, (4, 2)))
        if len(after):
            charts.happened(ax, charts.ends(seen["month"]), after)
        if i == 0:
            charts.key(ax, bool(len(after)))

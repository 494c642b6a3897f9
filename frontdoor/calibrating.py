"""Calibrate: what to fit and to what, read from a file; the fit, written as an overlay to run."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import Field, ValidationError

from frontdoor import api
from frontdoor.screen import Stage
from report import style
from report.calibration import Array, Calibration, Moment, Unknown, calibrate, least_points
from report.calibration_figure import exhibit
from scenarios import load as loading
from scenarios.document import Document, read, write
from scenarios.faults import Fault, ScenarioError, nearest
from scenarios.load import expanded
from scenarios.measure_names import measure_names
from scenarios.overlay import put
from scenarios.quantity import Frozen
from scenarios.schema import Scenario, Start
from scenarios.shapes import shape_faults
from simulate.clock import Clock
from simulate.periods import Periods
from simulate.store import new_folder, write_table


class Range(Frozen):
    """The range an unknown is believed to lie in."""

    low: float
    high: float


class Observation(Frozen):
    """One observed figure: a measure of the scenario in a period, and the smallest miss worth minding."""

    measure: str
    period: str
    value: float
    least_spread: float = Field(gt=0)
    source: str
    start: str | None = None

    @property
    def name(self) -> str:
        """How tables call it."""
        return f"{self.measure}, {self.period}"


class Task(Frozen):
    """What to fit (`unknowns`, by dotted setting) and to what (`observed`)."""

    unknowns: dict[str, Range] = Field(min_length=1)
    observed: tuple[Observation, ...] = Field(min_length=1)


def fewest_points(task: Task) -> int:
    """Fewest points a round that the unknowns can be fitted from."""
    return least_points(len(task.unknowns))


def read_task(path: Path, scenario: Scenario) -> Task:
    """A calibration file, checked against the scenario; raises ScenarioError with every fault."""
    document = read(path)
    faults = [*document.faults, *_wrong_settings(document, scenario)]
    faults += [*_wrong_measures(document, scenario), *_wrong_times(document, scenario)]
    try:
        task = Task.model_validate(document.data)
    except ValidationError as error:
        raise ScenarioError([*faults, *shape_faults(document, error, Task.model_json_schema())]) from None
    if len(task.observed) < len(task.unknowns):
        words = f"{len(task.unknowns)} unknowns need as many observed figures; there are {len(task.observed)}"
        faults.append(document.fault(("observed",), words))
    if faults:
        raise ScenarioError(faults)
    return task


def fit(
    scenario: Scenario,
    task: Task,
    *,
    points: int,
    rounds: int,
    replications: int,
    processes: int | None,
    stage: Stage,
) -> Calibration:
    """Fit the unknowns; every point meets the same futures and the same children."""
    held = {"vary": (), "drift": None}  # what is fitted is the middle, with practice as it is stated
    small = scenario.model_copy(update={"replications": replications, "starts": _needed(scenario, task), **held})

    def simulate(settings: Mapping[str, float]) -> tuple[Array, Array]:
        results, _ = api.simulate(loading.changed(small, dict(settings), "calibration"), processes=processes)
        found = [_column(results.measures, one) for one in task.observed]
        return np.array([each.mean() for each in found]), np.array([each.std(ddof=1) for each in found])

    unknowns = [Unknown(name, reach.low, reach.high) for name, reach in task.unknowns.items()]
    moments = [Moment(one.name, one.value, one.least_spread) for one in task.observed]
    with stage("Calibrating", points * rounds) as advance:
        return calibrate(unknowns, moments, simulate, points=points, rounds=rounds, seed=scenario.seed, advance=advance)


def write_fit(fitted: Calibration, scenario: Scenario, out: Path) -> Path:
    """Write what was fitted: tables, a figure, and an overlay with the fitted values; returns the folder."""
    name = f"calibration_{scenario.name}"
    with new_folder(out, name) as folder:
        write_table(fitted.unknowns, folder / "values.parquet")
        write_table(fitted.moments, folder / "moments.parquet")
        fitted.unknowns.to_csv(folder / "values.csv", index=False)
        fitted.moments.to_csv(folder / "moments.csv", index=False)
        (folder / "fitted.yaml").write_text(write(_overlay(fitted, scenario)), encoding="utf-8", newline="\n")
        one = exhibit(fitted, scenario)
        style.write(one.figure(), folder / "figures", one.name, one.title, one.alternative)
    return out / name


def words(fitted: Calibration) -> str:
    """What the data say and what they do not, in words."""
    lines = [
        f"{row['setting']}: {row['value']:.3g} (95 % interval {row['low']:.3g} to {row['high']:.3g})"
        + ("" if row["told"] else "; the data hardly speak of it")
        + (f"; at the {row['edge']} end of the range searched, so it may lie beyond" if row["edge"] else "")
        for row in fitted.unknowns.to_dict("records")
    ]
    lines += [f"The data cannot tell {one} from {two} (correlation {rho:.2f})." for one, two, rho in fitted.alike]
    worst = max(fitted.moments.to_dict("records"), key=lambda row: abs(row["miss"]))
    lines.append(
        f"Largest miss: {worst['name']}, simulated {worst['simulated']:.3g}, observed {worst['observed']:.3g} "
        f"({abs(worst['miss']):.1f} times the spread). {fitted.simulations} points were simulated."
    )
    return "\n".join(lines)


def _needed(scenario: Scenario, task: Task) -> dict[str, Start]:
    """The starts that observed figures are looked for in: those named, or the first that reaches each period."""
    reach = _reach(scenario)
    wanted = {one.start or next((name for name in reach if one.period in reach[name]), "") for one in task.observed}
    return {name: start for name, start in scenario.starts.items() if name in wanted}


def _column(measures: pd.DataFrame, one: Observation) -> Array:
    """The values of an observed figure over replications; of the first start that reaches it, where none is named."""
    rows = measures[(measures["measure"] == one.measure) & (measures["period"] == one.period)]
    rows = rows if one.start is None else rows[rows["start"] == one.start]
    return np.asarray(rows.loc[rows["start"] == rows["start"].iloc[0], "value"], dtype=np.float64)


def _wrong_settings(document: Document, scenario: Scenario) -> list[Fault]:
    """Unknowns that are no setting, and ends of ranges that the setting cannot take."""
    data, unknowns = loading.as_data(scenario), document.data.get("unknowns")
    faults = []
    for name, reach in unknowns.items() if isinstance(unknowns, Mapping) else ():
        given = [reach.get(end) for end in ("low", "high")] if isinstance(reach, Mapping) else []
        numbers = [value for value in given if isinstance(value, int | float)]
        for value in numbers or [0.0]:  # without a number to try, the name alone is looked up
            try:
                put(data, str(name), value, "calibration", "calibration")
                if numbers:
                    loading.changed(scenario, {str(name): value}, "calibration")
            except ScenarioError as error:
                found = [document.fault(("unknowns", name), each.message) for each in error.faults]
                faults += [fault for fault in found if fault not in faults]
        if len(numbers) == 2 and numbers[1] <= numbers[0]:
            words = f"high {numbers[1]:g} must be above low {numbers[0]:g}"
            faults.append(document.fault(("unknowns", name), words))
    return faults


def _observed(document: Document) -> Iterator[tuple[int, Mapping[str, object]]]:
    """Observed figures as they are written, with their places in the list, whatever else is wrong with them."""
    given = document.data.get("observed")
    for at, one in enumerate(given if isinstance(given, list) else ()):
        if isinstance(one, Mapping):
            yield at, one


def _wrong_measures(document: Document, scenario: Scenario) -> Iterator[Fault]:
    known = measure_names(loading.as_data(scenario))
    for at, one in _observed(document):
        name = one.get("measure")
        if isinstance(name, str) and name not in known:
            yield document.fault(("observed", at, "measure"), f"unknown measure '{name}'{nearest(name, known)}")


def _wrong_times(document: Document, scenario: Scenario) -> Iterator[Fault]:
    """Observed figures of starts that there are not, and of periods that no start reaches."""
    reach = _reach(scenario)
    for at, one in _observed(document):
        start, period = one.get("start"), one.get("period")
        if isinstance(start, str) and start not in reach:
            yield document.fault(("observed", at, "start"), f"unknown start '{start}'{nearest(start, reach)}")
            continue
        periods = [name for begun in reach if start in (None, begun) for name in reach[begun]]
        if isinstance(period, str) and period not in periods:
            words = f"'{period}' is not simulated{nearest(period, periods)}"
            yield document.fault(("observed", at, "period"), words)


def _reach(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """The periods that are simulated from each start."""
    return {name: Periods(Clock(one.as_at, one.horizon_months)).names for name, one in expanded(scenario).items()}


def _overlay(fitted: Calibration, scenario: Scenario) -> dict[str, object]:
    return {
        "name": f"{scenario.name}-fitted",
        "title": f"{scenario.title}, fitted",
        "question": scenario.question,
        "based_on": scenario.name,
        "change": {row["setting"]: _quantity(row) for row in fitted.unknowns.to_dict("records")},
    }


def _quantity(row: Mapping[Hashable, float]) -> dict[str, object]:
    return {
        "value": float(f"{row['value']:.4g}"),
        "source": "calibrated by simulated moments",
        "low": float(f"{row['low']:.4g}"),
        "high": float(f"{row['high']:.4g}"),
    }

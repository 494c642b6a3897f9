"""Every exhibit of the simulated service, in the order in which a child meets it."""

from __future__ import annotations

from scenarios.service import Caseload, Pool
from simulate.results import Results

from . import terms
from .caseload import above_guide, caseload_heat, caseload_line
from .caseload_spread import caseload_spread
from .exhibit import Exhibit
from .journey import journey
from .open_cases import open_cases
from .plans import plans
from .timeliness import timeliness, timeliness_panels


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
        found += [caseload_line(results, start, stage), caseload_heat(results, start, stage)]
        found += [above_guide(results, start, stage), caseload_spread(results, start, stage)]
    found += [journey(results, start), plans(results, start)]
    found += [timeliness(results, start, pool, "onward") for pool in pools if pool not in front]
    return [one for one in found if one is not None]

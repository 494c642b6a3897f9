"""One replication, from a possible future to its measures; the service is compiled once for many."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from forecast.paths import SamplePaths
from scenarios.measure_names import Named
from scenarios.parameters import drawn, drifted
from scenarios.schema import Scenario

from . import model, pathway, tracer
from .arrivals import arrive
from .clock import Clock, Floats
from .measures import Measured, measure
from .memory import keep_memory
from .pathway import Plan
from .posts import Establishment, establish
from .streams import stream
from .trace import Trace
from .workforce import roster

ENGINES: dict[str, Callable[..., Trace]] = {"fast": model.run, "tracer": tracer.run}


@dataclass(frozen=True)
class Prepared:
    """A scenario made ready: its service compiled, its clock set, its posts laid out."""

    scenario: Scenario
    plan: Plan
    clock: Clock
    posts: Establishment
    engine: str

    @property
    def named(self) -> dict[str, Named]:
        """Every measure with its unit, title and place."""
        return dict(self.plan.measures)

    def live(self, path: SamplePaths, surge: SamplePaths | None, replication: int) -> tuple[Measured, Trace]:
        """Live through one future (`path` and `surge` hold one row each); the same numbers whenever it is asked."""
        if self.scenario.vary or self.scenario.drift is not None:
            return self._in_world(replication)._lived(path, surge, replication)
        return self._lived(path, surge, replication)

    def _lived(self, path: SamplePaths, surge: SamplePaths | None, replication: int) -> tuple[Measured, Trace]:
        seed = self.scenario.seed
        visits = arrive(self.plan, self.clock, path, replication, seed, row=0, surge=surge)
        people = roster(self.posts, seed, replication)
        trace = ENGINES[self.engine](self.plan, self.clock, visits, people)
        return measure(self.plan, self.clock, trace.roster, trace), trace

    def _in_world(self, replication: int) -> Prepared:
        """The same scenario with the numbers that one replication takes from their ranges, and its path of practice."""
        seed = self.scenario.seed

        def luck(setting: str) -> float:
            return float(stream(seed, replication, f"parameter {setting}").random())

        def normals(purpose: str, count: int) -> Floats:
            return stream(seed, replication, purpose).standard_normal(count)

        return prepare(drifted(drawn(self.scenario, luck), normals), self.engine)


def prepare(scenario: Scenario, engine: str = "fast") -> Prepared:
    """Make a scenario ready; `engine`: "fast", or "tracer", one child at a time."""
    keep_memory()
    clock = Clock(scenario.as_at, scenario.horizon_months)
    return Prepared(scenario, pathway.compile(scenario), clock, establish(scenario, clock), engine)

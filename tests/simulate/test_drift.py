"""Drift in a run: nothing where it is nought, the same practice in both of a pair, wider ranges further out."""

import numpy as np
import pytest

from scenarios.load import changed, load
from simulate.arrivals import steady_paths
from simulate.once import prepare

MONTHS, FUTURES = 24, 12
BANDS = {"distribution": "bands", "unit": "working days", "source": "assumed", "edges": [5, 30, 50], "counts": [5, 4]}
LATER = "service.stages.assessment.least_elapsed.odds_of_longer"


def drift(by_year: float, setting: str = "service.returns.share", moves: str = "as_ratio") -> dict[str, object]:
    size = {"value": by_year, "unit": "log", "source": "assumed"}
    return {"drift": {"practices": {"a": {"title": "x", "setting": setting, "moves": moves, "by_year": size}}}}


@pytest.fixture(scope="module")
def base(request):
    path = request.config.rootpath / "tests" / "data" / "reference-service.yaml"
    change = {"horizon_months": MONTHS, "service.stages.assessment.least_elapsed": BANDS}
    return changed(load(path), change, "test")


@pytest.fixture(scope="module")
def asked(base):
    return changed(base, {LATER: {"value": 1, "unit": "times", "source": "assumed"}, **drift(0.6, LATER)}, "x")


@pytest.fixture(scope="module")
def paths(base):
    return steady_paths({"contacts": 182.0}, base.as_at, MONTHS, FUTURES, 1)


def lived(scenario, paths, measure="assessment_open", replications=FUTURES, engine="fast"):
    """One measure by replication and month."""
    one = prepare(scenario, engine)
    runs = [one.live(paths.rows(range(r, r + 1)), None, r)[0] for r in range(replications)]
    months = [runs[0].periods.index(name) for name in one.clock.month_names]
    return np.array([run.by_period[list(run.names).index(measure), months] for run in runs])


def test_drift_of_nought_is_no_drift_to_the_byte(base, paths):
    still = changed(base, drift(0.0), "x")
    assert lived(still, paths, replications=2).tobytes() == lived(base, paths, replications=2).tobytes()


def test_both_scenarios_of_a_pair_meet_the_same_practice(asked):
    other = changed(asked, {"workforce.teams.assessment.staff.workers.fte": 130}, "y")

    def practice(scenario, replication):
        world = prepare(scenario)._in_world(replication).scenario
        return world.service.stages["assessment"].least_elapsed.odds_of_longer

    assert practice(asked, 3) == practice(other, 3)
    assert practice(asked, 3) != practice(asked, 4)


def test_ranges_widen_with_the_horizon_as_cases_take_longer_or_less_long(base, asked, paths):
    moved = np.log(lived(asked, paths) / lived(base, paths))
    assert moved[:, 0].std() < moved[:, 9:12].std() < moved[:, 18:].std()
    assert moved[:, 18:].std() > 3 * moved[:, 0].std(), "practice is known at the start"


def test_the_tracer_meets_the_same_practice(asked, paths):
    short = asked.model_copy(update={"horizon_months": 4})
    fast, exact = (lived(short, paths, replications=1, engine=engine) for engine in ("fast", "tracer"))
    assert fast == pytest.approx(exact, abs=1e-6)

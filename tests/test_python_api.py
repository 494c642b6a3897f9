"""What notebooks import: every door opens, and importing the package costs nothing."""

import subprocess
import sys

import pytest

import frontdoor
from frontdoor import calibrating
from frontdoor.screen import stage
from scenarios.load import LIBRARY, load
from scenarios.schema import Scenario


@pytest.mark.parametrize("name", list(frontdoor.DOORS))
def test_every_door_opens(name: str) -> None:
    assert callable(getattr(frontdoor, name))
    assert name in dir(frontdoor)


def test_a_wrong_door_is_answered_with_the_right_ones() -> None:
    with pytest.raises(AttributeError, match="it has load, run"):
        _ = frontdoor.smallestteam


def test_importing_it_loads_nothing_heavy() -> None:
    code = "import sys, frontdoor; print('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"


def test_calibration_holds_practice_and_draws_nothing_from_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = load("west-sussex-hindcast")
    assert scenario.vary
    assert scenario.drift is not None
    task = calibrating.read_task(LIBRARY / "calibrations" / "west-sussex.yaml", scenario)

    class MetError(Exception):
        pass

    def simulate(asked: Scenario, **_: object) -> None:
        raise MetError(asked.vary, asked.drift)

    monkeypatch.setattr(calibrating.api, "simulate", simulate)
    with pytest.raises(MetError) as met:
        calibrating.fit(scenario, task, points=15, rounds=1, replications=2, processes=1, stage=stage(quiet=True))
    assert met.value.args == ((), None)

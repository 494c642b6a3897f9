"""What a planner can get wrong in a calibration is said plainly, all at once, before anything is simulated."""

import pytest

from frontdoor import api
from frontdoor.calibrating import read_task
from scenarios.faults import ScenarioError

FILE = """\
unknowns:
  service.stages.assessment.effort.mean: {low: 10, high: 2}
  service.stages.assessment.effort.men: {low: 1, high: 2}
  workforce.absence.sickness.away.mean: {low: -1, high: 2}
observed:
  - {measure: assessment_endz, period: 2019-20, value: 3, least_spread: 1, source: assumed}
  - {measure: assessment_ends, period: 2039-40, value: 3, least_spread: 1, source: assumed, start: april_2018}
"""
FAULTS = {
    2: "high 2 must be above low 10",
    3: "did you mean 'mean'",
    4: "must be above 0, not -1",
    5: "3 unknowns need as many observed figures; there are 2",
    6: "did you mean 'assessment_ends'",
    7: "'2039-40' is not simulated",
}


def test_every_fault_is_named_at_its_line(tmp_path):
    path = tmp_path / "task.yaml"
    path.write_text(FILE, encoding="utf-8")
    with pytest.raises(ScenarioError) as raised:
        read_task(path, api.load("west-sussex-hindcast"))
    found = {fault.line: fault.message for fault in raised.value.faults}
    assert found.keys() == FAULTS.keys()
    for line, words in FAULTS.items():
        assert words in found[line]

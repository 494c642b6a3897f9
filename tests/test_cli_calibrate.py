"""What a planner can get wrong in a calibration is said plainly, all at once, before anything is simulated."""

import pandas as pd
import pytest

from frontdoor import api
from frontdoor.calibrating import read_task, write_fit
from report.calibration import Calibration
from report.calibration_figure import exhibit
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


def test_words_where_numbers_belong_hide_no_other_fault(tmp_path):
    path = tmp_path / "task.yaml"
    path.write_text(
        FILE.replace("{low: 1, high: 2}", "{low: 1 hour, high: 2}").replace("value: 3,", "value: 87.8%,"),
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError) as raised:
        read_task(path, api.load("west-sussex-hindcast"))
    found = [(fault.line, fault.message) for fault in raised.value.faults]
    for line, words in FAULTS.items():
        assert line == 5 or any(line == at and words in said for at, said in found)
    assert [at for at, said in found if "must be a number, not '87.8%'; did you mean 0.878?" in said] == [6, 7]
    assert [at for at, said in found if "must be a number, not '1 hour'" in said] == [3]


def test_what_was_fitted_is_written_and_drawn(tmp_path):
    settings = ["service.stages.assessment.effort.mean", "service.stages.assessment_sign_off.effort.mean"]
    values = {"value": [5.0, 0.7], "low": [4.5, 0.3], "high": [5.5, 1.2], "range_low": [4.0, 0.25]}
    unknowns = pd.DataFrame({"setting": settings, **values, "range_high": [9.0, 1.5], "told": [True, False]})
    unknowns = unknowns.assign(apart=[False, False], edge=["", "low"])
    names = ["assessment_within_45_working_days, 2019-20", "assessment_share_same_day, 2019-20"]
    misses = {"observed": [0.878, 0.044], "simulated": [0.88, 0.01], "spread": [0.01, 0.01], "miss": [0.2, -3.4]}
    fitted = Calibration(unknowns, pd.DataFrame({"name": names, **misses}), ((*settings, -0.95),), 80)
    scenario = api.load("west-sussex-hindcast")
    drawn = exhibit(fitted, scenario)
    assert drawn.title == (
        "None of 2 unknowns are told by the data, 1 at the end of its range; 1 of 2 observed figures is missed"
    )
    assert (
        "sign-off of an assessment, effort, mean: 0.7 (0.3 to 1.2); not told from another; hardly told; at the low"
        in drawn.alternative
    )
    assert "share done in the same day, 2019-20: 0.044 observed, 0.01 fitted" in drawn.alternative
    assert drawn.label.startswith("The data cannot tell Child and family assessment, effort, mean from Manager")
    assert drawn.label.endswith("may lie beyond it.")
    folder = write_fit(fitted, scenario, tmp_path)
    assert (folder / "figures" / "calibration.png").stat().st_size > 10_000
    assert drawn.title in (folder / "figures" / "calibration.svg").read_text(encoding="utf-8")
    again = api.load(folder / "fitted.yaml")
    assert float(again.service.stages["assessment"].effort.mean) == 5.0

"""Calibration finds what made the data, says how surely, and which unknowns the data cannot tell apart."""

import numpy as np
import pytest

from report.calibration import Moment, Unknown, calibrate

SPREAD = np.full(3, 0.05)


def simulated(settings: dict[str, float]) -> tuple[np.ndarray, np.ndarray]:
    """Three moments of a made-up service whose two unknowns act apart."""
    hours, wait = settings["hours"], settings["wait"]
    return np.array([hours + 0.1 * wait**2, 2 * wait, np.exp(hours / 4) + wait]), SPREAD


def test_finds_the_settings_that_made_the_moments() -> None:
    truth = {"hours": 3.3, "wait": 1.2}
    moments = [Moment(f"m{i}", value, 0.01) for i, value in enumerate(simulated(truth)[0])]
    fitted = calibrate([Unknown("hours", 1, 6), Unknown("wait", 0, 3)], moments, simulated, points=20, rounds=3)
    for row in fitted.unknowns.to_dict("records"):
        assert row["low"] <= truth[row["setting"]] <= row["high"]
        assert row["value"] == pytest.approx(truth[row["setting"]], rel=0.02)
        assert row["told"]
    assert fitted.alike == ()
    assert fitted.unknowns["apart"].all()
    assert (fitted.unknowns["edge"] == "").all()
    assert fitted.simulations == 60
    assert (fitted.moments["miss"].abs() < 1).all()


def test_says_which_unknowns_the_data_cannot_tell_apart() -> None:
    def only_the_sum(settings: dict[str, float]) -> tuple[np.ndarray, np.ndarray]:
        total = settings["effort"] + settings["urgent"]
        return np.array([total, 2 * total]), np.full(2, 0.01)

    moments = [Moment("a", 5.0, 0.01), Moment("b", 10.0, 0.01)]
    fitted = calibrate([Unknown("effort", 0, 5), Unknown("urgent", 0, 5)], moments, only_the_sum, points=12)
    assert [pair[:2] for pair in fitted.alike] == [("effort", "urgent")]
    assert not fitted.unknowns["told"].any()
    assert not fitted.unknowns["apart"].any()
    assert sum(fitted.settings.values()) == pytest.approx(5.0, abs=0.05)


def test_an_unknown_that_moves_nothing_keeps_its_whole_range() -> None:
    def deaf(settings: dict[str, float]) -> tuple[np.ndarray, np.ndarray]:
        return np.array([settings["hours"], 1.0]), np.full(2, 0.01)

    moments = [Moment("a", 2.0, 0.01), Moment("b", 1.0, 0.01)]
    fitted = calibrate([Unknown("hours", 0, 4), Unknown("idle", 0, 1)], moments, deaf, points=12).unknowns
    idle = fitted.set_index("setting").loc["idle"]
    assert not idle["told"]
    assert idle["high"] - idle["low"] > 0.9


@pytest.mark.parametrize(("low", "high", "edge"), [(4, 6, "low"), (1, 3, "high"), (1, 6, "")])
def test_a_range_that_leaves_out_the_truth_is_told_by_the_end_run_into(low: float, high: float, edge: str) -> None:
    moments = [Moment(f"m{i}", x, 0.01) for i, x in enumerate(simulated({"hours": 3.3, "wait": 1.2})[0])]
    fitted = calibrate([Unknown("hours", low, high), Unknown("wait", 0, 3)], moments, simulated, points=20).unknowns
    assert fitted.set_index("setting").loc["hours", "edge"] == edge


def test_more_unknowns_than_moments_is_refused() -> None:
    unknowns = [Unknown("hours", 0, 1), Unknown("wait", 0, 1)]
    with pytest.raises(ValueError, match="need as many moments"):
        calibrate(unknowns, [Moment("a", 1.0, 0.1)], simulated)
    with pytest.raises(ValueError, match="at least 6 points"):
        calibrate(unknowns, [Moment(str(i), 1.0, 0.1) for i in range(3)], simulated, points=5)

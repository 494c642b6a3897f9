"""The honest panel holds every score of the forecast and of every simple rule, by origin and by months ahead."""

from __future__ import annotations

import numpy as np
import pytest

from forecast import backtest
from report import honest
from simulate.results import Results


@pytest.mark.parametrize("any_results", ["thirty_teams"], indirect=True)
def test_every_model_origin_and_horizon_has_its_scores(any_results: Results) -> None:
    (panel,) = honest.exhibits(any_results)
    errors = any_results.backtest
    origins, models = errors["origin"].nunique(), errors["model"].nunique()
    assert len(panel.table) == models * (1 + origins + len(honest.FEW_HORIZONS))
    scores = backtest.summary(errors, ("model",)).set_index("model")
    over_all = panel.table[panel.table["Looked at"] == "all"].set_index("Forecast")
    assert over_all.loc["ours", "Error (WAPE), %"] == round(scores.loc["combined", "wape"], 1)
    assert over_all.loc["seasonal naive", "Inside 8 of 10, %"] == round(100 * scores.loc["seasonal_naive", "cover_80"])
    third = errors[(errors["model"] == "combined") & (errors["horizon"] == 3)]
    said = panel.table[(panel.table["Forecast"] == "ours") & (panel.table["Looked at"] == "3 months ahead")]
    miss = np.abs(third["forecast"] - third["actual"]).sum() / third["actual"].sum()
    assert said["Error (WAPE), %"].item() == round(100 * miss, 1)
    assert f"has been {backtest.rate(errors)}," in panel.title


@pytest.mark.parametrize("any_results", ["hindcast"], indirect=True)
def test_where_nothing_was_forecast_there_is_no_panel(any_results: Results) -> None:
    assert honest.exhibits(any_results) == []

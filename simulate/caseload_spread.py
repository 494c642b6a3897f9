"""How open cases are spread across the workers who hold them: workers of each role by how many they hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from scenarios.measure_names import HELD, held_name

from .clock import Floats, Ints
from .holdings import Holding


def workers_by_cases(stage: str, holding: Holding, role: Ints, roles: Sequence[str]) -> Iterator[tuple[str, Floats]]:
    """Each role's workers in post, in the bands of HELD, at each end of a month.

    `role`: index of each worker's role in `roles`. Yields the measure's name and a number of workers a month.
    """
    band = np.searchsorted([low for low, _ in HELD], holding.cases, side="right") - 1
    months, bands = len(holding.cases), len(HELD)
    box = (np.arange(months)[:, None] * len(roles) + role) * bands + band
    counts = np.bincount(box[holding.here], minlength=months * len(roles) * bands).reshape(months, len(roles), bands)
    for r, name in enumerate(roles):
        for b, (low, high) in enumerate(HELD):
            yield held_name(stage, name, low, high), counts[:, r, b].astype(np.float64)

"""People over time: who is in post, at work, for how many hours, with how many cases, in which team."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Roster:
    """Every worker of one replication, day by day; w workers (rows), d working days of the horizon.

    `hours[w, d]`: productive hours of the day, 0 when not at work. They go on after a leaver's last day where
    `finish_on_leaving[w]`: the leaver finishes the cases in hand and takes no new ones.
    `cap[w, d]`: most open cases the worker takes up to; 0 takes none. `employed[w, d]`: in post.
    `team[w, d]`: index of the team in the scenario's order. `sub_team[w, d]`: index over the sub-teams of all teams,
    in the scenario's order. Both change when a team merges. `role[w]`: index of the role in the scenario's order.
    Changes come at the start of a day only.
    """

    hours: npt.NDArray[np.float64]
    cap: npt.NDArray[np.int64]
    employed: npt.NDArray[np.bool_]
    team: npt.NDArray[np.int64]
    sub_team: npt.NDArray[np.int64]
    role: npt.NDArray[np.int64]
    names: tuple[str, ...]
    finish_on_leaving: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return int(self.hours.shape[0])

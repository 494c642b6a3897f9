"""What a struggling service does to itself: each effect is off unless the scenario states it, with where it is from."""

from __future__ import annotations

from pydantic import Field

from .distributions import Distribution
from .limits import NotNegative, Share
from .quantity import Frozen
from .service import Name


class LateWork(Frozen):
    """Cases finished later than the target of their stage come back more often: by `extra_share` of them."""

    stages: tuple[Name, ...] = Field(min_length=1)
    extra_share: Share


class ThinWork(Frozen):
    """Cases closed by a worker who holds more than a share of the cap come back more often: by `extra_share` of them.

    `above`: that share of the cap. It is judged at the moment the case closes, itself included; whoever has no cap is
    never above it. Hours are given in full all the same: what is thin about the work is not seen but in the return.
    """

    stages: tuple[Name, ...] = Field(min_length=1)
    above: NotNegative
    extra_share: Share


class RepeatContacts(Frozen):
    """Families who wait ask again: a `share` of cases not allocated `after` so long bring one more contact.

    `waiting_for`: the caseload stage they wait for. `enters`: the pool that deals with the contact, which ends there.
    """

    waiting_for: Name
    enters: Name
    share: Share
    after: Distribution


class Overload(Frozen):
    """A worker with more open cases than a share of the cap works more slowly.

    `above`: that share of the cap. `hours_lost`: share of the day's hours lost for each cap's worth of cases above it
    (0.5: at half a cap above, a quarter of the hours). It is judged each morning.
    """

    above: NotNegative
    hours_lost: NotNegative


class Strain(Frozen):
    """A worker with more open cases than a share of the cap is likelier to leave.

    `above`: that share of the cap. `leaving_per_year`: leavings a year beyond the usual for each cap's worth of cases
    above it (2: whoever holds a tenth of the cap above leaves at a rate 0.2 a year higher). It is judged each morning
    in post, of whoever has a cap.
    """

    above: NotNegative
    leaving_per_year: NotNegative


class Feedback(Frozen):
    """Effects of late and thin work, of waiting and of overload, each on where it is stated."""

    late_work: LateWork | None = None
    thin_work: ThinWork | None = None
    repeat_contacts: RepeatContacts | None = None
    overload: Overload | None = None
    strain: Strain | None = None

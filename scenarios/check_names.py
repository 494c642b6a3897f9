"""Is what is named there? Stages that stages, entries, returns, opening counts and feedback name, and of which kind."""

from __future__ import annotations

from collections.abc import Mapping

from .document import Document, Keys
from .faults import nearest
from .plain import STAGES, Found, at, items, missing, raw


def name_checks(document: Document) -> Found:
    """Every stage that is named and is not there, or cannot do what it is named for."""
    for check in (_stages, _closing, _returning):
        yield from check(document)


def _stages(document: Document) -> Found:
    data = document.data
    stages = raw(data, *STAGES)
    if not isinstance(stages, Mapping):
        return
    urgent = [work for stage in stages.values() for work in at(stage, "urgent_work")]
    of_kind = {
        kind: [name for name, stage in stages.items() if at(stage).get("kind") == kind] for kind in ("pool", "caseload")
    }
    named: list[tuple[Keys, object, str, list[str]]] = []
    for name, stage in stages.items():
        named.append(((*STAGES, name, "sign_off"), at(stage).get("sign_off"), "pool", of_kind["pool"]))
        named.append(((*STAGES, name, "clock_from"), at(stage).get("clock_from"), "stage", [*stages, *urgent]))
    for name, entry in at(data, "service", "entries").items():
        named.append((("service", "entries", name, "enters"), at(entry).get("enters"), "stage", [*stages]))
    for number, name in enumerate(items(data, "service", "returns", "closing")):
        named.append((("service", "returns", "closing", number), name, "stage", [*stages]))
    named.append((("service", "returns", "enters"), raw(data, "service", "returns", "enters"), "stage", [*stages]))
    named += [(("opening", name), name, "stage", [*stages]) for name in at(data, "opening")]
    for number, name in enumerate(items(data, "feedback", "late_work", "stages")):
        named.append((("feedback", "late_work", "stages", number), name, "stage", [*stages]))
    for number, name in enumerate(items(data, "feedback", "thin_work", "stages")):
        named.append((("feedback", "thin_work", "stages", number), name, "caseload", of_kind["caseload"]))
    for setting, kind in (("waiting_for", "caseload"), ("enters", "pool")):
        keys = ("feedback", "repeat_contacts", setting)
        named.append((keys, raw(data, *keys), kind, of_kind[kind]))
    for place, given, kind, known in named:
        if given is None or given in known:
            continue
        about = at(stages, str(given)).get("kind")
        words = f"'{given}' is a {about} and no {kind}{nearest(given, known)}" if about else ""
        yield place, words or missing(document, kind, given, STAGES, known)


def _closing(document: Document) -> Found:
    """Returns from nowhere, or twice from one stage."""
    keys = ("service", "returns", "closing")
    closing = items(document.data, *keys)
    if isinstance(raw(document.data, *keys), list | tuple) and not closing:
        yield keys, "names no stage, so nobody comes back; name one, or take returns out with null"
    for number, name in enumerate(closing):
        if name in closing[:number]:
            yield (*keys, number), f"'{name}' is named twice"


def _returning(document: Document) -> Found:
    """Late or thin work that cannot be, or after which nobody comes back."""
    data = document.data
    stages = at(data, *STAGES)
    for effect in ("late_work", "thin_work"):
        for number, name in enumerate(items(data, "feedback", effect, "stages")):
            keys = ("feedback", effect, "stages", number)
            if name not in stages or (effect == "thin_work" and at(stages[name]).get("kind") != "caseload"):
                continue
            if effect == "late_work" and at(stages[name]).get("target_working_days") is None:
                yield keys, f"stage '{name}' has no target_working_days, so nothing there is late"
            elif name not in items(data, "service", "returns", "closing"):
                yield keys, f"nobody comes back from '{name}': service.returns.closing does not name it"

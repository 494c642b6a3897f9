"""Load a scenario: a file or a name in the library, checked whole, all faults at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from .check import cross_faults
from .document import Document, Keys, read, write
from .faults import Fault, ScenarioError, nearest
from .misspelt import without_misspelt
from .nearby import shown
from .overlay import idle, nested_document, overlay, overlay_document, unsaid, with_settings
from .parameters import undatable
from .plain import at
from .schema import Scenario
from .shapes import shape_faults

LIBRARY = Path(__file__).parent / "library"
BASED_ON, CHANGE = "based_on", "change"
UNDATABLE = "cannot change on dates, so it cannot drift"
ABOUT = ("name", "title", "question", "hypothesis", "notes", "sources")


def library() -> dict[str, Path]:
    """Scenarios that ship with the package: name and file."""
    return {path.stem: path for path in sorted(LIBRARY.glob("*.yaml"))}


def find(name: str) -> Path:
    """The file of a scenario given as a path or as a name in the library; raises ScenarioError for neither."""
    path = Path(name)
    if path.is_file():
        return path
    shelf = library()
    if name in shelf:
        return shelf[name]
    if name.strip() and path.is_dir():
        raise ScenarioError([Fault(name, 0, "", "is a folder; name a scenario file in it")])
    if path.suffix in (".yaml", ".yml") or len(path.parts) > 1:
        beside = [each.name for each in path.parent.glob("*.y*ml")] if path.parent.is_dir() else []
        raise ScenarioError([Fault(name, 0, "", f"there is no such file{nearest(path.name, beside)}")])
    raise ScenarioError([Fault(name, 0, "", f"is neither a file nor a scenario in the library{nearest(name, shelf)}")])


def load(name: str | Path, settings: Mapping[str, Any] | None = None) -> Scenario:
    """A scenario from a file or the library, with `settings` (dotted names) laid over it.

    Raises ScenarioError with every fault: file, line, setting and the nearest right name.
    """
    return load_with_lines(name, settings)[0]


def load_with_lines(name: str | Path, settings: Mapping[str, Any] | None = None) -> tuple[Scenario, Document]:
    """`load`, with the document that knows on which line each setting stands."""
    document = load_document(find(str(name)))
    whole = with_settings(document, settings or {}, f"{document.data.get('name', 'scenario')} --set")
    return validate(whole), whole


def load_document(path: Path, above: tuple[Path, ...] = ()) -> Document:
    """A scenario's data with the scenarios it is based on laid under it, not yet checked; faults so far in `faults`.

    Raises ScenarioError where a file cannot be read at all, or is based on what is not there.
    """
    path = path.resolve()
    document = _shipped(path) if path.parent == LIBRARY else read(path)
    if is_sweep(document):
        raise ScenarioError([Fault(document.file, 1, "", "is a sweep, not a scenario; run it with frontdoor sweep")])
    if BASED_ON not in document.data:
        if CHANGE in document.data:
            words = "changes nothing that is named: add a line such as based_on: west-sussex"
            raise ScenarioError([document.fault((CHANGE,), words)])
        return _with_figures_beside(document, path)
    if not isinstance(document.data[BASED_ON], str):
        wrong = f"must be the name or file of one scenario, not {shown(document.data[BASED_ON])}"
        raise ScenarioError([document.fault((BASED_ON,), wrong)])
    under = _base(document, path)
    if under in (*above, path):
        chain = " -> ".join(step.name for step in (*above, path, under))
        raise ScenarioError([document.fault((BASED_ON,), f"goes round in a circle: {chain}")])
    base = load_document(under, (*above, path))
    change = _change(document, path, base)
    about = _about(document)
    name = str(document.data.get("name", path.stem))
    whole = overlay_document(overlay_document(base, change, name), about, name)
    return replace(whole, faults=(*whole.faults, *_overlay_faults(document)))


_shipped = cache(read)
"""A file of the library, read once: most what-ifs rest on the same one."""


def is_sweep(document: Document) -> bool:
    """Whether a file is meant as a sweep: it names settings or a design, and is based on nothing."""
    return bool({"settings", "design"} & document.data.keys()) and BASED_ON not in document.data


def _change(document: Document, path: Path, base: Document) -> Document:
    """The settings that an overlay changes, nested, with their faults."""
    changes = document.data.get(CHANGE)
    if not isinstance(changes, Mapping):
        return Document({}, {}, document.file)
    change = _with_figures_beside(nested_document(_part(document, dict(changes), (CHANGE,))), path)
    words = "is empty and so changes nothing; write null to take the setting out, or what is to change"
    wrong = [change.fault(keys, words) for keys in idle(change.data, base.data)]
    wrong += [change.fault(keys, words) for keys, words in unsaid(change.data, base.data)]
    words = "says what the what-if is about: put it at the top of the file, not under change"
    wrong += [change.fault((key,), words) for key in change.data if key in ABOUT and key != "sources"]
    return without_misspelt(replace(change, faults=(*change.faults, *wrong)), base.data)


def _about(document: Document) -> Document:
    """What an overlay is about, with its lines; a question of its own is not met by what was expected of the base."""
    lines = {keys: place for keys, place in document.lines.items() if keys[0] in ABOUT}
    own = {"hypothesis": ""} if "question" in document.data else {}
    about = {key: value for key, value in document.data.items() if key in ABOUT}
    return Document({**own, **about}, lines, document.file)


def _overlay_faults(document: Document) -> list[Fault]:
    """What an overlay must not hold, and what it must."""
    known = (*ABOUT, BASED_ON, CHANGE)
    words = "unknown setting; an overlay holds what it is about, and `change`"
    faults = [
        document.fault((key,), words + ("" if key in Scenario.model_fields else nearest(key, known)))
        for key in document.data
        if key not in known
    ]
    changes = document.data.get(CHANGE)
    if changes in (None, {}) and not (faults and CHANGE not in document.data):
        words = f"is missing or empty, so the what-if changes nothing; name what differs from {document.data[BASED_ON]}"
        faults.append(document.fault((CHANGE,), words))
    elif changes is not None and not isinstance(changes, Mapping):
        faults.append(document.fault((CHANGE,), f"must hold settings (name: value), not {shown(changes)}"))
    if "name" not in document.data:
        faults.append(document.fault(("name",), "is missing; give the what-if a name of its own"))
    return faults


def validate(document: Document) -> Scenario:
    """A checked Scenario from a document; raises ScenarioError with every fault of shape and of sense."""
    faults = [*document.faults, *cross_faults(document)]
    try:
        scenario = Scenario.model_validate(document.data)
    except ValidationError as error:
        of_shape = shape_faults(document, error, _schema())
        told = {fault.setting for fault in of_shape}
        raise ScenarioError([*of_shape, *(fault for fault in faults if fault.setting not in told)]) from None
    faults = faults or [
        document.fault(("drift", "practices", name, "setting"), UNDATABLE) for name in undatable(scenario)
    ]
    for name in scenario.starts if not faults else ():
        change = nested_document(_part(document, document.data["starts"][name]["change"], ("starts", name, CHANGE)))
        alone = replace(document, data={**document.data, "starts": {}})
        change = without_misspelt(change, alone.data)
        try:
            validate(overlay_document(alone, change, scenario.name))
        except ScenarioError as error:
            faults += [replace(each, setting=f"starts.{name}.{CHANGE}.{each.setting}") for each in error.faults]
    if faults:
        raise ScenarioError(faults)
    return scenario


def changed(scenario: Scenario, change: Mapping[str, Any], name: str) -> Scenario:
    """A checked copy of a scenario with an overlay (nested or dotted settings) laid over it."""
    document = nested_document(Document(dict(change), {}, name))
    data = overlay(as_data(scenario), document.data, name)
    return validate(Document(data, {}, name))


def expanded(scenario: Scenario) -> dict[str, Scenario]:
    """Each start of a scenario as a scenario of its own, by name; one without a name where it states none.

    Raises ScenarioError where a start's change is at fault.
    """
    if not scenario.starts:
        return {"": scenario}
    alone = scenario.model_copy(update={"starts": {}})
    return {name: changed(alone, start.change, scenario.name) for name, start in scenario.starts.items()}


def as_data(scenario: Scenario) -> dict[str, Any]:
    """A scenario as plain data, resolved, ready to be written or changed."""
    return scenario.model_dump(mode="python", exclude_none=True, exclude_defaults=False)


def as_yaml(scenario: Scenario) -> str:
    """A scenario as YAML that can be run again."""
    return write(scenario.model_dump(mode="json", exclude_none=True))


def _base(document: Document, path: Path) -> Path:
    """The file that an overlay is based on; raises ScenarioError with all that can be told without it."""
    local = path.parent / document.data[BASED_ON]
    try:
        return (local if local.is_file() else find(str(document.data[BASED_ON]))).resolve()
    except ScenarioError as error:
        wrong = [document.fault((BASED_ON,), error.faults[0].message), *_overlay_faults(document)]
        raise ScenarioError(wrong) from None


def _part(document: Document, data: dict[str, Any], under: Keys) -> Document:
    depth = len(under)
    lines = {
        keys[depth:]: place for keys, place in document.lines.items() if keys[:depth] == under and len(keys) > depth
    }
    return Document(data, lines, document.file)


def _with_figures_beside(document: Document, path: Path) -> Document:
    """The document with relative paths to figures made whole, so that they mean the same from any folder."""
    return replace(document, data=_figures_beside(document.data, path.parent))


def _figures_beside(data: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Settings with figures beside a folder, as demand has them, dotted or not, and each start's change."""

    def whole(figures: Any) -> Any:
        relative = isinstance(figures, str) and figures != "bundled"
        return (folder / figures).resolve().as_posix() if relative else figures

    found = dict(data)
    if "figures" in (demand := at(data, "demand")):
        found["demand"] = {**demand, "figures": whole(demand["figures"])}
    if "demand.figures" in found:
        found["demand.figures"] = whole(found["demand.figures"])
    for name, start in at(data, "starts").items():
        if CHANGE in at(start):
            change = _figures_beside(at(start, CHANGE), folder) or start[CHANGE]
            found["starts"] = {**found["starts"], name: {**start, CHANGE: change}}
    return found


@cache
def _schema() -> dict[str, Any]:
    return Scenario.model_json_schema()

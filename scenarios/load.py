"""Load a scenario: a file or a name in the library, checked whole, all faults at once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from .check import cross_faults
from .document import Document, Keys, read, write
from .faults import Fault, ScenarioError, nearest
from .overlay import nested_document, overlay, overlay_document, put
from .parameters import undatable
from .schema import Scenario

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
    if path.suffix in (".yaml", ".yml") or len(path.parts) > 1:
        raise ScenarioError([Fault(name, 0, "", "there is no such file")])
    raise ScenarioError([Fault(name, 0, "", f"is neither a file nor a scenario in the library{nearest(name, shelf)}")])


def load(name: str | Path, settings: Mapping[str, Any] | None = None) -> Scenario:
    """A scenario from a file or the library, with `settings` (dotted names) laid over it.

    Raises ScenarioError with every fault: file, line, setting and the nearest right name.
    """
    document = load_document(find(str(name)))
    for dotted, value in (settings or {}).items():
        data = put(document.data, dotted, value, f"{document.data.get('name', 'scenario')} --set")
        document = Document(data, document.lines, document.file)
    return validate(document)


def load_document(path: Path, above: tuple[Path, ...] = ()) -> Document:
    """A scenario's data with the scenarios it is based on laid under it, not yet checked."""
    path = path.resolve()
    if path in above:
        chain = " -> ".join(step.name for step in (*above, path))
        raise ScenarioError([Fault(path.name, 0, BASED_ON, f"goes round in a circle: {chain}")])
    document = _with_figures_beside(read(path), path)
    if BASED_ON not in document.data:
        return document
    local = path.parent / str(document.data[BASED_ON])
    base = load_document(local if local.is_file() else _base(document), (*above, path))
    unknown = [key for key in document.data if key not in (*ABOUT, BASED_ON, CHANGE)]
    if unknown:
        known = (*ABOUT, BASED_ON, CHANGE)
        words = "an overlay holds what it is about, and `change`"
        raise ScenarioError(
            [document.fault((key,), f"unknown setting; {words}{nearest(key, known)}") for key in unknown]
        )
    about = _part(document, {key: value for key, value in document.data.items() if key in ABOUT}, ())
    changes = document.data.get(CHANGE) or {}
    if not isinstance(changes, Mapping):
        raise ScenarioError([document.fault((CHANGE,), "must hold settings (name: value)")])
    change = nested_document(_part(document, dict(changes), (CHANGE,)))
    name = str(document.data.get("name", path.stem))
    return overlay_document(overlay_document(base, change, name), about, name)


def validate(document: Document) -> Scenario:
    """A checked Scenario from a document; raises ScenarioError with every fault of shape and of sense."""
    faults = cross_faults(document)
    try:
        scenario = Scenario.model_validate(document.data)
    except ValidationError as error:
        raise ScenarioError([*faults, *shape_faults(document, error, _schema())]) from None
    faults = faults or [
        document.fault(("drift", "practices", name, "setting"), UNDATABLE) for name in undatable(scenario)
    ]
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


def _base(document: Document) -> Path:
    try:
        return find(str(document.data[BASED_ON]))
    except ScenarioError as error:
        raise ScenarioError([document.fault((BASED_ON,), error.faults[0].message)]) from None


def _part(document: Document, data: dict[str, Any], under: Keys) -> Document:
    depth = len(under)
    lines = {
        keys[depth:]: place for keys, place in document.lines.items() if keys[:depth] == under and len(keys) > depth
    }
    return Document(data, lines, document.file)


def _with_figures_beside(document: Document, path: Path) -> Document:
    """The document with a relative path to figures made whole, so that it means the same from any folder."""
    for keys in (("demand",), (CHANGE, "demand")):
        here: Any = document.data
        for key in keys:
            here = here.get(key) if isinstance(here, Mapping) else None
        figures = here.get("figures") if isinstance(here, Mapping) else None
        if isinstance(figures, str) and figures != "bundled":
            here["figures"] = (path.parent / figures).resolve().as_posix()
    return document


def shape_faults(document: Document, error: ValidationError, schema: dict[str, Any]) -> list[Fault]:
    """Faults at their lines from what pydantic found; `schema`: JSON Schema from which the nearest right name comes."""
    return [_fault(document, dict(each), schema) for each in error.errors()]


def _fault(document: Document, error: dict[str, Any], schema: dict[str, Any]) -> Fault:
    keys, here = [], document.data
    for step in error["loc"]:
        last = step is error["loc"][-1] and error["type"] in ("missing", "extra_forbidden")
        if last or (isinstance(here, Mapping) and step in here) or (isinstance(here, list) and isinstance(step, int)):
            keys.append(step)
            here = here[step] if not last else here
    if error["type"] == "missing":
        return document.fault(keys, "is missing")
    if error["type"] == "extra_forbidden":
        return document.fault(keys, f"unknown setting{nearest(keys[-1], _settings(document.data, keys[:-1], schema))}")
    return document.fault(keys, _words(error))


def _words(error: dict[str, Any]) -> str:
    given = error.get("input")
    shown = f" (not {given!r})" if isinstance(given, str | int | float) else ""
    context = error.get("ctx", {})
    if error["type"] == "literal_error" or error["type"].startswith("union_tag"):
        options = (
            str(context.get("expected") or context.get("expected_tags") or "").replace("'", "").replace(" or ", ", ")
        )
        given = context.get("tag", given)
        return f"cannot be {given!r}{nearest(given, [option.strip() for option in options.split(',')])}"
    if error["type"] == "string_pattern_mismatch":
        return f"may hold small letters, digits and {'_' if '_' in context['pattern'] else '-'} only{shown}"
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{message[:1].lower()}{message[1:]}{shown if 'Value error' not in error['msg'] else ''}"


@cache
def _schema() -> dict[str, Any]:
    return Scenario.model_json_schema()


def _settings(data: Mapping[str, Any], keys: list[str | int], schema: dict[str, Any]) -> set[str]:
    """Names that may stand at a place in a document, from its JSON Schema."""
    forms: list[dict[str, Any]] = [schema]
    here: Any = data
    for key in keys:
        here = here.get(key, {}) if isinstance(here, Mapping) else {}
        forms = [part for form in forms for part in _parts(form, str(key), schema)]
        forms = [form for form in forms if _fits(form, here)]
    return {name for form in forms for name in form.get("properties", {})}


def _parts(form: dict[str, Any], key: str, schema: dict[str, Any]) -> list[dict[str, Any]]:
    named = form.get("properties", {}).get(key)
    of_any_name = [*form.get("patternProperties", {}).values(), form.get("additionalProperties"), form.get("items")]
    found = [named] if named else [part for part in of_any_name if isinstance(part, dict)]
    return [flat for part in found for flat in _flat(part, schema)]


def _flat(form: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    if "$ref" in form:
        return _flat(schema["$defs"][form["$ref"].rsplit("/", 1)[-1]], schema)
    choices = [*form.get("anyOf", ()), *form.get("oneOf", ())]
    return [flat for choice in choices for flat in _flat(choice, schema)] if choices else [form]


def _fits(form: dict[str, Any], here: Any) -> bool:
    """Whether the kind that the data names is this form's kind."""
    for tag in ("kind", "distribution", "source"):
        constant = form.get("properties", {}).get(tag, {}).get("const")
        if constant is not None and isinstance(here, Mapping) and here.get(tag) not in (None, constant):
            return False
    return True

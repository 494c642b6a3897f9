"""A YAML file as plain data that remembers on which line each setting stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .faults import Fault, ScenarioError

LARGEST_FILE = 2_000_000
Keys = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """Plain data with, for each setting, the file and line it came from."""

    data: dict[str, Any]
    lines: Mapping[Keys, tuple[str, int]]
    file: str

    def place(self, keys: Sequence[str | int]) -> tuple[str, int]:
        """File and line of a setting, or of the nearest setting above it."""
        path = tuple(keys)
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, (self.file, 1))

    def fault(self, keys: Sequence[str | int], message: str) -> Fault:
        """A fault at a setting."""
        file, line = self.place(keys)
        return Fault(file, line, ".".join(str(key) for key in keys), message)


def read(path: Path) -> Document:
    """Read a YAML file; raises ScenarioError with file and line for anything that is not one plain mapping."""
    name = path.name
    if not path.is_file():
        raise ScenarioError([Fault(str(path), 0, "", "there is no such file")])
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise ScenarioError([Fault(name, 0, "", f"is {size:,} bytes; a scenario may hold {LARGEST_FILE:,} at most")])
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ScenarioError([Fault(name, line, "", "is not UTF-8 text; save it as UTF-8")]) from error
    return parse(text, name)


def parse(text: str, name: str) -> Document:
    """Parse YAML text; raises ScenarioError as `read` does."""
    from ruamel.yaml import YAML
    from ruamel.yaml.constructor import DuplicateKeyError, RoundTripConstructor
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    class DatesAsText(RoundTripConstructor):
        """Leaves dates as text, so that an impossible one is a fault on its line and not the end of the reading."""

    DatesAsText.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_yaml_str)
    yaml = YAML(typ="rt")
    yaml.Constructor = DatesAsText
    try:
        tree = yaml.load(text)
    except DuplicateKeyError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        words = str(error.problem).split(" with value")[0].replace("found duplicate key", "is set twice:")
        raise ScenarioError([Fault(name, line, "", f"a setting {words}")]) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ScenarioError(
            [Fault(name, mark.line + 1 if mark else 0, "", f"cannot be read: {error.problem}")]
        ) from error
    except (YAMLError, ValueError, RecursionError) as error:
        words = str(error).splitlines()[0] if str(error) else "too deeply nested"
        raise ScenarioError([Fault(name, 0, "", f"cannot be read: {words}")]) from error
    if not isinstance(tree, Mapping):
        raise ScenarioError([Fault(name, 1, "", "is not a list of settings (name: value)")])
    lines: dict[Keys, tuple[str, int]] = {}
    seen: set[int] = set()
    faults: list[Fault] = []
    data = _plain(tree, (), name, lines, seen, faults)
    if faults:
        raise ScenarioError(faults)
    return Document(data, lines, name)


def _plain(
    node: Any,
    keys: Keys,
    file: str,
    lines: dict[Keys, tuple[str, int]],
    seen: set[int],
    faults: list[Fault],
) -> Any:
    if not isinstance(node, Mapping | list):
        return _scalar(node)
    if id(node) in seen:
        faults.append(Fault(file, lines.get(keys, (file, 1))[1], "", "uses a YAML alias; write the settings out"))
        return None
    seen.add(id(node))
    items = node.items() if isinstance(node, Mapping) else enumerate(node)
    plain: dict[str, Any] = {}
    for key, value in items:
        step: str | int = key if isinstance(node, list) else str(key)
        mark = getattr(node, "lc", None)
        line = (
            mark.data[key][0] + 1
            if mark is not None and mark.data and key in mark.data
            else lines.get(keys, ("", 1))[1]
        )
        lines[(*keys, step)] = (file, line)
        plain[str(step)] = _plain(value, (*keys, step), file, lines, seen, faults)
    return plain if isinstance(node, Mapping) else list(plain.values())


def _line(node: Any, key: Any) -> int:
    """The line of a key or item of a YAML tree, counted from 1; 0 where the tree does not say."""
    marks = getattr(node, "lc", None)
    return int(marks.data[key][0]) + 1 if marks is not None and marks.data and key in marks.data else 0


def _scalar(node: Any) -> Any:
    """Plain Python in place of ruamel's decorated scalars."""
    if isinstance(node, bool) or node is None:
        return node
    for kind in (int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node


def write(data: Mapping[str, Any]) -> str:
    """Plain data as YAML text, in the order given."""
    from io import StringIO

    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = StringIO()
    yaml.dump(dict(data), out)
    return out.getvalue()


def scalar(text: str) -> Any:
    """One value as YAML reads it: a number, a date, true or false, a word, or a small mapping or list."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).load(text)
    except YAMLError:
        return text

"""A YAML file as plain data that remembers on which line each setting stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .faults import Fault, ScenarioError
from .nearby import shown

LARGEST_FILE = 300_000
"""Bytes: ten times the worked case."""
DEEPEST = 40
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
_WIDE_INDENT = re.compile("^ *[\xa0\u2000-\u200a\u3000]", re.MULTILINE)
_MEND = {
    "'\\t'": "a tab stands where only spaces may; put spaces in its place",
    "mapping values are not allowed": "a colon where none may stand; put the text in quotes, or mend the indent",
    "unexpected end of stream": "a quotation mark is not closed",
    "<stream end>": "a bracket or quotation mark is not closed",
    "undefined alias": "a word begins with *; put it in quotes",
    "another document": "a second document begins with ---; keep one to a file",
    "expected <block end>": "the indent does not fit the lines above",
    "cannot start any token": "a word begins with a sign that YAML keeps for itself; put it in quotes",
}
"""Part of what the parser says, and the same for a planner."""
Keys = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """Plain data with, for each setting, the file and line it came from, and the faults found in reading it."""

    data: dict[str, Any]
    lines: Mapping[Keys, tuple[str, int]]
    file: str
    faults: tuple[Fault, ...] = ()

    def place(self, keys: Sequence[str | int]) -> tuple[str, int]:
        """File and line of a setting, or of the nearest setting above it; dated steps may be written as a bare list."""
        path = tuple(keys)
        while path and path not in self.lines:
            bare = tuple(key for key in path if key != "dated")
            path = bare if bare in self.lines else path[:-1]
        return self.lines.get(path, (self.file, 1 if self.lines else 0))

    def fault(self, keys: Sequence[str | int], message: str) -> Fault:
        """A fault at a setting."""
        file, line = self.place(keys)
        return Fault(file, line, ".".join(str(key) for key in keys), message)


def read(path: Path) -> Document:
    """Read a YAML file; raises ScenarioError with file and line for anything that is not one plain mapping."""
    name = path.name
    if path.is_dir():
        raise ScenarioError([Fault(str(path), 0, "", "is a folder; name a file in it")])
    if not path.is_file():
        raise ScenarioError([Fault(str(path), 0, "", "there is no such file")])
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            words = f"is {size:,} bytes; a scenario may hold {LARGEST_FILE:,} at most"
            raise ScenarioError([Fault(name, 0, "", words)])
        content = path.read_bytes()
    except OSError as error:
        raise ScenarioError([Fault(str(path), 0, "", f"cannot be opened: {error.strerror}")]) from error
    return parse(_text(content, name), name)


def _text(content: bytes, name: str) -> str:
    """The text of a file; raises ScenarioError for what is not UTF-8 text, at its first wrong line."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or content[:200].count(b"\0") > len(content[:200]) // 4:
        raise ScenarioError([Fault(name, 1, "", "is text in UTF-16 or no text at all; save it as UTF-8")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ScenarioError([Fault(name, line, "", "is not UTF-8 text; save it as UTF-8")]) from error
    unseen = _UNSEEN.search(text)
    if unseen:
        words = f"holds a character that cannot be seen (number {ord(unseen[0])}); take it out"
        raise ScenarioError([Fault(name, _line_at(text, unseen.start()), "", words)])
    indent = _WIDE_INDENT.search(text)
    if indent:
        words = f"begins with a space that is no plain one (number {ord(indent[0][-1])}); put plain spaces in its place"
        raise ScenarioError([Fault(name, _line_at(text, indent.start()), "", words)])
    return text


def _line_at(text: str, at: int) -> int:
    return len(text[:at].splitlines() or [""]) + (text[:at].endswith(("\n", "\r")) and at > 0)


def parse(text: str, name: str) -> Document:
    """Parse YAML text; raises ScenarioError as `read` does."""
    from ruamel.yaml import YAML
    from ruamel.yaml.constructor import RoundTripConstructor
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    faults: list[Fault] = []

    class AsWritten(RoundTripConstructor):
        """Leaves dates as text and reads on past a key given twice: a fault on its line, not the end of the reading."""

        def check_mapping_key(self, _node: Any, key_node: Any, mapping: Any, key: Any, _value: Any) -> bool:
            if key not in mapping:
                return True
            faults.append(Fault(name, key_node.start_mark.line + 1, "", f'a setting is set twice: "{key}"'))
            return False

    AsWritten.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_yaml_str)
    yaml = YAML(typ="rt")
    yaml.Constructor = AsWritten
    deep = _too_deep(text)
    if deep:
        raise ScenarioError([Fault(name, deep, "", f"is nested more than {DEEPEST} deep; no scenario is")])
    try:
        tree = yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ScenarioError([Fault(name, mark.line + 1 if mark else 0, "", _why(str(error.problem)))]) from error
    except (YAMLError, ValueError, RecursionError) as error:
        words = "a number is too long" if "digits" in str(error) else "it is too deeply nested"
        raise ScenarioError([Fault(name, 0, "", f"cannot be read: {words}")]) from error
    if tree is None:
        raise ScenarioError([Fault(name, 1, "", "is empty: it holds no settings (name: value)")])
    if not isinstance(tree, Mapping):
        raise ScenarioError([Fault(name, 1, "", f"must hold settings (name: value), not {shown(_scalar(tree))}")])
    lines: dict[Keys, tuple[str, int]] = {}
    seen: set[int] = set()
    data = _plain(tree, (), name, lines, seen, faults)
    if faults:
        raise ScenarioError(faults)
    return Document(data, lines, name)


def _too_deep(text: str) -> int:
    """The first line on which brackets or indents go deeper than DEEPEST; 0 where none does."""
    depth = 0
    for number, line in enumerate(text.splitlines(), 1):
        for letter in line:
            depth += (letter in "[{") - (letter in "]}" and depth > 0)
            if depth > DEEPEST:
                return number
        if line.strip() and len(line) - len(line.lstrip(" ")) > DEEPEST * 10:
            return number
    return 0


def _why(problem: str) -> str:
    """Why YAML could not be read, with what mends it where that is known."""
    found = next((words for part, words in _MEND.items() if part in problem), problem)
    return f"cannot be read: {found}"


def _plain(
    node: Any,
    keys: Keys,
    file: str,
    lines: dict[Keys, tuple[str, int]],
    seen: set[int],
    faults: list[Fault],
) -> Any:
    if id(node) in seen:
        faults.append(Fault(file, lines.get(keys, (file, 1))[1], "", "uses a YAML alias (*); write the settings out"))
        return None
    if special := _special(node):
        faults.append(Fault(file, lines.get(keys, (file, 1))[1], "", special))
        seen.add(id(node))
    if not isinstance(node, Mapping | list):
        return _scalar(node)
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


def _special(node: Any) -> str:
    """What a node uses that a colleague could not read from top to bottom; empty for plain YAML."""
    if getattr(getattr(node, "tag", None), "value", None) or isinstance(node, bytes | Set):
        return "uses a YAML tag (!); write the value plainly"
    if getattr(node, "merge", None):
        return "uses a YAML merge key (<<); write the settings out"
    anchor = node.yaml_anchor() if hasattr(node, "yaml_anchor") else None
    return f"names a YAML anchor (&{anchor.value}); write the settings out" if anchor else ""


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
    except (YAMLError, ValueError, RecursionError):  # an impossible date, say: a fault where it is used, not here
        return text

"""JSON, with comments and trailing commas if the host takes them, changed in place.

No library on the Python Package Index changes such a text and leaves the rest of it as it is: those that keep
comments write the whole text anew in a style of their own, and jsonc-edit needs Node.js.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any, NoReturn

from do_nfs_mcp.cli.install.format import ConfigurationError, Keys

_BLANK = re.compile(r"[ \t\r\n]*")
_BLANK_OR_COMMENT = re.compile(r"(?:[ \t\r\n]+|//[^\r\n]*|/\*.*?\*/)*", re.DOTALL)


@dataclass(frozen=True)
class Json:
    """The format.

    Attributes:
        comments: Whether it may have comments and trailing commas.
    """

    comments: bool

    @property
    def empty(self) -> str:
        return "{}\n"

    def read(self, text: str) -> dict[str, Any]:
        value: dict[str, Any] = self._parse(text).root.value
        return value

    def put(self, text: str, keys: Keys, value: Any) -> str:
        parsed = self._parse(text)
        node = parsed.root
        for depth, key in enumerate(keys):
            index = parsed.find(node, key)
            if index is None:
                for missing in reversed(keys[depth + 1 :]):
                    value = {missing: value}
                return parsed.inserted(node, key, value)
            node = node.members[index].node
        return parsed.replaced(node, value)

    def remove(self, text: str, keys: Keys) -> str:
        parsed = self._parse(text)
        node = parsed.root
        for key in keys[:-1]:
            index = parsed.find(node, key)
            if index is None:
                return text
            node = node.members[index].node
        index = parsed.find(node, keys[-1])
        return text if index is None else parsed.removed(node, index)

    def _parse(self, text: str) -> "_Parsed":
        try:
            # Hosts take an empty file for one that says nothing.
            return _Parsed(text if text.strip() else self.empty, comments=self.comments)
        except RecursionError:
            raise ConfigurationError("is not a configuration: it is nested too deeply") from None


def _integer(digits: str) -> int | str:
    # Python refuses to read more than 4300 digits.
    return int(digits) if len(digits) < 20 else digits


@dataclass
class _Node:
    """A value and where it is: text[start:end]."""

    start: int
    end: int
    value: Any
    members: list["_Member"] = field(default_factory=list)


@dataclass
class _Member:
    """A name in an object, where it starts, and its value."""

    key: str
    start: int
    node: _Node


class _Parsed:
    """A text and the values in it."""

    def __init__(self, text: str, *, comments: bool) -> None:
        self.text = text
        self.comments = comments
        self._gap = _BLANK_OR_COMMENT if comments else _BLANK
        # Numbers are for comparing only, and not every number is equal to itself.
        self._decoder = json.JSONDecoder(parse_constant=self._constant, parse_int=_integer, parse_float=str)
        self.root = self._value(self._skip(0))
        if (end := self._skip(self.root.end)) != len(text):
            self._fail(end, "there is more after its end")
        if not isinstance(self.root.value, dict):
            raise ConfigurationError("is not a configuration: it is not a JSON object")
        self.newline = "\r\n" if "\r\n" in text else "\n"
        first = self.root.members[0].start if self.root.members else 0
        self.unit = self._indent(first) or "  "

    # Reading

    def _value(self, at: int) -> _Node:
        match self.text[at : at + 1]:
            case "{":
                return self._object(at)
            case "[":
                return self._array(at)
            case _:
                value, end = self._decoded(at)
                return _Node(at, end, value)

    def _object(self, start: int) -> _Node:
        members = []
        at = self._skip(start + 1)
        while self.text[at : at + 1] != "}":
            if self.text[at : at + 1] != '"':
                self._fail(at, "expected a name in double quotes")
            key, end = self._decoded(at)
            colon = self._skip(end)
            if self.text[colon : colon + 1] != ":":
                self._fail(colon, "expected a colon")
            node = self._value(self._skip(colon + 1))
            members.append(_Member(key, at, node))
            at = self._next(node.end, "}")
        return _Node(start, at + 1, {m.key: m.node.value for m in members}, members)

    def _array(self, start: int) -> _Node:
        values = []
        at = self._skip(start + 1)
        while self.text[at : at + 1] != "]":
            node = self._value(at)
            values.append(node.value)
            at = self._next(node.end, "]")
        return _Node(start, at + 1, values)

    def _next(self, at: int, closing: str) -> int:
        """Return where what follows a value is: the next one, or the closing bracket."""
        at = self._skip(at)
        if self.text[at : at + 1] == closing:
            return at
        if self.text[at : at + 1] != ",":
            self._fail(at, f"expected a comma or {closing}")
        after = self._skip(at + 1)
        if self.text[after : after + 1] == closing and not self.comments:
            self._fail(at, f"there is a comma before {closing}")
        return after

    def _decoded(self, at: int) -> tuple[Any, int]:
        try:
            return self._decoder.raw_decode(self.text, at)
        except json.JSONDecodeError as error:
            self._fail(error.pos, error.msg)
        except ValueError:
            self._fail(at, "no such value")

    @staticmethod
    def _constant(name: str) -> NoReturn:
        raise ValueError(name)

    def _skip(self, at: int) -> int:
        match = self._gap.match(self.text, at)
        assert match is not None
        return match.end()

    def _fail(self, at: int, what: str) -> NoReturn:
        line = self.text.count("\n", 0, at) + 1
        column = at - self.text.rfind("\n", 0, at)
        raise ConfigurationError(f"is not valid JSON (line {line}, column {column}: {what[:1].lower()}{what[1:]})")

    # Changing

    def find(self, node: _Node, key: str) -> int | None:
        """Return which member of an object has this name; None if none has."""
        if not isinstance(node.value, dict):
            raise ConfigurationError(f'has something around "{key}" that is not an object')
        found = [index for index, member in enumerate(node.members) if member.key == key]
        if len(found) > 1:
            raise ConfigurationError(f'has "{key}" twice in one place; leave one of them')
        return found[0] if found else None

    def replaced(self, node: _Node, value: Any) -> str:
        """Return the text with another value in place of this one."""
        new = self._dumped(value, self._indent(node.start) if self._spread(self.root) else None)
        return self.text[: node.start] + new + self.text[node.end :]

    def inserted(self, node: _Node, key: str, value: Any) -> str:
        """Return the text with one more member at the end of an object."""
        text, inside = self.text, node.end - 1
        indent = self._member_indent(node) if self._spread(node) else None
        member = f"{json.dumps(key, ensure_ascii=False)}: {self._dumped(value, indent)}"
        # Where comments about what is there end.
        solid = node.start + 1 + len(text[node.start + 1 : inside].rstrip(" \t\r\n"))
        if not node.members:
            if indent is None:
                return text[:solid] + member + text[inside:]
            closing = self.newline + self._indent(node.start)
            return text[:solid] + self.newline + indent + member + closing + text[inside:]
        end = node.members[-1].node.end
        if indent is None:
            return f"{text[:end]}, {member}{text[end:]}"
        trailing = text[self._skip(end)] == ","
        before = text[:end] + ("" if trailing else ",") + text[end:solid]
        return before + self.newline + indent + member + ("," if trailing else "") + text[solid:]

    def removed(self, node: _Node, index: int) -> str:
        """Return the text without a member of an object. This undoes `inserted`."""
        text, member = self.text, node.members[index]
        start, end, last = member.start, member.node.end, index == len(node.members) - 1
        own_line = not text[text.rfind("\n", 0, start) + 1 : start].strip(" \t")
        comma = self._skip(end)
        before = text[:start]
        # One comma goes, too: the one behind it, or if there is none, or one that trails in the same line, the one in
        # front.
        if text[comma] == "," and (own_line or not last or index == 0):
            end = comma + 1
        elif index:
            comma = self._skip(node.members[index - 1].node.end)
            before = text[:comma] + text[comma + 1 : start]
        after = text[end:]
        if not own_line and last:
            before = before.rstrip(" \t")
        elif not own_line:
            after = after.lstrip(" \t")
        elif self._may_join(before, after):
            before = before.rstrip(" \t").removesuffix("\n").removesuffix("\r")
        if len(node.members) == 1 and not (before[node.start + 1 :] + text[end : node.end - 1]).strip():
            return before[: node.start + 1] + text[node.end - 1 :]
        return before + after

    @staticmethod
    def _may_join(before: str, after: str) -> bool:
        """Return whether what follows a line can go on in the line before, which may end with a comment."""
        line_before = before.rstrip(" \t\r\n").rsplit("\n", 1)[-1]
        return not after.split("\n", 1)[0].strip() or "//" not in line_before

    def _spread(self, node: _Node) -> bool:
        """Return whether the members of an object are on lines of their own."""
        if node.members:
            return "\n" in self.text[node.start : node.members[0].start]
        return node is self.root or "\n" in self.text[node.start : node.end] or self._spread(self.root)

    def _member_indent(self, node: _Node) -> str:
        return self._indent(node.members[-1].start) if node.members else self._indent(node.start) + self.unit

    def _indent(self, at: int) -> str:
        """Return the blank space that the line of this begins with."""
        line = self.text[self.text.rfind("\n", 0, at) + 1 : at]
        return line[: len(line) - len(line.lstrip(" \t"))]

    def _dumped(self, value: Any, indent: str | None) -> str:
        """Return a value's text, with its first line at `indent`; all in one line if that is None."""
        if indent is None:
            return json.dumps(value, ensure_ascii=False)
        return json.dumps(value, ensure_ascii=False, indent=self.unit).replace("\n", self.newline + indent)

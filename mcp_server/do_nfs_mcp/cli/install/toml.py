"""TOML, changed in place.

tomlkit keeps comments, but not a text to the letter: it moves blank lines and comments between tables, and writes its
own line ends. Here the text is cut into statements, with the standard library's parser as the judge of where one ends.
"""

import json
import re
import tomllib
from dataclasses import dataclass
from typing import Any

from do_nfs_mcp.cli.install.format import ConfigurationError, Keys

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True)
class _Statement:
    """A table's header, or a name and its value.

    Attributes:
        keys: The table, or where the value is, from the top.
        start: Its first line.
        end: The line after its last.
        header: Whether it is a header.
        name: The text in front of the equals sign.
    """

    keys: Keys
    start: int
    end: int
    header: bool
    name: str = ""


class Toml:
    """The format."""

    @property
    def empty(self) -> str:
        return ""

    def read(self, text: str) -> dict[str, Any]:
        try:
            # As text, since not every number is equal to itself.
            return tomllib.loads(text, parse_float=str)
        except ValueError as error:
            raise ConfigurationError(f"is not valid TOML ({error})") from error
        except RecursionError:
            raise ConfigurationError("is not a configuration: it is nested too deeply") from None

    def put(self, text: str, keys: Keys, value: Any) -> str:
        newline = "\r\n" if "\r\n" in text else "\n"
        if isinstance(value, dict):
            lines = [f"[{'.'.join(keys)}]", *_assignments(value)]
            if not text:
                return newline.join(lines) + newline
            # A text without an end to its last line is left without.
            end = newline if text.endswith("\n") else ""
            return text + newline + ("" if end else newline) + newline.join(lines) + end
        lines = _LINE.findall(text)
        statements = _statements(lines)
        for statement in statements:
            if statement.keys == keys and not statement.header:
                old = "".join(lines[statement.start : statement.end])
                new = f"{statement.name}= {_dumped(value)}{_comment(old)}"
                lines[statement.start : statement.end] = [new]
                return "".join(lines)
        table, after = _table(statements, keys)
        line = f"{'.'.join(keys[len(table) :])} = {_dumped(value)}"
        if not lines[after - 1].endswith("\n"):
            lines[after - 1] += newline
            newline = ""
        lines.insert(after, line + newline)
        return "".join(lines)

    def remove(self, text: str, keys: Keys) -> str:
        lines = _LINE.findall(text)
        runs: list[tuple[int, int, bool]] = []
        for statement, previous in zip(_statements(lines), [None, *_statements(lines)], strict=False):
            if statement.keys[: len(keys)] != keys:
                continue
            if runs and previous is not None and previous.end == runs[-1][1]:
                runs[-1] = (runs[-1][0], statement.end, runs[-1][2])
            else:
                runs.append((statement.start, statement.end, statement.header))
        for start, end, header in reversed(runs):
            if header and start and not lines[start - 1].strip():
                start -= 1
            unended = end == len(lines) and not lines[-1].endswith("\n")
            del lines[start:end]
            if unended and lines:
                lines[-1] = lines[-1].removesuffix("\n").removesuffix("\r")
        return "".join(lines)


def _statements(lines: list[str]) -> list[_Statement]:
    """Return what a valid text says, in order."""
    found: list[_Statement] = []
    table: Keys = ()
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        if not line or line.startswith("#"):
            at += 1
        elif line.startswith("["):
            table = tuple(_path(tomllib.loads(line)))
            found.append(_Statement(table, at, at + 1, header=True))
            at += 1
        else:
            end = next(end for end in range(at + 1, len(lines) + 1) if _is_whole("".join(lines[at:end])))
            name = next(n for n in _cuts(lines[at], "=") if _is_whole(f"{n}= 0"))
            keys = (*table, *_path(tomllib.loads(f"{name}= 0")))
            found.append(_Statement(keys, at, end, header=False, name=name))
            at = end
    return found


def _is_whole(text: str) -> bool:
    try:
        tomllib.loads(text)
    except ValueError:
        return False
    return True


def _cuts(text: str, mark: str) -> list[str]:
    """Return what is in front of each mark."""
    return [text[: match.start()] for match in re.finditer(mark, text)]


def _path(document: Any) -> list[str]:
    """Return the names that a header or an assignment of 0 goes through."""
    if isinstance(document, list):
        return _path(document[0])
    return [key for name, value in document.items() for key in (name, *_path(value))] if document else []


def _table(statements: list[_Statement], keys: Keys) -> tuple[Keys, int]:
    """Return the innermost table with a header around this, and the line after its last statement."""
    table: Keys = ()
    for statement in statements:
        if statement.header and statement.keys == keys[: len(statement.keys)] and len(statement.keys) > len(table):
            table = statement.keys
    inside, after = False, 0
    for statement in statements:
        if statement.header:
            inside = statement.keys == table
        if inside:
            after = statement.end
    if not table or not after:
        raise ConfigurationError(f'has "{keys[-2]}" in no table of its own; change it by hand, see --print')
    return table, after


def _comment(old: str) -> str:
    """Return what follows a value: its comment, if it has one, and the end of its line."""
    values = (cut for cut in _cuts(old, "#") if _is_whole(cut))
    value = next(values, old).rstrip()
    return old[len(value) :]


def _assignments(value: dict[str, Any], above: Keys = ()) -> list[str]:
    lines = []
    for key, item in value.items():
        if isinstance(item, dict):
            lines += _assignments(item, (*above, key))
        else:
            lines.append(f"{'.'.join((*above, key))} = {_dumped(item)}")
    return lines


def _dumped(value: str | list[str]) -> str:
    # What JSON escapes, TOML escapes alike; this one it does not.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")

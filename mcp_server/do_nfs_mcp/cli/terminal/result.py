"""Shows a tool's structured content to a person or a program.

For people there is one rule for each kind of value, whatever the tool: what happened is a paragraph, a list of things
is a table, one thing is a list of facts. Names stand for ids, sizes are written like 100GiB, times like
2026-11-27 23:18.
"""

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from do_nfs_mcp.api.untrusted_text import escaped
from do_nfs_mcp.cli.terminal.labels import label
from do_nfs_mcp.cli.terminal.table import table

__all__ = ["Output", "as_tables", "as_yaml"]

Output = Literal["text", "table", "json", "yaml", "wide"]
Data = Mapping[str, Any]

# What the message of a change says in words.
_SAID = {"outcome", "message", "waited", "asked", "next", "before", "after", "action", "next_cursor"}
_GIB_IN_TIB = 1024
# Longer texts of a list have a line each.
_SHORT = 40
_PLAIN_YAML = re.compile(r"[A-Za-z/][\w./@ -]*[\w./]|[A-Za-z]")
_YAML_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}


def as_tables(data: Data, *, wide: bool = False) -> str:
    """Return structured content as a person reads it; "" if it is an empty list.

    Args:
        data: The structured content.
        wide: Whether tables have every column; otherwise as many as fit the terminal.
    """
    message = [str(data["message"])] if "message" in data else []
    if data.get("problems") == []:
        message.append("Nothing looks wrong.")
    sections = [*message, *_sections(_with_names(data, dict(_names_in(data))), wide=wide)]
    if "next_cursor" in data:
        sections.append(f"There are {data['total']} in all; for the next, add cursor={data['next_cursor']}")
    return "\n\n".join(sections)


def _sections(data: Data, *, wide: bool) -> list[str]:
    """Return the parts of the structured content: first its own facts, then each thing and each list in it."""
    data = {key: value for key, value in data.items() if key not in _SAID or "message" not in data}
    parts = {key: value for key, value in data.items() if _is_part(value)}
    facts = {key: value for key, value in data.items() if key not in {"next_cursor", *parts} and value != []}
    # The message, or the rows themselves, say as much.
    if "message" in data or (facts.keys() == {"total"} and len(parts) < 2):
        facts = {}
    sections = [_facts(facts)] if facts else []
    for key, value in parts.items():
        title = f"{label(key)}\n" if len(parts) > 1 or facts else ""
        sections.append(title + _part(value, wide=wide))
    return sections


def _is_part(value: Any) -> bool:
    """Return whether a value has a section of its own: a thing, a list of things, or a list of long texts."""
    if isinstance(value, Mapping):
        return "id" in value or any(isinstance(each, (Mapping, list)) for each in value.values())
    return isinstance(value, list) and any(isinstance(each, Mapping) or len(str(each)) > _SHORT for each in value)


def _part(value: Any, *, wide: bool) -> str:
    if isinstance(value, Mapping) and all(isinstance(each, Mapping) for each in value.values()):
        value = [{"name": name, **each} for name, each in value.items()]
    if isinstance(value, Mapping):
        return "\n\n".join(_sections(value, wide=wide))
    if all(isinstance(each, Mapping) for each in value):
        return _table(value, wide=wide)
    return "\n".join(f"- {_text('', each)}" for each in value)


def _facts(data: Data) -> str:
    """Return facts in two columns, ids last."""
    named = {label(key): _text(key, value) for key, value in _ids_last(data).items()}
    width = max(map(len, named))
    return "\n".join(f"{key.ljust(width)}  {text}" for key, text in named.items() if text)


def _table(things: Sequence[Data], *, wide: bool) -> str:
    keys = _ids_last(dict.fromkeys(key for thing in things for key in thing))
    texts = {key: [_text(key, thing.get(key)) for thing in things] for key in keys}
    columns = {key: [label(key).upper(), *cells] for key, cells in texts.items() if any(cells)}
    note = ""
    if not wide:
        same = [name for name, number in Counter(texts.get("name", ())).items() if number > 1]
        # Things of one name can be told apart by their ids alone.
        if texts.get("name") and not same:
            columns = {key: cells for key, cells in columns.items() if not _is_id(key)}
        columns = _narrowed(columns, {"name", "status", "vpc_ids"})
        if same and "id" in texts and "id" not in columns:
            note = f'\n\nSeveral are named "{same[0]}"; -o wide shows their ids.'
    return table(list(zip(*columns.values(), strict=True)), wide=wide) + note


def _narrowed(columns: dict[str, list[str]], kept: set[str]) -> dict[str, list[str]]:
    """Return the columns that fit the terminal: ids go first, then the widest, of two the later. kept: What stays."""
    widths = {key: max(map(len, cells)) + 2 for key, cells in columns.items()}
    while sum(widths.values()) - 2 > shutil.get_terminal_size().columns and widths.keys() - kept:
        droppable = reversed([key for key in widths if key not in kept])
        del widths[max(droppable, key=lambda key: (_is_id(key), widths[key]))]
    return {key: columns[key] for key in widths}


def _names_in(data: Any) -> Iterator[tuple[str, str]]:
    """Give the ids whose names are anywhere in data, with the names."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key.endswith("_names"):
                yield from value.items()
            else:
                yield from _names_in(value)
    elif isinstance(data, list):
        for each in data:
            yield from _names_in(each)


def _with_names(data: Any, names: Mapping[str, str]) -> Any:
    """Return data in which whatever is referred to goes by its name, where that is known."""
    if isinstance(data, list):
        return [_with_names(each, names) for each in data]
    if not isinstance(data, Mapping):
        return data
    return {
        key: [names.get(each, each) for each in value] if key.endswith("_ids") else _with_names(value, names)
        for key, value in data.items()
        if not key.endswith("_names") and f"{key.removesuffix('_id')}_name" not in data
    }


def _is_id(key: str) -> bool:
    return key == "id" or key.endswith("_id")


def _ids_last(data: Data) -> Data:
    """Return the same, the name first and ids last."""
    return {key: data[key] for key in sorted(data, key=lambda key: 0 if key == "name" else 2 if _is_id(key) else 1)}


def _text(key: str, value: Any) -> str:
    """Return a value as a person writes it, in one line."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() if key.endswith("_gib"):
            return _size(value)
        case Mapping():
            return ", ".join(f"{escaped(name).replace('_', ' ')} {_text(key, each)}" for name, each in value.items())
        case list():
            return ", ".join(_text(key, each) for each in value)
        case str() if key == "status":
            # Access points are the only ones whose statuses say what they are of.
            value = value.removeprefix("ACCESS_POINT_")
        case str() if key == "kind":
            value = value.replace("_", " ")
        case str() if key.endswith("_at"):
            return f"{datetime.fromisoformat(value).astimezone(UTC):%Y-%m-%d %H:%M}"
    return escaped(str(value))


def _size(gib: int) -> str:
    """Return a size as people write it: 100GiB, 2TiB."""
    return f"{gib // _GIB_IN_TIB}TiB" if gib and gib % _GIB_IN_TIB == 0 else f"{gib}GiB"


def as_yaml(data: Any, indent: str = "") -> str:
    """Return data as YAML.

    Args:
        data: What JSON can hold.
        indent: What each line begins with.
    """
    if isinstance(data, Mapping) and data:
        return "\n".join(
            _yaml_item(f"{indent}{_yaml_scalar(key)}:", value, f"{indent}  ") for key, value in data.items()
        )
    if isinstance(data, list) and data:
        return "\n".join(f"{indent}- {as_yaml(value, f'{indent}  ').lstrip(' ')}" for value in data)
    return f"{indent}{_yaml_scalar(data)}"


def _yaml_item(key: str, value: Any, indent: str) -> str:
    is_block = isinstance(value, (Mapping, list)) and value
    return f"{key}\n{as_yaml(value, indent)}" if is_block else f"{key} {_yaml_scalar(value)}"


def _yaml_scalar(value: Any) -> str:
    if isinstance(value, str) and _PLAIN_YAML.fullmatch(value) and value.lower() not in _YAML_WORDS:
        return value
    return json.dumps(value)

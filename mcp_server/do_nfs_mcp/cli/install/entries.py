"""An entry is put into a configuration and taken out again, whatever the format, and nothing else changes."""

import copy
from collections.abc import Iterator
from typing import Any

from do_nfs_mcp.cli.install.format import ConfigurationError, Format, Keys
from do_nfs_mcp.settings import TOKEN_VARIABLES

__all__ = ["add_entry", "find_entry", "has_any_entry", "remove_entry"]

_OURS: tuple[Keys, ...] = (
    *(("type",), ("command",), ("args",), ("env_vars",)),
    *((variables, name) for variables in ("env", "environment") for name in TOKEN_VARIABLES),
)
"""What in an entry is brought up to date by this command. The rest is the person's or the host's once it is there."""
_MISSING = object()


def add_entry(syntax: Format, text: str | None, keys: Keys, entry: dict[str, Any]) -> str:
    """Return the configuration with the entry in it. One that is there already is brought up to date.

    Args:
        syntax: The format of the configuration.
        text: The configuration; None if there is no file.
        keys: Where the entry goes.
        entry: What it says.

    Raises:
        ConfigurationError: If the configuration is malformed, or has something else there.
    """
    text = syntax.empty if text is None else text
    there = find_entry(syntax, text, keys)
    if there is None:
        return _edit(syntax, text, keys, entry)
    wanted = dict(_leaves(entry))
    for leaf in _OURS:
        if leaf not in wanted and _value_at(there, leaf) is not _MISSING:
            text = _edit(syntax, text, (*keys, *leaf))
    for leaf, value in wanted.items():
        found = _value_at(there, leaf)
        if found is _MISSING or (leaf in _OURS and found != value):
            text = _edit(syntax, text, (*keys, *leaf), value)
    return text


def remove_entry(syntax: Format, text: str, keys: Keys, original: str | None) -> str | None:
    """Return the configuration without the entry; None if without it there would be no file.

    Args:
        syntax: The format of the configuration.
        text: The configuration.
        keys: Where the entry is.
        original: What the configuration was before, as far as is known; None for no file. If adding the entry to it
            gives `text`, it is the answer to the letter.

    Raises:
        ConfigurationError: If the configuration is malformed, or has something else there.
    """
    entry = find_entry(syntax, text, keys)
    if entry is None:
        return text
    if _would_give(syntax, original, keys, entry, text):
        return original
    edited = _edit(syntax, text, keys)
    if _lacks_section(syntax, original, keys[0]):
        without_section = _edit(syntax, edited, keys[:1])
        # Else something else has come into it, such as a comment.
        if _would_give(syntax, without_section, keys, entry, text):
            return without_section
    return edited


def _lacks_section(syntax: Format, original: str | None, section: str) -> bool:
    """Return whether the section is known to have come with the entry."""
    try:
        return original is not None and section not in syntax.read(original)
    except ConfigurationError:
        return False


def _would_give(syntax: Format, original: str | None, keys: Keys, entry: dict[str, Any], text: str) -> bool:
    """Return whether the text is what adding the entry to the original gives."""
    try:
        had_none = original is None or find_entry(syntax, original, keys) is None
        return had_none and add_entry(syntax, original, keys, entry) == text
    except ConfigurationError:
        return False


def find_entry(syntax: Format, text: str, keys: Keys) -> dict[str, Any] | None:
    """Return the entry of this server in a configuration; None if there is none.

    Args:
        syntax: The format of the configuration.
        text: The configuration.
        keys: Where the entry would be.

    Raises:
        ConfigurationError: If the configuration is malformed, or has something else there.
    """
    document = syntax.read(text)
    for depth in range(1, len(keys)):
        outer = _value_at(document, keys[:depth])
        if not isinstance(outer, dict) and outer is not _MISSING:
            raise ConfigurationError(f'has something under "{keys[depth - 1]}" that holds no servers')
    entry = _value_at(document, keys)
    if entry is _MISSING:
        return None
    if isinstance(entry, dict) and _starts_this(entry):
        return entry
    raise ConfigurationError(f'has an entry "{keys[-1]}" that starts something else; choose another name with --name')


def has_any_entry(syntax: Format, text: str, section: str) -> bool:
    """Return whether a configuration has an entry of this server, whatever it is called.

    Args:
        syntax: The format of the configuration.
        text: The configuration.
        section: Where it has the servers, and nothing else.

    Raises:
        ConfigurationError: If the configuration is malformed.
    """
    servers = syntax.read(text).get(section, {})
    return any(isinstance(entry, dict) and _starts_this(entry) for entry in servers.values())


def _starts_this(entry: dict[str, Any]) -> bool:
    # Either may be a list.
    words = f"{entry.get('command')} {entry.get('args')}"
    return "do-nfs-mcp" in words or "do_nfs_mcp" in words


def _edit(syntax: Format, text: str, keys: Keys, value: Any = _MISSING) -> str:
    """Return the text with the value there, or with nothing there, once it is sure that nothing else has changed."""
    expected = copy.deepcopy(syntax.read(text))
    _set(expected, keys, value)
    edited = syntax.remove(text, keys) if value is _MISSING else syntax.put(text, keys, value)
    try:
        found = syntax.read(edited)
    except ConfigurationError:
        found = {}
    # A section that holds no server any more may be there or not.
    if _without_empty(found, keys[:-1]) != _without_empty(expected, keys[:-1]):
        raise ConfigurationError("is written in a way that cannot be changed safely; change it by hand, see --print")
    return edited


def _value_at(document: Any, keys: Keys) -> Any:
    for key in keys:
        if not isinstance(document, dict) or key not in document:
            return _MISSING
        document = document[key]
    return document


def _set(document: dict[str, Any], keys: Keys, value: Any) -> None:
    for key in keys[:-1]:
        document = document.setdefault(key, {})
        if not isinstance(document, dict):
            raise ConfigurationError(f'has something under "{key}" that is not an object')
    if value is _MISSING:
        document.pop(keys[-1], None)
    else:
        document[keys[-1]] = value


def _without_empty(document: dict[str, Any], keys: Keys) -> dict[str, Any]:
    document = copy.deepcopy(document)
    for depth in range(len(keys), 0, -1):
        if _value_at(document, keys[:depth]) == {}:
            _set(document, keys[:depth], _MISSING)
    return document


def _leaves(entry: dict[str, Any], above: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    for key, value in entry.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*above, key))
        else:
            yield (*above, key), value

"""An entry is put into a configuration and taken out again, whatever format it has, and nothing else changes."""

import copy
from collections.abc import Iterator
from typing import Any, Protocol

from do_nfs_mcp.settings import TOKEN_VARIABLES

Keys = tuple[str, ...]
"""Where something is: the names to follow from the top."""

_OURS: tuple[Keys, ...] = (("type",), ("command",), ("args",), ("env_vars",), *(("env", v) for v in TOKEN_VARIABLES))
"""What in an entry is written by this command. The rest is the person's or the host's."""
_MISSING = object()


class ConfigurationError(Exception):
    """A configuration that cannot be changed. The text goes on after the file's name: "is not valid JSON ..."."""


class Format(Protocol):
    """Text in which names have values. Each method raises ConfigurationError for a text it cannot take."""

    @property
    def empty(self) -> str:
        """A text with nothing in it."""

    def read(self, text: str) -> dict[str, Any]:
        """All that the text says."""

    def put(self, text: str, keys: Keys, value: Any) -> str:
        """The text with this value there, and otherwise as it was."""

    def remove(self, text: str, keys: Keys) -> str:
        """The text without what is there, and otherwise as it was."""


def add(syntax: Format, text: str | None, keys: Keys, entry: dict[str, Any]) -> str:
    """The configuration with the entry in it. One that is there already is brought up to date.

    Args:
        text: The configuration; None if there is no file.
        keys: Where the entry goes.
        entry: What it says.

    Raises:
        ConfigurationError: The configuration is malformed, or has something else there.
    """
    text = syntax.empty if text is None else text
    there = entry_in(syntax, text, keys)
    if there is None:
        return _edited(syntax, text, keys, entry)
    wanted = dict(_leaves(entry))
    for leaf in _OURS:
        if leaf not in wanted and _at(there, leaf) is not _MISSING:
            text = _edited(syntax, text, (*keys, *leaf))
    for leaf, value in wanted.items():
        if _at(there, leaf) != value:
            text = _edited(syntax, text, (*keys, *leaf), value)
    return text


def take_out(syntax: Format, text: str, keys: Keys, original: str | None) -> str | None:
    """The configuration without the entry; None if without it there would be no file.

    Args:
        text: The configuration.
        keys: Where the entry is.
        original: What the configuration was before, as far as is known; None for no file. If adding the entry to it
            gives `text`, it is the answer to the letter.

    Raises:
        ConfigurationError: The configuration is malformed, or has something else there.
    """
    entry = entry_in(syntax, text, keys)
    if entry is None:
        return text
    if _would_give(syntax, original, keys, entry, text):
        return original
    edited = _edited(syntax, text, keys)
    if _lacks(syntax, original, keys[0]):
        without_section = _edited(syntax, edited, keys[:1])
        # Else something else has come into it, such as a comment.
        if _would_give(syntax, without_section, keys, entry, text):
            return without_section
    return edited


def _lacks(syntax: Format, original: str | None, section: str) -> bool:
    """Whether the section is known to have come with the entry."""
    try:
        return original is not None and section not in syntax.read(original)
    except ConfigurationError:
        return False


def _would_give(syntax: Format, original: str | None, keys: Keys, entry: dict[str, Any], text: str) -> bool:
    """Whether the text is what adding the entry to the original gives."""
    try:
        had_none = original is None or entry_in(syntax, original, keys) is None
        return had_none and add(syntax, original, keys, entry) == text
    except ConfigurationError:
        return False


def entry_in(syntax: Format, text: str, keys: Keys) -> dict[str, Any] | None:
    """The entry of this server in a configuration; None if there is none.

    Raises:
        ConfigurationError: The configuration is malformed, or has something else there.
    """
    document = syntax.read(text)
    for depth in range(1, len(keys)):
        if not isinstance(_at(document, keys[:depth]), dict) and _at(document, keys[:depth]) is not _MISSING:
            raise ConfigurationError(f'has something under "{keys[depth - 1]}" that holds no servers')
    entry = _at(document, keys)
    if entry is _MISSING:
        return None
    if isinstance(entry, dict) and _starts_this(entry):
        return entry
    raise ConfigurationError(f'has an entry "{keys[-1]}" that starts something else; choose another name with --name')


def any_entry_in(syntax: Format, text: str, section: str) -> bool:
    """Whether a configuration has an entry of this server, whatever it is called. Its section has to hold servers."""
    servers = syntax.read(text).get(section, {})
    return any(isinstance(entry, dict) and _starts_this(entry) for entry in servers.values())


def _starts_this(entry: dict[str, Any]) -> bool:
    arguments = entry.get("args")
    words = [entry.get("command"), *(arguments if isinstance(arguments, list) else [])]
    return any("do-nfs-mcp" in str(word) or "do_nfs_mcp" in str(word) for word in words)


def _edited(syntax: Format, text: str, keys: Keys, value: Any = _MISSING) -> str:
    """The text with the value there, or with nothing there, once it is sure that nothing else has changed."""
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


def _at(document: Any, keys: Keys) -> Any:
    for key in keys:
        if not isinstance(document, dict) or key not in document:
            return _MISSING
        document = document[key]
    return document


def _set(document: dict[str, Any], keys: Keys, value: Any) -> None:
    for key in keys[:-1]:
        document = document.setdefault(key, {})
        if not isinstance(document, dict):
            raise ConfigurationError(f'has something under "{key}" that is no object')
    if value is _MISSING:
        document.pop(keys[-1], None)
    else:
        document[keys[-1]] = value


def _without_empty(document: dict[str, Any], keys: Keys) -> dict[str, Any]:
    document = copy.deepcopy(document)
    for depth in range(len(keys), 0, -1):
        if _at(document, keys[:depth]) == {}:
            _set(document, keys[:depth], _MISSING)
    return document


def _leaves(entry: dict[str, Any], above: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    for key, value in entry.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*above, key))
        else:
            yield (*above, key), value

"""What the arguments of a sandbox have to be."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping
from numbers import Integral, Real
from os import PathLike
from typing import Any

__all__ = ["check_arguments"]


def check_arguments(**given: Any) -> None:
    """Refuse arguments of the wrong kind, whose mistakes would otherwise show later and elsewhere.

    Args:
        given: The arguments by name.

    Raises:
        ValueError: If one is not what it has to be; the text says what that is.
    """
    for name, value in given.items():
        wanted, is_right = _RULES[name]
        if (value is not None or name in _NEVER_NONE) and not is_right(value):
            raise ValueError(f"{name} must be {wanted}")


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _is_whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _are_texts(value: object) -> bool:
    return (
        not isinstance(value, (str, bytes))
        and isinstance(value, Collection)
        and all(isinstance(each, str) for each in value)
    )


def _are_accounts(value: object) -> bool:
    # Not isinstance: the module that has the sandbox needs this one.
    return isinstance(value, Mapping) and _are_texts(value) and all(hasattr(each, "respond") for each in value.values())


_NEVER_NONE = {"db", "ready_after", "admin", "strict_names", "sleep"}
_TRUTH = ("true or false", lambda value: isinstance(value, bool))
_FUNCTION = ("a function", callable)
_RULES: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "db": ('a file, or ":memory:"', lambda value: isinstance(value, (str, PathLike))),
    "ready_after": ("a number of seconds", _is_number),
    "tokens": (
        'lists of scopes by token, such as {"mine": ["nfs:list"]}',
        lambda value: isinstance(value, Mapping) and _are_texts(value) and all(map(_are_texts, value.values())),
    ),
    "limits": (
        "two numbers, the requests of an hour and of a minute, such as (5000, 250)",
        lambda value: isinstance(value, (tuple, list)) and len(value) == 2 and all(map(_is_whole, value)),
    ),
    "clock": _FUNCTION,
    "accounts": ("sandboxes by token", _are_accounts),
    "keep_requests": ("a whole number, 0 or more", lambda value: _is_whole(value) and 0 <= value <= sys.maxsize),
    "on_request": _FUNCTION,
    "admin": _TRUTH,
    "admin_token": ("a text", lambda value: isinstance(value, str)),
    "strict_names": _TRUTH,
    "regions": ('slugs in a list, such as ["nyc2", "ams3"]', _are_texts),
    "sleep": _FUNCTION,
}

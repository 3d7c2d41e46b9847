"""What the models and the operations share."""

import re
from collections.abc import Callable, Mapping, MutableMapping
from datetime import UTC, datetime
from json import JSONDecodeError
from reprlib import Repr
from typing import Any, Generic, Literal, TypeVar, cast
from urllib.parse import parse_qsl

from attrs import define

from .errors import UnsafeIdError

T = TypeVar("T")

MISREAD = (KeyError, TypeError, ValueError)
"""What reading raises that is not as the contract has it."""

_ID = re.compile(r"[a-z0-9]{1,8}", re.ASCII)

_KINDS: dict[type, str] = {
    str: "a string",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "an object",
    datetime: "a date and time",
}
# What came may be long.
_short = Repr()
_short.maxstring = _short.maxother = 40
_short.maxlevel = 2


class Unset:
    """What stands in a field that is left out. It counts as false."""

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    # There is just one, and `is` tells it: a copy is the same.
    def __reduce__(self) -> str:
        return "UNSET"


UNSET: Unset = Unset()


@define
class UnreadableItem:
    """A part of an answer that is not as the contract has it, and that the answer is read without.

    Attributes:
        field: The field that it is in or is: a list, such as `shares`, or a field that may be left out.
        item: The item of the list, or the field's value, as the API sent it.
        reason: What is wrong with it.
    """

    field: str
    item: Any
    reason: str


@define
class Response(Generic[T]):
    """An answer of the API.

    Attributes:
        status_code: The HTTP status.
        content: The body as it came.
        headers: The headers.
        parsed: The body, read.
    """

    status_code: int
    content: bytes
    headers: MutableMapping[str, str]
    parsed: T


def read_items(
    read: Callable[[Any], T], items: Any, field: str, kind: type | None = None
) -> tuple[list[T], tuple[UnreadableItem, ...]]:
    """Return the items of a list that can be read, and those that cannot: an odd one does not hide the others.

    Args:
        read: Reads one.
        items: The list, as the API sent it.
        field: The name of the list.
        kind: What JSON has to have for each; None if that is for `read` to say.

    Raises:
        TypeError: It is no list.
    """
    found: list[T] = []
    unreadable: tuple[UnreadableItem, ...] = ()
    if type(items) is not list:
        raise misread(items, field, list)
    for item in items:
        try:
            if kind and type(item) is not kind:
                raise misread(item, f"an item of {field}", kind)
            found.append(read(item))
        except MISREAD as error:
            unreadable += (UnreadableItem(field, item, reason(error)),)
    return found, unreadable


def are_all(items: Any, kind: type) -> bool:
    """Return whether something is a list of nothing but values of a kind."""
    if type(items) is not list:
        return False
    for item in items:
        if type(item) is not kind:
            return False
    return True


def read_time(text: Any, field: str) -> datetime:
    """Return a time. One without an offset is in UTC, as all times of the API are, so that any two can be compared.

    Args:
        text: What the API sent.
        field: The name of the field that it is in.

    Raises:
        TypeError: It is no time.
    """
    try:
        time = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise misread(text, field, datetime) from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def as_object(value: Any, field: str) -> Mapping[str, Any]:
    """Return what the API sent if it is an object. Raises TypeError if it is none. field: Where it is."""
    if isinstance(value, Mapping):
        return value
    raise misread(value, field, dict)


def checked(value: Any, kind: type[T], field: str) -> T:
    """Return a value that is of a kind, or stands for one that is.

    Args:
        value: What the API sent.
        kind: What the contract has.
        field: The name of the field that it is in.

    Raises:
        TypeError: It is of another kind.
    """
    if type(value) is kind:
        return value
    # The same to JSON.
    if kind is int and type(value) is float and value.is_integer():
        return cast("T", int(value))
    if kind is float and type(value) is int:
        return cast("T", float(value))
    raise misread(value, field, kind)


def misread(value: Any, field: str, *kinds: type) -> TypeError:
    """Return what to raise for a value that is of none of these kinds. field: The name of the field that it is in."""
    return TypeError(
        f"{field} is {_short.repr(value)}, not {' or '.join(_KINDS[kind] for kind in kinds)}"
    )


def checked_id(value: Any, field: str) -> str:
    """Return an id that the API sent. Raises TypeError or ValueError if it is none. field: Where it is."""
    if checked(value, str, field) == "":
        raise ValueError(f"{field} is empty")
    return cast("str", value)


def reason(error: Exception) -> str:
    """Return in words why something could not be read."""
    if isinstance(error, KeyError):
        return f"{error.args[0]} is missing"
    if isinstance(error, RecursionError):
        return "the answer is nested too deeply"
    # Both are raised for what is no JSON, and the second for bytes that are no text.
    if isinstance(error, JSONDecodeError | UnicodeDecodeError):
        return f"the answer is not JSON: {error}"
    return str(error)


def id_in_request(value: object, name: str) -> str:
    """Return an id as a request has it, in its path or its query.

    Args:
        value: The id, a text or a whole number.
        name: The argument that it is, for the error.

    Raises:
        UnsafeIdError: It is not an id as the contract has it in requests.
    """
    text = str(value)
    if type(value) is bool or not isinstance(value, str | int) or not _ID.fullmatch(text):
        raise UnsafeIdError(name, text)
    return text


def query_of(url: str) -> dict[str, str]:
    """Return the parameters in the query of a URL, by name."""
    return dict(parse_qsl(url.partition("?")[2].partition("#")[0]))


__all__ = ["UNSET", "Response", "UnreadableItem", "Unset"]

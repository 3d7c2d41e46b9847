"""What the models and the operations share."""

import re
from collections.abc import Callable, MutableMapping
from datetime import UTC, datetime
from typing import Any, Generic, Literal, TypeVar, cast
from urllib.parse import parse_qsl

from attrs import define

from .errors import UnsafeIdError

T = TypeVar("T")

MISREAD = (KeyError, TypeError, ValueError)
"""What reading raises that is not as the contract has it."""

_ID = re.compile(r"[A-Za-z0-9_~-]{1,64}", re.ASCII)


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
    read: Callable[[Any], T], items: Any, field: str
) -> tuple[list[T], tuple[UnreadableItem, ...]]:
    """Return the items of a list that can be read, and those that cannot: an odd one does not hide the others.

    Args:
        read: Reads one.
        items: The list, as the API sent it.
        field: The name of the list.

    Raises:
        TypeError: It is no list.
    """
    found: list[T] = []
    unreadable: tuple[UnreadableItem, ...] = ()
    for item in checked(items, list, field):
        try:
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


def read_time(text: Any) -> datetime:
    """Return a time. One without an offset is in UTC, as all times of the API are, so that any two can be compared."""
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


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
    raise TypeError(f"{field} is no {kind.__name__}")


def reason(error: Exception) -> str:
    """Return in words why something could not be read."""
    return f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)


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

"""What a host asks in every window, answered before the SDK is loaded: most windows never call a tool.

This loop knows `initialize`, `ping`, `server/discover` and the lists, in exactly the shapes below. Its answers are
handshake.json, which scripts/generate makes of the SDK's own. Anything else it leaves to the whole server, which goes
on where this ends.
"""

import json
import os
import select
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from do_nfs_mcp.offering import Offering

__all__ = [
    "Answers",
    "HandedOver",
    "Handshake",
    "UnknownMessageError",
    "answer_handshake",
    "read_answers",
    "tool_names",
]

Answers = dict[str, dict[str, Any]]
"""Results: of "initialize" by version; by method, after it ("initialized") and of requests that are "self_contained",
as all are from 2026-07-28 on."""

_ANSWERS = Path(__file__).with_name("handshake.json")
_LONGEST_LINE = 64 * 1024
# The SDK reads no JSON that is nested deeper than 200 levels.
_MOST_BRACKETS = 100
_DISCOVER = "server/discover"
# Of the lists, the one that takes the whole server least.
_LITTLE = "resources/templates/list"
# For how many milliseconds a client may be slow to read an answer, before the whole server is made, which can read and
# write at once.
_SLOW = 1000

# Shapes of JSON: a type, a text, a tuple of shapes of which one has to fit, [the items'], {the fields'}. A field whose
# name ends with "?" may be left out or null; "*" stands for all fields.
_ID = (int, str)
_NULL = ()
_OBJECTS = {"*": dict}
_CLIENT = {
    "name": str,
    "version": str,
    "title?": str,
    "description?": str,
    "websiteUrl?": str,
    "icons?": [{"src": str, "mimeType?": str, "sizes?": [str]}],
}
_CAPABILITIES = {
    "elicitation?": {"form?": dict, "url?": dict},
    "experimental?": _OBJECTS,
    "extensions?": _OBJECTS,
    "roots?": {"listChanged?": bool},
    "sampling?": {"context?": dict, "tools?": dict},
    "tasks?": {
        "list?": dict,
        "cancel?": dict,
        "requests?": {"sampling?": {"createMessage?": dict}, "elicitation?": {"create?": dict}},
    },
}
_PROGRESS = {"progressToken?": _ID}
_LEVELS = ("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency")
_REQUEST = {"jsonrpc": "2.0", "id": _ID, "method": str}
_PLAIN = {**_REQUEST, "params?": {"_meta?": _PROGRESS, "cursor?": _NULL}}
_INITIALIZE = {
    **_REQUEST,
    "method": "initialize",
    "params": {"protocolVersion": str, "capabilities": _CAPABILITIES, "clientInfo": _CLIENT, "_meta?": {}},
}
_INITIALIZED = {"jsonrpc": "2.0", "method": "notifications/initialized", "params?": {}}
_SELF_CONTAINED = {
    **_REQUEST,
    "params": {
        "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": _CLIENT,
            "io.modelcontextprotocol/clientCapabilities": _CAPABILITIES,
            "io.modelcontextprotocol/logLevel?": _LEVELS,
            **_PROGRESS,
        },
        "cursor?": _NULL,
    },
}


class HandedOver(NamedTuple):
    """Where the whole server goes on.

    Attributes:
        answered: The lines that decided what the connection speaks. The client has their answers.
        unread: What was read and not answered.
        unwritten: What is still to be written to the client, before anything else.
    """

    answered: tuple[bytes, ...] = ()
    unread: bytes = b""
    unwritten: bytes = b""


class UnknownMessageError(Exception):
    """The message is for the whole server."""


class Handshake:
    """A connection, as far as the handshake goes.

    Args:
        answers: What read_answers() gave.

    Attributes:
        answered: The lines that decided what the connection speaks, to which all that follows refers.
    """

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._spoken = ""
        self.answered: list[bytes] = []

    def answer(self, line: bytes) -> bytes:
        """Return the line that answers a line; b"" if none does.

        Raises:
            UnknownMessageError: The line is for the whole server.
        """
        if not line.strip():
            return b""
        message = _message(line)
        if self._spoken == "initialized" and len(self.answered) == 1 and _fits(message, _INITIALIZED):
            self.answered.append(line)
            return b""
        if self._spoken == "initialized" and _fits(message, _PLAIN):
            result = self._answers["initialized"].get(message["method"])
        elif self._spoken != "initialized" and _fits(message, _SELF_CONTAINED):
            result = self._answers["self_contained"].get(message["method"])
            # To ask what is spoken decides nothing.
            if result and message["method"] != _DISCOVER:
                # It is answered: what the whole server does for it again may as well be little.
                self._decide("self_contained", json.dumps({**message, "method": _LITTLE}).encode())
        elif not self._spoken and _fits(message, _INITIALIZE):
            result = self._answers["initialize"].get(message["params"]["protocolVersion"])
            if result:
                self._decide("initialized", line)
        else:
            result = None
        if result is None:
            raise UnknownMessageError
        answer = {"jsonrpc": "2.0", "id": message["id"], "result": result}
        return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    def _decide(self, spoken: str, line: bytes) -> None:
        if not self._spoken:
            self._spoken = spoken
            self.answered.append(line)


def answer_handshake(answers: Answers, stdin: int = 0, stdout: int = 1) -> HandedOver | None:
    """Answer the client until it is gone, or until something comes that is for the whole server.

    Args:
        answers: What read_answers() gave.
        stdin: The descriptor that the client's messages come from, a line each.
        stdout: The descriptor that answers are written to.

    Returns:
        Where the whole server goes on; None if the client is gone.
    """
    handshake = Handshake(answers)
    unread = unwritten = b""
    with suppress(UnknownMessageError, OSError):
        while chunk := os.read(stdin, _LONGEST_LINE):
            unread += chunk
            while not unwritten and b"\n" in unread:
                line, _, rest = unread.partition(b"\n")
                unwritten, unread = handshake.answer(line), rest
                try:
                    unwritten = _not_written(stdout, unwritten)
                except OSError:
                    return None
            if unwritten or len(unread) > _LONGEST_LINE:
                break
        else:
            if not unread.strip():
                return None
    return HandedOver(tuple(handshake.answered), unread, unwritten)


def tool_names() -> list[str]:
    """Return the names of all tools, whether they are offered or not."""
    return [tool["name"] for tool in _made()["initialized"]["tools/list"]["tools"]]


def read_answers(offering: Offering) -> Answers | None:
    """Return the answers of a server that offers this; None if they were made with another SDK than is installed."""
    made = _made()
    if not all(_is_installed(package, version) for package, version in made["made_with"].items()):
        return None
    lists = made["initialized"]
    tools = [tool for tool in lists["tools/list"]["tools"] if not _why_left_out(tool, offering)]
    offered = {tool["name"] for tool in tools}
    lists["tools/list"]["tools"] = tools
    lists["prompts/list"]["prompts"] = [
        prompt for prompt in lists["prompts/list"]["prompts"] if offered.issuperset(made["tools_of"][prompt["name"]])
    ]
    # What these say besides is the same with all options.
    for method, more in made["self_contained"].items():
        made["self_contained"][method] = {**lists.get(method, {}), **more}
    return made


def _made() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(_ANSWERS.read_text(encoding="utf-8"))
    return made


def _why_left_out(tool: dict[str, Any], offering: Offering) -> str:
    hints = tool["annotations"]
    return offering.why_left_out(tool["name"], reads=hints["readOnlyHint"], destroys=hints["destructiveHint"])


def _is_installed(package: str, version: str) -> bool:
    # To ask importlib.metadata takes longer than all else that is done here.
    home = next((path for path in map(Path, sys.path) if (path / package).is_dir()), Path())
    return (home / f"{package}-{version}.dist-info").is_dir()


def _not_written(stdout: int, answer: bytes) -> bytes:
    """Write an answer, and return what of it the client does not read.

    Raises:
        OSError: The client is gone.
    """
    # Windows cannot tell whether the client reads.
    if sys.platform == "win32":
        while answer:
            answer = answer[os.write(stdout, answer) :]
        return answer
    poll = select.poll()
    poll.register(stdout, select.POLLOUT)
    while answer and poll.poll(_SLOW):
        # So much can be written at once where anything can.
        answer = answer[os.write(stdout, answer[: select.PIPE_BUF]) :]
    return answer


def _message(line: bytes) -> Any:
    # json reads halves of characters, and the last of several fields of one name; the SDK does not.
    if len(line) > _LONGEST_LINE or line.count(b"{") + line.count(b"[") > _MOST_BRACKETS or b"\\ud" in line.lower():
        raise UnknownMessageError
    try:
        return json.loads(line.decode(), object_pairs_hook=_object, parse_constant=_refuse)
    except ValueError as error:
        raise UnknownMessageError from error


def _object(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(found := dict(fields)) < len(fields):
        raise UnknownMessageError
    return found


def _refuse(_: str) -> None:
    raise UnknownMessageError


def _fits(value: Any, shape: Any) -> bool:
    match shape:
        case type():
            return type(value) is shape
        case tuple():
            return any(_fits(value, each) for each in shape)
        case [items]:
            return isinstance(value, list) and all(_fits(item, items) for item in value)
        case {"*": fields}:
            return isinstance(value, dict) and all(_fits(field, fields) for field in value.values())
        case dict():
            if not isinstance(value, dict):
                return False
            left = dict(value)
            return all(_field_fits(left, *field) for field in shape.items()) and not left
    return bool(value == shape)


def _field_fits(left: dict[str, Any], name: str, shape: Any) -> bool:
    """Return whether a field fits, which is then no longer left."""
    if name.endswith("?"):
        given = left.pop(name[:-1], None)
        return given is None or _fits(given, shape)
    return name in left and _fits(left.pop(name), shape)

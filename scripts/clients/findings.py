"""What came of a conversation: read from the messages between client and server, and from what the model was told."""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from do_nfs_mcp.offering import Offering
from do_nfs_mcp.transports.handshake import Handshake, UnknownMessageError, read_answers

from clients.conversation import ASKS, CALLS, CANNOT_ASK, Call
from clients.model import Model

Message = dict[str, Any]
_META_CAPABILITIES = "io.modelcontextprotocol/clientCapabilities"


# MissingRequiredClientCapability.
_CANNOT_ASK_CODE = -32021


@dataclass(frozen=True)
class Findings:
    """What came of a conversation.

    Attributes:
        tools: How many of the server's tools the client converted for its model, or took over for its own program.
        calls: How many of the conversation's calls reached the server.
        reads: What the model reads of a result: "text", "structured content" or "both"; "" if there is no model.
        asks: Whether the client can ask the person: "yes" if it did, "browser" if it says that it cannot and the server
            asked on a page, "no" if over HTTP it says that it cannot or the protocol has no way to ask it, "fails" if
            no answer came of it, "unasked" if what needs an answer was done without, "not tried" if it did not come so
            far.
        protocol: The version of MCP that was spoken.
        problems: What went wrong, a line each.
        notes: What else is to be known, a line each.
        seconds: How long it took.
    """

    tools: int = 0
    calls: int = 0
    reads: str = ""
    asks: str = ""
    protocol: str = ""
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0


@dataclass
class _Exchange:
    """A request of the client, and the server's answer.

    Attributes:
        via: The process or the HTTP request that carried it; ids are unique only with that.
    """

    via: str
    request: Message
    answer: Message | None = None

    @property
    def result(self) -> Message:
        return (self.answer or {}).get("result") or {}

    @property
    def refusal(self) -> str:
        """Why the server did not do it; "" if it did."""
        if self.answer is None:
            return "no answer"
        if error := self.answer.get("error"):
            return f"error {error['code']}: {error['message']}"
        if self.result.get("isError"):
            return "".join(part.get("text", "") for part in self.result.get("content", []))
        return ""

    @property
    def is_protocols_own(self) -> bool:
        """Whether the answer is the error that MCP 2026-07-28 demands where the host cannot ask the person."""
        return ((self.answer or {}).get("error") or {}).get("code") == _CANNOT_ASK_CODE


def found(
    has_model: bool, over_http: bool, tools: Collection[str], model: Model, tapped: Path, said: str, ended: str
) -> Findings:
    """Read what came of a conversation.

    Args:
        has_model: Whether a model made the calls.
        over_http: Whether the client reached the server over HTTP.
        tools: The names of the server's tools.
        model: The model, after the conversation.
        tapped: What passed between client and server.
        said: What the client printed.
        ended: What is to be said of its end.
    """
    exchanges = _exchanges(tapped)
    capabilities, protocol = _client(exchanges)
    # Without sessions, HTTP has a way back to the client only in newer versions of the protocol.
    can_ask = "elicitation" in capabilities and not (over_http and protocol < "2026-07-28")
    problems, changes = [], set()
    if ended:
        problems.append(f"{ended}: {_last_line(said)}")
    converted = len(model.offered) if has_model else _reported(said)
    if converted < len(tools) and not ended:
        problems.append(f"{len(tools) - converted} of {len(tools)} tools are missing")
    made = 0
    hidden: list[str] = []
    for number, call in enumerate(CALLS):
        exchange = next((each for each in reversed(exchanges) if _calls(each, call.tool)), None)
        read = model.read[number] if number < len(model.read) else []
        if exchange is None:
            if not ended or read:
                problems.append(f"{call.tool} did not reach the server: {_gist(read) or _last_line(said)}")
            continue
        made += 1
        wrote = exchange.request["params"].get("arguments") or {}
        if wrote != call.arguments:
            changes.add(_differences(call, wrote))
        problems += _problems(call, exchange, read, has_model, can_ask or not over_http)
        if has_model and exchange.is_protocols_own and _plain(exchange.refusal)[:60] not in _plain(_text(read)):
            hidden.append(f"of {call.tool}, which cannot ask, its model reads only: {_gist(read)}")
    notes = [*hidden, *(f"it also sent the server {change}" for change in sorted(changes))]
    if not over_http:
        problems += [f"its {method} wakes the server before it calls a tool" for method in sorted(_waking(tapped))]
    if not over_http and len({each.via for each in exchanges if each.request["method"] == "tools/call"}) > 1:
        notes.append(
            "starts the server for each call, so a sandbox in memory starts empty each time: use `--sandbox PATH`"
        )
    asks = "no" if exchanges else "not tried"
    if can_ask or not over_http:
        asks = _asks(exchanges, _asked_by(tapped))
    if asks == "unasked":
        problems.append(f"{ASKS} was done without a question")
    return Findings(converted, made, _reads(exchanges, model), asks, protocol, problems, notes)


def _asks(exchanges: list[_Exchange], asked_by: str) -> str:
    deletes = [each for each in exchanges if _calls(each, ASKS)]
    if not deletes:
        return "not tried"
    done = any(not each.refusal and "content" in each.result for each in deletes)
    return (asked_by or "unasked") if done else "fails"


def _asked_by(tapped: Path) -> str:
    """How the server asked: by a request or, in newer versions of the protocol, a result; on a page; or not at all."""
    lines = list(_lines(tapped))
    if any(who == "server" and '"elicitation/create"' in text for _, who, text in lines):
        return "yes"
    return "browser" if any(who == "browser" for _, who, _ in lines) else ""


def _lines(tapped: Path) -> Iterator[tuple[str, str, str]]:
    """What passed, line by line: the process or HTTP request that carried it, who sent it, and what."""
    for line in tapped.read_text(encoding="utf-8").splitlines() if tapped.exists() else []:
        via, who, text = line.split(" ", 2)
        yield via, who, text


def _exchanges(tapped: Path) -> list[_Exchange]:
    """The requests of the client in order, each with its answer."""
    requests: dict[tuple[str, Any], _Exchange] = {}
    for via, who, text in _lines(tapped):
        try:
            message = json.loads(text)
        except ValueError:
            continue
        key = (via, json.dumps(message.get("id")))
        if who == "client" and "method" in message:
            requests[key] = _Exchange(via, message)
        elif who == "server" and "method" not in message and key in requests:
            requests[key].answer = message
    return list(requests.values())


def _waking(tapped: Path) -> set[str]:
    """What a client sends, other than a call of a tool, for which the server loads all of itself: most windows never
    call one, and each should stay small."""
    answers = read_answers(Offering())
    assert answers
    asleep: dict[str, Handshake] = {}
    awake: set[str] = set()
    waking: set[str] = set()
    for via, who, text in _lines(tapped):
        if who != "client" or via in awake:
            continue
        try:
            asleep.setdefault(via, Handshake(answers)).answer(text.encode())
        except UnknownMessageError:
            awake.add(via)
            method = re.search(r'"method": ?"([^"]*)"', text)
            waking.add(method[1] if method else "line without a method")
    return waking - {"tools/call"}


def _client(exchanges: list[_Exchange]) -> tuple[Message, str]:
    """What the client says that it can, and the version of MCP spoken."""
    for each in exchanges:
        params = each.request.get("params") or {}
        if each.request["method"] == "initialize":
            return params.get("capabilities") or {}, each.result.get("protocolVersion", "")
    for each in exchanges:
        meta = (each.request.get("params") or {}).get("_meta") or {}
        if _META_CAPABILITIES in meta:
            return meta[_META_CAPABILITIES], meta.get("io.modelcontextprotocol/protocolVersion", "")
    return {}, ""


def _calls(exchange: _Exchange, tool: str) -> bool:
    request = exchange.request
    return bool(request["method"] == "tools/call" and request["params"].get("name") == tool)


def _problems(call: Call, exchange: _Exchange, read: list[Any], has_model: bool, can_ask: bool) -> list[str]:
    """What went wrong with a call that reached the server."""
    refusal, wanted = exchange.refusal, call.refusal
    if call.tool == ASKS and not can_ask:
        wanted = CANNOT_ASK
    if not wanted:
        return [f"{call.tool} was refused: {refusal[:300]}"] if refusal else []
    if wanted not in refusal:
        return [f"{call.tool} was refused in other words: {refusal[:300]}" if refusal else f"{call.tool} was done"]
    if has_model and not exchange.is_protocols_own and _plain(refusal)[:60] not in _plain(_text(read)):
        return [f"{call.tool}: the model does not read why it was refused, but: {_gist(read)}"]
    return []


def _reads(exchanges: list[_Exchange], model: Model) -> str:
    """What the model reads of a result, by the first call's."""
    first = next(
        (each for each in exchanges if _calls(each, CALLS[0].tool) and "structuredContent" in each.result), None
    )
    if first is None or not model.read:
        return ""
    read, structured = _text(model.read[0]), first.result["structuredContent"]
    has_structured = all(re.search(rf"[\"']{key}[\"']", read) for key in structured)
    text = _plain(first.result["content"][0]["text"])[:40]
    inside = _plain(json.dumps(structured)).count(text) if has_structured else 0
    has_text = _plain(read).count(text) > inside
    return {(True, True): "both", (True, False): "structured content", (False, True): "text"}.get(
        (has_structured, has_text), "neither"
    )


def _differences(call: Call, wrote: Message) -> str:
    added = [f"{name}: {json.dumps(value)}" for name, value in wrote.items() if call.arguments.get(name, ...) != value]
    lost = [f"no {name}" for name in call.arguments if name not in wrote]
    return ", ".join(f"`{each}`" for each in [*added, *lost])


def _reported(said: str) -> int:
    """How many tools the program of a client without a model says that it has."""
    reports = re.findall(r'^\{"tools": ?(\d+)\}$', said, re.MULTILINE)
    return int(reports[-1]) if reports else 0


def _text(messages: list[Any]) -> str:
    """All of these messages, without the escapes of JSON in JSON."""
    return re.sub(r'\\+(["\'])', r"\1", re.sub(r"\\+n", " ", json.dumps(messages, ensure_ascii=False)))


def _gist(messages: list[Any]) -> str:
    """The end of the longest text in the last of these messages."""
    texts = _leaves(messages[-1]) if messages else []
    return " ".join(max(texts, key=len, default="").split())[-200:]


def _leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [leaf for each in value for leaf in _leaves(each)]
    return [value] if isinstance(value, str) else []


def _plain(text: str) -> str:
    """Letters and digits alone, since escapes and quotes differ."""
    return re.sub(r"\W+", " ", re.sub(r"\\+n", " ", text))


def _last_line(said: str) -> str:
    """What a client printed last; of an exception the line that names it."""
    lines = [line.strip(" |+-") for line in said.splitlines()]
    lines = [line for line in lines if re.search("[a-z]", line)]
    named = [line for line in lines if re.match(r"[\w.]*(Error|Exception)\b.*: |error: ", line)]
    return (named or lines or ["it printed nothing"])[-1][-300:]

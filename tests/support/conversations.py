"""Conversations: what a person asks for, the tools that an assistant calls for it, and what a model reads on the way.

Each scenario is played twice: through this server, and through a plain one that has a tool for each endpoint and
nothing more (scripts/bench), so that it can be seen what the difference is worth.
"""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, ClassVar, Protocol

import httpx
from do_nfs_mcp.api.client import NfsApi
from do_nfs_mcp.server import build_server
from do_nfs_sandbox import Fault, Sandbox
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult, ElicitResult, TextContent

from .clock import Clock
from .constants import TOKEN
from .contracts import operations
from .person import Person

READY_AFTER = 20
"""For how many seconds a change is under way, unless a scenario says otherwise."""
POLL = 5
"""How many seconds lie between two looks where the assistant has to look itself."""

State = dict[str, list[dict[str, Any]]]

_ID = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"


def found(pattern: str, text: str) -> str:
    """What a model finds in a text: the group of a pattern, in which ID stands for an id."""
    match = re.search(pattern.replace("ID", _ID), text)
    assert match, f"{pattern} is not in: {text}"
    return match[1]


@dataclass
class Tally:
    """What a conversation took.

    Attributes:
        tools: The tools that were called, in order.
        text: Bytes of the results' text, for hosts that give their model that alone.
        whole: Bytes of the results' content and structured content as JSON, for hosts that give it both.
        transcript: What was called, what the person was asked, and what came back, each a paragraph.
    """

    tools: list[str] = field(default_factory=list)
    text: int = 0
    whole: int = 0
    transcript: list[str] = field(default_factory=list)

    @property
    def calls(self) -> int:
        return len(self.tools)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.tools + other.tools, self.text + other.text, self.whole + other.whole)


class Caller(Protocol):
    """What calls tools: an MCP client or something like one."""

    async def call_tool(self, name: str, arguments: dict[str, Any]) -> object: ...


class Talk:
    """A conversation under way. Nobody in it sees anything but the text of results."""

    def __init__(self, client: Caller, clock: Clock, person: Person | None = None, poll: float = POLL) -> None:
        self._client, self._clock, self._poll = client, clock, poll
        self.asked: list[str] = person.asked if person else []
        """What the person has been asked so far."""
        self.tally = Tally()

    async def __call__(self, tool: str, **arguments: Any) -> str:
        """Call a tool that has to succeed. Returns its text."""
        text, is_error = await self._call(tool, arguments)
        assert not is_error, text
        return text

    async def refused(self, tool: str, **arguments: Any) -> str:
        """Call a tool that has to fail. Returns what it says."""
        text, is_error = await self._call(tool, arguments)
        assert is_error, text
        return text

    async def read(self, tool: str, **arguments: Any) -> Any:
        """Call a tool that has to succeed and whose text is JSON, as that of a plain server is."""
        return json.loads(await self(tool, **arguments))

    async def until(self, ready: Callable[[Any], bool], tool: str, **arguments: Any) -> Any:
        """Call such a tool again and again, some seconds apart, until what it gives is ready."""
        for _ in range(100):
            self._clock.pass_time(self._poll)
            seen = await self.read(tool, **arguments)
            if ready(seen):
                return seen
        raise AssertionError(f"{tool} never gave what was waited for")

    async def _call(self, tool: str, arguments: dict[str, Any]) -> tuple[str, bool]:
        asked_before = len(self.asked)
        try:
            result = await self._client.call_tool(tool, arguments)
        except MCPError as error:
            # One of the versions has an error of the protocol where the other has an error result of the same words.
            result = CallToolResult(content=[TextContent(type="text", text=str(error))], is_error=True)
        assert isinstance(result, CallToolResult)
        text = "\n".join(block.text for block in result.content if block.type == "text")
        given = ", ".join(f"{name}={json.dumps(value)}" for name, value in arguments.items())
        questions = [f"? {question}" for question in self.asked[asked_before:]]
        self.tally.transcript += [f"→ {tool}({given})", *questions, text]
        self.tally.tools.append(tool)
        self.tally.text += len(text.encode())
        self.tally.whole += _size([block.model_dump(mode="json", exclude_none=True) for block in result.content])
        if result.structured_content is not None:
            self.tally.whole += _size(result.structured_content)
        return text, bool(result.is_error)


def _size(data: Any) -> int:
    return len(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode())


class Scenario(ABC):
    """What a person wants, in the words of the docstring, and the state of things they want it in.

    Attributes:
        title: What it is about.
        seed: What the sandbox starts from.
        scopes: What the token may do; None is everything.
        ready_after: For how many seconds a change is under way.
        faults: What goes wrong.
        asks: Whether the host can ask the person.
        answer: What the person answers.
        compared: Whether a plain server comes to the same end, so that the two can be compared.
    """

    title: ClassVar[str]
    seed: ClassVar[Any] = "empty"
    scopes: ClassVar[Collection[str] | None] = None
    ready_after: ClassVar[float] = READY_AFTER
    faults: ClassVar[tuple[Fault, ...]] = ()
    asks: ClassVar[bool] = True
    answer: Callable[[str, list[str]], ElicitResult] = staticmethod(Person.agree)
    compared: ClassVar[bool] = True

    @abstractmethod
    async def ours(self, talk: Talk) -> None:
        """The calls to this server, and what has to be in their texts."""

    @abstractmethod
    async def plain(self, talk: Talk) -> None:
        """The calls to a server with a tool for each endpoint. It asks nobody; the assistant does, in the chat."""

    @abstractmethod
    def outcome(self, state: State) -> None:
        """Fails if the sandbox's state is not what this has to come to."""

    def plain_outcome(self, state: State) -> None:
        """The same for the plain server."""
        self.outcome(state)

    @contextmanager
    def sandbox(self, clock: Clock) -> Iterator[Sandbox]:
        tokens = None if self.scopes is None else {TOKEN: self.scopes}
        with Sandbox(ready_after=self.ready_after, clock=clock, tokens=tokens, seed=self.seed) as sandbox:
            for fault in self.faults:
                sandbox.add_fault(fault)
            yield sandbox


@asynccontextmanager
async def talk_on(sandbox: Sandbox, clock: Clock, person: Person | None, protocol_version: str) -> AsyncIterator[Talk]:
    """A conversation through this server with a sandbox behind it, in memory.

    Args:
        sandbox: The API.
        clock: What time it is, for the server too.
        person: Who is asked; None if the host cannot ask.
        protocol_version: The version of MCP, such as "2026-07-28".
    """

    def api() -> NfsApi:
        return NfsApi.connect("http://api.test", TOKEN, transport=httpx.ASGITransport(app=sandbox))

    server = build_server(api, clock=clock, sleep=clock.sleep)
    async with Client(server, mode=protocol_version, elicitation_callback=person) as client:
        yield Talk(client, clock, person)


async def play(scenario: Scenario, protocol_version: str) -> Tally:
    """Play a scenario through this server, in memory."""
    clock, person = Clock(), Person()
    person.answer = scenario.answer
    with scenario.sandbox(clock) as sandbox:
        async with talk_on(sandbox, clock, person if scenario.asks else None, protocol_version) as talk:
            await scenario.ours(talk)
        scenario.outcome(sandbox.state())
    return talk.tally


class PlainServer:
    """A tool for each endpoint, as a converter makes them of a contract: the answer's body as it is."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def call_tool(self, name: str, arguments: dict[str, Any]) -> CallToolResult:
        operation, body = operations()[name], dict(arguments)
        in_path = {key: body.pop(key) for key in re.findall(r"{(\w+)}", operation["path"])}
        method, path = operation["method"].upper(), operation["path"].format(**in_path)
        if method == "POST":
            answer = await self._http.request(method, path, json=body)
        else:
            answer = await self._http.request(method, path, params=body)
        return CallToolResult(
            content=[TextContent(type="text", text=answer.text)],
            structured_content=answer.json() if answer.is_success and answer.content else None,
            is_error=not answer.is_success,
        )


async def play_plain(scenario: Scenario) -> Tally:
    """Play a scenario through a plain server, in memory."""
    clock = Clock()
    with scenario.sandbox(clock) as sandbox:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=sandbox),
            base_url="http://api.test",
            headers={"Authorization": f"Bearer {TOKEN}"},
        ) as http:
            talk = Talk(PlainServer(http), clock)
            await scenario.plain(talk)
        scenario.plain_outcome(sandbox.state())
    return talk.tally


_HEAD = f"""<!-- Made by scripts/docs from the tests; changes made here are lost. -->

# What everyday requests take

Each row is a conversation of tests/support/scenarios.py, played through the server on the sandbox: the tools that are
called, and how much a model reads of their results. `text` is the bytes of the text, for hosts that give their model
only that; `with structured content` is the whole result as JSON, for hosts that give it both. A change takes effect
after {READY_AFTER} s, that of the slow share after {3 * READY_AFTER} s. `scripts/bench conversations` plays the same
conversations on a server with one tool for each endpoint. What a model reads about the tools themselves is not counted.

| scenario | asked for | calls | text | with structured content | tools |
| --- | --- | ---: | ---: | ---: | --- |
"""


def page(played: Iterable[tuple[Scenario, Tally]]) -> str:
    """docs/scenarios.md."""
    rows, total = "", Tally()
    for scenario, tally in played:
        total += tally
        asked = " ".join((scenario.__doc__ or "").split())
        rows += f"| {scenario.title} | {asked} | {_figures(tally)} | {_shown(tally.tools)} |\n"
    return f"{_HEAD}{rows}| in all | | {_figures(total)} | |\n"


def _figures(tally: Tally) -> str:
    return f"{tally.calls} | {tally.text:,} | {tally.whole:,}"


def _shown(tools: list[str]) -> str:
    counted = [(tool, len(list(run))) for tool, run in groupby(tools)]
    return ", ".join(f"`{tool}`" + (f" {count} times" if count > 1 else "") for tool, count in counted)

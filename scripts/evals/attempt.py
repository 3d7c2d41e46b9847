"""One request, played: in a sandbox of its own, with a server of its own, by the player who calls its tools."""

import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from hashlib import sha256
from typing import Any

import anyio
from do_nfs_sandbox import Fault, Sandbox
from do_nfs_sandbox.http.serving import serve
from mcp import Client, MCPError
from mcp_types import CallToolResult

from evals.ending import Ending, State, outcome_in, paths_of_shares
from evals.person import Person
from evals.results import Outcome
from evals.suite import Request, Suite

Connect = Callable[[str], Any]
"""From the URL of the API to what `mcp.Client` takes: the server whose tools are called."""
Tool = dict[str, Any]

TOKEN = "dop_v1_" + "e7" * 32
MOST_CALLS = 25
CALL_SECONDS = 120
READY_AFTER = 2.0
"""For how many seconds a change is under way."""
_TASK = (
    "You are an assistant with the tools of one server. Do what the person asks, by calling tools. If you need to know "
    "something first, ask them. Then tell them in a few words what came of it, which ends the conversation. Begin "
    "these last words with DONE if all of it is done or answered; with REFUSED if any of it is not done, because the "
    "person or the server refused or there is no way to do it; with UNKNOWN if it cannot be found out."
)
_REMINDER = "Which is it? Begin with DONE, REFUSED or UNKNOWN."
_SETTLES = 3600


class ServerError(Exception):
    """The server cannot be played with; the text says why."""


class SpentError(Exception):
    """No more calls are left."""


class Attempt:
    """A request under way.

    Attributes:
        instructions: What the model is told first: how to play, and what the server says of itself.
        tools: Each with `name`, `description` and `input_schema`.
        transcript: What was said, called and read so far, each a paragraph.
        words: What the person was told last.
        calls: How many calls were made.
        errors: How many of them failed.
        bytes: What was read of their results.
        spent: Whether the model wanted to make more calls than it may.
    """

    def __init__(self, request: Request, client: Client, tools: list[Tool], person: Person, most_calls: int) -> None:
        self.instructions = "\n\n".join(filter(None, [_TASK, client.instructions]))
        self.tools = tools
        self.transcript: list[str] = []
        self.words = ""
        self.calls = self.errors = self.bytes = 0
        self.person = person
        self.spent = False
        self._request = request
        self._began: float | None = None
        self._reminded = False
        self._client = client
        self._most_calls = most_calls

    @property
    def seconds(self) -> float:
        """How long it has taken since the person asked."""
        return 0.0 if self._began is None else time.monotonic() - self._began

    @property
    def size(self) -> int:
        """How many bytes a model reads before it calls anything: the instructions and the tools."""
        return len(self.instructions.encode()) + len(as_json(self.tools).encode())

    def ask(self) -> str:
        """Return what the person asks for. Time runs from the first time on."""
        if self._began is None:
            self._began = time.monotonic()
            self.transcript.append(f"> {self._request.text}")
        return self._request.text

    async def call(self, tool: str, arguments: Any) -> tuple[str, bool]:
        """Call a tool.

        Args:
            tool: Its name, as the model gives it.
            arguments: As the model gives them: an object, or JSON of one.

        Returns:
            The result as the model reads it, and whether the call failed.

        Raises:
            SpentError: If the model has made all the calls that it may make.
        """
        if self.calls >= self._most_calls:
            self.spent = True
            raise SpentError
        self.calls += 1
        asked_before = len(self.person.asked)
        answer, failed = await self._answer(tool, arguments)
        text = answer.encode(errors="backslashreplace").decode()
        self.errors += failed
        self.bytes += len(text.encode())
        given = arguments if isinstance(arguments, str) else json.dumps(arguments)
        self.transcript += [f"→ {tool} {given}", *(f"? {question}" for question in self.person.asked[asked_before:])]
        self.transcript.append(f"{'✗' if failed else '←'} {text}")
        return text, failed

    def say(self, words: str) -> str | None:
        """Tell the person something; return what they reply, None if the request is over.

        Words that begin with an outcome are the last ones. To others the person replies, or reminds the model once.
        """
        self.words, reply = words, None
        if outcome_in(words) is None:
            reply = self.person.reply(words)
            if reply is None and not self._reminded:
                self._reminded, reply = True, _REMINDER
        self.transcript += [f"< {words}", *([f"> {reply}"] if reply else [])]
        return reply

    async def _answer(self, tool: str, arguments: Any) -> tuple[str, bool]:
        try:
            if isinstance(arguments, str):
                arguments = json.loads(arguments) if arguments.strip() else None
            if arguments is None:  # As some models call what takes no arguments.
                arguments = {}
            as_json([tool, arguments]).encode()
        except UnicodeEncodeError:
            return (
                "The call contains an unpaired surrogate, which is not valid Unicode. Correct it and call again.",
                True,
            )
        except (ValueError, RecursionError):
            arguments = None
        if not isinstance(arguments, dict):
            return "The arguments of a call have to be a JSON object.", True
        try:
            with anyio.fail_after(CALL_SECONDS):
                result = await self._client.call_tool(tool, arguments)
        except MCPError as error:
            return str(error), True
        except TimeoutError:
            return f"The server did not answer within {CALL_SECONDS} s.", True
        except Exception as error:  # It may be any server, with any fault.
            return f"The call failed: {error!r}", True
        return _read(result), bool(result.is_error)


@asynccontextmanager
async def attempt(
    suite: Suite,
    request: Request,
    connect: Connect,
    *,
    most_calls: int = MOST_CALLS,
    ready_after: float = READY_AFTER,
) -> AsyncIterator[tuple[Attempt, Callable[[], Outcome]]]:
    """Make the world of a request, and start the server on it.

    Args:
        suite: The requests.
        request: The one that is played.
        connect: Starts the server.
        most_calls: How many calls the model may make.
        ready_after: For how many seconds a change is under way.

    Yields:
        The attempt, and what returns its outcome once all is said.

    Raises:
        ServerError: If the server does not start, or lists no tools.
    """
    tokens = None if request.scopes is None else {TOKEN: request.scopes}
    with _plain_errors(), Sandbox(tokens=tokens, ready_after=ready_after) as sandbox:
        sandbox.seed(suite.seed(request, time.time()))
        for fault in request.faults:
            sandbox.add_fault(Fault.from_json(fault))
        before = sandbox.state()
        person = Person(request.agrees_to, request.replies)
        with serve(sandbox) as url:
            async with Client(connect(url), elicitation_callback=person) as client:
                under_way = Attempt(request, client, await tools_of(client), person, most_calls)

                def outcome() -> Outcome:
                    seconds = under_way.seconds
                    # What a server did not wait for counts as well.
                    sandbox.advance(_SETTLES)
                    ending = ending_of(sandbox, before, under_way.words, person.asked)
                    return Outcome(
                        request=request.name,
                        problems=_problems(suite, request, under_way, ending),
                        calls=under_way.calls,
                        errors=under_way.errors,
                        bytes=under_way.bytes,
                        questions=len(person.asked),
                        seconds=round(seconds, 1),
                    )

                yield under_way, outcome


def ending_of(sandbox: Sandbox, before: State, words: str, questions: list[str]) -> Ending:
    """Return how a request ended.

    Args:
        sandbox: In which it was played.
        before: The sandbox's state when the request was made.
        words: What the person was told last.
        questions: What the person was asked.
    """
    after = sandbox.state()
    paths = paths_of_shares(after)
    shown = sandbox.inventory()["shares"]
    mounts = {paths[share["id"]]: f"{share['host']}:{share['mount_path']}" for share in shown if share.get("host")}
    return Ending(before, after, mounts, words, questions, list(sandbox.requests))


def as_json(data: Any) -> str:
    """Return data as JSON without a space too many, as a model is given it."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Raise what is wrong itself in place of the groups that task groups make of it."""
    try:
        yield
    except Exception as error:
        cause = error
        while isinstance(cause, ExceptionGroup):
            cause = cause.exceptions[0]
        # Once it has started, what it does wrong is the result of a call.
        if isinstance(cause, (OSError, MCPError)):
            raise ServerError(f"The server does not start: {cause}") from error
        raise cause from cause.__cause__


async def tools_of(client: Client) -> list[Tool]:
    """Return the tools of a server, as a model is told of them."""
    tools, cursor = [], None
    while True:
        page = await client.list_tools(cursor=cursor)
        tools += [
            {"name": tool.name, "description": tool.description or "", "input_schema": tool.input_schema}
            for tool in page.tools
        ]
        cursor = page.next_cursor
        if cursor is None:
            return tools


def hash_of(tools: list[Tool]) -> str:
    """Return eight characters that change with the name, description or input schema of any tool."""
    return sha256(json.dumps(tools, sort_keys=True).encode()).hexdigest()[:8]


def _read(result: CallToolResult) -> str:
    texts = [block.text if block.type == "text" else f"[{block.type}]" for block in result.content]
    if not texts and result.structured_content is not None:
        return as_json(result.structured_content)
    return "\n".join(texts)


def _problems(suite: Suite, request: Request, under_way: Attempt, ending: Ending) -> list[str] | None:
    if under_way.spent:
        return [f"it was not done after {under_way.calls} calls"]
    return suite.problems(request, ending)

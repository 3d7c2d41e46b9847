"""Each call that may change storage leaves a line: who, when, what, and what came of it. No line holds a secret."""

import contextlib
import errno
import io
import json
import logging
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import anyio
import httpx
import jwt
import pytest
from do_nfs_mcp.observability.audit import Audit
from do_nfs_mcp.observability.call_record import note_change, note_question, note_reply
from do_nfs_mcp.observability.failure import META_KEY
from do_nfs_mcp.observability.masking import Masking
from do_nfs_mcp.tools import make_tools
from do_nfs_mcp.transports.http.tokens import new_token
from do_nfs_sandbox import Sandbox, SandboxTransport
from mcp import MCPError
from mcp.server.auth.middleware.auth_context import auth_context_var
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp_types import INVALID_PARAMS, ElicitResult

from ..support.api_answers import CALLS, SHARE, answering, failing
from ..support.clock import Clock
from ..support.constants import TOKEN, VPC
from ..support.in_memory import Connect
from ..support.person import Person

pytestmark = pytest.mark.anyio

READS = {tool.name for tool in make_tools() if tool.reads}
# Not in DigitalOcean's format.
SECRET = "s3cr3t/of+the=whole~suite"
ORDER = CALLS["create_share"]


class Lines(io.StringIO):
    """What was written, line by line."""

    def read_all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


@pytest.fixture
def lines() -> Lines:
    return Lines()


@pytest.fixture
def audit(lines: Lines) -> Audit:
    return Audit(lines, Masking(SECRET))


def same(_: str, text: str) -> str:
    return text


def with_ids(transport: httpx.MockTransport) -> httpx.MockTransport:
    """The same answers, each with a request id."""

    def answer(request: httpx.Request) -> httpx.Response:
        response = transport.handle_request(request)
        response.headers["x-request-id"] = f"id-of-{request.method}"
        return response

    return httpx.MockTransport(answer)


async def test_calls_that_may_change_something_have_an_audit_line_and_others_have_none(
    connect: Connect, audit: Audit, lines: Lines, protocol_version: str
) -> None:
    async with connect(transport=answering(same), audit=audit) as assistant:
        for tool, arguments in CALLS.items():
            await assistant.call(tool, **arguments)
        await assistant.client.read_resource("nfs://overview")
        await assistant.client.list_tools()
        await assistant.call("no_such_tool")
    written = lines.read_all()
    assert {line["tool"] for line in written} == CALLS.keys() - READS
    for line in written:
        assert line["arguments"] == CALLS[line["tool"]]
    answered = [line for line in written if line["outcome"] != "asked"]
    assert len(answered) == len(CALLS.keys() - READS)
    # On the newer protocol a question ends a call, and its answer begins another.
    assert (len(written) > len(answered)) == (protocol_version != "legacy")
    assert {line["outcome"] for line in answered} == {"done", "pending", "planned"}


async def test_an_audit_line_says_who_called_what_when_and_what_came_of_it(
    connect: Connect, audit: Audit, lines: Lines, clock: Callable[[], float]
) -> None:
    async with connect(transport=with_ids(answering(same)), audit=audit, wait_seconds=1) as assistant:
        await assistant.call("create_share", **ORDER)
    (line,) = lines.read_all()
    assert len(line.pop("call")) == 16
    assert line == {
        "time": "2026-01-01T00:00:00.250+00:00",
        "caller": {"via": "stdio"},
        "tool": "create_share",
        "arguments": ORDER,
        "outcome": "done",
        "changes": [{"kind": "share", "id": SHARE["id"], "name": "data", "result": "accepted"}],
        "after": {field: ORDER[field] for field in ("name", "region", "size_gib", "vpc_ids")},
        "requests": [
            *[{"method": "GET", "status": 200, "id": "id-of-GET"}] * 2,
            {"method": "POST", "status": 201, "id": "id-of-POST"},
            {"method": "GET", "status": 200, "id": "id-of-GET"},
        ],
        "seconds": 0.25,
    }


async def test_the_caller_in_an_audit_line_is_who_has_logged_in(connect: Connect, audit: Audit, lines: Lines) -> None:
    access = AccessToken(token="a secret of the caller", client_id="ci\nrobot", scopes=[])
    auth_context_var.set(AuthenticatedUser(access))
    async with connect(transport=answering(same), audit=audit) as assistant:
        await assistant.call("create_share", **ORDER)
    assert lines.read_all()[0]["caller"] == {"via": "http", "token_name": "ci\nrobot"}
    assert "a secret" not in lines.getvalue()


@pytest.mark.parametrize(
    ("options", "called", "outcome", "said"),
    [
        ({"transport": failing(500, lambda: "Words.")}, ("create_share", ORDER), "failed", "The API answered 500"),
        ({"transport": failing(500, lambda: "Nothing was done.")}, ("create_share", ORDER), "failed", "answered 500"),
        ({"read_only": True}, ("create_share", ORDER), "refused", "--read-only"),
        ({"destructive": "deny"}, ("delete_share", {"share": SHARE["id"]}), "refused", "--destructive deny"),
        ({}, ("create_share", {**ORDER, "size_gib": 1}), "refused", "size_gib has to be"),
        ({}, ("resize_share", {"share": "no such", "size_gib": 100}), "refused", "no share has the name or id"),
        ({"token": None}, ("create_share", ORDER), "failed", "There is no token"),
    ],
)
async def test_the_audit_line_of_a_failed_call_says_why_it_failed(
    connect: Connect,
    audit: Audit,
    lines: Lines,
    options: dict[str, Any],
    called: tuple[str, dict[str, Any]],
    outcome: str,
    said: str,
) -> None:
    async with connect(**{"transport": answering(same), **options}, audit=audit) as assistant:
        await assistant.fail(called[0], **called[1])
    (line,) = lines.read_all()
    assert (line["tool"], line["arguments"], line["outcome"]) == (*called, outcome)
    assert said in line["said"]


async def test_an_audit_line_has_the_failure_as_the_result_has_it_as_data(
    connect: Connect, sandbox: Sandbox, audit: Audit, lines: Lines
) -> None:
    sandbox.add_fault("status", status=504, operation="create_share")
    async with connect(audit=audit) as assistant:
        result = await assistant.call("create_share", **ORDER)
    (line,) = lines.read_all()
    assert result.meta is not None
    assert line["failure"] == result.meta[META_KEY]
    assert (line["outcome"], line["failure"]["kind"]) == ("failed", "unknown_outcome")


@pytest.mark.parametrize(
    "answer",
    [
        ElicitResult(action="decline"),
        ElicitResult(action="cancel"),
        ElicitResult(action="accept", content={"confirm": False}),
    ],
)
async def test_a_person_s_no_is_audited_as_declined(
    connect: Connect, person: Person, audit: Audit, lines: Lines, answer: ElicitResult
) -> None:
    person.answer = lambda *_: answer
    async with connect(transport=answering(same), audit=audit) as assistant:
        await assistant.fail("delete_snapshot", **CALLS["delete_snapshot"])
    *_, line = lines.read_all()
    assert line["outcome"] == "declined"
    assert {request["method"] for request in line["requests"]} == {"GET"}


async def test_a_wrong_name_typed_by_the_person_is_audited_as_declined(
    connect: Connect, person: Person, audit: Audit, lines: Lines
) -> None:
    person.answer = lambda *_: ElicitResult(action="accept", content={"name": "another"})
    async with connect(audit=audit) as assistant:
        await assistant.succeed("create_share", name="data", region="atl1", size_gib=50, vpc_ids=[VPC])
        await assistant.fail("delete_share", share="data")
    *_, line = lines.read_all()
    assert (line["tool"], line["outcome"]) == ("delete_share", "declined")


async def test_a_call_from_a_host_that_cannot_ask_is_audited_as_refused(
    connect: Connect, audit: Audit, lines: Lines
) -> None:
    async with connect(transport=answering(same), audit=audit, asks=False) as assistant:
        with contextlib.suppress(MCPError):
            assert (await assistant.call("delete_snapshot", **CALLS["delete_snapshot"])).is_error
    (line,) = lines.read_all()
    assert line["outcome"] == "refused"
    assert "no way to ask" in line["said"]


async def test_a_cancelled_call_has_an_audit_line(connect: Connect, audit: Audit, lines: Lines) -> None:
    asked = anyio.Event()

    async def never(_: httpx.Request) -> httpx.Response:
        asked.set()
        await anyio.sleep_forever()
        raise AssertionError

    async with (
        connect(transport=httpx.MockTransport(never), audit=audit) as assistant,
        anyio.create_task_group() as group,
    ):
        group.start_soon(lambda: assistant.call("create_share", **ORDER))
        await asked.wait()
        group.cancel_scope.cancel()
    (line,) = lines.read_all()
    assert (line["tool"], line["outcome"]) == ("create_share", "cancelled")
    assert line["requests"] == [{"method": "GET"}]


async def test_an_audit_line_has_the_request_whose_answer_was_lost(
    connect: Connect, audit: Audit, lines: Lines, sandbox: Sandbox
) -> None:
    sandbox.add_fault("drop_after", operation="create_share")
    async with connect(transport=SandboxTransport(sandbox), audit=audit) as assistant:
        await assistant.succeed("create_share", **ORDER, wait=False)
    (line,) = lines.read_all()
    requests = [(request["method"], request.get("status")) for request in line["requests"]]
    assert requests == [("GET", 200), ("GET", 200), ("POST", None), ("GET", 200)]


async def test_no_audit_line_holds_a_secret(connect: Connect, audit: Audit, lines: Lines) -> None:
    other = "doo_v1_" + "ab" * 32
    async with connect(transport=failing(400, lambda: f"Bearer {TOKEN} {SECRET}"), audit=audit) as assistant:
        await assistant.call("create_share", **{**ORDER, "name": f"x {SECRET} {other}"})
        await assistant.call("create_share", **{SECRET: other})
    assert len(lines.read_all()) == 2
    assert "s3cr3t" not in lines.getvalue()
    assert TOKEN not in lines.getvalue()
    assert other not in lines.getvalue()
    assert lines.read_all()[0]["arguments"]["name"] == "x [token] [token]"


@pytest.mark.parametrize(
    "token",
    [
        new_token("alice", ["nfs:list"])[0],
        jwt.encode({"sub": "alice"}, "k" * 32, algorithm="HS256"),
    ],
    ids=["a bearer token", "a JWT"],
)
async def test_no_audit_line_holds_a_caller_s_token(connect: Connect, audit: Audit, lines: Lines, token: str) -> None:
    async with connect(transport=answering(same), audit=audit) as assistant:
        await assistant.call("create_share", **{**ORDER, "name": token})
        await assistant.fail("resize_share", share=token, size_gib=100)
    assert [line["arguments"].get("name") for line in lines.read_all()] == ["[token]", None]
    assert token not in lines.getvalue()


async def test_no_audit_line_holds_a_part_of_a_secret_where_a_text_is_cut_off(
    connect: Connect, audit: Audit, lines: Lines
) -> None:
    async with connect(transport=answering(same), audit=audit) as assistant:
        await assistant.call("create_share", **{"name": "x" * 1980 + SECRET, **ORDER})
        await assistant.call("create_share", **{"x" * 1980 + SECRET: "y" * 100})
    assert len(lines.read_all()) == 2
    assert "s3cr3t" not in lines.getvalue()


async def test_an_audit_line_is_one_line_of_bounded_length_whatever_the_arguments(
    connect: Connect, audit: Audit, lines: Lines
) -> None:
    async with connect(transport=failing(400, lambda: "\u2028\n" * 1000), audit=audit) as assistant:
        await assistant.call("create_share", **{**ORDER, "name": "a\nb\r\u2028c\x1b[2J" + "d" * 100_000})
        await assistant.call("create_share", name="e\n\u2028")
    assert lines.getvalue().isascii()
    assert lines.getvalue().replace("\n", "").isprintable()
    assert [len(line) < 6000 for line in lines.getvalue().splitlines()] == [True, True]
    assert lines.read_all()[1]["arguments"] == {"name": "e\n\u2028"}


@pytest.mark.parametrize(
    ("failure", "outcome", "said"),
    [
        (ZeroDivisionError("1 by 0"), "failed", "ZeroDivisionError"),
        (MCPError(INVALID_PARAMS, "It is no share."), "refused", "It is no share."),
    ],
)
async def test_an_exception_of_a_call_is_audited_and_goes_on_its_way(
    audit: Audit, lines: Lines, clock: Clock, failure: Exception, outcome: str, said: str
) -> None:
    async def fail(_: Any) -> Any:
        raise failure

    call: Any = SimpleNamespace(
        method="tools/call",
        params={"name": "create_share", "arguments": ORDER},
        lifespan_context=SimpleNamespace(clock=clock),
        request=None,
    )
    with pytest.raises(type(failure)) as raised:
        await audit.watching({"create_share"})(call, fail)
    assert raised.value is failure
    (line,) = lines.read_all()
    assert (line["tool"], line["outcome"], line["said"]) == ("create_share", outcome, said)


@pytest.mark.parametrize("more", [0, 1])
async def test_what_is_longer_than_it_may_be_is_cut_there_and_all_else_is_whole(
    audit: Audit, lines: Lines, clock: Clock, more: int
) -> None:
    short, long, stake = 200 + more, 2000 + more, 40_000 + more
    # With the signs around them.
    arguments, stakes = {"name": "a" * (long - 12)}, "s" * (stake - 2)

    async def answer(_: Any) -> Any:
        note_question("q" * stake, "host")
        note_reply("wrong name", "t" * short)
        note_change({"kind": "share", "id": "i", "name": "n" * short})
        clock.pass_time(1.23456)
        return {"structuredContent": {"outcome": "done", "before": stakes, "after": stakes}}

    async def refuse(_: Any) -> Any:
        raise MCPError(INVALID_PARAMS, "w" * long)

    call: Any = SimpleNamespace(
        method="tools/call",
        params={"name": "create_share", "arguments": arguments},
        lifespan_context=SimpleNamespace(clock=clock),
        request=None,
    )
    await audit.watching({"create_share"})(call, answer)
    with pytest.raises(MCPError):
        await audit.watching({"create_share"})(call, refuse)
    done, refused = lines.read_all()
    end = "..." if more else ""
    assert refused["said"] == "w" * 2000 + end
    assert done["question"] == {
        "text": "q" * 40_000 + end,
        "by": "host",
        "answer": "wrong name",
        "typed": "t" * 200 + end,
    }
    assert done["changes"] == [{"kind": "share", "id": "i", "name": "n" * 200 + end}]
    assert done["arguments"] == (json.dumps(arguments)[:2000] + "..." if more else arguments)
    assert done["before"] == done["after"] == (json.dumps(stakes)[:40_000] + "..." if more else stakes)
    assert done["seconds"] == 1.235


class FullDisk(io.StringIO):
    def write(self, _: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def closed() -> io.StringIO:
    stream = io.StringIO()
    stream.close()
    return stream


@pytest.mark.parametrize("stream", [closed(), FullDisk()], ids=["closed", "full disk"])
async def test_an_audit_line_that_cannot_be_written_is_logged_and_the_call_goes_on(
    connect: Connect, caplog: pytest.LogCaptureFixture, stream: io.StringIO
) -> None:
    async with connect(transport=answering(same), audit=Audit(stream, Masking())) as assistant:
        await assistant.succeed("create_share", **ORDER)
    assert "A line of the audit could not be written" in [
        record.getMessage().partition(":")[0] for record in caplog.records if record.levelno == logging.ERROR
    ]


async def test_of_what_a_caller_makes_endless_only_the_beginning_is_looked_through(
    connect: Connect, lines: Lines
) -> None:
    looked_through: list[int] = []

    def masked(text: str) -> str:
        looked_through.append(len(text))
        return text

    async with connect(audit=Audit(lines, masked)) as assistant:
        await assistant.call("create_share", **{**ORDER, "name": "x" * 4_000_000})
    (line,) = lines.read_all()
    assert line["arguments"].endswith("...")
    # What is shown of it, and as much more as a secret may take that begins there.
    assert max(looked_through) == 66_000

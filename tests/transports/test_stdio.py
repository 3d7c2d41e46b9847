"""The real server, in a process of its own, over stdio."""

import json
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from do_nfs_sandbox import Sandbox
from mcp import Client, StdioServerParameters
from mcp_types import CallToolResult

from ..support.constants import NEW_SHARE, TOKEN
from ..support.server_process import Server
from ..support.serving import serving

Start = Callable[..., Server]


def text(result: dict[str, Any]) -> str:
    (block,) = result["content"]
    return str(block["text"])


@pytest.mark.anyio
@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_the_sdk_s_client_gets_work_done(mode: str) -> None:
    command = StdioServerParameters(command=sys.executable, args=["-m", "do_nfs_mcp", "--sandbox"])
    async with Client(command, mode=mode) as client:
        assert client.server_info is not None
        assert client.server_info.name == "do-nfs-mcp"
        assert client.instructions
        assert len((await client.list_tools()).tools) == 23
        made = await client.call_tool("create_share", NEW_SHARE)
        assert isinstance(made, CallToolResult)
        assert made.structured_content is not None
        listed = await client.call_tool("list_shares")
        assert isinstance(listed, CallToolResult)
        assert listed.structured_content is not None
        assert [share["id"] for share in listed.structured_content["shares"]] == [
            made.structured_content["share"]["id"]
        ]
        assert made.structured_content["share"]["status"] == "ACTIVE"


def test_nothing_but_the_protocol_is_on_stdout_even_when_all_is_logged(start: Start) -> None:
    server = start("--sandbox", "--log-level", "debug")
    assert server.initialize()["serverInfo"]["name"] == "do-nfs-mcp"
    assert not server.call("create_share", **NEW_SHARE, wait=False)["isError"]
    assert server.call("get_share", share="nothing")["isError"]
    assert server.stop() != ""


def test_the_server_logs_nothing_when_all_is_well(start: Start) -> None:
    server = start("--sandbox")
    server.initialize()
    server.call("list_shares")
    assert server.stop() == ""


def test_a_server_without_a_token_starts_and_says_so_when_called(start: Start) -> None:
    server = start()
    server.initialize()
    assert len(server.request("tools/list", {})["result"]["tools"]) == 23
    result = server.call("list_shares")
    assert result["isError"]
    assert "set DIGITALOCEAN_ACCESS_TOKEN" in text(result)
    assert "--sandbox" in text(result)


@pytest.mark.parametrize("token", ["two words", "smart“quotes”", "line\nbreak"])
def test_a_text_that_cannot_be_a_token_is_not_sent(start: Start, token: str) -> None:
    server = start("--api-url", "http://127.0.0.1:1", DIGITALOCEAN_TOKEN=token)
    server.initialize()
    said = text(server.call("list_shares"))
    assert "What DIGITALOCEAN_TOKEN holds cannot be a token" in said
    assert "set it to a token and restart" in said
    assert token not in said


def test_read_only_leaves_out_what_changes_storage(start: Start) -> None:
    server = start("--sandbox", "--read-only")
    server.initialize()
    tools = {tool["name"] for tool in server.request("tools/list", {})["result"]["tools"]}
    assert len(tools) == 11
    assert "create_share" not in tools
    assert "--read-only" in text(server.call("create_share", **NEW_SHARE))
    assert text(server.call("list_shares")) == "No shares."


def test_a_host_that_cannot_ask_the_person_deletes_nothing(start: Start) -> None:
    server = start("--sandbox")
    server.initialize()
    server.call("create_share", **NEW_SHARE, wait=False)
    refused = server.call("delete_share", share="data")
    assert refused["isError"]
    assert "this host has no way to ask one" in text(refused)
    assert "--destructive" not in text(refused)
    assert server.call("list_shares")["structuredContent"]["total"] == 1


@pytest.mark.parametrize("version", ["2025-11-25", "2026-07-28"])
def test_a_client_that_asks_what_is_spoken_may_begin_in_either_version(start: Start, version: str) -> None:
    server = start("--sandbox")
    for _ in range(2):
        assert "2026-07-28" in server.discover()["supportedVersions"]
    if version != "2026-07-28":
        server.meta = {}
        assert server.initialize()["protocolVersion"] == version
    assert server.call("list_shares")["structuredContent"] == {"total": 0, "shares": []}
    server.stop()


def asked(server: Server, modern: bool) -> tuple[int, dict[str, Any]]:
    """Have a share deleted, and return the call's id and the question as it goes to the host."""
    if modern:
        server.discover()
        server.meta = {**server.meta, "io.modelcontextprotocol/clientCapabilities": {"elicitation": {}}}
    else:
        server.initialize(elicitation={})
    server.call("create_share", **NEW_SHARE, wait=False)
    return asked_again(server, modern)


def asked_again(server: Server, modern: bool) -> tuple[int, dict[str, Any]]:
    number = server.send("tools/call", {"name": "delete_share", "arguments": {"share": NEW_SHARE["name"]}})
    message = server.read()
    if not modern:
        return number, message
    (question,) = message["result"]["inputRequests"].values()
    return number, question


@pytest.mark.parametrize("modern", [False, True], ids=["2025-11-25", "2026-07-28"])
def test_a_question_s_schema_has_nothing_but_what_the_protocol_names(start: Start, modern: bool) -> None:
    server = start("--sandbox")
    _, question = asked(server, modern)
    schema = question["params"]["requestedSchema"]
    assert schema.keys() == {"type", "properties", "required"}
    for field in schema["properties"].values():
        assert field["type"] in {"string", "boolean"}
        assert field.keys() <= {"type", "title", "description"}


def test_a_host_that_answers_a_question_with_an_error_is_told_that_nothing_was_done(start: Start) -> None:
    server = start("--sandbox")
    number, question = asked(server, modern=False)
    refusal = {"jsonrpc": "2.0", "id": question["id"], "error": {"code": -32601, "message": "Method not found"}}
    server.write(json.dumps(refusal).encode())
    answer = server.read()
    assert answer["id"] == number
    assert answer["result"]["isError"]
    said = text(answer["result"])
    assert said.startswith("Nothing was done: ")
    assert "a person has to confirm it, and the host answered the question with an error" in said
    assert '-32601: "Method not found"' in said
    assert "--destructive" not in said
    assert server.call("list_shares")["structuredContent"]["total"] == 1


MALFORMED = {
    '"error":{"code":-32601}': "the host answered the question with an error",
    '"error":{"code":"x","message":5}': "the host answered the question with an error",
    '"error":"no elicitation"': '"no elicitation"',
    '"error":{"code":-32602,"message":"\\ud800"}': "the host answered the question with an error",
    '"result":null': "is not one",
    '"result":[]': "is not one",
}


def test_a_host_whose_answer_to_a_question_is_malformed_keeps_no_call_waiting(start: Start) -> None:
    server = start("--sandbox")
    number, question = asked(server, modern=False)
    for answer, said in MALFORMED.items():
        server.write(b'{"jsonrpc":"2.0","id":%d,%b}' % (question["id"], answer.encode()))
        result = server.read()
        assert result["id"] == number, answer
        assert text(result["result"]).startswith("Nothing was done: "), answer
        assert said in text(result["result"])
        assert server.call("list_shares")["structuredContent"]["total"] == 1, answer
        number, question = asked_again(server, modern=False)


def test_an_answer_whose_id_is_written_as_a_fraction_counts(start: Start) -> None:
    server = start("--sandbox")
    number, question = asked(server, modern=False)
    server.write(b'{"jsonrpc":"2.0","id":%d.0,"result":{"action":"decline"}}' % question["id"])
    result = server.read()
    assert result["id"] == number
    assert "the person said no" in text(result["result"])


def test_destructive_tools_can_be_allowed_without_asking(start: Start) -> None:
    server = start("--sandbox", "--destructive", "allow")
    server.initialize()
    server.call("create_share", **NEW_SHARE, wait=False)
    assert server.call("delete_share", share="data")["structuredContent"]["outcome"] == "done"
    assert server.call("list_shares")["structuredContent"]["total"] == 0


def test_destructive_tools_can_be_left_out(start: Start) -> None:
    server = start("--sandbox", "--destructive", "deny")
    server.initialize()
    tools = {tool["name"] for tool in server.request("tools/list", {})["result"]["tools"]}
    gone = {
        *("delete_share", "delete_snapshot", "delete_access_point"),
        *("detach_share", "reassign_share", "prune_snapshots"),
    }
    assert len(tools) == 17
    assert not tools & gone
    server.call("create_share", **NEW_SHARE, wait=False)
    for name in gone:
        assert "--destructive deny" in text(server.call(name, share="data"))
    assert server.call("list_shares")["structuredContent"]["total"] == 1


def test_how_long_a_call_waits_can_be_chosen(start: Start) -> None:
    server = start("--sandbox", "--wait-seconds", "0")
    server.initialize()
    made = server.call("create_share", **NEW_SHARE)["structuredContent"]
    assert (made["outcome"], made["share"]["status"]) == ("pending", "CREATING")


def test_a_sandbox_in_a_file_is_there_again_after_a_kill(start: Start, tmp_path: Path) -> None:
    first = start("--sandbox", str(tmp_path / "nfs.db"))
    first.initialize()
    made = first.call("create_share", **NEW_SHARE, wait=False)["structuredContent"]["share"]
    first.process.kill()
    second = start("--sandbox", str(tmp_path / "nfs.db"))
    second.initialize()
    assert second.call("get_share", share="data")["structuredContent"]["id"] == made["id"]


@pytest.fixture
def port() -> Iterator[int]:
    """A port on which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        yield free.getsockname()[1]


@pytest.fixture
def api_url() -> Iterator[str]:
    """Where a sandbox answers as the API would."""
    with Sandbox() as sandbox, serving(sandbox) as url:
        yield url


@pytest.mark.parametrize("variable", ["DIGITALOCEAN_ACCESS_TOKEN", "DIGITALOCEAN_TOKEN", "DIGITALOCEAN_API_TOKEN"])
def test_a_server_with_a_token_talks_to_the_api(start: Start, api_url: str, variable: str) -> None:
    server = start("--api-url", api_url, **{variable: TOKEN})
    server.initialize()
    made = server.call("create_share", **NEW_SHARE, wait=False)["structuredContent"]
    assert made["share"]["status"] == "CREATING"
    assert server.call("list_shares")["structuredContent"]["total"] == 1


def test_the_first_token_variable_that_is_set_counts(start: Start, api_url: str) -> None:
    variables = {"DIGITALOCEAN_ACCESS_TOKEN": " ", "DIGITALOCEAN_TOKEN": TOKEN, "DIGITALOCEAN_API_TOKEN": "no"}
    server = start("--api-url", api_url, **variables)
    server.initialize()
    assert text(server.call("list_shares")) == "No shares."


def test_a_wrong_token_is_told_without_showing_it(start: Start, api_url: str) -> None:
    server = start("--api-url", api_url, "--log-level", "debug", DIGITALOCEAN_TOKEN="dop_v1_wrong")
    server.initialize()
    said = text(server.call("list_shares"))
    assert said.startswith("The API answered 401")
    assert "dop_v1_wrong" not in said + server.stop()


def test_an_api_that_is_not_there_is_told(start: Start, port: int) -> None:
    server = start("--api-url", f"http://127.0.0.1:{port}", DIGITALOCEAN_TOKEN=TOKEN)
    server.initialize()
    for _ in range(2):
        said = text(server.call("create_share", **NEW_SHARE))
        assert said.startswith(f"The API at http://127.0.0.1:{port} could not be reached (ConnectError), ")
        assert "so nothing was sent. Try again" in said

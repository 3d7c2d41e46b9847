"""The server as a host starts it opens the page in the browser that the environment names."""

import shlex
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ..support.constants import NEW_SHARE, TOKEN
from ..support.server_process import Server

Start = Callable[..., Server]
# A browser with a person before it, which does what it is told by its first argument.
BROWSER = """
import os, sys, urllib.parse, urllib.request

kept, said, url = sys.argv[1:]
with open(kept, "a") as file:
    file.write(url + "\\n" + repr(dict(os.environ)) + "\\n")
print("chatty", url, flush=True)
print("chatty", url, file=sys.stderr, flush=True)
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
opener.open(url).read()
form = urllib.parse.urlencode({"answer": said, "typed": "data"}).encode()
opener.open(urllib.request.Request(url, form, {"Origin": url.rpartition("/")[0]})).read()
"""
DELETE = {"name": "delete_share", "arguments": {"share": "data"}}


@pytest.fixture(params=["2025-11-25", "2026-07-28"])
def begin(request: pytest.FixtureRequest) -> Callable[[Server], Any]:
    """Begin as a client of this version that cannot ask."""
    return Server.discover if request.param == "2026-07-28" else Server.initialize


@pytest.fixture
def browser(tmp_path: Path) -> Callable[[str], str]:
    """The variable BROWSER for a browser whose person says this. It keeps the addresses it opened in `kept`."""
    program = tmp_path / "browser.py"
    program.write_text(BROWSER)
    return lambda said: f"{shlex.join([sys.executable, str(program), str(tmp_path / 'kept'), said])} %s"


@pytest.mark.parametrize(("said", "left"), [("yes", 0), ("no", 1)])
def test_the_person_answers_in_their_browser_and_the_address_stays_there(
    start: Start,
    begin: Callable[[Server], Any],
    browser: Callable[[str], str],
    tmp_path: Path,
    said: str,
    left: int,
) -> None:
    server = start("--sandbox", "--log-level", "DEBUG", BROWSER=browser(said), CI="", DIGITALOCEAN_ACCESS_TOKEN=TOKEN)
    begin(server)
    server.call("create_share", **NEW_SHARE, wait=False)
    result = server.request("tools/call", DELETE)["result"]
    assert bool(result.get("isError")) is (said == "no")
    assert server.call("list_shares")["structuredContent"]["total"] == left
    logged = server.stop()
    url, environment = (tmp_path / "kept").read_text().splitlines()
    shown = logged + b"".join(server.said).decode()
    assert url.rpartition("/")[2] not in shown
    assert "chatty" not in shown
    assert TOKEN not in environment


@pytest.mark.parametrize(
    "variables",
    [{"CI": ""}, {"CI": "", "BROWSER": "false"}, {"CI": "true", "BROWSER": "works %s"}],
    ids=["no display", "a browser that fails", "CI"],
)
@pytest.mark.skipif(sys.platform != "linux", reason="There is a browser everywhere else.")
def test_without_a_browser_the_host_is_told_what_it_is_today(
    start: Start, begin: Callable[[Server], Any], variables: dict[str, str]
) -> None:
    server = start("--sandbox", **{"DISPLAY": "", "WAYLAND_DISPLAY": "", "BROWSER": "", **variables})
    begin(server)
    server.call("create_share", **NEW_SHARE, wait=False)
    answer = server.request("tools/call", DELETE)
    said = answer["error"]["message"] if "error" in answer else answer["result"]["content"][0]["text"]
    assert "a person has to confirm it, and this host has no way to ask one (MCP elicitation)" in said
    assert server.call("list_shares")["structuredContent"]["total"] == 1


def test_a_browser_that_stays_holds_up_neither_the_call_nor_the_end(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(60)
        stays = f"import socket; socket.create_connection(('127.0.0.1', {listener.getsockname()[1]})).recv(1)"
        command = shlex.join([sys.executable, "-c", stays])
        server = start("--sandbox", "--wait-seconds", "0", BROWSER=f"{command} %s", CI="")
        server.initialize()
        server.call("create_share", **NEW_SHARE, wait=False)
        result = server.request("tools/call", DELETE)["result"]
        assert "they have not answered" in result["content"][0]["text"]
        connection, _ = listener.accept()
        with connection:
            server.stop()
            # It is still there.
            connection.setblocking(False)
            with pytest.raises(BlockingIOError):
                connection.recv(1)

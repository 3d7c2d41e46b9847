"""What a host asks in every window is answered before the SDK is loaded, and is what the SDK answers."""

import json
import os
import random
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from do_nfs_mcp.api.client import NfsApi
from do_nfs_mcp.offering import Offering
from do_nfs_mcp.server import NfsServer, build_server
from do_nfs_mcp.settings import Settings
from do_nfs_mcp.transports import handshake
from do_nfs_mcp.transports.handshake import Handshake, UnknownMessageError, answer_handshake, read_answers
from do_nfs_mcp.transports.stdio import serve_stdio
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS

from ..support.constants import INITIALIZE_PARAMS, REQUEST_META, TOKEN
from ..support.server_process import Server, environment

LISTS = ("tools/list", "prompts/list", "resources/list", "resources/templates/list")
OPTIONS: list[dict[str, Any]] = [
    {"read_only": read_only, "destructive": destructive}
    for read_only in (False, True)
    for destructive in ("ask", "allow", "deny")
] + [
    {"tools": ["list_*", "wait_until_ready", "get_mount_instructions", "create_share"]},
    {"exclude_tools": ["*_snapshot*"]},
    {"tools": ["*_share"], "exclude_tools": ["delete_*", "get_share"], "read_only": False, "destructive": "deny"},
]
ONCE = 56_785
"""The bytes of tools/list before they were looked at. There were 22 tools then."""
INITIALIZED = {"jsonrpc": "2.0", "method": "notifications/initialized"}
HEAVY = {"anyio", "do_nfs_client", "do_nfs_mcp.server", "httpx", "logging", "mcp", "mcp_types", "pydantic", "asyncio"}
Message = dict[str, Any]


def request(number: int | str, method: str, params: Message | None = None) -> Message:
    return {"jsonrpc": "2.0", "id": number, "method": method} | ({} if params is None else {"params": params})


def initialize(number: int | str = 0, **params: Any) -> Message:
    return request(number, "initialize", {**INITIALIZE_PARAMS, **params})


def lines(messages: list[Message]) -> bytes:
    return b"".join(json.dumps(message, ensure_ascii=False).encode() + b"\n" for message in messages)


def sdk_answers(text: bytes, **options: Any) -> list[Message]:
    """What the server says that the SDK carries, to lines on one connection."""
    server = build_server(lambda: NfsApi.unavailable(Settings().no_token), **options)
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as answered:
        asked.write(text)
        asked.seek(0)
        anyio.run(serve_stdio, server.serve, asked.fileno(), answered.fileno())
        answered.seek(0)
        return [json.loads(line) for line in answered]


def woken_answers(text: bytes) -> list[Message]:
    """What is said to lines on one connection: to the first ones without the SDK, and then by it."""
    answers = read_answers(Offering())
    assert answers
    server = build_server(lambda: NfsApi.unavailable(Settings().no_token))
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as answered:
        asked.write(text)
        asked.seek(0)
        left = answer_handshake(answers, asked.fileno(), answered.fileno())
        assert left
        anyio.run(serve_stdio, server.serve, asked.fileno(), answered.fileno(), left)
        answered.seek(0)
        return [json.loads(line) for line in answered]


def early_answers(text: bytes, **options: Any) -> list[Message]:
    """What is said without it. Every line has to be known."""
    answers = read_answers(Offering(**options))
    assert answers
    met = Handshake(answers)
    said = [met.answer(line) for line in text.splitlines()]
    return [json.loads(line) for line in said if line]


def conversations() -> Iterator[list[Message]]:
    plain = [request(number, method) for number, method in enumerate(("ping", *LISTS), 1)]
    for version in HANDSHAKE_PROTOCOL_VERSIONS:
        yield [initialize(protocolVersion=version), INITIALIZED, *plain]
    whole = [request(number, method, {"_meta": REQUEST_META}) for number, method in enumerate(LISTS)]
    yield [request("first", "server/discover", {"_meta": REQUEST_META}), *whole]
    yield [*whole, request("last", "server/discover", {"_meta": REQUEST_META})]
    yield [request("first", "server/discover", {"_meta": REQUEST_META}), initialize(), INITIALIZED, *plain]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_an_early_answer_is_what_the_sdk_answers(options: dict[str, Any]) -> None:
    for conversation in conversations():
        text = lines(conversation)
        early = early_answers(text, **options)
        assert len(early) == len([message for message in conversation if "id" in message])
        assert early == sdk_answers(text, **options)


WORDS = ("", "x", "Ünïcode ☃ 🗄", 'a "b"\\ c', "line\nbreak\t", "\u2028\x7f")
OBJECTS: tuple[Message, ...] = ({}, {"listChanged": True}, {"a": [1.5, None, {"b": "c"}]})


def any_of(shape: Any, chance: random.Random) -> Any:
    """A value of a shape, as handshake.py writes shapes."""
    if shape is str:
        return chance.choice(WORDS)
    if shape is int:
        return chance.choice((0, 1, -1, 2**31, 2**63, 10**30))
    if shape is bool:
        return chance.random() < 0.5
    if shape is dict:
        return chance.choice(OBJECTS)
    if isinstance(shape, tuple):
        return any_of(chance.choice(shape), chance)
    if isinstance(shape, list):
        return [any_of(shape[0], chance) for _ in range(chance.randrange(3))]
    if not isinstance(shape, dict):
        return shape
    made: Message = {}
    for name, field in shape.items():
        if name == "*":
            made |= {word: any_of(field, chance) for word in chance.sample(WORDS, chance.randrange(3))}
        elif not name.endswith("?") or chance.random() < 0.5:
            left_out = field == handshake._NULL or (name.endswith("?") and chance.random() < 0.2)
            made[name.rstrip("?")] = None if left_out else any_of(field, chance)
    return made


@pytest.mark.parametrize("seed", range(8))
def test_whatever_fits_a_known_shape_is_answered_as_the_sdk_does(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(5):
        begin = any_of(handshake._INITIALIZE, chance)
        begin["params"]["protocolVersion"] = chance.choice(HANDSHAKE_PROTOCOL_VERSIONS)
        plain = [any_of(handshake._PLAIN, chance) | {"method": method} for method in ("ping", *LISTS)]
        whole = [
            any_of(handshake._SELF_CONTAINED, chance) | {"method": method} for method in ("server/discover", *LISTS)
        ]
        for conversation in ([begin, any_of(handshake._INITIALIZED, chance), *plain], whole):
            text = lines(conversation)
            assert early_answers(text, **OPTIONS[0]) == sdk_answers(text, **OPTIONS[0])


CAPABILITIES = {
    # github.com/rsclarke/mcp-taskfile-server/issues/134 and github.com/microsoft/vscode/issues/246874
    "Visual Studio Code 1.129": {
        "roots": {"listChanged": True},
        "sampling": {},
        "elicitation": {"form": {}, "url": {}},
        "tasks": {
            "list": {},
            "cancel": {},
            "requests": {"sampling": {"createMessage": {}}, "elicitation": {"create": {}}},
        },
        "extensions": {"io.modelcontextprotocol/ui": {"mimeTypes": ["text/html;profile=mcp-app"]}},
    },
    "Visual Studio Code 1.100": {"roots": {"listChanged": True}},
    "the SDK for Python, with all callbacks": {
        "sampling": {"context": {}, "tools": {}},
        "elicitation": {"form": {}, "url": {}},
        "roots": {"listChanged": True},
    },
    "a client that can do nothing": {},
}
"""What clients say they can do."""


@pytest.mark.parametrize("capabilities", CAPABILITIES.values(), ids=CAPABILITIES)
def test_what_clients_say_they_can_do_wakes_nothing(capabilities: Message) -> None:
    # FastMCP and Mastra say how much they want to be told.
    more = {"clientCapabilities": capabilities, "logLevel": "debug"}
    meta = REQUEST_META | {f"io.modelcontextprotocol/{name}": value for name, value in more.items()}
    whole = [request(n, method, {"_meta": meta}) for n, method in enumerate(("server/discover", *LISTS))]
    plain = [request(n, method, {"cursor": None}) for n, method in enumerate(LISTS, 1)]
    for conversation in ([initialize(capabilities=capabilities), INITIALIZED, *plain], whole):
        text = lines(conversation)
        assert early_answers(text) == sdk_answers(text)


def test_no_client_is_led_to_listen_for_changes_that_never_come() -> None:
    for begin in (initialize(), request(0, "server/discover", {"_meta": REQUEST_META})):
        (answer,) = early_answers(lines([begin]))
        offered = answer["result"]["capabilities"]
        assert {"tools", "prompts", "resources"} <= offered.keys()
        assert not any(offered[kind].get(flag) for kind in offered for flag in ("listChanged", "subscribe"))


def test_all_tools_together_take_half_the_bytes_that_they_once_took() -> None:
    (_, listed) = early_answers(lines([initialize(), request(1, "tools/list")]), **OPTIONS[0])
    assert len(listed["result"]["tools"]) == 23
    assert len(json.dumps(listed, ensure_ascii=False, separators=(",", ":")).encode()) <= ONCE / 2


UNKNOWN = {
    "a version that nobody speaks": [initialize(protocolVersion="1999-01-01")],
    "a capability that is not known": [initialize(capabilities={"telepathy": {}})],
    "a capability of another shape": [initialize(capabilities={"roots": {"listChanged": "yes"}})],
    "a part of a capability of another shape": [initialize(capabilities={"tasks": {"list": 1}})],
    "params without what they need": [request(0, "initialize", {"protocolVersion": "2025-11-25"})],
    "an id that is none": [initialize() | {"id": 1.5}],
    "no id": [request(0, "initialize") | {"id": None}],
    "another protocol": [initialize() | {"jsonrpc": "1.0"}],
    "a list before initialize": [request(0, "tools/list")],
    "a ping before initialize": [request(0, "ping")],
    "a cursor": [initialize(), request(1, "tools/list", {"cursor": "x"})],
    "a second initialize": [initialize(), initialize(1)],
    "a second notification": [initialize(), INITIALIZED, INITIALIZED],
    "a tool call": [initialize(), INITIALIZED, request(1, "tools/call", {"name": "list_shares"})],
    "a request that is self-contained after initialize": [initialize(), request(1, LISTS[0], {"_meta": REQUEST_META})],
    "initialize after one that is": [request(0, LISTS[0], {"_meta": REQUEST_META}), initialize(1)],
    "a ping where there is none": [request(0, "ping", {"_meta": REQUEST_META})],
    "a version of the future": [
        request(0, LISTS[0], {"_meta": {k: "2031-01-01" if "Version" in k else v for k, v in REQUEST_META.items()}})
    ],
    "listening for changes, of which there are none": [
        request(0, LISTS[0], {"_meta": REQUEST_META}),
        request(1, "subscriptions/listen", {"_meta": REQUEST_META, "notifications": {"toolsListChanged": True}}),
    ],
    "a level of logging that is none": [
        request(0, LISTS[0], {"_meta": {**REQUEST_META, "io.modelcontextprotocol/logLevel": "loud"}})
    ],
    "a list of messages": [[initialize()]],
}


@pytest.mark.parametrize("conversation", UNKNOWN.values(), ids=UNKNOWN)
def test_what_is_not_known_is_left_to_the_sdk_which_stands_where_the_client_thinks(
    conversation: list[Message],
) -> None:
    answers = read_answers(Offering())
    assert answers
    met = Handshake(answers)
    *known, last = lines(conversation).splitlines()
    for line in known:
        met.answer(line)
    with pytest.raises(UnknownMessageError):
        met.answer(last)
    assert woken_answers(lines(conversation)) == sdk_answers(lines(conversation))


@pytest.mark.parametrize(
    "line",
    [
        b'{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}',
        b'\xef\xbb\xbf{"jsonrpc":"2.0","id":1,"method":"ping"}',
        b'{"jsonrpc":"2.0","id":"\\ud800","method":"ping"}',
        b'{"jsonrpc":"2.0","id":NaN,"method":"ping"}',
        b'{"jsonrpc":"2.0","id":"\xff","method":"ping"}',
        b'{"jsonrpc":"2.0","id":"a\tb","method":"ping"}',
        b'{"jsonrpc":"2.0","id":1,"method":"ping"',
        b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":' + b'{"a":' * 150 + b"1" + b"}" * 152,
        b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"progressToken":"' + b"x" * 70_000 + b'"}}}',
        b"\x00\x01\x02",
    ],
    ids=lambda line: line[:40].decode(errors="replace"),
)
def test_a_line_that_json_and_the_sdk_may_read_differently_is_left_to_the_sdk(line: bytes) -> None:
    answers = read_answers(Offering())
    assert answers
    met = Handshake(answers)
    met.answer(lines([initialize()]).strip())
    with pytest.raises(UnknownMessageError):
        met.answer(line)
    text = lines([initialize(), INITIALIZED]) + line + b"\n" + lines([request(9, "ping")])
    assert woken_answers(text) == sdk_answers(text)


def said_by_a_process(text: bytes, *arguments: str) -> list[Message]:
    command = [sys.executable, "-m", "do_nfs_mcp", *arguments]
    done = subprocess.run(command, input=text, env=environment(), capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_lines_may_end_as_on_windows_and_come_with_blank_ones() -> None:
    text = lines([initialize(), INITIALIZED, request(1, "tools/list")])
    assert said_by_a_process(b"\n \r\n" + text.replace(b"\n", b"\r\n")) == sdk_answers(text)


@pytest.mark.parametrize("blank", [b" ", b"\t", b"\r"])
def test_a_blank_line_may_be_long(blank: bytes) -> None:
    begin, rest = lines([initialize(), INITIALIZED]), lines([request(1, "tools/list")])
    for text in (blank * 200_000 + b"\n" + begin + rest, begin + blank * 200_000 + b"\n" + rest):
        assert woken_answers(text) == sdk_answers(text)


def loaded(logged: str) -> set[str]:
    return {line.rpartition("|")[2].strip() for line in logged.splitlines() if line.startswith("import time:")}


@pytest.mark.parametrize("modern", [False, True])
@pytest.mark.parametrize("options", [(), ("--token-command", "print-token --for nfs")], ids=["", "command"])
def test_a_window_that_never_calls_loads_nothing_heavy_and_has_one_thread(
    modern: bool, options: tuple[str, ...], start: Callable[..., Server]
) -> None:
    server = start(*options, PYTHONPROFILEIMPORTTIME="1", DIGITALOCEAN_TOKEN=TOKEN)
    if modern:
        server.discover()
    else:
        server.initialize(elicitation={}, roots={"listChanged": True})
        server.request("ping", {})
    for method in LISTS:
        assert server.request(method, {})["result"]
    if Path("/proc/self").exists():
        process = Path("/proc") / str(server.process.pid)
        assert len(list((process / "task").iterdir())) == 1
        descriptors = [str(file.readlink()) for file in (process / "fd").iterdir()]
        assert not [name for name in descriptors if name.startswith(("socket:", "anon_inode:"))]
    assert loaded(server.stop()) & HEAVY == set()


def test_the_first_call_wakes_the_server_which_answers_nothing_twice(start: Callable[..., Server]) -> None:
    server = start("--sandbox")
    server.initialize()
    assert server.request("tools/list", {})["result"]["tools"]
    assert server.call("list_shares")["structuredContent"]["total"] == 0
    assert server.request("tools/list", {})["result"]["tools"]
    assert server.stop() == ""


@pytest.mark.parametrize("modern", [False, True])
def test_all_that_is_sent_at_once_is_answered_in_order_and_once(modern: bool) -> None:
    params = {"_meta": REQUEST_META} if modern else None
    call = {"name": "list_shares", **(params or {})}
    begin = [] if modern else [initialize("first"), INITIALIZED]
    text = lines(
        [
            *begin,
            *(request(number, LISTS[number % 4], params) for number in range(1, 30)),
            request("call", "tools/call", call),
            *(request(number, LISTS[number % 4], params) for number in range(30, 60)),
        ]
    )
    said = [answer["id"] for answer in said_by_a_process(text, "--sandbox")]
    assert sorted(map(str, said)) == sorted(map(str, [*([] if modern else ["first"]), *range(1, 60), "call"]))
    assert [number for number in said if number in range(1, 30)] == list(range(1, 30))


def test_a_last_line_without_an_end_is_answered_though_stdin_is_closed() -> None:
    text = lines([initialize(), INITIALIZED, request(1, "ping")]).rstrip(b"\n")
    assert [answer["id"] for answer in said_by_a_process(text)] == [0, 1]


@pytest.mark.skipif(os.name == "nt", reason="Windows ends processes in another way")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_window_that_never_called(number: signal.Signals, start: Callable[..., Server]) -> None:
    server = start(PYTHONPROFILEIMPORTTIME="1", DIGITALOCEAN_TOKEN=TOKEN)
    server.initialize()
    assert server.request("tools/list", {})["result"]
    server.process.send_signal(number)
    assert server.finish() == 128 + number
    logged = b"".join(server.logged).decode()
    assert loaded(logged) & HEAVY == set()
    assert "Traceback" not in logged


@pytest.mark.skipif(os.name == "nt", reason="Windows ends processes in another way")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_server_that_is_waking(
    number: signal.Signals, start: Callable[..., Server], tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import signal, sys\n"
        "class Stop:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'mcp':\n"
        '            print(\'{"jsonrpc": "2.0", "waking": true}\', flush=True)\n'
        "            type('Made', (), {'by': self})\n"
        # C code calls this, and Python before 3.12 makes another error of what it raises.
        "    def __set_name__(self, *_):\n"
        "        signal.pause()\n"
        "sys.meta_path.insert(0, Stop())\n",
        encoding="utf-8",
    )
    server = start("--sandbox", PYTHONPATH=os.pathsep.join([str(tmp_path), *filter(None, [os.getenv("PYTHONPATH")])]))
    server.initialize()
    server.send("tools/call", {"name": "list_shares"})
    assert server.read()["waking"]
    server.process.send_signal(number)
    assert server.finish() == 128 + number
    assert server.logged == []


def test_answers_made_with_another_sdk_are_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = json.loads(handshake._ANSWERS.read_text(encoding="utf-8"))
    assert set(made["made_with"]) == {"mcp", "mcp_types"}
    for package in made["made_with"]:
        other = tmp_path / "handshake.json"
        other.write_text(json.dumps({**made, "made_with": {**made["made_with"], package: "0.0.1"}}), encoding="utf-8")
        monkeypatch.setattr(handshake, "_ANSWERS", other)
        assert read_answers(Offering()) is None


def test_what_a_client_was_told_is_not_made_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    listed: list[str] = []
    list_tools = NfsServer.list_tools

    async def noted(server: NfsServer) -> Any:
        listed.append("tools")
        return await list_tools(server)

    monkeypatch.setattr(NfsServer, "list_tools", noted)
    call = request(1, "tools/call", {"name": "no_such_tool", "arguments": {}, "_meta": REQUEST_META})
    said = woken_answers(lines([request(0, "tools/list", {"_meta": REQUEST_META}), call]))
    assert [answer["id"] for answer in said] == [0, 1]
    assert listed == []


def test_where_nothing_tells_whether_the_client_reads_answers_are_just_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    for name in ("poll", "PIPE_BUF"):
        monkeypatch.delattr(select, name)
    answers = read_answers(Offering())
    assert answers
    text = lines([initialize(), INITIALIZED, request(1, "tools/list")])
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as answered:
        asked.write(text)
        asked.seek(0)
        assert answer_handshake(answers, asked.fileno(), answered.fileno()) is None
        answered.seek(0)
        assert [json.loads(line) for line in answered] == early_answers(text)


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot tell what can be written")
def test_a_client_that_reads_is_waited_for_however_little_it_can_be_sent_at_once() -> None:
    answers = read_answers(Offering())
    assert answers
    text = lines([initialize(), INITIALIZED, *(request(number, "tools/list") for number in range(1, 9))])
    stdin, from_client = os.pipe()
    os.write(from_client, text)
    os.close(from_client)
    ours, client = socket.socketpair()
    read: list[bytes] = []
    with ours, client:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)

        def read_once_no_more_can_be_sent() -> None:
            while select.select([], [ours], [], 0)[1]:
                pass
            read.extend(client.makefile("rb"))

        reader = threading.Thread(target=read_once_no_more_can_be_sent)
        reader.start()
        left = answer_handshake(answers, stdin, ours.fileno())
        ours.shutdown(socket.SHUT_WR)
        reader.join()
    os.close(stdin)
    assert left is None
    assert [json.loads(line)["id"] for line in read] == list(range(9))


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot tell what can be written")
def test_what_a_client_does_not_read_is_handed_over_and_written_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handshake, "_SLOW", 0)
    answers = read_answers(Offering())
    assert answers
    text = lines([initialize(), INITIALIZED, *(request(number, "tools/list") for number in range(1, 9))])
    stdin, from_client = os.pipe()
    to_client, stdout = os.pipe()
    os.write(from_client, text)
    left = answer_handshake(answers, stdin, stdout)
    os.close(from_client)
    assert left
    assert left.answered == tuple(text.splitlines()[:2])
    assert left.unwritten
    written = os.read(to_client, 1024 * 1024)
    server = build_server(lambda: NfsApi.unavailable("There is no token."))
    with tempfile.TemporaryFile() as answered:
        anyio.run(serve_stdio, server.serve, stdin, answered.fileno(), left)
        answered.seek(0)
        whole = written + answered.read()
    for descriptor in (stdin, to_client, stdout):
        os.close(descriptor)
    assert [json.loads(line)["id"] for line in whole.splitlines()] == list(range(9))


def test_a_client_that_is_gone_ends_it() -> None:
    answers = read_answers(Offering())
    assert answers
    stdin, from_client = os.pipe()
    to_client, stdout = os.pipe()
    os.close(to_client)
    os.write(from_client, lines([initialize()]))
    assert answer_handshake(answers, stdin, stdout) is None
    os.close(from_client)
    assert answer_handshake(answers, stdin, stdout) is None
    for descriptor in (stdin, stdout):
        os.close(descriptor)

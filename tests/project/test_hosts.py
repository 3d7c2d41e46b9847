"""What scripts/hosts is made of: the scripted model, the bounds of a conversation, and how it is judged."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from ..support.constants import INITIALIZE_PARAMS
from ..support.contracts import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
try:
    from clients import installing, playing
    from clients.catalogue import CLIENTS
    from clients.client import Client, Stage
    from clients.conversation import CALLS, Call
    from clients.dialects import BY_PATH, Anthropic, Dialect, Gemini, OpenAiChat, OpenAiResponses
    from clients.findings import Findings, found
    from clients.model import Model
    from clients.page import page
    from clients.playing import play_all
finally:
    sys.path.pop(0)

posix = pytest.mark.skipif(os.name == "nt", reason="clients are started and ended as POSIX systems do")

TOOLS: dict[str, Any] = {"get_share": {"properties": {"share": {}}}, "list_vpcs": {"properties": {}}}
TALK = (Call("list_vpcs", {}), Call("get_share", {"share": "web"}))
SCHEMA = {"type": "object", "properties": {"share": {"type": "string"}}}


def offering(dialect: Dialect, name: str, schema: dict[str, Any] = SCHEMA) -> dict[str, Any]:
    """A request that offers one tool, as a dialect has it."""
    match dialect:
        case OpenAiChat():
            return {"messages": ["hello"], "tools": [{"function": {"name": name, "parameters": schema}}]}
        case OpenAiResponses():
            return {"input": ["hello"], "tools": [{"type": "function", "name": name, "parameters": schema}]}
        case Anthropic():
            return {"messages": ["hello"], "tools": [{"name": name, "input_schema": schema}]}
        case _:
            declarations = [{"name": name, "parametersJsonSchema": schema}]
            return {"contents": ["hello"], "tools": [{"functionDeclarations": declarations}]}


def test_every_client_is_pinned_and_every_pin_is_a_client_s_or_the_conformance_suite_s() -> None:
    pinned = [*installing.PINS["npm"], *installing.PINS["pypi"]]
    assert sorted(pinned) == sorted([*CLIENTS, "conformance"])


@pytest.mark.parametrize("dialect", BY_PATH.values(), ids=lambda dialect: type(dialect).__name__)
@pytest.mark.parametrize("name", ["list_vpcs", "mcp__nfs__list_vpcs", "nfs-list_vpcs"])
def test_the_model_calls_a_tool_by_the_name_its_client_gave_it(dialect: Dialect, name: str) -> None:
    model = Model(TOOLS, TALK)
    said = model.reply(dialect, offering(dialect, name))
    assert model.offered == {"list_vpcs"}
    assert name in json.dumps(dialect.answer(said))
    assert name in json.dumps(dialect.events(said))


def test_the_model_says_a_text_to_a_program_that_offers_none_of_the_server_s_tools_and_goes_on_afterwards() -> None:
    model = Model(TOOLS, TALK)
    assert model.reply(OpenAiChat(), {"messages": ["a title, please"]}).tool is None
    assert model.reply(OpenAiChat(), offering(OpenAiChat(), "list_vpcs")).tool == {"name": "list_vpcs"}


def test_the_model_gives_what_only_its_client_asks_for() -> None:
    schema = {"properties": {"wait_for_previous": {"type": "boolean"}}}
    said = Model(TOOLS, TALK).reply(Gemini(), offering(Gemini(), "list_vpcs", schema))
    assert said.arguments == {"wait_for_previous": True}


def python(program: str) -> Client:
    """A client that is a program of Python."""

    def start(stage: Stage) -> list[str]:
        return [sys.executable, str(stage.write("client.py", program))]

    return Client(title="a program", connect="", start=start)


@pytest.fixture
def _installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where every client is there already, but one."""

    def install(key: str) -> Path:
        if key == "absent":
            raise installing.UnavailableError("it needs a newer machine")
        return tmp_path

    monkeypatch.setattr(installing, "HOSTS", tmp_path)
    monkeypatch.setattr(installing, "install", install)
    monkeypatch.setattr(installing, "node", lambda: tmp_path)


HANGS = """
import subprocess, sys
left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
print(left.pid, flush=True)
left.wait()
"""


@posix
@pytest.mark.usefixtures("_installed")
def test_a_client_that_hangs_is_ended_with_all_it_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(playing, "EACH_SECONDS", 2)
    (findings,) = play_all([("hangs", "stdio")], {"hangs": python(HANGS)}, TOOLS).values()
    assert findings.problems[0].startswith("was not done after 2 s")
    left = int((tmp_path / "played/hangs-stdio/output").read_text())
    assert not psutil.pid_exists(left) or psutil.Process(left).status() == psutil.STATUS_ZOMBIE


@posix
@pytest.mark.usefixtures("_installed")
def test_a_client_that_fails_hides_no_other() -> None:
    clients = {"absent": python(""), "breaks": python("raise OSError('it broke')"), "ends": python("print('well')")}
    absent, breaks, ends = (
        result.problems[0] for result in play_all([(name, "stdio") for name in clients], clients, TOOLS).values()
    )
    assert absent == "cannot be installed: it needs a newer machine"
    assert breaks == "exited with 1: OSError: it broke"
    assert ends == "2 of 2 tools are missing"


@posix
@pytest.mark.usefixtures("_installed")
def test_a_client_whose_turn_comes_too_late_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playing, "ALL_SECONDS", 0)
    (findings,) = play_all([("late", "stdio")], {"late": python("print('here')")}, TOOLS).values()
    assert findings.problems == ["not tried: the time for all clients was over"]


def test_what_passes_between_client_and_server_is_passed_on_and_written_down(tmp_path: Path) -> None:
    echo = [sys.executable, "-c", "import sys; sys.stdout.writelines(sys.stdin)"]
    tap = [sys.executable, str(ROOT / "scripts/clients/tap.py"), str(tmp_path / "log"), *echo]
    done = subprocess.run(tap, input='{"id": 1}\n', capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, '{"id": 1}\n')
    lines = [line.split(" ", 1)[1] for line in (tmp_path / "log").read_text(encoding="utf-8").splitlines()]
    assert lines == ['client {"id": 1}', 'server {"id": 1}']


Message = dict[str, Any]
ASKING = {"capabilities": {"elicitation": {}}, "protocolVersion": "2025-11-25"}
OVERVIEW, DELETE = CALLS[0], CALLS[-1]


def judged(tmp_path: Path, read: str, result: Message, call: Call = OVERVIEW, asked: str = "") -> Findings:
    """What is found of a client whose model read this of the result of its one call."""
    model = Model(TOOLS, CALLS)
    model.offered = set(TOOLS)
    model.read = [[{"role": "tool", "content": read}]]
    questions: dict[str, Message] = {
        "server": {"id": 9, "method": "elicitation/create", "params": {}},
        "browser": {"question": "Delete?"},
    }
    log: list[tuple[str, Message]] = [
        ("client", {"id": 1, "method": "initialize", "params": ASKING}),
        ("server", {"id": 1, "result": {"protocolVersion": "2025-11-25"}}),
        ("client", {"id": 2, "method": "tools/call", "params": {"name": call.tool, "arguments": call.arguments}}),
        *([(asked, questions[asked])] if asked else []),
        ("server", {"id": 2, "result": result}),
    ]
    messages = tmp_path / "messages"
    messages.write_text("".join(f"7 {who} {json.dumps(message)}\n" for who, message in log))
    return found(True, False, TOOLS, model, messages, "", "")


RESULT = {"content": [{"type": "text", "text": "No shares."}], "structuredContent": {"total": 0}}


@pytest.mark.parametrize(
    ("read", "reads"),
    [
        ("No shares.", "text"),
        ('{"total": 0}', "structured content"),
        (json.dumps(RESULT), "both"),
        ("something else", "neither"),
    ],
)
def test_what_a_model_reads_is_found_in_what_it_was_told(tmp_path: Path, read: str, reads: str) -> None:
    assert judged(tmp_path, read, RESULT).reads == reads


def test_a_call_that_the_server_refused_is_a_problem_in_the_server_s_words(tmp_path: Path) -> None:
    refused = {"content": [{"type": "text", "text": "No such argument."}], "isError": True}
    findings = judged(tmp_path, "No such argument.", refused)
    assert f"{CALLS[0].tool} was refused: No such argument." in findings.problems
    assert (findings.calls, findings.protocol) == (1, "2025-11-25")


def test_a_delete_without_a_question_is_a_problem(tmp_path: Path) -> None:
    assert judged(tmp_path, "", RESULT, DELETE, asked="server").asks == "yes"
    assert judged(tmp_path, "", RESULT, DELETE, asked="browser").asks == "browser"
    assert "delete_share was done without a question" in judged(tmp_path, "", RESULT, DELETE).problems


def test_a_call_that_did_not_reach_the_server_is_a_problem(tmp_path: Path) -> None:
    assert f"{CALLS[1].tool} did not reach the server: it printed nothing" in judged(tmp_path, "", RESULT).problems


def test_what_wakes_the_server_before_a_call_is_a_problem(tmp_path: Path) -> None:
    begin = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": INITIALIZE_PARAMS}
    asked: list[Message] = [
        {"jsonrpc": "2.0", "id": 1, "method": method, "params": {}}
        for method in ("tools/list", "tools/call", "logging/setLevel")
    ]
    listed, called, leveled = asked
    messages = tmp_path / "messages"
    log = [(7, begin), (7, listed), (7, called), (7, leveled), (8, begin), (8, leveled)]
    messages.write_text("".join(f"{via} client {json.dumps(message)}\n" for via, message in log))
    for over_http, times in ((False, 1), (True, 0)):
        problems = found(True, over_http, TOOLS, Model(TOOLS, CALLS), messages, "", "").problems
        assert problems.count("its logging/setLevel wakes the server before it calls a tool") == times
        assert len([problem for problem in problems if "wakes" in problem]) == times


def test_the_page_has_a_row_for_each_conversation_and_says_what_went_wrong() -> None:
    key, client = next(iter(CLIENTS.items()))
    results = {
        (key, "stdio"): Findings(tools=22, calls=5, reads="text", asks="yes", protocol="2026-07-28"),
        (key, "HTTP"): Findings(problems=["exited with 1: <html>"]),
    }
    made = page({key: client}, results, 22)
    version = installing.version(key)
    assert f"| {client.title} | {version} | stdio | 2026-07-28 | 22 | text | yes | works |" in made
    assert f"| {client.title} | {version} | HTTP | - | 0 | - | - | does not work |" in made
    assert f"- **{client.title} over HTTP**: exited with 1: &lt;html>" in made


CANNOT_ASK = {"Kilo": "text", "Cline": "both", "Continue": "text", "Mistral Vibe": "structured content"}


@pytest.mark.parametrize(("title", "reads"), CANNOT_ASK.items())
@pytest.mark.parametrize(("transport", "asks"), [("stdio", "browser"), ("HTTP", "no")])
def test_the_page_says_what_a_person_sees_in_a_client_that_cannot_ask_and_is_not_played(
    title: str, reads: str, transport: str, asks: str
) -> None:
    row = rf"^\| {title} \| [\d.]+ \| {transport} \| - \| - \| {reads} \| {asks} \| not run here \|$"
    there = (ROOT / "docs/hosts.md").read_text(encoding="utf-8")
    for text in (page({}, {}, 23), there):
        assert re.search(row, text, re.MULTILINE)
        assert f"\n- **{title}**: " in text


def test_the_page_in_the_checkout_has_the_text_that_the_script_would_write() -> None:
    there = (ROOT / "docs/hosts.md").read_text(encoding="utf-8")
    made = page(CLIENTS, {}, 23)
    assert there.startswith(made.partition("| client |")[0])
    assert made.partition("\n## How to connect them\n")[2].partition("\n## ")[0] in there
    assert made.partition("\n## What else they do\n")[2].strip() in there


def test_the_script_names_the_clients_there_are() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/hosts", "telnet"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert "there is no telnet; there are claude-code, codex" in done.stderr

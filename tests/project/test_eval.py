"""What scripts/eval is made of: models behind an API, whoever plays in a shell, the person, and what is counted."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from itertools import count, repeat
from pathlib import Path
from typing import Any

import httpx
import pytest
from do_nfs_mcp.api.client import NfsApi
from do_nfs_mcp.server import build_server
from mcp.server import MCPServer
from mcp_types import ElicitRequestFormParams, ElicitRequestURLParams

from ..support.clock import Clock
from ..support.contracts import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
try:
    from clients.dialects import Dialect, Saying
    from clients.model import Model
    from evals.attempt import TOKEN, ServerError, hash_of
    from evals.endpoints import ENDPOINTS, Call, EndpointError, Turn
    from evals.evaluation import Evaluation
    from evals.everyday import VPC, id_of
    from evals.person import Person
    from evals.play import play_all
    from evals.results import Outcome, Run, age_of, failures, keep_run, read_runs, tables
    from evals.servers import connect_to
    from evals.session import NoSessionError, send
    from evals.suite import EVERYDAY, SuiteError, load
    from pages.evals import todays_hash
finally:
    sys.path.pop(0)

pytestmark = pytest.mark.anyio
APIS = pytest.mark.parametrize("api", ENDPOINTS)

# Models behind an API.


class Scripted(Model):
    """A model that says what it is given to say, whatever it reads."""

    def __init__(self, says: Iterable[Saying]) -> None:
        super().__init__({}, ())
        self._says = iter(says)

    def reply(self, dialect: Dialect, body: dict[str, Any]) -> Saying:
        self.requests.append(body)
        return next(self._says)

    def was_told(self, words: str) -> bool:
        """Whether these words were in the last request."""
        return words in json.dumps(self.requests[-1], ensure_ascii=False)


_numbers = count()


def calls(tool: str, arguments: Any = None) -> Saying:
    return Saying(next(_numbers), tool={"name": tool}, arguments={} if arguments is None else arguments)


def says(text: str) -> Saying:
    return Saying(next(_numbers), text=text)


def ours(url: str) -> Any:
    """Start the project's server in this process."""
    clock = Clock()
    return build_server(lambda: NfsApi.connect(url, TOKEN), clock=clock, sleep=clock.sleep)


def evaluation_of(
    folder: Path, *names: str, connect: Any = ours, requests: Path = EVERYDAY, most_calls: int = 5
) -> Evaluation:
    return Evaluation(
        load(requests),
        names,
        "ours",
        connect,
        "scripted",
        results=folder / "results.json",
        folder=folder,
        most_calls=most_calls,
        ready_after=0,
    )


async def played(folder: Path, says: Iterable[Saying], name: str, api: str = "openai", **how: Any) -> Outcome:
    """Let a scripted model play one request, and return what came of it."""
    evaluation, model = evaluation_of(folder, name, **how), Scripted(says)
    with model.serve():
        await play_all(evaluation, api, f"{model.url}/v1", "key")
    (outcome,) = evaluation.run.outcomes
    return outcome


GROW = calls("resize_share", {"share": "projects", "size_gib": 1500})
DONE = says("Done.")


@APIS
async def test_a_model_that_does_it_is_counted_and_has_no_problem(api: str, tmp_path: Path) -> None:
    outcome = await played(tmp_path, [calls("get_share", {"share": "projects"}), GROW, DONE], "grow_by_half", api)
    assert outcome.problems == []
    assert (outcome.calls, outcome.errors, outcome.questions) == (2, 0, 0)


@APIS
async def test_a_model_reads_the_instructions_the_tools_and_the_request_and_nothing_else(
    api: str, tmp_path: Path
) -> None:
    model, evaluation = Scripted([GROW, DONE]), evaluation_of(tmp_path, "grow_by_half")
    with model.serve():
        await play_all(evaluation, api, f"{model.url}/v1", "key")
    first, second = model.requests
    assert len(first["tools"]) == evaluation.run.tools > 20
    told = json.dumps(first)
    assert "Runs DigitalOcean network file storage" in told
    assert "Give it half as much again." in told
    for hidden in ("studio", "agrees_to", "1500", TOKEN):
        assert hidden not in told
    assert "1500 GiB" in json.dumps(second)
    tools = [tool.get("function", tool) for tool in first["tools"]]
    schemas = [tool.get("parameters", tool.get("input_schema")) for tool in tools]
    assert all(schema["type"] == "object" for schema in schemas)


@APIS
async def test_a_model_that_does_nothing_has_not_done_it(api: str, tmp_path: Path) -> None:
    outcome = await played(tmp_path, [DONE], "grow_by_half", api)
    assert outcome.problems == ["projects has 1500 GiB"]


@APIS
@pytest.mark.parametrize(
    "arguments",
    ["{wrong", [1], 7, "7", "[" * 100_000],
    ids=["wrong JSON", "an array", "a number", "JSON of a number", "JSON too deep to read"],
)
async def test_arguments_that_are_no_object_are_an_error_that_the_model_can_mend(
    api: str, arguments: Any, tmp_path: Path
) -> None:
    outcome = await played(tmp_path, [calls("resize_share", arguments), GROW, DONE], "grow_by_half", api)
    assert outcome.problems == []
    assert (outcome.calls, outcome.errors) == (2, 1)


@APIS
@pytest.mark.parametrize("arguments", ["", " ", "null", "{}"])
async def test_no_arguments_are_an_empty_object_and_no_error(api: str, arguments: str, tmp_path: Path) -> None:
    outcome = await played(tmp_path, [calls("list_shares", arguments), GROW, DONE], "grow_by_half", api)
    assert outcome.problems == []
    assert outcome.errors == 0


@pytest.mark.parametrize("sent", ["", "null", None])
async def test_arguments_that_an_endpoint_leaves_out_are_no_error(sent: str | None, tmp_path: Path) -> None:
    evaluation = evaluation_of(tmp_path, "grow_by_half")
    async with evaluation.begin(evaluation.requests[0]) as (under_way, _):
        _, failed = await under_way.call("list_shares", sent)
    assert not failed


@APIS
async def test_an_unpaired_surrogate_ends_nothing_and_everything_is_kept(api: str, tmp_path: Path) -> None:
    evaluation = evaluation_of(tmp_path, "grow_by_half", "grow_by_half")
    half = "\ud83d"
    model = Scripted(
        [
            calls("get_share", {"share": half}),
            calls(half),
            calls("get_share", json.dumps({"share": half})),
            GROW,
            says(f"DONE {half}"),
            GROW,
            DONE,
        ]
    )
    with model.serve():
        await play_all(evaluation, api, f"{model.url}/v1", "key")
    (run,) = read_runs(tmp_path / "results.json")
    assert [(outcome.problems, outcome.errors) for outcome in run.outcomes] == [([], 3), ([], 0)]
    assert "< DONE \\ud83d" in (tmp_path / "transcript.txt").read_text(encoding="utf-8")


async def test_an_unpaired_surrogate_in_a_result_is_read_as_its_code(tmp_path: Path) -> None:
    server = MCPServer("other")

    @server.tool(structured_output=False)
    def halve() -> str:
        return "\ud83d"

    outcome = await played(
        tmp_path, [calls("halve"), DONE], "one", connect=lambda _: server, requests=suite_of(tmp_path, ONE)
    )
    assert (outcome.errors, outcome.bytes) == (0, len("\\ud83d"))


@APIS
async def test_a_tool_that_is_not_there_is_an_error_that_the_model_can_mend(api: str, tmp_path: Path) -> None:
    outcome = await played(tmp_path, [calls("enlarge"), GROW, DONE], "grow_by_half", api)
    assert outcome.problems == []
    assert (outcome.calls, outcome.errors) == (2, 1)


@APIS
async def test_a_model_that_calls_for_ever_is_stopped(api: str, tmp_path: Path) -> None:
    outcome = await played(tmp_path, repeat(calls("list_shares")), "grow_by_half", api, most_calls=3)
    assert outcome.problems == ["it was not done after 3 calls"]
    assert outcome.calls == 3


async def test_a_model_may_use_up_its_calls(tmp_path: Path) -> None:
    outcome = await played(tmp_path, [GROW, DONE], "grow_by_half", most_calls=1)
    assert outcome.problems == []


async def test_a_model_that_asks_back_gets_the_person_s_replies_and_no_more(tmp_path: Path) -> None:
    model, evaluation = Scripted(repeat(says("Which one?"))), evaluation_of(tmp_path, "which_home")
    with model.serve():
        await play_all(evaluation, "openai", f"{model.url}/v1", "key")
    assert model.was_told("The one in ams3.")
    assert model.was_told("Which is it? Begin with DONE, REFUSED or UNKNOWN.")
    assert len(model.requests) == 3
    assert evaluation.run.outcomes[0].questions == 1
    assert evaluation.run.outcomes[0].problems


async def test_words_that_begin_with_an_outcome_are_the_last_even_if_they_ask_something(tmp_path: Path) -> None:
    outcome = await played(tmp_path, [says("REFUSED: which home?")], "which_home")
    assert outcome.questions == 0
    assert "the last words begin with DONE" in (outcome.problems or ())


async def test_a_server_s_question_is_answered_by_the_person_and_counted(tmp_path: Path) -> None:
    delete = calls("delete_access_point", {"access_point": "editors", "share": "projects"})
    outcome = await played(tmp_path, [delete, DONE], "remove_access_point")
    assert outcome.problems == []
    assert outcome.questions == 1
    assert "? Delete access point" in (tmp_path / "transcript.txt").read_text(encoding="utf-8")


async def test_a_person_who_does_not_want_it_refuses_what_the_server_asks(tmp_path: Path) -> None:
    delete = calls("delete_share", {"share": "scratch"})
    outcome = await played(tmp_path, [delete, says("REFUSED: you said no.")], "person_says_no")
    assert outcome.problems == []
    assert (outcome.questions, outcome.errors) == (1, 1)


async def test_a_token_may_do_what_the_request_says_and_faults_come_as_it_says(tmp_path: Path) -> None:
    take = calls("create_snapshot", {"share": "renders", "name": "before-deploy"})
    refused = await played(tmp_path, [take, says("REFUSED: the newest is nightly.")], "may_only_read")
    assert refused.problems == []
    assert refused.errors == 1
    order = {"name": "cache", "region": "nyc2", "size_gib": 80, "vpc_ids": [VPC["default-nyc2"]]}
    make = calls("create_share", order)
    assert (await played(tmp_path, [make, DONE], "lost_answer")).problems == []


async def test_each_request_starts_anew(tmp_path: Path) -> None:
    model = Scripted([GROW, DONE, GROW, DONE])
    evaluation = evaluation_of(tmp_path, "grow_by_half", "grow_by_half")
    with model.serve():
        await play_all(evaluation, "openai", f"{model.url}/v1", "key")
    assert [outcome.problems for outcome in evaluation.run.outcomes] == [[], []]
    assert len(model.requests[2]["messages"]) == 2


# What an endpoint answers.


class Endpoints:
    """An endpoint that gives these answers in turn."""

    def __init__(self, *answers: httpx.Response) -> None:
        self._answers = iter(answers)
        self.requests: list[httpx.Request] = []
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def tell(self, api: str, url: str = "http://model.test/v1/") -> Turn:
        def answer(request: httpx.Request) -> httpx.Response:
            self.requests.append(request)
            return next(self._answers)

        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
            return await ENDPOINTS[api](http, url, "s3cret", "m", "Be good.", [], self.sleep).tell("hello")


def chat(**message: Any) -> httpx.Response:
    return httpx.Response(200, json={"choices": [{"message": {"role": "assistant", **message}}]})


def block(**content: Any) -> httpx.Response:
    return httpx.Response(200, json={"role": "assistant", "content": [content] if content else []})


LIST = {"name": "list_shares", "arguments": "{}"}
TURNS = {
    "openai": (chat(content="Hi."), chat(content=None, tool_calls=[{"id": "a", "function": LIST}]), chat(), "{}"),
    "anthropic": (
        block(type="text", text="Hi."),
        block(type="tool_use", id="a", name="list_shares", input={}),
        block(),
        {},
    ),
}
"""By API: a text, a call, nothing at all, and the call's arguments."""


@APIS
async def test_a_turn_is_a_text_or_calls_or_nothing(api: str) -> None:
    text, call, empty, arguments = TURNS[api]
    assert await Endpoints(text).tell(api) == Turn("Hi.", [])
    assert await Endpoints(call).tell(api) == Turn("", [Call("a", "list_shares", arguments)])
    assert await Endpoints(empty).tell(api) == Turn("", [])


@APIS
async def test_the_key_is_sent_as_the_api_wants_it(api: str) -> None:
    endpoints = Endpoints(TURNS[api][0])
    await endpoints.tell(api)
    (request,) = endpoints.requests
    header = {"openai": ("authorization", "Bearer s3cret"), "anthropic": ("x-api-key", "s3cret")}[api]
    assert request.headers[header[0]] == header[1]
    assert str(request.url) == "http://model.test/v1" + {"openai": "/chat/completions", "anthropic": "/messages"}[api]


@APIS
async def test_an_endpoint_that_is_busy_is_asked_again_when_it_says(api: str) -> None:
    busy = httpx.Response(429, headers={"retry-after": "7"}), httpx.Response(503), httpx.Response(529)
    endpoints = Endpoints(*busy, TURNS[api][0])
    assert (await endpoints.tell(api)).text == "Hi."
    assert endpoints.slept == [7, 2, 4]


@APIS
@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([httpx.Response(401, text="wrong key")], "answered 401: wrong key"),
        ([httpx.Response(429)] * 5, "answered 429"),
        ([httpx.Response(200, text="<html>")], "gave no message of its API: <html>"),
        ([httpx.Response(200, json={"choices": [], "content": None})], "gave no message of its API"),
        ([httpx.Response(200, json=[1])], "gave no message of its API"),
        ([httpx.Response(200, text='{"content": ' + "[" * 100_000)], "gave no message of its API"),
    ],
)
async def test_an_endpoint_without_a_turn_is_an_error_in_words(
    api: str, answers: list[httpx.Response], words: str
) -> None:
    with pytest.raises(EndpointError, match=words) as refused:
        await Endpoints(*answers).tell(api)
    assert "s3cret" not in str(refused.value)


async def test_what_was_played_before_an_endpoint_failed_is_kept(tmp_path: Path) -> None:
    evaluation, model = evaluation_of(tmp_path, "grow_by_half", "shrink"), Scripted([GROW, DONE])
    with model.serve(), pytest.raises(EndpointError, match="cannot be reached"):
        # The model has nothing more to say, and hangs up.
        await play_all(evaluation, "openai", f"{model.url}/v1", "")
    (run,) = read_runs(tmp_path / "results.json")
    assert [outcome.request for outcome in run.outcomes] == ["grow_by_half"]
    assert evaluation.has_failures


# Any server.


def suite_of(folder: Path, text: str, module: str = "") -> Path:
    """Write a file of requests, and the module beside it."""
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    path.with_suffix(".py").write_text(module, encoding="utf-8")
    return path


ONE = '[[requests]]\nname = "one"\ntext = "Say hello."\nworld = "empty"\n'


async def test_what_a_model_reads_of_results_and_tools_is_counted_in_bytes(tmp_path: Path) -> None:
    server = MCPServer("other")

    @server.tool(structured_output=False)
    def greet(name: str) -> str:
        """Greet."""
        if name == "nobody":
            raise ValueError(name)
        return f"h\u00e9 {name}"

    evaluation = evaluation_of(tmp_path, connect=lambda _: server, requests=suite_of(tmp_path, ONE))
    model = Scripted([calls("greet", {"name": "you"}), calls("greet", {"name": "nobody"}), DONE])
    with model.serve():
        await play_all(evaluation, "openai", f"{model.url}/v1", "key")
    (outcome,) = evaluation.run.outcomes
    failed = model.requests[2]["messages"][-1]["content"]
    assert (outcome.calls, outcome.errors) == (2, 1)
    assert outcome.bytes == len("h\u00e9 you".encode()) + len(failed)
    tool = model.requests[0]["tools"][0]["function"]
    as_told = {"name": "greet", "description": "Greet.", "input_schema": tool["parameters"]}
    told = model.requests[0]["messages"][0]["content"] + json.dumps([as_told], separators=(",", ":"))
    assert (evaluation.run.tools, evaluation.run.tools_bytes) == (1, len(told))


async def test_a_request_that_nothing_checks_is_counted_all_the_same(tmp_path: Path) -> None:
    outcome = await played(tmp_path, [calls("list_shares"), DONE], "one", requests=suite_of(tmp_path, ONE))
    assert outcome.problems is None
    assert outcome.calls == 1


async def test_the_module_beside_a_file_has_worlds_and_checks(tmp_path: Path) -> None:
    module = """
def one(end):
    return {"it was one share": len(end.before["shares"]) == 1, "it says so": end.says("one share")}

def mine(now):
    return {"shares": [{"name": "web", "region": "nyc2", "created_at": now}]}
"""
    requests = suite_of(tmp_path, ONE.replace("empty", "mine"), module)
    assert (await played(tmp_path, [says("DONE: one share.")], "one", requests=requests)).problems == []
    assert (await played(tmp_path, [DONE], "one", requests=requests)).problems == ["it says so"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[requests", "mine.toml: "),
        ("", "requests: Field required"),
        ("requests = []", "at least 1 item"),
        (ONE + 'colour = "red"\n', "colour: Extra inputs"),
        (ONE.replace("one", "No One"), "name: String should match"),
        (ONE.replace("empty", "nowhere"), "the world nowhere of one is not there"),
        (ONE + ONE, "two requests named one"),
        (ONE + 'faults = [{ kind = "bad luck" }]\n', "kind must be one of"),
    ],
)
def test_a_file_of_requests_that_is_wrong_is_refused_in_words(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SuiteError, match=words):
        load(suite_of(tmp_path, text))


def test_a_file_that_is_not_there_and_a_request_that_is_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="No such file"):
        load(tmp_path / "mine.toml")
    with pytest.raises(SuiteError, match="there is no request fly; there are grow_by_half, shrink"):
        evaluation_of(tmp_path, "fly")


async def test_any_server_is_started_by_its_command_line_with_url_and_token_in_it(tmp_path: Path) -> None:
    command = f"'{sys.executable}' '{ROOT}/scripts/benchmarks/floor_server.py' {{url}} {{token}}"
    name, connect = connect_to(command, tmp_path / "log")
    assert name == command
    outcome = await played(
        tmp_path, [calls("list_shares"), DONE], "one", connect=connect, requests=suite_of(tmp_path, ONE)
    )
    assert (outcome.calls, outcome.errors) == (1, 0)


DIES = """
import os
from mcp.server import MCPServer
server = MCPServer("dies")

@server.tool()
def die() -> str:
    os._exit(1)

server.run()
"""


async def test_a_server_that_dies_is_an_error_that_ends_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "dies.py").write_text(DIES)
    _, connect = connect_to(f"'{sys.executable}' '{tmp_path}/dies.py'", tmp_path / "log")
    outcome = await played(
        tmp_path, [calls("die"), calls("die"), DONE], "one", connect=connect, requests=suite_of(tmp_path, ONE)
    )
    assert (outcome.calls, outcome.errors) == (2, 2)


@pytest.mark.parametrize("command", ["/no/such/program", f"'{sys.executable}' -c pass"])
async def test_a_server_that_does_not_start_is_said_in_words(tmp_path: Path, command: str) -> None:
    _, connect = connect_to(command, tmp_path / "log")
    with pytest.raises(ServerError, match="The server does not start: "):
        await played(tmp_path, [DONE], "grow_by_half", connect=connect)


def test_a_command_line_that_is_none_is_refused(tmp_path: Path) -> None:
    for command in ("", "'unended"):
        with pytest.raises(ValueError, match=r"empty|closing quotation"):
            connect_to(command, tmp_path / "log")


# The person.


def question(message: str, **fields: str) -> ElicitRequestFormParams:
    properties: dict[str, Any] = {name: {"type": kind} for name, kind in fields.items()}
    return ElicitRequestFormParams(message=message, requested_schema={"type": "object", "properties": properties})


async def test_the_person_agrees_to_what_is_named_and_types_its_name() -> None:
    person = Person(["old-web"], ())
    agreed = await person(None, question('Delete share "old-web"?', name="string", confirm="boolean"))
    assert (agreed.action, agreed.content) == ("accept", {"name": "old-web", "confirm": True})
    for other in ('Delete share "old-web-2"?', 'Delete share "web"?'):
        assert (await person(None, question(other, name="string"))).action == "decline"
    assert len(person.asked) == 3


async def test_the_person_goes_to_no_page() -> None:
    params = ElicitRequestURLParams(message="Delete old-web?", url="http://127.0.0.1/", elicitation_id="1")
    assert (await Person(["old-web"], ())(None, params)).action == "decline"


# What came of it.


def outcome_of(request: str, problems: list[str] | None, calls: int) -> Outcome:
    return Outcome(request=request, problems=problems, calls=calls, errors=1, bytes=1000, questions=2, seconds=1.5)


def test_runs_are_added_to_a_file_and_shown_as_tables(tmp_path: Path) -> None:
    results = tmp_path / "new/results.json"
    first = [outcome_of("grow", [], 1), outcome_of("shrink", ["it shrank", "it lied"], 4), outcome_of("talk", None, 0)]
    runs = [
        Run(
            server="ours",
            model="a|b",
            date="2026-01-01",
            tools=22,
            tools_hash="0a1b2c3d",
            tools_bytes=9000,
            outcomes=first,
        ),
        Run(server="ours", model="c", date="2026-01-02", outcomes=[outcome_of("grow", [], 2)]),
        Run(server="theirs", model="c", date="2026-01-02", outcomes=[outcome_of("shrink", [], 3)]),
    ]
    for run in runs:
        keep_run(results, run)
    assert read_runs(results) == runs
    shown = tables(runs).splitlines()
    assert shown[2] == "| ours | a\\|b | 2026-01-01 | 1 of 2 | 5 | 3 | 3,000 | 6 | 4 | 22 | 9,000 | 0a1b2c3d |"
    assert shown[3].endswith("| 0 | 0 | not kept |")
    assert shown[-3:] == [
        "| grow | 2 of 2, 1.5 calls | not played |",
        "| shrink | 0 of 1, 4 calls | 1 of 1, 3 calls |",
        "| talk | not checked, 0 calls | not played |",
    ]
    assert failures(runs[0]) == "FAILS shrink: it shrank; it lied\n"


def test_a_run_that_goes_on_takes_the_place_of_what_was_kept_of_it_and_of_nothing_else(tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    run = Run(server="ours", model="a", date="2026-01-01", outcomes=[outcome_of("grow", [], 1)])
    kept = keep_run(results, run)
    other = keep_run(results, Run(server="ours", model="b", date="2026-01-01"))
    run.outcomes.append(outcome_of("shrink", [], 1))
    keep_run(results, run, kept)
    assert read_runs(results) == [other, run]


def test_the_hash_of_tools_changes_with_whatever_a_model_is_told_of_one() -> None:
    tool: dict[str, Any] = {"name": "grow", "description": "Grow.", "input_schema": {"type": "object", "title": "a"}}
    same = {"input_schema": {"title": "a", "type": "object"}, "description": "Grow.", "name": "grow"}
    assert hash_of([tool]) == hash_of([same])
    others = [tool | {"name": "g"}, tool | {"description": "Grow!"}, tool | {"input_schema": {"type": "object"}}]
    assert len({hash_of(tools) for tools in ([tool], *([other] for other in others), [tool, tool])}) == 5


def test_runs_with_older_tools_are_said_to_be_that() -> None:
    old, unmarked, new = (Run(server="ours", model="a", date="2026-01-01", tools_hash=mark) for mark in ("a", "", "b"))
    assert age_of([new], "b") == ""
    assert age_of([], "b") == ""
    assert "1 of the 2 runs used an earlier version" in age_of([old, new], "b")
    assert "before the hash was kept" not in age_of([old, new], "b")
    assert "2 of the 3 runs used an earlier version" in age_of([old, unmarked, new], "b")
    assert "1 of the 3 runs came before" in age_of([old, unmarked, new], "b")


def test_no_runs_are_no_table(tmp_path: Path) -> None:
    assert read_runs(tmp_path / "results.json") == []
    assert tables([]) == "Nothing has been played yet.\n"


# Whoever plays in a shell.


class Shell:
    """Whoever types commands, in a session of their own."""

    def __init__(self, folder: Path) -> None:
        self._kept = ["--session", str(folder)]
        self._results = ["--results", str(folder / "results.json")]

    def __call__(self, command: str, *arguments: str) -> tuple[int, str]:
        """Give the exit status of a command, and what it prints."""
        where = self._results if command == "table" else self._kept
        more = self._results if command == "begin" else []
        line = [sys.executable, "scripts/eval", command, *arguments, *where, *more]
        done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60)
        return done.returncode, (done.stdout + done.stderr).strip()


posix = pytest.mark.skipif(os.name == "nt", reason="the session goes on in the background as on POSIX systems")


@posix
def test_a_player_with_a_shell_plays_as_a_model_does(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    begun = shell("begin", "--model", "me", "--calls", "3", "grow_by_half", "which_home")
    assert begun == (0, str(tmp_path))
    assert shell("begin", "--model", "me")[0] == 1
    _, tools = shell("tools")
    assert "Runs DigitalOcean network file storage" in tools
    assert {json.loads(line)["name"] for line in tools.splitlines() if line.startswith("{")} >= {"resize_share"}
    assert shell("ask") == (0, "projects is nearly full. Give it half as much again.")
    assert shell("call", "resize_share", "{wrong") == (1, "The arguments of a call have to be a JSON object.")
    assert shell("call", "no_such_tool")[0] == 1
    status, text = shell("call", "resize_share", '{"share": "projects", "size_gib": 1500}')
    assert status == 0
    assert "1500 GiB" in text
    status, text = shell("call", "list_shares")
    assert status == 1
    assert "No calls are left" in text
    assert shell("say", "DONE: 1500 GiB.") == (
        0,
        "That request is over. The next one:\n\nhome needs 100 GiB more.",
    )
    assert shell("say", "Which one?") == (0, "The one in ams3.")
    grow = json.dumps({"share": id_of("ams3/home"), "size_gib": 300})
    assert shell("call", "resize_share", grow)[0] == 0
    assert shell("say", "Done.") == (0, "That was all. The session is over.")
    status, text = shell("ask")
    assert status == 1
    assert "No session is under way" in text
    (run,) = read_runs(tmp_path / "results.json")
    assert (run.server, run.model) == ("do-nfs-mcp", "me")
    assert run.tools_hash == todays_hash()
    assert [outcome.problems for outcome in run.outcomes] == [["it was not done after 3 calls"], []]
    assert [outcome.calls for outcome in run.outcomes] == [3, 1]
    assert "| which_home | 1 of 1, 1 call |" in shell("table")[1]


@posix
def test_a_session_that_is_ended_keeps_what_was_played(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell("begin", "--model", "me", "shrink", "restore")
    assert shell("say", "A share can only grow.") == (0, "Which is it? Begin with DONE, REFUSED or UNKNOWN.")
    shell("say", "REFUSED: a share can only grow.")
    assert send(tmp_path, {"do": "fly"}) == ("There is no such command.", 1)
    assert shell("end") == (0, "That was all. The session is over.")
    (run,) = read_runs(tmp_path / "results.json")
    assert [(outcome.request, outcome.problems) for outcome in run.outcomes] == [("shrink", [])]
    with pytest.raises(NoSessionError):
        send(tmp_path, {"do": "ask"})


@posix
def test_a_session_that_cannot_begin_says_why(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    for arguments, words in (
        (["fly"], "there is no request fly"),
        (["--requests", "no.toml"], "No such file"),
        (["--server", "/no/such/program"], "The server does not start"),
    ):
        status, text = shell("begin", "--model", "me", *arguments)
        assert status == 1
        assert words in text
        assert "Traceback" not in text

import json
import re
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from do_nfs_sandbox.cli import main
from do_nfs_sandbox.state.scenarios import SCENARIOS

from ..support.constants import NEW_SHARE, TOKEN
from ..support.sandboxes import Process, Start


def test_the_command_says_where_it_listens_and_how_to_call_it(start: Start) -> None:
    process = start("--ready-after", "0")
    [header] = re.findall(r"'Authorization: (.+?)'", process.hint)
    assert shlex.split(process.hint)[-1] == f"{process.url}/v2/nfs"
    response = httpx.get(f"{process.url}/v2/nfs", headers={"authorization": header}, trust_env=False)
    assert response.json() == {"shares": []}
    assert (
        process.http.post("/v2/nfs", content=b" " * 2_000_000, headers={"content-type": "application/json"}).status_code
        == 413
    )
    assert httpx.get(f"{process.url}/_sandbox/health", trust_env=False).json() == {"status": "ok"}


def test_with_admin_the_command_says_where_its_page_is_and_the_root_leads_there(start: Start) -> None:
    process = start("--admin")
    assert process.popen.stderr
    url = process.popen.stderr.readline().split()[-1]
    assert url == f"{process.url}/_sandbox/"
    with httpx.Client(trust_env=False, follow_redirects=True) as browser:
        page = browser.get(f"{process.url}/")
    assert (str(page.url), page.headers["content-type"]) == (url, "text/html; charset=utf-8")
    assert start().http.get("/", headers={"authorization": ""}).status_code == 401


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_command_cleanly(start: Start, number: signal.Signals) -> None:
    process = start()
    assert process.http.get("/v2/nfs").status_code == 200
    process.popen.send_signal(number)
    out, err = process.popen.communicate(timeout=20)
    assert (process.popen.returncode, out, err) == (0, "", "")


def test_tokens_and_limits_are_as_the_options_say(start: Start) -> None:
    process = start("--token", "a=b=nfs:list,nfs:read", "--token", "none=", "--limits", "100/2")
    status = [
        process.http.get(path, headers={"authorization": f"Bearer {token}"}).status_code
        for token, path in (
            ("a=b", "/v2/nfs"),
            ("a=b", "/v2/vpcs"),
            ("a=b", "/v2/nfs"),
            ("none", "/v2/nfs"),
            ("x", "/"),
        )
    ]
    assert status == [200, 403, 429, 403, 401]


def test_a_seed_is_a_scenario_a_number_for_ids_or_both(start: Start) -> None:
    one, again = (start("--seed", "examples", "--seed", "7") for _ in range(2))
    made = [process.http.post("/v2/nfs", json=NEW_SHARE).json()["share"]["id"] for process in (one, again)]
    assert made[0] == made[1]
    assert len(one.http.get("/v2/nfs").json()["shares"]) == 3


def test_a_token_can_have_an_account_of_its_own(start: Start) -> None:
    process = start("--account", "other=examples", "--account", "third")
    counts = [
        len(process.http.get("/v2/nfs", headers={"authorization": f"Bearer {token}"}).json()["shares"])
        for token in (TOKEN, "other", "third")
    ]
    assert counts == [0, 2, 0]


@pytest.mark.parametrize("token", [" ", " other", "other =team"])
def test_a_token_with_white_space_around_it_which_cannot_be_sent_is_refused(
    token: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--account", token])
    assert "must be TOKEN or TOKEN=NAME" in capsys.readouterr().err


def test_accounts_of_one_number_have_different_ids_the_same_in_every_run(start: Start) -> None:
    made = []
    for _ in range(2):
        process = start("--seed", "7", "--account", "other", "--account", "third")
        for token in (TOKEN, "other", "third"):
            answer = process.http.post("/v2/nfs", json=NEW_SHARE, headers={"authorization": f"Bearer {token}"})
            made.append(answer.json()["share"]["id"])
    assert made[:3] == made[3:]
    assert len(set(made)) == 3


def test_a_file_says_where_it_listens_once_it_does(start: Start, tmp_path: Path) -> None:
    process = start("--ready-file", str(tmp_path / "ready.json"))
    assert process.http.get("/v2/nfs").status_code == 200
    told = json.loads((tmp_path / "ready.json").read_text())
    assert (told["url"], told["pid"]) == (process.url, process.popen.pid)
    authorization = {"authorization": f"Bearer {told['token']}"}
    assert process.http.get("/v2/nfs", headers=authorization).status_code == 200
    assert [each.name for each in tmp_path.iterdir()] == ["ready.json"]


def test_a_ready_file_of_an_earlier_sandbox_is_not_taken_for_a_new_one(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "ready.json").write_text("{}")
    with socket.create_server(("127.0.0.1", 0)) as other:
        refusal(capsys, "--ready-file", str(tmp_path / "ready.json"), "--port", str(other.getsockname()[1]))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_ready_file_goes_with_its_sandbox(start: Start, tmp_path: Path, number: signal.Signals) -> None:
    process = start("--ready-file", str(tmp_path / "ready.json"))
    assert process.http.get("/v2/nfs").status_code == 200
    process.popen.send_signal(number)
    process.popen.communicate(timeout=20)
    assert list(tmp_path.iterdir()) == []


def test_a_ready_file_of_a_later_sandbox_stays(start: Start, tmp_path: Path) -> None:
    earlier, later = (start("--ready-file", str(tmp_path / "ready.json")) for _ in range(2))
    assert earlier.http.get("/v2/nfs").status_code == later.http.get("/v2/nfs").status_code == 200
    assert ended(earlier) == (0, "")
    assert json.loads((tmp_path / "ready.json").read_text())["pid"] == later.popen.pid


def test_requests_are_logged_as_lines_of_json_without_the_token(start: Start, tmp_path: Path) -> None:
    process = start("--request-log", str(tmp_path / "log"))
    process.http.post("/v2/nfs", json=NEW_SHARE)
    process.http.get("/v2/x")
    log = (tmp_path / "log").read_text()
    created, missed = map(json.loads, log.splitlines())
    assert (created["operation"], created["status"], created["body"]) == ("create_share", 201, NEW_SHARE)
    assert (missed["path"], missed["status"], missed["sequence"]) == ("/v2/x", 404, 2)
    assert TOKEN not in log


def test_all_requests_are_kept_for_admin_calls_unless_asked_otherwise(start: Start) -> None:
    every, last = start("--admin"), start("--admin", "--keep-requests", "2")
    for process, number in ((every, 1005), (last, 3)):
        for _ in range(number):
            process.http.get("/v2/x")
    counts = [len(process.http.get("/_sandbox/requests").json()["requests"]) for process in (every, last)]
    assert counts == [1005, 2]


def test_requests_can_be_logged_on_stdout(start: Start) -> None:
    process = start("--request-log", "-")
    process.http.get("/v2/nfs")
    assert process.popen.stdout
    assert json.loads(process.popen.stdout.readline())["operation"] == "list_shares"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full here")
def test_a_full_request_log_is_told_of_once_and_changes_no_answer(start: Start) -> None:
    process = start("--request-log", "/dev/full")
    assert [process.http.post("/v2/nfs", json=NEW_SHARE).status_code for _ in range(2)] == [201, 201]
    assert ended(process) == (0, "--request-log: No space left on device: /dev/full; requests are missing from it.\n")


def test_a_reader_of_the_request_log_may_go_away(start: Start) -> None:
    process = start("--request-log", "-")
    assert process.popen.stdout
    process.popen.stdout.close()
    process.popen.stdout = None
    assert [process.http.post("/v2/nfs", json=NEW_SHARE).status_code for _ in range(2)] == [201, 201]
    assert ended(process) == (0, "--request-log: Broken pipe: -; requests are missing from it.\n")


def ended(process: Process) -> tuple[int, str]:
    """End a process, and return its exit status and what else it said on stderr."""
    process.popen.terminate()
    _, err = process.popen.communicate(timeout=20)
    return process.popen.returncode, err


def refusal(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[object, str]:
    with pytest.raises(SystemExit) as ended:
        main(argv)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("do-nfs-sandbox: ")
    return ended.value.code, err


@pytest.mark.parametrize(
    ("option", "values"),
    [
        ("--account", ["mine", "mine"]),
        ("--account", ["mine=team", "other", "mine=examples"]),
        ("--token", ["mine=nfs:list", "mine=nfs:read"]),
    ],
)
def test_a_token_that_is_named_twice_is_refused_and_not_repeated(
    capsys: pytest.CaptureFixture[str], option: str, values: list[str]
) -> None:
    code, line = refusal(capsys, *(f"{option}={value}" for value in values))
    assert (code, line) == (2, f"do-nfs-sandbox: argument {option}: must not name a token twice\n")


def test_requests_that_nothing_could_read_are_not_kept(capsys: pytest.CaptureFixture[str]) -> None:
    code, line = refusal(capsys, "--keep-requests", "5")
    assert code == 2
    assert "--keep-requests: only /_sandbox/requests shows them, for which --admin is needed" in line


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--port", "x"),
        ("--port", "65536"),
        ("--port", "-1"),
        ("--ready-after", "soon"),
        ("--ready-after", "-1"),
        ("--ready-after", "nan"),
        ("--ready-after", "inf"),
        ("--limits", "5000"),
        ("--limits", "0/1"),
        ("--limits", "1/0"),
        ("--limits", "a/b"),
        ("--keep-requests", "-1"),
        ("--keep-requests", "many"),
        ("--keep-requests", "1" * 10),
        ("--seed", "tema"),
        ("--seed", "-1"),
        ("--account", "t=tema"),
        ("--account", "=team"),
        ("--ready-file", "/nowhere/ready.json"),
        ("--ready-file", "/"),
        ("--request-log", "/nowhere/log"),
        ("--token", "secret"),
        ("--token", "=nfs:list"),
        ("--token", "t=nfs:lisst"),
    ],
)
def test_a_wrong_value_is_refused_in_one_line_that_names_the_option(
    capsys: pytest.CaptureFixture[str], option: str, value: str
) -> None:
    code, line = refusal(capsys, f"{option}={value}")
    assert code == 2
    assert option in line


def test_an_unknown_option_is_refused_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    code, line = refusal(capsys, "--prot", "1")
    assert code == 2
    assert "--prot" in line


def test_a_file_that_is_not_a_database_is_refused_in_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("notes, not a database" * 100)
    code, line = refusal(capsys, "--db", str(tmp_path / "notes.txt"))
    assert code == 2
    assert "--db" in line
    assert "notes.txt" in line


def test_a_port_in_use_is_reported_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        code, line = refusal(capsys, "--port", str(other.getsockname()[1]))
    assert code == 1
    assert "in use" in line


def test_an_unknown_host_is_reported_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert refusal(capsys, "--host", "host.invalid", "--port", "0")[0] == 1


@pytest.mark.parametrize("token", [None, "", " "])
def test_admin_calls_are_not_offered_beyond_this_machine_without_a_token(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, token: str | None
) -> None:
    monkeypatch.delenv("DO_NFS_SANDBOX_ADMIN_TOKEN", raising=False)
    if token is not None:
        monkeypatch.setenv("DO_NFS_SANDBOX_ADMIN_TOKEN", token)
    code, line = refusal(capsys, "--admin", "--host", "0.0.0.0", "--port", "0")
    assert code == 2
    assert "--admin" in line
    assert "DO_NFS_SANDBOX_ADMIN_TOKEN" in line


@pytest.mark.parametrize(("option", "text"), [("--version", "do-nfs-sandbox "), ("--help", "--ready-after SECONDS")])
def test_the_version_and_the_help_are_printed(capsys: pytest.CaptureFixture[str], option: str, text: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main([option])
    assert ended.value.code == 0
    assert text in capsys.readouterr().out


def test_the_process_ends_with_the_exit_status() -> None:
    command = [sys.executable, "-m", "do_nfs_sandbox", "--limits", "x"]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_knows_the_options_and_the_scenarios(
    capsys: pytest.CaptureFixture[str], shell: str
) -> None:
    assert main(["--print-completion", shell]) == 0
    said = capsys.readouterr().out
    assert all(word in said for word in ("ready-after", "request-log", *SCENARIOS))


def test_without_shtab_it_says_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)
    assert "pip install shtab" in refusal(capsys, "--print-completion", "bash")[1]

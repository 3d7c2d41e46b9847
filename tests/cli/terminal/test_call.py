"""`do-nfs-mcp call`: any tool, without an assistant."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from do_nfs_mcp.cli.terminal import call
from do_nfs_mcp.observability.failure import FailureKind
from do_nfs_sandbox import Fault, Sandbox

from ...support.constants import OTHER_VPC, TOKEN, VPC
from ...support.terraform import parsed
from .conftest import CREATE, Run


def test_a_person_reads_what_happened_and_the_facts_and_a_model_one_text(run_on_sandbox: Run) -> None:
    code, out, err = run_on_sandbox("call", *CREATE)
    assert (code, err) == (0, "")
    message, _, *facts = out.splitlines()
    assert message.startswith("Done.")
    assert ["Name", "data"] in [fact.split() for fact in facts]
    assert ["Size", "100GiB"] in [fact.split() for fact in facts]
    _, text, _ = run_on_sandbox("call", "get_share", "share=data", "-o", "text")
    assert text.startswith('share "data" (')


def test_output_as_json_prints_the_structured_content_and_nothing_else(run_on_sandbox: Run) -> None:
    run_on_sandbox("call", *CREATE)
    code, out, err = run_on_sandbox("call", "-o", "json", "list_shares", "region=atl1")
    assert (code, err) == (0, "")
    (share,) = json.loads(out)["shares"]
    assert (share["name"], share["size_gib"], share["vpc_ids"]) == ("data", 100, [VPC])


@pytest.mark.parametrize("vpcs", [f"{VPC}, {OTHER_VPC}", json.dumps([VPC, OTHER_VPC])])
def test_typed_values_become_what_the_schema_of_the_tool_says(vpcs: str, run_on_sandbox: Run, sandbox: Sandbox) -> None:
    code, out, _ = run_on_sandbox("call", *CREATE[:-1], f"vpc_ids={vpcs}", "wait=false", "-o", "json")
    assert code == 0
    share = json.loads(out)["share"]
    (ordered,) = (request.body for request in sandbox.requests if request.method == "POST")
    assert ordered["vpc_ids"] == [VPC, OTHER_VPC]
    assert ordered["size_gib"] == 100

    policy = {"squash_config": "ALL_SQUASH", "protocols": ["NFS4", "NFS"]}
    point = (f"share={share['id']}", "name=logs", "path=/a=b", f"vpc_id={VPC}")
    code, out, err = run_on_sandbox(
        "call", "create_access_point", *point, f"access_policy={json.dumps(policy)}", "-o", "json"
    )
    assert (code, out.count("path")) == (2, 0)
    assert "path has to start with / and go on with letters and digits or . _ - / but without" in err
    point = (*point[:2], "path=/exports/logs", point[3])
    code, out, _ = run_on_sandbox(
        "call", "create_access_point", *point, f"access_policy={json.dumps(policy)}", "-o", "json"
    )
    assert code == 0
    assert json.loads(out)["access_point"]["access_policy"]["squash_config"] == "ALL_SQUASH"


def test_a_tool_that_writes_a_file_prints_it_as_it_is(run_on_sandbox: Run, sandbox: Sandbox) -> None:
    sandbox.seed("team")
    code, out, err = run_on_sandbox("call", "export_terraform", "region=nyc2", "include_snapshots=true")
    assert (code, err) == (0, "")
    file = parsed(out)
    file.check()
    assert len(file.imports) > 6
    assert out.endswith("}\n")
    _, as_json, _ = run_on_sandbox("call", "-o", "json", "export_terraform", "region=nyc2", "include_snapshots=true")
    assert json.loads(as_json)["hcl"] == out


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "Set a valid one in DIGITALOCEAN_ACCESS_TOKEN."),
        (403, "Give it a token with that scope."),
        (302, "Check --api-url."),
    ],
)
def test_a_person_is_told_what_they_have_to_do_themselves(
    status: int, said: str, run_on_sandbox: Run, sandbox: Sandbox
) -> None:
    sandbox.add_fault(Fault(operation="list_shares", kind="status", status=status))
    code, _, err = run_on_sandbox("call", "list_shares")
    assert code == 1
    assert said in err
    assert "oever" not in err


def test_without_a_token_a_person_is_told_to_set_one(run_on_sandbox: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DIGITALOCEAN_TOKEN")
    said = run_on_sandbox("call", "list_shares").err
    assert " Set DIGITALOCEAN_ACCESS_TOKEN to a token with the scopes nfs:list" in said
    assert "restart" not in said
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", "${DIGITALOCEAN_TOKEN}")
    assert "Set it to the token itself." in run_on_sandbox("call", "list_shares").err
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", "two words")
    assert "Set it to a token." in run_on_sandbox("call", "list_shares").err


def test_an_error_of_a_tool_goes_to_stderr(run_on_sandbox: Run) -> None:
    for more in ((), ("-o", "json")):
        code, out, err = run_on_sandbox("call", "get_share", "share=nowhere", *more)
        assert (code, out) == (4, "")
        assert err.startswith('Nothing was done: no share has the name or id "nowhere"')
        assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("code", "faults", "arguments"),
    [
        pytest.param(1, {"list_shares": {"kind": "status", "status": 418}}, ("list_shares",), id="failed"),
        pytest.param(1, {}, (*CREATE, "--read-only"), id="refused"),
        pytest.param(4, {}, ("get_share", "share=nowhere"), id="no such name"),
        pytest.param(4, {}, ("get_share", f"share={VPC}"), id="no such id"),
        pytest.param(
            5,
            {"list_shares": {"kind": "status", "status": 429, "headers": {"retry-after": "1000"}}},
            ("list_shares",),
            id="rate limited",
        ),
        # Whoever may not list shares cannot find out whether one was made.
        pytest.param(
            6,
            {"list_shares": {"kind": "status", "status": 403}, "create_share": {"kind": "drop_after"}},
            CREATE,
            id="unknown outcome",
        ),
    ],
)
def test_the_exit_code_of_a_call_that_failed_says_how(
    code: int,
    faults: dict[str, dict[str, Any]],
    arguments: tuple[str, ...],
    run_on_sandbox: Run,
    sandbox: Sandbox,
) -> None:
    for operation, fault in faults.items():
        sandbox.add_fault(Fault(operation=operation, **fault))
    assert run_on_sandbox("call", *arguments).code == code


def test_every_kind_of_failure_has_an_exit_code() -> None:
    assert call._EXIT_CODES.keys() == set(FailureKind)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("list_share",), 'no tool "list_share": did you mean "list_shares"?'),
        (("LIST_SHARES",), 'did you mean "list_shares"?'),
        (("\x1b[2J",), r'no tool "\x1b[2J"'),
        ((), "the following arguments are required: TOOL\n"),
        (("list_shares", "atl1"), '"atl1" is not an argument: give each as NAME=VALUE'),
        (("list_shares", "regoin=atl1"), 'no argument "regoin": did you mean "region"? It takes region, name_contains'),
        (("list_shares", "bogus=1"), 'no argument "bogus": it takes region, name_contains'),
        (("list_shares", "region=atl1", "region=nyc2"), "region is given twice"),
        (("list_shares", "limit=many"), 'limit has to be a whole number from 1 to 100 (it was "many")'),
        (("list_shares", "limit=101"), "limit has to be a whole number from 1 to 100 (it was 101)"),
        (("list_shares", "limit=null"), "limit has to be a whole number from 1 to 100"),
        (("list_shares", f"limit={'9' * 5000}"), "limit has to be a whole number from 1 to 100"),
        (CREATE[:3], "size_gib is required"),
        ((*CREATE, "wait=perhaps"), "wait has to be a valid boolean"),
        ((*CREATE[:-1], "vpc_ids=[7]"), "vpc_ids.0 has to be a valid string (it was 7)"),
        ((*CREATE[:-1], "vpc_ids=[1"), "vpc_ids has to be a valid list"),
        ((*CREATE, "performance_tier=fast"), "performance_tier has to be 'standard' or 'high'"),
        (("create_access_point", "access_policy=[[[["), "access_policy has to be an object"),
        (("create_access_point", "access_policy=" + "[" * 100_000), "access_policy has to be an object"),
        (
            ("list_shares", "--sandbox", "region=atl1"),
            '--sandbox took "region=atl1" for its PATH: put --sandbox at the',
        ),
        (("--sandbox", "list_shares"), '--sandbox took "list_shares" for its PATH: put --sandbox at the end'),
        (("list_shares", "--ask", "browser"), "--ask browser is for a server; this command asks in the terminal"),
        (("list_shares", "--otput"), "unrecognized arguments: --otput"),
        (("list_shares", "a\nb=1"), r'no argument "a\nb"'),
    ],
)
def test_what_cannot_be_called_is_one_line_and_nothing_is_sent(
    arguments: tuple[str, ...],
    named: str,
    run_on_sandbox: Run,
    sandbox: Sandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run_on_sandbox("call", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("do-nfs-mcp call: error: ")
    assert named in err
    assert err.count("\n") == 1
    assert sandbox.requests == []
    assert list(tmp_path.iterdir()) == []


def test_a_tool_that_the_options_leave_out_is_refused(run_on_sandbox: Run, sandbox: Sandbox) -> None:
    code, out, err = run_on_sandbox("call", *CREATE, "--read-only")
    assert (code, out) == (1, "")
    assert "--read-only" in err
    assert sandbox.requests == []


def test_where_nobody_can_be_asked_nothing_is_done(run_on_sandbox: Run, sandbox: Sandbox) -> None:
    run_on_sandbox("call", *CREATE)
    code, out, err = run_on_sandbox("call", "delete_share", "share=data")
    assert (code, out) == (1, "")
    assert err.startswith("Nothing was done: this is destructive")
    assert len(sandbox.state()["shares"]) == 1
    assert all(request.method != "DELETE" for request in sandbox.requests)
    code, out, err = run_on_sandbox("call", "delete_share", "share=data", "--destructive", "allow")
    assert (code, err) == (0, "")
    assert any(request.method == "DELETE" for request in sandbox.requests)


def test_a_sandbox_and_an_audit_in_files_go_on_from_one_call_to_the_next(tmp_path: Path) -> None:
    def call(*arguments: str) -> str:
        command = [sys.executable, "-m", "do_nfs_mcp", "call", *arguments, "--sandbox", str(tmp_path / "nfs.db")]
        variables = {**os.environ, "DIGITALOCEAN_TOKEN": TOKEN, "PYTHONIOENCODING": "ascii"}
        ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=variables)
        assert ended.stderr == ""
        return ended.stdout

    audit = tmp_path / "audit"
    call(*CREATE[:1], "name=grün", *CREATE[2:], "wait=false", "--audit-file", str(audit))
    (line,) = audit.read_text().splitlines()
    assert json.loads(line)["tool"] == "create_share"
    assert r"gr\xfcn" in call("list_shares", "region=atl1")


ORDER = ("create_share", "name=more", "region=atl1", "size_gib=200", f"vpc_ids={VPC}")
NO_SQUASH = ("create_access_point", "share=data", "name=team", "path=/t", 'access_policy={"squash_config":"NO_SQUASH"}')


@pytest.mark.parametrize(
    ("option", "value", "called"),
    [
        ("--max-size-gib", "199", ORDER),
        ("--max-shares", "1", ORDER),
        ("--regions", "nyc*", ORDER),
        ("--tiers", "high", ORDER),
        ("--vpcs", "prod-*", ORDER),
        ("--allowance-gib", "199", ORDER),
        ("--tools", "list_*", ORDER),
        ("--exclude-tools", "create_share", ORDER),
        ("--protect", "DATA", ("delete_share", "share=data")),
    ],
)
def test_a_limit_holds_for_the_call_that_it_is_given_with(
    run_on_sandbox: Run, sandbox: Sandbox, option: str, value: str, called: tuple[str, ...]
) -> None:
    assert run_on_sandbox("call", *CREATE).code == 0
    before = len(sandbox.requests)
    code, out, err = run_on_sandbox("call", option, value, *called)
    assert (code, out) == (1, "")
    assert option in err
    assert {request.method for request in list(sandbox.requests)[before:]} <= {"GET"}


def test_what_would_be_asked_about_can_be_allowed_for_the_call(run_on_sandbox: Run) -> None:
    large = [word.replace("=200", "=32768") for word in ORDER]
    assert run_on_sandbox("call", *large).code == 1
    assert run_on_sandbox("call", "--allowance-gib", "unlimited", *large).code == 0
    assert run_on_sandbox("call", *CREATE).code == 0
    assert run_on_sandbox("call", *NO_SQUASH).code == 1
    assert run_on_sandbox("call", "--allow-no-squash", *NO_SQUASH).code == 0


def test_a_plan_in_a_terminal_says_what_it_costs_by_the_price_that_was_given(run_on_sandbox: Run) -> None:
    assert run_on_sandbox("call", *CREATE).code == 0
    planned = ("resize_share", "share=data", "size_gib=300", "plan=true")
    _, out, _ = run_on_sandbox("call", "--price", "standard=0.10", *planned)
    assert "10.00 a month now, and 30.00 then" in " ".join(out.split())


@pytest.mark.parametrize(("size", "gib"), [("100GiB", 100), ("2TiB", 2048), ("2 tib", 2048), ("100", 100)])
def test_a_size_may_have_a_unit(size: str, gib: int, run_on_sandbox: Run, sandbox: Sandbox) -> None:
    code, _, err = run_on_sandbox("call", *CREATE[:3], f"size_gib={size}", CREATE[4], "--allowance-gib", "unlimited")
    assert (code, err) == (0, "")
    assert sandbox.state()["shares"][0]["size_gib"] == gib


@pytest.mark.parametrize("size", ["100GB", "1.5TiB", "TiB", "-1TiB", "1PiB"])
def test_a_size_in_another_unit_is_refused(size: str, run_on_sandbox: Run, sandbox: Sandbox) -> None:
    code, _, err = run_on_sandbox("call", *CREATE[:3], f"size_gib={size}", CREATE[4])
    assert (code, len(sandbox.requests)) == (2, 0)
    assert f'size_gib has to be a whole number of 50 or more (it was "{size}")' in err

"""`do-nfs-mcp doctor`: what is not right, and how to mend it."""

import json
import os
import platform
import re
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from do_nfs_mcp.browser.launcher import DISPLAYS
from do_nfs_mcp.cli.terminal import doctor
from do_nfs_sandbox import Sandbox
from fakeredis import FakeAsyncRedis, FakeServer

from ...support.constants import TOKEN, VPC
from ...support.processes import free_port
from ...support.serving import serving
from ...support.states import connected
from ...support.token_commands import TokenCommand, token_command
from .conftest import Run

__all__ = ["token_command"]

ALL = ["versions", "token", "--ask", "API", "accepted", "nfs:list", "nfs:read", "vpc:read", "actions:read"]
ALL += ["nfs:create, nfs:delete", "rate limit"]
OTHER_TOKEN = "dop_v1_" + "5ca1ab1e" * 8
OTHER = "doo_v1_" + "5ca1ab1e" * 8


def found(out: str) -> dict[str, tuple[str, str]]:
    """What was looked at, with its mark and what is said of it."""
    lines = re.findall(r"^(ok|NOT|\?) +(.*?)  +(.*(?:\n  .*)*)$", out, re.MULTILINE)
    return {what: (mark, " ".join(says.split())) for mark, what, says in lines}


@pytest.fixture(autouse=True)
def display(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine where a browser can be opened."""
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("CI", raising=False)


def test_doctor_finds_that_all_is_right(run_on_sandbox: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    code, out, err = run_on_sandbox("doctor")
    assert (code, err) == (0, "")
    said = found(out)
    assert list(said) == ALL
    assert {what for what, (mark, _) in said.items() if mark != "ok"} == {"nfs:create, nfs:delete"}
    assert said["token"] == ("ok", "DIGITALOCEAN_TOKEN holds one")
    assert said["rate limit"] == ("ok", "4999 of 5000 requests an hour are left")
    for what in (f"do-nfs-mcp {version('do-nfs-mcp')}", f"mcp {version('mcp')}", platform.python_version()):
        assert what in said["versions"][1]
    assert {request.method for request in sandbox.requests} == {"GET"}


def test_doctor_without_a_token_says_where_one_belongs_and_whether_the_api_answers(
    run_on_sandbox: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DIGITALOCEAN_TOKEN")
    code, out, _ = run_on_sandbox("doctor")
    said = found(out)
    assert (code, list(said)) == (1, ["versions", "token", "--ask", "API"])
    assert said["token"][0] == "NOT"
    assert "Set DIGITALOCEAN_ACCESS_TOKEN to a token with the scopes nfs:list" in said["token"][1]
    assert said["API"][0] == "ok"


def test_a_token_that_the_api_does_not_take_has_to_be_replaced(
    run_on_sandbox: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", "expired")
    code, out, _ = run_on_sandbox("doctor")
    mark, says = found(out)["accepted"]
    assert (code, mark) == (1, "NOT")
    assert "Set a valid one in DIGITALOCEAN_ACCESS_TOKEN" in says


@pytest.mark.parametrize("placeholder", ["dop_v1_...", "your-token", "<token>", "YOUR_API_TOKEN_HERE", "dop_v1_xxxx"])
def test_a_placeholder_is_no_token(run_on_sandbox: Run, monkeypatch: pytest.MonkeyPatch, placeholder: str) -> None:
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", placeholder)
    code, out, _ = run_on_sandbox("doctor")
    said = found(out)
    assert (code, said["token"][0], said["API"][0]) == (1, "NOT", "ok")
    assert "holds one, but only a placeholder" in said["token"][1]
    assert "set a valid one in DIGITALOCEAN_ACCESS_TOKEN" in said["token"][1]
    assert "accepted" not in said


def test_a_scope_that_is_missing_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", OTHER)
    with Sandbox(tokens={OTHER: ["nfs:list", "nfs:read"]}) as sandbox, serving(sandbox) as url:
        code, out, _ = run("doctor", "--api-url", url)
        said = found(out)
        assert (code, said["nfs:list"][0], said["nfs:read"][0]) == (1, "ok", "ok")
        assert said["vpc:read"][0] == "NOT"
        assert "Give it a token with that scope" in said["vpc:read"][1]
        # It is optional.
        assert said["actions:read"][0] == "?"


def test_an_api_that_cannot_be_reached_is_told_from_one_that_is_not_the_api(
    run: Run, run_on_sandbox: Run, sandbox: Sandbox
) -> None:
    code, out, _ = run("doctor", "--api-url", "http://127.0.0.1:1")
    said = found(out)
    assert (code, list(said)) == (1, ["versions", "token", "--ask", "API"])
    assert "could not be reached" in said["API"][1]
    assert "Nothing was changed" not in said["API"][1]
    assert "the network, a proxy or --api-url is wrong" in said["API"][1]
    for kind, words in (("html", "502"), ("not_json", "--api-url may be wrong")):
        sandbox.add_fault(kind, times=1)
        code, out, _ = run_on_sandbox("doctor")
        assert (code, found(out)["API"][0]) == (1, "NOT")
        assert words in found(out)["API"][1]


def test_doctor_warns_of_a_rate_limit_that_is_nearly_used_up(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    # Near its end requests go some time apart, which is not what this is about.
    monkeypatch.setattr("do_nfs_client_helpers.rate_limit._LONGEST_SPACE", 0.0)
    with Sandbox(limits=(4, 250)) as sandbox, serving(sandbox) as url:
        code, out, _ = run("doctor", "--api-url", url)
    mark, says = found(out)["rate limit"]
    assert (code, mark) == (1, "NOT")
    assert re.match(r"0 of 4 requests an hour are left, .* Wait until \d\d:\d\d:\d\d UTC", says)


def test_doctor_with_json_prints_its_findings_for_other_programs(run_on_sandbox: Run) -> None:
    code, out, err = run_on_sandbox("doctor", "--json")
    assert (code, err) == (0, "")
    assert {finding["what"]: finding["ok"] for finding in json.loads(out)} == {
        what: None if what == "nfs:create, nfs:delete" else True for what in ALL
    }


def test_the_sandbox_needs_no_token(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DIGITALOCEAN_TOKEN")
    code, out, _ = run("doctor", "--sandbox")
    assert (code, found(out)["token"]) == (0, ("ok", "the sandbox needs none"))
    assert "accepted" not in found(out)


@pytest.mark.parametrize(
    ("ask", "display", "code", "mark", "says"),
    [
        ("auto", ":0", 0, "ok", "the host asks the person or, if it cannot, a page in their browser does"),
        ("auto", "", 0, "?", "if it cannot, nothing is done, as no browser can be opened here"),
        ("host", "", 0, "ok", "the host asks the person; if it cannot, nothing is done"),
        ("browser", ":0", 0, "ok", "a page in the person's browser asks them"),
        ("browser", "", 1, "NOT", "here: none of DISPLAY, WAYLAND_DISPLAY, BROWSER is set. Change that"),
    ],
)
def test_doctor_says_who_asks_the_person(
    run_on_sandbox: Run, monkeypatch: pytest.MonkeyPatch, ask: str, display: str, code: int, mark: str, says: str
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for variable in (*DISPLAYS, "CI"):
        monkeypatch.setenv(variable, "")
    monkeypatch.setenv("DISPLAY", display)
    ended, out, _ = run_on_sandbox("doctor", "--ask", ask)
    assert (ended, found(out)["--ask"][0]) == (code, mark)
    assert found(out)["--ask"][1].startswith(f"{ask}: ")
    assert says in found(out)["--ask"][1]


def test_doctor_says_that_no_browser_opens_in_ci(run_on_sandbox: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    assert found(run_on_sandbox("doctor").out)["--ask"][1].endswith("no browser can be opened here: CI is set")


def test_doctor_says_nothing_of_asking_where_nothing_is_changed(run_on_sandbox: Run) -> None:
    assert "--ask" not in found(run_on_sandbox("doctor", "--read-only").out)


LIMITS = {"--max-size-gib": "500", "--regions": "atl1", "--tiers": "standard", "--tools": "list_*"}


def test_doctor_says_what_limits_are_set(run_on_sandbox: Run) -> None:
    more = ("--allowance-gib", "unlimited", "--allow-no-squash")
    _, out, _ = run_on_sandbox("doctor", *(word for limit in LIMITS.items() for word in limit), *more)
    said = found(out)
    assert {option: said[option] for option in LIMITS} == {option: ("ok", value) for option, value in LIMITS.items()}
    assert "--protect" not in said
    assert said["--allowance-gib"] == ("ok", "unlimited")
    assert said["--allow-no-squash"] == ("ok", "given")


def test_doctor_finds_names_in_limits_that_nothing_has(run_on_sandbox: Run, sandbox: Sandbox) -> None:
    sandbox.seed({"shares": [{"name": "prod-db", "region": "atl1", "size_gib": 50, "vpc_ids": [VPC]}]})
    right = ("--protect", "prod-*", "--vpcs", f"default-*,{VPC}")
    code, out, _ = run_on_sandbox("doctor", *right)
    assert (code, found(out)["--protect"], found(out)["--vpcs"][0]) == (0, ("ok", "prod-*"), "ok")
    code, out, _ = run_on_sandbox("doctor", "--protect", "prd-*", "--vpcs", "defalt-atl1")
    assert 'no share is called "prd-*"' in found(out)["--protect"][1]
    assert (code, found(out)["--vpcs"][0]) == (1, "NOT")


def test_what_doctor_finds_of_one_option_stands_in_adjacent_lines(run_on_sandbox: Run) -> None:
    options = ("--protect", "prd-*,tst-*", "--vpcs", "nope", "--regions", "alt1")
    _, out, _ = run_on_sandbox("doctor", *options, "--json")
    named = [finding["what"] for finding in json.loads(out) if finding["what"].startswith("--")]
    assert named == ["--ask", "--regions", "--regions", "--vpcs", "--vpcs", "--protect", "--protect", "--protect"]


@pytest.mark.parametrize("region", ["new1", "atl1", "n?w*"], ids=["a share's", "a VPC's", "a pattern"])
def test_doctor_knows_a_region_by_what_is_in_it(run_on_sandbox: Run, sandbox: Sandbox, region: str) -> None:
    sandbox.seed({"shares": [{"name": "data", "region": "new1", "size_gib": 50, "vpc_ids": [VPC]}]})
    code, out, _ = run_on_sandbox("doctor", "--regions", region)
    assert (code, found(out)["--regions"]) == (0, ("ok", region))


def test_a_region_in_which_there_is_nothing_is_a_hint_and_no_failure(run_on_sandbox: Run) -> None:
    code, out, _ = run_on_sandbox("doctor", "--regions", "atl1,alt1")
    mark, says = found(out)["--regions"]
    assert (code, mark) == (0, "?")
    assert says.startswith('no share and no VPC is in a region "alt1"')


@pytest.mark.parametrize("scopes", [["nfs:list"], ["vpc:read"]])
def test_nothing_is_said_of_a_region_to_who_may_not_see_all_that_is_in_it(
    run: Run, monkeypatch: pytest.MonkeyPatch, scopes: list[str]
) -> None:
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", OTHER)
    with Sandbox(tokens={OTHER: scopes}) as sandbox, serving(sandbox) as url:
        _, out, _ = run("doctor", "--api-url", url, "--regions", "alt1")
    assert found(out)["--regions"] == ("ok", "alt1")


def test_doctor_looks_for_each_of_several_names_that_are_given_with_commas(
    run_on_sandbox: Run, sandbox: Sandbox
) -> None:
    names = ("prod-db", "a,b")
    share = {"region": "atl1", "size_gib": 50, "vpc_ids": [VPC]}
    sandbox.seed({"shares": [share | {"name": name} for name in names]})
    _, out, _ = run_on_sandbox("doctor", "--protect", "prod-*, tset", "--protect", "a,b")
    assert re.findall(r"no share is called (\S+),", " ".join(out.split())) == ['"tset"']


@pytest.mark.parametrize(
    ("persists", "mark", "said"),
    [(1, "ok", "the store can be used"), (0, "?", "the store can be used, but it keeps nothing on its disk")],
)
def test_doctor_looks_at_the_store_that_servers_share(
    run_on_sandbox: Run, monkeypatch: pytest.MonkeyPatch, persists: int, mark: str, said: str
) -> None:
    async def info(_: Any) -> dict[str, Any]:
        return {"aof_enabled": persists}

    async def config_get(_: Any, name: str) -> dict[str, str]:
        return {name: "always"}

    monkeypatch.setattr(FakeAsyncRedis, "info", info)
    monkeypatch.setattr(FakeAsyncRedis, "config_get", config_get)
    monkeypatch.setattr(doctor, "shared_state", lambda _: connected(FakeServer(), password="secret"))
    code, out, _ = run_on_sandbox("doctor")
    assert (code, found(out)["--state"][0]) == (0, mark)
    assert found(out)["--state"][1].startswith(said)


def test_doctor_says_why_a_store_cannot_be_used_and_never_its_password(
    run_on_sandbox: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DO_NFS_MCP_STATE", f"redis://:hunter2hunter2@127.0.0.1:{free_port()}/0")
    code, out, err = run_on_sandbox("doctor", "--log-level", "debug")
    mark, says = found(out)["--state"]
    assert (code, mark) == (1, "NOT")
    assert "the store cannot be used: " in says
    assert "127.0.0.1" in says
    assert "hunter2" not in out + err
    assert "rate limit" in found(out)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_doctor_says_where_the_token_came_from_and_never_the_token(
    run_on_sandbox: Run, tmp_path: Path, token_command: TokenCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("DIGITALOCEAN_TOKEN")
    file = tmp_path / "token"
    file.write_text(TOKEN)
    file.chmod(0o600)
    doctl = tmp_path / "config" / "doctl" / "config.yaml"
    doctl.parent.mkdir(parents=True)
    doctl.write_text(f"access-token: {OTHER_TOKEN}\nauth-contexts:\n    work: {TOKEN}\n")
    doctl.chmod(0o600)
    token_command.prints(TOKEN)

    def token_finding(*arguments: str) -> tuple[bool, str]:
        _, out, err = run_on_sandbox("doctor", "--json", *arguments)
        assert OTHER_TOKEN not in out + err
        (finding,) = (each for each in json.loads(out) if each["what"] == "token")
        return finding["ok"], finding["says"]

    assert token_finding("--token-file", str(file)) == (True, f"--token-file: {file} holds one")
    assert token_finding("--token-command", token_command.line) == (
        True,
        f"--token-command: {token_command.path} printed one",
    )
    assert token_finding("--doctl-context", "work") == (True, "--doctl-context: doctl has one for work")
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", OTHER_TOKEN)
    assert token_finding("--token-file", str(file)) == (
        True,
        f"--token-file: {file} holds one; the one in the environment is not used",
    )
    monkeypatch.setenv("DIGITALOCEAN_TOKEN", TOKEN)
    assert token_finding() == (True, "DIGITALOCEAN_TOKEN holds one")
    doctl.chmod(0o644)
    ok, says = token_finding("--doctl-context", "default")
    assert not ok
    assert f"--doctl-context: {doctl} is open to others, who may neither read nor write it: chmod 640 {doctl}." in says
    assert says.endswith("Mend that, then try again.")

"""The fastest real clients of scripts/hosts hold a conversation with the server, and it holds to the protocol by the
protocol's own conformance suite."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ..support.contracts import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
try:
    from clients import installing
    from clients.catalogue import CLIENTS, FASTEST
    from clients.client import Play
    from clients.conversation import CALLS
    from clients.findings import Findings
    from clients.playing import play_all
    from clients.serving import serving, tools
finally:
    sys.path.pop(0)

pytestmark = pytest.mark.system

# The others call tools, resources and prompts that only a server made for the suite has.
SCENARIOS = (
    "caching",
    "completion-complete",
    "dns-rebinding-protection",
    "input-required-result-unsupported-methods",
    "ping",
    "prompts-list",
    "resources-list",
    "sep-2164-resource-not-found",
    "server-initialize",
    "server-stateless",
    "tools-list",
    "http-header-validation",
)
# They call a tool that only a server made for the suite has.
LEFT_OUT = {"sep-2575-server-rejects-undeclared-capability", "sep-2575-missing-capability-http-400"}


@pytest.fixture(scope="module")
def played() -> dict[Play, Findings]:
    return play_all(FASTEST, CLIENTS, asyncio.run(tools()))


@pytest.mark.parametrize("play", FASTEST, ids="-".join)
def test_a_client_takes_every_tool_and_has_every_call_answered_as_it_should_be(
    played: dict[Play, Findings], play: Play
) -> None:
    found = played[play]
    assert found.problems == []
    assert found.calls == len(CALLS)


# Over HTTP it takes a newer version of the protocol than the TypeScript SDK speaks.
@pytest.mark.parametrize("play", [play for play in FASTEST if play != ("typescript-sdk-2", "HTTP")], ids="-".join)
def test_a_share_is_deleted_once_the_client_has_asked_the_person(played: dict[Play, Findings], play: Play) -> None:
    assert played[play].asks == "yes"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("conformance") / "sandbox.db") as served:
        yield served


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_server_holds_to_the_protocol_by_its_conformance_suite(scenario: str, url: str, tmp_path: Path) -> None:
    suite = installing.install("conformance") / "conformance"
    options = ["--url", url, "--scenario", scenario, "--output-dir", str(tmp_path)]
    command = [str(installing.node() / "node"), str(suite), "server", *options]
    subprocess.run(command, capture_output=True, timeout=60)
    (results,) = tmp_path.rglob("checks.json")
    checks: list[dict[str, Any]] = json.loads(results.read_text(encoding="utf-8"))
    assert "SUCCESS" in {check["status"] for check in checks}
    failed = [check for check in checks if check["status"] == "FAILURE" and check["id"] not in LEFT_OUT]
    assert failed == []

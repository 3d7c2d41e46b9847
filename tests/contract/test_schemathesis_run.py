"""Whoever has the checkout and schemathesis can test a sandbox, or an API like it, by the contract alone."""

import subprocess
import sys
import tomllib
from typing import Any

import pytest
from do_nfs_sandbox import Sandbox
from do_nfs_sandbox.http.serving import serve

from ..support.contracts import ROOT, SANDBOX_ONLY, operations

# It draws thousands of requests, which takes minutes where other tests take its processor.
pytestmark = pytest.mark.timeout(1500)

CONFIGURATION: dict[str, Any] = tomllib.loads((ROOT / "schemathesis.toml").read_text(encoding="utf-8"))
SEED = "20261127"


def names(entry: dict[str, Any]) -> list[str]:
    """The operations that an entry of the configuration is about."""
    named = entry["include-operation-id"]
    return named if isinstance(named, list) else [named]


def test_the_commands_of_the_page_find_no_fault_and_reach_every_companion() -> None:
    """With fewer cases than they send by themselves."""
    with Sandbox() as sandbox, serve(sandbox) as url:
        command = [sys.executable, "-m", "schemathesis.cli", "run", "openapi/nfs.yaml", "--url", url]
        result = subprocess.run(
            [*command, "--max-examples", "5", "--seed", SEED],
            cwd=ROOT,
            text=True,
            capture_output=True,
            timeout=300,
        )
        reached = {request.operation for request in sandbox.requests if 200 <= (request.status or 0) < 300}
    assert result.returncode == 0, result.stdout
    assert f"Tested: {len(operations())}" in result.stdout
    assert reached >= SANDBOX_ONLY | {"list_shares", "create_share", "get_share", "delete_share", "list_snapshots"}


@pytest.mark.parametrize("entry", CONFIGURATION["operations"], ids=lambda entry: ",".join(names(entry)))
def test_a_refusal_that_is_not_a_fault_is_one_that_the_contract_documents(entry: dict[str, Any]) -> None:
    expected = entry["checks"].get("positive_data_acceptance", {}).get("expected-statuses", [])
    for name in names(entry):
        documented = operations()[name]["responses"].keys()
        assert {status for status in expected if status != "2xx"} <= documented

"""schemathesis reads the contract and tries the sandbox: all operations, all its checks, all its phases."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from do_nfs_sandbox import Sandbox

from ..contracts import CONTRACT, ROOT, operations
from ..serving import serving

SHARE = CONTRACT["components"]["parameters"]["NfsId"]["example"]
VPC = operations()["create_share"]["requestBody"]["content"]["application/json"]["example"]["vpc_ids"][0]


@pytest.fixture
def url() -> Iterator[str]:
    """A sandbox on a free port, with the things whose ids the contract's examples name."""

    def example_of(operation: str) -> str:
        return str(next(p["example"] for p in operations()[operation]["parameters"] if p["in"] == "path"))

    with Sandbox(ready_after=0) as sandbox:
        store = sandbox.store
        with store.transaction(0, write=True):
            store.insert_share(id=SHARE, name="seed", region="atl1", size_gib=50, vpc_ids=[VPC], now=0, status="ACTIVE")
            snapshot = example_of("get_snapshot")
            store.insert_snapshot(
                id=snapshot, share_id=SHARE, name="s", region="atl1", size_gib=50, now=0, status="ACTIVE"
            )
            policy = {"anonuid": 65534, "anongid": 65534, "protocols": ["NFS4"], "squash_config": "NO_SQUASH"}
            store.insert_access_point(
                id=example_of("get_access_point"),
                share_id=SHARE,
                name="seed",
                path="/seed",
                vpc_id=VPC,
                policy={**policy, "identity_enforcement_enabled": False},
                now=0,
            )
            action = int(example_of("get_action"))
            store.insert_action(
                id=action,
                type="RESIZE_SHARE",
                resource_id=SHARE,
                region="atl1",
                now=0,
                completes_at=0,
                status="COMPLETED",
            )
        with serving(sandbox) as url:
            yield url


def test_the_sandbox_keeps_the_contract(url: str, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "schemathesis.cli",
        "--config-file",
        str(ROOT / "tests/contract/schemathesis.toml"),
    ]
    result = subprocess.run(
        [*command, "run", str(ROOT / "openapi/nfs.yaml"), "--url", url],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert result.returncode == 0, result.stdout[-20_000:] + result.stderr
    assert f"Tested: {len(operations())}" in result.stdout

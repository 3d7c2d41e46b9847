import json
import re
import subprocess
import sys
from pathlib import Path

from ..support.contracts import ROOT


def test_the_demo_shows_a_share_s_whole_life_and_ends_with_what_to_paste() -> None:
    result = subprocess.run(
        [sys.executable, "scripts/demo"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    calls = re.findall(r"→ (\w+)\(", result.stdout)
    for tool in (
        *("list_shares", "list_vpcs", "create_share", "get_mount_instructions", "resize_share", "create_snapshot"),
        *("list_snapshots", "delete_share"),
    ):
        assert tool in calls
    for shown in ("ACTIVE, 100 GiB", "sudo mount", "from 100 to 200 GiB", "ACTIVE, 200 GiB", "Deleted share"):
        assert shown in result.stdout
    questions = re.findall(r"\? (Delete \w+).*\n *! (.*)", result.stdout)
    assert questions == [("Delete share", "team-data")]
    sandbox, account = (
        json.loads(block) for block in re.findall(r"^\{$.*?^\}$", result.stdout, re.MULTILINE | re.DOTALL)
    )
    assert sandbox["mcpServers"]["nfs"]["args"] == ["--sandbox"]
    assert Path(account["mcpServers"]["nfs"]["command"]).exists()
    assert "DIGITALOCEAN_ACCESS_TOKEN" in account["mcpServers"]["nfs"]["env"]

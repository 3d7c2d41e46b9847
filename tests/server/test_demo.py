import json
import re
import subprocess
import sys
from pathlib import Path

from ..contracts import ROOT


def test_the_demo_shows_a_share_s_whole_life_and_ends_with_what_to_paste() -> None:
    result = subprocess.run(
        [sys.executable, "scripts/demo"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    calls = re.findall(r"→ (\w+)\(", result.stdout)
    for tool in (
        *("list_shares", "list_vpcs", "create_share", "get_share", "resize_share", "create_snapshot"),
        *("list_snapshots", "delete_snapshot", "delete_share"),
    ):
        assert tool in calls
    for shown in ("CREATING, 100 GiB", "ACTIVE, 100 GiB", "ACTIVE, 200 GiB", "deleted share"):
        assert shown in result.stdout
    sandbox, account = (
        json.loads(block) for block in re.findall(r"^\{$.*?^\}$", result.stdout, re.MULTILINE | re.DOTALL)
    )
    assert sandbox["mcpServers"]["nfs"]["args"] == ["--sandbox"]
    assert Path(account["mcpServers"]["nfs"]["command"]).exists()
    assert "DIGITALOCEAN_ACCESS_TOKEN" in account["mcpServers"]["nfs"]["env"]

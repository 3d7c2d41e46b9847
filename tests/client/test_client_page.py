"""What the page on the client says has types, and says what went wrong."""

import re
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest
from do_nfs_sandbox import Sandbox

from ..support.constants import TOKEN
from ..support.contracts import ROOT
from ..support.serving import serving

NATURAL = """
from do_nfs_client import AuthenticatedClient
from do_nfs_client.api.shares import list_shares
from do_nfs_client.api.vpcs import list_vpcs
from do_nfs_client_helpers import pages

with AuthenticatedClient() as client:
    page = list_vpcs.sync(client=client)
    names = {vpc.id: f"{vpc.name.title()} {vpc.ip_range.rpartition('/')[0]}" for vpc in page.vpcs}
    oldest = min(vpc.created_at.year for vpc in page.vpcs)
    print(page.meta.total + 1, "VPCs and one more, since", oldest)
    for share in [share for each in pages(list_shares.sync, client=client) for share in each.shares]:
        print(share.host + ":" + share.mount_path.rstrip("/"), share.size_gib * 2, names[share.vpc_ids[0]].upper())
"""
SNIPPETS = re.findall(r"```python\n(.*?)```", (ROOT / "docs/client.md").read_text(encoding="utf-8"), re.DOTALL)
(ON_THE_SANDBOX,) = (snippet for snippet in SNIPPETS if "Sandbox(" in snippet)
(SCRIPT,) = (snippet for snippet in SNIPPETS if "NFS_API" in snippet)


def test_the_snippets_of_the_page_and_a_script_that_takes_the_api_s_word_have_types(tmp_path: Path) -> None:
    """What the API always sends is no `X | Unset`."""
    snippets = [*SNIPPETS, NATURAL]
    programs = [tmp_path / f"snippet_{number}.py" for number, _ in enumerate(snippets)]
    for program, snippet in zip(programs, snippets, strict=True):
        program.write_text(snippet)
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--cache-dir",
        str(tmp_path),
        "--config-file",
        "",
        *map(str, programs),
    ]
    result = subprocess.run(command, cwd=tmp_path, text=True, capture_output=True, timeout=240)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_script_of_the_page_creates_waits_snapshots_prunes_and_deletes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A second passes each time that somebody looks.
    seconds = count(1_767_225_600.0)
    with Sandbox(seed="examples", clock=lambda: next(seconds)) as sandbox, serving(sandbox) as url:
        monkeypatch.setenv("NFS_API", url)
        monkeypatch.setenv("DIGITALOCEAN_ACCESS_TOKEN", TOKEN)
        exec(SCRIPT, {})
        assert [share["name"] for share in sandbox.store.shares()] == ["sammy-share-drive", "sammy-old-drive"]
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("0.0 s: ")
    (mount,) = (line for line in said if "mount -t nfs" in line)
    assert re.fullmatch(r"sudo mkdir -p /mnt/nightly && sudo mount -t nfs [\d.]+:/\S+ /mnt/nightly", mount)
    assert len(set(said)) == len(said)
    assert [line for line in said if not line.endswith(("CREATING", "ACTIVE")) and "mount" not in line] == [
        *("took monday", "took tuesday", "took wednesday", "pruned monday", "deleted nightly")
    ]


def test_the_script_of_the_page_reads_every_page_of_a_list() -> None:
    assert not re.findall(r"list_\w+\.\w+\(", SCRIPT)


def test_a_script_that_takes_the_api_s_word_runs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITALOCEAN_ACCESS_TOKEN", TOKEN)
    with Sandbox(seed="examples") as sandbox, serving(sandbox) as url:
        exec(NATURAL.replace("Client()", f'Client(base_url="{url}")'), {})
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "13 VPCs and one more, since 2022",
        "10.0.0.1:/123456/0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d 2048 DEFAULT-ATL1 10.102.0.0",
        "10.0.0.2:/123456/1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d 200 DEFAULT-ATL1 10.102.0.0",
    ]


def test_the_page_compares_with_pydo_in_ten_lines() -> None:
    table = (ROOT / "docs/client.md").read_text(encoding="utf-8").partition("## Compared with pydo")[2]
    assert 2 <= len(re.findall(r"^\| (?!---)", table, re.MULTILINE)) <= 11


def test_the_snippet_for_the_sandbox_prints_the_shares_of_a_team(capsys: pytest.CaptureFixture[str]) -> None:
    exec(ON_THE_SANDBOX, {})
    assert "web-assets ACTIVE 500\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("token", "printed"),
    [
        ("dop_v1_" + "0" * 64, "sammy-share-drive ACTIVE 1024\nsammy-old-drive ACTIVE 100\n"),
        ("dop_v1_...", "401 unauthorized The token was not"),
    ],
)
def test_the_first_snippet_shows_shares_or_what_went_wrong(
    token: str, printed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with Sandbox(seed="examples") as sandbox, serving(sandbox) as url:
        given = f'base_url="{url}", token="{token}"'
        exec(SNIPPETS[0].replace('token="dop_v1_..."', given), {})
    assert capsys.readouterr().out.startswith(printed)

"""Where each host keeps its configuration, on each system, and what an entry looks like there."""

from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import pytest
from do_nfs_mcp.cli.install.hosts import HOSTS, HostEnvironment

WINDOWS = HostEnvironment(
    "win32",
    {"APPDATA": r"C:\Users\ann\AppData\Roaming", "LOCALAPPDATA": r"C:\Users\ann\AppData\Local"},
    r"C:\Users\ann",
)
MAC = HostEnvironment("darwin", {}, "/Users/ann")
LINUX = HostEnvironment("linux", {}, "/home/ann")


@pytest.mark.parametrize(
    ("host", "environment", "path"),
    [
        ("claude-desktop", WINDOWS, r"C:\Users\ann\AppData\Roaming\Claude\claude_desktop_config.json"),
        ("claude-desktop", MAC, "/Users/ann/Library/Application Support/Claude/claude_desktop_config.json"),
        ("claude-desktop", LINUX, "/home/ann/.config/Claude/claude_desktop_config.json"),
        ("claude-code", WINDOWS, r"C:\Users\ann\.claude.json"),
        ("claude-code", MAC, "/Users/ann/.claude.json"),
        ("claude-code", LINUX, "/home/ann/.claude.json"),
        ("cursor", WINDOWS, r"C:\Users\ann\.cursor\mcp.json"),
        ("cursor", MAC, "/Users/ann/.cursor/mcp.json"),
        ("cursor", LINUX, "/home/ann/.cursor/mcp.json"),
        ("vscode", WINDOWS, r"C:\Users\ann\AppData\Roaming\Code\User\mcp.json"),
        ("vscode", MAC, "/Users/ann/Library/Application Support/Code/User/mcp.json"),
        ("vscode", LINUX, "/home/ann/.config/Code/User/mcp.json"),
        ("codex", WINDOWS, r"C:\Users\ann\.codex\config.toml"),
        ("codex", MAC, "/Users/ann/.codex/config.toml"),
        ("codex", LINUX, "/home/ann/.codex/config.toml"),
    ],
)
def test_each_host_has_its_configuration_where_it_reads_it(host: str, environment: HostEnvironment, path: str) -> None:
    kind = PureWindowsPath if environment is WINDOWS else PurePosixPath
    assert HOSTS[host].candidates(environment)[-1] == kind(path)


@pytest.mark.parametrize(
    ("host", "environment", "path"),
    [
        ("vscode", HostEnvironment("linux", {"XDG_CONFIG_HOME": "/conf"}, "/home/ann"), "/conf/Code/User/mcp.json"),
        (
            "vscode",
            HostEnvironment("linux", {"XDG_CONFIG_HOME": ""}, "/home/ann"),
            "/home/ann/.config/Code/User/mcp.json",
        ),
        ("codex", HostEnvironment("linux", {"CODEX_HOME": "/data/codex"}, "/home/ann"), "/data/codex/config.toml"),
        ("claude-code", HostEnvironment("darwin", {"CLAUDE_CONFIG_DIR": "/c"}, "/Users/ann"), "/c/.claude.json"),
    ],
)
def test_variables_a_host_heeds_move_its_configuration(host: str, environment: HostEnvironment, path: str) -> None:
    assert HOSTS[host].candidates(environment) == [PurePosixPath(path)]


def test_windows_without_its_variables_has_the_usual_folders() -> None:
    bare = HostEnvironment("win32", {}, r"C:\Users\ann")
    for host in HOSTS.values():
        assert host.candidates(bare) == host.candidates(WINDOWS)


def test_claude_desktop_from_a_package_sees_a_folder_of_its_own(tmp_path: Path) -> None:
    packaged, usual = HOSTS["claude-desktop"].candidates(WINDOWS)
    assert packaged == PureWindowsPath(
        r"C:\Users\ann\AppData\Local\Packages\Claude_pzs8sxrjxfjjc\LocalCache\Roaming\Claude\claude_desktop_config.json"
    )
    assert usual.parts[-3:] == ("Roaming", "Claude", "claude_desktop_config.json")


def test_the_first_place_whose_folder_is_there_is_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The names of Windows' folders are good here, too.
    monkeypatch.setattr("do_nfs_mcp.cli.install.hosts.PureWindowsPath", PurePosixPath)
    environment = HostEnvironment("win32", {}, str(tmp_path))
    host = HOSTS["claude-desktop"]
    usual = tmp_path / "AppData/Roaming/Claude/claude_desktop_config.json"
    assert host.configuration(environment) == usual
    packages = tmp_path / "AppData/Local/Packages/Claude_pzs8sxrjxfjjc/LocalCache/Roaming/Claude"
    packages.mkdir(parents=True)
    assert host.configuration(environment) == packages / "claude_desktop_config.json"


@pytest.mark.parametrize(
    ("host", "entry"),
    [
        ("claude-desktop", {"command": "/x/do-nfs-mcp", "args": ["--read-only"]}),
        (
            "claude-code",
            {
                "type": "stdio",
                "command": "/x/do-nfs-mcp",
                "args": ["--read-only"],
                "env": {"DIGITALOCEAN_TOKEN": "${DIGITALOCEAN_TOKEN:-}"},
            },
        ),
        (
            "cursor",
            {
                "command": "/x/do-nfs-mcp",
                "args": ["--read-only"],
                "env": {"DIGITALOCEAN_TOKEN": "${env:DIGITALOCEAN_TOKEN}"},
            },
        ),
        (
            "vscode",
            {
                "type": "stdio",
                "command": "/x/do-nfs-mcp",
                "args": ["--read-only"],
                "env": {"DIGITALOCEAN_TOKEN": "${env:DIGITALOCEAN_TOKEN}"},
            },
        ),
        (
            "codex",
            {
                "command": "/x/do-nfs-mcp",
                "args": ["--read-only"],
                "env_vars": ["DIGITALOCEAN_ACCESS_TOKEN", "DIGITALOCEAN_TOKEN", "DIGITALOCEAN_API_TOKEN"],
            },
        ),
    ],
)
def test_an_entry_takes_the_token_from_the_environment(host: str, entry: dict[str, Any]) -> None:
    reference = HOSTS[host].token_reference("DIGITALOCEAN_TOKEN")
    assert HOSTS[host].entry(["/x/do-nfs-mcp", "--read-only"], reference) == entry

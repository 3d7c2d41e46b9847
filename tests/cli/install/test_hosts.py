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
        ("gemini-cli", WINDOWS, r"C:\Users\ann\.gemini\settings.json"),
        ("gemini-cli", LINUX, "/home/ann/.gemini/settings.json"),
        ("copilot-cli", WINDOWS, r"C:\Users\ann\.copilot\mcp-config.json"),
        ("copilot-cli", LINUX, "/home/ann/.copilot/mcp-config.json"),
        ("opencode", WINDOWS, r"C:\Users\ann\.config\opencode\opencode.json"),
        ("opencode", MAC, "/Users/ann/.config/opencode/opencode.json"),
        ("opencode", LINUX, "/home/ann/.config/opencode/opencode.json"),
        ("qwen-code", WINDOWS, r"C:\Users\ann\.qwen\settings.json"),
        ("qwen-code", LINUX, "/home/ann/.qwen/settings.json"),
        ("cline", WINDOWS, r"C:\Users\ann\.cline\data\settings\cline_mcp_settings.json"),
        ("cline", LINUX, "/home/ann/.cline/data/settings/cline_mcp_settings.json"),
        ("zed", WINDOWS, r"C:\Users\ann\AppData\Roaming\Zed\settings.json"),
        ("zed", MAC, "/Users/ann/.config/zed/settings.json"),
        ("zed", LINUX, "/home/ann/.config/zed/settings.json"),
        ("windsurf", WINDOWS, r"C:\Users\ann\.codeium\windsurf\mcp_config.json"),
        ("windsurf", LINUX, "/home/ann/.codeium/windsurf/mcp_config.json"),
    ],
)
def test_each_host_has_its_configuration_where_it_reads_it(host: str, environment: HostEnvironment, path: str) -> None:
    kind = PureWindowsPath if environment is WINDOWS else PurePosixPath
    assert HOSTS[host].candidates(environment)[-1] == kind(path)


@pytest.mark.parametrize(
    ("host", "variables", "path"),
    [
        ("vscode", {"XDG_CONFIG_HOME": "/conf"}, "/conf/Code/User/mcp.json"),
        ("vscode", {"XDG_CONFIG_HOME": ""}, "/home/ann/.config/Code/User/mcp.json"),
        ("codex", {"CODEX_HOME": "/data/codex"}, "/data/codex/config.toml"),
        ("claude-code", {"CLAUDE_CONFIG_DIR": "/c"}, "/c/.claude.json"),
        ("gemini-cli", {"GEMINI_CLI_HOME": "/g"}, "/g/.gemini/settings.json"),
        ("copilot-cli", {"COPILOT_HOME": "/c", "XDG_CONFIG_HOME": "/conf"}, "/c/mcp-config.json"),
        ("copilot-cli", {"XDG_CONFIG_HOME": "/conf"}, "/home/ann/.copilot/mcp-config.json"),
        ("opencode", {"XDG_CONFIG_HOME": "/conf"}, "/conf/opencode/opencode.json"),
        ("qwen-code", {"QWEN_HOME": "/q"}, "/q/settings.json"),
        ("cline", {"CLINE_DIR": "/c"}, "/c/data/settings/cline_mcp_settings.json"),
        ("cline", {"CLINE_DIR": "/c", "CLINE_DATA_DIR": "/d"}, "/d/settings/cline_mcp_settings.json"),
        ("cline", {"CLINE_DATA_DIR": "/d", "CLINE_MCP_SETTINGS_PATH": "/e/mcp.json"}, "/e/mcp.json"),
        ("zed", {"XDG_CONFIG_HOME": "/conf"}, "/conf/zed/settings.json"),
    ],
)
def test_variables_a_host_heeds_move_its_configuration(host: str, variables: dict[str, str], path: str) -> None:
    assert HOSTS[host].candidates(HostEnvironment("linux", variables, "/home/ann"))[-1] == PurePosixPath(path)


def test_zed_heeds_xdg_config_home_on_linux_only() -> None:
    elsewhere = HostEnvironment("darwin", {"XDG_CONFIG_HOME": "/conf"}, "/Users/ann")
    assert HOSTS["zed"].candidates(elsewhere) == [PurePosixPath("/Users/ann/.config/zed/settings.json")]


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


def test_the_first_file_that_is_there_or_else_whose_folder_is_there_is_the_configuration(
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
    # Which Claude Desktop then sees, too.
    usual.parent.mkdir(parents=True)
    usual.touch()
    assert host.configuration(environment) == usual


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
        (
            "gemini-cli",
            {
                "command": "/x/do-nfs-mcp",
                "args": ["--read-only"],
                "env": {"DIGITALOCEAN_TOKEN": "${DIGITALOCEAN_TOKEN}"},
            },
        ),
        (
            "copilot-cli",
            {
                "type": "local",
                "tools": ["*"],
                "command": "/x/do-nfs-mcp",
                "args": ["--read-only"],
                "env": {"DIGITALOCEAN_TOKEN": "${DIGITALOCEAN_TOKEN:-}"},
            },
        ),
        (
            "opencode",
            {
                "type": "local",
                "command": ["/x/do-nfs-mcp", "--read-only"],
                "environment": {"DIGITALOCEAN_TOKEN": "{env:DIGITALOCEAN_TOKEN}"},
            },
        ),
        (
            "qwen-code",
            {
                "command": "/x/do-nfs-mcp",
                "args": ["--read-only"],
                "env": {"DIGITALOCEAN_TOKEN": "${DIGITALOCEAN_TOKEN}"},
            },
        ),
        ("cline", {"timeout": 60, "command": "/x/do-nfs-mcp", "args": ["--read-only"]}),
        ("zed", {"source": "custom", "command": "/x/do-nfs-mcp", "args": ["--read-only"]}),
        (
            "windsurf",
            {
                "command": "/x/do-nfs-mcp",
                "args": ["--read-only"],
                "env": {"DIGITALOCEAN_TOKEN": "${env:DIGITALOCEAN_TOKEN}"},
            },
        ),
    ],
)
def test_an_entry_takes_the_token_from_the_environment(host: str, entry: dict[str, Any]) -> None:
    reference = HOSTS[host].token_reference("DIGITALOCEAN_TOKEN")
    assert HOSTS[host].entry(["/x/do-nfs-mcp", "--read-only"], reference) == entry

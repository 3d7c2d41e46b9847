"""The hosts `do-nfs-mcp install` knows: where each keeps its configuration, and how it writes a server down."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import Any

from do_nfs_mcp.cli.install.format import Format
from do_nfs_mcp.cli.install.jsonc import Json
from do_nfs_mcp.cli.install.toml import Toml
from do_nfs_mcp.settings import TOKEN_VARIABLES


@dataclass(frozen=True)
class HostEnvironment:
    """What decides where programs keep their configuration.

    Attributes:
        platform: As sys.platform has it: "win32", "darwin", or anything else for Linux and its like.
        variables: The environment's variables.
        home: The person's home folder.
    """

    platform: str
    variables: Mapping[str, str]
    home: str

    def in_home(self, *parts: str) -> PurePath:
        """Return a path below the home folder."""
        return self._path(self.home, *parts)

    def path_from(self, variable: str, default: PurePath) -> PurePath:
        """Return the path that an environment variable holds; the default if it is unset or empty."""
        path = self.variables.get(variable)
        return self._path(path) if path else default

    @property
    def xdg_config(self) -> PurePath:
        """Where programs keep their configuration by the XDG Base Directory Specification."""
        return self.path_from("XDG_CONFIG_HOME", self.in_home(".config"))

    @property
    def application_data(self) -> PurePath:
        """Where programs with windows keep their data."""
        if self.platform == "win32":
            return self.path_from("APPDATA", self.in_home("AppData", "Roaming"))
        if self.platform == "darwin":
            return self.in_home("Library", "Application Support")
        return self.xdg_config

    def _path(self, *parts: str) -> PurePath:
        return PureWindowsPath(*parts) if self.platform == "win32" else PurePosixPath(*parts)


def _command_and_args(command: list[str]) -> dict[str, Any]:
    return {"command": command[0], "args": command[1:]}


@dataclass(frozen=True)
class Host:
    """A program that starts MCP servers.

    Attributes:
        name: What the command line calls it.
        title: What people call it.
        candidates: The configuration files it may read, the one it prefers first.
        section: Where in the configuration the servers are, by name.
        format: What the configuration is written in.
        token_reference: The part of an entry that takes the token from an environment variable, given its name;
            empty if the host cannot do that.
        fixed: What every entry has.
        start: The part of an entry that says what to run, given the program and its arguments.
        variables: What in an entry holds the server's environment variables.
        note: What else the person has to do before the host starts the server, in a sentence.
    """

    name: str
    title: str
    candidates: Callable[[HostEnvironment], list[PurePath]]
    section: str
    format: Format
    token_reference: Callable[[str], dict[str, Any]]
    fixed: Mapping[str, Any]
    start: Callable[[list[str]], dict[str, Any]] = _command_and_args
    variables: str = "env"
    note: str = ""

    def configuration(self, environment: HostEnvironment) -> Path:
        """Return the file to change: the first candidate that is there, or whose folder is, else the last."""
        candidates = [Path(path) for path in self.candidates(environment)]
        there = [path for path in candidates if path.exists()] or [path for path in candidates if path.parent.is_dir()]
        return there[0] if there else candidates[-1]

    def entry(self, command: list[str], token: Mapping[str, Any]) -> dict[str, Any]:
        """Return the server as this host writes it down.

        Args:
            command: The program and its arguments.
            token: The part that gives it the token.
        """
        return {**self.fixed, **self.start(command), **token}


def _claude_desktop(environment: HostEnvironment) -> list[PurePath]:
    name = "claude_desktop_config.json"
    candidates = [environment.application_data / "Claude" / name]
    if environment.platform == "win32":
        # Since 2026 it comes as an MSIX package, which sees this in place of %APPDATA%.
        local = environment.path_from("LOCALAPPDATA", environment.in_home("AppData", "Local"))
        package = local / "Packages" / "Claude_pzs8sxrjxfjjc"
        candidates.insert(0, package / "LocalCache" / "Roaming" / "Claude" / name)
    return candidates


def _expanded_by(form: str, variables: str = "env") -> Callable[[str], dict[str, Any]]:
    return lambda variable: {variables: {variable: form.format(variable)}}


def _not_expanded(_: str) -> dict[str, Any]:
    return {}


def _cline(environment: HostEnvironment) -> list[PurePath]:
    # https://docs.cline.bot/getting-started/config: one file for its extensions and its command line.
    home = environment.path_from("CLINE_DIR", environment.in_home(".cline"))
    data = environment.path_from("CLINE_DATA_DIR", home / "data")
    return [environment.path_from("CLINE_MCP_SETTINGS_PATH", data / "settings" / "cline_mcp_settings.json")]


def _zed(environment: HostEnvironment) -> list[PurePath]:
    # https://zed.dev/docs/configuring-zed: it heeds XDG_CONFIG_HOME on Linux only.
    folders = {"win32": environment.application_data / "Zed", "darwin": environment.in_home(".config", "zed")}
    return [folders.get(environment.platform, environment.xdg_config / "zed") / "settings.json"]


HOSTS = {
    host.name: host
    for host in (
        Host(
            name="claude-desktop",
            title="Claude Desktop",
            candidates=_claude_desktop,
            section="mcpServers",
            format=Json(comments=False),
            token_reference=_not_expanded,
            fixed={},
        ),
        Host(
            name="claude-code",
            title="Claude Code",
            candidates=lambda environment: [
                environment.path_from("CLAUDE_CONFIG_DIR", environment.in_home()) / ".claude.json"
            ],
            section="mcpServers",
            format=Json(comments=False),
            # Without a default, an unset variable arrives as the reference itself.
            token_reference=_expanded_by("${{{}:-}}"),
            fixed={"type": "stdio"},
        ),
        Host(
            name="cursor",
            title="Cursor",
            candidates=lambda environment: [environment.in_home(".cursor", "mcp.json")],
            section="mcpServers",
            format=Json(comments=True),
            token_reference=_expanded_by("${{env:{}}}"),
            fixed={},
        ),
        Host(
            name="vscode",
            title="VS Code",
            candidates=lambda environment: [environment.application_data / "Code" / "User" / "mcp.json"],
            section="servers",
            format=Json(comments=True),
            token_reference=_expanded_by("${{env:{}}}"),
            fixed={"type": "stdio"},
        ),
        Host(
            name="codex",
            title="Codex",
            candidates=lambda environment: [
                environment.path_from("CODEX_HOME", environment.in_home(".codex")) / "config.toml"
            ],
            section="mcp_servers",
            format=Toml(),
            # It hands on the variables that are named and set, and hardly any other.
            token_reference=lambda variable: {"env_vars": list(TOKEN_VARIABLES)},
            fixed={},
        ),
        Host(
            name="gemini-cli",
            title="Gemini CLI",
            candidates=lambda environment: [
                environment.path_from("GEMINI_CLI_HOME", environment.in_home()) / ".gemini" / "settings.json"
            ],
            section="mcpServers",
            format=Json(comments=True),
            # It takes variables with TOKEN in their names out of what a server inherits.
            token_reference=_expanded_by("${{{}}}"),
            fixed={},
            note="Gemini CLI starts servers only in folders you trust. If it does not ask, type /permissions in it; "
            "until then `gemini mcp list` shows the server as Disabled.",
        ),
        Host(
            name="copilot-cli",
            title="Copilot CLI",
            # XDG_CONFIG_HOME, which some of its documentation names, does not move it (seen with 1.0.102).
            candidates=lambda environment: [
                environment.path_from("COPILOT_HOME", environment.in_home(".copilot")) / "mcp-config.json"
            ],
            section="mcpServers",
            format=Json(comments=True),
            # Since 1.0.10: https://github.com/github/copilot-cli/issues/903.
            token_reference=_expanded_by("${{{}:-}}"),
            fixed={"type": "local", "tools": ["*"]},
        ),
        Host(
            name="opencode",
            title="opencode",
            # It reads both, on every system; what the first says outweighs the second.
            candidates=lambda environment: [
                environment.xdg_config / "opencode" / name for name in ("opencode.jsonc", "opencode.json")
            ],
            section="mcp",
            format=Json(comments=True),
            token_reference=_expanded_by("{{env:{}}}", "environment"),
            fixed={"type": "local"},
            start=lambda command: {"command": command},
            variables="environment",
        ),
        Host(
            name="qwen-code",
            title="Qwen Code",
            candidates=lambda environment: [
                environment.path_from("QWEN_HOME", environment.in_home(".qwen")) / "settings.json"
            ],
            section="mcpServers",
            format=Json(comments=True),
            token_reference=_expanded_by("${{{}}}"),
            fixed={},
        ),
        Host(
            name="cline",
            title="Cline",
            candidates=_cline,
            section="mcpServers",
            format=Json(comments=False),
            token_reference=_not_expanded,
            # In seconds. Its command line gives up on any request after 3 otherwise (seen with 3.0.65).
            fixed={"timeout": 60},
        ),
        Host(
            name="zed",
            title="Zed",
            candidates=_zed,
            section="context_servers",
            format=Json(comments=True),
            token_reference=_not_expanded,
            # Older versions, which tell kinds of servers apart by it, take no entry without it.
            fixed={"source": "custom"},
        ),
        Host(
            name="windsurf",
            title="Windsurf",
            # https://docs.windsurf.com/windsurf/cascade/mcp
            candidates=lambda environment: [environment.in_home(".codeium", "windsurf", "mcp_config.json")],
            section="mcpServers",
            format=Json(comments=False),
            token_reference=_expanded_by("${{env:{}}}"),
            fixed={},
        ),
    )
}
OTHER = Host(
    name="other",
    title="This host",
    candidates=lambda environment: [environment.in_home()],
    section="mcpServers",
    format=Json(comments=False),
    token_reference=_not_expanded,
    fixed={},
)
"""The form most other hosts take."""

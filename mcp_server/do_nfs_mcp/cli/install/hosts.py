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

    def folder_from(self, variable: str, default: PurePath) -> PurePath:
        """Return the folder that an environment variable names; the default if it is unset or empty."""
        folder = self.variables.get(variable)
        return self._path(folder) if folder else default

    @property
    def application_data(self) -> PurePath:
        """Where programs with windows keep their data."""
        if self.platform == "win32":
            return self.folder_from("APPDATA", self.in_home("AppData", "Roaming"))
        if self.platform == "darwin":
            return self.in_home("Library", "Application Support")
        return self.folder_from("XDG_CONFIG_HOME", self.in_home(".config"))

    def _path(self, *parts: str) -> PurePath:
        return PureWindowsPath(*parts) if self.platform == "win32" else PurePosixPath(*parts)


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
    """

    name: str
    title: str
    candidates: Callable[[HostEnvironment], list[PurePath]]
    section: str
    format: Format
    token_reference: Callable[[str], dict[str, Any]]
    fixed: Mapping[str, Any]

    def configuration(self, environment: HostEnvironment) -> Path:
        """Return the file to change: the first candidate whose folder is there, else the last."""
        candidates = [Path(path) for path in self.candidates(environment)]
        return next((path for path in candidates if path.parent.is_dir()), candidates[-1])

    def entry(self, command: list[str], token: Mapping[str, Any]) -> dict[str, Any]:
        """Return the server as this host writes it down.

        Args:
            command: The program and its arguments.
            token: The part that gives it the token.
        """
        return {**self.fixed, "command": command[0], "args": command[1:], **token}


def _claude_desktop(environment: HostEnvironment) -> list[PurePath]:
    name = "claude_desktop_config.json"
    candidates = [environment.application_data / "Claude" / name]
    if environment.platform == "win32":
        # Since 2026 it comes as an MSIX package, which sees this in place of %APPDATA%.
        local = environment.folder_from("LOCALAPPDATA", environment.in_home("AppData", "Local"))
        package = local / "Packages" / "Claude_pzs8sxrjxfjjc"
        candidates.insert(0, package / "LocalCache" / "Roaming" / "Claude" / name)
    return candidates


def _expanded_by(form: str) -> Callable[[str], dict[str, Any]]:
    return lambda variable: {"env": {variable: form.format(variable)}}


HOSTS = {
    host.name: host
    for host in (
        Host(
            name="claude-desktop",
            title="Claude Desktop",
            candidates=_claude_desktop,
            section="mcpServers",
            format=Json(comments=False),
            token_reference=lambda variable: {},
            fixed={},
        ),
        Host(
            name="claude-code",
            title="Claude Code",
            candidates=lambda environment: [
                environment.folder_from("CLAUDE_CONFIG_DIR", environment.in_home()) / ".claude.json"
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
                environment.folder_from("CODEX_HOME", environment.in_home(".codex")) / "config.toml"
            ],
            section="mcp_servers",
            format=Toml(),
            # It hands on the variables that are named and set, and hardly any other.
            token_reference=lambda variable: {"env_vars": list(TOKEN_VARIABLES)},
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
    token_reference=lambda variable: {},
    fixed={},
)
"""The form most other hosts take."""

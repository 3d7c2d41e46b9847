"""The hosts `do-nfs-mcp install` knows: where each keeps its configuration, and how it writes a server down."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import Any

from do_nfs_mcp.cli.install.entries import Format
from do_nfs_mcp.cli.install.jsonc import Json
from do_nfs_mcp.cli.install.toml import Toml
from do_nfs_mcp.settings import TOKEN_VARIABLES


@dataclass(frozen=True)
class HostEnvironment:
    """What decides where programs keep their configuration.

    Attributes:
        platform: As sys.platform has it: "win32", "darwin", or anything else for Linux and its like.
        environment: The environment's variables.
        home: The person's home folder.
    """

    platform: str
    environment: Mapping[str, str]
    home: str

    def at_home(self, *parts: str) -> PurePath:
        """A path below the home folder."""
        return self._path(self.home, *parts)

    def named(self, variable: str, otherwise: PurePath) -> PurePath:
        """The folder an environment variable names; the other one if it is unset or empty."""
        folder = self.environment.get(variable)
        return self._path(folder) if folder else otherwise

    @property
    def application_data(self) -> PurePath:
        """Where programs with windows keep their data."""
        if self.platform == "win32":
            return self.named("APPDATA", self.at_home("AppData", "Roaming"))
        if self.platform == "darwin":
            return self.at_home("Library", "Application Support")
        return self.named("XDG_CONFIG_HOME", self.at_home(".config"))

    def _path(self, *parts: str) -> PurePath:
        return PureWindowsPath(*parts) if self.platform == "win32" else PurePosixPath(*parts)


@dataclass(frozen=True)
class Host:
    """A program that starts MCP servers.

    Attributes:
        name: What the command line calls it.
        title: What people call it.
        places: The configuration files it may read, the one it prefers first.
        section: Where in the configuration the servers are, by name.
        format: What the configuration is written in.
        reference: The part of an entry that takes the token from an environment variable, given its name; empty if
            the host cannot do that.
        always: What every entry has.
    """

    name: str
    title: str
    places: Callable[[HostEnvironment], list[PurePath]]
    section: str
    format: Format
    reference: Callable[[str], dict[str, Any]]
    always: Mapping[str, Any]

    def configuration(self, place: HostEnvironment) -> Path:
        """The file to change: the first place whose folder is there, else the last."""
        places = [Path(path) for path in self.places(place)]
        return next((path for path in places if path.parent.is_dir()), places[-1])

    def entry(self, command: list[str], token: Mapping[str, Any]) -> dict[str, Any]:
        """The server as this host writes it down.

        Args:
            command: The program and its arguments.
            token: The part that gives it the token.
        """
        return {**self.always, "command": command[0], "args": command[1:], **token}


def _claude_desktop(place: HostEnvironment) -> list[PurePath]:
    name = "claude_desktop_config.json"
    places = [place.application_data / "Claude" / name]
    if place.platform == "win32":
        # Since 2026 it comes as an MSIX package, which sees this in place of %APPDATA%.
        package = place.named("LOCALAPPDATA", place.at_home("AppData", "Local")) / "Packages" / "Claude_pzs8sxrjxfjjc"
        places.insert(0, package / "LocalCache" / "Roaming" / "Claude" / name)
    return places


def _expanded_by(form: str) -> Callable[[str], dict[str, Any]]:
    return lambda variable: {"env": {variable: form.format(variable)}}


HOSTS = {
    host.name: host
    for host in (
        Host(
            name="claude-desktop",
            title="Claude Desktop",
            places=_claude_desktop,
            section="mcpServers",
            format=Json(comments=False),
            reference=lambda variable: {},
            always={},
        ),
        Host(
            name="claude-code",
            title="Claude Code",
            places=lambda place: [place.named("CLAUDE_CONFIG_DIR", place.at_home()) / ".claude.json"],
            section="mcpServers",
            format=Json(comments=False),
            # Without a default, an unset variable arrives as the reference itself.
            reference=_expanded_by("${{{}:-}}"),
            always={"type": "stdio"},
        ),
        Host(
            name="cursor",
            title="Cursor",
            places=lambda place: [place.at_home(".cursor", "mcp.json")],
            section="mcpServers",
            format=Json(comments=True),
            reference=_expanded_by("${{env:{}}}"),
            always={},
        ),
        Host(
            name="vscode",
            title="VS Code",
            places=lambda place: [place.application_data / "Code" / "User" / "mcp.json"],
            section="servers",
            format=Json(comments=True),
            reference=_expanded_by("${{env:{}}}"),
            always={"type": "stdio"},
        ),
        Host(
            name="codex",
            title="Codex",
            places=lambda place: [place.named("CODEX_HOME", place.at_home(".codex")) / "config.toml"],
            section="mcp_servers",
            format=Toml(),
            # It hands on the variables that are named and set, and hardly any other.
            reference=lambda variable: {"env_vars": list(TOKEN_VARIABLES)},
            always={},
        ),
    )
}
OTHER = Host(
    name="other",
    title="This host",
    places=lambda place: [place.at_home()],
    section="mcpServers",
    format=Json(comments=False),
    reference=lambda variable: {},
    always={},
)
"""The form most other hosts take."""

"""Clients that cannot ask the person and are not made to play: what docs/hosts.md says of them all the same."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NotPlayed:
    """Such a client.

    Attributes:
        title: Its name.
        version: The version that what is said of it was seen in.
        reads: What its model reads of a result.
        connect: How a person connects it with the server, in a line.
        hides_display: Whether it is known to start the server without the variables that say where the display is.
    """

    title: str
    version: str
    reads: str
    connect: str
    hides_display: bool = False


NOT_PLAYED = (
    NotPlayed(
        title="Kilo",
        version="7.7",
        reads="text",
        connect="an entry in `mcp` of `~/.config/kilo/kilo.jsonc`.",
    ),
    NotPlayed(title="Cline", version="3.0", reads="both", connect="`do-nfs-mcp install cline`.", hides_display=True),
    NotPlayed(
        title="Continue",
        version="1.5",
        reads="text",
        connect="`{name: nfs, command: do-nfs-mcp}` in the list `mcpServers` of `~/.continue/config.yaml`.",
        hides_display=True,
    ),
    NotPlayed(
        title="Mistral Vibe",
        version="3.0",
        reads="structured content",
        connect='`name = "nfs"`, `transport = "stdio"` and `command = "do-nfs-mcp"` in `[[mcp_servers]]` of '
        "`~/.vibe/config.toml`.",
        hides_display=True,
    ),
)

"""A session that stays up for a player in a shell, whose commands reach it. Needs nothing but Python."""

import json
import socket
from pathlib import Path
from typing import Any

PORT_FILE = "port"


class NoSessionError(Exception):
    """There is no session to send a command to; the text says so."""


def is_under_way(folder: Path) -> bool:
    """Return whether a session takes commands in a folder."""
    try:
        with _connect(folder):
            return True
    except (OSError, ValueError):
        return False


def send(folder: Path, command: dict[str, Any]) -> tuple[str, int]:
    """Send a command to the session of a folder.

    Args:
        folder: The session's.
        command: `do`, and what that takes.

    Returns:
        What it says, and the exit status that goes with it.

    Raises:
        NoSessionError: If no session is under way there, or it ends without an answer.
    """
    try:
        with _connect(folder) as connection, connection.makefile("rw", encoding="utf-8") as file:
            file.write(json.dumps(command) + "\n")
            file.flush()
            answer = json.loads(file.readline())
    except (OSError, ValueError) as error:
        raise NoSessionError(f"No session is under way in {folder}; scripts/eval begin starts one.") from error
    return answer["text"], answer["status"]


def _connect(folder: Path) -> socket.socket:
    port = int((folder / PORT_FILE).read_text(encoding="utf-8"))
    return socket.create_connection(("127.0.0.1", port))

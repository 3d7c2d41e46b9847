"""What a client is: how it is connected with the server, and how it is made to play."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

STDIO, HTTP = "stdio", "HTTP"
Play = tuple[str, str]
"""A conversation: a client, by its name in the pins, and a transport."""
KEY = "sk-nobody"
"""The key of the model, which takes any."""


@dataclass(frozen=True)
class Stage:
    """What a client plays on.

    Attributes:
        programs: The folder with the client's programs.
        home: Its empty home, in which it is started.
        server: The command of the server, which is to be started over stdio.
        url: Where the server is instead, if it is to be reached over HTTP.
        model: The URL of the model.
    """

    programs: Path
    home: Path
    server: list[str]
    url: str
    model: str

    def write(self, path: str, text: str) -> Path:
        """Put a file into the home."""
        file = self.home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file


@dataclass(frozen=True)
class Client:
    """A client, and how it is made to play.

    Attributes:
        title: Its name.
        connect: How a person connects it with the server, in a line.
        start: Makes its configuration, and gives the command that plays the conversation.
        environment: What it needs besides.
        has_model: Whether a model calls; if not, the client's own program does.
        transports: How it is made to reach the server, one conversation for each.
    """

    title: str
    connect: str
    start: Callable[[Stage], list[str]]
    environment: Mapping[str, str] = field(default_factory=dict)
    has_model: bool = True
    transports: tuple[str, ...] = (STDIO,)

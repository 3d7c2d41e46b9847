"""What the places that a token can be kept in have in common."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from do_nfs_mcp.audience import for_reader

__all__ = ["NoTokenError", "TokenSource", "checked", "is_placeholder", "is_token", "no_token"]

_PLACEHOLDER = re.compile(
    r".*\.\.\.|<.*>|\{.*\}|(do[por]_v1_)?(x+|\*+|((my|some|the|your)[-_]?)?((access|api|digitalocean|do)[-_]?)*"
    r"token([-_]?here)?)",
    re.IGNORECASE,
)


class NoTokenError(Exception):
    """There is no token. The text says why, and what to do.

    Args:
        text: The text.
        problem: Why, as a part of a sentence.
    """

    def __init__(self, text: str, problem: str = "") -> None:
        super().__init__(text)
        self.problem = problem


@dataclass(frozen=True)
class TokenSource:
    """Where a token is kept.

    Attributes:
        found: What to say of a token that was found there, such as "FILE holds one".
        replace: What the operator has to do to give it another, such as "put a valid one into FILE".
        read: Returns the token that is there now. Raises NoTokenError.
        needs_restart: Whether another token counts only after the server was started again.
        pause: For how many seconds nothing is read after that was in vain.
    """

    found: str
    replace: str
    read: Callable[[], Awaitable[str]]
    needs_restart: bool = False
    pause: float = 0


def is_token(text: str) -> bool:
    """Return whether a text can be a token: a single word of what is printable in ASCII."""
    return text.isascii() and text.isprintable() and " " not in text and text != ""


def is_placeholder(token: str) -> bool:
    """Return whether a text only holds a token's place, as documentation has it: dop_v1_..., <token> or your-token."""
    return _PLACEHOLDER.fullmatch(token) is not None


def checked(text: str, where: str) -> str:
    """Return the token that a text consists of, white space around it aside.

    Args:
        text: What was found.
        where: What it was found in, to begin a sentence.

    Raises:
        NoTokenError: If it is none, in words that do not repeat it.
    """
    token = text.strip()
    if not token:
        raise no_token(f"{where} holds nothing")
    if not is_token(token):
        raise no_token(f"{where} holds more than a token: several words, or characters that no token has")
    return token


def no_token(problem: str) -> NoTokenError:
    """Return the error for a token that cannot be had. problem: Why, as a part of a sentence."""
    mend = for_reader(
        "The server's operator has to mend that, without restarting it; then try again.",
        "Mend that, then try again.",
    )
    return NoTokenError(f"There is no DigitalOcean token, so nothing was sent: {problem}. {mend}", problem)

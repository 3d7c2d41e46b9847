"""Commands as one line of text, which no shell reads."""

import os
import shlex
from collections.abc import Sequence

__all__ = ["join", "split"]


def split(command: str) -> list[str]:
    """Return the program and the arguments of a command.

    On POSIX it is split as a shell would. On Windows a backslash is a character like any other, and quotes go around a
    whole argument.

    Args:
        command: The line.

    Raises:
        ValueError: If it has a quote without an end, or no program; in words.
    """
    words = shlex.split(command, posix=os.name != "nt")
    if os.name == "nt":
        words = [word[1:-1] if len(word) > 1 and word[0] == word[-1] and word[0] in "\"'" else word for word in words]
    if not words or not words[0]:
        raise ValueError("no program")
    return words


def join(words: Sequence[str]) -> str:
    """Return the line that split() makes these words of.

    Args:
        words: The program and its arguments.
    """
    if os.name == "nt":
        return " ".join(word if word and not set(word) & set(" \t'") else f'"{word}"' for word in words)
    return shlex.join(words)

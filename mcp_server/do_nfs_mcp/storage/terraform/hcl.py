"""Writes HCL, the language of Terraform's files, as `terraform fmt` lays it out.

All of it is ASCII, so that the file is the same whatever encoding it is printed in.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import chain, count
from textwrap import indent

__all__ = ["Labels", "block", "boolean", "comment", "identifier", "listed", "string"]

# Quotes, too, also two single ones, so that a reader sees where a string ends; and what begins an interpolation
# or a directive.
_ACTS = re.compile(r"""[^ -~]|["\\]|(?<=['`])['`]|[$%](?=\{)""")
_SHORT = {"\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t"}
_LONGEST_IDENTIFIER = 60


def string(text: str) -> str:
    """Return a text as a string in which nothing is interpolated.

    Args:
        text: Any text. What is not ASCII is written as its code.
    """
    return f'"{_ACTS.sub(_code, text)}"'


def boolean(value: bool) -> str:
    """Return true or false."""
    return "true" if value else "false"


def listed(values: Iterable[str]) -> str:
    """Return a list of what is HCL already."""
    return f"[{', '.join(values)}]"


def comment(text: str) -> str:
    """Return a comment, on one line.

    Args:
        text: What it says. Whatever is in it, nothing of it stands outside the comment.
    """
    return "# " + "".join(c if " " <= c <= "~" else c.encode("unicode_escape").decode() for c in text)


def block(head: str, arguments: Mapping[str, str], *inner: str) -> str:
    """Return a block.

    Args:
        head: What stands before its brace, such as `resource "a" "b"`.
        arguments: What is HCL already, by name.
        inner: The blocks in it.
    """
    width = max(map(len, arguments), default=0)
    lines = "\n".join(f"{name:<{width}} = {value}" for name, value in arguments.items())
    body = "\n\n".join(filter(None, [lines, *inner]))
    return f"{head} {{\n{indent(body, '  ')}\n}}"


def identifier(text: str, prefix: str) -> str:
    """Return what is left of a text as an identifier of small letters, digits and underscores.

    Args:
        text: Any text, also an empty one.
        prefix: What stands before it if it does not begin with a letter. It begins with one itself.
    """
    found = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    prefixed = found if found[:1].isalpha() else f"{prefix}_{found}"
    return prefixed[:_LONGEST_IDENTIFIER].rstrip("_")


class Labels:
    """The labels of a file's resources. No two of one kind are the same."""

    def __init__(self) -> None:
        self._taken: set[tuple[str, str]] = set()

    def new(self, kind: str, wanted: str) -> str:
        """Return a label that is not taken yet: the one that is wanted or, from its second use on, that with a number.

        Args:
            kind: The kind of resource.
            wanted: An identifier.
        """
        numbered = (f"{wanted}_{number}" for number in count(2))
        label = next(label for label in chain([wanted], numbered) if (kind, label) not in self._taken)
        self._taken.add((kind, label))
        return label


def _code(found: re.Match[str]) -> str:
    character = ord(found[0])
    return _SHORT.get(found[0]) or (f"\\u{character:04x}" if character <= 0xFFFF else f"\\U{character:08x}")

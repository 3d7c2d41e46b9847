"""Which tools a server offers, by what its operator allows."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

__all__ = ["Destructive", "Offering"]

Destructive = Literal["ask", "allow", "deny"]


@dataclass(frozen=True)
class Offering:
    """What the operator lets a server offer.

    Attributes:
        read_only: Whether only such tools are offered as change nothing.
        destructive: Whether what takes something away is offered, for which it must not be "deny".
        tools: The names, or patterns of names, of the tools that are offered; none for all.
        exclude_tools: Those of the tools that are not offered, whatever else is said.
    """

    read_only: bool = False
    destructive: Destructive = "ask"
    tools: Sequence[str] = ()
    exclude_tools: Sequence[str] = ()

    def why_left_out(self, name: str, *, reads: bool, destroys: bool) -> str:
        """Return why a tool is not offered, as the end of a sentence that begins with its name; "" if it is.

        Args:
            name: The tool's name.
            reads: Whether the tool changes nothing.
            destroys: Whether it takes something away.
        """
        if self.read_only and not reads:
            return "changes storage, which --read-only forbids"
        if destroys and self.destructive == "deny":
            return "takes something away, which --destructive deny forbids"
        if any(fnmatchcase(name, pattern) for pattern in self.exclude_tools):
            return f"is left out by --exclude-tools {','.join(self.exclude_tools)}"
        if self.tools and not any(fnmatchcase(name, pattern) for pattern in self.tools):
            return f"is left out by --tools {','.join(self.tools)}"
        return ""

"""Which tools a server offers, by what whoever runs it allows."""

from typing import Literal

__all__ = ["Destructive", "why_left_out"]

Destructive = Literal["ask", "allow", "deny"]


def why_left_out(reads: bool, destroys: bool, *, read_only: bool, destructive: Destructive) -> str:
    """Return why a tool is not offered, as the end of a sentence that begins with its name; "" if it is.

    Args:
        reads: Whether the tool changes nothing.
        destroys: Whether it takes something away.
        read_only: Whether only such tools are offered as change nothing.
        destructive: Whether what takes something away is offered, for which it must not be "deny".
    """
    if read_only and not reads:
        return "changes storage and this server was started with --read-only"
    if destroys and destructive == "deny":
        return "takes something away and this server was started with --destructive deny"
    return ""

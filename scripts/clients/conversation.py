"""The conversation that every client plays: what the model calls, in order, and what the person answers."""

from dataclasses import asdict, dataclass
from typing import Any

PROMPT = "Play the conversation."
VPC = "5d1f0c3e-7b2a-4e69-8f14-0a9c6b3d2e71"
"""The default VPC of nyc2 in every sandbox."""


@dataclass(frozen=True)
class Call:
    """A call of a tool.

    Attributes:
        tool: The tool's name.
        arguments: What the model writes.
        refusal: Words that the server has to refuse it with; "" if it has to do it.
    """

    tool: str
    arguments: dict[str, Any]
    refusal: str = ""


CALLS = (
    Call("get_storage_overview", {}),
    Call("create_share", {"name": "web", "region": "nyc2", "size_gib": 100, "vpc_ids": [VPC]}),
    Call(
        "create_access_point",
        {
            "share": "web",
            "name": "app",
            "path": "/app",
            "vpc_id": VPC,
            "access_policy": {"squash_config": "ALL_SQUASH", "protocols": ["NFS4"]},
        },
    ),
    Call("get_share", {"share": "no-such-share"}, refusal="no share has the name or id"),
    Call("delete_share", {"share": "web"}),
)
ASKS = "delete_share"
"""The tool of these that asks the person first."""
CANNOT_ASK = "a person has to confirm"
"""Words that the server has to refuse it with if the person cannot be asked, as over HTTP."""
ANSWER = {"name": "web"}
"""What the person types when they are asked whether the share may be deleted."""


def as_data() -> list[dict[str, Any]]:
    """The calls as JSON has them."""
    return [asdict(call) for call in CALLS]

"""One call of an operation, and how it starts what takes effect later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from do_nfs_sandbox.api.representations import represent_action

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from do_nfs_sandbox.state.store import Store

__all__ = ["Call", "start_action"]


class Call(NamedTuple):
    """One call of an operation, allowed by the contract.

    Attributes:
        store: The state, inside a transaction.
        now: When it is made, in seconds since 1970.
        done_at: When a change that it starts takes effect, in seconds since 1970.
        path: Path parameters by name.
        query: Query parameters by name, without those that are absent and have no default.
        body: The body as data.
        url: The request's URL without its query.
        fails: Whether a change that it starts comes to nothing when it is due.
        strict_names: Whether the names of new shares have to keep to the rule of DigitalOcean's Terraform provider.
        regions: The slugs of the regions that the account sees.
    """

    store: Store
    now: float
    done_at: float
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any
    url: str
    fails: bool = False
    strict_names: bool = False
    regions: Sequence[str] = ()


def start_action(
    call: Call,
    action_type: str,
    resource_id: str,
    region: str,
    params: Mapping[str, Any] | None = None,
    resource_type: str = "SHARE",
) -> dict[str, Any]:
    """Record an action that takes effect when the call says.

    Args:
        call: What starts it.
        action_type: One of the types in `state.transitions`.
        resource_id: What it changes.
        region: Where that is.
        params: What the type of action needs to know.
        resource_type: SHARE or SNAPSHOT.

    Returns:
        The action as NFS operations show it.
    """
    row = call.store.insert_action(
        type=action_type,
        resource_id=resource_id,
        resource_type=resource_type,
        region=region,
        params={**(params or {}), **({"fails": True} if call.fails else {})},
        now=call.now,
        completes_at=call.done_at,
    )
    return represent_action(row)

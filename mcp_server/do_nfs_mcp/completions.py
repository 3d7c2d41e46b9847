"""Completes what a person types as an argument of a prompt or in a resource's URI."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, get_args

import anyio
from mcp_types import Completion, CompletionArgument, CompletionContext, PromptReference, ResourceTemplateReference
from pydantic import ValidationError

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.ids import as_uuid
from do_nfs_mcp.api.statuses import existing
from do_nfs_mcp.api.untrusted_text import escaped
from do_nfs_mcp.storage.views import ShareView, SnapshotView, VpcView
from do_nfs_mcp.tools import arguments
from do_nfs_mcp.tools.service import current_service

if TYPE_CHECKING:
    from do_nfs_mcp.api.client import NfsApi

__all__ = ["complete"]

T = TypeVar("T")

# What the protocol allows in one answer.
_MAX_VALUES = 100
# Nobody who types waits for longer.
_SECONDS = 5
_REGIONS = ("ams3", "atl1", "mem1", "mkc1", "nyc2", "ric1")


@dataclass(frozen=True)
class _Choice:
    """Something that may be meant.

    Attributes:
        value: What the argument would become.
        key: What may begin with what was typed, as the name may.
        name: What may have in it what was typed; an empty text if it has no name.
    """

    value: str
    key: str
    name: str = ""

    def rank(self, typed: str) -> int | None:
        """Return how well it fits what was typed, the best first; None if it does not fit."""
        if self.key.casefold().startswith(typed) or self.name.casefold().startswith(typed):
            return 0
        return 1 if typed in self.name.casefold() else None


async def complete(
    ref: PromptReference | ResourceTemplateReference, argument: CompletionArgument, context: CompletionContext | None
) -> Completion:
    """Return what an argument may become.

    Args:
        ref: The prompt or the resource. An argument of the same name means the same wherever it is one.
        argument: The argument's name, and what was typed.
        context: The other arguments, which make no difference.
    """
    find = _FIND.get(argument.name)
    typed = argument.value.strip().casefold()
    ranked = [(choice.rank(typed), choice) for choice in (await find(current_service().api) if find else [])]
    fitting = sorted(
        (rank, choice.name.casefold(), choice.key, choice.value) for rank, choice in ranked if rank is not None
    )
    values = [value for *_, value in fitting]
    return Completion(values=values[:_MAX_VALUES], total=len(values), has_more=len(values) > _MAX_VALUES)


async def _regions(api: NfsApi) -> list[_Choice]:
    of_shares = {share.region for share in await _unless_it_fails(_shares(api))}
    of_vpcs = {vpc.region for vpc in await _unless_it_fails(_vpcs(api))}
    return [_Choice(region, region) for region in of_shares.union(of_vpcs, _REGIONS) if _can_be_typed(region)]


async def _tiers(_: NfsApi) -> list[_Choice]:
    return [_Choice(tier, tier) for tier in get_args(arguments.PerformanceTier)]


async def _share_ids(api: NfsApi) -> list[_Choice]:
    return [_Choice(share.id, share.id, share.name) for share in await _unless_it_fails(_shares(api))]


def _by_name(
    read: Callable[[NfsApi], Awaitable[Sequence[ShareView | SnapshotView | VpcView]]],
) -> Callable[[NfsApi], Awaitable[list[_Choice]]]:
    """Make what finds things by their names or, where a name is not enough, their ids."""

    async def find(api: NfsApi) -> list[_Choice]:
        things = await _unless_it_fails(read(api))
        names = Counter(thing.name for thing in things)
        return [
            _Choice(
                thing.name if names[thing.name] == 1 and _can_be_typed(thing.name) else thing.id, thing.id, thing.name
            )
            for thing in things
        ]

    return find


async def _snapshot_ids(api: NfsApi) -> list[_Choice]:
    return [_Choice(found.id, found.id, found.name) for found in await _unless_it_fails(_snapshots(api))]


async def _shares(api: NfsApi) -> list[ShareView]:
    return existing(map(ShareView.of, await api.list_shares()))


async def _snapshots(api: NfsApi) -> list[SnapshotView]:
    return existing(map(SnapshotView.of, await api.list_snapshots()))


async def _vpcs(api: NfsApi) -> list[VpcView]:
    return [VpcView.of(vpc) for vpc in await api.list_vpcs()]


async def _unless_it_fails(reading: Awaitable[Sequence[T]]) -> Sequence[T]:
    try:
        with anyio.fail_after(_SECONDS):
            return await reading
    except (NfsError, ValidationError, TimeoutError):
        # Nobody who types is to be bothered with it: the call that comes after says what is wrong.
        return []


def _can_be_typed(name: str) -> bool:
    """Return whether a name stays the same wherever it is written, and is not taken for an id."""
    return bool(name.strip()) and name == name.strip() and escaped(name) == name and as_uuid(name) is None


_FIND: dict[str, Callable[[NfsApi], Awaitable[list[_Choice]]]] = {
    "region": _regions,
    "performance_tier": _tiers,
    "share": _by_name(_shares),
    "share_id": _share_ids,
    "snapshot": _by_name(_snapshots),
    "snapshot_id": _snapshot_ids,
    "vpc": _by_name(_vpcs),
}

"""The tool that writes storage as a Terraform configuration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

from mcp_types import CallToolResult

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.scopes import LIST
from do_nfs_mcp.api.statuses import existing
from do_nfs_mcp.api.unreadable import unreadable
from do_nfs_mcp.api.untrusted_text import plain, quoted
from do_nfs_mcp.observability.failure import FailureKind
from do_nfs_mcp.storage.terraform import TerraformView, terraform_configuration
from do_nfs_mcp.storage.views import AccessPointView, ShareView, SnapshotView
from do_nfs_mcp.tools import arguments
from do_nfs_mcp.tools.service import Service, ServiceContext, service_for
from do_nfs_mcp.tools.tool import Effect, ToolSpec, answer
from do_nfs_mcp.tools.vpc_lookup import name_vpcs

if TYPE_CHECKING:
    from do_nfs_mcp.api.client import NfsApi

__all__ = ["SPECS", "TERRAFORM", "as_terraform"]

TERRAFORM = "nfs://terraform"
"""The URI at which a host reads all shares; a query has what the tool takes, shares as ids with commas between."""


async def export_terraform(
    context: ServiceContext,
    region: arguments.OptionalRegion = "",
    shares: arguments.OptionalShares = None,
    include_snapshots: arguments.IncludeSnapshots = False,
) -> Annotated[CallToolResult, TerraformView]:
    """Write shares, their VPC attachments and access points as Terraform with import blocks. By default all."""
    return answer(await as_terraform(service_for(context), region, shares or [], include_snapshots))


async def as_terraform(
    service: Service, region: str = "", wanted: Sequence[str] = (), include_snapshots: bool = False
) -> TerraformView:
    """Return storage as a Terraform configuration.

    Args:
        service: What the call uses.
        region: Only what is in this region; an empty text for all.
        wanted: The shares' ids or exact names; none for all.
        include_snapshots: Whether snapshots are in it.

    Raises:
        NfsError: It cannot be read, or a share that is wanted is not there, or not in the region, or nothing is in the
            region.
    """
    api = service.api
    listed = [await api.find_share(each) for each in wanted] if wanted else await api.list_shares(region)
    # A share may be named twice, by its id and by its name.
    found = {share.id: share for share in listed}
    for share in found.values():
        if wanted and region and share.region != region:
            raise NfsError(
                f"Nothing was done: share {quoted(share.name)} ({plain(share.id)}) is in {plain(share.region)}, not in "
                f"{plain(region)}. Leave region out where shares are named."
            )
    points = [AccessPointView.of(p) for share in found.values() for p in (await api.access_points_of(share)).things]
    snapshots = await _snapshots(api, region, list(found) if wanted else None) if include_snapshots else []
    is_empty = not existing(found.values()) and not existing(snapshots)
    if region and is_empty and not unreadable():
        raise await _nothing_in(api, region)
    shares = list(map(ShareView.of, found.values()))
    await name_vpcs(service, [*shares, *points])
    return terraform_configuration(
        shares,
        points,
        snapshots,
        _uri(region, list(found) if wanted else [], include_snapshots),
        unreadable(),
    )


async def _nothing_in(api: NfsApi, region: str) -> NfsError:
    regions = sorted({plain(share.region) for share in existing(await api.list_shares())})
    return NfsError(
        f"Nothing was written: there is no share in {quoted(region, 60)}. "
        + (f"There are shares in {', '.join(regions)}." if regions else "There is none in any other region, either."),
        kind=FailureKind.NOT_FOUND,
    )


async def _snapshots(api: NfsApi, region: str, share_ids: list[str] | None) -> list[SnapshotView]:
    if share_ids is None:
        return [SnapshotView.of(taken) for taken in await api.list_snapshots(region)]
    return [SnapshotView.of(taken) for each in share_ids for taken in await api.list_snapshots(share_id=each)]


def _uri(region: str, share_ids: list[str], include_snapshots: bool) -> str:
    query = {"region": region, "shares": ",".join(share_ids), "include_snapshots": "true" * include_snapshots}
    given = urlencode({name: value for name, value in query.items() if value})
    return f"{TERRAFORM}?{given}" if given else TERRAFORM


SPECS = (ToolSpec(export_terraform, "Export as Terraform", Effect.READS, LIST, prints="hcl"),)

"""What tools return: small shapes that a host can check and store, each with one compact text for a model to read.

A field that an answer lacks is left out. Statuses and tiers are plain texts, since servers add new ones at any time.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, Self, TypeVar
from uuid import UUID

from do_nfs_client.models import AccessPoint, AccessPolicy, Share, ShareAction, Snapshot, Vpc
from do_nfs_client.types import Unset
from pydantic import BaseModel

from do_nfs_mcp.errors import plain, quoted

T = TypeVar("T")

_TIER_PREFIX = "PERFORMANCE_TIER_"


class View(BaseModel):
    """A shape that tools return."""

    def text(self) -> str:
        """The same for a model to read, with every id that a next call needs."""
        raise NotImplementedError


class AccessPolicyView(View):
    """Who a client's users are on the share, and by which protocols it is mounted."""

    anonuid: int
    anongid: int
    protocols: list[str]
    squash_config: str
    identity_enforcement_enabled: bool

    @classmethod
    def of(cls, policy: AccessPolicy) -> Self:
        """Make it from an answer of the API."""
        return cls(
            anonuid=policy.anonuid,
            anongid=policy.anongid,
            protocols=[str(p) for p in policy.protocols],
            squash_config=str(policy.squash_config),
            identity_enforcement_enabled=policy.identity_enforcement_enabled,
        )

    def text(self) -> str:
        enforcement = ", identities enforced" if self.identity_enforcement_enabled else ""
        protocols = plain("/".join(self.protocols))
        return f"{plain(self.squash_config)} as {self.anonuid}:{self.anongid}, {protocols}{enforcement}"


class AccessPointView(View):
    """A path of a share, exported under its own policy."""

    id: UUID
    name: str
    share_id: UUID
    path: str
    status: str
    is_default: bool
    vpc_id: UUID | None = None
    access_policy: AccessPolicyView
    created_at: datetime
    updated_at: datetime | None = None

    @classmethod
    def of(cls, point: AccessPoint) -> Self:
        """Make it from an answer of the API."""
        return cls(
            id=point.id,
            name=point.name,
            share_id=point.share_id,
            path=point.path,
            status=str(point.status),
            is_default=point.is_default,
            vpc_id=_known(point.vpc_id),
            access_policy=AccessPolicyView.of(point.access_policy),
            created_at=point.created_at,
            updated_at=point.updated_at or None,
        )

    def text(self) -> str:
        default = ", the default one" if self.is_default else ""
        vpc = f", VPC {self.vpc_id}" if self.vpc_id else ""
        return (
            f"access point {quoted(self.name)} ({self.id}) of share {self.share_id}: {plain(self.status)}{default}, "
            f"path {quoted(self.path)}{vpc}, {self.access_policy.text()}"
        )


class ShareView(View):
    """A share."""

    id: UUID
    name: str
    region: str
    size_gib: int
    status: str
    performance_tier: str | None = None
    host: str | None = None
    mount_path: str | None = None
    vpc_ids: list[UUID]
    access_points: list[AccessPointView] | None = None
    created_at: datetime

    @classmethod
    def of(cls, share: Share) -> Self:
        """Make it from an answer of the API."""
        points = _known(share.access_points)
        tier = _known(share.performance_tier)
        return cls(
            id=share.id,
            name=share.name,
            region=share.region,
            size_gib=share.size_gib,
            status=str(share.status),
            # Requests and people say "high", answers PERFORMANCE_TIER_HIGH.
            performance_tier=str(tier).removeprefix(_TIER_PREFIX).lower() if tier else None,
            host=_known(share.host) or None,
            mount_path=_known(share.mount_path) or None,
            vpc_ids=_known(share.vpc_ids) or [],
            access_points=[AccessPointView.of(p) for p in points] if points else None,
            created_at=share.created_at,
        )

    def text(self) -> str:
        tier = f", {plain(self.performance_tier)} tier" if self.performance_tier else ""
        mount = f", mount {plain(f'{self.host}:{self.mount_path}')}" if self.host and self.mount_path else ""
        vpcs = f", VPCs {', '.join(map(str, self.vpc_ids))}" if self.vpc_ids else ", attached to no VPC"
        return (
            f"share {quoted(self.name)} ({self.id}) in {plain(self.region)}: {plain(self.status)}, "
            f"{self.size_gib} GiB{tier}{mount}{vpcs}"
        )


class SnapshotView(View):
    """A snapshot."""

    id: UUID
    name: str
    share_id: UUID
    region: str
    size_gib: int
    status: str
    created_at: datetime

    @classmethod
    def of(cls, snapshot: Snapshot) -> Self:
        """Make it from an answer of the API."""
        return cls(
            id=snapshot.id,
            name=snapshot.name,
            share_id=snapshot.share_id,
            region=snapshot.region,
            size_gib=snapshot.size_gib,
            status=str(snapshot.status),
            created_at=snapshot.created_at,
        )

    def text(self) -> str:
        return (
            f"snapshot {quoted(self.name)} ({self.id}) of share {self.share_id} in {plain(self.region)}: "
            f"{plain(self.status)}, {self.size_gib} GiB, taken {self.created_at:%Y-%m-%d %H:%M}"
        )


class VpcView(View):
    """A VPC."""

    id: UUID
    name: str
    region: str
    description: str | None = None
    ip_range: str | None = None
    default: bool | None = None

    @classmethod
    def of(cls, vpc: Vpc) -> Self:
        """Make it from an answer of the API."""
        return cls(
            id=vpc.id,
            name=vpc.name,
            region=vpc.region,
            description=_known(vpc.description) or None,
            ip_range=_known(vpc.ip_range) or None,
            default=_known(vpc.default),
        )

    def text(self) -> str:
        details = [plain(self.region), plain(self.ip_range) if self.ip_range else ""]
        details += [
            "the region's default" if self.default else "",
            quoted(self.description) if self.description else "",
        ]
        return f"VPC {quoted(self.name)} ({self.id}): {', '.join(filter(None, details))}"


class ActionView(View):
    """A change of a share that was started."""

    id: str | None = None
    type: str
    status: str
    resource_type: str
    resource_id: UUID
    region_slug: str
    started_at: datetime

    @classmethod
    def of(cls, action: ShareAction) -> Self:
        """Make it from an answer of the API."""
        return cls(
            id=_known(action.id),
            type=action.type_,
            status=str(action.status),
            resource_type=str(action.resource_type),
            resource_id=action.resource_id,
            region_slug=action.region_slug,
            started_at=action.started_at,
        )

    def text(self) -> str:
        kind = plain(self.resource_type.lower())
        action = f" (action {plain(self.id)})" if self.id else ""
        return f"{plain(self.type)} is {plain(self.status)} on {kind} {self.resource_id}{action}"


class DeletedView(View):
    """Something that was deleted for good."""

    deleted: Literal["share", "snapshot"]
    id: UUID

    def text(self) -> str:
        return f"deleted {self.deleted} {self.id}"


class ShareListView(View):
    """Shares."""

    total: int
    shares: list[ShareView]

    @classmethod
    def of(cls, shares: Iterable[Share]) -> Self:
        """Make it from an answer of the API."""
        views = [ShareView.of(share) for share in shares]
        return cls(total=len(views), shares=views)

    def text(self) -> str:
        return _listed("share", self.shares)


class SnapshotListView(View):
    """Snapshots."""

    total: int
    snapshots: list[SnapshotView]

    @classmethod
    def of(cls, snapshots: Iterable[Snapshot]) -> Self:
        """Make it from an answer of the API."""
        views = [SnapshotView.of(snapshot) for snapshot in snapshots]
        return cls(total=len(views), snapshots=views)

    def text(self) -> str:
        return _listed("snapshot", self.snapshots)


class AccessPointListView(View):
    """Access points."""

    total: int
    access_points: list[AccessPointView]

    @classmethod
    def of(cls, points: Iterable[AccessPoint]) -> Self:
        """Make it from an answer of the API."""
        views = [AccessPointView.of(point) for point in points]
        return cls(total=len(views), access_points=views)

    def text(self) -> str:
        return _listed("access point", self.access_points)


class VpcListView(View):
    """VPCs."""

    total: int
    vpcs: list[VpcView]

    @classmethod
    def of(cls, vpcs: Iterable[Vpc]) -> Self:
        """Make it from an answer of the API."""
        views = [VpcView.of(vpc) for vpc in vpcs]
        return cls(total=len(views), vpcs=views)

    def text(self) -> str:
        return _listed("VPC", self.vpcs)


def _known(value: T | Unset) -> T | None:
    return None if isinstance(value, Unset) else value


def _listed(noun: str, views: Iterable[View]) -> str:
    lines = [view.text() for view in views]
    count = f"{len(lines)} {noun}{'' if len(lines) == 1 else 's'}"
    return "\n".join([f"{count}:", *(f"- {line}" for line in lines)]) if lines else f"No {noun}s."

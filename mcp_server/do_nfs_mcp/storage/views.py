"""What tools return: small shapes that a host can check and store, each with one compact text that says the same.

A field that an answer lacks is left out. Statuses and tiers are plain texts, since servers add new ones at any time.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeVar, cast

from pydantic import BaseModel, Field, WithJsonSchema
from pydantic.json_schema import SkipJsonSchema

from do_nfs_mcp.api.tiers import tier_name
from do_nfs_mcp.api.untrusted_text import plain, quoted
from do_nfs_mcp.audience import argument, for_reader
from do_nfs_mcp.storage.pagination import Page
from do_nfs_mcp.storage.plurals import first_of, plural

if TYPE_CHECKING:
    # The first call loads them, with what they are read from. No start waits for it.
    from do_nfs_client.models import AccessPoint, AccessPolicy, Action, Share, ShareAction, Snapshot, Vpc
    from do_nfs_client.types import Unset

__all__ = [
    "AccessPointListView",
    "AccessPointView",
    "AccessPolicyView",
    "ActionView",
    "ChangeView",
    "DeletedView",
    "FailedDeleteView",
    "KeptSnapshotView",
    "ListView",
    "NewAccessPointView",
    "NewShareView",
    "NewSnapshotView",
    "NextCall",
    "PruneView",
    "RetentionRule",
    "ShareAccessPointView",
    "ShareChangeView",
    "ShareListView",
    "ShareView",
    "SnapshotListView",
    "SnapshotView",
    "View",
    "VpcListView",
    "VpcView",
    "WaitView",
    "name_or_id",
    "named",
    "newest_named",
    "started_on_share",
    "started_snapshot",
]

T = TypeVar("T")

# How many kept snapshots, and how many VPCs, a text names. The structured content has all.
_MOST_NAMED = 20


class View(BaseModel):
    """A shape that tools return."""

    def text(self) -> str:
        """Return the same as text, with every id that a next call needs."""
        raise NotImplementedError


class AccessPolicyView(View):
    """Who a client's users are on the share, and by which protocols it is mounted."""

    anonuid: int
    anongid: int
    protocols: list[str]
    squash_config: str
    identity_enforcement_enabled: bool

    @classmethod
    def of(cls, policy: "AccessPolicy") -> Self:
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
        # With NO_SQUASH nobody becomes this user.
        nobody = "" if self.squash_config == "NO_SQUASH" else f" as {self.anonuid}:{self.anongid}"
        return f"{plain(self.squash_config)}{nobody}, {protocols}{enforcement}"


class AccessPointView(View):
    """A path of a share, exported under its own policy."""

    id: str
    name: str
    share_id: str
    share_name: str | None = None
    path: str
    status: str
    is_default: bool
    vpc_id: str | None = None
    vpc_name: str | None = None
    vpc_ids: list[str] | None = None
    vpc_names: dict[str, str] | None = None
    """The names of these VPCs by their ids, as far as they are known."""
    access_policy: AccessPolicyView
    created_at: datetime
    updated_at: datetime | None = None

    @classmethod
    def of(cls, point: "AccessPoint") -> Self:
        """Make it from an answer of the API."""
        return cls(
            id=point.id,
            name=point.name,
            share_id=point.share_id,
            path=point.path,
            status=str(point.status),
            is_default=point.is_default,
            vpc_id=point.vpc_id or None,
            vpc_ids=point.vpc_ids or None,
            access_policy=AccessPolicyView.of(point.access_policy),
            created_at=point.created_at,
            updated_at=point.updated_at or None,
        )

    @property
    def shown_vpc_ids(self) -> list[str]:
        """The ids of the VPCs that it shows."""
        return list(dict.fromkeys([*([self.vpc_id] if self.vpc_id else []), *(self.vpc_ids or [])]))

    def name_vpcs(self, names: Mapping[str, str]) -> None:
        """Take in the names of VPCs by their ids, as far as they are known."""
        self.vpc_name = names.get(self.vpc_id or "")
        self.vpc_names = _only_named(self.vpc_ids or [], names)

    def text(self) -> str:
        share = name_or_id(self.share_id, self.share_name)
        return f"access point {quoted(self.name)} ({plain(self.id)}) of share {share}: {self.details()}"

    def details(self) -> str:
        """Return what the text says besides its name and its share."""
        default = ", the default one" if self.is_default else ""
        names = {**(self.vpc_names or {}), **({self.vpc_id: self.vpc_name} if self.vpc_id and self.vpc_name else {})}
        vpcs = f", {_vpcs_text(self.shown_vpc_ids, names)}" if self.shown_vpc_ids else ""
        return f"{plain(self.status)}{default}, path {quoted(self.path)}{vpcs}, {self.access_policy.text()}"


class ShareAccessPointView(View):
    """An access point, as its share shows it: in short. list_access_points shows all of it."""

    id: str
    name: str
    path: str
    status: str
    squash_config: str
    is_default: bool | None = None

    @classmethod
    def of(cls, point: "AccessPoint") -> Self:
        """Make it from an answer of the API."""
        return cls(
            id=point.id,
            name=point.name,
            path=point.path,
            status=str(point.status),
            squash_config=str(point.access_policy.squash_config),
            is_default=point.is_default or None,
        )

    def text(self) -> str:
        return f"{quoted(self.name)} ({plain(self.id)})"


class ShareView(View):
    """A share."""

    id: str
    name: str
    region: str
    size_gib: int
    status: str
    performance_tier: str | None = None
    host: str | None = None
    mount_path: str | None = None
    vpc_ids: list[str]
    vpc_names: dict[str, str] | None = None
    """The names of these VPCs by their ids, as far as they are known."""
    access_points: list[ShareAccessPointView] | None = None
    """None in lists."""
    manager_urn: str | None = None
    created_at: datetime
    hides_vpcs: SkipJsonSchema[bool] = Field(default=False, exclude=True)
    """Whether it is attached to a VPC whose id cannot be read, besides those that it shows. No result says so."""

    @classmethod
    def of(cls, share: "Share", *, with_access_points: bool = True) -> Self:
        """Make it from an answer of the API."""
        # What an answer lacks counts as false.
        points = share.access_points if with_access_points else None
        tier = share.performance_tier
        return cls(
            id=share.id,
            name=share.name,
            region=share.region,
            size_gib=share.size_gib,
            status=str(share.status),
            performance_tier=tier_name(tier) if tier else None,
            host=share.host or None,
            mount_path=share.mount_path or None,
            vpc_ids=share.vpc_ids or [],
            access_points=[ShareAccessPointView.of(p) for p in points] if points else None,
            manager_urn=share.manager_urn or None,
            created_at=share.created_at,
            hides_vpcs=any(odd.field == "vpc_ids" for odd in share.unreadable),
        )

    def text(self) -> str:
        others = [p for p in self.access_points or [] if not p.is_default]
        points = f", access points {', '.join(p.text() for p in others)}" if others else ""
        return f"share {quoted(self.name)} ({plain(self.id)}) {self.details()}{points}"

    def details(self) -> str:
        """Return what the text says besides its name and its access points."""
        tier = f", {plain(self.performance_tier)} tier" if self.performance_tier else ""
        mount = f", mount {plain(f'{self.host}:{self.mount_path}')}" if self.host and self.mount_path else ""
        vpcs = f", {self.vpcs_text()}" if self.vpc_ids else ", attached to no VPC"
        manager = f", managed by {quoted(self.manager_urn, 100)}" if self.manager_urn else ""
        return f"in {plain(self.region)}: {plain(self.status)}, {self.size_gib} GiB{tier}{mount}{vpcs}{manager}"

    @property
    def shown_vpc_ids(self) -> list[str]:
        """The ids of the VPCs that it shows."""
        return self.vpc_ids

    def name_vpcs(self, names: Mapping[str, str]) -> None:
        """Take in the names of VPCs by their ids, as far as they are known."""
        self.vpc_names = _only_named(self.vpc_ids, names)

    def vpc_text(self, vpc_id: str) -> str:
        """Return the name of one of its VPCs or, if that is not known, the id."""
        return name_or_id(vpc_id, (self.vpc_names or {}).get(vpc_id))

    def vpcs_text(self) -> str:
        """Return the names of its VPCs and, where they are not known, the ids. Of many, the rest are only counted."""
        return _vpcs_text(self.vpc_ids, self.vpc_names or {})


class SnapshotView(View):
    """A snapshot."""

    id: str
    name: str
    share_id: str
    share_name: str | None = None
    region: str
    size_gib: int
    status: str
    created_at: datetime

    @classmethod
    def of(cls, snapshot: "Snapshot") -> Self:
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
        share = name_or_id(self.share_id, self.share_name)
        return f"snapshot {quoted(self.name)} ({plain(self.id)}) of share {share} {self.details()}"

    def details(self) -> str:
        """Return what the text says besides its name and its share."""
        # Of one that has gone that is said already.
        status = "," if self.status == "DELETED" else f": {plain(self.status)},"
        return f"in {plain(self.region)}{status} {self.size_gib} GiB, taken {self.created_at:%Y-%m-%d %H:%M}"


class VpcView(View):
    """A VPC."""

    id: str
    name: str
    region: str
    description: str | None = None
    ip_range: str | None = None
    default: bool | None = None

    @classmethod
    def of(cls, vpc: "Vpc") -> Self:
        """Make it from an answer of the API."""
        return cls(
            id=vpc.id,
            name=vpc.name,
            region=vpc.region,
            description=vpc.description or None,
            ip_range=vpc.ip_range or None,
            default=_known(vpc.default),
        )

    def text(self) -> str:
        details = [plain(self.region), plain(self.ip_range) if self.ip_range else ""]
        details += [
            "the region's default" if self.default else "",
            quoted(self.description) if self.description else "",
        ]
        return f"VPC {quoted(self.name)} ({plain(self.id)}): {', '.join(filter(None, details))}"


class ActionView(View):
    """A change of a share that was started."""

    id: str | None = None
    type: str
    status: str
    resource_type: str
    resource_id: str | None = None
    region_slug: str | None = None
    started_at: datetime | None = None

    @classmethod
    def of_account(cls, action: "Action") -> Self:
        """Make it from an answer of the account-wide endpoint, which names no resource."""
        return cls(
            id=str(action.id),
            type=action.type_,
            status=str(action.status),
            resource_type=action.resource_type or "resource",
            region_slug=_known(action.region_slug),
            started_at=_known(action.started_at),
        )

    @classmethod
    def of(cls, action: "ShareAction") -> Self:
        """Make it from an answer of the API."""
        return cls(
            id=str(action.id) if action.id else None,
            type=action.type_,
            status=str(action.status),
            resource_type=str(action.resource_type),
            resource_id=action.resource_id,
            region_slug=_known(action.region_slug),
            started_at=action.started_at,
        )

    @property
    def snapshot_id(self) -> str | None:
        """The id of the snapshot that it takes; None if it does not say so."""
        return self.resource_id if self.resource_type == "SNAPSHOT" else None

    def text(self) -> str:
        resource = f" of {plain(self.resource_type.lower())} {plain(self.resource_id)}" if self.resource_id else ""
        return f"{plain(self.type)}{f' (action {plain(self.id)})' if self.id else ''}{resource}: {plain(self.status)}"


class NextCall(View):
    """The call that goes on from here."""

    tool: str
    arguments: dict[str, Any]


Fields = Annotated[dict[str, Any], WithJsonSchema({"type": "object"})]
"""Some of a thing's fields, by their names."""


class _ProgressView(View):
    """How far something has come.

    Attributes:
        outcome: done; unchanged, since there was nothing to do; pending, so that it is under way; failed; or planned.
        message: What happened and what is next, in words.
        waited: For how many seconds the call waited.
        next: The call that goes on from here.
    """

    outcome: Literal["done", "unchanged", "pending", "failed", "planned"]
    message: str
    waited: int = 0
    next: NextCall | None = None

    def text(self) -> str:
        return self.message


class _OutcomeView(_ProgressView):
    """What came of a call that changes something, or would: the same fields, whatever it changes.

    Attributes:
        before: What the call changes, field by field, as it was; nothing in it if there was no such thing.
        after: The same fields as they are now or, if it is planned or pending, are to be; nothing in it if there is no
            such thing any more.
        asked: True if a person was asked and agreed.
    """

    before: Fields | None = None
    after: Fields | None = None
    asked: bool | None = None

    def text(self) -> str:
        # A person who was asked at a terminal knows.
        agreed = for_reader(" The person was asked and agreed.", "") if self.asked else ""
        return f"{super().text()}{agreed}"


class NewShareView(_OutcomeView):
    """What came of making a share."""

    share: ShareView | None = None


class ShareChangeView(_OutcomeView):
    """What came of a change of a share. action: What the API calls the change."""

    share: ShareView | None = None
    action: ActionView | None = None


class NewSnapshotView(_OutcomeView):
    """What came of taking a snapshot. action: What the API calls it."""

    snapshot: SnapshotView | None = None
    action: ActionView | None = None


class NewAccessPointView(_OutcomeView):
    """What came of making an access point."""

    access_point: AccessPointView | None = None


class WaitView(_ProgressView):
    """What came of waiting for one of these."""

    share: ShareView | None = None
    snapshot: SnapshotView | None = None
    access_point: AccessPointView | None = None
    action: ActionView | None = None


class ChangeView(NewShareView, ShareChangeView, NewSnapshotView, NewAccessPointView, WaitView):
    """What came of any change, or of waiting for it."""

    def text(self) -> str:
        seen = self.share or self.snapshot or self.access_point or self.action
        return f"{super().text()}\n{seen.text()}" if seen else super().text()


class DeletedView(_OutcomeView):
    """What came of deleting something."""

    kind: Literal["share", "snapshot", "access point"]
    id: str
    name: str | None = None


class FailedDeleteView(View):
    """One of several that could not be deleted.

    kind is the failure's, as in `_meta`; None if it was not tried.
    """

    id: str
    reason: str
    kind: str | None = None


RetentionRule = Literal["keep_last", "keep_daily", "keep_weekly", "older_than_days", "keep"]
"""The arguments of prune_snapshots that keep snapshots."""

_RULES: dict[RetentionRule, str] = {
    "keep_last": "latest",
    "keep_daily": "daily",
    "keep_weekly": "weekly",
    "older_than_days": "young",
    "keep": "named",
}


class KeptSnapshotView(SnapshotView):
    """A snapshot that pruning leaves, and by which rules: none of them if it is neither ACTIVE nor FAILED."""

    kept_by: list[RetentionRule]


class PruneView(_OutcomeView):
    """What came of deleting many snapshots of a share, or would. before and after say how many it has."""

    share_id: str
    snapshots: list[SnapshotView]
    """Those that were deleted, or would be."""
    failed: list[FailedDeleteView]
    kept: list[KeptSnapshotView]
    """Those that stay, newest first."""

    def text(self) -> str:
        listed = [
            # What went is said above.
            f"- {quoted(s.name)} ({plain(s.id)}): {'' if s.status == 'DELETED' else f'{plain(s.status)}, '}"
            f"{s.size_gib} GiB, taken {s.created_at:%Y-%m-%d %H:%M}"
            for s in self.snapshots
        ]
        listed += [f"- could not delete {plain(failed.id)}: {failed.reason}" for failed in self.failed]
        kept = [f"Kept: {newest_named(self.kept)}."] if self.kept else []
        return "\n".join([super().text(), *listed, *kept])


class ListView(View):
    """One page of a list."""

    total: int
    next_cursor: str | None = None

    def _text(self, noun: str, views: Iterable[View], more: str) -> str:
        lines = [view.text() for view in views]
        if not lines:
            nouns = plural(noun, 0)
            return f"No more {nouns}; there are {self.total} in all." if self.total else f"No {nouns}."
        count = str(self.total) if len(lines) == self.total else f"{len(lines)} of {self.total}"
        listed = "\n".join([f"{count} {plural(noun, self.total)}:", *(f"- {line}" for line in lines)])
        if not self.next_cursor:
            return listed
        return f"{listed}\nFor the next: {more} with the same filters and {argument('cursor', self.next_cursor)}"


class ShareListView(ListView):
    """Shares, without their access points."""

    shares: list[ShareView]

    @classmethod
    def of(cls, page: "Page[Share]") -> Self:
        """Make it from a page."""
        shares = [ShareView.of(share, with_access_points=False) for share in page.items]
        return cls(total=page.total, next_cursor=page.next_cursor, shares=shares)

    def text(self) -> str:
        return self._text("share", self.shares, "list_shares")


class SnapshotListView(ListView):
    """Snapshots."""

    snapshots: list[SnapshotView]

    @classmethod
    def of(cls, page: "Page[Snapshot]") -> Self:
        """Make it from a page."""
        snapshots = [SnapshotView.of(item) for item in page.items]
        return cls(total=page.total, next_cursor=page.next_cursor, snapshots=snapshots)

    def text(self) -> str:
        return self._text("snapshot", self.snapshots, "list_snapshots")


class AccessPointListView(ListView):
    """Access points."""

    access_points: list[AccessPointView]

    @classmethod
    def of(cls, page: "Page[AccessPoint]") -> Self:
        """Make it from a page."""
        access_points = [AccessPointView.of(item) for item in page.items]
        return cls(total=page.total, next_cursor=page.next_cursor, access_points=access_points)

    def text(self) -> str:
        return self._text("access point", self.access_points, "list_access_points")


class VpcListView(ListView):
    """VPCs."""

    vpcs: list[VpcView]

    @classmethod
    def of(cls, page: "Page[Vpc]") -> Self:
        """Make it from a page."""
        vpcs = [VpcView.of(item) for item in page.items]
        return cls(total=page.total, next_cursor=page.next_cursor, vpcs=vpcs)

    def text(self) -> str:
        return self._text("VPC", self.vpcs, "list_vpcs")


def named(thing_id: str, name: str | None, length: int = 300) -> str:
    """Return what has an id in words: its name, if it is known, and the id.

    Args:
        thing_id: The id.
        name: The name.
        length: How many characters of the name to show.
    """
    return f"{quoted(name, length)} ({plain(thing_id)})" if name else plain(thing_id)


def name_or_id(thing_id: str, name: str | None) -> str:
    """Return what a call that goes on from here can name a thing by: its name or, if that is not known, its id."""
    return quoted(name) if name else plain(thing_id)


def newest_named(newest_first: Sequence[SnapshotView]) -> str:
    """Return names and times of snapshots in one line, each status that is not ACTIVE, and the rules that keep them.

    Args:
        newest_first: The snapshots. Of many, the oldest are only counted.
    """
    listed = [f"{quoted(s.name)} of {s.created_at:%Y-%m-%d %H:%M}{_remarks(s)}" for s in newest_first[:_MOST_NAMED]]
    older = len(newest_first) - _MOST_NAMED
    return ", ".join([*listed, f"and {older} older"] if older > 0 else listed)


def _remarks(snapshot: SnapshotView) -> str:
    status = [] if snapshot.status == "ACTIVE" else [plain(snapshot.status)]
    rules = [_RULES[rule] for rule in snapshot.kept_by] if isinstance(snapshot, KeptSnapshotView) else []
    remarks = ", ".join([*status, *rules])
    return f" ({remarks})" if remarks else ""


def started_on_share(answer: "ShareAction | Share") -> ActionView | ShareView:
    """Make a view of what a change of a share gave: the action or, if that was lost, the share as it is after it."""
    from do_nfs_client.models import ShareAction

    return ActionView.of(answer) if isinstance(answer, ShareAction) else ShareView.of(answer)


def started_snapshot(answer: "ShareAction | Snapshot") -> ActionView | SnapshotView:
    """Make a view of what taking a snapshot gave: the action or, if that was lost, the snapshot."""
    from do_nfs_client.models import ShareAction

    return ActionView.of(answer) if isinstance(answer, ShareAction) else SnapshotView.of(answer)


def _only_named(vpc_ids: Iterable[str], names: Mapping[str, str]) -> dict[str, str] | None:
    """Return the names of these VPCs by their ids, None if no name is known."""
    return {vpc_id: names[vpc_id] for vpc_id in vpc_ids if vpc_id in names} or None


def _vpcs_text(vpc_ids: Sequence[str], names: Mapping[str, str]) -> str:
    listed = first_of([name_or_id(vpc_id, names.get(vpc_id)) for vpc_id in vpc_ids], _MOST_NAMED)
    return f"{plural('VPC', len(vpc_ids))} {listed}"


def _known(value: "T | Unset") -> T | None:
    return None if isinstance(value, _unset()) else cast("T", value)


@cache
def _unset() -> "type[Unset]":
    from do_nfs_client.types import Unset

    return Unset

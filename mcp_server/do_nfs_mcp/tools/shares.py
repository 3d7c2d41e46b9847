"""The tools for shares and for what changes them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Annotated, Any

from mcp_types import CallToolResult

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.ids import HasIdAndName, as_uuid
from do_nfs_mcp.api.scopes import CREATE, DELETE, LIST, READ
from do_nfs_mcp.api.statuses import existing, is_ready
from do_nfs_mcp.api.unreadable import unreadable
from do_nfs_mcp.api.untrusted_text import plain, quoted
from do_nfs_mcp.audience import argument, call_of
from do_nfs_mcp.storage.pagination import page_of
from do_nfs_mcp.storage.plurals import counted, first_of, plural
from do_nfs_mcp.storage.views import (
    AccessPointView,
    ChangeView,
    DeletedView,
    NewShareView,
    NextCall,
    ShareChangeView,
    ShareListView,
    ShareView,
    SnapshotView,
    named,
    started_on_share,
)
from do_nfs_mcp.storage.vpc_choice import ChosenVpc, choose_attached_vpc
from do_nfs_mcp.tools import arguments, deletion
from do_nfs_mcp.tools.confirmation import LONGEST_NAME, Agreed, Confirmation, confirmed
from do_nfs_mcp.tools.follow_up import Wording, joined, share_unchanged, wait_and_report, wait_and_report_share
from do_nfs_mcp.tools.growth import growing
from do_nfs_mcp.tools.lists import matching, newest_first, oldest_first
from do_nfs_mcp.tools.lookups import (
    read_share,
    read_share_by_id,
    read_share_to_change,
    read_share_to_take_from,
    read_snapshots,
    read_unless_deleted,
)
from do_nfs_mcp.tools.questions import in_question, others_of_name, snapshots_in_question
from do_nfs_mcp.tools.service import ServiceContext, api_for, service_for
from do_nfs_mcp.tools.spending import monthly_costs, order_confirmation, ordering
from do_nfs_mcp.tools.tool import Effect, ToolSpec, answer
from do_nfs_mcp.tools.vpc_lookup import find_vpc, find_vpcs, look_again_for, name_vpcs

# Snapshots in these states keep a share from being deleted.
_BLOCKING = frozenset({"CREATING", "ACTIVE"})


@dataclass(frozen=True)
class ShareTarget:
    """A share that a call would delete.

    Attributes:
        id: The share's id.
        found: The share; None if it is deleted already.
        snapshots: Its snapshots.
        access_points: Its access points but for the default one.
    """

    id: str
    found: ShareView | None = None
    snapshots: list[SnapshotView] = field(default_factory=list)
    access_points: list[AccessPointView] = field(default_factory=list)

    @property
    def description(self) -> str:
        """What it is besides its name, in words that go on after it."""
        share = self.found.details() if self.found else ""
        return f"{share}, with {' and '.join([counted(len(self.snapshots), 'snapshot'), *self._points])}"

    @property
    def what_went(self) -> str:
        """What has gone for good once it is deleted, in words."""
        names = first_of([quoted(snapshot.name, LONGEST_NAME) for snapshot in self.snapshots])
        snapshots = [f"{counted(len(self.snapshots), 'snapshot')} ({names})"] if names else []
        holds = " and ".join([*snapshots, *self._points])
        where = f" in {plain(self.found.region)}, {self.found.size_gib} GiB" if self.found else ""
        return (
            f"share {named(self.id, self.found.name if self.found else None)}{where}{', with ' if holds else ''}{holds}"
        )

    @property
    def _points(self) -> list[str]:
        # As with snapshots, one that is new changes a question.
        points = sorted(self.access_points, key=newest_first)
        listed = first_of([f"{quoted(p.name, LONGEST_NAME)} (path {quoted(p.path, 100)})" for p in points])
        number = len(points)
        return [f"{counted(number, 'access point') if number > 1 else 'access point'} {listed}"] if points else []

    @property
    def before(self) -> dict[str, Any] | None:
        """All of it as data."""
        if not self.found:
            return None
        return deletion.all_fields(self.found) | {"snapshots": self.snapshot_names}

    @property
    def snapshot_names(self) -> list[dict[str, str]]:
        """The id and the name of each of its snapshots."""
        return [{"id": s.id, "name": s.name} for s in self.snapshots]

    def obstacle(self, delete_snapshots: bool) -> str:
        """Return what keeps it from being deleted, and what to do about it; an empty text if nothing does.

        Args:
            delete_snapshots: Whether its snapshots are to be deleted with it.
        """
        blocking = sum(snapshot.status in _BLOCKING for snapshot in self.snapshots)
        if delete_snapshots and len(self.snapshots) > deletion.MAX_SNAPSHOTS:
            return (
                f"it has {len(self.snapshots)} snapshots, and one call deletes at most {deletion.MAX_SNAPSHOTS}. First "
                f"{call_of('prune_snapshots', share=plain(self.id), keep_last=0)}, as often as it takes"
            )
        if delete_snapshots or not blocking:
            return ""
        return (
            f"the API deletes no share with snapshots, and it has {counted(blocking, 'snapshot')}. If these are to be "
            f"deleted, too, try again with {argument('delete_snapshots', True)}; one question covers all of it"
        )

    def loss(self, delete_snapshots: bool) -> str:
        """Return what would be lost for good, in a sentence."""
        if not (delete_snapshots and self.snapshots):
            return "The share and every file on it are lost for good."
        return f"The share, every file on it and {counted(len(self.snapshots), 'snapshot')} are lost for good."

    def lost_snapshots(self, delete_snapshots: bool) -> str:
        """Return which snapshots would be lost, in a sentence; "" if none would be."""
        if not (delete_snapshots and self.snapshots):
            return ""
        return f"Its {plural('snapshot', len(self.snapshots))}: {snapshots_in_question(self.snapshots)}."


@dataclass(frozen=True)
class GrowthTarget:
    """A share that a call would grow. size_gib: The whole new size."""

    share: ShareView
    size_gib: int

    @property
    def more(self) -> int:
        """How many GiB it would grow by."""
        return self.size_gib - self.share.size_gib


@dataclass(frozen=True)
class VpcTarget:
    """A share that a call would cut off from a VPC. old: The VPC's id."""

    share: ShareView
    old: str


@dataclass(frozen=True)
class MoveTarget(VpcTarget):
    """A share that a call would move to another VPC. new: That VPC."""

    new: ChosenVpc


_MOUNT_AGAIN = "Mount it in the new one as get_mount_instructions says."


async def list_shares(
    context: ServiceContext,
    region: arguments.OptionalRegion = "",
    name_contains: arguments.NameContains = "",
    status: arguments.Status = "",
    limit: arguments.Limit = arguments.DEFAULT_LIMIT,
    cursor: arguments.Cursor = "",
) -> Annotated[CallToolResult, ShareListView]:
    """List shares, oldest first. For totals and problems: get_storage_overview."""
    shares = await api_for(context).list_shares(region)
    page = page_of("shares", matching(shares, name_contains, status), oldest_first, limit, cursor)
    view = ShareListView.of(page)
    await name_vpcs(service_for(context), view.shares)
    return answer(view)


async def get_share(context: ServiceContext, share: arguments.Share) -> Annotated[CallToolResult, ShareView]:
    """Show a share and its access points. To mount it: get_mount_instructions."""
    return answer(await read_share(context, share))


async def create_share_confirmation(
    context: ServiceContext,
    name: str,
    region: str,
    size_gib: int,
    vpc_ids: list[str],
    performance_tier: str | None,
) -> Confirmation[list[ChosenVpc]]:
    """Make the confirmation for create_share."""
    service = service_for(context)
    service.limits.check_region(region)
    service.limits.check_size(size_gib)
    service.limits.check_tier(performance_tier)
    vpcs = await find_vpcs(context, vpc_ids or [""], region)
    await _check_count(context)
    tier = f"{performance_tier} tier" if performance_tier else "tier of the API's choice"
    order = f"Order a new share {quoted(name, LONGEST_NAME)} in {region}, {tier}: 0 GiB now, {size_gib} GiB then?"
    costs = monthly_costs(context, (size_gib, performance_tier))
    opened = f"It is for {first_of([f'VPC {in_question(vpc.id, vpc.name)}' for vpc in vpcs])}."
    return await order_confirmation(context, vpcs, size_gib, order, costs, opened, name)


async def create_share(
    context: ServiceContext,
    name: arguments.ShareName,
    region: arguments.Region,
    size_gib: arguments.SizeGib,
    agreed: Annotated[Agreed[list[ChosenVpc]], confirmed(create_share_confirmation)],
    vpc_ids: arguments.OptionalVpcs,
    performance_tier: arguments.OptionalPerformanceTier = None,
    wait: arguments.Wait = True,
) -> Annotated[CallToolResult, NewShareView]:
    """Order a share, which costs money, and wait until it can be mounted. Called twice, it makes two."""
    vpcs = agreed.target
    ids = [vpc.id for vpc in vpcs]
    async with ordering(context, size_gib, agreed), _room_for_one_more(context):
        made = await api_for(context).create_share(name, region, size_gib, ids, performance_tier)
    ordered = ShareView.of(made.share)
    await name_vpcs(service_for(context), [ordered])
    taken = joined(*(vpc.note for vpc in vpcs), _namesakes(region, existing(made.namesakes)))
    this_share = {"share": ordered.id}
    wording = Wording(
        joined(
            "Started, but not there yet. Do not create it again: "
            f"{call_of('wait_until_ready', share=plain(ordered.id))} goes on waiting.",
            taken,
        ),
        NextCall(tool="wait_until_ready", arguments=this_share),
        joined(taken, "get_mount_instructions says how to mount it."),
        NextCall(tool="get_mount_instructions", arguments=this_share),
        after={"name": name, "region": region, "size_gib": size_gib, "vpc_ids": ids}
        | ({"performance_tier": performance_tier} if performance_tier else {}),
        asked=agreed.asked,
    )
    look = partial(read_share_by_id, context, ordered.id)
    return answer(await wait_and_report(context, wait, look, is_ready, wording, known=ordered))


async def delete_share_confirmation(
    context: ServiceContext, share: str, delete_snapshots: bool, plan: bool
) -> Confirmation[ShareTarget]:
    """Make the confirmation for delete_share."""
    read = partial(read_share_to_take_from, context, share)
    found = await read_unless_deleted(read) if as_uuid(share) else await read()
    if found is None:
        return Confirmation(ShareTarget(as_uuid(share) or share), None)
    target = await _target(context, found)
    obstacle = target.obstacle(delete_snapshots)
    if obstacle and not plan:
        raise NfsError(f"Nothing was done: {obstacle}.")
    # There are names that nobody can type.
    name = found.name.strip() or None
    if plan or not service_for(context).asks_before_loss:
        return Confirmation(target, None)
    question = joined(
        f"Delete share {in_question(found.id, found.name)}?",
        target.loss(delete_snapshots),
        "To confirm, type the share's name." if name else "",
        await others_of_name(context, found.name, found.id),
        f"This share is {target.description}.",
        target.lost_snapshots(delete_snapshots),
    )
    return Confirmation(target, question, name)


async def delete_share(
    context: ServiceContext,
    share: arguments.Share,
    agreed: Annotated[Agreed[ShareTarget], confirmed(delete_share_confirmation)],
    delete_snapshots: arguments.DeleteSnapshots = False,
    plan: arguments.Plan = False,
) -> Annotated[CallToolResult, DeletedView]:
    """Destroy a share and all its data. The server asks for its name first."""
    target = agreed.target
    if plan and target.found:
        obstacle = target.obstacle(delete_snapshots)
        message = joined(
            f"Nothing was done. delete_share would destroy share {named(target.id, target.found.name)} "
            f"{target.description}.",
            target.loss(delete_snapshots),
            target.lost_snapshots(delete_snapshots),
            f"Before that: {obstacle}." if obstacle else "",
        )
        return answer(
            DeletedView(
                outcome="planned",
                kind="share",
                id=target.id,
                name=target.found.name,
                message=message,
                before=target.before,
                after={},
            )
        )
    going = target.snapshots if delete_snapshots else []
    deleted, failed = await deletion.delete_snapshots(context, going)
    gone = replace(target, snapshots=deleted)
    if failed:
        message = (
            f"The share was not deleted: of its snapshots, {len(deleted)} of {len(going)} were, and "
            f"{plain(failed[0].id)} could not be: {failed[0].reason}"
        )
        return answer(
            DeletedView(
                outcome="failed",
                kind="share",
                id=target.id,
                message=message,
                before={"snapshots": gone.snapshot_names} if deleted else None,
                after={"snapshots": []} if deleted else None,
                asked=agreed.asked or None,
            )
        )
    send = partial(api_for(context).delete_share, target.id)
    try:
        report = await deletion.delete_and_report(
            "share", target.id, target.found, gone.what_went, send, asked=agreed.asked
        )
    except NfsError as error:
        if not deleted:
            raise
        raise error.with_note(f"Its {counted(len(deleted), 'snapshot')} had been deleted before.") from error
    return answer(report.model_copy(update={"before": gone.before}) if report.before else report)


async def resize_share_confirmation(
    context: ServiceContext,
    share: str,
    size_gib: int | None,
    add_gib: int | None,
    add_percent: int | None,
    plan: bool,
) -> Confirmation[GrowthTarget]:
    """Make the confirmation for resize_share."""
    if sum(given is not None for given in (size_gib, add_gib, add_percent)) != 1:
        raise NfsError(
            "Nothing was done: give just one of size_gib, the whole new size, add_gib and add_percent, and try again."
        )
    limits = service_for(context).limits
    limits.check_size(size_gib or 0)
    found = await read_share_to_change(context, share)
    # Part of a GiB counts as one.
    more = add_gib or -(-found.size_gib * (add_percent or 0) // 100)
    new_size = size_gib or found.size_gib + more
    if new_size < found.size_gib:
        raise NfsError(
            f"Nothing was done: share {quoted(found.name)} has {found.size_gib} GiB, and a share never shrinks. To "
            f"pay for less, create_share with {new_size} GiB, copy the files from one mount to the other and, once "
            "that is checked, delete_share this one."
        )
    limits.check_size(new_size)
    target = GrowthTarget(found, new_size)
    if plan:
        return Confirmation(target, None)
    order = (
        f"Grow share {in_question(found.id, found.name)} from {found.size_gib} to {new_size} GiB? It can never shrink."
    )
    costs, details = _costs_of_growth(context, target), f"This share is in {plain(found.region)}{_tier(', ', found)}."
    return await order_confirmation(context, target, target.more, order, costs, details, found.name, found.id)


async def resize_share(
    context: ServiceContext,
    share: arguments.Share,
    agreed: Annotated[Agreed[GrowthTarget], confirmed(resize_share_confirmation)],
    size_gib: arguments.TotalGib | None = None,
    add_gib: arguments.AddGib | None = None,
    add_percent: arguments.AddPercent | None = None,
    plan: arguments.Plan = False,
    wait: arguments.Wait = True,
) -> Annotated[CallToolResult, ShareChangeView]:
    """Grow a share, by just one of size_gib, add_gib and add_percent. It costs more and never shrinks again."""
    found, new_size = agreed.target.share, agreed.target.size_gib
    if not agreed.target.more:
        return answer(share_unchanged(found, f"it has {new_size} GiB already."))
    before, after = {"size_gib": found.size_gib}, {"size_gib": new_size}
    from_to = f"from {found.size_gib} to {new_size} GiB"
    if plan:
        message = joined(
            f"Nothing was done. It would grow {from_to}, cost more from then on, and never shrink.",
            _costs_of_growth(context, agreed.target),
        )
        return answer(ChangeView(outcome="planned", message=message, before=before, after=after, share=found))
    async with (
        growing(context, found, new_size, is_addition=size_gib is None),
        ordering(context, agreed.target.more, agreed),
    ):
        started = started_on_share(await api_for(context).resize_share(found.id, new_size))
    return answer(
        await wait_and_report_share(
            context,
            wait,
            found.id,
            started,
            lambda seen: seen.size_gib >= new_size,
            if_done=f"It grew {from_to}. Mounts see it by themselves.",
            before=before,
            after=after,
            asked=agreed.asked,
        )
    )


async def attach_share(
    context: ServiceContext,
    share: arguments.Share,
    vpc_id: arguments.OptionalVpc = "",
    wait: arguments.Wait = True,
) -> Annotated[CallToolResult, ShareChangeView]:
    """Let one more VPC mount a share. To swap VPCs: reassign_share."""
    found = await read_share_to_change(context, share)
    vpc = await find_vpc(context, vpc_id, found.region)
    if vpc.id in found.vpc_ids:
        return answer(share_unchanged(found, joined(f"it is attached to {vpc.text()} already.", vpc.note)))
    started = started_on_share(await api_for(context).attach_share(found.id, vpc.id))
    return answer(
        await wait_and_report_share(
            context,
            wait,
            found.id,
            started,
            lambda seen: vpc.id in seen.vpc_ids,
            if_done=joined(f"It is attached to {vpc.text()}.", vpc.note),
            **_vpcs_changed(found, add=vpc.id),
        )
    )


async def detach_share_confirmation(context: ServiceContext, share: str, vpc_id: str) -> Confirmation[VpcTarget]:
    """Make the confirmation for detach_share."""
    look_again_for(context, vpc_id)
    found = await read_share_to_take_from(context, share)
    old = choose_attached_vpc(found, vpc_id)
    target = VpcTarget(found, old)
    if not service_for(context).asks_before_loss:
        return Confirmation(target, None)
    question = joined(
        f"Detach share {in_question(found.id, found.name)} from VPC {_vpc_in_question(found, old)}?",
        "Its mounts there stop working. The data stays, and it can be attached again.",
        await _rest_of_question(context, found),
    )
    return Confirmation(target, question, loses=False)


async def detach_share(
    context: ServiceContext,
    share: arguments.Share,
    vpc_id: arguments.Vpc,
    agreed: Annotated[Agreed[VpcTarget], confirmed(detach_share_confirmation)],
    wait: arguments.Wait = True,
) -> Annotated[CallToolResult, ShareChangeView]:
    """Cut a share off from a VPC: mounts there stop working, data stays. The server asks first."""
    found, old = agreed.target.share, agreed.target.old
    started = started_on_share(await api_for(context).detach_share(found.id, old))
    return answer(
        await wait_and_report_share(
            context,
            wait,
            found.id,
            started,
            lambda seen: old not in seen.vpc_ids,
            if_done=f"It is detached from VPC {found.vpc_text(old)}.",
            **_vpcs_changed(found, remove=old),
            asked=agreed.asked,
        )
    )


async def reassign_share_confirmation(
    context: ServiceContext, share: str, new_vpc_id: str, old_vpc_id: str
) -> Confirmation[MoveTarget]:
    """Make the confirmation for reassign_share."""
    look_again_for(context, old_vpc_id)
    found = await read_share_to_take_from(context, share)
    old = choose_attached_vpc(found, old_vpc_id)
    new = await find_vpc(context, new_vpc_id, found.region)
    if new.id in found.vpc_ids:
        raise NfsError(f"Nothing was done: share {quoted(found.name)} is attached to {new.text()} already.")
    target = MoveTarget(found, old, new)
    if not service_for(context).asks_before_loss:
        return Confirmation(target, None)
    question = joined(
        f"Move share {in_question(found.id, found.name)} from VPC {_vpc_in_question(found, old)} to VPC "
        f"{in_question(new.id, new.name)}?",
        "Its mounts in the first stop working. The data stays, and it can be moved back.",
        await _rest_of_question(context, found),
    )
    return Confirmation(target, question, loses=False)


async def reassign_share(
    context: ServiceContext,
    share: arguments.Share,
    new_vpc_id: arguments.Vpc,
    agreed: Annotated[Agreed[MoveTarget], confirmed(reassign_share_confirmation)],
    old_vpc_id: arguments.OwnVpc = "",
    wait: arguments.Wait = True,
) -> Annotated[CallToolResult, ShareChangeView]:
    """Move a share to another VPC: mounts in the old one stop working, files stay. The server asks first."""
    found, old, new = agreed.target.share, agreed.target.old, agreed.target.new
    started = started_on_share(await api_for(context).reassign_share(found.id, old, new.id))
    return answer(
        await wait_and_report_share(
            context,
            wait,
            found.id,
            started,
            lambda seen: new.id in seen.vpc_ids and old not in seen.vpc_ids,
            if_done=f"It moved from VPC {found.vpc_text(old)} to {new.text()}. {_MOUNT_AGAIN}",
            **_vpcs_changed(found, remove=old, add=new.id),
            asked=agreed.asked,
        )
    )


async def switch_performance_tier_confirmation(
    context: ServiceContext, share: str, performance_tier: str
) -> Confirmation[ShareView]:
    """Make the confirmation for switch_performance_tier."""
    service_for(context).limits.check_tier(performance_tier)
    found = await read_share_to_change(context, share)
    if found.performance_tier == performance_tier:
        return Confirmation(found, None)
    order = (
        f"Raise share {in_question(found.id, found.name)}, {found.size_gib} GiB now and then,"
        f"{_tier(' from the ', found)} to the {performance_tier} tier? There is no way back down."
    )
    costs = monthly_costs(context, (found.size_gib, found.performance_tier), (found.size_gib, performance_tier))
    details = f"This share is in {plain(found.region)}."
    return await order_confirmation(context, found, found.size_gib, order, costs, details, found.name, found.id)


async def switch_performance_tier(
    context: ServiceContext,
    share: arguments.Share,
    agreed: Annotated[Agreed[ShareView], confirmed(switch_performance_tier_confirmation)],
    performance_tier: arguments.HigherTier = "high",
    wait: arguments.Wait = True,
) -> Annotated[CallToolResult, ShareChangeView]:
    """Raise a share's tier to high. It costs more and can never be undone."""
    found = agreed.target
    if found.performance_tier == performance_tier:
        return answer(share_unchanged(found, f"it is on the {performance_tier} tier already."))
    async with ordering(context, found.size_gib, agreed):
        started = started_on_share(await api_for(context).switch_performance_tier(found.id, performance_tier))
    return answer(
        await wait_and_report_share(
            context,
            wait,
            found.id,
            started,
            lambda seen: seen.performance_tier == performance_tier,
            if_done=f"It went{_tier(' from the ', found)} to the {performance_tier} tier, with {found.size_gib} GiB. "
            "There is no way back down.",
            before={"performance_tier": found.performance_tier},
            after={"performance_tier": performance_tier},
            asked=agreed.asked,
        )
    )


@asynccontextmanager
async def _room_for_one_more(context: ServiceContext) -> AsyncIterator[None]:
    """Let a share be created inside, if there may be one more: only one at a time where their number is limited."""
    service = service_for(context)
    if service.limits.max_shares is None:
        yield
        return
    async with service.creating:
        await _check_count(context)
        yield


async def _check_count(context: ServiceContext) -> None:
    service = service_for(context)
    if service.limits.max_shares is not None:
        there = existing(await service.api.list_shares())
        service.limits.check_count(len(there) + len(unreadable("shares")))


def _namesakes(region: str, shares: Sequence[HasIdAndName]) -> str:
    """Return, in sentences, which shares of a region have the name of a new one; "" if none has."""
    if not shares:
        return ""
    ids = first_of([plain(share.id) for share in shares])
    others = f"Another share in {region} has" if len(shares) == 1 else f"{len(shares)} other shares in {region} have"
    return f"{others} this name: {ids}. From now on, name each of them by its id."


def _tier(words: str, share: ShareView) -> str:
    """Return the words with a share's tier after them; nothing if it is not known."""
    return f"{words}{plain(share.performance_tier)} tier" if share.performance_tier else ""


def _costs_of_growth(context: ServiceContext, target: GrowthTarget) -> str:
    tier = target.share.performance_tier
    return monthly_costs(context, (target.share.size_gib, tier), (target.size_gib, tier))


async def _target(context: ServiceContext, found: ShareView) -> ShareTarget:
    snapshots = await read_snapshots(context, found.id)
    points = map(AccessPointView.of, existing(await api_for(context).list_access_points(found.id)))
    return ShareTarget(found.id, found, snapshots, [point for point in points if not point.is_default])


async def _rest_of_question(context: ServiceContext, found: ShareView) -> str:
    """Return what else a person has to know of a share before they agree to cut something off from it."""
    others = await others_of_name(context, found.name, found.id)
    return joined(others, f"This share is {(await _target(context, found)).description}.")


def _vpc_in_question(share: ShareView, vpc_id: str) -> str:
    return in_question(vpc_id, (share.vpc_names or {}).get(vpc_id))


def _vpcs_changed(share: ShareView, *, remove: str | None = None, add: str | None = None) -> dict[str, Any]:
    """Return `before` and `after` of a share that loses a VPC, gets one, or both."""
    after = [*(vpc for vpc in share.vpc_ids if vpc != remove), *([add] if add else [])]
    return {"before": {"vpc_ids": share.vpc_ids}, "after": {"vpc_ids": after}}


SPECS = (
    ToolSpec(list_shares, "List shares", Effect.READS, LIST),
    ToolSpec(get_share, "Show a share", Effect.READS, READ),
    ToolSpec(create_share, "Create a share", Effect.ADDS, CREATE),
    ToolSpec(delete_share, "Delete a share", Effect.DESTROYS, LIST | READ | DELETE),
    ToolSpec(resize_share, "Grow a share", Effect.ADDS, READ | CREATE),
    ToolSpec(attach_share, "Attach a share to a VPC", Effect.CHANGES, READ | CREATE),
    ToolSpec(detach_share, "Detach a share from a VPC", Effect.DESTROYS, LIST | READ | CREATE | DELETE),
    ToolSpec(reassign_share, "Move a share to another VPC", Effect.DESTROYS, LIST | READ | CREATE | DELETE),
    ToolSpec(switch_performance_tier, "Raise a share's performance tier", Effect.CHANGES, READ | CREATE),
)

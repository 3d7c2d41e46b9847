"""Parts of the questions to the person: no name and no list pushes what is at stake out of sight."""

from collections.abc import Iterable
from unicodedata import normalize

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.statuses import existing
from do_nfs_mcp.api.untrusted_text import escaped, plain, quoted
from do_nfs_mcp.storage.plurals import first_of
from do_nfs_mcp.storage.views import SnapshotView, named
from do_nfs_mcp.tools.confirmation import LONGEST_NAME
from do_nfs_mcp.tools.follow_up import joined
from do_nfs_mcp.tools.lists import by_region, newest_first
from do_nfs_mcp.tools.service import ServiceContext, api_for, service_for

__all__ = ["in_question", "others_of_name", "share_to_take_from", "snapshots_in_question"]


def in_question(thing_id: str, name: str | None) -> str:
    """Return the name, if it is known, and the id of what a question is about."""
    return named(thing_id, name, LONGEST_NAME)


def snapshots_in_question(snapshots: Iterable[SnapshotView]) -> str:
    """Return the snapshots that a person may lose, of which many are cut.

    The newest come first: one that there was not when the person was asked changes the question.
    """
    listed = [
        f"{quoted(s.name, LONGEST_NAME)} of {s.created_at:%Y-%m-%d %H:%M}, {plain(s.status)} ({plain(s.id)})"
        for s in sorted(snapshots, key=newest_first)
    ]
    return first_of(listed, separator="; ")


async def share_to_take_from(context: ServiceContext, share_id: str, region: str | None = None) -> str:
    """Return, in sentences for a question, which share a snapshot or an access point is to be taken away from.

    Where no question is asked, the share is read only if a limit is for some shares.

    Args:
        context: The call's.
        share_id: The share's id. Its snapshots and access points may outlast it.
        region: The region of what is to be taken away; None if only the share says so.

    Raises:
        NfsError: It cannot be read, or nothing may be taken away from it.
    """
    service = service_for(context)
    limits = service.limits
    if not (service.asks_before_loss or limits.regions or limits.protect):
        return ""
    try:
        found = await api_for(context).get_share(share_id)
    except NfsError as error:
        if error.gone:
            limits.check_region(region)
            limits.check_loss(None)
            return f"Its share, {plain(share_id)}, is gone."
        raise
    limits.check_region(found.region)
    limits.check_loss(found.name)
    if not service.asks_before_loss:
        return ""
    return joined(
        f"Its share is {in_question(found.id, found.name)}.", await others_of_name(context, found.name, found.id)
    )


async def others_of_name(context: ServiceContext, name: str, share_id: str | None = None) -> str:
    """Return, in a sentence for a question, which other shares look as if they had the same name; "" if none does.

    Args:
        context: The call's.
        name: The share's name.
        share_id: Its id; None if there is no such share yet.
    """
    try:
        shares = existing(await api_for(context).list_shares())
    except NfsError:
        return "Whether another share has this name could not be read."
    others = [s for s in shares if s.id != share_id and _look_alike(str(s.name), name)]
    if not others:
        return ""
    listed = [
        f"{in_question(s.id, s.name)} in {plain(s.region)}, {s.size_gib} GiB" for s in sorted(others, key=by_region)
    ]
    head = "There is another share" if len(others) == 1 else f"There are {len(others)} other shares"
    return f"{head} of this name: {first_of(listed, separator='; ')}."


def _look_alike(name: str, other: str) -> bool:
    """Return whether a person takes two names for one, also where what tells them apart is cut off."""
    return _as_it_looks(name) == _as_it_looks(other) or escaped(name, LONGEST_NAME) == escaped(other, LONGEST_NAME)


def _as_it_looks(name: str) -> str:
    return normalize("NFKC", name).casefold().strip()

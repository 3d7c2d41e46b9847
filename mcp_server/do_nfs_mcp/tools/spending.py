"""Asks the person about what is ordered beyond the allowance, and says what it costs where the prices are known."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from do_nfs_mcp.tools.confirmation import Agreed, Confirmation, current_call
from do_nfs_mcp.tools.follow_up import joined
from do_nfs_mcp.tools.questions import others_of_name
from do_nfs_mcp.tools.service import ServiceContext, service_for

T = TypeVar("T")

__all__ = ["monthly_costs", "order_confirmation", "ordering"]


async def order_confirmation(
    context: ServiceContext,
    target: T,
    gib: int,
    order: str,
    costs: str,
    details: str,
    name: str,
    share_id: str | None = None,
) -> Confirmation[T]:
    """Make the confirmation of an order, which asks only if it goes beyond the allowance.

    Args:
        context: The call's.
        target: What the tool needs to go on.
        gib: How many GiB it adds or, where a tier is raised, makes dearer.
        order: The order as a question, with the GiB before and after.
        costs: What it costs, in a sentence; empty if that is not known.
        details: What else there is to know of the share, in a sentence.
        name: The share's name.
        share_id: The share's id; None if it is a new one.
    """
    service = service_for(context)
    allowance = service.allowance
    left = await allowance.left()
    if left is None or gib <= left:
        return Confirmation(target, None)
    taken, when = await allowance.taken_when_asked(current_call(), service.now)
    about = f"{taken} GiB were ordered in the hour before {when} UTC; beyond {allowance.gib} GiB an hour you are asked."
    return Confirmation(
        target,
        joined(order, costs, about, await others_of_name(context, name, share_id), details),
        subject=joined(order, details),
        why=_why(gib, allowance.gib, left),
        instead=_instead(allowance.gib, left),
        loses=False,
    )


def _why(gib: int, allowance_gib: int | None, left: int) -> str:
    allowed = f"the {allowance_gib} GiB an hour that may be ordered without a question (--allowance-gib)"
    if left == allowance_gib:
        return f"this orders {gib} GiB, more than {allowed}"
    return f"this orders {gib} GiB, and of {allowed} {left} are left"


def _instead(allowance_gib: int | None, left: int) -> str:
    if not allowance_gib:
        return "Without a question nothing can be ordered, and trying again will not help."
    if left == allowance_gib:
        return "A smaller order needs no question."
    now = f"up to {left} GiB" if left else "nothing"
    return f"Without a question, {now} can be ordered now, and up to {allowance_gib} GiB an hour from now."


@asynccontextmanager
async def ordering(context: ServiceContext, gib: int, agreed: Agreed[T]) -> AsyncIterator[None]:
    """Count what is ordered inside against the allowance.

    Args:
        context: The call's.
        gib: As `order_confirmation` was given it.
        agreed: What came of the confirmation.

    Raises:
        NfsError: Nobody was asked, and meanwhile other calls have taken what was left.
    """
    async with service_for(context).allowance.taking(gib, current_call(), agreed=agreed.asked):
        yield


def monthly_costs(context: ServiceContext, *steps: tuple[int, str | None]) -> str:
    """Return what a share costs a month, in a sentence; empty if no price is known for it.

    Args:
        context: The call's.
        steps: Its size in GiB and its tier: as they are now, if there is the share, and as they are to be. None stands
            for a tier that is not known, such as the one that the API takes by itself.
    """
    prices = service_for(context).prices
    costs = []
    for size_gib, tier in steps:
        known = {name: f"{size_gib * price:,.2f}" for name, price in prices.items() if tier in (name, None)}
        if not known:
            return ""
        costs.append(known[tier] if tier else " or ".join(f"{cost} on the {name} tier" for name, cost in known.items()))
    then = f"{costs[0]} a month now, and {costs[1]} then" if len(costs) > 1 else f"{costs[0]} a month"
    return f"By the prices that were given (--price) it costs {then}."

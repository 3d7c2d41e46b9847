"""What is sent to an outbox is taken in order, all that there is at once, until the last sender is closed."""

import asyncio

import anyio
import pytest
from do_nfs_mcp.transports.outbox import Outbox

pytestmark = pytest.mark.anyio


async def test_all_that_was_sent_is_taken_at_once_in_its_order() -> None:
    outbox = Outbox[int]()
    first, second = outbox.sender(), outbox.sender()
    await first.send(1)
    await second.send(2)
    await first.send(3)
    assert await outbox.take() == [1, 2, 3]


async def test_who_takes_waits_until_something_is_sent() -> None:
    outbox = Outbox[int]()
    sender = outbox.sender()
    taking = asyncio.create_task(outbox.take())
    await anyio.lowlevel.checkpoint()
    assert not taking.done()
    await sender.send(1)
    assert await taking == [1]


async def test_nothing_is_taken_once_every_sender_is_closed_and_all_was_taken() -> None:
    outbox = Outbox[int]()
    async with outbox.sender() as last:
        async with outbox.sender() as other:
            await other.send(1)
        await other.aclose()
        taking = asyncio.create_task(outbox.take())
        assert await taking == [1]
        taking = asyncio.create_task(outbox.take())
        await anyio.lowlevel.checkpoint()
        assert not taking.done()
        with pytest.raises(anyio.ClosedResourceError):
            await other.send(2)
    assert await taking == []
    with pytest.raises(anyio.ClosedResourceError):
        await last.send(3)


async def test_where_nobody_takes_any_more_nothing_can_be_sent() -> None:
    outbox = Outbox[int]()
    sender = outbox.sender()
    await sender.send(1)
    outbox.close()
    with pytest.raises(anyio.BrokenResourceError):
        await sender.send(2)

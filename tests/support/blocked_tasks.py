"""Waiting until every task waits for something."""

import anyio
import anyio.lowlevel


async def all_tasks_blocked() -> None:
    """Return when every other task waits for something; at once if that is soon."""
    # What anyio has for it looks again only after a tenth of a second, when a task has not got to its first wait yet.
    for _ in range(10):
        await anyio.lowlevel.checkpoint()
    await anyio.wait_all_tasks_blocked()

"""How a fault waits: in real time, whatever a test has made of the clock of its process and of its event loop."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from do_nfs_sandbox.http.asgi import Sleep

__all__ = ["pause", "pause_thread"]


async def pause(seconds: float) -> None:
    """Wait, and let the event loop go on. Under a frozen clock its own timers never end."""
    import anyio.to_thread  # Takes a while, and only faults sleep.

    over = threading.Event()
    try:
        await anyio.to_thread.run_sync(over.wait, seconds, abandon_on_cancel=True, limiter=anyio.CapacityLimiter(1))
    finally:
        over.set()


def pause_thread(seconds: float, sleep: Sleep = pause) -> None:
    """Wait in this thread, without an event loop, which a test may have forbidden, with its sockets.

    Args:
        seconds: For how long.
        sleep: What waits. Another than `pause` must be done without an event loop, as a test's own clock is.

    Raises:
        RuntimeError: If it waits for an event loop.
    """
    if sleep is pause:
        time.sleep(seconds)
        return
    waiting = sleep(seconds).__await__()
    try:
        next(waiting)
    except StopIteration:
        return
    waiting.close()
    raise RuntimeError("the sandbox's sleep needs an event loop, which an httpx.Client does not have")

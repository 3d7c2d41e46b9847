"""The time in a test's hands."""

import anyio.lowlevel


class Clock:
    """A clock that stands still until a test moves it. now: Where it stands, in seconds since 1970."""

    def __init__(self, now: float = 1_767_225_600.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def pass_time(self, seconds: float = 10) -> None:
        self.now += seconds

    async def sleep(self, seconds: float) -> None:
        """Sleep without taking any time but this clock's. Others come to their turn."""
        self.now += seconds
        await anyio.lowlevel.checkpoint()

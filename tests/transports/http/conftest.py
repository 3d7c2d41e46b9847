"""The server over HTTP, in memory."""

from types import SimpleNamespace

import pytest

from ...support.clock import Clock
from ...support.http_site import grant, open_site, sandbox, site, token_file
from ...support.in_memory import clock, protocol_version, sent
from ...support.states import state, store

__all__ = [
    "clock",
    "grant",
    "minutes",
    "open_site",
    "protocol_version",
    "sandbox",
    "sent",
    "site",
    "state",
    "store",
    "token_file",
]


@pytest.fixture
def minutes(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock by which callers' requests and failed logins are counted."""
    for module in (
        "limits.aio.storage.memory",
        "limits.aio.strategies",
        "do_nfs_mcp.transports.http.rate",
        "do_nfs_mcp.transports.http.failed_logins",
    ):
        monkeypatch.setattr(f"{module}.time", SimpleNamespace(time=clock, monotonic=clock))
    # Not the moment at which one minute ends and the next begins.
    clock.pass_time(7)
    return clock

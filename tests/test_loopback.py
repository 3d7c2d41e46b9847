"""Which hosts are this machine, to the server and to the sandbox."""

from collections.abc import Callable

import pytest
from do_nfs_mcp import loopback
from do_nfs_sandbox.http import admin_access

SAYS = [loopback.is_loopback, admin_access.is_loopback]


@pytest.mark.parametrize("is_loopback", SAYS)
@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost", "::ffff:127.0.0.1", "::ffff:7f00:1"])
def test_this_machine_is(is_loopback: Callable[[str], bool], host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("is_loopback", SAYS)
@pytest.mark.parametrize("host", ["10.0.0.1", "::2", "::ffff:10.0.0.1", "::127.0.0.1", "localhost.test", "0.0.0.0", ""])
def test_another_machine_is_not(is_loopback: Callable[[str], bool], host: str) -> None:
    assert not is_loopback(host)

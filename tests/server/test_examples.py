"""The examples in the docstrings of what people import."""

import doctest

from do_nfs_mcp import server


def test_the_example_of_build_server_runs() -> None:
    ran = doctest.testmod(server)
    assert ran.attempted > 0
    assert ran.failed == 0

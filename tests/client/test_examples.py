"""The example in the docstring of what people import."""

import doctest

from do_nfs_client import client


def test_the_example_of_the_client_runs() -> None:
    ran = doctest.testmod(client)
    assert ran.attempted > 0
    assert ran.failed == 0

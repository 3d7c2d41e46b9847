"""Whoever reads what a command prints may stop early."""

import os
from contextlib import redirect_stdout

import pytest
from do_nfs_mcp.cli.standard_output import reader_may_leave

pytestmark = pytest.mark.skipif(os.name == "nt", reason="pipes end otherwise there")


def end(code: int | None = None, *, flush: bool = False) -> str:
    """What becomes of a command that prints while nobody reads, as before `| true`, and then ends."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as stdout, redirect_stdout(stdout):
        try:
            with reader_may_leave():
                print("help", flush=flush)
                if code is not None:
                    raise SystemExit(code)
        except SystemExit as ended:
            return f"exit {ended.code}"
    return "goes on"


@pytest.mark.parametrize("code", [0, 3])
def test_a_command_that_nobody_reads_ends_with_its_own_exit_code(code: int) -> None:
    assert end(code) == f"exit {code}"


def test_a_command_goes_no_further_than_where_it_could_not_print() -> None:
    assert end(flush=True) == "exit 0"


def test_a_command_that_ends_by_itself_does_so_if_nobody_reads() -> None:
    assert end() == "goes on"

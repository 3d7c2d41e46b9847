"""How the commands run the server: in this process, as a shell expects of a command."""

import argparse
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import anyio

from do_nfs_mcp.account_token.token import AccountToken
from do_nfs_mcp.audience import read_by_a_person
from do_nfs_mcp.cli.logging_setup import log_to_stderr
from do_nfs_mcp.cli.options import settings_from
from do_nfs_mcp.cli.standard_output import write_no_more
from do_nfs_mcp.cli.token_sources import account_token
from do_nfs_mcp.settings import Settings, SettingsError

_INTERRUPTED = 130
"""The exit code that shells have for SIGINT."""


def run(
    parser: argparse.ArgumentParser, given: argparse.Namespace, work: Callable[[Settings, AccountToken], Awaitable[int]]
) -> NoReturn:
    """Do what a command is for, and end the process.

    Args:
        parser: Ends the process if the settings cannot be used.
        given: What was parsed, the options of the server among it.
        work: Takes the settings that these make, and the account's token; returns the exit code.
    """
    with read_by_a_person():
        settings = settings_from(parser, given)
        token = account_token(settings)
        log_to_stderr(settings, token.masked)
        with report_output_errors(parser):
            try:
                code = anyio.run(work, settings, token)
            except SettingsError as error:
                parser.error(str(error))
            except KeyboardInterrupt:
                print(
                    f"{parser.prog}: interrupted; if the call changes something, look whether it did", file=sys.stderr
                )
                code = _INTERRUPTED
    sys.exit(code)


@contextmanager
def report_output_errors(parser: argparse.ArgumentParser) -> Iterator[None]:
    """End the process with one line if what is printed in the block cannot be written.

    Args:
        parser: The command's, whose name the line begins with.
    """
    try:
        yield
        # A command may be started without a stdout.
        if sys.stdout:
            sys.stdout.flush()
    except OSError as error:
        print(f"{parser.prog}: error: cannot write the output: {error.strerror}", file=sys.stderr)
        write_no_more()
        sys.exit(1)

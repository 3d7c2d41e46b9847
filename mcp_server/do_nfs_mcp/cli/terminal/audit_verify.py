"""The command `do-nfs-mcp audit verify`."""

import argparse
import re
import sys
from pathlib import Path

from do_nfs_mcp.cli.parser import Argument, Command, make_parser
from do_nfs_mcp.cli.standard_output import say
from do_nfs_mcp.cli.terminal.runner import report_output_errors
from do_nfs_mcp.observability.audit_chain import Verdict, verify

_MOST_NAMED = 50
_HASH = re.compile("[0-9a-f]{64}")


def _hash(text: str) -> str:
    if not _HASH.fullmatch(text):
        raise argparse.ArgumentTypeError("has to be 64 hexadecimal digits, as this command prints them")
    return text


VERIFY = Command(
    "do-nfs-mcp audit verify",
    purpose="check that no line of an audit file is missing or changed",
    description="Says which lines of an audit file written with --audit-chain are missing, changed, added or out of "
    "order. The file alone cannot show that lines are missing at its end, and anyone who may write the "
    "file can rewrite it all: keep the printed hash where they cannot write, and give it to --last the "
    "next time.",
    arguments=(
        Argument("file", type=Path, metavar="FILE", help="the audit file"),
        Argument(
            "--last", type=_hash, metavar="HASH", help="the hash printed last time, whose line must still be there"
        ),
    ),
    epilog="Exit code: 0 if every line is as it was written, 1 if not, 2 if the file cannot be read.",
)
COMMAND = Command(
    "do-nfs-mcp audit",
    description="Works with files written by --audit-file.",
    commands_title="commands",
    commands=(VERIFY,),
)


def main(arguments: list[str]) -> None:
    """Do what the command is for, and end the process.

    Args:
        arguments: What follows the command's name.
    """
    parser = make_parser(COMMAND)
    given = parser.parse_args(arguments)
    if given.command is None:
        parser.error(f"the command is missing: {VERIFY.name}")
    try:
        with given.file.open("rb") as lines:
            verdict = verify(lines)
    except OSError as error:
        parser.error(f"{given.file}: {error.strerror}")
    problems = _problems(verdict, given.last)
    with report_output_errors(parser):
        say(_whole(given.file, verdict) if not problems else _broken(given.file, problems))
    sys.exit(1 if problems else 0)


def _problems(verdict: Verdict, last: str | None) -> list[str]:
    """Return what is wrong with a file. last: The hash that a line of it is to have, if one is."""
    if not verdict.hashes:
        return ["it is empty: nothing was written yet, or every line is gone"]
    if not verdict.chained:
        return ["its lines are not chained: it was not written with --audit-chain"]
    if last is not None and last not in verdict.hashes:
        return [*verdict.problems, "the line whose hash was given with --last is missing or changed"]
    return verdict.problems


def _whole(file: Path, verdict: Verdict) -> str:
    count = len(verdict.hashes)
    return (
        f"{file}: {count} line{'' if count == 1 else 's'}, none missing or changed. To find out next time "
        f"whether lines at the end are missing, give --last {verdict.hashes[-1]}"
    )


def _broken(file: Path, problems: list[str]) -> str:
    more = len(problems) - _MOST_NAMED
    return "\n".join(
        [f"{file}: {each}" for each in problems[:_MOST_NAMED]] + ([f"{file}: and {more} more"] if more > 0 else [])
    )

"""The command `do-nfs-mcp audit verify`."""

import argparse
import re
import sys
from pathlib import Path

from do_nfs_mcp.cli.parser import Argument, Command, make_parser
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
    purpose="say whether a line of an audit is missing or was changed",
    description="Says which lines of an audit that was written with --audit-chain are missing, changed, added or out "
    "of order. Lines cannot tell whether any were cut off after them, and whoever may write the file can make it all "
    "anew: keep the hash that is printed where they cannot write, and give it the next time.",
    arguments=(
        Argument("file", type=Path, metavar="FILE", help="what --audit-file named"),
        Argument("--last", type=_hash, metavar="HASH", help="the hash printed the last time: its line has to be there"),
    ),
    epilog="Exit code: 0 if every line is there as it was written, 1 if not, 2 if the file cannot be read.",
)
COMMAND = Command(
    "do-nfs-mcp audit",
    description="Looks after what --audit-file has kept.",
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
        print(_whole(given.file, verdict) if not problems else _broken(given.file, problems))
    sys.exit(1 if problems else 0)


def _problems(verdict: Verdict, last: str | None) -> list[str]:
    """Return what is wrong with a file. last: The hash that a line of it is to have, if one is."""
    if not verdict.hashes:
        return ["it has no lines: nothing was written yet, or all of it is gone"]
    if not verdict.chained:
        return ["its lines are of no chain: it was not written with --audit-chain"]
    if last is not None and last not in verdict.hashes:
        return [*verdict.problems, "the line whose hash was given with --last is missing or was changed"]
    return verdict.problems


def _whole(file: Path, verdict: Verdict) -> str:
    count = len(verdict.hashes)
    return (
        f"{file}: {count} line{'' if count == 1 else 's'}, none missing or changed. Whether the end was cut off, only "
        f"this tells the next time: --last {verdict.hashes[-1]}"
    )


def _broken(file: Path, problems: list[str]) -> str:
    more = len(problems) - _MOST_NAMED
    return "\n".join(
        [f"{file}: {each}" for each in problems[:_MOST_NAMED]] + ([f"{file}: and {more} more"] if more > 0 else [])
    )

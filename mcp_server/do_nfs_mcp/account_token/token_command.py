"""A token that a command prints: one that asks a password manager or a vault for it, say."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import anyio

from do_nfs_mcp.account_token.command_line import split
from do_nfs_mcp.account_token.source import TokenSource, checked, no_token
from do_nfs_mcp.private_file import refuse_if_replaceable

__all__ = ["command_source"]

# A person may have to unlock something.
_SECONDS = 30
# No token comes near.
_MOST_BYTES = 64 * 1024
# In seconds. A command that was run in vain may have asked a person, who is not asked by each call.
_PAUSE = 10


def command_source(command: str, environment: Mapping[str, str], *, seconds: float = _SECONDS) -> TokenSource:
    """Return the source of a token that a command prints on its stdout.

    The command has no stdin, and nobody sees its stderr, which may have the token in it.

    Args:
        command: The program and its arguments, in one line.
        environment: The variables that it gets, which have no token in them.
        seconds: How long it may take.
    """
    program, *arguments = split(command)

    async def read() -> str:
        path = shutil.which(program, path=environment.get("PATH"))
        if path is None:
            raise no_token(f"--token-command: no program {program} is on the PATH that this server was started with")
        _refuse_if_others_may_write(Path(path))
        return checked(
            await _printed([path, *arguments], environment, seconds), f"--token-command: what {program} prints"
        )

    return TokenSource(
        f"--token-command: {program} printed one",
        f"have the command of --token-command ({program}) print a valid one",
        read,
        pause=_PAUSE,
    )


def _refuse_if_others_may_write(program: Path) -> None:
    # Windows has no such bits.
    if sys.platform == "win32":
        return
    real = program.resolve()
    try:
        found = real.stat()
    except OSError as error:
        raise no_token(f"--token-command: {program} cannot be looked at: {error.strerror}") from error
    if found.st_uid not in {os.geteuid(), 0}:
        raise no_token(f"--token-command: {real} belongs to another user, who may have it do anything")
    if found.st_mode & 0o022:
        raise no_token(f"--token-command: others may write {real}, and so have it do anything: chmod go-w {real}")
    try:
        # Homebrew lets a group write to the folder of its programs.
        refuse_if_replaceable(program, stat.S_IWOTH)
    except ValueError as error:
        raise no_token(f"--token-command: {error}") from error


async def _printed(command: list[str], environment: Mapping[str, str], seconds: float) -> str:
    """Run a command and return what it printed."""
    printed = b""
    try:
        # Leaving the inner block while it is cancelled ends the command.
        with anyio.fail_after(seconds):
            async with await anyio.open_process(
                command,
                stdin=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            ) as process:
                assert process.stdout is not None
                async for chunk in process.stdout:
                    printed += chunk[: _MOST_BYTES - len(printed)]
                code = await process.wait()
    except TimeoutError as error:
        raise no_token(f"--token-command: the command took longer than {seconds:g} s and was ended") from error
    except OSError as error:
        raise no_token(f"--token-command: {command[0]} cannot be started: {error.strerror}") from error
    if code:
        raise no_token(
            f"--token-command: the command ended with exit code {code}. What it said is not shown, since the token "
            "may be in it: run it in a terminal"
        )
    return printed.decode(errors="replace")

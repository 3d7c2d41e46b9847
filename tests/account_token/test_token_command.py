"""A token that a command prints."""

import ast
import os
import shlex
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import anyio
import psutil
import pytest
from do_nfs_mcp.account_token.source import NoTokenError
from do_nfs_mcp.account_token.token import AccountToken
from do_nfs_mcp.account_token.token_command import command_source
from do_nfs_mcp.observability.masking import Masking

from ..support.clock import Clock
from ..support.constants import TOKEN
from ..support.token_commands import Script, TokenCommand

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(os.name == "nt", reason="the programs are POSIX's")]

ENVIRONMENT = {"PATH": os.environ.get("PATH", ""), "VAULT": "ours"}


async def refusal(command: str, environment: dict[str, str] = ENVIRONMENT, seconds: float = 60) -> str:
    with pytest.raises(NoTokenError) as refused:
        await command_source(command, environment, seconds=seconds).read()
    said = str(refused.value)
    assert said.startswith("There is no DigitalOcean token, so nothing was sent: --token-command: ")
    assert TOKEN not in said
    return said


async def test_what_a_command_prints_is_the_token(token_command: TokenCommand) -> None:
    token_command.prints("first", "second")
    source = command_source(f"{token_command.line} 'two words' \"$HOME; echo\" *", ENVIRONMENT)
    assert [await source.read() for _ in range(3)] == ["first", "second", "second"]
    arguments, environment, stdin = ast.literal_eval(token_command.runs[0])
    # No shell has read it.
    assert arguments == ["two words", "$HOME; echo", "*"]
    assert environment.items() >= ENVIRONMENT.items()
    assert stdin == ""


async def test_a_command_that_was_run_in_vain_is_left_alone_for_ten_seconds(token_command: TokenCommand) -> None:
    token_command.prints("two words", "second")
    clock = Clock()
    token = AccountToken(command_source(token_command.line, ENVIRONMENT), Masking(), clock=clock)
    for _ in range(3):
        with pytest.raises(NoTokenError):
            await token.get()
    assert len(token_command.runs) == 1
    clock.pass_time(10)
    assert (await token.get()).value == "second"


async def test_a_program_is_found_on_the_path(token_command: TokenCommand) -> None:
    token_command.prints(TOKEN)
    path = {"PATH": str(token_command.path.parent)}
    assert await command_source("print-token", path).read() == TOKEN
    said = await refusal("print-tokn", path)
    assert "no program print-tokn is on the PATH that this server was started with" in said
    token_command.path.chmod(0o600)
    assert "no program print-token is on the PATH" in await refusal("print-token", path)


@pytest.mark.parametrize("code", [1, 127])
async def test_a_command_that_fails_is_told_by_its_exit_code_and_shows_nothing(script: Script, code: int) -> None:
    said = await refusal(shlex.quote(str(script(f"echo {TOKEN}; echo {TOKEN} >&2; exit {code}"))))
    assert f"the command ended with exit code {code}." in said
    assert "run it in a terminal" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "holds nothing"), ("echo a b", "holds more than a token"), ("printf 'a\\000b'", "holds more than a token")],
)
async def test_what_is_not_a_token_is_refused(script: Script, text: str, said: str) -> None:
    assert said in await refusal(shlex.quote(str(script(text))))


async def test_a_command_that_prints_without_an_end_takes_no_memory_for_it(script: Script) -> None:
    endless = script("i=0; while [ $i -lt 2000 ]; do printf '%01024d' 0; i=$((i+1)); done")
    assert len(await command_source(shlex.quote(str(endless)), ENVIRONMENT).read()) == 64 * 1024


async def test_a_command_that_takes_too_long_is_ended(script: Script) -> None:
    said = await refusal(shlex.quote(str(script("exec sleep 3600"))), seconds=0.1)
    assert "took longer than 0.1 s and was ended" in said
    assert psutil.Process().children() == []


async def test_a_program_that_cannot_be_started_is_told(tmp_path: Path, script: Script) -> None:
    path = script("")
    path.write_text("#!/no/such/interpreter\n")
    assert f"{path} cannot be started: No such file or directory" in await refusal(shlex.quote(str(path)))


@pytest.mark.parametrize("mode", [0o722, 0o720, 0o702])
async def test_a_program_that_others_may_write_is_not_run(token_command: TokenCommand, mode: int) -> None:
    token_command.prints(TOKEN)
    token_command.path.chmod(mode)
    link = token_command.path.parent.parent / "link"
    link.symlink_to(token_command.path)
    for program in (token_command.path, link):
        said = await refusal(shlex.quote(str(program)))
        assert f"others may write {token_command.path}, and so have it do anything: " in said
        assert f"chmod go-w {token_command.path}." in said
    assert token_command.runs == []
    # As most programs are.
    token_command.path.chmod(0o755)
    assert await command_source(shlex.quote(str(link)), ENVIRONMENT).read() == TOKEN


async def test_a_command_may_take_half_a_minute(token_command: TokenCommand, monkeypatch: pytest.MonkeyPatch) -> None:
    token_command.prints(TOKEN)
    limits: list[float] = []
    fail_after = anyio.fail_after

    def limited(seconds: float) -> AbstractContextManager[anyio.CancelScope]:
        limits.append(seconds)
        return fail_after(seconds)

    monkeypatch.setattr(anyio, "fail_after", limited)
    assert await command_source(token_command.line, ENVIRONMENT).read() == TOKEN
    assert limits == [30]


async def test_a_program_of_another_user_is_not_run(
    token_command: TokenCommand, give_away: Callable[[Path], None]
) -> None:
    token_command.prints(TOKEN)
    give_away(token_command.path)
    assert f"{token_command.path} belongs to another user" in await refusal(token_command.line)
    assert token_command.runs == []


async def test_a_program_in_a_folder_where_others_may_replace_it_is_not_run(token_command: TokenCommand) -> None:
    token_command.prints(TOKEN)
    folder = token_command.path.parent
    folder.chmod(0o707)
    assert f"others may write in {folder}, and so replace {token_command.path}: chmod o-w {folder}." in await refusal(
        token_command.line
    )
    assert token_command.runs == []
    # As /tmp is, where nobody replaces what is another's.
    folder.chmod(0o1707)
    assert await command_source(token_command.line, ENVIRONMENT).read() == TOKEN

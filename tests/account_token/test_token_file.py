"""A token in a file that others cannot read."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from do_nfs_mcp.account_token.source import NoTokenError
from do_nfs_mcp.account_token.token_file import file_source

from ..support.constants import TOKEN

pytestmark = pytest.mark.anyio


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "token"
    file.touch(mode=0o600)
    return file


def put(file: Path, text: str, mode: int = 0o600) -> None:
    file.write_text(text, encoding="utf-8", newline="")
    file.chmod(mode)


@pytest.mark.parametrize("text", [TOKEN, f"{TOKEN}\n", f" {TOKEN}\r\n\n"])
async def test_a_token_in_a_file_may_have_white_space_around_it(file: Path, text: str) -> None:
    put(file, text)
    assert await file_source(file).read() == TOKEN


async def test_a_file_is_read_anew_each_time(file: Path) -> None:
    source = file_source(file)
    for token in ("first", "second"):
        put(file, token)
        assert await source.read() == token


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
async def test_a_file_of_another_user_is_refused(file: Path, give_away: Callable[[Path], None]) -> None:
    put(file, TOKEN)
    give_away(file)
    with pytest.raises(NoTokenError, match="belongs to another user"):
        await file_source(file).read()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
@pytest.mark.parametrize("mode", [0o644, 0o604, 0o660, 0o620, 0o602, 0o601, 0o666])
async def test_a_file_that_others_can_read_or_change_is_refused_with_what_to_do(file: Path, mode: int) -> None:
    put(file, TOKEN, mode)
    with pytest.raises(NoTokenError) as refused:
        await file_source(file).read()
    said = str(refused.value)
    assert said.startswith("There is no DigitalOcean token, so nothing was sent: --token-file: ")
    assert f"{file} is open to others, who may neither read nor write it: chmod 640 {file}. " in said
    assert TOKEN not in said
    put(file, TOKEN, 0o640)
    assert await file_source(file).read() == TOKEN


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds nothing"),
        (" \n", "holds nothing"),
        ("two words", "holds more than a token"),
        ("a\nb", "holds more than a token"),
        ("tok\u00e9n", "holds more than a token"),
        ("a\x1b[1m", "holds more than a token"),
    ],
)
async def test_a_file_that_holds_no_token_is_refused_without_showing_what_it_holds(
    file: Path, text: str, said: str
) -> None:
    put(file, text)
    with pytest.raises(NoTokenError, match=said) as refused:
        await file_source(file).read()
    assert str(file) in str(refused.value)
    assert not text.strip() or text not in str(refused.value)


async def test_what_is_not_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoTokenError, match="cannot be read: No such file"):
        await file_source(tmp_path / "none").read()
    with pytest.raises(NoTokenError, match="is not a file"):
        await file_source(tmp_path).read()
    if hasattr(os, "mkfifo"):
        # To open it would wait for ever.
        os.mkfifo(tmp_path / "pipe", 0o600)
        with pytest.raises(NoTokenError, match="is not a file"):
            await file_source(tmp_path / "pipe").read()

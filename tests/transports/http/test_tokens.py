"""The file of tokens."""

import hmac
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from do_nfs_mcp.api.scopes import SCOPES
from do_nfs_mcp.transports.http.tokens import TokenFile, new_token, parse
from do_nfs_mcp.transports.http.verifiers import VerifierUnavailableError

from ...support.http_site import Grant

HASH = "sha256:" + "0" * 64


def text_in(path: Path) -> str:
    return path.read_text()


def rewrite(path: Path, text: str) -> None:
    path.write_text(text)


def test_a_token_is_random_and_its_line_does_not_hold_it() -> None:
    made = [new_token("ann", SCOPES) for _ in range(100)]
    assert len({token for token, _ in made}) == 100
    # 256 bits, six in a character.
    assert {len(token) for token, _ in made} == {len("dnm_") + 43}
    assert all(token not in line for token, line in made)


def test_a_token_s_line_has_its_scopes_in_one_order() -> None:
    assert new_token("ann", ["nfs:read", "nfs:list"])[1].startswith("ann nfs:list,nfs:read sha256:")


def test_comments_and_empty_lines_of_a_token_file_are_skipped() -> None:
    line = new_token("ann", ["nfs:list"])[1]
    assert [str(entry) for entry in parse(f"# who\n\n  {line}  \n")] == [line]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it has no tokens"),
        ("# nobody yet\n", "it has no tokens"),
        ("ann", "line 1: a line is a name, the scopes and the hash"),
        (f"# x\nann nfs:list {HASH} x", "line 2: a line is"),
        ("ann nfs:list hunter2", "line 1: a hash is sha256: and 64"),
        (f"ann nfs:list {HASH[:-1]}", "line 1: a hash is"),
        (f"ann nfs:list {HASH.upper()}", "line 1: a hash is"),
        (f"ann nfs:write {HASH}", "line 1: the scopes are nfs:list, nfs:read, nfs:create, nfs:delete"),
        (f"ann , {HASH}", "line 1: the scopes are"),
        (f"ann nfs:list,,nfs:read {HASH}", "line 1: the scopes are"),
        (f"-ann nfs:list {HASH}", "line 1: a name is"),
        (f"{'a' * 65} nfs:list {HASH}", "line 1: a name is"),
        (f"ann nfs:list {HASH}\nbob nfs:list {HASH}", "line 2: this token is in the file already"),
    ],
)
def test_a_malformed_line_of_a_token_file_is_named_without_its_text(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"^(line|it) ?") as error:
        parse(text)
    assert str(error.value).startswith(said)
    assert "hunter2" not in str(error.value)


@pytest.mark.anyio
async def test_a_token_is_accepted_with_its_scopes(token_file: Path, grant: Grant) -> None:
    ann, bob = grant("ann", "nfs:list"), grant("bob", *SCOPES)
    verifier = TokenFile(token_file)
    for token, name, scopes in ((ann, "ann", ["nfs:list"]), (bob, "bob", list(SCOPES))):
        caller = await verifier.verify_token(token)
        assert caller is not None
        assert (caller.client_id, caller.scopes) == (name, scopes)
        assert token not in repr(caller)


@pytest.mark.anyio
@pytest.mark.parametrize("wrong", ["", " ", "{token} ", "{token}x", "sha256:{digest}", "{digest}", "é", "\0"])
async def test_what_is_not_exactly_a_token_of_the_file_is_rejected(token_file: Path, grant: Grant, wrong: str) -> None:
    token = grant("ann", "nfs:list")
    digest = text_in(token_file).splitlines()[-1].partition("sha256:")[2]
    assert await TokenFile(token_file).verify_token(wrong.format(token=token, digest=digest)) is None


@pytest.mark.anyio
async def test_every_hash_is_compared_in_constant_time_whatever_the_caller(
    token_file: Path, grant: Grant, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[bytes] = []
    compare = hmac.compare_digest

    def count(one: bytes, other: bytes) -> bool:
        compared.append(one)
        return compare(one, other)

    tokens = [grant(f"caller{n}", "nfs:list") for n in range(5)]
    verifier = TokenFile(token_file)
    monkeypatch.setattr(hmac, "compare_digest", count)
    for token in (*tokens, "none"):
        compared.clear()
        await verifier.verify_token(token)
        assert len(compared) == 6


@pytest.mark.anyio
async def test_who_is_taken_out_of_the_token_file_is_no_longer_accepted(token_file: Path, grant: Grant) -> None:
    verifier = TokenFile(token_file)
    before = text_in(token_file)
    token = grant("ann", "nfs:list")
    assert await verifier.verify_token(token)
    rewrite(token_file, before)
    assert await verifier.verify_token(token) is None


def append(path: Path, line: str) -> None:
    path.write_text(f"{text_in(path)}{line}\n")


def replace(path: Path, line: str) -> None:
    """Put a file with this line in the place of one, which is as long if it has one line, too."""
    other = path.with_name("other")
    other.write_text(f"{line}\n")
    other.chmod(0o640)
    other.replace(path)


def overwrite(path: Path, line: str) -> None:
    path.write_text(f"{line}\n")


def modified(path: Path) -> int:
    """When it was changed last, in nanoseconds."""
    return path.stat().st_mtime_ns


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("change", "seconds"),
    [
        pytest.param(append, 0, id="a line more in the same moment"),
        pytest.param(replace, 0, id="another file of the same moment and length"),
        pytest.param(overwrite, 1, id="as long as before, a second later"),
        pytest.param(overwrite, -1, id="as long as before, and older"),
    ],
)
async def test_a_change_of_the_token_file_counts_at_once_and_is_logged(
    token_file: Path,
    caplog: pytest.LogCaptureFixture,
    change: Callable[[Path, str], None],
    seconds: int,
) -> None:
    moment = modified(token_file) + seconds * 10**9
    verifier = TokenFile(token_file)
    # A name as long as the one that is in the file.
    token, line = new_token("anyone", SCOPES)
    change(token_file, line)
    os.utime(token_file, ns=(moment, moment))
    for _ in range(2):
        caller = await verifier.verify_token(token)
        assert caller is not None
        assert caller.client_id == "anyone"
    tokens = len(text_in(token_file).splitlines())
    assert caplog.messages == [f"{token_file} was read again; it has {tokens} tokens"]


@pytest.mark.anyio
@pytest.mark.skipif(os.name == "nt", reason="there files have no such bits")
async def test_a_token_file_that_has_become_unusable_rejects_every_caller_until_it_is_mended(
    token_file: Path, grant: Grant
) -> None:
    token = grant("ann", "nfs:list")
    verifier = TokenFile(token_file)
    good = text_in(token_file)

    def break_it() -> None:
        rewrite(token_file, "gibberish")

    def mend_it() -> None:
        rewrite(token_file, good)
        token_file.chmod(0o640)

    for spoil in (break_it, token_file.unlink, lambda: token_file.chmod(0o644)):
        spoil()
        for _ in range(2):
            with pytest.raises(VerifierUnavailableError, match="tokens"):
                await verifier.verify_token(token)
        with pytest.raises(VerifierUnavailableError, match="tokens"):
            await verifier.check()
        mend_it()
        await verifier.check()
        assert await verifier.verify_token(token)


@pytest.mark.skipif(os.name == "nt", reason="there files have no such bits")
@pytest.mark.parametrize("mode", [0o604, 0o602, 0o660, 0o644, 0o666, 0o620])
def test_a_token_file_that_others_can_open_is_not_used(token_file: Path, mode: int) -> None:
    token_file.chmod(mode)
    with pytest.raises(ValueError, match="is open to others") as error:
        TokenFile(token_file)
    assert str(token_file) in str(error.value)


def test_a_token_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="missing cannot be read: No such file"):
        TokenFile(tmp_path / "missing")
    with pytest.raises(ValueError, match="is not a file"):
        TokenFile(tmp_path)
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="binary is not text"):
        TokenFile(binary)

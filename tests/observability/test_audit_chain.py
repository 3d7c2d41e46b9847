"""In a chain of lines it shows which are missing, changed, added or out of order."""

import json
import random
from collections.abc import Callable
from functools import partial

import pytest
from do_nfs_mcp.observability.audit_chain import Link, last_link, linked, verify


def end_of(text: bytes, begin: int) -> bytes:
    return text[begin:]


def chain(length: int) -> list[bytes]:
    """So many lines, each chained to the one before."""
    lines: list[bytes] = []
    for number in range(1, length + 1):
        text = b"".join(line + b"\n" for line in lines)
        last = last_link(partial(end_of, text), len(text))
        lines.append(linked(json.dumps({"tool": "create_share", "arguments": {"n": number}}), last).encode())
    return lines


def changed(line: bytes) -> bytes:
    return line.replace(b"create_share", b"delete_share")


def renumbered(line: bytes, number: int) -> bytes:
    return json.dumps({**json.loads(line), "line": number}).encode()


def moved(lines: list[bytes], begin: int, end: int) -> list[bytes]:
    rest = [*lines]
    rest.insert(end, rest.pop(begin))
    return rest


def test_lines_that_are_as_they_were_written_have_no_problems() -> None:
    for length in (1, 2, 9):
        verdict = verify(line + b"\n" for line in chain(length))
        assert (verdict.problems, verdict.chained, len(verdict.hashes)) == ([], True, length)


@pytest.mark.parametrize(
    ("tamper", "problems"),
    [
        pytest.param(lambda c: [*c[:3], changed(c[3]), *c[4:]], ["line 4 was changed"], id="changed"),
        pytest.param(lambda c: [changed(c[0]), *c[1:]], ["line 1 was changed"], id="the first changed"),
        pytest.param(lambda c: [*c[:3], c[3] + b" ", *c[4:]], ["line 4 was changed"], id="a space more"),
        pytest.param(
            lambda c: [*map(changed, c[2:4]), *c[4:]],
            ["lines 1 to 2 are missing", "line 3 or line 4 was changed", "line 4 was changed"],
            id="several changed and the begin cut off",
        ),
        pytest.param(
            lambda c: [*c[:7], changed(c[7]), c[8]], ["line 8 or line 9 was changed"], id="the last but one changed"
        ),
        pytest.param(
            lambda c: [*c[:8], c[8].replace(b'"previous": "', b'"previous": "0')],
            ["line 8 or line 9 was changed"],
            id="the last changed in what it says of the one before",
        ),
        pytest.param(lambda c: [*c[:3], *c[4:]], ["line 4 is missing"], id="missing"),
        pytest.param(lambda c: [*c[:3], *c[5:]], ["lines 4 to 5 are missing"], id="two missing"),
        pytest.param(
            lambda c: [*c[:1], b"{}", *c[2:4], *c[5:]],
            ["line 2 was changed or added: it is of no chain", "line 5 is missing"],
            id="an early one changed and a later one missing",
        ),
        pytest.param(lambda c: c[1:], ["line 1 is missing"], id="the first missing"),
        pytest.param(
            lambda c: [*c[:3], *(renumbered(line, n) for n, line in enumerate(c[4:], 4))],
            [f"line {n} or line {n + 1} was changed" for n in range(3, 8)],
            id="missing and renumbered",
        ),
        pytest.param(
            lambda c: [*c[:3], changed(c[3]), *c[3:]],
            ["line 4 of the file was added, in the place of line 4"],
            id="a copy with changes added before",
        ),
        pytest.param(
            lambda c: [*c[:4], changed(c[3]), *c[4:]],
            ["line 5 of the file was added, in the place of line 4"],
            id="a copy with changes added after",
        ),
        pytest.param(
            lambda c: [*c[:4], c[3], *c[4:]], ["line 5 of the file was added, in the place of line 4"], id="doubled"
        ),
        pytest.param(
            lambda c: [*c[:4], b"{}", *c[4:]], ["line 5 of the file was added, in the place of line 5"], id="no link"
        ),
        pytest.param(
            lambda c: [*c, b"{}"], ["line 10 was changed or added: it is of no chain"], id="no link at the end"
        ),
        pytest.param(
            lambda c: [*c[:4], c[4][:20], *c[5:]], ["line 5 was changed or added: it is of no chain"], id="cut short"
        ),
        pytest.param(
            lambda c: [*c, linked('{"tool": "x"}', Link(9, "0" * 64)).encode()],
            ["line 9 or line 10 was changed"],
            id="one that is not chained to the last",
        ),
        pytest.param(
            lambda c: [*c, linked('{"tool": "x"}', Link(10**30, "0" * 64)).encode()],
            [f"lines 10 to {10**30} are missing"],
            id="a number beyond all bounds",
        ),
        pytest.param(lambda c: moved(c, 3, 4), ["line 4 stands behind line 5"], id="two exchanged"),
        pytest.param(lambda c: moved(c, 2, 8), ["line 3 stands behind line 9"], id="moved to the end"),
        pytest.param(lambda c: moved(c, 7, 0), ["line 1 stands behind line 8"], id="moved to the begin"),
    ],
)
def test_it_is_said_which_line_is_not_as_it_was(
    tamper: Callable[[list[bytes]], list[bytes]], problems: list[str]
) -> None:
    assert verify(tamper(chain(9))).problems == problems


@pytest.mark.parametrize("number", range(1, 13))
def test_wherever_a_line_was_changed_doubled_or_taken_away_that_line_is_named(number: int) -> None:
    lines = chain(13)
    before, line, after = lines[: number - 1], lines[number - 1], lines[number:]
    assert verify([*before, changed(line), *after]).problems == [
        f"line {number}{' or line 13' if number == 12 else ''} was changed"
    ]
    assert verify([*before, *after]).problems == [f"line {number} is missing"]
    for number_added, copies in ((number, [changed(line), line]), (number + 1, [line, changed(line)])):
        assert verify([*before, *copies, *after]).problems == [
            f"line {number_added} of the file was added, in the place of line {number}"
        ]


@pytest.mark.parametrize("seed", range(20))
def test_no_change_of_a_byte_before_the_last_line_passes(seed: int) -> None:
    chance = random.Random(seed)
    text = bytearray(b"\n".join(chain(6)))
    end = text.rindex(b"\n")
    for _ in range(50):
        place = chance.randrange(end)
        tampered = text[:place] + bytes([text[place] ^ chance.randrange(1, 256)]) + text[place + 1 :]
        assert verify(bytes(tampered).split(b"\n")).problems, place


def test_what_was_cut_off_at_the_end_only_the_hash_of_a_line_shows() -> None:
    lines = chain(9)
    whole, cut = verify(lines), verify(lines[:5])
    assert cut.problems == []
    assert whole.hashes[-1] not in cut.hashes
    assert cut.hashes == whole.hashes[:5]


def test_lines_that_nobody_chained_are_of_no_chain() -> None:
    for lines in (
        [],
        [b"{}"],
        [b'{"line": 0, "previous": ""}', b'{"line": "1", "previous": ""}', b"[" * 100_000],
        [b'{"line": -1, "previous": ""}', b'{"line": 1, "previous": null}', b'{"line": 1}'],
    ):
        assert not verify(lines).chained


@pytest.mark.parametrize("longest", [10, 100_000])
def test_the_chain_goes_on_over_what_is_not_part_of_it(longest: int) -> None:
    lines = [*chain(3), b"x" * longest, b"", b"y"]
    text = b"\n".join(lines) + b"\n"
    last = last_link(lambda begin: text[begin:], len(text))
    assert last is not None
    lines.append(linked(json.dumps({"tool": "z" * longest}), last).encode())
    text = b"\n".join(lines) + b"\n"
    last = last_link(lambda begin: text[begin:], len(text))
    assert last is not None
    assert last.number == 7
    lines.append(linked('{"tool": "create_share"}', last).encode())
    assert verify(lines).problems == [f"line {n} was changed or added: it is of no chain" for n in (4, 5, 6)]


def test_nothing_is_chained_to_lines_that_are_of_no_chain() -> None:
    text = b"{}\n" * 100_000
    with pytest.raises(ValueError, match="of no chain"):
        last_link(lambda begin: text[begin:], len(text))

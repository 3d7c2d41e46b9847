"""What is written to stderr never waits for whoever reads it. What is dropped is counted."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from do_nfs_mcp.observability.background_stderr import BackgroundStderr

LINE = "x" * 999 + "\n"


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def read_all(descriptor: int, into: bytearray) -> threading.Thread:
    """Read from a descriptor until there is no more, in a thread."""

    def read() -> None:
        while chunk := os.read(descriptor, 65536):
            into.extend(chunk)

    thread = threading.Thread(target=read)
    thread.start()
    return thread


def test_what_is_read_is_all_there_in_order(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    stderr = BackgroundStderr(writing)
    got = bytearray()
    reader = read_all(reading, got)
    said = [f"{number}\n" for number in range(1000)]
    for line in said:
        stderr.write(line)
    stderr.close()
    os.close(writing)
    reader.join()
    os.dup2(reading, writing)
    assert got.decode() == "".join(said)


def test_a_pipe_that_nobody_reads_holds_nobody_up_and_the_missing_lines_are_counted(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    stderr = BackgroundStderr(writing, most_waiting=100_000)
    # More than the pipe and what may wait hold together.
    for _ in range(1000):
        assert stderr.write(LINE) == len(LINE)
    got = bytearray()
    reader = read_all(reading, got)
    stderr.close()
    os.close(writing)
    reader.join()
    os.dup2(reading, writing)
    *lines, last = got.decode().splitlines()
    assert set(lines) == {LINE.strip()}
    assert last == f"do-nfs-mcp: {1000 - len(lines)} lines are missing above: they were not read in time."
    assert 100 <= len(lines) < 1000


def test_a_reader_that_has_gone_is_not_an_error(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    os.close(reading)
    stderr = BackgroundStderr(writing)
    stderr.write(LINE)
    stderr.close()
    os.dup2(writing, reading)


def test_without_a_text_there_is_no_thread(pipe: tuple[int, int]) -> None:
    before = threading.active_count()
    stderr = BackgroundStderr(pipe[1])
    assert threading.active_count() == before
    stderr.close()


def test_half_of_a_character_is_written_as_its_code(pipe: tuple[int, int]) -> None:
    stderr = BackgroundStderr(pipe[1])
    stderr.write("\ud800\n")
    stderr.close()
    assert os.read(pipe[0], 100) == b"\\ud800\n"


def fill(descriptor: int) -> int:
    """Write until a pipe takes no more, and return how many bytes it took."""
    os.set_blocking(descriptor, False)
    filled = 0
    try:
        while True:
            filled += os.write(descriptor, b"x" * 4096)
    except BlockingIOError:
        os.set_blocking(descriptor, True)
    return filled


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes that do not block")
def test_just_so_many_characters_wait_as_may(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    filled = fill(writing)
    stderr = BackgroundStderr(writing, most_waiting=10)
    assert stderr.writable()
    for text in ("1234\n", "6789\n", "\n", "lost\n"):
        assert stderr.write(text) == len(text)
    got = bytearray()
    reader = read_all(reading, got)
    stderr.close()
    os.close(writing)
    reader.join()
    os.dup2(reading, writing)
    first, second, last = got[filled:].decode().splitlines()
    assert (first, second) == ("1234", "6789")
    assert last == "do-nfs-mcp: 2 lines are missing above: they were not read in time."


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes that do not block")
def test_a_reader_that_never_reads_does_not_keep_the_process(pipe: tuple[int, int]) -> None:
    _, writing = pipe
    fill(writing)
    program = (
        "import sys; from do_nfs_mcp.observability.background_stderr import background_stderr\n"
        "with background_stderr(): print('lost', file=sys.stderr)"
    )
    # It is given up on half a second after the last text.
    done = subprocess.run([sys.executable, "-c", program], stderr=writing, timeout=60)
    assert done.returncode == 0

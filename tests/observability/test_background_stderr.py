"""What is written to stderr never waits for whoever reads it. What is dropped is counted."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from do_nfs_mcp.observability.background_stderr import BackgroundStderr

LINE = "x" * 999 + "\n"
can_be_filled = pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes that do not block")


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


class Reader:
    """Reads what is written into a pipe, in a thread."""

    def __init__(self, pipe: tuple[int, int]) -> None:
        self._pipe = pipe
        self._got = bytearray()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        while chunk := os.read(self._pipe[0], 65536):
            self._got.extend(chunk)

    def all_of(self, stderr: BackgroundStderr) -> str:
        """Close what writes, and return all that came."""
        stderr.close()
        reading, writing = self._pipe
        os.close(writing)
        self._thread.join()
        os.dup2(reading, writing)
        return self._got.decode()


def test_what_is_read_is_all_there_in_order(pipe: tuple[int, int]) -> None:
    stderr = BackgroundStderr(pipe[1])
    reader = Reader(pipe)
    said = [f"{number}\n" for number in range(1000)]
    for line in said:
        stderr.write(line)
    assert reader.all_of(stderr) == "".join(said)


def test_a_pipe_that_nobody_reads_holds_nobody_up_and_the_missing_lines_are_counted(pipe: tuple[int, int]) -> None:
    stderr = BackgroundStderr(pipe[1], most_waiting=100_000)
    # More than the pipe and what may wait hold together.
    for _ in range(1000):
        assert stderr.write(LINE) == len(LINE)
    *lines, last = Reader(pipe).all_of(stderr).splitlines()
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


@can_be_filled
def test_just_so_many_characters_wait_as_may(pipe: tuple[int, int]) -> None:
    filled = fill(pipe[1])
    stderr = BackgroundStderr(pipe[1], most_waiting=10)
    assert stderr.writable()
    for text in ("1234\n", "6789\n", "\n", "lost\n"):
        assert stderr.write(text) == len(text)
    first, second, last = Reader(pipe).all_of(stderr)[filled:].splitlines()
    assert (first, second) == ("1234", "6789")
    assert last == "do-nfs-mcp: 2 lines are missing above: they were not read in time."


@can_be_filled
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

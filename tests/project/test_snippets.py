"""Every command and snippet of the pages works as it stands there, unless the page says why it is not run.

The blocks of a page run one after the other in a folder of their own, which is their home as well, beside a sandbox. A
block that serves is left running until another one is to listen on a port or the page ends. What a test's machine has
not is replaced: the real API, the ports, addresses of other machines.
"""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
import yaml
from do_nfs_sandbox import Sandbox

from ..support.constants import TOKEN
from ..support.contracts import ROOT
from ..support.processes import free_port
from ..support.serving import serving
from .pages import Block, blocks

BLOCKS = list(blocks())
BIN = Path(sys.executable).parent
PATIENCE = 60
PARSERS: dict[str, Callable[[str], Any]] = {
    "json": json.loads,
    "toml": tomllib.loads,
    "yaml": lambda text: list(yaml.safe_load_all(text)),
    "text": str,
}
SERVES = re.compile(r"listening on ")


class Reader:
    """Somebody who does what a page says, block by block.

    Args:
        home: Their folder.
        api: What answers in place of the real API.
    """

    def __init__(self, home: Path, api: str) -> None:
        self._home = home
        self._in_place_of = {
            'AuthenticatedClient(token="': f'AuthenticatedClient(base_url="{api}", token="',
            "https://api.digitalocean.com": api,
            "dop_v1_...": TOKEN,
            "10.0.0.11": "127.0.0.1",
            **{port: str(free_port()) for port in ("8000", "8181")},
        }
        self._serving: subprocess.Popen[str] | None = None
        self._printed = ""
        # An answer that is an error is one of the command, too.
        (home / ".curlrc").write_text("silent\nshow-error\nfail-with-body\n")

    def do(self, block: Block) -> None:
        """Do what a block says; it has to work."""
        if block.shows:
            printed, shown = (PARSERS[block.language](text) for text in (self._printed, block.text))
            assert printed == shown
        elif block.language == "sh":
            if "--port " in block.text:
                self.leave()
            self._run(["sh", "-e", "-c", self._here(block.text)])
        elif block.language == "python":
            program = self._home / "test_page.py"
            program.write_text(self._here(block.text), encoding="utf-8")
            pytest_too = (
                ["-m", "pytest", "-q", "-pno:cacheprovider", "-pno:asyncio"] if "def test_" in block.text else []
            )
            self._run([sys.executable, *pytest_too, str(program)])
        else:
            PARSERS[block.language](block.text)

    def leave(self) -> None:
        """End what was left running."""
        if self._serving:
            os.killpg(self._serving.pid, signal.SIGTERM)
            self._serving.communicate(timeout=PATIENCE)
            self._serving = None

    def _here(self, text: str) -> str:
        for there, here in self._in_place_of.items():
            text = text.replace(there, here)
        return text

    def _run(self, command: list[str]) -> None:
        printed = self._home / "printed"
        with printed.open("w") as stdout:
            process = subprocess.Popen(
                command,
                cwd=self._home,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        patience = threading.Timer(PATIENCE, os.killpg, (process.pid, signal.SIGKILL))
        patience.start()
        try:
            assert process.stderr
            lines = []
            for line in process.stderr:
                lines.append(line)
                if SERVES.search(line):
                    self._serving = process
                    return
            process.stderr.close()
            assert process.wait() == 0, f"{command}\n{printed.read_text()}{''.join(lines)}"
        finally:
            patience.cancel()
        self._printed = printed.read_text().replace(str(BIN), "/path/to")

    def _environment(self) -> dict[str, str]:
        return {
            "HOME": str(self._home),
            "PATH": os.pathsep.join([str(BIN), os.environ["PATH"]]),
            "NO_PROXY": "127.0.0.1",
            "PYTHONWARNINGS": "error",
        }


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    with Sandbox(seed="examples") as sandbox, serving(sandbox) as api:
        reader = Reader(tmp_path, api)
        yield reader
        reader.leave()


def run_there(page: str) -> list[Block]:
    return [block for block in BLOCKS if block.page == page and not block.not_run]


def needs_curl(block: Block) -> bool:
    return block.language == "sh" and bool(re.search(r"\bcurl\b", block.text))


@pytest.mark.skipif(os.name == "nt", reason="the commands are for a POSIX shell")
@pytest.mark.parametrize("page", [page for page, _ in groupby(block.page for block in BLOCKS if not block.not_run)])
def test_what_a_page_says_works_but_for_curl_which_need_not_be_there(page: str, reader: Reader) -> None:
    for block in run_there(page):
        if not needs_curl(block):
            reader.do(block)


@pytest.mark.system
@pytest.mark.parametrize(
    "page", dict.fromkeys(block.page for block in BLOCKS if needs_curl(block) and not block.not_run)
)
def test_what_a_page_says_works_with_curl(page: str, reader: Reader) -> None:
    for block in run_there(page):
        reader.do(block)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: f"{block.page}:{block.text[:20]!r}")
def test_a_block_says_what_it_is_written_in_and_is_run_or_says_why_not(block: Block) -> None:
    assert block.not_run or block.language in {"sh", "python", *PARSERS}
    # Text is only what something printed.
    assert block.language != "text" or block.shows or "made by scripts/docs" in (ROOT / block.page).read_text("utf-8")


def test_git_ignores_the_sandbox_that_commands_of_a_page_leave_in_a_clone() -> None:
    pages = {block.page for block in BLOCKS}
    left = re.compile(r"--(?:sandbox|db)[ =]([\w.-]+\.\w+)")
    files = {name for page in pages for name in left.findall((ROOT / page).read_text(encoding="utf-8"))}
    assert "nfs.db" in files
    # SQLite's own, while something writes.
    asked = sorted(name + suffix for name in files for suffix in ("", "-shm", "-wal"))
    said = subprocess.run(["git", "check-ignore", "--no-index", *asked], cwd=ROOT, capture_output=True, text=True)
    assert said.stdout.split() == asked


def test_each_kind_of_reader_has_something_to_run() -> None:
    pages = {block.page for block in BLOCKS if not block.not_run and block.language in {"sh", "python"}}
    assert pages >= {"README.md", "docs/assistant.md", "docs/client.md", "docs/sandbox.md", "docs/http.md"}


@pytest.mark.skipif(os.name == "nt", reason="the commands are for a POSIX shell")
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sh", "do-nfs-mcp install claude-desktop --sandboxes"),
        pytest.param("sh", "curl http://127.0.0.1:8181/v2/nfs", marks=pytest.mark.system),
        ("python", "import do_nfs_client\ndo_nfs_client.NoSuchThing"),
        ("python", "def test_it():\n    assert False"),
        ("json", "{"),
        ("yaml", "a: ["),
    ],
)
def test_a_block_that_does_not_work_is_noticed(language: str, text: str, reader: Reader) -> None:
    with pytest.raises((AssertionError, ValueError, yaml.YAMLError)):
        reader.do(Block(page="x.md", language=language, text=text, not_run=None, shows=False))


@pytest.mark.skipif(os.name == "nt", reason="the commands are for a POSIX shell")
def test_a_block_that_shows_something_else_than_is_printed_is_noticed(reader: Reader) -> None:
    reader.do(Block(page="x.md", language="sh", text="""echo '{"a": 1}'""", not_run=None, shows=False))
    reader.do(Block(page="x.md", language="json", text='{"a":\n1}', not_run=None, shows=True))
    with pytest.raises(AssertionError):
        reader.do(Block(page="x.md", language="json", text='{"a": 2}', not_run=None, shows=True))

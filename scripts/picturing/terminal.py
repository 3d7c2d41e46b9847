"""What commands print in a terminal, as a drawing."""

import io
import os
import pty
import re
import shlex
import subprocess
import sys

from do_nfs_sandbox import Sandbox, serve
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from tests.support.clock import Clock
from tests.support.constants import TOKEN
from tests.support.server_process import environment

__all__ = ["terminal"]

_COMMANDS = (
    ["list_shares"],
    ["resize_share", "share=web-assets", "add_percent=50"],
    ["get_mount_instructions", "share=web-assets"],
)
_WIDTH = 100
# A picture in a page loads nothing from elsewhere.
_FORMAT = re.sub(r" *@font-face \{\{.*?\}\}\n", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


def terminal() -> str:
    """Return an SVG of some calls of tools, with what they print on the sandbox's scenario `team`."""
    with Sandbox(clock=Clock(), seed="team", ready_after=0, id_seed=1) as sandbox, serve(sandbox) as url:
        shown = "\n".join(f"$ do-nfs-mcp call {shlex.join(call)}\n{_printed(call, url)}" for call in _COMMANDS)
    console = Console(record=True, width=_WIDTH, file=io.StringIO(), force_terminal=True, _environ={})
    console.print(Text.from_ansi(shown))
    drawing = console.export_svg(title="do-nfs-mcp call", unique_id="terminal", code_format=_FORMAT)
    return "\n".join(line.rstrip() for line in drawing.splitlines()) + "\n"


def _printed(call: list[str], url: str) -> str:
    """Return what a call prints on a terminal, colours and all."""
    reading, writing = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "do_nfs_mcp", "call", *call, "--api-url", url],
        stdin=subprocess.DEVNULL,
        stdout=writing,
        stderr=subprocess.DEVNULL,
        env=environment(COLUMNS=str(_WIDTH), TERM="xterm", NO_COLOR="", DIGITALOCEAN_ACCESS_TOKEN=TOKEN),
    )
    os.close(writing)
    parts = []
    try:
        while part := os.read(reading, 65536):
            parts.append(part)
    except OSError:
        # How Linux says that the terminal's other end is closed.
        pass
    os.close(reading)
    if process.wait():
        raise RuntimeError(f"do-nfs-mcp call {shlex.join(call)} failed")
    return b"".join(parts).decode().replace("\r\n", "\n")

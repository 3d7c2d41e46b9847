"""The command and the server as processes."""

import subprocess
import sys

from ..support.server_process import environment, start

__all__ = ["run_command", "start"]


def run_command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run do-nfs-mcp to its end, without a token and with nothing to read."""
    return subprocess.run(
        [sys.executable, "-m", "do_nfs_mcp", *arguments],
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )

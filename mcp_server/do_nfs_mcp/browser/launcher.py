"""Opens a page in the person's browser, if there is one."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress

__all__ = ["DISPLAYS", "NO_BROWSER_IF", "can_open", "open_page", "why_no_browser"]

# The address comes over stdin: other users of the machine see the arguments of a process.
_OPEN = "import sys, webbrowser; sys.exit(not webbrowser.open(sys.stdin.read()))"
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
"""One of these variables says that there is a browser, where not every machine has one."""
NO_BROWSER_IF = f"CI is set, or none of {', '.join(DISPLAYS)} is"
"""When none can be opened, in a clause."""


def can_open(environment: Mapping[str, str]) -> bool:
    """Return whether there may be a browser with a person in front of it: not in CI, nor without a display.

    Args:
        environment: The variables of the process.
    """
    return not why_no_browser(environment)


def why_no_browser(environment: Mapping[str, str]) -> str:
    """Return which of NO_BROWSER_IF holds, in a clause; "" if neither does.

    Args:
        environment: The variables of the process.
    """
    if environment.get("CI", "").lower() not in {"", "0", "false"}:
        return "CI is set"
    if sys.platform in {"darwin", "win32"} or any(environment.get(name) for name in DISPLAYS):
        return ""
    return f"none of {', '.join(DISPLAYS)} is set"


def open_page(environment: Mapping[str, str], url: str, failed: Callable[[], None]) -> None:
    """Begin to open a page, with Python's `webbrowser`, and wait for nothing.

    A browser may write to its stdout, read from its stdin and stay for hours: it runs in a process of its own, which
    outlives this one.

    Args:
        environment: The variables for the browser.
        url: The page's address.
        failed: Called in the running event loop if no browser could be started.
    """
    loop = asyncio.get_running_loop()
    # Without a TERM no browser is found that would need a terminal.
    variables = {name: value for name, value in environment.items() if name != "TERM"}

    def work() -> None:
        if not _opens(variables, url):
            # By then the event loop may have ended.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(failed)

    threading.Thread(target=work, name="browser", daemon=True).start()


def _opens(environment: Mapping[str, str], url: str) -> bool:
    try:
        ended = subprocess.run(
            [sys.executable, "-I", "-c", _OPEN],
            input=url.encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            # A signal to this process's group is not for the browser.
            start_new_session=True,
            # On Windows, no window of a console shows up.
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            check=False,
        )
    except OSError:
        return False
    return ended.returncode == 0

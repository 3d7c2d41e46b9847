"""How the suite is run on every core, and what of it need not be run twice."""

import os

ONCE = tuple(f"--ignore=tests/{folder}" for folder in ("contract", "project"))
"""Leaves out tests of files and of what makes them, and those that draw thousands of requests. They say the same on
each Python, and that they run a line says little about it."""


def in_parallel() -> list[str]:
    """Two workers more than there are cores: half of the time tests wait for processes. A test that shares something
    with another would fail here sooner or later, as it should."""
    return ["-n", str((os.cpu_count() or 1) + 2), "--dist", "worksteal"]

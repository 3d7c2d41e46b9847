"""What every script begins with: the project's own environment in .venv, made or brought up to date if it needs to be.

`enter()` leaves the script running on .venv's Python with everything in requirements.lock and the project itself
installed, whatever Python it was started with.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "installed"


def enter() -> None:
    """Go on in the project's environment. Returns only there."""
    if sys.version_info < (3, 11):
        sys.exit(
            f"This project needs Python 3.11 or newer; this is {sys.version.split()[0]}. Run: python3.11 {sys.argv[0]}"
        )
    if Path(sys.prefix).resolve() != VENV.resolve():
        if not STAMP.exists() or STAMP.read_text() != _wanted():
            _install()
        command = [str(PYTHON), *sys.argv]
        if os.name == "nt":
            sys.exit(subprocess.call(command))
        os.execv(PYTHON, command)
    os.chdir(ROOT)
    os.environ["PATH"] = os.pathsep.join([str(PYTHON.parent), os.environ.get("PATH", os.defpath)])


def pip() -> list[str]:
    """The command that installs what is named after it into the environment."""
    if uv := shutil.which("uv"):
        return [uv, "pip", "install", "--quiet", "--python", str(PYTHON)]
    return [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]


def npx(program: str) -> list[str]:
    """The command that runs a program of npm's, with no part of it that was released within the last week."""
    a_week_ago = datetime.now(UTC).date() - timedelta(days=7)
    return ["npx", "--yes", f"--before={a_week_ago}", program]


def _wanted() -> str:
    """A text that changes when anything that the environment is made from changes."""
    parts = [LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), str(ROOT).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _install() -> None:
    print("Setting up .venv, which takes a minute the first time ...", file=sys.stderr, flush=True)
    # A half-made or foreign environment is not worth mending.
    shutil.rmtree(VENV, ignore_errors=True)
    project = ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    if uv := shutil.which("uv"):
        _run(uv, "venv", "--quiet", "--python", sys.executable, str(VENV))
    else:
        _run(sys.executable, "-m", "venv", str(VENV))
    _run(*pip(), "--require-hashes", "--requirement", str(LOCK))
    _run(*pip(), *project)
    STAMP.write_text(_wanted())


def _run(*command: str) -> None:
    if (status := subprocess.call(command)) != 0:
        sys.exit(f"Setting up .venv failed (exit {status}): {' '.join(command)}")

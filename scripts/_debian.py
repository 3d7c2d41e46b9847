"""The project in another Python: that of another Debian, in a folder of its own with the whole system in it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import _env
from _copying import copy_project

SUITES = {"3.13": "trixie", "3.14": "testing"}
"""The Debian that has each Python."""

_ROOTS = _env.ROOT / ".roots"
_PACKAGES = "python3,python3-venv,ca-certificates,git"
_SOURCES = (Path("/etc/apt/sources.list.d/debian.sources"), Path("/etc/apt/sources.list"))
# What lets pip reach what it reaches here, in the places where this machine has it.
_SETTINGS = ("/etc/resolv.conf", "/etc/pip.conf", "/etc/xdg/pip", "/etc/ssl/certs/ca-certificates.crt")
_PASSED_ON = re.compile("(CI|NO_COLOR|LANG|PIP_.*|.*_proxy|.*CA_.*|SSL_.*)", re.IGNORECASE)


def run(version: str, *command: str) -> int:
    """Run a command of the project's where Python is of another version. Returns its exit code.

    Args:
        version: One of SUITES.
        command: The command, in the project's folder.

    Raises:
        SystemExit: If that cannot be set up here; the text says what it needs.
    """
    if version not in SUITES:
        sys.exit(f"There is no Python {version} to be had; there is {' and '.join(SUITES)}.")
    if obstacle := obstacle_to(version):
        sys.exit(obstacle)
    root = _ROOTS / version
    if not (root / "made").exists():
        _make(root, SUITES[version])
    project = root / "project"
    copy_project(project)
    for path in map(Path, _SETTINGS):
        _copy_setting(path, root)
    environment = {name: value for name, value in os.environ.items() if _PASSED_ON.fullmatch(name)}
    environment |= {"HOME": "/root", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
    binds = "".join(f"mkdir -p {root}{folder}; mount --bind {folder} {root}{folder}; " for folder in _package_folders())
    mounts = f"mount -t proc proc {root}/proc; mount --rbind /dev {root}/dev; {binds}"
    # What is mounted is gone with the command.
    inside = ["chroot", str(root), "env", "-C", "/project", *command]
    return subprocess.call(["unshare", "--mount", "sh", "-ec", f'{mounts} exec "$@"', "sh", *inside], env=environment)


def obstacle_to(version: str) -> str | None:
    """What a machine lacks for another Python, and what to do instead; None if nothing."""
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        return None
    return (
        f"Python {version} is set up in a root folder of its own, which takes Debian and root. Elsewhere use one that "
        f"you have: python{version} scripts/test."
    )


def _make(root: Path, suite: str) -> None:
    print(
        f"Setting up Debian {suite} in {root}, which takes two minutes the first time ...", file=sys.stderr, flush=True
    )
    install({"debootstrap": "debootstrap"})
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    call("debootstrap", "--variant=minbase", f"--include={_PACKAGES}", suite, str(root), mirror())
    (root / "made").touch()


def install(programs: Mapping[str, str]) -> None:
    """Install what is missing.

    Args:
        programs: By Debian's package, a program of it.

    Raises:
        SystemExit: If it cannot be installed.
    """
    if packages := [package for package, program in programs.items() if not shutil.which(program)]:
        call("apt-get", "update", "--quiet")
        # What else is on the machine stays there.
        call("apt-get", "install", "--quiet", "--yes", "--no-remove", "--no-install-recommends", *packages)


def call(*command: str) -> None:
    """Run a command, or exit if it fails."""
    if status := subprocess.call(command, stdout=sys.stderr):
        sys.exit(f"{command[0]} failed (exit {status}).")


def mirror() -> str:
    """Where this machine gets Debian's packages from."""
    for path in filter(Path.exists, _SOURCES):
        if found := re.search(r"^(?:URIs: *|deb +(?:\[.*?\] *)?)(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE):
            return found[1]
    sys.exit("apt's sources do not say where Debian's packages come from.")


def _package_folders() -> set[str]:
    """The folders of packages on this machine that pip is set up to look into."""
    config = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    ).stdout
    named = re.findall(r"(?:file://)?(/[\w./-]+)", config)
    # An index of files is used with what is beside it.
    return {folder for name in named for folder in (str(Path(name)), str(Path(name).parent)) if _is_of_packages(folder)}


def _is_of_packages(folder: str) -> bool:
    return folder.startswith(("/opt/", "/srv/", "/mnt/")) and Path(folder).is_dir()


def _copy_setting(path: Path, root: Path) -> None:
    if path.is_dir():
        shutil.copytree(path, f"{root}{path}", dirs_exist_ok=True)
    elif path.exists():
        Path(f"{root}{path}").parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, f"{root}{path}")

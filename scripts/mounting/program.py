"""Runs on the machine: mounts what is in trials.json as it is told to, and prints for each what went wrong."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

FSTAB = Path("/etc/fstab")
UNITS = Path("/etc/systemd/system")
SEED = Path("/var/lib/cloud/seed/nocloud")
CODE = Path("/home/user/code")


def main() -> None:
    trials = json.loads(Path(__file__).with_name("trials.json").read_text())
    export({(trial["host"], trial["path"]) for trial in trials})
    for these in rounds(trials):
        problems = [problem_of(mount, trial) for trial in these]
        boot()
        for trial, problem in zip(these, problems, strict=True):
            print(json.dumps([trial["number"], problem or problem_of(check_after_boot, trial)]), flush=True)
        tidy([trial["mount_point"] for trial in these])


def rounds(trials: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Put trials together that are at different places, so that each round needs to boot but once."""
    found: list[dict[str, dict[str, Any]]] = []
    for trial in trials:
        free = next((each for each in found if trial["mount_point"] not in each), None)
        if free is None:
            found.append(free := {})
        free[trial["mount_point"]] = trial
    return [list(each.values()) for each in found]


def problem_of(what: Callable[[dict[str, Any]], None], trial: dict[str, Any]) -> str | None:
    try:
        what(trial)
    except (AssertionError, OSError, subprocess.CalledProcessError) as error:
        return f"{error!r}\n{getattr(error, 'stdout', '')}"
    return None


def export(sources: set[tuple[str, str]]) -> None:
    """Serve folders that everybody may write to, at addresses that become this machine's."""
    lines = []
    for host in {host for host, _ in sources}:
        run("ip", "address", "add", host, "dev", "lo")
    for path in {path for _, path in sources}:
        Path(path).mkdir(parents=True)
        Path(path).chmod(0o777)
        escaped = "".join(rf"\{byte:03o}" for byte in path.encode())
        lines.append(f"{escaped} *(rw,sync,no_subtree_check,insecure)\n")
    Path("/etc/exports").write_text("".join(lines))
    run("exportfs", "-r")


def mount(trial: dict[str, Any]) -> None:
    """Do as the instructions say, and then what somebody mounts a share for.

    Raises:
        AssertionError: If it is not the share that is there, or not as it should be.
        OSError: If the share cannot be read or written.
        subprocess.CalledProcessError: If a command fails.
    """
    style, point, code = trial["style"], trial["mount_point"], trial["code"]
    if style == "cloud-init":
        first_boot(code)
    else:
        CODE.write_text(code)
        as_user("bash", "-e", str(CODE))
    there, here = Path(trial["path"]) / f"note {trial['number']}", f"{point}/note {trial['number']}"
    as_user("sh", "-c", 'cat > "$1"', "sh", here, text=style)
    must_be(there.read_text(), style)
    must_be(there.owner(), "user")
    # What others write.
    there.write_text(point)
    mounted = [each for each in mounts() if (each["target"], each["fstype"]) == (point, "nfs4")]
    must_be([each["source"] for each in mounted], [trial["source"]])
    must_be({"rw", "vers=4.1", "nconnect=8"} - set(mounted[0]["options"].split(",")), set())
    must_be(as_user("cat", here), point)


def check_after_boot(trial: dict[str, Any]) -> None:
    """Read what was written, which mounts the share, unless it is to be mounted by hand each time.

    Raises:
        AssertionError: If it is another file, or is mounted other than at the first access.
        subprocess.CalledProcessError: If it cannot be read.
    """
    point = trial["mount_point"]

    def kinds() -> list[str]:
        return [each["fstype"] for each in mounts() if each["target"] == point]

    if trial["style"] == "command":
        must_be(kinds(), [])
        return
    must_be(kinds(), ["autofs"])
    must_be(as_user("cat", f"{point}/note {trial['number']}"), point)
    must_be(kinds(), ["autofs", "nfs4"])


def must_be(found: object, expected: object) -> None:
    if found != expected:
        raise AssertionError(f"{found!r} is not {expected!r}")


def first_boot(user_data: str) -> None:
    """Do what cloud-init does when a machine is new."""
    shutil.rmtree("/var/lib/cloud", ignore_errors=True)
    SEED.mkdir(parents=True)
    (SEED / "meta-data").write_text("instance-id: machine\n")
    (SEED / "user-data").write_text(user_data)
    run("cloud-init", "init")
    run("cloud-init", "modules", "--mode=config")


def boot() -> None:
    """Leave nothing but what is written in files, and do with it what is done when the machine boots."""
    unmount()
    run("systemctl", "daemon-reload")
    run("systemctl", "start", "remote-fs.target")


def tidy(points: list[str]) -> None:
    """Leave the machine as it was at first."""
    unmount()
    for unit in (*UNITS.rglob("*.mount"), *UNITS.rglob("*.automount")):
        unit.unlink()
    FSTAB.write_text("")
    run("systemctl", "daemon-reload")
    for point in points:
        shutil.rmtree(point, ignore_errors=True)


def unmount() -> None:
    for each in reversed(mounts()):
        if each["fstype"] == "nfs4":
            run("umount", each["target"])
    run("systemctl", "stop", "*.automount")


def mounts() -> list[dict[str, str]]:
    """The shares that are mounted or will be at the first access, in the order in which they were mounted."""
    command = ["findmnt", "--json", "--list", "--types", "autofs,nfs4", "--output", "TARGET,FSTYPE,SOURCE,OPTIONS"]
    found = subprocess.run(command, stdout=subprocess.PIPE, text=True).stdout
    return list(json.loads(found)["filesystems"]) if found else []


def as_user(*command: str, text: str = "") -> str:
    """Run a command as somebody who is not root, but may use sudo."""
    return run(*command, text=text, user="user", group="user", extra_groups=[], cwd="/home/user")


def run(*command: str, text: str = "", **options: Any) -> str:
    """Run a command, which has to succeed. Returns what it prints."""
    printed: str = subprocess.run(
        command,
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
        env={**os.environ, "HOME": "/root", "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"},
        **options,
    ).stdout
    return printed


if __name__ == "__main__":
    main()

"""What is said of mounting a share mounts it, on a machine with the kernel's own NFS server; and another server and
client agree on what the source of it is."""

import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import anyio
import pytest

from ..support.contracts import ROOT
from ..support.mount_points import HOSTILE_SOURCES
from ..support.processes import free_port

sys.path.insert(0, str(ROOT / "scripts"))
try:
    from mounting.trials import Instructions, Trial, ask, carry_out
finally:
    sys.path.pop(0)

# The machine takes one minute, or as many as the load is high.
pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]

# scripts/mounts tries all.
TRIALS = (
    Trial("command", "/mnt/data"),
    Trial("command", "/mnt/<<EOF/$(id)`id`${HOME}$$'\"\\ b"),
    Trial("command", "/mnt/1", *HOSTILE_SOURCES[0]),
    Trial("command", "/mnt/2", *HOSTILE_SOURCES[1]),
    Trial("fstab", "/mnt/with fstab"),
    Trial("fstab", "/mnt/%h-%i/a\\040b"),
    Trial("fstab", "/mnt/3", *HOSTILE_SOURCES[0]),
    Trial("systemd", "/srv/data"),
    Trial("systemd", "/mnt/%h-%i/'$(id)' \"\\x20"),
    Trial("systemd", "/mnt/4", *HOSTILE_SOURCES[0]),
    Trial("cloud-init", "/var/lib/data"),
    Trial("cloud-init", '/mnt/😀 名/$(id): "a\\b" #c'),
)
ELSEWHERE = "/mnt/elsewhere"


def spoilt() -> Instructions:
    """What mounts a share at another place than it should."""
    meant = anyio.run(ask, Trial("command", ELSEWHERE))
    return Instructions(meant.trial, meant.source, meant.code.replace(ELSEWHERE, "/mnt/here"))


@pytest.fixture(scope="module")
def problems() -> Sequence[str | None]:
    return carry_out([*(anyio.run(ask, trial) for trial in TRIALS), spoilt()])


@pytest.mark.parametrize("number", range(len(TRIALS)), ids=lambda number: f"{TRIALS[number].style} {number}")
def test_a_share_is_mounted_as_the_tool_says_and_written_by_somebody_who_is_not_root(
    problems: Sequence[str | None], number: int
) -> None:
    assert problems[number] is None, f"{TRIALS[number]}\n{problems[number]}"


def test_a_share_that_is_mounted_elsewhere_is_noticed(problems: Sequence[str | None]) -> None:
    assert problems[len(TRIALS)]


@pytest.mark.parametrize("mount_point", ["/mnt/a\u2028b", "/mnt/a\nb", "/mnt/a\\"])
def test_a_place_that_no_file_could_tell_is_refused(mount_point: str) -> None:
    with pytest.raises(ValueError, match="mount_point"):
        anyio.run(ask, Trial("fstab", mount_point))


class Ganesha:
    """An NFS server that needs nothing of the kernel.

    Attributes:
        port: Where it listens on loopback.
        exported: The folder that it has as /1.
    """

    def __init__(self, folder: Path) -> None:
        self.port, self.exported = free_port(), folder / "exported"
        self.exported.mkdir()
        settings, log, pid = folder / "settings", folder / "log", folder / "pid"
        settings.write_text(f"""
NFS_CORE_PARAM {{
  NFS_Port = {self.port}; Bind_addr = 127.0.0.1; Protocols = 4; Enable_NLM = false; Enable_RQUOTA = false;
}}
NFSv4 {{ Graceless = true; RecoveryBackend = fs; RecoveryRoot = "{folder}/recovery"; }}
EXPORT {{
  Export_Id = 1; Path = "{self.exported}"; Pseudo = "/1"; Access_Type = RW; Squash = No_Root_Squash; Protocols = 4;
  FSAL {{ Name = VFS; }}
}}
""")
        command: list[str | Path] = ["ganesha.nfsd", "-F", "-f", settings, "-L", log, "-p", pid]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not self._listens():
            assert self._process.poll() is None, log.read_text()

    def stop(self) -> None:
        self._process.kill()
        self._process.wait(timeout=60)

    def _listens(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=60):
                return True
        except OSError:
            return False


@pytest.fixture(scope="module")
def ganesha(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ganesha]:
    ganesha = Ganesha(tmp_path_factory.mktemp("ganesha"))
    yield ganesha
    ganesha.stop()


def ran(*command: str | Path) -> str:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.mark.parametrize("path", ["/1/0a1b2c3d", *(path for _, path in HOSTILE_SOURCES)])
def test_another_client_finds_the_share_by_its_source(ganesha: Ganesha, tmp_path: Path, path: str) -> None:
    there = Path(f"{ganesha.exported}{path.removeprefix('/1')}")
    there.mkdir(parents=True)
    said = anyio.run(ask, Trial("command", "/mnt/data", "127.0.0.1", path))
    host, _, folder = said.source.partition(":")

    def url(file: str) -> str:
        return f"nfs://{host}{folder}{file}?version=4&nfsport={ganesha.port}"

    note, back = tmp_path / "note", tmp_path / "back"
    note.write_text(path)
    ran("nfs-cp", note, url("/note"))
    assert (there / "note").read_text() == path
    assert ran("nfs-ls", url("")).split()[-1] == "note"
    ran("nfs-cp", url("/note"), back)
    assert back.read_text() == path

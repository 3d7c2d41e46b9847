"""What is said of mounting a share mounts it, on a machine with the kernel's own NFS server."""

import sys
from collections.abc import Sequence

import anyio
import pytest

from ..support.contracts import ROOT
from ..support.mount_points import HOSTILE_SOURCES

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
    Trial("command", "/mnt/<<EOF/$(id)`id`'\"\\ b"),
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

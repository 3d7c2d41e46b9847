"""What comes before the tag of a release, and that the version and the repository are said in one place."""

import datetime
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ..support.contracts import ROOT
from ..support.scripting import script

CHANGELOG = """# Changelog

## [Unreleased]

### Added

- Something.

## [0.1.0] - 2026-01-01

- Everything.
"""


@pytest.fixture(scope="module")
def release() -> Any:
    return script("release")


@pytest.mark.parametrize(
    ("version", "tag", "breaks", "reason"),
    [
        ("0.1.1", "v0.1.0", False, None),
        ("0.1.0", None, False, None),
        ("0.2.0", "v0.1.0", True, None),
        ("1.0.0", "v0.1.0", True, None),
        ("0.1.0", "v0.1.0", False, "does not come after"),
        ("0.0.9", "v0.1.0", False, "does not come after"),
        ("0.1.1", "v0.1.0", True, "breaks clients"),
        ("v0.2.0", "v0.1.0", False, "is no version"),
        ("0.2", "v0.1.0", False, "is no version"),
    ],
)
def test_a_version_has_to_follow_and_to_say_what_breaks(
    release: Any, version: str, tag: str | None, breaks: bool, reason: str | None
) -> None:
    told = release.why_not(version, "0.1.0", CHANGELOG, tag, breaks)
    assert (told is None) if reason is None else (reason in told)


def test_a_release_has_something_in_the_changelog(release: Any) -> None:
    nothing = CHANGELOG.replace("- Something.\n", "")
    assert "nothing under Unreleased" in release.why_not("0.2.0", "0.1.0", nothing, "v0.1.0", False)


def test_the_changelog_is_cut_at_the_version(release: Any) -> None:
    cut = release.cut_changelog(CHANGELOG, "0.2.0", datetime.date(2026, 12, 1))
    assert "## [Unreleased]\n\n## [0.2.0] - 2026-12-01\n\n### Added\n\n- Something.\n" in cut
    assert not release.unreleased(cut).strip()


def test_what_is_not_built_the_same_twice_is_named(release: Any, tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        (folder / "same").write_bytes(b"x")
        (folder / "differs").write_text(folder.name)
    (one / "missing").touch()
    assert release.differing(one, other) == ["differs", "missing"]


def test_no_other_file_says_whose_the_repository_is() -> None:
    stamps = script("_stamps.py")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    slug = stamps.project()["urls"]["Repository"].removeprefix("https://github.com/")
    said = {
        name
        for name in listed.splitlines()
        if (path := ROOT / name).is_file() and slug in path.read_text("utf-8", errors="ignore")
    }
    assert said == {*stamps.OF_THE_REPOSITORY, "mcp_server/do_nfs_mcp/transports/handshake.json"}
    assert stamps.stamped() == {name: (ROOT / name).read_text(encoding="utf-8") for name in stamps.STAMPED}


def test_a_fork_changes_the_repository_in_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    stamps = script("_stamps.py")
    slug = stamps.project()["urls"]["Repository"].removeprefix("https://github.com/")
    project = {"version": "7.8.9", "urls": {"Repository": "https://github.com/someone/nfs-tools"}}
    monkeypatch.setattr(stamps, "project", lambda: project)
    stamped = stamps.stamped()
    assert not [name for name, text in stamped.items() if slug in text]
    assert '"name": "io.github.someone/nfs-tools"' in stamped["server.json"]
    assert stamped["server.json"].count('"version": "7.8.9"') == 2
    assert 'WEBSITE = "https://github.com/someone/nfs-tools"' in stamped["mcp_server/do_nfs_mcp/server.py"]
    assert "mcp-name: io.github.someone/nfs-tools -->" in stamped["README.md"]
    assert 'Issues = "https://github.com/someone/nfs-tools/issues"' in stamped["pyproject.toml"]

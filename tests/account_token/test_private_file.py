"""What nobody else may read or change, nobody else may replace either."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from do_nfs_mcp.observability.audit_file import opened
from do_nfs_mcp.private_file import read_private

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file two folders deep."""
    file = tmp_path / "outer" / "inner" / "file"
    file.parent.mkdir(parents=True)
    file.parent.chmod(0o755)
    file.parent.parent.chmod(0o755)
    file.touch(0o600)
    file.write_text("a secret")
    return file


@pytest.mark.parametrize("depth", [0, 1])
@pytest.mark.parametrize(("mode", "who"), [(0o770, "go"), (0o777, "go"), (0o707, "o"), (0o702, "o")])
def test_a_file_in_a_folder_where_others_may_replace_it_is_refused_with_what_to_do(
    file: Path, depth: int, mode: int, who: str
) -> None:
    folder = file.parents[depth]
    folder.chmod(mode)
    with pytest.raises(
        ValueError, match=f"^others may write in {folder}, and so replace {file}: chmod {who}-w {folder}$"
    ):
        read_private(file)
    # As /tmp is, where nobody replaces what is another's.
    folder.chmod(mode | 0o1000)
    assert read_private(file) == "a secret"


def test_a_file_in_a_folder_of_another_user_is_refused(file: Path, give_away: Callable[[Path], None]) -> None:
    give_away(file.parent)
    with pytest.raises(ValueError, match="belongs to another user, who may"):
        read_private(file)


def test_a_file_of_root_s_in_folders_of_root_s_is_anybody_s(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stat = Path.stat

    def stat_as_root_s(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        found = stat(path, follow_symlinks=follow_symlinks)
        return os.stat_result((*found[:4], 0, *found[5:]))

    monkeypatch.setattr(Path, "stat", stat_as_root_s)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert read_private(file) == "a secret"


@pytest.mark.parametrize("to", ["file", "folder", "link"])
def test_the_folders_of_links_that_lead_to_a_file_count_too(file: Path, tmp_path: Path, to: str) -> None:
    between = tmp_path / "between"
    between.mkdir()
    if to == "folder":
        (between / "link").symlink_to("../outer/inner")
        path = between / "link" / file.name
    else:
        (between / "link").symlink_to("../outer/inner/file")
        path = between / "link"
    if to == "link":
        path = tmp_path / "first"
        path.symlink_to("between/link")
    assert read_private(path) == "a secret"
    between.chmod(0o777)
    with pytest.raises(ValueError, match=f"others may write in {between}, and so replace {path}"):
        read_private(path)


def test_a_path_from_where_one_is_and_with_steps_upwards_is_looked_at_like_any_other(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)
    for path in (Path("file"), Path("../inner/file")):
        file.parent.chmod(0o755)
        assert read_private(path) == "a secret"
        file.parent.chmod(0o757)
        with pytest.raises(ValueError, match="others may write in "):
            read_private(path)


@pytest.mark.parametrize("depth", [0, 1])
@pytest.mark.parametrize("there", [True, False])
def test_an_audit_file_in_a_folder_where_anybody_may_replace_it_is_refused(file: Path, depth: int, there: bool) -> None:
    folder = file.parents[depth]
    folder.chmod(0o777)
    if not there:
        file.unlink()
    with pytest.raises(PermissionError, match=f"others may write in {folder}, and so replace {file}: chmod o-w"):
        opened(str(file))
    assert file.exists() == there
    # As /var/log is on Ubuntu.
    folder.chmod(0o775)
    opened(str(file)).close()


def test_on_windows_the_modes_and_owners_of_files_and_folders_say_nothing(
    file: Path, give_away: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    file.chmod(0o666)
    file.parent.chmod(0o777)
    give_away(file)
    with monkeypatch.context() as windows:
        windows.setattr(sys, "platform", "win32")
        text = read_private(file)
    assert text == "a secret"

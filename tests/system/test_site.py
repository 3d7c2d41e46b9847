"""The site is built from the pages as they are, and a link that leads nowhere ends the build."""

import subprocess
import sys
from pathlib import Path

import pytest

from ..support.contracts import ROOT

pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]

SITE = ROOT / ".site"


@pytest.fixture(scope="module")
def built() -> Path:
    result = subprocess.run([sys.executable, "scripts/site"], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return SITE / "site"


def test_every_page_is_there_with_the_reference_of_the_api_and_models_find_all_of_them(built: Path) -> None:
    names = {path.stem for path in (ROOT / "docs").glob("*.md")} | {
        "SECURITY",
        "CONTRIBUTING",
        "CHANGELOG",
        "index",
        "api",
    }
    listed = (built / "llms.txt").read_text(encoding="utf-8")
    for name in names:
        assert (built / f"{name}.html").is_file()
        assert f"]({name}.html): " in listed


def test_the_reference_of_the_api_loads_nothing_from_elsewhere(built: Path) -> None:
    page = (built / "api.html").read_text(encoding="utf-8")
    assert "/v2/nfs/{nfs_id}" in page
    assert '<script src="http' not in page


def test_a_link_that_leads_nowhere_ends_the_build(built: Path) -> None:
    page = SITE / "docs" / "STYLE.md"
    page.write_text(page.read_text(encoding="utf-8") + "[nowhere](nowhere.md)\n", encoding="utf-8")
    mkdocs = [str(SITE / "env" / "bin" / "python"), "-m", "mkdocs", "build", "--strict"]
    result = subprocess.run([*mkdocs, "--config-file", "docs/mkdocs.yml"], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 1
    assert "nowhere.md" in result.stdout + result.stderr

"""What the pages name is there: files, scripts, options, kinds of faults."""

import re
import sys
from pathlib import Path

import pytest
from do_nfs_mcp.tools import SPECS
from do_nfs_sandbox import Fault

from ..support.contracts import ROOT
from .pages import PAGES, inline, links

README = (ROOT / "README.md").read_text(encoding="utf-8")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def test_the_readme_is_short_and_shows_what_there_is() -> None:
    assert len(README.splitlines()) <= 150
    assert '<img src="docs/overview-light.png"' in README
    assert "get_storage_overview()" in README


@pytest.mark.parametrize(("page", "target"), sorted(set(links())))
def test_what_a_page_leads_to_is_there(page: str, target: str) -> None:
    path, _, section = target.partition("#")
    there = (ROOT / page).parent / path if path else ROOT / page
    assert there.exists()
    if section:
        titles = re.findall(r"^#+ (.*)$", there.read_text(encoding="utf-8"), re.MULTILINE)
        assert section in {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_file_and_folder_that_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    yours = set(re.findall(r"[Ss]ave it as `([\w/]+\.py)`", text))
    for name in set(re.findall(r"(?<![\w/.<-])[\w/]+\.py\b", text)) - yours:
        assert any((folder / name).is_file() for folder in (ROOT, ROOT / "mcp_server/do_nfs_mcp")), name
    for name in re.findall(r"`((?:docs|mcp_server|openapi|scripts|tests)/?[\w/-]*)`", text):
        assert (ROOT / name).exists(), name


def test_every_page_of_docs_is_led_to_by_the_readme_or_a_page_it_leads_to() -> None:
    targets = {((ROOT / page).parent / target.partition("#")[0]).resolve() for page, target in links()}
    assert set((ROOT / "docs").glob("*.md")) <= targets


@pytest.fixture(scope="module")
def options() -> set[str]:
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        from pages.commands import option_names
    finally:
        sys.path.pop(0)
    return option_names()


def test_what_a_page_says_of_options_and_scripts_is_so(options: set[str]) -> None:
    for page, code in inline():
        if script := re.match(r"(?:\w+=\S+ )?scripts/([\w-]+)", code):
            text = (ROOT / "scripts" / script[1]).read_text(encoding="utf-8")
            unknown = [option for option in OPTION.findall(code) if option not in text]
        else:
            unknown = sorted(set(OPTION.findall(code)) - options)
        assert not unknown, f"{page}: {code}"


def test_the_page_on_tools_has_a_section_with_an_example_for_each_and_leaves_no_cell_empty() -> None:
    page = (ROOT / "docs/tools.md").read_text(encoding="utf-8")
    tools, _, results = page.partition("\n# Results\n")
    contents, *sections = tools.split("\n## ")
    examples = {section.partition("\n")[0]: re.findall(r"^→ (\w+)\(", section, re.MULTILINE) for section in sections}
    assert examples == {spec.name: [spec.name] for spec in SPECS}
    assert set(re.findall(r"^\| \[`(\w+)`\]", contents, re.MULTILINE)) == examples.keys()
    assert set(re.findall(r"\[(\w+)\]\(#\w+\)", contents)) == set(re.findall(r"^## (\w+)$", results, re.MULTILINE))
    assert not re.findall(r"^.*\| *\|.*$", page, re.MULTILINE)


def test_the_page_on_the_sandbox_says_of_every_kind_of_fault_what_a_client_sees_and_what_it_is_for() -> None:
    with pytest.raises(ValueError, match="kind must be one of") as refused:
        Fault.from_json({"kind": "none of them"})
    kinds = str(refused.value).partition(" one of ")[2].split(", ")
    page = (ROOT / "docs/sandbox.md").read_text(encoding="utf-8")
    assert len(kinds) > 5
    rows = re.findall(r"^\| `(\w+)` \| [^|]{10,} \| [^|]{6,} \|$", page, re.MULTILINE)
    assert sorted(rows) == sorted(kinds)

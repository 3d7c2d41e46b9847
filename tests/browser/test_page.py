"""The page looks like the page of the storage overview."""

import re

from ..support.contracts import ROOT

ROOM = ROOT / "mcp_server/do_nfs_mcp"


def palette(page: str) -> dict[str, str]:
    return dict(re.findall(r"^  (--\w+): (light-dark.*);$", page, re.MULTILINE))


def test_its_colours_are_those_of_the_overview_page() -> None:
    ours = palette((ROOM / "browser/page.html").read_text("utf-8"))
    assert len(ours) == 7
    assert ours.items() <= palette((ROOM / "tools/overview.html").read_text("utf-8")).items()

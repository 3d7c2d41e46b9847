"""`do-nfs-mcp tools`: what there is to call."""

import pytest
from do_nfs_mcp.tools import SPECS
from do_nfs_mcp.tools.tool import Effect

from .conftest import Run

EFFECTS = {Effect.READS: "reads", Effect.ADDS: "changes", Effect.CHANGES: "changes", Effect.DESTROYS: "destroys"}


def test_each_tool_is_listed_with_what_it_does_to_storage_and_what_it_takes(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "1000")
    code, out, err = run("tools")
    assert (code, err) == (0, "")
    head, *lines = out.splitlines()
    assert head.split() == ["TOOL", "EFFECT", "ARGUMENTS", "WHAT", "IT", "DOES"]
    assert [line.split()[:2] for line in lines] == [[spec.name, EFFECTS[spec.effect]] for spec in SPECS]
    resize = next(line for line in lines if line.startswith("resize_share"))
    assert "  share [size_gib] [add_gib] [add_percent] [plan] [wait]  " in resize
    assert resize.endswith(" It costs more and never shrinks again.")


@pytest.mark.parametrize("width", [30, 80, 132])
def test_the_table_fits_the_terminal(width: int, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lines = run("tools").out.splitlines()
    assert width - 8 < max(map(len, lines)) <= width
    if width >= 80:
        assert all(any(line.startswith(spec.name + " ") for line in lines) for spec in SPECS)


def test_only_what_the_server_would_offer_is_listed(run: Run) -> None:
    said = run("tools", "--read-only").out
    assert "list_shares" in said
    assert "create_share" not in said


def test_an_unknown_option_is_refused_in_one_line(run: Run) -> None:
    code, out, err = run("tools", "--colour")
    assert (code, out) == (2, "")
    assert err == "do-nfs-mcp tools: error: unrecognized arguments: --colour\n"

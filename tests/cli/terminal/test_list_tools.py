"""`do-nfs-mcp tools`: what there is to call."""

import re

import pytest
from do_nfs_mcp.tools import SPECS
from do_nfs_mcp.tools.tool import Effect, ToolSpec

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


def test_one_tool_is_shown_with_the_type_the_allowed_values_and_the_default_of_each_argument(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    code, out, err = run("tools", "get_mount_instructions")
    assert (code, err) == (0, "")
    said = [re.split("  +", line) for line in out.splitlines()]
    assert said[0][0].startswith("get_mount_instructions (reads): ")
    assert said[2] == ["ARGUMENT", "VALUE", "DEFAULT", "WHAT IT IS"]
    assert ["[os]", "debian or ubuntu or fedora or rhel", '"ubuntu"', "Of the machine."] in said
    assert ["share", "string", "Id or exact name."] in said
    assert any(line[:1] == ["[style]"] and line[1].startswith("list of command or fstab") for line in said)
    assert "integer, at least 1, at most 100" in run("tools", "list_shares").out
    assert "object with squash_config: " in " ".join(run("tools", "create_access_point").out.split())


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_every_tool_can_be_shown_in_a_terminal(spec: ToolSpec, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = run("tools", spec.name).out.splitlines()
    assert lines[0].startswith(f"{spec.name} (")
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("list_share",), 'no tool "list_share": did you mean "list_shares"?'),
        (("create_share", "--read-only"), "the server does not offer create_share with these options"),
        (("--sandbox", "list_shares"), '--sandbox took "list_shares" for its PATH'),
    ],
)
def test_a_tool_that_cannot_be_shown_is_refused_in_one_line(arguments: tuple[str, ...], said: str, run: Run) -> None:
    code, out, err = run("tools", *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err

"""What a person or a program reads of a tool's structured content."""

import json
import re
from typing import Any, get_args

import pytest
import yaml
from do_nfs_mcp.cli.terminal import colour
from do_nfs_mcp.cli.terminal.labels import label
from do_nfs_mcp.cli.terminal.result import as_tables, as_yaml
from do_nfs_mcp.storage.views import View
from do_nfs_mcp.tools import SPECS
from do_nfs_mcp.tools.tool import NfsTool
from do_nfs_sandbox import Sandbox

from .conftest import Run

A, B = "58f185ac-8bfb-5395-8c6a-f95a46c0884a", "775015c4-5e70-5198-9b91-da46b90cb28e"
SHARE = {"id": A, "name": "data", "size_gib": 2048, "status": "ACTIVE", "vpc_ids": [B], "vpc_names": {B: "prod"}}


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def test_a_list_of_things_is_a_table_with_names_for_ids() -> None:
    other = {**SHARE, "id": B, "name": "logs", "size_gib": 100, "vpc_ids": []}
    assert as_tables({"total": 2, "shares": [SHARE, other]}) == (
        "NAME  SIZE    STATUS  VPCS\ndata  2TiB    ACTIVE  prod\nlogs  100GiB  ACTIVE"
    )


def test_things_of_one_name_are_told_apart_by_their_ids() -> None:
    assert A in as_tables({"total": 2, "shares": [SHARE, {**SHARE, "id": B}]})
    assert A not in as_tables({"total": 1, "shares": [SHARE]})


def test_the_first_to_go_from_a_narrow_table_are_ids_also_where_a_name_is_not_enough() -> None:
    shares = [{**SHARE, "region": "nyc2"}, {**SHARE, "id": B, "region": "ams3", "created_at": "2026-11-27T23:18:59Z"}]
    shown = as_tables({"total": 2, "shares": shares})
    assert shown.split("\n")[0].split() == ["NAME", "SIZE", "STATUS", "VPCS", "REGION", "CREATED"]
    assert shown.endswith('\n\nSeveral are named "data"; -o wide shows their ids.')


def shapes(model: Any, seen: dict[str, type[View]]) -> dict[str, type[View]]:
    """The shapes that results of a type have in them, by their names."""
    if isinstance(model, type) and issubclass(model, View) and model.__name__ not in seen:
        seen[model.__name__] = model
        for field in model.model_fields.values():
            shapes(field.annotation, seen)
    for part in get_args(model):
        shapes(part, seen)
    return seen


SHAPES: dict[str, type[View]] = {}
for spec in SPECS:
    shapes(NfsTool.of(spec).fn_metadata.output_model, SHAPES)


@pytest.mark.parametrize("view", SHAPES.values(), ids=SHAPES)
def test_every_field_of_a_result_has_a_label_of_its_own_in_words(view: type[View]) -> None:
    # Of an id and a name, one is shown.
    fields = {re.sub("_(id|name)$", "", field): label(field) for field in view.model_fields if field != "vpc_names"}
    assert len(set(fields.values())) == len(fields)
    for said in fields.values():
        assert re.fullmatch("(?!Is )[A-Z][A-Za-z]+( [A-Za-z]+)*", said)
        assert not set(said.lower().split()) & {"gib", "ids", "urn", "config", "os", "hcl", "anonuid", "slug"}


def test_the_status_of_an_access_point_is_written_like_any_other() -> None:
    points = [{"id": B, "name": "default", "status": "ACCESS_POINT_ACTIVE"}]
    assert "ACCESS_POINT" not in as_tables({"total": 1, "access_points": points})
    assert "Status  FAILED" in as_tables({"name": "logs", "status": "ACCESS_POINT_FAILED"})


def test_a_table_has_the_columns_that_fit_and_a_wide_one_has_all() -> None:
    shares = [{**SHARE, "mount_path": f"/1/{A}", "description": "x" * 70}]
    assert as_tables({"total": 1, "shares": shares}).split("\n")[0].split() == [
        "NAME",
        "SIZE",
        "STATUS",
        "VPCS",
        "MOUNT",
        "PATH",
    ]
    wide = as_tables({"total": 1, "shares": shares}, wide=True).split("\n")
    assert wide[0].split() == ["NAME", "SIZE", "STATUS", "VPCS", "MOUNT", "PATH", "DESCRIPTION", "ID"]
    assert A in wide[1]


def test_one_thing_is_facts_with_the_things_in_it_as_tables() -> None:
    points = [{"id": B, "name": "default", "is_default": True}]
    assert as_tables({**SHARE, "created_at": "2026-11-27T23:18:59Z", "access_points": points}) == (
        "Name     data\nSize     2TiB\nStatus   ACTIVE\nVPCs     prod\nCreated  2026-11-27 23:18\n"
        f"ID       {A}\n\nAccess points\nNAME     DEFAULT\ndefault  yes"
    )


def test_what_happened_comes_first_and_is_not_told_twice() -> None:
    shown = as_tables({"outcome": "done", "message": "It is made.", "waited": 2, "share": {"id": A, "name": "data"}})
    assert shown == f"It is made.\n\nName  data\nID    {A}"


def test_an_overview_without_problems_begins_with_that(run_on_sandbox: Run, sandbox: Sandbox) -> None:
    sandbox.seed({"shares": [{"name": "data", "region": "atl1"}]})
    out = run_on_sandbox("call", "get_storage_overview").out
    assert re.match(
        r"Nothing looks wrong\.\n\nAllowed days since a snapshot +7\nNew shares without a snapshot +1\n", out
    )
    sandbox.reset()
    sandbox.seed("team")
    assert "Nothing looks wrong" not in run_on_sandbox("call", "get_storage_overview").out


def test_a_page_of_a_list_says_how_to_go_on() -> None:
    shown = as_tables({"total": 9, "next_cursor": "abc", "shares": [SHARE]})
    assert shown.endswith("\n\nThere are 9 in all; for the next, add cursor=abc")


@pytest.mark.parametrize(
    ("gib", "written"), [(0, "0GiB"), (100, "100GiB"), (1023, "1023GiB"), (1024, "1TiB"), (1536, "1536GiB")]
)
def test_a_size_is_written_as_people_write_it_and_to_the_gib(gib: int, written: str) -> None:
    assert as_tables({"size_gib": gib}) == f"Size  {written}"


def test_no_name_acts_on_the_terminal() -> None:
    assert "\x1b" not in as_tables({"name": "\x1b[2J", "statuses": {"\x1b[31m": 1}})


@pytest.mark.parametrize("tool", ["list_shares", "list_snapshots", "list_vpcs", "get_storage_overview"])
def test_tables_of_a_whole_account_name_every_vpc_and_say_nothing_in_uuids_that_has_a_name(
    tool: str, run_on_sandbox: Run, sandbox: Sandbox
) -> None:
    sandbox.seed("team")
    state = sandbox.state()
    code, out, err = run_on_sandbox("call", tool)
    assert (code, err) == (0, "")
    assert not any(vpc["id"] in out for vpc in state["vpcs"])
    assert all(line == line.rstrip() for line in out.splitlines())
    assert "None" not in out


def test_an_empty_list_says_so(run_on_sandbox: Run) -> None:
    assert run_on_sandbox("call", "list_shares").out == "No shares.\n"


def test_commands_to_copy_are_shown_whole(run_on_sandbox: Run, sandbox: Sandbox) -> None:
    sandbox.seed("examples")
    out = run_on_sandbox("call", "get_mount_instructions", "share=sammy-share-drive").out
    assert "\nsudo mount -t nfs " in out


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        {"a": {}, "b": [], "c": None, "d": True, "e": 1.5, "f": -3},
        {"words": ["no", "Yes", "null", "~", "1e3", "0x1f", "2026-11-27", "a: b", "a #b", "- x", "", " ", "x ", "é"]},
        {"nested": [{"a": [1, {"b": 2}]}, [[], [3]], "two\nlines"], "y": 'it\'s "quoted"'},
    ],
)
def test_yaml_is_read_as_the_same_data(value: Any) -> None:
    assert yaml.safe_load(as_yaml(value)) == value


def test_json_and_yaml_are_the_structured_content(run_on_sandbox: Run, sandbox: Sandbox) -> None:
    sandbox.seed("team")
    as_json = json.loads(run_on_sandbox("call", "list_shares", "-o", "json").out)
    assert yaml.safe_load(run_on_sandbox("call", "list_shares", "--output", "yaml").out) == as_json
    assert len(as_json["shares"]) == as_json["total"]


@pytest.mark.parametrize(
    ("variables", "is_terminal", "has_colour"),
    [
        ({}, True, True),
        ({"NO_COLOR": ""}, True, True),
        ({"NO_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
        ({}, False, False),
    ],
)
def test_statuses_have_colours_on_a_terminal_that_shows_them(
    variables: dict[str, str], is_terminal: bool, has_colour: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout.isatty", lambda: is_terminal)
    plain = "NAME    STATUS\nFAILED  ACTIVE"
    shown = "\x1b[1mNAME    STATUS\x1b[0m\nFAILED  \x1b[32mACTIVE\x1b[0m"
    assert colour.coloured(plain) == (shown if has_colour else plain)

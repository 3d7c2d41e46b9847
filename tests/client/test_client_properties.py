"""The client against the contract: whatever the contract allows a server to answer is read and can be shown, and so
is what servers add to it later."""

import json
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import Any

import httpx
import pytest
from do_nfs_client import ApiError, AuthenticatedClient
from do_nfs_client.types import Unset
from do_nfs_mcp.storage import views
from do_nfs_mcp.storage.pagination import Key, page_of
from do_nfs_mcp.tools import make_tools
from do_nfs_mcp.tools.lists import newest_first, oldest_first
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from ..support.contracts import SANDBOX_ONLY, operations, resolved
from ..support.properties import examples, instances

OUTPUT = {tool.name: Draft202012Validator(tool.output_schema, validate_formats=True) for tool in make_tools()}
Show = Callable[[Any], views.View]


def page(view: type[Any], each: type[Any], key: Callable[[Any], Key]) -> Show:
    """Show a list as its tool does."""
    return lambda found: view.of(page_of("things", map(each.of, found), key, 100, ""))


def change(field: str, each: type[Any]) -> Show:
    """Show what was changed as the tools that change it do."""
    return lambda found: views.ChangeView.model_validate(
        {"outcome": "done", "message": "Done.", field: each.of(found).model_dump()}
    )


def deleted(found: Any) -> views.View:
    """Show what was deleted."""
    view = views.AccessPointView.of(found)
    return views.DeletedView(outcome="done", kind="access point", id=view.id, name=view.name, message=view.text())


# What becomes of each answer: how it is shown, the answer's field that is shown, and a tool that does so.
VIEWS: dict[str, tuple[Show, str, str]] = {
    "list_shares": (
        lambda found: views.ShareListView.of(page_of("things", found, oldest_first, 100, "")),
        "shares",
        "list_shares",
    ),
    "create_share": (change("share", views.ShareView), "share", "create_share"),
    "get_share": (views.ShareView.of, "share", "get_share"),
    "create_share_action": (change("action", views.ActionView), "action", "resize_share"),
    "list_snapshots": (page(views.SnapshotListView, views.SnapshotView, newest_first), "snapshots", "list_snapshots"),
    "get_snapshot": (views.SnapshotView.of, "snapshot", "get_snapshot"),
    "list_access_points": (
        page(views.AccessPointListView, views.AccessPointView, oldest_first),
        "access_points",
        "list_access_points",
    ),
    "create_access_point": (change("access_point", views.AccessPointView), "access_point", "create_access_point"),
    "get_access_point": (views.AccessPointView.of, "access_point", "get_access_point"),
    "delete_access_point": (deleted, "access_point", "delete_access_point"),
    "get_action": (
        lambda found: views.ChangeView(outcome="done", message="Done.", action=views.ActionView.of_account(found)),
        "action",
        "wait_until_ready",
    ),
    "list_vpcs": (page(views.VpcListView, views.VpcView, lambda vpc: (str(vpc.id),)), "vpcs", "list_vpcs"),
}

Evolve = Callable[[dict[str, Any]], dict[str, Any]]


def as_written(schema: dict[str, Any]) -> dict[str, Any]:
    return schema


def with_unknown_values(schema: dict[str, Any]) -> dict[str, Any]:
    """Every enum has just values that the contract does not name."""
    return {"type": "string", "minLength": 1, "not": {"enum": schema["enum"]}} if "enum" in schema else schema


def with_new_fields(schema: dict[str, Any]) -> dict[str, Any]:
    """Every object has a field that the contract does not name."""
    if "properties" not in schema:
        return schema
    properties = {**schema["properties"], "new_field": {"enum": ANYTHING}}
    return {**schema, "properties": properties, "required": [*schema.get("required", ()), "new_field"]}


def without_optional_fields(schema: dict[str, Any]) -> dict[str, Any]:
    """Every object has no more than it must. A list need not have its items, and would be of no use here without."""
    fields, required = schema.get("properties", {}), schema.get("required", [])
    lists = {} if "id" in fields else {name: {**of, "minItems": 1} for name, of in fields.items() if "items" in of}
    if not required and not lists:
        return schema
    properties = {name: fields[name] for name in required} | lists
    return {**schema, "properties": properties, "required": list(properties), "additionalProperties": False}


ANYTHING = [None, True, 0, 1.5, "", "x", [], ["x"], {}, {"x": {"y": [None]}}]
EVOLUTIONS: list[Evolve] = [as_written, with_unknown_values, with_new_fields, without_optional_fields]


def bodies(operation: str, status: str, evolve: Evolve = as_written) -> st.SearchStrategy[Any]:
    """Whatever the contract allows as the body of an answer, with every schema in it changed by `evolve`."""

    def visit(node: Any) -> Any:
        if isinstance(node, list):
            return [visit(item) for item in node]
        if not isinstance(node, dict):
            return node
        node = resolved(node)
        # What is read-only would be left out of a request, and a request is what schemathesis makes.
        changed = evolve({key: visit(value) for key, value in node.items() if key != "readOnly"})
        # Longer lists, and fields of any name where `evolve` adds none, show nothing more, and most of the time goes by
        # drawing them.
        return (
            {"maxItems": 3, "additionalProperties": False, **changed}
            if changed.keys() & {"items", "properties"}
            else changed
        )

    schema = visit(resolved(operations()[operation]["responses"][status])["content"]["application/json"]["schema"])
    lists = {name: {**of, "minItems": 1} for name, of in schema.get("properties", {}).items() if "items" in of}
    if not lists:
        return instances(schema)
    # Left to chance, few lists have anything in them.
    full = {"properties": {**schema["properties"], **lists}, "required": sorted({*schema.get("required", ()), *lists})}
    return instances(schema) | instances({**schema, **full})


def read(operation: str, status: int, content: bytes) -> Any:
    """Call the operation of the client, have it answered so, and return what it makes of it."""
    contract = operations()[operation]
    module = import_module(f"do_nfs_client.api.{contract['tags'][0]}.{operation}")
    arguments = {p["name"]: p["example"] for p in contract["parameters"] if p["in"] == "path"}
    if "requestBody" in contract:
        arguments["body"] = Nothing()
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=content))
    httpx_args = {"transport": transport}
    with AuthenticatedClient(base_url="https://api.test", token="t", verify_ssl=False, httpx_args=httpx_args) as client:
        return module.sync_detailed(client=client, **arguments).parsed


class Nothing:
    """Stands in for a request's body, which no answer here depends on."""

    def to_dict(self) -> dict[str, Any]:
        return {}


def statuses(operation: str, success: bool) -> list[str]:
    return [status for status in operations()[operation]["responses"] if (status < "300") == success]


def same(sent: Any, kept: Any) -> bool:
    """Whether nothing was lost. A time may be kept in other words; a null and an empty list count as left out, and some
    of what is left out as an empty text or false."""
    if isinstance(sent, dict):
        sent, kept = ({k: v for k, v in fields.items() if v is not None and v != []} for fields in (sent, kept))
        kept = {k: v for k, v in kept.items() if k in sent or v not in ("", False)}
        return sent.keys() == kept.keys() and all(same(sent[k], kept[k]) for k in sent)
    if isinstance(sent, list):
        return isinstance(kept, list) and len(sent) == len(kept) and all(map(same, sent, kept))
    if sent == kept:
        return True
    try:
        return datetime.fromisoformat(sent) == datetime.fromisoformat(kept)
    except (TypeError, ValueError):
        return False


ANSWERED = [name for name in operations() if statuses(name, True) != ["204"]]


def test_every_operation_with_an_answer_has_a_view_or_is_the_sandbox_s_alone() -> None:
    assert set(ANSWERED) - SANDBOX_ONLY == VIEWS.keys()


@pytest.mark.parametrize("evolve", EVOLUTIONS, ids=lambda evolve: evolve.__name__)
@pytest.mark.parametrize("operation", ANSWERED)
def test_every_answer_is_read_and_can_be_shown(operation: str, evolve: Evolve) -> None:
    (status,) = statuses(operation, True)
    shown: set[bool] = set()

    @examples(12)
    @given(bodies(operation, status, evolve))
    def check(body: Any) -> None:
        answer = read(operation, int(status), json.dumps(body).encode())
        assert same(body, answer.to_dict())
        assert not getattr(answer, "unreadable", ())
        shown.add(operation in SANDBOX_ONLY or assert_shown(operation, answer))

    check()
    assert True in shown, "nothing was ever shown"


def assert_shown(operation: str, answer: Any) -> bool:
    """Show an answer as a tool does, and return whether there was anything in it."""
    show, field, tool = VIEWS[operation]
    found = getattr(answer, field)
    if isinstance(found, Unset):
        # An envelope may be empty; a list without its list has nothing in it.
        if not field.endswith("s"):
            return False
        found = []
    shown = show(found)
    assert shown.text()
    OUTPUT[tool].validate(shown.model_dump(mode="json", exclude_none=True))
    return bool(found)


@pytest.mark.parametrize("operation", operations())
def test_every_error_is_raised_with_what_it_says(operation: str) -> None:
    documented = st.sampled_from(statuses(operation, False))

    @examples(25)
    @given(documented, st.sampled_from(EVOLUTIONS), st.data())
    def check(status: str, evolve: Evolve, data: st.DataObject) -> None:
        body = data.draw(bodies(operation, status, evolve))
        code = 403 if status == "default" else int(status)
        with pytest.raises(ApiError) as raised:
            read(operation, code, json.dumps(body).encode())
        error = raised.value
        assert error.status_code == code
        word = body["id"] if "id" in body else body["code"]
        assert (error.code, error.message, error.request_id) == (word, body["message"], body.get("request_id", ""))

    check()


@pytest.mark.parametrize(
    "time",
    ["2023-01-01T00:00:00Z", "2023-01-01T00:00:00.123456789Z", "2023-01-01T02:00:00.5+02:00", "9999-12-31T23:59:59Z"],
)
def test_every_spelling_of_a_time_that_the_contract_has_is_read(time: str) -> None:
    body = operations()["get_share"]["responses"]["200"]["content"]["application/json"]["example"]
    read("get_share", 200, json.dumps({"share": {**body["share"], "created_at": time}}).encode())


def test_half_a_surrogate_pair_becomes_a_text_that_can_be_written() -> None:
    body = operations()["get_share"]["responses"]["200"]["content"]["application/json"]["example"]
    found = read("get_share", 200, json.dumps({"share": {**body["share"], "name": "a\ud800b"}}).encode())
    assert found.share.name == "a?b"


@pytest.mark.parametrize("operation", [name for name in operations() if statuses(name, True) == ["204"]])
def test_an_answer_without_a_body_is_a_success(operation: str) -> None:
    assert read(operation, 204, b"") is None

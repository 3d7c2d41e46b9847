"""What callers see and may call."""

import io
import json
from collections.abc import Iterable
from typing import Any

import httpx
import pytest
from do_nfs_mcp.api.callers import caller_scopes
from do_nfs_mcp.api.operations import OPERATIONS
from do_nfs_mcp.api.scopes import SCOPES, caller_scope
from do_nfs_mcp.observability.audit import Audit
from do_nfs_mcp.observability.masking import Masking
from do_nfs_mcp.tools import SPECS
from do_nfs_mcp.tools.tool import Effect
from do_nfs_sandbox import Sandbox
from mcp import Client, MCPError
from mcp_types import (
    PromptReference,
    ReadResourceResult,
    ResourceTemplateReference,
    TextResourceContents,
)

from ...support.calling import call, succeed, text_of
from ...support.constants import NEW_SHARE, OTHER_VPC, TOKEN, VPC
from ...support.contracts import operation_of
from ...support.http_site import Grant, OpenSite, Site
from ...support.person import Person

pytestmark = pytest.mark.anyio

NEEDED = {spec.name: spec.scopes for spec in SPECS}


async def names(client: Client) -> set[str]:
    return {tool.name for tool in (await client.list_tools()).tools}


async def resources(client: Client) -> list[str]:
    """What is read from the API; the page that shows an overview holds nothing of it."""
    return [r.uri for r in (await client.list_resources()).resources if r.uri.startswith("nfs://")]


async def test_a_tool_needs_the_scopes_of_the_operations_it_calls_and_can_be_called_with_just_these(
    site: Site, grant: Grant, sent: list[httpx.Request]
) -> None:
    """With ids and without waiting. What takes something away needs nfs:delete as well."""
    tokens = {name: grant(name, *scopes) for name, scopes in NEEDED.items()}
    effects = {spec.name: spec.effect for spec in SPECS}

    async def reached(tool: str, **arguments: Any) -> dict[str, Any]:
        async with site.client(tokens[tool], elicitation_callback=Person()) as client:
            assert tool in await names(client)
            sent.clear()
            content = await succeed(client, tool, **arguments)
        called = {caller_scope(OPERATIONS[operation_of(request.method, request.url.path)]) for request in sent}
        assert called | ({"nfs:delete"} if effects[tool] is Effect.DESTROYS else set()) == NEEDED[tool]
        done.add(tool)
        return content

    done: set[str] = set()
    share = (await reached("create_share", **NEW_SHARE, wait=False))["share"]["id"]
    await reached("get_storage_overview")
    await reached("list_shares")
    await reached("list_vpcs")
    await reached("export_terraform")
    await reached("get_share", share=share)
    await reached("get_mount_instructions", share=share)
    await reached("wait_until_ready", share=share)
    await reached("resize_share", share=share, size_gib=200, wait=False)
    await reached("switch_performance_tier", share=share, performance_tier="high", wait=False)
    await reached("attach_share", share=share, vpc_id=OTHER_VPC, wait=False)
    await reached("detach_share", share=share, vpc_id=OTHER_VPC, wait=False)
    await reached("reassign_share", share=share, old_vpc_id=VPC, new_vpc_id=OTHER_VPC, wait=False)
    await reached("create_snapshot", share=share, name="s", wait=False)
    (snapshot,) = (await reached("list_snapshots", share=share))["snapshots"]
    await reached("get_snapshot", nfs_snapshot_id=snapshot["id"])
    await reached("delete_snapshot", nfs_snapshot_id=snapshot["id"])
    await reached("create_snapshot", share=share, name="t", wait=False)
    await reached("prune_snapshots", share=share, keep_last=0)
    made = await reached("create_access_point", share=share, name="aa", path="/a", vpc_id=VPC, wait=False)
    point = made["access_point"]["id"]
    await reached("list_access_points", share=share)
    await reached("get_access_point", access_point_id=point)
    await reached("delete_access_point", access_point_id=point)
    await reached("delete_share", share=share)
    assert done == NEEDED.keys()


def test_whatever_destroys_needs_nfs_delete_and_whatever_reads_neither_that_nor_nfs_create() -> None:
    for spec in SPECS:
        assert ("nfs:delete" in spec.scopes) == (spec.effect is Effect.DESTROYS)
        assert spec.effect is not Effect.READS or spec.scopes <= {"nfs:list", "nfs:read"}


@pytest.mark.parametrize("scopes", [SCOPES[:n] for n in range(1, 5)] + [(scope,) for scope in SCOPES[1:]])
async def test_a_caller_sees_the_tools_that_their_scopes_are_enough_for(
    site: Site, grant: Grant, protocol_version: str, scopes: tuple[str, ...]
) -> None:
    async with site.client(grant("ann", *scopes), protocol_version) as client:
        assert await names(client) == {name for name, needed in NEEDED.items() if needed <= set(scopes)}


async def test_a_tool_that_a_caller_does_not_see_is_not_called(
    site: Site, grant: Grant, protocol_version: str, sent: list[httpx.Request]
) -> None:
    async with site.client(
        grant("ann", "nfs:list", "nfs:read"), protocol_version, elicitation_callback=Person()
    ) as client:
        for tool, needed in NEEDED.items():
            if needed <= {"nfs:list", "nfs:read"}:
                continue
            result = await call(client, tool)
            assert result.is_error
            assert all(scope in text_of(result) for scope in needed - {"nfs:list", "nfs:read"})
            assert "Nothing was done" in text_of(result)
        unknown = text_of(await call(client, "no_such_tool"))
        assert "list_shares" in unknown
        assert "delete_share" not in unknown
    assert sent == []


async def test_no_name_is_told_to_a_caller_who_may_not_list(
    site: Site, grant: Grant, protocol_version: str, sent: list[httpx.Request]
) -> None:
    async with site.client(grant("boss", *SCOPES)) as client:
        made = await succeed(client, "create_share", **NEW_SHARE)
    sent.clear()
    async with site.client(grant("ann", "nfs:create"), protocol_version) as client:
        result = await call(client, "create_snapshot", share="other", name="s")
        assert result.is_error
        assert "nfs:list" in text_of(result)
        assert "data" not in text_of(result)
        assert sent == []
        # The wait needs nfs:read; the snapshot is under way all the same.
        pending = await succeed(client, "create_snapshot", share=made["share"]["id"], name="s")
        assert pending["outcome"] == "pending"
        assert "nfs:" in pending["message"]
    assert [request.method for request in sent] == ["POST"]


async def test_a_caller_sees_and_reads_the_resources_their_scopes_are_enough_for(
    site: Site, grant: Grant, protocol_version: str, sent: list[httpx.Request]
) -> None:
    async with site.client(grant("boss", *SCOPES)) as client:
        made = await succeed(client, "create_share", **NEW_SHARE)
    uri = f"nfs://shares/{made['share']['id']}"
    async with site.client(grant("ann", "nfs:list"), protocol_version) as client:
        assert await resources(client) == [
            "nfs://overview",
            "nfs://contract",
            "nfs://rate-limit",
            "nfs://terraform",
        ]
        templates = (await client.list_resource_templates()).resource_templates
        assert [template.uri_template.partition("{")[0] for template in templates] == ["nfs://terraform"]
        await client.read_resource("nfs://overview")
        sent.clear()
        with pytest.raises(MCPError, match="nfs:read"):
            await client.read_resource(uri)
    async with site.client(grant("bob", "nfs:read"), protocol_version) as client:
        assert await resources(client) == ["nfs://contract", "nfs://rate-limit"]
        assert len((await client.list_resource_templates()).resource_templates) == 2
        with pytest.raises(MCPError, match="nfs:list"):
            await client.read_resource("nfs://overview")
        assert sent == []
        read = await client.read_resource(uri)
        assert isinstance(read, ReadResourceResult)
        (content,) = read.contents
        assert isinstance(content, TextResourceContents)
        assert "data" in content.text


async def test_a_caller_sees_the_prompts_whose_tools_they_see(site: Site, grant: Grant, protocol_version: str) -> None:
    async with site.client(grant("ann", "nfs:list", "nfs:read"), protocol_version) as client:
        assert [prompt.name for prompt in (await client.list_prompts()).prompts] == ["mount_share", "investigate_share"]
        with pytest.raises(MCPError, match="no such prompt"):
            await client.get_prompt("clean_up_snapshots", {"share": "data"})
        await client.get_prompt("mount_share", {"share": "data"})


async def test_names_complete_for_those_who_may_list(
    site: Site, grant: Grant, protocol_version: str, sent: list[httpx.Request]
) -> None:
    async def completed(token: str) -> list[str]:
        async with site.client(token, protocol_version) as client:
            of_prompt = await client.complete(PromptReference(name="mount_share"), {"name": "share", "value": "da"})
            of_uri = await client.complete(
                ResourceTemplateReference(uri="nfs://shares/{share_id}"), {"name": "share_id", "value": "da"}
            )
            return [*of_prompt.completion.values, *of_uri.completion.values]

    async with site.client(grant("boss", *SCOPES)) as client:
        made = await succeed(client, "create_share", **NEW_SHARE)
    assert await completed(grant("ann", "nfs:list", "nfs:read")) == ["data", made["share"]["id"]]
    sent.clear()
    assert await completed(grant("bob", "nfs:read", "nfs:create", "nfs:delete")) == []
    assert sent == []


async def test_lists_that_differ_by_caller_are_for_one_caller_s_cache(open_site: OpenSite, grant: Grant) -> None:
    async def scopes(site: Site, token: str | None) -> Iterable[str | None]:
        async with site.client(token) as client:
            return {
                (await client.list_tools()).cache_scope,
                (await client.list_prompts()).cache_scope,
                (await client.list_resources()).cache_scope,
                (await client.list_resource_templates()).cache_scope,
            }

    async with open_site() as site:
        assert await scopes(site, grant("ann", "nfs:list")) == {"private"}
    async with open_site(asks=False) as site:
        assert await scopes(site, None) == {"public"}


async def test_the_tokens_of_callers_stay_here_and_the_api_s_token_stays_inside(
    site: Site, grant: Grant, sandbox: Sandbox, protocol_version: str, sent: list[httpx.Request]
) -> None:
    token = grant("ann", *SCOPES)
    received: list[str] = []

    async def keep(response: Any) -> None:
        await response.aread()
        received.append(f"{response.headers}{response.text}")

    sandbox.add_fault("status", operation="list_snapshots", status=401, times=1)
    async with site.client(
        token, protocol_version, elicitation_callback=Person(), http_hooks={"response": [keep]}
    ) as client:
        await succeed(client, "create_share", **NEW_SHARE)
        await call(client, "list_snapshots")
        await call(client, "get_share", share="nothing")
        await client.read_resource("nfs://contract")
    async with site.raw() as http:
        received += [(await http.get(path)).text for path in ("/mcp", "/healthz", "/readyz", "/")]
    assert {request.headers["authorization"] for request in sent} == {f"Bearer {TOKEN}"}
    assert all(token not in f"{request.url}{request.headers}{request.content!r}" for request in sent)
    assert len(received) > 8
    assert TOKEN not in "".join(received)


async def test_nfs_read_is_enough_to_wait_for_an_action(site: Site, grant: Grant) -> None:
    async with site.client(grant("ann", *SCOPES)) as client:
        await succeed(client, "create_share", **NEW_SHARE)
        resized = await succeed(client, "resize_share", share="data", size_gib=200, wait=False)
    async with site.client(grant("bob", "nfs:read")) as client:
        waited = await succeed(client, "wait_until_ready", action_id=int(resized["action"]["id"]))
    assert waited["outcome"] == "done"


def test_a_request_without_a_caller_has_no_scopes() -> None:
    assert caller_scopes() == frozenset()


async def test_the_audit_says_refused_whichever_check_finds_that_a_scope_is_missing(
    open_site: OpenSite, grant: Grant
) -> None:
    lines = io.StringIO()
    async with open_site(audit=Audit(lines, Masking())) as site:
        for scopes in (["nfs:read"], ["nfs:create"]):
            async with site.client(grant("ann", *scopes)) as client:
                # The first caller may not call the tool; the second may, but not look for the share by its name.
                assert (await call(client, "resize_share", share="data", size_gib=200)).is_error
    found = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [line["outcome"] for line in found] == ["refused", "refused"]
    assert "needs the scope nfs:create" in found[0]["said"]
    assert "needs the scope nfs:list" in found[1]["said"]

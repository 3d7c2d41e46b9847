"""What replicas share: the key that seals what a caller brings back."""

from typing import Any

import pytest
from do_nfs_mcp.api.scopes import SCOPES
from do_nfs_sandbox import Sandbox

from ...support.constants import NEW_SHARE, REQUEST_META
from ...support.http_site import Grant, OpenSite, Site

pytestmark = pytest.mark.anyio

OLD, NEW = "0ld" * 20, "new" * 20
META = {**REQUEST_META, "io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}}}


async def call(site: Site, token: str, tool: str, arguments: dict[str, Any], **more: Any) -> dict[str, Any]:
    """One round of a call on 2026-07-28."""
    params = {"name": tool, "arguments": arguments, "_meta": META, **more}
    headers = {"mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call", "mcp-name": tool}
    async with site.raw(token) as http:
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        answer: dict[str, Any] = (await http.post("/mcp", json=body, headers=headers)).json()
        return answer


async def begin(site: Site, token: str, name: str = "data") -> tuple[dict[str, Any], dict[str, Any]]:
    """Make a share and begin to delete it; gives the arguments of the call, and what a person's yes adds to it."""
    made = await call(site, token, "create_share", NEW_SHARE | {"name": name})
    arguments = {"share": made["result"]["structuredContent"]["share"]["id"]}
    asked = (await call(site, token, "delete_share", arguments))["result"]
    assert asked["resultType"] == "input_required"
    answers = {key: {"action": "accept", "content": {"name": name}} for key in asked["inputRequests"]}
    return arguments, {"requestState": asked["requestState"], "inputResponses": answers}


def alive(sandbox: Sandbox) -> int:
    return len([share for share in sandbox.state()["shares"] if share["status"] != "DELETED"])


async def test_a_replica_with_the_key_goes_on_with_what_another_began(
    open_site: OpenSite, grant: Grant, sandbox: Sandbox
) -> None:
    ann = grant("ann", *SCOPES)
    # While keys are changed the new one seals and the old one still opens.
    async with open_site(keys=(OLD,)) as one, open_site(keys=(NEW, OLD)) as other:
        arguments, answered = await begin(one, ann)
        done = await call(other, ann, "delete_share", arguments, **answered)
    assert done["result"]["structuredContent"]["outcome"] == "done"
    assert alive(sandbox) == 0


@pytest.mark.parametrize("keys", [(NEW,), ()])
async def test_a_replica_without_the_key_deletes_nothing(
    open_site: OpenSite, grant: Grant, sandbox: Sandbox, keys: tuple[str, ...]
) -> None:
    ann = grant("ann", *SCOPES)
    async with open_site(keys=(OLD,)) as one, open_site(keys=keys) as other:
        arguments, answered = await begin(one, ann)
        refused = await call(other, ann, "delete_share", arguments, **answered)
    assert "requestState" in refused["error"]["message"]
    assert alive(sandbox) == 1


async def test_a_yes_counts_for_who_was_asked_and_for_what_they_were_asked_about(
    site: Site, grant: Grant, sandbox: Sandbox
) -> None:
    ann, bob = grant("ann", *SCOPES), grant("bob", *SCOPES)
    arguments, answered = await begin(site, ann)
    other, _ = await begin(site, ann, "other")
    assert "requestState" in (await call(site, bob, "delete_share", arguments, **answered))["error"]["message"]
    assert "requestState" in (await call(site, ann, "delete_share", other, **answered))["error"]["message"]
    assert alive(sandbox) == 2
    assert (await call(site, ann, "delete_share", arguments, **answered))["result"]["structuredContent"]
    assert alive(sandbox) == 1

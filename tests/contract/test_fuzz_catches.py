"""A check that never fails is no check: bugs are planted in a sandbox, and the fuzzer has to find every one."""

import json
from collections.abc import MutableMapping
from functools import cache
from typing import Any

import pytest
from do_nfs_sandbox import Sandbox
from do_nfs_sandbox.contract import find_route

from ..fuzzing import TOKEN, Findings, Send, fuzz
from .test_fuzz import SEED

# What is planted, and the check and operation that have to show it.
PLANTED = {
    "a deleted share can still be used": ("use_after_free", "get_share"),
    "a deleted access point comes with another status": ("response_schema_conformance", "delete_access_point"),
    "a VPC lacks its name, which is required": ("response_schema_conformance", "list_vpcs"),
    "a name beyond the basic plane is a 500": ("not_a_server_error", "create_share"),
    "a page may be one too long": ("negative_data_rejection", "list_vpcs"),
    "a snapshot leaks a field": ("only_declared_fields", "get_snapshot"),
    "an action can be read without a token": ("ignored_auth", "get_action"),
}


class Spoiled:
    """A sandbox with all of these bugs."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Send) -> None:
        found = find_route(scope["path"])
        operation = found and found[0].operations.get(scope["method"])
        if operation is None:
            await self._sandbox(scope, receive, send)
            return
        spoilt = {**scope}
        if operation.id == "list_vpcs":
            spoilt["query_string"] = scope["query_string"].replace(b"per_page=201", b"per_page=200")
        if operation.id == "get_action":
            spoilt["headers"] = [(b"authorization", f"Bearer {TOKEN}".encode())]
        if operation.id == "delete_share":
            # Answered as if it were done, by asking for it.
            spoilt["method"] = "GET"
        body = bytearray()
        answer: dict[str, Any] = {}

        async def listen() -> MutableMapping[str, Any]:
            message: MutableMapping[str, Any] = await receive()
            body.extend(message.get("body", b""))
            return message

        async def keep(message: MutableMapping[str, Any]) -> None:
            answer.update(message)

        await self._sandbox(spoilt, listen, keep)
        status, content = answer["status"], answer["body"]
        if operation.id == "delete_share" and status == 200:
            status, content = 204, b""
        if operation.id == "delete_access_point" and status == 200:
            status = 202
        if operation.id == "create_share" and status == 201 and any(c > "\uffff" for c in json.loads(body)["name"]):
            status, content = 500, b'{"id": "server_error", "message": "Boom."}'
        if operation.id == "list_vpcs" and status == 200:
            content = content.replace(b'"name"', b'"label"')
        if operation.id == "get_snapshot" and status == 200:
            content = content.replace(b'{"snapshot":{', b'{"snapshot":{"host":"10.1.1.1",')
        headers = [(k, v) for k, v in answer["headers"] if k != b"content-length"]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})


@cache
def findings() -> Findings:
    return fuzz(SEED, 100, spoil=Spoiled)


@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_is_found(bug: str) -> None:
    assert PLANTED[bug] in findings().failures


def test_nothing_else_is_blamed() -> None:
    """But for what follows: a share that outlives its deletion does so for every operation on it."""
    blamed = {operation for _, operation in findings().failures}
    follows = {"create_share_action", "list_access_points", "create_access_point", "list_snapshots", "delete_share"}
    assert blamed - follows == {operation for _, operation in PLANTED.values()}

"""A check that never fails is no check: bugs are planted in a sandbox, and the fuzzer has to find every one."""

import json
from collections.abc import MutableMapping
from typing import Any

import pytest
from do_nfs_sandbox import Sandbox
from do_nfs_sandbox.contract.routes import find_route

from ..support.constants import TOKEN
from ..support.fuzzing import SEED, Send, fuzz

# It draws thousands of requests, which takes minutes where other tests take its processor.
pytestmark = pytest.mark.timeout(1500)

# What is planted, and the check and operation that have to show it.
PLANTED = {
    "a deleted access point comes with another status": ("response_schema_conformance", "delete_access_point"),
    "a VPC lacks its name, which is required": ("response_schema_conformance", "list_vpcs"),
    "a name beyond the basic plane is a 500": ("not_a_server_error", "create_share"),
    "a page may be one too long": ("negative_data_rejection", "list_vpcs"),
    "a snapshot leaks a field": ("only_declared_fields", "get_snapshot"),
    "an action can be read without a token": ("ignored_auth", "get_action"),
}
HEALTHY = {"list_shares", "delete_share"}


class Spoiled:
    """A sandbox with the bugs that single calls show."""

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


class Undying:
    """A sandbox that answers that it deleted a share, and has not."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Send) -> None:
        found = find_route(scope["path"])
        operation = found and found[0].operations.get(scope["method"])
        if operation is None or operation.id != "delete_share":
            await self._sandbox(scope, receive, send)
            return

        answer: dict[str, Any] = {}

        async def keep(message: MutableMapping[str, Any]) -> None:
            answer.update(message)

        # Asking for it finds out whether it could be deleted.
        await self._sandbox({**scope, "method": "GET"}, receive, keep)
        status, headers, content = answer["status"], answer["headers"], answer["body"]
        if status == 200:
            status, headers, content = 204, [(k, v) for k, v in headers if not k.startswith(b"content-")], b""
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})


def test_every_planted_bug_is_found_and_no_healthy_operation_is_blamed() -> None:
    spoiled = {operation for _, operation in PLANTED.values()}
    found = fuzz(SEED, 60, 0, spoil=Spoiled, only=spoiled | HEALTHY)
    assert found.errors == []
    assert [bug for bug, failure in PLANTED.items() if failure not in found.failures] == []
    assert {operation for _, operation in found.failures} == spoiled


def test_a_deleted_share_that_can_still_be_used_is_found_by_a_chain_of_calls() -> None:
    failure = ("use_after_free", "get_share")
    found = fuzz(SEED, 0, 500, spoil=Undying, until=failure)
    assert found.errors == []
    assert failure in found.failures

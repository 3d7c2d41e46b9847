"""What can be read from the API is as the contract says: of the sandbox in every run, and of the real API in one that
is asked for it by `pytest -m live` (see account.py)."""

import json
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import httpx
import pytest
from do_nfs_client import AuthenticatedClient
from do_nfs_sandbox import Sandbox
from jsonschema_rs import Draft202012Validator

from ..support.constants import TOKEN
from ..support.contracts import CONTRACT, operations, resolved
from .account import named_account, reading

pytestmark = pytest.mark.anyio
ACCOUNT = {"uuid": "0a1b2c3d4e5f6a7b8c9d", "email": "sammy@example.com"}
NAMED = {"DIGITALOCEAN_TOKEN": TOKEN, "DO_NFS_LIVE_ACCOUNT": ACCOUNT["uuid"]}


def assert_valid(value: Any, schema: dict[str, Any]) -> None:
    Draft202012Validator({**schema, "components": CONTRACT["components"]}, validate_formats=True).validate(value)


@dataclass
class Source:
    """An API to read from."""

    client: AuthenticatedClient
    may_be_empty: bool

    async def read(self, operation: str, **arguments: Any) -> Any:
        """Call an operation, hold its answer to the contract, headers included, and return it as the client has it."""
        contract = operations()[operation]
        module = import_module(f"do_nfs_client.api.{contract['tags'][0]}.{operation}")
        answer = await module.asyncio_detailed(client=self.client, **arguments)
        documented = contract["responses"][str(int(answer.status_code))]
        assert_valid(json.loads(answer.content), documented["content"]["application/json"]["schema"])
        for name, header in documented["headers"].items():
            assert_valid(int(answer.headers[name]), resolved(header)["schema"])
        return answer.parsed

    def first(self, found: Sequence[Any]) -> Any:
        if not found:
            (pytest.skip if self.may_be_empty else pytest.fail)("There is none to read.")
        return found[0]


@asynccontextmanager
async def seeded_sandbox() -> AsyncIterator[Source]:
    with Sandbox(ready_after=0) as sandbox:
        transport = httpx.ASGITransport(app=sandbox)
        headers = {"authorization": f"Bearer {TOKEN}"}
        async with httpx.AsyncClient(base_url="http://sandbox", transport=transport, headers=headers) as http:
            vpc = (await http.get("/v2/vpcs")).json()["vpcs"][0]
            order = {"name": "data", "region": vpc["region"], "size_gib": 50, "vpc_ids": [vpc["id"]]}
            share = (await http.post("/v2/nfs", json=order)).json()["share"]
            await http.post(f"/v2/nfs/{share['id']}/actions", json={"type": "snapshot", "params": {"name": "s"}})
        async with reading("http://sandbox", TOKEN, transport) as client:
            yield Source(client, may_be_empty=False)


@pytest.fixture(params=["sandbox", pytest.param("real", marks=pytest.mark.live)])
async def source(request: pytest.FixtureRequest) -> AsyncIterator[Source]:
    if request.param == "sandbox":
        async with seeded_sandbox() as source:
            yield source
    else:
        async with named_account(os.environ, httpx.AsyncHTTPTransport()) as client:
            yield Source(client, may_be_empty=True)


async def test_shares_are_read_as_the_contract_has_them(source: Source) -> None:
    share = source.first((await source.read("list_shares")).shares)
    assert (await source.read("get_share", nfs_id=share.id)).share.id == share.id


async def test_snapshots_are_read_as_the_contract_has_them(source: Source) -> None:
    snapshot = source.first((await source.read("list_snapshots")).snapshots)
    assert (await source.read("get_snapshot", nfs_snapshot_id=snapshot.id)).snapshot.id == snapshot.id


async def test_access_points_are_read_as_the_contract_has_them(source: Source) -> None:
    share = source.first((await source.read("list_shares")).shares)
    point = source.first((await source.read("list_access_points", share_id=share.id)).access_points)
    assert (await source.read("get_access_point", access_point_id=point.id)).access_point.id == point.id


async def test_vpcs_are_read_as_the_contract_has_them(source: Source) -> None:
    assert (await source.read("list_vpcs")).meta.total >= 0


class TestTheGuard:
    @pytest.fixture
    def sent(self) -> list[str]:
        return []

    @pytest.fixture
    def transport(self, sent: list[str]) -> httpx.MockTransport:
        def answer(request: httpx.Request) -> httpx.Response:
            sent.append(f"{request.method} {request.url.path}")
            known = request.headers["authorization"] == f"Bearer {TOKEN}"
            return httpx.Response(200, json={"account": ACCOUNT}) if known else httpx.Response(403)

        return httpx.MockTransport(answer)

    @pytest.mark.parametrize("name", ACCOUNT.values())
    async def test_the_named_account_is_read(self, name: str, transport: httpx.MockTransport) -> None:
        async with named_account({**NAMED, "DO_NFS_LIVE_ACCOUNT": name}, transport) as client:
            assert client.token == TOKEN

    @pytest.mark.parametrize(
        ("environment", "words", "asked"),
        [
            ({"DIGITALOCEAN_TOKEN": ""}, "need a token", []),
            ({"DO_NFS_LIVE_ACCOUNT": ""}, "need the account's uuid or email", []),
            ({"DO_NFS_LIVE_ACCOUNT": "someone@example.com"}, "does not belong to the account", ["GET /v2/account"]),
            ({"DIGITALOCEAN_TOKEN": "other"}, r"not told \(403\)", ["GET /v2/account"]),
        ],
    )
    async def test_any_account_but_the_named_one_fails_and_nothing_is_read(
        self,
        environment: dict[str, str],
        words: str,
        asked: list[str],
        transport: httpx.MockTransport,
        sent: list[str],
    ) -> None:
        with pytest.raises(pytest.fail.Exception, match=words):
            async with named_account({**NAMED, **environment}, transport):
                raise AssertionError("it went on")
        assert sent == asked

    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    async def test_no_change_is_ever_sent(self, method: str, transport: httpx.MockTransport, sent: list[str]) -> None:
        async with named_account(NAMED, transport) as client:
            with pytest.raises(AssertionError, match="Live tests only read"):
                await client.get_async_httpx_client().request(method, "/v2/nfs")
        assert sent == ["GET /v2/account"]

"""The generated client survives what servers really send, and is safe as it comes."""

import copy
import gc
import json
import pickle
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import httpx
import jsonschema_rs
import pytest
from do_nfs_client import UNSET, ApiError, AuthenticatedClient, Client, UnsafeIdError
from do_nfs_client.api.access_points import list_access_points
from do_nfs_client.api.actions import get_action
from do_nfs_client.api.shares import create_share, create_share_action, delete_share, get_share, list_shares
from do_nfs_client.api.snapshots import list_snapshots
from do_nfs_client.client import read_body
from do_nfs_client.models import (
    CreateShareRequest,
    DetachShare,
    PerformanceTier,
    ResizeParams,
    ResizeShare,
    Share,
    ShareEnvelope,
    ShareList,
    ShareStatus,
    VpcParams,
)
from do_nfs_client.types import id_in_request
from do_nfs_mcp.settings import TOKEN_VARIABLES, token_from
from do_nfs_sandbox.contract.routes import find_route

from ..support.api_answers import SHARE
from ..support.constants import TOKEN
from ..support.contracts import CONTRACT, operations, resolved

ID = "0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d"
NO_IDS: list[Any] = [
    *("", ".", "..", "../droplets?tag=x", "a%2fb", "a/b", "a:b", "a b", "x\n", "\x7f", "\ud800", "\u0661", "x" * 65),
    *(None, True, 1.5, b"x", ["x"]),
]
Answer = Callable[[httpx.Request], httpx.Response]


def connected(answer: Answer) -> AuthenticatedClient:
    return AuthenticatedClient(
        base_url="https://api.test", token=TOKEN, httpx_args={"transport": httpx.MockTransport(answer)}
    )


def is_id_in_request(text: str) -> bool:
    return jsonschema_rs.is_valid(CONTRACT["components"]["schemas"]["IdInRequest"], text)


def example(operation: str, status: str = "200") -> Any:
    response = resolved(operations()[operation]["responses"][status])
    # As a copy, so that a test may change it.
    return json.loads(json.dumps(response["content"]["application/json"]["example"]))


def test_a_list_is_parsed_into_models() -> None:
    found = list_shares.sync(client=connected(lambda _: httpx.Response(200, json=example("list_shares"))))
    assert isinstance(found, ShareList)
    assert found.shares
    (share,) = found.shares
    assert (share.id, share.status, share.size_gib) == (ID, ShareStatus.ACTIVE, 1024)
    assert share.created_at.year == 2023


@pytest.mark.anyio
async def test_a_list_is_parsed_without_blocking() -> None:
    async with connected(lambda _: httpx.Response(200, json=example("list_shares"))) as client:
        found = await list_shares.asyncio(client=client)
    assert isinstance(found, ShareList)


def test_a_request_is_sent_as_the_contract_has_it() -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(201, json=example("create_share", "201"))

    body = CreateShareRequest(name="n", region="atl1", size_gib=50, vpc_ids=[ID], performance_tier=PerformanceTier.HIGH)
    create_share.sync(client=connected(answer), body=body)
    (request,) = sent
    assert (request.method, str(request.url)) == ("POST", "https://api.test/v2/nfs")
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert json.loads(request.content) == {
        "name": "n",
        "region": "atl1",
        "size_gib": 50,
        "vpc_ids": [ID],
        "performance_tier": "high",
    }


@pytest.mark.parametrize(
    ("body", "sent_body"),
    [
        (ResizeShare(params=ResizeParams(size_gib=60)), {"type": "resize", "params": {"size_gib": 60}}),
        (DetachShare(params=VpcParams(vpc_id=ID)), {"type": "detach", "params": {"vpc_id": ID}}),
    ],
)
def test_an_action_says_what_it_is(body: ResizeShare | DetachShare, sent_body: dict[str, Any]) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert json.loads(request.content) == sent_body
        return httpx.Response(201, json=example("create_share_action", "201"))

    assert create_share_action.sync(ID, client=connected(answer), body=body) is not None


class TestWhatServersAddLater:
    def test_an_unknown_status_is_a_status_with_that_text(self) -> None:
        body = example("list_shares")
        body["shares"][0]["status"] = "MIGRATING"
        body["shares"][0]["performance_tier"] = "PERFORMANCE_TIER_EXTREME"
        found = list_shares.sync(client=connected(lambda _: httpx.Response(200, json=body)))
        assert isinstance(found, ShareList)
        assert found.shares
        status = found.shares[0].status
        assert isinstance(status, ShareStatus)
        assert (status, str(status), status.name) == ("MIGRATING", "MIGRATING", "MIGRATING")
        assert status not in list(ShareStatus)
        assert found.to_dict()["shares"][0]["status"] == "MIGRATING"
        assert found.to_dict()["shares"][0]["performance_tier"] == "PERFORMANCE_TIER_EXTREME"

    def test_an_unknown_status_in_a_nested_model_is_not_an_error(self) -> None:
        body = example("list_access_points")
        body["access_points"][0]["access_policy"]["protocols"] = ["NFS5"]
        body["access_points"][0]["access_policy"]["anonuid"] = 1000
        found = list_access_points.sync(ID, client=connected(lambda _: httpx.Response(200, json=body)))
        assert found is not None
        assert found.to_dict()["access_points"][0]["access_policy"]["protocols"] == ["NFS5"]

    def test_a_status_that_is_not_a_text_is_refused(self) -> None:
        seven: Any = 7
        with pytest.raises(ValueError, match="7 is not a valid ShareStatus"):
            ShareStatus(seven)

    def test_an_unknown_field_is_kept(self) -> None:
        body = example("get_share")
        body["share"]["encryption"] = {"key": "k"}
        found = get_share.sync(ID, client=connected(lambda _: httpx.Response(200, json=body)))
        assert isinstance(found, ShareEnvelope)
        assert isinstance(found.share, Share)
        assert found.share["encryption"] == {"key": "k"}


class TestPleasant:
    def test_the_api_is_where_the_contract_says_unless_given(self) -> None:
        assert Client().base_url == CONTRACT["servers"][0]["url"]

    @pytest.mark.parametrize("variables", [TOKEN_VARIABLES[at:] for at in range(len(TOKEN_VARIABLES))])
    def test_the_token_is_that_of_the_environment_that_the_server_would_take(
        self, monkeypatch: pytest.MonkeyPatch, variables: tuple[str, ...]
    ) -> None:
        given = dict.fromkeys(TOKEN_VARIABLES, "  ") | {variable: f" {variable}\n" for variable in variables}
        for variable, value in given.items():
            monkeypatch.setenv(variable, value)
        assert AuthenticatedClient().token == variables[0] == token_from(given)[0]
        assert AuthenticatedClient(token="mine").token == "mine"

    def test_without_any_token_there_is_no_client(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for variable in TOKEN_VARIABLES:
            monkeypatch.delenv(variable, raising=False)
        with pytest.raises(ValueError, match="There is no token: give the argument token, or set DIGITALOCEAN_ACCESS"):
            AuthenticatedClient()

    @pytest.mark.parametrize("text", ["${TOKEN}", "two words", "t\u00f6ken", "a\x00b"])
    def test_what_cannot_be_a_token_is_said_to_be_none_and_is_not_shown(
        self, monkeypatch: pytest.MonkeyPatch, text: str
    ) -> None:
        monkeypatch.setattr("os.environ", {"DIGITALOCEAN_TOKEN": text})
        with pytest.raises(ValueError, match="What DIGITALOCEAN_TOKEN holds cannot be a token") as raised:
            AuthenticatedClient()
        assert text not in str(raised.value)

    def test_what_is_left_out_prints_as_unset(self) -> None:
        assert repr(ResizeShare(params=ResizeParams(size_gib=60)).region) == "UNSET"
        assert not UNSET

    @pytest.mark.parametrize(
        "again",
        [
            copy.copy,
            copy.deepcopy,
            # What a test has pickled itself is safe.
            lambda model: pickle.loads(pickle.dumps(model)),  # noqa: S301
        ],
        ids=["copy", "deepcopy", "pickle"],
    )
    def test_a_field_that_is_left_out_is_so_in_a_copy(self, again: Callable[[Any], Any]) -> None:
        request = ResizeShare(params=ResizeParams(size_gib=60))
        assert again(request).region is UNSET
        assert again(request).to_dict() == request.to_dict()
        assert again(UNSET) is UNSET

    @pytest.mark.parametrize("body", [{"share": {**SHARE}}, {"share": {**SHARE, "vpc_ids": None}}])
    def test_a_list_that_is_left_out_is_empty(self, body: dict[str, Any]) -> None:
        body["share"].pop("vpc_ids", None)
        share = get_share.sync(ID, client=connected(lambda _: httpx.Response(200, json=body))).share
        assert (share.vpc_ids, share.access_points) == ([], [])
        share.vpc_ids.append("x")
        again = get_share.sync(ID, client=connected(lambda _: httpx.Response(200, json=body))).share
        assert again.vpc_ids == []

    @pytest.mark.parametrize("was_collecting", [True, False])
    def test_the_collector_of_garbage_is_as_before_once_a_long_list_is_read(self, was_collecting: bool) -> None:
        seen: list[bool] = []

        def read(body: Any) -> ShareList:
            seen.append(gc.isenabled())
            return ShareList.from_dict(body)

        (gc.enable if was_collecting else gc.disable)()
        try:
            for count in (1, 1000):
                assert len(read_body(httpx.Response(200, json={"shares": [SHARE] * count}), read).shares) == count
            with pytest.raises(ApiError):
                read_body(httpx.Response(200, json=[SHARE] * 1000), read)
            assert gc.isenabled() is was_collecting
        finally:
            gc.enable()
        assert seen == [was_collecting, False, False]


class TestErrors:
    @pytest.mark.parametrize(
        ("status", "body", "code", "message", "request_id"),
        [
            (404, {"id": "not_found", "message": "No.", "request_id": "r1"}, "not_found", "No.", "r1"),
            (409, {"code": "AlreadyExists", "message": "Taken."}, "AlreadyExists", "Taken.", ""),
            (500, {}, "", "", ""),
            (500, ["x"], "", "", ""),
        ],
    )
    def test_an_error_is_raised_with_what_it_says(
        self, status: int, body: Any, code: str, message: str, request_id: str
    ) -> None:
        with pytest.raises(ApiError) as raised:
            get_share.sync(ID, client=connected(lambda _: httpx.Response(status, json=body)))
        error = raised.value
        assert (error.status_code, error.code, error.message, error.request_id) == (status, code, message, request_id)

    @pytest.mark.parametrize(
        "answer",
        [
            httpx.Response(502, html="<html>Bad Gateway</html>"),
            httpx.Response(302, headers={"location": "https://elsewhere.test"}),
            httpx.Response(599, content=b"\xff"),
            httpx.Response(500, content=b"[" * 100_000),
        ],
        ids=["html", "redirect", "unassigned status", "deep JSON"],
    )
    def test_an_error_whose_body_is_not_json_is_raised_as_any_other(self, answer: httpx.Response) -> None:
        with pytest.raises(ApiError) as raised:
            list_shares.sync(client=connected(lambda _: answer))
        assert raised.value.status_code == answer.status_code

    @pytest.mark.anyio
    async def test_an_error_is_raised_without_blocking(self) -> None:
        async with connected(lambda _: httpx.Response(502, html="<html>")) as client:
            with pytest.raises(ApiError, match="502 error: no message"):
                await delete_share.asyncio_detailed(ID, client=client)

    def test_an_error_has_the_headers_of_its_answer(self) -> None:
        answer = httpx.Response(429, headers={"retry-after": "9"}, json={"id": "x", "message": "y"})
        with pytest.raises(ApiError) as raised:
            list_shares.sync(client=connected(lambda _: answer))
        assert raised.value.headers["Retry-After"] == "9"


class TestSafeAsItComes:
    def test_no_request_waits_for_ever(self) -> None:
        client = AuthenticatedClient(base_url="https://api.test", token=TOKEN)
        for timeout in (client.get_httpx_client().timeout, client.get_async_httpx_client().timeout):
            assert (timeout.connect, timeout.read, timeout.write, timeout.pool) == (5, 30, 30, 30)

    def test_no_repr_of_a_client_shows_the_token(self) -> None:
        client = connected(lambda _: httpx.Response(200, json={"shares": []}))
        list_shares.sync(client=client)
        assert TOKEN not in repr(client)
        assert TOKEN not in str(vars(type(client)))
        assert TOKEN not in repr(client.get_httpx_client().headers)

    @pytest.mark.parametrize("odd", NO_IDS)
    def test_what_is_not_an_id_in_a_request_by_the_contract_is_not_sent(self, odd: Any) -> None:
        client = connected(lambda _: pytest.fail("It was sent."))
        with pytest.raises(UnsafeIdError, match=r"^nfs_id has to be 1 to 64 letters, digits, hyphens, ") as raised:
            delete_share.sync(odd, client=client)
        assert raised.value.text == str(odd)
        with pytest.raises(UnsafeIdError, match=r"^share_id has to be "):
            list_snapshots.sync(client=client, share_id=odd)

    def test_an_id_in_a_query_may_be_left_out(self) -> None:
        client = connected(lambda request: httpx.Response(200, json={"snapshots": [], "asked": str(request.url)}))
        assert list_snapshots.sync(client=client)["asked"].endswith("/v2/nfs/snapshots")
        assert list_snapshots.sync(client=client, share_id="x")["asked"].endswith("/v2/nfs/snapshots?share_id=x")

    @pytest.mark.parametrize("text", ["test-nfs-id", "A_b~c", "7", ID, ID.upper(), "x" * 64])
    def test_an_id_by_the_contract_is_one_segment_of_the_path(self, text: str) -> None:
        sent: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            sent.append(request.url.raw_path.decode())
            return httpx.Response(204)

        assert is_id_in_request(text)
        delete_share.sync(text, client=connected(answer))
        assert sent == [f"/v2/nfs/{text}"]

    @pytest.mark.parametrize("character", [*map(chr, range(256)), "\u0661"])
    def test_the_client_and_the_sandbox_take_the_ids_that_the_contract_has(self, character: str) -> None:
        text = f"a{character}b"
        assert (find_route(f"/v2/nfs/{text}") is not None) == is_id_in_request(text)
        if is_id_in_request(text):
            assert id_in_request(text, "nfs_id") == text
        else:
            with pytest.raises(UnsafeIdError):
                id_in_request(text, "nfs_id")

    @pytest.mark.parametrize("action_id", [1, "1", 3051892764, "084c3b9c-2382-441b-92d4-10b095bb5d7c"])
    def test_an_action_is_asked_for_by_the_id_that_it_has(self, action_id: int | str) -> None:
        def answer(request: httpx.Request) -> httpx.Response:
            action = {"id": action_id, "status": "completed", "type": request.url.path}
            return httpx.Response(200, json={"action": action})

        action = get_action.sync(action_id, client=connected(answer)).action
        assert (action.id, action.type_) == (action_id, f"/v2/actions/{action_id}")
        assert get_action.sync(action.id, client=connected(answer)).action == action

    @pytest.mark.anyio
    @pytest.mark.parametrize("given", [{"X-Team": "a", "authorization": "Basic x"}, [("X-Team", "a")]])
    async def test_headers_for_httpx_come_on_top_of_the_token_and_the_client_s_own(self, given: Any) -> None:
        def answer(request: httpx.Request) -> httpx.Response:
            seen.append([request.headers.get_list(name) for name in ("authorization", "x-team", "x-own")])
            return httpx.Response(200, json={"shares": []})

        seen: list[Any] = []
        args = {"transport": httpx.MockTransport(answer), "headers": given}
        client = AuthenticatedClient(base_url="https://api.test", token=TOKEN, headers={"X-Own": "b"}, httpx_args=args)
        list_shares.sync(client=client)
        await list_shares.asyncio(client=client)
        assert seen == [[[f"Bearer {TOKEN}"], ["a"], ["b"]]] * 2

    def test_hooks_for_httpx_see_an_error_before_it_is_raised(self) -> None:
        seen: list[int] = []
        args = {
            "transport": httpx.MockTransport(lambda _: httpx.Response(404)),
            "event_hooks": {"response": [lambda response: seen.append(response.status_code)]},
        }
        client = AuthenticatedClient(base_url="https://api.test", token=TOKEN, httpx_args=args)
        with pytest.raises(ApiError, match="404"):
            list_shares.sync(client=client)
        assert seen == [404]

    def test_a_client_without_a_token_sends_none(self) -> None:
        def answer(request: httpx.Request) -> httpx.Response:
            assert "authorization" not in request.headers
            return httpx.Response(200, json={"shares": []})

        with Client(base_url="https://api.test", httpx_args={"transport": httpx.MockTransport(answer)}) as client:
            client.get_httpx_client().get("/")

    def test_the_client_ships_its_types(self) -> None:
        assert files("do_nfs_client").joinpath("py.typed").is_file()

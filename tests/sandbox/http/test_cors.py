"""Web pages of other origins, and HEAD."""

import httpx
import pytest
from do_nfs_sandbox import Request, Sandbox, SandboxTransport

from ...support.sandboxes import AUTHORIZED

PAGE = {"origin": "https://app.example.com"}
READABLE = {
    "access-control-allow-origin": "https://app.example.com",
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Total, Link",
    "vary": "origin",
}


@pytest.mark.behaviour("Web pages may call the API (CORS)", "docs, November 2026")
def test_a_browser_may_ask_before_it_has_sent_a_token(sandbox: Sandbox, http: httpx.Client) -> None:
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "authorization,x-own"}
    answer = http.options("/v2/nfs", headers={**PAGE, **asked, "authorization": ""})
    assert (answer.status_code, answer.content) == (204, b"")
    assert dict(answer.headers) == {
        **READABLE,
        "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE, OPTIONS",
        "access-control-allow-headers": "authorization,x-own",
        "access-control-max-age": "86400",
    }
    (request,) = sandbox.requests
    assert (request.method, request.path, request.status) == ("OPTIONS", "/v2/nfs", 204)
    assert (request.operation, request.headers["access-control-request-method"]) == (None, "POST")


def test_a_browsers_question_is_told_to_who_observes_requests_and_meets_no_fault() -> None:
    seen: list[Request] = []
    with Sandbox(on_request=seen.append) as sandbox, httpx.Client(transport=SandboxTransport(sandbox)) as client:
        sandbox.add_fault("drop_before", rate=1)
        assert client.options("http://sandbox.test/v2/nfs", headers=PAGE).status_code == 204
        assert seen == list(sandbox.requests)
        assert [(each.method, each.status) for each in seen] == [("OPTIONS", 204)]


@pytest.mark.parametrize("path", ["health", "openapi.json"])
def test_a_browser_may_ask_before_it_reads_what_anybody_may(path: str) -> None:
    with Sandbox(admin=True) as sandbox, httpx.Client(transport=SandboxTransport(sandbox)) as client:
        url = f"http://sandbox.test/_sandbox/{path}"
        answer = client.options(url, headers={**PAGE, "access-control-request-method": "GET"})
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (204, PAGE["origin"])
        assert sandbox.requests == []
        refused = client.options("http://sandbox.test/_sandbox/state", headers=PAGE)
        assert refused.status_code == 403
        assert "access-control-allow-origin" not in refused.headers


@pytest.mark.parametrize("headers", [AUTHORIZED, {"authorization": "x"}])
def test_a_page_may_read_answers_and_refusals(http: httpx.Client, headers: dict[str, str]) -> None:
    answer = http.get("/v2/nfs", headers={**headers, **PAGE})
    assert READABLE.items() <= dict(answer.headers).items()
    assert not any(name.startswith("access-control") for name in http.get("/v2/nfs", headers=headers).headers)


def test_a_page_may_read_what_a_fault_answers(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.add_fault("status", status=503)
    answer = http.get("/v2/nfs", headers=PAGE)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (503, PAGE["origin"])


@pytest.mark.behaviour("HEAD is answered as GET is, without the body", "docs, November 2026")
@pytest.mark.parametrize("path", ["/v2/nfs", "/v2/vpcs", "/v2/nfs/x"])
def test_head_is_answered_as_get_without_a_body(sandbox: Sandbox, http: httpx.Client, path: str) -> None:
    head, get = http.head(path), http.get(path)
    assert (head.status_code, head.content, head.headers["content-type"]) == (
        get.status_code,
        b"",
        get.headers["content-type"],
    )
    of_head, of_get = sandbox.requests
    assert of_head.operation == of_get.operation


@pytest.mark.parametrize("client", ["http", "port"])
def test_a_head_has_no_body_to_be_cut_short(sandbox: Sandbox, request: pytest.FixtureRequest, client: str) -> None:
    sandbox.add_fault("truncate", times=2)
    answer = request.getfixturevalue(client).head("/v2/nfs")
    assert (answer.status_code, answer.content) == (200, b"")
    with pytest.raises(httpx.RemoteProtocolError):
        request.getfixturevalue(client).get("/v2/nfs")


def test_a_fault_for_an_operation_is_for_head_too(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.add_fault("status", status=503, operation="list_shares")
    assert http.head("/v2/nfs").status_code == 503

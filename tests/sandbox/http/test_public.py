"""What the sandbox tells anybody."""

import httpx
import pytest
from do_nfs_sandbox import Sandbox, SandboxTransport
from do_nfs_sandbox.contract.document import DOCUMENT


@pytest.mark.parametrize("admin", [True, False])
@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("health", {"status": "ok"}),
        ("openapi.json", {**DOCUMENT, "servers": [{"url": "http://sandbox.test:81"}]}),
    ],
)
def test_it_needs_no_token_and_is_not_a_request(admin: bool, path: str, told: object) -> None:
    with Sandbox(admin=admin) as sandbox, httpx.Client(transport=SandboxTransport(sandbox)) as client:
        sandbox.add_fault("html")
        url = f"http://sandbox.test:81/_sandbox/{path}"
        answer = client.get(url, headers={"origin": "https://app.example.com"})
        assert (answer.status_code, answer.json()) == (200, told)
        assert answer.headers["access-control-allow-origin"] == "https://app.example.com"
        assert (client.head(url).status_code, client.post(url).status_code) == (200, 405)
        assert sandbox.requests == []

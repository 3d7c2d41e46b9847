"""The page shows a question as text, and takes an answer from nowhere but itself."""

import re
import secrets
import socket
from urllib.parse import urlsplit

import anyio
import httpx
import pytest
from do_nfs_mcp.browser import site
from do_nfs_mcp.browser.question import Question

from ..support.browsing_person import BrowsingPerson, http, question_of, send
from .conftest import PLAIN, TYPED

pytestmark = pytest.mark.anyio

FORM = {"content-type": "application/x-www-form-urlencoded"}
HOSTILE = """</p><script>alert(1)</script><img src=x onerror='a()'> "quoted" & $title ${body} \u202e"""


@pytest.fixture
async def url(person: BrowsingPerson) -> str:
    """The address of a page with a question that takes a plain yes."""
    assert await person.elicitation.ask("call", PLAIN, 0) is None
    return person.opened[0]


@pytest.fixture
async def typed_url(person: BrowsingPerson) -> str:
    """The address of a page with a question that takes a name."""
    assert await person.elicitation.ask("typed", TYPED, 0) is None
    return person.opened[-1]


def origin(url: str) -> str:
    return url.rpartition("/")[0]


async def still_open(person: BrowsingPerson, url: str) -> bool:
    return (await person.look(url)).status_code == 200


async def request(method: str, url: str, headers: dict[str, str] | None = None, content: bytes = b"") -> httpx.Response:
    async with http() as client:
        return await client.request(method, url, headers=headers, content=content)


async def test_the_page_shows_the_question_and_what_is_to_be_typed(person: BrowsingPerson, typed_url: str) -> None:
    page = await person.look(typed_url)
    assert question_of(page) == TYPED.text
    assert '<label for="typed">The share&#x27;s name</label>' in page.text
    assert "Type it as it is shown." in page.text
    assert "required" in page.text


async def test_a_question_that_takes_a_yes_has_no_field(person: BrowsingPerson, url: str) -> None:
    page = await person.look(url)
    assert question_of(page) == PLAIN.text
    assert "<input" not in page.text
    assert '<button name="answer" value="yes">Yes, do it</button>' in page.text
    assert "This cannot be undone." in page.text


async def test_whatever_is_in_a_question_is_text(person: BrowsingPerson) -> None:
    question = Question(HOSTILE, HOSTILE, HOSTILE, frozenset({"x"}))
    assert await person.elicitation.ask("call", question, 0) is None
    page = await send(person.opened[0], answer="yes", typed=HOSTILE[:90])
    assert page.status_code == 422
    assert question_of(page) == HOSTILE
    assert page.text.count("<script") == 1
    assert "<img" not in page.text
    assert page.text.count("$title") == page.text.count("${body}") == 4


async def test_what_is_mistyped_can_be_typed_again(person: BrowsingPerson, typed_url: str) -> None:
    for typed in ("", "Data", "data2", "yes"):
        page = await send(typed_url, answer="yes", typed=typed)
        assert page.status_code == 422
        assert f"&quot;{typed}&quot; is not what the question asks for." in page.text
        assert question_of(page) == TYPED.text
    assert (await send(typed_url, answer="yes")).status_code == 422
    assert "You said yes." in (await send(typed_url, answer="yes", typed=" data ")).text
    assert await person.elicitation.ask("typed", TYPED, 0) is True


async def test_what_is_mistyped_is_shown_with_codes_for_what_would_mislead(typed_url: str) -> None:
    page = await send(typed_url, answer="yes", typed="a\u201d \u05d0\u2800")
    assert r"&quot;a\u201d \u05d0\u2800&quot; is not what the question asks for." in page.text


async def test_a_no_needs_nothing_typed(person: BrowsingPerson, typed_url: str) -> None:
    assert "You said no." in (await send(typed_url, answer="no", typed="data")).text
    assert await person.elicitation.ask("typed", TYPED, 0) is False


async def test_a_question_is_answered_once(person: BrowsingPerson, url: str) -> None:
    assert (await send(url, answer="no")).status_code == 200
    with pytest.raises(httpx.ConnectError):
        await send(url, answer="yes")
    # With another question there is still somebody to say so.
    assert await person.elicitation.ask("other", PLAIN, 0) is None
    for response in (
        await send(f"{origin(person.opened[-1])}/{url.rpartition('/')[2]}", answer="yes"),
        await request("GET", f"{origin(person.opened[-1])}/{url.rpartition('/')[2]}"),
    ):
        assert response.status_code == 404
        assert "There is no question here." in response.text
    assert await person.elicitation.ask("call", PLAIN, 0) is False


async def test_the_second_of_two_answers_that_are_under_way_counts_for_nothing(
    person: BrowsingPerson, url: str
) -> None:
    address = urlsplit(url)
    body = b"answer=yes"
    head = (
        f"POST {address.path} HTTP/1.1\r\nHost: {address.netloc}\r\nOrigin: {origin(url)}\r\n"
        f"Content-Type: {FORM['content-type']}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    stream = await anyio.connect_tcp("127.0.0.1", address.port or 0)
    async with stream:
        await stream.send(head.encode() + body[:4])
        assert (await send(url, answer="no")).status_code == 200
        await stream.send(body[4:])
        assert b" 404 " in (await stream.receive()).split(b"\r\n")[0]
    assert await person.elicitation.ask("call", PLAIN, 0) is False


@pytest.mark.parametrize(
    "sent", [None, "null", "https://evil.test", "http://127.0.0.1", "http://127.0.0.1:1", "http://localhost:{port}", ""]
)
async def test_an_answer_from_another_page_is_refused(person: BrowsingPerson, url: str, sent: str | None) -> None:
    headers = FORM if sent is None else FORM | {"origin": sent.format(port=urlsplit(url).port)}
    response = await request("POST", url, headers, b"answer=yes")
    assert response.status_code == 403
    assert "Nothing was done." in response.text
    assert await still_open(person, url)


@pytest.mark.parametrize("host", ["evil.test", "evil.test:{port}", "localhost:{port}", "127.0.0.1", "127.0.0.1:1", ""])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_name_that_was_made_to_lead_here_is_refused(
    person: BrowsingPerson, url: str, method: str, host: str
) -> None:
    headers = FORM | {"host": host.format(port=urlsplit(url).port), "origin": origin(url)}
    response = await request(method, url, headers, b"answer=yes" if method == "POST" else b"")
    assert response.status_code in {400, 421}
    assert PLAIN.text not in response.text
    assert await still_open(person, url)


async def test_two_hosts_or_none_are_refused(person: BrowsingPerson, url: str) -> None:
    address = urlsplit(url)
    for hosts in (f"Host: {address.netloc}\r\nHost: evil.test\r\n", ""):
        stream = await anyio.connect_tcp("127.0.0.1", address.port or 0)
        async with stream:
            await stream.send(f"GET {address.path} HTTP/1.1\r\n{hosts}\r\n".encode())
            answer = await stream.receive()
        assert answer.split()[1] in {b"400", b"421"}
        assert PLAIN.text.encode() not in answer
    assert await still_open(person, url)


@pytest.mark.parametrize("path", ["/", "/open", "/x", "/x/open", "{path}x", "{path}/", "{path}/open/x", "/favicon.ico"])
async def test_without_the_token_there_is_nothing_to_see_or_to_answer(
    person: BrowsingPerson, url: str, path: str
) -> None:
    address = origin(url) + path.format(path=urlsplit(url).path)
    if path == "{path}/":
        # The page itself.
        assert (await request("GET", address)).status_code == 200
        return
    for method in ("GET", "POST"):
        response = await request(method, address, FORM | {"origin": origin(url)}, b"answer=yes")
        assert response.status_code == 404
        assert PLAIN.text not in response.text
    assert await still_open(person, url)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
async def test_another_method_answers_nothing(person: BrowsingPerson, url: str, method: str) -> None:
    response = await request(method, url, FORM | {"origin": origin(url)}, b"answer=yes")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, POST"
    assert await still_open(person, url)


async def test_a_link_answers_nothing(person: BrowsingPerson, url: str) -> None:
    assert (await request("GET", f"{url}?answer=yes")).status_code == 200
    assert (await request("POST", f"{url}/open?answer=yes", {"origin": origin(url)})).status_code == 405
    assert (await request("POST", f"{url}?answer=yes", FORM | {"origin": origin(url)})).status_code == 400
    assert await still_open(person, url)


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("text/plain", b"answer=yes", 415),
        ("application/json", b'{"answer": "yes"}', 415),
        ("multipart/form-data; boundary=x", b"", 415),
        ("", b"answer=yes", 415),
        (FORM["content-type"], b"", 400),
        (FORM["content-type"], b"answer=", 400),
        (FORM["content-type"], b"answer=Yes", 400),
        (FORM["content-type"], b"answer=yes&answer=no", 400),
        (FORM["content-type"], b"answer=\xff\xfe", 400),
        (FORM["content-type"], b"answer=yes&typed=" + b"x" * 20_000, 413),
        (FORM["content-type"] + "; charset=utf-8", b"answer=maybe", 400),
    ],
)
async def test_what_is_not_an_answer_is_none(
    person: BrowsingPerson, url: str, kind: str, body: bytes, status: int
) -> None:
    headers = {"origin": origin(url), **({"content-type": kind} if kind else {})}
    response = await request("POST", url, headers, body)
    assert response.status_code == status
    assert "Nothing was done." in response.text
    assert await still_open(person, url)


@pytest.mark.parametrize(("length", "status"), [(16 * 1024, 200), (16 * 1024 + 1, 413)])
async def test_an_answer_of_16_kib_is_read_and_one_of_a_byte_more_is_not(url: str, length: int, status: int) -> None:
    body = b"answer=no&typed=".ljust(length, b"x")
    assert (await request("POST", url, FORM | {"origin": origin(url)}, body)).status_code == status


async def test_of_what_is_mistyped_a_hundred_characters_are_shown(typed_url: str) -> None:
    for typed in ("x" * 100, "x" * 101):
        page = await send(typed_url, answer="yes", typed=typed)
        assert f"&quot;{'x' * 100}&quot; is not what the question asks for." in page.text


async def test_a_page_is_on_a_port_of_its_own_and_its_nonce_has_128_bits(person: BrowsingPerson, url: str) -> None:
    assert (urlsplit(url).port or 0) >= 1024
    (nonce,) = set(re.findall(r'nonce="([^"]+)"', (await person.look(url)).text))
    assert len(nonce) == len(secrets.token_urlsafe(16))


async def test_a_browser_that_leaves_amid_its_answer_has_said_nothing(person: BrowsingPerson, url: str) -> None:
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port)) as browser:
        browser.sendall(
            f"POST {address.path} HTTP/1.1\r\nHost: {address.netloc}\r\nOrigin: {origin(url)}\r\n"
            f"Content-Type: {FORM['content-type']}\r\nContent-Length: 100\r\n\r\nanswer=yes".encode()
        )
    with socket.create_connection((address.hostname, address.port)) as browser:
        browser.sendall(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
    assert await still_open(person, url)


async def test_no_page_can_be_framed_kept_or_made_to_run_anything_else(person: BrowsingPerson, url: str) -> None:
    responses = [
        await request("GET", url),
        await request("GET", origin(url)),
        await request("GET", url, {"host": "evil.test"}),
        await request("PUT", url),
        await request("POST", url),
        await send(url, answer="maybe"),
        await send(url, answer="no"),
    ]
    assert [response.status_code for response in responses] == [200, 404, 421, 405, 403, 400, 200]
    nonces = set()
    for response in responses:
        headers = response.headers
        assert headers["x-frame-options"] == "DENY"
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in headers
        assert "server" not in headers
        policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
        assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert policy["form-action"] == policy["connect-src"] == "'self'"
        (nonce,) = set(re.findall(r'nonce="([^"]+)"', response.text))
        assert policy["script-src"] == policy["style-src"] == f"'nonce-{nonce}'"
        nonces.add(nonce)
    assert len(nonces) == len(responses)


async def test_a_page_that_waits_is_told_to_ask_again_before_its_browser_gives_up(
    person: BrowsingPerson, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # After a minute, for which no test waits.
    assert site._WATCH_SECONDS == 60
    monkeypatch.setattr(site, "_WATCH_SECONDS", 0)
    assert (await request("GET", f"{url}/open")).status_code == 200
    assert await still_open(person, url)


async def test_the_address_is_in_no_log(person: BrowsingPerson, url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with httpx.AsyncClient(trust_env=False) as client:
        await client.get(url)
    await send(url, answer="no")
    shown = [record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    assert urlsplit(url).path[1:] not in "\n".join(shown)
    assert urlsplit(url).path[1:] not in repr(person.elicitation) + repr(vars(person.elicitation))

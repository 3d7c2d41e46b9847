"""The page on which the server asks the person by itself, in a real browser that it opens through BROWSER."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from do_nfs_mcp.api.untrusted_text import quoted
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from ..support.constants import NEW_SHARE, VPC
from ..support.server_process import Server, start
from ..support.serving import serving
from .browsing import Page, browser

__all__ = ["start"]

pytestmark = pytest.mark.system

# By selector: what it is and what it is called, as Chromium tells those who do not see.
ROLES = {
    "main": ("main", ""),
    "h1": ("heading", "An assistant asks you to confirm"),
    "#typed": ("textbox", "The share's name"),
    "[value=yes]": ("button", "Yes, do it"),
    "[value=no]": ("button", "No, do nothing"),
}
HOSTILE = [
    "<script>document.title = 'caught'</script>",
    "<img src=/caught onerror=\"document.title = 'caught'\">",
    "x" * 64,
]
Ask = Callable[..., str]


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with browser(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture
def page(chromium: Page) -> Iterator[Page]:
    """The browser, which must have nothing to complain about in the end but what was mistyped. Its tabs are closed."""
    first = chromium.driver.current_window_handle
    chromium.complaints()
    yield chromium
    assert [complaint for complaint in chromium.complaints() if " 422 " not in complaint] == []
    for handle in chromium.driver.window_handles:
        if handle != first:
            chromium.driver.switch_to.window(handle)
            chromium.driver.close()
    chromium.driver.switch_to.window(first)


@pytest.fixture
def opener(chromium: Page, tmp_path: Path) -> str:
    """The variable BROWSER for the running browser."""
    return chromium.opener(tmp_path / "open.py")


@pytest.fixture
def server(start: Callable[..., Server], opener: str) -> Server:
    """A server in a host that cannot ask."""
    server = start("--sandbox", CI="", BROWSER=opener)
    server.initialize()
    server.call("create_share", **NEW_SHARE)
    return server


@pytest.fixture
def ask(server: Server, page: Page) -> Ask:
    """Have a tool called that asks, go to the page that opens, and return its address."""

    def ask(tool: str = "delete_share", theme: str = "light", width: int = 1000, **arguments: Any) -> str:
        server.send("tools/call", {"name": tool, "arguments": arguments or {"share": "data"}})
        return opened(page, theme=theme, width=width)

    return ask


def opened(page: Page, **looks: Any) -> str:
    """Go to the tab that opens."""
    known = set(page.driver.window_handles)
    (tab,) = WebDriverWait(page.driver, 60, 0.02).until(lambda driver: set(driver.window_handles) - known)
    page.driver.switch_to.window(tab)
    page.wait_for("return document.readyState === 'complete' && location.protocol === 'http:'")
    page.look(**looks)
    return str(page.driver.current_url)


def answered(server: Server) -> dict[str, Any]:
    result: dict[str, Any] = server.read()["result"]
    return result


def shares(server: Server) -> list[str]:
    return [share["name"] for share in server.call("list_shares")["structuredContent"]["shares"]]


def test_the_name_typed_on_the_page_deletes_the_share(ask: Ask, page: Page, server: Server) -> None:
    ask()
    question = page.find("#question").text
    for shown in ('Delete share "data"', "100 GiB", "lost for good", "type the share's name"):
        assert shown in question
    page.find("#typed").send_keys("date")
    page.find("[value=yes]").click()
    assert page.says("[role=alert]", '"date" is not what the question asks for.')
    page.find("#typed").send_keys("data", Keys.ENTER)
    assert page.says("h1", "You said yes.")
    assert answered(server)["structuredContent"]["outcome"] == "done"
    assert shares(server) == []


def test_a_name_cannot_change_how_the_question_reads(ask: Ask, page: Page, server: Server) -> None:
    name = "a\u201d is kept.   \u05d0 \u0661 1\u0301 b\u0336\u2800 \u202e"
    shown = r"a\u201d is kept. \x20\x20\u05d0 \u0661 1\u0301 b\u0336\u2800 \u202e"
    made = server.call("create_share", **NEW_SHARE | {"name": name}, wait=False)["structuredContent"]["share"]
    ask(share=made["id"])
    assert page.find("#question").text.startswith(
        f'Delete share "{shown}" ({made["id"]})? The share and every file on it are lost for good.'
    )
    page.find("#typed").send_keys(shown)
    page.find("[value=yes]").click()
    assert page.says("h1", "You said yes.")
    assert answered(server)["structuredContent"]["outcome"] == "done"


def test_a_no_does_nothing(ask: Ask, page: Page, server: Server) -> None:
    ask()
    page.find("[value=no]").click()
    assert page.says("h1", "You said no.")
    assert "the person said no" in answered(server)["content"][0]["text"]
    assert shares(server) == ["data"]


def test_an_empty_field_is_not_sent(ask: Ask, page: Page) -> None:
    ask()
    page.find("[value=yes]").click()
    assert page.find("#typed").get_property("validationMessage")
    assert page.all("[role=alert]") == []


def test_what_takes_a_yes_has_no_field(ask: Ask, page: Page, server: Server) -> None:
    server.call("wait_until_ready", share="data")
    ask("detach_share", share="data", vpc_id=VPC, wait=False)
    assert page.all("#typed") == []
    assert page.violations() == []
    page.find("[value=yes]").click()
    assert page.says("h1", "You said yes.")
    assert not answered(server).get("isError")


def test_the_keyboard_alone_answers(ask: Ask, page: Page, server: Server) -> None:
    ask()
    # Whoever types elsewhere when the page opens answers nothing.
    page.press(Keys.ENTER)
    page.press(Keys.SPACE)
    page.tab_to("#typed")
    page.press("data")
    page.tab_to("[value=no]")
    focused = page.run("return document.activeElement")
    assert page.run("return getComputedStyle(arguments[0]).outlineStyle", focused) == "solid"
    page.press(Keys.ENTER)
    assert page.says("h1", "You said no.")
    assert "the person said no" in answered(server)["content"][0]["text"]


def test_the_page_is_read_out_as_words(ask: Ask, page: Page) -> None:
    ask()
    read = {css: (found.aria_role, found.accessible_name) for css in ROLES if (found := page.find(css))}
    assert read == ROLES
    described = page.run("return document.getElementById('typed').getAttribute('aria-describedby')").split()
    assert page.texts(f"#{described[0]}") == ["Type it as it is shown, to confirm."]
    assert page.run("return document.documentElement.lang") == "en"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_fault_in_the_page(ask: Ask, page: Page, theme: str) -> None:
    ask(theme=theme)
    background = {"light": "rgb(255, 255, 255)", "dark": "rgb(23, 25, 30)"}
    script = "return getComputedStyle(document.documentElement).backgroundColor"
    assert page.run(script) == background[theme]
    assert page.violations() == []
    page.picture(f"question-{theme}")
    page.find("#typed").send_keys("wrong", Keys.ENTER)
    page.find("[role=alert]")
    assert page.violations() == []
    page.find("[value=no]").click()
    page.find("[role=status]")
    assert page.violations() == []
    page.picture(f"question-answered-{theme}")


@pytest.mark.parametrize("width", [320, 1000])
@pytest.mark.parametrize("name", HOSTILE, ids=["script", "image", "long"])
def test_a_hostile_name_stays_text_and_in_its_place(
    ask: Ask, page: Page, server: Server, name: str, width: int
) -> None:
    server.call("create_share", **{**NEW_SHARE, "name": name}, wait=False)
    ask(share=name, width=width)
    assert f"Delete share {quoted(name)} (" in page.find("#question").text
    assert page.driver.title == "An assistant asks you to confirm"
    assert page.all("img, #question *") == []
    assert page.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.picture(f"question-hostile-{len(name)}-{width}")


def test_a_page_whose_question_is_over_says_so(ask: Ask, page: Page, server: Server) -> None:
    url = ask()
    page.driver.execute_script("window.open(arguments[0])", url)
    (other,) = set(page.driver.window_handles) - {page.driver.current_window_handle, page.driver.window_handles[0]}
    first = page.driver.current_window_handle
    page.driver.switch_to.window(other)
    page.find("[value=no]").click()
    page.find("[role=status]")
    page.driver.switch_to.window(first)
    assert page.says("[role=alert]", "This question is over")
    assert page.all("form") == []
    assert page.violations() == []
    answered(server)


def test_a_page_whose_server_has_ended_says_so(ask: Ask, page: Page, server: Server) -> None:
    ask()
    page.find("[value=yes]")
    server.process.kill()
    assert page.says("[role=alert]", "This question is over")
    assert page.all("form") == []
    # What Chromium says of it.
    assert all("net::ERR" in complaint for complaint in page.complaints())


def test_a_page_that_is_loaded_anew_still_asks(ask: Ask, page: Page, server: Server) -> None:
    ask()
    page.driver.refresh()
    page.find("#typed").send_keys("data", Keys.ENTER)
    assert page.says("h1", "You said yes.")
    assert answered(server)["structuredContent"]["outcome"] == "done"


def test_nothing_is_done_if_the_page_is_closed_and_the_call_made_again_opens_it_again(
    start: Callable[..., Server], opener: str, page: Page
) -> None:
    server = start("--sandbox", "--wait-seconds", "0", CI="", BROWSER=opener)
    server.initialize()
    server.call("create_share", **NEW_SHARE)
    # Once it is ready, the question is another.
    while server.call("get_share", share="data")["structuredContent"]["status"] != "ACTIVE":
        pass
    assert "they have not answered" in server.call("delete_share", share="data")["content"][0]["text"]
    first = opened(page)
    page.driver.close()
    page.driver.switch_to.window(page.driver.window_handles[0])
    assert shares(server) == ["data"]
    assert "they have not answered" in server.call("delete_share", share="data")["content"][0]["text"]
    assert opened(page) == first
    page.find("#typed").send_keys("data", Keys.ENTER)
    assert "Tell the assistant to go on" in page.find("[role=status]").text
    assert server.call("delete_share", share="data")["structuredContent"]["outcome"] == "done"


def test_another_page_can_neither_frame_nor_submit_it(ask: Ask, page: Page, server: Server) -> None:
    url = ask()
    # As bad as it gets: the other page knows the address.
    fields = '<input name="answer" value="yes"><input name="typed" value="data">'
    form = f'<form method="post" action="{url}" target="at" enctype="{{}}">{fields}<button>Win a prize</button></form>'
    kinds = ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data")
    evil = f'<title>evil</title><iframe name="at" src="{url}"></iframe>' + "".join(form.format(kind) for kind in kinds)
    sent = """
        const done = arguments[1], form = new URLSearchParams({answer: 'yes', typed: 'data'});
        fetch(arguments[0], {method: 'POST', body: form}).then(() => done('read'), () => done('refused'));
    """
    with serving(Starlette(routes=[Route("/", lambda _: HTMLResponse(evil))])) as site:
        page.driver.switch_to.new_window("tab")
        page.open(site.replace("127.0.0.1", "localhost"))
        for number in range(len(kinds)):
            page.all("button")[number].click()
        assert page.driver.execute_async_script(sent, url) == "refused"
        page.driver.switch_to.frame("at")
        page.wait_for("return document.readyState === 'complete'")
        assert "Delete share" not in page.run("return document.documentElement.textContent")
        page.leave_frame()
        complaints = page.complaints()
        assert any("frame" in complaint.lower() for complaint in complaints)
        assert shares_after(server, url, page) == ["data"]


def shares_after(server: Server, url: str, page: Page) -> list[str]:
    """Say no on the page, which shows that the question was still open, and return the shares that are left."""
    page.driver.switch_to.new_window("tab")
    page.driver.get(url)
    page.find("[value=no]").click()
    page.find("[role=status]")
    assert "the person said no" in answered(server)["content"][0]["text"]
    return shares(server)


def test_the_page_asks_nobody_but_the_server(ask: Ask, page: Page) -> None:
    page.requests()
    url = ask()
    page.find("[value=no]").click()
    page.find("[role=status]")
    assert {urlsplit(each).netloc for each in page.requests()} <= {urlsplit(url).netloc}

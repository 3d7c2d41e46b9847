"""What a page of another origin can do to a sandbox with --admin, in a real browser: nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from do_nfs_sandbox import Sandbox
from do_nfs_sandbox.http.serving import serve
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from ..support.clock import Clock
from ..support.serving import serving
from .browsing import Page, browser

pytestmark = pytest.mark.system

KINDS = ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data")
# Each of these goes out without the browser asking the sandbox first, but for the last two.
ATTACKS = """
    const done = arguments[1], admin = arguments[0], tell = r => 'type ' + r.type, told = [];
    (async () => {
        const tries = {
            reset: {method: 'POST', mode: 'no-cors'},
            seed: {method: 'POST', mode: 'no-cors', body: '"empty"'},
            clock: {method: 'POST', mode: 'no-cors', body: '{"advance": 60}'},
            faults: {method: 'POST', mode: 'no-cors', body: '{"kind": "html"}', referrerPolicy: 'no-referrer'},
            state: {mode: 'no-cors'},
            inventory: {},
            requests: {method: 'DELETE'},
        };
        for (const [path, options] of Object.entries(tries))
            told.push([path, await fetch(admin + path, options).then(tell, () => 'refused')]);
        told.push(['beacon', String(navigator.sendBeacon(admin + 'reset'))]);
        await fetch(admin + 'reset', {method: 'POST', mode: 'no-cors', keepalive: true}).catch(() => {});
        done(Object.fromEntries(told));
    })();
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with browser(tmp_path_factory.mktemp("profile"), "--host-resolver-rules=MAP evil.test 127.0.0.1") as page:
        yield page


@pytest.fixture(params=[None, "of-my-own"], ids=["without a token", "with the token known to the browser"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with Sandbox(clock=Clock(), admin=True, admin_token=request.param) as sandbox:
        # Which resetting it would take away.
        sandbox.seed("team")
        yield sandbox


def condition(sandbox: Sandbox) -> Any:
    return sandbox.state(), sandbox.faults, sandbox.inventory()["now"]


def look_at(page: Page, url: str) -> None:
    """Open the sandbox's own page. The token, if it asks for one, is what the browser knows from now on."""
    page.driver.get(f"{url.replace('//', '//anyone:of-my-own@')}/_sandbox/state")
    page.open(f"{url}/_sandbox/")
    page.wait_for("return document.getElementById('total').textContent")


def test_a_page_of_another_origin_can_neither_change_nor_read_nor_frame_anything(page: Page, sandbox: Sandbox) -> None:
    before = condition(sandbox)
    with serve(sandbox) as url:
        admin = f"{url}/_sandbox/"
        form = f'<form method="post" action="{admin}reset" target="at" enctype="{{}}"><button>Win</button></form>'
        frames = f'<iframe name="at"></iframe><iframe id="page" src="{admin}"></iframe>'
        evil = f"<title>evil</title>{frames}" + "".join(form.format(kind) for kind in KINDS)
        with serving(Starlette(routes=[Route("/", lambda _: HTMLResponse(evil))])) as site:
            look_at(page, url)
            for elsewhere in (site, site.replace("127.0.0.1", "localhost"), site.replace("127.0.0.1", "evil.test")):
                page.open(elsewhere)
                for number in range(len(KINDS)):
                    page.all("button")[number].click()
                told = page.driver.execute_async_script(ATTACKS, admin)
                assert told.pop("beacon") == "true"
                assert set(told.values()) == {"refused"}, told
                page.driver.switch_to.frame("page")
                page.wait_for("return document.readyState === 'complete'")
                assert page.all("#total") == []
                page.leave_frame()
                assert condition(sandbox) == before


def test_a_name_that_leads_to_this_machine_reads_and_changes_nothing(page: Page, sandbox: Sandbox) -> None:
    before = condition(sandbox)
    with serve(sandbox) as url:
        # The page that was there before the name led here, which by its origin may do all that the sandbox's own may.
        page.open(f"{url.replace('127.0.0.1', 'evil.test')}/nothing")
        # Without credentials, or the browser would ask for the token; it knows none that is for this name.
        ask = """
            const done = arguments[0], ask = (path, more) => fetch('/_sandbox/' + path, {credentials: 'omit', ...more});
            Promise.all(['state', 'inventory', ''].map(path => ask(path)).concat(
                ['reset', 'seed'].map(path => ask(path, {method: 'POST', body: '"empty"'}))
            )).then(answers => done(answers.map(answer => answer.status)), error => done(String(error)));
        """
        told = page.driver.execute_async_script(ask)
        assert len(told) == 5
        assert set(told) <= {401, 421}, told
        assert condition(sandbox) == before


def test_the_sandbox_s_own_page_shows_what_there_is(page: Page, sandbox: Sandbox) -> None:
    with serve(sandbox) as url:
        look_at(page, url)
        assert len(page.all(".share")) == 6

"""Pictures of pages in a browser, each described by what the page says."""

from pathlib import Path

from do_nfs_sandbox import Sandbox, serve
from selenium.webdriver.support.wait import WebDriverWait

from picturing.png import described
from tests.support.clock import Clock
from tests.support.constants import TOKEN
from tests.support.server_process import Server
from tests.system.browsing import Page

__all__ = ["overview", "question"]

_PATIENCE = 60


def overview(page: Page, theme: str) -> bytes:
    """Return a picture of the overview page, with the sandbox's scenario `team`.

    Args:
        page: The browser's page.
        theme: "light" or "dark".
    """
    with Sandbox(clock=Clock(), seed="team", admin=True) as sandbox, serve(sandbox) as url:
        page.open(f"{url}/_sandbox/", theme=theme)
        page.wait_for("return document.getElementById('total').textContent")
        return _picture(page)


def question(page: Page, folder: Path) -> bytes:
    """Return a picture of the page that the server opens to ask the person about a deletion.

    Args:
        page: The browser's page.
        folder: Where to put the script by which the server opens a tab of the browser.
    """
    with Sandbox(clock=Clock(), seed="team") as sandbox, serve(sandbox) as url:
        known = set(page.driver.window_handles)
        opener = page.opener(folder / "open.py")
        server = Server(("--api-url", url), {"CI": "", "BROWSER": opener, "DIGITALOCEAN_ACCESS_TOKEN": TOKEN})
        server.initialize()
        deletion = {"share": "web-assets", "delete_snapshots": True}
        server.send("tools/call", {"name": "delete_share", "arguments": deletion})
        (tab,) = WebDriverWait(page.driver, _PATIENCE, 0.02).until(lambda driver: set(driver.window_handles) - known)
        page.driver.switch_to.window(tab)
        page.look(width=800)
        page.find("#question")
        picture = _picture(page)
        page.find("[value=no]").click()
        server.read()
        server.close_stdin()
        server.finish()
    return picture


def _picture(page: Page) -> bytes:
    return described(page.png(), page.run("return document.body.innerText"))

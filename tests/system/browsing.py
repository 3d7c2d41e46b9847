"""Debian's Chromium without a window, and what it says of a page."""

import base64
import json
import shlex
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

ARTEFACTS = Path(__file__).parents[2] / ".artefacts"
_OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    # A frame of its own process has a log of its own, which the driver does not read.
    "--disable-features=IsolateSandboxedIframes",
)
_PATIENCE = 60


class Page:
    """A page in a browser, as wide and as bright as asked. Waits for what is to come."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver
        self._frame: str | None = None

    def open(self, url: str, *, frame: str | None = None, width: int = 1000, theme: str = "light") -> None:
        """Open a page and go on in its frame of this id, or in the page itself."""
        self.look(width=width, theme=theme)
        self.leave_frame()
        self.driver.get(url)
        self._frame = frame
        self.enter_frame()

    def opener(self, script: Path) -> str:
        """A value for the variable BROWSER, by which programs open pages in tabs of this browser.

        Args:
            script: Where to write what does it. The variable itself cannot have a colon in it.
        """
        address = self.driver.capabilities["goog:chromeOptions"]["debuggerAddress"]
        script.write_text(
            "import sys, urllib.request\n"
            f"new = 'http://{address}/json/new?' + sys.argv[1]\n"
            "urllib.request.urlopen(urllib.request.Request(new, method='PUT'))\n"
        )
        return f"{shlex.join([sys.executable, str(script)])} %s"

    def look(self, *, width: int = 1000, theme: str = "light") -> None:
        """Be as wide and as bright as asked."""
        media = {"features": [{"name": "prefers-color-scheme", "value": theme}]}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
        self._resize(width, 800)

    def leave_frame(self) -> None:
        """Go on in the page itself."""
        self.driver.switch_to.default_content()

    def enter_frame(self) -> None:
        """Go on in the page's frame, if it was opened for that."""
        if self._frame:
            self.driver.switch_to.frame(self._frame)

    def find(self, css: str) -> WebElement:
        """The first element that a selector finds and that is seen."""

        def seen(driver: webdriver.Chrome) -> WebElement | None:
            return next((e for e in driver.find_elements(By.CSS_SELECTOR, css) if e.is_displayed()), None)

        found = self._waiting().until(seen, f"{css} is not to be seen")
        assert found
        return found

    def says(self, css: str, text: str) -> bool:
        """Wait until the first element that a selector finds begins with a text. A form may be on its way to a page."""

        def said(driver: webdriver.Chrome) -> bool:
            return next((e.text for e in driver.find_elements(By.CSS_SELECTOR, css)), "").startswith(text)

        return self._waiting().until(said, f"{css} does not say {text}")

    def all(self, css: str) -> list[WebElement]:
        """All elements that a selector finds and that are seen, now."""
        return [element for element in self.driver.find_elements(By.CSS_SELECTOR, css) if element.is_displayed()]

    def texts(self, css: str) -> list[str]:
        """The texts of all elements that a selector finds, now."""
        script = "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent.trim())"
        return list(self.driver.execute_script(script, css))

    def wait_for(self, script: str, *arguments: Any) -> Any:
        """Wait until a script returns something that is true, and return it."""
        return self._waiting().until(
            lambda driver: driver.execute_script(script, *arguments), f"never came true: {script}"
        )

    def run(self, script: str, *arguments: Any) -> Any:
        """What a script returns."""
        return self.driver.execute_script(script, *arguments)

    def press(self, key: str, times: int = 1) -> None:
        """Press a key, whatever has the focus."""
        chain = webdriver.ActionChains(self.driver)
        for _ in range(times):
            chain.send_keys(key)
        chain.perform()

    def tab_to(self, css: str) -> WebElement:
        """Press Tab until an element that a selector finds has the focus."""
        for _ in range(200):
            self.press(Keys.TAB)
            focused: WebElement | None = self.run("return document.activeElement")
            if focused and self.run("return arguments[0].matches(arguments[1])", focused, css):
                return focused
        raise AssertionError(f"200 times Tab do not reach {css}")

    def complaints(self) -> list[str]:
        """What the browser's console has said since it was last asked."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """The URLs that the browser has asked for since it was last asked, data: ones and its own left out."""
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        sent = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
        return [url for url in sent if not url.startswith(("data:", "chrome:"))]

    def violations(self) -> list[str]:
        """What axe-core finds wrong in what is shown, by the rules of WCAG 2.2 A and AA and its own good practices."""
        (package,) = (ARTEFACTS / "npm").glob("axe-core-*.tgz")
        with tarfile.open(package) as archive:
            member = archive.extractfile("package/axe.min.js")
            assert member
            self.driver.execute_script(member.read().decode())
        found = self.driver.execute_async_script(
            "const done = arguments[0]; axe.run().then(found => done(found), error => done({error: String(error)}))"
        )
        assert "error" not in found, found
        assert len(found["passes"]) > 10
        return [f"{each['id']}: {node['html']}" for each in found["violations"] for node in each["nodes"]]

    def picture(self, name: str) -> None:
        """Keep a picture of the whole page."""
        ARTEFACTS.mkdir(exist_ok=True)
        (ARTEFACTS / f"{name}.png").write_bytes(self.png())

    def png(self) -> bytes:
        """A picture of the whole page."""
        self.leave_frame()
        width = self.driver.execute_script("return innerWidth")
        # A page is as high as the window at least.
        self._resize(width, 200)
        self._resize(width, min(self.driver.execute_script("return document.documentElement.scrollHeight"), 3000))
        png = base64.b64decode(self.driver.get_screenshot_as_base64())
        self.enter_frame()
        return png

    def _waiting(self) -> WebDriverWait[webdriver.Chrome]:
        # What was found may belong to a page that another has just replaced.
        return WebDriverWait(self.driver, _PATIENCE, 0.02, ignored_exceptions=[StaleElementReferenceException])

    def _resize(self, width: int, height: int) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


@contextmanager
def browser(profile: Path, *more: str) -> Iterator[Page]:
    """A browser with an empty profile and maybe more options of Chromium, while the block runs."""
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for option in (*_OPTIONS, *more, f"--user-data-dir={profile}"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    driver.set_script_timeout(_PATIENCE)
    try:
        yield Page(driver)
    finally:
        driver.quit()

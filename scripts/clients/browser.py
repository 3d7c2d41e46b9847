"""The person's browser, and the person before it: python browser.py LOG NAME URL types the name on the page at the URL.

The question goes into the log of the messages, as a line of its own.
"""

import json
import os
import sys
import urllib.parse
import urllib.request
from html.parser import HTMLParser
from pathlib import Path


class _Question(HTMLParser):
    """Reads the text of the element whose id is question."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = ("id", "question") in attrs

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        self._inside = False


def main(log: str, name: str, url: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    question = _Question()
    question.feed(opener.open(url).read().decode())
    with Path(log).open("a", encoding="utf-8") as messages:
        messages.write(f"{os.getpid()} browser {json.dumps({'question': question.text})}\n")
    form = urllib.parse.urlencode({"answer": "yes", "typed": name}).encode()
    opener.open(urllib.request.Request(url, form, {"Origin": url.rpartition("/")[0]})).read()


if __name__ == "__main__":
    main(*sys.argv[1:])

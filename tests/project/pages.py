"""The pages that people read, as pieces: the blocks of code in them, and what stands in the text as code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ..support.contracts import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
_NOT_RUN = re.compile(r"<!-- not run: (.+) -->\s*")


@dataclass(frozen=True)
class Block:
    """A block of code.

    Attributes:
        page: Where it stands, such as "docs/http.md".
        language: What it is written in.
        text: The code.
        not_run: Why it is not run, if the page says so.
        shows: Whether it shows what the block before it prints.
    """

    page: str
    language: str
    text: str
    not_run: str | None
    shows: bool


def blocks() -> Iterator[Block]:
    """The blocks of all pages, in order."""
    for path in PAGES:
        before: Token | None = None
        for token in _tokens(path.read_text(encoding="utf-8")):
            if token.type == "fence":
                said = _NOT_RUN.fullmatch(before.content) if before and before.type == "html_block" else None
                yield Block(
                    page=path.relative_to(ROOT).as_posix(),
                    language=token.info,
                    text=token.content,
                    not_run=said[1] if said else None,
                    shows=before is not None and before.type == "fence" and before.info == "sh" and token.info != "sh",
                )
            before = token


def inline() -> Iterator[tuple[str, str]]:
    """Each piece of code in the text of a page, with the page."""
    for path in PAGES:
        for token in _tokens(path.read_text(encoding="utf-8")):
            for child in token.children or ():
                if child.type == "code_inline":
                    yield path.relative_to(ROOT).as_posix(), child.content


def links() -> Iterator[tuple[str, str]]:
    """Each link and picture that leads to a file, with the page it is on."""
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        found = [
            child.attrs.get("href", child.attrs.get("src"))
            for token in _tokens(text)
            for child in token.children or ()
            if child.type in {"link_open", "image"}
        ]
        for target in [*found, *re.findall(r'<(?:img src|source [^>]*srcset)="([^"]+)"', text)]:
            if not re.match(r"[a-z]+:", str(target)):
                yield path.relative_to(ROOT).as_posix(), str(target)


def _tokens(text: str) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(text)

"""Configurations to be drawn: texts in every style people write, each with what it says."""

import json
from random import Random
from typing import Any

from hypothesis import strategies as st

SERVERS = "mcpServers"
Text = tuple[str, Any]

_BLANKS = ["", " ", "\n", "\n  ", "\n\n\t", "\r\n    "]
_COMMENTS = ["// note, {\u00a0\n", ' // "nfs": {}\r\n  ', "/* } */", "\n  /* two\n   lines */\n  "]
_WORDS = st.text(st.sampled_from('abé/*"\\{}[],:\n\u2028 😀'), max_size=6)
_VALUES = st.recursive(
    _WORDS | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=3),
    max_leaves=8,
)
_SERVERS = st.dictionaries(_WORDS, st.dictionaries(_WORDS, _VALUES, max_size=2), max_size=3)
_DOCUMENTS = st.builds(
    lambda before, servers, after: before | servers | after,
    st.dictionaries(_WORDS, _VALUES, max_size=2),
    st.fixed_dictionaries({}, optional={SERVERS: _SERVERS}),
    st.dictionaries(_WORDS, _VALUES, max_size=2),
)


def json_configurations(*, comments: bool) -> st.SearchStrategy[Text]:
    """A JSON object, perhaps with servers in it and written in the oddest ways, and its value."""
    gaps = _BLANKS + _COMMENTS if comments else _BLANKS

    def written(value: Any, random: Random) -> str:
        def gap() -> str:
            return random.choice(gaps)

        def joined(items: list[str]) -> str:
            last = "," + gap() if items and comments and random.random() < 0.5 else ""
            return gap() + ("," + gap()).join(item + gap() for item in items) + last

        if isinstance(value, dict):
            fields = [f"{written(k, random)}{gap()}:{gap()}{written(v, random)}" for k, v in value.items()]
            return f"{{{joined(fields)}}}"
        if isinstance(value, list):
            return f"[{joined([written(item, random) for item in value])}]"
        return json.dumps(value, ensure_ascii=random.random() < 0.5)

    def drawn(document: Any, seed: int) -> Text:
        random = Random(seed)
        return random.choice(gaps) + written(document, random) + random.choice(gaps), document

    return st.builds(drawn, _DOCUMENTS, st.integers(0, 2**32))


def usual_json() -> st.SearchStrategy[Text]:
    """A JSON object as programs write it: indented or in one line, with either line end."""
    names = st.sampled_from(["a", "b", "playwright", "git hub"])
    servers = st.dictionaries(names, st.fixed_dictionaries({"command": st.just("npx"), "args": st.lists(_WORDS)}))
    documents = st.fixed_dictionaries({}, optional={"theme": _WORDS, SERVERS: servers, "last": st.lists(_WORDS)})

    def written(document: Any, indent: int | str | None, newline: str, end: bool) -> Text:
        text = json.dumps(document, indent=indent, ensure_ascii=False) + ("\n" if end else "")
        return text.replace("\n", newline), document

    return st.builds(
        written, documents, st.sampled_from([None, 2, 4, "\t"]), st.sampled_from(["\n", "\r\n"]), st.booleans()
    )


@st.composite
def toml_configurations(draw: st.DrawFn) -> str:
    """A TOML document, perhaps with servers in it."""
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    blanks = st.sampled_from(["", "\n", "# note [x]\n", "\n# [mcp_servers.nfs]\n\n"])
    values = st.sampled_from(
        [
            "1",
            "nan",
            "'x#y'",
            '"a \\" [b]" # why',
            "[\n  1, # one\n]",
            "'''\n[mcp_servers.nfs]\n'''",
            "{ a = { b = 1 } }",
            "1979-05-27",
        ]
    )
    names = iter("abcdefghijklmnopqrstuvwxyz")
    tables = [
        "",
        "[model]",
        "[mcp_servers.git]",
        '[mcp_servers."my.server"]',
        "[ mcp_servers . x ] # x",
        "[[profiles]]",
    ]
    text = ""
    for table in ["", *draw(st.lists(st.sampled_from(tables[1:]), unique=True))]:
        text += draw(blanks) + (f"{table}\n" if table else "")
        for value in draw(st.lists(values, max_size=3)):
            text += draw(blanks) + draw(st.sampled_from(["", "  "]))
            text += draw(st.sampled_from(["{}", '"{}=" ', "x.{}  "])).format(next(names)) + f" = {value}\n"
    text += draw(blanks)
    if draw(st.booleans()):
        text = text.removesuffix("\n")
    return text.replace("\n", newline)

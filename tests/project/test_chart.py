"""The chart of scripts/bench, which has to be understood without the page around it."""

import re
import sys
from html.parser import HTMLParser

import pytest

from ..support.contracts import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
try:
    from benchmarks.chart import chart
    from benchmarks.findings import Finding
    from benchmarks.servers import SHOWN
finally:
    sys.path.pop(0)

LATENCY = Finding("call", "ms", "less", {"ours": [1.0, 3.0, 2.0], "a < b": [4.0, 4.0, 4.0]})
RATE = Finding("rate", "calls a second", "more", {"ours": [50.0, 50.0, 50.0], "a < b": [200.0, 200.0, 200.0]})
OTHER = Finding("something else", "MB", "less", {"ours": [1.0]})


class Drawing(HTMLParser):
    """Reads the texts of a drawing, and how wide its bars are."""

    def __init__(self, svg: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.widths: list[int] = []
        self._inside = ""
        self.feed(svg)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        if tag == "rect":
            self.widths.append(int(dict(attrs)["width"] or 0))

    def handle_data(self, data: str) -> None:
        if self._inside == "text" and data.strip():
            self.texts.append(data)


@pytest.fixture
def drawing() -> Drawing:
    titles = {"call": "A call over stdio", "rate": "Calls over HTTP"}
    return Drawing(chart([LATENCY, RATE, OTHER], titles, "2 cores, Linux"))


def test_the_chart_says_what_was_measured_in_which_direction_better_lies_and_on_what_machine(
    drawing: Drawing,
) -> None:
    assert [text for text in drawing.texts if " " in text and "ratio" not in text and text != "a < b"] == [
        "ours beside other servers, medians of 3 rounds.",
        "Ratio: the median of ours over the other's.",
        "Measured in turn on one machine: 2 cores, Linux.",
        "A call over stdio, in ms (shorter bars are better)",
        "Calls over HTTP, in calls a second (longer bars are better)",
    ]


def test_bars_are_as_long_as_the_medians_beside_the_longest_of_their_group(drawing: Drawing) -> None:
    assert drawing.widths == [200, 400, 100, 400]
    assert [text for text in drawing.texts if "ratio" in text] == ["4.00 (ratio 0.50)", "200 (ratio 0.25)"]


def test_what_the_chart_shows_is_what_the_benchmark_measures() -> None:
    source = (ROOT / "scripts/benchmarks/servers.py").read_text(encoding="utf-8")
    measured = [re.sub(r"\{\w+\}", r"\\d+", name) for name in re.findall(r'book\.add\(f?"([^"]+)"', source)]
    assert [what for what in SHOWN if not any(re.fullmatch(name, what) for name in measured)] == []

"""Findings as a bar chart in SVG, legible on light and on dark."""

from collections.abc import Iterable, Mapping
from html import escape

from benchmarks.findings import Finding

LABELS, BARS, FIGURES = 190, 400, 190
BAR, GAP, LINE = 14, 16, 17
STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #24292f }
  .more { fill: #57606a }
  rect { fill: #8c959f }
  rect.first { fill: #0969da }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .more { fill: #9198a1 }
    rect { fill: #656d76 }
    rect.first { fill: #4493f8 }
  }
"""


def chart(findings: Iterable[Finding], titles: Mapping[str, str], machine: str) -> str:
    """Return a chart with a group of bars for each finding; the project's bars stand out.

    Args:
        findings: What was measured. In each group the longest bar is the largest median.
        titles: By what each finding is of, what the chart says was measured. What is not in it is not drawn.
        machine: What it was measured on, such as "2 cores, Linux on x86_64".
    """
    shown = [finding for finding in findings if finding.what in titles]
    rounds = min(len(values) for finding in shown for values in finding.values.values())
    first = next(iter(shown[0].values))
    caption = (
        f"{first} beside other servers, medians of {rounds} round{'s' if rounds > 1 else ''}.",
        f"Ratio: the median of {first} over the other's.",
        f"Measured in turn on one machine: {machine}.",
    )
    lines, y = [], GAP
    for text in caption:
        lines.append(f'<text x="0" y="{y}" class="more">{escape(text)}</text>')
        y += LINE
    y += GAP
    for finding in shown:
        better = "longer" if finding.better == "more" else "shorter"
        title = f"{titles[finding.what]}, in {finding.unit} ({better} bars are better)"
        lines.append(f'<text x="0" y="{y}" font-weight="600">{escape(title)}</text>')
        longest, ratios = max(map(finding.median, finding.values)), finding.ratios()
        for n, contender in enumerate(finding.values):
            y += LINE
            median = finding.median(contender)
            width = max(1, round(BARS * median / longest))
            figure = f"{median:,.0f}" if median >= 100 else f"{median:,.2f}"
            if contender in ratios:
                figure += f" (ratio {ratios[contender]:.2f})"
            kind = "first" if n == 0 else "other"
            shape = f'x="{LABELS}" y="{y - BAR + 3}" width="{width}" height="{BAR}"'
            lines += [
                f'<text x="{LABELS - 8}" y="{y}" text-anchor="end" class="more">{escape(contender)}</text>',
                f'<rect {shape} class="{kind}" rx="2"/>',
                f'<text x="{LABELS + width + 6}" y="{y}">{escape(figure)}</text>',
            ]
        y += BAR + GAP
    size = f'width="{LABELS + BARS + FIGURES}" height="{y}"'
    body = "\n".join(f"  {line}" for line in lines)
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">\n  <style>{STYLE}  </style>\n{body}\n</svg>\n'

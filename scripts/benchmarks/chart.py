"""Findings as a bar chart in SVG, legible on light and on dark."""

from collections.abc import Iterable
from html import escape

from benchmarks.findings import Finding

LABELS, BARS, FIGURES = 190, 400, 190
BAR, GAP = 14, 16
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


def chart(findings: Iterable[Finding]) -> str:
    """A group of bars for each finding, as long as the medians are beside the longest; the project's stands out."""
    lines, y = [], GAP
    for finding in findings:
        title = f"{finding.what}, {finding.unit}" + (" (more is better)" if finding.better == "more" else "")
        lines.append(f'<text x="0" y="{y}" font-weight="600">{escape(title)}</text>')
        longest, ratios = max(map(finding.median, finding.values)), finding.ratios()
        for n, contender in enumerate(finding.values):
            y += BAR + 3
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

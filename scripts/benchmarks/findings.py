"""What was measured, as a table and as data."""

import statistics
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Finding:
    """One thing that was measured of several contenders in turn.

    Attributes:
        what: What it is, for people.
        unit: Of the values.
        better: Whether "less" or "more" of it is better.
        values: For each contender, one value a round. The first contender is the project's.
    """

    what: str
    unit: str
    better: str = "less"
    values: dict[str, list[float]] = field(default_factory=dict)

    def add(self, contender: str, value: float) -> None:
        """Take a value in."""
        self.values.setdefault(contender, []).append(value)

    def median(self, contender: str) -> float:
        """What a contender mostly has."""
        return statistics.median(self.values[contender])

    def ratios(self) -> dict[str, float]:
        """The first contender's median over that of each of the others."""
        first, *others = self.values
        return {other: self.median(first) / self.median(other) for other in others if self.median(other)}

    def as_data(self) -> dict[str, Any]:
        """All of it, for JSON."""
        medians = {contender: self.median(contender) for contender in self.values}
        return asdict(self) | {"medians": medians, "ratios": self.ratios()}


class Book:
    """The findings, in the order in which they are first written."""

    def __init__(self) -> None:
        self.findings: dict[str, Finding] = {}

    def add(self, what: str, unit: str, who: str, value: float, better: str = "less") -> None:
        """Take one value in."""
        self.findings.setdefault(what, Finding(what, unit, better)).add(who, value)


def in_turn(finding: Finding, rounds: int, contenders: dict[str, Callable[[], float]]) -> Finding:
    """Measure all contenders so many times, A B A B."""
    for _ in range(rounds):
        for name, measure in contenders.items():
            finding.add(name, measure())
    return finding


def table(findings: Iterable[Finding]) -> str:
    """One line for each contender; its ratio is the first contender's median over its own."""
    lines = [f"{'':73} {'median':>10} {'least':>10} {'most':>10} {'ratio':>7}"]
    for finding in findings:
        ratios = finding.ratios()
        for n, (contender, values) in enumerate(finding.values.items()):
            what = f"{finding.what}, {finding.unit}" if n == 0 else ""
            ratio = f"{ratios[contender]:7.2f}" if contender in ratios else ""
            figures = " ".join(f"{figure:10,.{_digits(figure)}f}" for figure in _spread(values))
            lines.append(f"{what:48} {contender:24} {figures} {ratio}".rstrip())
    return "\n".join(lines)


def held(findings: Iterable[Finding], wanted: Iterable[tuple[str, str, float]], none_of: Iterable[str]) -> str:
    """One line for each ratio that is wanted, with the one that was found; and for what there is to be none of.

    Args:
        findings: What was measured.
        wanted: Of what, over whom, and the worst that will do.
        none_of: What the first contender is to have none of in any round.
    """
    found = {finding.what: finding for finding in findings}
    lines = []
    for what, other, limit in wanted:
        ratio = found[what].ratios().get(other) if what in found else None
        if ratio is None:
            continue
        holds = ratio >= limit if found[what].better == "more" else ratio <= limit
        least = "at least" if found[what].better == "more" else "at most"
        lines.append(f"{'holds' if holds else 'FAILS'}: {what} over {other}: {ratio:.2f}, wanted {least} {limit:.2f}")
    for what in none_of:
        if what in found:
            most = max(next(iter(found[what].values.values())))
            lines.append(f"{'FAILS' if most else 'holds'}: {what}: {most:g}, wanted none")
    return "\n".join(lines)


def _spread(values: list[float]) -> tuple[float, float, float]:
    return statistics.median(values), min(values), max(values)


def _digits(figure: float) -> int:
    return 0 if figure >= 100 or figure == int(figure) else 2

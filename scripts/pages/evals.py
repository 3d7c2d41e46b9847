"""The requests that models play, and what came of it."""

from evals.results import KEPT, read_runs, tables
from evals.suite import EVERYDAY, load


def requests() -> str:
    """The table of the requests."""
    rows = "".join(f"| {request.name} | {request.text} |\n" for request in load(EVERYDAY).requests)
    return f"| request | what the person writes |\n| --- | --- |\n{rows}"


def results() -> str:
    """The tables of the runs that are kept in the checkout."""
    return tables(read_runs(KEPT))

"""What came of playing: as data, and as tables."""

import json
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import BaseModel, TypeAdapter

KEPT = Path(__file__).with_name("results.json")
"""The runs that docs/evals.md shows."""


class Outcome(BaseModel):
    """What came of one request.

    Attributes:
        request: Its name.
        problems: What did not hold at its end; None if nothing was checked.
        calls: How many calls the model made.
        errors: How many of them failed.
        bytes: What the model read of results, as UTF-8.
        questions: How often the person was asked, by the server or by the model.
        seconds: From the request to the last words.
    """

    request: str
    problems: list[str] | None
    calls: int
    errors: int
    bytes: int
    questions: int
    seconds: float


class Run(BaseModel):
    """One time that a model played.

    Attributes:
        server: Whose tools it had.
        model: Who played.
        date: When, as YYYY-MM-DD.
        tools: How many tools there were.
        tools_hash: Changes with the tools: with a name, a description or an input schema. "" if it was not kept.
        tools_bytes: What the model reads before it calls anything: the server's instructions and its tools, as UTF-8.
        outcomes: Of the requests, in the order in which they were played.
    """

    server: str
    model: str
    date: str
    tools: int = 0
    tools_hash: str = ""
    tools_bytes: int = 0
    outcomes: list[Outcome] = []


_COUNTED = {
    "calls": "calls",
    "errors": "errors",
    "bytes": "bytes read",
    "questions": "questions",
    "seconds": "seconds",
}
"""What is summed up over a run's outcomes, and its column."""
_RUNS = TypeAdapter(list[Run])


def read_runs(path: Path) -> list[Run]:
    """Return the runs that a file has; none if it is not there."""
    return _RUNS.validate_json(path.read_bytes()) if path.exists() else []


def keep_run(path: Path, run: Run, kept: Run | None = None) -> Run:
    """Write a run to a file, which is made if it is not there.

    Args:
        path: The file, which others may add runs to in the meantime.
        run: The run as it is now.
        kept: What this returned for the run before, if anything was written of it.

    Returns:
        The run as it was written.
    """
    runs = [*read_runs(path), run]
    if kept in runs:
        runs.remove(kept)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(_RUNS.dump_python(runs), indent=1) + "\n", encoding="utf-8")
    return run.model_copy(deep=True)


def tables(runs: Sequence[Run]) -> str:
    """Return the runs as tables in Markdown: one row for each run, and one for each request."""
    return f"{_runs_table(runs)}\n{_requests_table(runs)}" if runs else "Nothing has been played yet.\n"


def age_of(runs: Sequence[Run], tools_hash: str) -> str:
    """Return how many runs used an earlier version of a server's tools, as sentences; "" if none did.

    Args:
        runs: Those of one server.
        tools_hash: Of its tools as they are now.
    """
    older = sum(run.tools_hash != tools_hash for run in runs)
    unmarked = sum(not run.tools_hash for run in runs)
    told = ""
    if older:
        told += f"{older} of the {len(runs)} runs used an earlier version of the tools: today's results may differ.\n"
    if unmarked:
        told += (
            f"{unmarked} of the {len(runs)} runs came before the hash was kept and before models had to declare an "
            'outcome; they\nwere graded by words such as "cannot" in the answer.\n'
        )
    return told


def failures(run: Run) -> str:
    """Return a line for each request of a run that did not end as it has to."""
    failed = [outcome for outcome in run.outcomes if outcome.problems]
    return "".join(f"FAILS {outcome.request}: {'; '.join(outcome.problems or ())}\n" for outcome in failed)


def _runs_table(runs: Iterable[Run]) -> str:
    heads = ["server", "model", "date", "done", *_COUNTED.values(), "tools", "bytes of tools", "hash of tools"]
    rows = [heads, ["---"] * 4 + ["---:"] * (len(heads) - 5) + ["---"]]
    for run in runs:
        sums = [sum(getattr(outcome, name) for outcome in run.outcomes) for name in _COUNTED]
        figures = [f"{figure:,.0f}" for figure in [*sums, run.tools, run.tools_bytes]]
        rows.append([run.server, run.model, run.date, _done(run.outcomes), *figures, run.tools_hash or "not kept"])
    return _table(rows)


def _requests_table(runs: Sequence[Run]) -> str:
    """How often each request was done, and in how many calls in the median, by server."""
    servers = list(dict.fromkeys(run.server for run in runs))
    rows = [["request", *servers], ["---"] * (len(servers) + 1)]
    for request in dict.fromkeys(outcome.request for run in runs for outcome in run.outcomes):
        row = [request]
        for server in servers:
            played = [o for run in runs if run.server == server for o in run.outcomes if o.request == request]
            calls = statistics.median(outcome.calls for outcome in played) if played else 0
            row.append(f"{_done(played)}, {calls:g} {'call' if calls == 1 else 'calls'}" if played else "not played")
        rows.append(row)
    return _table(rows)


def _done(outcomes: Sequence[Outcome]) -> str:
    """Such as "19 of 20"; what was not checked is not counted."""
    checked = [outcome for outcome in outcomes if outcome.problems is not None]
    return f"{sum(not outcome.problems for outcome in checked)} of {len(checked)}" if checked else "not checked"


def _table(rows: Iterable[Sequence[str]]) -> str:
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |\n" for row in rows)

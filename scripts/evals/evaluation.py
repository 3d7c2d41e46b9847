"""An evaluation: which requests are played, with whose tools, by whom, and where it is kept what came of it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path

from evals.attempt import MOST_CALLS, READY_AFTER, Attempt, Connect, attempt, hash_of
from evals.results import Outcome, Run, keep_run
from evals.suite import Request, Suite, SuiteError

TRANSCRIPT = "transcript.txt"


class Evaluation:
    """Requests that a model plays with a server's tools.

    Args:
        suite: Where the requests are from.
        names: Those that are played; all if there are none.
        server: What the server is called in the results.
        connect: Starts the server.
        model: What the model is called in the results.
        results: The file that the run is added to.
        folder: Where the transcript is kept.
        most_calls: How many calls a model may make for a request.
        ready_after: For how many seconds a change is under way.

    Attributes:
        requests: What is played, in this order.
        run: What came of it so far.

    Raises:
        SuiteError: If there is no request of one of the names.
    """

    def __init__(
        self,
        suite: Suite,
        names: Sequence[str],
        server: str,
        connect: Connect,
        model: str,
        *,
        results: Path,
        folder: Path,
        most_calls: int = MOST_CALLS,
        ready_after: float = READY_AFTER,
    ) -> None:
        by_name = {request.name: request for request in suite.requests}
        if unknown := [name for name in names if name not in by_name]:
            raise SuiteError(f"there is no request {unknown[0]}; there are {', '.join(by_name)}")
        self.requests = [by_name[name] for name in names or by_name]
        self.run = Run(server=server, model=model, date=datetime.now(UTC).date().isoformat())
        self._kept: Run | None = None
        self._suite, self._connect = suite, connect
        self._results, self._transcript = results, folder / TRANSCRIPT
        self._most_calls, self._ready_after = most_calls, ready_after
        self._transcript.write_text("", encoding="utf-8")

    def begin(self, request: Request) -> AbstractAsyncContextManager[tuple[Attempt, Callable[[], Outcome]]]:
        """Begin an attempt at a request, as `evals.attempt.attempt` does."""
        return attempt(self._suite, request, self._connect, most_calls=self._most_calls, ready_after=self._ready_after)

    def add(self, under_way: Attempt, outcome: Outcome) -> None:
        """Take in what came of an attempt, and keep it at once."""
        self.run.tools, self.run.tools_bytes = len(under_way.tools), under_way.size
        self.run.tools_hash = hash_of(under_way.tools)
        self.run.outcomes.append(outcome)
        self._kept = keep_run(self._results, self.run, self._kept)
        with self._transcript.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write("\n".join([f"# {outcome.request}", *under_way.transcript, "", ""]))

    @property
    def has_failures(self) -> bool:
        """Whether a request was not played, or did not end as it has to."""
        outcomes = self.run.outcomes
        return len(outcomes) < len(self.requests) or any(outcome.problems for outcome in outcomes)

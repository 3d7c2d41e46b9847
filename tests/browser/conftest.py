"""A person at their browser, and a question to them."""

from collections.abc import AsyncIterator

import pytest
from do_nfs_mcp.browser.question import Question

from ..support.browsing_person import BrowsingPerson
from ..support.clock import Clock
from ..support.server_process import start

__all__ = ["start"]

TYPED = Question('Delete share "data"?', "The share's name", "Type it as it is shown.", frozenset({"data"}))
PLAIN = Question("Detach it?", "Yes, do it", "This cannot be undone.")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def person(clock: Clock) -> AsyncIterator[BrowsingPerson]:
    """Who does nothing by themselves."""
    person = BrowsingPerson(clock)
    person.visit = None
    yield person
    await person.elicitation.aclose()

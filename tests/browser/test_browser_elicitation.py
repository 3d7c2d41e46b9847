"""A question is asked on a page, waited for, and kept for the same call made again."""

import asyncio
import math
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

import anyio
import pytest
from do_nfs_mcp.browser import site
from do_nfs_mcp.browser.browser_elicitation import BrowserElicitation
from do_nfs_mcp.browser.question import NoBrowserError, OtherQuestionError, Question

from ..support.blocked_tasks import all_tasks_blocked
from ..support.browsing_person import BrowsingPerson, http, send
from ..support.clock import Clock
from .conftest import PLAIN, TYPED

pytestmark = pytest.mark.anyio


async def unanswered(person: BrowsingPerson, call: str = "call", question: Question = PLAIN) -> str:
    """Ask without waiting, and return the address of the page."""
    assert await person.elicitation.ask(call, question, 0) is None
    return person.opened[-1]


def listens(url: str) -> bool:
    try:
        socket.create_connection((urlsplit(url).hostname, urlsplit(url).port)).close()
    except ConnectionRefusedError:
        return False
    return True


@pytest.mark.parametrize("question", [PLAIN, TYPED], ids=["plain", "typed"])
@pytest.mark.parametrize("agrees", [True, False])
async def test_the_answer_on_the_page_is_the_answer(person: BrowsingPerson, question: Question, agrees: bool) -> None:
    person.visit = person.agree if agrees else person.decline
    assert await person.elicitation.ask("call", question, 60) is agrees
    assert person.asked == [question.text]


async def test_an_answer_after_the_call_is_found_by_the_same_call_once(person: BrowsingPerson) -> None:
    url = await unanswered(person)
    page = await send(url, answer="yes")
    assert "within ten minutes" in page.text
    assert await person.elicitation.ask("call", PLAIN, 0) is True
    assert len(person.opened) == 1
    assert await unanswered(person) != url


@pytest.mark.parametrize(("call", "question"), [("other", PLAIN), ("call", TYPED)])
async def test_an_answer_is_not_found_by_another_call_or_question(
    person: BrowsingPerson, call: str, question: Question
) -> None:
    await send(await unanswered(person), answer="yes")
    assert await person.elicitation.ask(call, question, 0) is None
    assert len(person.opened) == 2


async def test_a_no_counts_once_too(person: BrowsingPerson) -> None:
    await send(await unanswered(person), answer="no")
    assert await person.elicitation.ask("call", PLAIN, 0) is False
    assert await person.elicitation.ask("call", PLAIN, 0) is None


@pytest.mark.parametrize(("seconds", "found"), [(599, True), (600, None)])
async def test_an_answer_is_kept_for_ten_minutes(
    person: BrowsingPerson, clock: Clock, seconds: float, found: bool | None
) -> None:
    await send(await unanswered(person), answer="yes")
    clock.pass_time(seconds)
    assert await person.elicitation.ask("call", PLAIN, 0) is found


async def test_the_ten_minutes_begin_when_the_call_has_ended(person: BrowsingPerson, clock: Clock) -> None:
    url = await unanswered(person)
    clock.pass_time(599)
    assert await unanswered(person) == url
    clock.pass_time(599)
    await send(url, answer="yes")
    assert await person.elicitation.ask("call", PLAIN, 0) is True


async def test_a_question_that_is_too_old_cannot_be_answered(person: BrowsingPerson, clock: Clock) -> None:
    url = await unanswered(person)
    clock.pass_time(600)
    page = await send(url, answer="yes")
    assert page.status_code == 404
    assert "There is no question here." in page.text
    assert await person.elicitation.ask("call", PLAIN, 0) is None


async def test_a_call_that_is_cancelled_leaves_its_question_to_the_next(person: BrowsingPerson) -> None:
    with anyio.CancelScope() as scope:

        async def cancel(url: str) -> None:
            scope.cancel()

        person.visit = cancel
        await person.elicitation.ask("call", PLAIN, 60)
    assert scope.cancelled_caught
    await send(person.opened[0], answer="yes")
    assert await person.elicitation.ask("call", PLAIN, 0) is True


async def test_of_two_calls_that_are_the_same_one_gets_the_answer(person: BrowsingPerson) -> None:
    answers: list[bool | None] = []

    async def ask() -> None:
        answers.append(await person.elicitation.ask("call", PLAIN, 60))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(ask)
        tasks.start_soon(ask)
        await all_tasks_blocked()
        while not person.opened:
            await anyio.lowlevel.checkpoint()
        assert len(person.opened) == 1
        await send(person.opened[0], answer="yes")
    assert sorted(answers, key=str) == [None, True]


async def test_of_many_questions_at_once_the_person_is_asked_one(person: BrowsingPerson) -> None:
    refused: list[int] = []

    async def ask(number: int) -> None:
        try:
            assert await person.elicitation.ask(f"call {number}", PLAIN, 60) is True
        except OtherQuestionError:
            refused.append(number)

    async with anyio.create_task_group() as tasks:
        for number in range(40):
            tasks.start_soon(ask, number)
        while len(refused) < 39 or not person.opened:
            await anyio.lowlevel.checkpoint()
        await send(person.opened[0], answer="yes")
    assert len(person.opened) == 1


@pytest.mark.parametrize("answer", ["yes", "no"])
async def test_the_next_question_is_asked_once_the_first_is_answered(person: BrowsingPerson, answer: str) -> None:
    url = await unanswered(person, "first")
    for _ in range(2):
        with pytest.raises(OtherQuestionError):
            await person.elicitation.ask("second", PLAIN, 60)
    await send(url, answer=answer)
    await unanswered(person, "second")
    assert await person.elicitation.ask("first", PLAIN, 0) is (answer == "yes")


async def test_a_page_that_was_closed_after_its_call_keeps_no_other_question_back(person: BrowsingPerson) -> None:
    first = await unanswered(person, "first")
    await person.look(first)
    await unanswered(person, "second")
    assert len(person.opened) == 2
    await send(first, answer="yes")
    assert await person.elicitation.ask("first", PLAIN, 0) is True


async def test_a_question_that_is_too_old_keeps_no_other_back(person: BrowsingPerson, clock: Clock) -> None:
    await unanswered(person, "first")
    clock.pass_time(600)
    await unanswered(person, "second")
    assert len(person.opened) == 2


async def test_a_question_of_the_same_call_that_has_changed_takes_the_place_of_the_first(
    person: BrowsingPerson,
) -> None:
    first = await unanswered(person, "call", PLAIN)
    await unanswered(person, "call", TYPED)
    assert (await send(first, answer="yes")).status_code == 404
    await unanswered(person, "call", PLAIN)
    assert len(person.opened) == 3


async def test_a_page_that_is_open_is_not_opened_again(person: BrowsingPerson) -> None:
    url = await unanswered(person)
    async with http() as client, anyio.create_task_group() as tasks:

        async def watch() -> None:
            assert (await client.get(f"{url}/open", timeout=60)).status_code == 204

        tasks.start_soon(watch)
        await all_tasks_blocked()
        while not next(iter(person.elicitation._asked.values())).viewers:
            await anyio.lowlevel.checkpoint()
        assert await person.elicitation.ask("call", PLAIN, 0) is None
        assert len(person.opened) == 1
        await send(url, answer="yes")


async def test_a_question_that_a_call_waits_for_is_never_too_old(person: BrowsingPerson, clock: Clock) -> None:
    await unanswered(person)

    async def wait_long_and_agree(url: str) -> None:
        clock.pass_time(3600)
        await person.agree(url)

    person.visit = wait_long_and_agree
    assert await person.elicitation.ask("call", PLAIN, 60) is True


async def test_a_page_that_was_closed_is_opened_again_at_the_same_address(
    person: BrowsingPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "_WATCH_SECONDS", math.inf)
    url = await unanswered(person)
    asked = next(iter(person.elicitation._asked.values()))
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port)) as browser:
        browser.sendall(f"GET {address.path}/open HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode())
        while not asked.viewers:
            await anyio.lowlevel.checkpoint()
    with anyio.fail_after(60):
        while asked.viewers:
            await anyio.lowlevel.checkpoint()
    await unanswered(person)
    assert person.opened == [url, url]


async def test_it_listens_on_loopback_only_while_a_question_can_be_answered(
    person: BrowsingPerson, clock: Clock
) -> None:
    first = await unanswered(person, "first")
    await person.look(first)
    second = await unanswered(person, "second")
    assert urlsplit(first).hostname == "127.0.0.1"
    assert urlsplit(first).netloc == urlsplit(second).netloc
    await send(first, answer="yes")
    assert listens(second)
    await send(second, answer="no")
    assert not listens(second)
    third = await unanswered(person, "third")
    assert listens(third)
    clock.pass_time(600)
    assert (await person.look(third)).status_code == 404
    assert not listens(third)


async def test_it_stops_listening_by_itself_when_the_time_is_over() -> None:
    opened: list[str] = []
    elicitation = BrowserElicitation(lambda url, _: opened.append(url), lambda: 0, kept_seconds=-1)
    assert await elicitation.ask("call", PLAIN, 0) is None
    (asked,) = elicitation._asked.values()
    with anyio.fail_after(60):
        await asked.over.wait()
    assert not listens(opened[0])


async def test_it_looks_whether_a_question_is_too_old_a_second_after_it_is(
    person: BrowsingPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    delays: list[float] = []
    monkeypatch.setattr(asyncio.get_running_loop(), "call_later", lambda delay, _: delays.append(delay))
    assert await person.elicitation.ask("call", PLAIN, 0) is None
    assert delays == [601]


async def test_a_question_that_a_call_waits_for_gives_way_to_no_other_of_the_same_call(person: BrowsingPerson) -> None:
    async def ask_another(url: str) -> None:
        # What has changed meanwhile is asked when this has been answered. It is the same call by what it says.
        with pytest.raises(OtherQuestionError):
            await person.elicitation.ask("".join(("ca", "ll")), TYPED, 0)
        await person.decline(url)

    person.visit = ask_another
    assert await person.elicitation.ask("call", PLAIN, 60) is False
    assert len(person.opened) == 1


async def test_it_listens_no_more_once_it_is_closed(person: BrowsingPerson) -> None:
    url = await unanswered(person)
    await person.elicitation.aclose()
    assert not listens(url)


async def test_a_page_that_is_open_is_told_when_the_server_ends(person: BrowsingPerson) -> None:
    url = await unanswered(person)
    statuses: list[int | str] = []

    async def watch() -> None:
        async with http() as client:
            try:
                statuses.append((await client.get(f"{url}/open", timeout=60)).status_code)
            except Exception as error:
                statuses.append(type(error).__name__)

    asked = next(iter(person.elicitation._asked.values()))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(watch)
        while not asked.viewers:
            await anyio.lowlevel.checkpoint()
        await person.elicitation.aclose()
    assert len(statuses) == 1


async def test_without_a_browser_that_can_be_started_nobody_is_asked(person: BrowsingPerson) -> None:
    person.has_browser = False
    with pytest.raises(NoBrowserError):
        await person.elicitation.ask("call", PLAIN, 60)
    person.has_browser = True
    person.visit = person.agree
    assert await person.elicitation.ask("call", PLAIN, 60) is True


async def test_a_browser_that_ends_with_an_error_after_it_has_shown_the_page_is_not_a_failure(clock: Clock) -> None:
    opened: list[str] = []
    failures: list[Callable[[], None]] = []

    def open_page(url: str, failed: Callable[[], None]) -> None:
        opened.append(url)
        failures.append(failed)

    elicitation = BrowserElicitation(open_page, clock)
    assert await elicitation.ask("call", PLAIN, 0) is None
    async with http() as client:
        await client.get(opened[0])
    failures[0]()
    await send(opened[0], answer="yes")
    assert await elicitation.ask("call", PLAIN, 0) is True
    await elicitation.aclose()


async def test_a_browser_that_fails_after_the_call_leaves_nothing_behind(clock: Clock) -> None:
    opened: list[str] = []
    failures: list[Callable[[], None]] = []

    def open_page(url: str, failed: Callable[[], None]) -> None:
        opened.append(url)
        failures.append(failed)

    elicitation = BrowserElicitation(open_page, clock)
    assert await elicitation.ask("call", PLAIN, 0) is None
    failures[0]()
    assert not listens(opened[0])
    assert await elicitation.ask("call", PLAIN, 0) is None
    assert opened[0] != opened[1]
    await elicitation.aclose()

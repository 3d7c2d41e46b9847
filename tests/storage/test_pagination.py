"""Pages hold what the list holds, each item once, whatever the cursor."""

from contextlib import suppress

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.storage.pagination import page_of
from hypothesis import given
from hypothesis import strategies as st

from ..support.properties import examples


@examples(100)
@given(st.lists(st.tuples(st.integers(), st.text()), unique=True), st.integers(1, 7))
def test_pages_are_the_list_cut_up(items: list[tuple[int, str]], limit: int) -> None:
    found: list[tuple[int, str]] = []
    cursor = ""
    while True:
        page = page_of("things", items, lambda item: item, limit, cursor)
        assert len(page.items) <= limit
        assert page.total == len(items)
        found += page.items
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert found == sorted(items)


@examples(100)
@given(st.text())
def test_any_text_is_a_cursor_or_refused(cursor: str) -> None:
    items = [(1, "a"), (2, "b")]
    with suppress(NfsError):
        assert page_of("things", items, lambda item: item, 1, cursor).total == 2

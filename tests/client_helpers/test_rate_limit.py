"""When the API says to come back, and how far that is believed."""

import pytest
from do_nfs_client_helpers.rate_limit import retry_after

NOW = 1_767_225_600.0
FOR_EVER = 1e9


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("12", 12),
        ("999999999", 999_999_999),
        ("9999999999", FOR_EVER),
        ("9" * 400, FOR_EVER),
        ("9" * 10_000, FOR_EVER),
        ("Thu, 01 Jan 2026 00:00:30 GMT", 30),
        ("Thu, 01 Jan 2026 00:00:30", 30),
        ("Thu, 01 Jan 2020 00:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", FOR_EVER),
        ("Fri, 31 Dec 99999999999 23:59:59 GMT", None),
        ("Fri, 99999999999999999999 Dec 2026 23:59:59 GMT", None),
        ("Thu, 01 Jan 2026 00:00:30 +99999999999999999999", None),
        ("-1", None),
        ("soon", None),
        ("\u0662", None),
        ("", None),
    ],
)
def test_the_header_is_read_and_bounded(header: str, seconds: float | None) -> None:
    assert retry_after(429, {"retry-after": header}, NOW) == seconds

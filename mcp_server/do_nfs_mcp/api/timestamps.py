"""Moments of the API, made comparable."""

from datetime import UTC, datetime

__all__ = ["utc"]


def utc(moment: datetime) -> datetime:
    """Return the moment in UTC, which is what one without an offset is taken to be in.

    Moments have to be in UTC before they are subtracted: Python goes by the clock on the wall between two of the same
    time zone, which is an hour off across a change to summer time.
    """
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        # The contract allows the calendar's last day at any offset.
        return moment.replace(tzinfo=UTC)

"""What lets web pages of other origins call the API, as DigitalOcean documents it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from do_nfs_sandbox.api.answers import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["answer_preflight", "cors_headers", "is_preflight"]


def is_preflight(method: str, headers: Mapping[bytes, bytes]) -> bool:
    """Return whether a browser asks if a page may make a request. Such a question brings no token.

    Args:
        method: The method of the request.
        headers: Its headers, in lower case.
    """
    return method == "OPTIONS" and b"origin" in headers


def answer_preflight(headers: Mapping[bytes, bytes]) -> Answer:
    """Answer that the page may, whatever its origin is.

    Args:
        headers: The headers of the request, in lower case.
    """
    asked = headers.get(b"access-control-request-headers", b"authorization, content-type").decode("latin-1")
    return Answer(
        204,
        {
            **cors_headers(headers),
            "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE, OPTIONS",
            "access-control-allow-headers": asked,
            "access-control-max-age": "86400",
        },
        b"",
    )


def cors_headers(headers: Mapping[bytes, bytes]) -> dict[str, str]:
    """Return the headers by which the page that sent a request may read the answer; none if no page sent it.

    Args:
        headers: The headers of the request, in lower case.
    """
    if b"origin" not in headers:
        return {}
    return {
        "access-control-allow-origin": headers[b"origin"].decode("latin-1"),
        "access-control-expose-headers": "RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Total, Link",
        "access-control-allow-credentials": "true",
        "vary": "origin",
    }

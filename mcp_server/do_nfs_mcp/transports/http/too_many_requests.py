"""The answer 429, in words that reach the assistant and with the time to wait."""

from mcp_types import INVALID_REQUEST, ErrorData, JSONRPCError
from starlette.responses import JSONResponse

__all__ = ["too_many_requests"]


def too_many_requests(why: str, seconds: int) -> JSONResponse:
    """Return the answer. It has no id, since the request was not read; clients take it for what they have just asked.

    Args:
        why: What there was too much of, as a sentence.
        seconds: How long to wait.
    """
    said = ErrorData(code=INVALID_REQUEST, message=f"{why} Nothing was done. Wait {seconds} s, then call again.")
    answer = JSONRPCError(jsonrpc="2.0", id=None, error=said)
    return JSONResponse(
        answer.model_dump(mode="json", by_alias=True, exclude_unset=True), 429, {"retry-after": str(seconds)}
    )

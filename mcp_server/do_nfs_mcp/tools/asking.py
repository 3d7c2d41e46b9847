"""Who asks the person: the host or, where it cannot, the server itself in their browser. What is said if none can."""

from mcp.shared.exceptions import MCPError
from mcp_types import (
    MISSING_REQUIRED_CLIENT_CAPABILITY,
    ClientCapabilities,
    ElicitationCapability,
    FormElicitationCapability,
    MissingRequiredClientCapabilityErrorData,
)
from mcp_types.version import is_version_at_least

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.untrusted_text import quoted
from do_nfs_mcp.audience import for_reader
from do_nfs_mcp.tools.service import ServiceContext, service_for

__all__ = ["cannot_ask", "host_asks", "is_modern"]

# The browser is not loaded only to say in its own words (launcher.NO_BROWSER_IF) that there is none.
_TO_ASK = (
    "The server's operator can use a host that asks, `do-nfs-mcp call` in a terminal, or stdio with a browser (none "
    "opens if CI is set, or none of DISPLAY, WAYLAND_DISPLAY, BROWSER is)."
)
_CANNOT_ASK = (
    "Nothing was done: {why}, so a person has to confirm it, and this host has no way to ask one (MCP elicitation). "
    f"{{instead}} {_TO_ASK}"
)
_NO_TERMINAL = (
    "Nothing was done: {why}, so you have to confirm it, and there is no terminal to ask you at. {instead} Run it in a "
    "terminal."
)
_NO_WAY_BACK = (
    "Nothing was done: {why}, so a person has to confirm it, and over HTTP no question can be sent to a host that "
    "speaks an older version of MCP than 2026-07-28. {instead} Use a host that speaks this version, or run the server "
    "over stdio."
)
_NO_BROWSER = (
    "Nothing was done: {why}, so a person has to confirm it in their browser (--ask browser), and none can be opened "
    "here. {instead} The server's operator has to run it where one can be."
)
_HOST_FAILED = (
    "Nothing was done: {why}, so a person has to confirm it, and the host answered the question with an error in place "
    f"of asking them ({{error}}). {{instead}} {_TO_ASK}"
)
# From this version on the protocol itself has an error for hosts that cannot ask.
_MODERN = "2026-07-28"


def is_modern(context: ServiceContext) -> bool:
    """Return whether questions go to the host in the call's result, and answers come with the call made anew."""
    version = context.protocol_version
    return version is not None and is_version_at_least(version, _MODERN)


def host_asks(context: ServiceContext) -> bool:
    """Return whether the host is to ask the person, and says that it can."""
    if service_for(context).ask == "browser" or not (is_modern(context) or context.session.can_send_request):
        return False
    capabilities = context.client_capabilities
    elicitation = capabilities.elicitation if capabilities else None
    # A client that names no mode takes forms, the first mode there was.
    return elicitation is not None and (elicitation.form is not None or elicitation.url is None)


def cannot_ask(context: ServiceContext, why: str, instead: str, host_failed: MCPError | None) -> NfsError | MCPError:
    """Return the error for a call about which nobody can ask the person.

    On protocol versions that have an error of their own for hosts that cannot ask, it is that one.

    Args:
        context: The call's.
        why: Why a person has to be asked, as a clause.
        instead: What can be done without asking, as a sentence.
        host_failed: What the host answered in place of asking; None if it was not told to ask.
    """
    if host_failed:
        error = host_failed.error
        said = f"{error.code}: {quoted(error.message, 100)}"
        return NfsError(_HOST_FAILED.format(why=why, instead=instead, error=said))
    if service_for(context).ask == "browser":
        return NfsError(_NO_BROWSER.format(why=why, instead=instead))
    words = for_reader(_CANNOT_ASK, _NO_TERMINAL).format(why=why, instead=instead)
    if is_modern(context):
        required = ClientCapabilities(elicitation=ElicitationCapability(form=FormElicitationCapability()))
        data = MissingRequiredClientCapabilityErrorData(required_capabilities=required)
        return MCPError(
            code=MISSING_REQUIRED_CLIENT_CAPABILITY,
            message=words,
            data=data.model_dump(by_alias=True, mode="json", exclude_none=True),
        )
    can_send = context.session.can_send_request
    return NfsError(words if can_send else _NO_WAY_BACK.format(why=why, instead=instead))

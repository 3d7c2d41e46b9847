"""What is logged, and where it goes."""

import logging
import sys

from do_nfs_mcp.observability.masking import Masking, MaskingFormatter
from do_nfs_mcp.settings import Settings

__all__ = ["log_to_stderr"]


def log_to_stderr(settings: Settings, masked: Masking) -> None:
    """Send what is logged to stderr, without the token.

    This has to be called before the SDK sets up logging of its own.

    Args:
        settings: The least serious level that is logged.
        masked: Takes the token out of what is logged.
    """
    logs = logging.StreamHandler(sys.stderr)
    logs.setFormatter(MaskingFormatter(masked, "%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[logs], level=settings.log_level)
    logging.getLogger("httpx").setLevel("DEBUG" if settings.log_level == "DEBUG" else "WARNING")
    # It would show the headers of answers.
    logging.getLogger("httpcore").setLevel("WARNING")

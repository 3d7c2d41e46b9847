"""What the bundle starts."""

import sys

from do_nfs_mcp.cli.main import main


def _given(arguments: list[str]) -> list[str]:
    """Return the options that the person has filled in. The host gives each with its value, which may be empty."""
    pairs = zip(arguments[::2], arguments[1::2], strict=True)
    return [word for option, value in pairs if value.strip() for word in (option, value)]


if __name__ == "__main__":
    main(_given(sys.argv[1:]))

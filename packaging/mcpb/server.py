"""What the bundle starts."""

import sys

from do_nfs_mcp.cli.main import main

# It is there or not; the host gives it with "true" or "false".
_FLAGS = {"--allow-no-squash"}


def _given(arguments: list[str]) -> list[str]:
    """Return the options that the person has filled in. The host gives each with its value, which may be empty."""
    given = []
    for option, value in zip(arguments[::2], arguments[1::2], strict=True):
        if option in _FLAGS:
            given += [option] if value == "true" else []
        elif value.strip():
            # By itself, a value such as -x would be taken for an option.
            given.append(f"{option}={value}")
    return given


if __name__ == "__main__":
    main(_given(sys.argv[1:]))

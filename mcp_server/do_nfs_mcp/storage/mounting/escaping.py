"""Writes a text, whatever is in it, as one value of each file that says what to mount. The shell has shlex.quote."""

import json
import re

_FSTAB = str.maketrans({" ": r"\040", "\t": r"\011", "\n": r"\012", "\\": r"\134"})


def fstab_field(text: str) -> str:
    """Return a text as a field of a line of fstab(5)."""
    return text.translate(_FSTAB)


def unit_name(path: str) -> str:
    """Return the name of an absolute path's systemd unit, without its ending, as `systemd-escape --path` makes it."""
    name = "-".join(re.sub(rb"[^A-Za-z0-9:_.]", _hex, part.encode()).decode() for part in path.split("/") if part)
    return re.sub(r"^\.", r"\\x2e", name) or "-"


def unit_value(text: str) -> str:
    """Return a text as a value of a mount unit.

    Args:
        text: A single line that does not end in white space or a backslash, which systemd would take for something
            else. Anywhere else both stand for themselves there.
    """
    return text.replace("%", "%%")


def yaml_scalar(text: str) -> str:
    """Return a text as a scalar of YAML, in double quotes.

    Args:
        text: What can be printed. The rest is not the same in JSON, as which it is written.
    """
    return json.dumps(text, ensure_ascii=False)


def compose_scalar(text: str) -> str:
    """Return a text as a scalar of a compose file, where a single $ would begin a variable."""
    return yaml_scalar(text.replace("$", "$$"))


def label(text: str) -> str:
    """Return what is left of a text as a DNS-1123 label of 40 characters at most, which may be nothing."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40].rstrip("-")


def _hex(byte: re.Match[bytes]) -> bytes:
    return b"\\x%02x" % ord(byte[0])

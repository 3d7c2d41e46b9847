"""How a text stays one value, whatever is in it, in each place that says what to mount. The shell has shlex.quote."""

import json
import re

_FSTAB = str.maketrans({" ": r"\040", "\t": r"\011", "\n": r"\012", "\\": r"\134"})


def fstab_field(text: str) -> str:
    """A field of a line of fstab(5)."""
    return text.translate(_FSTAB)


def unit_name(path: str) -> str:
    """The name systemd wants for what belongs to an absolute path, as `systemd-escape --path` makes it."""
    name = "-".join(re.sub(rb"[^A-Za-z0-9:_.]", _hex, part.encode()).decode() for part in path.split("/") if part)
    return re.sub(r"^\.", r"\\x2e", name) or "-"


def unit_value(text: str) -> str:
    """A value of a mount unit, where only % stands for something else. White space and backslashes are as they are,
    except at the end, where no text of one line may have them."""
    return text.replace("%", "%%")


def yaml_scalar(text: str) -> str:
    """A text in YAML, in double quotes."""
    # JSON's way of two \uXXXX for one character is not YAML's, which is why what cannot be printed is done here.
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in quoted)


def compose_scalar(text: str) -> str:
    """A text in a compose file, whose $ would begin a variable."""
    return yaml_scalar(text.replace("$", "$$"))


def label(text: str) -> str:
    """What a text has of a DNS-1123 label of 40 characters at most, which may be nothing."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40].rstrip("-")


def _hex(byte: re.Match[bytes]) -> bytes:
    return b"\\x%02x" % ord(byte[0])

"""Takes secrets out of a text, also where something has encoded them, and out of a log what would act on a terminal."""

import base64
import logging
import re
from urllib.parse import quote

__all__ = ["Masking", "MaskingFormatter"]

MASK = "[token]"

# The forms of the vendor's tokens and of callers', whoever's they are: those made here, and JWTs.
_FORMS = r"do[opr]_v1_[0-9a-f]{8,}|dnm_[\w-]{43}|(?<![\w-])eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+"
# What is shorter is no secret, and would mask words.
_SHORTEST = 8


class Masking:
    """Replaces these secrets, and whatever looks like a token of the vendor's or of a caller, with a word.

    Args:
        secrets: As they are sent. None, and what is too short to be one, stands for no secret.
    """

    def __init__(self, *secrets: str | None) -> None:
        forms = {form for secret in secrets if secret and len(secret) >= _SHORTEST for form in _forms(secret)}
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        self._pattern = re.compile("|".join([*map(re.escape, longest_first), _FORMS]), re.IGNORECASE)

    def __call__(self, text: str) -> str:
        return self._pattern.sub(MASK, text)


class MaskingFormatter(logging.Formatter):
    """Formats what is logged, tracebacks too, without the secrets, and with the codes of characters that do not print.

    A message is one line, whatever is in it. Of a traceback, the ends of its lines stay.
    """

    def __init__(self, masked: Masking, form: str) -> None:
        super().__init__(form)
        self._masked = masked

    def format(self, record: logging.LogRecord) -> str:
        lines = self._masked(super().format(record)).split("\n")
        return "\n".join(map(_printable, lines))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # As the base class names it.
        return _printable(super().formatMessage(record))


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _forms(secret: str) -> set[str]:
    raw = secret.encode()
    forms = {secret, quote(secret, safe=""), "".join(f"%{byte:02x}" for byte in raw), raw.hex()}
    # A JSON text in a log.
    forms |= {form.replace("\\", "\\\\").replace('"', '\\"') for form in forms}
    for before in range(3):
        # What depends on the secret alone, wherever in a longer text it begins: "Bearer " in front of it, say.
        whole = base64.b64encode(b"\0" * before + raw + b"\0" * 2).decode()
        start, end = (before * 8 + 5) // 6, (before + len(raw)) * 8 // 6
        forms |= {whole[start:end], whole[start:end].translate(str.maketrans("+/", "-_"))}
    return forms

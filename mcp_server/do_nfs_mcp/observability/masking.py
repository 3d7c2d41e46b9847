"""Takes secrets out of a text, also where something has encoded them, and out of a log what would act on a terminal.

Of a secret these are found, in any case of letters: itself, with any of its characters percent-encoded or escaped as
in JSON, once or several times; its base64, wherever it stands in a longer text; and its bytes in hexadecimal. Of a
token of the vendor's, so is what follows its prefix. No other encoding is.
"""

import base64
import logging
import re
from collections import deque
from collections.abc import Iterable
from functools import cached_property

__all__ = ["Masking", "MaskingFormatter"]

MASK = "[token]"

# The forms of the vendor's tokens and of callers', whoever's they are: those made here, and JWTs.
_FORMS = r"do[opr]_v1_[0-9a-f]{8,}|dnm_[\w-]{43}|(?<![\w-])eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+"
_PROBES_OF_FORMS = ("_v1_", "dnm_", "eyj")
_PREFIX = re.compile(r"do[opr]_v1_")
# What is shorter is no secret, and would mask words.
_SHORTEST = 8
# A token that is fetched anew each hour is not kept for ever.
_MOST_SECRETS = 8


class Masking:
    """Replaces these secrets, and whatever looks like a token of the vendor's or of a caller, with a word.

    Args:
        secrets: As they are sent. None, and what is too short to be one, stands for no secret.
    """

    def __init__(self, *secrets: str | None) -> None:
        self._secrets: deque[str] = deque(maxlen=_MOST_SECRETS)
        self._patterns = _Patterns(())
        for secret in secrets:
            self.learn(secret)

    def learn(self, secret: str | None) -> None:
        """Replace this secret, too, from now on. Of many, the last eight count."""
        if secret and len(secret) >= _SHORTEST and secret not in self._secrets:
            self._secrets.append(secret)
            self._patterns = _Patterns(self._secrets)

    def __call__(self, text: str) -> str:
        patterns = self._patterns
        if patterns.parts and ("%" in text or "\\" in text):
            text = patterns.escaped.sub(MASK, text)
        lowered = text.lower()
        # Most texts hold no secret, which this finds in a tenth of the time.
        if any(probe in lowered for probe in patterns.probes):
            text = patterns.plain.sub(MASK, text)
        return text


class _Patterns:
    """What finds these secrets. A pattern is compiled when it is first needed: no start waits for it."""

    def __init__(self, secrets: Iterable[str]) -> None:
        parts = {part for secret in secrets for part in (secret, _PREFIX.sub("", secret, count=1))}
        # The longest first: what is left of a secret without its prefix is in the secret, too.
        self.parts = sorted((part for part in parts if len(part) >= _SHORTEST), key=lambda part: (-len(part), part))
        self._base64 = {part: _base64_forms(part) for part in self.parts}
        self._forms = [form for part in self.parts for form in (part, part.encode().hex(), *self._base64[part])]
        self.probes = {*(form[:_SHORTEST].lower() for form in self._forms), *_PROBES_OF_FORMS}

    @cached_property
    def plain(self) -> re.Pattern[str]:
        """Finds a secret as it is, and what has no escaped characters."""
        return re.compile("|".join([*map(re.escape, self._forms), _FORMS]), re.IGNORECASE)

    @cached_property
    def escaped(self) -> re.Pattern[str]:
        """Finds a secret whose characters may be escaped."""
        whole = ["".join(map(_escaped, part)) for part in self.parts]
        # Of base64, nobody escapes letters and digits.
        signs = [form for part in self.parts for form in self._base64[part] if not form.isalnum()]
        signs = ["".join(c if c.isalnum() else _escaped(c) for c in form) for form in signs]
        return re.compile("|".join(whole + signs), re.IGNORECASE)


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


def _base64_forms(secret: str) -> list[str]:
    """Return the letters of base64 that a secret alone decides, wherever in a longer text it begins."""
    raw = secret.encode()
    forms = []
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + raw + b"\0" * 2).decode()
        standard = whole[(before * 8 + 5) // 6 : (before + len(raw)) * 8 // 6]
        forms += [standard, standard.translate(str.maketrans("+/", "-_"))]
    return list(dict.fromkeys(forms))


def _escaped(character: str) -> str:
    """Return a pattern of a character that may be escaped."""
    # A JSON text within a JSON text within a third has up to seven backslashes where the first had one, and a percent
    # sign that is encoded again is %25.
    itself = rf"\\{{0,7}}{re.escape(character)}"
    codes = [f"%{byte:02x}" for byte in character.encode()]
    percent = "".join(rf"%(?:25){{0,3}}{code[1:]}" for code in codes)
    # Some encode all characters, also of what is encoded already.
    every = "".join(
        f"(?:{sign}|{'|'.join(f'%{ord(form):02x}' for form in {sign, sign.upper()})})"
        for code in codes
        for sign in code
    )
    number = f"{ord(character):02x}"
    numbered = rf"%u00{number}|\\{{1,8}}(?:u00|x|U000000){number}|\\{{1,8}}u\{{0{{0,4}}{number}\}}"
    return f"(?:{itself}|{percent}|{every}|{numbered})"

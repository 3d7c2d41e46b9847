"""Takes secrets out of a text, also where something has encoded them, and out of a log what would act on a terminal.

A secret is found in any case of letters, as it is and in what the text decodes to by up to four encodings within one
another; of a DigitalOcean token, so is what follows its prefix. SECURITY.md lists the encodings.
"""

import logging
import re
from collections import deque
from collections.abc import Iterable, Iterator
from functools import cached_property

from do_nfs_mcp.observability.encodings import decodings

__all__ = ["Masking", "MaskingFormatter"]

MASK = "[token]"

# The formats of DigitalOcean's tokens and of callers' (those made here, and JWTs), whomever they belong to.
_FORMS = r"do[opr]_v1_[0-9a-f]{8,}|dnm_[\w-]{43}|(?<![\w-])eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+"
_PROBES_OF_FORMS = ("_v1_", "dnm_", "eyj")
_PREFIX = re.compile(r"do[opr]_v1_")
# Anything shorter is not a secret, and masking it would mask words.
_SHORTEST = 8
# A token that is fetched anew each hour is not kept for ever.
_MOST_SECRETS = 8
# How many encodings within one another are looked into.
_DEPTH = 4


class Masking:
    """Replaces these secrets, and whatever looks like a token of DigitalOcean's or a caller's, with a word.

    Args:
        secrets: As they are sent. None, and what is too short to be one, stands for no secret.
    """

    def __init__(self, *secrets: str | None) -> None:
        self._secrets: deque[str] = deque(maxlen=_MOST_SECRETS)
        self._finder = _Finder(())
        for secret in secrets:
            self.learn(secret)

    def learn(self, secret: str | None) -> None:
        """Replace this secret, too, from now on. Of many, the last eight count."""
        if secret and len(secret) >= _SHORTEST and secret not in self._secrets:
            self._secrets.append(secret)
            self._finder = _Finder(self._secrets)

    def __call__(self, text: str) -> str:
        masked, end = "", 0
        for start, stop in sorted(self._finder.spans(text, _DEPTH)):
            if start >= end:
                masked += text[end:start] + MASK
            end = max(end, stop)
        return masked + text[end:]


class _Finder:
    """Finds these secrets. A pattern is compiled when it is first needed: no start waits for it."""

    def __init__(self, secrets: Iterable[str]) -> None:
        whole = {part for secret in secrets for part in (secret, _PREFIX.sub("", secret, count=1))}
        # What is decoded has a character for each byte.
        parts = {form for part in whole if len(part) >= _SHORTEST for form in (part, part.encode().decode("latin-1"))}
        # The longest first: what is left of a secret without its prefix is in the secret, too.
        self._parts = sorted(parts, key=lambda part: (-len(part), part))
        self._shortest = min(map(len, parts), default=0)
        self._probes = {*(part[:_SHORTEST].lower() for part in parts), *_PROBES_OF_FORMS}

    def spans(self, text: str, depth: int) -> Iterator[tuple[int, int]]:
        """Give where a secret begins and ends in a text, or what decodes to one.

        Args:
            text: The text.
            depth: How many encodings within one another are looked into.
        """
        lowered = text.lower()
        # Most texts hold no secret, which this finds in a tenth of the time.
        if any(probe in lowered for probe in self._probes):
            yield from (found.span() for found in self._plain.finditer(text))
        if depth and self._parts:
            for decoded in decodings(text, self._shortest):
                for start, end in self.spans(decoded.text, depth - 1):
                    yield decoded.span(start, end)

    @cached_property
    def _plain(self) -> re.Pattern[str]:
        return re.compile("|".join([*map(re.escape, self._parts), _FORMS]), re.IGNORECASE)


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

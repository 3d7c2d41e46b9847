"""Named bearer tokens, kept as hashes in a file.

A line of the file is a name, the scopes and the hash of a token; lines that are empty or start with # say nothing:

    alice nfs:list,nfs:read sha256:2bd806c97f0e00af1a1fc3328fa763a9269723c8db8fac4f93af71db186d6e90

A token has 256 random bits, so that a plain SHA-256 of it cannot be reversed or guessed. A name may have several lines,
so that its token can be changed without a gap.
"""

import hashlib
import hmac
import logging
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from mcp.server.auth.provider import AccessToken

from do_nfs_mcp.api.scopes import SCOPES
from do_nfs_mcp.private_file import read_private
from do_nfs_mcp.transports.http.verifiers import VerifierUnavailableError

__all__ = ["TokenFile", "new_token"]

logger = logging.getLogger(__name__)

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_HASH = re.compile(r"sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Entry:
    """A line of the file."""

    name: str
    scopes: tuple[str, ...]
    digest: bytes

    @classmethod
    def of(cls, name: str, scopes: Collection[str], digest: bytes) -> "Entry":
        """Make one. scopes may be in any order. Raises ValueError if the name or a scope is none."""
        if not _NAME.fullmatch(name):
            raise ValueError("a name is 1 to 64 letters, digits and . _ @ -, and starts with a letter or digit")
        if not scopes or not set(SCOPES).issuperset(scopes):
            raise ValueError(f"the scopes are {', '.join(SCOPES)}, joined by commas")
        return cls(name, tuple(scope for scope in SCOPES if scope in scopes), digest)

    def __str__(self) -> str:
        return f"{self.name} {','.join(self.scopes)} sha256:{self.digest.hex()}"


def new_token(name: str, scopes: Collection[str]) -> tuple[str, str]:
    """Make a token: itself, which is kept nowhere, and its line for the file. Raises ValueError."""
    token = f"dnm_{secrets.token_urlsafe(32)}"
    return token, str(Entry.of(name, scopes, _digest(token)))


def parse(text: str) -> list[Entry]:
    """Read the file's text.

    Raises:
        ValueError: With the number of the line that is not as it has to be, and why.
    """
    entries: dict[bytes, Entry] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        try:
            entry = _entry(words)
        except ValueError as error:
            raise ValueError(f"line {number}: {error}") from error
        if entry.digest in entries:
            raise ValueError(f"line {number}: this token is in the file already")
        entries[entry.digest] = entry
    if not entries:
        raise ValueError("it has no tokens; do-nfs-mcp token makes one")
    return list(entries.values())


class TokenFile:
    """Says whom a token belongs to by such a file. A change of the file counts at once.

    Raises:
        ValueError: If the file cannot be used, in words that name it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, ...] | None = self._version()
        self._entries = self._read()

    async def verify_token(self, token: str) -> AccessToken | None:
        """Return whose the token is; None if nobody's. Takes as long for one token as for another."""
        digest = _digest(token)
        found = [entry for entry in self._current() if hmac.compare_digest(entry.digest, digest)]
        if not found:
            return None
        # Who answers calls has no use for the token itself.
        return AccessToken(token="", client_id=found[0].name, scopes=list(found[0].scopes))

    async def check(self) -> None:
        """Raise VerifierUnavailableError if the file has become one that cannot be used."""
        self._current()

    def _current(self) -> list[Entry]:
        version = self._version()
        if version != self._seen:
            # A file that cannot be used lets nobody in: who is to be kept out may have been taken out of it.
            self._entries, self._seen = [], None
            try:
                self._entries = self._read()
            except ValueError as error:
                raise VerifierUnavailableError(str(error)) from error
            self._seen = version
            logger.warning("%s was read again; it has %d tokens", self._path, len(self._entries))
        return self._entries

    def _version(self) -> tuple[int, ...]:
        try:
            found = self._path.stat()
        except OSError:
            return ()
        return found.st_mtime_ns, found.st_size, found.st_ino, found.st_mode

    def _read(self) -> list[Entry]:
        text = read_private(self._path)
        try:
            return parse(text)
        except ValueError as error:
            raise ValueError(f"{self._path}, {error}") from error


def _entry(words: list[str]) -> Entry:
    if len(words) != 3:
        raise ValueError("a line is a name, the scopes and the hash of a token")
    name, scopes, hashed = words
    found = _HASH.fullmatch(hashed)
    if not found:
        raise ValueError("a hash is sha256: and 64 hexadecimal digits; do-nfs-mcp token makes a line")
    return Entry.of(name, scopes.split(","), bytes.fromhex(found[1]))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()

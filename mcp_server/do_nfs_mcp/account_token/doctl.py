"""A token that DigitalOcean's own command line, doctl, has been given.

doctl keeps its settings as YAML. What it writes (https://github.com/digitalocean/doctl, commands/auth.go) needs no
parser of YAML, which would be one more thing to install: each token is on a line of its own, in one of two places. If a
file has anything else there, nothing is taken from it.
"""

import json
import os
import re
import shlex
from collections.abc import Mapping
from pathlib import Path

from do_nfs_mcp.account_token.source import TokenSource, checked, no_token
from do_nfs_mcp.private_file import read_private

__all__ = ["configurations", "doctl_source", "tokens_in"]

_DEFAULT = "default"
_ENTRY = re.compile(r"""( *)('(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|(?![-?] )[^\s'"#&*!|>%@`{}\[\],].*?) *:(?: +(.*?))? *""")
_VALUE = re.compile(r"""('[^']*'|"[^"\\]*"|[A-Za-z0-9][^\s'"#:]*|)(?: +#.*)?""")


def doctl_source(context: str, environment: Mapping[str, str], platform: str, home: Path) -> TokenSource:
    """Return the source of the token of one of doctl's contexts.

    Args:
        context: The context's name; "default" is the one that doctl begins with.
        environment: The variables of the process.
        platform: As sys.platform has it.
        home: The person's home folder.
    """
    name = context.lower()
    login = "doctl auth init" + ("" if name == _DEFAULT else f" --context {shlex.quote(name)}")
    paths = configurations(environment, platform, home)

    async def read() -> str:
        path = next((path for path in paths if os.access(path, os.F_OK)), paths[0])
        try:
            text = read_private(path)
        except ValueError as error:
            raise no_token(f"--doctl-context: {error}") from error
        try:
            tokens = tokens_in(text)
        except ValueError as error:
            ask = shlex.quote(f"doctl auth token --context {shlex.quote(name)}")
            raise no_token(
                f"--doctl-context: {path} is not as doctl writes it. To ask doctl itself, give --token-command "
                f"{ask} in its place"
            ) from error
        if name not in tokens:
            known = ", ".join(sorted(tokens)) or "none"
            raise no_token(
                f"--doctl-context: {path} has no token for {name}, only for: {known}. To add one, run {login}"
            )
        return checked(tokens[name], f"--doctl-context: {name} in {path}")

    return TokenSource(f"--doctl-context: doctl has one for {name}", f"run {login}", read)


def configurations(environment: Mapping[str, str], platform: str, home: Path) -> list[Path]:
    """Return where doctl may keep its settings, the likeliest first: Go's os.UserConfigDir(), and a snap's own.

    Args:
        environment: The variables of the process.
        platform: As sys.platform has it.
        home: The person's home folder.
    """
    if platform == "win32":
        folders = [Path(environment.get("APPDATA") or home / "AppData" / "Roaming")]
    elif platform == "darwin":
        folders = [home / "Library" / "Application Support"]
    else:
        folders = [Path(environment.get("XDG_CONFIG_HOME") or home / ".config"), home / "snap/doctl/current/.config"]
    return [folder / "doctl" / "config.yaml" for folder in folders]


def tokens_in(text: str) -> dict[str, str]:
    """Return the tokens in doctl's settings, by the names of their contexts in lower case, as doctl compares them.

    Raises:
        ValueError: Without words, if the text is not as doctl writes it.
    """
    tokens: dict[str, str] = {}
    section, indent = "", ""
    for line in text.removeprefix("\ufeff").splitlines():
        begun = line.lstrip(" ")
        if not begun or begun.startswith("#") or (line == "---" and not section):
            continue
        if begun == line:
            indent = ""
            # An item of the list that the section is.
            if line.startswith("- ") and section not in {"access-token", "auth-contexts"}:
                continue
            section, value = _entry(line)
            if section == "access-token":
                _add(tokens, _DEFAULT, value)
            elif section == "auth-contexts" and value not in {"", "{}"}:
                raise ValueError
        elif section == "access-token":
            raise ValueError
        elif section == "auth-contexts":
            own = line[: -len(begun)]
            indent = indent or own
            if own != indent:
                raise ValueError
            _add(tokens, *_entry(line))
    return tokens


def _entry(line: str) -> tuple[str, str]:
    found = _ENTRY.fullmatch(line)
    if found is None:
        raise ValueError
    return _unquoted(found[2]).lower(), found[3] or ""


def _add(tokens: dict[str, str], name: str, value: str) -> None:
    found = _VALUE.fullmatch(value)
    if found is None or name in tokens:
        raise ValueError
    if token := _unquoted(found[1]):
        tokens[name] = token


def _unquoted(text: str) -> str:
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    # What JSON escapes, YAML escapes in the same way.
    return str(json.loads(text)) if text.startswith('"') else text

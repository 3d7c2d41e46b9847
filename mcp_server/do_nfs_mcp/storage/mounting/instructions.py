"""Puts together what a caller is told: what to run or write, and what to mind."""

import re
from ipaddress import ip_address
from uuid import UUID

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.untrusted_text import plain, quoted
from do_nfs_mcp.observability.failure import FailureKind
from do_nfs_mcp.storage.mounting.escaping import label
from do_nfs_mcp.storage.mounting.mount_point import checked_mount_point
from do_nfs_mcp.storage.mounting.styles import CLIENTS, STYLES, Mount, Os, Style
from do_nfs_mcp.storage.views import ShareView, View

# At the end systemd takes a space or backslash for something else.
_PATH = re.compile(r"/[^\x00-\x1f\x7f-\x9f\ud800-\udfff]*(?<![ \\])")
_HOST_NAME = re.compile(r"(?=.{1,253}$)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.(?!$)|$))+")


class MountView(View):
    """How a machine mounts a share: what to run, in order, or to write."""

    share_id: UUID
    share: str
    source: str
    mount_point: str
    os: Os
    style: Style
    install: str
    content: str
    file: str | None = None
    commands: list[str]
    warnings: list[str]

    def text(self) -> str:
        parts = [f"To mount share {quoted(self.share)} ({self.share_id}) on {self.os}, style {self.style}:"]
        # The others' commands hold their content.
        if self.style in {"cloud-init", "kubernetes", "docker-compose"}:
            parts.append(f"Into {self.file}:\n{_fenced('yaml', self.content)}")
        if self.commands:
            parts.append(f"Run:\n{_fenced('sh', *self.commands)}")
        return "\n".join([*parts, "Mind:", *(f"- {warning}" for warning in self.warnings)])


def mount_instructions(share: ShareView, mount_point: str, os: Os, style: Style) -> MountView:
    """Return how to mount a share.

    Args:
        share: The share. Its host and path are not trusted: they are checked, and quoted where they are used.
        mount_point: An absolute path on the machine that mounts it.
        os: What the machine runs.
        style: Whether to mount it now, at every boot in one of three ways, or in containers in one of two.

    Raises:
        NfsError: The share cannot be mounted, or not yet; or its host, its path or the mount point is not a valid one.
    """
    host, path = _checked_source(share)
    package, install = CLIENTS[os]
    mount = Mount(
        host=host,
        path=path,
        source=f"[{host}]:{path}" if ":" in host else f"{host}:{path}",
        point=checked_mount_point(mount_point),
        share_id=share.id,
        # Names are not unique and need not have a letter in them.
        label=f"{label(share.name) or 'nfs'}-{share.id.hex[:8]}",
        size_gib=share.size_gib,
        package=package,
        install=install,
    )
    content, file, commands = STYLES[style](mount)
    return MountView(
        share_id=share.id,
        share=share.name,
        source=mount.source,
        mount_point=mount.point,
        os=os,
        style=style,
        install=install,
        content=content,
        file=file,
        commands=commands,
        warnings=_warnings(share, style, install),
    )


def _checked_source(share: ShareView) -> tuple[str, str]:
    """Return the host and the path of a share, if they are a host and a path."""
    name, status = quoted(share.name, 60), plain(share.status)
    if share.status in {"FAILED", "DELETED"}:
        raise NfsError(f"Share {name} is {status} and cannot be mounted; list_shares shows those that can.")
    if not share.host or not share.mount_path:
        then = "attach_share" if share.status == "INACTIVE" else "wait_until_ready"
        raise NfsError(f"There is nothing to mount yet: share {name} is {status}. Call {then}, then this again.")
    if not _is_host(share.host):
        raise NfsError(
            f"Nothing was done: the API's host for share {name}, {quoted(share.host, 80)}, is not one.",
            kind=FailureKind.FAILED,
        )
    # What turns the direction of a text would show a reader another command than the one that is run.
    if not (_PATH.fullmatch(share.mount_path) and share.mount_path.isprintable()):
        raise NfsError(
            f"Nothing was done: the API's path for share {name}, {quoted(share.mount_path, 80)}, is not one to mount.",
            kind=FailureKind.FAILED,
        )
    return share.host, share.mount_path


def _is_host(text: str) -> bool:
    if _HOST_NAME.fullmatch(text):
        return True
    try:
        ip_address(text)
    except ValueError:
        return False
    # What comes after % may be any text.
    return "%" not in text


def _warnings(share: ShareView, style: Style, install: str) -> list[str]:
    found = []
    if share.status not in {"ACTIVE", "INACTIVE"}:
        found.append(f"It is {plain(share.status)}: mounting may fail until it is ACTIVE.")
    if share.status == "INACTIVE" or not share.vpc_ids:
        found.append(
            f"It is {plain(share.status)} and attached to no VPC: no machine reaches it until attach_share attaches it."
        )
    else:
        found.append(f"Only machines in VPC {' or '.join(map(str, share.vpc_ids))} reach it.")
    for point in share.access_points or []:
        if point.is_default:
            found += _squash(point.squash_config)
    if style == "kubernetes":
        found.append(f"Every node needs an NFS client: where there is none, `{install}`.")
    found.append("nconnect=8 needs Linux 5.3 or RHEL 8.3: leave it out on older ones.")
    return found


def _fenced(language: str, *lines: str) -> str:
    """Return code in a fence of more backticks than any that are in it."""
    code = "\n".join(lines)
    fence = max(["``", *re.findall("`+", code)], key=len) + "`"
    return f"{fence}{language}\n{code}\n{fence}"


def _squash(squash_config: str) -> list[str]:
    match squash_config:
        case "ROOT_SQUASH":
            return ["ROOT_SQUASH: root can read but not write, so run the workload as another user."]
        case "ALL_SQUASH":
            return ["ALL_SQUASH: every user is nobody on the share."]
        case _:
            return []

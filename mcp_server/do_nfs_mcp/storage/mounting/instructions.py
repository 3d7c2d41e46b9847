"""Puts together what a caller is told: what to run or write, and what to mind."""

import re
from collections.abc import Collection, Iterable
from ipaddress import ip_address
from shlex import quote

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.ids import as_uuid
from do_nfs_mcp.api.statuses import existing
from do_nfs_mcp.api.untrusted_text import is_unambiguous, plain, quoted
from do_nfs_mcp.observability.failure import FailureKind
from do_nfs_mcp.storage.mounting.escaping import label
from do_nfs_mcp.storage.mounting.mount_point import checked_mount_point, system_folder
from do_nfs_mcp.storage.mounting.styles import CLIENTS, STYLES, Mount, Os, Style
from do_nfs_mcp.storage.views import ShareView, View

# At the end systemd takes a space or backslash for something else.
_LONGEST_MARK = 20
_PATH = re.compile(r"/.*(?<![ \\])")
_HOST_NAME = re.compile(r"(?=.{1,253}$)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.(?!$)|$))+")


class FileView(View):
    """A file, or for /etc/fstab a line of it."""

    file: str
    content: str


class InstructionView(View):
    """One way to mount a share: the files it needs, and what to run once the machine is prepared, in order."""

    style: Style
    files: list[FileView]
    commands: list[str]

    def text(self) -> str:
        return self.text_under(f"{self.style}:", [])

    def text_under(self, heading: str, prepare: list[str]) -> str:
        """Return the same as text, under another heading and with what has to be run before."""
        shown = [part for item in self.files for part in self._shown(item)]
        return "\n".join([heading, *shown, *_shell([*prepare, *self.commands])])

    def _shown(self, item: FileView) -> list[str]:
        if not any(item.content in command for command in self.commands):
            return [f"Into {item.file}:", _fenced("yaml", item.content)]
        # To edit a file by hand, only the line is needed; a whole file can be seen in the command that writes it.
        is_line = "\n" not in item.content
        return [f"The line of {item.file}:", _fenced("text", item.content), "To add and mount it:"] if is_line else []


class MountView(View):
    """How a machine mounts a share, in one way or several.

    What is in prepare comes first, once for all of them.
    """

    share_id: str
    share: str
    source: str
    mount_point: str
    os: Os
    prepare: list[str]
    instructions: list[InstructionView]
    warnings: list[str]

    def text(self) -> str:
        what = f"To mount share {quoted(self.share)} on {_TITLES[self.os]}"
        match self.instructions:
            case [only]:
                means = _MEANS.get(only.style, only.style)
                parts = [only.text_under(f"{what} with {means}:", self.prepare)]
            case several:
                of = [each.style for each in several if each.style not in _PREPARED]
                first = ", first" if len(of) == len(several) else f", first, for {' and '.join(of)}" if of else ""
                parts = [f"{what}{first}:", *_shell(self.prepare), *(each.text() for each in several)]
        return "\n".join([*parts, "Mind:", *(f"- {warning}" for warning in self.warnings)])


def mount_instructions(share: ShareView, mount_point: str, os: Os, styles: Iterable[Style]) -> MountView:
    """Return how to mount a share.

    Args:
        share: The share. Its host and path are not trusted: they are checked, and quoted where they are used.
        mount_point: An absolute path on the machine that mounts it.
        os: What the machine runs.
        styles: The ways to show, each once: now, at every boot in one of three ways, in containers in one of two.

    Raises:
        NfsError: The share cannot be mounted, or not yet; or its host, its path or the mount point is not a valid one,
            or the mount point is not one for a style.
    """
    host, path = _checked_source(share)
    package, install = CLIENTS[os]
    mount = Mount(
        host=host,
        path=path,
        source=f"[{host}]:{path}" if ":" in host else f"{host}:{path}",
        point=checked_mount_point(mount_point),
        share_id=plain(share.id),
        # Names are not unique and need not have a letter in them.
        label=f"{label(share.name) or 'nfs'}-{_mark(share.id)}".rstrip("-"),
        size_gib=share.size_gib,
        package=package,
        install=install,
    )
    steps = {style: STYLES[style](mount) for style in styles}
    return MountView(
        share_id=share.id,
        share=share.name,
        source=mount.source,
        mount_point=mount.point,
        os=os,
        prepare=list(dict.fromkeys(command for each in steps.values() for command in each.prepare)),
        instructions=[
            InstructionView(
                style=style,
                files=[FileView(file=file, content=content) for file, content in each.files.items()],
                commands=each.commands,
            )
            for style, each in steps.items()
        ],
        warnings=[*_reach(share), *_of_the_place(mount, os, steps.keys()), *_who_writes(share, mount, steps.keys())],
    )


def _mark(share_id: str) -> str:
    """Return what tells shares of one name apart: where an id is no UUID, its end, as most differ there."""
    return share_id[:8] if as_uuid(share_id) else label(share_id)[-_LONGEST_MARK:].strip("-")


def _checked_source(share: ShareView) -> tuple[str, str]:
    """Return the host and the path of a share, if they are a host and a path."""
    name, status = quoted(share.name, 60), plain(share.status)
    if share.status in {"FAILED", "DELETED"}:
        raise NfsError(f"Share {name} is {status} and cannot be mounted; list_shares shows those that can.")
    if not share.host or not share.mount_path:
        then = "attach_share" if share.status == "INACTIVE" else "wait_until_ready"
        raise NfsError(f"There is nothing to mount yet: share {name} is {status}. {then} comes first.")
    if not _is_host(share.host):
        raise NfsError(
            f"Nothing was done: the API's host for share {name}, {quoted(share.host, 80)}, is not one.",
            kind=FailureKind.FAILED,
        )
    # A reader must not be shown another command than the one that is run.
    if not (_PATH.fullmatch(share.mount_path) and is_unambiguous(share.mount_path)):
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


def _reach(share: ShareView) -> list[str]:
    """Return what to mind of whether the share can be reached, and where."""
    found = []
    if share.status not in {"ACTIVE", "INACTIVE"}:
        found.append(f"It is {plain(share.status)}: mounting may fail until it is ACTIVE.")
    if share.status == "INACTIVE" or not share.vpc_ids:
        found.append(
            f"It is {plain(share.status)} and attached to no VPC: no machine reaches it until attach_share attaches it."
        )
    else:
        found.append(f"Only machines in {share.vpcs_text()} reach it.")
    if any(not point.is_default for point in existing(share.access_points or [])):
        found.append(
            "This mounts the whole share. At which address an access point is mounted is not documented: look in "
            "DigitalOcean's control panel."
        )
    return found


def _of_the_place(mount: Mount, os: Os, styles: Collection[Style]) -> list[str]:
    """Return what to mind of the machine that mounts it."""
    found = []
    if folder := system_folder(mount.point):
        found.append(
            f"{folder} holds what the machine needs: what is at the mount point is hidden while the share is mounted, "
            "so take a folder such as /mnt/data."
        )
    if "systemd" in styles and not {"command", "fstab"}.isdisjoint(styles):
        found.append(
            "On one machine take either style systemd or the others: its automount does not start where something is "
            "mounted."
        )
    if "kubernetes" in styles:
        found.append(f"Every node needs an NFS client, the package {mount.package}.")
    found.append(f"Before {'RHEL 8.3' if os == 'rhel' else 'Linux 5.3'}, leave out nconnect=8.")
    return found


def _who_writes(share: ShareView, mount: Mount, styles: Collection[Style]) -> list[str]:
    """Return what to mind of who users are on the share."""
    # A share has one default access point.
    policy = next((point.squash_config for point in share.access_points or [] if point.is_default), "")
    in_containers = [_USER_OF_CONTAINER[style] for style in styles if style in _USER_OF_CONTAINER]
    run_as = f" (in a container, set {' or '.join(in_containers)})" if in_containers else ""
    match policy:
        case "ROOT_SQUASH":
            return [
                f"This share has ROOT_SQUASH, so root can only read. Write as another user, without sudo{run_as}; "
                f"`ls -ld {quote(mount.point)}` shows who may."
            ]
        case "ALL_SQUASH":
            return ["ALL_SQUASH: every user is nobody on the share, and all that is written belongs to nobody."]
        case _:
            return []


_TITLES: dict[Os, str] = {"debian": "Debian", "ubuntu": "Ubuntu", "fedora": "Fedora", "rhel": "RHEL"}
_MEANS: dict[Style, str] = {"command": "a command", "kubernetes": "Kubernetes", "docker-compose": "Docker Compose"}
_PREPARED: frozenset[Style] = frozenset({"cloud-init", "kubernetes"})
"""The styles that need nothing to be run on the machine before."""
_USER_OF_CONTAINER: dict[Style, str] = {"kubernetes": "runAsUser", "docker-compose": "user"}


def _shell(commands: list[str]) -> list[str]:
    return [_fenced("sh", *commands)] if commands else []


def _fenced(language: str, *lines: str) -> str:
    """Return code in a fence of more backticks than any that are in it."""
    code = "\n".join(lines)
    fence = max(["``", *re.findall("`+", code)], key=len) + "`"
    return f"{fence}{language}\n{code}\n{fence}"

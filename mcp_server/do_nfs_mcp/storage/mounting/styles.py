"""The ways to mount a share, each as the files it needs and what to run."""

from collections.abc import Callable
from dataclasses import dataclass, field
from shlex import quote
from typing import Literal

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.storage.mounting.escaping import compose_scalar, fstab_field, unit_name, unit_value, yaml_scalar

Os = Literal["debian", "ubuntu", "fedora", "rhel"]
Style = Literal["command", "fstab", "systemd", "cloud-init", "kubernetes", "docker-compose"]

_APT = ("nfs-common", "sudo apt-get update && sudo apt-get install -y nfs-common")
_DNF = ("nfs-utils", "sudo dnf install -y nfs-utils")
CLIENTS: dict[Os, tuple[str, str]] = {"debian": _APT, "ubuntu": _APT, "fedora": _DNF, "rhel": _DNF}
"""The package that mounts NFS, and how to install it; rhel is also Rocky and Alma."""

_OPTIONS = "vers=4.1,nconnect=8"
_IDLE_SECONDS = 600
# Booting waits neither for the network nor for a share that is gone; the first access mounts it.
_FSTAB_OPTIONS = f"_netdev,nofail,x-systemd.automount,x-systemd.idle-timeout={_IDLE_SECONDS},{_OPTIONS}"

_MAX_UNIT_NAME = 255


@dataclass(frozen=True)
class Mount:
    """A share and where it is to be mounted, all of it checked."""

    host: str
    path: str
    source: str
    point: str
    share_id: str
    label: str
    size_gib: int
    package: str
    install: str


@dataclass(frozen=True)
class Steps:
    """What one style takes.

    Attributes:
        files: What is in each file, by its path or what it is.
        commands: What to run, in order, once the machine is prepared.
        prepare: What to run before, which other styles may need as well.
    """

    files: dict[str, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    prepare: list[str] = field(default_factory=list)


def _command(mount: Mount) -> Steps:
    command = f"sudo mount -t nfs -o {_OPTIONS} {quote(mount.source)} {quote(mount.point)}"
    return Steps(commands=[command], prepare=[mount.install, _make_folder(mount)])


def _make_folder(mount: Mount) -> str:
    return f"sudo mkdir -p {quote(mount.point)}"


def _fstab_line(mount: Mount) -> str:
    return f"{fstab_field(mount.source)} {fstab_field(mount.point)} nfs {_FSTAB_OPTIONS} 0 0"


def _fstab(mount: Mount) -> Steps:
    _refuse_variables(mount)
    line, point = _fstab_line(mount), quote(mount.point)
    # Run again they change nothing. The file's last line may lack its end, hence the empty one.
    add = f"findmnt -s {point} || sudo tee -a /etc/fstab <<'EOF'\n\n{line}\nEOF"
    return Steps(
        files={"/etc/fstab": line},
        commands=[add, "sudo systemctl daemon-reload", f"mountpoint -q {point} || sudo mount {point}"],
        prepare=[mount.install, _make_folder(mount)],
    )


def _systemd(mount: Mount) -> Steps:
    _refuse_variables(mount)
    name = unit_name(mount.point)
    if len(f"{name}.automount") > _MAX_UNIT_NAME:
        raise NfsError(
            "Nothing was done: systemd has no room for a unit's name this long; give a shorter mount_point or style "
            "fstab."
        )
    folder, where = "/etc/systemd/system", unit_value(mount.point)
    files = {
        f"{folder}/{name}.mount": f"""\
[Unit]
Description=NFS share {unit_value(mount.share_id)}
Wants=network-online.target
After=network-online.target

[Mount]
What={unit_value(mount.source)}
Where={where}
Type=nfs
Options={_OPTIONS}""",
        f"{folder}/{name}.automount": f"""\
[Unit]
Description=Mount of NFS share {unit_value(mount.share_id)} at first access

[Automount]
Where={where}
TimeoutIdleSec={_IDLE_SECONDS}

[Install]
WantedBy=remote-fs.target""",
    }
    return Steps(
        files=files,
        commands=[
            *(f"sudo tee {quote(file)} <<'EOF'\n{content}\nEOF" for file, content in files.items()),
            "sudo systemctl daemon-reload",
            f"sudo systemctl enable --now {quote(f'{name}.automount')}",
        ],
        prepare=[mount.install],
    )


def _cloud_init(mount: Mount) -> Steps:
    _refuse_variables(mount)
    point = yaml_scalar(mount.point)
    # Its own mounts would be made before the packages are there, and folders for them with fstab's escapes in their
    # names. What runcmd says is done at the end of the first boot.
    add = r"""grep -qxF "$1" /etc/fstab || printf '\n%s\n' "$1" >> /etc/fstab"""
    content = f"""\
#cloud-config
packages: [{mount.package}]
runcmd:
  - [mkdir, -p, {point}]
  - [sh, -c, {yaml_scalar(add)}, sh, {yaml_scalar(_fstab_line(mount))}]
  - [systemctl, daemon-reload]
  - [mount, {point}]"""
    return Steps(files={"the user data of a new machine": content})


def _kubernetes(mount: Mount) -> Steps:
    _refuse_colon(mount, "Kubernetes")
    content = f"""\
apiVersion: v1
kind: PersistentVolume
metadata:
  name: {mount.label}
spec:
  capacity: {{storage: {mount.size_gib}Gi}}
  accessModes: [ReadWriteMany]
  persistentVolumeReclaimPolicy: Retain
  storageClassName: ""
  mountOptions: [{_OPTIONS.replace(",", ", ")}]
  nfs:
    server: {yaml_scalar(mount.host)}
    path: {yaml_scalar(mount.path)}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {mount.label}
spec:
  accessModes: [ReadWriteMany]
  storageClassName: ""
  volumeName: {mount.label}
  resources: {{requests: {{storage: {mount.size_gib}Gi}}}}
# In a pod's spec, and in its container:
# volumes: [{{name: nfs, persistentVolumeClaim: {{claimName: {mount.label}}}}}]
# volumeMounts: [{{name: nfs, mountPath: {yaml_scalar(mount.point)}}}]"""
    file = f"{mount.label}.yaml"
    return Steps(files={file: content}, commands=[f"kubectl apply -f {file}"])


def _docker_compose(mount: Mount) -> Steps:
    _refuse_colon(mount, "Docker Compose")
    # Without nocopy Docker copies what the image has there, as root, whom the share may not let write.
    content = f"""\
services:
  app:  # Any service that is to have it.
    image: alpine
    command: [df, -h, {compose_scalar(mount.point)}]
    volumes:
      - type: volume
        source: {mount.label}
        target: {compose_scalar(mount.point)}
        volume: {{nocopy: true}}
volumes:
  {mount.label}:
    driver: local
    driver_opts:
      type: nfs
      o: {compose_scalar(f"addr={mount.host},{_OPTIONS}")}
      device: {compose_scalar(f":{mount.path}")}"""
    return Steps(files={"compose.yaml": content}, commands=["docker compose up"], prepare=[mount.install])


def _refuse_variables(mount: Mount) -> None:
    # systemd runs mount(8) for units and for /etc/fstab, and replaces ${...} and $$ in its arguments. No escape works
    # in both: Where= has to be what the unit is named after, and mount(8) reads /etc/fstab as well.
    for what, text, instead in (
        ("mount_point", mount.point, "another mount_point or style command"),
        ("the share's path", mount.path, "style command"),
    ):
        if "${" in text or "$$" in text:
            raise NfsError(f"Nothing was done: systemd replaces the ${{ or $$ in {what}; give {instead}.")


def _refuse_colon(mount: Mount, what: str) -> None:
    if ":" in mount.point:
        raise NfsError(f"Nothing was done: {what} takes no mount_point with a colon; give one without.")


STYLES: dict[Style, Callable[[Mount], Steps]] = {
    "command": _command,
    "fstab": _fstab,
    "systemd": _systemd,
    "cloud-init": _cloud_init,
    "kubernetes": _kubernetes,
    "docker-compose": _docker_compose,
}

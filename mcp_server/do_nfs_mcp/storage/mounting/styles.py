"""The ways to mount a share, each as the content, the file it goes to, and what to run."""

from collections.abc import Callable
from dataclasses import dataclass
from shlex import quote
from typing import Literal
from uuid import UUID

from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.storage.mounting.escaping import compose_scalar, fstab_field, unit_name, unit_value, yaml_scalar

Os = Literal["debian", "ubuntu", "fedora", "rhel"]
Style = Literal["command", "fstab", "systemd", "cloud-init", "kubernetes", "docker-compose"]

_APT = ("nfs-common", "sudo apt-get update && sudo apt-get install -y nfs-common")
_DNF = ("nfs-utils", "sudo dnf install -y nfs-utils")
CLIENTS: dict[Os, tuple[str, str]] = {"debian": _APT, "ubuntu": _APT, "fedora": _DNF, "rhel": _DNF}
"""The package that mounts NFS, and how to install it; rhel is also Rocky and Alma."""

_OPTIONS = "vers=4.1,nconnect=8"
# Booting waits neither for the network nor for a share that is gone; the first access mounts it.
_FSTAB_OPTIONS = f"_netdev,nofail,x-systemd.automount,x-systemd.idle-timeout=600,{_OPTIONS}"

_MAX_UNIT_NAME = 255

Steps = tuple[str, str | None, list[str]]
"""The content, the file it goes to, and what to run."""


@dataclass(frozen=True)
class Mount:
    """A share and where it is to be mounted, all of it checked."""

    host: str
    path: str
    source: str
    point: str
    share_id: UUID
    label: str
    size_gib: int
    package: str
    install: str


def _command(mount: Mount) -> Steps:
    command = f"sudo mount -t nfs -o {_OPTIONS} {quote(mount.source)} {quote(mount.point)}"
    return command, None, [mount.install, f"sudo mkdir -p {quote(mount.point)}", command]


def _fstab_fields(mount: Mount) -> list[str]:
    return [fstab_field(mount.source), fstab_field(mount.point), "nfs", _FSTAB_OPTIONS, "0", "0"]


def _fstab(mount: Mount) -> Steps:
    line = " ".join(_fstab_fields(mount))
    # Run again it adds nothing, and the file's last line may lack its end.
    add = f"""line={quote(line)}; grep -qxF "$line" /etc/fstab || printf '\\n%s\\n' "$line" | sudo tee -a /etc/fstab"""
    point = quote(mount.point)
    commands = [mount.install, f"sudo mkdir -p {point}", add, "sudo systemctl daemon-reload", f"sudo mount {point}"]
    return line, "/etc/fstab", commands


def _systemd(mount: Mount) -> Steps:
    unit = f"{unit_name(mount.point)}.mount"
    if len(unit) > _MAX_UNIT_NAME:
        raise NfsError(
            "Nothing was done: systemd has no room for a unit's name this long; give a shorter mount_point or style "
            "fstab."
        )
    content = f"""\
[Unit]
Description=NFS share {mount.share_id}
Wants=network-online.target
After=network-online.target

[Mount]
What={unit_value(mount.source)}
Where={unit_value(mount.point)}
Type=nfs
Options={_OPTIONS}

[Install]
WantedBy=remote-fs.target"""
    file = f"/etc/systemd/system/{unit}"
    commands = [
        mount.install,
        f"sudo tee {quote(file)} <<'EOF'\n{content}\nEOF",
        "sudo systemctl daemon-reload",
        f"sudo systemctl enable --now {quote(unit)}",
    ]
    return content, file, commands


def _cloud_init(mount: Mount) -> Steps:
    point = yaml_scalar(mount.point)
    # cloud-init copies the fields into fstab as they are. It does so, and mounts, before it installs packages, so that
    # the mount has to be made once more at the end.
    content = f"""\
#cloud-config
packages: [{mount.package}]
mounts:
  - [{", ".join(map(yaml_scalar, _fstab_fields(mount)))}]
runcmd:
  - [mkdir, -p, {point}]
  - [mount, {point}]"""
    return content, "the user data of a new machine", []


def _kubernetes(mount: Mount) -> Steps:
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
    return content, file, [f"kubectl apply -f {file}"]


def _docker_compose(mount: Mount) -> Steps:
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
    return content, "compose.yaml", [mount.install, "docker compose up"]


STYLES: dict[Style, Callable[[Mount], Steps]] = {
    "command": _command,
    "fstab": _fstab,
    "systemd": _systemd,
    "cloud-init": _cloud_init,
    "kubernetes": _kubernetes,
    "docker-compose": _docker_compose,
}

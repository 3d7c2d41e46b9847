"""A virtual machine with Debian, its cloud kernel and an NFS server, without a network, on which a program is run. Its
user, named user, may use sudo without a password.

It is made once, which takes Debian, root and three minutes, and kept in .artefacts. It needs no KVM.
"""

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import _debian
import _env

PROGRAMS = {"debootstrap": "debootstrap", "e2fsprogs": "mkfs.ext4", "qemu-system-x86": "qemu-system-x86_64"}
"""By Debian's package, a program of it that is used."""

_FOLDER = _env.ROOT / ".artefacts" / "machine"
_SUITE = "bookworm"
# debootstrap does not follow what is only provided, hence python3-cffi-backend.
_PACKAGES = (
    "cloud-init,initramfs-tools,linux-image-cloud-amd64,nfs-common,nfs-kernel-server,python3,python3-cffi-backend,sudo,"
    "systemd-sysv,udev"
)
_DISKS = ("virtio_blk", "virtio_pci", "ext4")
_WORK = "/run/work"
_FILES = {
    "etc/fstab": "",
    "etc/hosts": "127.0.0.1 localhost machine\n",
    "etc/hostname": "machine\n",
    # There is no network; what is asked for is there.
    "etc/apt/sources.list": "",
    "etc/sudoers.d/user": "user ALL=(ALL) NOPASSWD: ALL\n",
    # Small, so that it is soon unpacked.
    "etc/initramfs-tools/conf.d/small": "MODULES=list\nCOMPRESS=gzip\n",
    "etc/initramfs-tools/modules": "\n".join(_DISKS) + "\n",
    # It is run by hand, as often as there are user data, and everything in one go.
    "etc/cloud/cloud-init.disabled": "",
    "etc/cloud/cloud.cfg.d/99-machine.cfg": """\
datasource_list: [NoCloud]
network: {config: disabled}
cloud_init_modules: []
cloud_config_modules: [package-update-upgrade-install, runcmd, scripts-user]
cloud_final_modules: []
""",
    "etc/nfs.conf.d/only-4.conf": "[nfsd]\nvers3=n\n[mountd]\nmanage-gids=n\n",
    "etc/systemd/system/work.target": """\
[Unit]
Requires=basic.target
Wants=work.service nfs-server.service remote-fs.target
AllowIsolate=yes
""",
    "etc/systemd/system/work.service": f"""\
[Unit]
After=nfs-server.service remote-fs.target
[Service]
ExecStart=/bin/sh -c 'mkdir {_WORK}; tar -xf /dev/vdb -C {_WORK}; python3 {_WORK}/program.py'
StandardOutput=file:/dev/ttyS1
StandardError=file:/dev/ttyS0
ExecStopPost=/bin/sh -c 'echo "$$EXIT_STATUS" > /dev/ttyS1; exec systemctl poweroff -ff'
""",
}
# What takes time to start, and what is mounted here does not need.
_MASKED = (
    *("apt-daily.timer", "apt-daily-upgrade.timer", "e2scrub_all.timer", "e2scrub_reap.service"),
    *("rpcbind.socket", "rpcbind.service", "rpc-statd.service", "rpc-statd-notify.service", "nfs-blkmap.service"),
    *("nfs-idmapd.service", "modprobe@.service", "systemd-binfmt.service", "systemd-update-utmp.service"),
)


def make() -> None:
    """Make the machine, unless it is there as it would be made.

    Raises:
        SystemExit: If it cannot be made here; the text says what it needs.
    """
    recipe = hashlib.sha256(repr((_SUITE, _PACKAGES, _FILES, _MASKED)).encode()).hexdigest()
    made = _FOLDER / "made"
    if made.exists() and made.read_text() == recipe:
        return
    if not (hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")):
        sys.exit("The machine is made by debootstrap, which takes Debian and root.")
    _debian.install(PROGRAMS)
    print(f"Making a machine in {_FOLDER}, which takes three minutes the first time ...", file=sys.stderr, flush=True)
    shutil.rmtree(_FOLDER, ignore_errors=True)
    root = _FOLDER / "root"
    root.mkdir(parents=True)
    _debian.call("debootstrap", "--variant=minbase", f"--include={_PACKAGES}", _SUITE, str(root), _debian.mirror())
    for name, text in _FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    generators = {f"system-generators/{path.name}" for path in (root / "usr/lib/systemd/system-generators").iterdir()}
    for name in (*(f"system/{unit}" for unit in _MASKED), *generators - {"system-generators/systemd-fstab-generator"}):
        path = root / "etc/systemd" / name
        path.parent.mkdir(exist_ok=True)
        path.unlink(missing_ok=True)
        path.symlink_to("/dev/null")
    _debian.call("chroot", str(root), "useradd", "--create-home", "--shell", "/bin/bash", "user")
    _debian.call("chroot", str(root), "update-initramfs", "-u")
    (kernel,), (initrd,) = (root / "boot").glob("vmlinuz-*"), (root / "boot").glob("initrd.img-*")
    shutil.copy(kernel, _FOLDER / "kernel")
    shutil.copy(initrd, _FOLDER / "initrd")
    shutil.rmtree(root / "var/cache/apt/archives")
    _debian.call("mkfs.ext4", "-q", "-d", str(root), str(_FOLDER / "disk"), "3G")
    shutil.rmtree(root)
    made.write_text(recipe)


def run(files: Mapping[str, bytes], seconds: float) -> list[Any]:
    """Boot the machine, run a program on it as root, and turn it off. What it changes is forgotten.

    Args:
        files: What is in each file beside the program, which is program.py among them.
        seconds: After how many it is turned off anyway.

    Returns:
        What the program printed, a value of JSON on each line.

    Raises:
        RuntimeError: If the program failed, or the machine; the text ends with what its console showed.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with tarfile.open(folder / "work", "w") as archive:
            for file, content in files.items():
                entry = tarfile.TarInfo(file)
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
        console, printed = folder / "console", folder / "printed"
        console.touch()
        command = [
            # Without KVM, which need not be there, nor work if it is.
            *("qemu-system-x86_64", "-machine", "q35,accel=tcg", "-cpu", "qemu64", "-smp", "2", "-m", "1G"),
            *("-nodefaults", "-no-reboot", "-display", "none"),
            *("-serial", f"file:{console}", "-serial", f"file:{printed}"),
            *("-kernel", str(_FOLDER / "kernel"), "-initrd", str(_FOLDER / "initrd")),
            *("-append", "root=/dev/vda rw console=ttyS0 quiet mitigations=off systemd.unit=work.target"),
            *("-drive", f"file={_FOLDER / 'disk'},if=virtio,format=raw,snapshot=on"),
            *("-drive", f"file={folder / 'work'},if=virtio,format=raw,readonly=on"),
        ]
        try:
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL, timeout=seconds)
            *values, status = [json.loads(line) for line in printed.read_text().splitlines()] or [None]
            failure = None if status == 0 else f"the program ended with {status}"
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            failure = str(error)
        if failure:
            raise RuntimeError(f"{failure}\n{console.read_text(errors='replace')[-5000:]}")
        return values

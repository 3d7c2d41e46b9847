"""What is said of mounting a share, as the programs read it that it is written for."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from do_nfs_mcp.storage.mounting import Style

from ..storage.test_mounting import commands, content, files, made
from ..support.mount_points import HOSTILE, HOSTILE_SOURCES, WITHOUT_COLON

pytestmark = pytest.mark.system

CHECK_JSONSCHEMA = str(Path(sys.executable).with_name("check-jsonschema"))
# The oldest that is still in use, and the newest whose schemas are there.
KUBERNETES = ("1.30", "1.37")


def everywhere(mount_points: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """Each place, and what is to be known of the share there."""
    shares: list[dict[str, Any]] = [{"host": host, "mount_path": path} for host, path in HOSTILE_SOURCES]
    return [*((point, {}) for point in mount_points), *(("/mnt/data", share) for share in shares)]


def checked(*command: str | Path) -> tuple[bool, str]:
    """Whether a program found nothing wrong, and what it said."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=250)
    return done.returncode == 0, done.stdout


class TestSystemd:
    # For systemd-analyze a colon in a file's name begins an alias; scripts/mounts has systemd itself read one.
    def verified(self, folder: Path, units: dict[str, str]) -> tuple[bool, str]:
        paths = [folder / file.rpartition("/")[2] for file in units]
        for path, text in zip(paths, units.values(), strict=True):
            path.write_text(text)
        return checked("systemd-analyze", "verify", "--recursive-errors=no", *paths)

    @pytest.mark.parametrize(("mount_point", "share"), everywhere(WITHOUT_COLON))
    def test_systemd_takes_the_units(self, tmp_path: Path, mount_point: str, share: dict[str, Any]) -> None:
        assert self.verified(tmp_path, files(made("systemd", mount_point, **share))) == (True, "")

    def test_a_unit_that_is_wrong_is_noticed(self, tmp_path: Path) -> None:
        units = files(made("systemd", "/mnt/%n"))
        spoilt = {file: text.replace("%%", "%") for file, text in units.items()}
        assert self.verified(tmp_path, spoilt)[0] is False


class TestFstab:
    def written(self, folder: Path, line: str) -> Path:
        (fstab := folder / "fstab").write_text(f"{line}\n")
        return fstab

    @pytest.mark.parametrize(("mount_point", "share"), everywhere(HOSTILE))
    def test_findmnt_takes_the_line_and_reads_what_is_meant(
        self, tmp_path: Path, mount_point: str, share: dict[str, Any]
    ) -> None:
        # It has to be there.
        (folder := Path(f"{tmp_path}/root{mount_point}")).mkdir(parents=True)
        view = made("fstab", str(folder), **share)
        fstab = self.written(tmp_path, content(view))
        passed, said = checked("findmnt", "--verify", "--tab-file", fstab)
        assert passed, said
        _, read = checked("findmnt", "--json", "--tab-file", fstab)
        (line,) = json.loads(read)["filesystems"]
        assert (line["target"], line["source"], line["fstype"]) == (str(folder), view.source, "nfs")

    def test_a_line_that_is_wrong_is_noticed(self, tmp_path: Path) -> None:
        (folder := tmp_path / "a b").mkdir()
        spoilt = content(made("fstab", str(folder))).replace("\\040", " ")
        assert checked("findmnt", "--verify", "--tab-file", self.written(tmp_path, spoilt))[0] is False


class TestCloudInit:
    def verified(self, folder: Path, user_data: str) -> tuple[bool, str]:
        file = folder / "user-data"
        file.write_text(user_data)
        return checked("cloud-init", "schema", "--config-file", file)

    @pytest.mark.parametrize(("mount_point", "share"), everywhere(HOSTILE))
    def test_cloud_init_takes_the_user_data(self, tmp_path: Path, mount_point: str, share: dict[str, Any]) -> None:
        passed, said = self.verified(tmp_path, content(made("cloud-init", mount_point, **share)))
        assert passed, said

    def test_user_data_that_are_wrong_are_noticed(self, tmp_path: Path) -> None:
        spoilt = content(made("cloud-init")).replace("packages: [nfs-common]", "packages: {nfs-common: 1}")
        assert self.verified(tmp_path, spoilt)[0] is False


class TestShell:
    def verified(self, folder: Path, *blocks: str) -> tuple[bool, str]:
        written = []
        for number, block in enumerate(blocks):
            (path := folder / f"{number}.sh").write_text(block + "\n")
            written.append(path)
        return checked("shellcheck", "--shell=sh", "--severity=warning", *written)

    @pytest.mark.parametrize("style", ["command", "fstab", "systemd", "kubernetes", "docker-compose"])
    def test_shellcheck_finds_nothing_to_say_of_the_commands(self, tmp_path: Path, style: Style) -> None:
        points = WITHOUT_COLON if style in {"kubernetes", "docker-compose"} else HOSTILE
        blocks = ["\n".join(commands(made(style, point, **share))) for point, share in everywhere(points)]
        assert self.verified(tmp_path, *blocks) == (True, "")

    def test_commands_that_are_wrong_are_noticed(self, tmp_path: Path) -> None:
        (*_, meant) = commands(made("command", "/mnt/a'b"))
        assert self.verified(tmp_path, meant)[0] is True
        assert self.verified(tmp_path, meant.replace("'\"'\"'", "'"))[0] is False


@pytest.mark.parametrize("version", KUBERNETES)
class TestKubernetes:
    def verify(self, manifest: str, version: str) -> None:
        # Here, so that the other tests run without it.
        import kubernetes_validate

        for resource in yaml.safe_load_all(manifest):
            kubernetes_validate.validate(resource, version, strict=True)

    @pytest.mark.parametrize(("mount_point", "share"), everywhere(WITHOUT_COLON))
    def test_the_volume_and_its_claim_are_as_their_schemas_have_them(
        self, mount_point: str, share: dict[str, Any], version: str
    ) -> None:
        self.verify(content(made("kubernetes", mount_point, **share)), version)

    def test_a_volume_that_is_wrong_is_noticed(self, version: str) -> None:
        import kubernetes_validate

        spoilt = content(made("kubernetes")).replace("    server:", "    servers:")
        with pytest.raises(kubernetes_validate.ValidationError):
            self.verify(spoilt, version)


class TestDockerCompose:
    def verified(self, folder: Path, *texts: str) -> tuple[bool, str]:
        written = []
        for number, text in enumerate(texts):
            (path := folder / f"{number}.yaml").write_text(text)
            written.append(path)
        return checked(CHECK_JSONSCHEMA, "--builtin-schema", "vendor.compose-spec", *written)

    def test_the_services_are_as_the_compose_specification_has_them(self, tmp_path: Path) -> None:
        texts = [content(made("docker-compose", p, **share)) for p, share in everywhere(WITHOUT_COLON)]
        passed, said = self.verified(tmp_path, *texts)
        assert passed, said

    def test_a_service_that_is_wrong_is_noticed(self, tmp_path: Path) -> None:
        spoilt = content(made("docker-compose")).replace("source:", "sources:")
        assert self.verified(tmp_path, spoilt)[0] is False

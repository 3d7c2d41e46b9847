"""What is said of mounting a share can be read back, run as it stands, and holds no more than was asked for."""

import configparser
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.storage.mounting import MountView, Os, Style, default_mount_point, is_mount_point, mount_instructions
from do_nfs_mcp.storage.mounting.escaping import label, unit_name
from do_nfs_mcp.storage.views import ShareView
from do_nfs_mcp.tools import arguments
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pydantic import TypeAdapter, ValidationError

from ..support.constants import OTHER_VPC, VPC
from ..support.in_memory import Assistant
from ..support.mount_points import EXPANDED, HOSTILE, WITHOUT_COLON
from ..support.properties import examples

STYLES: tuple[Style, ...] = get_args(Style)
ID = "0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d"

# Of nfs(5), mount(8) and systemd.mount(5).
OF_NFS = {"vers=4.1", "nconnect=8"}
OF_MOUNT = {"nofail", "_netdev"}
OF_SYSTEMD = {"x-systemd.automount", "x-systemd.idle-timeout=600"}


def access_point(squash: str, *, is_default: bool = True) -> dict[str, Any]:
    return {
        "id": ID,
        "name": "default" if is_default else "team",
        "path": "/",
        "status": "ACCESS_POINT_ACTIVE",
        "is_default": is_default,
        "squash_config": squash,
    }


def a_share(**changes: Any) -> ShareView:
    share = {
        "id": ID,
        "name": "data",
        "region": "atl1",
        "size_gib": 100,
        "status": "ACTIVE",
        "host": "10.128.0.5",
        "mount_path": f"/123456/{ID}",
        "vpc_ids": [VPC],
        "created_at": "2026-01-01T00:00:00Z",
    }
    return ShareView.model_validate(share | changes)


def made(style: Style, mount_point: str = "/mnt/data", machine: Os = "ubuntu", **changes: Any) -> MountView:
    return mount_instructions(a_share(**changes), mount_point, machine, [style])


def files(view: MountView) -> dict[str, str]:
    """What is in each file of all the ways that are shown."""
    return {item.file: item.content for instruction in view.instructions for item in instruction.files}


def content(view: MountView) -> str:
    """What is in the one file that is needed."""
    (only,) = files(view).values()
    return only


def commands(view: MountView) -> list[str]:
    """All that is run, in order."""
    return [*view.prepare, *(command for instruction in view.instructions for command in instruction.commands)]


def fstab_fields(line: str) -> list[str]:
    """Read a line as getmntent(3) does."""
    fields = re.split(r"[ \t]+", line)
    return [re.sub(r"\\(0(?:40|11|12)|134)", lambda octal: chr(int(octal[1], 8)), field) for field in fields]


def unit(view: MountView, ending: str = ".mount") -> configparser.ConfigParser:
    parser = configparser.ConfigParser(
        delimiters=("=",), comment_prefixes=("#", ";"), empty_lines_in_values=False, interpolation=None, strict=True
    )
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # As its documentation does it.
    (read,) = (content for file, content in files(view).items() if file.endswith(ending))
    parser.read_string(read)
    return parser


def path_of(name: str) -> str:
    """What `systemd-escape --unescape --path` says."""
    separated = name.rpartition(".")[0].replace("-", "/").encode()
    return "/" + re.sub(rb"\\x([0-9a-f]{2})", lambda byte: bytes.fromhex(byte[1].decode()), separated).decode()


class TestCommand:
    def test_the_mount_command_is_what_the_vendor_s_users_type(self) -> None:
        assert commands(made("command")) == [
            "sudo apt-get update && sudo apt-get install -y nfs-common",
            "sudo mkdir -p /mnt/data",
            f"sudo mount -t nfs -o vers=4.1,nconnect=8 10.128.0.5:/123456/{ID} /mnt/data",
        ]

    @pytest.mark.parametrize(
        ("machine", "install"),
        [
            ("debian", "sudo apt-get update && sudo apt-get install -y nfs-common"),
            ("ubuntu", "sudo apt-get update && sudo apt-get install -y nfs-common"),
            ("fedora", "sudo dnf install -y nfs-utils"),
            ("rhel", "sudo dnf install -y nfs-utils"),
        ],
    )
    @pytest.mark.parametrize("style", STYLES)
    def test_every_style_installs_what_the_machine_calls_it(self, style: Style, machine: Os, install: str) -> None:
        view = made(style, machine=machine)
        # The other two have machines of their own.
        assert view.prepare[:1] == ([] if style in {"cloud-init", "kubernetes"} else [install])
        assert install.split()[-1] in view.text()

    def test_the_mount_command_goes_to_no_file(self) -> None:
        assert files(made("command")) == {}


class TestFstab:
    @pytest.mark.parametrize("mount_point", HOSTILE)
    def test_a_line_of_fstab_has_six_fields_that_read_back(self, mount_point: str) -> None:
        view = made("fstab", mount_point, mount_path="/1/a b\\c")
        source, point, kind, options, dump, check = fstab_fields(content(view))
        assert (source, point, kind, dump, check) == ("10.128.0.5:/1/a b\\c", mount_point, "nfs", "0", "0")
        assert set(options.split(",")) == OF_NFS | OF_MOUNT | OF_SYSTEMD

    @pytest.mark.skipif(not shutil.which("findmnt"), reason="has no findmnt")
    @pytest.mark.parametrize("mount_point", HOSTILE)
    @pytest.mark.parametrize("before", ["", "# fstab\n", "# whose last line has no end"])
    def test_the_line_of_fstab_is_added_once_and_to_no_other_line(
        self, tmp_path: Path, before: str, mount_point: str
    ) -> None:
        fstab = tmp_path / "fstab"
        fstab.write_text(before)
        view = made("fstab", mount_point)
        (add,) = (command for command in commands(view) if "tee" in command)
        for _ in range(2):
            add_here = add.replace("/etc/fstab", str(fstab)).replace("sudo ", "")
            subprocess.run(
                ["sh", "-c", add_here],
                check=True,
                stdout=subprocess.DEVNULL,
                env={**os.environ, "LIBMOUNT_FSTAB": str(fstab)},
            )
        assert [line for line in fstab.read_text().splitlines() if line] == [*before.splitlines(), content(view)]

    @pytest.mark.skipif(not shutil.which("findmnt"), reason="has no findmnt")
    def test_what_fstab_mounts_there_already_is_shown_and_left_as_it_is(self, tmp_path: Path) -> None:
        fstab = tmp_path / "fstab"
        before = "10.9.9.9:/other /mnt/data nfs defaults 0 0\n"
        fstab.write_text(before)
        (add,) = (command for command in commands(made("fstab")) if "tee" in command)
        shown = subprocess.run(
            ["sh", "-c", add.replace("/etc/fstab", str(fstab)).replace("sudo ", "")],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "LIBMOUNT_FSTAB": str(fstab)},
        ).stdout
        assert fstab.read_text() == before
        assert "10.9.9.9:/other" in shown

    def test_the_line_of_fstab_stands_by_itself_and_in_what_adds_it(self) -> None:
        view = made("fstab")
        said = view.text().splitlines()
        assert said.count(content(view)) == 2
        alone = said.index(content(view))
        assert said[alone - 2 : alone + 4] == [
            "The line of /etc/fstab:",
            "```text",
            content(view),
            "```",
            "To add and mount it:",
            "```sh",
        ]
        added = said.index(content(view), alone + 1)
        assert said[added - 2 : added + 2 : 3] == ["findmnt -s /mnt/data || sudo tee -a /etc/fstab <<'EOF'", "EOF"]

    @pytest.mark.skipif(os.name == "nt", reason="has no sh")
    @pytest.mark.parametrize("is_mounted", [True, False])
    def test_what_is_mounted_already_is_not_mounted_over(self, is_mounted: bool) -> None:
        programs = f'mountpoint() {{ {"true" if is_mounted else "false"}; }}; sudo() {{ echo "$*"; }}'
        ran = subprocess.run(
            ["sh", "-c", f"{programs}; {commands(made('fstab'))[-1]}"], check=True, capture_output=True, text=True
        )
        assert ran.stdout == ("" if is_mounted else "mount /mnt/data\n")


class TestSystemd:
    @pytest.mark.parametrize("mount_point", HOSTILE)
    def test_a_unit_reads_back(self, mount_point: str) -> None:
        view = made("systemd", mount_point, mount_path="/1/%a b")
        read = unit(view)
        assert read.sections() == ["Unit", "Mount"]
        mount = {key: value.replace("%%", "%") for key, value in read["Mount"].items()}
        assert mount == {
            "What": "10.128.0.5:/1/%a b",
            "Where": mount_point,
            "Type": "nfs",
            "Options": "vers=4.1,nconnect=8",
        }
        assert read["Unit"]["Wants"] == read["Unit"]["After"] == "network-online.target"
        for file in files(view):
            folder, _, name = file.rpartition("/")
            assert folder == "/etc/systemd/system"
            assert path_of(name) == mount_point

    @pytest.mark.parametrize("mount_point", HOSTILE)
    def test_a_unit_mounts_the_share_at_the_first_access(self, mount_point: str) -> None:
        view = made("systemd", mount_point)
        read = unit(view, ".automount")
        assert read.sections() == ["Unit", "Automount", "Install"]
        automount = {key: value.replace("%%", "%") for key, value in read["Automount"].items()}
        assert automount == {"Where": mount_point, "TimeoutIdleSec": "600"}
        assert read["Install"]["WantedBy"] == "remote-fs.target"
        # One unit is found by the other by its name.
        assert len({file.rpartition(".")[0] for file in files(view)}) == 1
        assert shlex.split(commands(view)[-1])[-1].endswith(".automount")

    def test_every_percent_sign_in_a_unit_is_doubled(self) -> None:
        for text in files(made("systemd", "/mnt/%n%%i%h")).values():
            assert "Where=/mnt/%%n%%%%i%%h\n" in text

    @pytest.mark.parametrize(
        ("path", "name"),
        [
            # As systemd-escape 252 gives them.
            ("/", "-"),
            ("//a//b/", "a-b"),
            ("/.a/b", r"\x2ea-b"),
            ("/a/.b", "a-.b"),
            ("/mnt/a b", r"mnt-a\x20b"),
            ("/mnt/é-x", r"mnt-\xc3\xa9\x2dx"),
            ('/mnt/%n$x"', r"mnt-\x25n\x24x\x22"),
            ("/mnt/a:b_c.d", "mnt-a:b_c.d"),
            ("/-o/#;[a]=b", r"\x2do-\x23\x3b\x5ba\x5d\x3db"),
            ("/a\\b", r"a\x5cb"),
        ],
    )
    def test_a_unit_is_named_as_systemd_names_it(self, path: str, name: str) -> None:
        assert unit_name(path) == name

    def test_a_unit_name_that_no_file_can_have_is_refused(self) -> None:
        assert f"/etc/systemd/system/{'a' * 245}.automount" in files(made("systemd", "/" + "a" * 245))
        for mount_point in ("/" + "a" * 246, "/" + "é" * 31):
            with pytest.raises(NfsError, match=r"^Nothing was done: .*style fstab"):
                made("systemd", mount_point)


@pytest.mark.parametrize("style", ["fstab", "systemd", "cloud-init"])
@pytest.mark.parametrize("path", EXPANDED)
def test_a_path_in_which_systemd_would_replace_variables_is_refused_where_systemd_mounts(
    style: Style, path: str
) -> None:
    with pytest.raises(NfsError, match=r"^Nothing was done: .*in mount_point; give another mount_point or style"):
        made(style, path)
    with pytest.raises(NfsError, match=r"^Nothing was done: .*in the share's path; give style command"):
        made(style, mount_path=path)


@pytest.mark.parametrize("style", ["command", "kubernetes", "docker-compose"])
@pytest.mark.parametrize("path", EXPANDED)
def test_a_path_in_which_systemd_would_replace_variables_is_taken_elsewhere(style: Style, path: str) -> None:
    assert made(style, path, mount_path=path).mount_point == path


class TestCloudInit:
    @pytest.mark.parametrize("mount_point", HOSTILE)
    def test_user_data_reads_back(self, mount_point: str) -> None:
        view = made("cloud-init", mount_point, "rhel")
        assert content(view).startswith("#cloud-config\n")
        read = yaml.safe_load(content(view))
        # It would mount its own `mounts` before it installs the package.
        assert read.keys() == {"packages", "runcmd"}
        assert read["packages"] == ["nfs-utils"]
        make_folder, (*_, line), reload, mount = read["runcmd"]
        assert make_folder == ["mkdir", "-p", mount_point]
        assert line == content(made("fstab", mount_point))
        assert reload == ["systemctl", "daemon-reload"]
        assert mount == ["mount", mount_point]

    @pytest.mark.skipif(os.name == "nt", reason="has no sh")
    def test_user_data_adds_the_line_of_fstab_once_and_makes_no_other_folder(self, tmp_path: Path) -> None:
        root = tmp_path / "root"
        root.mkdir()
        fstab = tmp_path / "fstab"
        fstab.write_text("# whose last line has no end")
        mount_point = f"{root}/a b"
        runcmd = yaml.safe_load(content(made("cloud-init", mount_point)))["runcmd"]
        for _ in range(2):
            for command in runcmd[:2]:
                subprocess.run([part.replace("/etc/fstab", str(fstab)) for part in command], check=True)
        assert fstab_fields(fstab.read_text().splitlines()[-1])[1] == mount_point
        assert fstab.read_text().count("nfs") == 1
        assert [path.name for path in root.iterdir()] == ["a b"]

    def test_user_data_leaves_nothing_to_run(self) -> None:
        assert commands(made("cloud-init")) == []
        assert "```sh" not in made("cloud-init").text()


class TestKubernetes:
    @pytest.mark.parametrize("mount_point", WITHOUT_COLON)
    def test_a_volume_and_its_claim_find_each_other(self, mount_point: str) -> None:
        view = made("kubernetes", mount_point, mount_path="/1/a: b # c")
        volume, claim = yaml.safe_load_all(content(view))
        assert (volume["kind"], claim["kind"]) == ("PersistentVolume", "PersistentVolumeClaim")
        assert volume["apiVersion"] == claim["apiVersion"] == "v1"
        assert claim["spec"].pop("volumeName") == volume["metadata"]["name"] == "data-0a1b2c3d"
        assert claim["spec"] == {
            "accessModes": ["ReadWriteMany"],
            "storageClassName": "",
            "resources": {"requests": {"storage": "100Gi"}},
        }
        assert volume["spec"] == {
            "capacity": {"storage": "100Gi"},
            "accessModes": ["ReadWriteMany"],
            "persistentVolumeReclaimPolicy": "Retain",
            "storageClassName": "",
            "mountOptions": ["vers=4.1", "nconnect=8"],
            "nfs": {"server": "10.128.0.5", "path": "/1/a: b # c"},
        }

    @pytest.mark.parametrize("mount_point", WITHOUT_COLON)
    def test_a_comment_says_where_a_container_mounts_the_share(self, mount_point: str) -> None:
        view = made("kubernetes", mount_point)
        comment = "\n".join(line[2:] for line in content(view).split("\n") if line.startswith("# vol"))
        assert yaml.safe_load(comment) == {
            "volumes": [{"name": "nfs", "persistentVolumeClaim": {"claimName": "data-0a1b2c3d"}}],
            "volumeMounts": [{"name": "nfs", "mountPath": mount_point}],
        }

    @pytest.mark.parametrize(
        "name",
        ["data", "Data_1", "-", "", "日本", "a" * 300, "--- a: b\n# c", "$(x)", "../..", "null", "12", "a." * 40],
    )
    def test_names_are_what_kubernetes_takes(self, name: str) -> None:
        for document in yaml.safe_load_all(content(made("kubernetes", name=name))):
            found = document["metadata"]["name"]
            assert re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", found)
            assert found.endswith("-0a1b2c3d")


class TestDockerCompose:
    @pytest.mark.parametrize("mount_point", WITHOUT_COLON)
    def test_a_service_mounts_the_volume(self, mount_point: str) -> None:
        def interpolated(text: str) -> str:
            assert "$" not in text.replace("$$", "")
            return text.replace("$$", "$")

        view = made("docker-compose", mount_point, mount_path="/1/$a b")
        read = yaml.safe_load(content(view))
        (service,) = read["services"].values()
        (mounted,) = service["volumes"]
        assert interpolated(mounted["target"]) == mount_point
        ((name, volume),) = read["volumes"].items()
        assert (mounted["type"], mounted["source"]) == ("volume", name)
        assert volume["driver"] == "local"
        volume["driver_opts"]["device"] = interpolated(volume["driver_opts"]["device"])
        assert volume["driver_opts"] == {
            "type": "nfs",
            "o": "addr=10.128.0.5,vers=4.1,nconnect=8",
            "device": ":/1/$a b",
        }


@pytest.mark.skipif(os.name == "nt", reason="has no sh")
class TestShell:
    """Commands are really run, with nothing to run but programs that write down how they were called."""

    @pytest.fixture
    def run(self, tmp_path: Path) -> Any:
        programs = tmp_path / "programs"
        programs.mkdir()
        calls, written = tmp_path / "calls", tmp_path / "written"
        for name in ("sudo", "apt-get", "dnf", "mount", "mkdir", "tee", "touch", "kubectl", "docker", "cat", "ls"):
            (programs / name).write_text(
                "#!/bin/sh\n"
                f"{{ printf '%s\\0' {name} \"$@\"; printf '\\n'; }} >> {calls}\n"
                f'if [ "$1" = tee ]; then {shutil.which("cat")} >> {written}; fi\n'
            )
        # No such line is there yet, and nothing is mounted.
        for name in ("findmnt", "mountpoint"):
            (programs / name).write_text("#!/bin/sh\nexit 1\n")
        for program in programs.iterdir():
            program.chmod(0o755)

        def run(view: MountView) -> tuple[list[list[str]], str]:
            calls.write_text("")
            written.write_text("")
            for command in commands(view):
                subprocess.run(
                    [shutil.which("sh") or "sh", "-c", command], check=True, cwd=programs, env={"PATH": str(programs)}
                )
            lines = calls.read_bytes().decode().split("\n")[:-1]
            return [line.split("\0")[:-1] for line in lines], written.read_bytes().decode()

        return run

    @pytest.mark.parametrize("mount_point", HOSTILE)
    @pytest.mark.parametrize("style", STYLES)
    def test_a_shell_runs_only_what_is_meant_and_a_path_stays_one_argument(
        self, run: Any, style: Style, mount_point: str
    ) -> None:
        if style in {"kubernetes", "docker-compose"}:
            mount_point = mount_point.replace(":", "")
        view = made(style, mount_point, mount_path="/1/$(touch x) '\"b")
        calls, written = run(view)
        source, named = "10.128.0.5:/1/$(touch x) '\"b", [*files(view)]
        install = [["sudo", "apt-get", "update"], ["sudo", "apt-get", "install", "-y", "nfs-common"]]
        reload = ["sudo", "systemctl", "daemon-reload"]
        mkdir = ["sudo", "mkdir", "-p", mount_point]
        expected: dict[Style, list[list[str]]] = {
            "command": [
                *install,
                mkdir,
                ["sudo", "mount", "-t", "nfs", "-o", "vers=4.1,nconnect=8", source, mount_point],
            ],
            "fstab": [*install, mkdir, ["sudo", "tee", "-a", "/etc/fstab"], reload, ["sudo", "mount", mount_point]],
            "systemd": [
                *install,
                *(["sudo", "tee", file] for file in named),
                reload,
                ["sudo", "systemctl", "enable", "--now", named[-1].rpartition("/")[2] if named else ""],
            ],
            "cloud-init": [],
            "kubernetes": [["kubectl", "apply", "-f", *named]],
            "docker-compose": [*install, ["docker", "compose", "up"]],
        }
        assert calls == expected[style]
        written_by = {"fstab": "\n{}\n", "systemd": "{}\n"}
        assert written == "".join(written_by.get(style, "").format(text) for text in files(view).values())


class TestMountPoint:
    @pytest.mark.parametrize(
        "mount_point",
        [
            *("", "/", "//", "/.", "mnt/data", "-o", "~/data", "C:\\data", "/..", "/mnt/../etc", "/mnt/a/.."),
            *("/mnt/a\nb", "/mnt/a\n", "/mnt/a\0", "/mnt/\ta", "/mnt/\x1b[2J", "/mnt/\x7f", "/mnt/\x85", "\n/mnt"),
            *("/mnt/a ", "/mnt/a\\", "/mnt/a /", "/" + "a" * 1024),
            # What does not show, runs from right to left, or passes for the quotes and slashes of a command.
            *("/mnt/a\u202eb", "/mnt/a\u2028", "/mnt/a\u00a0b", "/mnt/a\u200bb", "/mnt/\u2800", "/mnt/\u3164"),
            *("/mnt/\u05d0", "/mnt/\u0661", "/mnt/\u0301a", "/mnt/a\u0338", "/mnt/a\u20dd"),
            *(
                "/mnt/a\ua4fd/b",
                "/mnt/a\u3033b",
                "/mnt/a\u02d0b",
                "/mnt/a\u2571b",
                "/mnt/a\u2cc6b",
                "/mnt/\u2105",
                "/mnt/\u2488",
            ),
            *("/mnt/a\u2019; touch x; \u2018b", "/mnt/a\u201d", "/mnt/a\uff07", "/mnt/a\u02bb", "/mnt/a\u275c"),
            *("/mnt/a\u2215b", "/mnt/a\u2044b", "/mnt/\uff0e\uff0e/etc", "/mnt/\u2026"),
        ],
    )
    @pytest.mark.anyio
    async def test_a_path_that_is_not_a_mount_point_is_refused(
        self, assistant: Assistant, share: dict[str, Any], mount_point: str
    ) -> None:
        for style in STYLES:
            with pytest.raises(NfsError, match=r"^Nothing was done: mount_point has to be .*/mnt/data") as caught:
                made(style, mount_point)
            assert str(caught.value).isprintable()
        if mount_point == "":
            # It stands for none.
            return
        said = await assistant.fail("get_mount_instructions", share="data", mount_point=mount_point)
        assert said.startswith("Nothing was done: mount_point has to be the absolute path of a folder")

    @pytest.mark.parametrize("mount_point", ["/mnt/data/", "//mnt//data", "/./mnt/./data/."])
    def test_a_mount_point_is_used_in_its_shortest_form(self, mount_point: str) -> None:
        for style in STYLES:
            assert made(style, mount_point) == made(style, "/mnt/data")

    @pytest.mark.parametrize("mount_point", ["/mnt/a:b", "/:", "/mnt/a/b:ro"])
    def test_a_mount_point_with_a_colon_is_refused_for_containers_alone(self, mount_point: str) -> None:
        for style in STYLES:
            if style in {"kubernetes", "docker-compose"}:
                with pytest.raises(NfsError, match=r"^Nothing was done: .* takes no mount_point with a colon"):
                    made(style, mount_point)
            else:
                assert made(style, mount_point).mount_point == mount_point

    def test_half_a_character_in_a_mount_point_is_refused(self) -> None:
        with pytest.raises(NfsError, match=r"^Nothing was done"):
            made("command", "/mnt/\ud800")

    @pytest.mark.parametrize(
        ("name", "mount_point"),
        [
            ("data", "/mnt/data"),
            ("Team A/../b", "/mnt/team-a-b"),
            ("-x", "/mnt/x"),
            ("..", "/mnt/nfs"),
            ("日本", "/mnt/nfs"),
            ("$(reboot)\n", "/mnt/reboot"),
            ("a" * 300, "/mnt/" + "a" * 40),
        ],
    )
    def test_the_default_mount_point_is_made_of_the_share_s_name(self, name: str, mount_point: str) -> None:
        assert default_mount_point(name) == mount_point

    def test_the_schema_refuses_every_mount_point_that_is_refused(self) -> None:
        argument: TypeAdapter[str] = TypeAdapter(arguments.OptionalMountPoint)

        @examples(300)
        @given(st.text(st.sampled_from("/.a \\-\n\x85é%\u2019\u05d0\u0301"), max_size=8).map("/".__add__))
        def check(mount_point: str) -> None:
            try:
                made("fstab", mount_point)
                taken = True
            except NfsError:
                taken = False
            try:
                argument.validate_python(mount_point)
                allowed = True
            except ValidationError:
                allowed = False
            assert taken == allowed

        check()

    def test_any_mount_point_that_is_taken_reads_back(self) -> None:
        @examples(200)
        @given(st.from_regex(r"/[^/]{0,18}[a-z]", fullmatch=True).filter(is_mount_point))
        def check(mount_point: str) -> None:
            command = made("command", mount_point)
            assert [shlex.split(line)[-1] for line in commands(command)[1:]] == [mount_point, mount_point]
            assert fstab_fields(content(made("fstab", mount_point)))[1] == mount_point
            systemd = made("systemd", mount_point)
            assert unit(systemd)["Mount"]["Where"].replace("%%", "%") == mount_point
            assert {path_of(file.rpartition("/")[2]) for file in files(systemd)} == {mount_point}
            assert yaml.safe_load(content(made("cloud-init", mount_point)))["runcmd"][-1] == ["mount", mount_point]
            if ":" in mount_point:
                return
            compose = yaml.safe_load(content(made("docker-compose", mount_point)))
            assert compose["services"]["app"]["volumes"][0]["target"] == mount_point.replace("$", "$$")

        check()


class TestSource:
    @pytest.mark.parametrize("host", ["10.128.0.5", "nfs.example.com", "nfs-1", "a" * 63])
    def test_a_name_or_address_is_a_host(self, host: str) -> None:
        assert made("command", host=host).source == f"{host}:/123456/{ID}"

    def test_an_ipv6_address_is_in_brackets_where_a_path_follows(self) -> None:
        found = {style: made(style, host="fd00::5") for style in STYLES}
        assert {view.source for view in found.values()} == {f"[fd00::5]:/123456/{ID}"}
        assert shlex.split(commands(found["command"])[-1])[-2] == f"[fd00::5]:/123456/{ID}"
        assert fstab_fields(content(found["fstab"]))[0] == f"[fd00::5]:/123456/{ID}"
        assert unit(found["systemd"])["Mount"]["What"] == f"[fd00::5]:/123456/{ID}"
        volume, _ = yaml.safe_load_all(content(found["kubernetes"]))
        assert volume["spec"]["nfs"]["server"] == "fd00::5"
        (compose,) = yaml.safe_load(content(found["docker-compose"]))["volumes"].values()
        assert compose["driver_opts"]["o"].startswith("addr=fd00::5,")

    @pytest.mark.parametrize(
        "host",
        [
            *("10.0.0.1 -o exec", "$(reboot)", "a'b", "a\n", "-o", "a,b", "a:b", "fe80::1%x y", "fe80::1%eth0", "a..b"),
            *("[::1]", "é", "a/b", "#", ".", "a.", "-a", "a-", "LABEL=x", "a" * 64, "a." * 130),
        ],
    )
    def test_a_text_that_is_not_a_host_is_refused(self, host: str) -> None:
        for style in STYLES:
            with pytest.raises(NfsError, match=r"^Nothing was done: the API's host") as caught:
                made(style, host=host)
            assert str(caught.value).isprintable()

    @pytest.mark.parametrize(
        "path",
        [
            *("a", "a/b", "-o", "/a\nb", "/a\0", "/a\u202eb", "/a\u2028", "/a ", "/a\\", "\n/"),
            *("/a\u2019", "/\u05d0", "/a\u2800", "/a\u0338", "/a\u2215b"),
        ],
    )
    def test_a_text_that_is_not_a_path_is_refused(self, path: str) -> None:
        for style in STYLES:
            with pytest.raises(NfsError, match=r"^Nothing was done: the API's path") as caught:
                made(style, mount_path=path)
            assert str(caught.value).isprintable()

    def test_the_root_can_be_mounted(self) -> None:
        assert made("command", mount_path="/").source == "10.128.0.5:/"


class TestWarnings:
    """Each is there when it applies, and only then."""

    def said(self, style: Style = "command", **changes: Any) -> str:
        return "\n".join(made(style, **changes).warnings)

    def test_a_status_that_is_not_active_is_warned_of(self) -> None:
        assert "It is RESIZING: mounting may fail until it is ACTIVE." in self.said(status="RESIZING")
        assert "It is CREATING" in self.said(status="CREATING")
        assert "It is" not in self.said()

    @pytest.mark.parametrize(
        "changes", [{"status": "INACTIVE", "vpc_ids": []}, {"vpc_ids": []}, {"status": "INACTIVE"}]
    )
    def test_a_share_in_no_vpc_is_warned_of(self, changes: dict[str, Any]) -> None:
        said = self.said(**changes)
        assert said.count("It is ") == 1
        assert "attached to no VPC" in said
        assert "attach_share" in said
        assert "Only machines" not in said

    def test_the_vpcs_that_reach_a_share_are_named(self) -> None:
        assert f"Only machines in VPC {VPC} reach it." in self.said()
        assert f"Only machines in VPCs {VPC}, {OTHER_VPC} reach it." in self.said(vpc_ids=[VPC, OTHER_VPC])
        named = self.said(vpc_ids=[VPC, OTHER_VPC], vpc_names={VPC: "team"})
        assert f'Only machines in VPCs "team", {OTHER_VPC} reach it.' in named
        assert "no VPC" not in self.said()

    @pytest.mark.parametrize(
        ("points", "warned"),
        [
            (None, set()),
            ([access_point("ROOT_SQUASH")], {"ROOT_SQUASH"}),
            ([access_point("ALL_SQUASH")], {"ALL_SQUASH"}),
            ([access_point("NO_SQUASH")], set()),
            ([access_point("SQUASH_OF_TOMORROW")], set()),
            ([access_point("ALL_SQUASH", is_default=False), access_point("ROOT_SQUASH")], {"ROOT_SQUASH"}),
            ([access_point("ROOT_SQUASH", is_default=False)], set()),
        ],
    )
    def test_users_are_warned_of_who_they_are_on_the_share(
        self, points: list[dict[str, Any]] | None, warned: set[str]
    ) -> None:
        said = self.said(access_points=points)
        assert set(re.findall(r"\w+_SQUASH", said)) == warned
        assert ("root can only read" in said) == (warned == {"ROOT_SQUASH"})
        assert ("Write as another user, without sudo" in said) == (warned == {"ROOT_SQUASH"})
        assert ("`ls -ld /mnt/data` shows who may" in said) == (warned == {"ROOT_SQUASH"})
        assert ("every user is nobody" in said) == (warned == {"ALL_SQUASH"})

    def test_what_shows_who_may_write_is_quoted_for_the_shell(self) -> None:
        share = a_share(access_points=[access_point("ROOT_SQUASH")])
        said = mount_instructions(share, "/mnt/my data", "ubuntu", ["command"]).text()
        assert "`ls -ld '/mnt/my data'` shows who may" in said

    @pytest.mark.parametrize(
        ("machine", "style", "means"),
        [
            ("ubuntu", "command", "Ubuntu with a command"),
            ("debian", "fstab", "Debian with fstab"),
            ("fedora", "systemd", "Fedora with systemd"),
            ("rhel", "docker-compose", "RHEL with Docker Compose"),
            ("ubuntu", "kubernetes", "Ubuntu with Kubernetes"),
        ],
    )
    def test_a_single_way_is_named_in_the_first_line(self, machine: Os, style: Style, means: str) -> None:
        assert made(style, machine=machine).text().splitlines()[0] == f'To mount share "data" on {means}:'

    @pytest.mark.parametrize("style", STYLES)
    def test_old_kernels_and_a_cluster_s_nodes_are_warned_of(self, style: Style) -> None:
        assert "Before Linux 5.3, leave out nconnect=8." in self.said(style)
        assert "Before RHEL 8.3, leave out nconnect=8." in made(style, machine="rhel").warnings
        assert ("Every node needs an NFS client" in self.said(style)) == (style == "kubernetes")

    @pytest.mark.parametrize("style", STYLES)
    def test_a_container_is_told_where_its_user_is_set(self, style: Style) -> None:
        said = self.said(style, access_points=[access_point("ROOT_SQUASH")])
        assert ("(in a container, set runAsUser)" in said) == (style == "kubernetes")
        assert ("(in a container, set user)" in said) == (style == "docker-compose")

    @pytest.mark.parametrize(
        ("points", "warned"),
        [
            (None, False),
            ([access_point("NO_SQUASH")], False),
            ([access_point("NO_SQUASH"), access_point("NO_SQUASH", is_default=False)], True),
            ([access_point("NO_SQUASH", is_default=False) | {"status": "ACCESS_POINT_DELETED"}], False),
        ],
    )
    def test_the_address_of_an_access_point_is_said_to_be_unknown(
        self, points: list[dict[str, Any]] | None, warned: bool
    ) -> None:
        said = self.said(access_points=points)
        assert ("is not documented: look in" in said and "control panel" in said) == warned

    @pytest.mark.parametrize(
        ("mount_point", "folder"),
        [
            *(("/etc", "/etc"), ("/usr", "/usr"), ("/usr/lib/x", "/usr"), ("/usr/", "/usr"), ("//etc/./a", "/etc")),
            *(("/home", "/home"), ("/var", "/var"), ("/var/lib", "/var/lib"), ("/usr/local", "/usr/local")),
            *(("/var/lib/docker", "/var/lib"), ("/var/lib/kubelet/pods", "/var/lib"), ("/var/log/journal", "/var/log")),
            *((f"/var/{name}/x", f"/var/{name}") for name in ("cache", "lock", "run", "snap", "spool")),
            *(
                ("/snap", "/snap"),
                ("/snap/core", "/snap"),
                ("/nix/store", "/nix"),
                ("/gnu", "/gnu"),
                ("/run/x", "/run"),
            ),
            *(
                (path, None)
                for path in ("/var/local/data", "/var/opt/x", "/var/tmp/x", "/var/libs", "/snaps", "/srv/nix")
            ),
            *(("/bin", "/bin"), ("/dev/shm", "/dev"), ("/proc", "/proc"), ("/sys", "/sys"), ("/boot", "/boot")),
            *((path, None) for path in ("/mnt", "/mnt/etc", "/srv/usr", "/var/www", "/home/data", "/usr/local/data")),
            *((path, None) for path in ("/etcetera", "/data", "/opt/data", "/mnt/data", "/media", "/Etc")),
        ],
    )
    def test_a_folder_of_the_system_is_warned_of(self, mount_point: str, folder: str | None) -> None:
        for style in STYLES:
            said = "\n".join(made(style, mount_point).warnings)
            assert re.findall(r"(\S+) holds what the machine needs", said) == ([folder] if folder else [])

    def test_two_ways_that_get_in_each_other_s_way_are_warned_of(self) -> None:
        for styles in ({"systemd", "command"}, {"systemd", "fstab"}, {*STYLES}, {"command", "fstab"}, {"systemd"}):
            told = mount_instructions(a_share(), "/mnt/data", "ubuntu", sorted(styles)).warnings  # type: ignore[arg-type]
            assert any("either style systemd or" in warning for warning in told) == (
                "systemd" in styles and styles != {"systemd"}
            )

    def test_each_warning_is_a_sentence_or_two(self) -> None:
        points = [access_point("ALL_SQUASH"), access_point("NO_SQUASH", is_default=False)]
        share = a_share(status="RESIZING", vpc_ids=[], access_points=points)
        rooted = a_share(access_points=[access_point("ROOT_SQUASH")])
        for which in (share, rooted):
            for warning in mount_instructions(which, "/etc", "ubuntu", STYLES).warnings:
                assert warning.endswith(".")
                assert warning.count(". ") <= 1


class TestText:
    @pytest.fixture(params=STYLES)
    def view(self, request: pytest.FixtureRequest) -> MountView:
        return made(request.param, access_points=[access_point("ROOT_SQUASH")], vpc_ids=[VPC, OTHER_VPC])

    def test_the_text_stands_by_itself_and_says_nothing_twice(self, view: MountView) -> None:
        said = view.text()
        for needed in ("data", ID, "/mnt/data", "10.128.0.5", f"/123456/{ID}", *commands(view), *view.warnings):
            assert needed in said
        for file, text in files(view).items():
            assert said.count(text) == (2 if file == "/etc/fstab" else 1)
        assert len(said.encode()) < 1300
        long = [line for line in said.split("\n") if len(line) > 40 and line not in files(view).values()]
        assert len(long) == len(set(long))

    def test_several_ways_say_what_they_share_once_and_each_of_them(self) -> None:
        both = mount_instructions(a_share(), "/mnt/data", "ubuntu", ["command", "fstab"])
        each = [made("command"), made("fstab")]
        assert both.prepare == each[0].prepare == each[1].prepare
        assert both.instructions == [instruction for view in each for instruction in view.instructions]
        said = both.text()
        assert len(said.encode()) < 900
        assert said.count("apt-get install") == said.count("mkdir -p") == said.count("Only machines") == 1
        assert said.index("mkdir") < said.index("\ncommand:\n") < said.index("\nfstab:\n") < said.index("Mind:")
        for needed in (*commands(both), *files(both).values(), *both.warnings):
            assert needed in said

    def test_ways_that_need_no_preparation_say_none(self) -> None:
        said = mount_instructions(a_share(), "/mnt/data", "ubuntu", ["cloud-init", "kubernetes"]).text()
        assert "first" not in said

    def test_all_ways_at_once_are_shown_in_the_order_that_was_asked_for(self) -> None:
        styles = [*reversed(STYLES)]
        view = mount_instructions(a_share(), "/mnt/data", "ubuntu", styles)
        assert [instruction.style for instruction in view.instructions] == styles
        assert re.findall(rf"^({'|'.join(styles)}):$", view.text(), re.MULTILINE) == styles

    def test_what_is_to_be_run_first_is_said_to_be_for_the_ways_that_need_it(self) -> None:
        need = [style for style in STYLES if made(style).prepare]
        said = mount_instructions(a_share(), "/mnt/data", "ubuntu", STYLES).text()
        assert f", first, for {' and '.join(need)}:\n" in said

    @pytest.mark.parametrize("mount_point", WITHOUT_COLON)
    @pytest.mark.parametrize("style", STYLES)
    def test_nothing_ends_a_block_before_its_end(self, style: Style, mount_point: str) -> None:
        said = made(style, mount_point, name="```\n```sh\nreboot").text()
        blocks = [token for token in MarkdownIt("commonmark").parse(said) if token.type == "fence"]
        assert [block.info for block in blocks] in (["yaml", "sh"], ["sh"], ["yaml"], ["text", "sh"])
        assert "reboot" not in [line for block in blocks for line in block.content.splitlines()]
        # Not even to who looks for the backticks alone.
        for block in blocks:
            assert block.markup not in block.content


def test_a_label_is_as_short_as_it_may_be() -> None:
    assert label("a" * 39 + "-b") == "a" * 39


@pytest.mark.parametrize("style", STYLES)
class TestNotMountable:
    @pytest.mark.parametrize("status", ["FAILED", "DELETED"])
    def test_a_share_that_can_never_be_mounted_says_so(self, style: Style, status: str) -> None:
        for share in (a_share(status=status), a_share(status=status, host=None, mount_path=None)):
            with pytest.raises(NfsError, match=f'^Share "data" is {status} and cannot be mounted'):
                mount_instructions(share, "/mnt/data", "ubuntu", [style])

    @pytest.mark.parametrize("missing", ["host", "mount_path"])
    def test_a_share_that_cannot_be_mounted_yet_says_what_to_do(self, style: Style, missing: str) -> None:
        with pytest.raises(NfsError, match=r"nothing to mount yet.*wait_until_ready"):
            mount_instructions(a_share(status="CREATING", **{missing: None}), "/mnt/data", "ubuntu", [style])
        with pytest.raises(NfsError, match=r"nothing to mount yet.*attach_share"):
            mount_instructions(a_share(status="INACTIVE", **{missing: None}), "/mnt/data", "ubuntu", [style])

"""What the tool says of mounting a share, carried out as it stands on the machine."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
from do_nfs_mcp.api.client import NfsApi
from do_nfs_mcp.server import build_server
from do_nfs_mcp.storage.mounting import Style
from do_nfs_sandbox import Sandbox, SandboxTransport
from markdown_it import MarkdownIt
from mcp import Client

from mounting import machine

_PROGRAM = Path(__file__).with_name("program.py")
_SHARE = "sammy-share-drive"
# On a machine that has nothing else to do it takes a fifth of this.
_SECONDS_TO_BOOT = 200
_SECONDS_EACH = 60


@dataclass(frozen=True)
class Trial:
    """One way to mount a share at one place.

    Attributes:
        host: Where the share is, by the API.
        path: Its path there, by the API.
    """

    style: Style
    mount_point: str
    host: str = "10.128.0.5"
    path: str = "/123456/0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d"


@dataclass(frozen=True)
class Instructions:
    """What the tool says.

    Attributes:
        source: What the mount's source will be.
        code: The text's one block of shell commands, or for cloud-init the user data.
    """

    trial: Trial
    source: str
    code: str


async def ask(trial: Trial) -> Instructions:
    """Ask the server how to mount the sandbox's only share.

    Raises:
        ValueError: If it refuses to say; the text is its own.
    """
    with Sandbox(seed="examples") as sandbox:

        def api() -> NfsApi:
            return NfsApi.connect("http://sandbox", "dop_v1_" + "0" * 64, transport=_Elsewhere(sandbox, trial))

        async with Client(build_server(api)) as client:
            said = await client.call_tool(
                "get_mount_instructions",
                {"share": _SHARE, "mount_point": trial.mount_point, "os": "debian", "style": [trial.style]},
            )
    (content,) = said.content
    if said.is_error or not said.structured_content or content.type != "text":
        raise ValueError(str(content))
    language = "yaml" if trial.style == "cloud-init" else "sh"
    (block,) = (token for token in MarkdownIt().parse(content.text) if token.info == language)
    return Instructions(trial, said.structured_content["source"], block.content)


def carry_out(instructions: Sequence[Instructions]) -> list[str | None]:
    """Do what the instructions say on one machine, and read and write the share as somebody who is not root.

    Returns:
        For each in order what went wrong, or None.

    Raises:
        RuntimeError: If the machine did not get to the end.
    """
    told = [
        {**asdict(each.trial), "number": number, "source": each.source, "code": each.code}
        for number, each in enumerate(instructions)
    ]
    files = {"program.py": _PROGRAM.read_bytes(), "trials.json": json.dumps(told).encode()}
    problems = dict(machine.run(files, _SECONDS_TO_BOOT + len(told) * _SECONDS_EACH))
    return [problems[number] for number in range(len(told))]


class _Elsewhere(httpx.AsyncBaseTransport):
    """Answers like a sandbox whose shares are where a trial has them."""

    def __init__(self, sandbox: Sandbox, trial: Trial) -> None:
        self._sandbox = SandboxTransport(sandbox)
        self._place = {"host": trial.host, "mount_path": trial.path}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._sandbox.handle_async_request(request)
        return httpx.Response(answer.status_code, json=json.loads(await answer.aread(), object_hook=self._moved))

    def _moved(self, value: dict[str, Any]) -> dict[str, Any]:
        return value | self._place if self._place.keys() <= value.keys() else value

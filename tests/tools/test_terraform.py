"""The tool that writes storage as Terraform takes a region, names or nothing, and reads no more than it has to."""

from typing import Any

import httpx
import pytest
from do_nfs_mcp.observability.failure import META_KEY
from do_nfs_sandbox import Sandbox
from mcp import MCPError

from ..support.api_answers import SHARE, example
from ..support.calling import text_of
from ..support.constants import OTHER_VPC, VPC
from ..support.in_memory import Assistant, Connect
from ..support.terraform import TerraformFile, parsed

pytestmark = pytest.mark.anyio


async def exported(assistant: Assistant, **arguments: Any) -> TerraformFile:
    """What the tool writes, which the provider takes, whether it is in the text or only read as a resource."""
    found = await assistant.succeed("export_terraform", **arguments)
    (read,) = (await assistant.client.read_resource(found["resource"])).contents
    assert read.mime_type == "text/plain"
    assert read.model_dump()["text"] == found["hcl"]
    file = parsed(found["hcl"])
    file.check()
    return file


async def test_all_of_a_share_is_exported(assistant: Assistant, share: dict[str, Any]) -> None:
    await assistant.succeed("attach_share", share="data", vpc_id=OTHER_VPC)
    point = {"name": "team-a", "path": "/exports/a", "vpc_id": OTHER_VPC}
    await assistant.succeed("create_access_point", share="data", **point)
    await assistant.succeed("create_snapshot", share="data", name="nightly")
    attachment = f"digitalocean_nfs_attachment.data_{OTHER_VPC[:8]}"
    without = await exported(assistant)
    assert without.imports["digitalocean_nfs.data"] == f"{share['id']},atl1"
    assert list(without.resources) == [
        "digitalocean_nfs.data",
        attachment,
        "digitalocean_nfs_access_point.data_team_a",
    ]
    whole = await exported(assistant, include_snapshots=True)
    assert whole.resources.keys() - without.resources.keys() == {"digitalocean_nfs_snapshot.data_nightly"}


async def test_an_account_without_shares_gives_a_file_without_resources(assistant: Assistant) -> None:
    result = await assistant.call("export_terraform")
    assert text_of(result).startswith("0 shares, 0 attachments, 0 access points:\n```hcl\n# ")
    assert (await exported(assistant)).resources == {}


async def test_a_region_or_names_narrow_it_down(connect: Connect, sandbox: Sandbox) -> None:
    sandbox.seed("team")
    async with connect() as assistant:
        ids = {
            (share["name"], share["region"]): share["id"]
            for share in (await assistant.succeed("list_shares", limit=100))["shares"]
        }
        ams3 = await exported(assistant, region="ams3", include_snapshots=True)
        assert ams3.imports == {"digitalocean_nfs.data": f"{ids['data', 'ams3']},ams3"}
        named = await exported(assistant, shares=["web-assets", ids["data", "nyc2"]])
        assert [i for i in named.imports.values() if "," in i] == [
            f"{ids['web-assets', 'nyc2']},nyc2",
            f"{ids['data', 'nyc2']},nyc2",
        ]
        assert "digitalocean_nfs_snapshot" not in str(named.resources.keys())
        twice = await exported(assistant, shares=["web-assets", ids["web-assets", "nyc2"]], include_snapshots=True)
        assert [a for a in twice.resources if a.startswith("digitalocean_nfs.")] == ["digitalocean_nfs.web_assets"]
        snapshots = [each for address, each in twice.resources.items() if "_snapshot." in address]
        assert {each["share_id"] for each in snapshots} == {"digitalocean_nfs.web_assets.id"}


async def test_a_region_without_shares_is_refused_with_those_that_have_some(
    connect: Connect, assistant: Assistant, sandbox: Sandbox
) -> None:
    said = await assistant.fail("export_terraform", region="ams3")
    assert said.endswith('there is no share in "ams3". There is none in any other region, either.')
    sandbox.seed("team")
    for region in ("sfo9", "lon1"):
        result = await assistant.call("export_terraform", region=region)
        assert result.is_error
        assert (result.meta or {})[META_KEY]["kind"] == "not_found"
        assert text_of(result).endswith("There are shares in ams3, atl1, mem1, nyc2, ric1.")
        with pytest.raises(MCPError, match="There are shares in ams3"):
            await assistant.client.read_resource(f"nfs://terraform?region={region}")


async def test_a_region_with_nothing_but_snapshots_is_exported_with_them(connect: Connect) -> None:
    taken = [{**snapshot, "name": "kept"} for snapshot in example("list_snapshots")[1]["snapshots"][:1]]

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"snapshots": taken, "shares": []})

    async with connect(transport=httpx.MockTransport(answer)) as assistant:
        file = await exported(assistant, region="ams3", include_snapshots=True)
        assert list(file.resources) == ["digitalocean_nfs_snapshot.share_kept"]
        assert "There is none in any other region" in await assistant.fail("export_terraform", region="ams3")


async def test_a_named_share_in_another_region_is_refused(assistant: Assistant, share: dict[str, Any]) -> None:
    await exported(assistant, shares=["data"], region="atl1")
    said = await assistant.fail("export_terraform", shares=["data"], region="nyc2")
    assert said.startswith(f'Nothing was done: share "data" ({share["id"]}) is in atl1, not in nyc2.')


async def test_a_name_that_no_share_has_exports_nothing(assistant: Assistant, share: dict[str, Any]) -> None:
    result = await assistant.call("export_terraform", shares=["data", "nowhere"])
    assert result.is_error
    assert (result.meta or {})[META_KEY]["kind"] == "not_found"
    assert 'no share has the name or id "nowhere"' in text_of(result)


async def test_a_name_that_several_shares_have_exports_nothing(connect: Connect, sandbox: Sandbox) -> None:
    sandbox.seed("team")
    async with connect() as assistant:
        assert "2 shares are named" in await assistant.fail("export_terraform", shares=["data"])


@pytest.mark.parametrize("shares", [[1], "data,", [None]])
async def test_what_are_no_names_are_refused(assistant: Assistant, shares: object) -> None:
    assert "shares" in await assistant.fail("export_terraform", shares=shares)


async def test_access_points_are_read_with_the_shares_that_show_them(
    assistant: Assistant, share: dict[str, Any], sent: list[httpx.Request]
) -> None:
    await assistant.succeed("export_terraform")
    # The names of VPCs were read a moment ago.
    assert [request.url.path for request in sent] == ["/v2/nfs"]


async def test_access_points_are_listed_where_the_api_does_not_show_them(
    connect: Connect, sent: list[httpx.Request]
) -> None:
    points = example("list_access_points")[1]["access_points"]
    own = {**points[0], "name": "own", "path": "/own", "is_default": False, "vpc_id": VPC}

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/access_points"):
            return httpx.Response(200, json={"access_points": [*points, own]})
        if request.url.path == "/v2/vpcs":
            vpc = {"id": VPC, "name": "apps", "region": "atl1", "created_at": "2022-06-01T00:00:00Z"}
            return httpx.Response(200, json={"vpcs": [vpc]})
        shares = [{name: value for name, value in SHARE.items() if name != "access_points"}]
        return httpx.Response(200, json={"shares": shares})

    async with connect(transport=httpx.MockTransport(answer)) as assistant:
        exported = await assistant.succeed("export_terraform")
    assert exported["access_points"] == 1
    assert exported["hcl"].count(f'= "{VPC}" # "apps"\n') == 2
    assert [request.url.path.rpartition("/")[2] for request in sent] == ["nfs", "access_points", "vpcs"]


async def test_a_large_account_s_text_is_short_and_its_file_whole(connect: Connect, sandbox: Sandbox) -> None:
    sandbox.seed({"scenario": "many", "shares": 200})
    async with connect() as assistant:
        result = await assistant.call("export_terraform")
        assert len(text_of(result)) < 2000
        assert result.structured_content
        assert len(parsed(result.structured_content["hcl"]).imports) > 150


async def test_a_read_only_server_exports(connect: Connect, share: dict[str, Any]) -> None:
    async with connect(read_only=True) as assistant:
        assert (await exported(assistant)).imports

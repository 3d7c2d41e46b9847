"""What people ask for, and the conversations that get it done. Ids come from the texts alone."""

import json
import re
from typing import Any, ClassVar

from do_nfs_sandbox import Fault
from mcp_types import ElicitResult

from .clock import Clock
from .constants import OTHER_VPC, VPC
from .conversations import READY_AFTER, Scenario, State, Talk, found

_NOW, _DAY = Clock().now, 86400
_IDS = [f"0a1b2c3d-0000-4000-8000-00000000000{n}" for n in range(3)]
_POLICY = {
    "anonuid": 65534,
    "anongid": 65534,
    "protocols": ["NFS4"],
    "squash_config": "ROOT_SQUASH",
    "identity_enforcement_enabled": False,
}


# What a model does with the JSON that a plain server gives.


def _by_name(answer: Any, name: str) -> Any:
    return next(item for items in answer.values() if isinstance(items, list) for item in items if item["name"] == name)


def _is_made(answer: Any) -> bool:
    return "CREATING" not in next(iter(answer.values()))["status"]


async def _create(talk: Talk, **arguments: Any) -> Any:
    """Creates a share on a plain server and waits for it."""
    made = (await talk.read("create_share", **arguments))["share"]
    return (await talk.until(_is_made, "get_share", nfs_id=made["id"]))["share"]


def _the_share(state: State, name: str) -> dict[str, Any]:
    (share,) = [share for share in state["shares"] if share["name"] == name]
    return share


class NewCluster(Scenario):
    """200 GiB of shared storage for my cluster in atl1, and tell me how to mount it in Kubernetes."""

    title = "a new cluster"

    async def ours(self, talk: Talk) -> None:
        made = await talk("create_share", name="cluster", region="atl1", size_gib=200)
        vpc = found(r'It took VPC "([^"]+)", the default one', made)
        share = found(r'share "cluster" \(ID\) in atl1: ACTIVE, 200 GiB', made)
        assert "get_mount_instructions" in made
        said = await talk("get_mount_instructions", share=share, style="kubernetes")
        host, path = found(r"mount ([\d.]+):/", made), found(r"mount [\d.]+:(/[^,]+)", made)
        assert "kind: PersistentVolumeClaim" in said
        assert "storage: 200Gi" in said
        assert f"server: {json.dumps(host)}" in said
        assert f"path: {json.dumps(path)}" in said
        assert "kubectl apply -f " in said
        assert f'Only machines in VPC "{vpc}" reach it' in said

    async def plain(self, talk: Talk) -> None:
        vpc = _by_name(await talk.read("list_vpcs"), "default-atl1")
        share = await _create(talk, name="cluster", region="atl1", size_gib=200, vpc_ids=[vpc["id"]])
        # The manifest is for the model to write.
        assert share["host"]
        assert share["mount_path"]

    def outcome(self, state: State) -> None:
        share = _the_share(state, "cluster")
        assert (share["status"], share["region"], share["size_gib"]) == ("ACTIVE", "atl1", 200)
        assert share["vpc_ids"] == [VPC]


class FullDisk(Scenario):
    """web-assets is full. Give it half as much again."""

    title = "a full disk"
    seed = "team"

    async def ours(self, talk: Talk) -> None:
        said = await talk("resize_share", share="web-assets", add_percent=50)
        assert said.startswith("Done. It grew from 500 to 750 GiB. Mounts see it by themselves")
        assert not talk.asked

    async def plain(self, talk: Talk) -> None:
        share = _by_name(await talk.read("list_shares"), "web-assets")
        size_gib = share["size_gib"] * 3 // 2
        await talk("create_share_action", nfs_id=share["id"], type="resize", params={"size_gib": size_gib})
        await talk.until(lambda seen: seen["share"]["size_gib"] == size_gib, "get_share", nfs_id=share["id"])

    def outcome(self, state: State) -> None:
        assert _the_share(state, "web-assets")["size_gib"] == 750


class Migration(Scenario):
    """Move the share render from the VPC it is in to apps-atl1."""

    title = "a move to another VPC"
    seed: ClassVar = {"shares": [{"name": "render", "region": "atl1", "size_gib": 500, "vpc_ids": [VPC]}]}

    async def ours(self, talk: Talk) -> None:
        said = await talk("reassign_share", share="render", new_vpc_id="apps-atl1")
        moved = 'from VPC "default-atl1" to VPC "apps-atl1"'
        assert said.startswith(f"Done. It moved {moved}.")
        assert "The person was asked and agreed." in said
        (question,) = talk.asked
        assert f'from VPC "default-atl1" ({VPC}) to VPC "apps-atl1" ({OTHER_VPC})' in question

    async def plain(self, talk: Talk) -> None:
        share = _by_name(await talk.read("list_shares"), "render")
        new = _by_name(await talk.read("list_vpcs"), "apps-atl1")["id"]
        params = {"old_vpc_id": share["vpc_ids"][0], "new_vpc_id": new}
        await talk("create_share_action", nfs_id=share["id"], type="reassign", params=params)
        await talk.until(lambda seen: seen["share"]["vpc_ids"] == [new], "get_share", nfs_id=share["id"])

    def outcome(self, state: State) -> None:
        assert _the_share(state, "render")["vpc_ids"] == [OTHER_VPC]
        assert _the_share(state, "render")["status"] == "ACTIVE"


class CleanUp(Scenario):
    """Clean up the snapshots of all shares: keep the last three of each."""

    title = "monthly clean-up of snapshots"
    names = ("builds", "docs", "media")
    seed: ClassVar = {
        "shares": [
            {"id": share_id, "name": name, "region": "nyc2", "size_gib": 100}
            for share_id, name in zip(_IDS, names, strict=True)
        ],
        "snapshots": [
            {"share_id": share_id, "name": f"monthly-{month}", "created_at": _NOW - (7 - month) * 30 * _DAY}
            for share_id in _IDS
            for month in range(1, 7)
        ],
    }

    async def ours(self, talk: Talk) -> None:
        shares = await talk("list_shares")
        for name in self.names:
            said = await talk("prune_snapshots", share=found(rf'"{name}" \(ID\)', shares), keep_last=3)
            assert re.match(r'Deleted 3 snapshots of share "[a-z-]+" and kept 3\.', said)
            deleted, _, kept = said.partition("Kept: ")
            assert [f'"monthly-{month}"' in deleted for month in range(1, 7)] == [True] * 3 + [False] * 3
            assert [f'"monthly-{month}"' in kept for month in range(1, 7)] == [False] * 3 + [True] * 3
        assert len(talk.asked) == 3
        assert all('"monthly-1"' in question and "3 will be kept" in question for question in talk.asked)

    async def plain(self, talk: Talk) -> None:
        snapshots = (await talk.read("list_snapshots"))["snapshots"]
        for share in (await talk.read("list_shares"))["shares"]:
            mine = sorted((s for s in snapshots if s["share_id"] == share["id"]), key=lambda s: s["created_at"])
            for snapshot in mine[:-3]:
                await talk("delete_snapshot", nfs_snapshot_id=snapshot["id"])

    def outcome(self, state: State) -> None:
        for share in state["shares"]:
            left = sorted(s["name"] for s in state["snapshots"] if s["share_id"] == share["id"])
            assert left == ["monthly-4", "monthly-5", "monthly-6"]


class ReadOnlyToken(Scenario):
    """Take a snapshot of web-assets before I deploy. If that does not work: which is the newest there is?"""

    title = "a token that may only read"
    seed = "team"
    scopes = ("nfs:list", "nfs:read")

    async def ours(self, talk: Talk) -> None:
        said = await talk.refused("create_snapshot", share="web-assets", name="before-deploy")
        assert "403" in said
        assert "nfs:create" in said
        assert "Trying again will not help" in said
        newest = await talk("list_snapshots", share="web-assets", limit=1)
        assert '1 of 3 snapshots:\n- snapshot "weekly-2"' in newest

    async def plain(self, talk: Talk) -> None:
        share = _by_name(await talk.read("list_shares"), "web-assets")
        params = {"name": "before-deploy"}
        await talk.refused("create_share_action", nfs_id=share["id"], type="snapshot", params=params)
        snapshots = (await talk.read("list_snapshots", share_id=share["id"]))["snapshots"]
        assert max(snapshots, key=lambda s: s["created_at"])["name"] == "weekly-2"

    def outcome(self, state: State) -> None:
        assert "before-deploy" not in {snapshot["name"] for snapshot in state["snapshots"]}


class FailedShare(Scenario):
    """Make a share of 100 GiB named scratch in nyc2."""

    title = "a share that fails while it is made"
    faults = (Fault("fail", operation="create_share"),)

    async def ours(self, talk: Talk) -> None:
        made = await talk("create_share", name="scratch", region="nyc2", size_gib=100)
        assert "The share is FAILED" in made
        assert "Delete it and create another" in made
        failed = found(r'"scratch" \(ID\) in nyc2: FAILED', made)
        assert (await talk("delete_share", share=failed)).startswith("Deleted ")
        again = await talk("create_share", name="scratch", region="nyc2", size_gib=100)
        assert found(r'"scratch" \(ID\) in nyc2: ACTIVE', again) != failed
        assert len(talk.asked) == 1

    async def plain(self, talk: Talk) -> None:
        vpc = _by_name(await talk.read("list_vpcs"), "default-nyc2")
        wanted = {"name": "scratch", "region": "nyc2", "size_gib": 100, "vpc_ids": [vpc["id"]]}
        share = await _create(talk, **wanted)
        assert share["status"] == "FAILED"
        await talk("delete_share", nfs_id=share["id"])
        assert (await _create(talk, **wanted))["status"] == "ACTIVE"

    def outcome(self, state: State) -> None:
        assert _the_share(state, "scratch")["status"] == "ACTIVE"


class CannotAsk(Scenario):
    """Delete the snapshots of web-assets that are older than a month."""

    title = "a host that cannot ask"
    seed = "team"
    asks = False
    # A plain server deletes: what keeps it from that is the assistant's word alone.
    compared = False

    async def ours(self, talk: Talk) -> None:
        planned = await talk("prune_snapshots", share="web-assets", older_than_days=30, plan=True)
        assert re.match(r'Nothing was done\. It would delete 1 snapshot of share "web-assets" and keep 2\.', planned)
        share = found('of share "([^"]+)"', planned)
        said = await talk.refused("prune_snapshots", share=share, older_than_days=30)
        assert "Nothing was done" in said
        assert "no way to ask" in said
        assert "Trying again will not help" in said
        assert "--destructive" not in said

    async def plain(self, talk: Talk) -> None:
        share = _by_name(await talk.read("list_shares"), "web-assets")
        snapshots = await talk.read("list_snapshots", share_id=share["id"])
        await talk("delete_snapshot", nfs_snapshot_id=_by_name(snapshots, "before-redesign")["id"])

    def outcome(self, state: State) -> None:
        assert "before-redesign" in {snapshot["name"] for snapshot in state["snapshots"]}

    def plain_outcome(self, state: State) -> None:
        assert "before-redesign" not in {snapshot["name"] for snapshot in state["snapshots"]}


class TwoOfOneName(Scenario):
    """data needs 200 GiB. - Which one? - The one in ams3."""

    title = "two shares of one name"
    seed = "team"

    async def ours(self, talk: Talk) -> None:
        said = await talk.refused("resize_share", share="data", size_gib=200)
        assert '2 shares are named "data"' in said
        share = found(r"ID \(ams3, 100 GiB, ACTIVE\)", said)
        assert found(r"ID \(nyc2, 2048 GiB, ACTIVE\)", said) != share
        assert "200 GiB" in await talk("resize_share", share=share, size_gib=200)

    async def plain(self, talk: Talk) -> None:
        shares = (await talk.read("list_shares"))["shares"]
        share = next(share for share in shares if share["name"] == "data" and share["region"] == "ams3")
        await talk("create_share_action", nfs_id=share["id"], type="resize", params={"size_gib": 200})
        await talk.until(lambda seen: seen["share"]["size_gib"] == 200, "get_share", nfs_id=share["id"])

    def outcome(self, state: State) -> None:
        assert {s["region"]: s["size_gib"] for s in state["shares"] if s["name"] == "data"} == {
            "nyc2": 2048,
            "ams3": 200,
        }


class DeleteWithSnapshots(Scenario):
    """We are done with old-builds: delete it and all that belongs to it."""

    title = "a share with snapshots is deleted"
    seed: ClassVar = {
        "shares": [
            {"id": _IDS[0], "name": "old-builds", "region": "ric1", "size_gib": 1000},
            {"name": "builds", "region": "ric1", "size_gib": 1000},
        ],
        "snapshots": [
            {"share_id": _IDS[0], "name": f"weekly-{n}", "created_at": _NOW - n * 7 * _DAY} for n in (1, 2, 3)
        ],
    }

    async def ours(self, talk: Talk) -> None:
        said = await talk.refused("delete_share", share="old-builds")
        assert "it has 3 snapshots" in said
        assert "try again with delete_snapshots: true" in said
        deleted = await talk("delete_share", share="old-builds", delete_snapshots=True)
        assert deleted.startswith('Deleted share "old-builds"')
        assert "with 3 snapshots (" in deleted
        assert deleted.endswith(". The person was asked and agreed.")
        (question,) = talk.asked
        assert all(f'"weekly-{n}"' in question for n in (1, 2, 3))

    async def plain(self, talk: Talk) -> None:
        share = _by_name(await talk.read("list_shares"), "old-builds")
        for snapshot in (await talk.read("list_snapshots", share_id=share["id"]))["snapshots"]:
            await talk("delete_snapshot", nfs_snapshot_id=snapshot["id"])
        await talk("delete_share", nfs_id=share["id"])

    def outcome(self, state: State) -> None:
        assert [share["name"] for share in state["shares"]] == ["builds"]
        assert not state["snapshots"]


class TeamExport(Scenario):
    """Let the design team mount the folder /design of media from apps-atl1. - They are done, take it away again."""

    title = "an export for one team, and its end"
    seed: ClassVar = {"shares": [{"name": "media", "region": "atl1", "size_gib": 500, "vpc_ids": [VPC]}]}

    async def ours(self, talk: Talk) -> None:
        made = await talk("create_access_point", share="media", name="design", path="/design", vpc_id="apps-atl1")
        assert found(r'access point "design" \(ID\) .*: ACCESS_POINT_ACTIVE, path "/design"', made)
        assert 'The share is not attached to VPC "apps-atl1"' in made
        assert "attach_share" in made
        deleted = await talk("delete_access_point", share="media", access_point="design")
        assert deleted.startswith('Deleted access point "design"')
        assert len(talk.asked) == 1
        assert "The files stay" in talk.asked[0]

    async def plain(self, talk: Talk) -> None:
        share = _by_name(await talk.read("list_shares"), "media")["id"]
        vpc = _by_name(await talk.read("list_vpcs"), "apps-atl1")["id"]
        made = await talk.read(
            "create_access_point", share_id=share, name="design", path="/design", vpc_id=vpc, access_policy=_POLICY
        )
        point = made["access_point"]["id"]
        await talk.until(_is_made, "get_access_point", access_point_id=point)
        await talk("delete_access_point", access_point_id=point)

    def outcome(self, state: State) -> None:
        assert {p["name"]: p["status"] for p in state["access_points"]} == {
            "default": "ACCESS_POINT_ACTIVE",
            "design": "ACCESS_POINT_DELETED",
        }


class BackupFirst(Scenario):
    """Raise render to the high tier, but take a snapshot before that."""

    title = "a backup before a risky change"
    seed: ClassVar = {"shares": [{"name": "render", "region": "atl1", "size_gib": 500, "vpc_ids": [VPC]}]}

    async def ours(self, talk: Talk) -> None:
        taken = await talk("create_snapshot", share="render", name="before-high-tier")
        assert taken.startswith("Done.")
        share = found(r'snapshot "before-high-tier" .* of share "([^"]+)" in atl1: ACTIVE', taken)
        raised = await talk("switch_performance_tier", share=share)
        assert raised.startswith("Done.")
        assert "high tier" in raised

    async def plain(self, talk: Talk) -> None:
        share = _by_name(await talk.read("list_shares"), "render")["id"]
        params = {"name": "before-high-tier"}
        action = await talk.read("create_share_action", nfs_id=share, type="snapshot", params=params)
        await talk.until(_is_made, "get_snapshot", nfs_snapshot_id=action["action"]["resource_id"])
        params = {"performance_tier": "high"}
        await talk("create_share_action", nfs_id=share, type="switch_performance_tier", params=params)
        tier = "PERFORMANCE_TIER_HIGH"
        await talk.until(lambda seen: seen["share"]["performance_tier"] == tier, "get_share", nfs_id=share)

    def outcome(self, state: State) -> None:
        assert _the_share(state, "render")["performance_tier"] == "high"
        assert [(s["name"], s["status"]) for s in state["snapshots"]] == [("before-high-tier", "ACTIVE")]


class Audit(Scenario):
    """What storage do we have, and what is wrong with it?"""

    title = "an audit of the whole account"
    seed = "team"

    async def ours(self, talk: Talk) -> None:
        said = await talk("get_storage_overview")
        assert "In all: 6 shares, 2648 GiB usable, 250 GiB CREATING, 16000 GiB FAILED, 8192 GiB INACTIVE" in said
        assert '"ml-scratch"' in said
        assert found(r'snapshot "broken" \(ID\)', said)
        assert 'inactive (1): "archive-2023" (attached to no VPC)' in said
        assert found(r'no snapshot for 7 days \(3\): "data" \(ID\) \(never snapshotted\)', said)
        assert "Next: delete_share" in said
        assert "delete_snapshot for a FAILED snapshot" in said

    async def plain(self, talk: Talk) -> None:
        shares = (await talk.read("list_shares"))["shares"]
        assert sum(share["size_gib"] for share in shares) == 27090
        assert _by_name(await talk.read("list_snapshots"), "broken")["status"] == "FAILED"

    def outcome(self, state: State) -> None:
        assert len(state["shares"]) == 6


class SlowShare(Scenario):
    """Make a share of 8 TiB named archive in ams3, and say when it is there."""

    title = "a share that takes longer than a call waits"
    ready_after = 3 * READY_AFTER

    async def ours(self, talk: Talk) -> None:
        made = await talk("create_share", name="archive", region="ams3", size_gib=8192)
        assert made.startswith("Started, but not there yet.")
        assert "Do not create it again" in made
        share = found("wait_until_ready with share ID goes on waiting", made)
        ready = await talk("wait_until_ready", share=share)
        assert ready.startswith("Done.")
        assert found(r'"archive" \(ID\) in ams3: ACTIVE', ready) == share

    async def plain(self, talk: Talk) -> None:
        vpc = _by_name(await talk.read("list_vpcs"), "default-ams3")
        share = await _create(talk, name="archive", region="ams3", size_gib=8192, vpc_ids=[vpc["id"]])
        assert share["status"] == "ACTIVE"

    def outcome(self, state: State) -> None:
        assert _the_share(state, "archive")["status"] == "ACTIVE"


class SaysNo(Scenario):
    """Delete ml-scratch. - No, wait, leave it."""

    title = "the person says no"
    seed = "team"
    answer = staticmethod(lambda question, fields: ElicitResult(action="decline"))

    async def ours(self, talk: Talk) -> None:
        said = await talk.refused("delete_share", share="ml-scratch")
        assert "Nothing was done: the person said no" in said
        (question,) = talk.asked
        assert '"ml-scratch"' in question
        assert "every file on it are lost" in question

    async def plain(self, talk: Talk) -> None:
        # What it asks the person about, in the chat.
        assert _by_name(await talk.read("list_shares"), "ml-scratch")["id"]

    def outcome(self, state: State) -> None:
        assert _the_share(state, "ml-scratch")["status"] == "FAILED"


class OneMoreVpc(Scenario):
    """The machines in apps-atl1 need media as well."""

    title = "one more VPC"
    seed: ClassVar = {"shares": [{"name": "media", "region": "atl1", "size_gib": 500, "vpc_ids": [VPC]}]}

    async def ours(self, talk: Talk) -> None:
        said = await talk("attach_share", share="media", vpc_id="apps-atl1")
        assert said.startswith('Done. It is attached to VPC "apps-atl1".')
        assert 'VPCs "default-atl1", "apps-atl1"' in said

    async def plain(self, talk: Talk) -> None:
        share = _by_name(await talk.read("list_shares"), "media")["id"]
        vpc = _by_name(await talk.read("list_vpcs"), "apps-atl1")["id"]
        await talk("create_share_action", nfs_id=share, type="attach", params={"vpc_id": vpc})
        await talk.until(lambda seen: vpc in seen["share"]["vpc_ids"], "get_share", nfs_id=share)

    def outcome(self, state: State) -> None:
        assert _the_share(state, "media")["vpc_ids"] == [VPC, OTHER_VPC]


class WrongRegion(Scenario):
    """Move media to apps-nyc2. - That cannot be? Then to apps-atl1."""

    title = "a VPC of another region"
    seed: ClassVar = {"shares": [{"name": "media", "region": "atl1", "size_gib": 500, "vpc_ids": [VPC]}]}
    # The sandbox takes any VPC, and a plain server sends it.
    compared = False

    async def ours(self, talk: Talk) -> None:
        said = await talk.refused("reassign_share", share="media", new_vpc_id="apps-nyc2")
        assert "is in nyc2, and a share in atl1 takes VPCs of that region alone" in said
        assert not talk.asked
        right = found('VPCs in atl1: .*"(apps-[a-z0-9]+)"', said)
        assert (await talk("reassign_share", share="media", new_vpc_id=right)).startswith("Done.")

    async def plain(self, talk: Talk) -> None:
        share = _by_name(await talk.read("list_shares"), "media")
        new = _by_name(await talk.read("list_vpcs"), "apps-nyc2")["id"]
        params = {"old_vpc_id": share["vpc_ids"][0], "new_vpc_id": new}
        await talk("create_share_action", nfs_id=share["id"], type="reassign", params=params)
        await talk.until(lambda seen: seen["share"]["vpc_ids"] == [new], "get_share", nfs_id=share["id"])

    def outcome(self, state: State) -> None:
        assert _the_share(state, "media")["vpc_ids"] == [OTHER_VPC]

    def plain_outcome(self, state: State) -> None:
        assert _the_share(state, "media")["vpc_ids"] != [OTHER_VPC]


class CostFirst(Scenario):
    """What would 100 GiB more for render change? - Do it."""

    title = "the effect first, then the change"
    seed: ClassVar = {"shares": [{"name": "render", "region": "atl1", "size_gib": 500, "vpc_ids": [VPC]}]}

    async def ours(self, talk: Talk) -> None:
        planned = await talk("resize_share", share="render", add_gib=100, plan=True)
        assert planned.startswith("Nothing was done. It would grow from 500 to 600 GiB, cost more")
        assert (await talk("resize_share", share="render", size_gib=600)).startswith("Done. It grew from 500 to 600")

    async def plain(self, talk: Talk) -> None:
        share = _by_name(await talk.read("list_shares"), "render")["id"]
        await talk("create_share_action", nfs_id=share, type="resize", params={"size_gib": 600})
        await talk.until(lambda seen: seen["share"]["size_gib"] == 600, "get_share", nfs_id=share)

    def outcome(self, state: State) -> None:
        assert _the_share(state, "render")["size_gib"] == 600


class TooLarge(Scenario):
    """render is far too large, make it 200 GiB. - Then leave it."""

    title = "a share that cannot shrink"
    seed: ClassVar = {"shares": [{"name": "render", "region": "atl1", "size_gib": 500, "vpc_ids": [VPC]}]}

    async def ours(self, talk: Talk) -> None:
        said = await talk.refused("resize_share", share="render", size_gib=200)
        assert "has 500 GiB, and a share never shrinks" in said
        assert "create_share with 200 GiB, copy the files" in said

    async def plain(self, talk: Talk) -> None:
        share = _by_name(await talk.read("list_shares"), "render")["id"]
        await talk.refused("create_share_action", nfs_id=share, type="resize", params={"size_gib": 200})

    def outcome(self, state: State) -> None:
        assert _the_share(state, "render")["size_gib"] == 500


class OneSnapshot(Scenario):
    """Delete the snapshot before-redesign of web-assets."""

    title = "one snapshot by name"
    seed = "team"

    async def ours(self, talk: Talk) -> None:
        said = await talk("delete_snapshot", snapshot="before-redesign", share="web-assets")
        assert said.startswith('Deleted snapshot "before-redesign"')
        assert said.endswith("The person was asked and agreed.")
        (question,) = talk.asked
        assert 'Of the share\'s other snapshots, 2 are ACTIVE. Its share is "web-assets" (' in question

    async def plain(self, talk: Talk) -> None:
        share = _by_name(await talk.read("list_shares"), "web-assets")
        snapshots = await talk.read("list_snapshots", share_id=share["id"])
        await talk("delete_snapshot", nfs_snapshot_id=_by_name(snapshots, "before-redesign")["id"])

    def outcome(self, state: State) -> None:
        assert "before-redesign" not in {snapshot["name"] for snapshot in state["snapshots"]}


class WhoMounts(Scenario):
    """Which VPCs can mount media, and under what is the folder of the team exported?"""

    title = "who can mount it"
    seed: ClassVar = {
        "shares": [{"id": _IDS[0], "name": "media", "region": "atl1", "size_gib": 500, "vpc_ids": [VPC, OTHER_VPC]}],
        "access_points": [{"share_id": _IDS[0], "name": "team", "path": "/team", "vpc_id": OTHER_VPC}],
    }

    async def ours(self, talk: Talk) -> None:
        said = await talk("get_share", share="media")
        assert 'VPCs "default-atl1", "apps-atl1"' in said
        point = await talk("get_access_point", share="media", access_point="team")
        assert 'path "/team", VPC "apps-atl1"' in point

    async def plain(self, talk: Talk) -> None:
        share = _by_name(await talk.read("list_shares"), "media")
        assert share["vpc_ids"] == [VPC, OTHER_VPC]
        assert _by_name(await talk.read("list_vpcs"), "apps-atl1")["id"] == OTHER_VPC
        points = await talk.read("list_access_points", share_id=share["id"])
        assert _by_name(points, "team")["path"] == "/team"

    def outcome(self, state: State) -> None:
        assert len(state["access_points"]) == 2


class UnderTerraform(Scenario):
    """Put what we have in ams3 under Terraform."""

    title = "storage under Terraform"
    seed = "team"
    # Of a plain server the model reads the data; the file it writes by itself.
    compared = False

    async def ours(self, talk: Talk) -> None:
        said = await talk("export_terraform", region="ams3")
        assert 'resource "digitalocean_nfs" "data" {' in said
        assert found('id = "ID,ams3"', said)

    async def plain(self, talk: Talk) -> None:
        share = _by_name(await talk.read("list_shares", region="ams3"), "data")
        await talk.read("list_access_points", share_id=share["id"])

    def outcome(self, state: State) -> None:
        assert len(state["shares"]) == 6


SCENARIOS: tuple[Scenario, ...] = (
    NewCluster(),
    FullDisk(),
    Migration(),
    CleanUp(),
    ReadOnlyToken(),
    FailedShare(),
    CannotAsk(),
    TwoOfOneName(),
    DeleteWithSnapshots(),
    TeamExport(),
    BackupFirst(),
    Audit(),
    SlowShare(),
    SaysNo(),
    OneMoreVpc(),
    WrongRegion(),
    CostFirst(),
    TooLarge(),
    OneSnapshot(),
    WhoMounts(),
    UnderTerraform(),
)

"""A configuration has all that the provider can hold, and says what it leaves out."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from do_nfs_mcp.storage.terraform import TerraformView, terraform_configuration
from do_nfs_mcp.storage.views import AccessPointView, AccessPolicyView, ShareView, SnapshotView
from hypothesis import given
from hypothesis import strategies as st

from ...support.constants import OTHER_VPC, VPC
from ...support.properties import examples
from ...support.terraform import TerraformFile, parsed

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SHARE = str(UUID(int=1))
HOSTILE = [
    "",
    "default",
    "a b",
    '"',
    "\\",
    "a\nb",
    "${x}",
    "%{if}",
    "<<EOT\nx\nEOT",
    "*/ # //",
    "名前",
    "123",
    "_",
    "\x00",
]


def share(number: int = 1, **fields: Any) -> ShareView:
    usual: dict[str, Any] = {
        "id": str(UUID(int=number)),
        "name": "data",
        "region": "atl1",
        "size_gib": 100,
        "status": "ACTIVE",
        "performance_tier": "standard",
        "vpc_ids": [VPC],
        "created_at": NOW + timedelta(days=number),
    }
    return ShareView(**usual | fields)


def access_point(number: int = 101, policy: dict[str, Any] | None = None, **fields: Any) -> AccessPointView:
    usual: dict[str, Any] = {
        "id": str(UUID(int=number)),
        "name": "team-a",
        "share_id": SHARE,
        "path": "/exports/a",
        "status": "ACCESS_POINT_ACTIVE",
        "is_default": False,
        "vpc_id": VPC,
        "access_policy": AccessPolicyView(
            **{
                "anonuid": 65534,
                "anongid": 65534,
                "protocols": ["NFS4"],
                "squash_config": "ROOT_SQUASH",
                "identity_enforcement_enabled": False,
            }
            | (policy or {})
        ),
        "created_at": NOW + timedelta(days=number),
    }
    return AccessPointView(**usual | fields)


def snapshot(number: int = 201, **fields: Any) -> SnapshotView:
    usual: dict[str, Any] = {
        "id": str(UUID(int=number)),
        "name": "nightly",
        "share_id": SHARE,
        "region": "atl1",
        "size_gib": 100,
        "status": "ACTIVE",
        "created_at": NOW + timedelta(days=number),
    }
    return SnapshotView(**usual | fields)


def export(
    *shares: ShareView, points: tuple[AccessPointView, ...] = (), snapshots: tuple[SnapshotView, ...] = ()
) -> tuple[TerraformView, TerraformFile]:
    """The configuration of all this, which the provider takes."""
    view = terraform_configuration(shares, points, snapshots, "nfs://terraform")
    file = parsed(view.hcl)
    file.check()
    kinds = [address.partition(".")[0] for address in file.resources]
    assert view.shares == kinds.count("digitalocean_nfs")
    assert view.attachments == kinds.count("digitalocean_nfs_attachment")
    assert view.access_points == kinds.count("digitalocean_nfs_access_point")
    assert view.snapshots == kinds.count("digitalocean_nfs_snapshot")
    for reason in view.left_out:
        assert f"Left out: {reason}" in file.comments
    return view, file


def test_a_share_is_imported_by_its_id_and_region_and_kept_from_being_destroyed() -> None:
    _, file = export(share())
    assert file.imports == {"digitalocean_nfs.data": f"{SHARE},atl1"}
    assert file.resources["digitalocean_nfs.data"] == {
        "name": "data",
        "region": "atl1",
        "size": 100,
        "performance_tier": "standard",
        "vpc_id": VPC,
        "lifecycle": [{"prevent_destroy": True}],
    }


def test_the_file_says_which_provider_it_is_for() -> None:
    view, file = export()
    assert re.search(r'source += "digitalocean/digitalocean"', view.hcl)
    assert file.resources == {}


def test_each_further_vpc_is_an_attachment_that_is_not_imported() -> None:
    third = str(UUID(int=9))
    _, file = export(share(vpc_ids=[VPC, OTHER_VPC, third]))
    first = f"digitalocean_nfs_attachment.data_{OTHER_VPC[:8]}"
    assert file.resources[first] == {
        "share_id": "digitalocean_nfs.data.id",
        "vpc_id": OTHER_VPC,
        "region": "atl1",
    }
    assert file.resources["digitalocean_nfs_attachment.data_00000000"]["depends_on"] == [first]
    assert list(file.imports) == ["digitalocean_nfs.data"]


def test_a_share_in_several_vpcs_is_not_replaced_when_the_api_names_another_first() -> None:
    _, file = export(share(vpc_ids=[VPC, OTHER_VPC]))
    (lifecycle,) = file.resources["digitalocean_nfs.data"]["lifecycle"]
    assert lifecycle == {"prevent_destroy": True, "ignore_changes": ["vpc_id"]}
    assert "It is in 2 VPCs." in file.comments


@pytest.mark.parametrize(
    ("tier", "said"), [(None, "Its tier is not known"), ("extreme", 'Its tier is "extreme"'), ("x\ny", r'"x\ny"')]
)
def test_a_tier_that_the_provider_does_not_have_is_left_as_it_is(tier: str | None, said: str) -> None:
    _, file = export(share(performance_tier=tier))
    arguments = file.resources["digitalocean_nfs.data"]
    assert "performance_tier" not in arguments
    assert arguments["lifecycle"][0]["ignore_changes"] == ["performance_tier"]
    assert said in file.comments


def test_an_access_point_has_its_policy_and_is_imported_by_its_id() -> None:
    policy = {"protocols": ["NFS4", "NFS"], "squash_config": "ALL_SQUASH", "identity_enforcement_enabled": True}
    _, file = export(share(), points=(access_point(policy=policy),))
    assert file.imports["digitalocean_nfs_access_point.data_team_a"] == str(UUID(int=101))
    assert file.resources["digitalocean_nfs_access_point.data_team_a"] == {
        "name": "team-a",
        "share_id": "digitalocean_nfs.data.id",
        "path": "/exports/a",
        "vpc_id": VPC,
        "access_policy": [{"anonuid": 65534, "anongid": 65534, **policy}],
    }


def test_an_access_point_waits_for_the_attachment_of_its_vpc() -> None:
    point = access_point(vpc_id=OTHER_VPC)
    _, file = export(share(vpc_ids=[VPC, OTHER_VPC]), points=(point,))
    assert file.resources["digitalocean_nfs_access_point.data_team_a"]["depends_on"] == [
        f"digitalocean_nfs_attachment.data_{OTHER_VPC[:8]}"
    ]
    assert "Its VPC is not attached" not in file.comments


def test_an_access_point_in_a_vpc_that_the_share_is_not_in_is_commented_on() -> None:
    _, file = export(share(), points=(access_point(vpc_id=OTHER_VPC),))
    assert "Its VPC is not attached to the share" in file.comments


def test_the_default_access_point_is_spoken_of_if_its_policy_is_not_the_usual() -> None:
    def default(**policy: Any) -> AccessPointView:
        return access_point(is_default=True, name="default", path="/", vpc_id=None, policy=policy)

    view, file = export(share(), points=(default(),))
    assert (view.access_points, view.left_out) == (0, [])
    assert "default access point" not in file.comments
    for policy in ({"squash_config": "NO_SQUASH"}, {"identity_enforcement_enabled": True}):
        _, file = export(share(), points=(default(**policy),))
        assert "Its default access point" in file.comments


def test_a_snapshot_is_imported_by_its_id_and_kept_from_being_destroyed() -> None:
    _, file = export(share(), snapshots=(snapshot(),))
    assert file.imports["digitalocean_nfs_snapshot.data_nightly"] == str(UUID(int=201))
    assert file.resources["digitalocean_nfs_snapshot.data_nightly"] == {
        "name": "nightly",
        "share_id": "digitalocean_nfs.data.id",
        "region": "atl1",
        "lifecycle": [{"prevent_destroy": True}],
    }


SHARE_NAMES = ["data", "d", "web-assets-2", "a" * 64]
NO_SHARE_NAMES = ["Data", "2024", "-a", "a_b", "a b", "é", "a" * 65, "a\n"]


@pytest.mark.parametrize(("name", "fits"), [(n, True) for n in SHARE_NAMES] + [(n, False) for n in NO_SHARE_NAMES])
def test_a_share_s_name_that_the_provider_s_documentation_does_not_allow_is_commented_on(name: str, fits: bool) -> None:
    view, file = export(share(name=name))
    assert ("Its name is none that the provider's documentation allows" in file.comments) == (not fits)
    (arguments,) = file.resources.values()
    assert (arguments["name"], view.left_out) == (name, [])
    if not fits:
        assert "first a letter, at most 64" in view.hcl.partition('resource "digitalocean_nfs"')[0].splitlines()[-1]


@pytest.mark.parametrize(("name", "fits"), [("2024-01", True), ("-a", True), ("Nightly", False), ("a" * 65, False)])
def test_a_snapshot_s_name_that_the_provider_s_documentation_does_not_allow_is_commented_on(
    name: str, fits: bool
) -> None:
    _, file = export(snapshots=(snapshot(name=name),))
    assert ("Its name is none that the provider's documentation allows" in file.comments) == (not fits)


def test_vpcs_are_named_beside_their_ids() -> None:
    names = {VPC: "apps", OTHER_VPC: 'a" }\n#'}
    view, file = export(
        share(vpc_ids=[VPC, OTHER_VPC], vpc_names=names),
        share(2, name="other"),
        points=(access_point(vpc_name="apps"),),
    )
    assert re.findall(r"vpc_id +(= .*)", view.hcl) == [
        f'= "{VPC}" # "apps"',
        f'= "{OTHER_VPC}" # "a\' }}\\n#"',
        f'= "{VPC}" # "apps"',
        f'= "{VPC}"',
    ]
    assert [arguments["vpc_id"] for arguments in file.resources.values()] == [VPC, OTHER_VPC, VPC, VPC]


def test_what_belongs_to_a_share_that_is_not_in_the_file_names_it_by_its_id() -> None:
    _, file = export(
        share(vpc_ids=[]), points=(access_point(),), snapshots=(snapshot(), snapshot(202, share_id=str(UUID(int=7))))
    )
    assert [arguments["share_id"] for arguments in file.resources.values()] == [
        str(SHARE),
        str(SHARE),
        str(UUID(int=7)),
    ]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"status": "FAILED"}, "it is FAILED"),
        ({"status": "FAILED", "vpc_ids": []}, "it is FAILED"),
        ({"status": "INACTIVE", "vpc_ids": []}, "it is attached to no VPC, and the provider fails on such a share"),
        ({"name": ""}, "it has no name"),
        ({"size_gib": 49}, "it has 49 GiB, and the provider takes 50 at least"),
    ],
)
def test_a_share_that_the_provider_cannot_hold_is_left_out_with_the_reason(fields: dict[str, Any], why: str) -> None:
    view, file = export(share(**fields))
    (reason,) = view.left_out
    assert str(SHARE) in reason
    assert why in reason
    assert file.resources == {}


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"status": "ACCESS_POINT_FAILED"}, "it is ACCESS_POINT_FAILED"),
        ({"name": ""}, "it has no name"),
        ({"vpc_id": None}, "it has no VPC, and the provider wants one"),
        ({"path": ""}, "it has no path, and the provider wants one"),
        ({"policy": {"squash_config": "SOME_SQUASH"}}, "the provider does not know SOME_SQUASH"),
    ],
)
def test_an_access_point_that_the_provider_cannot_hold_is_left_out_with_the_reason(
    fields: dict[str, Any], why: str
) -> None:
    view, file = export(share(), points=(access_point(**fields),))
    (reason,) = view.left_out
    assert why in reason
    assert list(file.resources) == ["digitalocean_nfs.data"]


@pytest.mark.parametrize(("fields", "why"), [({"status": "FAILED"}, "it is FAILED"), ({"name": ""}, "it has no name")])
def test_a_snapshot_that_the_provider_cannot_hold_is_left_out_with_the_reason(fields: dict[str, Any], why: str) -> None:
    view, _ = export(snapshots=(snapshot(**fields),))
    (reason,) = view.left_out
    assert why in reason


def test_what_is_deleted_is_passed_over() -> None:
    view, file = export(
        share(),
        share(2, status="DELETED"),
        points=(access_point(status="ACCESS_POINT_DELETED"),),
        snapshots=(snapshot(status="DELETED"),),
    )
    assert (list(file.resources), view.left_out) == (["digitalocean_nfs.data"], [])


def test_the_oldest_share_of_a_name_keeps_the_label_when_others_come() -> None:
    _, before = export(share(1, name="a"))
    _, after = export(share(3, name="A"), share(2, name="a"), share(1, name="a"))
    assert before.imports.items() <= after.imports.items()
    assert list(after.resources) == ["digitalocean_nfs.a", "digitalocean_nfs.a_2", "digitalocean_nfs.a_3"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_a_value_and_nothing_else(name: str) -> None:
    view, file = export(
        share(1, name=name, region=name, performance_tier=name),
        share(2, name="data"),
        points=(access_point(share_id=str(UUID(int=2)), name=name, path=name),),
        snapshots=(snapshot(share_id=str(UUID(int=2)), name=name, region=name),),
    )
    values = [arguments.get("name") for arguments in file.resources.values()]
    assert values.count(name) == (0 if name == "" else 3)
    assert len(view.left_out) == (3 if name == "" else 0)
    assert view.hcl.isascii()


@examples(50)
@given(st.lists(st.text("aA1-_${\n", max_size=4), max_size=6))
def test_labels_are_unique_whatever_the_names(names: list[str]) -> None:
    shares = [share(number, name=name) for number, name in enumerate(names, 1)]
    points = [access_point(100 + n, share_id=s.id, name=name) for n, s in enumerate(shares) for name in names[:2]]
    export(*shares, points=tuple(points))


def test_the_text_of_a_short_file_is_the_file() -> None:
    view, _ = export(share())
    counts, _, block = view.text().partition("\n")
    assert counts == "1 share, 0 attachments, 0 access points:"
    assert block == f"```hcl\n{view.hcl}```"


def test_that_attachments_are_added_is_said_where_there_are_any() -> None:
    one, _ = export(share())
    two, _ = export(share(vpc_ids=[VPC, OTHER_VPC]))
    assert ["# Attachments have no import block: " in view.hcl for view in (one, two)] == [False, True]


def test_the_text_of_a_long_file_is_short_and_says_where_the_whole_is() -> None:
    shares = [share(n, name=f"share-{n}", vpc_ids=[VPC] if n % 2 else []) for n in range(1, 51)]
    view, _ = export(*shares)
    said = view.text()
    assert len(said) < 2000
    assert said.startswith("Terraform for 25 shares, 0 attachments, 0 access points: ")
    assert f"{len(view.hcl)} characters" in said
    assert "structured content (hcl)" in said
    assert "nfs://terraform" in said
    assert said.count("Left out: ") == 10
    assert said.endswith("and 15 more")

from typing import Any

import pytest
from do_nfs_client.models import Share
from do_nfs_client.types import UnreadableItem
from do_nfs_mcp.api.errors import NfsError
from do_nfs_mcp.api.listing import Listing
from do_nfs_mcp.storage.views import ShareView, VpcView
from do_nfs_mcp.storage.vpc_choice import ChosenVpc, choose_attached_vpc, choose_own_vpc, choose_vpc

IDS = [f"0a1b2c3d-0000-4000-8000-00000000000{n}" for n in range(4)]


def vpc(number: int, name: str, region: str = "atl1", *, default: bool = False) -> VpcView:
    return VpcView(id=IDS[number], name=name, region=region, ip_range=f"10.{number}.0.0/20", default=default or None)


def choose(vpcs: list[VpcView], given: str, region: str, *left_out: Any) -> ChosenVpc:
    return choose_vpc(Listing(vpcs, [UnreadableItem("vpcs", item, "it is odd") for item in left_out]), given, region)


def test_the_only_vpc_of_a_region_is_taken_if_none_is_said() -> None:
    chosen = choose([vpc(0, "a"), vpc(1, "b", "nyc2", default=True)], "", "atl1")
    assert (str(chosen.id), chosen.note) == (IDS[0], 'It took VPC "a", the only one in atl1.')


def test_the_default_vpc_of_a_region_is_taken_if_none_is_said() -> None:
    chosen = choose([vpc(0, "a"), vpc(1, "b", default=True)], "", "atl1")
    assert (str(chosen.id), chosen.note) == (IDS[1], 'It took VPC "b", the default one of atl1.')


def test_nothing_is_noted_of_a_vpc_that_was_said() -> None:
    assert choose([vpc(0, "a")], "a", "atl1").note == ""


def test_of_several_vpcs_without_a_default_one_none_is_taken() -> None:
    with pytest.raises(NfsError) as raised:
        choose([vpc(0, "a"), vpc(1, "b"), vpc(2, "c", "nyc2")], "", "atl1")
    assert str(raised.value) == (
        f'Nothing was done: say which VPC. VPCs in atl1: "a" ({IDS[0]}), 10.0.0.0/20; "b" ({IDS[1]}), 10.1.0.0/20.'
    )


def test_a_region_without_vpcs_is_said_to_have_none() -> None:
    with pytest.raises(NfsError, match="atl1 has no VPC"):
        choose([vpc(0, "a", "nyc2")], "", "atl1")


def test_several_vpcs_of_a_name_are_listed_with_region_and_range() -> None:
    with pytest.raises(NfsError) as raised:
        choose([vpc(0, "a"), vpc(1, "a"), vpc(2, "b")], "a", "atl1")
    assert str(raised.value) == (
        f'Nothing was done: 2 VPCs are named "a". Give one\'s id: "a" ({IDS[0]}), 10.0.0.0/20, in atl1; '
        f'"a" ({IDS[1]}), 10.1.0.0/20, in atl1.'
    )


def test_of_several_vpcs_of_a_name_the_one_of_the_region_is_meant() -> None:
    assert str(choose([vpc(0, "a", "nyc2"), vpc(1, "a")], "a", "atl1").id) == IDS[1]


@pytest.mark.parametrize("given", ["a", IDS[0]])
def test_a_vpc_of_another_region_is_refused_with_those_of_the_region(given: str) -> None:
    with pytest.raises(NfsError) as raised:
        choose([vpc(0, "a", "nyc2"), vpc(1, "b")], given, "atl1")
    assert str(raised.value) == (
        f'Nothing was done: VPC "a" ({IDS[0]}) is in nyc2, and a share in atl1 takes VPCs of that region '
        f'alone. VPCs in atl1: "b" ({IDS[1]}), 10.1.0.0/20.'
    )


@pytest.mark.parametrize("name", ["A", "a ", "a*", "../a", "b"])
def test_a_name_has_to_be_exact(name: str) -> None:
    with pytest.raises(NfsError, match="no VPC has the name or id"):
        choose([vpc(0, "a")], name, "atl1")


def test_an_id_that_is_in_no_list_is_for_the_api_to_judge() -> None:
    chosen = choose([vpc(0, "a")], IDS[3], "atl1")
    assert (str(chosen.id), chosen.name) == (IDS[3], None)


def test_no_more_vpcs_are_listed_than_one_reads() -> None:
    many = [vpc(n % 4, f"v{n}") for n in range(30)]
    with pytest.raises(NfsError, match="and 20 more, which list_vpcs shows"):
        choose(many, "x", "atl1")


ODD = {"id": "odd-vpc", "name": "a", "region": "atl1"}


@pytest.mark.parametrize("odd", [ODD, {**ODD, "name": 7}, {**ODD, "region": None}, {"id": "odd-vpc"}, 7])
def test_a_name_that_a_vpc_that_cannot_be_read_may_have_is_not_a_choice(odd: Any) -> None:
    with pytest.raises(NfsError) as raised:
        choose([vpc(0, "a")], "a", "atl1", odd)
    said = str(raised.value)
    assert said.startswith(f'Nothing was done: VPC {IDS[0]} is named "a", and so may be what cannot be read: VPC')
    assert said.endswith("Give the id of the one that is meant.")
    assert ("odd-vpc" in said) is isinstance(odd, dict)


@pytest.mark.parametrize("odd", [{**ODD, "name": "b"}, {**ODD, "region": "nyc2"}])
def test_a_vpc_that_cannot_be_read_but_is_another_one_is_not_an_obstacle_to_a_name(odd: Any) -> None:
    assert choose([vpc(0, "a")], "a", "atl1", odd).id == IDS[0]


@pytest.mark.parametrize("odd", [ODD, {**ODD, "name": "b"}, {**ODD, "region": 7}, 7])
@pytest.mark.parametrize("default", [False, True])
def test_no_vpc_is_taken_unsaid_where_another_one_cannot_be_read(odd: Any, default: bool) -> None:
    with pytest.raises(NfsError, match="say which VPC, by its id"):
        choose([vpc(0, "a", default=default)], "", "atl1", odd)


def test_a_vpc_that_cannot_be_read_elsewhere_keeps_none_from_being_taken_unsaid() -> None:
    assert choose([vpc(0, "a")], "", "atl1", {**ODD, "region": "nyc2"}).id == IDS[0]


@pytest.mark.parametrize("given", [IDS[0], "odd-vpc"])
def test_a_vpc_of_a_doubtful_name_can_be_named_by_its_id(given: str) -> None:
    assert choose([vpc(0, "a")], given, "atl1", ODD).id == given


def share(*vpc_ids: str, names: dict[str, str] | None = None) -> ShareView:
    made = {"id": IDS[0], "name": "data", "region": "atl1", "size_gib": 50, "status": "ACTIVE"}
    return ShareView.model_validate({**made, "vpc_ids": vpc_ids, "vpc_names": names, "created_at": "2026-01-01T00:00Z"})


def test_of_a_share_s_vpcs_its_only_one_is_meant_though_the_region_has_a_default_one() -> None:
    chosen = choose_own_vpc(share(IDS[1], names={IDS[1]: "b"}), [vpc(0, "a", default=True), vpc(1, "b")])
    assert (chosen.id, chosen.note) == (IDS[1], 'It took VPC "b", the share\'s only one.')


def test_of_several_vpcs_of_a_share_the_default_one_is_meant() -> None:
    chosen = choose_own_vpc(share(IDS[1], IDS[0]), [vpc(0, "a", default=True), vpc(1, "b")])
    assert (chosen.id, chosen.note) == (IDS[0], 'It took VPC "a", the default one of atl1.')


def test_of_several_vpcs_of_a_share_without_the_default_one_none_is_taken() -> None:
    with pytest.raises(NfsError) as raised:
        choose_own_vpc(share(IDS[1], IDS[2], names={IDS[1]: "b"}), [vpc(0, "a", default=True), vpc(1, "b")])
    assert str(raised.value) == (
        f'Nothing was done: say which VPC. Share "data" is attached to "b" ({IDS[1]}), {IDS[2]}.'
    )


def odd_share(*vpc_ids: str, names: dict[str, str] | None = None) -> ShareView:
    """A share that is attached to one more VPC, whose id cannot be read."""
    made = {"id": IDS[0], "name": "data", "region": "atl1", "size_gib": 50, "status": "ACTIVE"}
    view = ShareView.of(Share.from_dict({**made, "vpc_ids": [*vpc_ids, 7], "created_at": "2026-01-01T00:00:00Z"}))
    view.name_vpcs(names or {})
    return view


NAMES = {IDS[1]: "b", IDS[2]: "c"}


class TestAttached:
    """A wrong choice would cut off the wrong network."""

    @pytest.mark.parametrize("given", [IDS[2], IDS[2].upper(), "c"])
    def test_one_of_the_share_s_vpcs_goes_by_id_or_name(self, given: str) -> None:
        assert choose_attached_vpc(share(IDS[1], IDS[2], names=NAMES), given) == IDS[2]

    def test_the_only_one_is_meant_if_none_is_said(self) -> None:
        assert choose_attached_vpc(share(IDS[1]), "") == IDS[1]

    @pytest.mark.parametrize("given", ["", "b"])
    def test_none_is_chosen_without_its_id_if_another_one_cannot_be_read(self, given: str) -> None:
        with pytest.raises(NfsError) as raised:
            choose_attached_vpc(odd_share(IDS[1], names=NAMES), given)
        assert str(raised.value) == (
            'Nothing was done: not all VPCs of share "data" can be read, so that any may be meant. Give the id of the '
            f'one that is: it is attached to "b" ({IDS[1]}), one that cannot be read.'
        )

    def test_an_id_is_enough_though_another_one_cannot_be_read(self) -> None:
        assert choose_attached_vpc(odd_share(IDS[1], IDS[2]), IDS[2].upper()) == IDS[2]

    @pytest.mark.parametrize("names", [{IDS[1]: "b"}, {}, None])
    def test_none_is_chosen_by_a_name_if_the_name_of_one_is_not_known(self, names: dict[str, str] | None) -> None:
        with pytest.raises(NfsError, match="so that any may be meant"):
            choose_attached_vpc(share(IDS[1], IDS[2], names=names), "b")

    def test_an_id_is_not_looked_for_among_names(self) -> None:
        with pytest.raises(NfsError, match="is not attached to VPC") as raised:
            choose_attached_vpc(share(IDS[1], names={IDS[1]: IDS[3]}), IDS[3])
        assert str(raised.value).endswith(f'It is attached to "{IDS[3]}" ({IDS[1]}).')

    def test_of_several_none_is_chosen_if_none_is_said(self) -> None:
        with pytest.raises(NfsError, match=r"is attached to 2 VPCs\. Say which: "):
            choose_attached_vpc(share(IDS[1], IDS[2], names=NAMES), "")

    @pytest.mark.parametrize("given", ["", "b", IDS[1]])
    def test_a_share_that_is_attached_to_none_is_said_to_be(self, given: str) -> None:
        with pytest.raises(NfsError, match="is attached to no VPC"):
            choose_attached_vpc(share(), given)

    def test_a_share_whose_only_vpc_cannot_be_read_is_not_said_to_have_none(self) -> None:
        with pytest.raises(NfsError, match=r"it is attached to one that cannot be read\.$"):
            choose_attached_vpc(odd_share(), "")


@pytest.mark.parametrize("vpc_ids", [(IDS[1],), ()])
def test_no_vpc_of_a_share_is_its_only_one_if_another_one_cannot_be_read(vpc_ids: tuple[str, ...]) -> None:
    with pytest.raises(NfsError, match=r"say which VPC\. .* one that cannot be read\.$"):
        choose_own_vpc(odd_share(*vpc_ids), [vpc(1, "b")])

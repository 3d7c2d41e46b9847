"""The VPCs that an account has from the start, and the addresses that a new one gets."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ["VPCS", "default_vpc_id", "free_ip_range", "vpcs_in"]

_IDS = {
    "nyc2": ("5d1f0c3e-7b2a-4e69-8f14-0a9c6b3d2e71", "b7e4a9d2-3c58-4f06-9a1d-6e2f8c7b5041"),
    "ams3": ("c2a86f1b-94d7-4b3e-a5c0-7f1e2d8b9364", "1e9b7d54-f026-4c8a-b3e1-52d6a08f7c9b"),
    "atl1": ("796c6fe3-2a1d-4da2-9f3e-38239827dc91", "8f14e45f-ceea-467f-9a3c-1d2b3c4d5e6f"),
    "ric1": ("a04d3b8e-61f5-4927-8c7b-d9e2f5103a46", "3f7c2e91-d8a4-4b60-95fe-c1a7b6e80d23"),
    "mkc1": ("e6b1924d-0c7f-4a53-b8d6-4f9a3e2c7158", "62d8f0a7-5b3c-4e19-a7f2-8b0c9d6e1f34"),
    "mem1": ("94c5e7a1-b2d0-4f38-8e6c-1a7d3b5f9e02", "d3a90f6c-7e14-4258-b1c9-f5e8a2d7b460"),
}
_JUNE_2022 = 1654041600
_NAMESPACE = uuid.UUID("4f0d2b86-93ce-4a17-b5d8-c61e7a902f3b")


def _vpc(vpc_id: str, name: str, region: str, block: int, is_default: bool) -> dict[str, Any]:
    return {
        "id": vpc_id,
        "name": name,
        "description": "",
        "region": region,
        "ip_range": f"10.{block}.0.0/20",
        "is_default": is_default,
        "created_at": _JUNE_2022,
    }


def _ids(region: str) -> tuple[str, str]:
    default, other = (str(uuid.uuid5(_NAMESPACE, f"{kind}-{region}")) for kind in ("default", "apps"))
    return _IDS.get(region, (default, other))


def vpcs_in(regions: Collection[str]) -> list[dict[str, Any]]:
    """Return rows of the table of VPCs: two in each region, always the same ones.

    Args:
        regions: The regions' slugs, at most 44 besides those with the product.
    """
    blocks = {region: block for block, region in enumerate(dict.fromkeys([*_IDS, *regions]), start=100)}
    return [
        vpc
        for region in regions
        for default, other in [_ids(region)]
        for vpc in (
            _vpc(default, f"default-{region}", region, blocks[region], True),
            _vpc(other, f"apps-{region}", region, blocks[region] + 50, False),
        )
    ]


VPCS = vpcs_in(_IDS)
"""Those in each region with the product."""


def default_vpc_id(region: str) -> str:
    """Return the id of a region's default VPC. A region that is not known has the first region's."""
    return _IDS.get(region, _IDS["nyc2"])[0]


def free_ip_range(taken: Iterable[str]) -> str:
    """Return a /20 of private addresses that overlaps with none of those that are taken.

    Args:
        taken: Ranges in CIDR notation.

    Raises:
        LookupError: If there is none left.
    """
    from ipaddress import IPv4Network  # Takes a while, and few make a VPC.

    networks = [IPv4Network(ip_range) for ip_range in taken]
    for candidate in IPv4Network("10.0.0.0/8").subnets(new_prefix=20):
        if not any(candidate.overlaps(network) for network in networks):
            return str(candidate)
    raise LookupError("no /20 is free")

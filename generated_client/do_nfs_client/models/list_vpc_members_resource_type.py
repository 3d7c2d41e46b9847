from enum import StrEnum
from typing import Self


class ListVpcMembersResourceType(StrEnum):
    APP = "app"
    DBAAS = "dbaas"
    DROPLET = "droplet"
    KUBERNETES = "kubernetes"
    LOADBALANCER = "loadbalancer"
    NAT_GATEWAY = "nat_gateway"
    NFS_SHARE = "nfs_share"

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        """Make a member of a text that the contract does not name: servers add values at any time."""
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = member._value_ = value
        return member

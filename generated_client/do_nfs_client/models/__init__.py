"""Contains all the data models used in inputs/outputs"""

from .access_point import AccessPoint
from .access_point_change import AccessPointChange
from .access_point_envelope import AccessPointEnvelope
from .access_point_error import AccessPointError
from .access_point_list import AccessPointList
from .access_point_status import AccessPointStatus
from .access_policy import AccessPolicy
from .access_policy_protocols_item import AccessPolicyProtocolsItem
from .access_policy_squash_config import AccessPolicySquashConfig
from .action import Action
from .action_envelope import ActionEnvelope
from .action_list import ActionList
from .action_status import ActionStatus
from .attach_share import AttachShare
from .create_access_point_request import CreateAccessPointRequest
from .create_peering_of_vpc_request import CreatePeeringOfVpcRequest
from .create_share_request import CreateShareRequest
from .create_vpc_peering_request import CreateVpcPeeringRequest
from .create_vpc_request import CreateVpcRequest
from .detach_share import DetachShare
from .error import Error
from .list_vpc_members_resource_type import ListVpcMembersResourceType
from .page_links import PageLinks
from .page_links_pages import PageLinksPages
from .page_meta import PageMeta
from .patch_vpc_request import PatchVpcRequest
from .peering_of_vpc_envelope import PeeringOfVpcEnvelope
from .peering_of_vpc_list import PeeringOfVpcList
from .performance_tier import PerformanceTier
from .performance_tier_params import PerformanceTierParams
from .reassign_params import ReassignParams
from .reassign_share import ReassignShare
from .region import Region
from .region_list import RegionList
from .rename_vpc_peering_request import RenameVpcPeeringRequest
from .resize_params import ResizeParams
from .resize_share import ResizeShare
from .share import Share
from .share_action import ShareAction
from .share_action_envelope import ShareActionEnvelope
from .share_action_resource_type import ShareActionResourceType
from .share_action_status import ShareActionStatus
from .share_envelope import ShareEnvelope
from .share_list import ShareList
from .share_status import ShareStatus
from .share_tier import ShareTier
from .snapshot import Snapshot
from .snapshot_envelope import SnapshotEnvelope
from .snapshot_list import SnapshotList
from .snapshot_params import SnapshotParams
from .snapshot_share import SnapshotShare
from .snapshot_status import SnapshotStatus
from .switch_performance_tier import SwitchPerformanceTier
from .update_vpc_request import UpdateVpcRequest
from .vpc import Vpc
from .vpc_envelope import VpcEnvelope
from .vpc_list import VpcList
from .vpc_member import VpcMember
from .vpc_member_list import VpcMemberList
from .vpc_params import VpcParams
from .vpc_peering import VpcPeering
from .vpc_peering_envelope import VpcPeeringEnvelope
from .vpc_peering_list import VpcPeeringList
from .vpc_peering_status import VpcPeeringStatus

__all__ = (
    "AccessPoint",
    "AccessPointChange",
    "AccessPointEnvelope",
    "AccessPointError",
    "AccessPointList",
    "AccessPointStatus",
    "AccessPolicy",
    "AccessPolicyProtocolsItem",
    "AccessPolicySquashConfig",
    "Action",
    "ActionEnvelope",
    "ActionList",
    "ActionStatus",
    "AttachShare",
    "CreateAccessPointRequest",
    "CreatePeeringOfVpcRequest",
    "CreateShareRequest",
    "CreateVpcPeeringRequest",
    "CreateVpcRequest",
    "DetachShare",
    "Error",
    "ListVpcMembersResourceType",
    "PageLinks",
    "PageLinksPages",
    "PageMeta",
    "PatchVpcRequest",
    "PeeringOfVpcEnvelope",
    "PeeringOfVpcList",
    "PerformanceTier",
    "PerformanceTierParams",
    "ReassignParams",
    "ReassignShare",
    "Region",
    "RegionList",
    "RenameVpcPeeringRequest",
    "ResizeParams",
    "ResizeShare",
    "Share",
    "ShareAction",
    "ShareActionEnvelope",
    "ShareActionResourceType",
    "ShareActionStatus",
    "ShareEnvelope",
    "ShareList",
    "ShareStatus",
    "ShareTier",
    "Snapshot",
    "SnapshotEnvelope",
    "SnapshotList",
    "SnapshotParams",
    "SnapshotShare",
    "SnapshotStatus",
    "SwitchPerformanceTier",
    "UpdateVpcRequest",
    "Vpc",
    "VpcEnvelope",
    "VpcList",
    "VpcMember",
    "VpcMemberList",
    "VpcParams",
    "VpcPeering",
    "VpcPeeringEnvelope",
    "VpcPeeringList",
    "VpcPeeringStatus",
)

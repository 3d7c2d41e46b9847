"""The arguments that tools take, in the contract's names, types and bounds."""

import re
from collections.abc import Callable
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from do_nfs_mcp.storage.mounting import MOUNT_POINT_RULE, is_mount_point


def _checked(fits: Callable[[str], object], rule: str) -> AfterValidator:
    """Make a validator that refuses a text that does not fit, in words of our own."""

    def check(text: str) -> str:
        if not fits(text):
            raise PydanticCustomError("rule", rule)
        return text

    return AfterValidator(check)


def _matching(pattern: str, rule: str) -> AfterValidator:
    """Make a validator that holds a text to a pattern of the contract. Hosts are told the rule in words alone."""
    # To Python, $ is also in front of a newline at the end; to JSON Schema it is not.
    return _checked(re.compile(pattern.replace("$", r"\Z")).search, rule)


_NOT_EMPTY = _checked(bool, "has to have at least 1 character")
_REGION = _matching(r"^[a-z0-9-]+$", "has to be a region's slug such as nyc2 or atl1")
_NAME = _matching(
    r"^(?![Dd][Ee][Ff][Aa][Uu][Ll][Tt]$)[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]$",
    "has to be letters and digits with hyphens only between them and not be 'default'",
)
_PATH = _matching(
    r"^/(?!(.*/)?\.\.(/|$))[A-Za-z0-9._/-]+$",
    "has to start with / and go on with letters and digits or . _ - / but without '..'",
)

# A model reads all of this with every conversation: a description is for what the name does not say.
Share = Annotated[str, _NOT_EMPTY, Field(description="Its id or exact name.")]
OptionalShare = Annotated[str, Field(description="Its id or exact name.")]
OptionalShares = Annotated[list[Annotated[str, _NOT_EMPTY]], Field(description="Their ids or exact names.")] | None
OptionalRegion = Annotated[str, Field(description="Such as atl1.")]
NameContains = Annotated[str, Field()]
Status = Annotated[str, Field(description="Such as ACTIVE.")]
Limit = Annotated[int, Field(ge=1, le=100)]
DEFAULT_LIMIT = 15
"""How many items of a list fit into an answer that a model can take in."""
Cursor = Annotated[str, Field(description="A page's next_cursor.")]
Plan = Annotated[bool, Field(description="Only say what would be done.")]
IncludeSnapshots = Annotated[bool, Field(description="Snapshots, too.")]
Keep = Annotated[int, Field(ge=0)]
OptionalKeep = Keep | None
SnapshotDays = Annotated[int, Field(ge=1, le=36500)]
DEFAULT_SNAPSHOT_DAYS = 7
"""After how many days without a new snapshot a share needs one."""
ActionId = Annotated[int, Field(ge=1)]
Region = Annotated[str, _REGION, Field(description="Such as atl1.")]
ShareName = Annotated[str, Field(min_length=1, description="Lowercase, not taken yet.")]
SizeGib = Annotated[int, Field(ge=50, le=32768, description="Many accounts have at most 16000.")]
VpcIds = Annotated[list[UUID], Field(min_length=1, description="From list_vpcs.")]
VpcId = Annotated[UUID, Field(description="From list_vpcs.")]
OldVpcId = UUID
NewVpcId = UUID
PerformanceTier = Literal["standard", "high"]
OptionalPerformanceTier = PerformanceTier | None
SnapshotName = Annotated[str, Field(min_length=1, max_length=64, description="Best at most 20 characters.")]
SnapshotId = Annotated[UUID, Field(description="A UUID, from list_snapshots.")]
AccessPointId = Annotated[UUID, Field(description="A UUID, from list_access_points.")]
AccessPointName = Annotated[
    str, Field(min_length=2, max_length=63, description="Letters, digits, hyphens between them; not default."), _NAME
]
AccessPointPath = Annotated[
    str,
    Field(min_length=2, max_length=1024, description="The folder, such as /exports/a: letters, digits, . _ - /"),
    _PATH,
]
OptionalAccessPointStatus = (
    Literal["ACCESS_POINT_CREATING", "ACCESS_POINT_ACTIVE", "ACCESS_POINT_FAILED", "ACCESS_POINT_DELETED"] | None
)
OptionalMountPoint = Annotated[
    str, _checked(is_mount_point, MOUNT_POINT_RULE), Field(description="An absolute path, such as /mnt/data.")
]


class AccessPolicy(BaseModel):
    """Who users are on it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    squash_config: Literal["NO_SQUASH", "ROOT_SQUASH", "ALL_SQUASH"] = "ROOT_SQUASH"
    protocols: Annotated[list[Literal["NFS4", "NFS"]], Field(min_length=1)] = ["NFS4"]
    identity_enforcement_enabled: bool = False


OptionalAccessPolicy = Annotated[AccessPolicy, Field(default_factory=AccessPolicy)]

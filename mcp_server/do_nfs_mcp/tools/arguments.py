"""The arguments that tools take, in the contract's names, types and bounds."""

import re
from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
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


def _id_of_action(value: object) -> object:
    """Return a number as the text that it is, and an empty text for a zero, which no action has."""
    return str(value or "") if type(value) is int else value


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
Share = Annotated[str, _NOT_EMPTY, Field(description="Id or exact name.")]
OptionalShare = Annotated[str, Field(description="Id or exact name.")]
OptionalShares = Annotated[list[Annotated[str, _NOT_EMPTY]], Field(description="Ids or exact names.")] | None
ShareOfNamed = Annotated[str, Field(description="If several shares have one of this name.")]
OptionalRegion = Annotated[str, Field(description="Such as atl1.")]
NameContains = Annotated[str, Field(description="A part of the name.")]
Status = Annotated[str, Field(description="Such as ACTIVE.")]
Limit = Annotated[int, Field(ge=1, le=100, description="Of one page.")]
DEFAULT_LIMIT = 15
"""How many items of a list fit into an answer that a model can take in."""
Cursor = Annotated[str, Field(description="A page's next_cursor.")]
Plan = Annotated[bool, Field(description="Only say what would be done.")]
Wait = Annotated[bool, Field(description="Until it has taken effect.")]
IncludeSnapshots = Annotated[bool, Field(description="Snapshots, too.")]
KeepLast = Annotated[int | None, Field(ge=0, description="Keep so many of the newest.")]
KeepDaily = Annotated[
    int, Field(ge=0, description="Keep the last of each of so many days; days without any do not count.")
]
KeepWeekly = Annotated[int, Field(ge=0, description="The same by calendar weeks.")]
KeepNamed = Annotated[
    list[Annotated[str, _NOT_EMPTY]], Field(default_factory=list, description="Ids or exact names of more to keep.")
]
OlderThanDays = Annotated[int, Field(ge=0, description="Keep what is younger.")]
SnapshotDays = Annotated[int, Field(ge=1, le=36500, description="How old the newest snapshot may be.")]
DEFAULT_SNAPSHOT_DAYS = 7
"""After how many days without a new snapshot a share needs one."""
ActionId = Annotated[str, BeforeValidator(_id_of_action), Field(description="Of a change, as it said.")]
Region = Annotated[str, _REGION, Field(description="Such as atl1.")]
ShareName = Annotated[
    str, Field(min_length=1, description="Best new: lowercase letters, digits, hyphens, first a letter, at most 64.")
]
LEAST_GIB = 50
"""The smallest size that the contract allows. The largest differs from account to account, so that the API says it."""
SizeGib = Annotated[int, Field(ge=LEAST_GIB, description="Many accounts have at most 16000.")]
TotalGib = Annotated[int, Field(ge=LEAST_GIB, description="The whole new size.")]
AddGib = Annotated[int, Field(ge=1, description="GiB to add.")]
AddPercent = Annotated[int, Field(ge=1, le=10000, description="Percent to add.")]
OptionalVpcs = Annotated[
    list[str],
    Field(default_factory=list, description="Ids or exact names; left out: the region's only or default one."),
]
Vpc = Annotated[str, _NOT_EMPTY, Field(description="Id or exact name.")]
OptionalVpc = Annotated[str, Field(description="Id or exact name; left out: the region's only or default one.")]
OwnVpc = Annotated[str, Field(description="Id or exact name; left out: the share's only one.")]
PerformanceTier = Literal["standard", "high"]
OptionalPerformanceTier = Annotated[PerformanceTier | None, Field(description="Left out: the API's choice.")]
HigherTier = Annotated[Literal["high"], Field(description="There is no way back down.")]
SnapshotName = Annotated[str, Field(min_length=1, max_length=64, description="Best at most 20 characters.")]
Snapshot = Annotated[str, _NOT_EMPTY, Field(description="Id or exact name.")]
OptionalSnapshot = Annotated[str, Field(description="Id or exact name.")]
DeleteSnapshots = Annotated[bool, Field(description="Its snapshots, too: it cannot be deleted while it has any.")]
AccessPoint = Annotated[str, _NOT_EMPTY, Field(description="Id or exact name.")]
OptionalAccessPoint = Annotated[str, Field(description="Id or exact name.")]
AccessPointName = Annotated[
    str, Field(min_length=2, max_length=63, description="Letters, digits, hyphens between them; not default."), _NAME
]
AccessPointPath = Annotated[
    str,
    Field(min_length=2, max_length=1024, description="The folder, such as /exports/a: letters, digits, . _ - /"),
    _PATH,
]
OptionalAccessPointStatus = Annotated[
    Literal["ACCESS_POINT_CREATING", "ACCESS_POINT_ACTIVE", "ACCESS_POINT_FAILED", "ACCESS_POINT_DELETED"] | None,
    Field(description="Left out: any."),
]
OptionalMountPoint = Annotated[
    str, _checked(is_mount_point, MOUNT_POINT_RULE), Field(description="An absolute path, such as /mnt/data.")
]


class AccessPolicy(BaseModel):
    """Who users are on it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    squash_config: Annotated[
        Literal["NO_SQUASH", "ROOT_SQUASH", "ALL_SQUASH"],
        Field(description="Who acts as nobody: no one, root, or everyone."),
    ] = "ROOT_SQUASH"
    protocols: Annotated[
        list[Literal["NFS4", "NFS"]], Field(min_length=1, description="What it may be mounted by.")
    ] = ["NFS4"]
    identity_enforcement_enabled: Annotated[bool, Field(description="By the server.")] = False


OptionalAccessPolicy = Annotated[AccessPolicy, Field(default_factory=AccessPolicy, description="Who its users are.")]

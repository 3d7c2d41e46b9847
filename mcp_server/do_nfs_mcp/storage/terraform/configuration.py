"""Writes shares, and what belongs to them, as a file that puts them under Terraform as they are.

What the provider takes is from its source, version 2.99.1 of August 2026, folder digitalocean/nfs: the arguments of its
four resources and what each may be, the ids that they are imported by, and what it makes of an answer of the API. Where
its documentation says something else, the source has the last word:
- docs/resources/nfs_attachment.md has attachments imported as SHARE_ID,VPC_ID; resource_nfs_attachment.go has no
  importer, and without one `terraform import` and an import block fail. Its create looks first and, where the share is
  attached already, sends nothing.
- docs/resources/nfs.md and nfs_snapshot.md have a rule for names; resource_nfs.go and resource_nfs_snapshot.go take any
  but an empty one.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from shlex import quote
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

from do_nfs_mcp.api.statuses import existing, is_failed
from do_nfs_mcp.api.timestamps import utc
from do_nfs_mcp.api.untrusted_text import plain, quoted
from do_nfs_mcp.storage.plurals import counted
from do_nfs_mcp.storage.terraform.hcl import Labels, block, boolean, comment, identifier, listed, string
from do_nfs_mcp.storage.views import AccessPointView, ShareView, SnapshotView, View

__all__ = ["TerraformView", "terraform_configuration"]

_Thing = ShareView | AccessPointView | SnapshotView
B = TypeVar("B", AccessPointView, SnapshotView)

_SHARE = "digitalocean_nfs"
_ATTACHMENT = "digitalocean_nfs_attachment"
_ACCESS_POINT = "digitalocean_nfs_access_point"
_SNAPSHOT = "digitalocean_nfs_snapshot"

_TIERS = {"standard", "high"}
_SQUASH_CONFIGS = {"NO_SQUASH", "ROOT_SQUASH", "ALL_SQUASH"}
_LEAST_GIB = 50
_SHARE_NAME, _SNAPSHOT_NAME = re.compile("[a-z][a-z0-9-]{0,63}"), re.compile("[a-z0-9-]{1,64}")

_HEAD = """\
# Network file storage as it is: export DIGITALOCEAN_TOKEN=... && terraform init && terraform plan
# All but attachments is imported, and nothing destroyed; prevent_destroy guards what has files.
"""
_ATTACHMENTS = """\
# Attachments have no import block: the provider's documentation shows one, but its source (version 2.99.1) has no
# importer for them. Terraform plans to add them; what is attached already stays as it is.
"""
_PROVIDER = """
# Leave this out where the configuration has a terraform block already.
terraform {
  required_version = ">= 1.5"

  required_providers {
    digitalocean = {
      source  = "digitalocean/digitalocean"
      version = ">= 2.93"
    }
  }
}
"""
_KEEP = {"prevent_destroy": boolean(True)}
# A text of more characters than this is more than a model needs to take in.
_LONGEST_TEXT = 3000
_MOST_LEFT_OUT = 10


class TerraformView(View):
    """Storage as a Terraform configuration.

    The numbers count what is in the file. left_out says what is not, and why. resource is the URI at which a host reads
    the file.
    """

    shares: int
    attachments: int
    access_points: int
    snapshots: int
    left_out: list[str]
    resource: str
    hcl: str

    def text(self) -> str:
        counts = (
            counted(self.shares, "share"),
            counted(self.attachments, "attachment"),
            counted(self.access_points, "access point"),
            # None may be there, or none was asked for.
            *([counted(self.snapshots, "snapshot")] if self.snapshots else []),
        )
        if len(self.hcl) <= _LONGEST_TEXT:
            return f"{', '.join(counts)}:\n```hcl\n{self.hcl}```"
        more = len(self.left_out) - _MOST_LEFT_OUT
        given = parse_qsl(urlsplit(self.resource).query)
        command = " ".join(["do-nfs-mcp call export_terraform", *(quote(f"{name}={value}") for name, value in given)])
        return "\n".join(
            [
                f"Terraform for {', '.join(counts)}: {len(self.hcl)} characters, too long to show here. All of it is "
                f"in the structured content (hcl) and the resource {self.resource}; `{command} > nfs.tf` saves it; for "
                "the text, name a few shares.",
                *(f"Left out: {reason}" for reason in self.left_out[:_MOST_LEFT_OUT]),
                *([f"and {more} more"] if more > 0 else []),
            ]
        )


def terraform_configuration(
    shares: Iterable[ShareView],
    access_points: Iterable[AccessPointView],
    snapshots: Iterable[SnapshotView],
    resource: str,
    unreadable: Iterable[str] = (),
) -> TerraformView:
    """Return what there is as a Terraform configuration.

    The oldest comes first, in the file and in the choice of labels, so that what is new neither moves nor renames what
    is there. What is DELETED is passed over.

    Args:
        shares: The shares.
        access_points: The access points of these shares, the default ones among them.
        snapshots: The snapshots, of any share.
        resource: The URI at which a host reads the file.
        unreadable: What there is besides and could not be read, each in words.
    """
    file = _File()
    for each in unreadable:
        file.leave_out(each, "it could not be read")
    points, taken = _by_share(access_points), _by_share(snapshots)
    for share in sorted(existing(shares), key=_age):
        file.add_share(share, points.get(share.id, []))
        for snapshot in taken.pop(share.id, []):
            file.add_snapshot(snapshot)
    for rest in taken.values():
        for snapshot in rest:
            file.add_snapshot(snapshot)
    head = _HEAD + (_ATTACHMENTS if file.counts[_ATTACHMENT] else "")
    return TerraformView(
        shares=file.counts[_SHARE],
        attachments=file.counts[_ATTACHMENT],
        access_points=file.counts[_ACCESS_POINT],
        snapshots=file.counts[_SNAPSHOT],
        left_out=file.left_out,
        resource=resource,
        hcl="\n".join([head + _PROVIDER, *(f"{section}\n" for section in file.sections)]),
    )


class _File:
    """A file that is being written."""

    def __init__(self) -> None:
        self.sections: list[str] = []
        self.left_out: list[str] = []
        self.counts = dict.fromkeys((_SHARE, _ATTACHMENT, _ACCESS_POINT, _SNAPSHOT), 0)
        self._labels = Labels()
        self._shares: dict[str, str] = {}

    def add_share(self, share: ShareView, points: list[AccessPointView]) -> None:
        """Write a share, its attachments and its access points, each unless the provider cannot hold it."""
        attachments: dict[str, str] = {}
        if obstacle := _obstacle_of_share(share):
            self.leave_out(f"share {quoted(share.name, 60)} ({plain(share.id)}) in {plain(share.region, 30)}", obstacle)
        else:
            self._write_share(share, [point for point in points if point.is_default])
            attachments = self._write_attachments(share)
        for point in points:
            if point.is_default:
                continue
            if obstacle := _obstacle_of_access_point(point):
                what = f"access point {quoted(point.name, 60)} ({plain(point.id)}) of share {plain(point.share_id)}"
                self.leave_out(what, obstacle)
            else:
                self._write_access_point(point, share, attachments)

    def add_snapshot(self, snapshot: SnapshotView) -> None:
        """Write a snapshot, unless the provider cannot hold it."""
        if obstacle := _obstacle(snapshot):
            what = f"snapshot {quoted(snapshot.name, 60)} ({plain(snapshot.id)}) of share {plain(snapshot.share_id)}"
            self.leave_out(what, obstacle)
            return
        self._write(
            _SNAPSHOT,
            self._label_below(snapshot.share_id, snapshot.name),
            {
                "name": string(snapshot.name),
                "share_id": self._share_id(snapshot.share_id),
                "region": string(snapshot.region),
            },
            block("lifecycle", _KEEP),
            import_id=snapshot.id,
            comments=_about_name(snapshot.name, _SNAPSHOT_NAME, "lowercase letters, digits and -, at most 64"),
        )

    def _write_share(self, share: ShareView, default_points: list[AccessPointView]) -> None:
        ignored = []
        comments = _about_name(share.name, _SHARE_NAME, "lowercase letters, digits and -, first a letter, at most 64")
        first, *others = share.vpc_ids
        arguments = {"name": string(share.name), "region": string(share.region), "size": str(share.size_gib)}
        if share.performance_tier in _TIERS:
            arguments["performance_tier"] = string(share.performance_tier)
        else:
            tier = f"is {quoted(share.performance_tier, 30)}" if share.performance_tier else "is not known"
            comments.append(f"Its tier {tier}, which the provider cannot say, so that Terraform does not change it.")
            ignored.append("performance_tier")
        if others:
            comments.append(
                f"It is in {len(share.vpc_ids)} VPCs. The provider takes whichever the API names first for its "
                "vpc_id, and would replace the share if that were another."
            )
            ignored.append("vpc_id")
        arguments["vpc_id"] = _vpc(first, share.vpc_names)
        comments += [
            f"Its default access point, which the provider cannot set, has another policy than usual: {policy.text()}."
            for policy in (point.access_policy for point in default_points)
            if policy.squash_config != "ROOT_SQUASH" or policy.identity_enforcement_enabled
        ]
        lifecycle = {**_KEEP, "ignore_changes": listed(ignored)} if ignored else _KEEP
        self._shares[share.id] = self._write(
            _SHARE,
            identifier(share.name, "share"),
            arguments,
            block("lifecycle", lifecycle),
            import_id=f"{share.id},{share.region}",
            comments=comments,
        )

    def _write_attachments(self, share: ShareView) -> dict[str, str]:
        """Write one for each VPC but the first, and return their addresses by VPC."""
        written: dict[str, str] = {}
        for vpc_id in share.vpc_ids[1:]:
            arguments = {
                "share_id": self._share_id(share.id),
                "vpc_id": _vpc(vpc_id, share.vpc_names),
                "region": string(share.region),
            }
            if written:
                # The provider's documentation has them attached one at a time.
                arguments["depends_on"] = listed([list(written.values())[-1]])
            label = self._label_below(share.id, vpc_id.partition("-")[0])
            written[vpc_id] = self._write(_ATTACHMENT, label, arguments)
        return written

    def _write_access_point(self, point: AccessPointView, share: ShareView, attachments: Mapping[str, str]) -> None:
        policy = point.access_policy
        comments = []
        arguments = {
            "name": string(point.name),
            "share_id": self._share_id(point.share_id),
            "path": string(point.path),
            "vpc_id": _vpc(point.vpc_id or "", {point.vpc_id or "": point.vpc_name or ""}),
        }
        if point.vpc_id and point.vpc_id in attachments:
            arguments["depends_on"] = listed([attachments[point.vpc_id]])
        elif point.vpc_id not in share.vpc_ids:
            comments.append(
                "Its VPC is not attached to the share, which the provider's documentation asks for. It is imported all "
                "the same."
            )
        access_policy = {
            "anonuid": str(policy.anonuid),
            "anongid": str(policy.anongid),
            "protocols": listed(map(string, policy.protocols)),
            "squash_config": string(policy.squash_config),
            "identity_enforcement_enabled": boolean(policy.identity_enforcement_enabled),
        }
        self._write(
            _ACCESS_POINT,
            self._label_below(point.share_id, point.name),
            arguments,
            block("access_policy", access_policy),
            import_id=point.id,
            comments=comments,
        )

    def _write(
        self,
        kind: str,
        wanted: str,
        arguments: Mapping[str, str],
        *inner: str,
        import_id: str = "",
        comments: Iterable[str] = (),
    ) -> str:
        """Write a resource, and what imports it, and return its address."""
        label = self._labels.new(kind, wanted)
        address = f"{kind}.{label}"
        resource = block(f'resource "{kind}" "{label}"', arguments, *inner)
        if import_id:
            self.sections.append(block("import", {"to": address, "id": string(import_id)}))
        self.sections.append("\n".join([*map(comment, comments), resource]))
        self.counts[kind] += 1
        return address

    def leave_out(self, what: str, why: str) -> None:
        """Say in the file what is not in it, and why."""
        reason = f"{what}: {why}."
        self.left_out.append(reason)
        self.sections.append(comment(f"Left out: {reason}"))

    def _share_id(self, share_id: str) -> str:
        """Return how a share's id is written: by its resource, if that is in the file."""
        address = self._shares.get(share_id)
        return f"{address}.id" if address else string(share_id)

    def _label_below(self, share_id: str, name: str) -> str:
        share = self._shares.get(share_id, "").partition(".")[2] or "share"
        return identifier(f"{share}_{name}", share)


def _obstacle_of_share(share: ShareView) -> str:
    """Return why the provider cannot hold a share; an empty text if it can."""
    if not share.vpc_ids and not is_failed(share):
        return "it is attached to no VPC, and the provider fails on such a share"
    if share.size_gib < _LEAST_GIB:
        return f"it has {share.size_gib} GiB, and the provider takes {_LEAST_GIB} at least"
    return _obstacle(share)


def _obstacle_of_access_point(point: AccessPointView) -> str:
    if point.vpc_id is None:
        return "it has no VPC, and the provider wants one"
    if not point.path:
        return "it has no path, and the provider wants one"
    if point.access_policy.squash_config not in _SQUASH_CONFIGS:
        return f"the provider does not know {plain(point.access_policy.squash_config, 30)}"
    return _obstacle(point)


def _obstacle(thing: _Thing) -> str:
    if is_failed(thing):
        return f"it is {thing.status}"
    return "" if thing.name else "it has no name"


def _about_name(name: str, allowed: re.Pattern[str], rule: str) -> list[str]:
    """Return what to say of a name, unless the provider's documentation allows it."""
    if allowed.fullmatch(name):
        return []
    return [
        f"Its name is none that the provider's documentation allows ({rule}). It is imported all the same, but could "
        "perhaps not be made anew."
    ]


def _vpc(vpc_id: str, names: Mapping[str, str] | None) -> str:
    """Return how a VPC is written: by its id, with its name beside it if that is known."""
    name = (names or {}).get(vpc_id)
    return f"{string(vpc_id)} {comment(quoted(name, 60))}" if name else string(vpc_id)


def _age(thing: _Thing) -> tuple[datetime, str]:
    return utc(thing.created_at), thing.id


def _by_share(things: Iterable[B]) -> dict[str, list[B]]:
    """Return what is not deleted by the share it belongs to, the oldest first."""
    found: defaultdict[str, list[B]] = defaultdict(list)
    for thing in sorted(existing(things), key=_age):
        found[thing.share_id].append(thing)
    return found

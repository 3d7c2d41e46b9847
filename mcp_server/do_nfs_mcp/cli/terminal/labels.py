"""What people call the fields of results."""

import re

__all__ = ["label"]

_LABELS = {
    "anongid": "Anonymous GID",
    "anonuid": "Anonymous UID",
    "hcl": "Terraform",
    "id": "ID",
    "identity_enforcement_enabled": "Identities enforced",
    "ip_range": "IP range",
    "is_default": "Default",
    "listed_shares": "Shares",
    "manager_urn": "Managed by",
    "next": "Next call",
    "os": "Operating system",
    "region_slug": "Region",
    "snapshot_days": "Allowed days since a snapshot",
    "snapshot_size_gib": "Size of snapshots",
    "squash_config": "Squash",
    "unusable_gib": "Unusable size",
    "usable_gib": "Usable size",
    "usable_snapshot_gib": "Size of usable snapshots",
    "without_snapshot_yet": "New shares without a snapshot",
}
"""Of fields whose names do not say it in words."""


def label(field: str) -> str:
    """Return what people call a field: "size_gib" is the size, "vpc_ids" are the VPCs, "created_at" is created."""
    if field in _LABELS:
        return _LABELS[field]
    words = re.sub("^performance_|_(gib|at|name|id)$", "", field)
    words = re.sub("_ids$", "s", words).replace("_", " ")
    return re.sub(r"\bvpc", "VPC", words[:1].upper() + words[1:], flags=re.IGNORECASE)

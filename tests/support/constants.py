"""What many tests name: a token of nobody, VPCs that every sandbox has, and how clients begin."""

from typing import Any

TOKEN = "dop_v1_" + "c0ffee00" * 8
VPC = "796c6fe3-2a1d-4da2-9f3e-38239827dc91"
OTHER_VPC = "8f14e45f-ceea-467f-9a3c-1d2b3c4d5e6f"
NEW_SHARE: dict[str, Any] = {"name": "data", "region": "atl1", "size_gib": 100, "vpc_ids": [VPC]}
"""Arguments of create_share."""
PROTOCOL_VERSIONS = ("legacy", "2026-07-28")
"""As the SDK's client names them: with the initialize handshake, or without."""
INITIALIZE_PARAMS: dict[str, Any] = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "1"},
}
"""What a client begins with before 2026-07-28."""
REQUEST_META: dict[str, Any] = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": INITIALIZE_PARAMS["clientInfo"],
    "io.modelcontextprotocol/clientCapabilities": {},
}
"""What each request has in its _meta from 2026-07-28 on."""

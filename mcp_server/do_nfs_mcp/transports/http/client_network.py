"""Where a request comes from, as far as strangers are told apart by that."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from starlette.types import Scope

__all__ = ["client_network"]

# Anyone who has one IPv6 address has its whole network.
_IPV6_PREFIX = 64


def client_network(scope: Scope) -> str:
    """Return whom a request comes from: an address of IPv4 or a network of IPv6; one word for all that is neither."""
    try:
        address = ip_address((scope.get("client") or ("", 0))[0])
    except ValueError:
        return "elsewhere"
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Network((int(address), _IPV6_PREFIX), strict=False))

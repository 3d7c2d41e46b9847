"""Which hosts are this machine."""

from ipaddress import ip_address

__all__ = ["is_loopback"]


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine, reached without any network.

    Args:
        host: An IP address or a name, without a port and without brackets.
    """
    try:
        address = ip_address(host)
        # Python 3.13 sees this by itself.
        return (getattr(address, "ipv4_mapped", None) or address).is_loopback
    except ValueError:
        return host == "localhost"

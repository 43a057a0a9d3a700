"""Addresses of callers: whom an address stands for, where something is counted by address."""

from __future__ import annotations

import ipaddress
from functools import lru_cache


@lru_cache(maxsize=4_096)
def network_of(address: str) -> str:
    """Return the network that one caller has to itself: an IPv6 /64, and every other address as it is."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return address


class Addresses:
    """A list of addresses and networks as a person writes it, with commas: `192.0.2.1, 10.0.0.0/8`; `*` is everybody.

    What is no address stands for itself. Raises `ValueError` for a network that is none.
    """

    def __init__(self, text: str) -> None:
        said = {one.strip() for one in text.split(",")} - {""}
        self._everybody = "*" in said
        self._said = frozenset(said)
        self._networks = [ipaddress.ip_network(one) for one in sorted(said) if "/" in one]

    def __contains__(self, address: object) -> bool:
        """Whether an address is in the list."""
        if self._everybody or address in self._said:
            return True
        if not self._networks or not isinstance(address, str):
            return False
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._networks)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine as only it itself reaches it."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

"""Destinations that others name: which addresses of the network they may lead to."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from urllib.parse import urlsplit

LONGEST: Final = 2_000

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Looks a name up; returns its addresses. Raises `OSError` where there is none."""

_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


class Unreachable(Exception):
    """A destination that a message cannot or must not go to; the text says why."""


class Destinations:
    """The rule of where messages may go: to public addresses by https, and nowhere inside.

    With `loopback` also to this machine, and there by http: for development and tests.
    """

    def __init__(self, *, loopback: bool = False, resolve: Resolve | None = None) -> None:
        self._loopback = loopback
        self._resolve = resolve or resolved

    def check_url(self, url: str) -> tuple[str, int]:
        """Return host and port of an address that a message may be sent to; raises `Unreachable`."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise Unreachable("is not an address such as https://example.com/hooks") from None
        if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
            raise Unreachable(f"is not an address of at most {LONGEST:,} printable ASCII characters")
        if parts.scheme not in ({"https", "http"} if self._loopback else {"https"}) or not host:
            raise Unreachable("is not an https address")
        if parts.username is not None or parts.password is not None:
            raise Unreachable("holds a user name or password; the signature says who sends")
        if parts.fragment:
            raise Unreachable("has a fragment (#), which no server sees")
        return host, port or (443 if parts.scheme == "https" else 80)

    async def addresses(self, host: str, port: int) -> tuple[str, ...]:
        """Return the addresses of a host, all of which may be connected to; raises `Unreachable`."""
        try:
            found = tuple(await self._resolve(host, port))
        except OSError as error:
            raise Unreachable(f"{host} is not found: {error.strerror or error}") from error
        except UnicodeError as error:  # a label is empty, or longer than names may be
            raise Unreachable(f"{host} is no name that a host can have") from error
        if not found:
            raise Unreachable(f"{host} has no address")
        for address in found:
            if not self.may_be(address):
                raise Unreachable(f"{host} leads to {address}, which is not a public address")
        return found

    def may_be(self, address: str) -> bool:
        """Tell whether an address may be connected to."""
        ip = _inner(ipaddress.ip_address(address.partition("%")[0]))
        if ip.is_loopback:
            return self._loopback
        return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _inner(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return the IPv4 address that an IPv6 address carries, where it carries one: it leads there."""
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        carried = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        return carried or ip
    return ip


async def resolved(host: str, port: int) -> Sequence[str]:
    """Look a name up as the system does."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for _, _, _, _, address in found))

"""URLs of a Redis or Valkey: one server, several behind Sentinel, or a cluster."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

SCHEMES: Final = frozenset({"redis", "rediss", "redis+sentinel", "rediss+sentinel", "redis+cluster", "rediss+cluster"})

_PORTS: Final = {"one": 6379, "sentinel": 26379, "cluster": 6379}


class RedisUrl(msgspec.Struct, frozen=True, kw_only=True):
    """What a URL says of a Redis.

    `timeout` is the deadline of a call in seconds, `connections` how many are open to a server at most. `prefix`
    begins every key and channel, so that several installations can share a server. A service's streams have
    `partitions`, as many in all processes and for ever. `master` is the name of what Sentinel watches; `ca` a file of
    the authorities (PEM) that certificates must be signed by; without it they are those that the system trusts.
    """

    kind: Literal["one", "sentinel", "cluster"]
    hosts: tuple[tuple[str, int], ...]
    tls: bool = False
    username: str | None = None
    password: str | None = None
    database: int = 0
    master: str | None = None
    timeout: float = 1.0
    connections: int = 50
    prefix: str = "ri"
    partitions: int = 16
    ca: str | None = None

    @property
    def shown(self) -> str:
        """The URL as it may be logged: without the user and the password."""
        scheme = ("rediss" if self.tls else "redis") + ("" if self.kind == "one" else f"+{self.kind}")
        path = f"/{self.master}" if self.kind == "sentinel" else f"/{self.database}" if self.kind == "one" else ""
        return f"{scheme}://{','.join(f'{host}:{port}' for host, port in self.hosts)}{path}"

    def __repr__(self) -> str:
        return f"<Redis {self.shown}>"


class _Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    timeout: float = 1.0
    connections: int = 50
    prefix: str = "ri"
    partitions: int = 16
    ca: str | None = None


def read_url(url: str) -> RedisUrl:
    """Return what a URL says; raises `ValueError` for what it cannot say, without repeating its password.

    `redis://host/0`, `redis+sentinel://host,host/mastername`, `redis+cluster://host,host`; with `rediss` over TLS.
    Options follow a question mark: `timeout`, `connections`, `prefix`, `partitions`, `ca`.
    """
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        raise ValueError(f"{parts.scheme}:// is no Redis; use one of {', '.join(sorted(SCHEMES))}.")
    secure, _, kind = parts.scheme.partition("+")
    who, _, where = parts.netloc.rpartition("@")
    username, _, password = who.partition(":")
    path = parts.path.strip("/")
    try:
        options = msgspec.convert(
            dict(parse_qsl(parts.query, strict_parsing=bool(parts.query))), _Options, strict=False
        )
        read = RedisUrl(
            kind=msgspec.convert(kind or "one", Literal["one", "sentinel", "cluster"]),
            hosts=tuple(_host(one, _PORTS[kind or "one"]) for one in where.split(",")),
            tls=secure == "rediss",
            username=unquote(username) or None,
            password=unquote(password) or None,
            database=int(path or 0) if not kind else 0,
            master=path if kind == "sentinel" else None,
            **msgspec.structs.asdict(options),
        )
    except ValueError as error:
        raise ValueError(f"A {parts.scheme}:// URL is not as it has to be: {error}.") from None
    if kind == "sentinel" and not path:
        raise ValueError("A Sentinel URL ends with the name of what it watches: redis+sentinel://host:26379/name.")
    if kind == "cluster" and path:
        raise ValueError("A cluster has no numbered databases; set prefix= to share it.")
    if read.ca is not None and not read.tls:
        raise ValueError(f"A {parts.scheme}:// URL names certificates and does not use them; write rediss for TLS.")
    if read.ca is not None and not Path(read.ca).is_file():
        raise ValueError(f"There is no file of certificates at {read.ca}, which a {parts.scheme}:// URL names.")
    if "{" in read.prefix or read.timeout <= 0 or min(read.connections, read.partitions) < 1:
        raise ValueError(
            "A Redis URL has a timeout above 0, at least one connection and partition, no { in its prefix."
        )
    return read


def _host(text: str, port: int) -> tuple[str, int]:
    name, colon, number = text.rpartition(":")
    if not colon or "]" in number:  # an address of IPv6 without a port
        name, number = text, ""
    if not name:
        raise ValueError("it names no host")
    return name.strip("[]"), int(number or port)

"""Clients of a Redis by its URL: one server, what Sentinel says is the primary, or a cluster."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable
from typing import Any, Final, Protocol

from redis.asyncio import BlockingConnectionPool, Connection, Redis, RedisCluster, Sentinel, SSLConnection
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import SentinelConnectionPool
from redis.backoff import ExponentialWithJitterBackoff, NoBackoff
from redis.exceptions import ConnectionError as NotConnected
from redis.exceptions import RedisClusterException

from realinsights_platform.redis.urls import RedisUrl

_TRIES_AGAIN: Final = 1
_FIRST_PAUSE: Final = 0.02
_LONGEST_PAUSE: Final = 0.1


class Client(Protocol):
    """What the adapters ask of a client: commands by name, which a cluster's client sends to the key's node."""

    def execute_command(self, *arguments: Any, **options: Any) -> Awaitable[Any]:
        """Return a command's answer; raises `redis.exceptions.RedisError`."""

    async def aclose(self) -> None:
        """Close all connections."""


def open_client(url: RedisUrl) -> Client:
    """Return a client; it connects when it is first used.

    A connection that turns out to be closed is replaced once; what has timed out is not asked again, since the answer
    of the first call may only have been lost.
    """
    if url.kind == "cluster":
        return RedisCluster(
            startup_nodes=[ClusterNode(host, port) for host, port in url.hosts],
            require_full_coverage=False,  # a node that is away takes its own keys with it and no others
            max_connections=url.connections,
            retry=_retry(),
            ssl=url.tls,
            **_certificates(url),
            **_connecting(url),
        )
    if url.kind == "sentinel" and url.master is not None:
        secure = {"ssl": True, **_certificates(url)} if url.tls else {}
        sentinel: Any = Sentinel(  # type: ignore[no-untyped-call] # it is not annotated
            url.hosts,
            sentinel_kwargs={"socket_timeout": url.timeout, "socket_connect_timeout": url.timeout, **secure},
            **_connecting(url),
            **secure,
        )
        primary: Redis = sentinel.master_for(url.master, retry=_retry(), max_connections=url.connections)
        return primary
    (host, port), *_ = url.hosts
    secured: dict[str, Any] = {"connection_class": SSLConnection, **_certificates(url)} if url.tls else {}
    pool = BlockingConnectionPool(
        host=host,
        port=port,
        db=url.database,
        max_connections=url.connections,
        timeout=url.timeout,
        retry=_retry(),
        **_connecting(url),
        **secured,
    )
    return Redis.from_pool(pool)


async def begun(client: Client) -> None:
    """Let a cluster's client learn the nodes before it is asked for several things at once, which it does not survive.

    Raises what connecting raises. Once it knows them, this does nothing.
    """
    if isinstance(client, RedisCluster):
        await client.initialize()


async def close(client: Client) -> None:
    """Close all connections, those to Sentinel too, which a client does not close by itself."""
    await client.aclose()
    if isinstance(client, Redis) and isinstance(client.connection_pool, SentinelConnectionPool):
        for sentinel in client.connection_pool.sentinel_manager.sentinels:
            await sentinel.aclose()


def node_of(client: Client, key: str) -> Any:
    """Return the cluster's node that has a key now; None where there is only one server, or it is not known yet."""
    if not isinstance(client, RedisCluster):
        return None
    try:
        return client.get_node_from_key(key)
    except RedisClusterException:
        return None


async def connection_to(client: Client, url: RedisUrl, key: str | None = None) -> Connection:
    """Return a new connection to the server that has a key, without one to any of the servers; it speaks RESP2.

    Raises `redis.exceptions.ConnectionError` where there is none, and what connecting raises.
    """
    host, port = await _address(client, url, key)
    made: type[Connection] = SSLConnection if url.tls else Connection
    connection = made(
        host=host,
        port=port,
        db=url.database,
        retry=Retry(NoBackoff(), 0),
        **_certificates(url),
        **_connecting(url),
    )
    try:
        async with asyncio.timeout(2 * url.timeout):
            await connection.connect()  # type: ignore[no-untyped-call] # it is not annotated
    except BaseException:
        await connection.disconnect(nowait=True)  # it may be connected and not have been answered
        raise
    return connection


async def _address(client: Client, url: RedisUrl, key: str | None) -> tuple[str, int]:
    if isinstance(client, RedisCluster):
        await client.initialize()
        node = node_of(client, key) if key is not None else random.choice(client.get_primaries())  # noqa: S311
        if node is None:
            raise NotConnected("The cluster does not say which of its nodes has the key.")
        return str(node.host), int(node.port)
    if isinstance(client, Redis) and isinstance(client.connection_pool, SentinelConnectionPool):
        pool: Any = client.connection_pool
        host, port = await pool.get_master_address()
        return str(host), int(port)
    return url.hosts[0]


def _certificates(url: RedisUrl) -> dict[str, Any]:
    return {"ssl_ca_certs": url.ca} if url.tls else {}


def _connecting(url: RedisUrl) -> dict[str, Any]:
    return {
        "username": url.username,
        "password": url.password,
        "socket_timeout": url.timeout,
        "socket_connect_timeout": url.timeout,
        "health_check_interval": 0,
        "protocol": 2,
    }


def _retry() -> Retry:
    backoff = ExponentialWithJitterBackoff(base=_FIRST_PAUSE, cap=_LONGEST_PAUSE)
    return Retry(backoff, _TRIES_AGAIN, supported_errors=(NotConnected,))

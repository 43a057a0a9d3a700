"""The gateway as Kong reads it: a declarative file of the same table of routes that nginx is set up from.

Kong was not run here. What is written follows its documentation of the declarative format 3.0; a test compares routes,
limits and processes with nginx's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from realinsights.gateway import (
    CANARY_HEADER,
    ORGANIZATION_HEADER,
    PAGES,
    READ_SECONDS,
    STREAM_SECONDS,
    Gateway,
    address_of,
    by_specificity,
    canary_of,
    path_of,
    pattern_of,
    upstreams_of,
)
from realinsights_platform.feeds.wire import PREFIX as INTERNAL
from realinsights_platform.http.application import READY
from realinsights_platform.http.routes.declaring import MEBIBYTE, Route

_FORMAT: Final = "3.0"
_STREAMS: Final = "streams"


def declarative(gateway: Gateway) -> str:
    """Return the declarative configuration (JSON) for Kong Gateway 3.x without a database."""
    services = [
        _service(gateway, kind, streamed=streamed, canary=canary, routes=routes)
        for kind, held in gateway.routes.items()
        for canary in ((False, True) if kind in gateway.canaries else (False,))
        for streamed in (False, True)
        if (routes := _routes(gateway, held, streamed=streamed, canary=canary))
    ]
    everything = {
        "_format_version": _FORMAT,
        "upstreams": [_upstream(name, backends) for name, backends in upstreams_of(gateway).items()],
        "services": [*services, _pages(gateway)],
        # The processes count what an organization's plan allows; an address has as much as the largest plan.
        "plugins": [_size(MEBIBYTE), _often(gateway.requests)],
    }
    return msgspec.json.format(msgspec.json.encode(everything), indent=2).decode() + "\n"


def _upstream(name: str, backends: Sequence[int | str]) -> dict[str, Any]:
    told = {"http_failures": 1, "tcp_failures": 1, "timeouts": 1}
    return {
        "name": name,
        "algorithm": "consistent-hashing",
        "hash_on": "header",
        "hash_on_header": ORGANIZATION_HEADER,
        "hash_fallback": "ip",
        "healthchecks": {
            "active": {
                "type": "http",
                "http_path": READY,
                "healthy": {"interval": 1, "successes": 1},
                "unhealthy": {"interval": 1, **told},
            }
        },
        "targets": [{"target": address_of(backend)} for backend in backends],
    }


def _service(
    gateway: Gateway, kind: str, *, streamed: bool, canary: bool, routes: list[dict[str, Any]]
) -> dict[str, Any]:
    seconds = STREAM_SECONDS if streamed else READ_SECONDS
    host = canary_of(kind) if canary else kind
    backends = (gateway.canaries if canary else gateway.backends)[kind]
    return {
        "name": f"{host}.{_STREAMS}" if streamed else host,
        "host": host,
        "protocol": "http",
        "connect_timeout": 1_000,
        "write_timeout": 30_000,
        "read_timeout": 1_000 * seconds,
        "retries": max(1, len(backends) - 1),
        "routes": routes,
    }


def _routes(gateway: Gateway, held: Sequence[Route], *, streamed: bool, canary: bool) -> list[dict[str, Any]]:
    by_path: dict[str, list[Route]] = {}
    for route in held:
        by_path.setdefault(path_of(route), []).append(route)
    return [
        _route(gateway, path, routes, canary=canary)
        for path, routes in sorted(by_path.items())
        if any(map(_streams, routes)) is streamed
    ]


def _streams(route: Route) -> bool:
    return route.streamed or route.media_type == "text/event-stream"


def _route(gateway: Gateway, path: str, routes: Sequence[Route], *, canary: bool) -> dict[str, Any]:
    most = max(route.max_body for route in routes)
    plugins = [_size(most)] if most > MEBIBYTE else []
    if any(route.limit == "sign-in" for route in routes):
        plugins.append(_often(gateway.sign_ins))
    methods = {route.method for route in routes} | {"OPTIONS"}
    name = "".join(letter if letter.isalnum() or letter in "-._~" else "-" for letter in path.strip("/"))
    return {
        "name": canary_of(name) if canary else name,
        "paths": [f"~{pattern_of(path)}$"],
        # A route that asks for a header is looked at before those that do not.
        **({"headers": {CANARY_HEADER: ["yes"]}} if canary else {}),
        "methods": sorted(methods | ({"HEAD"} if "GET" in methods else set())),
        # The one with fewer parts that stand for any text first, as a process looks them up.
        "regex_priority": _priority(path),
        "strip_path": False,
        "preserve_host": True,
        "request_buffering": most <= MEBIBYTE,
        "response_buffering": not any(map(_streams, routes)),
        **({"plugins": plugins} if plugins else {}),
    }


def _priority(path: str) -> int:
    written_out = [not anything for anything in by_specificity(path)]
    return sum(2**place for place, one in enumerate(reversed(written_out + [True] * (16 - len(written_out)))) if one)


def _size(most: int) -> dict[str, Any]:
    return {"name": "request-size-limiting", "config": {"allowed_payload_size": most, "size_unit": "bytes"}}


def _often(a_second: int) -> dict[str, Any]:
    return {"name": "rate-limiting", "config": {"second": a_second, "limit_by": "ip", "policy": "local"}}


def _pages(gateway: Gateway) -> dict[str, Any]:
    """Return what answers all other paths: pages, and nothing of what is internal."""
    nowhere: Mapping[str, Any] = {
        "name": "internal",
        "paths": [INTERNAL],
        "strip_path": False,
        "plugins": [{"name": "request-termination", "config": {"status_code": 404}}],
    }
    pages = next(iter(upstreams_of(gateway)))
    return {
        "name": PAGES,
        "host": pages,
        "protocol": "http",
        "connect_timeout": 1_000,
        "write_timeout": 30_000,
        "read_timeout": 1_000 * READ_SECONDS,
        "retries": 1,
        "routes": [nowhere, {"name": PAGES, "paths": ["/"], "strip_path": False, "preserve_host": True}],
    }

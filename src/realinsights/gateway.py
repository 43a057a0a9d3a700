"""The gateway: nginx in front of several processes, set up from the topology and the table of routes."""

from __future__ import annotations

import os
import pwd
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from realinsights.contracts.plans import ADDRESS_A_SECOND
from realinsights.engines import EngineFailed
from realinsights_platform.errors import Refusal, TooMany, Unavailable
from realinsights_platform.feeds.wire import PREFIX as INTERNAL
from realinsights_platform.http.answers.problems import MethodNotAllowed, NoSuchAddress, problem_of, rendered
from realinsights_platform.http.application import PREFIX, WELL_KNOWN
from realinsights_platform.http.edge.connections import Bounds
from realinsights_platform.http.edge.serving import LARGEST_HEAD, UNREADABLE
from realinsights_platform.http.preconditions import MalformedHeader
from realinsights_platform.http.routes.declaring import MEBIBYTE, Route
from realinsights_platform.http.routes.requests import too_large
from realinsights_platform.http.site import CONTENT_TYPES, IMMUTABLE

ORGANIZATION_HEADER: Final = "Realinsights-Organization"
"""A hint at whose request it is, so that the same process answers it: a wrong one costs speed, nothing else."""

CANARY_HEADER: Final = "Realinsights-Canary"
"""With `yes`, a request goes to the processes of the next release, where there are any of its kind."""

SIGN_INS: Final = 10
"""Sign-ins a second from one address, with a burst of twice as many."""

PAGES: Final = "pages"
"""All processes together, where there are several kinds of them."""

_AWAY: Final = "$away"
"""The variable of nginx that says what cannot be reached."""

_ANY: Final = "[^/]+"

READ_SECONDS: Final = 60
STREAM_SECONDS: Final = 3600
PASSED_OVER_SECONDS: Final = 1
"""For how long a process that was found away is not asked again."""

_IDLE_SECONDS: Final = 1
"""Shorter than a process that ends waits for what may still come on a connection (`serving.DRAIN_SECONDS`)."""


def _root() -> str | None:
    # As root, nginx would give its workers to a user who may read nothing of ours.
    return pwd.getpwuid(0).pw_name if os.geteuid() == 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """What nginx is to know: where it listens, where the processes that answer are, and the folder of the pages.

    `backends` and `routes` are by the kind of process: what is in front of each kind has a port of this machine or
    `host:port`. Any of them answers pages. `canaries` are processes of the next release, by kind: they answer whoever
    asks for them (`CANARY_HEADER`), and nobody else. `documents` are files that nginx answers itself, by path: what no
    process has whole. `parts` are the words for what a kind of process answers, told where none of it is there. With a
    `resolver`, the address of a name server, hosts are looked up again while nginx runs: a container that is made anew
    has another address. With a certificate nginx speaks https and HTTP/2. `sign_ins` a second are let through from one
    address, and `requests` of any kind: as many as the largest plan has. `user` is whom nginx runs as where root
    starts it.
    """

    folder: Path
    host: str
    port: int
    backends: Mapping[str, Sequence[int | str]]
    routes: Mapping[str, Sequence[Route]]
    canaries: Mapping[str, Sequence[int | str]] = field(default_factory=dict)
    documents: Mapping[str, Path] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    site: Path | None = None
    resolver: str | None = None
    certificate: Path | None = None
    key: Path | None = None
    sign_ins: int = SIGN_INS
    requests: int = ADDRESS_A_SECOND
    user: str | None = field(default_factory=_root)

    @property
    def everything(self) -> list[Route]:
        """Return the routes of all processes."""
        return [route for routes in self.routes.values() for route in routes]


def configuration(gateway: Gateway) -> str:
    """Return the configuration as nginx reads it."""
    return "\n".join([*_head(gateway), *_http(gateway), *_server(gateway), "    }", "}", ""])


def write(gateway: Gateway, nginx: Path) -> Path:
    """Write the configuration into the gateway's folder and let nginx check it; raises `EngineFailed`."""
    gateway.folder.mkdir(parents=True, exist_ok=True)
    file = gateway.folder / "nginx.conf"
    file.write_text(configuration(gateway), encoding="utf-8")
    checked = subprocess.run([*command(nginx, file), "-t"], capture_output=True, check=False)  # noqa: S603 - ours
    if checked.returncode:
        said = checked.stderr.decode(errors="replace").strip()
        raise EngineFailed(f"The configuration {file} is not accepted by nginx. It said: {said}.")
    return file


def command(nginx: Path, file: Path) -> tuple[str, ...]:
    """Return the command that runs nginx with a configuration, in the foreground."""
    return (str(nginx), "-p", str(file.parent), "-c", str(file), "-e", "stderr")


def _head(gateway: Gateway) -> list[str]:
    return [
        *([] if gateway.user is None else [f"user {gateway.user};"]),
        "daemon off;",
        "worker_processes auto;",
        f"pid {gateway.folder}/nginx.pid;",
        "error_log stderr warn;",
        "events { worker_connections 8192; }",
    ]


def _http(gateway: Gateway) -> list[str]:
    temporary = [
        f"    {name}_temp_path {gateway.folder}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    ]
    types = [f"        {kind.decode().split(';')[0]} {end.removeprefix('.')};" for end, kind in CONTENT_TYPES.items()]
    hint = ORGANIZATION_HEADER.lower().replace("-", "_")
    return [
        "http {",
        *temporary,
        "    types {",
        *_merged(types),
        "    }",
        "    charset utf-8;",
        # Long enough for the longest path, and many of them: see the map of processes.
        "    map_hash_bucket_size 128;",
        "    map_hash_max_size 4096;",
        "    access_log off;",
        "    server_tokens off;",
        "    sendfile on;",
        "    gzip on;",
        "    gzip_proxied any;",
        "    gzip_min_length 1024;",
        # Not JSON: the API compresses it, and an ETag that nginx weakens cannot be sent back with a change.
        "    gzip_types text/csv text/css text/javascript image/svg+xml;",
        # Refusals of nginx itself say where, as far as an address needs no quoting, and how large a body may be there.
        r'    map $request_uri $instance { "~^(?<safe>[\w/.~-]*)" $safe; }',
        "    map $request_uri $most {",
        *(
            f'        "~^{pattern_of(PREFIX + route.path)}(\\?|$)" {route.max_body:,};'
            for route in gateway.everything
            if route.max_body > MEBIBYTE
        ),
        f"        default {MEBIBYTE:,};",
        "    }",
        f'    map $http_{hint} $named {{ "" $cookie_{hint}; default $http_{hint}; }}',
        '    map $named $organization { "" $remote_addr; default $named; }',
        "    map $processes $away {",
        *(
            f'        {name} "{words} cannot be reached just now; the rest works on.";'
            for name, words in gateway.parts.items()
        ),
        *(
            f'        {canary_of(name)} "The next release cannot be reached just now; the one in use works on.";'
            for name in gateway.canaries
        ),
        '        default "No process answers just now.";',
        "    }",
        "    limit_req_zone $binary_remote_addr zone=sign_in:10m " + f"rate={gateway.sign_ins}r/s;",
        f"    limit_req_zone $binary_remote_addr zone=requests:10m rate={gateway.requests}r/s;",
        "    limit_req_status 429;",
        "    limit_conn_zone $binary_remote_addr zone=open:10m;",
        f"    limit_conn open {Bounds().per_address};",
        "    limit_conn_status 503;",
        *_services(gateway),
        *(line for name, backends in upstreams_of(gateway).items() for line in _upstream(gateway, name, backends)),
    ]


def upstreams_of(gateway: Gateway) -> dict[str, list[int | str]]:
    """Return the processes of each kind, and before them, where there are several kinds, all that answer pages."""
    every = [backend for backends in gateway.backends.values() for backend in backends]
    return {
        _pages(gateway): every,
        **{name: [*backends] for name, backends in gateway.backends.items()},
        **{canary_of(name): [*backends] for name, backends in gateway.canaries.items()},
    }


def canary_of(kind: str) -> str:
    """Return the name of a kind's processes of the next release."""
    return f"{kind}.canary"


def _pages(gateway: Gateway) -> str:
    """Return who answers pages, and what no process has as a route of its own: any process there is."""
    return next(iter(gateway.backends)) if len(gateway.backends) == 1 else PAGES


def _upstream(gateway: Gateway, name: str, backends: Sequence[int | str]) -> list[str]:
    resolved = "" if gateway.resolver is None else " resolve"
    # Names that are looked up are shared by the workers.
    looked_up = (
        []
        if gateway.resolver is None
        else [f"        resolver {gateway.resolver} valid=5s;", f"        zone {name} 256k;"]
    )
    return [
        f"    upstream {name} {{",
        *looked_up,
        "        hash $organization consistent;",
        *(
            f"        server {address_of(backend)} max_fails=1 fail_timeout={PASSED_OVER_SECONDS}s{resolved};"
            for backend in backends
        ),
        "        keepalive 64;",
        f"        keepalive_timeout {_IDLE_SECONDS}s;",
        "    }",
    ]


def _services(gateway: Gateway) -> list[str]:
    """Return the map of paths to the processes that answer them: those that are written out go before the others."""
    exact, patterns = {}, {}
    for name, routes in gateway.routes.items():
        for route in routes:
            path = path_of(route)
            if "{" in path:
                patterns[path] = name
            else:
                exact[path] = name
    chosen = "$usual" if gateway.canaries else "$processes"
    return [
        f"    map $uri {chosen} {{",
        *(f"        {path} {name};" for path, name in sorted(exact.items())),
        # The one with fewer parts that stand for any text first, as a process looks them up.
        *(
            f'        "~^{pattern_of(path)}$" {patterns[path]};'
            for path in sorted(patterns, key=lambda path: (by_specificity(path), path))
        ),
        f"        default {_pages(gateway)};",
        "    }",
        *(_next_release(gateway) if gateway.canaries else ()),
    ]


def _next_release(gateway: Gateway) -> list[str]:
    """Return the map of whom a request goes to where a part of the next release runs beside the one in use."""
    asked = CANARY_HEADER.lower().replace("-", "_")
    return [
        f'    map "$http_{asked} $usual" $processes {{',
        *(f'        "yes {name}" {canary_of(name)};' for name in gateway.canaries),
        "        default $usual;",
        "    }",
    ]


def path_of(route: Route) -> str:
    """Return the path of a route as callers ask for it."""
    return route.path if route.path.startswith(WELL_KNOWN) else PREFIX + route.path


def by_specificity(path: str) -> list[bool]:
    """Return by what paths are looked up that fit the same address: of each part whether it stands for any text."""
    return ["{" in part for part in path.split("/")]


def address_of(backend: int | str) -> str:
    """Return the host and port of a backend."""
    return f"127.0.0.1:{backend}" if isinstance(backend, int) else backend


def _merged(types: Sequence[str]) -> list[str]:
    by_kind: dict[str, list[str]] = {}
    for line in types:
        kind, end = line.split()
        by_kind.setdefault(kind, []).append(end.removesuffix(";"))
    return [f"        {kind} {' '.join(ends)};" for kind, ends in by_kind.items()]


def _server(gateway: Gateway) -> list[str]:
    secure = gateway.certificate is not None and gateway.key is not None
    host = f"[{gateway.host}]" if ":" in gateway.host else gateway.host
    lines = [
        "    server {",
        f"        listen {host}:{gateway.port}{' ssl' if secure else ''};",
    ]
    if secure:
        lines += [
            "        http2 on;",
            f"        ssl_certificate {gateway.certificate};",
            f"        ssl_certificate_key {gateway.key};",
            "        ssl_protocols TLSv1.2 TLSv1.3;",
        ]
    lines += [
        f"        client_max_body_size {MEBIBYTE // 1024 + 64}k;",
        "        client_header_timeout 15s;",
        "        client_body_timeout 30s;",
        "        keepalive_timeout 75s;",
        "        proxy_http_version 1.1;",
        '        proxy_set_header Connection "";',
        "        proxy_set_header Host $http_host;",
        # Not added to what a client says of itself: whoever is in front of us is named here, and nobody else believed.
        "        proxy_set_header X-Forwarded-For $remote_addr;",
        "        proxy_set_header X-Forwarded-Proto $scheme;",
        "        proxy_connect_timeout 1s;",
        f"        proxy_read_timeout {READ_SECONDS}s;",
        "        proxy_send_timeout 30s;",
        # A POST or PATCH goes to another process only where it reached none; a PUT or DELETE names the version that it
        # changes, so that a second one changes nothing more.
        "        proxy_next_upstream error timeout;",
        f"        proxy_next_upstream_tries {max(2, *map(len, gateway.backends.values()))};",
        "        proxy_next_upstream_timeout 5s;",
        # As many bytes of a head as a process reads; what is longer in all is refused by the process.
        f"        large_client_header_buffers 4 {LARGEST_HEAD // 1024}k;",
        # What is used up where a request is refused with 429; sign-ins say theirs.
        f'        set $often "requests from your address: it has {gateway.requests:,} a second";',
        f"        {_ceiling(gateway)}",
        *_refusals(),
        "        location / { proxy_pass http://$processes; }",
        f"        location {INTERNAL} {{ error_page 404 = @nowhere; return 404; }}",
        *(
            f"        location = {path} {{ alias {file}; default_type application/json; }}"
            for path, file in gateway.documents.items()
        ),
    ]
    if gateway.site is not None:
        lines += [
            f"        location {IMMUTABLE} {{",
            f"            root {gateway.site};",
            '            add_header Cache-Control "public, max-age=31536000, immutable";',
            '            add_header X-Content-Type-Options "nosniff";',
            "        }",
        ]
    return lines + [line for location in _locations(gateway) for line in location]


def _refusals() -> list[str]:
    """Return what nginx answers by itself, in the words and the form that a process has for it."""
    methods = "GET, HEAD, POST, PUT, PATCH, DELETE"
    unread = MalformedHeader(UNREADABLE)
    away = Unavailable(f"{_AWAY} Try again in a second.")
    crowded = Unavailable("Your address has too many requests open. Try again once some of them have been answered.")
    often = TooMany("Too many $often. Try again in a second.", retry_after=1)
    # What could not be read has no address that a named location could keep.
    return [
        *_refused("400 414 494 505", "/.refused", unread),
        *_refused("", "@nowhere", NoSuchAddress()),
        *_refused("405", "@method", MethodNotAllowed(methods), Allow=f'"{methods}"'),
        *_refused("413", "@large", too_large("$most")),
        *_refused("429", "@often", often, **{"Retry-After": "1"}),
        *_refused("503", "@crowded", crowded, **{"Retry-After": "1"}),
        *_refused("502 504", "@away", away, **{"Retry-After": "1"}),
    ]


def _refused(codes: str, place: str, refusal: Refusal, **headers: str) -> list[str]:
    problem, _ = problem_of(refusal, path="$instance", request_id="$request_id")
    return [
        *([f"        error_page {codes} = {place};"] if codes else []),
        f"        location {place if place.startswith('@') else f'= {place}'} {{",
        "            internal;",
        "            default_type application/problem+json;",
        "            add_header X-Request-Id $request_id always;",
        "            add_header Cache-Control no-store always;",
        "            add_header X-Content-Type-Options nosniff always;",
        *(f"            add_header {name} {value} always;" for name, value in headers.items()),
        f"            return {problem.status} '{rendered(problem).decode()}';",
        "        }",
    ]


def _ceiling(gateway: Gateway) -> str:
    return f"limit_req zone=requests burst={2 * gateway.requests} nodelay;"


def _locations(gateway: Gateway) -> list[list[str]]:
    """Return the locations of paths that want more than others: large bodies, streams, sign-ins."""
    found: dict[str, list[str]] = {}
    for route in gateway.everything:
        wanted = []
        if route.max_body > MEBIBYTE:
            wanted += [f"client_max_body_size {route.max_body // 1024 + 64}k;", "proxy_request_buffering off;"]
        if route.streamed or route.media_type == "text/event-stream":
            wanted += ["proxy_buffering off;", f"proxy_read_timeout {STREAM_SECONDS}s;"]
        if route.limit == "sign-in":
            # A location with a limit of its own inherits none.
            wanted += [
                "limit_req zone=sign_in burst=20 nodelay;",
                _ceiling(gateway),
                'set $often "attempts from your address";',
            ]
        if wanted:
            known = found.setdefault(route.path, [])
            known += [line for line in wanted if line not in known]
    return [
        [f"        location {_matching(path)} {{", *(f"            {line}" for line in lines),
         "            proxy_pass http://$processes;", "        }"]
        for path, lines in sorted(found.items())
    ]  # fmt: skip


def _matching(path: str) -> str:
    path = PREFIX + path
    return f'~ "^{pattern_of(path)}$"' if "{" in path else f"= {path}"


def pattern_of(path: str) -> str:
    """Return the regular expression that the addresses of a path fit, without its ends."""
    return _ANY.join(map(re.escape, re.split(r"\{\w+\}", path)))

"""Kong's declarative file says what nginx's configuration says: whose each path is, how large, how often, and where."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from realinsights import gateway, kong
from realinsights.adapters import assembly_of
from realinsights.auth.model.people import SubscriptionTier
from realinsights.contracts.plans import ADDRESS_A_SECOND, PLANS
from realinsights.topology import services
from realinsights_platform.http.routes.declaring import MEBIBYTE

BACKENDS: dict[str, list[int | str]] = {
    f"{service}.api": [f"{service}-{number}:8000" for number in (1, 2)] for service in services()
}
WANTED = gateway.Gateway(
    folder=Path("/tmp"),  # noqa: S108 - nothing is written
    host="127.0.0.1",
    port=8000,
    backends=BACKENDS,
    routes={f"{service}.api": assembly_of(service).ROUTES for service in services()},
    canaries={"loans.api": ["loans-next:8000"], "files.api": ["files-next:8000"]},
    sign_ins=7,
)
TEXT = gateway.configuration(WANTED)
FILE: dict[str, Any] = json.loads(kong.declarative(WANTED))
ROUTES = [(service, route) for service in FILE["services"] for route in service["routes"]]
ADDRESSES = sorted(
    {re.sub(r"\{\w+\}", "01a22d85-cda8", gateway.path_of(route)) for route in WANTED.everything}
    | {"/", "/dashboard/", "/api/v1/nothing", "/api/v1/loans/one/two/three/four", "/health/live"}
)


def nginx_says(address: str, *, canary: bool = False) -> str:
    """Return the processes that nginx's maps send an address to: what is written out, then the first pattern."""
    usual = nginx_usually(address)
    block = re.search(r'map "\$http_realinsights_canary \$usual" \$processes \{\n(.*?)\n    \}', TEXT, flags=re.DOTALL)
    assert block is not None
    return dict(re.findall(r'"yes (\S+)" (\S+);', block[1])).get(usual, usual) if canary else usual


def nginx_usually(address: str) -> str:
    block = re.search(r"map \$uri \$usual \{\n(.*?)\n    \}", TEXT, flags=re.DOTALL)
    assert block is not None
    lines = [line.strip().removesuffix(";").rsplit(" ", 1) for line in block[1].splitlines()]
    for key, kind in lines:
        if key == address:
            return kind
    for key, kind in lines:
        if key.startswith('"~') and re.search(key[2:-1], address):
            return kind
    return dict(lines)["default"]


def kong_says(address: str, *, canary: bool = False) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the service and the route that Kong would choose.

    A route that asks for a header goes before those that do not, the pattern of the highest priority before others, and
    patterns before prefixes.
    """
    fitting = [
        ("headers" in route, route["regex_priority"], place)
        for place, (_, route) in enumerate(ROUTES)
        if route["paths"][0].startswith("~")
        and re.match(route["paths"][0][1:], address)
        and (canary or "headers" not in route)
    ]
    if fitting:
        return ROUTES[max(fitting)[2]]
    prefixes = [(len(route["paths"][0]), place) for place, (_, route) in enumerate(ROUTES)
                if not route["paths"][0].startswith("~") and address.startswith(route["paths"][0])]  # fmt: skip
    return ROUTES[max(prefixes)[1]]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_answered_by_the_same_processes(address: str) -> None:
    assert kong_says(address)[0]["host"] == nginx_says(address)


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_next_release_is_asked_for_the_same_addresses(address: str) -> None:
    service, route = kong_says(address, canary=True)
    assert service["host"] == nginx_says(address, canary=True)
    assert route.get("headers", {}) in ({}, {"Realinsights-Canary": ["yes"]})


def test_what_is_internal_is_answered_by_none() -> None:
    _, route = kong_says("/internal/journals/loans/organizations")
    assert route["plugins"] == [{"name": "request-termination", "config": {"status_code": 404}}]
    assert "location /internal/ {" in TEXT


def test_bodies_and_sign_ins_have_the_same_limits() -> None:
    assert FILE["plugins"][0]["config"] == {"allowed_payload_size": MEBIBYTE, "size_unit": "bytes"}
    for route in WANTED.everything:
        _, chosen = kong_says(re.sub(r"\{\w+\}", "x", gateway.path_of(route)))
        limits = {plugin["name"]: plugin["config"] for plugin in chosen.get("plugins", [])}
        assert (
            limits.get("request-size-limiting", FILE["plugins"][0]["config"])["allowed_payload_size"] >= route.max_body
        )
        if route.limit == "sign-in":
            assert limits["rate-limiting"] == {"second": 7, "limit_by": "ip", "policy": "local"}
        assert route.method in chosen["methods"]
    assert "rate=7r/s" in TEXT


def test_an_address_has_what_the_largest_plan_has_at_both() -> None:
    assert set(PLANS) == {tier.value for tier in SubscriptionTier}
    assert max(plan.amount / plan.seconds for plan in PLANS.values()) == ADDRESS_A_SECOND == WANTED.requests
    (ceiling,) = (plugin["config"] for plugin in FILE["plugins"] if plugin["name"] == "rate-limiting")
    assert ceiling == {"second": ADDRESS_A_SECOND, "limit_by": "ip", "policy": "local"}
    assert f"limit_req_zone $binary_remote_addr zone=requests:10m rate={ADDRESS_A_SECOND}r/s;" in TEXT
    # Everywhere: once for the server, and in each location whose own limit would be the only one.
    own = TEXT.count("limit_req zone=sign_in ")
    assert own
    assert TEXT.count(f"limit_req zone=requests burst={2 * ADDRESS_A_SECOND} nodelay;") == 1 + own


def test_processes_are_the_same_and_an_organization_stays_with_one() -> None:
    told = {one["name"]: [target["target"] for target in one["targets"]] for one in FILE["upstreams"]}
    for name, targets in told.items():
        block = re.search(rf"upstream {re.escape(name)} \{{\n(.*?)\n    \}}", TEXT, flags=re.DOTALL)
        assert block is not None
        assert re.findall(r"server (\S+) ", block[1]) == targets
    assert {one["hash_on_header"] for one in FILE["upstreams"]} == {gateway.ORGANIZATION_HEADER}


def test_streams_may_last_and_are_not_held_back() -> None:
    for service, route in ROUTES:
        if route.get("response_buffering") is False:
            assert service["read_timeout"] == 3_600_000
    assert any(route.get("response_buffering") is False for _, route in ROUTES)


def test_names_are_unique_and_such_as_kong_takes() -> None:
    names = [route["name"] for _, route in ROUTES]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-zA-Z0-9.\-_~]{1,128}", name) for name in names)

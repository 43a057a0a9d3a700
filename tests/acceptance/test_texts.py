"""Every text field of every service refuses what would show a text as another one."""

from __future__ import annotations

import datetime
import enum
import types
import typing
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import msgspec
import pytest

from realinsights.auth.routes import ROUTES as AUTH_ROUTES
from realinsights.dashboard.routes import ROUTES as DASHBOARD_ROUTES
from realinsights.loans.routes import ROUTES as LOANS_ROUTES
from realinsights_platform.http.application import PREFIX
from realinsights_platform.http.routes.declaring import Route

ROUTES: tuple[Route, ...] = (*AUTH_ROUTES, *LOANS_ROUTES, *DASHBOARD_ROUTES)
TURNED = "a\u202eb"
EXAMPLES = {"email": "ann@example.com", "query": "state=NY"}

# Secrets, and the header of a stranger's file, which is compared with columns that are known: nobody is shown them.
NO_TEXTS = {"challenge", "code", "password", "currentPassword", "newPassword", "token", "header"}
Path = tuple[str | int, ...]


def body_of(route: Route) -> Any:
    """Return the type of a route's JSON body."""
    return typing.get_type_hints(route.handler, include_extras=True).get("data")


def example(hint: Any, name: str = "") -> Any:
    """Return JSON that a type accepts, with every optional part of it."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    simple: dict[Any, Any] = {bool: False, int: 1, str: "A", Decimal: "0.5", datetime.date: "2025-01-31"}
    found = simple.get(hint)
    if origin is typing.Annotated:
        found = example(arguments[0], name)
        if arguments[0] is int:
            found = max(found, *(meta.ge or 0 for meta in arguments[1:]))
    elif origin in {typing.Union, types.UnionType}:
        found = example(next(argument for argument in arguments if argument is not types.NoneType), name)
    elif origin is tuple:
        found = [example(arguments[0], name)]
    elif origin is dict:
        found = {"desk": "west"}
    elif issubclass(hint, msgspec.Struct):
        hints = typing.get_type_hints(hint, include_extras=True)
        fields = msgspec.structs.fields(hint)
        found = {field.encode_name: example(hints[field.name], field.encode_name) for field in fields}
    elif issubclass(hint, enum.Enum):
        found = next(iter(hint)).value
    return EXAMPLES.get(name, found)


def text_paths(hint: Any, path: Path = ()) -> Iterator[Path]:
    """Yield where a type has texts, in its example."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        yield from text_paths(arguments[0], path)
    elif origin in {typing.Union, types.UnionType}:
        yield from text_paths(next(argument for argument in arguments if argument is not types.NoneType), path)
    elif origin is tuple:
        yield from text_paths(arguments[0], (*path, 0))
    elif origin is dict:
        yield (*path, "desk")
    elif issubclass(hint, msgspec.Struct):
        hints = typing.get_type_hints(hint, include_extras=True)
        for field in msgspec.structs.fields(hint):
            if field.encode_name not in NO_TEXTS and not field.encode_name.endswith(("Id", "Ids")):
                yield from text_paths(hints[field.name], (*path, field.encode_name))
    elif hint is str:
        yield path


def wire_name(path: Path) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def with_text(body: Any, path: Path, text: str) -> Any:
    changed = msgspec.json.decode(msgspec.json.encode(body))
    inner = changed
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = text
    return changed


# One route for each type of a body; who signs in writes nothing that is kept.
# A merge patch has no fields of its own: what it makes is checked as the body of a PUT is, see below.
BODIES = {
    body_of(route): route for route in reversed(ROUTES) if route.path != "/auth/sign-in" and route.method != "PATCH"
}
TEXTS = [
    pytest.param(route, path, id=f"{route.method} {route.path} {wire_name(path)}")
    for body, route in BODIES.items()
    if body is not None
    for path in text_paths(body)
]


@pytest.fixture(scope="module")
async def asked(platform: Any) -> tuple[httpx.AsyncClient, dict[str, str]]:
    return platform.client, {**await platform.register("Harbor Capital", "ada@harbor.example"), "If-Match": "*"}


@pytest.fixture(scope="module")
async def invitation(asked: tuple[httpx.AsyncClient, dict[str, str]]) -> str:
    client, headers = asked
    body = {"email": "new@harbor.example", "role": "member"}
    return str((await client.post(f"{PREFIX}/members/invitations", json=body, headers=headers)).json()["token"])


@pytest.mark.parametrize(("route", "path"), TEXTS)
async def test_a_text_that_turns_what_follows_is_refused_by_its_field(
    asked: Any, invitation: str, route: Route, path: Path
) -> None:
    client, headers = asked
    body = with_text(example(body_of(route)), path, TURNED)
    if "token" in body:
        body["token"] = invitation
    address = f"{PREFIX}{route.path}".replace("{kind}", "ageing")
    answer = await client.request(route.method, address, json=body, headers=headers)
    assert answer.status_code == 422, answer.text
    assert wire_name(path) in {error["field"] for error in answer.json()["errors"]}, answer.text


@pytest.mark.parametrize(
    ("field", "query"),
    [("fileName", {"fileName": f"{TURNED}.csv"}), ("deal", {"fileName": "tape.csv", "deal": TURNED})],
)
async def test_so_is_the_name_of_a_file_and_of_a_deal(asked: Any, field: str, query: dict[str, str]) -> None:
    client, headers = asked
    answer = await client.post(f"{PREFIX}/imports", params=query, content=b"loanNumber\n1\n", headers=headers)
    assert answer.status_code == 422, answer.text
    assert {error["field"] for error in answer.json()["errors"]} == {field}

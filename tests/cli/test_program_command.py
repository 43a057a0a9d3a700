"""Programs are made on the command line, and ask a running server with their tokens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.acceptance.one_server import server
from tests.notifications.conftest import World
from tests.test_deletions import product_in

from realinsights.cli.session import TOKEN_VARIABLE

ORG, ADA = "Harbor Capital", "ada@harbor.example"
MAY = ("--may", "portfolio.read", "--may", "member.read")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data folder with an organization."""

    async def founded() -> None:
        async with product_in(tmp_path / "data") as product:
            await World(product).register(ORG, ADA)

    asyncio.run(founded())
    return tmp_path / "data"


@pytest.fixture
def program(run: Any, data: Path) -> Callable[..., Any]:
    def command(*arguments: str) -> Any:
        return run("--data", data, "program", *arguments, "--org", ORG)

    return command


def test_a_program_is_made_and_given_tokens_that_are_shown_once(program: Callable[..., Any]) -> None:
    assert "Loader is there." in program("make", "Loader", *MAY).out
    first = program("token", "loader", "--days", "7")
    assert first.out.startswith("rip_")
    assert "not shown again" in first.error
    second = program("token", "Loader", "--json").document
    third = program("token", "Loader")
    assert (third.code, "at most 2 tokens" in third.error) == (1, True)
    (listed,) = program("list", "--json").document["items"]
    assert (listed["permissions"], len(listed["tokens"])) == (["member.read", "portfolio.read"], 2)
    assert "never" in program("list").out
    assert first.out.strip() not in program("list").out
    assert "revoked" in program("revoke", "Loader", second["id"]).out
    assert "Loader is deleted." in program("delete", "Loader").out
    assert program("list", "--json").document["items"] == []
    missing = program("token", "Loader")
    assert (missing.code, "There is no program Loader" in missing.error) == (1, True)
    assert program("make", "Loader", "--may", "everything").code == 2


def test_a_program_asks_a_server_with_its_token(
    run: Any, data: Path, program: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    program("make", "Loader", *MAY)
    made = program("token", "Loader", "--json").document

    async def served() -> None:
        async with server(data) as (_, address):
            monkeypatch.setenv(TOKEN_VARIABLE, made["token"])
            at = ("--server", address, "--org")
            loans = await asyncio.to_thread(run, "loans", *at, ORG, "--json")
            assert (loans.code, loans.document["total"]) == (0, 0), loans
            for words, command in (
                ("is of Harbor Capital, not of Apex", ("loans", *at, "Apex")),
                ("Your role does not allow this", ("member", "deactivate", ADA, *at, ORG)),
            ):
                refused = await asyncio.to_thread(run, *command)
                assert (refused.code, words in refused.error) == (1, True), refused
            monkeypatch.setenv(TOKEN_VARIABLE, f"{made['token']}x")
            refused = await asyncio.to_thread(run, "loans", *at, ORG)
            assert (refused.code, "wrong, has expired, or was revoked" in refused.error) == (1, True)
            await asked(address, made["token"])

    asyncio.run(served())


async def asked(address: str, token: str) -> None:
    """Ask as programs do that know OAuth 2, and as they should not."""
    form = {"grant_type": "client_credentials", "client_secret": token}
    async with httpx.AsyncClient(base_url=f"{address}/api/v1") as http:
        given = await http.post("/auth/token", data=form)
        assert given.status_code == 200
        assert given.headers["cache-control"] == "no-store"
        assert "set-cookie" not in given.headers
        told = given.json()
        assert (told.keys(), told["token_type"]) == ({"access_token", "token_type", "expires_in"}, "Bearer")
        bearer = {"Authorization": f"Bearer {told['access_token']}"}
        assert (await http.get("/members", headers=bearer)).status_code == 200
        for path in ("/auth/me", "/auth/sessions", "/inbox", "/preferences"):
            refused = await http.get(path, headers=bearer)
            assert (refused.status_code, "program" in refused.json()["detail"]) == (403, True), path
        basic = await http.post("/auth/token", data={"grant_type": "client_credentials"}, auth=("any", token))
        assert basic.status_code == 200
        for status, error, sent in (
            (400, "unsupported_grant_type", {"data": {**form, "grant_type": "password"}}),
            (400, "invalid_request", {"data": {"client_secret": token}}),
            (400, "invalid_request", {"content": "grant_type=client_credentials&client_secret=a&client_secret=b"}),
            (401, "invalid_client", {"data": {**form, "client_secret": "rip_no"}}),
            (401, "invalid_client", {"data": {"grant_type": "client_credentials"}}),
            (400, "invalid_request", {"content": b"\xff\x00=%%%"}),
        ):
            answer = await http.post("/auth/token", **sent)  # type: ignore[arg-type]
            assert (answer.status_code, answer.json()["error"]) == (status, error), sent
            assert token not in answer.text
        in_address = await http.post("/auth/token", data=form, params={"client_secret": token})
        assert in_address.status_code == 422, "an address is logged"
        enormous = await http.post("/auth/token", content=b"a" * 10_000)
        assert enormous.status_code == 413
        elsewhere = await http.post("/auth/token", data=form, headers={"Sec-Fetch-Site": "cross-site"})
        assert elsewhere.status_code == 403

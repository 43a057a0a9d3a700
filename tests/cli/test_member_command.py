"""Members are listed, removed and kept from the command line, on a data folder."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from tests.notifications.conftest import World
from tests.test_deletions import product_in

ORG, ADA, VIC = "Harbor Capital", "ada@harbor.example", "vic@harbor.example"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data folder with an organization of two members."""

    async def founded() -> None:
        async with product_in(tmp_path / "data") as product:
            world = World(product)
            await world.joined(await world.register(ORG, ADA), VIC, "member")

    asyncio.run(founded())
    return tmp_path / "data"


def test_a_member_is_removed_by_address_shown_by_name_and_kept(run: Any, data: Path) -> None:
    def member(*arguments: str) -> Any:
        return run("--data", data, "member", *arguments, "--org", ORG)

    asked = member("remove", VIC, "--json").document
    assert (asked["state"], len(asked["steps"])) == ("asked", 4)
    assert "can be undone until then" in member("status", "vic vance").out
    listed = {one["email"]: one["removal"] for one in member("list", "--json").document["items"]}
    assert (listed[ADA], listed[VIC]["removedAt"]) == (None, None)
    assert "being removed" in member("list").out
    again = member("remove", VIC)
    assert (again.code, "Undo the removal first" in again.error) == (1, True)
    assert "Vic Vance is not removed." in member("keep", VIC).out
    assert member("keep", VIC, "--json").code == 1


def test_nobody_is_removed_who_is_not_there_or_alone_in_charge(run: Any, data: Path) -> None:
    refused = run("--data", data, "member", "remove", "eve@harbor.example", "--org", ORG)
    assert (refused.code, "There is no member eve@harbor.example" in refused.error) == (1, True)
    refused = run("--data", data, "member", "remove", ADA, "--org", ORG)
    assert (refused.code, "last active administrator" in refused.error) == (1, True)


def test_a_member_is_kept_out_and_let_in_again(run: Any, data: Path) -> None:
    def member(*arguments: str) -> Any:
        return run("--data", data, "member", *arguments, "--org", ORG)

    (session,) = member("sessions", VIC, "--json").document["items"]
    assert (session["client"], session["current"]) == ("test", False)
    assert session["id"] in member("sessions", VIC).out
    assert member("sign-out", VIC).out == "Every session of Vic Vance has ended.\n"
    assert member("sessions", VIC, "--json").document["items"] == []
    assert "is deactivated" in member("deactivate", VIC).out
    assert "deactivated" in member("list").out
    assert member("reactivate", VIC).out == "Vic Vance can sign in again.\n"
    needs = member("unlock", VIC)
    assert (needs.code, "Pass --server" in needs.error) == (2, True)


def test_the_keys_that_sign_are_rotated(run: Any, data: Path) -> None:
    first, second = (run("--data", data, "secret", "rotate-keys").out for _ in range(2))
    assert first.startswith("Key ")
    assert first != second


def test_a_member_is_limited_to_a_fund_by_name_and_sees_all_again(run: Any, data: Path) -> None:
    def member(*arguments: str) -> Any:
        return run("--data", data, "member", *arguments, "--org", ORG)

    async def made() -> str:
        async with product_in(data) as product:
            ada = await World(product).sign_in(ADA)
            return str((await ada.post("/funds", {"name": "Core Fund"}))["id"])

    fund = asyncio.run(made())
    assert member("limit", VIC).out == "Vic Vance sees the whole organization.\n"
    limited = member("limit", VIC, "--fund", "core fund", "--json").document
    assert limited["scope"] == {"portfolioIds": [], "fundIds": [fund], "propertyIds": []}
    assert member("limit", VIC).out == f"Vic Vance is limited to {fund}.\n"
    missing = member("limit", VIC, "--portfolio", "Nowhere")
    assert (missing.code, "nothing called Nowhere among the portfolios" in missing.error) == (1, True)
    assert member("limit", VIC, "--whole", "--fund", "Core Fund").code == 2
    assert member("limit", ADA, "--fund", "Core Fund").code == 1, "an administrator"
    assert "sees the whole organization" in member("limit", VIC, "--whole").out

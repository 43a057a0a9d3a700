"""What members are told of changes to their own account: factors added, taken away and used."""

from __future__ import annotations

import datetime
from typing import Any

import pyotp

from .conftest import PASSWORD, Caller, World, until

ADA = "ada@harbor.example"
CONFIRMED = {"currentPassword": PASSWORD}


async def titled(caller: Caller, title: str) -> dict[str, Any]:
    """Return the notice with a title, once it has come."""

    async def told() -> Any:
        items = (await caller.get("/inbox"))["items"]
        return next((item for item in items if item["title"] == title), None)

    found: dict[str, Any] = await until(told)
    return found


async def test_factors_are_told_to_whose_they_are_and_to_nobody_else(world: World) -> None:
    ada = await world.register("Harbor Capital", ADA)
    bo = await world.joined(ada, "bo@harbor.example", "manager", "Bo")
    begun = await ada.post("/auth/me/authenticator", CONFIRMED)
    code = pyotp.TOTP(begun["secret"]).at(datetime.datetime.now(datetime.UTC))
    made = await ada.post("/auth/me/authenticator/confirmation", {"code": code}, status=200)
    added = await titled(ada, "An authenticator app was added to your account")
    assert added["body"].startswith("Signing in needs its code from now on. If that was not you, change your password")

    refused = await world.client.post("/auth/sign-in", json={"email": ADA, "password": PASSWORD})
    assert refused.status_code == 401
    shown = {"challenge": refused.json()["challenge"], "code": made["codes"][0]}
    assert (await world.client.post("/auth/second-factor", json=shown)).status_code == 200
    assert (await titled(ada, "You signed in by a recovery code"))["body"].startswith("9 are left.")

    await ada.post("/auth/me/recovery-codes", CONFIRMED, status=200)
    await titled(ada, "You have new recovery codes")
    await ada.post("/auth/me/authenticator/removal", CONFIRMED, status=204)
    await titled(ada, "Your authenticator app was taken away")
    told = [item["title"] for item in (await bo.get("/inbox"))["items"]]
    assert not any("authenticator" in title or "recovery" in title for title in told)

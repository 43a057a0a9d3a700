"""Founding an organization is auth's alone: every other service works for it from the first request, with no step."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from tests.notifications.conftest import Caller, World
from tests.test_deletions import product_in, until

from realinsights.notifications.store import MAILS, ORGANIZATIONS, PEOPLE
from realinsights_platform.documents.journal_port import Storage

from .drafts import TERMS_OF_A_LOAN

pytestmark = pytest.mark.slow

ADA = "ada@harbor.example"


async def of_loans(ada: Caller) -> None:
    loan = await ada.post("/loans", {"number": "L-1", "name": "Harbor Point", **TERMS_OF_A_LOAN})
    assert (await ada.get(f"/loans/{loan['id']}"))["number"] == "L-1"


async def of_the_dashboard(ada: Caller) -> None:
    await ada.get("/dashboard")
    await ada.post("/dashboard/views", {"name": "New York", "page": "loans", "query": "state=NY"})


async def of_notifications(ada: Caller) -> None:
    await ada.post("/notes", {"thingKind": "loan", "thingId": "one", "text": "Call the borrower"})
    assert (await ada.get("/inbox"))["items"] == []


async def of_files(ada: Caller) -> None:
    await ada.ask("POST", "/documents", status=201, params={"fileName": "lease.txt"}, content=b"the tenant pays")


FIRST: dict[tuple[str, ...], Callable[[Caller], Awaitable[None]]] = {
    ("loans",): of_loans,
    ("files",): of_files,
    ("loans", "dashboard"): of_the_dashboard,
    ("loans", "files", "notifications"): of_notifications,
}
"""What one does first with a service, by it and those whose events it reads."""


@pytest.mark.parametrize("services", FIRST, ids="-".join)
async def test_services_that_were_away_while_an_organization_was_founded_have_nothing_of_it_and_work(
    tmp_path: Path, services: tuple[str, ...]
) -> None:
    async with product_in(tmp_path, ("auth",)) as product:
        ada = await World(product).register("Harbor Capital", ADA)
        org, me = await ada.org, await ada.user

    async with product_in(tmp_path, ("auth", *services)) as product:
        ada = await World(product).sign_in(ADA)
        for service in services:
            if service != "notifications":  # which hear of people by themselves
                assert await product.documents[service].sequence(org) == 0, service
        await FIRST[services](ada)
        if "notifications" in services:
            await of_loans(ada)  # the first that they hear of: the stream told them nothing while they were away
            await knows_whom_auth_told_of(product.documents["notifications"], org, me)


async def knows_whom_auth_told_of(documents: Storage, org: str, user: str) -> None:
    """Wait until notifications have mailed the link of the sign-up; see that they know whom it was for."""

    async def mailed() -> Any:
        return (await documents.find(MAILS, org)).items

    (mail,) = await until(mailed)
    assert (mail.subject, mail.to) == ("Confirm your e-mail address", ADA)
    person, organization = await documents.get(PEOPLE, org, user), await documents.get(ORGANIZATIONS, org, org)
    assert person is not None
    assert organization is not None
    assert (person.email, organization.name) == (ADA, "Harbor Capital")

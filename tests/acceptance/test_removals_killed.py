"""Members are removed from services apart while workers are killed: all let go of them, and nothing else is lost."""

from __future__ import annotations

import asyncio
import os
import random
from pathlib import Path
from typing import Any

import httpx
import pytest

from realinsights.auth.model.undertakings import REMOVAL_GRACE
from realinsights.topology import services
from realinsights_platform.documents.journal import verify

from ..notifications.conftest import Caller, People
from ..test_removals import naming, what_is_left
from .machine import PATIENCE, Machine, machine_in
from .outside import MovedClock, moved_clock

pytestmark = pytest.mark.slow

SEED = 20261201
LATEST_SECONDS = 0.5
"""So long after its removal is due is a worker killed at the latest."""

ADA = "ada@harbor.example"
KILLED = services() if os.environ.get("REALINSIGHTS_FAULTS") else ("auth", "notifications")
"""The services whose workers are killed, one for each member; `make faults` kills all."""


class Leaving:
    """A member who is removed, and what the removal is known by."""

    def __init__(self, email: str) -> None:
        self.email = email
        self.user = ""
        self.date = ""

    async def until_state(self, ada: Caller, *states: str) -> dict[str, Any]:
        """Wait until the removal is in one of these states; return it."""
        async with asyncio.timeout(PATIENCE):
            while True:
                shown: dict[str, Any] = await ada.get(f"/members/{self.user}/removal")
                if shown["state"] in states:
                    return shown
                await asyncio.sleep(0.05)


def people_at(machine: Machine, number: int) -> People:
    """Return people who ask from an address of their own: sign-ins from one are counted."""
    transport = httpx.AsyncHTTPTransport(local_address=f"127.0.3.{number}")
    return People(machine.client(base_url=f"{machine.address}/api/v1", transport=transport))


async def removed_while(service: str, member: Leaving, *, machine: Machine, clock: MovedClock, after: float) -> None:
    """Have a member removed, and kill a service's worker while the services let go of them."""
    number = 2 + services().index(service)
    people = people_at(machine, number)
    async with people.client:
        ada = await people.sign_in(ADA)
        vic = await people.joined(ada, member.email, "manager")
        member.user = await vic.user
        member.date = await what_is_left(ada, vic, number)
        await ada.post(f"/members/{member.user}/removal")
        worker = f"{service}.worker-1"
        starts = {worker: machine.programs[worker].starts}
        clock.go_on(REMOVAL_GRACE)
        await asyncio.sleep(after)  # somewhere in the middle of it
        machine.kill(worker)
        ada = await people.sign_in(ADA)
        await member.until_state(ada, "finishing", "done")
        await machine.until_ready(starts)


async def test_every_service_lets_go_of_a_member_whichever_worker_is_killed(tmp_path: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311 - the same kills each time
    members = {service: Leaving(f"vic.{service}@harbor.example") for service in KILLED}
    with moved_clock(tmp_path) as clock:
        async with machine_in(tmp_path, "services-2b", given=clock.settings()) as machine:
            people = people_at(machine, 1)
            async with people.client:
                ada = await people.register("Harbor Capital", ADA)
                org = await ada.org
                for service, member in members.items():
                    after = chance.random() * LATEST_SECONDS
                    await removed_while(service, member, machine=machine, clock=clock, after=after)
                clock.go_on(2 * REMOVAL_GRACE)
                ada = await people.sign_in(ADA)
                for member in members.values():
                    shown = await member.until_state(ada, "done")
                    counts = {step["service"]: step["counts"] for step in shown["steps"]}
                    assert counts["dashboard"] == {"savedViews": 1}
                    # The upload is older than uploads become: whoever looks first lets go of it.
                    assert counts["files"]["shareLinks"] == 1
                    assert counts["loans"] == {"pausedReportSchedules": 1, "reportSchedules": 2}
                    assert counts["notifications"]["privateNotes"] == 1
                    date = await ada.get(f"/dates/{member.date}")
                    assert (date["assignee"], date["formerAssignee"]) == (None, member.user)
                notes = [(note["text"], note["author"]) for note in (await ada.get("/notes"))["items"]]
                assert sorted(notes) == sorted(("Call the borrower", member.user) for member in members.values())
                assert (await ada.get("/loans", total="true"))["total"] == len(members)
            for service, documents in machine.documents.items():
                assert (await verify(documents, org)).sound, service
                for member in members.values():
                    kinds = await naming(documents, org, member.user)
                    assert kinds == (["saved_view"] if service == "dashboard" else []), (service, member.email)

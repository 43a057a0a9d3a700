"""People who work with the demonstration: inbox, calendar and notes have something, once, whatever cuts it short."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from realinsights.adapters import open_adapters
from realinsights.app import Product, build
from realinsights.auth import store as auth
from realinsights.contracts.loans import LoanStatus
from realinsights.demonstration import EMAIL
from realinsights.demonstration.beginning import found_demonstration
from realinsights.demonstration.founding import TURNS_LATE
from realinsights.demonstration.portfolio import plan
from realinsights.demonstration.working import COLLEAGUE_EMAIL, Places, work_in_demonstration
from realinsights.loans.service.demonstration import remove_demonstration
from realinsights.loans.service.loans import patch_loan
from realinsights.loans.store import DEMONSTRATIONS, LOANS
from realinsights.notifications.model.notes import NotedKind, NotePriority
from realinsights.notifications.model.topics import Topic
from realinsights.notifications.store import DATES, NOTES, NOTIFICATIONS
from realinsights.topology import read_topology
from realinsights_platform.documents.port import Equal
from realinsights_platform.documents.walking import every, organizations

FOUNDED = {
    Topic.MEMBER_INVITED: 1,
    Topic.MEMBER_JOINED: 1,
    Topic.MENTIONED: 1,
    Topic.DELINQUENCY_CHANGED: 1,
}
"""What the administrator is told, by topic, besides reminders of dates."""


@contextlib.asynccontextmanager
async def founded(folder: Path) -> AsyncGenerator[tuple[Product, Places, str], None]:
    topology = read_topology(environment={"REALINSIGHTS_DATA": str(folder)})
    (process,) = topology.processes.values()
    async with open_adapters(topology, process) as adapters, build(process, adapters) as product:
        identity = product.services["auth"].given["identity"]
        assert await found_demonstration(identity=identity, loans=product.documents["loans"])
        (org,) = [org async for org in organizations(product.documents["loans"])]
        places = Places(
            identity=identity,
            loans=product.documents["loans"],
            notifications=product.documents["notifications"],
            follower=product.services["notifications"].given["follower"],
            leases=adapters.leases,
        )
        yield product, places, org


async def until(look: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await look():  # noqa: ASYNC110 - it has no event to wait for
            await asyncio.sleep(0)


async def person(places: Places, org: str, email: str) -> str:
    (found,) = await every(places.identity.documents, auth.USER, org, Equal("email", email))
    return found.id


async def told(places: Places, org: str) -> Counter[Topic]:
    """Return what the administrator was told, by topic, but for reminders of dates."""
    user = await person(places, org, EMAIL)
    mine = await every(places.notifications, NOTIFICATIONS, org, Equal("user", user))
    return Counter(one.topic for one in mine if one.topic is not Topic.CRITICAL_DATE)


async def all_is_told(places: Places, org: str) -> None:
    async def look() -> bool:
        return Topic.DELINQUENCY_CHANGED in await told(places, org)

    await until(look)


async def sequences(product: Product, org: str) -> dict[str, int]:
    return {name: await product.documents[name].sequence(org) for name in ("auth", "loans")}


class TestWorking:
    async def test_gives_inbox_calendar_and_notes_something_and_ends_with_the_portfolio_as_planned(
        self, tmp_path: Path
    ) -> None:
        async with founded(tmp_path) as (product, places, org):
            (before,) = (await places.loans.find(LOANS, org, Equal("number", TURNS_LATE))).items
            assert before.status is LoanStatus.CURRENT
            await work_in_demonstration(places)
            await all_is_told(places, org)
            assert await told(places, org) == FOUNDED
            administrator, colleague = await person(places, org, EMAIL), await person(places, org, COLLEAGUE_EMAIL)
            notes = await every(places.notifications, NOTES, org)
            assert {note.author for note in notes} == {administrator, colleague}
            assert {note.thing_kind for note in notes} == {NotedKind.LOAN, NotedKind.PROPERTY, NotedKind.LENDER}
            (urgent,) = [note for note in notes if note.priority is NotePriority.HIGH]
            assert (urgent.thing_id, urgent.pinned, urgent.mentions) == (before.id, True, (administrator,))
            assert len(await every(places.notifications, DATES, org, Equal("assignee", administrator))) == 1
            planned = {loan.draft.number: loan.draft for loan in plan(before.balance_as_of.replace(day=2)).loans}
            loans = await every(places.loans, LOANS, org)
            assert len(loans) == len(planned) == 60
            for loan in loans:
                draft = planned[loan.number]
                assert (loan.status, loan.tags) == (draft.status, (*draft.tags, "demonstration"))

            was = await sequences(product, org)
            await work_in_demonstration(places)
            assert await sequences(product, org) == was
            assert len(await every(places.notifications, NOTES, org)) == len(notes) == 3

    async def test_the_colleague_cannot_sign_in(self, tmp_path: Path) -> None:
        async with founded(tmp_path) as (_, places, org):
            await work_in_demonstration(places)
            colleague = await person(places, org, COLLEAGUE_EMAIL)
            credential = await places.identity.documents.get(auth.CREDENTIAL, org, colleague)
            assert credential is not None
            assert not await places.identity.hasher.verify(credential.password_hash, "")

    async def test_leaves_a_portfolio_alone_that_somebody_works_with(self, tmp_path: Path) -> None:
        async with founded(tmp_path) as (product, places, org):
            (loan,) = (await places.loans.find(LOANS, org, Equal("number", TURNS_LATE))).items
            async with places.loans.unit(org=org, actor="ann", business_date=loan.balance_as_of) as unit:
                await patch_loan(unit=unit, loan_id=loan.id, changes={"servicer": "Ours"}, expected_version=1)
            was = await sequences(product, org)
            await work_in_demonstration(places)
            assert await sequences(product, org) == was

    @pytest.mark.slow
    @pytest.mark.parametrize("commits", range(1, 7))
    async def test_is_gone_on_with_wherever_it_was_cut(self, tmp_path: Path, commits: int) -> None:
        """Cut after so many commits of its own, of the six or seven that it makes."""
        async with founded(tmp_path) as (_, places, org):
            left = commits

            def count(*_: Any) -> None:
                nonlocal left
                left -= 1
                if left == 0:
                    working.cancel()

            cut = places._replace(
                identity=dataclasses.replace(places.identity, documents=places.identity.documents.telling(count)),
                loans=places.loans.telling(count),
                notifications=places.notifications.telling(count),
            )
            working = asyncio.create_task(work_in_demonstration(cut))
            with contextlib.suppress(asyncio.CancelledError):
                await working
            assert left <= 0, "it was cut"
        async with founded(tmp_path) as (_, places, org):
            await work_in_demonstration(places)
            await all_is_told(places, org)
            assert await told(places, org) == FOUNDED
            assert len(await every(places.notifications, NOTES, org)) == 3
            (loan,) = (await places.loans.find(LOANS, org, Equal("number", TURNS_LATE))).items
            assert (loan.status, loan.version) == (LoanStatus.DAYS_30, 2)

    async def test_what_was_made_goes_with_the_demonstration(self, tmp_path: Path) -> None:
        async with founded(tmp_path) as (_, places, org):
            await work_in_demonstration(places)
            (note, *_) = await every(places.notifications, NOTES, org)
            own = msgspec.structs.replace(note, id="own", version=0, tags=("mine",))
            today = places.identity.now().date()
            async with places.notifications.unit(org=org, actor="ann", business_date=today) as unit:
                unit.put(NOTES, own)
            async with places.loans.unit(org=org, actor="ann", business_date=today) as unit:
                await remove_demonstration(unit=unit, documents=places.loans)
            assert await places.loans.get(DEMONSTRATIONS, org, org) is None

            async def gone() -> bool:
                return [one.id for one in await every(places.notifications, NOTES, org)] == ["own"]

            await until(gone)
            was = await places.loans.sequence(org)
            await work_in_demonstration(places)
            assert await places.loans.sequence(org) == was

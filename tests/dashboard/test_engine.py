from __future__ import annotations

import asyncio
import datetime
import functools
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from types import ModuleType
from typing import Any

import pytest

from realinsights.contracts.loans import LoanDeleted, PeriodsRecorded
from realinsights.dashboard.model.columns import Columns, LoanColumn
from realinsights.dashboard.model.digest import digest
from realinsights.dashboard.service.checking import difference
from realinsights.dashboard.service.rebuild import rebuild
from realinsights_platform.cache.memory import MemoryCache
from realinsights_platform.documents.heads import LEASE_SECONDS, Announcements, Heads
from realinsights_platform.documents.journal_port import Outgoing
from realinsights_platform.errors import Unavailable
from realinsights_platform.events import Message
from realinsights_platform.scheduling.checks import UNSOUND, Check, Turns

Life = Callable[..., AbstractAsyncContextManager[Any]]


class CutOff:
    """A service's journal that nobody can be asked about while it is `away`."""

    def __init__(self, journal: Any) -> None:
        self.service = journal.service
        self.away = False
        self._journal = journal

    async def sequence(self, org: str) -> int:
        if self.away:
            raise Unavailable("The loans service does not answer just now.")
        found: int = await self._journal.sequence(org)
        return found

    async def organizations(self, *, after: str = "", limit: int = 100) -> tuple[str, ...]:
        raise AssertionError("nobody walks here")

    async def outbox(self, org: str, *, after: int, limit: int = 100) -> tuple[Outgoing, ...]:
        raise AssertionError("only the head is asked for here")

    def relaxed(self, known: Callable[[str], int | None]) -> CutOff:
        return self


def everything(columns: Columns, sequence: int) -> tuple[str, int]:
    return digest(columns), sequence


class TestAskingTogether:
    async def test_alike_questions_that_wait_together_are_answered_once(self, life: Life) -> None:
        async with life(relayed=False) as spine:
            answered: list[int] = []

            def question(columns: Columns, sequence: int) -> int:
                answered.append(sequence)
                return len(answered)

            asked = [spine.engine.ask("acme", question, alike=alike) for alike in ("one", "other", "one", "one")]
            asked.append(spine.engine.ask("other", question, alike="one"))
            assert sorted(await asyncio.gather(*asked)) == [1, 1, 1, 2, 3]

    async def test_who_asks_once_the_answer_is_begun_gets_one_of_their_own(
        self, life: Life, events: ModuleType
    ) -> None:
        async with life(relayed=False) as spine:
            begun, go_on = asyncio.Event(), threading.Event()
            loop = asyncio.get_running_loop()

            def question(columns: Columns, sequence: int) -> int:
                loop.call_soon_threadsafe(begun.set)
                assert go_on.wait(30)
                return sequence

            async with asyncio.timeout(30), asyncio.TaskGroup() as group:
                before = group.create_task(spine.engine.ask("acme", question, alike="one", long=True))
                await begun.wait()
                await spine.happen(events.a_loan("1"))
                after = group.create_task(spine.engine.ask("acme", question, alike="one", long=True))
                go_on.set()
            assert (before.result(), after.result()) == (0, 1)

    async def test_a_date_by_name_keeps_nobody_waiting_however_few_the_loans(self, life: Life) -> None:
        async with life(relayed=False) as spine:
            threads = [
                await spine.engine.ask("acme", lambda columns, _: threading.get_ident(), ahead=ahead)
                for ahead in (False, True)
            ]
            assert [each == threading.get_ident() for each in threads] == [True, False]

    async def test_one_who_asks_no_more_leaves_the_others_their_answer(self, life: Life) -> None:
        async with life(relayed=False) as spine:
            asked = [
                asyncio.create_task(spine.engine.ask("acme", lambda columns, sequence: sequence, alike="one"))
                for _ in range(3)
            ]
            await asyncio.sleep(0)
            asked[0].cancel()
            assert await asyncio.gather(*asked[1:]) == [0, 0]

    async def test_a_question_that_fails_does_so_for_all_and_can_be_asked_again(self, life: Life) -> None:
        async with life(relayed=False) as spine:
            for _ in range(2):
                asked = (spine.engine.ask("acme", lambda columns, _: 1 // columns.count, alike="one") for _ in range(2))
                answers = await asyncio.gather(*asked, return_exceptions=True)
                assert [type(answer) for answer in answers] == [ZeroDivisionError] * 2


class TestFollowing:
    async def test_shows_what_happens(self, life: Life, events: ModuleType) -> None:
        async with life() as spine:
            await spine.happen(events.a_loan("1", current_balance="10"))
            await spine.happen(events.a_loan("2", current_balance="5"))
            shown = await spine.shown()
            assert (shown.figures.outstanding.value, shown.sequence) == ("15.00", 2)
            await spine.happen(LoanDeleted(loan_id="loan-1"))
            assert (await spine.shown()).figures.outstanding.value == "5.00"

    async def test_keeps_organizations_apart(self, life: Life, events: ModuleType) -> None:
        async with life() as spine:
            await spine.happen(events.a_loan("1", current_balance="10"))
            await spine.happen(events.a_loan("1", current_balance="7"), org="other")
            assert (await spine.shown()).figures.outstanding.value == "10.00"
            assert (await spine.shown("other")).figures.outstanding.value == "7.00"
            assert (await spine.shown("nobody")).figures.loan_count.value == "0"

    async def test_an_entry_that_changes_nothing_moves_the_version_on(self, life: Life, events: ModuleType) -> None:
        async with life() as spine:
            await spine.happen(events.a_loan("1"))
            await spine.shown()
            await spine.happen(LoanDeleted(loan_id="nobody"))
            assert await spine.engine.ask("acme", lambda _, sequence: sequence) == 2

    async def test_an_event_that_comes_twice_changes_nothing(self, life: Life, events: ModuleType) -> None:
        async with life() as spine:
            for balance in ("10", "4", "10", "4", "4"):
                await spine.happen(events.a_loan("1", current_balance=balance))
            columns = lambda columns, _: (columns.count, int(columns.column(LoanColumn.BALANCE)[0]))  # noqa: E731
            assert await spine.engine.ask("acme", columns) == (1, 400)

    async def test_messages_are_hints_whatever_their_order(self, life: Life, events: ModuleType) -> None:
        async with life(relayed=False) as spine:
            for number in range(1, 4):
                await spine.happen(events.a_loan(str(number)))
            many = [message(3, *[events.a_loan("3")] * 100), message(1, *[events.a_loan("1")] * 100), message(1)]
            for hint in many:
                await spine.stream.publish([hint])
            assert await spine.engine.ask("acme", lambda columns, sequence: (columns.count, sequence)) == (3, 3)

    async def test_much_at_once_is_applied_before_somebody_asks(self, life: Life, events: ModuleType) -> None:
        async with life(relayed=False) as spine:
            much = [events.generated_loan(index) for index in range(300)]
            await spine.happen(*much)
            hints = [message(1, events.a_loan("1"), org="small"), message(1, *much)]
            async with asyncio.timeout(30):
                for hint in hints:
                    await (await spine.stream.publish([hint]))
            assert spine.engine.resident == ("acme",)

    async def test_months_are_kept_even_when_told_before_their_loan(self, life: Life, events: ModuleType) -> None:
        async with life() as spine:
            await spine.happen(
                PeriodsRecorded(loan_id="loan-1", periods=(events.a_month("2025-01", "5"),)), events.a_loan("1")
            )
            await spine.shown()
            assert await spine.engine.ask("acme", lambda columns, _: columns.facts.alive, long=True) == 1

    async def test_an_event_that_cannot_be_applied_leaves_no_half_of_its_entry(
        self, life: Life, events: ModuleType
    ) -> None:
        async with life() as spine:
            await spine.happen(events.a_loan("1"))
            assert await spine.engine.ask("acme", lambda columns, _: columns.count) == 1
            await spine.happen(events.a_loan("2"), events.a_loan("3", current_balance="1e15"))
            for _ in range(2):
                with pytest.raises(OverflowError):
                    await spine.engine.ask("acme", lambda columns, _: columns.count)
            assert spine.engine.resident == ()

    async def test_a_reader_sees_what_it_has_written(self, life: Life, events: ModuleType) -> None:
        async with life() as spine:
            sequence = await spine.happen(*(events.generated_loan(index) for index in range(300)))
            assert await spine.engine.ask("acme", lambda columns, shown: (columns.count, shown)) == (300, sequence)

    async def test_who_listens_hears_of_each_change(self, life: Life, events: ModuleType) -> None:
        async with life() as spine:
            waiting = asyncio.ensure_future(spine.engine.changed("acme", after=0))
            await asyncio.sleep(0)
            await spine.happen(events.a_loan("1"))
            async with asyncio.timeout(30):
                assert await waiting == 1

    async def test_who_listens_hears_of_a_change_that_nobody_announces(self, life: Life, events: ModuleType) -> None:
        async with life() as spine:
            cut_off = Heads(spine.loans, Announcements(MemoryCache()))
            other = spine.an_engine(cut_off)
            await spine.happen(events.a_loan("1"))
            assert await other.ask("acme", lambda columns, _: columns.count) == 1
            waiting = asyncio.ensure_future(other.changed("acme", after=1))
            await asyncio.sleep(0)
            await spine.happen(events.a_loan("2"))
            async with asyncio.timeout(30):
                assert await waiting == 2
            assert await other.ask("acme", lambda columns, _: columns.count) == 2

    async def test_while_nobody_tells_the_loans_what_was_known_is_shown(self, life: Life, events: ModuleType) -> None:
        async with life() as spine:
            feed, now = CutOff(spine.loans), [0.0]
            heads = Heads(feed, Announcements(MemoryCache()), clock=lambda: now[0])
            other = spine.an_engine(heads)
            await spine.happen(events.a_loan("1"))
            feed.away = True
            with pytest.raises(Unavailable):  # nothing was known yet
                await other.ask("acme", lambda columns, _: columns.count)
            feed.away = False
            assert await other.ask("acme", lambda columns, _: columns.count) == 1
            feed.away, now[0] = True, LEASE_SECONDS + 1
            await spine.happen(events.a_loan("2"))
            assert await other.ask("acme", lambda columns, sequence: (columns.count, sequence)) == (1, 1)
            with pytest.raises(Unavailable):  # who has written the second loan is not shown less
                await heads.latest("acme", at_least=2)
            with pytest.raises(Unavailable):  # who follows is told that it is not
                await other.changed("acme", after=1)
            feed.away = False
            assert await other.ask("acme", lambda columns, sequence: (columns.count, sequence)) == (2, 2)

    async def test_a_question_whose_asker_leaves_does_not_let_the_columns_change_under_it(
        self, life: Life, events: ModuleType
    ) -> None:
        async with life(relayed=False) as spine:
            await spine.happen(*(events.generated_loan(index) for index in range(2_500)))
            started, go_on = asyncio.Event(), asyncio.Event()
            loop = asyncio.get_running_loop()
            seen: list[int] = []

            def slowly(columns: Columns, _: int) -> None:
                loop.call_soon_threadsafe(started.set)
                asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result()
                seen.append(columns.count)

            asking = asyncio.ensure_future(spine.engine.ask("acme", slowly))
            await started.wait()
            asking.cancel()
            await spine.happen(events.a_loan("new"))
            changing = asyncio.ensure_future(spine.engine.ask("acme", lambda columns, _: columns.count))
            await asyncio.sleep(0)
            go_on.set()
            with pytest.raises(asyncio.CancelledError):
                await asking
            assert (await changing, seen) == (2_501, [2_500])


class TestSnapshots:
    async def test_carry_over_to_the_next_life(self, life: Life, events: ModuleType) -> None:
        async with life() as spine:
            await spine.happen(*events.parties(), *(events.generated_loan(index) for index in range(50)))
            shown = await spine.shown()
        async with life(relayed=False) as spine:
            assert await spine.shown() == shown
            kept = await spine.snapshot()
            assert kept is not None
            assert kept.applied == 1

    async def test_are_taken_only_where_that_spares_a_start_much(self, life: Life, events: ModuleType) -> None:
        async with life() as spine:
            for number in range(3):
                await spine.happen(events.a_loan(str(number)))
            await spine.shown()
            await spine.engine.save_all()
            assert await spine.snapshot() is None
            await spine.happen(*(events.a_loan(str(number)) for number in range(80)))
            await spine.shown()
            await spine.engine.save_all()
            assert (await spine.snapshot()).applied == 4

    async def test_left_behind_by_a_kill_are_completed_from_the_journal(self, life: Life, events: ModuleType) -> None:
        async with life() as spine:
            await spine.happen(events.a_loan("1"))
            await spine.shown()
            await spine.save()
        async with life(killed=True) as spine:
            await spine.happen(events.a_loan("2"))
            before = await spine.shown()
        async with life() as spine:
            kept = await spine.snapshot()
            assert kept is not None
            assert kept.applied == 1
            assert await spine.shown() == before

    async def test_that_are_lost_or_damaged_are_made_again_from_the_journal(
        self, life: Life, events: ModuleType
    ) -> None:
        async with life() as spine:
            await spine.happen(
                events.a_loan("1"),
                *events.parties(),
                PeriodsRecorded(loan_id="loan-1", periods=(events.a_month("2025-01", "5"),)),
            )
            await spine.shown()
            whole = await spine.engine.ask("acme", everything, long=True)
            await spine.save()
        async with life(relayed=False) as spine:
            portfolio, facts = sorted(await spine.blobs.list("dashboard/acme/"), reverse=True)
            kept = {path: await spine.blobs.get(path) for path in (portfolio, facts)}
        for path in kept:
            for damage in (b"", b"not columns at all", None):
                async with life(relayed=False, killed=True) as spine:
                    for each, data in kept.items():
                        await spine.blobs.put(each, data)
                    await (spine.blobs.delete(path) if damage is None else spine.blobs.put(path, damage))
                    assert await spine.engine.ask("acme", everything, long=True) == whole

    async def test_leave_nothing_else_behind(self, life: Life, events: ModuleType) -> None:
        async with life() as spine:
            for number in range(3):
                month = PeriodsRecorded(loan_id=f"loan-{number}", periods=(events.a_month("2025-01", "5"),))
                await spine.happen(events.a_loan(str(number)), month)
                await spine.shown()
                await spine.save()
            kept = await spine.snapshot()
            assert set(await spine.blobs.list("dashboard/acme/")) == {
                "dashboard/acme/portfolio",
                f"dashboard/acme/facts-{kept.facts}",
            }

    async def test_keep_month_facts_that_did_not_change(self, life: Life, events: ModuleType) -> None:
        async with life() as spine:
            await spine.happen(
                events.a_loan("1"), PeriodsRecorded(loan_id="loan-1", periods=(events.a_month("2025-01", "5"),))
            )
            await spine.shown()
            await spine.save()
            first = await spine.snapshot()
            await spine.happen(events.a_loan("2"))
            await spine.shown()
            await spine.save()
            second = await spine.snapshot()
            assert (first.facts, first.applied, second.applied) == (second.facts, 1, 2)
        async with life(relayed=False) as spine:
            alive = lambda columns, _: (columns.count, columns.facts.alive)  # noqa: E731
            assert await spine.engine.ask("acme", alive, long=True) == (2, 1)

    async def test_of_several_processes_do_not_harm_each_other(self, life: Life, events: ModuleType) -> None:
        async with life() as spine:
            engines = [spine.engine, spine.an_engine(spine.engine.heads)]
            for number in range(6):
                month = PeriodsRecorded(loan_id=f"loan-{number}", periods=(events.a_month("2025-01", "5"),))
                await spine.happen(events.a_loan(str(number)), month)
                answers = [await engine.ask("acme", everything, long=True) for engine in engines]
                assert answers[0] == answers[1]
                # Both save what they have by now, the other one first each time.
                for engine in engines[:: 1 if number % 2 else -1]:
                    await engine._save(engine._residents["acme"])
                newcomer = spine.an_engine(spine.engine.heads)
                assert await newcomer.ask("acme", everything, long=True) == answers[0]

    async def test_of_one_that_ends_in_the_middle_leave_the_other_what_it_needs(
        self, life: Life, events: ModuleType
    ) -> None:
        async with life() as spine:
            other = spine.an_engine(spine.engine.heads)
            month = PeriodsRecorded(loan_id="loan-1", periods=(events.a_month("2025-01", "5"),))
            await spine.happen(events.a_loan("1"), month)
            whole = await other.ask("acme", everything, long=True)
            await spine.shown()
            saving = asyncio.ensure_future(spine.save())
            for turns in range(40):
                for _ in range(turns):
                    await asyncio.sleep(0)
                saving.cancel()
                await asyncio.wait((saving,))
                newcomer = spine.an_engine(spine.engine.heads)
                assert await newcomer.ask("acme", everything, long=True) == whole
                saving = asyncio.ensure_future(spine.save())
            await saving
            assert await spine.an_engine(spine.engine.heads).ask("acme", everything, long=True) == whole


class TestMemory:
    async def test_is_bounded_and_what_leaves_it_comes_back(self, life: Life, events: ModuleType) -> None:
        async with life(memory=300_000) as spine:
            for org in ("one", "two", "three", "four"):
                await spine.happen(*(events.generated_loan(index) for index in range(200)), org=org)
                await spine.shown(org)
            before = [await spine.engine.ask(org, everything, long=True) for org in ("one", "two", "three", "four")]
            await spine.engine.trim()
            assert spine.engine.resident == ("four",)
            after = [await spine.engine.ask(org, everything, long=True) for org in ("one", "two", "three", "four")]
            assert after == before


class TestRebuilding:
    async def test_finds_what_following_has_built(self, life: Life, events: ModuleType) -> None:
        async with life() as spine:
            loans = [events.generated_loan(index) for index in range(150)]
            await spine.happen(*events.parties(), *loans)
            await spine.happen(events.generated_history(loans[0], 24, datetime.date(2025, 12, 31)))
            await spine.happen(LoanDeleted(loan_id=loans[3].loan_id), events.generated_loan(7, seed=9))
            await spine.shown()
            found = await rebuild(engine=spine.engine, org="acme")
            assert found.equal
            assert (found.loans, found.sequence) == (149, 3)
            assert found.digest == found.rebuilt_digest

    async def test_repairs_what_differs(self, life: Life, events: ModuleType) -> None:
        async with life() as spine:
            await spine.happen(events.a_loan("1", current_balance="10"))
            await spine.shown()

            def spoil(columns: Columns, _: int) -> None:
                columns.loans[LoanColumn.BALANCE, 0] = 1

            await spine.engine.ask("acme", spoil)
            assert not (await rebuild(engine=spine.engine, org="acme")).equal
            assert (await spine.shown()).figures.outstanding.value == "10.00"
            assert (await rebuild(engine=spine.engine, org="acme")).equal
        async with life(relayed=False) as spine:
            assert (await spine.shown()).figures.outstanding.value == "10.00"


class TestChecksBesideTheWork:
    async def test_find_what_differs_once_and_repair_it(self, life: Life, events: ModuleType) -> None:
        async with life() as spine:
            await spine.happen(events.a_loan("1", current_balance="10"))
            await spine.shown()
            check = Check(name="read models", of=spine.loans, find=functools.partial(difference, engine=spine.engine))
            turns = Turns(spine.documents, check)
            unsound = UNSOUND.labels("dashboard", "read models")._value
            assert await turns.check_next(1)
            assert unsound.get() == 0

            def spoil(columns: Columns, _: int) -> None:
                columns.loans[LoanColumn.BALANCE, 0] = 1

            await spine.engine.ask("acme", spoil)
            assert await turns.check_next(1)
            assert unsound.get() == 1
            assert (await spine.shown()).figures.outstanding.value == "10.00"
            assert await turns.check_next(1)
            assert unsound.get() == 0


def message(sequence: int, *happened: Any, org: str = "acme") -> Message:
    return Message(
        service="loans",
        org=org,
        sequence=sequence,
        at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
        business_date=datetime.date(2026, 1, 1),
        events=happened,
    )

"""Runs of reports: which loans they are of, and what becomes of them when others write meanwhile."""

from __future__ import annotations

import contextlib
import datetime
import functools
import json
import sqlite3
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from realinsights.contracts.loans import LoanStatus, ReportRequested
from realinsights.loans.model.fixings import FixingDraft
from realinsights.loans.model.imports import TapeStatement
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.payment_schedule import finance_terms
from realinsights.loans.model.period import period_id
from realinsights.loans.model.report_schedules import ReportScheduleDraft, Rhythm
from realinsights.loans.model.reports import (
    GIVEN_UP,
    KEPT,
    ReportFilter,
    ReportKind,
    ReportParameters,
    ReportRun,
    RunState,
)
from realinsights.loans.model.tape import Statement
from realinsights.loans.queries.lists import LoanFilter
from realinsights.loans.queries.reports import difference_of
from realinsights.loans.service.rates import enter_fixing
from realinsights.loans.service.reports.forgetting import forget_runs
from realinsights.loans.service.reports.gathering import gathered
from realinsights.loans.service.reports.requests import request_report
from realinsights.loans.service.reports.running import ReportJobs
from realinsights.loans.service.reports.schedules import create_schedule, make_due
from realinsights.loans.store import LOANS, REPORT_RUNS, REPORT_SCHEDULES, STATEMENTS
from realinsights_finance.schedule import schedule
from realinsights_platform.blobs import Blobs, open_blobs
from realinsights_platform.documents.walking import every
from realinsights_platform.errors import Invalid, NotFound
from realinsights_platform.events import Message
from realinsights_platform.quota import UNLIMITED
from realinsights_platform.scheduling.jobs import DueWork, Job

ORG = "org-1"
LONG_AGO = datetime.date(2024, 12, 31)
THEN = "2024-06-01T12:00:00.000000+00:00"
SINCE = datetime.date(2024, 6, 30)


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


class Office:
    """An organization whose reports are made one by one, as a worker makes them."""

    def __init__(self, documents: Any, unit: Callable[..., Any], path: Path) -> None:
        self.documents = documents
        self.unit = unit
        self.path = path
        self.blobs: Blobs = open_blobs("memory://")

    async def put(self, *loans: Loan) -> list[Loan]:
        async with self.unit() as unit:
            return [unit.put(LOANS, loan) for loan in loans]

    async def change(self, loan_id: str, **changes: Any) -> None:
        loan = await self.documents.get(LOANS, ORG, loan_id)
        await self.put(msgspec.structs.replace(loan, **changes))

    async def remove(self, loan_id: str) -> None:
        loan = await self.documents.get(LOANS, ORG, loan_id)
        async with self.unit() as unit:
            unit.delete(LOANS, loan)

    def long_ago(self) -> None:
        """Let all that was written so far be of 2024."""
        with contextlib.closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute("UPDATE loans_journal SET at = ?", (THEN,))

    async def requested(self, kind: ReportKind, **asked: Any) -> ReportRun:
        async with self.unit() as unit:
            return await request_report(
                unit=unit,
                kind=kind,
                parameters=ReportParameters(**asked),
                now=now(),
                zone="UTC",
                organization="Acme Holdings",
            )

    async def answer(self, run: ReportRun, jobs: ReportJobs | None = None) -> ReportRun:
        """Let a worker hear that a run is asked for; return how it left it."""
        jobs = jobs or self.jobs()
        event = ReportRequested(run_id=run.id)
        place = {"service": "loans", "org": ORG, "sequence": 1, "at": now(), "business_date": LONG_AGO}
        await jobs.answer(Message(**place, events=(event,)))
        found = await self.documents.get(REPORT_RUNS, ORG, run.id)
        assert found is not None
        return found

    def jobs(self, progress: Callable[[ReportRun], None] = lambda run: None) -> ReportJobs:
        return ReportJobs(documents=self.documents, blobs=self.blobs, quota=UNLIMITED, progress=progress, clock=now)

    async def cells(self, run: ReportRun) -> dict[str, list[list[str | None]]]:
        """Return the cells of each sheet of a run."""
        assert run.state is RunState.DONE, run.error
        stored = await self.blobs.get(run.file("json").path)
        sheets: dict[str, list[list[str | None]]] = {}
        for line in map(json.loads, stored.splitlines()):
            if isinstance(line, dict):
                rows = sheets.setdefault(line["sheet"], [])
            else:
                rows.append(line[1])
        return sheets

    async def changes(self, **asked: Any) -> tuple[dict[str, tuple[int, Decimal]], list[list[str | None]]]:
        """Return the bridge of a report of changes by step, and its changes."""
        run = await self.answer(await self.requested(ReportKind.CHANGES, since=SINCE, **asked))
        cells = await self.cells(run)
        bridge = {step: (int(loans), Decimal(balance)) for step, loans, balance in cells["Bridge"]}
        steps = list(bridge)
        loans, balance = zip(*(bridge[step] for step in steps[:-1]), strict=True)
        assert bridge[steps[-1]] == (sum(loans), sum(balance)), "the steps lead from the beginning to now"
        return bridge, cells["Changes"]


@pytest.fixture
def office(documents: Any, unit: Callable[..., Any], tmp_path: Path) -> Office:
    return Office(documents, unit, tmp_path / "loans.sqlite")


@pytest.fixture
def named(a_loan: Callable[..., Loan]) -> Callable[..., Loan]:
    """Return a builder of loans by id, which is the number too."""

    def build(loan_id: str, balance: str = "100.00", **kept: Any) -> Loan:
        return a_loan({"id": loan_id, "current_balance": Decimal(balance), **kept}, number=loan_id)

    return build


class TestChanges:
    async def test_of_a_filter_begin_with_what_it_left_then(self, office: Office, named: Any) -> None:
        default, current = LoanStatus.DEFAULT, LoanStatus.CURRENT
        await office.put(
            named("stays", "100.00", status=default),
            named("comes", "20.00"),
            named("leaves", "3.00", status=default),
            named("other", "5000.00"),
            named("repaid", "400.00", status=default),
            named("removed", "7.00", status=default),
        )
        office.long_ago()
        await office.change("stays", current_balance=Decimal("90.00"))
        await office.change("comes", status=default, current_balance=Decimal("21.00"))
        await office.change("leaves", status=current)
        await office.change("other", current_balance=Decimal("4999.00"))
        await office.change("repaid", status=LoanStatus.PAID_OFF, current_balance=Decimal("0.00"))
        await office.remove("removed")
        await office.put(named("new", "0.50", status=default), named("new-other", "9.00"))

        bridge, rows = await office.changes(filter=ReportFilter(status=(default,)))
        assert bridge == {
            "Outstanding at the beginning": (4, Decimal("510.00")),
            "Added": (1, Decimal("0.50")),
            "Met by the filters now, not before": (1, Decimal("21.00")),
            "Repaid, closed or removed": (-2, Decimal("-407.00")),
            "Met by the filters before, not now": (-1, Decimal("-3.00")),
            "Change of balances": (0, Decimal("-10.00")),
            "Outstanding now": (3, Decimal("111.50")),
        }
        assert {row[0] for row in rows} == {"stays", "comes", "leaves", "repaid", "removed", "new"}
        assert ["leaves", "Harbor Point", "changed", "status", "default", "current"] in rows

    async def test_of_one_loan_are_its_own(self, office: Office, named: Any) -> None:
        await office.put(named("mine", "100.00"), named("other", "5000.00"))
        office.long_ago()
        await office.change("mine", current_balance=Decimal("60.00"))
        await office.change("other", current_balance=Decimal("1.00"))
        bridge, rows = await office.changes(loan_id="mine")
        assert bridge["Outstanding at the beginning"] == (1, Decimal("100.00"))
        assert bridge["Change of balances"] == (0, Decimal("-40.00"))
        assert bridge["Outstanding now"] == (1, Decimal("60.00"))
        assert rows == [["mine", "Harbor Point", "changed", "currentBalance", "100.00", "60.00"]]

    async def test_of_one_loan_that_is_new_begin_with_nothing(self, office: Office, named: Any) -> None:
        await office.put(named("other", "5000.00"))
        office.long_ago()
        await office.put(named("mine", "100.00"))
        bridge, _ = await office.changes(loan_id="mine")
        assert bridge["Outstanding at the beginning"] == (0, Decimal(0))
        assert bridge["Added"] == (1, Decimal("100.00"))

    async def test_of_all_loans_have_no_step_for_filters(self, office: Office, named: Any) -> None:
        await office.put(named("one", "100.00"), named("two", "5.00"))
        office.long_ago()
        await office.change("one", current_balance=Decimal("60.00"))
        bridge, _ = await office.changes()
        assert list(bridge) == [
            "Outstanding at the beginning",
            "Added",
            "Repaid, closed or removed",
            "Change of balances",
            "Outstanding now",
        ]
        assert bridge["Outstanding at the beginning"] == (2, Decimal("105.00"))


class TestOvercharges:
    async def test_are_what_lenders_billed_beside_the_terms(self, office: Office, named: Any) -> None:
        (mine, _) = await office.put(named("mine", "9000000.00"), named("other", "5000.00"))
        rows = schedule(finance_terms(mine)).installments[:3]
        async with office.unit() as unit:
            for place, row in enumerate(rows):
                said = Statement(
                    number="mine",
                    row=1,
                    line=1,
                    period_end=row.due_date,
                    beginning_balance=row.beginning_balance,
                    interest=row.interest + (100 if place == 2 else 0),
                    principal=row.principal,
                    ending_balance=row.ending_balance,
                )
                unit.put(
                    STATEMENTS,
                    TapeStatement(
                        id=period_id("mine", row.due_date), org=ORG, loan_id="mine", import_id="1", statement=said
                    ),
                )
        run = await office.answer(await office.requested(ReportKind.OVERCHARGES))
        cells = await office.cells(run)
        billed = sum(row.interest for row in rows)
        (loan,) = cells["By loan"]
        assert loan[3:8] == ["3", "0", str(billed + 100), str(billed), "100.00"]
        (month,) = cells["By month"]
        assert month[:5] == [
            "mine", str(rows[2].due_date), str(rows[2].interest + 100), str(rows[2].interest), "100.00",
        ]  # fmt: skip
        assert {file.format for file in run.files} == {"xlsx", "pdf", "json"}
        alone = await office.cells(await office.answer(await office.requested(ReportKind.OVERCHARGES, loan_id="mine")))
        assert [row[4] for row in alone["By month"]] == ["0.00", "0.00", "100.00"]

    async def test_of_a_floating_loan_are_those_of_the_fixings(
        self, office: Office, a_loan: Callable[..., Loan]
    ) -> None:
        floating = {"index": "1M Term SOFR", "spread": "0.025", "calendar": "us_government_bond"}
        terms = {"amortizationMonths": None, "firstPaymentDate": "2025-02-01", "floating": floating}
        await office.put(a_loan({"id": "floats"}, number="floats", rateType="floating", terms=terms))
        balance, due = Decimal("10000000.00"), datetime.date(2025, 2, 1)
        said = Statement(
            number="floats", row=1, line=1, period_end=due, beginning_balance=balance, interest=Decimal("60000.00"),
            principal=Decimal("0.00"), ending_balance=balance, rate=Decimal("0.07"),
        )  # fmt: skip
        async with office.unit() as unit:
            told = TapeStatement(id="floats", org=ORG, loan_id="floats", import_id="1", statement=said)
            unit.put(STATEMENTS, told)
            draft = FixingDraft(index="1M Term SOFR", on=datetime.date(2024, 12, 30), value=Decimal("0.0433"))
            await enter_fixing(unit=unit, draft=draft)
        cells = await office.cells(await office.answer(await office.requested(ReportKind.OVERCHARGES)))
        # 31 days at 6.83 % are 58,813.89.
        (loan,) = cells["By loan"]
        assert loan[3:8] == ["1", "0", "60000.00", "58813.89", "1186.11"]
        (month,) = cells["By month"]
        assert month[:5] == ["floats", "2025-02-01", "60000.00", "58813.89", "1186.11"]


class TestKept:
    async def passed(self, office: Office, later: datetime.timedelta) -> None:
        """Let the scheduler look at what is due after some time."""

        def moment() -> datetime.datetime:
            return now() + later

        work = functools.partial(forget_runs, blobs=office.blobs, now=moment)
        assert await DueWork(office.documents, Job(kind=REPORT_RUNS, work=work), now=moment).pass_through(1) is not None

    async def test_are_runs_and_their_files_for_ninety_days(self, office: Office, named: Any) -> None:
        await office.put(named("one"))
        first = await office.answer(await office.requested(ReportKind.AGEING))
        second = await office.answer(await office.requested(ReportKind.AGEING))
        async with office.unit() as unit:
            older = msgspec.structs.replace(first, finished_at=first.finished_at - datetime.timedelta(days=30))
            unit.put(REPORT_RUNS, older)
        await self.passed(office, KEPT - datetime.timedelta(days=31))
        assert await office.documents.count(REPORT_RUNS, ORG) == 2
        await self.passed(office, KEPT - datetime.timedelta(days=29))
        assert [run.id for run in (await office.documents.find(REPORT_RUNS, ORG)).items] == [second.id]
        assert await office.blobs.list("reports") == tuple(sorted(file.path for file in second.files))
        with pytest.raises(NotFound, match="kept for 90 days"):
            await difference_of(office.documents, office.blobs, org=ORG, run_id=second.id, earlier=None)

    async def test_no_longer_is_a_run_that_nobody_makes(self, office: Office, told: Any) -> None:
        run = await office.requested(ReportKind.AGEING)
        await self.passed(office, GIVEN_UP - datetime.timedelta(hours=1))
        assert (await office.documents.get(REPORT_RUNS, ORG, run.id)).state is RunState.QUEUED
        await self.passed(office, GIVEN_UP)
        run = await office.documents.get(REPORT_RUNS, ORG, run.id)
        assert (run.state, run.error) == (RunState.FAILED, "The report was not made within a day. Ask for it again.")
        assert [(event.run_id, event.error) for event in await told()] == [(run.id, run.error)]
        assert (await office.answer(run)).state is RunState.FAILED, "it may be asked for again, and is not made late"


class Watched:
    """Documents that remember which loans were read."""

    def __init__(self, documents: Any) -> None:
        self._documents = documents
        self.read: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._documents, name)

    async def find(self, kind: Any, org: str, *where: Any, **said: Any) -> Any:
        page = await self._documents.find(kind, org, *where, **said)
        self.read |= {each.id for each in page.items if kind is LOANS}
        return page

    async def get_many(self, kind: Any, org: str, ids: Any) -> Any:
        found = await self._documents.get_many(kind, org, ids)
        self.read |= {each for each in found if kind is LOANS}
        return found


class TestOneLoan:
    async def test_is_read_with_what_is_beside_it_and_nothing_else(self, office: Office, named: Any) -> None:
        repaid = {"status": LoanStatus.PAID_OFF, "current_balance": Decimal("0.00")}
        await office.put(
            named("mine", property_ids=("x", "y")),
            named("beside", property_ids=("y", "x", "z")),
            named("repaid", property_ids=("x",), **repaid),
            named("elsewhere", property_ids=("z",)),
            named("other"),
        )
        watched = Watched(office.documents)
        run = await office.requested(ReportKind.LOAN_ABSTRACT, loan_id="mine")
        (page,) = [page async for page in gathered(watched, run)]
        assert [loan.id for loan in page.loans] == ["mine"]
        assert sorted(loan.id for loan in page.beside) == ["beside", "mine"]
        assert watched.read == {"mine", "beside", "repaid"}

    @pytest.mark.parametrize(
        ("asked", "total"),
        [({"loan_id": "a"}, 1), ({"filter": ReportFilter(status=(LoanStatus.DEFAULT,))}, 2), ({}, 3)],
    )
    async def test_a_run_counts_the_loans_it_shows(
        self, office: Office, named: Any, asked: dict[str, Any], total: int
    ) -> None:
        await office.put(named("a"), named("b", status=LoanStatus.DEFAULT), named("c", status=LoanStatus.DEFAULT))
        run = await office.answer(await office.requested(ReportKind.AGEING, **asked))
        assert (run.done, run.total) == (total, total)


class TestAFilter:
    @pytest.mark.parametrize(
        ("chosen", "left"),
        [
            ({}, {"a", "b", "c"}),
            ({"status": ()}, {"a", "b", "c"}),
            ({"status": (LoanStatus.DEFAULT, LoanStatus.CURRENT)}, {"a", "b"}),
            ({"lender_id": "l"}, {"a"}),
            ({"fund_id": "f"}, {"b"}),
            ({"portfolio_id": "p"}, {"c"}),
            ({"property_id": "x"}, {"a", "c"}),
            ({"deal": "Deal"}, {"b"}),
            ({"deal": "deal"}, set()),
            ({"tag": "watch"}, {"a"}),
            ({"tag": "watch", "lender_id": "m"}, set()),
        ],
    )
    async def test_leaves_what_the_list_of_loans_finds(
        self, office: Office, named: Any, chosen: dict[str, Any], left: set[str]
    ) -> None:
        loans = await office.put(
            named("a", lender_id="l", property_ids=("x", "y"), tags=("watch", "old")),
            named("b", fund_id="f", status=LoanStatus.DEFAULT, deal="Deal", property_ids=("y",)),
            named("c", portfolio_id="p", status=LoanStatus.PAID_OFF, property_ids=("x",)),
        )
        filter_ = ReportFilter(**chosen)
        where = LoanFilter(**msgspec.structs.asdict(filter_)).where(on=LONG_AGO)
        assert {loan.id for loan in await every(office.documents, LOANS, ORG, *where)} == left
        assert {loan.id for loan in loans if filter_.leaves(loan)} == left

    async def test_beside_a_named_loan_is_refused(self, office: Office, named: Any) -> None:
        await office.put(named("mine"))
        with pytest.raises(Invalid) as refusal:
            await office.requested(
                ReportKind.DEBT_SCHEDULE, loan_id="mine", filter=ReportFilter(status=(LoanStatus.DEFAULT,))
            )
        assert [each.field for each in refusal.value.fields] == ["filter"]


class Crossing:
    """Documents of a worker whose schedule somebody changes between each of its first reads and the commit."""

    def __init__(self, documents: Any, times: int) -> None:
        self._documents = documents
        self._left = times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._documents, name)

    def unit(self, **said: Any) -> Any:
        unit = self._documents.unit(**said)
        read = unit.get

        async def get(kind: Any, document_id: str) -> Any:
            found = await read(kind, document_id)
            if kind is REPORT_SCHEDULES and self._left:
                self._left -= 1
                async with self._documents.unit(**said) as other:
                    other.put(kind, msgspec.structs.replace(found, hour=self._left))
            return found

        unit.get = get
        return unit


class TestASchedule:
    async def test_that_is_changed_while_its_run_ends_lets_it_end(
        self, office: Office, named: Any, unit: Callable[..., Any]
    ) -> None:
        await office.put(named("one"))
        draft = ReportScheduleDraft(kind=ReportKind.AGEING, recipients=("ann",), every=Rhythm.DAY)
        async with unit() as opened:
            schedule = await create_schedule(unit=opened, draft=draft, zone="UTC", organization="Acme", now=now())
        async with unit() as opened:
            await make_due(opened, [schedule.id], now=lambda: now() + datetime.timedelta(days=2))
        (run,) = (await office.documents.find(REPORT_RUNS, ORG)).items
        jobs = ReportJobs(
            documents=Crossing(office.documents, times=2),
            blobs=office.blobs,
            quota=UNLIMITED,
            progress=lambda run: None,
            clock=now,
        )
        run = await office.answer(run, jobs)
        assert run.state is RunState.DONE
        stored = await office.documents.get(REPORT_SCHEDULES, ORG, schedule.id)
        assert (stored.hour, stored.sent_hash) == (0, run.cells_hash), "both changes are kept"

"""Schedules of reports: when the next one is made, and who gets it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights.contracts.loans import ReportFinished, ReportRequested
from realinsights.loans.model.report_schedules import ReportSchedule, ReportScheduleDraft, Rhythm, next_time
from realinsights.loans.model.reports import ReportFile, ReportKind, ReportParameters, ReportRun, RunState
from realinsights.loans.service.reports.running import told
from realinsights.loans.service.reports.schedules import (
    create_schedule,
    delete_schedule,
    make_due,
    make_now,
    restore_schedule,
)
from realinsights.loans.store import REPORT_RUNS, REPORT_SCHEDULES
from realinsights_platform.errors import Invalid, NotFound

UTC = datetime.UTC
NEW_YORK = "America/New_York"
NOW = datetime.datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def a_draft(**said: Any) -> ReportScheduleDraft:
    return ReportScheduleDraft(**{"kind": ReportKind.DEBT_SCHEDULE, "recipients": ("ann",), **said})


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).astimezone(UTC)


class TestNextTime:
    @pytest.mark.parametrize(
        ("said", "after", "expected"),
        [
            ({"every": Rhythm.DAY, "hour": 7}, "2026-03-04T06:59:00-05:00", "2026-03-04T07:00:00-05:00"),
            ({"every": Rhythm.DAY, "hour": 7}, "2026-03-04T07:00:00-05:00", "2026-03-05T07:00:00-05:00"),
            ({"every": Rhythm.WEEK, "weekday": 1}, "2026-03-04T12:00:00-05:00", "2026-03-09T07:00:00-04:00"),
            ({"every": Rhythm.MONTH, "day": 31}, "2026-04-01T00:00:00-04:00", "2026-04-30T07:00:00-04:00"),
            ({"every": Rhythm.MONTH, "day": 29}, "2027-02-01T00:00:00-05:00", "2027-02-28T07:00:00-05:00"),
        ],
    )
    def test_is_by_the_organization_s_clock(self, said: dict[str, Any], after: str, expected: str) -> None:
        assert next_time(a_draft(**said), zone=NEW_YORK, after=at(after)) == at(expected)

    def test_an_hour_that_the_clocks_leave_out_is_the_one_after_it(self) -> None:
        found = next_time(a_draft(every=Rhythm.DAY, hour=2), zone=NEW_YORK, after=at("2026-03-08T00:00:00-05:00"))
        assert found == at("2026-03-08T03:00:00-04:00")

    def test_an_hour_that_comes_twice_is_made_once(self) -> None:
        daily = a_draft(every=Rhythm.DAY, hour=1)
        first = next_time(daily, zone=NEW_YORK, after=at("2026-11-01T00:00:00-04:00"))
        assert first == at("2026-11-01T01:00:00-04:00")
        assert next_time(daily, zone=NEW_YORK, after=first) == at("2026-11-02T01:00:00-05:00")

    def test_of_a_paused_one_is_none(self) -> None:
        assert next_time(a_draft(paused=True), zone=NEW_YORK, after=NOW) is None

    @given(
        every=st.sampled_from(Rhythm),
        weekday=st.integers(1, 7),
        day=st.integers(1, 31),
        hour=st.integers(0, 23),
        zone=st.sampled_from([NEW_YORK, "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]),
        after=st.datetimes(datetime.datetime(2020, 1, 1), datetime.datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    )
    def test_lies_ahead_and_one_a_month_never_misses_a_month(self, after: datetime.datetime, **said: Any) -> None:
        zone = said.pop("zone")
        first = next_time(a_draft(**said), zone=zone, after=after)
        assert first is not None
        second = next_time(a_draft(**said), zone=zone, after=first)
        assert second is not None
        assert after < first < second
        longest = {Rhythm.DAY: 2, Rhythm.WEEK: 8, Rhythm.MONTH: 32}[said["every"]]
        assert second - first < datetime.timedelta(days=longest)


class TestCreate:
    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"recipients": ()}, "recipients"),
            ({"recipients": ("ann", "ann")}, "recipients"),
            ({"parameters": ReportParameters(as_of=datetime.date(2026, 1, 1))}, "parameters.asOf"),
            ({"kind": ReportKind.LOAN_ABSTRACT}, "parameters.loanId"),
        ],
    )
    async def test_refuses_what_cannot_be_made(self, unit: Any, said: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as refusal:
            await create_schedule(unit=unit(), draft=a_draft(**said), zone="UTC", organization="Acme", now=NOW)
        assert [each.field for each in refusal.value.fields] == [field]


class TestMakeNow:
    async def test_requests_a_run_of_whoever_asks_and_leaves_the_next_time(
        self, documents: Any, unit: Callable[..., Any], told: Any
    ) -> None:
        async with unit() as opened:
            daily = await create_schedule(
                unit=opened, draft=a_draft(paused=True), zone=NEW_YORK, organization="Acme", now=NOW
            )
        async with unit("ben") as opened:
            run = await make_now(unit=opened, schedule_id=daily.id, now=NOW)
        assert [type(event) for event in await told()] == [ReportRequested]
        assert (run.schedule_id, run.requested_by, run.organization) == (daily.id, "ben", "Acme")
        after = await documents.get(REPORT_SCHEDULES, daily.org, daily.id)
        assert (after.last_run_id, after.last_on, after.next_at) == (run.id, run.business_date, None)

    async def test_refuses_one_that_is_gone(self, unit: Callable[..., Any]) -> None:
        with pytest.raises(NotFound):
            await make_now(unit=unit(), schedule_id="none", now=NOW)


class TestRestore:
    async def test_brings_back_what_was_deleted_with_its_next_time_counted_anew(
        self, documents: Any, unit: Callable[..., Any]
    ) -> None:
        async with unit() as opened:
            daily = await create_schedule(
                unit=opened, draft=a_draft(every=Rhythm.DAY), zone="UTC", organization="Acme", now=NOW
            )
        async with unit() as opened:
            await delete_schedule(unit=opened, schedule_id=daily.id, expected_version=daily.version)
        later = NOW + datetime.timedelta(days=9)
        for _ in range(2):
            async with unit() as opened:
                back = await restore_schedule(
                    unit=opened, documents=documents, schedule_id=daily.id, organization="Acme II", now=later
                )
        assert (back.version, back.organization, back.recipients) == (3, "Acme II", ("ann",))
        assert back.next_at == at("2026-03-14T07:00:00+00:00")
        assert await documents.get(REPORT_SCHEDULES, daily.org, daily.id) == back

    async def test_refuses_what_never_was(self, documents: Any, unit: Callable[..., Any]) -> None:
        with pytest.raises(NotFound):
            await restore_schedule(unit=unit(), documents=documents, schedule_id="none", organization="", now=NOW)


class TestMakeDue:
    async def test_requests_one_run_whatever_was_missed_and_sets_the_next_time(
        self, documents: Any, unit: Callable[..., Any], told: Any
    ) -> None:
        async with unit() as opened:
            daily = await create_schedule(
                unit=opened,
                draft=a_draft(every=Rhythm.DAY),
                zone=NEW_YORK,
                organization="Acme",
                now=NOW - datetime.timedelta(days=9),
            )
        for _ in range(2):
            async with unit("system:scheduler") as opened:
                await make_due(opened, [daily.id], now=lambda: NOW + datetime.timedelta(hours=1))
        (run,) = (await documents.find(REPORT_RUNS, daily.org)).items
        assert [type(event) for event in await told()] == [ReportRequested]
        assert (run.schedule_id, run.requested_by, run.business_date) == (daily.id, "ann", datetime.date(2026, 3, 4))
        after = await documents.get(REPORT_SCHEDULES, daily.org, daily.id)
        assert after.next_at == at("2026-03-05T07:00:00-05:00")
        assert after.last_run_id == run.id

    async def test_of_changes_counts_from_the_report_before(self, documents: Any, unit: Callable[..., Any]) -> None:
        draft = a_draft(every=Rhythm.DAY, kind=ReportKind.CHANGES)
        async with unit() as opened:
            daily = await create_schedule(unit=opened, draft=draft, zone="UTC", organization="Acme", now=NOW)
        for days in (1, 4):
            async with unit("system:scheduler") as opened:
                await make_due(opened, [daily.id], now=lambda: NOW + datetime.timedelta(days=days))  # noqa: B023
        runs = (await documents.find(REPORT_RUNS, daily.org)).items
        since = [run.parameters.since for run in sorted(runs, key=lambda run: run.business_date)]
        assert since == [datetime.date(2026, 3, 4), datetime.date(2026, 3, 5)]


class TestTold:
    def ended(self, *, cells: str, sent: str | None, only_if_changed: bool) -> ReportFinished:
        file = ReportFile(format="xlsx", path="reports/o/r/x.xlsx", size=5, sha256="ab")
        run = ReportRun(
            id="r",
            org="o",
            kind=ReportKind.AGEING,
            parameters=ReportParameters(),
            asked_alike="a",
            state=RunState.DONE,
            requested_at=NOW,
            requested_by="ann",
            business_date=datetime.date(2026, 3, 4),
            zone="UTC",
            cells_hash=cells,
            files=(file,),
            schedule_id="s",
        )
        draft = {"kind": ReportKind.AGEING, "recipients": ("ann", "ben"), "only_if_changed": only_if_changed}
        schedule = ReportSchedule(id="s", org="o", zone="UTC", created_by="ann", sent_hash=sent, **draft)
        return told(run, schedule)

    def test_names_recipients_and_the_file(self) -> None:
        event = self.ended(cells="1", sent="1", only_if_changed=False)
        assert event.recipients == ("ann", "ben")
        assert event.file is not None
        assert event.file.name == "ageing-2026-03-04.xlsx"

    @pytest.mark.parametrize(("sent", "recipients"), [("1", ()), ("0", ("ann", "ben")), (None, ("ann", "ben"))])
    def test_only_if_changed_is_for_nobody_where_nothing_has(
        self, sent: str | None, recipients: tuple[str, ...]
    ) -> None:
        assert self.ended(cells="1", sent=sent, only_if_changed=True).recipients == recipients

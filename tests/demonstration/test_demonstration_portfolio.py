"""The demonstration is plausible, the same every time, and stored by the use cases that people's requests reach."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from realinsights.contracts.loans import (
    LOANS_EVENTS,
    LoanRecorded,
    LoanStatus,
    LoanStructure,
    PeriodsRecorded,
    RateType,
)
from realinsights.demonstration.loans import invented
from realinsights.demonstration.portfolio import HISTORY_MONTHS, plan
from realinsights.loans.model.loan import amortization_type
from realinsights.loans.service.demonstration import put_demonstration
from realinsights.loans.store import KINDS, LOANS, PROPERTIES
from realinsights_finance.due_dates import add_months
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.opening import open_documents

BUSINESS_DATE = datetime.date(2026, 11, 22)


@pytest.fixture
async def documents(tmp_path: Path) -> Storage:
    return await open_documents(f"sqlite:///{tmp_path}/loans.sqlite", "loans", KINDS)


class TestPlan:
    def test_has_sixty_loans_on_ninety_properties_of_six_lenders_in_three_funds(self) -> None:
        planned = plan(BUSINESS_DATE)
        assert (len(planned.loans), len(planned.properties)) == (60, 90)
        assert {loan.lender for loan in planned.loans} == set(range(6)) == set(range(len(planned.lenders)))
        assert {loan.fund for loan in planned.loans} == set(range(3)) == set(range(len(planned.funds)))
        assert {loan.portfolio for loan in planned.loans} == set(range(len(planned.portfolios)))
        assert sorted(place for loan in planned.loans for place in loan.properties) == list(range(90))
        assert len({(asset.name, asset.city) for asset in planned.properties}) == 90
        assert len({asset.state for asset in planned.properties}) > 20

    def test_is_the_same_every_time(self) -> None:
        assert plan(BUSINESS_DATE) == plan(BUSINESS_DATE)

    def test_has_something_of_everything_an_asset_manager_looks_for(self) -> None:
        drafts = [loan.draft for loan in plan(BUSINESS_DATE).loans]
        soon = [draft for draft in drafts if (draft.maturity_date - BUSINESS_DATE).days <= 90]
        assert len(soon) >= 2
        assert {draft.status for draft in drafts} == {
            LoanStatus.CURRENT,
            LoanStatus.DAYS_30,
            LoanStatus.DAYS_60,
            LoanStatus.DAYS_90,
        }
        assert sum(draft.structure is LoanStructure.PARI_PASSU for draft in drafts) == 3
        assert sum(draft.rate_type is RateType.FLOATING for draft in drafts) == 4
        assert len({amortization_type(draft.terms, draft.maturity_date) for draft in drafts}) == 3
        assert len({draft.maturity_date.year for draft in drafts}) >= 8

    @pytest.mark.parametrize("year", [2025, 2028, 2033])
    @pytest.mark.parametrize("day", ["01-01", "02-28", "06-30", "12-31"])
    def test_is_plausible_on_any_business_date(self, year: int, day: str) -> None:
        business_date = datetime.date.fromisoformat(f"{year}-{day}")
        for loan in plan(business_date).loans:
            draft = loan.draft
            assert draft.origination_date < business_date < draft.maturity_date
            assert 0 < draft.current_balance <= draft.original_balance
            assert sum(loan.allocated) == draft.original_balance
            assert all(amount > 0 for amount in loan.allocated)

    def test_most_loans_are_older_than_the_history_to_show(self) -> None:
        since = BUSINESS_DATE - datetime.timedelta(days=31 * HISTORY_MONTHS)
        assert sum(loan.draft.origination_date < since for loan in plan(BUSINESS_DATE).loans) >= 25


class TestFounding:
    async def test_stores_everything_in_one_unit_and_tells_readers_36_months_and_more(self, documents: Storage) -> None:
        async with documents.unit(org="demo", actor="ann", business_date=BUSINESS_DATE) as unit:
            await put_demonstration(unit=unit, documents=documents, founding=invented, asked=1)
        assert await documents.sequence("demo") == 1
        assert await documents.count(LOANS, "demo") == 60
        assert await documents.count(PROPERTIES, "demo") == 90
        (entry,) = await documents.entries("demo")
        events = LOANS_EVENTS.decode(bytes(entry.events))
        assert sum(isinstance(event, LoanRecorded) for event in events) == 60
        by_loan = {event.loan_id: event.periods for event in events if isinstance(event, PeriodsRecorded)}
        months = {period.month for periods in by_loan.values() for period in periods}
        assert len(months) >= HISTORY_MONTHS
        for loan in (event for event in events if isinstance(event, LoanRecorded)):
            # From its origination to now there is no hole.
            known = [period.month for period in by_loan[loan.loan_id]]
            assert known == [add_months(known[0], number) for number in range(len(known))]
            assert known[0] == loan.origination_date.replace(day=1)
            assert known[-1] == datetime.date(2026, 10, 1)
        assert max(months) == datetime.date(2026, 10, 1)
        await documents.close()

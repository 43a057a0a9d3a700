"""What one does with loans, on a real database."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from realinsights.contracts.loans import (
    LoanDeleted,
    LoanRecorded,
    LoanStatus,
    PartyDeleted,
    PartyRecorded,
    PeriodsRecorded,
    PeriodsWithdrawn,
)
from realinsights.contracts.terms import TermsRecorded
from realinsights.loans.model.imports import TapeStatement
from realinsights.loans.model.parties import FundDraft, LenderDraft, PortfolioDraft
from realinsights.loans.model.period import ReportedPeriod, period_id
from realinsights.loans.model.tape import Statement
from realinsights.loans.model.terms_changes import Dating
from realinsights.loans.model.terms_told import terms_recorded
from realinsights.loans.service import loans, parties, properties, restoring
from realinsights.loans.store import LOANS, PERIODS, STATEMENTS
from realinsights_platform.documents.journal import verify
from realinsights_platform.documents.port import Equal, Unit
from realinsights_platform.documents.sqlite import SqliteDocuments
from realinsights_platform.errors import Conflict, Invalid, NotFound, Stale

CORRECTION = Dating(correction=True)

Units = Callable[..., Unit]
Build = Callable[..., Any]
MISSING = "0193b3c0-0000-7000-8000-000000000000"


def a_period(loan_id: str, end: datetime.date) -> ReportedPeriod:
    return ReportedPeriod(
        id=period_id(loan_id, end),
        org="org-1",
        loan_id=loan_id,
        period_end=end,
        status=LoanStatus.CURRENT,
        ending_balance=Decimal("9000000.00"),
    )


def a_statement(loan_id: str, end: datetime.date) -> TapeStatement:
    said = Statement(
        number="101",
        row=1,
        line=2,
        period_end=end,
        original_balance=Decimal("10000000.00"),
        ending_balance=Decimal("9000000.00"),
        rate=Decimal("0.0525"),
        origination_date=datetime.date(2025, 1, 1),
        maturity_date=datetime.date(2035, 1, 1),
    )
    return TapeStatement(id=period_id(loan_id, end), org="org-1", loan_id=loan_id, import_id="import-1", statement=said)


class TestCreateLoan:
    async def test_stores_it_and_tells_its_figures_and_its_months(
        self, unit: Units, documents: SqliteDocuments, a_draft: Build, told: Build
    ) -> None:
        async with unit() as work:
            loan = await loans.create_loan(unit=work, draft=a_draft(balanceAsOf="2026-01-01"))
        assert loan.version == 1
        assert await documents.get(LOANS, "org-1", loan.id) == loan
        recorded, terms, months = await told()
        assert isinstance(recorded, LoanRecorded)
        assert terms == terms_recorded(loan)
        assert (recorded.loan_id, recorded.annual_debt_service) == (loan.id, Decimal("662644.44"))
        assert isinstance(months, PeriodsRecorded)
        assert len(months.periods) == 12

    async def test_tells_no_months_of_a_loan_that_is_new(self, unit: Units, a_draft: Build, told: Build) -> None:
        async with unit(business_date=datetime.date(2025, 1, 10)) as work:
            await loans.create_loan(unit=work, draft=a_draft())
        assert [type(event) for event in await told()] == [LoanRecorded, TermsRecorded]

    async def test_refuses_every_reference_to_nothing(self, unit: Units, a_draft: Build) -> None:
        shares = [{"propertyId": MISSING}]
        with pytest.raises(Invalid) as refusal:
            await loans.create_loan(unit=unit(), draft=a_draft(lenderId=MISSING, fundId=MISSING, properties=shares))
        assert {fault.field for fault in refusal.value.fields} == {"lenderId", "fundId", "properties[0].propertyId"}

    async def test_refuses_what_belongs_to_another_organization(self, unit: Units, a_draft: Build) -> None:
        async with unit(org="org-2") as work:
            lender = await parties.create_party(of=parties.LENDER, unit=work, draft=LenderDraft(name="Elsewhere Bank"))
        with pytest.raises(Invalid) as refusal:
            await loans.create_loan(unit=unit(), draft=a_draft(lenderId=lender.id))
        assert [fault.field for fault in refusal.value.fields] == ["lenderId"]

    async def test_refuses_a_number_in_use(self, unit: Units, a_draft: Build) -> None:
        async with unit() as work:
            await loans.create_loan(unit=work, draft=a_draft())
        work = unit()
        await loans.create_loan(unit=work, draft=a_draft(name="Other"))
        with pytest.raises(Conflict):
            await work.commit()
        async with unit(org="org-2") as elsewhere:
            await loans.create_loan(unit=elsewhere, draft=a_draft())

    async def test_fails_if_what_it_rests_on_changes_meanwhile(
        self, unit: Units, a_draft: Build, a_property_draft: Build
    ) -> None:
        async with unit() as work:
            asset = await properties.create_property(unit=work, draft=a_property_draft())
        work = unit()
        await loans.create_loan(unit=work, draft=a_draft(properties=[{"propertyId": asset.id}]))
        async with unit() as other:
            changed = a_property_draft(valuations=[{"amount": "1"}])
            await properties.update_property(
                unit=other, property_id=asset.id, draft=changed, expected_version=asset.version
            )
        with pytest.raises(Stale):
            await work.commit()


class TestUpdateLoan:
    async def test_replaces_what_a_person_said_and_keeps_what_the_service_keeps(
        self, unit: Units, a_draft: Build, told: Build
    ) -> None:
        async with unit() as work:
            first = await loans.create_loan(
                unit=work, draft=a_draft(riskRating={"rating": "3", "asOf": "2025-01-31"}, borrower="A LLC")
            )
        async with unit() as work:
            draft = a_draft(currentBalance="9000000", riskRating={"rating": "4", "asOf": "2025-06-30"})
            second = await loans.update_loan(unit=work, loan_id=first.id, draft=draft, expected_version=1)
        assert (second.version, second.borrower, str(second.current_balance)) == (2, None, "9000000.00")
        assert [rating.rating for rating in second.risk_rating_history] == ["3", "4"]
        # The schedule did not change, so the past did not.
        assert [type(event) for event in await told()] == [LoanRecorded]

    async def test_withdraws_months_that_are_no_more_unless_a_servicer_reported_them(
        self, unit: Units, a_draft: Build, told: Build
    ) -> None:
        async with unit() as work:
            loan = await loans.create_loan(unit=work, draft=a_draft(balanceAsOf="2026-01-01"))
            work.put(PERIODS, a_period(loan.id, datetime.date(2025, 2, 12)))
        later = a_draft(
            originationDate="2025-04-01", balanceAsOf="2026-01-01", terms={"firstPaymentDate": "2025-05-01"}
        )
        async with unit() as work:
            await loans.update_loan(unit=work, loan_id=loan.id, draft=later, expected_version=1, dating=CORRECTION)
        events = await told()
        (withdrawn,) = [event for event in events if isinstance(event, PeriodsWithdrawn)]
        assert [str(month) for month in withdrawn.months] == ["2025-01-01", "2025-03-01"]
        (recorded,) = [event for event in events if isinstance(event, PeriodsRecorded)]
        assert str(recorded.periods[0].month) == "2025-04-01"

    async def test_that_changes_nothing_makes_no_version(
        self, unit: Units, a_draft: Build, documents: SqliteDocuments
    ) -> None:
        async with unit() as work:
            loan = await loans.create_loan(unit=work, draft=a_draft())
        before = await documents.sequence("org-1")
        async with unit() as work:
            same = await loans.update_loan(unit=work, loan_id=loan.id, draft=a_draft(), expected_version=1)
        assert (same.version, await documents.sequence("org-1")) == (1, before)

    async def test_refuses_a_version_that_is_not_the_stored_one(self, unit: Units, a_draft: Build) -> None:
        async with unit() as work:
            loan = await loans.create_loan(unit=work, draft=a_draft())
        with pytest.raises(Stale, match="version 1 by now"):
            await loans.update_loan(unit=unit(), loan_id=loan.id, draft=a_draft(name="x"), expected_version=7)

    async def test_of_another_organization_finds_nothing(self, unit: Units, a_draft: Build) -> None:
        async with unit() as work:
            loan = await loans.create_loan(unit=work, draft=a_draft())
        with pytest.raises(NotFound):
            await loans.update_loan(unit=unit(org="org-2"), loan_id=loan.id, draft=a_draft(), expected_version=1)


class TestDeleteLoan:
    async def test_deletes_what_was_reported_of_it_too(
        self, unit: Units, a_draft: Build, documents: SqliteDocuments, told: Build
    ) -> None:
        async with unit() as work:
            loan = await loans.create_loan(unit=work, draft=a_draft())
            other = await loans.create_loan(unit=work, draft=a_draft(number="2"))
            first = datetime.date(1920, 1, 31)
            for month in range(1003):
                work.put(PERIODS, a_period(loan.id, first + datetime.timedelta(days=30 * month)))
            work.put(PERIODS, a_period(other.id, first))
        async with unit() as work:
            await loans.delete_loan(unit=work, loan_id=loan.id, expected_version=1)
        assert await told() == (LoanDeleted(loan_id=loan.id),)
        assert await documents.count(PERIODS, "org-1") == 1
        assert await documents.get(LOANS, "org-1", loan.id) is None


class TestRestoreLoan:
    async def test_brings_back_a_deleted_loan_with_what_was_reported_of_it(
        self, unit: Units, a_draft: Build, documents: SqliteDocuments, told: Build
    ) -> None:
        async with unit() as work:
            loan = await loans.create_loan(unit=work, draft=a_draft())
            for day in (datetime.date(2025, 3, 12), datetime.date(2025, 2, 12)):
                work.put(PERIODS, a_period(loan.id, day))
                work.put(STATEMENTS, a_statement(loan.id, day))
        async with unit() as work:
            await loans.delete_loan(unit=work, loan_id=loan.id, expected_version=1)
        async with unit() as work:
            await restoring.restore_loan(unit=work, documents=documents, loan_id=loan.id, sequence=1)
        assert await documents.get(LOANS, "org-1", loan.id) == msgspec.structs.replace(loan, version=3)
        periods = (await documents.find(PERIODS, "org-1", Equal("loan_id", loan.id))).items
        assert [period.version for period in periods] == [3, 3]
        reported = [
            figures
            for event in await told()
            if isinstance(event, PeriodsRecorded)
            for figures in event.periods
            if figures.reported
        ]
        assert [str(figures.month) for figures in reported] == ["2025-02-01", "2025-03-01"]
        assert (await verify(documents, "org-1")).sound

    async def test_refuses_what_refers_to_a_party_that_is_no_more(
        self, unit: Units, a_draft: Build, documents: SqliteDocuments
    ) -> None:
        async with unit() as work:
            lender = await parties.create_party(of=parties.LENDER, unit=work, draft=LenderDraft(name="First Bank"))
            loan = await loans.create_loan(unit=work, draft=a_draft(lenderId=lender.id))
        async with unit() as work:
            await loans.delete_loan(unit=work, loan_id=loan.id, expected_version=1)
        async with unit() as work:
            await parties.delete_party(
                of=parties.LENDER, unit=work, documents=documents, party_id=lender.id, expected_version=1
            )
        with pytest.raises(Invalid) as refusal:
            await restoring.restore_loan(unit=unit(), documents=documents, loan_id=loan.id, sequence=1)
        assert [fault.field for fault in refusal.value.fields] == ["lenderId"]


class TestAProperty:
    async def test_that_changes_tells_the_figures_of_every_loan_on_it(
        self, unit: Units, a_draft: Build, a_property_draft: Build, told: Build
    ) -> None:
        async with unit() as work:
            asset = await properties.create_property(unit=work, draft=a_property_draft())
            share = [{"propertyId": asset.id}]
            drafts = [a_draft(number=str(number), properties=share, balanceAsOf="2026-01-01") for number in range(3)]
            for draft in drafts:
                await loans.create_loan(unit=work, draft=draft)
        async with unit() as work:
            draft = a_property_draft(valuations=[{"amount": "18000000", "asOf": "2025-06-30"}])
            await properties.update_property(unit=work, property_id=asset.id, draft=draft, expected_version=1)
        events = await told()
        recorded = [event for event in events if isinstance(event, LoanRecorded)]
        assert sorted(event.number for event in recorded) == ["0", "1", "2"]
        assert {event.performance.latest.value for event in recorded} == {Decimal("18000000.00")}
        months = [event for event in events if isinstance(event, PeriodsRecorded)]
        assert [figures.performance.latest.value for figures in months[0].periods][4:6] == [
            None,
            Decimal("18000000.00"),
        ]

    async def test_that_only_gets_another_name_tells_just_that(
        self, unit: Units, a_draft: Build, a_property_draft: Build, told: Build
    ) -> None:
        async with unit() as work:
            asset = await properties.create_property(unit=work, draft=a_property_draft())
            await loans.create_loan(unit=work, draft=a_draft(properties=[{"propertyId": asset.id}]))
        async with unit() as work:
            await properties.update_property(
                unit=work, property_id=asset.id, draft=a_property_draft(name="Harbor View"), expected_version=1
            )
        (event,) = await told()
        assert isinstance(event, PartyRecorded)
        assert event.name == "Harbor View"

    async def test_names_every_bad_field(self, unit: Units, a_property_draft: Build) -> None:
        draft = a_property_draft(
            squareFeet="10",
            leasableSquareFeet="11",
            purchasePrice="1.001",
            valuations=[{"amount": "1"}, {"amount": "1", "asOf": "1492-10-12"}],
            operatingStatements=[
                {"basis": "annual", "occupancy": "95", "periodStart": "2025-01-01", "periodEnd": "2024-12-31"}
            ],
        )
        with pytest.raises(Invalid) as refusal:
            await properties.create_property(unit=unit(), draft=draft)
        assert {fault.field for fault in refusal.value.fields} == {
            "leasableSquareFeet",
            "purchasePrice",
            "valuations[1].asOf",
            "operatingStatements[0].occupancy",
            "operatingStatements[0].periodEnd",
        }


class TestWhatIsInUse:
    async def test_stays_and_says_by_how_many(
        self, unit: Units, documents: SqliteDocuments, a_draft: Build, a_property_draft: Build
    ) -> None:
        async with unit() as work:
            lender = await parties.create_party(of=parties.LENDER, unit=work, draft=LenderDraft(name="First Bank"))
            fund = await parties.create_party(of=parties.FUND, unit=work, draft=FundDraft(name="Fund I"))
            portfolio = await parties.create_party(of=parties.PORTFOLIO, unit=work, draft=PortfolioDraft(name="Core"))
            asset = await properties.create_property(unit=work, draft=a_property_draft(portfolioId=portfolio.id))
            ids = {"lenderId": lender.id, "fundId": fund.id, "portfolioId": portfolio.id}
            share = [{"propertyId": asset.id}]
            drafts = [a_draft(number=str(number), properties=share, **ids) for number in range(2)]
            made = [await loans.create_loan(unit=work, draft=draft) for draft in drafts]
        work = unit()
        given = {"unit": work, "documents": documents, "expected_version": 1}
        with pytest.raises(Conflict, match="2 loans"):
            await parties.delete_party(of=parties.LENDER, party_id=lender.id, **given)
        with pytest.raises(Conflict, match="2 loans"):
            await parties.delete_party(of=parties.FUND, party_id=fund.id, **given)
        with pytest.raises(Conflict, match="2 loans and 1 property"):
            await parties.delete_party(of=parties.PORTFOLIO, party_id=portfolio.id, **given)
        with pytest.raises(Conflict, match="2 loans"):
            await properties.delete_property(property_id=asset.id, **given)
        async with unit() as work:
            for loan in made:
                await loans.delete_loan(unit=work, loan_id=loan.id, expected_version=1)
        async with unit() as work:
            given["unit"] = work
            await parties.delete_party(of=parties.LENDER, party_id=lender.id, **given)
            await parties.delete_party(of=parties.FUND, party_id=fund.id, **given)
            await properties.delete_property(property_id=asset.id, **given)
        entries = await documents.entries("org-1", after=2)
        assert len(entries[0].writes) == 3

    async def test_a_party_that_goes_is_told(self, unit: Units, documents: SqliteDocuments, told: Build) -> None:
        async with unit() as work:
            fund = await parties.create_party(of=parties.FUND, unit=work, draft=FundDraft(name="Fund I"))
        async with unit() as work:
            await parties.delete_party(
                of=parties.FUND, unit=work, documents=documents, party_id=fund.id, expected_version=1
            )
        (event,) = await told()
        assert isinstance(event, PartyDeleted)


class TestAParty:
    async def test_tells_its_name_when_that_changes(self, unit: Units, told: Build) -> None:
        async with unit() as work:
            lender = await parties.create_party(of=parties.LENDER, unit=work, draft=LenderDraft(name="First Bank"))
        async with unit() as work:
            draft = LenderDraft(name="First Bank", website="https://first.example")
            await parties.update_party(
                of=parties.LENDER, unit=work, party_id=lender.id, draft=draft, expected_version=1
            )
        assert await told() == ()
        async with unit() as work:
            draft = LenderDraft(name="First National Bank")
            await parties.update_party(
                of=parties.LENDER, unit=work, party_id=lender.id, draft=draft, expected_version=2
            )
        (event,) = await told()
        assert event.name == "First National Bank"

    async def test_has_a_name_of_its_own(self, unit: Units) -> None:
        async with unit() as work:
            await parties.create_party(of=parties.PORTFOLIO, unit=work, draft=PortfolioDraft(name="Core"))
        work = unit()
        await parties.create_party(of=parties.PORTFOLIO, unit=work, draft=PortfolioDraft(name="Core"))
        with pytest.raises(Conflict):
            await work.commit()

    async def test_names_every_bad_field(self, unit: Units) -> None:
        draft = FundDraft(name="Fund I", target_return=Decimal(8), commitment=Decimal("0.001"))
        with pytest.raises(Invalid) as refusal:
            await parties.create_party(of=parties.FUND, unit=unit(), draft=draft)
        assert {fault.field for fault in refusal.value.fields} == {"targetReturn", "commitment"}

"""Lists, history and exports, on a real database."""

from __future__ import annotations

import csv
import datetime
import io
import itertools
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from realinsights.contracts.loans import LoanStatus
from realinsights.loans.model.falling_due import expected_maturity
from realinsights.loans.model.parties import LenderDraft
from realinsights.loans.model.terms_changes import Dating
from realinsights.loans.queries.exports import LOANS_HEADER, loan_rows
from realinsights.loans.queries.floating_schedules import rate_rows
from realinsights.loans.queries.history import Action, history_of, read
from realinsights.loans.queries.lists import LoanFilter, order_by
from realinsights.loans.queries.schedules import balance_of, schedule_of
from realinsights.loans.service import loans, parties, properties
from realinsights.loans.store import LENDERS, LOANS
from realinsights_platform.documents.port import Order, Unit
from realinsights_platform.documents.sqlite import SqliteDocuments
from realinsights_platform.errors import Conflict, Invalid, NotFound
from realinsights_platform.http.answers.csv_tables import streamed

TODAY = datetime.date(2025, 6, 30)

Units = Callable[..., Unit]
Build = Callable[..., Any]


class TestHistory:
    async def test_says_who_changed_which_field_from_what_to_what(
        self, unit: Units, a_draft: Build, documents: SqliteDocuments
    ) -> None:
        async with unit(actor="ann") as work:
            loan = await loans.create_loan(unit=work, draft=a_draft())
        async with unit(actor="bob") as work:
            draft = a_draft(status="30_days", terms={"interestOnlyMonths": 12}, tags=["watch"])
            dating = Dating(correction=True, reason="Misread")
            await loans.update_loan(unit=work, loan_id=loan.id, draft=draft, expected_version=1, dating=dating)
        history = await history_of(documents, LOANS, org="org-1", document_id=loan.id, limit=100)
        changed, created = history.items
        assert history.complete
        assert (changed.actor, changed.action, changed.version) == ("bob", Action.CHANGED, 2)
        assert {(change.field, change.before, change.after) for change in changed.fields} == {
            ("status", "current", "30_days"),
            ("terms.interestOnlyMonths", 0, 12),
            ("tags[0]", None, "watch"),
            ("amortizationType", "amortizing", "partial_interest_only"),
            ("termsChanges[0].reason", None, "Misread"),
        }
        assert (created.actor, created.action) == ("ann", Action.CREATED)
        assert ("rate", None, "0.0525") in {(change.field, change.before, change.after) for change in created.fields}

    async def test_goes_beyond_a_deletion(self, unit: Units, documents: SqliteDocuments) -> None:
        async with unit() as work:
            lender = await parties.create_party(of=parties.LENDER, unit=work, draft=LenderDraft(name="First Bank"))
        async with unit() as work:
            await parties.delete_party(
                of=parties.LENDER, unit=work, documents=documents, party_id=lender.id, expected_version=1
            )
        history = await history_of(documents, LENDERS, org="org-1", document_id=lender.id, limit=1)
        assert ([change.action for change in history.items], history.complete) == ([Action.DELETED], False)

    async def test_of_another_organization_is_not_there(
        self, unit: Units, a_draft: Build, documents: SqliteDocuments
    ) -> None:
        async with unit() as work:
            loan = await loans.create_loan(unit=work, draft=a_draft())
        with pytest.raises(NotFound):
            await history_of(documents, LOANS, org="org-2", document_id=loan.id, limit=1)

    async def test_knows_the_loan_as_it_was_known_at_a_time(
        self, unit: Units, a_draft: Build, documents: SqliteDocuments
    ) -> None:
        async with unit() as work:
            loan = await loans.create_loan(unit=work, draft=a_draft())
        async with unit() as work:
            await loans.update_loan(unit=work, loan_id=loan.id, draft=a_draft(name="Other"), expected_version=1)
        newest, oldest = (await history_of(documents, LOANS, org="org-1", document_id=loan.id, limit=9)).items
        known = await read(documents, LOANS, org="org-1", document_id=loan.id, as_known_at=oldest.at)
        assert known == loan
        now = await read(documents, LOANS, org="org-1", document_id=loan.id, as_known_at=newest.at)
        assert now.name == "Other"
        before = oldest.at - datetime.timedelta(microseconds=1)
        with pytest.raises(NotFound):
            await read(documents, LOANS, org="org-1", document_id=loan.id, as_known_at=before)


class TestALoanFilter:
    @pytest.fixture
    async def numbers(self, unit: Units, a_draft: Build, documents: SqliteDocuments) -> Callable[..., Any]:
        async with unit() as work:
            drafts = [
                a_draft(number="A-1", name="Harbor Point", borrower="Müller LLC", tags=["west", "core"]),
                a_draft(number="A-2", name="Harbor View", currentBalance="5000000", status="30_days", tags=["west"]),
                a_draft(number="B-1", name="Elm Street", rate="0.0650", maturityDate="2028-06-01", terms={}),
            ]
            for draft in drafts:
                await loans.create_loan(unit=work, draft=draft)

        async def found(*, on: datetime.date = TODAY, **wanted: Any) -> list[str]:
            page = await documents.find(LOANS, "org-1", *LoanFilter(**wanted).where(on=on), order=Order("number"))
            return [loan.number for loan in page.items]

        return found

    async def test_finds_by_words_of_name_number_and_borrower(self, numbers: Build) -> None:
        assert await numbers(q="harb") == ["A-1", "A-2"]
        assert await numbers(q="harbor vi") == ["A-2"]
        assert await numbers(q="MULLER") == ["A-1"]
        assert await numbers(number="A-") == ["A-1", "A-2"]
        assert await numbers(q="  ") == ["A-1", "A-2", "B-1"]

    async def test_finds_how_words_start_and_nothing_without_one(self, numbers: Build) -> None:
        assert await numbers(q="arbor") == []
        for nothing in ("%", "_", "-", "…"):
            assert await numbers(q=nothing) == []

    async def test_finds_by_value_range_and_tag(self, numbers: Build) -> None:
        assert await numbers(status=[LoanStatus.DAYS_30]) == ["A-2"]
        assert await numbers(status=[LoanStatus.DAYS_30, LoanStatus.CURRENT]) == ["A-1", "A-2", "B-1"]
        assert await numbers(maturity_to=datetime.date(2028, 12, 31)) == ["B-1"]
        assert await numbers(tag="west", balance_from=Decimal(6_000_000)) == ["A-1"]
        assert await numbers(rate_from=Decimal("0.06")) == ["B-1"]

    async def test_a_maturity_is_the_day_on_which_repayment_is_expected(
        self, unit: Units, a_draft: Build, documents: SqliteDocuments
    ) -> None:
        options = [{"months": 12, "exercisedOn": "2025-06-01"}, {"months": 6, "exercisedOn": "2025-06-15"}]
        async with unit() as work:
            stored = [
                await loans.create_loan(unit=work, draft=a_draft(number=number, **more))
                for number, more in (
                    ("plain", {}),
                    ("anticipated", {"anticipatedRepaymentDate": "2030-01-01"}),
                    ("extended", {"terms": {"extensionOptions": options}}),
                    ("both", {"anticipatedRepaymentDate": "2031-02-01", "terms": {"extensionOptions": options}}),
                )
            ]
        days = [datetime.date(year, month, 1) for year in (2029, 2030, 2031, 2034, 2035, 2036) for month in (1, 2, 7)]
        for on, first, last in itertools.product((TODAY, *days[3:8]), (None, *days), (None, *days)):
            page = await documents.find(
                LOANS, "org-1", *LoanFilter(maturity_from=first, maturity_to=last).where(on=on), order=Order("number")
            )
            expected = [
                loan.number
                for loan in sorted(stored, key=lambda loan: loan.number)
                if (first or datetime.date.min) <= expected_maturity(loan, on=on).date <= (last or datetime.date.max)
            ]
            assert [loan.number for loan in page.items] == expected, (on, first, last)

    async def test_orders_by_any_indexed_field(self, numbers: Build) -> None:
        assert order_by(LOANS, "-maturityDate") == Order("maturity_date", descending=True)
        with pytest.raises(Invalid, match="currentBalance"):
            order_by(LOANS, "borrower")


class TestExport:
    async def test_holds_every_loan_with_the_names_of_its_parties(
        self, unit: Units, a_draft: Build, a_property_draft: Build, documents: SqliteDocuments
    ) -> None:
        async with unit() as work:
            lender = await parties.create_party(
                of=parties.LENDER, unit=work, draft=LenderDraft(name="=cmd|' /C calc'!A0")
            )
            asset = await properties.create_property(
                unit=work, draft=a_property_draft(valuations=[{"amount": "18000000"}])
            )
            share = [{"propertyId": asset.id}]
            drafts = [
                a_draft(number=f"{number:04}", lenderId=lender.id, properties=share, borrower='A, "B" & Sons')
                for number in range(450)
            ]
            for draft in drafts:
                await loans.create_loan(unit=work, draft=draft)
        pages = loan_rows(documents, org="org-1", scope=None, filters=LoanFilter(), on=TODAY, order="number")
        text = b"".join([chunk async for chunk in streamed(LOANS_HEADER, pages)]).decode()
        rows = list(csv.DictReader(io.StringIO(text)))
        assert [row["Loan number"] for row in rows] == [f"{number:04}" for number in range(450)]
        assert rows[0]["Lender"] == "'=cmd|' /C calc'!A0"
        assert rows[0]["Borrower"] == 'A, "B" & Sons'
        assert (rows[0]["Value"], rows[0]["Rate"], rows[0]["Properties"]) == ("18000000.00", "0.0525", "1")


class TestASchedule:
    def test_is_the_golden_one_and_says_how(self, a_loan: Build) -> None:
        schedule = schedule_of(a_loan())
        assert str(schedule.due_at_maturity) == "8341459.68"
        assert str(schedule.total_interest) == "4912683.71"
        assert len(schedule.installments) == 120
        assert schedule.how_computed is not None
        assert "55,220.37" in schedule.how_computed.level_payment

    def test_of_a_floating_loan_is_left_out_and_says_why(self, a_loan: Build) -> None:
        loan = a_loan(rateType="floating", terms={"floating": {"index": "SOFR30A", "spread": "0.025"}})
        schedule = schedule_of(loan)
        assert "floats" in (schedule.unscheduled or "")
        assert schedule.installments == ()


class TestABalance:
    def test_has_what_accrued_since_the_last_due_date(self, a_loan: Build) -> None:
        on = balance_of(a_loan(), on=datetime.date(2025, 2, 15))
        assert (str(on.balance), str(on.accrued_interest)) == ("9989987.96", "20396.23")
        assert on.next_installment is not None
        assert str(on.next_installment.due_date) == "2025-03-01"

    def test_after_maturity_is_the_balloon_until_somebody_reports_it_as_paid(self, a_loan: Build) -> None:
        said = balance_of(a_loan(), on=datetime.date(2036, 1, 1))
        assert (str(said.balance), str(said.rolled_balance), said.past_maturity) == ("8303919.05", "8303919.05", True)
        assert said.how_computed.endswith("It is past its maturity, and nobody reported it as paid.")
        paid = balance_of(a_loan(status="paid_off", currentBalance="0"), on=datetime.date(2036, 1, 1))
        assert (str(paid.balance), paid.rolled_balance, paid.past_maturity) == ("0.00", None, False)

    def test_is_rolled_forward_from_what_was_recorded_more_than_a_month_before(self, a_loan: Build) -> None:
        recent = balance_of(a_loan(), on=datetime.date(2025, 2, 1))
        assert (recent.rolled_balance, recent.how_computed) == (None, "It stands as recorded as of 2025-01-01.")
        said = balance_of(a_loan(), on=datetime.date(2025, 3, 1))
        assert str(said.rolled_balance) == "9975560.04"
        assert said.how_computed.startswith(
            "10,000,000.00, recorded as of 2025-01-01, is rolled forward to 2025-03-01 by its schedule"
        )
        late = balance_of(a_loan(status="60_days"), on=datetime.date(2025, 3, 1))
        assert late.rolled_balance is None
        assert late.how_computed == "It stands as recorded as of 2025-01-01: it is reported as 60 days."

    def test_before_the_loan_is_refused(self, a_loan: Build) -> None:
        with pytest.raises(Invalid):
            balance_of(a_loan(), on=datetime.date(2024, 12, 31))


def test_a_schedule_that_does_not_exist_is_no_table(a_loan: Build) -> None:
    loan = a_loan(terms={"firstPaymentDate": None})
    with pytest.raises(Conflict, match="first payment date"):
        list(rate_rows(schedule_of(loan)))

"""Falling due: the day a loan is expected to be repaid on, and the principal its schedule leaves to then."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import msgspec
import pytest

from realinsights.contracts.loans import LOANS_EVENTS, FallingDue, FloatingRate, LoanRecorded
from realinsights.loans.model.falling_due import MaturityKind, expected_maturity, falling_due
from realinsights.loans.model.loan import AgreedTerms, Loan, TermsChange
from realinsights.loans.model.payment_schedule import finance_terms
from realinsights.loans.model.rolling_forward import rolled_forward
from realinsights.loans.service.facts import loan_facts
from realinsights_finance.schedule import schedule
from realinsights_finance.terms import LoanTerms
from realinsights_platform.errors import Invalid

LoanBuilder = Callable[..., Loan]

TODAY = datetime.date(2025, 12, 31)
CENT = Decimal("0.01")
GOLDEN = "8303919.05"  # of $10,000,000 at 5.25 %, actual/360, 360 months, ten years: see the golden cases


def paid_by_hand(balance: Decimal, *, since: datetime.date) -> dict[datetime.date, Decimal]:
    """Return what is left after each payment of the golden loan that follows a day, until nothing is."""
    rate, left, day = Decimal("0.0525"), {}, since
    payment = (10_000_000 * rate / 12 / (1 - (1 + rate / 12) ** -360)).quantize(CENT, ROUND_HALF_UP)
    while day < datetime.date(2034, 12, 1):
        following = (day + datetime.timedelta(days=31)).replace(day=1)
        interest = (balance * rate * (following - day).days / 360).quantize(CENT, ROUND_HALF_UP)
        balance = max(balance - (payment - interest), Decimal("0.00"))
        left[following], day = balance, following
    return left


def options(*exercised: tuple[int, str | None]) -> dict[str, Any]:
    return {"extensionOptions": [{"months": months, "exercisedOn": day} for months, day in exercised]}


class TestTheBalloon:
    def test_is_what_the_schedule_leaves_to_the_last_payment(self, a_loan: LoanBuilder) -> None:
        assert falling_due(a_loan()).balloon == Decimal(GOLDEN)

    @pytest.mark.parametrize(("recorded", "balloon"), [("9500000.00", None), ("9900000.00", None), ("4000000.00", "0")])
    def test_is_what_becomes_of_the_recorded_balance(
        self, a_loan: LoanBuilder, recorded: str, balloon: str | None
    ) -> None:
        loan = a_loan(currentBalance=recorded, balanceAsOf="2025-12-01", anticipatedRepaymentDate="2030-01-01")
        after = paid_by_hand(Decimal(recorded), since=datetime.date(2025, 12, 1))
        due = falling_due(loan)
        assert due.balloon == (after[datetime.date(2034, 12, 1)] if balloon is None else Decimal(balloon))
        assert due.anticipated_balloon == after[datetime.date(2029, 12, 1)]
        before = loan.maturity_date - datetime.timedelta(days=1)
        assert balloon is not None or rolled_forward(loan, on=before) == due.balloon

    def test_of_a_balance_whose_payment_does_not_bear_its_interest_is_not_known(self, a_loan: LoanBuilder) -> None:
        assert falling_due(a_loan(currentBalance="14000000.00", originalBalance="10000000.00")).balloon is None

    def test_of_a_principal_that_was_paid_down_is_what_is_left_of_it(self, a_loan: LoanBuilder) -> None:
        paid_down = a_loan(currentBalance="5000000.00", terms={"amortizationMonths": None})
        assert falling_due(paid_down).balloon == Decimal("5000000.00")
        gone = a_loan(currentBalance="0.00", status="paid_off", anticipatedRepaymentDate="2030-01-01")
        assert falling_due(gone).balloon == falling_due(gone).anticipated_balloon == 0

    def test_keeps_the_notes_rounding(self, a_loan: LoanBuilder) -> None:
        # The recorded balance is the schedule's own, so what is left of it is the schedule's own balloon.
        loan = a_loan(terms={"dailyRateDecimals": 7}, balanceAsOf="2025-01-01")
        terms = finance_terms(loan)
        assert isinstance(terms, LoanTerms)
        assert falling_due(loan).balloon == schedule(terms).balloon_principal != Decimal(GOLDEN)

    def test_of_an_interest_only_loan_is_its_principal_whatever_the_rate(self, a_loan: LoanBuilder) -> None:
        floating = {"amortizationMonths": None, "floating": {"index": "SOFR", "spread": "0.025"}}
        assert falling_due(a_loan(terms={"amortizationMonths": None})).balloon == Decimal("10000000.00")
        assert falling_due(a_loan(rateType="floating", terms=floating)).balloon == Decimal("10000000.00")

    @pytest.mark.parametrize(
        ("kept", "changes"),
        [
            ({"modified": True}, {}),
            ({}, {"terms": {"firstPaymentDate": None}}),
            ({}, {"rateType": "floating", "terms": {"floating": {"index": "SOFR", "spread": "0.025"}}}),
            ({}, {"terms": {"scheduledPrincipal": [{"dueDate": "2030-01-02", "amount": "1000000.00"}]}}),
        ],
    )
    def test_is_not_known_where_no_schedule_runs(
        self, a_loan: LoanBuilder, kept: dict[str, Any], changes: dict[str, Any]
    ) -> None:
        loan = a_loan(kept, anticipatedRepaymentDate="2030-01-01", **changes)
        assert (falling_due(loan).balloon, falling_due(loan).anticipated_balloon) == (None, None)

    def test_of_changed_terms_is_what_the_terms_of_its_time_leave(self, a_loan: LoanBuilder) -> None:
        # Interest only for five years; what is left of 360 months of amortization from then on.
        loan = a_loan(anticipatedRepaymentDate="2029-06-01")
        former = AgreedTerms(
            **{name: getattr(loan, name) for name in AgreedTerms.__struct_fields__ if name != "terms"},
            terms=msgspec.structs.replace(loan.terms, amortization_months=None),
        )
        change = TermsChange(recorded_on=TODAY, effective_on=datetime.date(2030, 1, 1), former=former)
        rate = Decimal("0.0525")
        payment = (10_000_000 * rate / 12 / (1 - (1 + rate / 12) ** -300)).quantize(CENT, ROUND_HALF_UP)
        balance, day = Decimal("10000000.00"), datetime.date(2030, 1, 1)
        for month in range(1, 60):
            following = datetime.date(2030 + month // 12, month % 12 + 1, 1)
            interest = (balance * rate * (following - day).days / 360).quantize(CENT, ROUND_HALF_UP)
            balance, day = balance - (payment - interest), following
        due = falling_due(msgspec.structs.replace(loan, terms_changes=(change,)))
        assert (due.balloon, due.anticipated_balloon) == (balance, Decimal("10000000.00"))

    def test_is_told_with_the_loan_and_absent_from_what_was_told_before(self, a_loan: LoanBuilder) -> None:
        told = loan_facts(a_loan(), {})
        stored = LOANS_EVENTS.encode([told])
        assert list(LOANS_EVENTS.decode(stored)) == [told]
        [plain] = msgspec.json.decode(stored)
        del plain["fallingDue"]
        [before] = LOANS_EVENTS.decode(msgspec.json.encode([plain]))
        assert isinstance(before, LoanRecorded)
        assert before.falling_due == FallingDue()


class TestAFloatingRate:
    def told(self, a_loan: LoanBuilder, *, hedges: Any = (), **floating: Any) -> FloatingRate:
        terms = {"floating": {"index": "SOFR", "spread": "0.03", **floating}, "hedges": list(hedges)}
        found = falling_due(a_loan(rateType="floating", terms={"amortizationMonths": None, **terms})).floating
        assert found is not None
        return found

    @pytest.mark.parametrize(
        ("floating", "spread", "floor"),
        [
            ({"adjustment": "0.01", "indexFloor": "0.02"}, "0.04", "0.02"),
            ({"adjustment": "0.01", "indexFloor": "0.02", "floorOnAdjusted": True}, "0.04", "0.01"),
            ({"setting": "simple_in_arrears", "indexFloor": "0.005", "dailyFloor": "0.01"}, "0.03", "0.01"),
        ],
    )
    def test_counts_an_adjustment_with_the_spread(
        self, a_loan: LoanBuilder, floating: dict[str, Any], spread: str, floor: str
    ) -> None:
        found = self.told(a_loan, **floating)
        assert (found.spread, found.index_floor) == (Decimal(spread), Decimal(floor))

    def test_is_fixed_first_where_the_note_says_so(self, a_loan: LoanBuilder) -> None:
        found = self.told(a_loan, fixedRate="0.055", fixedUntil="2029-01-01")
        assert (found.fixed_rate, found.fixed_until) == (Decimal("0.055"), datetime.date(2029, 1, 1))

    def test_has_hedges_of_every_kind(self, a_loan: LoanBuilder) -> None:
        kinds = [("cap", None), ("swap", None), ("collar", "0.02"), ("collar", None)]
        hedges = [
            {"kind": kind, "notional": "1000000.00", "strike": "0.04", "floorStrike": floor} for kind, floor in kinds
        ]
        assert [(hedge.floor_strike, hedge.told) for hedge in self.told(a_loan, hedges=hedges).caps] == [
            (None, True),
            (Decimal("0.04"), True),
            (Decimal("0.02"), True),
            (None, False),
        ]


class TestAnAnticipatedRepaymentDate:
    def test_is_when_repayment_is_expected_until_it_is_past(self, a_loan: LoanBuilder) -> None:
        loan = a_loan(anticipatedRepaymentDate="2030-01-01")
        day = datetime.date(2030, 1, 1)
        assert expected_maturity(loan, on=day) == (day, MaturityKind.ANTICIPATED_REPAYMENT)
        after = day + datetime.timedelta(days=1)
        assert expected_maturity(loan, on=after) == (datetime.date(2035, 1, 1), MaturityKind.MATURITY)

    def test_has_a_balloon_of_its_own(self, a_loan: LoanBuilder) -> None:
        # Ten years of payments of a loan that runs for twenty leave what the ten-year loan's last payment repays.
        loan = a_loan(maturityDate="2045-01-01", anticipatedRepaymentDate="2035-01-01")
        assert falling_due(loan).anticipated_balloon == Decimal(GOLDEN)
        assert (falling_due(loan).balloon or 0) < Decimal(GOLDEN)

    @pytest.mark.parametrize("day", ["2025-01-01", "2024-06-01", "2035-01-01", "2040-01-01"])
    def test_lies_between_origination_and_maturity(self, a_loan: LoanBuilder, day: str) -> None:
        with pytest.raises(Invalid) as refused:
            a_loan(anticipatedRepaymentDate=day)
        assert [fault.field for fault in refused.value.fields] == ["anticipatedRepaymentDate"]


class TestExercisedOptions:
    def test_move_the_maturity_from_the_day_of_their_exercise_on(self, a_loan: LoanBuilder) -> None:
        loan = a_loan(terms=options((12, "2034-10-01"), (12, None), (6, "2035-11-01")))
        for on, expected, kind in (
            ("2034-09-30", "2035-01-01", MaturityKind.MATURITY),
            ("2034-10-01", "2036-01-01", MaturityKind.EXTENDED),
            ("2035-11-01", "2036-07-01", MaturityKind.EXTENDED),
        ):
            found = expected_maturity(loan, on=datetime.date.fromisoformat(on))
            assert found == (datetime.date.fromisoformat(expected), kind)

    def test_give_way_to_an_anticipated_repayment_that_lies_ahead(self, a_loan: LoanBuilder) -> None:
        loan = a_loan(anticipatedRepaymentDate="2030-01-01", terms=options((12, "2025-06-01")))
        assert expected_maturity(loan, on=TODAY).date == datetime.date(2030, 1, 1)
        assert expected_maturity(loan, on=datetime.date(2030, 1, 2)).date == datetime.date(2036, 1, 1)

    def test_never_lead_beyond_the_last_year_there_is(self, unchecked_loan: LoanBuilder) -> None:
        loan = unchecked_loan(maturityDate="9990-01-01", terms=options((240, "9989-01-01")))
        assert expected_maturity(loan, on=datetime.date(9989, 6, 1)).date == datetime.date(9999, 12, 1)

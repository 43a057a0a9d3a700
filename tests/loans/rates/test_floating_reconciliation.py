"""Reported months of floating loans beside their terms at the fixings, else at the rate that the tape reports."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from realinsights.contracts.loans import RateType
from realinsights.loans.model.floating_reconciliation import KnownFixings, looked_at_by, looked_at_of
from realinsights.loans.model.floating_schedule import FloatingPlan, floating_plan
from realinsights.loans.model.imports import TapeStatement
from realinsights.loans.model.lender_conventions import Search
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.overcharges import Overcharges, overcharges_of
from realinsights.loans.model.reconciled import Reconciled, reconciled, reconciled_loan
from realinsights.loans.model.reconciliation import Outcome, RateBasis, ReconciledFigure
from realinsights.loans.model.tape import Precision, Statement
from realinsights_finance.day_count import DayCount
from realinsights_finance.rates import Fixing, Fixings

from .facts import G6, G6_LOAN

Build = Callable[..., Any]

TERM = "term_sofr_1_month"
DAY = datetime.date
ONE_DAY = datetime.timedelta(days=1)
G6_VALUES = {"2025-01-13": "4.33", "2025-02-13": "0.25", "2025-03-13": "2.00", "2025-04-11": "6.75"}
G6_INTEREST = [Decimal(text) for text in ("147034.72", "68055.56", "96875.00", "177083.33")]
G6_RATES = [Decimal(text) for text in ("0.0683", "0.035", "0.045", "0.085")]
BALANCE = Decimal("25000000.00")


def known(values: dict[str, str], on: str = "2026-12-31") -> KnownFixings:
    days = {DAY.fromisoformat(day): Decimal(value) / 100 for day, value in values.items()}
    return KnownFixings(Fixings.of(TERM, days), DAY.fromisoformat(on))


ALL_KNOWN = known(G6_VALUES)
NOTHING_KNOWN = known({})


@pytest.fixture
def a_floater(a_loan: Build) -> Build:
    """Return a builder of the loan of golden case G6; `floating` and `terms` change its terms."""

    def build(floating: dict[str, Any] | None = None, **changes: Any) -> Loan:
        terms = {
            "firstPaymentDate": "2025-02-15",
            "amortizationMonths": None,
            "floating": {**G6, **(floating or {})},
            **changes.pop("terms", {}),
        }
        loan: Loan = a_loan(**{**G6_LOAN, **changes}, terms=terms)
        return loan

    return build


def month(number: int, **figures: Any) -> Statement:
    """Return what a tape says of the reporting period with the payment of a month of 2025, from February on."""
    begin = DAY(2025 + number // 12, number % 12 + 1, 1)
    end = DAY(2025 + (number + 1) // 12, (number + 1) % 12 + 1, 1) - ONE_DAY
    return Statement(number="1001", row=1, line=1, period_begin=begin, period_end=end, **figures)


def billed(interest: Sequence[Decimal], rates: Sequence[Decimal | None]) -> list[Statement]:
    """Return months that report this interest on a balance of which nothing is repaid, and these rates."""
    return [
        month(
            number,
            beginning_balance=BALANCE,
            interest=due,
            principal=Decimal("0.00"),
            ending_balance=BALANCE,
            rate=rate,
        )
        for number, (due, rate) in enumerate(zip(interest, rates, strict=True), start=1)
    ]


def lived(loan: Loan, at: KnownFixings, rates: Sequence[Decimal], **terms: Any) -> list[Statement]:
    """Return the months of a loan as the library computes them, under these terms in place of its own."""
    other = msgspec.structs.replace(loan, terms=msgspec.structs.replace(loan.terms, **terms))
    plan = floating_plan(other)
    assert isinstance(plan, FloatingPlan)
    rows, _ = plan.life(plan.market(at.fixings, business_date=at.on))
    return [
        month(
            row.number,
            beginning_balance=row.beginning_balance,
            interest=row.interest,
            principal=row.principal,
            ending_balance=row.ending_balance,
            rate=rate,
        )
        for row, rate in zip(rows, rates, strict=False)
    ]


def held(loan: Loan, statements: list[Statement], at: KnownFixings) -> Reconciled:
    told = [
        TapeStatement(
            id=str(place), org=loan.org, loan_id=loan.id, import_id="i", precision=Precision.CENTS, statement=each
        )
        for place, each in enumerate(statements)
    ]
    return reconciled_loan(loan, told, at)


MONTHS = {
    "2025-01-13": "4.33", "2025-02-13": "4.31271", "2025-03-13": "4.29104", "2025-04-11": "4.32177",
    "2025-05-13": "4.27315", "2025-06-12": "4.30990", "2025-07-11": "4.35120", "2025-08-13": "4.22118",
}  # fmt: skip


class TestByItsTerms:
    def test_matches_the_golden_months_and_says_the_rate(self, a_floater: Build) -> None:
        found = held(a_floater(), billed(G6_INTEREST, [None] * 4), ALL_KNOWN)
        assert [(each.outcome, each.rate_by, each.rate) for each in found.periods] == [
            (Outcome.MATCHED, RateBasis.TERMS, rate) for rate in G6_RATES
        ]
        assert [each.computed_interest for each in found.periods] == G6_INTEREST
        assert found.unscheduled is None
        assert found.stated is not None
        assert "actual/360" in found.stated.words
        assert found.reproduced_by is None

    def test_differs_where_the_tape_has_another_rate_and_says_so(self, a_floater: Build) -> None:
        wrong = (BALANCE * Decimal("0.07") * 28 / 360).quantize(Decimal("0.01"))
        statements = billed([G6_INTEREST[0], wrong, *G6_INTEREST[2:]], [None, Decimal("0.07"), None, None])
        found = held(a_floater(), statements, ALL_KNOWN).periods
        assert [each.outcome for each in found] == [Outcome.MATCHED, Outcome.DIFFERS] + [Outcome.MATCHED] * 2
        assert found[1].differing == (ReconciledFigure.INTEREST,)
        assert found[1].reason == "its interest is that of the reported rate, 0.07: by the terms the rate is another"
        assert (found[1].rate, found[1].notes) == (Decimal("0.035"), ())

    def test_knows_what_was_published_by_the_business_date(self, a_floater: Build) -> None:
        early = known(G6_VALUES, on="2025-03-01")
        found = held(a_floater(), billed(G6_INTEREST, [None] * 4), early).periods
        assert [each.outcome for each in found] == [Outcome.MATCHED] * 2 + [Outcome.NOT_COMPUTED] * 2
        assert found[2].reason == (
            "the fixing of 1-month Term SOFR for 2025-03-13 is missing, and the tape reports no rate of the period"
        )

    def test_billed_before_a_fixing_was_revised_says_so(self, a_floater: Build) -> None:
        revised = Fixing(
            index=TERM, on=DAY(2025, 3, 13), value=Decimal("0.021"), published=DAY(2025, 5, 20), revision=1
        )
        later = KnownFixings(ALL_KNOWN.fixings.and_those([revised]), ALL_KNOWN.on)
        found = held(a_floater(), billed(G6_INTEREST, [None] * 4), later).periods
        assert [each.outcome for each in found] == [Outcome.MATCHED] * 2 + [Outcome.DIFFERS, Outcome.MATCHED]
        assert found[2].reason == (
            "its interest is that of a fixing that was revised after it was due: the difference is to adjust"
        )
        assert found[2].computed_interest == Decimal("99027.78")

    def test_before_the_first_payment_is_not_due(self, a_floater: Build) -> None:
        [found] = held(a_floater(), [month(0, ending_balance=BALANCE)], ALL_KNOWN).periods
        assert (found.outcome, found.computed_ending_balance) == (Outcome.NOT_DUE, BALANCE)

    def test_of_a_loan_that_amortizes_follows_the_payment_that_each_reset_makes(self, a_floater: Build) -> None:
        loan = a_floater(terms={"amortizationMonths": 360})
        statements = lived(loan, ALL_KNOWN, [Decimal(0)] * 4)
        assert len({each.principal for each in statements}) == 4
        found = held(loan, statements, ALL_KNOWN).periods
        assert {(each.outcome, each.rate_by) for each in found} == {(Outcome.MATCHED, RateBasis.TERMS)}

    def test_of_a_quarter_sums_its_installments(self, a_floater: Build) -> None:
        quarter = Statement(
            number="1001", row=1, line=1, period_begin=DAY(2025, 2, 1), period_end=DAY(2025, 4, 30),
            beginning_balance=BALANCE, interest=sum(G6_INTEREST[:3]), principal=Decimal("0.00"),
            ending_balance=BALANCE, rate=Decimal("0.045"),
        )  # fmt: skip
        [found] = held(a_floater(), [quarter], ALL_KNOWN).periods
        assert (found.outcome, found.rate_by) == (Outcome.MATCHED, RateBasis.TERMS)
        [found] = held(a_floater(), [quarter], NOTHING_KNOWN).periods
        assert found.outcome is Outcome.NOT_COMPUTED
        assert "one rate of a period with 3 installments" in (found.reason or "")


class TestByTheReportedRate:
    def test_matches_where_no_fixing_is_known_and_says_which_is_missing(self, a_floater: Build) -> None:
        found = held(a_floater(), billed(G6_INTEREST, G6_RATES), NOTHING_KNOWN).periods
        assert [(each.outcome, each.rate_by, each.rate) for each in found] == [
            (Outcome.MATCHED, RateBasis.REPORTED, rate) for rate in G6_RATES
        ]
        assert found[3].reason == "the fixing of 1-month Term SOFR for 2025-04-11 is missing"

    def test_takes_each_month_by_itself(self, a_floater: Build) -> None:
        some = known({day: value for day, value in G6_VALUES.items() if day != "2025-03-13"})
        rates = [None, None, G6_RATES[2], None]
        found = held(a_floater(), billed(G6_INTEREST, rates), some).periods
        assert [each.rate_by for each in found] == [
            RateBasis.TERMS, RateBasis.TERMS, RateBasis.REPORTED, RateBasis.TERMS,
        ]  # fmt: skip
        assert {each.outcome for each in found} == {Outcome.MATCHED}

    def test_is_no_guess_where_the_tape_reports_none(self, a_floater: Build) -> None:
        found = held(a_floater(), billed(G6_INTEREST, [*G6_RATES[:3], None]), NOTHING_KNOWN).periods
        assert (found[3].outcome, found[3].computed_interest) == (Outcome.NOT_COMPUTED, None)

    def test_differs_by_a_cent(self, a_floater: Build) -> None:
        one_more = [G6_INTEREST[0] + Decimal("0.01"), *G6_INTEREST[1:]]
        found = held(a_floater(), billed(one_more, G6_RATES), NOTHING_KNOWN).periods
        assert [each.outcome for each in found] == [Outcome.DIFFERS] + [Outcome.MATCHED] * 3

    def test_needs_no_index(self, a_floater: Build) -> None:
        loan = a_floater()
        # A tape's loan may float by an index that nobody names.
        nameless = msgspec.structs.replace(loan, terms=msgspec.structs.replace(loan.terms, floating=None))
        found = held(nameless, billed(G6_INTEREST, G6_RATES), ALL_KNOWN).periods
        assert {(each.outcome, each.rate_by) for each in found} == {(Outcome.MATCHED, RateBasis.REPORTED)}
        assert found[0].reason == "the rate floats, and neither its index nor its spread is known"

    def test_goes_on_from_the_reported_balance_after_a_month_that_is_not_known(self, a_floater: Build) -> None:
        loan = a_floater(terms={"amortizationMonths": 360})
        statements = lived(loan, ALL_KNOWN, [*G6_RATES])
        some = known({day: value for day, value in G6_VALUES.items() if day != "2025-02-13"})
        statements[1] = msgspec.structs.replace(statements[1], rate=None)
        found = held(loan, statements, some).periods
        assert [each.outcome for each in found] == [
            Outcome.MATCHED, Outcome.NOT_COMPUTED, Outcome.MATCHED, Outcome.MATCHED,
        ]  # fmt: skip
        assert found[2].reason == "from the balance that the tape reports: what was owed before is not known"
        assert found[3].reason is None

    def test_without_a_first_payment_says_that(self, a_floater: Build) -> None:
        found = held(a_floater(terms={"firstPaymentDate": None}), billed(G6_INTEREST, G6_RATES), ALL_KNOWN)
        assert found.unscheduled == "the first payment date is not known"
        assert {each.outcome for each in found.periods} == {Outcome.NOT_COMPUTED}


class TestAnotherConvention:
    def rates(self) -> list[Decimal]:
        return [Decimal(value) / 100 + Decimal("0.025") for value in MONTHS.values()]

    @pytest.mark.parametrize("fixed", [True, False])
    @pytest.mark.parametrize("day_count", [DayCount.ACTUAL_365_FIXED, DayCount.THIRTY_360])
    def test_of_another_day_count_is_found_again(self, a_floater: Build, day_count: DayCount, fixed: bool) -> None:
        loan = a_floater()
        statements = lived(loan, known(MONTHS), self.rates(), day_count=day_count)
        assert len(statements) == 8
        found = held(loan, statements, known(MONTHS) if fixed else NOTHING_KNOWN)
        assert {each.outcome for each in found.periods} == {Outcome.MATCHED}
        assert found.reproduced_by is not None
        assert day_count in {each.day_count for each in found.reproduced_by.conventions}
        assert DayCount.ACTUAL_360 not in {each.day_count for each in found.reproduced_by.conventions}
        # A month of 30 days is the same by both.
        assert {each.convention for each in found.periods} - {None} == {found.reproduced_by.words}
        assert {each.rate for each in found.reproduced_by.conventions} == {None}

    def test_of_interest_cut_off_at_the_cent_is_found_again(self, a_floater: Build) -> None:
        loan = a_floater(originalBalance="24999999.99", currentBalance="24999999.99")
        statements = []
        for number, (begin, rate) in enumerate(zip(self.starts(), self.rates(), strict=True), start=1):
            balance, end = loan.original_balance, begin.replace(month=begin.month + 1)
            exact = balance * rate * (end - begin).days / 360
            cut = exact.quantize(Decimal("0.01"), rounding="ROUND_DOWN")
            said = {"principal": Decimal("0.00"), "ending_balance": balance, "rate": rate}
            statements.append(month(number, beginning_balance=balance, interest=cut, **said))
        found = held(loan, statements, known(MONTHS))
        assert {each.outcome for each in found.periods} == {Outcome.MATCHED}
        assert found.reproduced_by is not None
        assert "cut off at the cent" in found.reproduced_by.words

    def starts(self) -> list[datetime.date]:
        return [DAY(2025, number, 15) for number in range(1, 9)]

    def test_of_a_loan_that_amortizes_is_found_again_with_its_payments(self, a_floater: Build) -> None:
        loan = a_floater(terms={"amortizationMonths": 360})
        statements = lived(loan, known(MONTHS), self.rates(), day_count=DayCount.THIRTY_360)
        found = held(loan, statements, known(MONTHS))
        assert {each.outcome for each in found.periods} == {Outcome.MATCHED}
        assert found.reproduced_by is not None
        assert "30/360" in found.reproduced_by.words
        assert "level payment computed anew with each new rate" in found.reproduced_by.words

    def test_does_not_excuse_a_payment_that_no_reset_makes(self, a_floater: Build) -> None:
        loan = a_floater(terms={"amortizationMonths": 360})
        statements = lived(loan, known(MONTHS), self.rates(), day_count=DayCount.THIRTY_360)
        statements[1] = msgspec.structs.replace(
            statements[1], principal=(statements[1].principal or Decimal(0)) + Decimal("0.01")
        )
        found = held(loan, statements, known(MONTHS))
        assert {each.outcome for each in found.periods} == {Outcome.DIFFERS}

    def test_is_counted_among_those_of_its_deal(self, a_floater: Build) -> None:
        loan = a_floater()
        statements = lived(loan, known(MONTHS), self.rates(), day_count=DayCount.THIRTY_360)
        told = [
            TapeStatement(
                id=str(place), org=loan.org, loan_id=loan.id, import_id="i", precision=Precision.CENTS, statement=each
            )
            for place, each in enumerate(statements)
        ]
        search = Search()
        [found] = reconciled([loan], told, search, known(MONTHS))
        search.count(found.terms, found.periods[-1], found.reproduced_by)
        assert (search.result.asked, search.result.matched + search.result.tied) == (1, 1)
        [named] = search.result.named
        assert ("30/360" in named.words, named.stated) == (True, False)


class TestOvercharges:
    def test_are_told_month_by_month_where_fixings_are_known(self, a_floater: Build) -> None:
        wrong = (BALANCE * Decimal("0.0365") * 28 / 360).quantize(Decimal("0.01"))
        some = known({day: value for day, value in G6_VALUES.items() if day != "2025-03-13"})
        statements = billed([G6_INTEREST[0], wrong, *G6_INTEREST[2:]], [*G6_RATES])
        found: Overcharges = overcharges_of(held(a_floater(), statements, some), explain=True)
        assert (found.compared, found.unknown, found.over) == (3, 1, 1)
        assert found.interest_over == wrong - G6_INTEREST[1] == Decimal("2916.66")
        assert [each.interest_over for each in found.months] == [0, wrong - G6_INTEREST[1], None, 0]
        assert found.months[1].rate == Decimal("0.035")
        assert found.months[1].on_stated_balance == G6_INTEREST[1]
        assert found.months[2].reason == (
            "by the terms its rate is not known: the fixing of 1-month Term SOFR for 2025-03-13 is missing"
        )
        assert found.unscheduled is None
        assert found.explained is not None
        steps = {step.name: step.value for step in found.explained.steps}
        assert steps["2025-03-15 rate by the terms"] == "0.035"
        assert steps["2025-03-15 over"] == "2916.66"


def test_what_is_asked_for_reaches_back_as_far_as_the_first_reset(a_floater: Build) -> None:
    looked_at = looked_at_by([looked_at_of(a_floater())])
    assert looked_at is not None
    assert looked_at.indices == {TERM}
    assert looked_at.first <= DAY(2025, 1, 13)
    said = month(3, rate_type=RateType.FLOATING, index="30-Day Average SOFR", origination_date=DAY(2024, 1, 15))
    told = looked_at_of(said)
    assert told is not None
    assert (told.indices, told.first < DAY(2024, 1, 15)) == ({"sofr_30_day_average", "sofr"}, True)
    assert looked_at_of(month(3)) is None

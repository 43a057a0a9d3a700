"""Hedges that fit their loan, and each way in which they do not, in words."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import DayCount, Frequency
from realinsights_finance.value import ComparedTerms, Hedge, HedgeKind, InvalidHedge, MismatchField, hedge_mismatches

START, END = datetime.date(2025, 1, 15), datetime.date(2027, 1, 15)
LOAN = ComparedTerms(
    notionals=((START, Decimal(25_000_000)),),
    end=END,
    index="Term SOFR 1M",
    day_count=DayCount.ACTUAL_360,
    frequency=Frequency.MONTHLY,
    payment_day=15,
    determination_days=2,
)


def a_hedge(kind: HedgeKind = HedgeKind.CAP, *, strike: str = "0.035", **changes) -> Hedge:
    return Hedge(kind=kind, strike=Decimal(strike), terms=replace(LOAN, **changes))


def words(hedge: Hedge, loan: ComparedTerms = LOAN, **named) -> list[tuple[MismatchField, str]]:
    return [(found.field, found.words) for found in hedge_mismatches(loan, hedge, **named)]


@pytest.mark.parametrize("kind", list(HedgeKind))
def test_a_hedge_with_the_loans_own_terms_fits(kind):
    assert hedge_mismatches(LOAN, a_hedge(kind), highest_strike=Decimal("0.035")) == ()


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        (
            {"notionals": ((START, Decimal(24_000_000)),)},
            MismatchField.NOTIONAL,
            (
                "From 2025-01-15 to 2027-01-15 the notional is below the loan's balance by 1,000,000.00: "
                "that part of the loan is not hedged."
            ),
        ),
        (
            {"notionals": ((datetime.date(2025, 2, 14), Decimal(25_000_000)),)},
            MismatchField.START,
            "The hedge starts on 2025-02-14, 30 days after the loan, on 2025-01-15: the loan is not hedged between.",
        ),
        (
            {"notionals": ((datetime.date(2025, 1, 14), Decimal(25_000_000)),)},
            MismatchField.START,
            "The hedge starts on 2025-01-14, 1 day before the loan, on 2025-01-15: there is no loan to hedge between.",
        ),
        (
            {"end": datetime.date(2026, 1, 15)},
            MismatchField.END,
            "The hedge ends on 2026-01-15, 365 days before the loan, on 2027-01-15: the loan is not hedged between.",
        ),
        (
            {"end": datetime.date(2030, 1, 15)},
            MismatchField.END,
            (
                "The hedge ends on 2030-01-15, 1,096 days after the loan, on 2027-01-15: "
                "there is no loan to hedge between."
            ),
        ),
        (
            {"index": "30-day average SOFR"},
            MismatchField.INDEX,
            "The loan has Term SOFR 1M and the hedge 30-day average SOFR as index: the two rates may move apart.",
        ),
        (
            {"day_count": DayCount.THIRTY_360},
            MismatchField.DAY_COUNT,
            "The loan has actual_360 and the hedge 30_360 as day count: interest on the same rate differs.",
        ),
        (
            {"frequency": Frequency.QUARTERLY},
            MismatchField.FREQUENCY,
            "The loan has monthly and the hedge quarterly as frequency: rates are reset on different days.",
        ),
        (
            {"payment_day": 1},
            MismatchField.PAYMENT_DAY,
            "The loan has 15 and the hedge 1 as payment day: periods begin and end on different days.",
        ),
        (
            {"determination_days": 1},
            MismatchField.DETERMINATION,
            (
                "The loan has 2 and the hedge 1 as number of business days from fixing to period: "
                "the rate of the same period differs."
            ),
        ),
    ],
)
def test_each_difference_is_told_by_itself(changes, field, sentence):
    assert words(a_hedge(**changes)) == [(field, sentence)]


def test_an_index_is_the_same_however_it_is_written():
    assert words(a_hedge(index=" term sofr 1m ")) == []


def test_a_notional_that_stays_while_the_loan_amortizes_is_one_stretch():
    months = [datetime.date(2025 + number // 12, number % 12 + 1, 15) for number in range(24)]
    loan = replace(LOAN, notionals=tuple((day, Decimal(25_000_000 - 10_000 * n)) for n, day in enumerate(months)))
    assert words(a_hedge(), loan) == [
        (
            MismatchField.NOTIONAL,
            (
                "From 2025-02-15 to 2027-01-15 the notional is above the loan's balance by up to 230,000.00: "
                "the hedge is larger than what it hedges."
            ),
        )
    ]


def test_a_notional_above_and_then_below_is_two_stretches():
    turn = datetime.date(2026, 1, 15)
    hedge = a_hedge(notionals=((START, Decimal(26_000_000)), (turn, Decimal(24_000_000))))
    found = hedge_mismatches(LOAN, hedge)
    assert [(one.loan, one.hedge) for one in found] == [
        ("25,000,000.00", "26,000,000.00"),
        ("25,000,000.00", "24,000,000.00"),
    ]
    assert "to 2026-01-15" in found[0].words
    assert "From 2026-01-15" in found[1].words


class TestFloor:
    floored = replace(LOAN, floor=Decimal("0.01"))

    def test_a_cap_does_not_care(self):
        assert words(a_hedge(), self.floored) == []

    def test_a_swap_without_the_loans_floor_pays_less_than_the_loan_costs(self):
        assert words(a_hedge(HedgeKind.SWAP), self.floored) == [
            (
                MismatchField.FLOOR,
                (
                    "The loan's index floor is 1 %, the swap's none: where the index is below 1 %, "
                    "the swap pays the borrower less than the loan costs."
                ),
            )
        ]
        assert words(a_hedge(HedgeKind.SWAP, floor=Decimal("0.01")), self.floored) == []

    def test_a_swap_with_a_higher_floor_pays_more(self):
        [(_, sentence)] = words(a_hedge(HedgeKind.SWAP, floor=Decimal("0.0125")), self.floored)
        assert sentence == (
            "The loan's index floor is 1 %, the swap's 1.25 %: where the index is below 1.25 %, "
            "the swap pays the borrower more than the loan costs."
        )

    def test_a_collars_floor_is_paid_beside_the_loans_own(self):
        [(_, sentence)] = words(a_hedge(HedgeKind.COLLAR, floor=Decimal("0.02")), self.floored)
        assert sentence == (
            "Below 1 % the borrower pays twice: the loan's index counts as 1 %, "
            "and on the floor sold 2 % less the index is due."
        )


def test_a_strike_above_what_the_loan_allows_is_told():
    assert words(a_hedge(strike="0.0425"), highest_strike=Decimal("0.035")) == [
        (
            MismatchField.STRIKE,
            (
                "The strike of 4.25 % is above the 3.5 % that the loan allows: "
                "interest is not capped where the loan asks for it."
            ),
        )
    ]
    assert words(a_hedge(strike="0.03"), highest_strike=Decimal("0.035")) == []


@given(st.lists(st.tuples(st.integers(0, 700), st.integers(0, 3)), max_size=12), st.integers(0, 3))
def test_on_every_day_a_stretch_tells_the_truth(changes, first):
    steps = {START: Decimal(first)} | {START + datetime.timedelta(days=day): Decimal(amount) for day, amount in changes}
    hedge = a_hedge(notionals=tuple(sorted(steps.items())))
    loan = replace(LOAN, notionals=((START, Decimal(1)), (datetime.date(2026, 3, 1), Decimal(2))))
    told = {}
    for found in hedge_mismatches(loan, hedge):
        _, since, _, until, *_ = found.words.split()
        day = datetime.date.fromisoformat(since)
        while day < datetime.date.fromisoformat(until):
            told[day] = "below" in found.words
            day += datetime.timedelta(days=1)
    for number in range((END - START).days):
        day = START + datetime.timedelta(days=number)
        difference = hedge.terms.notional_on(day) - loan.notional_on(day)
        assert told.get(day) == (difference < 0 if difference else None)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"notionals": ()}, "notionals: there are none"),
        ({"notionals": ((START, Decimal(1)), (START, Decimal(2)))}, "notionals: their days must ascend"),
        ({"end": START}, "end: 2025-01-15 is not after the last notional's 2025-01-15"),
        ({"notionals": ((START, Decimal(-1)),)}, "notionals: an amount is less than zero, or no number"),
        ({"notionals": ((START, Decimal("NaN")),)}, "notionals: an amount is less than zero, or no number"),
    ],
)
def test_terms_that_cannot_be_are_refused(changes, message):
    with pytest.raises(InvalidHedge, match=message):
        replace(LOAN, **changes)

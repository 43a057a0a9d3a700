"""Loans of any kind: each rule by hand, and the fixed-rate loan as its own schedule has it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realinsights_finance import DayCount, LoanTerms, level_payment, regular_start, schedule
from realinsights_finance.business_days import BusinessDayRule, HolidayCalendar
from realinsights_finance.rates import Fixings, FloatingRate, FloatingTerms, ForwardCurve, Market, MissingFixing
from realinsights_finance.rates.paths import FixedRate, stepped_rate
from realinsights_finance.repayment import (
    Afterwards,
    Capitalizing,
    Curtailment,
    Draw,
    FixedPrincipal,
    HyperAmortization,
    InterestOnly,
    InvalidRepayment,
    LevelPayment,
    Loan,
    PaidAt,
    PrincipalSchedule,
    UnusedFee,
    known_life,
    life,
)
from realinsights_finance.rounding import InterestRounding, Rounding
from realinsights_finance.time import Interval, PeriodRule, accrual_periods

DATE = datetime.date
CENT = Decimal("0.01")
BEGIN, END, MONTHLY = DATE(2025, 1, 1), DATE(2026, 1, 1), Interval.MONTHLY


def a_life(start=BEGIN, end=END, interval=MONTHLY, **changes):
    said = {
        "principal": Decimal("1200000.00"), "rate": FixedRate(Decimal("0.06")), "day_count": DayCount.THIRTY_360,
        "interval": interval, "periods": accrual_periods(start, end, PeriodRule(interval=interval, anchor=start)),
    }  # fmt: skip
    return Loan(**(said | changes))


class TestAFixedRateLoan:
    @given(
        day_count=st.sampled_from(DayCount),
        rounding=st.sampled_from(InterestRounding),
        interest_only=st.sampled_from([0, 6]),
        cents=st.integers(100_000_00, 90_000_000_00),
        rate=st.decimals("0.01", "0.12", places=5),
    )
    @settings(max_examples=40)
    def test_is_its_schedule(self, *, day_count, rounding, interest_only, cents, rate):
        first, day = DATE(2025, 2, 15), 15
        terms = LoanTerms(
            principal=Decimal(cents) / 100, rate=rate, start=regular_start(first), first_payment=first,
            maturity=DATE(2028, 1, day), day_count=day_count, amortization_months=360,
            interest_only_months=interest_only, rounding=Rounding(interest=rounding),
        )  # fmt: skip
        rule = PeriodRule(interval=Interval.MONTHLY, anchor=first)
        loan = Loan(
            principal=terms.principal, periods=accrual_periods(terms.start, terms.maturity, rule),
            interval=Interval.MONTHLY, rate=FixedRate(rate), day_count=day_count, rounding=terms.rounding,
            repayment=LevelPayment(periods=360, interest_only=interest_only),
        )  # fmt: skip
        rows, expected = life(loan), schedule(terms).installments
        assert [(row.interest, row.principal, row.ending_balance) for row in rows] == [
            (row.interest, row.principal, row.ending_balance) for row in expected
        ]


class TestRepaymentRules:
    def test_fixed_principal(self):
        rows = life(a_life(repayment=FixedPrincipal(amount=Decimal("10000.00"))))
        assert [row.principal for row in rows[:-1]] == [Decimal("10000.00")] * 11
        assert [row.interest for row in rows[:2]] == [Decimal("6000.00"), Decimal("5950.00")]
        assert rows[-1].principal == Decimal("1090000.00")

    def test_a_principal_schedule_of_the_note(self):
        amounts = (Decimal("1000.00"), Decimal("2500.00"), Decimal(0), Decimal("700.00"))
        rows = life(a_life(repayment=PrincipalSchedule(amounts)))
        assert [row.principal for row in rows[:5]] == [*amounts[:2], 0, amounts[3], 0]

    def test_after_the_anticipated_repayment_date_all_cash_repays(self):
        rule = HyperAmortization(
            before=LevelPayment(periods=360), anticipated_on=DATE(2025, 6, 1), cash=(Decimal(50_000), Decimal(60_000))
        )
        rows = life(a_life(repayment=rule))
        level = level_payment(Decimal("1200000.00"), Fraction(1, 200), 360)
        assert [row.payment for row in rows[:7]] == [level] * 5 + [Decimal(50_000), Decimal(60_000)]

    def test_interest_is_paid_in_kind_up_to_its_limit(self):
        rule = Capitalizing(pay_rate=Decimal("0.02"), limit=Decimal("1.005"))
        rows = life(a_life(repayment=rule))
        assert (rows[0].interest, rows[0].capitalized, rows[0].payment) == (
            Decimal("6000.00"),
            Decimal("4000.00"),
            Decimal("2000.00"),
        )
        assert rows[1].capitalized == Decimal("2000.00")  # 1,206,000 is the limit
        assert rows[2].capitalized == 0
        assert rows[2].payment == rows[2].interest == Decimal("6030.00")

    def test_a_payment_below_the_interest_makes_the_balance_grow(self):
        rows = life(a_life(repayment=Capitalizing(payment=Decimal("5000.00"))))
        assert (rows[0].payment, rows[0].ending_balance) == (Decimal("5000.00"), Decimal("1201000.00"))
        assert rows[-1].ending_balance == 0

    def test_a_payment_computed_anew_whenever_the_rate_changes(self):
        rate = stepped_rate([(DATE(2025, 1, 1), Decimal("0.05")), (DATE(2025, 4, 1), Decimal("0.055"))])
        rows = life(a_life(rate=rate, repayment=LevelPayment(periods=360, reamortizes=True)))
        assert rows[2].payment == level_payment(Decimal("1200000.00"), Fraction(5, 1200), 360)
        assert rows[3].payment == level_payment(rows[3].beginning_balance, Fraction(55, 12000), 357)
        stays = life(a_life(rate=rate, repayment=LevelPayment(periods=360)))
        assert {row.payment for row in stays[:-1]} == {rows[0].payment}


class TestWhatHappensWithinAPeriod:
    def test_a_draw_bears_interest_from_its_day(self):
        # Golden case G18: $5.0 M outstanding, $1.0 M funded 11 April, 7.50 % Actual/360, 0.50 % on $10 M unused.
        loan = a_life(
            DATE(2025, 4, 1), DATE(2025, 7, 1), principal=Decimal(5_000_000), rate=FixedRate(Decimal("0.075")),
            day_count=DayCount.ACTUAL_360, draws=(Draw(on=DATE(2025, 4, 11), amount=Decimal(1_000_000)),),
            unused_fee=UnusedFee(commitment=Decimal(10_000_000), rate=Decimal("0.005")),
        )  # fmt: skip
        row = life(loan)[0]
        assert row.interest == Decimal("35416.67")
        assert row.unused_fee == Decimal("1805.56")
        assert row.ending_balance == Decimal(6_000_000)

    @pytest.mark.parametrize("afterwards", Afterwards)
    def test_a_partial_prepayment_shortens_or_is_spread(self, afterwards):
        curtailment = Curtailment(on=DATE(2025, 3, 16), amount=Decimal(200_000), afterwards=afterwards)
        rule = LevelPayment(periods=360)
        rows = life(a_life(repayment=rule, curtailments=(curtailment,)))
        before = life(a_life(repayment=rule))
        assert rows[2].interest == (
            (rows[2].beginning_balance * 15 + (rows[2].beginning_balance - 200_000) * 15) * Decimal("0.06") / 360
        ).quantize(CENT)
        level = before[0].payment
        if afterwards is Afterwards.SHORTEN:
            assert rows[3].payment == level
        else:
            owed = rows[2].beginning_balance - 200_000
            assert rows[3].payment == level_payment(owed, Fraction(1, 200), 358)

    def test_a_stated_payment_that_was_not_paid_yet_is_computed_anew_too(self):
        rule = LevelPayment(periods=360, interest_only=6, payment=Decimal("7194.61"))
        curtailment = Curtailment(on=DATE(2025, 3, 1), amount=Decimal(200_000), afterwards=Afterwards.REAMORTIZE)
        rows = life(a_life(repayment=rule, curtailments=(curtailment,)))
        anew = level_payment(Decimal(1_000_000), Fraction(1, 200), 360)
        assert (rows[6].payment, rows[6].level_payment) == (anew, anew)
        assert rows[5].level_payment is None

    @pytest.mark.parametrize(("reamortize", "months"), [(True, 358), (False, None)])
    def test_a_draw_computes_the_payment_anew_where_it_says_so(self, reamortize, months):
        draw = Draw(on=DATE(2025, 3, 1), amount=Decimal(30_000), reamortize=reamortize)
        rows = life(a_life(repayment=LevelPayment(periods=360), draws=(draw,)))
        owed = rows[1].ending_balance + 30_000
        expected = rows[0].payment if months is None else level_payment(owed, Fraction(1, 200), months)
        assert rows[2].payment == expected

    def test_the_unused_fee_is_of_what_was_never_drawn_by_its_own_day_count(self):
        # 10 M less 5 M lent: what is repaid cannot be drawn again. 30 days of Actual/365: 0.5 % x 30 / 365 of 5 M.
        fee = UnusedFee(commitment=Decimal(10_000_000), rate=Decimal("0.005"), day_count=DayCount.ACTUAL_365_FIXED)
        rows = life(
            a_life(
                DATE(2025, 4, 1), DATE(2025, 7, 1), principal=Decimal(5_000_000), unused_fee=fee,
                repayment=FixedPrincipal(amount=Decimal(100_000)),
            )
        )  # fmt: skip
        assert [row.unused_fee for row in rows] == [Decimal("2054.79"), Decimal("2123.29"), Decimal("2054.79")]
        assert rows[1].payment == rows[1].interest + 100_000 + Decimal("2123.29")

    def test_a_pay_rate_is_of_what_is_owed_each_day(self):
        # Half a month of 1,200,000 and half of 1,000,000 at 2 %: 1,000.00 + 833.33 of 5,500.00 are paid.
        curtailment = Curtailment(on=DATE(2025, 1, 16), amount=Decimal(200_000))
        row = life(a_life(repayment=Capitalizing(pay_rate=Decimal("0.02")), curtailments=(curtailment,)))[0]
        assert (row.interest, row.payment, row.capitalized) == (5500, Decimal("1833.33"), Decimal("3666.67"))

    @pytest.mark.parametrize("interval", [Interval.WEEKLY, Interval.BI_WEEKLY, Interval.SEMI_MONTHLY])
    def test_payments_come_as_often_as_the_note_says(self, interval):
        loan = a_life(interval=interval, day_count=DayCount.ACTUAL_365_FIXED, repayment=LevelPayment(periods=500))
        rows = life(loan)
        level = level_payment(loan.principal, Fraction(6, 100) / interval.periods_per_year, 500)
        assert {row.payment for row in rows[:-1] if row.end - row.start > datetime.timedelta(days=3)} == {level}
        assert rows[-1].ending_balance == 0


class TestPaymentsInAdvance:
    def test_repay_the_loan_one_period_earlier(self):
        loan = a_life(paid_at=PaidAt.START, repayment=LevelPayment(periods=12))
        rows = life(loan)
        assert (len(rows), rows[0].due_date, rows[-1].due_date) == (12, DATE(2025, 1, 1), DATE(2025, 12, 1))
        # 1,200,000 x 0.005 / (1 - 0.995^12)
        assert {row.payment for row in rows[:-1]} == {Decimal("102779.86")}
        for row in rows:
            assert row.interest == ((row.beginning_balance - row.principal) * Decimal("0.005")).quantize(CENT)
        assert sum(row.principal for row in rows) == loan.principal
        # The last one pays no interest, and what rounding leaves.
        assert (rows[-1].interest, abs(rows[-1].payment - rows[0].payment) < Decimal("0.10")) == (0, True)

    def test_by_hand(self):
        # 300,000 at a percent a month in three: 3,000 / (1 - 0.99^3) = 101,006.70. Of the first payment p is principal
        # where 101,006.70 = p + (300,000 - p) / 100: p = 98,996.67.
        loan = a_life(
            end=DATE(2025, 4, 1), principal=Decimal(300_000), rate=FixedRate(Decimal("0.12")),
            paid_at=PaidAt.START, repayment=LevelPayment(periods=3),
        )  # fmt: skip
        assert [(row.due_date.month, row.interest, row.principal, row.ending_balance) for row in life(loan)] == [
            (1, Decimal("2010.03"), Decimal("98996.67"), Decimal("201003.33")),
            (2, Decimal("1010.07"), Decimal("99996.63"), Decimal("101006.70")),
            (3, Decimal("0.00"), Decimal("101006.70"), Decimal("0.00")),
        ]

    def test_leave_a_balloon_that_is_paid_at_maturity(self):
        # 50,000 on each first of January to December, and half a percent of what it leaves: 5,750 of 1,150,000, then
        # 250 less each month. The twelfth leaves 600,000 and pays 3,000 for December: no more is due then.
        half = a_life(paid_at=PaidAt.START, repayment=FixedPrincipal(amount=Decimal(50_000)))
        *installments, balloon = life(half)
        assert [(row.interest, row.principal) for row in installments[:2]] == [(5750, 50_000), (5500, 50_000)]
        assert (len(installments), installments[-1].due_date) == (12, DATE(2025, 12, 1))
        assert (installments[-1].interest, installments[-1].ending_balance) == (3000, 600_000)
        assert (balloon.due_date, balloon.interest, balloon.principal, balloon.ending_balance) == (END, 0, 600_000, 0)
        assert balloon.at_maturity
        assert not any(row.at_maturity for row in installments)

    def test_of_interest_alone_leave_all_of_it(self):
        *installments, balloon = life(a_life(paid_at=PaidAt.START))
        assert [row.interest for row in installments] == [6000] * 12
        assert (balloon.due_date, balloon.payment) == (END, 1_200_000)

    def test_move_with_business_days(self):
        # Saturday, February 1st is paid on the 3rd, Saturday, March 1st on the 3rd; January 1st, 2026 on the 2nd.
        rule = PeriodRule(
            interval=MONTHLY, anchor=BEGIN, business_day_rule=BusinessDayRule.FOLLOWING,
            calendar=HolidayCalendar.FEDERAL_RESERVE,
        )  # fmt: skip
        rows = life(a_life(paid_at=PaidAt.START, periods=accrual_periods(BEGIN, END, rule), first_due=DATE(2025, 1, 2)))
        assert [row.due_date for row in rows[:3]] == [DATE(2025, 1, 2), DATE(2025, 2, 3), DATE(2025, 3, 3)]
        assert rows[-1].due_date == DATE(2026, 1, 2)

    def test_are_due_first_on_a_day_of_their_own_alone(self):
        with pytest.raises(InvalidRepayment, match="first_due: is of payments in advance"):
            a_life(first_due=BEGIN)

    def test_know_no_draws(self):
        with pytest.raises(InvalidRepayment, match="paid_at: interest in advance knows no draws"):
            a_life(paid_at=PaidAt.START, draws=(Draw(on=DATE(2025, 2, 1), amount=Decimal(1)),))


@given(data=st.data())
@settings(max_examples=60)
def test_whatever_happens_the_rows_add_up(data):
    amount = st.integers(1, 30_000_000).map(lambda cents: Decimal(cents) / 100)
    day = st.dates(DATE(2025, 1, 1), DATE(2025, 12, 31))
    rule = data.draw(
        st.one_of(
            st.just(InterestOnly()),
            st.builds(LevelPayment, periods=st.integers(10, 400), reamortizes=st.booleans()),
            st.builds(FixedPrincipal, amount=amount),
            st.builds(Capitalizing, pay_rate=st.decimals("0", "0.06", places=4)),
            st.builds(Capitalizing, payment=amount),
        )
    )
    loan = a_life(
        repayment=rule,
        day_count=data.draw(st.sampled_from(DayCount)),
        rounding=Rounding(interest=data.draw(st.sampled_from(InterestRounding))),
        draws=tuple(data.draw(st.lists(st.builds(Draw, on=day, amount=amount), max_size=3))),
        curtailments=tuple(data.draw(st.lists(st.builds(Curtailment, on=day, amount=amount), max_size=3))),
    )
    rows = life(loan)
    owed = loan.principal
    for row in rows:
        assert row.beginning_balance == owed
        owed = row.beginning_balance + row.drawn - row.curtailed + row.capitalized - row.principal
        assert owed == row.ending_balance >= 0
        assert row.payment == row.interest - row.capitalized + row.principal
        assert row.interest >= row.capitalized >= 0
    assert rows[-1].ending_balance == 0
    lent = loan.principal + sum(row.drawn for row in rows) + sum(row.capitalized for row in rows)
    assert lent == sum(row.principal + row.curtailed for row in rows)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"principal": Decimal("0.001")}, "principal: must be whole cents"),
        ({"periods": ()}, "periods: there must be at least one"),
        ({"draws": (Draw(on=DATE(2027, 1, 1), amount=Decimal(1)),)}, "draws: 2027-01-01 must be from"),
        ({"rounding": Rounding(daily_rate_decimals=8)}, "rounding: a rounded rate of a day"),
        (
            {"unused_fee": UnusedFee(commitment=Decimal(1), rate=Decimal("0.01"))},
            "unused_fee: the commitment must cover",
        ),
    ],
)
def test_what_no_loan_can_be_is_refused_with_its_field(changes, why):
    with pytest.raises(InvalidRepayment, match=why):
        a_life(**changes)


class TestAsFarAsRatesAreKnown:
    def test_is_the_life_where_all_of_them_are(self):
        loan = a_life()
        assert known_life(loan) == (life(loan), None)

    def test_ends_before_the_period_whose_fixing_is_missing(self):
        fixings = Fixings.of("prime", {DATE(2024, 12, 30): Decimal("0.0750"), DATE(2025, 1, 30): Decimal("0.0750")})
        terms = FloatingTerms(index="prime", spread=Decimal("0.01"))
        loan = a_life(rate=FloatingRate(terms=terms, market=Market(business_date=DATE(2025, 6, 1), fixings=fixings)))
        rows, missing = known_life(loan)
        assert [(row.number, row.interest) for row in rows] == [(1, Decimal("8500.00")), (2, Decimal("8500.00"))]
        assert isinstance(missing, MissingFixing)
        assert (missing.index, missing.on) == ("prime", DATE(2025, 2, 27))
        with pytest.raises(MissingFixing, match="no fixing of prime for 2025-02-27"):
            life(loan)

    def test_ends_where_the_curve_does(self):
        curve = ForwardCurve(index="prime", as_of=DATE(2024, 12, 2), points=((DATE(2025, 3, 1), Decimal("0.07")),))
        terms = FloatingTerms(index="prime", spread=Decimal("0.01"))
        market = Market(business_date=DATE(2024, 12, 2), fixings=Fixings(), curves=(curve,))
        rows, missing = known_life(a_life(rate=FloatingRate(terms=terms, market=market)))
        assert len(rows) == 3
        assert str(missing) == "curve: that of prime ends on 2025-03-01, and 2025-04-01 is asked for"

"""Loans of any rate by column: what they give back, what a rule makes of them, what they refuse."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realinsights_finance import InvalidTerms
from realinsights_finance.arrays import (
    RATE_SCALE,
    LoanColumns,
    RateChanges,
    floating_schedules,
)
from realinsights_finance.rates import (
    CurveEndsEarly,
    EachDay,
    FixedRate,
    Fixings,
    InArrears,
    Market,
    MissingFixing,
    OnDates,
    Shock,
    stepped_rate,
)
from realinsights_finance.repayment import (
    Capitalizing,
    Curtailment,
    Draw,
    FixedPrincipal,
    LevelPayment,
    PaidAt,
    UnusedFee,
    life,
)
from realinsights_finance.rounding import InterestRounding, Rounding
from realinsights_finance.time import Interval

from .floating_loans import DATE, MARKET, a_loan, floats, scaled


class TestColumns:
    @given(data=st.data())
    @settings(max_examples=40)
    def test_give_back_loans_with_the_same_life(self, any_loan, data):
        loans = data.draw(st.lists(any_loan, min_size=1, max_size=3))
        columns = LoanColumns.of(loans)
        for place, loan in enumerate(loans):
            back, rows = life(columns.loan(place, MARKET)), life(loan)
            assert [(row.interest, row.payment, row.rates[0].rate) for row in back] == [
                (row.interest, row.payment, row.rates[0].rate) for row in rows
            ]

    @given(data=st.data())
    @settings(max_examples=40)
    def test_sum_to_the_same_portfolio_however_they_are_parted(self, any_loan, data):
        columns = LoanColumns.of(data.draw(st.lists(any_loan, min_size=2, max_size=4)))
        part = np.array(data.draw(st.lists(st.booleans(), min_size=len(columns), max_size=len(columns))))
        whole = floating_schedules(columns, MARKET)
        parts = [floating_schedules(columns.take(np.flatnonzero(chosen)), MARKET) for chosen in (part, ~part)]
        assert sum(each.interest.sum() for each in parts) == whole.interest.sum()
        assert sum(each.balances.sum() for each in parts) == whole.balances.sum()

    def test_of_no_loans_make_no_schedule(self):
        nothing = floating_schedules(LoanColumns.of([]), MARKET)
        assert nothing.balances.shape == (1, 0)
        assert nothing.rates.shape == (0, 0)

    def test_of_resets_are_those_of_the_dates_that_a_rule_makes(self):
        start, end = np.array(["2020-01-06"], "datetime64[D]"), np.array(["2022-01-06"], "datetime64[D]")
        one = np.array([0], dtype=np.int64)
        first_reset = np.array(["2020-05-31"], "datetime64[D]")
        made = RateChanges.resetting(
            one, start, one, first_reset=first_reset, months=one + 3, day=one + 31, until=end,
        )  # fmt: skip
        days = ["2020-01-06", "2020-05-31", "2020-08-31", "2020-11-30", "2021-02-28", "2021-05-31", "2021-08-31"]
        assert made.since.astype(str).tolist() == [*days, "2021-11-30"]
        assert (made.reset == made.since).all()
        floating = RateChanges.floating(one, np.array(["2021-03-01"], "datetime64[D]"), one)
        fixed = RateChanges.stated(one, start, one + RATE_SCALE // 20)
        assert RateChanges.joined(floating, fixed).since.astype(str).tolist() == ["2020-01-06", "2021-03-01"]

    def test_read_the_index_of_no_change_before_interest_starts(self):
        plain = LoanColumns.of([a_loan(rate=floats())])
        ancient = np.array(["1950-01-01", "2019-12-31"], "datetime64[D]")
        zeros = np.zeros(2, dtype=np.int64)
        changes = RateChanges(loan=zeros, since=ancient, rate=zeros, terms=zeros, reset=ancient)
        computed = floating_schedules(replace(plain, changes=changes), MARKET)
        index = MARKET.read("steps", DATE(2019, 12, 27), starts=DATE(2019, 12, 31)).value
        assert set(computed.rates[:, 0].tolist()) == {scaled(index + Decimal("0.03"))}

    def test_of_a_scenario_are_those_of_its_market(self):
        columns = LoanColumns.of([a_loan(rate=floats())])
        shocked = tuple(curve.shocked(Shock(by=Decimal("0.01"))) for curve in MARKET.curves)
        before, after = (floating_schedules(columns, market) for market in (MARKET, replace(MARKET, curves=shocked)))
        assert (after.rates - before.rates == RATE_SCALE // 100).all()


class TestRefuses:
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"principal": Decimal("100000000000.01")}, "principal"),
            ({"paid_at": PaidAt.START}, "paid_at"),
            ({"draws": (Draw(on=DATE(2020, 5, 1), amount=Decimal(1)),)}, "draws"),
            ({"curtailments": (Curtailment(on=DATE(2020, 5, 1), amount=Decimal(1)),)}, "curtailments"),
            ({"unused_fee": UnusedFee(commitment=Decimal(9_000_000), rate=Decimal("0.01"))}, "unused_fee"),
            ({"repayment": Capitalizing(pay_rate=Decimal(0))}, "repayment"),
            ({"repayment": LevelPayment(periods=1201)}, "repayment.periods"),
            ({"repayment": LevelPayment(periods=9, computed_on=Decimal("0.0000000000001"))}, "repayment.computed_on"),
            (
                {
                    "repayment": FixedPrincipal(amount=Decimal(1)),
                    "rounding": Rounding(interest=InterestRounding.CARRIED),
                },
                "rounding",
            ),
            ({"rate": FixedRate(Decimal("0.0000000000001"))}, "rate"),
            ({"rate": FixedRate(Decimal(-1))}, "rate"),
            ({"repayment": LevelPayment(periods=9, computed_on=Decimal(-1))}, "repayment.computed_on"),
            ({"rate": floats(spread=Decimal("0.0000000000001"))}, "rate.spread"),
            ({"rate": floats(resets=EachDay())}, "rate.terms.resets"),
            ({"rate": floats(resets=InArrears())}, "rate.terms.resets"),
            ({"rate": floats(resets=OnDates((DATE(2020, 1, 2),)))}, "rate.terms.resets"),
            ({"rate": stepped_rate([(DATE(2020, 1, 2), Decimal(0))])}, "rate"),
        ],
    )
    def test_a_loan_that_the_arrays_do_not_hold_with_its_field(self, changes, field):
        loan = a_loan(**changes)
        assert [problem.field for problem in LoanColumns.not_held(loan)] == [field]
        with pytest.raises(InvalidTerms) as refusal:
            LoanColumns.of([a_loan(), loan])
        assert [problem.field for problem in refusal.value.problems] == [f"loans[1].{field}"]

    @pytest.mark.parametrize("interval", [Interval.WEEKLY, Interval.BI_WEEKLY, Interval.SEMI_MONTHLY])
    def test_payments_that_do_not_come_by_whole_months(self, interval):
        assert [problem.field for problem in LoanColumns.not_held(a_loan(interval=interval))] == ["interval"]

    def test_periods_that_business_days_move(self):
        loan = a_loan()
        moved = replace(loan.periods[3], payment_date=loan.periods[3].payment_date + datetime.timedelta(days=1))
        odd = replace(loan, periods=(*loan.periods[:3], moved, *loan.periods[4:]))
        assert [problem.field for problem in LoanColumns.not_held(odd)] == ["periods"]

    @pytest.mark.parametrize(
        ("column", "value", "field"),
        [
            ("terms.principal", 0, "loans[1].principal"),
            ("terms.effective_rate", True, "loans[1].effective_rate"),
            ("terms.daily_rate_decimals", 8, "loans[1].daily_rate_decimals"),
            ("terms.payment", 100, "loans[1].payment"),
            ("fixed_principal", -1, "loans[1].fixed_principal"),
            ("fixed_principal", 100, "loans[1].fixed_principal"),
            ("computed_on", RATE_SCALE + 1, "loans[1].computed_on"),
            ("changes.since", np.datetime64("2020-01-02"), "loans[1].rate"),
            ("changes.since", np.datetime64("NaT"), "loans[1].rate"),
            ("changes.rate", RATE_SCALE + 1, "loans[1].changes.rate"),
            ("changes.rate", -RATE_SCALE, "loans[1].changes.rate"),
            ("changes.terms", 2, "loans[1].changes.terms"),
            ("changes.loan", 2, "changes.loan"),
            ("changes.loan", 0, "loans[0].changes.since"),
            ("floating.spread", 2 * RATE_SCALE, "terms[1].spread"),
            ("floating.reading", 1, "terms[1].reading"),
        ],
    )
    def test_a_value_that_no_loan_has(self, column, value, field):
        columns = LoanColumns.of([
            a_loan(rate=floats(), repayment=LevelPayment(periods=300, reamortizes=True)),
            a_loan(rate=floats(spread=Decimal("0.04")), repayment=LevelPayment(periods=300, reamortizes=True)),
        ])  # fmt: skip
        array = columns
        for name in column.split("."):
            array = getattr(array, name)
        array[1] = value
        with pytest.raises(InvalidTerms) as refusal:
            floating_schedules(columns, MARKET)
        assert field in [problem.field for problem in refusal.value.problems]

    def test_a_floor_above_the_ceiling(self):
        columns = LoanColumns.of([a_loan(rate=floats(rate_floor=Decimal("0.02"), ceiling=Decimal("0.05")))])
        columns.floating.ceiling[0] = RATE_SCALE // 100
        with pytest.raises(InvalidTerms, match=r"terms\[0\]\.ceiling: must not be below the rate floor"):
            floating_schedules(columns, MARKET)

    def test_a_rate_of_more_than_all(self):
        with pytest.raises(InvalidTerms, match=r"loans\[1\]\.rate: is 1\.\d+ from 2020-01-01, and must be"):
            floating_schedules(LoanColumns.of([a_loan(), a_loan(rate=floats(spread=Decimal(1)))]), MARKET)

    def test_a_fixing_that_is_missing_and_a_curve_that_ends(self):
        gone = Market(business_date=DATE(2020, 6, 1), fixings=Fixings())
        with pytest.raises(MissingFixing, match="no fixing of steps for 2019-12-30"):
            floating_schedules(LoanColumns.of([a_loan(rate=floats())]), gone)
        ends = replace(MARKET, curves=(replace(MARKET.curves[0], points=MARKET.curves[0].points[:50], until=None),))
        with pytest.raises(CurveEndsEarly, match="ends on 2020-07-01"):
            floating_schedules(LoanColumns.of([a_loan(rate=floats())]), ends)

    def test_columns_of_another_length_or_type(self):
        columns = LoanColumns.of([a_loan()])
        with pytest.raises(TypeError, match="computed_on must be 1 values of int64"):
            replace(columns, computed_on=np.zeros(2, dtype=np.int64))
        with pytest.raises(TypeError, match="since must be 1 values of datetime64"):
            replace(columns.changes, since=np.zeros(1, dtype=np.int64))
        with pytest.raises(TypeError, match="spread must be 0 values of int64"):
            replace(columns.floating, spread=np.zeros(0))

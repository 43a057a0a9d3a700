"""The cost of a prepayment on one day: regimes, parts, days between due dates, refusals, explanations."""

from __future__ import annotations

import datetime
from decimal import ROUND_FLOOR, Decimal, localcontext

import pytest

from realinsights_finance import DayCount, cents, interest, schedule
from realinsights_finance.business_days import BusinessDayRule, HolidayCalendar
from realinsights_finance.explain import explain
from realinsights_finance.prepayment import (
    BetweenMaturities,
    CurveTooShort,
    Defeasance,
    Discounting,
    Fee,
    FixedPercentage,
    Formula,
    InvalidDiscount,
    InvalidPrepaymentTerms,
    InvalidPrincipal,
    InvalidTreasuryCurve,
    LockedOut,
    Lockout,
    MatchedTo,
    MeasuredTo,
    MinimumInterest,
    MissingDiscounts,
    MissingTreasuryYield,
    MonthsLeft,
    NotOutstanding,
    Open,
    Phase,
    PrepaymentTerms,
    SpreadMaintenance,
    StepDown,
    TreasuryCurve,
    YieldMaintenance,
    payoff_quote,
    prepayment_cost,
    reinvested_at,
)
from realinsights_finance.prepayment.percentages import whole_months
from realinsights_finance.prepayment.remaining import remaining
from realinsights_finance.prepayment.treasury import reinvestment_rate
from realinsights_finance.value import Compounding, CurveEndsEarly, DiscountCurve, InvalidCurve

CURVE = TreasuryCurve(((12, Decimal("0.0368")), (24, Decimal("0.0361")), (60, Decimal("0.0397"))))
FLAT = Decimal("0.0375")


class TestReinvestmentRate:
    @pytest.mark.parametrize(
        ("months", "between", "expected"),
        [
            (36, BetweenMaturities.INTERPOLATED, "0.0373"),
            (42, BetweenMaturities.NEAREST, "0.0361"),  # as near to 24 as to 60: the shorter
            (43, BetweenMaturities.NEAREST, "0.0397"),
            (24, BetweenMaturities.NEAREST, "0.0361"),
            (60, BetweenMaturities.INTERPOLATED, "0.0397"),
            (5, BetweenMaturities.INTERPOLATED, "0.0368"),
        ],
    )
    def test_is_found_on_the_curve(self, months, between, expected):
        assert reinvestment_rate(YieldMaintenance(between_maturities=between), CURVE, months) == Decimal(expected)

    def test_is_rounded_before_the_spread_is_added(self):
        regime = YieldMaintenance(yield_decimals=4, spread=Decimal("0.00005"))
        assert reinvestment_rate(regime, TreasuryCurve(((1, Decimal("0.03745")),)), 1) == Decimal("0.03755")

    def test_a_longer_term_than_the_curve_is_refused(self):
        with pytest.raises(CurveTooShort, match=r"ends at 60 months, the term is 61\.00"):
            reinvestment_rate(YieldMaintenance(), CURVE, 61)

    def test_average_life_is_shorter_than_maturity_where_the_loan_amortizes(self, g1_schedule, after_84, one_phase):
        def rate(matched_to):
            note = one_phase(YieldMaintenance(matched_to=matched_to))
            return prepayment_cost(g1_schedule, note, on=after_84, treasury=CURVE).reinvested_at

        left = remaining(g1_schedule, after_84)
        months = sum(each.principal * (count + 1) for count, each in enumerate(left.payments)) / left.balance
        assert rate(MatchedTo.MATURITY) == Decimal("0.0373")
        assert rate(MatchedTo.AVERAGE_LIFE) == pytest.approx(Decimal("0.0361") + (months - 24) * Decimal("0.0001"))
        assert rate(MatchedTo.AVERAGE_LIFE) < Decimal("0.0373")

    @pytest.mark.parametrize(
        ("field", "points"),
        [
            ("points", ()),
            (r"points\[1\].months", ((12, FLAT), (12, FLAT))),
            (r"points\[0\].months", ((0, FLAT),)),
            (r"points\[0\].yield", ((12, Decimal("4.25")),)),
            (r"points\[0\].yield", ((12, 0.0425),)),
            (r"points\[0\].yield", ((12, Decimal("Infinity")),)),
            (r"points\[0\].yield", ((12, Decimal("0.0425000000001")),)),
        ],
    )
    def test_curves_that_cannot_be_are_refused(self, field, points):
        with pytest.raises(InvalidTreasuryCurve, match=f"^{field}: "):
            TreasuryCurve(points)


class TestYieldMaintenance:
    def test_between_due_dates_the_accrued_interest_is_no_remaining_payment(self, g1_schedule, one_phase):
        on = datetime.date(2032, 1, 16)
        left = remaining(g1_schedule, on)
        assert left.payments[0].days == 15
        assert left.payments[0].interest == g1_schedule.due_on(datetime.date(2032, 2, 1)).interest - left.accrued
        nothing = prepayment_cost(
            g1_schedule,
            one_phase(YieldMaintenance(discounting=Discounting.NOMINAL)),
            on=on,
            treasury=Decimal("0.0525"),
        )
        assert abs(nothing.calculated) < 100  # the first half month's rest is discounted by its half month

    def test_a_payment_that_moved_beyond_its_period_has_no_days_left(self, a_loan):
        # The installment of Saturday 1 February 2025 is paid on the Monday.
        moved = {"business_day_rule": BusinessDayRule.FOLLOWING, "business_day_calendar": HolidayCalendar.WEEKENDS_ONLY}
        left = remaining(schedule(a_loan(day_count=DayCount.THIRTY_360, **moved)), datetime.date(2025, 2, 2))
        assert [payment.days for payment in left.payments[:3]] == [0, 29, 30]
        assert left.payments[0].due_date == datetime.date(2025, 2, 3)

    def test_an_end_on_a_due_date_leaves_whole_months(self, a_loan):
        dates = {"start": datetime.date(2025, 8, 31), "first_payment": datetime.date(2025, 9, 30), "payment_day": 31}
        computed = schedule(a_loan(day_count=DayCount.THIRTY_360, **dates))
        left = remaining(computed, datetime.date(2026, 1, 10), until=datetime.date(2026, 2, 28))
        # From the 10th to the 31st, and a month.
        assert [payment.days for payment in left.payments] == [21, 30]
        assert left.payments[-1].principal == left.payments[-1].balance == computed.installments[5].beginning_balance

    def test_a_regular_period_is_whole_months_and_another_its_days(self, a_loan):
        """31 January to 28 February is a month of 30 days; 31 March to 12 April, to which the loan runs, is 12 days."""
        terms = a_loan(
            start=datetime.date(2024, 12, 31),
            first_payment=datetime.date(2025, 1, 31),
            maturity=datetime.date(2026, 4, 12),
        )
        left = remaining(schedule(terms), datetime.date(2026, 1, 31))
        assert [each.days for each in left.payments] == [30, 30, 12]
        assert left.months == Decimal("2.4")

    def test_it_ends_where_the_note_says(self, g1_schedule, after_84):
        """Open from 1 October 2034: 33 payments are left, and the balance on that day."""

        def cost(measured_to):
            regime = YieldMaintenance(measured_to=measured_to)
            note = PrepaymentTerms((Phase(regime=regime, months_before_maturity=3), Phase(regime=Open())))
            return prepayment_cost(g1_schedule, note, on=after_84, treasury=FLAT).premium

        left = remaining(g1_schedule, after_84, until=datetime.date(2034, 10, 1))
        assert len(left.payments) == 33
        assert left.payments[-1].principal == g1_schedule.balance_on(datetime.date(2034, 9, 1))
        assert cost(MeasuredTo.OPEN) == cost(MeasuredTo.PHASE_END) < cost(MeasuredTo.MATURITY)

    def test_an_end_between_due_dates_bears_the_interest_to_it(self, g1_schedule, after_84):
        left = remaining(g1_schedule, after_84, until=datetime.date(2034, 9, 21))
        stub = left.payments[-1]
        balance = g1_schedule.balance_on(datetime.date(2034, 9, 1))
        assert (stub.due_date, stub.days, stub.principal) == (datetime.date(2034, 9, 21), 20, balance)
        assert stub.interest == interest(
            balance, Decimal("0.0525"), DayCount.THIRTY_360.fraction(datetime.date(2034, 9, 1), stub.due_date)
        )
        assert sum(each.principal for each in left.payments) == left.balance

    @pytest.mark.parametrize(
        ("on", "end", "whole", "from_month_end"),
        [
            (datetime.date(2032, 1, 1), datetime.date(2034, 12, 31), 36, 35),
            (datetime.date(2032, 1, 15), datetime.date(2034, 12, 31), 35, 35),
            (datetime.date(2032, 1, 15), datetime.date(2035, 1, 1), 35, 35),
            (datetime.date(2032, 1, 1), datetime.date(2035, 1, 1), 36, 35),
        ],
    )
    def test_months_are_counted_from_the_day_or_from_the_months_end(self, g1_schedule, on, end, whole, from_month_end):
        def cost(rule):
            regime = YieldMaintenance(formula=Formula.ANNUAL_FACTOR, months_left=rule, measured_to=MeasuredTo.PHASE_END)
            last = end - datetime.timedelta(days=1)
            phases = (Phase(regime=regime, until=last), Phase(regime=Open()))
            note = PrepaymentTerms(phases if end < g1_schedule.terms.maturity else phases[:1])
            return explain(prepayment_cost, g1_schedule, note, on=on, treasury=FLAT)

        for rule, months in ((MonthsLeft.WHOLE, whole), (MonthsLeft.FROM_MONTH_END, from_month_end)):
            assert [part.value for part in cost(rule).steps if part.name == "n, the months left"] == [str(months)]

    def test_of_a_month_that_has_no_whole_one_left_it_is_nothing(self, g1_schedule):
        regime = YieldMaintenance(
            formula=Formula.ANNUAL_FACTOR, months_left=MonthsLeft.FROM_MONTH_END, measured_to=MeasuredTo.PHASE_END
        )
        note = PrepaymentTerms((Phase(regime=regime, until=datetime.date(2034, 12, 20)), Phase(regime=Open())))
        for day, months in ((10, 0), (1, 0)):
            cost = prepayment_cost(g1_schedule, note, on=datetime.date(2034, 12, day), treasury=FLAT)
            assert (cost.calculated, cost.premium) == (months, 0)
        earlier = prepayment_cost(g1_schedule, note, on=datetime.date(2034, 10, 31), treasury=FLAT)
        # One month from the end of October to the day before the end of December.
        assert earlier.calculated == cents(
            earlier.balance * Decimal("0.015") * (1 - Decimal("1.0375") ** (Decimal(-1) / 12)) / Decimal("0.0375")
        )

    def test_a_yield_of_zero_is_no_division_by_zero(self, g1_schedule, after_84, one_phase):
        """Freddie Mac's notice of 2 February 2012: at an assumed reinvestment rate of zero the factor is n."""
        for formula in (Formula.ANNUAL_FACTOR, Formula.DIFFERENCE_ON_PREPAID_PRINCIPAL):
            note = one_phase(YieldMaintenance(formula=formula))
            cost = prepayment_cost(g1_schedule, note, on=after_84, treasury=Decimal(0))
            assert cost.premium == cents(cost.balance * Decimal("0.0525") * 3)

    def test_no_zero_has_a_minus(self, interest_only, one_phase):
        """Ten dollars without interest, at a yield of nearly nothing, lose less than half a cent."""
        computed, on = schedule(interest_only("10.00", "0")), datetime.date(2034, 12, 1)
        cost = prepayment_cost(computed, one_phase(YieldMaintenance()), on=on, treasury=Decimal("0.000001"))
        assert (str(cost.calculated), str(cost.premium)) == ("0.00", "0.00")

    def test_a_part_bears_its_part(self, g1_schedule, after_84, one_phase):
        note = one_phase(YieldMaintenance(floor=Decimal("0.01")), Fee(name="exit", percentage=Decimal("0.005")))
        whole = prepayment_cost(g1_schedule, note, on=after_84, treasury=FLAT)
        part = prepayment_cost(g1_schedule, note, on=after_84, treasury=FLAT, principal=Decimal("1000000.00"))
        assert part.premium == cents(whole.premium * 1000000 / whole.balance)
        assert part.floor == Decimal("10000.00")
        assert part.fees[0].amount == Decimal("5000.00")
        assert part.total == part.premium + 5000


class TestOtherRegimes:
    def test_a_fixed_percentage(self, g1_schedule, after_84, one_phase):
        cost = prepayment_cost(g1_schedule, one_phase(FixedPercentage(percentage=Decimal("0.01"))), on=after_84)
        assert cost.premium == Decimal("88386.41")

    def test_a_step_down_by_the_month_ends_in_nothing(self, interest_only, one_phase):
        computed = schedule(interest_only("1000000.00"))
        steps = tuple(Decimal(step) for step in ("0.03", "0.02"))
        note = one_phase(StepDown(percentages=steps, months_each=1, counted_from=datetime.date(2026, 3, 1)))
        days = ("2026-02-01", "2026-03-01", "2026-03-31", "2026-04-01", "2026-04-30", "2026-05-01", "2030-01-01")
        found = [prepayment_cost(computed, note, on=datetime.date.fromisoformat(day)).calculated for day in days]
        assert found == [30_000, 30_000, 30_000, 20_000, 20_000, 0, 0]

    def test_a_step_down_counts_from_the_day_that_the_note_says(self, interest_only, one_phase):
        computed, steps = schedule(interest_only("10000000.00")), (Decimal("0.03"), Decimal("0.02"))
        counted = StepDown(percentages=steps, counted_from=datetime.date(2024, 12, 15), months_each=6)
        for on, premium in ((datetime.date(2025, 6, 14), 300000), (datetime.date(2025, 6, 15), 200000)):
            assert prepayment_cost(computed, one_phase(counted), on=on).premium == premium

    def test_spread_maintenance_is_the_spread_to_the_phases_end(self, interest_only):
        regime = SpreadMaintenance(spread=Decimal("0.025"), floor=Decimal("0.001"))
        note = PrepaymentTerms((Phase(regime=regime, until=datetime.date(2026, 6, 30)), Phase(regime=Open())))
        computed = schedule(interest_only("25000000.00"))
        cost = prepayment_cost(computed, note, on=datetime.date(2026, 1, 15))
        assert cost.premium == cents(Decimal(25000000) * Decimal("0.025") * 167 / 360)
        assert prepayment_cost(computed, note, on=datetime.date(2026, 6, 30)).premium == Decimal("25000.00")

    def test_minimum_interest_is_that_of_the_first_months(self, interest_only, one_phase):
        computed, note = schedule(interest_only("10000000.00")), one_phase(MinimumInterest(months=12))
        for on, premium in ((datetime.date(2025, 7, 1), 300000), (datetime.date(2025, 7, 16), 275000)):
            assert prepayment_cost(computed, note, on=on).premium == premium
        assert prepayment_cost(computed, note, on=datetime.date(2026, 1, 1)).premium == 0
        assert prepayment_cost(computed, note, on=datetime.date(2027, 1, 1)).premium == 0
        half = prepayment_cost(computed, note, on=datetime.date(2025, 7, 1), principal=Decimal("5000000.00"))
        assert half.premium == 150000

    def test_minimum_interest_is_an_amount_less_what_the_lender_received(self, interest_only, one_phase):
        computed = schedule(interest_only("10000000.00"))
        note, on = one_phase(MinimumInterest(amount=Decimal("500000.00"))), datetime.date(2025, 7, 1)
        assert prepayment_cost(computed, note, on=on).premium == 200000
        received = Decimal("410000.00")
        assert prepayment_cost(computed, note, on=on, interest_received=received).premium == 90000
        with pytest.raises(InvalidPrepaymentTerms, match=r"^interest_received: "):
            prepayment_cost(computed, note, on=on, interest_received=Decimal("1.001"))

    def test_open_is_zero(self, g1_schedule, after_84, one_phase):
        cost = prepayment_cost(g1_schedule, one_phase(Open()), on=after_84)
        assert (cost.premium, cost.total, str(cost.premium)) == (0, 0, "0.00")
        assert not cost.floor_applied

    @pytest.mark.parametrize(
        ("begin", "on", "months"),
        [
            ("2025-01-31", "2025-01-31", 0),
            ("2025-01-31", "2025-02-27", 0),
            ("2025-01-31", "2025-02-28", 1),  # a shorter month is complete on its last day
            ("2025-01-31", "2025-03-30", 1),
            ("2025-01-31", "2025-03-31", 2),
            ("2025-01-15", "2026-01-14", 11),
            ("2025-01-15", "2026-01-15", 12),
            ("2025-01-15", "2025-01-14", -1),
        ],
    )
    def test_a_month_is_complete_on_the_day_it_began(self, begin, on, months):
        assert whole_months(datetime.date.fromisoformat(begin), datetime.date.fromisoformat(on)) == months


class TestDefeasance:
    def test_at_a_curve_without_interest_it_is_all_interest_to_come(self, g1_schedule, after_84, one_phase):
        cost = prepayment_cost(g1_schedule, one_phase(Defeasance()), on=after_84, discount=lambda _: 1.0)
        assert cost.premium == sum(row.interest for row in g1_schedule.installments[84:])

    def test_it_is_negative_where_the_curve_is_above_the_note(self, g1_schedule, after_84, one_phase):
        note = one_phase(Defeasance(), Fee(name="accountant", amount=Decimal("12500.00")))
        rates = ((datetime.date(2040, 1, 1), Decimal("0.08")),)
        cost = prepayment_cost(g1_schedule, note, on=after_84, discount=rates)
        assert cost.premium < -500_000
        assert cost.total == cost.premium + 12500
        assert not cost.floor_applied

    def test_zero_rates_a_curve_and_any_function_of_a_date_are_one(self, g1_schedule, one_phase):
        on = datetime.date(2032, 1, 20)
        rates = (
            (datetime.date(2032, 2, 1), Decimal("0.03")),
            (datetime.date(2033, 1, 1), Decimal("0.0375")),
            (datetime.date(2035, 1, 1), Decimal("0.04")),
        )
        curve = DiscountCurve.zero(on, dict(rates), compounding=Compounding.SEMI_ANNUAL).factor
        scaled = lambda day: curve(day) * Decimal("0.97")  # noqa: E731  # of an earlier day
        found = {
            prepayment_cost(g1_schedule, one_phase(Defeasance()), on=on, discount=given).premium
            for given in (rates, curve, scaled, lambda day: float(curve(day)))
        }
        assert len(found) == 1

    def test_between_due_dates_the_strips_pay_the_accrued_interest_too(self, g1_schedule, one_phase):
        on = datetime.date(2032, 1, 16)
        cost = prepayment_cost(g1_schedule, one_phase(Defeasance()), on=on, discount=lambda _: Decimal(1))
        rest = sum(row.interest for row in g1_schedule.installments[84:])
        assert cost.premium == rest - g1_schedule.accrued_interest(on)

    def test_between_due_dates_each_installment_is_discounted_whole(self, g1_schedule, one_phase):
        on = datetime.date(2032, 1, 16)

        def factor(day):
            return Decimal("0.9998") ** (day - on).days

        cost = prepayment_cost(g1_schedule, one_phase(Defeasance()), on=on, discount=factor)
        strips = sum(row.payment * factor(row.due_date) for row in g1_schedule.installments[84:])
        owed = g1_schedule.balance_on(on) + g1_schedule.accrued_interest(on)
        assert cost.premium == cents(strips - owed)

    def test_to_the_open_date_the_balance_is_paid_then(self, g1_schedule, after_84):
        note = PrepaymentTerms(
            (Phase(regime=Defeasance(measured_to=MeasuredTo.OPEN), months_before_maturity=4), Phase(regime=Open()))
        )
        cost = prepayment_cost(g1_schedule, note, on=after_84, discount=lambda _: 1)
        assert cost.premium == sum(row.interest for row in g1_schedule.installments[84:116])

    @pytest.mark.parametrize("factor", [0.0, -0.5, float("nan"), float("inf"), Decimal("NaN")])
    def test_factors_that_cannot_be_are_refused(self, g1_schedule, after_84, one_phase, factor):
        with pytest.raises(InvalidDiscount, match=r"^discount: "):
            prepayment_cost(g1_schedule, one_phase(Defeasance()), on=after_84, discount=lambda _: factor)

    def test_zero_rates_that_end_too_early_or_say_nothing_are_refused(self, g1_schedule, after_84, one_phase):
        note, last = one_phase(Defeasance()), datetime.date(2034, 12, 31)
        for rates, error, message in (
            (((last, FLAT),), CurveEndsEarly, "ends on 2034-12-31, and 2035-01-01 is asked for"),
            (((last, Decimal("NaN")),), InvalidCurve, "rates: "),
            ((), InvalidCurve, "rates: "),
        ):
            with pytest.raises(error, match=message):
                prepayment_cost(g1_schedule, note, on=after_84, discount=rates)


def test_a_callers_decimal_context_changes_nothing(g1_schedule, one_phase):
    def found():
        curve = TreasuryCurve(((12, Decimal("0.036812345678")), (60, Decimal("0.0397"))))
        rates = ((datetime.date(2036, 1, 1), Decimal("0.041234567891")),)
        regimes = (
            *(YieldMaintenance(formula=formula, floor=Decimal("0.012345678912")) for formula in Formula),
            YieldMaintenance(matched_to=MatchedTo.AVERAGE_LIFE, yield_decimals=5),
            StepDown(percentages=(Decimal("0.05"),) * 9),
            SpreadMaintenance(spread=Decimal("0.0234567")),
            MinimumInterest(amount=Decimal("9999999.99")),
            Defeasance(),
        )
        fee = Fee(name="exit", percentage=Decimal("0.001234567891"))
        on = datetime.date(2032, 1, 17)
        return [
            payoff_quote(g1_schedule, one_phase(regime, fee), on=on, treasury=curve, discount=rates).items
            for regime in regimes
        ]

    usual = found()
    with localcontext() as context:
        context.prec, context.rounding = 3, ROUND_FLOOR
        assert found() == usual


class TestReinvestedAt:
    """The rate alone is that of the cost: of a yield the yield, of a curve the term's, and none where none is asked."""

    def test_is_that_of_the_cost(self, g1_schedule, after_84, one_phase):
        curve = TreasuryCurve(((12, Decimal("0.03")), (60, Decimal("0.05"))))
        for regime in (YieldMaintenance(spread=Decimal("0.005")), YieldMaintenance(matched_to=MatchedTo.AVERAGE_LIFE)):
            for treasury in (FLAT, curve):
                note = one_phase(regime)
                cost = prepayment_cost(g1_schedule, note, on=after_84, treasury=treasury)
                assert reinvested_at(g1_schedule, note, on=after_84, treasury=treasury) == cost.reinvested_at
        # 36 months lie halfway between 12 and 60.
        assert reinvested_at(g1_schedule, one_phase(YieldMaintenance()), on=after_84, treasury=curve) == Decimal("0.04")

    def test_is_none_where_nothing_is_reinvested(self, g1_schedule, after_84, one_phase):
        for regime in (Open(), Lockout(), FixedPercentage(percentage=Decimal("0.01"))):
            assert reinvested_at(g1_schedule, one_phase(regime), on=after_84, treasury=FLAT) is None


class TestRefusals:
    def test_all_of_the_balance_is_no_part_that_is_refused(self, g1_schedule, after_84, one_phase):
        note = one_phase(FixedPercentage(percentage=Decimal("0.01")))
        whole = prepayment_cost(g1_schedule, note, on=after_84)
        assert prepayment_cost(g1_schedule, note, on=after_84, principal=whole.balance) == whole

    def test_a_loan_that_is_repaid_says_since_when(self, g1_schedule, one_phase):
        with pytest.raises(NotOutstanding, match="the loan is repaid by 2035-01-01"):
            prepayment_cost(g1_schedule, one_phase(Open()), on=datetime.date(2035, 1, 1))

    @pytest.mark.parametrize("principal", [1000.0, 1000, "1000.00"])
    def test_a_principal_that_is_no_decimal(self, g1_schedule, after_84, one_phase, principal):
        with pytest.raises(InvalidPrincipal, match="must be a finite decimal number of dollars"):
            prepayment_cost(g1_schedule, one_phase(Open()), on=after_84, principal=principal)

    @pytest.mark.parametrize("principal", ["0.00", "-1.00", "8838640.92", "0.001", "1.006", "NaN"])
    def test_a_principal_that_nobody_can_prepay(self, g1_schedule, after_84, one_phase, principal):
        with pytest.raises(InvalidPrincipal, match=r"^principal: "):
            prepayment_cost(g1_schedule, one_phase(Open()), on=after_84, principal=Decimal(principal))

    @pytest.mark.parametrize("on", [datetime.date(2024, 12, 31), datetime.date(2035, 1, 1), datetime.date(2036, 1, 1)])
    def test_a_day_when_nothing_is_owed(self, g1_schedule, one_phase, on):
        with pytest.raises(NotOutstanding, match=r"^on: the loan") as refused:
            prepayment_cost(g1_schedule, one_phase(Open()), on=on)
        assert refused.value.on == on

    def test_a_market_that_is_not_given(self, g1_schedule, after_84, one_phase):
        with pytest.raises(MissingTreasuryYield, match=r"^treasury: "):
            prepayment_cost(g1_schedule, one_phase(YieldMaintenance()), on=after_84)
        with pytest.raises(MissingDiscounts, match=r"^discount: "):
            prepayment_cost(g1_schedule, one_phase(Defeasance()), on=after_84)
        with pytest.raises(InvalidTreasuryCurve, match=r"^treasury: must be a fraction"):
            prepayment_cost(g1_schedule, one_phase(YieldMaintenance()), on=after_84, treasury=Decimal("3.75"))

    def test_every_refusal_is_a_value_error(self):
        refusals = (CurveTooShort, InvalidDiscount, InvalidPrincipal, LockedOut, MissingDiscounts, MissingTreasuryYield)
        assert all(issubclass(each, ValueError) for each in (*refusals, NotOutstanding, InvalidPrepaymentTerms))


class TestExplanation:
    def test_says_formula_inputs_convention_and_steps(self, g1_schedule, after_84, one_phase):
        note = one_phase(YieldMaintenance(floor=Decimal("0.01")), Fee(name="servicer", amount=Decimal("5000.00")))
        explained = explain(prepayment_cost, g1_schedule, note, on=after_84, treasury=FLAT)
        assert explained.formula.endswith("present value of the remaining payments - balance")
        assert explained.convention.startswith("remaining payments; bond equivalent; maturity; interpolated")
        assert explained.rounding == "the premium once, half up to the cent"
        given = {part.name: part.value for part in explained.inputs}
        assert given["note rate"] == "0.0525"
        assert given["principal prepaid"] == "8838640.91"
        steps = {part.name: part.value for part in explained.steps}
        assert steps["i, the rate of a month"].startswith("0.0031008620")
        assert len(steps["i, the rate of a month"]) == len("0.") + 12
        assert steps["remaining payments"] == "36"
        assert steps["premium"] == "370108.51"
        assert steps["fee: servicer"] == "5000.00"
        assert explained.value == prepayment_cost(g1_schedule, note, on=after_84, treasury=FLAT)
        assert steps["floor"] == "88386.41"

    def test_names_no_floor_where_there_is_none(self, g1_schedule, after_84, one_phase):
        explained = explain(prepayment_cost, g1_schedule, one_phase(YieldMaintenance()), on=after_84, treasury=FLAT)
        assert "floor" not in [part.name for part in explained.steps]

    @pytest.mark.parametrize(
        "regime",
        [
            Open(),
            FixedPercentage(percentage=Decimal("0.01")),
            StepDown(percentages=(Decimal("0.01"),)),
            SpreadMaintenance(spread=Decimal("0.02")),
            MinimumInterest(months=12),
            Defeasance(),
            *(YieldMaintenance(formula=formula) for formula in Formula),
        ],
    )
    def test_every_regime_has_one(self, g1_schedule, after_84, one_phase, regime):
        explained = explain(
            prepayment_cost, g1_schedule, one_phase(regime), on=after_84, treasury=FLAT, discount=lambda _: 1
        )
        assert explained.formula
        assert explained.convention
        assert ("premium", format(explained.value.premium, "f")) in {
            (part.name, part.value) for part in explained.steps
        }

    def test_a_lockout_has_none(self, g1_schedule, after_84, one_phase):
        with pytest.raises(LockedOut):
            explain(prepayment_cost, g1_schedule, one_phase(Lockout()), on=after_84)

"""Terms: what a loan may say, and that every bad field is named."""

from __future__ import annotations

import dataclasses
import datetime
from decimal import Decimal
from fractions import Fraction

import numpy_financial
import pytest

from realinsights_finance import (
    DayCount,
    Frequency,
    InvalidTerms,
    LoanTerms,
    PaymentBasis,
    expected_installment,
    schedule,
    stub_interest,
)
from realinsights_finance.business_days import BusinessDayRule, HolidayCalendar
from realinsights_finance.rounding import InterestRounding, Rounding
from realinsights_finance.schedule import installments


class TestLoanTerms:
    @pytest.mark.parametrize(
        ("changes", "field", "message"),
        [
            ({"principal": Decimal(0)}, "principal", "more than zero"),
            ({"principal": Decimal("NaN")}, "principal", "finite"),
            ({"principal": Decimal("Infinity")}, "principal", "finite"),
            ({"principal": 1e7}, "principal", "decimal"),
            ({"principal": Decimal("0.001")}, "principal", "whole cents"),
            ({"principal": Decimal("10000000000000.00")}, "principal", "must not exceed"),
            ({"rate": Decimal("-0.01")}, "rate", "negative"),
            ({"rate": Decimal("5.25")}, "rate", "5.25 % is 0.0525"),
            ({"rate": Decimal("sNaN")}, "rate", "finite"),
            ({"rate": 0.0525}, "rate", "decimal"),
            ({"rate": Decimal("0.0000000000001")}, "rate", "at most 12 decimals"),
            ({"rate": Decimal("0.05" + 65 * "0" + "1")}, "rate", "at most 12 decimals"),
            ({"maturity": datetime.date(2025, 1, 31)}, "maturity", "before the first payment"),
            ({"maturity": datetime.date(2125, 3, 1)}, "maturity", "within 100 years"),
            ({"maturity": datetime.date(3025, 1, 1)}, "maturity", "in the years"),
            ({"maturity": datetime.datetime(2035, 1, 1, tzinfo=datetime.UTC)}, "maturity", "without a time"),
            ({"start": datetime.date(2025, 2, 1)}, "start", "before the first payment"),
            ({"start": datetime.date(2020, 1, 31)}, "start", "within 60 months"),
            ({"payment_day": 0}, "payment_day", "1 to 31"),
            ({"payment_day": 15}, "payment_day", "the day of the first payment"),
            ({"amortization_months": 0}, "amortization_months", "1 to 1200"),
            ({"amortization_months": 12_000}, "amortization_months", "1 to 1200"),
            ({"amortization_months": 360.0}, "amortization_months", "whole months"),
            ({"interest_only_months": True}, "interest_only_months", "whole months"),
            ({"amortization_months": 100, "frequency": Frequency.QUARTERLY}, "amortization_months", "whole periods"),
            ({"interest_only_months": -1}, "interest_only_months", "0 to 1200"),
            ({"interest_only_months": 7, "frequency": Frequency.ANNUAL}, "interest_only_months", "whole periods"),
            ({"amortization_months": None, "interest_only_months": 24}, "amortization_months", "must be stated"),
            ({"amortization_months": None, "interest_only_months": 1}, "amortization_months", "must be stated"),
            ({"amortization_months": None, "interest_only_months": 119}, "amortization_months", "must be stated"),
            ({"payment": Decimal("43750.00")}, "payment", "more than a period's interest of 43750.00"),
            ({"payment": Decimal(-1)}, "payment", "more than zero"),
            (
                {"amortization_from_closing": True, "interest_only_months": 360},
                "amortization_from_closing",
                "longer than the interest-only months",
            ),
        ],
    )
    def test_refuse_what_no_loan_can_be(self, a_loan, changes, field, message):
        with pytest.raises(InvalidTerms) as refusal:
            a_loan(**changes)
        [problem] = refusal.value.problems
        assert problem.field == field
        assert message in problem.message
        assert isinstance(refusal.value, ValueError)

    def test_name_every_bad_field_at_once(self, a_loan):
        with pytest.raises(InvalidTerms) as refusal:
            a_loan(rate=Decimal(-1), maturity=datetime.date(2024, 1, 1), interest_only_months=-12, payment_day=99)
        assert [problem.field for problem in refusal.value.problems] == [
            "rate",
            "maturity",
            "payment_day",
            "interest_only_months",
        ]
        assert "maturity: must not be before the first payment" in str(refusal.value)

    def test_are_frozen_and_equal_by_value(self, a_loan):
        terms = a_loan()
        with pytest.raises(dataclasses.FrozenInstanceError):
            terms.rate = Decimal(0)
        assert terms == a_loan()
        assert hash(terms) == hash(a_loan())
        assert terms != a_loan(rate=Decimal("0.0526"))
        assert "periods" not in repr(terms)

    def test_hold_money_in_dollars_and_cents_however_it_is_written(self, a_loan):
        terms = a_loan(principal=Decimal("1E+7"), payment=Decimal("6E+4"))
        assert (str(terms.principal), str(terms.payment)) == ("10000000.00", "60000.00")

    @pytest.mark.parametrize(
        ("field", "allowed", "refused"),
        [
            ("principal", ("0.01", "9999999999999.99"), ("0.00", "0.004", "0.006", "10000000000000.00")),
            ("rate", ("0", "1", "0.000000000001"), ("-0.000000000001", "1.000000000001", "0.0525000000009")),
            # A period's interest of the loan is 43,750.00.
            ("payment", ("43750.01", "9999999999999.99"), ("43750.00", "43749.99", "0.01", "10000000000000.00")),
            ("start", ("2020-02-01", "2025-01-31"), ("2020-01-31", "2025-02-01", "2025-02-02")),
            ("maturity", ("2025-02-01", "2125-02-28"), ("2025-01-31", "2125-03-01")),
            ("amortization_months", (1, 1200), (0, 1201)),
            ("interest_only_months", (0, 1200), (-1, 1201)),
            ("payment_day", (None, 1), (0, 2, 31, 32)),
            ("rounding", (6, 12), (5, 13, True, 8.0)),
        ],
    )
    def test_are_accepted_up_to_their_limits_and_refused_beyond(self, a_loan, field, allowed, refused):
        kinds = {"start": datetime.date.fromisoformat, "maturity": datetime.date.fromisoformat}
        kinds |= dict.fromkeys(("principal", "rate", "payment"), Decimal)
        kinds |= {"rounding": lambda decimals: Rounding(daily_rate_decimals=decimals)}
        for value in allowed:
            a_loan(**{field: kinds.get(field, lambda value: value)(value)})
        for value in refused:
            with pytest.raises(InvalidTerms) as refusal:
                a_loan(**{field: kinds.get(field, lambda value: value)(value)})
            assert [problem.field.partition(".")[0] for problem in refusal.value.problems] == [field]

    @pytest.mark.parametrize(("year", "fits"), [(1899, False), (1900, True), (2200, True), (2201, False)])
    def test_are_of_three_centuries(self, a_loan, year, fits):
        dates = {"start": datetime.date(year, 1, 1), "first_payment": datetime.date(year, 2, 1)}
        dates["maturity"] = datetime.date(year, 12, 1)
        if fits:
            assert a_loan(**dates).periods == 11
            return
        with pytest.raises(InvalidTerms) as refusal:
            a_loan(**dates)
        assert [problem.field for problem in refusal.value.problems] == ["start", "first_payment", "maturity"]

    def test_have_no_32nd_also_where_the_first_payment_is_the_last_of_its_month(self, a_loan):
        assert a_loan(first_payment=datetime.date(2025, 2, 28), payment_day=31).due_day == 31
        with pytest.raises(InvalidTerms, match="payment_day: must be 1 to 31"):
            a_loan(first_payment=datetime.date(2025, 2, 28), payment_day=32)
        for other in (10, 16):
            with pytest.raises(InvalidTerms, match="payment_day: must be the day of the first payment"):
                a_loan(first_payment=datetime.date(2025, 2, 15), payment_day=other)

    def test_need_holidays_of_their_time_and_a_first_period_with_a_day(self, a_loan):
        moved = {
            "business_day_rule": BusinessDayRule.PRECEDING,
            "business_day_calendar": HolidayCalendar.FEDERAL_RESERVE,
        }
        old = {"start": datetime.date(1985, 12, 1), "maturity": datetime.date(1996, 1, 1)}
        assert a_loan(first_payment=datetime.date(1986, 1, 2), **old, **moved).periods == 121
        with pytest.raises(InvalidTerms, match="business_day_rule: needs the holidays of its time"):
            a_loan(first_payment=datetime.date(1985, 12, 31), **old, **moved)
        # Saturday to Sunday: the payment would even be before the start.
        for start in (datetime.date(2025, 5, 30), datetime.date(2025, 5, 31)):
            dates = {"start": start, "first_payment": datetime.date(2025, 6, 1)}
            assert a_loan(**dates, **moved).periods == 116
            with pytest.raises(InvalidTerms, match="start: must be before the business day"):
                a_loan(accrual_adjusted=True, **dates, **moved)

    def test_may_amortize_from_closing_where_a_month_is_left_for_it(self, a_loan):
        assert a_loan(interest_only_months=359, amortization_from_closing=True).amortization_periods == 1
        with pytest.raises(InvalidTerms, match="amortization_from_closing: needs an amortization term longer"):
            a_loan(interest_only_months=361, amortization_from_closing=True)
        with pytest.raises(InvalidTerms) as refusal:
            a_loan(amortization_months="360", interest_only_months=12, amortization_from_closing=True)
        assert [problem.field for problem in refusal.value.problems] == ["amortization_months"]
        with pytest.raises(InvalidTerms, match="amortization_from_closing: needs an amortization term"):
            a_loan(amortization_months=None, payment=Decimal("60000.00"), amortization_from_closing=True)

    def test_may_be_interest_only_for_longer_than_they_last(self, a_loan):
        for amortization_months in (None, 360):
            longer = a_loan(amortization_months=amortization_months, interest_only_months=240)
            assert not longer.amortizes
            assert schedule(longer).balloon_principal == longer.principal
        assert a_loan(interest_only_months=119).amortizes
        assert not a_loan(interest_only_months=120).amortizes

    def test_accept_the_extremes(self, a_loan):
        assert a_loan(rate=Decimal(0)).level_payment() == Decimal("27777.78")
        assert a_loan(maturity=datetime.date(2125, 2, 1)).periods == 1201


class TestPeriod:
    """Periods of 30/360 with due days at ends of months: 28 February to 30 March is 32 days by dates, 30 at most."""

    def test_of_a_regular_loan_is_no_longer_than_its_months(self, a_loan):
        dates = {"start": datetime.date(2025, 1, 31), "first_payment": datetime.date(2025, 2, 28), "payment_day": 31}
        terms = a_loan(day_count=DayCount.THIRTY_360, **dates)
        assert [terms.period(number).days for number in (1, 2, 3)] == [30, 30, 30]
        parts = (
            (1, "2025-02-27"),
            (1, "2025-02-28"),
            (2, "2025-03-01"),
            (2, "2025-03-29"),
            (2, "2025-03-30"),
            (2, "2025-03-31"),
        )
        found = [terms.period(number, datetime.date.fromisoformat(until)).days for number, until in parts]
        assert found == [27, 30, 3, 30, 30, 30]

    def test_that_is_the_first_and_odd_has_its_own_days_and_none_after_it(self, a_loan):
        dates = {"start": datetime.date(2025, 1, 10), "first_payment": datetime.date(2025, 2, 28), "payment_day": 31}
        terms = a_loan(day_count=DayCount.THIRTY_360, **dates)
        assert [terms.period(number).days for number in (1, 2, 3)] == [48, 30, 30]
        parts = ((1, "2025-02-20"), (1, "2025-01-10"), (1, "2025-01-01"), (2, "2025-03-30"), (2, "2025-02-28"))
        found = [terms.period(number, datetime.date.fromisoformat(until)).days for number, until in parts]
        assert found == [40, 0, 0, 30, 0]

    def test_that_is_the_first_and_short_has_its_own_days(self, a_loan):
        terms = a_loan(day_count=DayCount.THIRTY_360, start=datetime.date(2025, 1, 18))
        assert [terms.is_regular(number) for number in (1, 2)] == [False, True]
        assert [terms.period(number).days for number in (1, 2)] == [13, 30]

    def test_that_is_the_last_and_short_has_its_own_days(self, a_loan):
        terms = a_loan(day_count=DayCount.THIRTY_360, maturity=datetime.date(2034, 12, 17))
        assert [terms.is_regular(number) for number in (1, 119, 120)] == [True, True, False]
        assert [terms.period(number).days for number in (119, 120)] == [30, 16]

    def test_that_is_the_last_and_regular_is_whole_also_in_february(self, a_loan):
        dates = {"start": datetime.date(2025, 8, 31), "first_payment": datetime.date(2025, 9, 30), "payment_day": 31}
        terms = a_loan(day_count=DayCount.THIRTY_360, maturity=datetime.date(2026, 2, 28), **dates)
        assert (terms.periods, terms.is_regular(6), terms.period(6).days) == (6, True, 30)

    def test_goes_no_further_than_its_end(self, a_loan):
        terms = a_loan(day_count=DayCount.ACTUAL_360)
        for until in (datetime.date(2025, 3, 1), datetime.date(2025, 3, 20), datetime.date(2030, 1, 1)):
            assert terms.period(2, until) == terms.period(2)
            assert terms.period(2, until).days == 28

    def test_that_is_the_first_has_a_start_that_never_moves(self, a_loan):
        # Sunday 31 January to Monday 29 February 2016: nothing of it moves, so it is a month, not 29 days.
        moved = {"business_day_rule": BusinessDayRule.FOLLOWING, "business_day_calendar": HolidayCalendar.WEEKENDS_ONLY}
        dates = {"start": datetime.date(2016, 1, 31), "first_payment": datetime.date(2016, 2, 29), "payment_day": 31}
        assert a_loan(day_count=DayCount.THIRTY_360, accrual_adjusted=True, **moved, **dates).period(1).days == 30

    def test_that_is_moved_with_its_accrual_is_counted_by_its_dates(self, a_loan):
        # Sunday 1 June and Saturday 1 November 2025 move to the Mondays after.
        moved = {"business_day_rule": BusinessDayRule.FOLLOWING, "business_day_calendar": HolidayCalendar.WEEKENDS_ONLY}
        terms = a_loan(day_count=DayCount.THIRTY_360, accrual_adjusted=True, **moved)
        assert [terms.due_date(number).isoformat() for number in (4, 5, 6)] == [
            "2025-05-01",
            "2025-06-02",
            "2025-07-01",
        ]
        assert [terms.period(number).days for number in (4, 5, 6)] == [30, 31, 29]
        earlier = a_loan(
            day_count=DayCount.THIRTY_360,
            accrual_adjusted=True,
            business_day_rule=BusinessDayRule.PRECEDING,
            business_day_calendar=HolidayCalendar.WEEKENDS_ONLY,
        )
        assert [earlier.period(number).days for number in (4, 5, 6)] == [30, 29, 31]
        unmoved = a_loan(day_count=DayCount.THIRTY_360, **moved)
        assert [unmoved.period(number).days for number in (4, 5, 6)] == [30, 30, 30]
        assert [unmoved.due_date(number).isoformat() for number in (4, 5, 6)] == [
            "2025-05-01",
            "2025-06-02",
            "2025-07-01",
        ]


class TestInstallmentsDue:
    @pytest.mark.parametrize(
        ("rule", "expected"),
        [
            # 1 June 2025 is a Sunday: moved to Monday the 2nd, or to Friday 30 May.
            (BusinessDayRule.UNADJUSTED, [4, 4, 4, 5, 5, 5, 6]),
            (BusinessDayRule.FOLLOWING, [4, 4, 4, 4, 5, 5, 6]),
            (BusinessDayRule.PRECEDING, [4, 5, 5, 5, 5, 5, 6]),
        ],
    )
    def test_are_those_whose_payment_has_come(self, a_loan, rule, expected):
        terms = a_loan(business_day_rule=rule, business_day_calendar=HolidayCalendar.WEEKENDS_ONLY)
        days = ("05-29", "05-30", "05-31", "06-01", "06-02", "06-03", "07-01")
        assert [terms.installments_due(datetime.date.fromisoformat(f"2025-{day}")) for day in days] == expected

    @pytest.mark.parametrize("rule", BusinessDayRule)
    def test_are_no_more_than_there_are(self, a_loan, rule):
        terms = a_loan(business_day_rule=rule, business_day_calendar=HolidayCalendar.WEEKENDS_ONLY)
        assert terms.installments_due(datetime.date(2060, 6, 15)) == 120

    def test_are_none_before_the_first_and_all_from_maturity_on(self, a_loan):
        terms = a_loan(maturity=datetime.date(2034, 12, 17))
        days = ("2024-12-31", "2025-01-31", "2025-02-01", "2034-12-16", "2034-12-17", "2034-12-18", "2050-01-01")
        found = [terms.installments_due(datetime.date.fromisoformat(day)) for day in days]
        assert found == [0, 0, 1, 119, 120, 120, 120]


class TestPayment:
    def test_after_interest_only_uses_the_full_amortization_term(self, a_loan):
        assert a_loan(interest_only_months=24).level_payment() == Decimal("55220.37")

    def test_may_amortize_over_what_is_left_since_closing(self, a_loan):
        terms = a_loan(interest_only_months=24, amortization_from_closing=True)
        assert terms.amortization_periods == 336
        assert terms.level_payment() == a_loan(amortization_months=336).level_payment() == Decimal("56867.21")

    @pytest.mark.parametrize("frequency", Frequency)
    def test_is_computed_on_the_rate_of_its_period(self, a_loan, frequency):
        terms = a_loan(frequency=frequency)
        expected = numpy_financial.pmt(0.0525 * frequency.months / 12, 360 // frequency.months, -10_000_000)
        assert terms.periodic_rate == Fraction(21 * frequency.months, 4800)
        assert float(terms.level_payment()) == pytest.approx(expected, abs=0.0051)

    def test_may_be_computed_on_the_effective_rate(self, a_loan):
        terms = a_loan(payment_basis=PaymentBasis.EFFECTIVE_RATE)
        higher = a_loan(rate=Decimal("0.053229166667")).level_payment()
        assert terms.level_payment() == higher > a_loan().level_payment()

    def test_may_be_stated_by_the_note(self, a_loan):
        terms = a_loan(payment=Decimal("60000.00"), amortization_months=None)
        row = schedule(terms).installments[0]
        assert terms.amortizes
        assert row.payment == Decimal("60000.00")
        assert row.principal == Decimal("14791.67")

    def test_that_is_larger_repays_early_and_leaves_nothing_at_maturity(self, a_loan):
        computed = schedule(a_loan(payment=Decimal("1000000.00")))
        assert len(computed.installments) == 11
        assert computed.installments[-1].payment < Decimal("1000000.00")
        assert computed.due_at_maturity == computed.balloon_principal == 0
        assert computed.balance_on(datetime.date(2034, 1, 1)) == 0
        assert computed.accrued_interest(datetime.date(2034, 1, 15)) == 0

    def test_is_none_for_a_loan_without_amortization(self, a_loan):
        computed = schedule(a_loan(amortization_months=None))
        assert computed.level_payment is None
        assert computed.balloon_principal == computed.balance_after_last_regular_payment == Decimal("10000000.00")

    def test_never_leaves_interest_unpaid(self, a_loan):
        # 480 months at 10 %: a month of 31 days costs more than the payment, which is computed on 30.
        computed = schedule(a_loan(rate=Decimal("0.10"), amortization_months=480))
        january, february = computed.installments[0], computed.installments[1]
        assert january.interest > computed.level_payment
        assert january.principal == 0
        assert january.payment == january.interest
        assert february.payment == computed.level_payment


class TestAccruedInterest:
    def test_is_none_before_the_loan_starts_and_a_day_of_it_on_the_next(self, a_loan):
        computed = schedule(a_loan())
        days = ("2024-06-01", "2024-12-31", "2025-01-01", "2025-01-02", "2025-02-01", "2025-02-02")
        found = [str(computed.accrued_interest(datetime.date.fromisoformat(day))) for day in days]
        # 5.25 % / 360 of 10,000,000.00, and of 9,989,987.96 after the first payment.
        assert found == ["0.00", "0.00", "0.00", "1458.33", "0.00", "1456.87"]

    def test_is_the_last_periods_own_where_its_payment_has_moved_beyond_it(self, a_loan):
        # Matures on Saturday 1 January 2028, paid on the Monday.
        moved = {"business_day_rule": BusinessDayRule.FOLLOWING, "business_day_calendar": HolidayCalendar.WEEKENDS_ONLY}
        computed = schedule(a_loan(maturity=datetime.date(2028, 1, 1), **moved))
        last = computed.installments[-1]
        assert (last.period_end.isoformat(), last.due_date.isoformat()) == ("2028-01-01", "2028-01-03")
        found = [computed.accrued_interest(datetime.date(2028, 1, day)) for day in (1, 2, 3)]
        assert found == [last.interest, last.interest, 0]


@pytest.mark.parametrize("changes", [{}, {"accrual_adjusted": True, "business_day_rule": BusinessDayRule.FOLLOWING}])
def test_periods_and_due_dates_together_are_those_of_each_installment(a_loan, changes):
    terms = a_loan(business_day_calendar=HolidayCalendar.FEDERAL_RESERVE, day_count=DayCount.THIRTY_360, **changes)
    expected = [(terms.period(number), terms.due_date(number)) for number in range(1, 121)]
    assert list(terms.dated_periods()) == expected


class TestInstallmentsUpToADay:
    @pytest.mark.parametrize(
        "rounding", [Rounding(), Rounding(interest=InterestRounding.CARRIED)], ids=["cents", "carried"]
    )
    def test_are_those_of_the_schedule_that_are_due_by_then(self, a_loan, rounding):
        terms = a_loan(rounding=rounding)
        rows = schedule(terms).installments
        assert installments(terms) == rows
        counts = {
            "2025-01-31": 0,
            "2025-02-01": 1,
            "2025-02-02": 1,
            "2025-12-31": 11,
            "2026-01-01": 12,
            "2060-01-01": 120,
        }
        for day, count in counts.items():
            assert installments(terms, until=datetime.date.fromisoformat(day)) == rows[:count]


class TestOneInstallment:
    @pytest.mark.parametrize("number", [-1, 0, 121])
    def test_is_one_that_there_is(self, a_loan, number):
        with pytest.raises(ValueError, match=f"installment {number} is not one of 1 to 120"):
            expected_installment(a_loan(), number=number, beginning_balance=Decimal("10000000.00"))

    def test_is_found_by_its_due_date_alone(self, a_loan):
        computed = schedule(a_loan())
        first, last = computed.installments[0], computed.installments[-1]
        days = ("2024-12-01", "2025-01-01", "2025-02-01", "2025-02-02", "2035-01-01", "2035-01-02")
        found = [computed.due_on(datetime.date.fromisoformat(day)) for day in days]
        assert found == [None, None, first, None, last, None]
        following = [
            computed.next_due(datetime.date.fromisoformat(day)) for day in ("2025-01-31", "2025-02-01", "2034-12-31")
        ]
        assert following == [first, computed.installments[1], last]
        assert computed.next_due(datetime.date(2035, 1, 1)) is None

    def test_before_the_first_is_a_stub_that_may_have_no_day(self, a_loan):
        terms = a_loan(day_count=DayCount.ACTUAL_360)
        assert stub_interest(terms, closing=datetime.date(2024, 12, 31)) == Decimal("1458.33")
        assert stub_interest(terms, closing=terms.start) == 0
        with pytest.raises(ValueError, match="the closing date 2025-01-02 is after interest starts on 2025-01-01"):
            stub_interest(terms, closing=datetime.date(2025, 1, 2))


class TestStatement:
    def test_says_formula_convention_and_inputs(self, a_loan):
        statement = schedule(a_loan()).statement
        assert statement.level_payment.startswith("55,220.37 = P i / (1 - (1 + i)^-n) with P = 10,000,000.00")
        assert statement.day_count.startswith("Actual/360")
        assert dict(statement.inputs)["amortization_months"] == "360"
        assert "i = 0.0525 x 1 / 12, n = 360, rounded half up to the cent" in statement.level_payment
        assert "payment" not in dict(statement.inputs)
        assert "2035-01-01" in statement.maturity

    def test_tells_a_stated_payment_from_a_computed_one_and_none(self, a_loan):
        stated = schedule(a_loan(payment=Decimal("60000.00"))).statement
        assert stated.level_payment == "60,000.00 as the note states it"
        none = schedule(a_loan(amortization_months=None, interest_only_months=120)).statement
        assert none.level_payment == "none: interest only to maturity"

    def test_says_whether_the_payment_is_computed_on_the_effective_rate(self, a_loan):
        statement = schedule(a_loan(payment_basis=PaymentBasis.EFFECTIVE_RATE)).statement
        assert "i = 0.0525 x 365 / 360 x 1 / 12, n = 360" in statement.level_payment

    def test_says_how_amounts_are_rounded(self, a_loan):
        usual = "half up to the cent, each installment's interest once; the level payment once, half up to the cent"
        assert schedule(a_loan()).statement.rounding == usual
        said = schedule(a_loan(rounding=Rounding(daily_rate_decimals=8))).statement
        # 5.25 % / 360 is 0.000145833...
        assert said.rounding == f"{usual}; the rate of a day half up to 8 decimals, 0.05249880 a year"
        assert ("rounding.daily_rate_decimals", "8") in said.inputs
        assert not any(name.startswith("rounding") for name, _ in schedule(a_loan()).statement.inputs)

    def test_says_what_business_days_do(self, a_loan):
        calendar = {"business_day_calendar": HolidayCalendar.FEDERAL_RESERVE}
        assert schedule(a_loan(**calendar)).statement.business_days.startswith("unadjusted: an installment falls due")
        calendar["business_day_rule"] = BusinessDayRule.MODIFIED_FOLLOWING
        said = schedule(a_loan(**calendar)).statement.business_days
        assert said.startswith("modified following business day, maturity included; interest runs to the days the note")
        said = schedule(a_loan(accrual_adjusted=True, **calendar)).statement.business_days
        assert "; interest runs to the moved days. Holidays: " in said

    @pytest.mark.parametrize(
        ("terms", "said"),
        [
            ({}, "the level payment less interest"),
            ({"interest_only_months": 1}, "zero for the first installment, then the level payment less interest"),
            ({"interest_only_months": 24}, "zero for the first 24 installments, then the level payment less interest"),
            ({"amortization_months": None}, "zero before maturity"),
        ],
    )
    def test_speaks_of_interest_only_installments_where_there_are_some(self, a_loan, terms, said):
        principal = schedule(a_loan(**terms)).statement.principal
        assert principal.partition(", at least")[0] == said

    def test_gives_back_the_terms(self, a_loan):
        terms = a_loan(day_count=DayCount.ACTUAL_ACTUAL_ISDA, frequency=Frequency.ANNUAL, interest_only_months=12)
        inputs = dict(schedule(terms).statement.inputs)
        assert set(inputs) <= {field.name for field in dataclasses.fields(LoanTerms)}
        assert inputs["day_count"] == "actual_actual_isda"
        stated = {field.name for field in dataclasses.fields(LoanTerms) if getattr(terms, field.name) is not None}
        assert set(inputs) == stated - {"periods", "rounding"}
        assert (inputs["start"], inputs["rate"]) == ("2025-01-01", "0.0525")

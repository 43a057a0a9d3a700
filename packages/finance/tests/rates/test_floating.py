"""Floating terms: the golden cases of a note on SOFR, its bounds in their order, LIBOR's replacement."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import BusinessDayRule, HolidayCalendar, cents, interest, shown_ratio
from realinsights_finance.business_days import adjusted, business_days_before
from realinsights_finance.day_count import DayCount
from realinsights_finance.explain import explain
from realinsights_finance.rates import (
    FALL_BACKS,
    BoundBy,
    Fixing,
    Fixings,
    FloatingRate,
    FloatingTerms,
    ForwardCurve,
    Index,
    IndexRounding,
    InvalidFloatingTerms,
    Market,
    NoFallBack,
    all_in_rate,
    cap_receipt,
    fall_back_of,
    parallel_shocks,
    unrounded_cap_receipt,
    unrounded_interest_over,
)
from realinsights_finance.ratios import debt_service_coverage

BALANCE = Decimal(25_000_000)
STRIKE = Decimal("0.035")
CALENDARS = {
    "GovernmentBond": HolidayCalendar.US_GOVERNMENT_BOND,
    "FederalReserve": HolidayCalendar.FEDERAL_RESERVE,
    "SOFR": HolidayCalendar.SOFR,
    "naive_weekdays": HolidayCalendar.WEEKENDS_ONLY,
}


def day(text):
    return datetime.date.fromisoformat(text)


def terms(**changes):
    """Return the golden cases' note: term SOFR + 2.50 %, floors of 1.00 % and 3.50 %, ceiling 8.50 %."""
    said = {
        "index": Index.TERM_SOFR_1_MONTH,
        "spread": Decimal("0.025"),
        "index_floor": Decimal("0.01"),
        "rate_floor": Decimal("0.035"),
        "ceiling": Decimal("0.085"),
        "determination_lag": 2,
        "determination_calendar": HolidayCalendar.US_GOVERNMENT_BOND,
    }
    return FloatingTerms(**(said | changes))


class TestGoldenCases:
    def test_floating_note_is_billed_to_the_cent(self, golden_rates):
        cases = golden_rates["G6_floating"]
        assert len(cases) == 4
        fixings = Fixings(
            Fixing(index=Index.TERM_SOFR_1_MONTH, on=day(case["determination"]), value=Decimal(case["index"]))
            for case in cases
        )
        path = FloatingRate(terms=terms(), market=Market(business_date=day("2025-06-30"), fixings=fixings))
        for case in cases:
            start, end = day(case["start"]), day(case["end"])
            (span,) = path.spans(start, end)
            assert span.reset.determined_on == day(case["determination"])
            assert span.rate == Decimal(case["all_in"])
            billed = unrounded_interest_over(BALANCE, [span], DayCount.ACTUAL_360)
            assert cents(billed) == Decimal(case["interest"])
            fraction = DayCount.ACTUAL_360.fraction(start, end)
            assert fraction == Fraction(case["days"], 360)
            receipt = cap_receipt(BALANCE, span.reset.all_in.index, STRIKE, fraction)
            assert receipt == Decimal(case["purchased_cap_payoff"])

    def test_bounds_are_named(self):
        found = [all_in_rate(terms(), Decimal(index)).bound_by for index in ("0.0433", "0.0025", "0.02", "0.0675")]
        assert found == [BoundBy.NONE, BoundBy.INDEX_FLOOR, BoundBy.NONE, BoundBy.CEILING]

    def test_calendar_decides_the_determination_day(self, golden_rates):
        cases = golden_rates["G6_calendar_matters"]
        assert len(cases) == 4
        for reset, determined in cases.items():
            found = {
                name: terms(determination_calendar=calendar).determined_on(day(reset)).isoformat()
                for name, calendar in CALENDARS.items()
            }
            assert {name: found[name] for name in determined} == determined
        for reset, determined in golden_rates["G6_lookback"].items():
            assert business_days_before(day(reset), 2, HolidayCalendar.US_GOVERNMENT_BOND) == day(determined)

    def test_payments_move_by_each_rule(self, golden_rates):
        names = {
            "Following": BusinessDayRule.FOLLOWING,
            "ModifiedFollowing": BusinessDayRule.MODIFIED_FOLLOWING,
            "Preceding": BusinessDayRule.PRECEDING,
            "ModifiedPreceding": BusinessDayRule.MODIFIED_PRECEDING,
        }
        for due, moved in golden_rates["G7_bdc"].items():
            found = {name: adjusted(day(due), rule, HolidayCalendar.US_GOVERNMENT_BOND) for name, rule in names.items()}
            assert {name: on.isoformat() for name, on in found.items()} == moved

    def test_rate_shocks_cost_a_year(self, golden_rates):
        start, income = day("2025-01-15"), Decimal(2_200_000)
        year = Fraction(365, 360)
        flat = ForwardCurve.flat(Index.TERM_SOFR_1_MONTH, Decimal("0.0433"), as_of=start)
        for points, curve in parallel_shocks(flat).items():
            case = golden_rates[f"G22_shock_{points:+d}" if points else "G22_shock_+0"]
            # The case leaves the note's ceiling of 8.50 % out, which would bound the rate at +200 basis points.
            path = FloatingRate(
                terms=terms(ceiling=None), market=Market(business_date=start, fixings=Fixings(), curves=(curve,))
            )
            (span,) = path.spans(day("2025-01-17"), day("2026-01-17"))
            assert span.rate == Decimal(case["rate"])
            exact = unrounded_interest_over(BALANCE, [span], DayCount.ACTUAL_360)
            billed = cents(exact)
            assert billed == Decimal(case["annual_interest"])
            receipt = unrounded_cap_receipt(BALANCE, span.reset.all_in.index, STRIKE, year)
            assert cents(exact - receipt) == Decimal(case["with_cap_350"])
            assert shown_ratio(debt_service_coverage(income, billed), 4) == Decimal(case["DSCR"])

    def test_are_those_of_the_sample_data(self, golden_rates, shared_data):
        source = json.loads((shared_data / "golden" / "cases.json").read_text(encoding="utf-8"))
        assert golden_rates == {name: source[name] for name in golden_rates}


class TestAllInRate:
    def test_rounds_the_index_before_the_spread(self):
        note = terms(rounding=IndexRounding.UP_EIGHTH, spread=Decimal("0.0251"))
        found = all_in_rate(note, Decimal("0.0433217"))
        assert (found.rounded, found.rate) == (Decimal("0.04375"), Decimal("0.06885"))

    def test_adds_the_adjustment_after_or_before_the_floor(self):
        note = terms(adjustment=Decimal("0.001"), rate_floor=None)
        assert all_in_rate(note, Decimal("0.0095")).rate == Decimal("0.036")
        before = replace(note, floor_on_adjusted=True)
        found = all_in_rate(before, Decimal("0.0095"))
        assert (found.floored, found.rate, found.bound_by) == (Decimal("0.0105"), Decimal("0.0355"), BoundBy.NONE)

    def test_bounds_the_rate_last(self):
        note = terms(rate_floor=Decimal("0.04"))
        assert all_in_rate(note, Decimal("-0.01")).bound_by is BoundBy.RATE_FLOOR
        assert all_in_rate(terms(index_floor=None, rate_floor=None), Decimal("-0.01")).rate == Decimal("0.015")

    def test_says_how_it_came_about(self):
        explained = explain(all_in_rate, terms(rounding=IndexRounding.UP_THOUSANDTH), Decimal("0.0433217"))
        assert (
            explained.formula == "min(max(max(rounded index, index floor) + spread + adjustment, rate floor), ceiling)"
        )
        assert ("spread", "0.025") in [(part.name, part.value) for part in explained.inputs]
        assert ("rounded index", "0.04333") in [(part.name, part.value) for part in explained.steps]
        assert explained.rounding == "index: up_thousandth; nothing else"

    @given(
        index=st.decimals("-0.05", "0.3", places=7),
        other=st.decimals("-0.05", "0.3", places=7),
        rounding=st.sampled_from(IndexRounding),
    )
    def test_is_within_its_bounds_and_rises_with_the_index(self, index, other, rounding):
        note = terms(rounding=rounding)
        low, high = (all_in_rate(note, each).rate for each in sorted((index, other)))
        assert note.rate_floor <= low <= high <= note.ceiling

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"index": ""}, "index"),
            ({"spread": Decimal("2.5")}, "spread"),
            ({"spread": None}, "spread"),
            ({"index_floor": Decimal("NaN")}, "index_floor"),
            ({"ceiling": Decimal("0.03")}, "ceiling"),
            ({"index_floor": None, "rate_floor": None, "ceiling": Decimal("1.01")}, "ceiling"),
            ({"spread": Decimal("-1.01")}, "spread"),
            ({"determination_lag": -1}, "determination_lag"),
            ({"determination_lag": 31}, "determination_lag"),
            ({"carry_days": 367}, "carry_days"),
        ],
    )
    def test_of_terms_that_no_note_has_is_refused(self, changes, field):
        with pytest.raises(InvalidFloatingTerms) as refusal:
            terms(**changes)
        assert refusal.value.field == field

    def test_may_add_as_much_as_one(self):
        assert terms(spread=Decimal(1), rate_floor=None, ceiling=None).spread == 1
        assert terms(adjustment=Decimal(-1), rate_floor=None, ceiling=None).adjustment == -1

    def test_that_just_reaches_a_bound_is_not_bounded_by_it(self):
        note = terms(index_floor=None)
        found = [all_in_rate(note, index) for index in (Decimal("0.0100"), Decimal("0.0600"))]
        assert [(each.rate, each.bound_by) for each in found] == [
            (Decimal("0.0350"), BoundBy.NONE),
            (Decimal("0.0850"), BoundBy.NONE),
        ]
        assert all_in_rate(terms(rate_floor=None), Decimal("0.01")).bound_by is BoundBy.NONE

    def test_may_have_no_room_between_floor_and_ceiling(self):
        note = terms(rate_floor=Decimal("0.06"), ceiling=Decimal("0.06"))
        assert {all_in_rate(note, index).rate for index in (Decimal("0.01"), Decimal("0.09"))} == {Decimal("0.06")}


class TestDetermination:
    def test_may_be_as_early_and_as_old_as_the_limits(self):
        note = terms(determination_lag=30, carry_days=366)
        assert note.determined_on(day("2025-02-14")) == day("2025-01-02")

    def test_without_lag_is_the_day_or_the_business_day_before(self):
        note = terms(determination_lag=0)
        assert note.determined_on(day("2025-01-15")) == day("2025-01-15")
        assert note.determined_on(day("2025-02-15")) == day("2025-02-14")


class TestAfterLibor:
    def test_goes_on_with_term_sofr_and_the_laws_adjustment(self):
        note = terms(index=Index.LIBOR_1_MONTH, index_floor=Decimal("0.0025"), rate_floor=None).after_libor()
        assert (note.index, note.adjustment) == (Index.TERM_SOFR_1_MONTH, Decimal("0.0011448"))
        assert all_in_rate(note, Decimal("0.05")).rate == Decimal("0.0761448")
        floored = all_in_rate(note, Decimal("0.001"))
        assert (floored.floored, floored.rate) == (Decimal("0.0025"), Decimal("0.0275"))

    def test_adjustments_are_those_of_the_law(self):
        found = {replaced.value: fall_back.spread_adjustment * 100 for replaced, fall_back in FALL_BACKS.items()}
        assert found == {
            "libor_overnight": Decimal("0.00644"),
            "libor_1_month": Decimal("0.11448"),
            "libor_3_month": Decimal("0.26161"),
            "libor_6_month": Decimal("0.42826"),
            "libor_12_month": Decimal("0.71513"),
        }
        assert all("12 U.S.C. 5802(20)" in fall_back.source for fall_back in FALL_BACKS.values())
        assert fall_back_of("libor_overnight").replacement is Index.SOFR

    def test_begins_on_the_first_london_banking_day_after_june_2023(self):
        # 30 June 2023 was a Friday.
        assert {fall_back.first_day for fall_back in FALL_BACKS.values()} == {day("2023-07-03")}

    def test_is_of_libor_alone(self):
        with pytest.raises(NoFallBack, match="index: prime is no tenor"):
            terms(index=Index.PRIME).after_libor()


class TestCapReceipt:
    def test_says_how_it_came_about_and_bills_nothing_below_the_strike(self):
        explained = explain(cap_receipt, BALANCE, Decimal("0.0675"), STRIKE, Fraction(30, 360))
        assert explained.value == Decimal("67708.33")
        assert explained.formula == "notional x max(index - strike, 0) x fraction of a year"
        assert cap_receipt(BALANCE, STRIKE, STRIKE, Fraction(1)) == 0

    @given(index=st.decimals("-0.01", "0.1", places=5), days=st.integers(1, 366))
    def test_leaves_a_capped_borrower_the_strike_and_the_spread(self, index, days):
        fraction = Fraction(days, 360)
        spread = Decimal("0.025")
        billed = interest(BALANCE, index + spread, fraction)
        net = billed - cap_receipt(BALANCE, index, STRIKE, fraction)
        assert abs(net - interest(BALANCE, min(index, STRIKE) + spread, fraction)) <= Decimal("0.01")

"""The table of golden cases in docs/finance.md is made of the values computed here, and says what they are."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

import pytest

from realinsights_finance import BusinessDayRule, DayCount, HolidayCalendar, cents, shown_ratio
from realinsights_finance.business_days import adjusted
from realinsights_finance.money import quotient
from realinsights_finance.rates import (
    FloatingTerms,
    Index,
    IndexRounding,
    all_in_rate,
    cap_receipt,
    sofr_average,
    sofr_indices,
    unrounded_cap_receipt,
)
from realinsights_finance.ratios import debt_service_coverage
from realinsights_finance.terms import interest, unrounded_interest

BEGIN, END = "<!-- golden cases of time and rates -->", "<!-- end -->"
BALANCE, STRIKE, INCOME = Decimal(25_000_000), Decimal("0.035"), Decimal(2_200_000)
BONDS = HolidayCalendar.US_GOVERNMENT_BOND
NOTE = FloatingTerms(
    index=Index.TERM_SOFR_1_MONTH,
    spread=Decimal("0.025"),
    index_floor=Decimal("0.01"),
    rate_floor=Decimal("0.035"),
    ceiling=Decimal("0.085"),
    determination_calendar=BONDS,
)
CALENDARS = {
    "GovernmentBond": BONDS,
    "FederalReserve": HolidayCalendar.FEDERAL_RESERVE,
    "SOFR": HolidayCalendar.SOFR,
    "naive_weekdays": HolidayCalendar.WEEKENDS_ONLY,
}
RULES = {
    "Following": BusinessDayRule.FOLLOWING,
    "ModifiedFollowing": BusinessDayRule.MODIFIED_FOLLOWING,
    "Preceding": BusinessDayRule.PRECEDING,
    "ModifiedPreceding": BusinessDayRule.MODIFIED_PRECEDING,
}
DAY_COUNTS = {
    "30/360 BondBasis": DayCount.THIRTY_360,
    "30/360 USA(EOM Feb)": DayCount.THIRTY_360_US,
    "30E/360": DayCount.THIRTY_E_360,
    "ACT/360": DayCount.ACTUAL_360,
    "ACT/365F": DayCount.ACTUAL_365_FIXED,
    "ACT/ACT ISDA": DayCount.ACTUAL_ACTUAL_ISDA,
}


def day(text):
    return datetime.date.fromisoformat(text)


def row(case: str, expected: Iterable[str], ours: Iterable[object]) -> tuple[str, str, str, str]:
    expected, ours = list(expected), [str(each) for each in ours]
    apart = (_apart(*pair) for pair in zip(expected, ours, strict=True))
    return case, ", ".join(expected), ", ".join(ours), str(max(apart))


def _apart(expected: str, ours: str) -> Decimal:
    if expected.count("-") == 2:
        return abs(Decimal((day(expected) - day(ours)).days))
    return abs(Decimal(expected) - Decimal(ours)).normalize() + 0


def floating(cases) -> Iterator[tuple[str, str, str, str]]:
    for case in cases:
        start, end = day(case["start"]), day(case["end"])
        fraction = DayCount.ACTUAL_360.fraction(start, end)
        index = Decimal(case["index"])
        rate = all_in_rate(NOTE, index).rate
        yield row(
            f"G6 {start} to {end}: determined, all-in, interest, cap receipt",
            [case[name] for name in ("determination", "all_in", "interest", "purchased_cap_payoff")],
            [
                NOTE.determined_on(start),
                rate.quantize(Decimal("0.0001")),
                interest(BALANCE, rate, fraction),
                cap_receipt(BALANCE, index, STRIKE, fraction),
            ],
        )


def shocked(cases) -> Iterator[tuple[str, str, str, str]]:
    year = Fraction(365, 360)
    for points in (-200, -100, 0, 100, 200):
        case = cases[f"G22_shock_{points:+d}"]
        index = Decimal("0.0433") + Decimal(points) / 10_000
        rate = index + NOTE.spread
        exact = unrounded_interest(BALANCE, rate, year)
        yield row(
            f"G22 index {points:+d} bp: rate, interest of a year, net of the cap, DSCR",
            [case[name] for name in ("rate", "annual_interest", "with_cap_350", "DSCR")],
            [
                rate,
                cents(exact),
                cents(exact - unrounded_cap_receipt(BALANCE, index, STRIKE, year)),
                shown_ratio(debt_service_coverage(INCOME, cents(exact)), 4),
            ],
        )


def dated(cases) -> Iterator[tuple[str, str, str, str]]:
    for reset, expected in cases["G6_calendar_matters"].items():
        ours = [
            FloatingTerms(index="sofr", spread=Decimal(0), determination_calendar=CALENDARS[name]).determined_on(
                day(reset)
            )
            for name in expected
        ]
        yield row(f"G6 two days before {reset}: bonds, Federal Reserve, SOFR, weekdays", expected.values(), ours)
    for reset, expected in cases["G6_lookback"].items():
        yield row(f"G6 lookback of two days from {reset}", [expected], [NOTE.determined_on(day(reset))])
    for due, expected in cases["G7_bdc"].items():
        ours = [adjusted(day(due), RULES[name], BONDS) for name in expected]
        yield row(f"G7 {due}: following, modified, preceding, modified preceding", expected.values(), ours)


@pytest.fixture(scope="module")
def rows(golden, golden_rates, sofr, facts, published):
    rounded = golden_rates["G6_index_rounding"]
    raw = Decimal(rounded["raw"])
    found = [*floating(golden_rates["G6_floating"]), *dated(golden_rates)]
    ours = [rule.rounded(raw) for rule in (IndexRounding.UP_THOUSANDTH, IndexRounding.UP_EIGHTH)]
    expected = [rounded["up_1_1000pct"], rounded["up_1_8pct"]]
    found.append(row(f"G6 {raw} rounded up to 1/1000 %, to 1/8 %", expected, ours))
    for period, cases in golden["G8_daycount"].items():
        start, end = (day(text) for text in period.split(".."))
        names = [name for name in DAY_COUNTS if name in cases]
        expected = [text for name in names for text in (str(cases[name][0]), f"{cases[name][1]:.10f}")]
        ours = [
            text
            for name in names
            for text in (
                DAY_COUNTS[name].days(start, end),
                f"{quotient(DAY_COUNTS[name].fraction(start, end)):.10f}",
            )
        ]
        found.append(row(f"G8 {start} to {end}: days and fraction by {', '.join(names)}", expected, ours))
    found += shocked(golden_rates)
    averages, indices = published(facts / "sofr-30-day-average.csv"), published(facts / "sofr-index.csv")
    levels = sofr_indices(sofr, max(indices))
    for name, values, computed in (
        ("30-day averages", averages, [sofr_average(sofr, on) * 100 for on in averages]),
        ("index values", indices, [levels[on] for on in indices]),
    ):
        _, _, _, apart = row(name, map(str, values.values()), computed)
        equal = sum(value == own for value, own in zip(values.values(), computed, strict=True))
        found.append((f"SOFR {name} of {min(values)} to {max(values)}", str(len(values)), f"{equal} equal", apart))
    return found


def test_every_difference_is_zero(rows):
    assert len(rows) == 29
    assert [(case, apart) for case, _, _, apart in rows if Decimal(apart) != 0] == []


def test_the_page_says_what_is_computed(rows, page):
    lines = ["| case | expected | ours | difference |", "|---|---|---|---|"]
    table = "\n".join(lines + [f"| {' | '.join(each)} |" for each in rows])
    written = page.partition(BEGIN)[2].partition(END)[0].strip()
    assert written == table

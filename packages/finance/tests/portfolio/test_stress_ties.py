"""Half cents that floats get wrong: the arrays decide them by whole numbers, as the rule does."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from realinsights_finance import DayCount, in_cents
from realinsights_finance.credit import LendingTests, Quote, SizingTest
from realinsights_finance.portfolio import (
    Refinancing,
    Scenario,
    StressColumns,
    StressedLoan,
    StressedRate,
    stress,
    stress_many,
)

ODD = range(1, 2000, 2)
NAMES = ("income", "value", "debt_service", "cap_receipt", "net_debt_service", "proceeds", "gap")


def cents(count):
    return Decimal(count) / 100


def floating(count, rate, **changes):
    note = StressedRate(index=Decimal(rate), spread=Decimal(0))
    return StressedLoan(balance=cents(count), floating=note, day_count=DayCount.THIRTY_360, **changes)


def wrong_by_floats(book, scenario, name, estimates):
    """Return how many of an amount's float estimates, rounded half up, are not the rule's."""
    expected = [in_cents(getattr(stress(loan, scenario), name)) for loan in book]
    return sum(int(np.floor(estimate + 0.5)) != cell for estimate, cell in zip(estimates, expected, strict=True))


def check(book, scenario, refinancing=None):
    found = stress_many(StressColumns.of(book), [scenario], refinancing=refinancing)
    for column, loan in enumerate(book):
        plain = stress(loan, scenario, refinancing=refinancing)
        for name in NAMES:
            expected, amounts = getattr(plain, name), getattr(found, name)
            if expected is not None:
                assert int(amounts[0, column]) == in_cents(expected), (name, loan)


def test_a_year_of_interest():
    book = [floating(50 * count, "0.29") for count in ODD]
    assert wrong_by_floats(book, Scenario(), "debt_service", [50 * count * 0.29 for count in ODD]) > 0
    check(book, Scenario())


def test_what_a_cap_pays_and_what_is_left():
    book = [floating(100 * count, "0.29", cap_notional=cents(50 * count), cap_strike=Decimal("0.01")) for count in ODD]
    check(book, Scenario(rate_shift=Decimal("0.01")))
    over_hedged = [floating(100, "0.07", cap_notional=cents(50 * count), cap_strike=Decimal("0.01")) for count in ODD]
    check(over_hedged, Scenario(rate_shift=Decimal("0.23")))


def test_a_level_payment():
    repaid_at_once = [floating(75 * count, "0.08", amortization_months=1) for count in ODD]
    free_of_interest = [floating(7 * count * 5, "0", amortization_months=70) for count in ODD]
    check(repaid_at_once, Scenario())
    check(free_of_interest, Scenario())


def test_a_value_that_moves_with_income():
    book = [StressedLoan(balance=Decimal(1), income=cents(10 * count), value=cents(200 * count)) for count in ODD]
    scenario = Scenario(income_change=Decimal("-0.05"), value_change=Decimal("-0.05"))
    check(book, scenario)


def test_a_value_whose_cap_rate_nearly_vanishes():
    # 5 % - 4.98 % leaves 0.02 % of which floats know three digits less; x 0.9999 makes each odd income a half cent.
    book = [
        StressedLoan(balance=Decimal(1), income=cents(count), value=cents(20 * count))
        for count in range(100_001, 104_001, 2)
    ]
    scenario = Scenario(cap_rate_shift=Decimal("-0.0498"), income_change=Decimal("-0.0001"))
    estimates = [float(loan.income * 100) / (0.05 - 0.0498) * 0.9999 for loan in book]
    assert wrong_by_floats(book, scenario, "value", estimates) > 0
    check(book, scenario)


def test_what_income_covers():
    # 1.1 x 6.4 % is 7.04 %, of which 22 x an odd number of cents covers a half cent.
    refinancing = Refinancing(
        tests=LendingTests(minimum_dscr=Decimal("1.1")), quote=Quote(rate=Decimal("0.064"), amortization_months=None)
    )
    book = [StressedLoan(balance=Decimal(1), income=cents(22 * count)) for count in ODD]
    estimates = [22 * count / 0.0704 for count in ODD]
    assert sum(
        int(np.floor(one + 0.5)) != 312 * count + (count + 1) // 2 for one, count in zip(estimates, ODD, strict=True)
    )
    check(book, Scenario(), refinancing)


def test_a_ratio_that_misses_by_less_than_floats_hold():
    # Of 10^18, floats hold every 128th whole number: income x 10^6 is one less than service x 1,234,567.
    ratio = 1_234_567
    service = pow(ratio, -1, 10**6) + 700_000 * 10**6
    income = service * ratio // 10**6
    assert service * ratio - income * 10**6 == 1
    assert float(income) * 10**6 >= float(service) * ratio
    loans = [
        StressedLoan(balance=Decimal(1), income=cents(income), debt_service=cents(service)),
        StressedLoan(balance=Decimal(1), income=cents(income + 1), debt_service=cents(service)),
    ]
    found = stress_many(StressColumns.of(loans), [Scenario()])
    assert found.failing(SizingTest.DSCR, Decimal(ratio) / 10**6).tolist() == [[True, False]]

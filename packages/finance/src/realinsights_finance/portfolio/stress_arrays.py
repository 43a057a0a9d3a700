"""Joint stress of many loans in many scenarios at once: every cell equals that of `stress`, to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from realinsights_finance.credit.constant import loan_constant
from realinsights_finance.credit.figures import InvalidFigure, exact
from realinsights_finance.credit.sizing import SizingTest
from realinsights_finance.level_payment import ABSOLUTE_ERROR, level_payment
from realinsights_finance.level_payment import RELATIVE_ERROR as PAYMENT_RELATIVE_ERROR
from realinsights_finance.money import EXACT, from_cents, in_cents
from realinsights_finance.portfolio.exact_arrays import (
    RELATIVE_ERROR,
    Cents,
    at_least,
    half_up,
    scaled,
    whole_numbers,
)
from realinsights_finance.portfolio.stress import CHANGE_DECIMALS, LOWEST_CAP_RATE, Refinancing, Scenario
from realinsights_finance.portfolio.stress_columns import RATE_SCALE, UNKNOWN, StressColumns
from realinsights_finance.terms import RATE_DECIMALS

CHANGE_SCALE: int = 10**CHANGE_DECIMALS
MOST_SCENARIOS = 1000
Flags = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class StressArrays:
    """Loans in scenarios, whole, in cents: row s, column i is loan i in scenario s.

    What is not known is 0 and False in the flags, which have one value for each loan: `income_known`, `value_known`,
    `service_known`, `proceeds_known`. `proceeds` and `gap` are None without a refinancing.
    """

    loans: StressColumns
    scenarios: tuple[Scenario, ...]
    income: Cents
    value: Cents
    debt_service: Cents
    cap_receipt: Cents
    net_debt_service: Cents
    proceeds: Cents | None
    gap: Cents | None
    income_known: Flags
    value_known: Flags
    service_known: Flags
    proceeds_known: Flags

    def failing(self, test: SizingTest, threshold: Decimal) -> Flags:
        """Tell for each scenario and loan whether it fails a test of today's balance, unrounded.

        DSCR and debt yield fail below the threshold, LTV above it. A loan whose figures are not known, or whose ratio
        has no denominator, does not fail: `testable` tells which those are.
        """
        limit = exact("threshold", threshold) * CHANGE_SCALE
        if limit.denominator != 1 or not 0 < limit <= 100 * CHANGE_SCALE:
            raise InvalidFigure("threshold", f"must be more than 0 and at most 100, with {CHANGE_DECIMALS} decimals")
        numerator, denominator = self.figures(test)
        testable = self.testable(test)
        safe = np.where(testable, denominator, 1)
        if test is SizingTest.LTV:
            # balance / value > limit, as value / balance < 1 / limit: the tie passes on both sides.
            fails = ~at_least(safe, np.broadcast_to(numerator, safe.shape), CHANGE_SCALE, int(limit))
        else:
            fails = ~at_least(np.broadcast_to(numerator, safe.shape), safe, int(limit), CHANGE_SCALE)
        return np.asarray(fails & testable)

    def testable(self, test: SizingTest) -> Flags:
        """Tell for each scenario and loan whether a test's ratio is known."""
        _, denominator = self.figures(test)
        return np.asarray((denominator > 0) & self.known(test))

    def known(self, test: SizingTest) -> Flags:
        """Tell for each loan whether both figures of a test's ratio are known."""
        if test is SizingTest.LTV:
            return self.value_known
        return self.income_known & self.service_known if test is SizingTest.DSCR else self.income_known

    def ratios(self, test: SizingTest) -> NDArray[np.float64]:
        """Return a ratio of each scenario and loan as floats, to be shown; NaN where it is not known."""
        numerator, denominator = self.figures(test)
        testable = self.testable(test)
        safe = np.where(testable, denominator, 1)
        return np.where(testable, numerator / safe, np.nan)

    def figures(self, test: SizingTest) -> tuple[Cents, Cents]:
        """Return numerator and denominator of a test's ratio, in cents, for each scenario and loan."""
        balance = np.broadcast_to(self.loans.balance, self.income.shape)
        pairs = {
            SizingTest.DSCR: (self.income, self.debt_service),
            SizingTest.LTV: (balance, self.value),
            SizingTest.DEBT_YIELD: (self.income, balance),
        }
        if test not in pairs:
            raise InvalidFigure("test", "must be DSCR, LTV or debt yield")
        return pairs[test]


def stress_many(
    loans: StressColumns, scenarios: Sequence[Scenario], *, refinancing: Refinancing | None = None
) -> StressArrays:
    """Return all loans in all scenarios, as `stress` computes each. Raises InvalidFigure for over 1,000 scenarios."""
    if len(scenarios) > MOST_SCENARIOS:
        raise InvalidFigure("scenarios", f"must be at most {MOST_SCENARIOS}")
    shifts = _column(int(EXACT.scaleb(scenario.rate_shift, RATE_DECIMALS)) for scenario in scenarios)
    growth = _column(_factor(scenario.income_change) for scenario in scenarios)
    factors = np.where(loans.income > 0, growth, np.maximum(2 * CHANGE_SCALE - growth, 0))
    income = np.where(loans.income_known, scaled(loans.income, factors, CHANGE_SCALE), 0)
    value_known = loans.value > 0
    value = np.where(value_known, _values(loans, scenarios, growth), 0)
    service_known = loans.floating | (loans.debt_service != UNKNOWN)
    service = np.where(service_known, _debt_services(loans, shifts), 0)
    proceeds = gap = None
    proceeds_known = np.zeros(len(loans), dtype=bool)
    if refinancing is not None:
        tests = refinancing.tests
        proceeds_known = ~proceeds_known
        if tests.minimum_dscr is not None or tests.minimum_debt_yield is not None:
            proceeds_known &= loans.income_known
        if tests.maximum_ltv is not None:
            proceeds_known &= value_known
        proceeds = np.where(proceeds_known, _proceeds(income, value, scenarios, refinancing), 0)
        cost = int(EXACT.scaleb(refinancing.cost_rate, CHANGE_DECIMALS))
        gap = np.where(proceeds_known, loans.balloon + scaled(proceeds, cost, CHANGE_SCALE) - proceeds, 0)
    return StressArrays(
        loans=loans,
        scenarios=tuple(scenarios),
        income=income,
        value=value,
        debt_service=service,
        cap_receipt=_cap_receipts(loans, shifts),
        net_debt_service=_net_debt_services(loans, shifts, service),
        proceeds=proceeds,
        gap=gap,
        income_known=loans.income_known,
        value_known=value_known,
        service_known=service_known,
        proceeds_known=proceeds_known,
    )


def _values(loans: StressColumns, scenarios: Sequence[Scenario], growth: Cents) -> Cents:
    change = _column(_factor(scenario.value_change) for scenario in scenarios)
    moves = _column(int(EXACT.scaleb(scenario.cap_rate_shift, RATE_DECIMALS)) for scenario in scenarios)
    plain = scaled(loans.value, change, CHANGE_SCALE)
    capitalized = np.flatnonzero(loans.income_known & (loans.income > 0) & (loans.value > 0))
    if not capitalized.size:
        return plain
    income, value = loans.income[capitalized], loans.value[capitalized]
    lowest = LOWEST_CAP_RATE
    own = income / value
    cap_rate = np.maximum(own + moves / RATE_SCALE, float(lowest))
    estimate = income / cap_rate * (growth / CHANGE_SCALE) * (change / CHANGE_SCALE)

    def fractions(cells: tuple[NDArray[np.intp], ...]) -> tuple[Any, Any]:
        rows, columns = cells
        earned, worth = whole_numbers(income[columns]), whole_numbers(value[columns])
        # The cap rate is `shifted` over value x 10^12.
        shifted = earned * RATE_SCALE + whole_numbers(moves[rows, 0]) * worth
        floor = worth * (RATE_SCALE * lowest.numerator // lowest.denominator)
        shifted = np.maximum(shifted, floor)
        factors = whole_numbers(growth[rows, 0]) * whole_numbers(change[rows, 0])
        return earned * factors * worth * RATE_SCALE, shifted * CHANGE_SCALE**2

    # Where the shift takes most of the cap rate away, so it does of the estimate's digits.
    error = estimate * RELATIVE_ERROR * (1 + (own + np.abs(moves) / RATE_SCALE) / cap_rate)
    stressed = plain.copy()
    stressed[:, capitalized] = half_up(estimate, fractions, error)
    return stressed


def _debt_services(loans: StressColumns, shifts: Cents) -> Cents:
    services = np.broadcast_to(loans.debt_service, (len(shifts), len(loans))).copy()
    floating = np.flatnonzero(loans.floating)
    if not floating.size:
        return services
    notes = loans.take(floating)
    rates = _rates(notes, shifts)
    amortizing = notes.amortization_months > 0
    computed = _year_of_interest(notes.balance, rates, notes.actual_360)
    computed[:, amortizing] = 12 * _level_payments(
        notes.balance[amortizing], rates[:, amortizing], notes.amortization_months[amortizing]
    )
    services[:, floating] = computed
    return services


def _rates(notes: StressColumns, shifts: Cents) -> Cents:
    """Return the all-in rate of floating loans in each scenario, scaled by 10^12."""
    rates = np.maximum(notes.index + shifts, notes.index_floor) + notes.spread
    return np.asarray(np.clip(np.minimum(np.maximum(rates, notes.rate_floor), notes.ceiling), 0, RATE_SCALE))


def _capped(loans: StressColumns) -> NDArray[np.intp]:
    return np.flatnonzero(loans.floating & (loans.cap_notional > 0))


def _beyond_strikes(notes: StressColumns, shifts: Cents) -> Cents:
    """Return what a hedge pays as a rate, below zero what it costs."""
    index = notes.index + shifts
    return np.asarray(np.maximum(index - notes.cap_strike, 0) - np.maximum(notes.floor_strike - index, 0))


def _cap_receipts(loans: StressColumns, shifts: Cents) -> Cents:
    receipts = np.zeros((len(shifts), len(loans)), dtype=np.int64)
    capped = _capped(loans)
    if capped.size:
        notes = loans.take(capped)
        paid = _beyond_strikes(notes, shifts)
        whole = _year_of_interest(notes.cap_notional, np.abs(paid), notes.actual_360)
        receipts[:, capped] = np.where(paid < 0, -whole, whole)
    return receipts


def _net_debt_services(loans: StressColumns, shifts: Cents, services: Cents) -> Cents:
    net = services.copy()
    capped = _capped(loans)
    if not capped.size:
        return net
    notes, billed = loans.take(capped), services[:, capped]
    rates, above = _rates(notes, shifts), _beyond_strikes(notes, shifts)
    interest_only = notes.amortization_months == 0
    year = np.where(notes.actual_360, 365 / 360, 1.0)
    paid = np.where(interest_only, notes.balance * (rates / RATE_SCALE) * year, billed)
    received = notes.cap_notional * (above / RATE_SCALE) * year
    estimate = paid - received

    def fractions(cells: tuple[NDArray[np.intp], ...]) -> tuple[Any, Any]:
        _, columns = cells
        days = whole_numbers(np.where(notes.actual_360[columns], 365, 360))
        interest = whole_numbers(notes.balance[columns]) * whole_numbers(rates[cells]) * days
        owed = np.where(interest_only[columns], interest, whole_numbers(billed[cells]) * 360 * RATE_SCALE)
        returned = whole_numbers(notes.cap_notional[columns]) * whole_numbers(above[cells]) * days
        return np.abs(owed - returned), 360 * RATE_SCALE

    rounded = half_up(np.abs(estimate), fractions, RELATIVE_ERROR * (paid + np.abs(received)))
    net[:, capped] = np.where(estimate < 0, -rounded, rounded)
    return net


def _year_of_interest(balance: Cents, rates: Cents, actual_360: Flags) -> Cents:
    estimate = balance * (rates / RATE_SCALE) * np.where(actual_360, 365 / 360, 1.0)

    def fractions(cells: tuple[NDArray[np.intp], ...]) -> tuple[Any, Any]:
        rows, columns = cells
        days = whole_numbers(np.where(actual_360[columns], 365, 360))
        return whole_numbers(balance[columns]) * whole_numbers(rates[rows, columns]) * days, 360 * RATE_SCALE

    return half_up(estimate, fractions)


def _level_payments(balance: Cents, rates: Cents, months: Cents) -> Cents:
    periodic = rates / (12 * RATE_SCALE)
    # At a zero rate the quotient below is 0 / 0; its limit is 1 / months.
    zero = rates == 0
    safe = np.where(zero, 1.0, periodic)
    share = np.where(zero, 1 / months, safe / -np.expm1(-months * np.log1p(safe)))
    estimate = balance * share
    computed = np.floor(estimate + 0.5).astype(np.int64)
    shifted = estimate - 0.5
    tolerance = estimate * PAYMENT_RELATIVE_ERROR + ABSOLUTE_ERROR
    for row, column in np.argwhere(np.abs(shifted - np.rint(shifted)) <= tolerance):
        rate = Fraction(int(rates[row, column]), 12 * RATE_SCALE)
        exact_payment = level_payment(from_cents(int(balance[column])), rate, int(months[column]))
        computed[row, column] = in_cents(exact_payment)
    return np.asarray(computed)


def _proceeds(income: Cents, value: Cents, scenarios: Sequence[Scenario], refinancing: Refinancing) -> Cents:
    tests = refinancing.tests
    earned = np.maximum(income, 0)
    limits: list[Cents] = []
    if tests.maximum_ltv is not None:
        limits.append(scaled(value, int(EXACT.scaleb(tests.maximum_ltv, CHANGE_DECIMALS)), CHANGE_SCALE))
    if tests.minimum_debt_yield is not None:
        least = int(EXACT.scaleb(tests.minimum_debt_yield, CHANGE_DECIMALS))
        limits.append((2 * CHANGE_SCALE * earned + least) // (2 * least))
    if tests.minimum_dscr is not None:
        limits.append(_covered(earned, tests.minimum_dscr, _constants(scenarios, refinancing)))
    return np.asarray(np.minimum.reduce(limits))


def _covered(earned: Cents, minimum_dscr: Decimal, constants: list[Fraction]) -> Cents:
    """Return income / minimum DSCR / loan constant of each scenario, half up."""
    per_dollar = [Fraction(minimum_dscr) * constant for constant in constants]
    estimate = earned / np.array([float(part) for part in per_dollar])[:, None]
    numerators = np.array([part.numerator for part in per_dollar], dtype=object)
    denominators = np.array([part.denominator for part in per_dollar], dtype=object)

    def fractions(cells: tuple[NDArray[np.intp], ...]) -> tuple[Any, Any]:
        return whole_numbers(earned[cells]) * denominators[cells[0]], numerators[cells[0]]

    return half_up(estimate, fractions)


def _constants(scenarios: Sequence[Scenario], refinancing: Refinancing) -> list[Fraction]:
    found: dict[Decimal, Fraction] = {}
    for scenario in scenarios:
        if scenario.rate_shift not in found:
            quote = refinancing.shifted(scenario.rate_shift)
            floor = refinancing.tests.rate_floor
            rate = quote.rate if floor is None else max(quote.rate, floor)
            constant = loan_constant(rate, quote.amortization_months, day_count=quote.day_count)
            found[scenario.rate_shift] = constant
    return [found[scenario.rate_shift] for scenario in scenarios]


def _column(values: Any) -> Cents:
    return np.array(list(values), dtype=np.int64)[:, None]


def _factor(change: Decimal) -> int:
    return CHANGE_SCALE + int(EXACT.scaleb(change, CHANGE_DECIMALS))

"""What a joint stress does to a portfolio: sums over sums in each scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from realinsights_finance.credit.sizing import SizingTest
from realinsights_finance.money import from_cents, quotient
from realinsights_finance.portfolio.exact_arrays import Cents, exact_sums, scaled
from realinsights_finance.portfolio.stress import Scenario
from realinsights_finance.portfolio.stress_arrays import Flags, StressArrays
from realinsights_finance.portfolio.stress_columns import SHARE_SCALE


@dataclass(frozen=True, kw_only=True, slots=True)
class StressTotals:
    """A portfolio in a scenario, in dollars and cents at the owner's share; ratios are sums over sums.

    Amounts are of the loans that have them; each ratio is of the loans that have both of its figures, unrounded, None
    where there are none; `ratio_sums` holds the two sums of each. `equity_needed` is the sum of the gaps above zero, of
    `unfinanced` loans; None without a refinancing.
    """

    scenario: Scenario
    loans: int
    balance: Decimal
    income: Decimal
    value: Decimal
    debt_service: Decimal
    cap_receipt: Decimal
    net_debt_service: Decimal
    dscr: Decimal | None
    ltv: Decimal | None
    debt_yield: Decimal | None
    proceeds: Decimal | None
    equity_needed: Decimal | None
    unfinanced: int | None
    ratio_sums: Mapping[SizingTest, tuple[Decimal, Decimal]]


def stress_totals(arrays: StressArrays) -> tuple[StressTotals, ...]:
    """Return the portfolio in each scenario, at the owner's share, each loan's amount half up to the cent."""
    share = arrays.loans.share

    def owned(amounts: Cents, counted: Flags | None = None) -> list[int]:
        part = scaled(np.broadcast_to(amounts, arrays.income.shape), share, SHARE_SCALE)
        return exact_sums(part if counted is None else np.where(counted, part, 0))

    def sums_of(test: SizingTest) -> list[tuple[int, int]]:
        numerator, denominator = arrays.figures(test)
        known = arrays.known(test)
        return list(zip(owned(numerator, known), owned(denominator, known), strict=True))

    pairs = {test: sums_of(test) for test in (SizingTest.DSCR, SizingTest.LTV, SizingTest.DEBT_YIELD)}

    def over(test: SizingTest) -> list[Decimal | None]:
        return [quotient(Fraction(upper, lower)) if lower > 0 else None for upper, lower in pairs[test]]

    count = len(arrays.scenarios)
    nothing: list[int | None] = [None] * count
    proceeds, needed, unfinanced = list(nothing), list(nothing), list(nothing)
    if arrays.proceeds is not None and arrays.gap is not None:
        short = (arrays.gap > 0) & arrays.proceeds_known
        proceeds, needed = list(owned(arrays.proceeds)), list(owned(np.maximum(arrays.gap, 0)))
        unfinanced = [int(number) for number in short.sum(axis=1)]
    sums = zip(
        arrays.scenarios,
        owned(arrays.loans.balance),
        owned(arrays.income),
        owned(arrays.value),
        owned(arrays.debt_service),
        owned(arrays.cap_receipt),
        owned(arrays.net_debt_service),
        over(SizingTest.DSCR),
        over(SizingTest.LTV),
        over(SizingTest.DEBT_YIELD),
        proceeds,
        needed,
        unfinanced,
        strict=True,
    )
    return tuple(
        StressTotals(
            scenario=scenario,
            loans=len(arrays.loans),
            balance=from_cents(balance),
            income=from_cents(income),
            value=from_cents(value),
            debt_service=from_cents(service),
            cap_receipt=from_cents(receipt),
            net_debt_service=from_cents(net),
            dscr=dscr,
            ltv=ltv,
            debt_yield=debt_yield,
            proceeds=None if lent is None else from_cents(lent),
            equity_needed=None if equity is None else from_cents(equity),
            unfinanced=loans,
            ratio_sums={test: (from_cents(each[row][0]), from_cents(each[row][1])) for test, each in pairs.items()},
        )
        for row, (
            scenario,
            balance,
            income,
            value,
            service,
            receipt,
            net,
            dscr,
            ltv,
            debt_yield,
            lent,
            equity,
            loans,
        ) in enumerate(sums)
    )

"""The ratios of credit: unrounded, and None where the denominator is not more than zero, never NaN."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from realinsights_finance.due_dates import add_months
from realinsights_finance.explain import Figure, Trace, Unit
from realinsights_finance.money import quotient

_DOLLARS, _FRACTION, _TIMES = Unit.DOLLARS, Unit.FRACTION, Unit.TIMES


def ratio(numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """Return numerator / denominator to 28 digits, or None where the denominator is not more than zero."""
    if denominator <= 0:
        return None
    return quotient(Fraction(numerator) / Fraction(denominator))


def ratio_of_sums(pairs: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    """Return the sum of numerators over the sum of denominators: how a portfolio's ratio is made, never a mean."""
    numerator, denominator = Fraction(0), Fraction(0)
    for upper, lower in pairs:
        numerator += Fraction(upper)
        denominator += Fraction(lower)
    return quotient(numerator / denominator) if denominator > 0 else None


def debt_service_coverage(
    income: Decimal, annual_debt_service: Decimal, *, trace: Trace | None = None
) -> Decimal | None:
    """Return DSCR: NOI (or NCF, say which) over a year's debt service of a stated basis."""
    if trace:
        _says(trace, "DSCR = income / annual debt service", income=income, annual_debt_service=annual_debt_service)
    return ratio(income, annual_debt_service)


def loan_to_value(balance: Decimal, value: Decimal, *, trace: Trace | None = None) -> Decimal | None:
    """Return LTV as a fraction; state which value and of which date."""
    if trace:
        _says(trace, "LTV = balance / value", balance=balance, value=value)
    return ratio(balance, value)


def loan_to_cost(balance: Decimal, cost: Decimal, *, trace: Trace | None = None) -> Decimal | None:
    """Return LTC as a fraction: the loan over what was, or will be, spent to buy, build and open the property."""
    if trace:
        _says(trace, "LTC = balance / cost", balance=balance, cost=cost)
    return ratio(balance, cost)


def debt_yield(income: Decimal, balance: Decimal, *, trace: Trace | None = None) -> Decimal | None:
    """Return NOI (or NCF) over the balance as a fraction: it knows neither rate nor amortization."""
    if trace:
        _says(trace, "debt yield = income / balance", income=income, balance=balance)
    return ratio(income, balance)


def interest_coverage(income: Decimal, annual_interest: Decimal, *, trace: Trace | None = None) -> Decimal | None:
    """Return ICR: NOI over a year's interest."""
    if trace:
        _says(trace, "ICR = income / annual interest", income=income, annual_interest=annual_interest)
    return ratio(income, annual_interest)


def mortgage_constant(
    annual_debt_service: Decimal, principal: Decimal, *, trace: Trace | None = None
) -> Decimal | None:
    """Return a year's debt service over the principal, as a fraction."""
    if trace:
        formula = "constant = annual debt service / principal"
        _says(trace, formula, annual_debt_service=annual_debt_service, principal=principal)
    return ratio(annual_debt_service, principal)


def breakeven_occupancy(
    operating_expenses: Decimal,
    annual_debt_service: Decimal,
    gross_potential_rent: Decimal,
    *,
    trace: Trace | None = None,
) -> Decimal | None:
    """Return the occupancy, as a fraction, at which rent just covers expenses and debt service."""
    if trace:
        _says(
            trace,
            "break-even occupancy = (operating expenses + annual debt service) / gross potential rent",
            operating_expenses=operating_expenses,
            annual_debt_service=annual_debt_service,
            gross_potential_rent=gross_potential_rent,
        )
    return ratio_of_sums([(operating_expenses, gross_potential_rent), (annual_debt_service, Decimal(0))])


def implied_cap_rate(net_operating_income: Decimal, value: Decimal, *, trace: Trace | None = None) -> Decimal | None:
    """Return NOI over value as a fraction."""
    if trace:
        _says(trace, "cap rate = NOI / value", net_operating_income=net_operating_income, value=value)
    return ratio(net_operating_income, value)


def income_decline_to(
    coverage: Decimal, income: Decimal, annual_debt_service: Decimal, *, trace: Trace | None = None
) -> Decimal | None:
    """Return by which fraction income may fall until DSCR is `coverage`; negative where it is below already."""
    if trace:
        formula = "decline = 1 - DSCR required x annual debt service / income"
        _says(trace, formula, income=income, annual_debt_service=annual_debt_service)
        trace.input("DSCR required", coverage, _TIMES)
    if income <= 0:
        return None
    return quotient(1 - Fraction(coverage) * Fraction(annual_debt_service) / Fraction(income))


def value_decline_to(limit: Decimal, balance: Decimal, value: Decimal, *, trace: Trace | None = None) -> Decimal | None:
    """Return by which fraction the value may fall until LTV is `limit`; negative where it is above already."""
    if trace:
        _says(trace, "decline = 1 - balance / (LTV allowed x value)", balance=balance, value=value)
        trace.input("LTV allowed", limit, _FRACTION)
    if value <= 0 or limit <= 0:
        return None
    return quotient(1 - Fraction(balance) / (Fraction(limit) * Fraction(value)))


def _says(trace: Trace, formula: str, **dollars: Figure) -> None:
    trace.says(formula)
    for name, amount in dollars.items():
        trace.input(name.replace("_", " "), amount, _DOLLARS)


def weighted_rate(loans: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    """Return the rate of several (balance, rate), weighted by balance."""
    weighted, total = Fraction(0), Fraction(0)
    for balance, rate in loans:
        weighted += Fraction(balance) * Fraction(rate)
        total += Fraction(balance)
    return quotient(weighted / total) if total > 0 else None


def weighted_remaining_years(loans: Iterable[tuple[Decimal, datetime.date]], on: datetime.date) -> Decimal | None:
    """Return the years, Actual/365, to maturity of several (balance, maturity), weighted by balance.

    A loan past its maturity counts as zero years, not as less.
    """
    weighted, total = Fraction(0), Fraction(0)
    for balance, maturity in loans:
        weighted += Fraction(balance) * max((maturity - on).days, 0) / 365
        total += Fraction(balance)
    return quotient(weighted / total) if total > 0 else None


def herfindahl_index(amounts: Iterable[Decimal]) -> Decimal | None:
    """Return HHI, the sum of squared shares, 1 for a single name; give one amount for each name."""
    exact = [Fraction(amount) for amount in amounts]
    total = sum(exact, Fraction(0))
    return quotient(sum((amount * amount for amount in exact), Fraction(0)) / (total * total)) if total > 0 else None


def maturing_share(loans: Iterable[tuple[Decimal, datetime.date]], on: datetime.date, *, months: int) -> Decimal | None:
    """Return the share of several (balance, maturity) that matures after a date and within `months` of it."""
    until = add_months(on, months)
    return ratio_of_sums((balance if on < maturity <= until else Decimal(0), balance) for balance, maturity in loans)

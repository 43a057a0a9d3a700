"""DSCR with its two bases: which income is divided, and by which year's debt service."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from realinsights_finance.credit.constant import loan_constant
from realinsights_finance.credit.figures import nearest_cents, not_negative
from realinsights_finance.day_count import DayCount
from realinsights_finance.debt_service import DebtService, DebtServiceBasis
from realinsights_finance.due_dates import add_months
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.ratios import debt_service_coverage
from realinsights_finance.schedule import total


class IncomeMeasure(StrEnum):
    """The income that a ratio divides."""

    NOI = "noi"  # net operating income: before debt service, capital expenditure and depreciation
    NCF = "ncf"  # underwritten net cash flow: NOI less reserves, tenant improvements and leasing commissions


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """A DSCR, unrounded, and what it is of. `value` is None where the debt service is not more than zero."""

    value: Decimal | None
    measure: IncomeMeasure
    income: Decimal
    debt_service: DebtService


def coverage(
    income: Decimal, service: DebtService, *, measure: IncomeMeasure = IncomeMeasure.NOI, trace: Trace | None = None
) -> Coverage:
    """Return the DSCR of a year's income, in dollars, on a year's debt service."""
    value = debt_service_coverage(income, service.annual, trace=trace)
    if trace:
        trace.input("income measure", measure.value, Unit.NAME)
        trace.input("debt service basis", service.basis.value, Unit.NAME)
    return Coverage(value=value, measure=measure, income=income, debt_service=service)


def coverages(incomes: Mapping[IncomeMeasure, Decimal], services: Iterable[DebtService]) -> tuple[Coverage, ...]:
    """Return the DSCR of every income on every debt service, side by side, in the order given."""
    return tuple(
        coverage(income, service, measure=measure) for service in services for measure, income in incomes.items()
    )


def trailing_twelve_months(payments: Iterable[tuple[datetime.date, Decimal]], *, on: datetime.date) -> DebtService:
    """Return the actual debt service: what was paid after the day a year before `on`, up to and including `on`.

    `payments` are (day paid, dollars of scheduled principal and interest); leave prepayments and balloons out.
    """
    after = add_months(on, -12)
    annual = total(amount for paid, amount in payments if after < paid <= on)
    return DebtService(annual=annual, basis=DebtServiceBasis.TRAILING_TWELVE_MONTHS)


def stressed_debt_service(
    balance: Decimal,
    *,
    rate: Decimal,
    amortization_months: int | None,
    day_count: DayCount = DayCount.THIRTY_360,
    trace: Trace | None = None,
) -> DebtService:
    """Return a year's debt service on a balance at a rate and amortization that a lender names, half up to the cent.

    It is balance x the unrounded loan constant; interest-only where `amortization_months` is None. Raises
    InvalidFigure.
    """
    constant = loan_constant(rate, amortization_months, day_count=day_count)
    annual = nearest_cents(not_negative("balance", balance) * constant)
    if trace:
        trace.says("debt service = balance x loan constant", rounding="half up to the cent")
        trace.input("balance", balance, Unit.DOLLARS)
        trace.input("rate", rate, Unit.FRACTION)
        trace.input("amortization months", amortization_months, Unit.MONTHS)
        trace.step("loan constant", constant, Unit.FRACTION)
    return DebtService(annual=annual, basis=DebtServiceBasis.STRESSED)

"""Figures of a loan that rules watch: computed as the loan's own page computes them, and told as it shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from realinsights.contracts.loans import LoanStatus, LoanStructure
from realinsights.notifications.model.loans import WatchedLoan
from realinsights_finance.money import shown_ratio
from realinsights_finance.ratios import ratio

DEFAULT_DAYS: Final = Decimal(120)
"""A loan in default counts as so many days past due: later than any ageing."""

_DAYS: Final[Mapping[LoanStatus, Decimal]] = MappingProxyType(
    {
        LoanStatus.CURRENT: Decimal(0),
        LoanStatus.DAYS_30: Decimal(30),
        LoanStatus.DAYS_60: Decimal(60),
        LoanStatus.DAYS_90: Decimal(90),
        LoanStatus.DEFAULT: DEFAULT_DAYS,
    }
)
AGEING: Final[Mapping[Decimal, str]] = MappingProxyType(
    {
        Decimal(0): "current",
        Decimal(30): "30 days past due",
        Decimal(60): "60 days past due",
        Decimal(90): "90+ days past due",
        DEFAULT_DAYS: "in default",
    }
)
"""The ageing that a number of days past due stands for, in words."""

_GONE: Final = frozenset({LoanStatus.PAID_OFF, LoanStatus.REFINANCED, LoanStatus.LIQUIDATED})


class WatchedFigure(StrEnum):
    """A figure of a loan. Income is the latest known; what stands before or with a loan on its properties counts too.

    `dscr` is net operating income over annual debt service, `debt_yield` net operating income over the balance; those
    named so take net cash flow. `days_past_due` is the ageing of the status: 0, 30, 60, 90, and 120 in default.
    """

    BALANCE = "balance"
    DSCR = "dscr"
    DSCR_NET_CASH_FLOW = "dscr_net_cash_flow"
    LTV = "ltv"
    DEBT_YIELD = "debt_yield"
    DEBT_YIELD_NET_CASH_FLOW = "debt_yield_net_cash_flow"
    RATE = "rate"
    OCCUPANCY = "occupancy"
    DAYS_PAST_DUE = "days_past_due"


class FigureUnit(StrEnum):
    """The unit of a figure: a percentage is a fraction in numbers (0.75) and a percentage in words (75.00%)."""

    CURRENCY = "currency"
    RATIO = "ratio"
    PERCENTAGE = "percentage"
    DAYS = "days"


class _Known(NamedTuple):
    """What is known of a figure: its name in a sentence, its unit, and the decimals it is shown with."""

    name: str
    unit: FigureUnit
    decimals: int = 2


_FIGURES: Final[Mapping[WatchedFigure, _Known]] = MappingProxyType(
    {
        WatchedFigure.BALANCE: _Known("balance", FigureUnit.CURRENCY),
        WatchedFigure.DSCR: _Known("DSCR", FigureUnit.RATIO),
        WatchedFigure.DSCR_NET_CASH_FLOW: _Known("DSCR on net cash flow", FigureUnit.RATIO),
        WatchedFigure.LTV: _Known("LTV", FigureUnit.PERCENTAGE),
        WatchedFigure.DEBT_YIELD: _Known("debt yield", FigureUnit.PERCENTAGE),
        WatchedFigure.DEBT_YIELD_NET_CASH_FLOW: _Known("debt yield on net cash flow", FigureUnit.PERCENTAGE),
        WatchedFigure.RATE: _Known("interest rate", FigureUnit.PERCENTAGE, 3),
        WatchedFigure.OCCUPANCY: _Known("occupancy", FigureUnit.PERCENTAGE),
        WatchedFigure.DAYS_PAST_DUE: _Known("payment status", FigureUnit.DAYS),
    }
)

THROUGH_POSITION: Final = frozenset(
    {
        WatchedFigure.DSCR,
        WatchedFigure.DSCR_NET_CASH_FLOW,
        WatchedFigure.LTV,
        WatchedFigure.DEBT_YIELD,
        WatchedFigure.DEBT_YIELD_NET_CASH_FLOW,
    }
)
"""Figures that depend on what else is owed on the loan's properties."""


def unit_of(figure: WatchedFigure) -> FigureUnit:
    """Return a figure's unit."""
    return _FIGURES[figure].unit


def name_of(figure: WatchedFigure) -> str:
    """Return what a figure is called in the middle of a sentence."""
    return _FIGURES[figure].name


def is_owed(loan: WatchedLoan) -> bool:
    """Tell whether a loan counts among the debt on its properties."""
    return bool(loan.balance) and not loan.deleted and loan.status not in _GONE


def figure_of(figure: WatchedFigure, loan: WatchedLoan, beside: Sequence[WatchedLoan] = ()) -> Decimal | None:
    """Return a loan's figure, unrounded, or None where it is not known; `beside` is what else its properties owe."""
    match figure:
        case WatchedFigure.BALANCE:
            return loan.balance
        case WatchedFigure.RATE:
            return loan.rate
        case WatchedFigure.OCCUPANCY:
            return loan.occupancy
        case WatchedFigure.DAYS_PAST_DUE:
            return _DAYS.get(loan.status)
        case _:
            return _ratio(figure, loan, beside)


def _ratio(figure: WatchedFigure, loan: WatchedLoan, beside: Sequence[WatchedLoan]) -> Decimal | None:
    through = _through(loan, beside)
    # A part of the debt cannot be held against what the whole property is worth and earns.
    if loan.structure is not LoanStructure.WHOLE_LOAN or through is None:
        return None
    balance, service = sum((each.balance for each in through), Decimal(0)), _debt_service(through)
    upper, lower = {
        WatchedFigure.DSCR: (loan.net_operating_income, service),
        WatchedFigure.DSCR_NET_CASH_FLOW: (loan.net_cash_flow, service),
        WatchedFigure.LTV: (balance, loan.value),
        WatchedFigure.DEBT_YIELD: (loan.net_operating_income, balance),
        WatchedFigure.DEBT_YIELD_NET_CASH_FLOW: (loan.net_cash_flow, balance),
    }[figure]
    return ratio(upper, lower) if upper is not None and lower is not None else None


def _through(loan: WatchedLoan, beside: Sequence[WatchedLoan]) -> tuple[WatchedLoan, ...] | None:
    """Return the loan and what ranks before or with it; None where that is not known, as on the loan's page."""
    if not beside:
        return (loan,)
    if any(each.lien_position is None for each in (loan, *beside)):
        return None
    before = [each for each in beside if (each.lien_position or 0) <= (loan.lien_position or 0)]
    if any({*each.property_ids} != {*loan.property_ids} for each in before):
        return None
    return (loan, *before)


def _debt_service(loans: Sequence[WatchedLoan]) -> Decimal | None:
    total = Decimal(0)
    for loan in loans:
        if loan.annual_debt_service is None:
            return None
        total += loan.annual_debt_service
    return total


def in_words(figure: WatchedFigure, value: Decimal, *, more: int = 0) -> str:
    """Return a figure as it is shown, with some more decimals where two would look alike."""
    known = _FIGURES[figure]
    decimals = known.decimals + more
    match known.unit:
        case FigureUnit.CURRENCY:
            return f"${shown_ratio(value, decimals):,}"
        case FigureUnit.RATIO:
            return f"{shown_ratio(_shown(value, more), decimals):,}x"
        case FigureUnit.PERCENTAGE:
            return f"{shown_ratio(_shown(value, more) * 100, decimals):,}%"
        case FigureUnit.DAYS:
            return AGEING.get(value, f"{value:f} days past due")


def _shown(value: Decimal, more: int) -> Decimal:
    """Return a ratio as the API tells it, to 6 decimals, from which pages round: twice rounded is another figure."""
    return value if more else shown_ratio(value)


def told_apart(figure: WatchedFigure, one: Decimal, other: Decimal) -> tuple[str, str]:
    """Return two values of a figure in words, with as many decimals as it takes to see that they differ."""
    for more in (0, 2, 4, 6):
        words = in_words(figure, one, more=more), in_words(figure, other, more=more)
        if words[0] != words[1]:
            break
    return words

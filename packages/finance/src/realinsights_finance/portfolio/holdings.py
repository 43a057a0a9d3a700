"""A portfolio's figures: sums over sums, at the owner's share, never means of ratios."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from realinsights_finance.credit.figures import InvalidFigure, annual_rate, not_negative
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.money import from_cents, in_cents, quotient
from realinsights_finance.portfolio.share import WHOLE, at_share


@dataclass(frozen=True, kw_only=True, slots=True)
class Holding:
    """A loan in a portfolio, whole: dollars, a year's income and debt service, an annual rate as a fraction.

    `share` is the part that the portfolio owns. Income, value, cost and debt service stand behind the whole `balance`;
    for a note of a split loan give those of the whole loan together with the whole loan's balance and the note's part
    as share. None is not known.
    """

    balance: Decimal
    share: Decimal = WHOLE
    rate: Decimal | None = None
    maturity: datetime.date | None = None
    income: Decimal | None = None
    debt_service: Decimal | None = None
    value: Decimal | None = None
    cost: Decimal | None = None


class PortfolioRatio(StrEnum):
    """A figure of a portfolio that is one sum over another."""

    WEIGHTED_RATE = "weighted_rate"  # balance x rate / balance
    WEIGHTED_YEARS = "weighted_years"  # balance x years to maturity (Actual/365, none past it) / balance
    DSCR = "dscr"  # income / debt service
    LTV = "ltv"  # balance / value
    LTC = "ltc"  # balance / cost
    DEBT_YIELD = "debt_yield"  # income / balance


@dataclass(frozen=True, slots=True)
class RatioSums:
    """The two sums of a ratio, exact; how many loans they are of, how many lack a figure, and the balance of those."""

    numerator: Fraction = Fraction(0)
    denominator: Fraction = Fraction(0)
    loans: int = 0
    left_out: int = 0
    left_out_balance: Decimal = Decimal("0.00")

    @property
    def value(self) -> Decimal | None:
        """Return the ratio to 28 digits, None where the denominator is not more than zero."""
        return quotient(self.numerator / self.denominator) if self.denominator > 0 else None

    def __add__(self, other: RatioSums) -> RatioSums:
        """Return the sums of two portfolios that share no loan."""
        return RatioSums(
            self.numerator + other.numerator,
            self.denominator + other.denominator,
            self.loans + other.loans,
            self.left_out + other.left_out,
            _add(self.left_out_balance, other.left_out_balance),
        )


_ZERO = Decimal("0.00")
_NO_SUMS = {ratio: RatioSums() for ratio in PortfolioRatio}


@dataclass(frozen=True, kw_only=True, slots=True)
class PortfolioTotals:
    """A portfolio added up at its owner's share. Totals of any partition add to the totals of the whole, exactly."""

    loans: int = 0
    balance: Decimal = _ZERO
    sums: dict[PortfolioRatio, RatioSums] = field(default_factory=lambda: dict(_NO_SUMS))

    def ratio(self, ratio: PortfolioRatio, *, trace: Trace | None = None) -> Decimal | None:
        """Return a ratio to 28 digits, of the loans that have its figures; None where its denominator is nothing."""
        sums = self.sums[ratio]
        if trace:
            trace.says(_FORMULAS[ratio], convention="sums over sums, at the owner's share; never a mean of ratios")
            trace.step("numerator", sums.numerator, Unit.NUMBER)
            trace.step("denominator", sums.denominator, Unit.NUMBER)
            trace.input("loans", sums.loans, Unit.NUMBER)
            trace.input("loans left out: a figure is not known", sums.left_out, Unit.NUMBER)
            trace.input("balance left out", sums.left_out_balance, Unit.DOLLARS)
        return sums.value

    def __add__(self, other: PortfolioTotals) -> PortfolioTotals:
        """Return the totals of two portfolios that share no loan."""
        return PortfolioTotals(
            loans=self.loans + other.loans,
            balance=_add(self.balance, other.balance),
            sums={ratio: self.sums[ratio] + other.sums[ratio] for ratio in PortfolioRatio},
        )


def portfolio_totals(holdings: Iterable[Holding], *, on: datetime.date) -> PortfolioTotals:
    """Return the totals of a portfolio on a business date. Every amount is taken at share, half up to the cent.

    A loan that lacks a figure of a ratio is left out of both of its sums and counted. Raises InvalidFigure with the
    position of the loan.
    """
    total = PortfolioTotals()
    for position, holding in enumerate(holdings):
        try:
            total = total + _totals(holding, on)
        except InvalidFigure as error:
            raise InvalidFigure(f"holdings[{position}].{error.field}", error.message) from error
    return total


def _totals(holding: Holding, on: datetime.date) -> PortfolioTotals:
    not_negative("balance", holding.balance)
    balance = at_share(holding.balance, holding.share)
    owed = Fraction(balance)
    income, service = _part(holding.income, holding), _part(holding.debt_service, holding)
    value, cost = _part(holding.value, holding), _part(holding.cost, holding)
    rate = None if holding.rate is None else owed * annual_rate("rate", holding.rate)
    years = None if holding.maturity is None else owed * max((holding.maturity - on).days, 0) / 365
    pairs = {
        PortfolioRatio.WEIGHTED_RATE: (rate, owed),
        PortfolioRatio.WEIGHTED_YEARS: (years, owed),
        PortfolioRatio.DSCR: (income, service),
        PortfolioRatio.LTV: (owed, value),
        PortfolioRatio.LTC: (owed, cost),
        PortfolioRatio.DEBT_YIELD: (income, owed),
    }
    sums = {ratio: _sums(*pair, balance=balance) for ratio, pair in pairs.items()}
    return PortfolioTotals(loans=1, balance=balance, sums=sums)


def _part(amount: Decimal | None, holding: Holding) -> Fraction | None:
    return None if amount is None else Fraction(at_share(amount, holding.share))


def _sums(numerator: Fraction | None, denominator: Fraction | None, *, balance: Decimal) -> RatioSums:
    if numerator is None or denominator is None:
        return RatioSums(left_out=1, left_out_balance=balance)
    return RatioSums(numerator, denominator, 1)


def _add(left: Decimal, right: Decimal) -> Decimal:
    return from_cents(in_cents(left) + in_cents(right))


_FORMULAS = {
    PortfolioRatio.WEIGHTED_RATE: "weighted rate = sum(balance x rate) / sum(balance)",
    PortfolioRatio.WEIGHTED_YEARS: "weighted years to maturity = sum(balance x days / 365) / sum(balance)",
    PortfolioRatio.DSCR: "DSCR = sum(income) / sum(debt service)",
    PortfolioRatio.LTV: "LTV = sum(balance) / sum(value)",
    PortfolioRatio.LTC: "LTC = sum(balance) / sum(cost)",
    PortfolioRatio.DEBT_YIELD: "debt yield = sum(income) / sum(balance)",
}

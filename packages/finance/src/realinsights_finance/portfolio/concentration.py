"""Concentration of a portfolio by name, and the average life of its leases."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from realinsights_finance.credit.figures import not_negative
from realinsights_finance.explain import Trace, Unit
from realinsights_finance.money import EXACT, quotient
from realinsights_finance.ratios import herfindahl_index
from realinsights_finance.schedule import total


@dataclass(frozen=True, kw_only=True, slots=True)
class Concentration:
    """The shares of names in a total, largest first, and HHI: the sum of squared shares, 1 for a single name.

    `index` is None where the total is not more than zero. Markets quote it times 10,000.
    """

    index: Decimal | None
    total: Decimal
    shares: tuple[tuple[str, Decimal, Decimal], ...]
    """Name, amount, and its unrounded fraction of the total."""


def concentration(amounts: Iterable[tuple[str, Decimal]], *, trace: Trace | None = None) -> Concentration:
    """Return the concentration of amounts by name, such as balances by lender; amounts of one name are added up first.

    Raises InvalidFigure for a negative amount.
    """
    sums: dict[str, Decimal] = {}
    for name, amount in amounts:
        not_negative("amount", amount)
        sums[name] = EXACT.add(sums.get(name, Decimal(0)), amount)
    whole = total(sums.values())
    largest = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    if trace:
        trace.says("HHI = sum of (amount of a name / total) squared", convention="amounts of one name added up first")
        for name, amount in largest:
            trace.input(name, amount, Unit.DOLLARS)
    shares = (
        ()
        if not whole
        else tuple((name, amount, quotient(Fraction(amount) / Fraction(whole))) for name, amount in largest)
    )
    return Concentration(index=herfindahl_index(sums.values()), total=whole, shares=shares)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lease:
    """A lease: rentable square feet, annual rent in dollars for each of them, and the day it ends."""

    area: Decimal
    rent_per_area: Decimal
    ends: datetime.date


@dataclass(frozen=True, kw_only=True, slots=True)
class WeightedLeaseTerm:
    """WALT in years, Actual/365, by area and by annual rent; None where there is none."""

    by_area: Decimal | None
    by_rent: Decimal | None


def weighted_lease_term(leases: Iterable[Lease], *, on: datetime.date, trace: Trace | None = None) -> WeightedLeaseTerm:
    """Return the weighted average lease term from a date: the years to each lease's end, weighted.

    Years are days / 365. A lease that has ended is no lease any more and is left out. Vacant space has none. Raises
    InvalidFigure for a negative area or rent.
    """
    area, rent, area_years, rent_years = Fraction(0), Fraction(0), Fraction(0), Fraction(0)
    ended = 0
    for lease in leases:
        space = not_negative("area", lease.area)
        income = space * not_negative("rent_per_area", lease.rent_per_area)
        days = (lease.ends - on).days
        if days <= 0:
            ended += 1
            continue
        area, rent = area + space, rent + income
        area_years, rent_years = area_years + space * days / 365, rent_years + income * days / 365
    if trace:
        trace.says(
            "WALT = sum(weight x days to the lease's end / 365) / sum(weight), weight the area or the annual rent",
            convention="Actual/365; leases that have ended are left out",
        )
        trace.input("on", on, Unit.DATE)
        trace.input("leases that have ended", ended, Unit.NUMBER)
        trace.step("area", area, Unit.NUMBER)
        trace.step("annual rent", rent, Unit.DOLLARS)
    return WeightedLeaseTerm(
        by_area=quotient(area_years / area) if area else None,
        by_rent=quotient(rent_years / rent) if rent else None,
    )

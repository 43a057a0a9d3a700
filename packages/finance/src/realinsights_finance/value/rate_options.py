"""Options on one fixing of a rate: what the right to a rate above (or below) a strike is worth, per unit, in floats."""

from __future__ import annotations

import math
from enum import StrEnum


class OptionModel(StrEnum):
    """A model of how the rate may move until it is fixed; t is the years until then.

    `BACHELIER`: by normal amounts, volatility in rate a year (0.01 is 100 basis points), rates may be negative.
    Call = (F - K) N(d) + s sqrt(t) n(d), d = (F - K) / (s sqrt(t)). Source: Bachelier, Theorie de la speculation, 1900.
    `BLACK`: by proportions, volatility a fraction of the rate a year (0.30 is 30 %). With F and K both higher by a
    displacement where rates are near zero or below: call = F N(d1) - K N(d2), d1 = (ln(F/K) + s^2 t / 2) / (s sqrt(t)),
    d2 = d1 - s sqrt(t). Source: Black, The Pricing of Commodity Contracts, Journal of Financial Economics 1976.
    """

    BACHELIER = "bachelier"
    BLACK = "black"


class OptionKind(StrEnum):
    """What an option pays per unit of notional and year: the rate above the strike, or the strike above the rate."""

    CAP = "cap"
    FLOOR = "floor"

    @property
    def sign(self) -> int:
        """Return 1 where a higher rate pays, -1 where a lower one does."""
        return 1 if self is OptionKind.CAP else -1


class BlackNeedsPositiveRates(ValueError):
    """A forward rate or a strike that is not above zero, displacement included, where Black's model needs it."""


def bachelier(kind: OptionKind, forward: float, strike: float, volatility: float, years: float) -> float:
    """Return the undiscounted value of the option per unit; what it would pay now where nothing is left to move."""
    ahead = kind.sign * (forward - strike)
    deviation = volatility * math.sqrt(max(years, 0.0))
    if not deviation:
        return max(ahead, 0.0)
    distance = ahead / deviation
    return ahead * _normal(distance) + deviation * math.exp(-distance * distance / 2) / math.sqrt(2 * math.pi)


def black(
    kind: OptionKind, forward: float, strike: float, volatility: float, years: float, *, displacement: float = 0.0
) -> float:
    """Return the same by Black's model. Raises BlackNeedsPositiveRates unless nothing is left to move."""
    deviation = volatility * math.sqrt(max(years, 0.0))
    if not deviation:
        return max(kind.sign * (forward - strike), 0.0)
    future, limit = forward + displacement, strike + displacement
    if future <= 0 or limit <= 0:
        name, rate = ("forward", forward) if future <= 0 else ("strike", strike)
        raise BlackNeedsPositiveRates(f"{name}: {rate:.8g} with displacement {displacement:.8g} is not above zero")
    first = math.log(future / limit) / deviation + deviation / 2
    sign = kind.sign
    return sign * (future * _normal(sign * first) - limit * _normal(sign * (first - deviation)))


def _normal(distance: float) -> float:
    return math.erfc(-distance / math.sqrt(2)) / 2

"""The loan that would replace another: what a lender is taken to offer and to ask for, and what was assumed of it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Annotated, Final

import msgspec

from realinsights.contracts.explained import ExplainedUnit
from realinsights_finance.credit.figures import InvalidFigure
from realinsights_finance.credit.sizing import LendingTests, Quote, SizingTest
from realinsights_finance.day_count import DayCount
from realinsights_finance.portfolio.stress import Refinancing
from realinsights_finance.terms import EARLIEST_YEAR, LATEST_YEAR
from realinsights_platform.errors import Invalid

AmortizationMonths = Annotated[int, msgspec.Meta(ge=0, le=1200)]


class NewLoan(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A new loan's quote and its lender's tests; those `without` are not made. Amortization of 0 is interest-only.

    Rates, ratios below one and costs are fractions: 0.0675 is 6.75 %. Costs are a fraction of the new loan. The
    defaults are ours, to be replaced by a lender's: they stand in every answer that rests on them.
    """

    rate: Decimal = Decimal("0.0675")
    amortization_months: AmortizationMonths = 360
    day_count: DayCount = DayCount.THIRTY_360
    maximum_ltv: Decimal = Decimal("0.65")
    minimum_dscr: Decimal = Decimal("1.25")
    minimum_debt_yield: Decimal = Decimal("0.09")
    rate_floor: Decimal | None = None
    cost_rate: Decimal = Decimal(0)
    without: tuple[SizingTest, ...] = ()

    @property
    def tests(self) -> LendingTests:
        """The lender's tests."""
        left_out = set(self.without)
        return LendingTests(
            maximum_ltv=None if SizingTest.LTV in left_out else self.maximum_ltv,
            minimum_dscr=None if SizingTest.DSCR in left_out else self.minimum_dscr,
            minimum_debt_yield=None if SizingTest.DEBT_YIELD in left_out else self.minimum_debt_yield,
            rate_floor=self.rate_floor,
        )

    @property
    def quote(self) -> Quote:
        """The loan that is offered."""
        return Quote(rate=self.rate, amortization_months=self.amortization_months or None, day_count=self.day_count)


class Assumption(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """What an answer assumes: a parameter by its name in the address, its value, and whether that is our default."""

    name: str
    value: str | None
    unit: ExplainedUnit
    default: bool


_UNITS: Final[Mapping[str, ExplainedUnit]] = {
    "rate": "fraction",
    "amortization_months": "months",
    "day_count": "name",
    "maximum_ltv": "fraction",
    "minimum_dscr": "times",
    "minimum_debt_yield": "fraction",
    "rate_floor": "fraction",
    "cost_rate": "fraction",
}
_TESTS: Final = {
    "maximum_ltv": SizingTest.LTV,
    "minimum_dscr": SizingTest.DSCR,
    "minimum_debt_yield": SizingTest.DEBT_YIELD,
}


def refinancing_of(loan: NewLoan) -> Refinancing:
    """Return the lender's tests and its quote; raises `Invalid` naming a figure that no lender has."""
    for test in loan.without:
        if test not in _TESTS.values():
            made = ", ".join(each.value for each in _TESTS.values())
            raise Invalid.field("without", f"{test.value} is no test of a refinance: its tests are {made}")
    with named_on_the_wire():
        return Refinancing(tests=loan.tests, quote=loan.quote, cost_rate=loan.cost_rate)


def checked_business_date(day: datetime.date) -> None:
    """Raise `Invalid` for a business date of years in which no loan is."""
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise Invalid.field("businessDate", f"must be in the years {EARLIEST_YEAR} to {LATEST_YEAR}")


def assumptions_of(loan: NewLoan) -> tuple[Assumption, ...]:
    """Return what a computation with a new loan assumes; a test that is not made has no value."""
    return assumed(loan, _UNITS, lambda name: None if _TESTS.get(name) in loan.without else getattr(loan, name))


def assumed(
    parameters: msgspec.Struct, units: Mapping[str, ExplainedUnit], value_of: Callable[[str], object]
) -> tuple[Assumption, ...]:
    """Return what was assumed of some parameters, by their names on the wire, and which of it is their default."""
    fields = {field.name: field for field in msgspec.structs.fields(parameters)}
    return tuple(
        Assumption(
            name=fields[name].encode_name,
            value=None if (value := value_of(name)) is None else str(value),
            unit=unit,
            default=value == fields[name].default,
        )
        for name, unit in units.items()
    )


@contextmanager
def named_on_the_wire() -> Iterator[None]:
    """Raise what a computation of credit refuses as `Invalid`, with the field's name in the address or the body."""
    try:
        yield
    except InvalidFigure as refused:
        raise Invalid.field(wire_name(refused.field), refused.message) from None


def wire_name(field: str) -> str:
    """Return the name on the wire of a figure of `realinsights_finance`: `tests.maximum_ltv` is `maximumLtv`."""
    first, *others = field.rpartition(".")[2].split("_")
    return first + "".join(other.capitalize() for other in others)

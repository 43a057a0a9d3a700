"""Prepayment phases of the demonstration's loans: each kind of lender has its own."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

import msgspec

from realinsights.loans.model.parties import LenderType
from realinsights.loans.model.terms import PrepaymentFee, PrepaymentKind, PrepaymentPhase
from realinsights_finance.due_dates import add_months
from realinsights_finance.prepayment import Discounting, Formula, MeasuredTo, MonthsLeft

_DAY: Final = datetime.timedelta(days=1)
_LOCKED_MONTHS: Final = 23
_MINIMUM_MONTHS: Final = 18
_ONE_PERCENT: Final = Decimal("0.01")

_OF_BANKS: Final = PrepaymentPhase(
    kind=PrepaymentKind.YIELD_MAINTENANCE,
    formula=Formula.DIFFERENCE_ON_SCHEDULED_BALANCE,
    discounting=Discounting.NOMINAL,
    measured_to=MeasuredTo.PHASE_END,
    floor=_ONE_PERCENT,
)
_PREMIUMS: Final[Mapping[LenderType, PrepaymentPhase]] = MappingProxyType(
    {
        LenderType.LIFE_COMPANY: PrepaymentPhase(
            kind=PrepaymentKind.YIELD_MAINTENANCE,
            formula=Formula.REMAINING_PAYMENTS,
            discounting=Discounting.BOND_EQUIVALENT,
            measured_to=MeasuredTo.MATURITY,
            spread=Decimal("0.005"),
            floor=_ONE_PERCENT,
        ),
        LenderType.AGENCY: PrepaymentPhase(
            kind=PrepaymentKind.YIELD_MAINTENANCE,
            formula=Formula.ANNUAL_FACTOR,
            yield_decimals=5,
            measured_to=MeasuredTo.PHASE_END,
            months_left=MonthsLeft.FROM_MONTH_END,
            floor=_ONE_PERCENT,
        ),
        LenderType.CMBS: PrepaymentPhase(
            kind=PrepaymentKind.DEFEASANCE,
            measured_to=MeasuredTo.MATURITY,
            fees=(PrepaymentFee(name="Defeasance costs", amount=Decimal("62500.00")),),
        ),
    }
)


def fixed_phases(
    lender: LenderType, *, first_payment: datetime.date, until: datetime.date
) -> tuple[PrepaymentPhase, ...]:
    """Return a lockout, the premium that is usual with a lender, and an open period after a day."""
    locked = add_months(first_payment, _LOCKED_MONTHS)
    premium = msgspec.structs.replace(_PREMIUMS.get(lender, _OF_BANKS), from_date=locked + _DAY, until=until)
    return (
        PrepaymentPhase(kind=PrepaymentKind.LOCKOUT, until=locked),
        premium,
        PrepaymentPhase(kind=PrepaymentKind.OPEN, from_date=until + _DAY),
    )


def floating_phases(*, until: datetime.date) -> tuple[PrepaymentPhase, ...]:
    """Return the minimum interest that is usual of bridge loans; nothing is said of the days after it."""
    return (
        PrepaymentPhase(kind=PrepaymentKind.MINIMUM_INTEREST, until=until, minimum_interest_months=_MINIMUM_MONTHS),
    )

"""The past of floating loans: the rate of each day by fixings, for readers of portfolios and their history."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

import msgspec

from realinsights.loans.model.floating_schedule import FloatingPlan, floating_plan, floats
from realinsights.loans.model.loan import Loan
from realinsights.loans.queries.fixings import fixings_between
from realinsights.loans.store import FIXING_YEARS
from realinsights_finance.money import shown_rate
from realinsights_finance.rates import Fixings, Market
from realinsights_platform.documents.port import Unit

_DAY: Final = datetime.timedelta(days=1)


class Recorded(NamedTuple):
    """A loan as it was recorded, and the day from which on that says something of it."""

    since: datetime.date
    loan: Loan


def recorded(versions: Iterable[tuple[datetime.date, Loan]]) -> tuple[Recorded, ...]:
    """Return what the versions of a loan say, each with the business date of its recording, the earliest first.

    The first says all that was before it. Each other one counts from the day that its balance is of, where that is
    another, else from its recording.
    """
    found: list[Recorded] = []
    for on, loan in versions:
        if not found:
            found.append(Recorded(datetime.date.min, loan))
        else:
            same = loan.balance_as_of == found[-1].loan.balance_as_of
            found.append(Recorded(on if same else loan.balance_as_of, loan))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class FloatingPast:
    """The rates of a floating loan as far as fixings tell them."""

    plan: FloatingPlan
    market: Market
    recorded: tuple[Recorded, ...] = ()
    """What was recorded of the loan, the earliest first; none where only what it is now is known."""

    def loan_on(self, day: datetime.date) -> Loan:
        """Return the loan as recorded for a day: what somebody recorded later is no statement about it."""
        return next((one.loan for one in reversed(self.recorded) if one.since <= day), self.plan.loan)

    def rate_on(self, day: datetime.date) -> Decimal | None:
        """Return the rate in force on a day, half up to 8 decimals; None where it is not known."""
        span = self.plan.rate_on(self.market, day)
        return None if span is None else shown_rate(span.rate)

    def last_rate_on(self, day: datetime.date) -> Decimal | None:
        """Return the rate in force on a day, or where it is not known the last one before that is."""
        found = self.rate_on(day)
        for period in reversed(self.plan.periods):
            if found is not None:
                return found
            if period.start <= day:
                found = self.rate_on(min(day, period.end - _DAY))
                found = self.rate_on(period.start) if found is None else found
        return found


async def floating_pasts(unit: Unit, loans: Iterable[Loan]) -> Mapping[str, FloatingPast]:
    """Return the pasts of those of some loans that float, by id. A tape's loans have theirs from the servicer."""
    floating = [loan for loan in loans if loan.deal is None and floats(loan)]
    plans = await asyncio.to_thread(_plans, floating) if floating else {}
    if not plans:
        return {}
    indices = frozenset[str]().union(*(plan.indices for plan in plans.values()))
    fixings = await fixings_between(
        lambda ids: unit.get_many(FIXING_YEARS, ids),
        sorted(indices),
        first=min(plan.looks_back_to for plan in plans.values()),
        last=unit.business_date,
    )
    return await asyncio.to_thread(_pasts, plans, fixings, unit.business_date)


def at_present_rate(loan: Loan, past: FloatingPast | None, *, on: datetime.date, or_before: bool = False) -> Loan:
    """Return a loan with the rate that its note makes on a day, where fixings tell it; else as it was recorded.

    With `or_before` it has the last rate that fixings tell, until they come in after a reset.
    """
    if past is None:
        return loan
    rate = past.last_rate_on(on) if or_before else past.rate_on(on)
    return loan if rate is None or rate == loan.rate else msgspec.structs.replace(loan, rate=rate)


def _plans(loans: Iterable[Loan]) -> dict[str, FloatingPlan]:
    plans = {loan.id: floating_plan(loan) for loan in loans}
    return {loan_id: plan for loan_id, plan in plans.items() if isinstance(plan, FloatingPlan)}


def _pasts(
    plans: Mapping[str, FloatingPlan], fixings: Fixings, business_date: datetime.date
) -> dict[str, FloatingPast]:
    return {
        loan_id: FloatingPast(plan, plan.market(fixings, business_date=business_date))
        for loan_id, plan in plans.items()
    }

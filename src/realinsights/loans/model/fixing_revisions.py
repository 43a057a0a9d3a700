"""Revised fixings behind a floating loan: which of its rates rest on one, and what they change of interest past. Pure.

What was billed when an installment fell due rests on the values that were known by then, or came out first after it. A
value that was revised later makes another interest of the same balance: the difference is what is to be adjusted.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from realinsights.loans.model.floating_schedule import FloatingPlan
from realinsights_finance.rates import Fixing, Fixings, Market, MissingFixing, OutsideCurve, RateSpan, Reset
from realinsights_finance.repayment import LifeRow

_LONGEST_BEFORE: Final = datetime.timedelta(days=650)
"""How long before its period a fixing may lie that a rate is made of: a lookback, a carried one, an average."""


@dataclass(frozen=True, slots=True)
class RevisedFixing:
    """A fixing of a day that was revised: the value that it replaced, and the day from which the new one was known."""

    on: datetime.date
    former: Decimal
    value: Decimal
    known_on: datetime.date


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What revised fixings make of a past installment's interest, on the same balance; `former` is as it fell due."""

    row: LifeRow
    former: LifeRow

    @property
    def difference(self) -> Decimal:
        """The interest by what is known now, less that by what was known then: more than nothing is still owed."""
        return self.row.interest - self.former.interest


def revised_in(reset: Reset, known: Fixings) -> tuple[RevisedFixing, ...]:
    """Return which fixings of a reset are revised ones, by what is known."""
    return tuple(_revised(fixing, known) for fixing in reset.read if _is_revised(fixing, known))


def revisions_of(plan: FloatingPlan, fixings: Fixings, on: datetime.date) -> tuple[Fixing, ...]:
    """Return the revised fixings of a plan's indices that are known on a day."""
    indices, known = plan.indices, fixings.known_on(on)
    return tuple(fixing for fixing in known if fixing.index in indices and _is_revised(fixing, known))


def adjustments(
    plan: FloatingPlan, fixings: Fixings, rows: Sequence[LifeRow], on: datetime.date, *, late: Sequence[Fixing]
) -> tuple[Adjustment, ...]:
    """Return what the fixings that are known on a day adjust of the installments that are past by then, in order.

    `late` are those of `revisions_of`.
    """
    known = fixings.known_on(on)
    found = []
    for row in rows:
        if row.due_date > on or not any(_may_touch(fixing, row) for fixing in late):
            continue
        market = plan.market(Fixings(_as_billed(plan, known, row.due_date)), business_date=on)
        former = _row_under(plan, market, row)
        if former is not None and _rates(former.rates) != _rates(row.rates):
            found.append(Adjustment(row, former))
    return tuple(found)


def _may_touch(fixing: Fixing, row: LifeRow) -> bool:
    """Tell whether a revision came after an installment that may rest on it."""
    return fixing.known_from > row.due_date and row.start - _LONGEST_BEFORE <= fixing.on <= row.end


def _as_billed(plan: FloatingPlan, known: Fixings, due: datetime.date) -> Iterator[Fixing]:
    """Yield the fixings as they were known on a day; of what came out later the first value."""
    indices = plan.indices
    for fixing in known:
        if fixing.index not in indices:
            continue
        if fixing.known_from <= due or known.revisions(fixing.index, fixing.on)[0] == fixing:
            yield fixing


def _row_under(plan: FloatingPlan, market: Market, row: LifeRow) -> LifeRow | None:
    place = row.number - 1
    periods = plan.periods[place : place + 1]
    if place + 1 < len(plan.periods):
        periods = (*periods, plan.periods[-1])  # so that it is not the one that repays all that is left
    try:
        rule = plan.repayment_after(place)
        part = replace(plan, periods=periods, repayment=rule)
        found, _ = part.life_from(market, row.beginning_balance, after=0)
    except (MissingFixing, OutsideCurve):
        return None
    return found[0] if found else None


def _rates(spans: Sequence[RateSpan]) -> list[tuple[datetime.date, datetime.date, Decimal]]:
    return [(span.start, span.end, span.rate) for span in spans]


def _is_revised(fixing: Fixing, known: Fixings) -> bool:
    if not fixing.revision:
        return False
    revisions = known.revisions(fixing.index, fixing.on)
    return len(revisions) > 1 and revisions[-1] == fixing


def _revised(fixing: Fixing, known: Fixings) -> RevisedFixing:
    former = known.revisions(fixing.index, fixing.on)[-2]
    return RevisedFixing(fixing.on, former.value, fixing.value, fixing.known_from)

"""The prepayment terms of a note: phases one after another, each with its regime."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import NamedTuple

from realinsights_finance.due_dates import add_months
from realinsights_finance.prepayment.errors import InvalidPrepaymentTerms
from realinsights_finance.prepayment.regimes import (
    Defeasance,
    Fee,
    Lockout,
    MeasuredTo,
    Open,
    Regime,
    SpreadMaintenance,
    YieldMaintenance,
)
from realinsights_finance.terms import EARLIEST_YEAR, LATEST_YEAR, LoanTerms

_DAY = datetime.timedelta(days=1)
_MEASURED = (YieldMaintenance, SpreadMaintenance, Defeasance)
_MOST_PHASES = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Phase:
    """A regime and how long it holds, from the end of the phase before.

    The end is stated in one of three ways: `until` is its last day; `months` is its length, the first phase's from the
    first payment date on, so that the prospectus's L(24),D(92),O(4) are months of 24, 92 and none; or it ends
    `months_before_maturity`, where the next one begins. The last phase may leave it out: it goes on to maturity.
    """

    regime: Regime
    until: datetime.date | None = None
    months: int | None = None
    months_before_maturity: int | None = None
    fees: tuple[Fee, ...] = ()

    @property
    def has_end(self) -> bool:
        """Tell whether the end is stated."""
        return self.until is not None or self.months is not None or self.months_before_maturity is not None


@dataclass(frozen=True, slots=True)
class PrepaymentTerms:
    """The phases of a note in the order of time. Raises InvalidPrepaymentTerms, naming the field."""

    phases: tuple[Phase, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.phases) <= _MOST_PHASES:
            raise InvalidPrepaymentTerms("phases", f"must be 1 to {_MOST_PHASES}")
        for index, phase in enumerate(self.phases):
            _check_phase(f"phases[{index}]", phase, last=index == len(self.phases) - 1)


class DatedPhase(NamedTuple):
    """A phase of a loan from its first day to the day after its last, and the day the open phase begins."""

    phase: Phase
    begin: datetime.date
    end: datetime.date
    opens: datetime.date


def dated_phases(prepayment: PrepaymentTerms, terms: LoanTerms) -> tuple[DatedPhase, ...]:
    """Return the phases of a loan with their dates, none after its maturity; the first begins when the loan does.

    Raises InvalidPrepaymentTerms where a phase would end before it begins, or nothing is said of some days.
    """
    return phases_of_dates(prepayment, terms.start, terms.first_payment, terms.due_day, terms.maturity)


def phases_of_dates(
    prepayment: PrepaymentTerms,
    start: datetime.date,
    first_payment: datetime.date,
    due_day: int,
    maturity: datetime.date,
) -> tuple[DatedPhase, ...]:
    """Return what `dated_phases` does, for a loan of which only the dates are known."""
    ends, begin = [], start
    anchor, day, months = first_payment, due_day, 0
    for index, phase in enumerate(prepayment.phases):
        if phase.months is not None:
            months += phase.months
            end = add_months(anchor, months, day=day)
        elif phase.has_end:
            end = _stated_end(phase, maturity)
            anchor, day, months = end, end.day, 0
        else:
            ends.append(max(begin, maturity))
            break
        if end <= begin:
            raise InvalidPrepaymentTerms(f"phases[{index}]", f"ends on {end - _DAY}, before it begins on {begin}")
        ends.append(end)
        begin = end
    if ends[-1] < maturity:
        raise InvalidPrepaymentTerms("phases", f"say nothing of {ends[-1]} and later: the loan matures on {maturity}")
    begins = (start, *ends)
    open_days = [day for phase, day in zip(prepayment.phases, begins, strict=False) if isinstance(phase.regime, Open)]
    return tuple(
        DatedPhase(
            phase,
            begin,
            min(end, maturity),
            min(next((opens for opens in open_days if opens >= begin), maturity), maturity),
        )
        for phase, begin, end in zip(prepayment.phases, begins, ends, strict=False)
        if begin < maturity
    )


def phase_on(phases: tuple[DatedPhase, ...], on: datetime.date) -> DatedPhase:
    """Return the phase that a day is in; the last one where the day is not before maturity."""
    return next((phase for phase in phases if on < phase.end), phases[-1])


def first_allowed(phases: tuple[DatedPhase, ...], on: datetime.date) -> datetime.date | None:
    """Return the first day from a day on that a prepayment is allowed, None where none is before maturity."""
    allowed = (each for each in phases if on < each.end and not isinstance(each.phase.regime, Lockout))
    return next((max(on, each.begin) for each in allowed), None)


def measured_to(phase: DatedPhase) -> datetime.date | None:
    """Return the day to which a phase's regime measures a loss, None for maturity or a regime that measures none."""
    regime = phase.phase.regime
    choice = regime.measured_to if isinstance(regime, _MEASURED) else MeasuredTo.MATURITY
    if choice is MeasuredTo.OPEN:
        return phase.opens
    return phase.end if choice is MeasuredTo.PHASE_END else None


def _stated_end(phase: Phase, maturity: datetime.date) -> datetime.date:
    if phase.until is not None:
        return phase.until + _DAY
    return add_months(maturity, -(phase.months_before_maturity or 0))


def _check_phase(field: str, phase: Phase, *, last: bool) -> None:
    stated = [value for value in (phase.until, phase.months, phase.months_before_maturity) if value is not None]
    if len(stated) > 1:
        raise InvalidPrepaymentTerms(field, "must end in one way only")
    if not stated and not last:
        raise InvalidPrepaymentTerms(field, "must have an end: only the last phase goes on to maturity")
    if phase.until is not None:
        if not isinstance(phase.until, datetime.date) or isinstance(phase.until, datetime.datetime):
            raise InvalidPrepaymentTerms(f"{field}.until", "must be a date without a time")
        if not EARLIEST_YEAR <= phase.until.year <= LATEST_YEAR:
            raise InvalidPrepaymentTerms(f"{field}.until", f"must be in the years {EARLIEST_YEAR} to {LATEST_YEAR}")
    for name in ("months", "months_before_maturity"):
        months = getattr(phase, name)
        if months is not None and (type(months) is not int or not 1 <= months <= 1200):
            raise InvalidPrepaymentTerms(f"{field}.{name}", "must be 1 to 1200 whole months")
    if not isinstance(phase.regime, Regime):
        raise InvalidPrepaymentTerms(f"{field}.regime", "must be a regime of prepayment")

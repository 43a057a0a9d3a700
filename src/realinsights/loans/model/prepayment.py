"""Prepayment terms of a loan as `realinsights_finance` takes them: phases with their days, and what is open. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from realinsights.loans.model.loan import Loan
from realinsights.loans.model.terms import PrepaymentKind, PrepaymentPhase
from realinsights_finance.prepayment import (
    Defeasance,
    Fee,
    FixedPercentage,
    Formula,
    InvalidPrepaymentTerms,
    Lockout,
    MinimumInterest,
    Open,
    Phase,
    PrepaymentTerms,
    Regime,
    SpreadMaintenance,
    StepDown,
    Unknown,
    YieldMaintenance,
    phases_of_dates,
)
from realinsights_platform.attributes import values_of
from realinsights_platform.errors import Faults

_DAY: Final = datetime.timedelta(days=1)
_MONTHS_OF_A_STEP: Final = 12
_MOST_SPREAD: Final = Decimal("0.25")
NOTHING_SAID: Final = "the loan's terms say nothing of prepayment on these days"
_CHOICE: Final = "the borrower chooses defeasance or yield maintenance: say which by chosen"
NOT_STATED: Final = "the loan's prepayment terms are not stated"


class Chosen(StrEnum):
    """What a borrower chooses where the note leaves it to them."""

    DEFEASANCE = "defeasance"
    YIELD_MAINTENANCE = "yield_maintenance"


class LoanDates(NamedTuple):
    """The days that phases are counted from."""

    start: datetime.date
    first_payment: datetime.date
    due_day: int
    maturity: datetime.date


@dataclass(frozen=True, slots=True)
class NotePhase:
    """A phase of a loan's note with its days: from `begin` to the day before `end`.

    `place` is its index in the loan's terms, None of days of which the terms say nothing. `assumed` says in words what
    they leave open and is taken as usual.
    """

    place: int | None
    kind: PrepaymentKind | None
    begin: datetime.date
    end: datetime.date
    regime: Regime
    fees: tuple[Fee, ...] = ()
    assumed: tuple[str, ...] = ()


class _Read(NamedTuple):
    """What a stored phase asks, and what is taken as usual."""

    regime: Regime
    assumed: tuple[str, ...] = ()


def note_phases(loan: Loan, dates: LoanDates, *, chosen: Chosen | None = None) -> tuple[NotePhase, ...]:
    """Return the phases of a loan from its start to its maturity, none where nothing is stated.

    Days of which the terms say nothing are a phase whose cost is not known. Raises InvalidPrepaymentTerms where phases
    overlap, or ask what no note can: a loan that a person writes down is refused for it.
    """
    stored = loan.terms.prepayment
    if not stored:
        return ()
    placed = [*_placed(stored, dates.start)]
    if not placed:
        return ()
    phases, reads = [], {}
    for place, stated in placed:
        read = _Read(Unknown(reason=NOTHING_SAID)) if place is None else _read(stored[place], loan, dates, chosen)
        phase = Phase(
            regime=read.regime,
            until=stated.until,
            months=stated.months,
            months_before_maturity=stated.months_before_maturity,
            fees=() if place is None else _fees(stored[place]),
        )
        phases.append(phase)
        reads[id(phase)] = (place, read)
    dated = phases_of_dates(PrepaymentTerms(tuple(phases)), *dates)
    found = []
    for each in dated:
        place, read = reads[id(each.phase)]
        kind = None if place is None else stored[place].kind
        found.append(NotePhase(place, kind, each.begin, each.end, each.phase.regime, each.phase.fees, read.assumed))
    return tuple(found)


def phases_after(loan: Loan, dates: LoanDates, *, chosen: Chosen | None = None) -> tuple[NotePhase, ...]:
    """Return the phases from an anticipated repayment date, which `dates` run to, until maturity.

    They are open, unless the terms state days after it. Raises what `note_phases` does.
    """
    since = dates.maturity
    stated = (day for phase in loan.terms.prepayment for day in (phase.from_date, phase.until))
    if any(day is not None and day > since for day in stated):
        later = note_phases(loan, dates._replace(maturity=loan.maturity_date), chosen=chosen)
        return tuple(replace(phase, begin=max(phase.begin, since)) for phase in later if phase.end > since)
    words = f"Prepayment is open after the anticipated repayment date {since}: the terms state no more."
    return (NotePhase(None, PrepaymentKind.OPEN, since, loan.maturity_date, Open(), (), (words,)),)


def terms_from(phases: Sequence[NotePhase], start: datetime.date) -> PrepaymentTerms | None:
    """Return phases with stated days for a loan that starts, or goes on, on a day; None where there are none."""
    left = [phase for phase in phases if phase.end > start]
    if not left:
        return None
    *ended, last = left
    return PrepaymentTerms(
        (
            *(Phase(regime=phase.regime, until=phase.end - _DAY, fees=phase.fees) for phase in ended),
            Phase(regime=last.regime, fees=last.fees),
        )
    )


class _Stated(NamedTuple):
    """The end of a phase, in the way in which it is stated; in none for the last one."""

    until: datetime.date | None = None
    months: int | None = None
    months_before_maturity: int | None = None


def _placed(stored: Sequence[PrepaymentPhase], start: datetime.date) -> Iterator[tuple[int | None, _Stated]]:
    """Yield the phases with their ends by their places, and where the terms say nothing one of no place."""
    last: datetime.date | None = start - _DAY  # the last day of which something is said, None where months say it
    for place, phase in enumerate(stored):
        following = stored[place + 1] if place + 1 < len(stored) else None
        until = phase.until
        if until is None and following is not None and following.from_date is not None and not ends_by_months(phase):
            until = following.from_date - _DAY
        if until is not None and until < start:
            continue  # it was over before the loan began
        if last is not None and phase.from_date is not None and phase.from_date > last + _DAY:
            yield None, _Stated(until=phase.from_date - _DAY)
        yield place, _Stated(until, phase.months, phase.months_before_maturity)
        last = until
        if following is None and (until is not None or ends_by_months(phase)):
            yield None, _Stated()


def ends_by_months(phase: PrepaymentPhase) -> bool:
    """Tell whether months say when a phase ends."""
    return phase.months is not None or phase.months_before_maturity is not None


def _fees(phase: PrepaymentPhase) -> tuple[Fee, ...]:
    return tuple(Fee(name=fee.name, amount=fee.amount, percentage=fee.percentage) for fee in phase.fees)


def _fixed(phase: PrepaymentPhase, _: Loan, __: LoanDates) -> _Read:
    if phase.penalty is None:
        return _Read(Unknown(reason="the percentage of its penalty is not stated"))
    return _Read(FixedPercentage(percentage=phase.penalty))


def _step_down(phase: PrepaymentPhase, _: Loan, dates: LoanDates) -> _Read:
    if not phase.percentages:
        return _Read(Unknown(reason="the percentages of its step-down are not stated"))
    assumed = []
    if phase.months_each is None:
        assumed.append(f"Each percentage holds for {_MONTHS_OF_A_STEP} months: the terms do not say for how long.")
    if phase.counted_from is None:
        assumed.append(f"Its months count from the first payment date {dates.first_payment}: the terms do not say.")
    regime = StepDown(
        percentages=phase.percentages,
        months_each=phase.months_each or _MONTHS_OF_A_STEP,
        counted_from=phase.counted_from or dates.first_payment,
    )
    return _Read(regime, tuple(assumed))


_OF_YIELD_MAINTENANCE: Final = (
    *("formula", "discounting", "matched_to", "between_maturities", "yield_decimals", "spread", "floor"),
    *("measured_to", "months_left"),
)
_BY_MONTHS: Final = frozenset({Formula.ANNUAL_FACTOR, Formula.DIFFERENCE_ON_PREPAID_PRINCIPAL})


def _yield_maintenance(phase: PrepaymentPhase, _: Loan, __: LoanDates) -> _Read:
    if phase.formula is None:
        return _Read(
            Unknown(reason="the formula of its yield maintenance is not stated, and notes mean different ones")
        )
    regime = YieldMaintenance(**_stated(phase, *_OF_YIELD_MAINTENANCE))
    open_choices = ["measured_to", "spread", "floor"]
    if phase.formula is not Formula.ANNUAL_FACTOR:
        open_choices.append("discounting")
    if phase.formula in _BY_MONTHS:
        open_choices.append("months_left")
    return _Read(regime, tuple(_taken(phase, regime, open_choices)))


def _spread_maintenance(phase: PrepaymentPhase, loan: Loan, _: LoanDates) -> _Read:
    spread, floating = phase.spread, loan.terms.floating
    assumed: tuple[str, ...] = ()
    if spread is None and floating is not None:
        spread = floating.spread
        assumed = (f"Its spread is the loan's own, {spread}: the terms do not state another.",)
    if spread is None:
        return _Read(Unknown(reason="the spread of its spread maintenance is not stated"))
    regime = SpreadMaintenance(spread=spread, **_stated(phase, "floor", "measured_to"))
    return _Read(regime, (*assumed, *_taken(phase, regime, ("floor", "measured_to"))))


def _minimum_interest(phase: PrepaymentPhase, _: Loan, __: LoanDates) -> _Read:
    months, amount = phase.minimum_interest_months, phase.minimum_interest
    if months is None and amount is None:
        return _Read(Unknown(reason="the minimum of its interest is not stated"))
    return _Read(MinimumInterest(months=months, amount=amount))


def _defeasance(phase: PrepaymentPhase, _: Loan, __: LoanDates) -> _Read:
    regime = Defeasance(**_stated(phase, "measured_to"))
    return _Read(regime, tuple(_taken(phase, regime, ("measured_to",))))


_READERS: Final[Mapping[PrepaymentKind, Callable[[PrepaymentPhase, Loan, LoanDates], _Read]]] = MappingProxyType(
    {
        PrepaymentKind.LOCKOUT: lambda *_: _Read(Lockout()),
        PrepaymentKind.YIELD_MAINTENANCE: _yield_maintenance,
        PrepaymentKind.DEFEASANCE: _defeasance,
        PrepaymentKind.DEFEASANCE_OR_YIELD_MAINTENANCE: lambda *_: _Read(Unknown(reason=_CHOICE)),
        PrepaymentKind.STEP_DOWN: _step_down,
        PrepaymentKind.FIXED_PENALTY: _fixed,
        PrepaymentKind.SPREAD_MAINTENANCE: _spread_maintenance,
        PrepaymentKind.MINIMUM_INTEREST: _minimum_interest,
        PrepaymentKind.PREMIUM: lambda *_: _Read(Unknown(reason="the rule of its premium is not stated")),
        PrepaymentKind.OPEN: lambda *_: _Read(Open()),
    }
)


def _read(phase: PrepaymentPhase, loan: Loan, dates: LoanDates, chosen: Chosen | None) -> _Read:
    kind = phase.kind
    if chosen is not None and kind is PrepaymentKind.DEFEASANCE_OR_YIELD_MAINTENANCE:
        kind = PrepaymentKind(chosen.value)
    return _READERS[kind](phase, loan, dates)


def _stated(phase: PrepaymentPhase, *names: str) -> dict[str, Any]:
    values = zip(names, values_of(names)(phase), strict=True)
    return {name: value for name, value in values if value is not None}


_WORDS: Final = {
    "discounting": "discounting",
    "spread": "spread over Treasury",
    "floor": "floor",
    "measured_to": "end to which a loss is measured",
    "months_left": "count of the months left",
}


def _taken(phase: PrepaymentPhase, regime: Any, names: Sequence[str]) -> Iterator[str]:
    """Yield in words what a phase leaves open of some choices, and what is taken for it."""
    for name in names:
        if getattr(phase, name) is None:
            value = getattr(regime, name)
            usual = "none" if not value else str(value).replace("_", " ")
            yield f"Its {_WORDS[name]} is not stated: taken as {usual}."


_KINDS_OF: Final = {
    **dict.fromkeys(
        ("formula", "discounting", "matched_to", "between_maturities", "yield_decimals", "months_left"),
        (PrepaymentKind.YIELD_MAINTENANCE, PrepaymentKind.DEFEASANCE_OR_YIELD_MAINTENANCE),
    ),
    "measured_to": (
        PrepaymentKind.YIELD_MAINTENANCE,
        PrepaymentKind.DEFEASANCE_OR_YIELD_MAINTENANCE,
        PrepaymentKind.DEFEASANCE,
        PrepaymentKind.SPREAD_MAINTENANCE,
    ),
    **dict.fromkeys(("percentages", "months_each", "counted_from"), (PrepaymentKind.STEP_DOWN,)),
    **dict.fromkeys(("minimum_interest", "minimum_interest_months"), (PrepaymentKind.MINIMUM_INTEREST,)),
}
"""The kinds of phase that a field belongs to; those that are not here belong to every kind."""

_WIRE: Final = dict(zip(PrepaymentPhase.__struct_fields__, PrepaymentPhase.__struct_encode_fields__, strict=True))
_ENDS: Final = ("until", "months", "months_before_maturity")


def check_prepayment(loan: Loan, faults: Faults) -> None:
    """Note every bad field of a loan's prepayment phases by its path on the wire."""
    phases = loan.terms.prepayment
    for place, phase in enumerate(phases):
        _check_phase(phase, f"terms.prepayment[{place}].", faults, loan)
    for place in range(1, len(phases)):
        _check_order(phases[place - 1], phases[place], f"terms.prepayment[{place}].", faults)
    # What a tape says is kept as far as it can be: a note of it that cannot be dated costs what is not known.
    if loan.deal is None and not faults.fields:
        try:
            note_phases(loan, loan_dates(loan))
        except InvalidPrepaymentTerms as invalid:
            faults.add("terms.prepayment", str(invalid).partition(": ")[2])


def loan_dates(loan: Loan) -> LoanDates:
    """Return the days that a loan's phases are counted from, by its own terms."""
    terms, closing = loan.terms, loan.origination_date
    first = terms.first_payment_date or terms.frequency.date(closing, 1)
    start = min(closing, terms.interest_start_date or first)
    return LoanDates(start, first, terms.payment_day or first.day, prepayable_until(loan, loan.maturity_date))


def prepayable_until(loan: Loan, maturity: datetime.date) -> datetime.date:
    """Return the day to which phases run and losses are measured: an anticipated repayment date before a maturity."""
    anticipated = loan.anticipated_repayment_date
    return maturity if anticipated is None else min(anticipated, maturity)


def _check_phase(phase: PrepaymentPhase, path: str, faults: Faults, loan: Loan) -> None:
    if phase.from_date is not None and phase.until is not None and phase.until < phase.from_date:
        faults.add(f"{path}until", "must not precede its first day")
    ends = [name for name in _ENDS if getattr(phase, name) is not None]
    for name in ends[1:]:
        faults.add(f"{path}{_WIRE[name]}", f"must be left out: the phase ends by {_WIRE[ends[0]]} already")
    if phase.months is not None and loan.terms.first_payment_date is None:
        faults.add(f"{path}months", "count from the first payment date: state terms.firstPaymentDate")
    for name, kinds in _KINDS_OF.items():
        if getattr(phase, name) not in {None, ()} and phase.kind not in kinds:
            faults.add(f"{path}{_WIRE[name]}", f"belongs to {' or '.join(kinds)}; this phase is {phase.kind.value}")
    if phase.minimum_interest is not None and phase.minimum_interest_months is not None:
        faults.add(f"{path}minimumInterestMonths", "must be left out: the minimum interest is an amount already")
    if phase.spread is not None and phase.spread.is_finite():
        if phase.kind is PrepaymentKind.SPREAD_MAINTENANCE and phase.spread < 0:
            faults.add(f"{path}spread", "must not be negative")
        elif phase.kind is not PrepaymentKind.SPREAD_MAINTENANCE and abs(phase.spread) > _MOST_SPREAD:
            faults.add(f"{path}spread", f"must be from -{_MOST_SPREAD} to {_MOST_SPREAD}: 50 basis points are 0.005")
    for index, fee in enumerate(phase.fees):
        if (fee.amount is None) == (fee.percentage is None):
            faults.add(f"{path}fees[{index}].amount", "a fee is an amount or a percentage: state one of the two")


def _check_order(before: PrepaymentPhase, phase: PrepaymentPhase, path: str, faults: Faults) -> None:
    if phase.from_date is None:
        if before.until is None and not ends_by_months(before):
            faults.add(f"{path}fromDate", "must be stated, or else the end of the phase before")
    elif ends_by_months(before):
        faults.add(f"{path}fromDate", "must be left out: the phase before says by months when it ends")
    elif before.until is not None and phase.from_date <= before.until:
        faults.add(f"{path}fromDate", f"must be after {before.until}, the last day of the phase before")

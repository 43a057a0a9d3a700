"""Reconciliation of reported periods with computed ones: matched, not yet due, or differing since when."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final, Protocol

import msgspec

from realinsights.contracts.loans import LoanStatus
from realinsights.loans.model.computed_periods import CENT, NOTHING, TAPE_DECIMALS, Computed, Schedules
from realinsights.loans.model.payment_schedule import Unscheduled
from realinsights.loans.model.tape import Precision, Statement
from realinsights_finance.schedule import expected_installment
from realinsights_finance.terms import LoanTerms

LEAST_FLOAT32: Final = Decimal("0.02")
FLOAT32_SHARE: Final = Decimal("0.00000012")
CENTS_RULE: Final = "to the cent"
RATE_RULE: Final = "interest of a rate that uses all 8 decimals of a tape within half of the last one, at least $0.01"
FLOAT32_RULE: Final = (
    "within $0.02 or 0.000012 % of the balance, whichever is more: the tape's money was stored as 32-bit floats"
)


class Outcome(StrEnum):
    """The result of comparing a reported period with the computed one."""

    MATCHED = "matched"
    NOT_DUE = "not_due"  # the first payment lies after the period
    DIFFERS = "differs"
    NOT_COMPUTED = "not_computed"  # no schedule can be computed, or nothing to compare was reported
    CLOSED = "closed"  # nothing was owed any more


class ReconciledFigure(StrEnum):
    """A figure that is compared."""

    BEGINNING_BALANCE = "beginning_balance"
    INTEREST = "interest"
    PRINCIPAL = "principal"
    ENDING_BALANCE = "ending_balance"


class RateBasis(StrEnum):
    """What the rate of a floating loan's computed month rests on."""

    TERMS = "terms"  # its terms and the fixings that are known
    REPORTED = "reported"  # the rate that the tape reports of the period, for want of a fixing


class Difference(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel"):
    """One figure that differs: `difference` is reported less computed; `since` is the first period of the run."""

    number: str
    period: datetime.date
    figure: ReconciledFigure
    reported: Decimal
    computed: Decimal
    difference: Decimal
    since: datetime.date
    reason: str | None = None


class PeriodReconciliation(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", omit_defaults=True):
    """One loan's period, reported beside computed; None is not reported, or not computed.

    `carried` says of one that differs that it follows from its own beginning balance: the cause lies in an earlier
    period. `notes` say what is known of a departure: modified, defeased, delinquent, prepaid and so on. `convention`
    says in words by which convention a period matches, where that is not the terms'; the computed figures are theirs.
    Of a floating loan `rate` is the one of the computed figures, of several in a period their average by days, and
    `rate_by` what it rests on.
    """

    period_end: datetime.date
    outcome: Outcome
    due_date: datetime.date | None = None
    tolerance: Decimal = NOTHING
    beginning_balance: Decimal | None = None
    interest: Decimal | None = None
    principal: Decimal | None = None
    ending_balance: Decimal | None = None
    computed_beginning_balance: Decimal | None = None
    computed_interest: Decimal | None = None
    computed_principal: Decimal | None = None
    computed_ending_balance: Decimal | None = None
    differing: tuple[ReconciledFigure, ...] = ()
    since: datetime.date | None = None
    carried: bool = False
    reason: str | None = None
    notes: tuple[str, ...] = ()
    convention: str | None = None
    rate: Decimal | None = None
    rate_by: RateBasis | None = None


class Basis(Protocol):
    """What a loan's reported periods are held against."""

    def compared(self, statement: Statement, precision: Precision) -> PeriodReconciliation:
        """Return a period beside the computed one."""
        ...

    def departures(self, statement: Statement) -> Iterator[str]:
        """Yield what a statement says of why its period may depart from what is computed."""
        ...

    def carried(self, statement: Statement, found: PeriodReconciliation) -> bool:
        """Tell whether the period follows from its own beginning balance by the note's terms."""
        ...


@dataclass(frozen=True, slots=True)
class _OfSchedules:
    """The schedule of one of several loans, as what its periods are held against."""

    schedules: Schedules
    index: int

    def compared(self, statement: Statement, precision: Precision) -> PeriodReconciliation:
        return compared(statement, self.schedules.period(self.index, statement), precision)

    def departures(self, statement: Statement) -> Iterator[str]:
        yield from departures(statement)
        terms = self.schedules.terms(self.index, statement.period_end)
        if isinstance(terms, LoanTerms) and statement.rate and statement.rate != terms.rate:
            yield f"the rate is {statement.rate}"

    def carried(self, statement: Statement, found: PeriodReconciliation) -> bool:
        terms = self.schedules.terms(self.index, statement.period_end)
        if isinstance(terms, Unscheduled) or statement.beginning_balance is None or found.due_date is None:
            return False
        number = terms.installments_due(found.due_date)
        if not number:  # the installment is of the terms before
            return False
        row = expected_installment(terms, number=number, beginning_balance=statement.beginning_balance)
        return follows(statement, found, interest=row.interest, principal=row.principal)


def reconcile(
    schedule: Schedules, index: int, statements: Iterable[tuple[Statement, Precision]]
) -> Iterator[PeriodReconciliation]:
    """Yield each of a loan's periods, oldest first, beside its schedule."""
    yield from held_against(_OfSchedules(schedule, index), statements)


def held_against(basis: Basis, statements: Iterable[tuple[Statement, Precision]]) -> Iterator[PeriodReconciliation]:
    """Yield each of a loan's periods, oldest first, beside what it is held against, and since when it differs."""
    since: datetime.date | None = None
    notes: list[str] = []
    for statement, precision in sorted(statements, key=lambda item: item[0].period_end):
        found = basis.compared(statement, precision)
        if found.outcome is Outcome.DIFFERS:
            since = since or statement.period_end
            notes += [note for note in basis.departures(statement) if note not in notes]
            carried = ReconciledFigure.BEGINNING_BALANCE in found.differing and basis.carried(statement, found)
            found = msgspec.structs.replace(found, since=since, notes=tuple(notes), carried=carried)
        elif found.outcome is Outcome.MATCHED:
            since, notes = None, []
        yield found


def differences(number: str, found: PeriodReconciliation) -> Iterator[Difference]:
    """Yield each figure of a period that differs."""
    for figure in found.differing:
        reported = getattr(found, figure.value)
        computed = getattr(found, f"computed_{figure.value}")
        yield Difference(
            number=number,
            period=found.period_end,
            figure=figure,
            reported=reported,
            computed=computed,
            difference=reported - computed,
            since=found.since or found.period_end,
            reason="; ".join(found.notes) or None,
        )


def tolerance_of(precision: Precision, balance: Decimal) -> Decimal:
    """Return what a difference may be: nothing, or what 32-bit floats cannot hold of a balance."""
    if precision is Precision.CENTS:
        return NOTHING
    return max(LEAST_FLOAT32, (balance * FLOAT32_SHARE).quantize(CENT))


def compared(statement: Statement, computed: Computed | Unscheduled, precision: Precision) -> PeriodReconciliation:
    """Return a period as its statement reports it, beside the computed one."""
    beginning, ending = statement.beginning_balance, statement.balance
    reported = (beginning, statement.interest, statement.principal, ending)
    if not beginning and ending is not None and not ending:
        return _reported(statement, Outcome.CLOSED, "nothing was owed any more")
    if isinstance(computed, Unscheduled):
        return _reported(statement, Outcome.NOT_COMPUTED, computed.reason)
    if statement.unscheduled is not None:
        return _reported(statement, Outcome.NOT_COMPUTED, statement.unscheduled)
    if reported == (None, None, None, None):
        return _reported(statement, Outcome.NOT_COMPUTED, "the tape reports no figure of the period")
    tolerance = tolerance_of(precision, computed.beginning_balance)
    allowed = max(tolerance, computed.rate_allowance)
    # Rounding of the rate adds up in the balances of a loan that pays principal, and only there.
    amortized = max(1, computed.number) if computed.principal else 0
    allowed_balance = max(tolerance, computed.rate_allowance * amortized)
    compared = (
        (ReconciledFigure.BEGINNING_BALANCE, beginning, computed.beginning_balance, allowed_balance),
        (ReconciledFigure.INTEREST, statement.interest, computed.interest, allowed),
        (ReconciledFigure.PRINCIPAL, statement.principal, computed.principal, allowed),
        (ReconciledFigure.ENDING_BALANCE, ending, computed.ending_balance, allowed_balance),
    )
    off = [(figure, abs(said - due), within) for figure, said, due, within in compared if said is not None]
    differing = tuple(figure for figure, by, within in off if by > within)
    outcome = Outcome.DIFFERS if differing else Outcome.NOT_DUE if computed.number == 0 else Outcome.MATCHED
    reason = None
    if outcome is Outcome.NOT_DUE:
        reason = "the first payment is due after the period"
    elif outcome is Outcome.MATCHED and any(by > tolerance for _, by, _ in off):
        reason = f"within ${computed.rate_allowance}: the rate is known to {TAPE_DECIMALS} decimals only"
    return msgspec.structs.replace(
        _reported(statement, outcome, reason),
        due_date=computed.due_date,
        tolerance=allowed,
        computed_beginning_balance=computed.beginning_balance,
        computed_interest=computed.interest,
        computed_principal=computed.principal,
        computed_ending_balance=computed.ending_balance,
        differing=differing,
    )


def _reported(statement: Statement, outcome: Outcome, reason: str | None) -> PeriodReconciliation:
    return PeriodReconciliation(
        period_end=statement.period_end,
        outcome=outcome,
        beginning_balance=statement.beginning_balance,
        interest=statement.interest,
        principal=statement.principal,
        ending_balance=statement.balance,
        reason=reason,
    )


def departures(statement: Statement) -> Iterator[str]:
    """Yield what a statement says of why a loan may have left its schedule."""
    if statement.liquidation_code is not None:
        yield f"liquidation or prepayment code {statement.liquidation_code}"
    if statement.unscheduled_principal:
        yield f"unscheduled principal of {statement.unscheduled_principal:,}"
    if statement.other_principal:
        yield "other principal adjustments"
    if statement.modified:
        yield "modified"
    if statement.defeased:
        yield "defeased"
    if statement.status is not None and statement.status is not LoanStatus.CURRENT:
        yield f"status {statement.status}"


def follows(statement: Statement, found: PeriodReconciliation, *, interest: Decimal, principal: Decimal) -> bool:
    """Tell whether a period's interest and principal are those of an installment, within its tolerance."""
    pairs = ((statement.interest, interest), (statement.principal, principal))
    allowed = max(found.tolerance, NOTHING)
    return all(amount is None or abs(amount - computed) <= allowed for amount, computed in pairs)

"""Reconciliation of reported periods with computed ones: matched, not yet due, or differing since when."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from realinsights.contracts.loans import LoanStatus
from realinsights.loans.model.contract import Contract, contract_of
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.payment_schedule import Unscheduled, finance_terms
from realinsights.loans.model.tape import Precision, Statement
from realinsights.loans.model.terms_changes import dated_changes
from realinsights_finance.arrays.columns import TermsColumns
from realinsights_finance.arrays.schedules import ScheduleArrays, schedules
from realinsights_finance.balloon import balloon_principal
from realinsights_finance.money import in_cents
from realinsights_finance.schedule import expected_installment, schedule
from realinsights_finance.terms import InvalidTerms, LoanTerms

CENT: Final = Decimal("0.01")
NOTHING: Final = Decimal("0.00")
LEAST_FLOAT32: Final = Decimal("0.02")
FLOAT32_SHARE: Final = Decimal("0.00000012")
TAPE_DECIMALS: Final = 8  # of a rate, on a tape
COARSER: Final = Decimal(1).scaleb(1 - TAPE_DECIMALS)
ONE_DAY: Final = datetime.timedelta(days=1)
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


class Computed(msgspec.Struct, frozen=True, gc=False):
    """A period by the schedule: the installments due in it, together; `number` is the last of them.

    `rate_allowance` is how far its interest may be off because the rate is given in rounded form.
    """

    number: int
    due_date: datetime.date | None
    beginning_balance: Decimal
    interest: Decimal
    principal: Decimal
    ending_balance: Decimal
    rate_allowance: Decimal


class Schedules:
    """The schedules of several loans, computed at once; one that has none says why.

    Loans whose terms have changed have a contract: each period is compared with the terms that were in force.
    """

    def __init__(
        self, terms: Sequence[LoanTerms | Unscheduled], contracts: Mapping[int, Contract] = MappingProxyType({})
    ) -> None:
        self._terms = terms
        self._contracts = contracts
        held = [
            index
            for index, each in enumerate(terms)
            if index not in contracts and isinstance(each, LoanTerms) and TermsColumns.hold(each)
        ]
        self._columns = {index: column for column, index in enumerate(held)}
        known = [each for each in map(terms.__getitem__, held) if isinstance(each, LoanTerms)]
        self._arrays: ScheduleArrays | None = schedules(TermsColumns.of(known)) if known else None

    @classmethod
    def of(cls, loans: Iterable[Loan]) -> Schedules:
        """Return the schedules of loans."""
        terms: list[LoanTerms | Unscheduled] = []
        contracts: dict[int, Contract] = {}
        for index, loan in enumerate(loans):
            try:
                if dated_changes(loan):
                    contracts[index] = contract_of(loan)
                    terms.append(contracts[index].parts[-1].terms)
                else:
                    terms.append(finance_terms(loan))
            except InvalidTerms as invalid:
                terms.append(Unscheduled(f"its terms allow no schedule: {invalid}"))
        return cls(terms, contracts)

    def terms(self, index: int, on: datetime.date | None = None) -> LoanTerms | Unscheduled:
        """Return the loan's terms, those in force on a day or the last ones, or why it has no schedule."""
        contract = self._contracts.get(index)
        return self._terms[index] if contract is None or on is None else contract.part_on(on).terms

    def period(self, index: int, statement: Statement) -> Computed | Unscheduled:
        """Return what the loan's schedule says of a statement's period."""
        if index in self._contracts:
            return _by_contract(self._contracts[index], statement)
        terms = self._terms[index]
        if isinstance(terms, Unscheduled):
            return terms
        balances, interest = self._figures(index, terms)
        last = min(terms.installments_due(statement.period_end), len(interest))
        begin = statement.period_begin
        before = terms.installments_due(begin - ONE_DAY) if begin is not None else max(0, last - 1)
        before = min(before, last)
        beginning, ending = int(balances[before]), int(balances[last])
        due = sum(interest[before:last].tolist())
        return Computed(
            last,
            terms.due_date(last) if last > before else None,
            _dollars(beginning),
            _dollars(due),
            _dollars(beginning - ending),
            _dollars(ending),
            rate_allowance(terms.rate, _dollars(due)),
        )

    def balloon(self, index: int, left: LoanTerms) -> Decimal:
        """Return what is left to the last payment of a loan whose recorded balance has these terms.

        Where the loan's own schedule owes that balance then, that has it already.
        """
        column, terms = self._columns.get(index), self._terms[index]
        if column is not None and self._arrays is not None and isinstance(terms, LoanTerms):
            balances = self._arrays.balances[:, column]
            if int(balances[terms.periods - left.periods]) == in_cents(left.principal):
                return _dollars(int(balances[terms.periods - 1]))
        return balloon_principal(left)

    def _figures(self, index: int, terms: LoanTerms) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        column = self._columns.get(index)
        if column is not None and self._arrays is not None:
            return self._arrays.balances[:, column], self._arrays.interest[:, column]
        rows = schedule(terms).installments
        balances = [terms.principal, *(row.ending_balance for row in rows)]
        return np.array([*map(in_cents, balances)]), np.array([in_cents(row.interest) for row in rows])


def _by_contract(contract: Contract, statement: Statement) -> Computed | Unscheduled:
    """Return what a changed loan's schedule says of a period, by the terms in force from its first day to its last."""
    end, begin = statement.period_end, statement.period_begin
    part = contract.part_on(end)
    for each in (part, part if begin is None else contract.part_on(begin)):
        if isinstance(each.terms, Unscheduled):
            return each.terms
    rows = [row for row in contract.rows if row.due_date <= end]
    due = rows[-1:] if begin is None else [row for row in rows if row.due_date >= begin]
    standing = part.balance_on(end) or NOTHING
    beginning, ending = (due[0].beginning_balance, due[-1].ending_balance) if due else (standing, standing)
    interest = sum((row.interest for row in due), NOTHING)
    rate = part.terms.rate if isinstance(part.terms, LoanTerms) else NOTHING
    return Computed(
        rows[-1].number if rows else 0,
        due[-1].due_date if due else None,
        beginning,
        interest,
        beginning - ending,
        ending,
        rate_allowance(rate, interest),
    )


def reconcile(
    schedule: Schedules, index: int, statements: Iterable[tuple[Statement, Precision]]
) -> Iterator[PeriodReconciliation]:
    """Yield each of a loan's periods, oldest first, beside its schedule."""
    since: datetime.date | None = None
    notes: list[str] = []
    for statement, precision in sorted(statements, key=lambda item: item[0].period_end):
        found = compared(statement, schedule.period(index, statement), precision)
        if found.outcome is Outcome.DIFFERS:
            since = since or statement.period_end
            terms = schedule.terms(index, statement.period_end)
            notes = _departures(statement, terms, notes)
            found = msgspec.structs.replace(
                found, since=since, notes=tuple(notes), carried=_carried(statement, found, terms)
            )
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


def rate_allowance(rate: Decimal, interest: Decimal) -> Decimal:
    """Return how far interest may be off where the rate uses every decimal a tape has room for: it was rounded there.

    A rate of 0.04913331 stands for any within half of its last decimal: on $25,000,000 that is a cent a month.
    """
    if not rate or not interest or rate == rate.quantize(COARSER):
        return NOTHING
    half = Decimal(5).scaleb(int(rate.normalize().as_tuple().exponent) - 1)
    return max(CENT, (interest / rate * half).quantize(CENT))


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


def _departures(statement: Statement, terms: LoanTerms | Unscheduled, before: Sequence[str]) -> list[str]:
    notes = []
    if statement.liquidation_code is not None:
        notes.append(f"liquidation or prepayment code {statement.liquidation_code}")
    if statement.unscheduled_principal:
        notes.append(f"unscheduled principal of {statement.unscheduled_principal:,}")
    if statement.other_principal:
        notes.append("other principal adjustments")
    if statement.modified:
        notes.append("modified")
    if statement.defeased:
        notes.append("defeased")
    if statement.status is not None and statement.status is not LoanStatus.CURRENT:
        notes.append(f"status {statement.status}")
    if isinstance(terms, LoanTerms) and statement.rate and statement.rate != terms.rate:
        notes.append(f"the rate is {statement.rate}")
    return [*before, *(note for note in notes if note not in before)]


def _carried(statement: Statement, found: PeriodReconciliation, terms: LoanTerms | Unscheduled) -> bool:
    """Tell whether the period follows from its own beginning balance by the note's terms."""
    balance = statement.beginning_balance
    if (
        isinstance(terms, Unscheduled)
        or balance is None
        or found.due_date is None
        or ReconciledFigure.BEGINNING_BALANCE not in found.differing
    ):
        return False
    number = terms.installments_due(found.due_date)
    if not number:  # the installment is of the terms before
        return False
    row = expected_installment(terms, number=number, beginning_balance=balance)
    pairs = ((statement.interest, row.interest), (statement.principal, row.principal))
    allowed = max(found.tolerance, NOTHING)
    return all(amount is None or abs(amount - computed) <= allowed for amount, computed in pairs)


def _dollars(cents: int) -> Decimal:
    return CENT * cents

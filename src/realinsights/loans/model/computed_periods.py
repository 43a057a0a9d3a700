"""Periods of loans as their schedules compute them: what stands beside the figures that servicers report. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from realinsights.loans.model.contract import Contract, contract_of
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.note_plan import is_planned
from realinsights.loans.model.payment_schedule import Unscheduled, finance_terms
from realinsights.loans.model.tape import Statement
from realinsights.loans.model.terms_changes import dated_changes
from realinsights_finance.arrays.columns import TermsColumns
from realinsights_finance.arrays.schedules import ScheduleArrays, schedules
from realinsights_finance.balloon import balloon_principal
from realinsights_finance.money import in_cents
from realinsights_finance.schedule import schedule
from realinsights_finance.terms import InvalidTerms, LoanTerms

CENT: Final = Decimal("0.01")
NOTHING: Final = Decimal("0.00")
TAPE_DECIMALS: Final = 8  # of a rate, on a tape
COARSER: Final = Decimal(1).scaleb(1 - TAPE_DECIMALS)
ONE_DAY: Final = datetime.timedelta(days=1)


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

    Loans whose terms have changed have a contract: each period is compared with the terms that were in force. So do
    loans that a plan computes.
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
                if dated_changes(loan) or is_planned(loan):
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
    """Return what the contract of a loan says of a period, by the terms in force from its first day to its last."""
    end, begin = statement.period_end, statement.period_begin
    part = contract.part_on(end)
    for each in (part, part if begin is None else contract.part_on(begin)):
        if each.unscheduled is not None:
            return Unscheduled(each.unscheduled)
    if begin is None and part.plan is not None and part.plan.several_a_month:
        return Unscheduled("several payments fall in a month, and where the reported period begins is not stated")
    rows = [row for row in contract.rows if row.due_date <= end]
    due = rows[-1:] if begin is None else [row for row in rows if row.due_date >= begin]
    standing = part.balance_on(end) or NOTHING
    beginning, ending = (due[0].beginning_balance, due[-1].ending_balance) if due else (standing, standing)
    if part.plan is not None and part.plan.changes:
        ending = standing
        beginning = part.plan.stated_balance_on(begin - ONE_DAY) if begin is not None else beginning
    interest = sum((row.interest for row in due), NOTHING)
    rate = part.rate_on(end) or NOTHING
    return Computed(
        rows[-1].number if rows else 0,
        due[-1].due_date if due else None,
        beginning,
        interest,
        sum((row.principal for row in due), NOTHING),
        ending,
        rate_allowance(rate, interest),
    )


def rate_allowance(rate: Decimal, interest: Decimal) -> Decimal:
    """Return how far interest may be off where the rate uses every decimal a tape has room for: it was rounded there.

    A rate of 0.04913331 stands for any within half of its last decimal: on $25,000,000 that is a cent a month.
    """
    if not rate or not interest or rate == rate.quantize(COARSER):
        return NOTHING
    half = Decimal(5).scaleb(int(rate.normalize().as_tuple().exponent) - 1)
    return max(CENT, (interest / rate * half).quantize(CENT))


def _dollars(cents: int) -> Decimal:
    return CENT * cents

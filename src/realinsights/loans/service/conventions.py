"""Use case: a convention that a loan's reported figures follow is made its own."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Final

import msgspec

from realinsights.loans.model.adopted_conventions import Installments, with_convention
from realinsights.loans.model.floating_conventions import reproducing_floating
from realinsights.loans.model.floating_reconciliation import FloatingAccount, KnownFixings
from realinsights.loans.model.lender_conventions import MOST_PERIODS, reproducing
from realinsights.loans.model.lender_statements import Reproducing
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.payment_schedule import Unscheduled, finance_terms
from realinsights.loans.model.reconciled import Said
from realinsights.loans.model.solutions import ConventionView, convention_view
from realinsights.loans.model.terms_changes import Dating, dated_changes
from realinsights.loans.queries.fixings_behind import fixings_behind
from realinsights.loans.service.loans import replace_loan
from realinsights.loans.store import FIXING_YEARS, LOANS, STATEMENTS
from realinsights_finance.terms import LoanTerms
from realinsights_platform.documents.port import Equal, Unit
from realinsights_platform.documents.versions import current
from realinsights_platform.errors import Conflict, Faults
from realinsights_platform.texts import checked_line

_LONGEST_REASON: Final = 300


async def adopt_convention(*, unit: Unit, loan_id: str, convention: ConventionView, expected_version: int) -> Loan:
    """Make a convention that reproduces a loan's reported figures its own, as a correction of its terms.

    Raises `Stale` where the loan is of another version, `Conflict` where its figures do not follow that convention, and
    `Invalid` where a loan's terms cannot say it.
    """
    faults = Faults()
    checked_line(convention.words, "words", faults)
    faults.refuse("convention")
    before = await current(unit, LOANS, loan_id, expected_version=expected_version)
    if dated_changes(before):
        raise Conflict("Its terms have changed over time, so no one convention can stand for all of them: edit them.")
    reported = await unit.find(STATEMENTS, Equal("loan_id", loan_id), limit=MOST_PERIODS + 1)
    said = [(item.statement, item.precision) for item in reported]
    known = await fixings_behind(partial(unit.get_many, FIXING_YEARS), [before], on=unit.business_date)
    terms = _terms_of(before, said, known)
    if isinstance(terms, Unscheduled):
        raise Conflict(f"Loan {before.number} has no schedule: {terms.reason}.")
    found = await asyncio.to_thread(_reproducing, before, terms, said)
    wanted = _plain(convention)
    chosen = None
    if found is not None:
        chosen = next((each for each in found.solution.conventions if _plain(convention_view(each)) == wanted), None)
    if found is None or chosen is None:
        raise Conflict("The reported figures do not follow this convention now: open the reconciliation again.")
    due = Installments.of(terms)
    draft = with_convention(before, due, chosen, from_first=found.said.rows[0].due_date == due.first_payment)
    count = len(found.said.rows)
    since, until = found.said.rows[0].due_date, found.said.rows[-1].due_date
    reason = (
        f"The servicer's figures of {count} installments, {since} to {until}, follow it to the cent: "
        f"{convention_view(chosen).words}."
    )
    return await replace_loan(unit, before, draft, Dating(correction=True, reason=reason[:_LONGEST_REASON]))


def _terms_of(loan: Loan, said: Said, known: KnownFixings) -> LoanTerms | FloatingAccount | Unscheduled:
    account = FloatingAccount.of(loan, known, [statement for statement, _ in said])
    return finance_terms(loan) if account is None else account


def _reproducing(loan: Loan, terms: LoanTerms | FloatingAccount, said: Said) -> Reproducing | None:
    if len(said) > MOST_PERIODS:
        return None
    return reproducing_floating(terms, said) if isinstance(terms, FloatingAccount) else reproducing(loan, terms, said)


def _plain(convention: ConventionView) -> ConventionView:
    """Return a convention without what its answer adds to it."""
    return msgspec.structs.replace(convention, group=0, words="")

"""Loans' part of the demonstration: its portfolio, stored by the same use cases that people's requests reach."""

from __future__ import annotations

import asyncio
import datetime
import functools
from collections.abc import Iterable, Sequence
from typing import TypeVar

import msgspec

from realinsights.contracts.demonstration import ACTOR, TAG, DemonstrationFacts, FiledLoan, NotedLoan
from realinsights.contracts.loans import LoanStatus
from realinsights.demonstration.portfolio import DELINQUENT, WATCHLIST, number_of, plan
from realinsights.loans.model.demonstration import Demonstration
from realinsights.loans.model.loan import Loan, LoanDraft, LoanProperty, draft_of
from realinsights.loans.model.parties import FundDraft, LenderDraft, PortfolioDraft
from realinsights.loans.model.property import PropertyDraft
from realinsights.loans.service.demonstration import PARTS, CreatedPortfolio, put_demonstration
from realinsights.loans.service.loans import create_loan, update_loan
from realinsights.loans.service.parties import FUND, LENDER, PORTFOLIO, create_party
from realinsights.loans.service.properties import create_property
from realinsights.loans.store import LENDERS, LOANS, PROPERTIES
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Unit
from realinsights_platform.documents.retrying import committed
from realinsights_platform.errors import Conflict, OverQuota
from realinsights_platform.events import Message
from realinsights_platform.stepping import Objected, answered
from realinsights_platform.steps import StepAnswered, StepRequested

_TURNS_LATE = 11
TURNS_LATE = number_of(_TURNS_LATE)
"""The number of the loan that is founded as current, and turns late, as it is planned, by the invented colleague."""

Draft = TypeVar("Draft", LoanDraft, PropertyDraft, LenderDraft, FundDraft, PortfolioDraft)


async def put(message: Message, event: StepRequested, *, documents: Storage) -> StepAnswered:
    """Put the portfolio in, unless it is there; tell which loans documents and notes are about.

    Where there is a colleague, one loan turns late by them, so that people are told of it.
    """
    colleague = DemonstrationFacts.of(event.told).colleague
    founding = functools.partial(invented, in_time=None if colleague is None else TURNS_LATE)

    async def work(unit: Unit) -> Demonstration:
        return await put_demonstration(unit=unit, documents=documents, founding=founding, asked=message.sequence)

    try:
        known, _ = await committed(
            lambda: documents.unit(org=message.org, actor=ACTOR, business_date=message.business_date), work
        )
    except (Conflict, OverQuota) as refused:
        raise Objected(refused.message) from None
    loans = sorted((await documents.get_many(LOANS, message.org, known.loans)).values(), key=lambda loan: loan.number)
    if colleague is not None:
        await _turn_late(documents, message, loans, by=colleague)
    told = [loan for loan in loans if loan.property_ids and loan.lender_id]
    facts = await _facts(documents, told, on=message.business_date)
    return answered(event, counts={part: len(getattr(known, part)) for part in PARTS}, facts=facts.told())


async def _turn_late(documents: Storage, message: Message, loans: Iterable[Loan], *, by: str) -> None:
    """Record that a loan is late, where nobody has changed it since it was founded."""
    for loan in loans:
        if loan.number == TURNS_LATE and loan.version == 1 and loan.status is LoanStatus.CURRENT:
            async with documents.unit(org=loan.org, actor=by, business_date=message.business_date) as unit:
                await update_loan(
                    unit=unit, loan_id=loan.id, draft=_turned_late(draft_of(loan)), expected_version=loan.version
                )


async def _facts(documents: Storage, loans: Sequence[Loan], *, on: datetime.date) -> DemonstrationFacts:
    """Return which loan documents are filed about, the first, and which ones notes and a date to give are of."""
    if not loans:
        return DemonstrationFacts()
    loan = loans[0]
    asset = await documents.get(PROPERTIES, loan.org, loan.property_ids[0])
    lender = await documents.get(LENDERS, loan.org, loan.lender_id or "")
    if asset is None or lender is None:
        return DemonstrationFacts()
    valuation = asset.valuations[-1] if asset.valuations else None
    contact = lender.contacts[0] if lender.contacts else None
    filed = FiledLoan(
        id=loan.id,
        number=loan.number,
        name=loan.name,
        borrower=loan.borrower,
        guarantor=loan.guarantors[0] if loan.guarantors else None,
        original_balance=loan.original_balance,
        rate=loan.rate,
        origination_date=loan.origination_date,
        maturity_date=loan.maturity_date,
        amortization_months=loan.terms.amortization_months,
        property_id=asset.id,
        property_name=asset.name,
        address=asset.address,
        city=asset.city,
        state=asset.state,
        year_built=asset.year_built,
        value=None if valuation is None else valuation.amount,
        valued_on=None if valuation is None else valuation.as_of,
        lender_id=lender.id,
        lender_name=lender.name,
        contact_name=None if contact is None else contact.name,
        contact_email=None if contact is None else contact.email,
    )
    late = next((one for one in loans if one.number == TURNS_LATE), loan)
    maturing = min((one for one in loans if one.maturity_date >= on), key=lambda one: one.maturity_date, default=loan)
    return DemonstrationFacts(
        filed=filed,
        noted=NotedLoan(
            id=late.id,
            property_id=late.property_ids[0],
            lender_id=late.lender_id or "",
            maturing_id=maturing.id,
        ),
    )


def _turned_late(draft: LoanDraft) -> LoanDraft:
    return msgspec.structs.replace(draft, status=DELINQUENT[_TURNS_LATE], tags=(WATCHLIST, *draft.tags))


def _current(draft: LoanDraft) -> LoanDraft:
    return msgspec.structs.replace(draft, status=LoanStatus.CURRENT, tags=())


async def invented(unit: Unit, *, in_time: str | None = None) -> CreatedPortfolio:
    """Create the demonstration's things; the loan of a number as it stood while it was paid in time."""
    planned = await asyncio.to_thread(plan, unit.business_date)  # it computes schedules, for half a second
    lenders = [await create_party(unit=unit, of=LENDER, draft=_tagged(draft)) for draft in planned.lenders]
    funds = [await create_party(unit=unit, of=FUND, draft=_tagged(draft)) for draft in planned.funds]
    portfolios = [await create_party(unit=unit, of=PORTFOLIO, draft=_tagged(draft)) for draft in planned.portfolios]
    owners = {place: portfolios[loan.portfolio].id for loan in planned.loans for place in loan.properties}
    properties = [
        await create_property(unit=unit, draft=_tagged(draft, portfolio_id=owners[place]))
        for place, draft in enumerate(planned.properties)
    ]
    loans = []
    for loan in planned.loans:
        shares = [
            LoanProperty(property_id=properties[place].id, allocated_amount=amount)
            for place, amount in zip(loan.properties, loan.allocated, strict=True)
        ]
        draft = _tagged(
            _current(loan.draft) if loan.draft.number == in_time else loan.draft,
            lender_id=lenders[loan.lender].id,
            fund_id=funds[loan.fund].id,
            portfolio_id=portfolios[loan.portfolio].id,
            properties=tuple(shares),
        )
        loans.append(await create_loan(unit=unit, draft=draft))
        await asyncio.sleep(0)  # its months take milliseconds: let other requests have their turn
    return {"loans": loans, "properties": properties, "lenders": lenders, "funds": funds, "portfolios": portfolios}


def _tagged(draft: Draft, **references: str | Sequence[LoanProperty]) -> Draft:
    return msgspec.structs.replace(draft, tags=(*draft.tags, TAG), **references)

"""Storing of the demonstration portfolio, through the same use cases that people's requests reach."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from realinsights.contracts.loans import LoanStatus
from realinsights.demonstration.portfolio import DELINQUENT, WATCHLIST, number_of, plan
from realinsights.loans.model.demonstration import TAG
from realinsights.loans.model.loan import LoanDraft, LoanProperty
from realinsights.loans.model.parties import FundDraft, LenderDraft, PortfolioDraft
from realinsights.loans.model.property import PropertyDraft
from realinsights.loans.service.demonstration import CreatedPortfolio, put_demonstration
from realinsights.loans.service.loans import create_loan
from realinsights.loans.service.parties import FUND, LENDER, PORTFOLIO, create_party
from realinsights.loans.service.properties import create_property
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.port import Unit

ACTOR = "system:demonstration"

_TURNS_LATE = 11
TURNS_LATE = number_of(_TURNS_LATE)
"""The number of the loan that is founded as current, and turns late, as it is planned, once people work with it."""

Draft = TypeVar("Draft", LoanDraft, PropertyDraft, LenderDraft, FundDraft, PortfolioDraft)


async def found(*, documents: Storage, org: str, business_date: datetime.date) -> bool:
    """Store the portfolio as one unit of work, unless the organization has something already; tell whether it did."""
    if await documents.sequence(org):
        return False
    async with documents.unit(org=org, actor=ACTOR, business_date=business_date) as unit:
        await put_demonstration(unit=unit, documents=documents, founding=_invented_in_time)
    return True


async def invented(unit: Unit) -> CreatedPortfolio:
    """Create the demonstration's things in a unit of work, as they stand on its business date."""
    return await _invented(unit)


async def _invented_in_time(unit: Unit) -> CreatedPortfolio:
    """Create them with one loan as it stood before it turned late."""
    return await _invented(unit, in_time=TURNS_LATE)


def turned_late(draft: LoanDraft) -> LoanDraft:
    """Return the loan that turns late as it is planned."""
    return msgspec.structs.replace(draft, status=DELINQUENT[_TURNS_LATE], tags=(WATCHLIST, *draft.tags))


def _current(draft: LoanDraft) -> LoanDraft:
    return msgspec.structs.replace(draft, status=LoanStatus.CURRENT, tags=())


async def _invented(unit: Unit, *, in_time: str | None = None) -> CreatedPortfolio:
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

"""Founds the demonstration organisation's portfolio through the same use cases that people's requests reach."""

from __future__ import annotations

import datetime

import msgspec

from realinsights.demonstration.portfolio import plan
from realinsights.loans.model.loan import LoanProperty
from realinsights.loans.service.loans import create_loans
from realinsights.loans.service.parties import create_fund, create_lender, create_portfolio
from realinsights.loans.service.properties import create_property
from realinsights_platform.documents.port import Documents

ACTOR = "system:demonstration"


async def found(*, documents: Documents, org: str, business_date: datetime.date) -> bool:
    """Store the portfolio as one unit of work, unless the organisation has something already; tell whether it did."""
    if await documents.sequence(org):
        return False
    planned = plan(business_date)
    unit = documents.unit(org=org, actor=ACTOR, business_date=business_date)
    lenders = [(await create_lender(unit=unit, draft=draft)).id for draft in planned.lenders]
    funds = [(await create_fund(unit=unit, draft=draft)).id for draft in planned.funds]
    portfolios = [(await create_portfolio(unit=unit, draft=draft)).id for draft in planned.portfolios]
    owners = {place: loan.portfolio for loan in planned.loans for place in loan.properties}
    properties = [
        (
            await create_property(
                unit=unit, draft=msgspec.structs.replace(draft, portfolio_id=portfolios[owners[place]])
            )
        ).id
        for place, draft in enumerate(planned.properties)
    ]
    await create_loans(
        unit=unit,
        drafts=[
            msgspec.structs.replace(
                loan.draft,
                lender_id=lenders[loan.lender],
                fund_id=funds[loan.fund],
                portfolio_id=portfolios[loan.portfolio],
                properties=tuple(
                    LoanProperty(property_id=properties[place], allocated_amount=amount)
                    for place, amount in zip(loan.properties, loan.allocated, strict=True)
                ),
            )
            for loan in planned.loans
        ],
    )
    await unit.commit()
    return True

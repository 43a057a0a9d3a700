"""Reported periods: the figures a servicer reported of one loan for one period."""

from __future__ import annotations

import datetime

import msgspec

from realinsights.contracts.loans import LoanStatus, Performance
from realinsights.loans.model.quantities import Money, Rate, Ratio, SignedMoney
from realinsights.loans.model.texts import Code, Sources
from realinsights_platform.documents.port import Document


class ReportedPeriod(Document, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One loan's row of one tape: the figures of a reporting period, as the servicer gave them; None is unknown.

    JSON leaves out what is unknown, and `modified` and `defeased` where they are not so: most of a tape's row is.

    `period_end` is the reporting period's end and, with the loan, its identity; `id` is `period_id(loan, period_end)`.
    `payment_status`, `liquidation_code` and `modification_code` are the tape's own codes; `status` is what they mean.
    `performance` is what the tape said of the properties behind the whole debt. `source` is `<import id>#<row>`.
    """

    loan_id: str
    period_end: datetime.date
    period_begin: datetime.date | None = None
    deal: str | None = None
    asset_number: str | None = None
    import_id: str | None = None
    status: LoanStatus
    rate: Rate | None = None
    beginning_balance: Money | None = None
    ending_balance: Money | None = None
    actual_balance: Money | None = None
    interest: SignedMoney | None = None
    principal: SignedMoney | None = None
    total_due: SignedMoney | None = None
    unscheduled_principal: SignedMoney | None = None
    other_principal_adjustment: SignedMoney | None = None
    other_interest_adjustment: SignedMoney | None = None
    prepayment_premium: SignedMoney | None = None
    paid_through_date: datetime.date | None = None
    payment_status: Code | None = None
    modified: bool = False
    modification_code: Code | None = None
    defeased: bool = False
    liquidation_code: Code | None = None
    liquidation_date: datetime.date | None = None
    realized_loss: SignedMoney | None = None
    annual_debt_service: Money | None = None
    dscr: Ratio | None = None
    dscr_net_cash_flow: Ratio | None = None
    performance: Performance = Performance()
    sources: Sources = msgspec.field(default_factory=dict)


def period_id(loan_id: str, period_end: datetime.date) -> str:
    """Return the id of a loan's reported period: an import can ask for many at once without searching."""
    return f"{loan_id}.{period_end.isoformat()}"


def month_of(date: datetime.date) -> datetime.date:
    """Return the first day of the date's month."""
    return date.replace(day=1)

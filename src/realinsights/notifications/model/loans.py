"""Loans as they were told last: what is needed to see that something has changed."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from realinsights.contracts.loans import LoanRecorded, LoanStatus, LoanStructure
from realinsights_finance.money import quotient
from realinsights_platform.documents.port import Document

BALANCE_STEP = Decimal("0.10")
"""A balance that moved by more than this part of it is told."""

DSCR_STEP = Decimal("0.10")
"""A debt service coverage ratio that moved by more than this is told."""

_AGEING = (LoanStatus.CURRENT, LoanStatus.DAYS_30, LoanStatus.DAYS_60, LoanStatus.DAYS_90, LoanStatus.DEFAULT)


class WatchedLoan(Document, frozen=True, kw_only=True, rename="camel"):
    """A loan as it was told last; `dscr` is net cash flow over annual debt service, None where one is not known.

    `value`, incomes and `occupancy` (a fraction) are the latest of its properties together; the debt service is a
    year's. A `structure` of None says that it was told before these were kept. One that was deleted stays, as it was:
    it may be restored.
    """

    number: str
    name: str
    status: LoanStatus
    balance: Decimal
    dscr: Decimal | None
    deleted: bool = False
    structure: LoanStructure | None = None
    lien_position: int | None = None
    rate: Decimal | None = None
    annual_debt_service: Decimal | None = None
    value: Decimal | None = None
    net_operating_income: Decimal | None = None
    net_cash_flow: Decimal | None = None
    occupancy: Decimal | None = None
    property_ids: tuple[str, ...] = ()
    lender_id: str | None = None
    fund_id: str | None = None
    portfolio_id: str | None = None


def watched(event: LoanRecorded, *, org: str, version: int) -> WatchedLoan:
    """Return what is remembered of a loan that was told."""
    latest = event.performance.latest
    cash_flow, service = latest.net_cash_flow, event.annual_debt_service
    return WatchedLoan(
        id=event.loan_id,
        org=org,
        version=version,
        number=event.number,
        name=event.name,
        status=event.status,
        balance=event.current_balance,
        dscr=quotient(Fraction(cash_flow) / Fraction(service)) if cash_flow is not None and service else None,
        structure=event.structure,
        lien_position=event.standing.lien_position if event.standing is not None else None,
        rate=event.rate,
        annual_debt_service=service,
        value=latest.value,
        net_operating_income=latest.net_operating_income,
        net_cash_flow=cash_flow,
        occupancy=latest.occupancy,
        property_ids=tuple(sorted(share.property_id for share in event.collateral)),
        lender_id=event.lender_id,
        fund_id=event.fund_id,
        portfolio_id=event.portfolio_id,
    )


def delinquency_change(before: WatchedLoan, after: WatchedLoan) -> str | None:
    """Return how a loan's ageing changed, in words; None where it did not. A loan that ends is no delinquency."""
    if before.status is after.status or not {before.status, after.status} <= set(_AGEING):
        return None
    return f"{_words(before.status)} → {_words(after.status)}"


def is_worse(before: WatchedLoan, after: WatchedLoan) -> bool:
    """Tell whether a loan is later than before."""
    return _AGEING.index(after.status) > _AGEING.index(before.status)


def figure_moves(before: WatchedLoan, after: WatchedLoan) -> tuple[str, ...]:
    """Return the figures that moved by more than their step, in words.

    A balance that falls by its schedule moves little; one that goes to zero is paid off, which is no move.
    """
    moves = []
    if before.balance and after.balance and abs(after.balance - before.balance) > BALANCE_STEP * before.balance:
        moves.append(f"balance ${before.balance:,.2f} → ${after.balance:,.2f}")
    if before.dscr is not None and after.dscr is not None and abs(after.dscr - before.dscr) > DSCR_STEP:
        moves.append(f"DSCR {before.dscr:.2f} → {after.dscr:.2f}")
    return tuple(moves)


def _words(status: LoanStatus) -> str:
    return status.value.replace("_", " ")

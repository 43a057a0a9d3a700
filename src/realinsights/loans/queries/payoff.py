"""Payoff quotes: what repays a loan on a day, as far as its terms and the request tell."""

from __future__ import annotations

import datetime
from decimal import Decimal

import msgspec

from realinsights.loans.model.explained import Explanation, explanation_of
from realinsights.loans.model.floating_payoff import Rates
from realinsights.loans.model.loan import Loan, repays_nothing
from realinsights.loans.model.payment_schedule import Unscheduled
from realinsights.loans.model.payoff_basis import Basis
from realinsights.loans.model.prepayment_asked import PayoffAsked, checked_request
from realinsights.loans.model.rolling_forward import ROLLED
from realinsights.loans.queries.prepayable import Prepayable, outside_in_words, prepayable, refuse_repaid
from realinsights.loans.queries.prepayment import (
    CostState,
    DatedCost,
    assumptions,
    cost_on,
    refusing_market,
    told_cost,
)
from realinsights_finance.day_count import DayCount
from realinsights_finance.explain import Trace
from realinsights_finance.prepayment import (
    ACCRUED,
    PREMIUM,
    Effect,
    LockedOut,
    NotOutstanding,
    PayoffItem,
    PayoffQuote,
    ledger_items,
    payoff_quote,
)
from realinsights_platform.attributes import made_from
from realinsights_platform.errors import Conflict, FieldError, Invalid

PRINCIPAL = "principal"
_NOTHING = Decimal("0.00")


class PayoffLine(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A line of a quote: dollars and cents, or null and the `reason` why the amount is not known.

    What is `shown` is stated beside the total and not in it: it is returned to the borrower apart.
    """

    name: str
    amount: Decimal | None
    effect: Effect
    reason: str | None


class Payoff(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What repays a loan on a day: `lines` hold every amount once, principal and interest among them.

    `total_known` is what is owed less what is credited, of the lines that are known; it is the payoff only where it is
    `complete`, else it is without the lines that `without` names, as `in_words` says. Interest runs `interest_days` by
    the `day_count`; `per_diem` is that of one more day. `prepayment` is null from maturity on.
    """

    loan_id: str | None
    number: str | None
    on: datetime.date
    principal: Decimal | None
    accrued_interest: Decimal | None
    day_count: DayCount
    interest_days: int | None
    per_diem: Decimal | None
    prepayment: DatedCost | None
    lines: tuple[PayoffLine, ...]
    total_known: Decimal
    complete: bool
    without: tuple[str, ...]
    in_words: str
    assumptions: tuple[str, ...]
    explained: Explanation | None = None


def payoff_of(
    loan: Loan,
    *,
    business_date: datetime.date,
    asked: PayoffAsked,
    basis: Basis | None = None,
    rates: Rates = None,
) -> Payoff:
    """Return what repays a loan on a day, by default the business date; `basis` replaces the loan's own.

    `rates` are those of a floating loan that are known on the business date.

    Raises `Conflict` in a lockout, with the first day that allows a prepayment, and where nothing is owed; `Invalid`
    for what cannot be asked.
    """
    on = asked.on or business_date
    asked = checked_request(asked, on)
    refuse_repaid(loan)
    found = prepayable(loan, on=on, asked=asked, basis=basis, rates=rates)
    trace = Trace() if asked.explain else None
    if isinstance(found.basis, Unscheduled):
        if trace is not None:
            trace.says(f"not computed: {found.basis.reason}")
        return _told(loan, found, _without_schedule(loan, found, on=on, asked=asked), trace)
    with refusing_market():
        try:
            quote = payoff_quote(
                found.basis.schedule,
                found.terms_of(found.basis),
                on=on,
                treasury=found.market.treasury,
                discount=found.market.discount,
                interest_received=found.interest_received,
                ledger=asked.ledger,
                interest_to=loan.terms.payoff_interest_to,
                accrued=found.basis.accrued,
                trace=trace,
            )
        except LockedOut as locked:
            raise _locked(on, locked.until) from None
        except NotOutstanding:
            raise Invalid.field("on", outside_in_words(loan, found.basis, on)) from None
    _refuse_credit_beyond_debt(quote)
    return _told(loan, found, quote, trace)


def _refuse_credit_beyond_debt(quote: PayoffQuote) -> None:
    """Raise `Invalid` where more is credited than is owed: no lender pays for being repaid."""
    owed = next(item.amount for item in quote.items if item.name == PRINCIPAL)
    credited = [item for item in quote.items if item.effect is Effect.CREDITED and item.amount]
    if owed is not None and credited and quote.total_known < 0:
        most = max(credited, key=lambda item: item.amount or 0)
        raise Invalid.field(most.name, f"what is credited is {-quote.total_known:,} more than what is known to be owed")


def _locked(on: datetime.date, until: datetime.date | None) -> Conflict:
    opens = "before it matures" if until is None else f"before {until}"
    message = f"the note allows no prepayment on {on}, nor {opens}"
    return Conflict(f"The loan is locked out: {message}.", (FieldError("on", message),))


def _told(loan: Loan, found: Prepayable, quote: PayoffQuote, trace: Trace | None) -> Payoff:
    phase = found.phase_on(quote.on) if quote.prepayment is not None else None
    without = tuple(item.name for item in quote.unknown if item.effect is not Effect.SHOWN)
    total = f"{quote.total_known:,}"
    return Payoff(
        loan_id=loan.id or None,
        number=loan.number,
        on=quote.on,
        principal=next(item.amount for item in quote.items if item.name == PRINCIPAL),
        accrued_interest=quote.accrued_interest,
        day_count=loan.terms.day_count,
        interest_days=quote.interest_days,
        per_diem=quote.per_diem,
        prepayment=_prepayment(found, quote),
        lines=tuple(made_from(item, PayoffLine) for item in quote.items),
        total_known=quote.total_known,
        complete=quote.complete,
        without=without,
        in_words=total if quote.complete else f"{total} without what is not known: {', '.join(without)}",
        # Of a loan past due nobody takes the installments as paid.
        assumptions=(
            *assumptions(found.basis),
            *(() if phase is None else phase.assumed),
            *(quote.assumptions if loan.status in ROLLED else ()),
        ),
        explained=explanation_of(trace) if trace is not None else None,
    )


def _prepayment(found: Prepayable, quote: PayoffQuote) -> DatedCost | None:
    phase = found.phase_on(quote.on)
    if quote.prepayment is not None:
        return told_cost(quote.prepayment, phase)
    premium = next(item for item in quote.items if item.name == PREMIUM)
    if premium.amount is not None:
        return None
    return cost_on(found, quote.on, amount=None, trace=None)


def _without_schedule(loan: Loan, found: Prepayable, *, on: datetime.date, asked: PayoffAsked) -> PayoffQuote:
    """Return what is owed of a loan whose schedule is not known: what was recorded, and the phases it is in."""
    why = found.basis.reason if isinstance(found.basis, Unscheduled) else ""
    cost = cost_on(found, on, amount=None, trace=None)
    if cost.state is CostState.LOCKED_OUT and on < loan.maturity_date:
        raise _locked(on, cost.allowed_from)
    as_recorded = on == loan.balance_as_of or (repays_nothing(loan) and on > loan.balance_as_of)
    principal = PayoffItem(name=PRINCIPAL, amount=loan.current_balance)
    if not as_recorded:
        reason = f"{why}; {loan.current_balance:,} was recorded as of {loan.balance_as_of}"
        principal = PayoffItem(name=PRINCIPAL, amount=None, reason=reason)
    if on >= loan.extended_maturity_date:
        cost = msgspec.structs.replace(cost, premium=_NOTHING)
    premium = PayoffItem(name=PREMIUM, amount=cost.premium, reason=cost.reason if cost.premium is None else None)
    return PayoffQuote(
        on=on,
        principal=loan.current_balance,
        accrued_interest=None,
        interest_days=None,
        per_diem=None,
        items=(
            principal,
            PayoffItem(name=ACCRUED, amount=None, reason=why),
            premium,
            *ledger_items(asked.ledger),
        ),
        prepayment=None,
        assumptions=(),
    )

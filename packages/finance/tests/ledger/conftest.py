"""Loans as they are serviced, and random lives of them."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import strategies as st

from realinsights_finance import BusinessDayRule, DayCount, HolidayCalendar, LoanTerms
from realinsights_finance.due_dates import add_months
from realinsights_finance.ledger import (
    ESCROW,
    ApplicationOrder,
    Capitalization,
    Commitment,
    Component,
    DefaultCured,
    DefaultDeclared,
    Deposit,
    Draw,
    Fee,
    InterestBasis,
    LateChargeRule,
    LoanAgreement,
    Modification,
    Payment,
    Prepayment,
    Transaction,
    WriteDown,
)
from realinsights_finance.rounding import InterestRounding, Rounding

CENTS = st.decimals("0.01", "2000000", places=2)


@pytest.fixture(scope="session")
def an_agreement(a_loan: Callable[..., LoanTerms]) -> Callable[..., LoanAgreement]:
    """Return a builder of the golden cases' loan as it is serviced; what is said of terms changes those."""
    own = {field.name for field in dataclasses.fields(LoanAgreement)}

    def build(**changes: Any) -> LoanAgreement:
        agreed = {name: changes.pop(name) for name in own & changes.keys()}
        return LoanAgreement(terms=a_loan(**changes), **agreed)

    return build


@pytest.fixture(scope="session")
def moved_terms(loan_terms: st.SearchStrategy[LoanTerms]) -> st.SearchStrategy[LoanTerms]:
    """Return a strategy of loans of every kind, half of them with payments that a business-day rule may move."""

    def move(terms: LoanTerms, rule: BusinessDayRule, calendar: HolidayCalendar, adjusted: bool) -> LoanTerms:
        if rule is BusinessDayRule.UNADJUSTED or terms.first_payment.year < 1987:
            return terms
        moves = {"business_day_rule": rule, "business_day_calendar": calendar}
        first = dataclasses.replace(terms, **moves).due_date(1)
        # A first payment right after closing must not move to before it.
        return dataclasses.replace(terms, **moves, accrual_adjusted=adjusted) if first > terms.start else terms

    return st.builds(
        move, loan_terms, st.sampled_from(BusinessDayRule), st.sampled_from(HolidayCalendar), st.booleans()
    )


@pytest.fixture(scope="session")
def lives() -> st.SearchStrategy[tuple[LoanAgreement, tuple[Transaction, ...]]]:
    """Return a strategy of loans of two to five years and of up to a dozen transactions in their lives and after."""
    return _lives()


_ORDERS = st.builds(ApplicationOrder, st.permutations([*Component]).map(tuple), st.booleans())


@st.composite
def _agreements(draw: st.DrawFn) -> LoanAgreement:
    first = draw(st.dates(datetime.date(2019, 1, 1), datetime.date(2026, 12, 31)))
    months = draw(st.integers(2, 60))
    rule = draw(st.sampled_from(BusinessDayRule))
    moves = rule is not BusinessDayRule.UNADJUSTED
    interest_only = draw(st.integers(0, 24))
    amortization = draw(st.one_of(st.none(), st.integers(30, 360)))
    terms = LoanTerms(
        principal=draw(st.decimals("1000", "5000000", places=2)),
        rate=draw(st.decimals("0", "0.15", places=6)),
        start=add_months(first, -1),
        first_payment=first,
        maturity=add_months(first, months - 1),
        day_count=draw(st.sampled_from(DayCount)),
        amortization_months=amortization,
        interest_only_months=interest_only if amortization else 0,
        rounding=Rounding(interest=draw(st.sampled_from(InterestRounding))),
        business_day_rule=rule,
        business_day_calendar=HolidayCalendar.FEDERAL_RESERVE if moves else None,
    )
    return LoanAgreement(
        terms=terms,
        closing=draw(st.sampled_from([None, terms.start - datetime.timedelta(days=10)])),
        order=draw(_ORDERS),
        order_in_default=draw(st.one_of(st.none(), _ORDERS)),
        interest_basis=draw(st.sampled_from(InterestBasis)),
        late_charge=draw(
            st.one_of(
                st.none(), st.builds(LateChargeRule, rate=st.just(Decimal("0.05")), grace_days=st.integers(0, 45))
            )
        ),
        default_margin=draw(st.sampled_from([Decimal(0), Decimal("0.05")])),
        commitment=draw(
            st.sampled_from([None, Commitment(amount=terms.principal + 9_000_000, unused_fee=Decimal("0.005"))])
        ),
        escrow_deposit=draw(st.sampled_from([Decimal(0), Decimal("123.45")])),
    )


@st.composite
def _lives(draw: st.DrawFn) -> tuple[LoanAgreement, tuple[Transaction, ...]]:
    agreement = draw(_agreements())
    last = agreement.terms.maturity
    made = []
    for number in range(draw(st.integers(0, 12))):
        day = draw(st.dates(agreement.first_day, last + datetime.timedelta(days=200)))
        about: dict[str, Any] = {"id": f"{number:02}", "on": day}
        kind = draw(st.sampled_from([Payment, Payment, Payment, Prepayment, Fee, Capitalization, Deposit, *_RARE]))
        if kind is Capitalization:
            made.append(Capitalization(**about))
        elif kind is Modification:
            maturity = draw(st.one_of(st.none(), st.dates(day, day + datetime.timedelta(days=900))))
            later = maturity if maturity is not None and maturity > max(day, last) else None
            made.append(Modification(**about, rate=draw(st.decimals("0", "0.2", places=6)), maturity=later))
        elif kind is WriteDown:
            made.append(WriteDown(**about, amount=draw(st.decimals("0.01", "50", places=2))))
        elif kind is Draw:
            if day < last:
                made.append(Draw(**about, amount=draw(st.decimals("0.01", "500000", places=2))))
        elif kind is DefaultDeclared:
            if not any(isinstance(each, DefaultDeclared) for each in made):
                made.append(DefaultDeclared(**about))
                if draw(st.booleans()):
                    until = day + datetime.timedelta(days=draw(st.integers(1, 200)))
                    made.append(DefaultCured(id=f"{number:02} cured", on=until))
        elif kind is Fee:
            made.append(Fee(**about, amount=draw(st.decimals("0.01", "5000", places=2)), name="inspection"))
        elif kind is Deposit:
            account = draw(st.sampled_from([ESCROW, "capex"]))
            made.append(Deposit(**about, amount=draw(st.decimals("0.01", "5000", places=2)), account=account))
        else:
            made.append(kind(**about, amount=draw(CENTS)))
    return agreement, tuple(made)


_RARE = (Modification, WriteDown, Draw, DefaultDeclared)

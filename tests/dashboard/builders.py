"""Events as the loans service would send them: one loan with defaults, or a whole portfolio of plausible ones."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import strategies as st

from realinsights.contracts.loans import (
    AmortizationType,
    Collateral,
    DatedAmount,
    DatedPerformance,
    ExtendedMaturity,
    FallingDue,
    Income,
    LoanRecorded,
    LoansEvent,
    LoanStatus,
    LoanStructure,
    PartyKind,
    PartyRecorded,
    PeriodFigures,
    PeriodsRecorded,
    PropertyType,
    RateType,
    Standing,
    StatementBasis,
)
from realinsights.dashboard.model.dashboard import Dashboard
from realinsights.dashboard.model.figure import Figure, LeftOut

CENT = Decimal("0.01")
STATES = ("CA", "FL", "IL", "NY", "PA", "TX", "VA", "WA")


def due_day(loan: LoanRecorded, on: datetime.date) -> datetime.date:
    """Return the day on which a loan is expected to be repaid."""
    due = loan.falling_due
    if due.anticipated_repayment_date is not None and due.anticipated_repayment_date >= on:
        return due.anticipated_repayment_date
    exercised = [step.maturity_date for step in due.extensions if step.exercised_on <= on]
    return exercised[-1] if exercised else loan.maturity_date


money = st.decimals(Decimal(0), Decimal(10**9), places=2) | st.just(Decimal("9999999999999.99"))
maybe_money = st.none() | st.decimals(Decimal(-(10**6)), Decimal(10**9), places=2)


dates = st.none() | st.dates(datetime.date(2020, 1, 1), datetime.date(2026, 12, 31))
amounts = st.builds(
    DatedAmount,
    st.decimals(Decimal(-(10**6)), Decimal(10**9), places=2),
    dates,
    st.none() | st.sampled_from(StatementBasis),
)
incomes = st.builds(
    Income,
    latest=st.none() | amounts,
    underwritten=st.none() | amounts,
    trailing_twelve_months=st.none() | amounts,
    annual=st.none() | amounts,
)


days = st.dates(datetime.date(2024, 1, 1), datetime.date(2060, 1, 1))
falling_due = st.builds(
    FallingDue,
    balloon=st.none() | money,
    anticipated_repayment_date=st.none() | days,
    anticipated_balloon=st.none() | money,
    extensions=st.lists(st.builds(ExtendedMaturity, days, days), max_size=2).map(tuple),
)


@st.composite
def portfolios(draw: st.DrawFn) -> list[dict[str, object]]:
    """Draw what is said of each of a few loans."""
    return [
        {
            "structure": draw(st.sampled_from(LoanStructure)),
            "status": draw(st.sampled_from(LoanStatus)),
            "rate_type": draw(st.sampled_from(RateType)),
            "amortization_type": draw(st.sampled_from(AmortizationType)),
            "current_balance": draw(money),
            "original_balance": draw(money),
            "rate": draw(st.decimals(0, 1, places=8)),
            "maturity_date": draw(st.dates(datetime.date(2020, 1, 1), datetime.date(2060, 1, 1))),
            "annual_debt_service": draw(maybe_money),
            "reported_dscr": draw(st.none() | st.decimals(0, 9, places=2)),
            "reported_dscr_net_cash_flow": draw(st.none() | st.decimals(0, 9, places=2)),
            "reported_as_of": draw(dates),
            "lien_position": draw(st.none() | st.integers(1, 3)),
            "lender_id": draw(st.sampled_from((None, "bank", "fund", "life"))),
            "state": draw(st.sampled_from((None, "NY", "TX"))),
            "value": draw(st.none() | amounts),
            "net_operating_income": draw(incomes),
            "net_cash_flow": draw(incomes),
            "occupancy": draw(st.none() | st.builds(DatedAmount, st.decimals(0, 1, places=4), dates)),
            "falling_due": draw(st.just(FallingDue()) | falling_due),
            "occupancy_area": draw(st.none() | st.decimals(0, 10**6, places=0)),
        }
        for _ in range(draw(st.integers(0, 8)))
    ]


def a_loan(number: str = "1", **changes: Any) -> LoanRecorded:
    """Return a whole, fixed, interest-only loan of a million on one office building in New York, but for `changes`.

    Amounts and dates may be given as text; `state` and `property_type` shape the one building.
    """
    values: dict[str, Any] = {
        "loan_id": f"loan-{number}",
        "number": number,
        "name": f"Loan {number}",
        "borrower": None,
        "lender_id": None,
        "fund_id": None,
        "portfolio_id": None,
        "structure": LoanStructure.WHOLE_LOAN,
        "status": LoanStatus.CURRENT,
        "rate_type": RateType.FIXED,
        "amortization_type": AmortizationType.INTEREST_ONLY,
        "original_balance": None,
        "current_balance": Decimal("1000000.00"),
        "rate": Decimal("0.05"),
        "origination_date": datetime.date(2020, 1, 1),
        "maturity_date": datetime.date(2030, 1, 1),
        "as_of": datetime.date(2025, 12, 31),
        "annual_debt_service": None,
        "reported_dscr": None,
        "collateral": None,
        "performance": None,
        "standing": None,
    }
    state = changes.pop("state", "NY")
    property_type = changes.pop("property_type", PropertyType.OFFICE)
    standing = {name: changes.pop(name) for name in Standing.__struct_fields__ if name in changes}
    performance = {name: changes.pop(name) for name in DatedPerformance.__struct_fields__ if name in changes}
    values |= changes
    for name in ("original_balance", "current_balance", "rate", "annual_debt_service", "reported_dscr"):
        if values[name] is not None:
            values[name] = Decimal(values[name])
    for name in ("origination_date", "maturity_date", "as_of"):
        if isinstance(values[name], str):
            values[name] = datetime.date.fromisoformat(values[name])
    if values["original_balance"] is None:
        values["original_balance"] = values["current_balance"]
    if values["collateral"] is None:
        building = Collateral(
            property_id=f"property-{number}",
            state=state,
            property_type=property_type,
            balance=values["current_balance"],
        )
        values["collateral"] = (building,)
    if values["standing"] is None:
        values["standing"] = Standing(**standing)
    if values["performance"] is None:
        values["performance"] = a_performance(**performance)
    return LoanRecorded(**values)


def a_performance(**values: Any) -> DatedPerformance:
    """Return a performance; an amount given as text is undated, and income is underwritten then."""
    figures = {name: value for name, value in values.items() if value is not None}
    for name, value in figures.items():
        if isinstance(value, str):
            figures[name] = Decimal(value)
        if isinstance(figures[name], Decimal) and name != "occupancy_area":
            figures[name] = DatedAmount(figures[name])
            if name in {"net_operating_income", "net_cash_flow"}:
                figures[name] = on(underwritten=value)
    return DatedPerformance(**figures)


def on(latest: str | None = None, **amounts: Any) -> Income:
    """Return income by basis: amounts as text, or an amount and its date. The latest is the first one, or one named."""
    figures = {
        name: DatedAmount(
            Decimal(amount[0] if isinstance(amount, tuple) else amount),
            datetime.date.fromisoformat(amount[1]) if isinstance(amount, tuple) else None,
            StatementBasis(name),
        )
        for name, amount in amounts.items()
    }
    return Income(latest=figures[latest or next(iter(figures))], **figures)


def a_month(month: str, balance: str, **changes: Any) -> PeriodFigures:
    """Return a reported month (`2025-03`) of a current loan at 5 %."""
    performance = {name: changes.pop(name) for name in DatedPerformance.__struct_fields__ if name in changes}
    values: dict[str, Any] = {
        "month": datetime.date.fromisoformat(f"{month}-01"),
        "balance": Decimal(balance),
        "rate": Decimal("0.05"),
        "status": LoanStatus.CURRENT,
        "reported": True,
        "annual_debt_service": None,
        "performance": a_performance(**performance),
    }
    return PeriodFigures(**(values | changes))


def parties() -> Iterator[PartyRecorded]:
    """Yield the names that a generated portfolio refers to."""
    for kind, count in ((PartyKind.LENDER, 24), (PartyKind.FUND, 6), (PartyKind.PORTFOLIO, 12)):
        for index in range(count):
            yield PartyRecorded(kind=kind, party_id=f"{kind.value}-{index}", name=f"{kind.value.title()} {index}")


def generated_loan(index: int, seed: int = 7) -> LoanRecorded:
    """Return the loan of this index in a portfolio like a large servicer's: mostly whole, fixed and current."""
    chance = random.Random(seed * 1_000_003 + index)  # noqa: S311 - plausible, not secret
    balance = Decimal(chance.randrange(100_000_00, 60_000_000_00)).scaleb(-2)
    value = (balance * Decimal(chance.randrange(130, 220)) / 100).quantize(CENT)
    income = (value * Decimal(chance.randrange(45, 95)) / 1000).quantize(CENT)
    rate = Decimal(chance.randrange(250, 900)).scaleb(-4)
    closed = chance.random() < 0.04
    buildings = 1 if chance.random() < 0.7 else chance.randrange(2, 5)
    owed = Decimal("0.00") if closed else balance
    part = (owed / buildings).quantize(CENT)
    return LoanRecorded(
        loan_id=f"00000000-0000-7000-8000-{index:012d}",
        number=f"LN-{index:06d}",
        name=f"{chance.choice(('Harbor', 'Mill', 'Station', 'Park', 'Market'))} {index}",
        borrower=f"Borrower {index % 5000} LLC",
        lender_id=f"lender-{chance.randrange(24)}",
        fund_id=f"fund-{chance.randrange(6)}",
        portfolio_id=f"portfolio-{chance.randrange(12)}" if chance.random() < 0.8 else None,
        structure=LoanStructure.WHOLE_LOAN if chance.random() < 0.85 else LoanStructure.PARI_PASSU,
        status=chance.choice((LoanStatus.PAID_OFF, LoanStatus.REFINANCED, LoanStatus.LIQUIDATED))
        if closed
        else chance.choices(
            (LoanStatus.CURRENT, LoanStatus.DAYS_30, LoanStatus.DAYS_60, LoanStatus.DAYS_90, LoanStatus.DEFEASED),
            (90, 4, 2, 2, 2),
        )[0],
        rate_type=chance.choices((RateType.FIXED, RateType.FLOATING, RateType.STEPPED), (75, 22, 3))[0],
        amortization_type=chance.choice(tuple(AmortizationType)),
        original_balance=(balance * Decimal("1.1")).quantize(CENT),
        current_balance=owed,
        rate=rate,
        origination_date=datetime.date(2015, 1, 1) + datetime.timedelta(days=chance.randrange(3650)),
        maturity_date=datetime.date(2025, 6, 1) + datetime.timedelta(days=chance.randrange(3650)),
        as_of=datetime.date(2025, 12, 31),
        annual_debt_service=(balance * rate).quantize(CENT) if chance.random() < 0.95 else None,
        reported_dscr=(reported := Decimal(chance.randrange(90, 250)).scaleb(-2)),
        standing=Standing(reported_dscr_net_cash_flow=reported, reported_as_of=datetime.date(2025, 12, 31)),
        collateral=tuple(
            Collateral(
                property_id=f"property-{index}-{place}",
                state=chance.choice(STATES),
                property_type=chance.choice(tuple(PropertyType)),
                balance=part if place else owed - part * (buildings - 1),
            )
            for place in range(buildings)
        ),
        performance=DatedPerformance(
            value=DatedAmount(value, datetime.date(2024, 1, 1) + datetime.timedelta(days=chance.randrange(720)))
            if chance.random() < 0.97
            else None,
            net_operating_income=_generated(chance, income) if chance.random() < 0.95 else Income(),
            net_cash_flow=_generated(chance, (income * Decimal("0.93")).quantize(CENT))
            if chance.random() < 0.9
            else Income(),
            occupancy=DatedAmount(Decimal(chance.randrange(60, 101)).scaleb(-2), datetime.date(2025, 6, 30)),
            occupancy_area=Decimal(chance.randrange(10_000, 900_000)),
        ),
    )


def _generated(chance: random.Random, income: Decimal) -> Income:
    underwritten = DatedAmount(income, datetime.date(2023, 12, 31), StatementBasis.UNDERWRITTEN)
    basis = chance.choice((None, StatementBasis.ANNUAL, StatementBasis.TRAILING_TWELVE_MONTHS))
    if basis is None:
        return Income(latest=underwritten, underwritten=underwritten)
    actual = DatedAmount(income - 100, datetime.date(2024, 12, 31), basis)
    return Income(latest=actual, underwritten=underwritten, **{basis.value: actual})


def generated_history(loan: LoanRecorded, months: int, last: datetime.date) -> PeriodsRecorded:
    """Return that many months of a generated loan up to the month of `last`."""
    final = last.year * 12 + last.month - 1
    return PeriodsRecorded(
        loan_id=loan.loan_id,
        periods=tuple(
            PeriodFigures(
                month=datetime.date(number // 12, number % 12 + 1, 1),
                balance=loan.original_balance - Decimal(100 * (months - final + number)),
                rate=loan.rate,
                status=LoanStatus.CURRENT,
                reported=True,
                annual_debt_service=loan.annual_debt_service,
                performance=loan.performance,
            )
            for number in range(final - months + 1, final + 1)
        ),
    )


def decoded(shown: Dashboard) -> Dashboard:
    """Return a dashboard as it goes over the wire and comes back."""
    return msgspec.json.decode(msgspec.json.encode(shown), type=Dashboard)


def left_out(shown: Dashboard, figure: Figure) -> LeftOut:
    """Return what a figure of the dashboard leaves out."""
    return shown.left_out[figure.left_out or ""]


def named(shown: Dashboard, figure: Figure) -> list[tuple[str, str, str]]:
    """Return number, balance and reason of each loan that a figure names as left out."""
    return [
        (shown.loans[loan_id].number, shown.loans[loan_id].balance, reason.reason)
        for reason in left_out(shown, figure).reasons
        for loan_id in reason.loans
    ]


def generated_events(count: int, *, seed: int = 7) -> Iterator[LoansEvent]:
    """Yield the events of a portfolio of that many loans, names first."""
    yield from parties()
    for index in range(count):
        yield generated_loan(index, seed)

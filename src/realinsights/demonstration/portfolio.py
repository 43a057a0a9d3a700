"""The demonstration portfolio as drafts of lenders, funds, portfolios, properties and loans."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

import msgspec

from realinsights.contracts.loans import LoanStatus, LoanStructure, PropertyType, RateType, StatementBasis
from realinsights.demonstration.notes import fixed_phases, floating_phases
from realinsights.demonstration.places import CITIES, NAMES, PROFILES, SPECIAL_TYPES, STREETS, TYPES, Profile
from realinsights.loans.model.loan import LoanDraft, Recourse
from realinsights.loans.model.parties import (
    Appetite,
    Contact,
    FundDraft,
    FundType,
    LenderDraft,
    LenderType,
    PortfolioDraft,
)
from realinsights.loans.model.performance import OperatingStatement, Valuation
from realinsights.loans.model.property import PropertyDraft
from realinsights.loans.model.terms import (
    ExtensionOption,
    FloatingTerms,
    Hedge,
    HedgeKind,
    NoteTerms,
    PartialPrepayment,
)
from realinsights_finance.day_count import DayCount
from realinsights_finance.due_dates import add_months
from realinsights_finance.money import cents
from realinsights_finance.schedule import schedule
from realinsights_finance.terms import LoanTerms

LOANS = 60
FIRST_NUMBER = 1001
WATCHLIST = "watchlist"
PROPERTIES_OF_A_POOL = 3
HISTORY_MONTHS = 36
INDEX_RATE = Decimal("0.0431")

LENDERS = (
    LenderDraft(
        name="Harbor National Bank",
        lender_type=LenderType.BANK,
        contacts=(
            Contact(name="Dana Whitfield", role="Relationship manager", email="dana.whitfield@harbornational.example"),
        ),
        appetite=Appetite(
            smallest_loan=Decimal(5_000_000),
            largest_loan=Decimal(60_000_000),
            highest_ltv=Decimal("0.65"),
            lowest_dscr=Decimal("1.25"),
        ),
    ),
    LenderDraft(name="Prairie Mutual Life", lender_type=LenderType.LIFE_COMPANY),
    LenderDraft(name="Keystone Agency Lending", lender_type=LenderType.AGENCY),
    LenderDraft(name="Summit Mortgage Trust 2021-C2", lender_type=LenderType.CMBS),
    LenderDraft(name="Lakeshore Credit Union", lender_type=LenderType.CREDIT_UNION),
    LenderDraft(name="Ironbridge Capital", lender_type=LenderType.BRIDGE),
)
BANK, LIFE_COMPANY, AGENCY, CMBS, CREDIT_UNION, BRIDGE = range(len(LENDERS))

FUNDS = (
    FundDraft(
        name="Core Income Fund II",
        fund_type=FundType.CORE_PLUS,
        commitment=Decimal(900_000_000),
        target_return=Decimal("0.085"),
        management_fee=Decimal("0.0100"),
        vintage=2019,
    ),
    FundDraft(
        name="Value-Add Fund IV",
        fund_type=FundType.VALUE_ADD,
        commitment=Decimal(600_000_000),
        target_return=Decimal("0.14"),
        management_fee=Decimal("0.0150"),
        performance_fee=Decimal("0.20"),
        vintage=2021,
    ),
    FundDraft(
        name="Opportunity Fund I",
        fund_type=FundType.OPPORTUNITY,
        commitment=Decimal(250_000_000),
        target_return=Decimal("0.18"),
        performance_fee=Decimal("0.20"),
        vintage=2022,
    ),
)

PORTFOLIOS = (
    PortfolioDraft(name="Residential", strategy="Garden apartments in growing metros", risk_profile="core plus"),
    PortfolioDraft(name="Logistics and storage", strategy="Last-mile warehouses near ports", risk_profile="core"),
    PortfolioDraft(name="Office and medical", strategy="Hold, lease up, refinance", risk_profile="value add"),
    PortfolioDraft(name="Retail and hospitality", strategy="Grocery-anchored centers", risk_profile="core plus"),
)
RESIDENTIAL = {PropertyType.MULTIFAMILY, PropertyType.MANUFACTURED_HOUSING, PropertyType.MIXED_USE}
LOGISTICS = {PropertyType.INDUSTRIAL, PropertyType.STORAGE}
WORKPLACES = {PropertyType.OFFICE, PropertyType.MEDICAL}

# By place in the portfolio, what is out of the ordinary.
PARI_PASSU = {7: Decimal("0.40"), 22: Decimal("0.50"), 47: Decimal("0.35")}
FLOATING = (15, 28, 43, 58)
DELINQUENT = {11: LoanStatus.DAYS_30, 27: LoanStatus.DAYS_60, 42: LoanStatus.DAYS_90}
MONTHS_TO_MATURITY = {4: 1, 14: 2, 24: 3, 34: 7, 44: 11, 54: 17}


class PlannedLoan(msgspec.Struct, frozen=True, kw_only=True):
    """A loan and the places of what it refers to."""

    draft: LoanDraft
    lender: int
    fund: int
    portfolio: int
    properties: tuple[int, ...]
    allocated: tuple[Decimal, ...]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the demonstration organization will own."""

    lenders: tuple[LenderDraft, ...]
    funds: tuple[FundDraft, ...]
    portfolios: tuple[PortfolioDraft, ...]
    properties: tuple[PropertyDraft, ...]
    loans: tuple[PlannedLoan, ...]


def plan(business_date: datetime.date) -> Plan:
    """Return the demonstration as it stands on a business date; the same date makes the same plan."""
    properties: list[PropertyDraft] = []
    loans: list[PlannedLoan] = []
    for place in range(LOANS):
        term, age = _term(place), _age(place)
        first_payment = add_months(business_date.replace(day=1), -age)
        closing = add_months(first_payment, -2, day=12 + place % 15)
        count = PROPERTIES_OF_A_POOL if place % 4 == 1 else 1
        first = len(properties)
        properties.extend(
            _property(first + offset, place, closing=closing, business_date=business_date) for offset in range(count)
        )
        loans.append(
            _loan(
                place,
                closing=closing,
                first_payment=first_payment,
                term=term,
                assets=properties[first:],
                first_property=first,
                business_date=business_date,
            )
        )
    return Plan(lenders=LENDERS, funds=FUNDS, portfolios=PORTFOLIOS, properties=tuple(properties), loans=tuple(loans))


def number_of(place: int) -> str:
    """Return the number of the loan at a place."""
    return f"RI-{FIRST_NUMBER + place}"


def _loan(
    place: int,
    *,
    closing: datetime.date,
    first_payment: datetime.date,
    term: int,
    assets: Sequence[PropertyDraft],
    first_property: int,
    business_date: datetime.date,
) -> PlannedLoan:
    kind = SPECIAL_TYPES.get(place, TYPES[place])
    values = [asset.valuations[0].amount for asset in assets]
    share = PARI_PASSU.get(place)
    ltv = _between(place, 5, (Decimal("0.50"), Decimal("0.66")))
    whole = sum(values, Decimal(0)) * ltv
    principal = _rounded(whole * (share or 1))
    lender = _lender(place, kind)
    rate, terms = _terms(place, lender=lender, first_payment=first_payment, term=term, age=_age(place), closing=closing)
    maturity = add_months(first_payment, term - 1)
    balance = principal
    if terms.floating is None:
        balance = schedule(
            LoanTerms(
                principal=principal,
                rate=rate,
                start=add_months(first_payment, -1),
                first_payment=first_payment,
                maturity=maturity,
                day_count=terms.day_count,
                amortization_months=terms.amortization_months,
                interest_only_months=terms.interest_only_months,
            )
        ).balance_on(business_date)
    draft = LoanDraft(
        number=number_of(place),
        name=assets[0].name if len(assets) == 1 else f"{assets[0].name} Portfolio",
        original_balance=principal,
        current_balance=balance,
        balance_as_of=business_date.replace(day=1),
        origination_date=closing,
        maturity_date=maturity,
        rate=rate,
        rate_type=RateType.FIXED if terms.floating is None else RateType.FLOATING,
        terms=terms,
        structure=LoanStructure.PARI_PASSU if share else LoanStructure.WHOLE_LOAN,
        note_name="A-2" if share else None,
        share=share,
        status=DELINQUENT.get(place, LoanStatus.CURRENT),
        borrower=f"{assets[0].name.rsplit(' ', 1)[0]} Owner LLC",
        recourse=Recourse.CARVE_OUTS if lender in {CMBS, AGENCY} else Recourse.NON_RECOURSE,
        servicer="Midland Park Servicing" if lender in {CMBS, AGENCY} else None,
        tags=(WATCHLIST,) if place in DELINQUENT else (),
    )
    return PlannedLoan(
        draft=draft,
        lender=lender,
        fund=place % len(FUNDS),
        portfolio=_portfolio(kind),
        properties=tuple(range(first_property, first_property + len(assets))),
        allocated=_allocated(principal, values),
    )


def _terms(
    place: int, *, lender: int, first_payment: datetime.date, term: int, age: int, closing: datetime.date
) -> tuple[Decimal, NoteTerms]:
    open_from = add_months(first_payment, term - 4)
    if place in FLOATING:
        spread = _between(place, 11, (Decimal("0.0275"), Decimal("0.0360")))
        return INDEX_RATE + spread, NoteTerms(
            first_payment_date=first_payment,
            floating=FloatingTerms(
                index="SOFR30A", spread=spread, index_floor=Decimal("0.0100"), lookback_business_days=2
            ),
            extension_options=(
                ExtensionOption(
                    months=12,
                    fee=Decimal("0.0025"),
                    notice_days_at_least=30,
                    notice_days_at_most=90,
                    minimum_debt_yield=Decimal("0.09"),
                ),
            ),
            hedges=(
                Hedge(
                    kind=HedgeKind.CAP,
                    notional=Decimal(10_000_000),
                    strike=Decimal("0.0500"),
                    start_date=closing,
                    end_date=add_months(first_payment, term - 7),
                    counterparty="Commonwealth Hedging",
                ),
            ),
            prepayment=floating_phases(until=open_from),
            partial_prepayment=PartialPrepayment.NOT_ALLOWED,
        )
    # Money was cheap until about three years before, and has been dear since.
    low, high = ("0.0345", "0.0440") if age > 50 else ("0.0425", "0.0535") if age > 34 else ("0.0575", "0.0690")
    rate = _between(place, 11, (Decimal(low), Decimal(high)))
    way = place % 10
    interest_only = (24 if way == 4 else 36) if way in {4, 5, 6} else 0
    return rate, NoteTerms(
        day_count=DayCount.THIRTY_360 if lender == LIFE_COMPANY else DayCount.ACTUAL_360,
        first_payment_date=first_payment,
        amortization_months=None if way >= 7 else 300 if way == 3 else 360,
        interest_only_months=interest_only,
        prepayment=fixed_phases(LENDERS[lender].lender_type, first_payment=first_payment, until=open_from),
        partial_prepayment=PartialPrepayment.NOT_ALLOWED,
    )


def _property(number: int, place: int, *, closing: datetime.date, business_date: datetime.date) -> PropertyDraft:
    kind = SPECIAL_TYPES.get(place, TYPES[place])
    profile = PROFILES[kind]
    city = CITIES[number * 7 % len(CITIES)]
    low, high = profile.size
    size = int(_between(number, 3, (Decimal(low), Decimal(high)), decimals=0))
    price = _between(number, 17, (Decimal(profile.price[0]), Decimal(profile.price[1])), decimals=0)
    value = _rounded(size * price)
    income = cents(value * _between(number, 29, profile.capitalization))
    name = f"{NAMES[number % len(NAMES)]} {profile.suffixes[number // len(NAMES) % len(profile.suffixes)]}"
    appraisals = [Valuation(amount=value, as_of=closing, source="Appraisal at closing")]
    drift = Decimal("0.86") if place in DELINQUENT else 1 + _between(number, 31, (Decimal("-0.04"), Decimal("0.09")))
    later = add_months(business_date.replace(day=1), -4)
    if later > add_months(closing, 12):
        appraisals.append(Valuation(amount=_rounded(value * drift), as_of=later, source="Annual valuation"))
    return PropertyDraft(
        name=name,
        property_type=kind,
        sub_type=profile.sub_type,
        address=f"{100 + number * 37 % 900} {STREETS[number % len(STREETS)]}",
        city=city.name,
        state=city.state,
        zip=city.zip,
        year_built=1978 + number * 11 % 44,
        units=size if profile.in_units else None,
        square_feet=Decimal(size * 860 if profile.in_units else size),
        purchase_price=_rounded(value * Decimal("0.97")),
        purchase_date=closing,
        valuations=tuple(appraisals),
        operating_statements=tuple(
            _statements(
                number=number,
                place=place,
                profile=profile,
                income=income,
                closing=closing,
                business_date=business_date,
            )
        ),
    )


def _statements(
    *, number: int, place: int, profile: Profile, income: Decimal, closing: datetime.date, business_date: datetime.date
) -> list[OperatingStatement]:
    occupancy = _between(number, 23, profile.occupancy)
    statements = [_statement(StatementBasis.UNDERWRITTEN, income, occupancy, None, closing)]
    growth = Decimal("-0.055") if place in DELINQUENT else _between(number, 37, (Decimal("0.005"), Decimal("0.032")))
    for years, year in enumerate(range(closing.year + 1, business_date.year), start=1):
        end = datetime.date(year, 12, 31)
        earned = cents(income * (1 + growth) ** years)
        full = max(Decimal("0.5"), min(Decimal(1), occupancy + growth * years / 4))
        statements.append(
            _statement(StatementBasis.ANNUAL, earned, full.quantize(Decimal("0.0001")), datetime.date(year, 1, 1), end)
        )
    return statements


def _statement(
    basis: StatementBasis, income: Decimal, occupancy: Decimal, start: datetime.date | None, end: datetime.date
) -> OperatingStatement:
    revenue = cents(income / Decimal("0.62"))
    reserves = cents(income * Decimal("0.06"))
    return OperatingStatement(
        basis=basis,
        period_start=start,
        period_end=end,
        revenue=revenue,
        operating_expenses=revenue - income,
        net_operating_income=income,
        capital_reserves=reserves,
        net_cash_flow=income - reserves,
        occupancy=occupancy,
    )


def _term(place: int) -> int:
    return 36 if place in FLOATING else (60, 84, 120)[place % 3]


def _age(place: int) -> int:
    """Return how many months ago the first payment fell due."""
    term = _term(place)
    if place in MONTHS_TO_MATURITY:
        return term - 1 - MONTHS_TO_MATURITY[place]
    return 6 + place * 13 % (term - 30) if place in FLOATING else 9 + place * 13 % (term - 24)


def _lender(place: int, kind: PropertyType) -> int:
    if place in FLOATING:
        return BRIDGE
    if place in PARI_PASSU:
        return CMBS
    if kind in RESIDENTIAL:
        return (AGENCY, LIFE_COMPANY, AGENCY, BANK)[place % 4]
    return (BANK, CMBS, LIFE_COMPANY, CREDIT_UNION, CMBS)[place % 5]


def _portfolio(kind: PropertyType) -> int:
    return 0 if kind in RESIDENTIAL else 1 if kind in LOGISTICS else 2 if kind in WORKPLACES else 3


def _allocated(principal: Decimal, values: Sequence[Decimal]) -> tuple[Decimal, ...]:
    total = sum(values, Decimal(0))
    parts = [cents(principal * value / total) for value in values[:-1]]
    return (*parts, principal - sum(parts, Decimal(0)))


def _between(place: int, stride: int, bounds: tuple[Decimal, Decimal], decimals: int = 4) -> Decimal:
    """Return a number between two bounds that looks arbitrary, and is the same every time."""
    part = Decimal(place * stride * 61 % 97) / 96
    return (bounds[0] + (bounds[1] - bounds[0]) * part).quantize(Decimal(1).scaleb(-decimals))


def _rounded(amount: Decimal) -> Decimal:
    """Return the amount in whole fifty thousands, as such sums are agreed."""
    return (amount / 50_000).quantize(Decimal(1), rounding=ROUND_DOWN) * 50_000

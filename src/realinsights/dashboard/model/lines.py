"""One line per loan: what stands behind a figure."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import msgspec

from realinsights.contracts.filters import Filters
from realinsights.contracts.loans import (
    AmortizationType,
    IncomeBasis,
    LoanStatus,
    LoanStructure,
    PartyKind,
    PropertyType,
    RateType,
)
from realinsights.dashboard.model.codes import (
    AMORTIZATIONS,
    CLOSED,
    NOBODY,
    PROPERTY_TYPES,
    RATE_TYPES,
    SOURCES,
    STATUSES,
    STRUCTURES,
    Dictionary,
    IncomeSource,
)
from realinsights.dashboard.model.columns import Backing, Columns, LoanColumn
from realinsights.dashboard.model.due_days import extended_day
from realinsights.dashboard.model.encoded import encoded
from realinsights.dashboard.model.exact import (
    MONEY_PLACES,
    RATE_PLACES,
    RATIO_PLACES,
    UNKNOWN,
    known_text,
    quotient_text,
    text,
)
from realinsights.dashboard.model.filters import matching_collateral
from realinsights.dashboard.model.own_ratios import gaps_of
from realinsights.dashboard.model.positions import MEASURED, present_through
from realinsights.dashboard.model.stamps import first_day, first_source
from realinsights.dashboard.model.view import INCOME

_DUE = [LoanColumn.MATURITY, LoanColumn.ANTICIPATED, LoanColumn.EXTENSIONS]
_KEPT_BASIS = IncomeBasis.LATEST
_MOST_KEPT = 1_000
"""So many encoded lines are kept of an organization at most, and those of one answer."""


class Named(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """A lender, fund or portfolio; `name` is None while its name has not arrived."""

    id: str
    name: str | None


class LoanLine(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """A loan as the dashboard knows it. A ratio that the loan alone cannot give is None, with the reason in `gaps`.

    Where others stand on its properties, ratios are through its `lien_position`: `balance_before` ranks before or with
    it, and is counted in them. It is None of a loan that is alone, or not measured.
    `matched_balance` is the part of the balance allocated to properties that match the property filters.
    `extended_maturity_date` is that of the options exercised by the business date. On `expected_maturity_date` the loan
    is expected to be repaid: the anticipated repayment date until that is past, else the maturity, extended or not.
    `past_maturity` says that it is owed although that day is past. `recorded_balance` is that of the date `as_of`,
    where `balance` is rolled forward from it to the business date.
    `income_basis` and `income_as_of` are those of the net operating income.
    """

    loan_id: str
    number: str
    name: str
    borrower: str | None
    lender: Named | None
    fund: Named | None
    portfolio: Named | None
    structure: LoanStructure
    status: LoanStatus
    rate_type: RateType
    amortization_type: AmortizationType
    property_types: tuple[PropertyType, ...]
    states: tuple[str, ...]
    properties: int
    original_balance: str
    balance: str
    lien_position: int | None
    balance_before: str | None
    matched_balance: str
    rate: str
    origination_date: datetime.date
    maturity_date: datetime.date
    anticipated_repayment_date: datetime.date | None
    extended_maturity_date: datetime.date | None
    expected_maturity_date: datetime.date
    past_maturity: bool
    as_of: datetime.date
    recorded_balance: str | None
    annual_debt_service: str | None
    value: str | None
    value_as_of: datetime.date | None
    income_basis: IncomeSource | None
    income_as_of: datetime.date | None
    net_operating_income: str | None
    net_cash_flow: str | None
    occupancy: str | None
    dscr: str | None
    reported_dscr: str | None
    ltv: str | None
    debt_yield: str | None
    gaps: tuple[str, ...]


def lines(columns: Columns, rows: Sequence[int], filters: Filters, on: datetime.date) -> tuple[LoanLine, ...]:
    """Return the rows as lines."""
    return tuple(line(columns, row, filters, on) for row in rows)


def kept_lines(columns: Columns, rows: Sequence[int], filters: Filters, on: datetime.date) -> tuple[LoanLine, ...]:
    """Return the rows as lines, encoded; each that is the same on any date to its maturity is kept until it changes."""
    if filters.by_property or filters.statement_basis is not _KEPT_BASIS:
        return tuple(encoded(line(columns, row, filters, on)) for row in rows)  # they also say what of them matches
    kept = columns.lines
    if len(kept) > _MOST_KEPT:
        kept.clear()
    found = []
    for row in rows:
        if _depends_on_date(columns, row, on):
            found.append(encoded(line(columns, row, filters, on)))
            continue
        if row not in kept:
            kept[row] = encoded(line(columns, row, filters, on))
        found.append(kept[row])
    return tuple(found)


def _depends_on_date(columns: Columns, row: int, on: datetime.date) -> bool:
    maturity, anticipated, extensions = columns.loans[_DUE, row].tolist()
    return bool(extensions != NOBODY or anticipated or maturity < on.toordinal())


def line(columns: Columns, row: int, filters: Filters, on: datetime.date) -> LoanLine:
    """Return one row as a line."""
    loan: list[int] = columns.loans[:, row].tolist()
    backing = columns.collateral.of(row)
    matching = matching_collateral(columns, filters, backing)
    structure = STRUCTURES.members[loan[LoanColumn.STRUCTURE]]
    status = STATUSES.members[loan[LoanColumn.STATUS]]
    through = present_through(columns)
    place = None if through is None else through.place(row)
    gaps = gaps_of(structure, status, MEASURED if through is None or place is None else int(through.reasons[place]))
    income, flow, stamps = INCOME[filters.statement_basis]
    balance, value, noi = loan[LoanColumn.BALANCE], loan[LoanColumn.VALUE], loan[income]
    whole = not gaps
    owed, service, before = balance, loan[LoanColumn.DEBT_SERVICE], None
    if through is not None and place is not None and whole:
        owed, service = int(through.balance[place]), int(through.debt_service[place])
        before = text(owed - balance, MONEY_PLACES)
    anticipated, maturity = loan[LoanColumn.ANTICIPATED], loan[LoanColumn.MATURITY]
    extended = extended_day(columns.extensions.keys[loan[LoanColumn.EXTENSIONS]], on)
    expected = anticipated if anticipated >= on.toordinal() else extended or maturity
    return LoanLine(
        loan_id=columns.ids[row],
        number=columns.numbers[row],
        name=columns.titles[row],
        borrower=columns.borrowers[row],
        lender=_named(columns.parties[PartyKind.LENDER], loan[LoanColumn.LENDER]),
        fund=_named(columns.parties[PartyKind.FUND], loan[LoanColumn.FUND]),
        portfolio=_named(columns.parties[PartyKind.PORTFOLIO], loan[LoanColumn.PORTFOLIO]),
        structure=structure,
        status=status,
        rate_type=RATE_TYPES.members[loan[LoanColumn.RATE_TYPE]],
        amortization_type=AMORTIZATIONS.members[loan[LoanColumn.AMORTIZATION]],
        property_types=tuple(PROPERTY_TYPES.members[code] for code in sorted(set(backing[Backing.TYPE].tolist()))),
        states=tuple(
            sorted(state for code in set(backing[Backing.STATE].tolist()) if (state := columns.states.keys[code]))
        ),
        properties=backing.shape[1],
        original_balance=text(loan[LoanColumn.ORIGINAL], MONEY_PLACES),
        balance=text(balance, MONEY_PLACES),
        lien_position=max(loan[LoanColumn.LIEN], 0) or None,
        balance_before=before,
        matched_balance=text(
            # What matches without any property matches as a whole.
            balance if matching is None or not matching.size else int(backing[Backing.BALANCE, matching].sum()),
            MONEY_PLACES,
        ),
        rate=text(loan[LoanColumn.RATE], RATE_PLACES),
        origination_date=datetime.date.fromordinal(loan[LoanColumn.ORIGINATED]),
        maturity_date=datetime.date.fromordinal(maturity),
        anticipated_repayment_date=_date(anticipated),
        extended_maturity_date=_date(extended),
        expected_maturity_date=datetime.date.fromordinal(expected),
        past_maturity=expected < on.toordinal() and not CLOSED[loan[LoanColumn.STATUS]],
        as_of=datetime.date.fromordinal(loan[LoanColumn.AS_OF]),
        recorded_balance=None if columns.rolling is None else columns.rolling.recorded_text(row),
        annual_debt_service=known_text(loan[LoanColumn.DEBT_SERVICE], MONEY_PLACES),
        value=known_text(value, MONEY_PLACES),
        value_as_of=_date(first_day(loan[LoanColumn.VALUE_STAMP])),
        income_basis=None if noi == UNKNOWN else _source(filters.statement_basis, loan[stamps]),
        income_as_of=_date(first_day(loan[stamps])),
        net_operating_income=known_text(noi, MONEY_PLACES),
        net_cash_flow=known_text(loan[flow], MONEY_PLACES),
        occupancy=known_text(loan[LoanColumn.OCCUPANCY], RATE_PLACES),
        dscr=_ratio(noi, service) if whole else None,
        reported_dscr=known_text(loan[LoanColumn.REPORTED_DSCR], RATE_PLACES),
        ltv=_ratio(owed, value) if whole else None,
        debt_yield=_ratio(noi, owed) if whole else None,
        gaps=gaps,
    )


def _named(dictionary: Dictionary, code: int) -> Named | None:
    key = dictionary.keys[code]
    return None if key is None else Named(id=key, name=dictionary.names[code])


def _date(day: int) -> datetime.date | None:
    return datetime.date.fromordinal(day) if day else None


def _source(basis: IncomeBasis, stamps: int) -> IncomeSource:
    return SOURCES.members[first_source(stamps)] if basis is IncomeBasis.LATEST else IncomeSource(basis.value)


def _ratio(numerator: int, denominator: int) -> str | None:
    if UNKNOWN in (numerator, denominator) or denominator <= 0:
        return None
    return quotient_text(numerator, denominator, RATIO_PLACES)

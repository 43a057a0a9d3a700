"""One line per loan: what stands behind a figure."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from heapq import nsmallest

import msgspec
import numpy as np

from realinsights.contracts.loans import (
    AmortizationType,
    LoanStatus,
    LoanStructure,
    PartyKind,
    PropertyType,
    RateType,
)
from realinsights.dashboard.model.columns import (
    AMORTIZATIONS,
    PROPERTY_TYPES,
    RATE_TYPES,
    STATUSES,
    STRUCTURES,
    Backing,
    Columns,
    Dictionary,
    Loan,
)
from realinsights.dashboard.model.exact import (
    MONEY_PLACES,
    RATE_PLACES,
    RATIO_PLACES,
    UNKNOWN,
    Flags,
    Integers,
    known_text,
    quotient_text,
    text,
)
from realinsights.dashboard.model.filters import Filters, matching_collateral


class Named(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A lender, fund or portfolio; `name` is None while its name has not arrived."""

    id: str
    name: str | None


class LoanLine(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A loan as the dashboard knows it. A ratio that the loan alone cannot give is None, with the reason in `gaps`.

    `matched_balance` is the part of the balance allocated to properties that match the property filters.
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
    matched_balance: str
    rate: str
    origination_date: datetime.date
    maturity_date: datetime.date
    as_of: datetime.date
    annual_debt_service: str | None
    value: str | None
    net_operating_income: str | None
    net_cash_flow: str | None
    occupancy: str | None
    dscr: str | None
    reported_dscr: str | None
    ltv: str | None
    debt_yield: str | None
    gaps: tuple[str, ...]


NOTE_NAMES = {
    LoanStructure.PARI_PASSU: "pari passu note",
    LoanStructure.A_NOTE: "A note",
    LoanStructure.B_NOTE: "B note",
    LoanStructure.C_NOTE: "C note",
    LoanStructure.MEZZANINE: "mezzanine loan",
}
"""Structures that are a share of a larger debt on the whole property."""

_NOTES = np.array([member in NOTE_NAMES for member in STRUCTURES.members], np.bool_)

DEFEASED = "defeased: secured by government securities, no longer by its property"


def largest(columns: Columns, rows: Integers, values: Integers, limit: int) -> list[int]:
    """Return the positions in `rows` of the largest values, the largest first, ties in the order of the ids."""
    if not limit:
        return []
    positions = np.arange(values.size)
    if values.size > limit:
        threshold = np.partition(values, values.size - limit)[values.size - limit]
        positions = np.flatnonzero(values >= threshold)
    ids = [columns.ids[row] for row in rows[positions].tolist()]
    ranked = nsmallest(limit, zip((-values[positions]).tolist(), ids, positions.tolist(), strict=True))
    return [position for _, _, position in ranked]


def lines(columns: Columns, rows: Sequence[int], filters: Filters) -> tuple[LoanLine, ...]:
    """Return the rows as lines."""
    return tuple(line(columns, row, filters) for row in rows)


def line(columns: Columns, row: int, filters: Filters) -> LoanLine:
    """Return one row as a line."""
    loan: list[int] = columns.loans[:, row].tolist()
    backing = columns.collateral.of(row)
    matching = matching_collateral(columns, filters, backing)
    structure = STRUCTURES.members[loan[Loan.STRUCTURE]]
    status = STATUSES.members[loan[Loan.STATUS]]
    gaps = gaps_of(structure, status)
    balance, value, noi = loan[Loan.BALANCE], loan[Loan.VALUE], loan[Loan.NOI]
    whole = not gaps
    return LoanLine(
        loan_id=columns.ids[row],
        number=columns.numbers[row],
        name=columns.titles[row],
        borrower=columns.borrowers[row],
        lender=_named(columns.parties[PartyKind.LENDER], loan[Loan.LENDER]),
        fund=_named(columns.parties[PartyKind.FUND], loan[Loan.FUND]),
        portfolio=_named(columns.parties[PartyKind.PORTFOLIO], loan[Loan.PORTFOLIO]),
        structure=structure,
        status=status,
        rate_type=RATE_TYPES.members[loan[Loan.RATE_TYPE]],
        amortization_type=AMORTIZATIONS.members[loan[Loan.AMORTIZATION]],
        property_types=tuple(PROPERTY_TYPES.members[code] for code in sorted(set(backing[Backing.TYPE].tolist()))),
        states=tuple(
            sorted(state for code in set(backing[Backing.STATE].tolist()) if (state := columns.states.keys[code]))
        ),
        properties=backing.shape[1],
        original_balance=text(loan[Loan.ORIGINAL], MONEY_PLACES),
        balance=text(balance, MONEY_PLACES),
        matched_balance=text(
            # What matches without any property matches as a whole.
            balance if matching is None or not matching.size else int(backing[Backing.BALANCE, matching].sum()),
            MONEY_PLACES,
        ),
        rate=text(loan[Loan.RATE], RATE_PLACES),
        origination_date=datetime.date.fromordinal(loan[Loan.ORIGINATED]),
        maturity_date=datetime.date.fromordinal(loan[Loan.MATURITY]),
        as_of=datetime.date.fromordinal(loan[Loan.AS_OF]),
        annual_debt_service=known_text(loan[Loan.DEBT_SERVICE], MONEY_PLACES),
        value=known_text(value, MONEY_PLACES),
        net_operating_income=known_text(noi, MONEY_PLACES),
        net_cash_flow=known_text(loan[Loan.NCF], MONEY_PLACES),
        occupancy=known_text(loan[Loan.OCCUPANCY], RATE_PLACES),
        dscr=_ratio(noi, loan[Loan.DEBT_SERVICE]) if whole else None,
        reported_dscr=known_text(loan[Loan.REPORTED_DSCR], RATE_PLACES),
        ltv=_ratio(balance, value) if whole else None,
        debt_yield=_ratio(noi, balance) if whole else None,
        gaps=gaps,
    )


def gaps_of(structure: LoanStructure, status: LoanStatus) -> tuple[str, ...]:
    """Return why the loan has no ratios of its own; empty where it has."""
    gaps = []
    if structure in NOTE_NAMES:
        gaps.append(f"{NOTE_NAMES[structure]}: DSCR, LTV and debt yield cannot be computed from the note alone")
    if status == LoanStatus.DEFEASED:
        gaps.append(DEFEASED)
    return tuple(gaps)


def has_own_ratios(columns: Columns) -> Flags:
    """Return which loans have nothing in `gaps_of`."""
    bars = _NOTES[columns.column(Loan.STRUCTURE)]
    bars |= np.equal(columns.column(Loan.STATUS), STATUSES.code(LoanStatus.DEFEASED))
    return np.logical_not(bars)


def _named(dictionary: Dictionary, code: int) -> Named | None:
    key = dictionary.keys[code]
    return None if key is None else Named(id=key, name=dictionary.names[code])


def _ratio(numerator: int, denominator: int) -> str | None:
    if UNKNOWN in (numerator, denominator) or denominator <= 0:
        return None
    return quotient_text(numerator, denominator, RATIO_PLACES)

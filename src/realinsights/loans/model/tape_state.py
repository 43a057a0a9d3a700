"""The state of a loan by its statements: a fold over them in the order of their periods, however they came in.

A later statement's values stand; what it leaves out stays as the latest earlier one said. Valuations and operating
statements accumulate. Everything here is a function of the set of statements, so importing an earlier period later
gives what importing it first would have given.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import msgspec

from realinsights.contracts.loans import LoanStatus, RateType
from realinsights.loans.model.loan import GONE, OriginalTerms, ReportedFigures
from realinsights.loans.model.performance import OperatingStatement, RollUp, Valuation
from realinsights.loans.model.tape import Statement, TapeProperty
from realinsights.loans.model.terms import FloatingTerms
from realinsights_finance.day_count import DayCount
from realinsights_platform.attributes import values_of

_NEVER: Final = datetime.date.min


class _Fields:
    """Some fields of a statement or of its properties; each stands as it was last said."""

    def __init__(self, *names: str) -> None:
        self._names = names
        self._values_of = values_of(names)

    def said(self, struct: msgspec.Struct) -> dict[str, Any]:
        """Return those that are known."""
        values = zip(self._names, self._values_of(struct), strict=True)
        return {name: value for name, value in values if value is not None}


_PLAIN: Final = _Fields(  # which the loan simply has
    *("name", "borrower", "originator", "servicer", "structure", "note_name", "lien_position", "original_balance"),
    *("origination_date", "maturity_date", "anticipated_repayment_date", "rate_type", "tags"),
)
_TERMS: Final = _Fields(
    *("day_count", "first_payment_date", "interest_start_date", "payment_day", "frequency", "level_payment"),
    *("grace_days", "payment_basis", "amortization_from_closing", "business_day_rule", "business_day_calendar"),
    *("accrual_adjusted", "interest_rounding", "payment_rounding", "daily_rate_decimals", "rate_steps"),
    *("fixed_principal", "scheduled_principal", "cash_after_anticipated_repayment", "payments_in_advance"),
    *("pay_rate", "capitalizing_payment", "capitalization_limit", "curtailments"),
    *("commitment", "draws", "unused_fee_rate", "unused_fee_day_count"),
)
_NAMES: Final = _Fields("lender", "lender_type", "fund", "portfolio")
_BUILDING: Final = _Fields(
    *(
        name
        for name in TapeProperty.__struct_fields__
        if name not in {"number", "row", "valuations", "operating_statements", "allocated_amount"}
    )
)
_AT_CLOSING: Final = _Fields(
    *("day_count", "first_payment_date", "maturity_date", "term_months", "amortization_months"),
    *("interest_only_months", "stated_payment"),
)
_REPORTED: Final = _Fields("dscr", "dscr_net_cash_flow", "annual_debt_service")


@dataclass(slots=True)
class Building:
    """A property by the statements that mention it: `fields` are those of the stored property."""

    fields: dict[str, Any] = field(default_factory=dict)
    valuations: dict[Any, Valuation] = field(default_factory=dict)
    statements: dict[Any, OperatingStatement] = field(default_factory=dict)
    allocated_amount: Decimal | None = None


@dataclass(slots=True)
class TapeState:
    """A loan by its statements up to one: `fields` are the stored loan's, `terms` its terms'.

    `names` are those of lender, fund and portfolio, whom the loan refers to by id. `present` are the numbers of the
    properties behind it, `buildings` all that were ever mentioned.
    """

    fields: dict[str, Any] = field(default_factory=dict)
    terms: dict[str, Any] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    present: tuple[str, ...] = ()
    buildings: dict[str, Building] = field(default_factory=dict)


def states(statements: Iterable[Statement]) -> Iterator[tuple[Statement, TapeState]]:
    """Yield each statement, oldest first, with the loan as it was known by then; the state is one and grows."""
    state = TapeState()
    first = _First()
    roll_up = _RollUp()
    for statement in sorted(statements, key=lambda item: item.period_end):
        _take(state, statement)
        first.see(statement)
        state.fields["original"] = first.terms(state)
        if statement.roll_up is not None:
            state.fields["roll_up"] = roll_up.with_figures_of(statement.roll_up)
        yield statement, state


def present_state(statements: Iterable[Statement]) -> TapeState | None:
    """Return the loan by all its statements, None where there are none."""
    state = None
    for _, known in states(statements):
        state = known
    return state


def building_fields(building: Building) -> dict[str, Any]:
    """Return the stored property's fields that its statements decide."""
    return {
        **building.fields,
        "valuations": _by_date(building.valuations.values()),
        "operating_statements": _by_period(building.statements.values()),
    }


def _take(state: TapeState, statement: Statement) -> None:
    fields = state.fields
    fields.update(_PLAIN.said(statement))
    state.terms.update(_TERMS.said(statement))
    state.names.update(_NAMES.said(statement))
    if statement.rate:
        fields["rate"] = statement.rate
    elif statement.rate is not None:
        fields.setdefault("rate", statement.rate)
    balance = statement.balance
    if balance is not None:
        fields["current_balance"], fields["balance_as_of"] = balance, statement.period_end
    fields["modified"] = statement.modified
    fields["status"] = _status(statement, fields.get("status"))
    _take_terms(state, statement)
    _take_reported(fields, statement)
    _take_buildings(state, statement)


def _status(statement: Statement, before: LoanStatus | None) -> LoanStatus:
    """Return the status; once nothing is owed, a tape that only repeats "current" does not revive a loan."""
    if statement.status is None:
        return before or LoanStatus.CURRENT
    if before in GONE and statement.status is LoanStatus.CURRENT and not statement.balance:
        return before
    return statement.status


def _take_terms(state: TapeState, statement: Statement) -> None:
    terms = state.terms
    if statement.prepayment:
        terms["prepayment"] = statement.prepayment
    if statement.interest_only:
        terms["amortization_months"], terms["interest_only_months"] = None, 0
    elif says_repayment(statement):
        terms["amortization_months"] = statement.amortization_months
        terms["interest_only_months"] = statement.interest_only_months or 0
    rate_type = state.fields.get("rate_type", RateType.FIXED)
    if rate_type is not RateType.STEPPED and terms.get("rate_steps"):
        terms["rate_steps"] = ()
    if rate_type is not RateType.FLOATING:
        terms["floating"] = None
    elif statement.index is not None and statement.spread is not None:
        terms["floating"] = _floating(terms.get("floating"), statement, statement.index, statement.spread)


def says_repayment(statement: Statement) -> bool:
    """Tell whether a statement says how principal is repaid before maturity."""
    amounts = (statement.amortization_months, statement.level_payment, statement.fixed_principal)
    return amounts != (None, None, None) or bool(statement.scheduled_principal)


def _floating(before: FloatingTerms | None, statement: Statement, index: str, spread: Decimal) -> FloatingTerms:
    """Return the floating terms that a tape says; what no tape can say stays as a person said it."""
    said = {
        "rounding": statement.index_rounding,
        "setting": statement.rate_setting,
        "calendar": statement.index_calendar,
        "fixed_rate": statement.fixed_rate,
        "fixed_until": statement.fixed_until,
    }
    return msgspec.structs.replace(
        before or FloatingTerms(index="", spread=spread),
        index=index[:32],
        spread=spread,
        index_floor=statement.index_floor,
        rate_floor=statement.rate_floor,
        rate_ceiling=statement.rate_ceiling,
        lookback_business_days=statement.lookback_days,
        reset_months=statement.reset_months or 1,
        first_reset_date=statement.first_reset_date,
        **{field: value for field, value in said.items() if value is not None},
    )


def _take_reported(fields: dict[str, Any], statement: Statement) -> None:
    said = _REPORTED.said(statement)
    if statement.financials_date is not None:
        said["as_of"] = statement.financials_date
    if said:
        fields["reported"] = msgspec.structs.replace(fields.get("reported") or ReportedFigures(), **said)


def _take_buildings(state: TapeState, statement: Statement) -> None:
    for said in statement.properties:
        building = state.buildings.setdefault(said.number, Building())
        building.fields.update(_BUILDING.said(said))
        if said.allocated_amount is not None:
            building.allocated_amount = said.allocated_amount
        _gather(building.valuations, building.statements, said.valuations, said.operating_statements)
    if statement.properties:
        state.present = tuple(said.number for said in statement.properties)


def _gather(
    valuations: dict[Any, Valuation],
    statements: dict[Any, OperatingStatement],
    more_valuations: Iterable[Valuation],
    more_statements: Iterable[OperatingStatement],
) -> None:
    for valuation in more_valuations:
        valuations[valuation.as_of] = valuation
    for statement in more_statements:
        if _is_occupancy_only(statement):
            # Each month brings a newer one: only the last of them is worth keeping.
            statements["occupancy"] = statement
        else:
            statements[statement.basis, statement.period_end] = statement


def _is_occupancy_only(statement: OperatingStatement) -> bool:
    return (
        statement.revenue is None
        and statement.operating_expenses is None
        and statement.net_operating_income is None
        and statement.net_cash_flow is None
    )


class _RollUp:
    def __init__(self) -> None:
        self._valuations: dict[Any, Valuation] = {}
        self._statements: dict[Any, OperatingStatement] = {}
        self._latest = RollUp()

    def with_figures_of(self, said: RollUp) -> RollUp:
        _gather(self._valuations, self._statements, said.valuations, said.operating_statements)
        self._latest = RollUp(
            valuations=_by_date(self._valuations.values()),
            operating_statements=_by_period(self._statements.values()),
            square_feet=said.square_feet if said.square_feet is not None else self._latest.square_feet,
            units=said.units if said.units is not None else self._latest.units,
        )
        return self._latest


class _First:
    """The terms at closing: of each, what the oldest statement that has it says."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = {}

    def see(self, statement: Statement) -> None:
        said = _AT_CLOSING.said(statement)
        rate = _closing_rate(statement)
        if rate is not None:
            said["rate"] = rate
        if statement.original_maturity_date is not None:
            said["maturity_date"] = statement.original_maturity_date
        self._known = {**said, **self._known}

    def terms(self, state: TapeState) -> OriginalTerms | None:
        """Return the terms at closing where they say anything that the present ones do not."""
        known, fields, terms = self._known, state.fields, state.terms
        if "rate" not in known or (
            "term_months" not in known
            and "stated_payment" not in known
            and known["rate"] == fields.get("rate")
            and known.get("maturity_date") == fields.get("maturity_date")
            and known.get("first_payment_date") == terms.get("first_payment_date")
            and known.get("day_count") == terms.get("day_count")
            and known.get("amortization_months") == (terms.get("amortization_months") or None)
            and (known.get("interest_only_months") or 0) == (terms.get("interest_only_months") or 0)
        ):
            return None
        return OriginalTerms(**{"day_count": DayCount.ACTUAL_360, **known})


def _closing_rate(statement: Statement) -> Decimal | None:
    """Return the rate at closing; the period's own where it is the same with more digits."""
    original, present = statement.original_rate, statement.rate
    if original is None:
        return present
    if present and round(present, max(0, -_exponent(original))) == original:
        return present
    return original


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _by_date(valuations: Iterable[Valuation]) -> tuple[Valuation, ...]:
    return tuple(sorted(valuations, key=lambda valuation: valuation.as_of or _NEVER))


def _by_period(statements: Iterable[OperatingStatement]) -> tuple[OperatingStatement, ...]:
    return tuple(
        sorted(statements, key=lambda item: (item.period_end or _NEVER, item.basis.value, _is_occupancy_only(item)))
    )


def without_place(statement: Statement) -> Statement:
    """Return the statement without where in its file it stood: two files may say the same."""
    return msgspec.structs.replace(
        statement,
        row=0,
        line=0,
        properties=tuple(msgspec.structs.replace(asset, row=0) for asset in statement.properties),
    )

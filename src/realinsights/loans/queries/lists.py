"""Lists of loans, properties and parties: filtered, searched, ordered, page by page."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, Final, TypeVar

import msgspec

from realinsights.contracts.loans import AmortizationType, LoanStatus, LoanStructure, PropertyType, RateType
from realinsights.loans.model.falling_due import MaturityKind, expected_maturity
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.performance import (
    income_figures,
    latest_occupancy,
    latest_valuation,
)
from realinsights.loans.model.period import ReportedPeriod
from realinsights.loans.model.property import Property
from realinsights.loans.queries.history import read
from realinsights.loans.queries.scoping import loan_within
from realinsights.loans.store import LOANS, PERIODS, PROPERTIES
from realinsights_platform.attributes import made_from
from realinsights_platform.documents.ordered_values import ordered
from realinsights_platform.documents.port import (
    AnyOf,
    Between,
    Contains,
    D,
    Documents,
    Either,
    Equal,
    Kind,
    Order,
    Page,
    Position,
    StartsWith,
    Where,
    Words,
)
from realinsights_platform.errors import Invalid
from realinsights_platform.principal import Scope

T = TypeVar("T")

_DAY: Final = datetime.timedelta(days=1)


class LoanSummary(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A loan as a list shows it.

    `maturity_date` is the final one before extensions, `extended_maturity_date` with those exercised. On
    `expected_maturity_date` it is expected to be repaid, as of the business date; `maturity_kind` says what that is.
    """

    id: str
    version: int
    number: str
    name: str
    borrower: str | None
    status: LoanStatus
    structure: LoanStructure
    note_name: str | None
    rate_type: RateType
    amortization_type: AmortizationType
    original_balance: Decimal
    current_balance: Decimal
    balance_as_of: datetime.date
    rate: Decimal
    origination_date: datetime.date
    maturity_date: datetime.date
    extended_maturity_date: datetime.date
    expected_maturity_date: datetime.date
    maturity_kind: MaturityKind
    lender_id: str | None
    fund_id: str | None
    portfolio_id: str | None
    property_ids: tuple[str, ...]
    deal: str | None
    tags: tuple[str, ...]
    risk_rating: str | None


class PropertySummary(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A property as a list shows it, with the latest figures it states."""

    id: str
    version: int
    name: str
    property_type: PropertyType
    address: str | None
    city: str | None
    state: str | None
    zip: str | None
    year_built: int | None
    units: int | None
    square_feet: Decimal | None
    value: Decimal | None
    value_as_of: datetime.date | None
    net_operating_income: Decimal | None
    net_operating_income_as_of: datetime.date | None
    occupancy: Decimal | None
    portfolio_id: str | None
    deal: str | None
    tags: tuple[str, ...]


def loan_summary(loan: Loan, *, on: datetime.date) -> LoanSummary:
    """Return what a list shows of a loan on a business date."""
    rating, expected = loan.risk_rating, expected_maturity(loan, on=on)
    return made_from(
        loan,
        LoanSummary,
        risk_rating=rating.rating if rating is not None else None,
        expected_maturity_date=expected.date,
        maturity_kind=expected.kind,
    )


def property_summary(asset: Property) -> PropertySummary:
    """Return what a list shows of a property, each figure by its latest statement."""
    value = latest_valuation(asset.valuations)
    income = income_figures(asset.operating_statements, "net_operating_income").latest
    occupancy = latest_occupancy(asset.operating_statements)
    return made_from(
        asset,
        PropertySummary,
        square_feet=asset.leasable_square_feet or asset.square_feet,
        value=value.amount if value is not None else None,
        value_as_of=value.as_of if value is not None else None,
        net_operating_income=income.amount if income is not None else None,
        net_operating_income_as_of=income.as_of if income is not None else None,
        occupancy=occupancy.amount if occupancy is not None else None,
    )


class LoanFilter(msgspec.Struct, frozen=True, kw_only=True):
    """A filter of loans: every condition that is not None must hold; ranges are closed.

    A maturity is the day a loan is expected to be repaid: its anticipated repayment date until that is past, else its
    maturity with the options that are exercised.
    """

    q: str | None = None
    number: str | None = None
    status: tuple[LoanStatus, ...] | None = None
    structure: tuple[LoanStructure, ...] | None = None
    rate_type: tuple[RateType, ...] | None = None
    amortization_type: tuple[AmortizationType, ...] | None = None
    lender_id: str | None = None
    fund_id: str | None = None
    portfolio_id: str | None = None
    property_id: str | None = None
    deal: str | None = None
    tag: str | None = None
    maturity_from: datetime.date | None = None
    maturity_to: datetime.date | None = None
    origination_from: datetime.date | None = None
    origination_to: datetime.date | None = None
    balance_from: Decimal | None = None
    balance_to: Decimal | None = None
    rate_from: Decimal | None = None
    rate_to: Decimal | None = None

    def where(self, *, on: datetime.date) -> tuple[Where, ...]:
        """Return the conditions on a business date; raises `Invalid` for an end no value can have."""
        return (
            *_equal(lender_id=self.lender_id, fund_id=self.fund_id, portfolio_id=self.portfolio_id, deal=self.deal),
            *_any_of(
                status=self.status,
                structure=self.structure,
                rate_type=self.rate_type,
                amortization_type=self.amortization_type,
            ),
            *_contains(property_ids=self.property_id, tags=self.tag),
            *_expected_between(self.maturity_from, self.maturity_to, on=on),
            *_between("origination_date", self.origination_from, self.origination_to),
            *_between(
                "current_balance", _bound("balanceFrom", self.balance_from), _bound("balanceTo", self.balance_to)
            ),
            *_between("rate", _bound("rateFrom", self.rate_from), _bound("rateTo", self.rate_to)),
            *((StartsWith("number", self.number),) if self.number else ()),
            *_words(self.q),
        )


class PartyFilter(msgspec.Struct, frozen=True, kw_only=True):
    """A filter of lenders, funds or portfolios: every condition that is not None must hold."""

    q: str | None = None
    tag: str | None = None

    def where(self) -> tuple[Where, ...]:
        """Return the conditions as the documents port takes them."""
        return (*_contains(tags=self.tag), *_words(self.q, within=True))


class PropertyFilter(msgspec.Struct, frozen=True, kw_only=True):
    """A filter of properties: every condition that is not None must hold."""

    q: str | None = None
    property_type: tuple[PropertyType, ...] | None = None
    state: str | None = None
    city: str | None = None
    portfolio_id: str | None = None
    deal: str | None = None
    tag: str | None = None

    def where(self) -> tuple[Where, ...]:
        """Return the conditions as the documents port takes them."""
        return (
            *_equal(state=self.state, city=self.city, portfolio_id=self.portfolio_id, deal=self.deal),
            *_any_of(property_type=self.property_type),
            *_contains(tags=self.tag),
            *_words(self.q, within=True),
        )


async def listed(
    documents: Documents,
    kind: Kind[D],
    *,
    org: str,
    where: Sequence[Where],
    shown: Callable[[D], T],
    order: str,
    after: Position | None,
    limit: int,
    total: bool,
) -> Page[T]:
    """Return a page of the documents that match, as they are shown; raises `Invalid` for an order that cannot be."""
    page = await documents.find(kind, org, *where, order=order_by(kind, order), after=after, limit=limit)
    count = await documents.count(kind, org, *where) if total else None
    return Page(tuple(shown(document) for document in page.items), page.next, count)


async def parties_by_id(documents: Documents, kind: Kind[D], *, org: str, ids: Sequence[str]) -> tuple[D, ...]:
    """Return those of some lenders, funds or portfolios that exist, in the order of the ids."""
    found = await documents.get_many(kind, org, ids)
    return tuple(found[party_id] for party_id in dict.fromkeys(ids) if party_id in found)


async def list_loans_on_property(
    documents: Documents, *, org: str, property_id: str, on: datetime.date, after: Position | None, limit: int
) -> Page[LoanSummary]:
    """Return a page of the loans on a property; raises `NotFound`."""
    await read(documents, PROPERTIES, org=org, document_id=property_id)
    page = await documents.find(LOANS, org, Contains("property_ids", property_id), after=after, limit=limit)
    return Page(tuple(loan_summary(loan, on=on) for loan in page.items), page.next)


async def list_periods(
    documents: Documents, *, org: str, scope: Scope | None, loan_id: str, after: Position | None, limit: int
) -> Page[ReportedPeriod]:
    """Return a page of what servicers reported of a loan, the latest period first; raises `NotFound`."""
    await loan_within(documents, org=org, scope=scope, loan_id=loan_id)
    order = Order("period_end", descending=True)
    return await documents.find(PERIODS, org, Equal("loan_id", loan_id), order=order, after=after, limit=limit)


def order_by(kind: Kind[Any], text: str) -> Order:
    """Return the order that `maturityDate`, or descending `-maturityDate`, means; raises `Invalid` for another."""
    name = text.removeprefix("-")
    fields = _fields_on_the_wire(kind)
    if name not in fields:
        raise Invalid.field("order", f"is one of {', '.join(sorted(fields))}, with a - before it for descending")
    return Order(fields[name], descending=text.startswith("-"))


@cache
def _fields_on_the_wire(kind: Kind[Any]) -> dict[str, str]:
    fields = msgspec.structs.fields(kind.type)
    return {field.encode_name: field.name for field in fields if field.name in kind.indexes}


def _equal(**values: str | None) -> tuple[Where, ...]:
    return tuple(Equal(field, value) for field, value in values.items() if value is not None)


def _any_of(**values: Sequence[Any] | None) -> tuple[Where, ...]:
    return tuple(AnyOf(field, tuple(wanted)) for field, wanted in values.items() if wanted)


def _contains(**values: str | None) -> tuple[Where, ...]:
    return tuple(Contains(field, value) for field, value in values.items() if value is not None)


def _between(field: str, at_least: Any, at_most: Any) -> tuple[Where, ...]:
    return () if at_least is None and at_most is None else (Between(field, at_least, at_most),)


def _expected_between(
    first: datetime.date | None, last: datetime.date | None, *, on: datetime.date
) -> tuple[Where, ...]:
    """Return that a loan is expected to be repaid from one day to another, as `expected_maturity` says it.

    Of extensions the index holds what is exercised by now: on a date before an exercise, too.
    """
    if first is None and last is None:
        return ()
    extended = Between("extended_maturity_date", first, last)
    groups: list[tuple[Equal | Between, ...]] = [(Equal("anticipated_repayment_date", None), extended)]
    if on > datetime.date.min:
        groups.append((Between("anticipated_repayment_date", None, on - _DAY), extended))
    awaited = on if first is None else max(first, on)
    return (Either((*groups, (Between("anticipated_repayment_date", awaited, last),))),)


def _bound(parameter: str, value: Decimal | None) -> Decimal | None:
    """Return an end of a range; it is checked here because a stream that has begun cannot be refused any more."""
    if value is not None:
        ordered(parameter, value)
    return value


def _words(text: str | None, *, within: bool = False) -> tuple[Where, ...]:
    return (Words(text, within),) if text and text.strip() else ()

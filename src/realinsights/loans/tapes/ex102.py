"""EX-102 of a CMBS deal: assets to statements, each loan with the buildings its child assets describe."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import BinaryIO, Final, TypeVar

from realinsights.contracts.loans import LoanStatus
from realinsights.loans.model.tape import Problem, Statement, TapeProperty
from realinsights.loans.model.terms import PrepaymentKind, PrepaymentPhase
from realinsights.loans.tapes import ex102_codes as codes
from realinsights.loans.tapes.ex102_elements import LOAN_FIELDS
from realinsights.loans.tapes.ex102_properties import building, roll_up
from realinsights.loans.tapes.ex102_reader import RawAsset, read_assets
from realinsights.loans.tapes.ex102_values import Elements, code, date, decimal, flag, money, text_of, whole
from realinsights.loans.tapes.precision import PrecisionEvidence
from realinsights.loans.tapes.problems import BadValue, Refused

T = TypeVar("T")

CHUNK: Final = 64 * 1024
ONE_DAY: Final = datetime.timedelta(days=1)
# An asset with one of these is a loan; one with none, numbered after a loan, is one of that loan's properties.
LOAN_ELEMENTS: Final = (
    "originalloanamount",
    "originationdate",
    "maturitydate",
    "firstloanpaymentduedate",
    "originalinterestratepercentage",
    "reportperiodendscheduledloanbalanceamount",
    "reportperiodendactualbalanceamount",
)
_AMOUNTS: Final = frozenset({element for element in LOAN_ELEMENTS if element.endswith("amount")})
_COMPARED: Final = (*LOAN_ELEMENTS, "numberproperties")
_DEFEASED: Final = code(codes.DEFEASED)
_LIQUIDATION: Final = code({key: key for key in codes.LIQUIDATIONS})
_PAYMENT_STATUS: Final = code(codes.PAYMENT_STATUSES)
_PAYMENT_TYPE: Final = code({key: key for key in codes.PAYMENT_TYPES})
_LETTERED_CHILD: Final = re.compile(r"(\d+)[A-Za-z]+\Z")


@dataclass(slots=True)
class Outline:
    """What a first pass over the file finds: which assets are loans, whose the others are, and how money was stored."""

    loans: list[str] = field(default_factory=list)
    rows: int = 0
    buildings: int = 0
    period_ends: set[datetime.date] = field(default_factory=set)
    evidence: PrecisionEvidence = field(default_factory=PrecisionEvidence)
    children: dict[str, int] = field(default_factory=dict)
    orphans: set[str] = field(default_factory=set)


def outline(stream: BinaryIO) -> Outline:
    """Read the whole file once, refusing what is no EX-102; raises `TapeRefused`."""
    found = Outline()
    terms: dict[str, tuple[str | None, ...]] = {}
    others: list[str] = []
    for asset in read_assets(chunks(stream)):
        found.rows += 1
        number = asset.values.get("assetnumber", "")
        if not is_loan(asset):
            others.append(number)
            continue
        found.loans.append(number)
        terms.setdefault(number, _terms_of(asset))
        _look_at(asset, found)
    repeating = {number for number in found.loans if _repeats(number, terms)}
    found.loans = [number for number in found.loans if number not in repeating]
    loans = set(found.loans)
    for number in [*others, *repeating]:
        parent = parent_of(number, loans)
        if parent is None:
            found.orphans.add(number)
        else:
            found.children[parent] = found.children.get(parent, 0) + 1
    return found


def statements(stream: BinaryIO, found: Outline) -> Iterator[Statement | Refused]:
    """Yield one statement per loan, in the file's order, or why it is refused; `found` is the file's outline."""
    loans = set(found.loans)
    waiting: dict[str, RawAsset] = {}
    children: dict[str, list[RawAsset]] = {}
    seen: dict[str, int] = {}
    for asset in read_assets(chunks(stream)):
        number = asset.values.get("assetnumber", "")
        parent = number if number in loans and is_loan(asset) else parent_of(number, loans)
        if parent is None:
            yield _refused(asset, "assetNumber", "has no loan terms, and no loan it could be a property of")
            continue
        if parent != number:
            children.setdefault(parent, []).append(asset)
        elif number in seen:
            yield _refused(asset, "assetNumber", f"is also the number of asset {seen[number]} of this file")
            continue
        else:
            seen[number] = asset.row
            waiting[number] = asset
        if parent in waiting and len(children.get(parent, ())) == found.children.get(parent, 0):
            yield statement_of(waiting.pop(parent), children.pop(parent, []))


def chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the file from its beginning in pieces."""
    stream.seek(0)
    while piece := stream.read(CHUNK):
        yield piece


def is_loan(asset: RawAsset) -> bool:
    """Tell whether an asset has the terms of a loan."""
    return any(element in asset.values for element in LOAN_ELEMENTS)


def _terms_of(asset: RawAsset) -> tuple[str | None, ...]:
    return tuple(asset.values.get(element) for element in _COMPARED)


def _repeats(number: str, terms: Mapping[str, tuple[str | None, ...]]) -> bool:
    """Tell a child asset that repeats its loan's terms from a loan such as the note `7A` beside 7.

    Where the loan has several properties, the amounts of a child may be what is allocated to it.
    """
    parent = parent_of(number, terms) if not number.isdigit() else None
    if parent is None:
        return False
    said, known = dict(zip(_COMPARED, terms[number], strict=True)), dict(zip(_COMPARED, terms[parent], strict=True))
    differing = {element for element in LOAN_ELEMENTS if said[element] not in {None, known[element]}}
    several = known["numberproperties"] not in {None, "", "0", "1"}
    if _LETTERED_CHILD.match(number) is not None:
        return several and not differing
    return not differing or (several and differing <= _AMOUNTS)


def parent_of(number: str, loans: Iterable[str]) -> str | None:
    """Return the loan of which a child asset such as `4.01`, `3-001` or `7A` is a property."""
    for position in range(len(number) - 1, 0, -1):
        if number[position] in ".-" and number[:position] in loans:
            return number[:position]
    lettered = _LETTERED_CHILD.match(number)
    return lettered[1] if lettered is not None and lettered[1] in loans else None


def statement_of(asset: RawAsset, children: list[RawAsset]) -> Statement | Refused:
    """Return what an asset and its child assets say, or every reason why it cannot be read."""
    problems: list[Problem] = []
    number = asset.values.get("assetnumber")
    loan = Elements(asset, row=asset.row, loan=number, problems=problems)
    if not number:
        loan.note("assetNumber", None, "is missing: it identifies the loan within its deal")
    period_end = loan.get("reportingPeriodEndDate", date)
    if period_end is None and not loan.has("reportingPeriodEndDate"):
        loan.note("reportingPeriodEndDate", None, "is missing: it identifies the period")
    main = Elements(asset.properties[0], row=asset.row, loan=number, problems=problems) if asset.properties else None
    buildings = tuple(_buildings(asset, children, number or "", period_end, problems))
    _refuse_repeated(buildings, loan)
    defeased = main.get("DefeasedStatusCode", _DEFEASED) if main is not None else None
    status, liquidation = _status(loan, defeased=bool(defeased))
    payment_type = loan.get("paymentTypeCode", _PAYMENT_TYPE)
    amortization = loan.get("originalAmortizationTermNumber", whole) or None
    payment = loan.get("periodicPrincipalAndInterestPaymentSecuritizationAmount", money) or None
    is_interest_only = payment_type == codes.INTEREST_ONLY_PAYMENT_TYPE or (
        payment_type in {None, *codes.PAYMENT_TYPES_WITHOUT_PLAN} and amortization is None
    )
    modified_maturity = loan.get("postModificationMaturityDate", date)
    structure = loan.get("loanStructureCode", text_of)
    fields = loan.fields(LOAN_FIELDS)
    maturity = modified_maturity or fields["original_maturity_date"]
    if fields["anticipated_repayment_date"] == maturity:
        fields["anticipated_repayment_date"] = None  # it says nothing that the maturity does not
    statement = Statement(
        number=number or "",
        row=asset.row,
        line=asset.line,
        period_end=period_end or datetime.date.min,
        name=main.get("propertyName", text_of) if main is not None else None,
        lender_type="cmbs" if loan.has("originatorName") else None,
        note_name=structure if structure != "WL" else None,
        rate=_rate(loan),
        maturity_date=maturity,
        amortization_months=None if is_interest_only else amortization,
        interest_only=is_interest_only,
        level_payment=payment if not is_interest_only and amortization is None else None,
        stated_payment=payment,
        prepayment=_prepayment(loan, main),
        status=status,
        modified=bool(loan.get("modifiedIndicator", flag)) or loan.has("lastModificationDate"),
        defeased=bool(defeased),
        liquidation_code=liquidation,
        dscr=_either(
            main,
            "mostRecentDebtServiceCoverageNetOperatingIncomePercentage",
            "debtServiceCoverageNetOperatingIncomeSecuritizationPercentage",
        ),
        dscr_net_cash_flow=_either(
            main,
            "mostRecentDebtServiceCoverageNetCashFlowpercentage",
            "debtServiceCoverageNetCashFlowSecuritizationPercentage",
        ),
        annual_debt_service=main.get("mostRecentDebtServiceAmount", money) if main is not None else None,
        financials_date=main.get("mostRecentFinancialsEndDate", date) if main is not None else None,
        unscheduled=_unscheduled(loan),
        roll_up=roll_up(main, reported_on=period_end) if main is not None and children else None,
        properties=buildings,
        **fields,
    )
    if problems:
        # The same element may have been read for two fields.
        return Refused(row=asset.row, line=asset.line, loan=number, problems=tuple(dict.fromkeys(problems)))
    return statement


def _buildings(
    asset: RawAsset,
    children: list[RawAsset],
    number: str,
    reported_on: datetime.date | None,
    problems: list[Problem],
) -> Iterator[TapeProperty]:
    if not children:
        for index, raw in enumerate(asset.properties, start=1):
            elements = Elements(raw, row=asset.row, loan=number, problems=problems)
            own = number if len(asset.properties) == 1 else f"{number}#{index}"
            yield building(elements, number=own, row=asset.row, reported_on=reported_on)
    for child in children:
        child_number = child.values["assetnumber"]
        for index, raw in enumerate(child.properties, start=1):
            elements = Elements(raw, row=child.row, loan=child_number, problems=problems)
            own = child_number if len(child.properties) == 1 else f"{child_number}#{index}"
            yield building(elements, number=own, row=child.row, reported_on=reported_on)


def _refuse_repeated(buildings: tuple[TapeProperty, ...], loan: Elements) -> None:
    seen: set[str] = set()
    for asset in buildings:
        if asset.number in seen:
            loan.note("assetNumber", asset.number, "is the number of two properties of this loan")
        seen.add(asset.number)


def _status(loan: Elements, *, defeased: bool) -> tuple[LoanStatus | None, str | None]:
    paying = loan.get("paymentStatusLoanCode", _PAYMENT_STATUS)
    liquidation = loan.get("liquidationPrepaymentCode", _LIQUIDATION)
    if liquidation is not None and codes.LIQUIDATIONS[liquidation] is not None:
        return codes.LIQUIDATIONS[liquidation], liquidation
    if defeased and paying in {None, LoanStatus.CURRENT}:
        return LoanStatus.DEFEASED, liquidation
    return paying, liquidation


def _unscheduled(loan: Elements) -> str | None:
    reasons = []
    for element, meanings, what in (
        ("interestAccrualMethodCode", codes.DAY_COUNTS_WITHOUT_SCHEDULE, "interest accrual"),
        ("originalInterestRateTypeCode", codes.RATE_TYPES_WITHOUT_SCHEDULE, "rate type"),
        ("paymentFrequencyCode", codes.FREQUENCIES_WITHOUT_SCHEDULE, "payment frequency"),
    ):
        text = loan.get(element, text_of)
        if text is not None and text in meanings:
            reasons.append(f"{what} {meanings[text]}")
    return f"no schedule follows its {', '.join(reasons)}" if reasons else None


def _rate(loan: Elements) -> Decimal | None:
    present = loan.get("reportPeriodInterestRatePercentage", decimal)
    modified = loan.get("postModificationInterestPercentage", decimal)
    # A loan that is gone is reported with a rate of zero, which says nothing of the note.
    return present or modified or loan.get("originalInterestRatePercentage", decimal)


def _either(main: Elements | None, *names: str) -> Decimal | None:
    if main is None:
        return None
    values = (main.get(name, decimal) for name in names)
    return next((value for value in values if value is not None), None)


def _prepayment(loan: Elements, main: Elements | None) -> tuple[PrepaymentPhase, ...]:
    """Return the phases as far as the tape says them: it has days, and neither formulas nor percentages."""
    lockout = loan.get("prepaymentLockOutEndDate", date)
    yields = loan.get("yieldMaintenanceEndDate", date)
    premiums = loan.get("prepaymentPremiumsEndDate", date)
    charged = loan.get("prepaymentPremiumIndicator", flag)
    defeasance = main.get("defeasanceOptionStartDate", date) if main is not None else None
    phases = _Phases()
    if lockout is not None and defeasance is not None and defeasance <= lockout:
        phases.add(PrepaymentKind.LOCKOUT, defeasance - ONE_DAY)
        phases.add(PrepaymentKind.DEFEASANCE, lockout)
    elif lockout is not None:
        phases.add(PrepaymentKind.LOCKOUT, lockout)
    if yields is not None and defeasance is not None and defeasance <= yields:
        phases.add(PrepaymentKind.YIELD_MAINTENANCE, defeasance - ONE_DAY)
        phases.add(PrepaymentKind.DEFEASANCE_OR_YIELD_MAINTENANCE, yields)
    elif yields is not None:
        phases.add(PrepaymentKind.YIELD_MAINTENANCE, yields)
    if premiums is not None:
        phases.add(PrepaymentKind.PREMIUM, premiums)
    # Open is what the tape says to be: after the end of its premiums, or of a lockout where it charges none.
    said = yields is not None or premiums is not None or charged is False
    return phases.followed_by(PrepaymentKind.OPEN if said else PrepaymentKind.PREMIUM)


class _Phases:
    """Phases one after another, each from the day after the one before."""

    def __init__(self) -> None:
        self._found: list[PrepaymentPhase] = []
        self._last: datetime.date | None = None

    def add(self, kind: PrepaymentKind, until: datetime.date) -> None:
        """Add a phase that ends on a day; one that would have none is left out."""
        if self._last is None or until > self._last:
            self._found.append(PrepaymentPhase(kind=kind, from_date=self._next, until=until))
            self._last = until

    def followed_by(self, kind: PrepaymentKind) -> tuple[PrepaymentPhase, ...]:
        """Return the phases and the one that comes after them, none at all where there are none."""
        return (*self._found, PrepaymentPhase(kind=kind, from_date=self._next)) if self._found else ()

    @property
    def _next(self) -> datetime.date | None:
        return None if self._last is None else self._last + ONE_DAY


def _look_at(asset: RawAsset, found: Outline) -> None:
    period_end = _quietly(date, asset.values.get("reportingperiodenddate"))
    if period_end is not None:
        found.period_ends.add(period_end)
    found.evidence.see(
        balance=_quietly(money, asset.values.get("reportperiodendscheduledloanbalanceamount")),
        principal=_quietly(money, asset.values.get("scheduledprincipalamount")),
    )


def _quietly(read: Callable[[str], T], text: str | None) -> T | None:
    if text is None:
        return None
    try:
        return read(text)
    except BadValue:
        return None


def _refused(asset: RawAsset, element: str, reason: str) -> Refused:
    number = asset.values.get("assetnumber")
    problem = Problem(row=asset.row, line=asset.line, loan=number, field=element, value=number, reason=reason)
    return Refused(row=asset.row, line=asset.line, loan=number, problems=(problem,))

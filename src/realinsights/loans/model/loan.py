"""Loans: the draft a person writes and the loan as it is stored."""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from realinsights.contracts.loans import (
    AmortizationType,
    ExtendedMaturity,
    LoanStatus,
    LoanStructure,
    RateType,
    StatementBasis,
)
from realinsights.loans.model.performance import RollUp
from realinsights.loans.model.quantities import Fraction, Money, Rate, Ratio
from realinsights.loans.model.terms import NoteTerms, extended_maturities
from realinsights.loans.model.texts import TEXT, Code, CustomFields, Line, Name, Number, Reference, Sources, Tags, Text
from realinsights_finance.day_count import DayCount
from realinsights_finance.due_dates import add_months
from realinsights_platform.attributes import made_from

GONE: Final = frozenset({LoanStatus.PAID_OFF, LoanStatus.REFINANCED, LoanStatus.LIQUIDATED})
"""Of a loan of such a status nothing is owed; a defeased one still is, by the securities in the properties' place."""


class Recourse(StrEnum):
    """The recourse of a loan: whether the borrower owes beyond the property."""

    NON_RECOURSE = "non_recourse"
    CARVE_OUTS = "carve_outs"
    PARTIAL = "partial"
    FULL = "full"


class LoanProperty(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A property behind the loan; `allocated_amount` is the part of the loan the note allocates to it."""

    property_id: Reference
    allocated_amount: Money | None = None


class RiskRating(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A judgment of the loan's risk; the scale is the organization's own."""

    rating: Annotated[str, msgspec.Meta(min_length=1, max_length=16, pattern=r"\S", extra=TEXT)]
    as_of: datetime.date
    reason: Text | None = None


class ReportedFigures(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The servicer's figures of the whole debt; they stand where a note of a split loan cannot be computed."""

    as_of: datetime.date | None = None
    dscr: Ratio | None = None
    dscr_net_cash_flow: Ratio | None = None
    annual_debt_service: Money | None = None


class OriginalTerms(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel"):
    """The terms at closing as first stated, kept while the present ones may be modified."""

    rate: Rate
    day_count: DayCount
    first_payment_date: datetime.date | None = None
    maturity_date: datetime.date | None = None
    term_months: int | None = None
    amortization_months: int | None = None
    interest_only_months: int | None = None
    stated_payment: Money | None = None


class AgreedTerms(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel"):
    """The terms of a loan that its schedule rests on, as they stood before a change."""

    original_balance: Money
    origination_date: datetime.date
    maturity_date: datetime.date
    rate: Rate
    rate_type: RateType
    terms: NoteTerms


class TermsChange(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", omit_defaults=True):
    """A change of the terms that a person recorded; `effective_on` None: a correction, since they were never so."""

    recorded_on: datetime.date
    effective_on: datetime.date | None = None
    reason: Line | None = None
    former: AgreedTerms


class LoanDraft(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The fields of a loan that a person may write; the rest of `Loan` is kept by the service.

    On `anticipated_repayment_date` the borrower is expected to repay, before the final maturity on `maturity_date`.
    """

    number: Number
    name: Name
    original_balance: Money
    current_balance: Money
    balance_as_of: datetime.date
    origination_date: datetime.date
    maturity_date: datetime.date
    rate: Rate
    anticipated_repayment_date: datetime.date | None = None
    rate_type: RateType = RateType.FIXED
    terms: NoteTerms = NoteTerms()
    structure: LoanStructure = LoanStructure.WHOLE_LOAN
    note_name: Code | None = None
    share: Fraction | None = None
    lien_position: Annotated[int, msgspec.Meta(ge=1, le=9)] | None = None
    status: LoanStatus = LoanStatus.CURRENT
    borrower: Name | None = None
    guarantors: Annotated[tuple[Name, ...], msgspec.Meta(max_length=50)] = ()
    recourse: Recourse | None = None
    lender_id: Reference | None = None
    fund_id: Reference | None = None
    portfolio_id: Reference | None = None
    originator: Line | None = None
    servicer: Line | None = None
    properties: Annotated[tuple[LoanProperty, ...], msgspec.Meta(max_length=1000)] = ()
    statement_basis: StatementBasis | None = None
    reported: ReportedFigures | None = None
    risk_rating: RiskRating | None = None
    tags: Tags = ()
    custom_fields: CustomFields = msgspec.field(default_factory=dict)


class _StoredLoan(LoanDraft, frozen=True, forbid_unknown_fields=False):
    # Fields that may be positional come before all others, on the wire too: a loan begins with its id.
    id: str
    org: str
    version: int = 0


class Loan(_StoredLoan, frozen=True, kw_only=True):
    """A loan as it is stored and answered: the draft's fields, then those the service keeps.

    `deal` and `asset_number` identify it on a tape. `roll_up` is the tape's total over its properties. `original` are
    the terms first stated. `modified` says the note no longer runs on them. `sources` names where a value came from.
    `statement_basis_chosen` tells a basis that a person chose from the one that every loan was once stored with.
    """

    amortization_type: AmortizationType
    property_ids: tuple[str, ...] = ()
    risk_rating_history: tuple[RiskRating, ...] = ()
    deal: str | None = None
    asset_number: str | None = None
    modified: bool = False
    roll_up: RollUp | None = None
    original: OriginalTerms | None = None
    terms_changes: tuple[TermsChange, ...] = ()
    sources: Sources = msgspec.field(default_factory=dict)
    statement_basis_chosen: bool = False

    def __post_init__(self) -> None:
        """Read `underwritten` that nobody chose as no choice."""
        if self.statement_basis is StatementBasis.UNDERWRITTEN and not self.statement_basis_chosen:
            msgspec.structs.force_setattr(self, "statement_basis", None)

    @property
    def extensions(self) -> tuple[ExtendedMaturity, ...]:
        """What each exercised option makes the maturity, in the order of their days."""
        options = self.terms.extension_options
        return extended_maturities(self.maturity_date, options) if options else ()

    @property
    def extended_maturity_date(self) -> datetime.date:
        """The final maturity, later by all options that are exercised."""
        return self.extensions[-1].maturity_date if self.extensions else self.maturity_date


def amortization_type(terms: NoteTerms, maturity: datetime.date) -> AmortizationType:
    """Return how the note repays principal before maturity, which its months say."""
    if capitalizes(terms):
        return AmortizationType.CAPITALIZING
    if pays_interest_only(terms) and terms.cash_after_anticipated_repayment is None:
        return AmortizationType.INTEREST_ONLY
    if pays_interest_only(terms):
        return AmortizationType.PARTIAL_INTEREST_ONLY
    months, first = terms.interest_only_months, terms.first_payment_date
    if not months:
        return AmortizationType.AMORTIZING
    if first is not None and not terms.scheduled_principal and add_months(first, months) >= maturity:
        return AmortizationType.INTEREST_ONLY
    return AmortizationType.PARTIAL_INTEREST_ONLY


def repays_nothing(loan: Loan) -> bool:
    """Tell whether what was lent is owed until maturity, whatever the rate."""
    return of_stated_principal(loan) and not changes_principal(loan.terms)


def of_stated_principal(loan: Loan) -> bool:
    """Tell whether what is owed never depends on the rate: before maturity it changes on days of its own alone."""
    terms = loan.terms
    return pays_interest_only(terms) and terms.cash_after_anticipated_repayment is None and not capitalizes(terms)


def changes_principal(terms: NoteTerms) -> bool:
    """Tell whether principal changes on days of its own, beside installments."""
    return bool(terms.curtailments or terms.draws)


def capitalizes(terms: NoteTerms) -> bool:
    """Tell whether interest that is not paid is added to what is owed: payment in kind, or negative amortization."""
    return (terms.pay_rate, terms.capitalizing_payment) != (None, None)


def pays_interest_only(terms: NoteTerms) -> bool:
    """Tell whether no installment repays principal, but for cash after an anticipated repayment date."""
    repaid = (terms.amortization_months, terms.level_payment, terms.fixed_principal)
    return repaid == (None, None, None) and not terms.scheduled_principal


def loan_of(draft: LoanDraft, *, loan_id: str, org: str, before: Loan | None = None) -> Loan:
    """Return the loan a draft makes; of a loan that was there `before`, what the service keeps is kept.

    A rating that differs from the one before is added to the history.
    """
    history = before.risk_rating_history if before is not None else ()
    if draft.risk_rating is not None and (not history or history[-1] != draft.risk_rating):
        history = (*history, draft.risk_rating)
    fields = {
        **msgspec.structs.asdict(draft),
        "amortization_type": amortization_type(draft.terms, draft.maturity_date),
        "property_ids": tuple(share.property_id for share in draft.properties),
        "risk_rating_history": history,
        "statement_basis_chosen": draft.statement_basis is not None,
    }
    return Loan(id=loan_id, org=org, **fields) if before is None else msgspec.structs.replace(before, **fields)


def draft_of(loan: Loan) -> LoanDraft:
    """Return what a person said, or would have to say, to make this loan."""
    return made_from(loan, LoanDraft)

"""Changes of a loan's terms: from a date on, which keeps those before it, or as a correction of what was never so."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Annotated, Final

import msgspec

from realinsights.contracts.loans import RateType
from realinsights.loans.model.loan import AgreedTerms, Loan, TermsChange, amortization_type
from realinsights.loans.model.terms import NoteTerms
from realinsights_platform.errors import Faults

# What a schedule is not computed from may change any day: deposits are made, hedges bought, options noted. So may what
# has days of its own from which it counts: principal that is prepaid or drawn.
_NOT_SCHEDULED: Final = frozenset(
    {
        *("grace_days", "extension_options", "reserves", "hedges", "prepayment", "partial_prepayment"),
        *("payoff_interest_to", "curtailments", "draws"),
    }
)
_SCHEDULED: Final = tuple(name for name in NoteTerms.__struct_fields__ if name not in _NOT_SCHEDULED)
_WIRE: Final = dict(zip(Loan.__struct_fields__, Loan.__struct_encode_fields__, strict=True))
_TERMS_WIRE: Final = dict(zip(NoteTerms.__struct_fields__, NoteTerms.__struct_encode_fields__, strict=True))
_AT_CLOSING: Final = ("original_balance", "origination_date")


_WHY: Final = "why the terms change, in the person's words"


class Dating(msgspec.Struct, frozen=True, kw_only=True):
    """The date from which changed terms hold, or that they are a correction; and the reason in the person's words."""

    effective_on: datetime.date | None = None
    correction: bool = False
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=300, description=_WHY)] | None = None


UNDATED: Final = Dating()


def with_change(loan: Loan, before: Loan, dating: Dating, *, business_date: datetime.date) -> Loan:
    """Return the loan with the change of its terms noted, if there is one; raises `Invalid` where it is not dated.

    `loan` is what `before` is to become.
    """
    changed = [*_changed(before, loan)]
    faults = Faults()
    if dating.effective_on is not None and dating.correction:
        faults.add("correction", "a change holds from a date on or corrects the past: say effectiveOn or correction")
    elif changed and dating.effective_on is None and not dating.correction:
        for name in changed:
            faults.add(
                name,
                "is a term of the loan: say effectiveOn=DATE, from which day the new one holds, "
                "or correction=true if the former one was never right",
            )
    elif dating.effective_on is not None:
        _check_date(before, dating.effective_on, changed, faults, business_date=business_date)
    faults.refuse("loan")
    if not changed:
        return msgspec.structs.replace(loan, terms_changes=before.terms_changes) if before.terms_changes else loan
    made = TermsChange(
        recorded_on=business_date,
        effective_on=dating.effective_on,
        reason=dating.reason,
        former=AgreedTerms(
            original_balance=before.original_balance,
            origination_date=before.origination_date,
            maturity_date=before.maturity_date,
            rate=before.rate,
            rate_type=before.rate_type,
            terms=before.terms,
        ),
    )
    return msgspec.structs.replace(loan, terms_changes=(*before.terms_changes, made))


def dated_changes(loan: Loan) -> list[tuple[datetime.date, AgreedTerms]]:
    """Return the changes that hold from a date on, oldest first: that date, and the terms before it."""
    return [(made.effective_on, made.former) for made in loan.terms_changes if made.effective_on is not None]


def agreements(loan: Loan) -> Iterator[tuple[datetime.date | None, Loan]]:
    """Yield the loan as its terms stood, oldest first, with the day from which they held (None: from the closing)."""
    since: datetime.date | None = None
    for changed_on, former in dated_changes(loan):
        yield since, _agreed(loan, former, first=since is None)
        since = changed_on
    yield since, loan if since is None else _without_changes(loan)


def _agreed(loan: Loan, former: AgreedTerms, *, first: bool) -> Loan:
    # What was lent and when is of the closing: where it was corrected since, it was never otherwise.
    return msgspec.structs.replace(
        loan,
        maturity_date=former.maturity_date,
        rate=former.rate,
        rate_type=former.rate_type,
        terms=former.terms,
        amortization_type=amortization_type(former.terms, former.maturity_date),
        original=loan.original if first else None,
        terms_changes=(),
    )


def _without_changes(loan: Loan) -> Loan:
    # The terms first stated are those before the first change.
    return msgspec.structs.replace(loan, original=None, terms_changes=())


def _check_date(
    before: Loan, effective_on: datetime.date, changed: list[str], faults: Faults, *, business_date: datetime.date
) -> None:
    latest = max((date for date, _ in dated_changes(before)), default=None)
    if not changed:
        faults.add("effectiveOn", "no term of the loan changes: leave it out")
    elif effective_on > business_date:
        faults.add("effectiveOn", f"is still to come on {business_date}: state the change once it holds")
    elif effective_on <= before.origination_date:
        faults.add("effectiveOn", f"must be after the origination on {before.origination_date}, or say correction=true")
    elif effective_on >= before.maturity_date:
        faults.add("effectiveOn", f"must be before the maturity on {before.maturity_date}, or say correction=true")
    elif latest is not None and effective_on <= latest:
        faults.add("effectiveOn", f"must be after the last change, which holds from {latest} on")
    for name in changed:
        if name in {"originalBalance", "originationDate"}:
            faults.add(name, "was settled at the closing: it can be corrected (correction=true), not changed later")


def _changed(before: Loan, after: Loan) -> Iterator[str]:
    """Yield the terms that differ, by their names on the wire."""
    names = [*_AT_CLOSING, "maturity_date", "rate_type"]
    # A rate that floats or is stepped is another one at each reset, by terms that stay.
    if before.rate_type is not after.rate_type or after.rate_type is RateType.FIXED:
        names.append("rate")
    for name in names:
        if getattr(before, name) != getattr(after, name):
            yield _WIRE[name]
    if before.terms != after.terms:
        for name in _SCHEDULED:
            if getattr(before.terms, name) != getattr(after.terms, name):
                yield f"terms.{_TERMS_WIRE[name]}"

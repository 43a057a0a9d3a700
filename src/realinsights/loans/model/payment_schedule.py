"""Schedule terms of a loan: its note as `realinsights_finance` takes it, or why there is no schedule."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple

import msgspec

from realinsights.contracts.loans import RateType
from realinsights.loans.model.loan import Loan, capitalizes, changes_principal
from realinsights.loans.model.terms import FloatingTerms, NoteTerms
from realinsights_finance.business_days import FIRST_YEAR, BusinessDayRule, HolidayCalendar
from realinsights_finance.due_dates import Frequency, possible_payment_days
from realinsights_finance.rounding import InterestRounding, PaymentRounding, Rounding
from realinsights_finance.terms import LoanTerms
from realinsights_finance.time import Interval, both_days


class Unscheduled(msgspec.Struct, frozen=True, rename="camel"):
    """The reason why no schedule can be computed of a loan."""

    reason: str


NO_FIRST_PAYMENT: Final = Unscheduled("the first payment date is not known")

CALENDARS: Final = {calendar.value: calendar for calendar in HolidayCalendar}
"""The calendars that are known, by the name a note stores."""

_NEVER_COMPUTED: Final = (
    *(
        "grace_days",
        "prepayment",
        "partial_prepayment",
        "payoff_interest_to",
        "extension_options",
        "reserves",
        "hedges",
    ),
)
_OF_LEVEL_PAYMENTS: Final = (
    *("amortization_months", "level_payment", "payment_basis", "amortization_from_closing", "payment_rounding"),
    "daily_rate_decimals",
)
"""The terms that level payments are computed from, and no other principal is."""


class Dates(NamedTuple):
    """The dates a schedule stands on where the note leaves a choice, and in words what was assumed of them."""

    start: datetime.date
    payment_day: int | None
    assumed: tuple[str, ...]


class Stored(NamedTuple):
    """A term that is stored, by its name on the wire, and its value."""

    name: str
    value: str


def finance_terms(loan: Loan) -> LoanTerms | Unscheduled:
    """Return the terms of the loan's contractual schedule, at its original rate and maturity where those are kept.

    Raises `InvalidTerms` for terms no loan can have, which a stored loan has not.
    """
    other = _other_than_level(loan)
    if other is not None:
        return other
    first_payment, maturity = contractual_dates(loan)
    if first_payment is None:
        return NO_FIRST_PAYMENT
    calendar = payment_calendar(loan.terms, first_payment)
    if isinstance(calendar, Unscheduled):
        return calendar
    dates = schedule_dates(loan, first_payment, maturity)
    rate = loan.original.rate if loan.original is not None else loan.rate
    return loan_terms(
        loan,
        rate=rate,
        start=dates.start,
        first_payment=first_payment,
        maturity=maturity,
        payment_day=dates.payment_day,
        calendar=calendar,
    )


def _other_than_level(loan: Loan) -> Unscheduled | None:
    """Return why a loan is none of level payments at one rate, whole months apart."""
    terms = loan.terms
    reasons = (
        (loan.rate_type is RateType.FLOATING, "the rate floats: its future interest is not known"),
        (
            loan.rate_type is RateType.STEPPED,
            "the rate is stepped: this is computed of level payments at one rate alone",
        ),
        (
            terms.frequency.months is None,
            "payments are not whole months apart: this is computed of those that are alone",
        ),
        (
            terms.payments_in_advance,
            "payments are made in advance: this is computed of payments in arrears alone",
        ),
        (
            bool(terms.scheduled_principal),
            "principal follows a schedule of its own: this is computed of level payments alone",
        ),
        (
            terms.fixed_principal is not None,
            "the same principal is due each period: this is computed of level payments alone",
        ),
        (
            terms.cash_after_anticipated_repayment is not None,
            "cash repays it after its anticipated repayment: this is computed of level payments alone",
        ),
        (capitalizes(terms), "interest is added to what is owed: this is computed of level payments alone"),
        (
            changes_principal(terms),
            "principal changes between payments: this is computed of loans whose terms have not changed alone",
        ),
        (
            bool(terms.unused_fee_rate),
            "a fee is due on what is not drawn: this is computed of loans whose terms have not changed alone",
        ),
    )
    return next((Unscheduled(reason) for holds, reason in reasons if holds), None)


def payment_calendar(terms: NoteTerms, first_payment: datetime.date) -> HolidayCalendar | Unscheduled | None:
    """Return the calendar on which payments move, None where they do not, or why it is not known."""
    if terms.business_day_rule is BusinessDayRule.UNADJUSTED:
        return None
    if first_payment.year < FIRST_YEAR:
        return Unscheduled(f"the holidays before {FIRST_YEAR} are not known")
    name = terms.business_day_calendar or HolidayCalendar.FEDERAL_RESERVE
    return CALENDARS.get(name) or Unscheduled(f"the holidays of its calendar {name} are not known")


def assumptions(loan: Loan) -> tuple[str, ...]:
    """Return in words what the loan's schedule assumes, because neither its note nor a tape says it."""
    first_payment, maturity = contractual_dates(loan)
    if first_payment is None:
        return ()
    assumed = schedule_dates(loan, first_payment, maturity).assumed
    if loan.terms.business_day_rule is not BusinessDayRule.UNADJUSTED and loan.terms.business_day_calendar is None:
        assumed += ("Business days are the Federal Reserve's: the note names no calendar.",)
    return assumed


def ignored_terms(loan: Loan) -> Iterator[Stored]:
    """Yield the terms that are stored and that no schedule is computed from."""
    terms = loan.terms
    names = [*_NEVER_COMPUTED]
    if terms.business_day_rule is BusinessDayRule.UNADJUSTED:
        names += ["business_day_calendar", "accrual_adjusted"]
    if terms.scheduled_principal or terms.fixed_principal is not None or capitalizes(terms):
        names += _OF_LEVEL_PAYMENTS
    if terms.scheduled_principal:
        names.append("interest_only_months")
    yield from _stated(terms, NoteTerms, names, "terms.")
    if terms.floating is not None:
        yield from _stated(terms.floating, FloatingTerms, FloatingTerms.__struct_fields__, "terms.floating.")


def _stated(struct: msgspec.Struct, kind: type[msgspec.Struct], names: Iterable[str], prefix: str) -> Iterator[Stored]:
    fields = _fields_of(kind)
    for name in names:
        value = getattr(struct, name)
        if value is None or value == fields[name].default:
            continue
        text = f"{len(value)} stated" if isinstance(value, tuple) else str(value)
        yield Stored(f"{prefix}{fields[name].encode_name}", text)


@cache
def _fields_of(kind: type[msgspec.Struct]) -> dict[str, msgspec.structs.FieldInfo]:
    # It evaluates every annotation, which takes longer than most schedules.
    return {field.name: field for field in msgspec.structs.fields(kind)}


def contractual_dates(loan: Loan) -> tuple[datetime.date | None, datetime.date]:
    """Return the first payment and the maturity of the contractual schedule: the original ones where they are kept."""
    first_payment, original = loan.terms.first_payment_date, loan.original
    if original is None:
        return first_payment, loan.maturity_date
    return original.first_payment_date or first_payment, original.maturity_date or loan.maturity_date


def schedule_dates(loan: Loan, first_payment: datetime.date, maturity: datetime.date) -> Dates:
    """Return where a loan's interest starts and on which day payments fall, and what is assumed of that."""
    terms = loan.terms
    in_advance = terms.payments_in_advance
    found = dates_of(
        first_payment,
        maturity,
        closing=loan.origination_date,
        frequency=terms.frequency,
        payment_day=terms.payment_day,
        start=first_payment if in_advance else terms.interest_start_date,
        of_deal=loan.deal is not None,
    )
    if not in_advance or loan.origination_date >= first_payment:
        return found
    assumed = (
        f"Interest runs from the first payment, on {first_payment}: what is owed from the closing on "
        f"{loan.origination_date} until then is paid at closing."
    )
    return found._replace(assumed=(*found.assumed, assumed))


def whole_months(frequency: Interval) -> Frequency | None:
    """Return a frequency of whole months, which plain schedules and the solver know alone; None of any other."""
    return None if frequency.months is None else Frequency(frequency.value)


@lru_cache(maxsize=4096)
def dates_of(
    first_payment: datetime.date,
    maturity: datetime.date,
    *,
    closing: datetime.date,
    frequency: Interval,
    payment_day: int | None,
    start: datetime.date | None,
    of_deal: bool,
) -> Dates:
    """Return where interest starts and on which day payments fall, by what is stated, else by the other dates.

    Nothing is owed before the closing: where a regular first period would begin before it, interest runs from the
    closing; but in a CMBS deal the first payment bears the whole period, against a credit at closing.
    """
    assumed = []
    months = whole_months(frequency)
    if payment_day is None and months is None:
        if frequency is Interval.SEMI_MONTHLY:
            early, late = both_days(first_payment.day)
            assumed.append(f"Payments fall on days {early} and {late} of each month: the note states no payment day.")
    elif payment_day is None and months is not None:
        days = possible_payment_days(first_payment, maturity, closing=closing, frequency=months)
        payment_day = days[0] if days[0] != first_payment.day else None
        if len(days) > 1:
            others = " or ".join(map(str, days[1:]))
            assumed.append(
                f"Payments fall on day {days[0]} of the month, as the first one does: "
                f"by the note's dates it may be day {others} too."
            )
        elif payment_day is not None:
            assumed.append(f"Payments fall on day {days[0]} of the month, or its last: so do the note's dates.")
    if start is not None:
        return Dates(start, payment_day, tuple(assumed))
    start = frequency.date(first_payment, -1, day=payment_day)
    if start < closing < first_payment and not of_deal:
        assumed.append(f"Interest runs from the closing on {closing}: a whole first period would begin on {start}.")
        start = closing
    elif start < closing:
        assumed.append(f"Interest runs from {start}, before the closing on {closing}: the first period is a whole one.")
    elif closing < start:
        assumed.append(
            f"Interest runs from {start}, one period before the first payment: "
            f"what is owed from the closing on {closing} until then is paid at closing."
        )
    return Dates(start, payment_day, tuple(assumed))


def loan_terms(
    loan: Loan,
    *,
    rate: Decimal,
    start: datetime.date,
    first_payment: datetime.date,
    maturity: datetime.date,
    payment_day: int | None,
    calendar: HolidayCalendar | None = None,
) -> LoanTerms:
    """Return the engine's terms of a loan at a rate and between dates; raises `InvalidTerms`.

    Payments move by the loan's business-day rule where a `calendar` is given.
    """
    terms = loan.terms
    return _known_terms(
        principal=loan.original_balance,
        rate=rate,
        start=start,
        first_payment=first_payment,
        maturity=maturity,
        day_count=terms.day_count,
        frequency=Frequency(terms.frequency.value),
        payment_day=payment_day,
        amortization_months=terms.amortization_months,
        interest_only_months=terms.interest_only_months,
        payment=terms.level_payment,
        payment_basis=terms.payment_basis,
        amortization_from_closing=terms.amortization_from_closing,
        business_day_rule=terms.business_day_rule if calendar is not None else BusinessDayRule.UNADJUSTED,
        business_day_calendar=calendar,
        accrual_adjusted=terms.accrual_adjusted and calendar is not None,
        rounding=note_rounding(terms),
    )


def note_rounding(terms: NoteTerms, *, daily_rate: bool = True) -> Rounding:
    """Return how a note rounds; without the rate of a day where that is not asked for."""
    decimals = terms.daily_rate_decimals if daily_rate else None
    return _rounding(terms.interest_rounding, terms.payment_rounding, decimals)


@lru_cache(maxsize=64)
def _rounding(interest: InterestRounding, payment: PaymentRounding, decimals: int | None) -> Rounding:
    return Rounding(interest=interest, payment=payment, daily_rate_decimals=decimals)


@lru_cache(maxsize=4096)
def _known_terms(**fields: Any) -> LoanTerms:
    # Checking a loan, computing its debt service and reconciling it ask for the same ones.
    return LoanTerms(**fields)

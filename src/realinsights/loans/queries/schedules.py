"""Schedules of loans: every installment, and the balance and accrued interest on a date."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from realinsights.contracts.loans import RateType
from realinsights.loans.model.contract import contract_of, installment_of
from realinsights.loans.model.falling_due import MaturityKind, expected_maturity
from realinsights.loans.model.loan import GONE, Loan, LoanDraft, loan_of
from realinsights.loans.model.loan_rules import checked_loan
from realinsights.loans.model.note_plan import is_planned, loan_plan
from realinsights.loans.model.payment_schedule import Unscheduled, assumptions, finance_terms, ignored_terms
from realinsights.loans.model.plan import LoanPlan
from realinsights.loans.model.plan_words import plan_words
from realinsights.loans.model.quantities import Money, Rate
from realinsights.loans.model.rolling_forward import rolled_forward
from realinsights.loans.model.terms import NoteTerms
from realinsights.loans.model.terms_changes import dated_changes
from realinsights.loans.model.texts import Number
from realinsights.loans.queries.floating_views import FloatingSchedule
from realinsights_finance.due_dates import add_months
from realinsights_finance.money import shown_ratio
from realinsights_finance.schedule import Installment, Schedule, schedule, total
from realinsights_platform.attributes import made_from
from realinsights_platform.errors import Faults, Invalid

_UNNAMED = "draft"
_NOTHING = Decimal("0.00")


class InstallmentView(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One installment, in dollars and cents; interest runs from `period_start` to `period_end`.

    `due_date` is the day it is to be paid, which a business-day rule may have moved. `capitalized` is interest that is
    added to what is owed: the payment is the rest of the interest, and principal. `curtailed` is principal that is
    prepaid within the period, beside the payment, and `drawn` what is lent within it. `unused_fee`, on what is not
    drawn, is a part of the payment.
    """

    number: int
    period_start: datetime.date
    period_end: datetime.date
    due_date: datetime.date
    days: int
    beginning_balance: Decimal
    interest: Decimal
    principal: Decimal
    payment: Decimal
    ending_balance: Decimal
    capitalized: Decimal = _NOTHING
    curtailed: Decimal = _NOTHING
    drawn: Decimal = _NOTHING
    unused_fee: Decimal = _NOTHING


INSTALLMENTS_HEADER = tuple(name.replace("_", " ").capitalize() for name in InstallmentView.__struct_fields__)


class ScheduleTerm(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A term the schedule was computed from."""

    name: str
    value: str


class HowComputed(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The computation of a schedule: its formulas in words, and its inputs.

    `assumed` says what neither the note nor a tape does, `ignored` which stored terms it is not computed from.
    """

    level_payment: str
    interest: str
    principal: str
    maturity: str
    rounding: str
    day_count: str
    business_days: str
    inputs: tuple[ScheduleTerm, ...]
    assumed: tuple[str, ...] = ()
    ignored: tuple[ScheduleTerm, ...] = ()


class ScheduleDraft(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The inputs of a schedule: these fields of a `LoanDraft`, under the same rules."""

    number: Number | None = None
    original_balance: Money
    origination_date: datetime.date
    maturity_date: datetime.date
    rate: Rate
    rate_type: RateType = RateType.FIXED
    anticipated_repayment_date: datetime.date | None = None
    terms: NoteTerms = NoteTerms()


class LoanSchedule(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A loan's schedule from its first payment to maturity; `unscheduled` says why there is none, else it is null.

    Of a floating loan, `floating` tells the rates behind each installment; where one is not known, the installments
    before it are there, and `unscheduled` says from when on there are none.
    `due_at_maturity` is the whole last payment, `balloon_principal` the principal in it, and
    `balance_after_last_regular_payment` what the trade quotes as the balloon. Of a draft there is no `loan_id`.
    """

    loan_id: str | None
    number: str | None
    unscheduled: str | None = None
    level_payment: Decimal | None = None
    due_at_maturity: Decimal | None = None
    balloon_principal: Decimal | None = None
    balance_after_last_regular_payment: Decimal | None = None
    total_interest: Decimal | None = None
    total_principal: Decimal | None = None
    weighted_average_life_years: Decimal | None = None
    how_computed: HowComputed | None = None
    installments: tuple[InstallmentView, ...] = ()
    floating: FloatingSchedule | None = None


class BalanceOn(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The balance at the end of a day by the schedule, beside the balance last recorded.

    `accrued_interest` is what has accrued since the last due date; zero on a due date itself. `unscheduled` says why
    the schedule cannot tell, else it is null. `expected_maturity_date` is when the loan is expected to be repaid, as of
    that day, and `maturity_kind` says what that date is. `past_maturity` says that it is over and the loan still owed.
    Nobody has said that the payment was made that would repay the loan: a balance is never zero for it.
    `rolled_balance` is the recorded balance rolled forward to that day by the schedule, where it is more than a month
    older and there is one, else null. `how_computed` says what the loan stands at, and why.
    """

    loan_id: str
    on: datetime.date
    balance: Decimal | None
    accrued_interest: Decimal | None
    next_installment: InstallmentView | None
    recorded_balance: Decimal
    recorded_as_of: datetime.date
    unscheduled: str | None
    expected_maturity_date: datetime.date
    maturity_kind: MaturityKind
    past_maturity: bool
    rolled_balance: Decimal | None
    how_computed: str


def loan_of_draft(draft: ScheduleDraft, *, org: str = "") -> Loan:
    """Return the loan that nobody stores of these terms; raises `Invalid` naming every bad field of it."""
    whole = LoanDraft(
        **{**msgspec.structs.asdict(draft), "number": draft.number or _UNNAMED},
        name=_UNNAMED,
        current_balance=draft.original_balance,
        balance_as_of=draft.origination_date,
    )
    loan, faults = checked_loan(loan_of(whole, loan_id="", org=org))
    named = set(ScheduleDraft.__struct_encode_fields__)
    Faults(fault for fault in faults if fault.field.partition(".")[0] in named).refuse("loan")
    return loan


def schedule_of(loan: Loan) -> LoanSchedule:
    """Return the loan's schedule with how it was computed."""
    if dated_changes(loan):
        return _changed_schedule(loan)
    if is_planned(loan):
        return _planned_schedule(loan)
    terms = finance_terms(loan)
    if isinstance(terms, Unscheduled):
        return LoanSchedule(
            loan_id=loan.id, number=loan.number, unscheduled=terms.reason, how_computed=how_not_computed(loan, terms)
        )
    told = loan_schedule(schedule(terms), loan_id=loan.id, number=loan.number)
    if told.how_computed is None:
        return told
    how = msgspec.structs.replace(told.how_computed, assumed=assumptions(loan), ignored=ignored_in_words(loan))
    return msgspec.structs.replace(told, how_computed=how)


def _planned_schedule(loan: Loan) -> LoanSchedule:
    plan = loan_plan(loan)
    if isinstance(plan, Unscheduled):
        return LoanSchedule(
            loan_id=loan.id, number=loan.number, unscheduled=plan.reason, how_computed=how_not_computed(loan, plan)
        )
    rows = plan.stated_life
    last = rows[-1]
    left = last.principal - plan.regular_principal(last, rows[-2] if len(rows) > 1 else None)
    whole = plan.repays(last)
    return LoanSchedule(
        loan_id=loan.id,
        number=loan.number,
        level_payment=plan.level_payment,
        due_at_maturity=last.payment if whole else _NOTHING,
        balloon_principal=last.principal if whole else _NOTHING,
        balance_after_last_regular_payment=left if whole else _NOTHING,
        total_interest=total(row.interest for row in rows),
        total_principal=total(row.principal for row in rows),
        weighted_average_life_years=shown_ratio(plan.average_life(rows)),
        how_computed=how_planned(plan),
        installments=tuple(_view(installment_of(row, loan.terms.day_count)) for row in rows),
    )


def how_planned(plan: LoanPlan) -> HowComputed:
    """Return in words how the schedule of a plan with stated rates is computed, and from what."""
    loan, words = plan.loan, plan_words(plan)
    terms = loan.terms
    adjusted = "; interest runs to the moved day" if terms.accrual_adjusted else ""
    return HowComputed(
        level_payment=words.payment,
        interest=words.interest,
        principal=words.principal,
        maturity=words.maturity,
        rounding=f"interest to the cent, once a period: {terms.interest_rounding.value}",
        day_count=terms.day_count.value,
        business_days=f"{terms.business_day_rule.value}{adjusted}",
        inputs=tuple(ScheduleTerm(name=name, value=value) for name, value in words.inputs),
        assumed=plan.assumed,
        ignored=ignored_in_words(loan),
    )


def _changed_schedule(loan: Loan) -> LoanSchedule:
    """Return the schedule of a loan whose terms have changed: each part by the terms of its time."""
    contract = contract_of(loan)
    rows = contract.rows
    *_, last = (part for part in contract.parts)
    assumed = (*assumptions(last.agreed), *_changes_in_words(loan))
    if last.schedule is None:
        reason = last.terms.reason if isinstance(last.terms, Unscheduled) else ""
        since = f"from {last.since} on " if rows else ""
        how = how_not_computed(loan, Unscheduled(f"{since}{reason}"))
        told = LoanSchedule(
            loan_id=loan.id,
            number=loan.number,
            unscheduled=f"{since}{reason}",
            how_computed=msgspec.structs.replace(how, assumed=assumed),
        )
    else:
        told = loan_schedule(last.schedule, loan_id=loan.id, number=loan.number)
        how = told.how_computed or how_not_computed(loan, Unscheduled(""))
        told = msgspec.structs.replace(
            told,
            due_at_maturity=rows[-1].payment if last.schedule.due_at_maturity else last.schedule.due_at_maturity,
            weighted_average_life_years=shown_ratio(contract.weighted_average_life()),
            how_computed=msgspec.structs.replace(how, assumed=assumed, ignored=ignored_in_words(loan)),
        )
    return msgspec.structs.replace(
        told,
        total_interest=total(row.interest for row in rows),
        total_principal=total(row.principal for row in rows),
        installments=tuple(_view(row) for row in rows),
    )


def _changes_in_words(loan: Loan) -> Iterator[str]:
    for changed_on, former in dated_changes(loan):
        kind = "" if former.rate_type is RateType.FIXED else f", {former.rate_type.value}"
        yield f"Until {changed_on} by the terms before: rate {former.rate}{kind}, maturity {former.maturity_date}."
    yield (
        "Interest of the period in which terms change runs at each rate for its own days; "
        "what was left then amortizes over what was left of the amortization."
    )


def loan_schedule(computed: Schedule, *, loan_id: str | None = None, number: str | None = None) -> LoanSchedule:
    """Return a schedule as it is told, with how it was computed."""
    return made_from(
        computed,
        LoanSchedule,
        loan_id=loan_id,
        number=number,
        unscheduled=None,
        floating=None,
        weighted_average_life_years=shown_ratio(computed.weighted_average_life()),
        how_computed=_how_computed(computed),
        installments=tuple(_view(row) for row in computed.installments),
    )


def balance_of(loan: Loan, *, on: datetime.date) -> BalanceOn:
    """Return what is owed on a date; raises `Invalid` for a date before the loan."""
    if on < loan.origination_date:
        raise Invalid.field("on", f"precedes the loan's origination on {loan.origination_date}")
    terms = finance_terms(loan)
    if dated_changes(loan) or is_planned(loan):
        contract = contract_of(loan)
        part = contract.part_on(on)
        reason = part.unscheduled
        balance, accrued, following = part.balance_on(on), part.accrued_on(on), contract.next_due(on)
    elif isinstance(terms, Unscheduled):
        balance, accrued, following, reason = None, None, None, terms.reason
    else:
        computed = schedule(terms)
        balance, accrued, reason = computed.balance_on(on), computed.accrued_interest(on), None
        following = computed.next_due(on)
    unpaid = loan.status not in GONE and loan.current_balance > 0
    if unpaid and balance is not None and not balance:
        balance = contract_of(loan).rows[-1].beginning_balance
    expected = expected_maturity(loan, on=on)
    past = unpaid and expected.date < on
    rolled, how = _rolled(loan, on=on, past=past)
    return BalanceOn(
        loan_id=loan.id,
        on=on,
        balance=balance,
        accrued_interest=accrued,
        next_installment=_view(following) if following is not None else None,
        recorded_balance=loan.current_balance,
        recorded_as_of=loan.balance_as_of,
        unscheduled=reason,
        expected_maturity_date=expected.date,
        maturity_kind=expected.kind,
        past_maturity=past,
        rolled_balance=rolled,
        how_computed=how,
    )


def _rolled(loan: Loan, *, on: datetime.date, past: bool) -> tuple[Decimal | None, str]:
    """Return the recorded balance rolled forward to a day, None where it stands as recorded; and in words, why."""
    recorded = f"recorded as of {loan.balance_as_of}"
    over = " It is past its maturity, and nobody reported it as paid." if past else ""
    if loan.status in GONE or not loan.current_balance or on <= add_months(loan.balance_as_of, 1):
        return None, f"It stands as {recorded}.{over}"
    rolled = rolled_forward(loan, on=on)
    if isinstance(rolled, Unscheduled):
        return None, f"It stands as {recorded}: {rolled.reason}.{over}"
    return rolled, (
        f"{loan.current_balance:,}, {recorded}, is rolled forward to {on} by its schedule: each payment due by then is "
        f"taken as made but the one that repays the loan.{over}"
    )


def _view(row: Installment) -> InstallmentView:
    return made_from(row, InstallmentView)


def how_not_computed(loan: Loan, terms: Unscheduled) -> HowComputed:
    """Return why a schedule is not computed, as the computation of one is told."""
    none = f"not computed: {terms.reason}"
    return HowComputed(
        level_payment=none,
        interest=none,
        principal=none,
        maturity=none,
        rounding=none,
        day_count=none,
        business_days=none,
        inputs=(),
        ignored=ignored_in_words(loan),
    )


def ignored_in_words(loan: Loan) -> tuple[ScheduleTerm, ...]:
    """Return the stored terms that no schedule is computed from."""
    return tuple(ScheduleTerm(name=term.name, value=term.value) for term in ignored_terms(loan))


def _how_computed(computed: Schedule) -> HowComputed:
    statement = computed.statement
    inputs = tuple(ScheduleTerm(name=name, value=value) for name, value in statement.inputs)
    return made_from(statement, HowComputed, inputs=inputs, assumed=(), ignored=())

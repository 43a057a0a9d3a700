"""`realinsights schedule`: compute a loan's schedule from its terms, without any data."""

from __future__ import annotations

import csv
import datetime
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import click
import msgspec

from realinsights.cli.output import money, percent, print_document, table, to_stdout
from realinsights.cli.parameters import Day
from realinsights.contracts.loans import RateType
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.terms import Curtailment, Draw, NoteTerms, RateStep, ScheduledPrincipal
from realinsights.loans.queries.schedules import (
    InstallmentView,
    LoanSchedule,
    ScheduleDraft,
    loan_of_draft,
    loan_schedule,
)
from realinsights.loans.queries.schedules import schedule_of as loan_schedule_of
from realinsights_finance.business_days import BusinessDayRule, HolidayCalendar
from realinsights_finance.day_count import DayCount
from realinsights_finance.due_dates import Frequency, add_months
from realinsights_finance.repayment import Afterwards
from realinsights_finance.rounding import InterestRounding, PaymentRounding, Rounding
from realinsights_finance.schedule import schedule as schedule_of
from realinsights_finance.terms import InvalidTerms, LoanTerms, PaymentBasis
from realinsights_finance.time import Interval
from realinsights_platform.errors import FieldError, Invalid

COLUMNS = ("number", "dueDate", "days", "beginningBalance", "interest", "principal", "payment", "endingBalance")
SOMETIMES = {
    "capitalized": "Capitalized",
    "drawn": "Drawn",
    "curtailed": "Curtailed",
    "unused_fee": "Unused fee",
}
"""The columns of what only some loans have, and their heads: they are there where an installment has any of it."""
OPTIONS = {
    "first_payment": "--first-payment",
    "amortization_months": "--amortization",
    "maturity": "--term",
    "amortization_from_closing": "--amortize-from-closing",
    "business_day_rule": "--business-days",
    "business_day_calendar": "--calendar",
    "rounding.daily_rate_decimals": "--daily-rate-decimals",
}
ROUNDINGS = {rounding.value.replace("_", "-"): rounding for rounding in InterestRounding}


_PLANNED = (
    *("fixed_principal", "principal_due", "rate_from", "anticipated_repayment", "cash_after", "in_advance"),
    *("pay_rate", "capitalizing_payment", "capitalization_limit", "curtail"),
    *("commitment", "draw", "unused_fee", "unused_fee_day_count"),
)
"""The options of loans that are none of level payments at one rate."""
_FIELDS = {
    "terms.fixedPrincipal": "--fixed-principal",
    "terms.scheduledPrincipal": "--principal-due",
    "terms.rateSteps": "--rate-from",
    "terms.cashAfterAnticipatedRepayment": "--cash-after",
    "anticipatedRepaymentDate": "--anticipated-repayment",
    "terms.frequency": "--frequency",
    "terms.paymentsInAdvance": "--in-advance",
    "terms.paymentDay": "--payment-day",
    "terms.amortizationMonths": "--amortization",
    "terms.interestOnlyMonths": "--interest-only",
    "terms.payRate": "--pay-rate",
    "terms.capitalizingPayment": "--capitalizing-payment",
    "terms.capitalizationLimit": "--capitalization-limit",
    "terms.curtailments": "--curtail",
    "terms.commitment": "--commitment",
    "terms.draws": "--draw",
    "terms.unusedFeeRate": "--unused-fee",
    "terms.unusedFeeDayCount": "--unused-fee-day-count",
}


class Number(click.ParamType[Decimal]):
    """A decimal number; thousands may be separated by commas, and a rate may be said in percent: 5.25%."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """Return the number exactly as written."""
        text = str(value).strip().replace(",", "").removeprefix("$")
        try:
            number = Decimal(text.removesuffix("%").strip())
        except InvalidOperation:
            self.fail(f"{value!r} is not a number.", param, ctx)
        if not number.is_finite():
            self.fail(f"{value!r} is not a number.", param, ctx)
        return number.scaleb(-2) if text.endswith("%") else number


class Dated(click.ParamType[tuple[datetime.date, Decimal]]):
    """A day and a number from it on: 2026-02-01=1000.00."""

    name = "date=number"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[datetime.date, Decimal]:
        """Return the day and the number."""
        if isinstance(value, tuple):
            return value
        on, equals, number = str(value).partition("=")
        if not equals:
            self.fail(f"{value!r} is no date and number: write 2026-02-01=1000.00.", param, ctx)
        return Day().convert(on.strip(), param, ctx), Number().convert(number, param, ctx)


class Curtailed(click.ParamType[Curtailment]):
    """A partial prepayment, and what it does to a level payment: 2026-02-01=1000.00:reamortize."""

    name = "date=amount[:effect]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Curtailment:
        """Return the curtailment."""
        if isinstance(value, Curtailment):
            return value
        dated, colon, effect = str(value).partition(":")
        on, amount = Dated().convert(dated, param, ctx)
        if not colon:
            return Curtailment(paid_on=on, amount=amount)
        try:
            return Curtailment(paid_on=on, amount=amount, effect=Afterwards(effect.strip()))
        except ValueError:
            self.fail(f"{effect!r} is neither shorten nor reamortize.", param, ctx)


@click.command()
@click.option("--principal", type=Number(), required=True, help="Dollars lent, e.g. 10000000.")
@click.option("--rate", type=Number(), required=True, help="Annual rate: 0.0525 or 5.25%.")
@click.option("--term", type=int, required=True, help="Months to maturity, counted in payments.")
@click.option("--amortization", type=int, help="Months over which the payment amortizes; without it: interest only.")
@click.option("--interest-only", type=int, default=0, show_default=True, help="Interest-only months at the start.")
@click.option(
    "--day-count",
    type=click.Choice([day_count.value for day_count in DayCount]),
    default=DayCount.ACTUAL_360.value,
    show_default=True,
    help="How interest accrues; the level payment is on 30/360 in any case.",
)
@click.option(
    "--frequency",
    type=click.Choice([frequency.value for frequency in Interval]),
    default=Interval.MONTHLY.value,
    show_default=True,
    help="The time between two installments; --term stays in months.",
)
@click.option("--in-advance", is_flag=True, help="Each payment is made as its period begins, the first one on --start.")
@click.option("--payment", type=Number(), help="The amortizing installment, where the note states it.")
@click.option("--fixed-principal", type=Number(), help="The same principal with each installment; no level payment.")
@click.option(
    "--principal-due",
    type=Dated(),
    multiple=True,
    help="Principal that the note lists for a due date: 2026-02-01=1000.00. May be repeated; no level payment.",
)
@click.option(
    "--rate-from",
    type=Dated(),
    multiple=True,
    help="A step of the rate, from its day on: 2028-01-01=6%. May be repeated.",
)
@click.option("--anticipated-repayment", type=Day(), help="The day on which the borrower is expected to repay.")
@click.option("--cash-after", type=Number(), help="The cash for each payment after --anticipated-repayment.")
@click.option(
    "--pay-rate",
    type=Number(),
    help="The rate at which interest is paid, 0 for none; the rest is added to what is owed.",
)
@click.option(
    "--capitalizing-payment", type=Number(), help="Paid each period; interest that is more is added to what is owed."
)
@click.option(
    "--capitalization-limit", type=Number(), help="The most that interest makes of the principal, as a multiple: 1.15."
)
@click.option(
    "--curtail",
    type=Curtailed(),
    multiple=True,
    help="A partial prepayment: 2026-02-01=1000.00, or 2026-02-01=1000.00:reamortize for a level payment that is "
    "computed anew. May be repeated.",
)
@click.option("--commitment", type=Number(), help="All that is promised to be lent, --principal included.")
@click.option(
    "--draw",
    type=Dated(),
    multiple=True,
    help="What is lent later of --commitment: 2026-02-01=1000.00. May be repeated.",
)
@click.option("--unused-fee", type=Number(), help="The rate of the fee on what is not drawn: 0.25%.")
@click.option(
    "--unused-fee-day-count",
    type=click.Choice([day_count.value for day_count in DayCount]),
    help="How the days of --unused-fee are counted [default: as --day-count].",
)
@click.option("--payment-day", type=click.IntRange(1, 31), help="Day of the month [default: the first payment's].")
@click.option(
    "--payment-basis",
    type=click.Choice([basis.value for basis in PaymentBasis]),
    default=PaymentBasis.NOTE_RATE.value,
    show_default=True,
    help="The rate that the level payment is computed on.",
)
@click.option("--amortize-from-closing", is_flag=True, help="Amortize over what interest-only months left of the term.")
@click.option(
    "--rounding",
    type=click.Choice(list(ROUNDINGS)),
    default="half-up",
    show_default=True,
    help="How a period's interest becomes cents; carried: not at all, balances neither.",
)
@click.option(
    "--payment-rounding",
    type=click.Choice([rounding.value.replace("_", "-") for rounding in PaymentRounding]),
    default="cent",
    show_default=True,
    help="How the level payment is rounded.",
)
@click.option("--daily-rate-decimals", type=int, help="Decimals that the rate of a day is rounded to [default: none].")
@click.option(
    "--business-days",
    type=click.Choice([rule.value.replace("_", "-") for rule in BusinessDayRule]),
    default="unadjusted",
    show_default=True,
    help="Where a payment moves to that falls on a closed day.",
)
@click.option(
    "--calendar",
    type=click.Choice([calendar.value.replace("_", "-") for calendar in HolidayCalendar]),
    help="The calendar of --business-days.",
)
@click.option("--accrual-adjusted", is_flag=True, help="Interest runs to the moved day, too.")
@click.option("--start", type=Day(), help="Interest runs from here [default: one month before the first payment].")
@click.option("--first-payment", type=Day(), help="First due date [default: one month after --start].")
@click.option(
    "--format",
    "layout",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="What to print.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def schedule(*, layout: str, as_json: bool, **stated: Any) -> None:
    """Compute a loan's schedule to the cent.

    Example: realinsights schedule --principal 10000000 --rate 5.25% --term 120 --amortization 360 --start 2025-01-01
    """
    terms, planned = stated_terms(stated)
    # A pay rate of 0 is stated; what is not stated is None, an empty list, or a flag that is not set.
    has_plan = any(value is not None and value is not False and value != () for value in planned.values())
    computed = planned_schedule(terms, planned) if has_plan else loan_schedule(schedule_of(terms))
    if as_json or layout == "json":
        print_document(computed)
    elif layout == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        shown = _shown(computed)
        writer.writerow((*COLUMNS, *("unusedFee" if name == "unused_fee" else name for name in shown)))
        writer.writerows(_cells(row, shown) for row in computed.installments)
    else:
        _print_table(computed, terms)


def stated_terms(options: Mapping[str, Any]) -> tuple[LoanTerms, dict[str, Any]]:
    """Return the terms of level payments that options state, and the options of loans that have others."""
    planned = {name: options[name] for name in _PLANNED}
    level = {name: value for name, value in options.items() if name not in planned}
    frequency = Interval(options["frequency"])
    if frequency.months is None:
        planned |= {"frequency": frequency, "payment": options["payment"], "payment_day": options["payment_day"]}
        level |= {"payment": None}
    elif planned["in_advance"]:
        planned |= {"payment": options["payment"]}
        level |= {"payment": None}
    elif planned["fixed_principal"] is None and not planned["principal_due"]:
        return terms_of(**level), planned
    # Level payments know no interest-only months without an amortization, fixed principal does.
    return terms_of(**{**level, "interest_only": 0}), {**planned, "interest_only": level["interest_only"]}


def planned_schedule(terms: LoanTerms, planned: Mapping[str, Any]) -> LoanSchedule:
    """Return the schedule of a loan that a plan computes; raises `Invalid` where there is none."""
    told = msgspec.structs.replace(loan_schedule_of(loan_of_options(terms, planned)), loan_id=None, number=None)
    if told.unscheduled is not None:
        raise Invalid(f"These terms make no schedule: {told.unscheduled}.")
    return told


def loan_of_options(terms: LoanTerms, planned: Mapping[str, Any]) -> Loan:
    """Return the loan that nobody stores of terms and of options that say others; raises `Invalid` naming options."""
    try:
        return loan_of_draft(_draft_of(terms, planned))
    except Invalid as invalid:
        fields = (FieldError(_option_of(bad.field), bad.message, bad.code) for bad in invalid.fields)
        raise Invalid("These terms make no loan.", tuple(fields)) from None


def _option_of(field: str) -> str:
    name = field.partition("[")[0]
    return _FIELDS.get(name, name)


def _draft_of(terms: LoanTerms, planned: Mapping[str, Any]) -> ScheduleDraft:
    steps = tuple(RateStep(from_date=on, rate=rate) for on, rate in planned["rate_from"])
    fee_days = planned["unused_fee_day_count"]
    return ScheduleDraft(
        original_balance=terms.principal,
        origination_date=terms.start,
        maturity_date=terms.maturity,
        rate=terms.rate,
        rate_type=RateType.STEPPED if steps else RateType.FIXED,
        anticipated_repayment_date=planned["anticipated_repayment"],
        terms=NoteTerms(
            day_count=terms.day_count,
            frequency=planned.get("frequency", Interval(terms.frequency.value)),
            payments_in_advance=planned["in_advance"],
            first_payment_date=terms.start if planned["in_advance"] else terms.first_payment,
            interest_start_date=None if planned["in_advance"] else terms.start,
            payment_day=_payment_day(terms, planned),
            amortization_months=terms.amortization_months,
            interest_only_months=planned.get("interest_only", terms.interest_only_months),
            amortization_from_closing=terms.amortization_from_closing,
            level_payment=planned.get("payment", terms.payment),
            payment_basis=terms.payment_basis,
            fixed_principal=planned["fixed_principal"],
            scheduled_principal=tuple(
                ScheduledPrincipal(due_date=on, amount=amount) for on, amount in planned["principal_due"]
            ),
            rate_steps=steps,
            cash_after_anticipated_repayment=planned["cash_after"],
            pay_rate=planned["pay_rate"],
            capitalizing_payment=planned["capitalizing_payment"],
            capitalization_limit=planned["capitalization_limit"],
            curtailments=planned["curtail"],
            commitment=planned["commitment"],
            draws=tuple(Draw(drawn_on=on, amount=amount) for on, amount in planned["draw"]),
            unused_fee_rate=planned["unused_fee"],
            unused_fee_day_count=None if fee_days is None else DayCount(fee_days),
            business_day_rule=terms.business_day_rule,
            business_day_calendar=None if terms.business_day_calendar is None else terms.business_day_calendar.value,
            accrual_adjusted=terms.accrual_adjusted,
            interest_rounding=terms.rounding.interest,
            payment_rounding=terms.rounding.payment,
            daily_rate_decimals=terms.rounding.daily_rate_decimals,
        ),
    )


def _payment_day(terms: LoanTerms, planned: Mapping[str, Any]) -> int | None:
    frequency, stated = planned.get("frequency"), planned.get("payment_day")
    if frequency is None:
        return terms.due_day
    if frequency is Interval.SEMI_MONTHLY and stated is None:
        return _later_day(terms.start, terms.first_payment)
    return None if stated is None else int(stated)


def _later_day(start: datetime.date, first_payment: datetime.date) -> int:
    """Return the later of both days of a month on which semi-monthly payments fall."""
    follows = Interval.SEMI_MONTHLY.date(start, 1) == first_payment
    return max(start.day, first_payment.day) if follows else first_payment.day


def terms_of(
    *,
    principal: Decimal,
    rate: Decimal,
    term: int,
    amortization: int | None,
    interest_only: int,
    day_count: str,
    frequency: str,
    payment: Decimal | None,
    payment_day: int | None,
    payment_basis: str,
    amortize_from_closing: bool,
    rounding: str,
    payment_rounding: str,
    daily_rate_decimals: int | None,
    business_days: str,
    calendar: str | None,
    accrual_adjusted: bool,
    start: datetime.date | None,
    first_payment: datetime.date | None,
) -> LoanTerms:
    """Return the terms that a command's options state; raises `Invalid` naming every option that is wrong.

    Of payments that are not whole months apart they have the dates, and name monthly ones.
    """
    interval = Interval(frequency)
    start, first_payment = _dates(start, first_payment, interval)
    step = interval.months or 1
    if term < step:
        least = "one month" if step == 1 else f"{step} months, the time of one payment"
        raise click.BadParameter(f"must be at least {least}.", param_hint="--term")
    term = min(term, 12_000)
    if interval.months is None:
        later = payment_day or _later_day(start, first_payment)
        payment_day = first_payment.day
        maturity = interval.date(first_payment, interval.periods_of(term) - 1, day=later)
    else:
        if payment_day is None:
            payment_day = start.day if interval.date(start, 1) == first_payment else first_payment.day
        maturity = add_months(first_payment, max(term - step, 0), day=payment_day)
    try:
        return LoanTerms(
            principal=principal,
            rate=rate,
            start=start,
            first_payment=first_payment,
            maturity=maturity,
            payment_day=payment_day if payment_day != first_payment.day else None,
            day_count=DayCount(day_count),
            amortization_months=amortization,
            interest_only_months=interest_only,
            frequency=Frequency.MONTHLY if interval.months is None else Frequency(frequency),
            payment=payment,
            payment_basis=PaymentBasis(payment_basis),
            amortization_from_closing=amortize_from_closing,
            rounding=Rounding(
                interest=ROUNDINGS[rounding],
                payment=PaymentRounding(payment_rounding.replace("-", "_")),
                daily_rate_decimals=daily_rate_decimals,
            ),
            business_day_rule=BusinessDayRule(business_days.replace("-", "_")),
            business_day_calendar=None if calendar is None else HolidayCalendar(calendar.replace("-", "_")),
            accrual_adjusted=accrual_adjusted,
        )
    except InvalidTerms as invalid:
        raise Invalid(
            "These terms make no loan.",
            tuple(FieldError(_option(bad.field), bad.message) for bad in invalid.problems),
        ) from None


def _dates(
    start: datetime.date | None, first_payment: datetime.date | None, interval: Interval
) -> tuple[datetime.date, datetime.date]:
    if first_payment is None and start is None:
        raise click.UsageError("Pass when it starts: --start YYYY-MM-DD, or --first-payment YYYY-MM-DD.")
    if first_payment is None and start is not None:
        return start, interval.date(start, 1)
    assert first_payment is not None  # noqa: S101 - the first branch leaves no other case; mypy cannot see it
    return start or interval.date(first_payment, -1), first_payment


def _option(field: str) -> str:
    return OPTIONS.get(field, "--" + field.removesuffix("_months").replace("_", "-"))


def _shown(computed: LoanSchedule) -> list[str]:
    return [name for name in SOMETIMES if any(getattr(row, name) for row in computed.installments)]


def _cells(row: InstallmentView, shown: Sequence[str]) -> tuple[str, ...]:
    amounts = [row.beginning_balance, row.interest, row.principal, row.payment, row.ending_balance]
    amounts += [getattr(row, name) for name in shown]
    return (str(row.number), row.due_date.isoformat(), str(row.days), *map(str, amounts))


def _print_table(computed: LoanSchedule, terms: LoanTerms) -> None:
    columns = ["#", "Due", "Days", "Beginning balance", "Interest", "Principal", "Payment", "Ending balance"]
    shown = _shown(computed)
    columns += [SOMETIMES[name] for name in shown]
    all_cells = (_cells(row, shown) for row in computed.installments)
    rows = ((*cells[:3], *map(money, cells[3:])) for cells in all_cells)
    console = to_stdout()
    title = f"{money(terms.principal)} at {percent(terms.rate, 4)}, {terms.day_count.value}, due {terms.maturity}"
    console.print(table(title, columns, rows, numbers=set(columns) - {"Due"}))
    console.print(f"Level payment              {money(computed.level_payment) or _no_level_payment(computed)}")
    console.print(f"Total interest             {money(computed.total_interest)}")
    console.print(f"Due at maturity            {money(computed.due_at_maturity)}")
    console.print(f"  of which principal       {money(computed.balloon_principal)}")
    console.print(f"Quoted as the balloon      {money(computed.balance_after_last_regular_payment)}")
    console.print(f"Weighted average life      {computed.weighted_average_life_years:.6f} years")


def _no_level_payment(computed: LoanSchedule) -> str:
    how = computed.how_computed
    return how.level_payment if how is not None and how.level_payment.startswith("none") else "none: interest only"

"""The convention solver on many statements, beside the same trials with QuantLib's day counts and calendars."""

from __future__ import annotations

import datetime
import itertools
import time
from collections.abc import Iterator
from decimal import Decimal

import QuantLib

from benchmarks.machine import limit
from benchmarks.table import Row
from realinsights_finance import DayCount, LoanTerms, schedule
from realinsights_finance.rounding import InterestRounding, Rounding
from realinsights_finance.schedule import Installment
from realinsights_finance.solver import LenderStatement, StatementRow, Status, solve, statement

STATEMENTS = 1000
MONTHS = 120
SAMPLE = 20
TARGET = 30.0  # seconds
_BEGIN = datetime.date(2016, 1, 15)
_DAY_COUNTS = (
    QuantLib.Actual360(),
    QuantLib.Actual365Fixed(),
    QuantLib.ActualActual(QuantLib.ActualActual.ISDA),
    QuantLib.Thirty360(QuantLib.Thirty360.BondBasis),
    QuantLib.Thirty360(QuantLib.Thirty360.USA),
    QuantLib.Thirty360(QuantLib.Thirty360.European),
)
_RULES = (QuantLib.Unadjusted, QuantLib.Following, QuantLib.ModifiedFollowing, QuantLib.Preceding)
_CALENDARS = (
    QuantLib.UnitedStates(QuantLib.UnitedStates.FederalReserve),
    QuantLib.UnitedStates(QuantLib.UnitedStates.GovernmentBond),
)


def measure() -> Row:
    """Time statements of every day count and rounding, of which nothing else is known, on one core."""
    notes = list(itertools.islice(_notes(), STATEMENTS))
    printed = [schedule(note).installments[:MONTHS] for note in notes]
    statements = [_statement(rows) for rows in printed]
    started = time.process_time()
    found = [solve(each) for each in statements]
    ours = time.process_time() - started
    if not all(each.status in {Status.MATCHED, Status.TIED} for each in found):
        raise RuntimeError("a statement was not reproduced")
    started = time.process_time()
    for note, rows in zip(notes[:SAMPLE], printed, strict=False):
        _with_quantlib(float(note.rate), rows)
    theirs = (time.process_time() - started) / SAMPLE * STATEMENTS
    bound = limit(TARGET)
    return Row(
        f"The solver on {STATEMENTS:,} statements of {MONTHS} months, nothing else known, one core",
        f"{ours:.1f} s, {ours / STATEMENTS * 1e3:.0f} ms each",
        f"QuantLib, interest alone at the known rate, by its day counts and calendars: {theirs:.1f} s, from {SAMPLE}",
        bound.told,
        bound.met(ours),
    )


def _notes() -> Iterator[LoanTerms]:
    conventions = itertools.cycle(itertools.product(DayCount, InterestRounding))
    for number, (day_count, rounding) in enumerate(conventions):
        yield LoanTerms(
            principal=Decimal(5_000_000 + 12_345 * number),
            rate=Decimal(3000 + 7 * (number % 500)).scaleb(-5),
            start=_BEGIN,
            first_payment=_BEGIN.replace(month=2),
            maturity=_BEGIN.replace(year=_BEGIN.year + 15),
            day_count=day_count,
            amortization_months=360,
            interest_only_months=12 * (number % 3),
            rounding=Rounding(interest=rounding),
        )


def _statement(rows: tuple[Installment, ...]) -> LenderStatement:
    return statement(
        StatementRow(
            due_date=row.due_date,
            beginning_balance=row.beginning_balance,
            interest=row.interest,
            principal=row.principal,
            ending_balance=row.ending_balance,
        )
        for row in rows
    )


def _with_quantlib(rate: float, rows: tuple[Installment, ...]) -> int:
    """Return the most rows that a day count with a rule and a calendar has the interest of, within a cent."""
    days = [QuantLib.Date(day.day, day.month, day.year) for day in (_BEGIN, *(row.due_date for row in rows))]
    amounts = [(float(row.beginning_balance), float(row.interest)) for row in rows]
    most = 0
    for calendar, rule, day_count in itertools.product(_CALENDARS, _RULES, _DAY_COUNTS):
        moved = [calendar.adjust(day, rule) for day in days]
        matched = 0
        for (balance, interest), begin, end in zip(amounts, moved[:-1], moved[1:], strict=True):
            if abs(balance * rate * day_count.yearFraction(begin, end) - interest) > 0.0101:
                break
            matched += 1
        most = max(most, matched)
    return most

"""What is left of loans' schedules as texts, which stay as they are until somebody asks about a date.

A text is empty where nothing is repaid before the end; JSON where a business-day rule moves payments; `=` and pairs of
a day and the cents owed from its end on, where the loan is none of level payments at one rate; else the numbers of
`_NUMBERS`, with a space between. Where no schedule says what is left, there is None.
"""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
import numpy as np

from realinsights.contracts.loans import FallingDue, Repayment
from realinsights.dashboard.model.exact import MONEY_PLACES, Integers, scaled
from realinsights_finance.arrays import DAY_COUNTS, TermsColumns
from realinsights_finance.business_days import BusinessDayRule
from realinsights_finance.due_dates import Frequency
from realinsights_finance.terms import RATE_DECIMALS

_NUMBERS = (
    *("payment", "rate", "start", "first_payment", "maturity"),
    *("payment_day", "day_count", "months", "interest_only_months"),
)
_LISTED = "="
_BEFORE_1970 = datetime.date(1970, 1, 1).toordinal()

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Repayment).decode


def repayment_text(falling_due: FallingDue) -> str | None:
    """Return what is left of a schedule as text."""
    left = falling_due.repayment
    if falling_due.balances:
        pairs = ((each.date.toordinal(), scaled(each.balance, MONEY_PLACES)) for each in falling_due.balances)
        return _LISTED + " ".join(f"{day} {cents}" for day, cents in pairs)
    if left is None:
        return "" if falling_due.scheduled else None
    if left.business_day_rule is not BusinessDayRule.UNADJUSTED:
        return _encode(left).decode()
    dates = (left.start, left.first_payment, left.maturity)
    numbers = (
        scaled(left.payment, MONEY_PLACES),
        scaled(left.rate, RATE_DECIMALS),
        *(date.toordinal() - _BEFORE_1970 for date in dates),
        *(left.payment_day, DAY_COUNTS.index(left.day_count), left.frequency.months, left.interest_only_months),
    )
    return " ".join(map(str, numbers))


def is_listed(text: str) -> bool:
    """Tell whether a text lists the balances that a loan will have."""
    return text.startswith(_LISTED)


def listed_balance(text: str, cents: int, day: datetime.date) -> int:
    """Return the cents that a loan owes at the end of a day by its list, of those that were recorded."""
    numbers = list(map(int, text.removeprefix(_LISTED).split()))
    passed = bisect_right(numbers[::2], day.toordinal())
    return numbers[2 * passed - 1] if passed else cents


def is_moved(text: str) -> bool:
    """Tell whether a business-day rule moves the payments that a text says."""
    return text.startswith("[")


def repayment_of(text: str) -> Repayment:
    """Return what is left of a schedule by its text."""
    if is_moved(text):
        return _decode(text)
    payment, rate, start, first, maturity, day, day_count, months, interest_only = map(int, text.split())
    return Repayment(
        payment=Decimal(payment).scaleb(-MONEY_PLACES),
        rate=Decimal(rate).scaleb(-RATE_DECIMALS),
        start=_date(start),
        first_payment=_date(first),
        maturity=_date(maturity),
        payment_day=day,
        day_count=DAY_COUNTS[day_count],
        frequency=next(frequency for frequency in Frequency if frequency.months == months),
        interest_only_months=interest_only,
        business_day_rule=BusinessDayRule.UNADJUSTED,
        business_day_calendar=None,
        accrual_adjusted=False,
    )


def terms_columns(texts: Sequence[str], cents: Integers) -> TermsColumns:
    """Return the terms of loans of these balances by the numbers of their texts."""
    count = len(texts)
    numbers = np.array(" ".join(texts).split(), np.int64).reshape(count, len(_NUMBERS)).T
    values: dict[str, Any] = dict(zip(_NUMBERS, numbers, strict=True))
    dates = {name: values.pop(name).astype("datetime64[D]") for name in ("start", "first_payment", "maturity")}
    no = np.zeros(count, np.bool_)
    return TermsColumns(
        principal=cents,
        **values,
        **dates,
        amortization_months=np.zeros(count, np.int64),
        effective_rate=no,
        amortization_from_closing=no,
    )


def _date(day: int) -> datetime.date:
    return datetime.date.fromordinal(day + _BEFORE_1970)

"""The columns of a CSV tape that speak of the loan's reporting period, in the template's order."""

from __future__ import annotations

from typing import Final

from realinsights.loans.tapes import choices
from realinsights.loans.tapes.column import Column, Reading

PERIOD_COLUMNS: Final = (
    Column(
        "status",
        Reading.CHOICE,
        "current, 30_days, 60_days, 90_days, default, paid_off, refinanced, defeased or liquidated",
        "current",
        element_name="paymentStatusLoanCode",
        choice=choices.STATUSES,
        synonyms=("loan status", "payment status", "delinquency status", "delinquency"),
        left_out=True,
    ),
    Column(
        "beginningBalance",
        Reading.MONEY,
        "owed before the period's payment",
        "1,201,000.00",
        synonyms=("opening balance", "begin balance"),
    ),
    Column(
        "interest",
        Reading.MONEY,
        "the period's scheduled interest",
        "5,428.52",
        synonyms=("interest due", "scheduled interest", "interest amount"),
    ),
    Column(
        "principal",
        Reading.MONEY,
        "the period's scheduled principal",
        "1,000.00",
        synonyms=("principal due", "scheduled principal", "principal amount"),
    ),
    Column(
        "unscheduledPrincipal",
        Reading.MONEY,
        "principal paid beyond the schedule",
        "",
        synonyms=("curtailment", "prepayment"),
        unsure=("prepayment",),
    ),
    Column(
        "paidThrough",
        Reading.DATE,
        "until when interest is paid",
        "",
        synonyms=("paid through date", "paid to date"),
    ),
    Column(
        "dscr",
        Reading.NUMBER,
        "the debt service coverage that the servicer reports",
        "1.45",
        element_name="mostRecentDebtServiceCoverageNetOperatingIncomePercentage",
        synonyms=("reported dscr", "dscr noi"),
        left_out=True,
    ),
)

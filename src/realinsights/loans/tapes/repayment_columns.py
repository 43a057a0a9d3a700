"""The columns of a CSV tape that say when a loan is paid and what each payment repays, in the template's order."""

from __future__ import annotations

from typing import Final

from realinsights.loans.model.tape import ColumnUnit
from realinsights.loans.tapes import choices
from realinsights.loans.tapes.column import Column, Reading

REPAYMENT_COLUMNS: Final = (
    Column(
        "paymentFrequency",
        Reading.CHOICE,
        "weekly, bi_weekly, semi_monthly, monthly, quarterly, semi_annual or annual (without it: monthly)",
        "monthly",
        field_name="frequency",
        choice=choices.FREQUENCIES,
        synonyms=("frequency",),
        assumed=True,
    ),
    Column(
        "paymentsInAdvance",
        Reading.CHOICE,
        "whether each payment is made as its period begins: true or false (without it: false)",
        "",
        choice=choices.YES_OR_NO,
        synonyms=("payments in advance", "interest in advance"),
        assumed=True,
    ),
    Column(
        "amortizationMonths",
        Reading.WHOLE,
        "the full amortization term in months; empty or 0 for an interest-only loan",
        "360",
        element_name="originalAmortizationTermNumber",
        synonyms=(
            "original amortization term",
            "orig amort term",
            "orig amort",
            "amortization term",
            "amortization period",
            "amort term",
            "amortization",
            "amort",
        ),
        assumed=True,
        more_units=(ColumnUnit.MONTHS, ColumnUnit.YEARS),
    ),
    Column(
        "interestOnlyMonths",
        Reading.WHOLE,
        "interest-only months from the first payment",
        "0",
        synonyms=(
            "original interest only term",
            "interest only term",
            "interest only period",
            "io months",
            "io term",
            "io period",
        ),
        assumed=True,
        more_units=(ColumnUnit.MONTHS, ColumnUnit.YEARS),
    ),
    Column(
        "levelPayment",
        Reading.MONEY,
        "the amortizing payment, where the note states another than computed",
        "",
        synonyms=(
            "stated payment",
            "p i payment",
            "p i pmt",
            "monthly p i payment",
            "monthly p i",
            "p i",
            "principal and interest payment",
            "monthly payment",
        ),
        assumed=True,
        more_units=(ColumnUnit.PRINCIPAL_AND_INTEREST,),
        unsure=("monthly payment",),
    ),
    Column(
        "fixedPrincipal",
        Reading.MONEY,
        "the same principal with each payment, where there is no level payment",
        "",
        synonyms=("constant principal", "fixed principal payment"),
        assumed=True,
    ),
    Column(
        "cashAfterAnticipatedRepayment",
        Reading.MONEY,
        "the cash that there is for each payment after the anticipated repayment date, which repays the loan",
        "",
        assumed=True,
    ),
    Column(
        "payRate",
        Reading.RATE,
        "the rate of a year at which interest is paid, 0 for payment in kind; the rest is added to what is owed",
        "",
        synonyms=("cash pay rate", "current pay rate"),
        assumed=True,
    ),
    Column(
        "capitalizingPayment",
        Reading.MONEY,
        "what is paid each period; interest that is more is added to what is owed",
        "",
        synonyms=("negative amortization payment",),
        assumed=True,
    ),
    Column(
        "capitalizationLimit",
        Reading.NUMBER,
        "the most that interest may make of what is owed, as a multiple of the original balance: 1.15",
        "",
        synonyms=("negative amortization limit",),
        assumed=True,
    ),
    Column(
        "principalSchedule",  # a servicer's "Scheduled Principal" is that of the period
        Reading.TEXT,
        "the principal that the note lists, by due date: 2026-02-01 1000.00; 2026-03-01 1250.00",
        "",
        field_name="scheduled_principal",
        length=40_000,
    ),
    Column(
        "curtailmentSchedule",  # a servicer's "Curtailment" is that of the period
        Reading.TEXT,
        "the partial prepayments, each with what it does to a level payment (without it: shorten): "
        "2026-02-01 100000.00; 2027-02-01 50000.00 reamortize",
        "",
        field_name="curtailments",
        length=20_000,
    ),
    Column(
        "paymentBasis",
        Reading.CHOICE,
        "the rate that the level payment is computed on: note_rate or effective_rate (without it: note_rate)",
        "",
        choice=choices.PAYMENT_BASES,
        assumed=True,
    ),
    Column(
        "amortizationFromClosing",
        Reading.CHOICE,
        "whether the interest-only months count in the amortization term: true or false (without it: false)",
        "",
        choice=choices.YES_OR_NO,
        assumed=True,
    ),
    Column(
        "amortizationType",
        Reading.CHOICE,
        "interest_only, partial_interest_only, amortizing or capitalizing; a check of the terms that say it",
        "",
        choice=choices.AMORTIZATION_TYPES,
    ),
)

"""The columns of a CSV tape that say which loan it is and whose, in the template's order."""

from __future__ import annotations

from typing import Final

from realinsights.loans.tapes import choices
from realinsights.loans.tapes.column import Column, Reading

LOAN_COLUMNS: Final = (
    Column(
        "loanNumber",
        Reading.TEXT,
        "your own number of the loan; identifies it from tape to tape",
        "L-1001",
        field_name="number",
        required=True,
        element_name="assetNumber",
        length=64,
        synonyms=("loan id", "loan no", "loan #", "loan num", "account number", "asset id", "number"),
    ),
    Column(
        "loanName",
        Reading.TEXT,
        "what the loan is called (without it: the property's name)",
        "Main Street Plaza",
        field_name="name",
        synonyms=("deal name", "name", "loan"),
        left_out=True,
    ),
    Column(
        "asOf",
        Reading.DATE,
        "the end of the reporting period, of which all balances are (without it: the date given with the import, "
        "else the one in the name of the file)",
        "2025-12-31",
        field_name="period_end",
        element_name="reportingPeriodEndDate",
        synonyms=(
            "as of date",
            "report date",
            "reporting date",
            "period end",
            "period",
            "statement date",
            "cutoff date",
            "cut off date",
        ),
        unsure=("period",),
        assumed=True,
    ),
    Column(
        "periodBegin",
        Reading.DATE,
        "the first day of the reporting period",
        "2025-12-01",
        synonyms=("period start",),
    ),
    Column(
        "borrower",
        Reading.TEXT,
        "who owes",
        "Main Street Owner LLC",
        synonyms=("borrower name", "sponsor"),
        left_out=True,
    ),
    Column(
        "lender",
        Reading.TEXT,
        "who lends; created if there is none of the name",
        "First Bank",
        synonyms=("lender name", "bank", "originator"),
    ),
    Column(
        "lenderType",
        Reading.CHOICE,
        "what kind of money it is; used where the lender is created",
        "bank",
        choice=choices.LENDER_TYPES,
        left_out=True,
    ),
    Column("servicer", Reading.TEXT, "who services the loan", "Midland", left_out=True),
    Column("fund", Reading.TEXT, "the name of a fund that exists", "", synonyms=("fund name",)),
    Column("portfolio", Reading.TEXT, "the name of a portfolio that exists", "", synonyms=("portfolio name",)),
    Column(
        "structure",
        Reading.CHOICE,
        "what the loan is of the debt on its properties",
        "whole_loan",
        choice=choices.STRUCTURES,
        synonyms=("loan structure", "loan type"),
        unsure=("loan type",),
        assumed=True,
    ),
    Column("noteName", Reading.TEXT, "which note of a split loan it is", "", length=32),
    Column("cmbsDeal", Reading.TEXT, "the CMBS deal it belongs to", "", field_name="deal", length=48),
    Column(
        "tags",
        Reading.TEXT,
        "the loan's tags, with semicolons between them",
        "",
        left_out=True,
    ),
    Column(
        "propertyCount",
        Reading.WHOLE,
        "how many properties there are",
        "1",
        synonyms=("number of properties", "properties count", "# of properties"),
        left_out=True,
    ),
)

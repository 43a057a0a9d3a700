"""The columns of a CSV tape that speak of the loan's rate, in the template's order."""

from __future__ import annotations

from typing import Final

from realinsights.loans.tapes import choices
from realinsights.loans.tapes.column import Column, Reading

RATE_COLUMNS: Final = (
    Column(
        "rate",
        Reading.RATE,
        "the rate of a year: 5.25% or 0.0525",
        "5.25%",
        required=True,
        element_name="reportPeriodInterestRatePercentage",
        synonyms=(
            "current interest rate",
            "current note rate",
            "current rate",
            "interest rate",
            "note rate",
            "contract rate",
            "mortgage rate",
            "coupon",
            "int rate",
        ),
    ),
    Column(
        "originalRate",
        Reading.RATE,
        "the rate at closing",
        "",
    ),
    Column(
        "rateType",
        Reading.CHOICE,
        "fixed, floating or stepped (without it: fixed)",
        "fixed",
        choice=choices.RATE_TYPES,
        synonyms=("interest type", "fixed floating"),
        assumed=True,
    ),
    Column(
        "rateSteps",
        Reading.TEXT,
        "the steps of a stepped rate, each from its day on: 2026-01-01 5.5%; 2028-01-01 6%",
        "",
        length=10_000,
        synonyms=("rate schedule", "step rates"),
    ),
    Column(
        "index",
        Reading.TEXT,
        "the index of a floating rate",
        "",
        length=32,
        synonyms=("index name", "base rate"),
    ),
    Column(
        "spread",
        Reading.RATE,
        "what is added to the index: 2.50% or 0.025",
        "",
        synonyms=("margin",),
    ),
    Column("indexFloor", Reading.RATE, "the least the index counts for", ""),
    Column(
        "rateFloor",
        Reading.RATE,
        "the least the rate may be",
        "",
        synonyms=("floor",),
        unsure=("floor",),
    ),
    Column(
        "rateCeiling",
        Reading.RATE,
        "the most the note's rate may be; not a purchased cap",
        "",
        synonyms=("ceiling",),
    ),
    Column(
        "lookbackDays",
        Reading.WHOLE,
        "how many business days before a reset the index is read",
        "",
        synonyms=("index lookback days", "lookback", "determination lag"),
    ),
    Column(
        "resetMonths",
        Reading.WHOLE,
        "the months from one reset of the rate to the next (without it: 1)",
        "",
        synonyms=("reset frequency months", "rate reset months"),
    ),
    Column(
        "firstResetDate",
        Reading.DATE,
        "the first reset of the rate (without it: the first payment)",
        "",
        synonyms=("first rate adjustment date", "first reset", "first rate reset date"),
    ),
    Column(
        "indexRounding",
        Reading.CHOICE,
        "how the index is rounded: none, up_to_eighth_percent, nearest_thousandth_percent and so on",
        "",
        choice=choices.INDEX_ROUNDINGS,
        synonyms=("rounding of the index",),
    ),
    Column(
        "rateSetting",
        Reading.CHOICE,
        "in_advance, each_day, simple_in_arrears or compounded_in_arrears (without it: in_advance)",
        "",
        choice=choices.RATE_SETTINGS,
        synonyms=("index setting", "setting of the rate"),
    ),
    Column(
        "indexCalendar",
        Reading.TEXT,
        "the calendar of the index: federal_reserve, us_government_bond, sofr or weekends_only",
        "",
        length=32,
        synonyms=("reset calendar", "calendar of the index"),
    ),
    Column("fixedRate", Reading.RATE, "the rate that a hybrid loan bears before it floats", ""),
    Column("fixedUntil", Reading.DATE, "the day from which a hybrid loan floats", "", synonyms=("fixed rate until",)),
)

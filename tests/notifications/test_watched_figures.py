"""Figures that rules watch: the same as the loan's own page shows, and told in the same words."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights.contracts.loans import LoanStatus, LoanStructure
from realinsights.loans.model.loan import GONE, Loan, LoanDraft, loan_of
from realinsights.loans.model.property import Property, PropertyDraft, property_of
from realinsights.loans.model.ratios import RatioBasis, ratios_of
from realinsights.loans.service.facts import loan_facts
from realinsights.notifications.model.figures import (
    THROUGH_POSITION,
    WatchedFigure,
    figure_of,
    in_words,
    is_owed,
    told_apart,
)
from realinsights.notifications.model.loans import WatchedLoan, watched
from realinsights_finance.money import shown_ratio

from .conftest import LOAN

TODAY = datetime.date(2026, 3, 2)
PROPERTIES = ("property-1", "property-2")

amounts = st.decimals(min_value=0, max_value=20_000_000, places=2)


@st.composite
def properties(draw: st.DrawFn) -> dict[str, Property]:
    made = {}
    for key in PROPERTIES:
        statement = {
            "basis": "annual",
            "periodEnd": "2025-12-31",
            "netOperatingIncome": draw(st.none() | amounts),
            "netCashFlow": draw(st.none() | amounts),
            "occupancy": draw(st.none() | st.decimals(min_value=0, max_value=1, places=4)),
        }
        value = draw(st.none() | amounts)
        body = {
            "name": key,
            "propertyType": "office",
            "squareFeet": draw(st.none() | st.integers(1, 100_000)),
            "operatingStatements": [statement],
            "valuations": [] if value is None else [{"amount": value, "asOf": "2025-11-15"}],
        }
        made[key] = property_of(msgspec.convert(body, PropertyDraft), property_id=key, org="acme")
    return made


@st.composite
def a_stored_loan(draw: st.DrawFn, number: int) -> Loan:
    amortizing = draw(st.booleans())
    body = {
        **LOAN,
        "number": str(number),
        "currentBalance": draw(st.just(Decimal("0.00")) | amounts),
        "rate": draw(st.sampled_from(["0.0525", "0.06318105"])),
        "status": draw(st.sampled_from([status.value for status in LoanStatus])),
        "structure": draw(st.sampled_from([LoanStructure.WHOLE_LOAN] * 4 + [LoanStructure.MEZZANINE])),
        "lienPosition": draw(st.none() | st.integers(1, 3)),
        "properties": [
            {"propertyId": key} for key in PROPERTIES if draw(st.booleans()) or (key == PROPERTIES[0] and number == 1)
        ],
        "terms": LOAN["terms"] if amortizing else {},
        "rateType": "fixed" if amortizing else draw(st.sampled_from(["fixed", "stepped"])),
    }
    return loan_of(msgspec.convert(body, LoanDraft), loan_id=f"loan-{number}", org="acme")


def as_watched(loan: Loan, assets: dict[str, Property]) -> WatchedLoan:
    return watched(loan_facts(loan, assets), org="acme", version=0)


class TestARatio:
    @given(properties(), st.tuples(*(a_stored_loan(number) for number in range(1, 4))))
    def test_is_the_one_that_the_loans_page_shows_whatever_stands_beside_it(
        self, assets: dict[str, Property], loans: tuple[Loan, ...]
    ) -> None:
        for loan in loans:
            beside = [
                other
                for other in loans
                if other is not loan and {*other.property_ids} & {*loan.property_ids}
                if other.current_balance and other.status not in GONE
            ]
            shown = ratios_of(loan, assets, basis=RatioBasis.LATEST, business_date=TODAY, beside=beside)
            told = as_watched(loan, assets)
            others = [as_watched(other, assets) for other in beside]
            assert all(is_owed(other) for other in others)
            for figure in THROUGH_POSITION:
                value = figure_of(figure, told, others)
                same = getattr(shown, figure.value).value
                assert (None if value is None else shown_ratio(value)) == same, figure

    @given(st.decimals(min_value=0, max_value=50, places=6), st.decimals(min_value=0, max_value=50, places=6))
    def test_and_what_it_is_held_against_are_told_apart_where_they_differ(self, one: Decimal, other: Decimal) -> None:
        for figure in THROUGH_POSITION:
            words = told_apart(figure, one, other)
            assert (words[0] == words[1]) == (one == other)


class TestOtherFigures:
    def test_are_those_of_the_record(self) -> None:
        loan = msgspec.structs.replace(a_watched_loan(), status=LoanStatus.DAYS_60)
        assert figure_of(WatchedFigure.BALANCE, loan) == Decimal("10000000.00")
        assert figure_of(WatchedFigure.RATE, loan) == Decimal("0.0525")
        assert figure_of(WatchedFigure.OCCUPANCY, loan) == Decimal("0.91")
        assert figure_of(WatchedFigure.DAYS_PAST_DUE, loan) == 60

    def test_a_loan_in_default_is_later_than_any_and_one_that_ended_is_not_late(self) -> None:
        def days(status: LoanStatus) -> Decimal | None:
            return figure_of(WatchedFigure.DAYS_PAST_DUE, msgspec.structs.replace(a_watched_loan(), status=status))

        ageing = [days(status) for status in (*LoanStatus,)[:5]]
        assert None not in ageing
        assert ageing == sorted({day for day in ageing if day is not None})
        assert all(days(status) is None for status in (*LoanStatus,)[5:])


def a_watched_loan() -> WatchedLoan:
    return WatchedLoan(
        id="loan-1",
        org="acme",
        number="1001",
        name="Harbor Point",
        status=LoanStatus.CURRENT,
        balance=Decimal("10000000.00"),
        dscr=None,
        rate=Decimal("0.0525"),
        occupancy=Decimal("0.91"),
    )


def test_a_loan_that_was_stored_before_figures_were_kept_is_read_and_has_no_ratio() -> None:
    stored: dict[str, Any] = {
        "id": "loan-1",
        "org": "acme",
        "version": 3,
        "number": "1001",
        "name": "Harbor Point",
        "status": "current",
        "balance": "10000000.00",
        "dscr": "1.25",
        "deleted": False,
    }
    loan = msgspec.json.decode(msgspec.json.encode(stored), type=WatchedLoan)
    assert (loan.balance, loan.dscr) == (Decimal("10000000.00"), Decimal("1.25"))
    assert [figure_of(figure, loan) for figure in sorted(THROUGH_POSITION)] == [None] * len(THROUGH_POSITION)


@pytest.mark.parametrize(
    ("figure", "value", "words"),
    [
        (WatchedFigure.BALANCE, "12500000", "$12,500,000.00"),
        (WatchedFigure.DSCR, "1.2449996", "1.25x"),  # the API tells 1.245000, which pages round
        (WatchedFigure.DSCR, "1.234", "1.23x"),
        (WatchedFigure.LTV, "0.547695", "54.77%"),
        (WatchedFigure.RATE, "0.067", "6.700%"),
        (WatchedFigure.OCCUPANCY, "0.9", "90.00%"),
        (WatchedFigure.DAYS_PAST_DUE, "90", "90+ days past due"),
        (WatchedFigure.DAYS_PAST_DUE, "120", "in default"),
        (WatchedFigure.DAYS_PAST_DUE, "45", "45 days past due"),
    ],
)
def test_words_are_those_of_the_pages(figure: WatchedFigure, value: str, words: str) -> None:
    assert in_words(figure, Decimal(value)) == words


def test_two_values_that_round_alike_get_more_decimals() -> None:
    assert told_apart(WatchedFigure.DSCR, Decimal("1.2496"), Decimal("1.25")) == ("1.2496x", "1.2500x")

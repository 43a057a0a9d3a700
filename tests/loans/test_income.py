"""Which statement a property's income is of."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from realinsights.contracts.loans import DatedAmount, StatementBasis
from realinsights.loans.model.collateral import collateral_figures
from realinsights.loans.model.loan import Loan, LoanDraft, loan_of
from realinsights.loans.model.performance import OperatingStatement, RollUp, income_figures
from realinsights.loans.model.property import Property

NOI = "net_operating_income"


def said(basis: str, amount: int, end: str | None = None, start: str | None = None) -> OperatingStatement:
    return OperatingStatement(
        basis=StatementBasis(basis),
        period_start=datetime.date.fromisoformat(start) if start else None,
        period_end=datetime.date.fromisoformat(end) if end else None,
        net_operating_income=Decimal(amount),
    )


def latest(*statements: OperatingStatement, own: str | None = None) -> int | None:
    figure = income_figures(statements, NOI, own=StatementBasis(own) if own else None).latest
    return None if figure is None else int(figure.amount)


class TestTheLatestIncome:
    @pytest.mark.parametrize(
        ("statements", "amount"),
        [
            ([said("underwritten", 1, "2025-01-31"), said("trailing_twelve_months", 2, "2026-09-30")], 2),
            ([said("annual", 1, "2025-12-31"), said("trailing_twelve_months", 2, "2026-09-30")], 2),
            ([said("annual", 1, "2025-12-31"), said("trailing_twelve_months", 2, "2025-09-30")], 1),
            ([said("underwritten", 1, "2025-09-30"), said("trailing_twelve_months", 2, "2025-09-30")], 1),
            ([said("underwritten", 1, "2025-09-30"), said("annual", 2, "2024-12-31")], 1),
            ([said("underwritten", 1), said("annual", 2, "2024-12-31")], 2),
            ([said("underwritten", 1), said("annual", 2)], 2),
            ([said("underwritten", 1, "2025-09-30"), said("annual", 2)], 1),
            ([said("underwritten", 1, "2025-01-31"), said("budget", 2, "2026-12-31")], 1),
            ([said("budget", 2, "2026-12-31")], None),
            ([said("underwritten", 1, "2025-01-31"), said("annual", 2, "2026-06-30", "2026-01-01")], 1),
            ([said("underwritten", 1, "2025-01-31"), said("annual", 2, "2025-12-31", "2025-01-01")], 2),
        ],
        ids=str,
    )
    def test_is_of_an_actual_full_year_after_the_underwriting(
        self, statements: list[OperatingStatement], amount: int | None
    ) -> None:
        assert latest(*statements) == amount
        assert latest(*reversed(statements)) == amount

    def test_is_of_the_basis_chosen_where_there_is_one(self) -> None:
        statements = said("underwritten", 1, "2025-01-31"), said("trailing_twelve_months", 2, "2026-09-30")
        assert latest(*statements, own="underwritten") == 1
        assert latest(*statements, own="annual") == 2
        assert latest(*statements, said("budget", 3), own="budget") == 3

    def test_is_what_was_known_on_a_date(self) -> None:
        statements = said("underwritten", 1, "2025-01-31"), said("trailing_twelve_months", 2, "2026-09-30")
        figures = income_figures(statements, NOI, on=datetime.date(2026, 8, 31))
        assert figures.latest == figures.underwritten
        assert figures.trailing_twelve_months is None


class TestIncomeOfSeveralProperties:
    def test_is_on_each_basis_the_sum_where_each_has_it(
        self, a_loan: Callable[..., Loan], a_property: Callable[..., Property]
    ) -> None:
        underwritten = {"basis": "underwritten", "periodEnd": "2025-01-31", "netOperatingIncome": "10"}
        annual = {"basis": "annual", "periodEnd": "2025-12-31", "netOperatingIncome": "7"}
        properties = {
            "a": a_property("a", operatingStatements=[underwritten, annual]),
            "b": a_property("b", operatingStatements=[underwritten]),
        }
        figures = collateral_figures(a_loan(properties=[{"propertyId": key} for key in "ab"]), properties)
        income, january = figures.net_operating_income, datetime.date(2025, 1, 31)
        assert income.latest == DatedAmount(Decimal("17.00"), january, None)
        assert income.underwritten == DatedAmount(Decimal("20.00"), january, StatementBasis.UNDERWRITTEN)
        assert income.annual is None

    def test_is_the_roll_up_of_the_servicer_unless_every_property_says_a_later_one(
        self, a_loan: Callable[..., Loan], a_property: Callable[..., Property]
    ) -> None:
        rolled_up = RollUp(
            operating_statements=(said("underwritten", 20, "2025-01-31"), said("annual", 15, "2025-12-31"))
        )
        loan = a_loan({"roll_up": rolled_up}, properties=[{"propertyId": key} for key in "ab"])
        trailing = {"basis": "trailing_twelve_months", "periodEnd": "2026-06-30", "netOperatingIncome": "9"}
        one = {"a": a_property("a", operatingStatements=[trailing]), "b": a_property("b")}
        both = one | {"b": a_property("b", operatingStatements=[trailing])}
        december, june = datetime.date(2025, 12, 31), datetime.date(2026, 6, 30)
        assert collateral_figures(loan, one).net_operating_income.latest == DatedAmount(
            Decimal(15), december, StatementBasis.ANNUAL
        )
        assert collateral_figures(loan, both).net_operating_income.latest == DatedAmount(
            Decimal("18.00"), june, StatementBasis.TRAILING_TWELVE_MONTHS
        )


class TestTheBasisOfALoan:
    def test_that_every_loan_was_stored_with_is_no_choice(self, a_loan: Callable[..., Loan]) -> None:
        stored = msgspec.to_builtins(a_loan(), str_keys=True)
        del stored["statementBasisChosen"]
        old = {**stored, "statementBasis": "underwritten"}
        assert msgspec.convert(old, Loan).statement_basis is None
        chosen = msgspec.convert({**stored, "statementBasis": "annual"}, Loan)
        assert chosen.statement_basis is StatementBasis.ANNUAL

    def test_that_a_person_chooses_stays_through_the_store(self, a_draft: Callable[..., LoanDraft]) -> None:
        loan = loan_of(a_draft(statementBasis="underwritten"), loan_id="loan-1", org="acme")
        again: Any = msgspec.json.decode(msgspec.json.encode(loan), type=Loan)
        assert again.statement_basis is StatementBasis.UNDERWRITTEN
        back = loan_of(a_draft(statementBasis=None), loan_id="loan-1", org="acme", before=again)
        assert (back.statement_basis, back.statement_basis_chosen) == (None, False)

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from types import ModuleType
from typing import Any

import msgspec
import pytest

from realinsights.contracts.filters import Filters
from realinsights.contracts.loans import Collateral, LoanDeleted, PartyKind, PartyRecorded, PropertyType, Standing
from realinsights.dashboard.model.columns import BLOCK, Columns
from realinsights.dashboard.model.dashboard import dashboard

from .builders import decoded

Tell = Callable[..., Columns]

ON = datetime.date(2025, 12, 31)
COUNT = 2 * BLOCK + 700


@pytest.fixture(scope="module")
def loans(events: ModuleType) -> list[Any]:
    return [*events.parties(), *(events.generated_loan(index) for index in range(COUNT))]


def shown(columns: Columns, on: datetime.date = ON) -> Any:
    return decoded(dashboard(columns, Filters(), on, sequence=1))


def anew(told: Tell, happened: list[Any], on: datetime.date = ON) -> Any:
    """Return the dashboard of columns that nobody has asked before, and that never had a filter to be spared."""
    return msgspec.structs.replace(
        decoded(dashboard(told(happened), Filters(maturity_from=datetime.date(1900, 1, 1)), on, sequence=1)),
        filters=Filters(),
    )


@pytest.mark.slow
class TestBlocks:
    def test_add_up_to_the_portfolio(self, told: Tell, loans: list[Any]) -> None:
        assert shown(told(loans)) == anew(told, loans)

    def test_are_added_up_anew_once_a_loan_in_them_changes(
        self, told: Tell, events: ModuleType, loans: list[Any]
    ) -> None:
        columns = told(loans)
        shown(columns)
        tower = Collateral(property_id="tower", state="HI", property_type=PropertyType.OFFICE, balance=Decimal("7.00"))
        later = [
            events.generated_loan(5, seed=8),
            events.generated_loan(BLOCK + 5, seed=8),
            LoanDeleted(loan_id=events.generated_loan(17).loan_id),
            PartyRecorded(kind=PartyKind.LENDER, party_id="lender-3", name="Renamed"),
            events.a_loan("first", current_balance="7.00", collateral=(tower,), lender_id="a-new-lender"),
            # Now a building in one block secures a loan in another.
            events.a_loan("second", current_balance="9.00", collateral=(tower,)),
            msgspec.structs.replace(events.generated_loan(3), collateral=(tower,), current_balance=Decimal("7.00")),
            # Once all have ranks they are measured, each with what ranks before it in the other blocks.
            events.a_loan("first", current_balance="8.00", collateral=(tower,), lien_position=2),
            events.a_loan("second", current_balance="9.00", collateral=(tower,), lien_position=3, value="90"),
            msgspec.structs.replace(
                events.generated_loan(3),
                collateral=(tower,),
                current_balance=Decimal("7.00"),
                standing=Standing(lien_position=1),
            ),
        ]
        for count in range(1, len(later) + 1):
            told([later[count - 1]], columns)
            assert shown(columns) == anew(told, [*loans, *later[:count]])

    def test_may_vanish_and_come_back(self, told: Tell, loans: list[Any]) -> None:
        columns = told(loans)
        shown(columns)
        gone = [LoanDeleted(loan_id=loan_id) for loan_id in columns.ids.all()[BLOCK - 50 :]]
        told(gone, columns)
        assert shown(columns) == anew(told, [*loans, *gone])
        told(loans, columns)
        assert shown(columns) == anew(told, loans)

    def test_are_of_one_business_date(self, told: Tell, loans: list[Any]) -> None:
        columns = told(loans)
        shown(columns)
        later = datetime.date(2028, 2, 29)
        assert shown(columns, later) == anew(told, loans, later)
        assert shown(columns) == anew(told, loans)

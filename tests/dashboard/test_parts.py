from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from types import ModuleType
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from realinsights.contracts.filters import Filters
from realinsights.contracts.loans import (
    Collateral,
    FallingDue,
    IncomeBasis,
    LoanDeleted,
    LoanStatus,
    LoanStructure,
    PartyKind,
    PartyRecorded,
    PropertyType,
    RateType,
)
from realinsights.dashboard.model.columns import Columns
from realinsights.dashboard.model.dashboard import dashboard
from realinsights.dashboard.model.part import Part
from realinsights.dashboard.model.ratios import RATIOS
from realinsights.dashboard.model.small_part import SMALL_PART, SmallPart
from realinsights.dashboard.model.view import REPORTED, present
from realinsights.dashboard.model.wide_part import WidePart

from .builders import decoded, portfolios

Tell = Callable[..., Columns]

ON = datetime.date(2025, 12, 31)
NAMES = [name for name, value in vars(Part).items() if isinstance(value, property)]


def said(part: Part) -> dict[str, Any]:
    """Return all that a part says, tables as plain lists."""
    plain = {name: msgspec.to_builtins(getattr(part, name), str_keys=True) for name in NAMES}
    return (
        plain
        | {name.value: msgspec.to_builtins(part.ratio(name)) for name in RATIOS}
        | {f"reported {name.value}": msgspec.to_builtins(part.reported(name)) for name in REPORTED}
    )


class TestAPartOfFewLoans:
    @settings(max_examples=60, deadline=None)
    @given(portfolios(), st.booleans(), st.sampled_from(IncomeBasis))
    def test_says_what_one_of_arrays_says(
        self, told: Tell, events: ModuleType, portfolio: list[dict[str, object]], filtered: bool, basis: IncomeBasis
    ) -> None:
        # Every other loan is also on the building of the one before.
        loans = [events.a_loan(str(number), **values) for number, values in enumerate(portfolio)]
        for number, (one, other) in enumerate(pairwise(loans)):
            if number % 2:
                both = (*other.collateral, *one.collateral)
                loans[number + 1] = msgspec.structs.replace(other, collateral=both)
        columns = told(loans)
        view = present(columns, columns.loans[1, : columns.count] % 2 == 0 if filtered else None, basis)
        assert said(SmallPart(view, ON, 3)) == said(WidePart(view, ON, 3))

    def test_says_so_of_as_many_as_it_is_made_for(self, told: Tell, events: ModuleType) -> None:
        view = present(told(events.generated_events(SMALL_PART)))
        assert said(SmallPart(view, ON, 25)) == said(WidePart(view, ON, 25))


class TestPartsThatAreKept:
    def test_are_made_anew_once_something_they_say_changes(self, told: Tell, events: ModuleType) -> None:
        first = events.a_loan("1", current_balance="70", value="100", lender_id="lender-1")
        loans = [*events.parties(), first, events.a_loan("2", current_balance="30")]
        columns, happened = told(loans), list(loans)
        tower = (Collateral(property_id="tower", state="TX", property_type=PropertyType.RETAIL, balance=Decimal(70)),)
        day = datetime.date(2026, 6, 30)
        changes = {
            "number": "9", "name": "Renamed", "borrower": "Somebody", "lender_id": "lender-2", "fund_id": "fund-1",
            "portfolio_id": "portfolio-1", "structure": LoanStructure.B_NOTE, "status": LoanStatus.DAYS_30,
            "rate_type": RateType.FLOATING, "original_balance": Decimal(90), "current_balance": Decimal(60),
            "rate": Decimal("0.07"), "origination_date": day, "maturity_date": day, "as_of": day,
            "annual_debt_service": Decimal(5), "reported_dscr": Decimal(2), "collateral": tower,
            "falling_due": FallingDue(balloon=Decimal(50), anticipated_repayment_date=datetime.date(2026, 5, 1)),
            "performance": events.a_performance(value="90", net_operating_income="9", net_cash_flow="8",
                                                occupancy="0.9", occupancy_area="100"),
        }  # fmt: skip
        now = first
        for name, value in changes.items():
            now = msgspec.structs.replace(now, **{name: value})
            self._happens(told, columns, happened, now)
        self._happens(told, columns, happened, PartyRecorded(kind=PartyKind.LENDER, party_id="lender-2", name="New"))
        self._happens(told, columns, happened, events.a_loan("3", status=LoanStatus.PAID_OFF))
        self._happens(told, columns, happened, LoanDeleted(loan_id="loan-1"))

    def _happens(self, told: Tell, columns: Columns, happened: list[Any], event: Any) -> None:
        decoded(dashboard(columns, Filters(), ON, sequence=1))
        told([event], columns)
        happened.append(event)
        # A filter that all loans match: its answer is made of nothing that was kept.
        for on in (ON, datetime.date(2026, 12, 31)):
            anew = dashboard(told(happened), Filters(maturity_from=datetime.date(1900, 1, 1)), on, sequence=1)
            shown = decoded(dashboard(columns, Filters(), on, sequence=1))
            assert shown == msgspec.structs.replace(decoded(anew), filters=Filters())

    def test_are_not_made_anew_for_a_name(self, told: Tell, events: ModuleType) -> None:
        columns = told(events.generated_events(20))
        dashboard(columns, Filters(), ON, sequence=1)
        before = dict(columns.answers)
        told([msgspec.structs.replace(events.generated_loan(3), name="Renamed")], columns)
        dashboard(columns, Filters(), ON, sequence=2)
        assert {name: kept for name, (_, kept) in columns.answers.items()} == {
            name: kept for name, (_, kept) in before.items()
        }

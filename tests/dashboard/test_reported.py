from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from types import ModuleType
from typing import Any

import msgspec
from hypothesis import given, settings

from realinsights.contracts.filters import Filters, Measure, RatioSource
from realinsights.contracts.loans import (
    Collateral,
    LoanRecorded,
    LoanStatus,
    LoanStructure,
    PeriodsRecorded,
    PropertyType,
)
from realinsights.dashboard.model.columns import Columns
from realinsights.dashboard.model.dashboard import Dashboard, LoanSelection, dashboard, listed, totals
from realinsights.dashboard.model.figure import AsOf, CoveredBalance, FigureName
from realinsights.dashboard.model.history import history
from realinsights.dashboard.model.lines import LoanLine
from realinsights.dashboard.model.ordering import LineOrder

from .builders import decoded, portfolios

Tell = Callable[..., Columns]

ON = datetime.date(2025, 12, 31)
CLOSED = {LoanStatus.PAID_OFF, LoanStatus.REFINANCED, LoanStatus.LIQUIDATED}
REPORTED = Filters(source=RatioSource.REPORTED)


def shown(columns: Columns, filters: Filters = REPORTED) -> Dashboard:
    return decoded(dashboard(columns, filters, ON, sequence=1))


def three(events: ModuleType) -> list[Any]:
    """Return a loan with both DSCRs, a note with a reported one alone, and a loan of which none is reported."""
    income = {"net_operating_income": "15", "annual_debt_service": "10"}
    return [
        events.a_loan(
            "1", current_balance="60", reported_dscr="1.20", reported_as_of=datetime.date(2025, 9, 30), **income
        ),
        events.a_loan("2", current_balance="20", reported_dscr="2.00", structure=LoanStructure.PARI_PASSU),
        events.a_loan("3", current_balance="20", **income),
    ]


class TestReportedRatios:
    def test_are_weighted_by_balance_and_cover_notes(self, told: Tell, events: ModuleType) -> None:
        columns = told(three(events))
        computed, reported = shown(columns, Filters()).figures, shown(columns)
        assert (computed.dscr.value, computed.dscr.coverage) == (
            "1.500000",
            CoveredBalance(balance="80.00", share="0.800000"),
        )
        dscr = reported.figures.dscr
        # (1.20 × 60 + 2.00 × 20) ÷ 80
        assert (dscr.value, dscr.loans) == ("1.400000", 2)
        assert dscr.coverage == CoveredBalance(balance="80.00", share="0.800000")
        assert dscr.formula.startswith("Σ (reported DSCR × current balance) ÷ Σ current balance, over the outstanding")
        assert dscr.numerator is not None
        assert (dscr.numerator.value, dscr.numerator.undated) == ("112.0000000000", 1)
        assert dscr.numerator.as_of == AsOf(earliest=datetime.date(2025, 9, 30), latest=datetime.date(2025, 9, 30))
        assert events.named(reported, dscr) == [("3", "20.00", "the servicer reports no DSCR")]
        assert dscr.bases == ()

    def test_are_of_net_cash_flow_where_that_is_reported(self, told: Tell, events: ModuleType) -> None:
        loan = events.a_loan("1", reported_dscr_net_cash_flow=Decimal("1.10"))
        figures = shown(told([loan])).figures
        assert (figures.dscr.value, figures.dscr_ncf.value) == (None, "1.100000")

    def test_leave_what_no_servicer_reports_as_computed(self, told: Tell, events: ModuleType) -> None:
        columns = told(events.generated_events(50))
        one, other = shown(columns, Filters()).figures, shown(columns).figures
        for name in one.__struct_fields__:
            if name not in {"dscr", "dscr_ncf"}:
                assert getattr(one, name) == getattr(other, name)
        assert one.dscr != other.dscr
        assert shown(columns, Filters()).figures == one

    def test_lead_to_the_loans_behind_them_and_not(self, told: Tell, events: ModuleType) -> None:
        columns = told(three(events))
        for left_out, numbers in ((False, ["1", "2"]), (True, ["3"])):
            which = LoanSelection(filters=REPORTED, on=ON, figure=FigureName.DSCR, left_out=left_out)
            _, lines = listed(columns, which, order=LineOrder.NUMBER, after=None, limit=9)
            decode = msgspec.json.Decoder(LoanLine)
            assert [decode.decode(bytes(each)).number for each in lines] == numbers  # type: ignore[call-overload]
        assert totals(columns, LoanSelection(filters=REPORTED, on=ON), sequence=1).dscr.value == "1.400000"

    def test_order_the_lines(self, told: Tell, events: ModuleType) -> None:
        which = LoanSelection(filters=REPORTED, on=ON)
        page, _ = listed(told(three(events)), which, order=LineOrder.DSCR_DESCENDING, after=None, limit=9)
        assert page.rows == (1, 0, 2)

    def test_count_by_what_is_allocated(self, told: Tell, events: ModuleType) -> None:
        spread = tuple(
            Collateral(property_id=state, state=state, property_type=PropertyType.OFFICE, balance=Decimal(balance))
            for state, balance in (("FL", 20), ("VA", 80))
        )
        loans = [
            events.a_loan("1", current_balance="100", reported_dscr="1.00", collateral=spread),
            events.a_loan("2", current_balance="20", reported_dscr="2.00", state="FL"),
        ]
        for measure, value in ((Measure.ALLOCATED, "1.500000"), (Measure.WHOLE, "1.166667")):
            filters = Filters(state=("FL",), measure=measure, source=RatioSource.REPORTED)
            assert shown(told(loans), filters).figures.dscr.value == value

    def test_are_known_of_the_month_that_the_loan_stands_in_alone(self, told: Tell, events: ModuleType) -> None:
        months = (events.a_month("2025-11", "70"), events.a_month("2025-12", "60"))
        columns = told([three(events)[0], PeriodsRecorded(loan_id="loan-1", periods=months)])
        past = history(columns, REPORTED, ON, figures=[FigureName.DSCR], first=None, last=None, sequence=1)
        assert [(point.value, point.left_out) for point in past.series[0].points] == [(None, 1), ("1.200000", 0)]

    @settings(max_examples=60, deadline=None)
    @given(portfolios())
    def test_equal_sums_over_sums_of_plain_fractions(
        self, told: Tell, events: ModuleType, portfolio: list[dict[str, object]]
    ) -> None:
        loans: list[LoanRecorded] = [events.a_loan(str(n), **values) for n, values in enumerate(portfolio)]
        known = [loan for loan in loans if loan.status not in CLOSED and loan.reported_dscr is not None]
        below = sum(Fraction(loan.current_balance) for loan in known)
        above = sum(Fraction(loan.current_balance) * Fraction(loan.reported_dscr or 0) for loan in known)
        value = shown(told(loans)).figures.dscr.value
        assert (value is None) == (not below)
        if below:
            assert abs(Fraction(value or 0) - above / below) <= Fraction(1, 2 * 10**6)

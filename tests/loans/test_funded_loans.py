"""Loans that are drawn in parts, with a fee on what is not drawn: by hand and by a loop of Decimals."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import httpx
import msgspec
import pytest

from realinsights.contracts.loans import AmortizationType, DatedBalance
from realinsights.loans.model.coming_flows import Window, coming_flows, coming_schedule
from realinsights.loans.model.debt_service import annual_debt_service
from realinsights.loans.model.falling_due import falling_due
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.loan_rules import checked_loan
from realinsights.loans.model.payment_schedule import Unscheduled
from realinsights.loans.model.payoff_basis import Basis, basis_of
from realinsights.loans.model.rolling_forward import rolled_forward
from realinsights.loans.queries.schedules import balance_of, schedule_of
from realinsights_finance.debt_service import DebtServiceBasis
from realinsights_finance.rates import Fixings

Build = Callable[..., Loan]
day = datetime.date.fromisoformat
CENT = Decimal("0.01")

# $1,200,000 of a commitment of $2,000,000, at 6 % on 30/360; 0.5 % on what is not drawn.
YEAR = {
    "originalBalance": "1200000.00",
    "currentBalance": "1200000.00",
    "maturityDate": "2026-01-01",
    "rate": "0.06",
}
DRAWS = [{"drawnOn": "2025-02-11", "amount": "300000.00"}, {"drawnOn": "2025-06-01", "amount": "200000.00"}]
FUNDED = {
    "dayCount": "30_360",
    "amortizationMonths": None,
    "commitment": "2000000.00",
    "draws": DRAWS,
    "unusedFeeRate": "0.005",
}


@pytest.fixture
def a_year(a_loan: Build) -> Build:
    """Return a builder of loans of a year by their terms."""
    return lambda terms, **changes: a_loan(**{**YEAR, **changes}, terms=terms)


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def level(owed: Decimal, months: int) -> Decimal:
    """Return the payment of some months at 6 %, by the textbook."""
    growth = Decimal("1.005") ** months
    return cents(owed * Decimal("0.005") * growth / (growth - 1))


def by_hand(amortization: int) -> list[tuple[Decimal, Decimal, Decimal]]:
    """Return interest, principal and what is owed of each month of the year, with a payment anew after each draw."""
    owed = Decimal("1200000.00")
    payment = level(owed, amortization)
    rows = []
    for month in range(1, 13):
        if month == 2:
            interest = cents((owed * 10 + (owed + 300_000) * 20) * Decimal("0.06") / 360)
            owed += 300_000
        else:
            owed += 200_000 if month == 6 else 0
            interest = cents(owed * Decimal("0.06") / 12)
        if month in {2, 6}:
            payment = level(owed, amortization - month + 1)
        principal = owed if month == 12 else payment - interest
        owed -= principal
        rows.append((interest, principal, owed))
    return rows


def flows(loan: Loan, window: Window) -> list[tuple[str, str, str, str]]:
    coming = coming_schedule(loan, window)
    assert not isinstance(coming, Unscheduled)
    found = coming_flows(loan, coming, window, fixings=Fixings(), curve=None, shift=0)
    assert not isinstance(found, Unscheduled)
    return [(str(flow.on), str(flow.interest), str(flow.principal), str(flow.balloon)) for flow in found]


class TestSchedule:
    def test_bears_interest_of_each_draw_from_its_day_and_a_fee_on_the_rest(self, a_year: Build) -> None:
        rows = schedule_of(a_year(FUNDED)).installments
        # February: 10 days of 1,200,000 and 20 of 1,500,000; the fee of 800,000 and of 500,000.
        told = [
            tuple(map(str, (row.drawn, row.interest, row.unused_fee, row.payment, row.ending_balance))) for row in rows
        ]
        assert told[:2] == [
            ("0.00", "6000.00", "333.33", "6333.33", "1200000.00"),
            ("300000.00", "7000.00", "250.00", "7250.00", "1500000.00"),
        ]
        assert told[2] == ("0.00", "7500.00", "208.33", "7708.33", "1500000.00")
        assert told[5] == ("200000.00", "8500.00", "125.00", "8625.00", "1700000.00")
        assert (rows[-1].principal, rows[-1].payment) == (Decimal("1700000.00"), Decimal("1708625.00"))

    def test_counts_the_days_of_the_fee_as_the_note_says(self, a_year: Build) -> None:
        rows = schedule_of(a_year({**FUNDED, "unusedFeeDayCount": "actual_360"})).installments
        # 31 days of 800,000; 10 days of it and 18 of 500,000.
        assert [str(row.unused_fee) for row in rows[:2]] == ["344.44", "236.11"]

    def test_of_a_level_payment_computes_it_anew_after_each_draw(self, a_year: Build) -> None:
        schedule = schedule_of(a_year({**FUNDED, "amortizationMonths": 360}))
        assert [(row.interest, row.principal, row.ending_balance) for row in schedule.installments] == by_hand(360)
        assert schedule.level_payment is None  # it changes
        assert schedule.how_computed is not None
        assert "anew over what is left of the amortization after each draw" in schedule.how_computed.level_payment
        assert "a fee of 0.005 a year" in schedule.how_computed.interest
        said = [(each.name, each.value) for each in schedule.how_computed.inputs]
        assert ("drawn on 2025-02-11", "300,000.00") in said

    def test_of_a_stated_payment_keeps_it(self, a_year: Build) -> None:
        rows = schedule_of(a_year({**FUNDED, "amortizationMonths": 360, "levelPayment": "12000.00"})).installments
        assert [row.interest + row.principal for row in rows[:-1]] == [Decimal("12000.00")] * 11

    def test_of_interest_only_months_computes_the_payment_on_all_that_was_drawn(self, a_year: Build) -> None:
        rows = schedule_of(a_year({**FUNDED, "amortizationMonths": 360, "interestOnlyMonths": 6})).installments
        assert rows[6].interest + rows[6].principal == level(Decimal("1700000.00"), 360)

    def test_of_what_is_repaid_has_no_fee_anew(self, a_year: Build) -> None:
        curtailed = {**FUNDED, "curtailments": [{"paidOn": "2025-03-01", "amount": "400000.00"}]}
        rows = schedule_of(a_year(curtailed)).installments
        assert (str(rows[2].unused_fee), str(rows[2].interest)) == ("208.33", "5500.00")

    def test_of_a_fee_alone_is_the_plain_one_and_the_fee(self, a_year: Build) -> None:
        plain = {"dayCount": "30_360", "amortizationMonths": 360}
        fee = {"commitment": "2000000.00", "unusedFeeRate": "0.005"}
        rows, regular = (schedule_of(a_year({**plain, **more})).installments for more in (fee, {}))
        assert [row.unused_fee for row in rows] == [Decimal("333.33")] * 12
        assert [(row.interest, row.principal) for row in rows] == [(row.interest, row.principal) for row in regular]


class TestBalance:
    def test_is_of_the_day(self, a_year: Build) -> None:
        before, after = (balance_of(a_year(FUNDED), on=day(on)) for on in ("2025-02-10", "2025-02-11"))
        assert (before.balance, after.balance) == (Decimal("1200000.00"), Decimal("1500000.00"))
        assert (before.accrued_interest, after.accrued_interest) == (Decimal("1800.00"), Decimal("2000.00"))

    def test_recorded_grows_by_what_is_still_planned(self, a_year: Build) -> None:
        loan = a_year(FUNDED, currentBalance="1500000.00", balanceAsOf="2025-02-11")
        assert rolled_forward(loan, on=day("2025-05-31")) == Decimal("1500000.00")
        assert rolled_forward(loan, on=day("2025-06-01")) == Decimal("1700000.00")

    def test_recorded_goes_on_by_the_payment_that_holds(self, a_year: Build) -> None:
        scheduled = by_hand(360)
        loan = a_year(
            {**FUNDED, "amortizationMonths": 360}, currentBalance=str(scheduled[3][2]), balanceAsOf="2025-05-01"
        )
        for month in range(4, 11):
            on = datetime.date(2025, month + 2, 1)
            # A draw on the day of an installment comes after it, and is owed at the end of the day.
            drawn = 200_000 if on == day("2025-06-01") else 0
            assert rolled_forward(loan, on=on) == scheduled[month][2] + drawn


class TestFallingDue:
    def test_has_the_draws_to_come_in_balances_and_balloon(self, a_year: Build) -> None:
        due = falling_due(a_year(FUNDED, currentBalance="1500000.00", balanceAsOf="2025-02-11"))
        assert due.balances == (DatedBalance(day("2025-06-01"), Decimal("1700000.00")),)
        assert due.balloon == Decimal("1700000.00")

    def test_of_a_floating_rate_is_known(self, a_year: Build) -> None:
        floating = {"index": "sofr_30_day_average", "spread": "0.02"}
        due = falling_due(a_year({**FUNDED, "floating": floating}, rateType="floating"))
        assert [each.balance for each in due.balances] == [Decimal("1500000.00"), Decimal("1700000.00")]
        assert due.balloon == Decimal("1700000.00")


class TestDebtService:
    def test_grows_with_the_draws_and_has_no_fee(self, a_year: Build) -> None:
        found = annual_debt_service(a_year(FUNDED))
        assert found is not None
        # 6,000 + 7,000 + three of 7,500 + seven of 8,500.
        assert (found.annual, found.basis) == (Decimal("95000.00"), DebtServiceBasis.NEXT_TWELVE_MONTHS)

    def test_of_coming_months_has_neither_draws_nor_fees(self, a_year: Build) -> None:
        assert flows(a_year(FUNDED), Window(day("2025-02-01"), 2)) == [
            ("2025-02-01", "6000.00", "0.00", "0.00"),
            ("2025-03-01", "7000.00", "0.00", "0.00"),
        ]

    def test_of_an_extended_loan_go_on_with_what_was_drawn(self, a_year: Build) -> None:
        extended = {**FUNDED, "extensionOptions": [{"months": 12, "exercisedOn": "2025-10-01"}]}
        loan = a_year(extended, currentBalance="1700000.00", balanceAsOf="2025-12-01")
        assert flows(loan, Window(day("2025-12-15"), 2)) == [("2026-01-01", "8500.00", "0.00", "0.00")]


class TestPayoff:
    def test_is_of_what_is_drawn_by_the_day(self, a_year: Build) -> None:
        basis = basis_of(a_year(FUNDED), on=day("2025-02-21"))
        assert isinstance(basis, Basis)
        assert basis.accrued is not None
        # Ten days of 1,200,000 and ten of 1,500,000; 250.00 a day from now on.
        assert basis.schedule.terms.principal == Decimal("1500000.00")
        assert (basis.accrued.item.amount, basis.accrued.per_diem) == (Decimal("4500.00"), Decimal("250.00"))


class TestRules:
    @pytest.mark.parametrize(
        ("terms", "field", "words"),
        [
            ({"commitment": "1699999.99"}, "draws[1].amount", "199,999.99 of it is left then"),
            ({"commitment": "1199999.99"}, "commitment", "cover the original balance of 1,200,000.00"),
            ({"commitment": None, "unusedFeeRate": None}, "commitment", "what the draws are of"),
            ({"commitment": None, "draws": []}, "commitment", "what the unused fee is of"),
            ({"unusedFeeRate": None, "unusedFeeDayCount": "actual_360"}, "unusedFeeDayCount", "unusedFeeRate"),
            ({"draws": [{**DRAWS[0], "drawnOn": "2024-12-31"}]}, "draws[0].drawnOn", "from 2025-01-01 on"),
            ({"draws": [{**DRAWS[0], "drawnOn": "2026-01-01"}]}, "draws[0].drawnOn", "before 2026-01-01"),
            ({"draws": [DRAWS[1], DRAWS[0]]}, "draws[1].drawnOn", "after the one before"),
            ({"draws": [{**DRAWS[0], "amount": "0.00"}]}, "draws[0].amount", "above zero"),
            ({"unusedFeeRate": None, "paymentsInAdvance": True}, "draws", "paymentsInAdvance"),
            ({"draws": [], "paymentsInAdvance": True}, "unusedFeeRate", "paymentsInAdvance"),
            ({"payRate": "0", "capitalizationLimit": "1.2"}, "draws", "capitalizationLimit"),
            (
                {"curtailments": [{"paidOn": "2025-03-01", "amount": "1500000.00"}]},
                "curtailments[0].amount",
                "1,500,000.00 owed then",
            ),
        ],
    )
    def test_refuse_what_cannot_be(
        self, unchecked_loan: Callable[..., Loan], terms: Mapping[str, Any], field: str, words: str
    ) -> None:
        _, faults = checked_loan(unchecked_loan(**YEAR, terms={**FUNDED, "firstPaymentDate": "2025-02-01", **terms}))
        assert [fault.field for fault in faults] == [f"terms.{field}"]
        assert words in faults[0].message

    def test_name_the_way_of_repaying_by_the_note(self, a_year: Build) -> None:
        assert a_year(FUNDED).amortization_type is AmortizationType.INTEREST_ONLY


class TestOverHttp:
    async def test_takes_a_draw_as_it_comes(
        self, client: httpx.AsyncClient, a_loan_body: Callable[..., dict[str, Any]]
    ) -> None:
        made = await client.post("/loans", json=a_loan_body(**YEAR, terms={**FUNDED, "draws": DRAWS[:1]}))
        path = f"/loans/{made.json()['id']}"
        changed = await client.patch(path, json={"terms": {"draws": DRAWS}}, headers={"If-Match": made.headers["ETag"]})
        assert changed.status_code == 200, changed.text
        told = (await client.get(f"{path}/schedule")).json()
        assert [row["drawn"] for row in told["installments"][4:7]] == ["0.00", "200000.00", "0.00"]
        assert told["installments"][5]["unusedFee"] == "125.00"

    async def test_is_refused_beyond_its_commitment(
        self, client: httpx.AsyncClient, a_loan_body: Callable[..., dict[str, Any]]
    ) -> None:
        refused = await client.post("/loans", json=a_loan_body(**YEAR, terms={**FUNDED, "commitment": "1600000.00"}))
        assert refused.status_code == 422
        assert [bad["field"] for bad in refused.json()["errors"]] == ["terms.draws[1].amount"]


class TestStored:
    def test_before_there_were_draws_is_read_as_without(self, a_year: Build) -> None:
        kept = msgspec.to_builtins(a_year({"dayCount": "30_360"}))
        for name in ("commitment", "draws", "unusedFeeRate", "unusedFeeDayCount"):
            del kept["terms"][name]
        read = msgspec.convert(kept, Loan).terms
        assert (read.commitment, read.draws, read.unused_fee_rate) == (None, (), None)

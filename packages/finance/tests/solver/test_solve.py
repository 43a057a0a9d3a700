"""Each convention is found again in what it prints; what cannot be told apart is said to be tied."""

from __future__ import annotations

import dataclasses
import datetime
import random
from decimal import Decimal

import pytest

from realinsights_finance import DayCount, LoanTerms, PaymentBasis, schedule
from realinsights_finance.rounding import InterestRounding, PaymentRounding, Rounding
from realinsights_finance.solver import (
    AccrualDates,
    InvalidStatement,
    PaymentRule,
    Precision,
    StatementField,
    StatementRow,
    Status,
    solve,
    statement,
)

DATE = datetime.date


def a_note(**changes):
    said = {
        "principal": Decimal("12345678.90"), "rate": Decimal("0.0525"), "day_count": DayCount.ACTUAL_360,
        "start": DATE(2020, 1, 15), "first_payment": DATE(2020, 2, 15), "maturity": DATE(2030, 1, 15),
        "amortization_months": 360,
    }  # fmt: skip
    return LoanTerms(**(said | changes))


def names(solution, terms):
    """Return the conventions that were found which are those of the terms."""
    return [
        found
        for found in solution.conventions
        if found.day_count is terms.day_count
        and found.interest_rounding is terms.rounding.interest
        and found.daily_rate_decimals == terms.rounding.daily_rate_decimals
        and found.rate == terms.rate
    ]


class TestEachConventionIsFoundAgain:
    @pytest.mark.parametrize("day_count", DayCount)
    @pytest.mark.parametrize("rounding", InterestRounding)
    def test_by_a_statement_alone(self, printed, day_count, rounding):
        terms = a_note(day_count=day_count, interest_only_months=12, rounding=Rounding(interest=rounding))
        solution = solve(printed(terms))
        assert solution.status in {Status.MATCHED, Status.TIED}
        (usual, *_) = [found for found in names(solution, terms) if found.accrual_dates is AccrualDates.DUE_TO_DUE]
        assert usual.payment == terms.level_payment()
        assert usual.interest_only_until == DATE(2021, 1, 15)

    @pytest.mark.parametrize("payment", PaymentRounding)
    @pytest.mark.parametrize("basis", PaymentBasis)
    def test_with_the_terms_of_the_note(self, printed, known, payment, basis):
        terms = a_note(payment_basis=basis, rounding=Rounding(payment=payment))
        solution = solve(printed(terms, 60), known(terms))
        rule = {
            PaymentBasis.NOTE_RATE: PaymentRule.LEVEL_NOTE_RATE,
            PaymentBasis.EFFECTIVE_RATE: PaymentRule.LEVEL_EFFECTIVE_RATE,
        }[basis]
        assert (rule, payment) in {(found.payment_rule, found.payment_rounding) for found in names(solution, terms)}
        assert {found.payment for found in solution.conventions} == {terms.level_payment()}

    @pytest.mark.parametrize("decimals", [7, 8, 9, 10])
    def test_that_rounds_the_rate_of_a_day(self, printed, known, decimals):
        terms = a_note(rate=Decimal("0.05173"), rounding=Rounding(daily_rate_decimals=decimals))
        assert names(solve(printed(terms), known(terms)), terms)

    @pytest.mark.parametrize(("rule", "calendar"), [dates.moved for dates in AccrualDates if dates.moved])
    def test_that_accrues_to_the_business_day(self, printed, known, rule, calendar):
        terms = a_note(business_day_rule=rule, business_day_calendar=calendar, accrual_adjusted=True)
        said = statement(
            StatementRow(
                due_date=named,
                beginning_balance=row.beginning_balance, interest=row.interest,
                principal=row.principal, ending_balance=row.ending_balance,
            )
            for named, row in zip(
                [row.due_date for row in schedule(a_note()).installments], schedule(terms).installments, strict=True
            )
        )  # fmt: skip
        solution = solve(said, known(a_note()))
        assert AccrualDates(f"{rule}_{calendar}") in {found.accrual_dates for found in solution.conventions}

    def test_that_repays_the_same_principal_each_time(self):
        balance, rows = Decimal(1_200_000), []
        for number in range(24):
            due = DATE(2020 + (number + 1) // 12, (number + 1) % 12 + 1, 1)
            interest = (balance * Decimal("0.06") / 12).quantize(Decimal("0.01"))
            rows.append(
                StatementRow(
                    due_date=due, beginning_balance=balance, interest=interest,
                    principal=Decimal(10_000), ending_balance=balance - 10_000,
                )
            )  # fmt: skip
            balance -= 10_000
        found = solve(statement(rows)).conventions[0]
        assert (found.payment_rule, found.payment) == (PaymentRule.FIXED_PRINCIPAL, Decimal("10000.00"))


class TestWhatIsMissing:
    @pytest.mark.parametrize("blank", [("beginning_balance",), ("principal",), ("ending_balance",)])
    def test_may_be_any_figure(self, printed, known, blank):
        terms = a_note()
        assert names(solve(printed(terms, 48, blank=blank), known(terms)), terms)

    def test_may_be_all_balances_where_the_note_says_what_was_lent(self, printed, known):
        terms = a_note()
        said = printed(terms, 48, blank=("beginning_balance", "ending_balance"))
        assert names(solve(said, known(terms)), terms)
        with pytest.raises(InvalidStatement, match="no balance"):
            solve(said)

    def test_may_be_whole_rows(self, printed, known):
        terms = a_note()
        rows = printed(terms, 48).rows
        solution = solve(statement([*rows[:10], *rows[13:]]), known(terms))
        assert names(solution, terms)
        assert solution.matched_rows == 48

    def test_may_be_the_beginning_of_the_loan(self, printed, known):
        for rounding in InterestRounding:
            terms = a_note(rounding=Rounding(interest=rounding))
            assert names(solve(printed(terms, 90, begin=30), known(terms)), terms)


class TestTies:
    def test_one_month_leaves_open_what_it_does_not_show_and_says_what_decides(self, printed, known):
        terms = a_note()
        solution = solve(printed(terms, 1), known(terms))
        assert solution.status is Status.TIED
        assert names(solution, terms)
        assert len(solution.conventions) == len(solution.groups)
        assert solution.decided_by is not None
        assert solution.decided_by.due_date > DATE(2020, 2, 15)
        # The month that is named does decide: one of the groups falls.
        until = [row.due_date for row in schedule(terms).installments].index(solution.decided_by.due_date) + 1
        longer = solve(printed(terms, until), known(terms))
        assert set(longer.conventions) < set(solution.conventions)
        assert names(longer, terms)

    def test_conventions_that_never_part_are_matched_together(self, printed, known):
        # Due on the first, a calendar month is from due date to due date.
        terms = a_note(start=DATE(2020, 1, 1), first_payment=DATE(2020, 2, 1), maturity=DATE(2030, 1, 1))
        solution = solve(printed(terms), known(terms))
        assert {AccrualDates.DUE_TO_DUE, AccrualDates.MONTH_BEFORE} <= {
            found.accrual_dates for found in solution.conventions
        }


class TestDifferences:
    def test_name_the_first_row_and_by_what_it_differs(self, printed, known):
        terms = a_note()
        rows = [*printed(terms, 60).rows]
        rows[41] = dataclasses.replace(rows[41], interest=rows[41].interest + Decimal("0.07"))
        solution = solve(statement(rows), known(terms))
        assert solution.status is Status.DIFFERS
        assert solution.matched_rows == 41
        difference = solution.first_difference
        assert (difference.due_date, difference.field) == (rows[41].due_date, StatementField.INTEREST)
        assert difference.reported - difference.computed == Decimal("0.07")
        assert names(solution, terms)

    def test_of_money_that_was_stored_as_floats_are_within_what_they_lose(self, printed, known):
        terms = a_note()
        draw = random.Random(7)  # noqa: S311 - the same each time
        rows = [
            dataclasses.replace(row, ending_balance=row.ending_balance + Decimal(draw.randint(-50, 50)) / 100)
            for row in printed(terms, 60, blank=("beginning_balance",)).rows
        ]
        assert solve(statement(rows), known(terms)).status is Status.DIFFERS
        assert names(solve(statement(rows, precision=Precision.FLOAT32), known(terms)), terms)

    def test_nothing_due_is_said(self):
        rows = [StatementRow(due_date=DATE(2025, 1, 1), beginning_balance=Decimal(5), interest=Decimal(0))]
        assert solve(statement(rows)).status is Status.NOTHING_DUE


class TestRates:
    def test_are_found_where_none_is_known(self, printed):
        for rate in ("0.04913", "0.065", "0.0387125"):
            terms = a_note(rate=Decimal(rate))
            assert solve(printed(terms, 36)).conventions[0].rate == Decimal(rate)

    def test_of_eight_decimals_may_have_been_rounded_on_the_tape(self, printed, known):
        terms = a_note(rate=Decimal("0.049133314"), principal=Decimal("95000000.00"))
        said = dataclasses.replace(known(terms), rate=Decimal("0.04913331"), amortization_months=None)
        solution = solve(printed(terms, 24), dataclasses.replace(said, payment=terms.level_payment()))
        assert solution.status in {Status.MATCHED, Status.TIED}


class TestBadStatements:
    @pytest.mark.parametrize(
        ("rows", "why"),
        [
            ([], "there are no rows"),
            ([("2025-01-01", "1"), ("2025-01-01", "1")], "2025-01-01: is there twice"),
            ([("2025-01-15", "1"), ("2025-02-11", "1")], "2025-02-11: is not on the payment day 15"),
            ([("2025-01-15", "NaN")], "interest: must be a finite decimal"),
            ([("2025-01-15", "-1")], "interest: must not be negative"),
            ([("2025-01-15", "1e30")], "interest: must not exceed"),
        ],
    )
    def test_are_refused_with_the_row_and_the_reason(self, rows, why):
        with pytest.raises(InvalidStatement, match=why):
            statement(StatementRow(due_date=DATE.fromisoformat(due), interest=Decimal(amount)) for due, amount in rows)

    def test_garbage_is_said_to_differ(self):
        draw = random.Random(11)  # noqa: S311 - the same each time
        rows = [
            StatementRow(
                due_date=DATE(2010 + month // 12, month % 12 + 1, 1),
                beginning_balance=Decimal(draw.randint(0, 10**9)) / 100,
                interest=Decimal(draw.randint(0, 10**7)) / 100,
                principal=Decimal(draw.randint(0, 10**7)) / 100,
                ending_balance=Decimal(draw.randint(0, 10**9)) / 100,
            )
            for month in range(120)
        ]
        assert solve(statement(rows)).status is Status.DIFFERS


class TestCompleteTerms:
    def test_take_no_payment_from_one_installment_alone(self, printed, known):
        terms = a_note()
        (row,) = printed(terms, 1).rows
        more = dataclasses.replace(row, principal=row.principal + 500, ending_balance=row.ending_balance - 500)
        told = known(terms)
        assert solve(statement([more]), told).conventions[0].payment_rule is PaymentRule.LEVEL_STATED
        strict = solve(statement([more]), dataclasses.replace(told, complete=True))
        assert strict.status is Status.DIFFERS
        assert PaymentRule.LEVEL_STATED not in {found.payment_rule for found in strict.conventions}

    def test_take_a_payment_that_two_installments_have(self, printed, known):
        terms = a_note(payment=Decimal("70000.00"))
        told = dataclasses.replace(known(a_note()), complete=True)
        assert {found.payment for found in solve(printed(terms, 2), told).conventions} == {Decimal("70000.00")}

    def test_know_of_no_interest_only_months_that_they_do_not_say(self, printed, known):
        said = printed(a_note(amortization_months=None), 3)
        told = dataclasses.replace(known(a_note()), complete=True)
        assert solve(said, told).status is Status.DIFFERS
        assert solve(said, dataclasses.replace(told, complete=False)).status in {Status.MATCHED, Status.TIED}


class TestRows:
    @pytest.mark.parametrize("rounding", InterestRounding)
    def test_of_a_matched_statement_are_its_own(self, printed, known, rounding):
        said = printed(a_note(rounding=Rounding(interest=rounding)), 48)
        solution = solve(said, known(a_note()), rows=True)
        assert solution.computed == said.rows
        assert solve(said, known(a_note())).computed == ()

    def test_of_one_that_differs_show_what_was_to_be_expected(self, printed, known):
        rows = list(printed(a_note(), 24).rows)
        rows[10] = dataclasses.replace(rows[10], interest=rows[10].interest + 5)
        solution = solve(statement(rows), known(a_note()), rows=True)
        assert solution.computed[10].interest == rows[10].interest - 5 == solution.first_difference.computed

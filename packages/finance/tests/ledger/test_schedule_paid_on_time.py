"""A loan that pays its schedule on time: its ledger is the schedule, row by row."""

from __future__ import annotations

import datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import BusinessDayRule, HolidayCalendar, schedule
from realinsights_finance.ledger import EntryKind, InterestBasis, LoanAgreement, Payment, ledger, position
from realinsights_finance.rounding import InterestRounding


def on_time(terms):
    return [
        Payment(id=str(row.number), on=row.due_date, amount=row.payment)
        for row in schedule(terms).installments
        if row.payment
    ]


def bills(book):
    """Return the installments of a ledger as they were billed: number, dates, interest, principal, balances."""
    found, balance = [], book.agreement.terms.principal
    for entry in book.entries:
        if entry.kind is EntryKind.BILL:
            bill = entry.bill
            ending = balance - bill.principal
            dates = (bill.period_start, bill.period_end, bill.due_date)
            found.append((bill.number, *dates, bill.interest, bill.principal, balance, ending))
            balance = ending
    return found


def rows(terms):
    return [
        (
            row.number,
            row.period_start,
            row.period_end,
            row.due_date,
            row.interest,
            row.principal,
            row.beginning_balance,
            row.ending_balance,
        )
        for row in schedule(terms).installments
    ]


class TestPaidOnTime:
    @given(data=st.data(), basis=st.sampled_from(InterestBasis))
    def test_bills_the_rows_of_the_schedule(self, moved_terms, data, basis):
        # Balances that a schedule carries unrounded are not a ledger's: what is billed and paid are whole cents.
        terms = data.draw(moved_terms.filter(lambda each: each.rounding.interest is not InterestRounding.CARRIED))
        book = ledger(LoanAgreement(terms=terms, interest_basis=basis), on_time(terms))
        assert bills(book) == rows(terms)
        assert (book.state.principal, book.state.bills, book.state.suspense) == (0, (), 0)

    @given(data=st.data())
    def test_accrues_and_owes_on_each_day_what_the_schedule_does(self, loan_terms, data):
        terms = data.draw(loan_terms.filter(lambda each: each.rounding.interest is not InterestRounding.CARRIED))
        computed, book = schedule(terms), ledger(LoanAgreement(terms=terms), on_time(terms))
        on = data.draw(st.dates(terms.start, terms.maturity))
        found = position(book, on)
        assert found.principal == computed.balance_on(on)
        assert found.accrued_interest == computed.accrued_interest(on)
        following = computed.next_due(on)
        assert found.next_due == (following.due_date if following else None)
        assert found.past_due_days == 0

    def test_is_right_where_the_payment_moves_after_its_period(self, a_loan):
        # 1 February 2025 is a Saturday: due on Monday the 3rd, though interest of the next period runs from the 1st.
        terms = a_loan(
            business_day_rule=BusinessDayRule.FOLLOWING, business_day_calendar=HolidayCalendar.FEDERAL_RESERVE
        )
        book = ledger(LoanAgreement(terms=terms), on_time(terms))
        assert book.entries[1].transaction.on == datetime.date(2025, 2, 3)
        assert bills(book) == rows(terms)
        assert book.entries[2].bill.interest == Decimal("40792.45")

"""What holds for every ledger, whatever happened to the loan."""

from __future__ import annotations

import dataclasses
import datetime
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from realinsights_finance import BusinessDayRule, DayCount
from realinsights_finance.ledger import (
    SUSPENSE,
    Capitalization,
    Deposit,
    Disbursement,
    Draw,
    EntryKind,
    Fee,
    InterestBasis,
    InvalidTransaction,
    Payment,
    Prepayment,
    Reversal,
    WriteDown,
    ledger,
    payoff,
    position,
    post,
    state_on,
)
from realinsights_finance.ledger.fold import in_force

ZERO = Decimal("0.00")
RECEIPTS = (Payment, Prepayment)


def folded(life):
    """Return the ledger of a random life, or skip one that cannot be, as a draw after payoff."""
    agreement, transactions = life
    try:
        return ledger(agreement, transactions)
    except InvalidTransaction:
        assume(False)


def amounts(book, kind):
    return sum((entry.amount for entry in book.entries if isinstance(entry.transaction, kind)), ZERO)


class TestNothingIsCreatedOrLost:
    @given(data=st.data())
    def test_receipts_are_applied_or_in_suspense(self, lives, data):
        book = folded(data.draw(lives))
        applied = sum((entry.applied.total for entry in book.entries), ZERO)
        assert amounts(book, RECEIPTS) == applied + book.state.suspense
        assert book.state.suspense >= 0

    @given(data=st.data())
    def test_a_refund_leaves_suspense_and_nothing_else(self, lives, data):
        book = folded(data.draw(lives))
        last = book.state.on + datetime.timedelta(days=1)
        owed = state_on(book, last)  # with what falls due on that day
        # More than all that is owed: the rest stays in suspense.
        beyond = 2 * owed.principal + 1_000_000_000
        book = post(book, Payment(id="beyond", on=last, amount=beyond))
        before = state_on(book, last)
        assert before.suspense > 0
        refund = Disbursement(id="refund", on=last, amount=before.suspense, account=SUSPENSE)
        after = post(book, refund).state
        assert (after.suspense, after.principal, after.bills) == (0, before.principal, before.bills)

    @given(data=st.data())
    def test_principal_is_what_was_lent_and_added_less_what_was_repaid_and_given_up(self, lives, data):
        book = folded(data.draw(lives))
        repaid = sum((entry.applied.principal for entry in book.entries), ZERO)
        lent = book.agreement.terms.principal + amounts(book, Draw)
        assert book.state.funded == lent
        assert book.state.principal == lent + amounts(book, Capitalization) - repaid - amounts(book, WriteDown)

    @given(data=st.data())
    def test_what_is_charged_is_paid_or_open(self, lives, data):
        book = folded(data.draw(lives))
        fees = amounts(book, Fee) + sum((entry.unused_fee for entry in book.entries), ZERO)
        assert book.state.fees == fees - sum((entry.applied.fees for entry in book.entries), ZERO)
        charged = sum((entry.amount for entry in book.entries if entry.kind is EntryKind.LATE_CHARGE), ZERO)
        paid = sum((entry.applied.late_charges for entry in book.entries), ZERO)
        assert book.state.late_charges == charged - paid

    @given(data=st.data())
    def test_escrow_and_reserves_hold_what_was_put_in(self, lives, data):
        book = folded(data.draw(lives))
        deposits = sum((balance for _, balance in book.state.reserves), ZERO) + book.state.escrow
        assert deposits == amounts(book, Deposit) + sum((entry.applied.escrow for entry in book.entries), ZERO)


class TestEveryState:
    @given(data=st.data())
    def test_owes_never_less_than_nothing(self, lives, data):
        for entry in folded(data.draw(lives)).entries:
            state = entry.state
            assert state.principal >= 0
            assert state.scheduled_principal >= 0
            assert min(state.fees, state.late_charges, state.default_interest, state.accrued_interest) >= 0
            assert all(min(bill.interest, bill.principal, bill.escrow, bill.balloon) >= 0 for bill in state.bills)
            assert all(bill.balloon <= bill.principal for bill in state.bills)
            for amount in (state.principal, state.suspense, state.escrow, state.default_interest, entry.applied.total):
                assert amount == amount.quantize(Decimal("0.01"))

    @given(data=st.data())
    def test_follows_the_one_before(self, lives, data):
        entries = folded(data.draw(lives)).entries
        days = [entry.on for entry in entries]
        assert days == sorted(days)
        assert all(entry.state.on == entry.on for entry in entries)

    @given(data=st.data())
    def test_a_payoff_repays_it(self, lives, data):
        book = folded(data.draw(lives))
        on = book.state.on + datetime.timedelta(days=data.draw(st.integers(1, 100)))
        before, found = position(book, on), payoff(book, on)
        assume(found.total)
        after = post(book, Prepayment(id="payoff", on=on, amount=found.total))
        later = position(after, on + datetime.timedelta(days=800))
        assert (later.principal, later.due.total, later.accrued_interest, later.accrued_unused_fee) == (0, 0, 0, 0)
        assert later.suspense == before.suspense
        assert later.past_due_days == 0


class TestFold:
    @given(data=st.data())
    def test_is_the_same_in_two_parts_as_in_one(self, lives, data):
        agreement, transactions = data.draw(lives)
        book = folded((agreement, transactions))
        stand = in_force(transactions)
        cut = data.draw(st.integers(0, len(stand)))
        first = ledger(agreement, stand[:cut])
        both = post(first, *stand[cut:])
        assert (both.entries, both.hash) == (book.entries, book.hash)
        assert book.entries[: len(first.entries)] == first.entries

    @given(data=st.data())
    def test_does_not_depend_on_the_order_of_arrival(self, lives, data):
        agreement, transactions = data.draw(lives)
        book = folded((agreement, transactions))
        arrived = data.draw(st.permutations(transactions))
        assert ledger(agreement, arrived).hash == book.hash
        # One by one, each as late as it comes: back-dated ones fold the later ones again.
        one_by_one = ledger(agreement)
        try:
            for transaction in arrived:
                one_by_one = post(one_by_one, transaction)
        except InvalidTransaction:
            assume(False)
        assert (one_by_one.entries, one_by_one.hash) == (book.entries, book.hash)

    @given(data=st.data())
    def test_a_reversal_leaves_exactly_what_would_be_without_it(self, lives, data):
        agreement, transactions = data.draw(lives)
        assume(transactions)
        book = folded((agreement, transactions))
        undone = data.draw(st.sampled_from(transactions))
        without = folded((agreement, tuple(each for each in transactions if each != undone)))
        reversed_ = post(book, Reversal(id="reversal", on=undone.on + datetime.timedelta(days=3), of=undone.id))
        assert (reversed_.entries, reversed_.state, reversed_.hash) == (without.entries, without.state, without.hash)
        assert len(reversed_.posted) == len(transactions) + 1

    @given(data=st.data())
    def test_is_the_same_again_under_any_decimal_context_and_time_zone(self, lives, data, other_time_zone):
        life = data.draw(lives)
        book = folded(life)
        on = book.state.on + datetime.timedelta(days=45)
        expected = position(book, on), payoff(book, on)
        with localcontext() as context, other_time_zone():
            context.prec = 5
            again = ledger(*life)
            assert (again.entries, again.hash) == (book.entries, book.hash)
            assert (position(again, on), payoff(again, on)) == expected

    @given(data=st.data(), changed=st.sampled_from(["amount", "on"]))
    def test_another_life_has_another_hash(self, lives, data, changed):
        agreement, transactions = data.draw(lives)
        payments = [each for each in transactions if isinstance(each, Payment)]
        assume(payments)
        book = folded((agreement, transactions))
        payment = payments[0]
        other = (
            Payment(id=payment.id, on=payment.on, amount=payment.amount + Decimal("0.01"))
            if changed == "amount"
            else Payment(id=payment.id, on=payment.on + datetime.timedelta(days=1), amount=payment.amount)
        )
        rest = tuple(each for each in transactions if each != payment)
        assert folded((agreement, (*rest, other))).hash != book.hash


class TestAccrual:
    @given(data=st.data())
    def test_adds_up_the_days(self, lives, data):
        """Each bill is the sum of each day's balance x rate, rounded once: computed here day by day."""
        agreement, transactions = data.draw(lives)
        plain = {"day_count": DayCount.ACTUAL_360, "business_day_rule": BusinessDayRule.UNADJUSTED}
        terms = dataclasses.replace(agreement.terms, **plain)
        agreement = dataclasses.replace(agreement, terms=terms, interest_basis=InterestBasis.ACTUAL_BALANCE)
        # An extension after maturity has a period of its own.
        transactions = tuple(each for each in transactions if getattr(each, "maturity", None) is None)
        book = folded((agreement, transactions))
        before = agreement.opened()
        for entry in book.entries:
            bill = entry.bill
            if entry.kind is EntryKind.BILL:
                exact = Fraction(0)
                day = bill.period_start
                while day < bill.period_end:
                    found = position(book, day)
                    exact += Fraction(found.principal) * Fraction(found.rate) / 360
                    day += datetime.timedelta(days=1)
                assert bill.interest + before.accrued_paid == before.cents(exact)
            before = entry.state


class TestPosition:
    @given(data=st.data())
    def test_a_day_is_reached_in_one_step_or_in_many(self, lives, data):
        """Looking at a loan on a day changes nothing of what it is later."""
        book = folded(data.draw(lives))
        end = book.state.on + datetime.timedelta(days=120)
        on = data.draw(st.dates(book.agreement.first_day, end))
        known = tuple(each for each in book.posted if each.on <= on)
        try:
            then = ledger(book.agreement, known)
        except InvalidTransaction:  # pragma: no cover - a prefix of what can be, can be
            pytest.fail("what came first cannot be without what came later")
        assert position(book, on) == position(then, on)

    @given(data=st.data())
    def test_accrued_interest_grows_until_it_is_billed(self, lives, data):
        book = folded(data.draw(lives))
        assume(not book.state.suspense)  # it pays what falls due
        start = book.state.on
        days = sorted(data.draw(st.lists(st.dates(start, start + datetime.timedelta(days=60)), max_size=5)))
        found = [position(book, day) for day in days]
        owed = [each.accrued_interest + each.due.interest + each.due.default_interest for each in found]
        assert owed == sorted(owed)

"""What cannot be: each a named error that says which transaction, which field and why."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from realinsights_finance import BusinessDayRule, HolidayCalendar, InvalidTerms
from realinsights_finance.ledger import (
    SUSPENSE,
    AlreadyReversed,
    ApplicationOrder,
    BeforeClosing,
    Capitalization,
    Commitment,
    Component,
    DefaultCured,
    DefaultDeclared,
    Deposit,
    Disbursement,
    Draw,
    DuplicateTransaction,
    ExceedsBalance,
    Fee,
    IncompleteOrder,
    InvalidTransaction,
    LateChargeRule,
    Modification,
    NothingToReverse,
    Payment,
    Prepayment,
    Reversal,
    Transaction,
    WriteDown,
    default_interest,
    ledger,
    payoff,
    position,
    post,
    state_on,
    unused_fee,
)
from realinsights_finance.ledger.digest import digest

D = datetime.date
ON = D(2025, 1, 15)


def a_payment(**changes):
    return Payment(**({"id": "p", "on": ON, "amount": Decimal(1000)} | changes))


class TestReversal:
    def test_of_what_is_not_there(self, an_agreement):
        with pytest.raises(NothingToReverse, match=r"transaction r: of names no transaction .* nothing"):
            ledger(an_agreement(), [a_payment(), Reversal(id="r", on=ON, of="nothing")])

    def test_of_a_reversal(self, an_agreement):
        life = [a_payment(), Reversal(id="r", on=ON, of="p"), Reversal(id="again", on=ON, of="r")]
        with pytest.raises(NothingToReverse, match="transaction again"):
            ledger(an_agreement(), life)

    def test_twice(self, an_agreement):
        book = ledger(an_agreement(), [a_payment(), Reversal(id="r", on=ON, of="p")])
        with pytest.raises(AlreadyReversed, match="transaction again: of names a transaction that is reversed already"):
            post(book, Reversal(id="again", on=ON, of="p"))

    def test_before_what_it_reverses(self, an_agreement):
        with pytest.raises(InvalidTransaction, match="on must not be before 2025-01-15, when p was"):
            ledger(an_agreement(), [a_payment(), Reversal(id="r", on=D(2025, 1, 14), of="p")])

    def test_of_what_a_later_transaction_rests_on_leaves_the_ledger_as_it_was(self, an_agreement):
        life = [
            Deposit(id="in", on=ON, amount=Decimal(1000), account="capex"),
            Disbursement(id="out", on=D(2025, 1, 20), amount=Decimal(1000), account="capex"),
        ]
        book = ledger(an_agreement(), life)
        with pytest.raises(ExceedsBalance, match=r"transaction out: amount must not exceed the balance of capex of 0"):
            post(book, Reversal(id="r", on=D(2025, 1, 25), of="in"))
        assert book == ledger(an_agreement(), life)


class TestDays:
    def test_before_closing(self, an_agreement):
        with pytest.raises(
            BeforeClosing, match=r"transaction p: on must not be before .* 2025-01-01, and is 2024-12-31"
        ):
            ledger(an_agreement(), [a_payment(on=D(2024, 12, 31))])
        book = ledger(an_agreement(closing=D(2024, 12, 31)), [a_payment(on=D(2024, 12, 31))])
        assert book.state.suspense == 1000

    @pytest.mark.parametrize("measure", [position, payoff])
    def test_a_measure_before_closing(self, an_agreement, measure):
        with pytest.raises(BeforeClosing, match="position: on must not be before"):
            measure(ledger(an_agreement()), D(2024, 12, 31))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: a_payment(id=" "), "id must be a name"),
        (lambda: a_payment(id=7), "id must be a name"),
        (lambda: a_payment(id="p" * 201), "id must have at most 200 characters"),
        (lambda: a_payment(on="2025-01-01"), "on must be a date without a time"),
        (lambda: a_payment(on=datetime.datetime(2025, 1, 1)), "on must be a date without a time"),  # noqa: DTZ001
        (lambda: a_payment(on=D(1899, 1, 1)), "on must be in the years 1900 to 2200"),
        (lambda: a_payment(amount=Decimal(0)), "amount must be more than zero"),
        (lambda: a_payment(amount=Decimal(-5)), "amount must be more than zero"),
        (lambda: a_payment(amount=Decimal("0.001")), "amount must be whole cents"),
        (lambda: a_payment(amount=Decimal("1e30")), "amount must not exceed"),
        (lambda: a_payment(amount=Decimal("NaN")), "amount must be a finite decimal"),
        (lambda: a_payment(amount=1.5), "amount must be a finite decimal"),
        (lambda: a_payment(amount=None), "amount must be a finite decimal"),
        (lambda: Capitalization(id="c", on=ON, amount=Decimal(0)), "amount must be more than zero"),
        (lambda: Fee(id="f", on=ON, amount=Decimal(1), name=""), "name must be a name"),
        (lambda: Modification(id="m", on=ON), "rate or payment or maturity must be stated"),
        (lambda: Modification(id="m", on=ON, maturity=ON), "maturity must be after the modification"),
        (lambda: Modification(id="m", on=ON, maturity="2030"), "maturity must be a date without a time"),
        (
            lambda: Modification(id="m", on=ON, payment=Decimal(5), reamortize=True),
            "reamortize contradicts a stated payment",
        ),
    ],
)
def test_a_transaction_that_cannot_be(make, message):
    with pytest.raises(InvalidTransaction, match=message):
        make()


@pytest.mark.parametrize(
    ("life", "message"),
    [
        ([Draw(id="d", on=ON, amount=Decimal(1))], "amount must not exceed the undrawn commitment of 0"),
        (
            [Capitalization(id="c", on=ON, amount=Decimal("20416.68"))],
            "exceed the interest due and accrued of 20,416.67",
        ),
        ([WriteDown(id="w", on=ON, amount=Decimal(10_000_001))], "must not exceed the principal of 10,000,000.00"),
        ([Disbursement(id="x", on=ON, amount=Decimal(1), account="capex")], "exceed the balance of capex of 0.00"),
        ([Disbursement(id="x", on=ON, amount=Decimal(1), account=SUSPENSE)], "exceed the balance of suspense of 0.00"),
        ([Deposit(id="x", on=ON, amount=Decimal(1), account=SUSPENSE)], "account must be escrow or a reserve"),
        ([DefaultCured(id="x", on=ON)], "the loan is not in default"),
        ([DefaultDeclared(id="x", on=ON), DefaultDeclared(id="y", on=ON)], "the loan is in default already"),
        ([Transaction(id="x", on=ON)], "type Transaction is not a ledger's"),
        (
            [
                Prepayment(id="all", on=D(2025, 1, 1), amount=Decimal(10_000_000)),
                Draw(id="d", on=ON, amount=Decimal(1)),
            ],
            "on must be before maturity and payoff",
        ),
        ([Draw(id="d", on=D(2035, 1, 1), amount=Decimal(1))], "on must be before maturity and payoff"),
    ],
)
def test_a_transaction_that_the_loan_cannot_take(an_agreement, life, message):
    agreement = an_agreement(commitment=Commitment(amount=Decimal(10_000_000)))
    with pytest.raises(InvalidTransaction, match=message):
        ledger(agreement, life)


def test_terms_that_the_loan_cannot_take(an_agreement):
    interest_only = an_agreement(amortization_months=None)
    with pytest.raises(InvalidTransaction, match="reamortize needs an amortization term"):
        ledger(interest_only, [Prepayment(id="c", on=ON, amount=Decimal(1), reamortize=True)])
    with pytest.raises(InvalidTransaction, match="transaction m: rate must be a fraction"):
        ledger(interest_only, [Modification(id="m", on=ON, rate=Decimal("5.25"))])


def test_a_maturity_before_what_is_billed(an_agreement):
    # 1 June 2025 is a Sunday: that installment is due, and billed, on Friday 30 May.
    moves = {"business_day_rule": BusinessDayRule.PRECEDING, "business_day_calendar": HolidayCalendar.FEDERAL_RESERVE}
    agreement = an_agreement(**moves)
    with pytest.raises(InvalidTransaction, match="maturity must be after the installments that are billed"):
        ledger(agreement, [Modification(id="m", on=D(2025, 5, 31), maturity=D(2025, 6, 1))])


def test_an_extension_to_before_the_maturity_that_has_passed(an_agreement):
    # The 1st is a Sunday: the loan matures, and is billed, on Friday 30 May.
    moves = {"business_day_rule": BusinessDayRule.PRECEDING, "business_day_calendar": HolidayCalendar.FEDERAL_RESERVE}
    agreement = an_agreement(maturity=D(2025, 6, 1), **moves)
    with pytest.raises(InvalidTransaction, match="maturity must be after the installments that are billed"):
        ledger(agreement, [Modification(id="m", on=D(2025, 5, 31), maturity=D(2025, 6, 1))])
    extended = ledger(agreement, [Modification(id="m", on=D(2025, 5, 31), maturity=D(2025, 9, 1))])
    assert [bill.number for bill in state_on(extended, D(2025, 7, 1)).bills] == [1, 2, 3, 4, 5, 6]


def test_two_transactions_of_one_id(an_agreement):
    with pytest.raises(DuplicateTransaction, match="transaction p: id is another transaction's already"):
        ledger(an_agreement(), [a_payment(), a_payment(on=D(2025, 1, 20))])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closing": D(2025, 1, 2)}, "closing"),
        ({"closing": "2025"}, "closing"),
        ({"default_margin": Decimal(5)}, "default_margin"),
        ({"default_margin": Decimal("NaN")}, "default_margin"),
        ({"late_charge": LateChargeRule(rate=Decimal(-1))}, "late_charge.rate"),
        ({"late_charge": LateChargeRule(rate=Decimal(0), grace_days=-1)}, "late_charge.grace_days"),
        ({"commitment": Commitment(amount=Decimal(9_999_999))}, "commitment.amount"),
        ({"commitment": Commitment(amount=Decimal("NaN"))}, "commitment.amount"),
        ({"commitment": Commitment(amount=Decimal(10_000_000), unused_fee=Decimal(2))}, "commitment.unused_fee"),
        ({"escrow_deposit": Decimal(-1)}, "escrow_deposit"),
        ({"escrow_deposit": Decimal("0.001")}, "escrow_deposit"),
    ],
)
def test_an_agreement_that_cannot_be(an_agreement, changes, field):
    with pytest.raises(InvalidTerms) as refused:
        an_agreement(**changes)
    assert [problem.field for problem in refused.value.problems] == [field]


@pytest.mark.parametrize("components", [(), (Component.FEES,) * 6, tuple(Component)[1:]])
def test_an_order_that_is_not_one(components):
    with pytest.raises(IncompleteOrder, match="order: must name each component once"):
        ApplicationOrder(components)


def test_measures_over_days_that_go_back():
    days = {"start": D(2025, 1, 2), "end": D(2025, 1, 1)}
    with pytest.raises(ValueError, match="end: 2025-01-01 must not be before start"):
        default_interest(Decimal(1), rate=Decimal(0), margin=Decimal(0), day_count="actual_360", **days)
    fee = (Decimal(100), Decimal("0.01"), "actual_360")
    with pytest.raises(ValueError, match="drawn: days must not go back"):
        unused_fee(*fee, [(D(2025, 1, 2), Decimal(1))], D(2025, 1, 1))
    with pytest.raises(ValueError, match="drawn: must not exceed the commitment"):
        unused_fee(*fee, [(D(2025, 1, 2), Decimal(101))], D(2025, 1, 3))


def test_a_value_that_has_no_digest():
    with pytest.raises(TypeError, match="a float has no digest"):
        digest((1.5,))

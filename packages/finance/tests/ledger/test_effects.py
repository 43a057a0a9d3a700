"""What each kind of transaction does, each with figures that can be followed by hand."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from realinsights_finance import DayCount, LoanTerms, cents, level_payment, schedule
from realinsights_finance.explain import explain
from realinsights_finance.ledger import (
    ESCROW,
    SUSPENSE,
    ApplicationOrder,
    Capitalization,
    Commitment,
    Component,
    DefaultCured,
    DefaultDeclared,
    Deposit,
    Disbursement,
    Draw,
    EntryKind,
    Fee,
    InterestBasis,
    LateChargeRule,
    Modification,
    Payment,
    Prepayment,
    Reversal,
    WriteDown,
    accrued_interest,
    days_past_due,
    entries_until,
    ledger,
    payoff,
    position,
    post,
    state_on,
)

D = datetime.date
LEVEL = Decimal("55220.37")


def dollars(text):
    return Decimal(text)


def paid(terms, count, **changes):
    """Return on-time payments of the first installments of a loan."""
    return [
        Payment(id=f"p{row.number:03}", on=row.due_date, amount=row.payment, **changes)
        for row in schedule(terms).installments[:count]
    ]


class TestPayment:
    def test_before_its_due_date_waits_in_suspense(self, an_agreement):
        book = ledger(an_agreement(), [Payment(id="early", on=D(2025, 1, 20), amount=LEVEL)])
        assert position(book, D(2025, 1, 31)).suspense == LEVEL
        found = position(book, D(2025, 2, 1))
        assert (found.suspense, found.due.total, found.principal) == (0, 0, dollars("9989987.96"))
        bill = entries_until(book, D(2025, 2, 1))[-1]
        assert (bill.kind, bill.applied.interest, bill.applied.principal) == (
            EntryKind.BILL,
            dollars("45208.33"),
            dollars("10012.04"),
        )

    def test_of_the_oldest_installment_first_leaves_the_later_one_open(self, an_agreement):
        book = ledger(an_agreement(), [Payment(id="p", on=D(2025, 3, 5), amount=LEVEL)])
        found = position(book, D(2025, 3, 5))
        assert found.past_due_days == 4
        # 28 days of February on a balance that January's installment had not reduced yet.
        assert found.due.interest == dollars("40833.33")
        assert found.principal == dollars("9989987.96")

    def test_of_all_interest_first_leaves_the_oldest_installment_open(self, an_agreement):
        order = ApplicationOrder(oldest_installment_first=False)
        book = ledger(an_agreement(order=order), [Payment(id="p", on=D(2025, 3, 5), amount=LEVEL)])
        found = position(book, D(2025, 3, 5))
        assert (found.past_due_days, found.due.interest) == (32, dollars("30821.29"))
        assert found.principal == 10_000_000

    def test_late_bears_interest_on_late_principal_or_by_the_schedule_does_not(self, an_agreement):
        late = [Payment(id="p", on=D(2025, 2, 11), amount=LEVEL)]
        actual = ledger(an_agreement(), late)
        by_schedule = ledger(an_agreement(interest_basis=InterestBasis.SCHEDULED_BALANCE), late)
        rate = Decimal("0.0525")
        ten_days, all_days = dollars("10012.04") * rate * 10 / 360, dollars("9989987.96") * rate * 28 / 360
        assert position(actual, D(2025, 3, 1)).due.interest == cents(ten_days + all_days)
        assert position(by_schedule, D(2025, 3, 1)).due.interest == cents(all_days) == dollars("40792.45")

    def test_beyond_all_that_is_owed_is_in_suspense_and_can_be_refunded(self, an_agreement):
        agreement = an_agreement(maturity=D(2025, 2, 1))
        book = ledger(agreement, [Payment(id="p", on=D(2025, 2, 1), amount=Decimal(11_000_000))])
        found = position(book, D(2026, 1, 1))
        assert (found.principal, found.due.total, found.suspense) == (0, 0, dollars("954791.67"))
        refund = Disbursement(id="r", on=D(2025, 2, 2), amount=dollars("954791.67"), account=SUSPENSE)
        assert position(post(book, refund), D(2026, 1, 1)).suspense == 0


class TestPrepayment:
    def test_splits_the_period_and_shortens_the_loan(self, an_agreement):
        agreement = an_agreement(amortization_months=None)
        book = ledger(agreement, [Prepayment(id="c", on=D(2025, 1, 11), amount=Decimal(1_000_000))])
        rate = Decimal("0.0525")
        exact = Decimal(10_000_000) * rate * 10 / 360 + Decimal(9_000_000) * rate * 21 / 360
        assert position(book, D(2025, 2, 1)).due.interest == cents(exact)
        assert position(book, D(2025, 1, 11)).principal == 9_000_000

    def test_keeps_the_payment(self, an_agreement):
        agreement = an_agreement(day_count=DayCount.THIRTY_360)
        payments = paid(agreement.terms, 1)
        book = ledger(agreement, [*payments, Prepayment(id="c", on=D(2025, 2, 1), amount=Decimal(1_000_000))])
        balance = dollars("8988529.63")
        due = position(book, D(2025, 3, 1)).due
        interest = cents(balance * Decimal("0.0525") / 12)
        assert (due.interest, due.principal) == (interest, LEVEL - interest)

    def test_reamortizes_over_what_is_left_of_the_amortization(self, an_agreement):
        agreement = an_agreement(day_count=DayCount.THIRTY_360)
        payments = paid(agreement.terms, 12)
        curtailed = Prepayment(id="z", on=D(2026, 1, 1), amount=Decimal(1_000_000), reamortize=True)
        found = position(ledger(agreement, [*payments, curtailed]), D(2026, 1, 1))
        level = level_payment(found.principal, agreement.terms.periodic_rate, 348)
        assert found.payment == level
        # As a new loan of the balance over the months that are left.
        renewed = LoanTerms(
            principal=found.principal,
            rate=agreement.terms.rate,
            start=D(2026, 1, 1),
            first_payment=D(2026, 2, 1),
            maturity=agreement.terms.maturity,
            day_count=DayCount.THIRTY_360,
            amortization_months=348,
        )
        rest = [
            Payment(id=f"q{row.number:03}", on=row.due_date, amount=row.payment)
            for row in schedule(renewed).installments
        ]
        book = ledger(agreement, [*payments, curtailed, *rest])
        assert book.state.principal == 0
        assert [e.state.principal for e in book.entries if e.transaction in rest] == [
            row.ending_balance for row in schedule(renewed).installments
        ]

    def test_during_interest_only_months_lowers_the_payment_to_come(self, an_agreement):
        agreement = an_agreement(interest_only_months=24)
        curtailed = Prepayment(id="c", on=D(2025, 1, 1), amount=Decimal(2_000_000), reamortize=True)
        found = position(ledger(agreement, [curtailed]), D(2025, 1, 2))
        assert found.payment == level_payment(Decimal(8_000_000), agreement.terms.periodic_rate, 360)

    def test_pays_what_is_due_first(self, an_agreement):
        book = ledger(an_agreement(), [Prepayment(id="c", on=D(2025, 2, 1), amount=Decimal(1_000_000))])
        assert book.entries[-1].applied.interest == dollars("45208.33")
        assert book.state.principal == 10_000_000 - (1_000_000 - dollars("45208.33"))


class TestDrawAndCapitalization:
    def test_a_draw_keeps_the_payment_or_reamortizes(self, an_agreement):
        kept = ledger(an_agreement(), [Draw(id="d", on=D(2025, 1, 11), amount=Decimal(500_000))])
        assert kept.state.payment == LEVEL
        anew = ledger(an_agreement(), [Draw(id="d", on=D(2025, 1, 11), amount=Decimal(500_000), reamortize=True)])
        assert anew.state.payment == level_payment(Decimal(10_500_000), anew.state.terms.periodic_rate, 360)

    def test_a_draw_after_payoff_begins_a_period_of_its_own(self, an_agreement):
        agreement = an_agreement(amortization_months=None)
        repaid = ledger(agreement, [Prepayment(id="p", on=D(2025, 1, 11), amount=dollars("10014583.33"))])
        assert (repaid.state.principal, repaid.state.suspense) == (0, 0)
        assert [entry.kind for entry in entries_until(repaid, D(2025, 6, 1))] == [EntryKind.TRANSACTION]
        drawn = post(repaid, Draw(id="q", on=D(2025, 6, 11), amount=Decimal(1_000_000)))
        (bill,) = state_on(drawn, D(2025, 7, 1)).bills
        assert (bill.number, bill.interest) == (6, cents(Decimal(1_000_000) * Decimal("0.0525") * 20 / 360))

    def test_interest_due_becomes_principal_and_bears_interest(self, an_agreement):
        agreement = an_agreement(amortization_months=None)
        book = ledger(agreement, [Capitalization(id="pik", on=D(2025, 2, 1))])
        assert book.entries[-1].amount == dollars("45208.33")
        found = position(book, D(2025, 2, 1))
        assert (found.principal, found.due.total, found.past_due_days) == (dollars("10045208.33"), 0, 0)
        assert position(book, D(2025, 3, 1)).due.interest == dollars("41017.93")

    def test_interest_capitalized_within_a_period_is_not_billed_again(self, an_agreement):
        agreement = an_agreement(amortization_months=None)
        book = ledger(agreement, [Capitalization(id="pik", on=D(2025, 1, 16), amount=Decimal(20_000))])
        assert position(book, D(2025, 1, 16)).accrued_interest == dollars("1875.00")
        rate = Decimal("0.0525")
        whole = Decimal(10_000_000) * rate * 15 / 360 + Decimal(10_020_000) * rate * 16 / 360
        assert position(book, D(2025, 2, 1)).due.interest == cents(whole) - 20_000


class TestWriteDown:
    def test_gives_up_principal_and_no_more_of_it_falls_due_than_there_is(self, an_agreement):
        agreement = an_agreement(maturity=D(2025, 2, 1))
        book = ledger(agreement, [WriteDown(id="w", on=D(2025, 2, 1), amount=Decimal(4_000_000))])
        found = position(book, D(2025, 2, 1))
        assert (found.principal, found.due.principal) == (6_000_000, 6_000_000)


class TestModification:
    def test_a_rate_holds_from_its_day(self, an_agreement):
        agreement = an_agreement(amortization_months=None)
        book = ledger(agreement, [Modification(id="m", on=D(2025, 1, 16), rate=Decimal("0.06"))])
        exact = Decimal(10_000_000) * (Decimal("0.0525") * 15 + Decimal("0.06") * 16) / 360
        assert position(book, D(2025, 2, 1)).due.interest == cents(exact)
        assert position(book, D(2025, 1, 15)).rate == Decimal("0.0525")

    def test_a_rate_keeps_the_payment_unless_it_is_computed_anew(self, an_agreement):
        change = {"id": "m", "on": D(2025, 1, 1), "rate": Decimal("0.06")}
        assert ledger(an_agreement(), [Modification(**change)]).state.payment == LEVEL
        anew = ledger(an_agreement(), [Modification(**change, reamortize=True)]).state.payment
        assert anew == schedule(an_agreement(rate=Decimal("0.06")).terms).level_payment

    def test_a_payment_ends_the_interest_only_months(self, an_agreement):
        agreement = an_agreement(interest_only_months=24)
        book = ledger(agreement, [Modification(id="m", on=D(2025, 1, 5), payment=Decimal(60_000))])
        due = position(book, D(2025, 2, 1)).due
        assert (due.interest, due.principal) == (dollars("45208.33"), dollars("14791.67"))

    def test_an_extension_on_the_maturity_date_leaves_a_regular_installment(self, an_agreement):
        agreement = an_agreement(maturity=D(2025, 3, 1))
        terms = an_agreement(maturity=D(2026, 3, 1)).terms
        extension = Modification(id="m", on=D(2025, 3, 1), maturity=D(2026, 3, 1))
        book = ledger(agreement, [*paid(terms, 13), extension])
        assert book.state.principal == schedule(terms).balance_on(D(2026, 2, 1))
        assert position(book, D(2026, 2, 28)).next_due == D(2026, 3, 1)

    def test_an_extension_after_maturity_takes_the_balloon_back(self, an_agreement):
        agreement = an_agreement(maturity=D(2025, 2, 1))
        matured = ledger(agreement, [Payment(id="p", on=D(2025, 2, 1), amount=LEVEL)])
        found = position(matured, D(2025, 2, 20))
        assert (found.matured, found.past_due_days) == (True, 0)
        assert found.due.principal == found.principal == dollars("9989987.96")
        assert found.accrued_interest == cents(found.principal * Decimal("0.0525") * 19 / 360)
        extended = post(matured, Modification(id="m", on=D(2025, 2, 20), maturity=D(2026, 2, 1)))
        found = position(extended, D(2025, 3, 1))
        assert (found.matured, found.due.interest) == (False, dollars("40792.45"))
        assert found.due.total == LEVEL
        assert found.next_due == D(2025, 4, 1)

    def test_an_extension_of_a_maturity_between_due_dates_bills_that_period_again(self, an_agreement):
        agreement = an_agreement(maturity=D(2025, 2, 16), amortization_months=None)
        extended = ledger(agreement, [Modification(id="m", on=D(2025, 2, 20), maturity=D(2025, 6, 1))])
        first, stub, rest = state_on(extended, D(2025, 3, 1)).bills
        assert (first.number, stub.number, rest.number) == (1, 2, 2)
        daily = Decimal(10_000_000) * Decimal("0.0525") / 360
        assert (stub.interest, rest.interest) == (cents(daily * 15), cents(daily * 13))
        assert position(extended, D(2025, 3, 1)).due.principal == 0

    def test_an_extension_months_after_maturity_bills_only_what_falls_due_after_it(self, an_agreement):
        agreement = an_agreement(maturity=D(2025, 2, 1), amortization_months=None)
        interest = Payment(id="p", on=D(2025, 2, 1), amount=dollars("45208.33"))
        extended = ledger(agreement, [interest, Modification(id="m", on=D(2025, 5, 20), maturity=D(2026, 2, 1))])
        (bill,) = state_on(extended, D(2025, 6, 1)).bills
        assert (bill.number, bill.period_start, bill.due_date) == (5, D(2025, 5, 1), D(2025, 6, 1))
        # All that has accrued since maturity: 120 days.
        assert bill.interest == cents(Decimal(10_000_000) * Decimal("0.0525") * 120 / 360)


class TestDefault:
    def test_changes_the_order_and_is_cured(self, an_agreement):
        first = ApplicationOrder()
        principal_first = ApplicationOrder(tuple(reversed(Component)))
        agreement = an_agreement(order=first, order_in_default=principal_first, default_margin=Decimal("0.05"))
        declared = DefaultDeclared(id="a", on=D(2025, 2, 1))
        receipt = Payment(id="p", on=D(2025, 2, 1), amount=Decimal(10_000))
        assert ledger(agreement, [receipt]).entries[-1].applied.interest == 10_000
        book = ledger(agreement, [declared, receipt])
        assert book.entries[-1].applied.principal == 10_000
        cured = post(book, DefaultCured(id="b", on=D(2025, 2, 11)))
        # Ten days of the margin, and no more after it is cured.
        ten_days = cents(Decimal(9_990_000) * Decimal("0.05") * 10 / 360)
        assert position(cured, D(2025, 2, 11)).due.default_interest == ten_days
        assert position(cured, D(2025, 6, 11)).due.default_interest == ten_days
        assert not position(cured, D(2025, 6, 11)).in_default
        assert position(book, D(2025, 6, 11)).due.default_interest > ten_days

    def test_regular_interest_is_the_same_with_and_without(self, an_agreement):
        agreement = an_agreement(default_margin=Decimal("0.05"))
        calm, default = ledger(agreement), ledger(agreement, [DefaultDeclared(id="a", on=D(2025, 1, 7))])
        for on in (D(2025, 1, 31), D(2025, 2, 1), D(2025, 4, 9)):
            assert position(default, on).due.interest == position(calm, on).due.interest
            assert position(default, on).accrued_interest == position(calm, on).accrued_interest

    def test_interest_that_is_paid_is_not_owed_again(self, an_agreement):
        agreement = an_agreement(amortization_months=None, default_margin=Decimal("0.05"))
        margin = Decimal(10_000_000) * Decimal("0.05") / 360
        regular = dollars("45208.33")
        life = [
            DefaultDeclared(id="a", on=D(2025, 1, 1)),
            Payment(id="b", on=D(2025, 1, 11), amount=cents(margin * 10)),
            Payment(id="c", on=D(2025, 2, 1), amount=regular),
            Payment(id="d", on=D(2025, 2, 6), amount=Decimal(10_000)),
        ]
        book = ledger(agreement, life)
        paid_so_far = sum(entry.applied.default_interest for entry in book.entries)
        owed = position(book, D(2025, 3, 1)).due.default_interest
        assert owed + paid_so_far == cents(margin * 31) + cents(margin * 28)


class TestAfterMaturity:
    def test_each_receipt_is_for_the_interest_until_its_day(self, an_agreement):
        agreement = an_agreement(maturity=D(2025, 2, 1), amortization_months=None)
        daily = Decimal(10_000_000) * Decimal("0.0525") / 360
        life = [
            Payment(id="a", on=D(2025, 2, 1), amount=dollars("45208.33")),
            Payment(id="b", on=D(2025, 2, 11), amount=cents(daily * 10) - 1),
            Payment(id="c", on=D(2025, 2, 21), amount=Decimal(1)),
        ]
        book = ledger(agreement, life)
        assert [entry.applied.interest for entry in book.entries if entry.transaction][1:] == [cents(daily * 10) - 1, 1]
        assert [(bill.number, bill.interest) for bill in book.state.bills[1:]] == [(3, cents(daily * 10))]


class TestOneDay:
    def test_counts_by_kind(self):
        on, amount = D(2025, 2, 1), Decimal(1)
        day = [
            Modification(id="z", on=on, rate=Decimal(0)),
            Draw(id="y", on=on, amount=amount),
            Fee(id="x", on=on, amount=amount, name="fee"),
            Capitalization(id="w", on=on),
            Deposit(id="v", on=on, amount=amount, account=ESCROW),
            Payment(id="u", on=on, amount=amount),
            Prepayment(id="t", on=on, amount=amount),
            WriteDown(id="s", on=on, amount=amount),
            Disbursement(id="r", on=on, amount=amount, account=ESCROW),
        ]
        assert sorted(day, key=lambda each: each.order) == day


class TestLateCharge:
    RULE = LateChargeRule(rate=Decimal("0.05"), grace_days=10)

    @pytest.mark.parametrize(("day", "charge"), [(10, "0"), (11, "0"), (12, "2761.02")])
    def test_is_charged_after_the_grace_and_not_on_its_last_day(self, an_agreement, day, charge):
        book = ledger(an_agreement(late_charge=self.RULE), [Payment(id="p", on=D(2025, 2, day), amount=LEVEL)])
        entries = [entry for entry in book.entries if entry.kind is EntryKind.LATE_CHARGE]
        assert sum(entry.amount for entry in entries) == Decimal(charge)

    def test_is_on_what_is_open(self, an_agreement):
        receipt = Payment(id="p", on=D(2025, 2, 1), amount=LEVEL - 1000)
        book = ledger(an_agreement(late_charge=self.RULE), [receipt])
        assert position(book, D(2025, 2, 12)).due.late_charges == 50

    def test_is_on_a_balloon_only_where_the_note_says_so(self, an_agreement):
        def charge(**rule):
            late = LateChargeRule(rate=Decimal("0.05"), grace_days=10, **rule)
            agreement = an_agreement(maturity=D(2025, 2, 1), late_charge=late)
            return position(ledger(agreement), D(2025, 3, 1)).due.late_charges

        assert charge() == dollars("2761.02")
        assert charge(on_balloon=True) == cents(dollars("10045208.33") * Decimal("0.05"))

    def test_is_gone_where_the_payment_arrives_late_but_counts_from_its_day(self, an_agreement):
        book = ledger(an_agreement(late_charge=self.RULE), [Fee(id="f", on=D(2025, 2, 20), amount=LEVEL, name="x")])
        assert book.state.late_charges == dollars("2761.02")
        back_dated = post(book, Payment(id="p", on=D(2025, 2, 3), amount=LEVEL))
        assert back_dated.state.late_charges == 0
        bounced = post(back_dated, Reversal(id="r", on=D(2025, 2, 25), of="p"))
        assert (bounced.entries, bounced.hash) == (book.entries, book.hash)


class TestAccounts:
    def test_escrow_takes_deposits_of_installments_and_is_advanced_where_short(self, an_agreement):
        agreement = an_agreement(escrow_deposit=Decimal(9_000))
        life = [
            Deposit(id="closing", on=D(2025, 1, 1), amount=Decimal(5_000), account=ESCROW),
            Payment(id="p", on=D(2025, 2, 1), amount=LEVEL + 9_000),
            Disbursement(id="taxes", on=D(2025, 2, 15), amount=Decimal(20_000), account=ESCROW),
        ]
        book = ledger(agreement, life)
        assert position(book, D(2025, 2, 14)).escrow == 14_000
        assert position(book, D(2025, 2, 15)).escrow == -6_000

    def test_reserves_are_kept_by_name(self, an_agreement):
        life = [
            Deposit(id="1", on=D(2025, 1, 1), amount=Decimal(5_000), account="capex"),
            Deposit(id="2", on=D(2025, 1, 1), amount=Decimal(7_000), account="interest"),
            Disbursement(id="3", on=D(2025, 1, 9), amount=Decimal(1_500), account="capex"),
        ]
        book = ledger(an_agreement(), life)
        assert book.state.reserves == (("capex", 3_500), ("interest", 7_000))
        assert (book.state.reserve("capex"), book.state.reserve("other")) == (3_500, 0)


class TestPayoff:
    def test_is_principal_interest_and_a_per_diem(self, an_agreement):
        book = ledger(an_agreement(), paid(an_agreement().terms, 1))
        found = payoff(book, D(2025, 2, 11))
        assert found.principal == dollars("9989987.96")
        assert found.interest == dollars("14568.73")
        assert found.per_diem == dollars("1456.87")
        assert found.total == dollars("10004556.69")

    def test_of_one_day_more_is_the_per_diem_more_up_to_a_cent(self, an_agreement):
        book = ledger(an_agreement(default_margin=Decimal("0.05")), [DefaultDeclared(id="d", on=D(2025, 1, 5))])
        first, second = payoff(book, D(2025, 1, 11)), payoff(book, D(2025, 1, 12))
        assert abs(second.total - first.total - first.per_diem) <= Decimal("0.02")

    def test_has_the_unused_fee_of_the_period_in_it(self, an_agreement):
        commitment = Commitment(amount=Decimal(20_000_000), unused_fee=Decimal("0.005"))
        book = ledger(an_agreement(commitment=commitment))
        found = payoff(book, D(2025, 1, 11))
        assert (found.fees, found.interest) == (dollars("1388.89"), dollars("14583.33"))
        assert found.per_diem == cents(dollars("10000000") * (Decimal("0.0525") + Decimal("0.005")) / 360)
        short = post(book, Prepayment(id="p", on=D(2025, 1, 11), amount=found.total - 300))
        assert (short.state.principal, short.state.fees) == (0, 300)
        assert position(short, D(2026, 1, 1)).due.total == 300

    def test_takes_a_day_of_its_year_where_years_differ(self, an_agreement):
        book = ledger(
            an_agreement(day_count=DayCount.ACTUAL_ACTUAL_ISDA, start=D(2027, 12, 1), first_payment=D(2028, 1, 1))
        )
        annual = Decimal(525_000)
        assert payoff(book, D(2027, 12, 31)).per_diem == cents(annual / 365)
        assert payoff(book, D(2028, 1, 1)).per_diem == cents(annual / 366)

    def test_says_how_it_came_about(self, an_agreement):
        book = ledger(an_agreement(), [Fee(id="f", on=D(2025, 1, 5), amount=Decimal(750), name="appraisal")])
        told = explain(payoff, book, D(2025, 1, 11))
        assert told.value == payoff(book, D(2025, 1, 11))
        assert {part.name: part.value for part in told.steps} == {
            "interest due": "0.00",
            "interest accrued": "14583.33",
            "default interest": "0.00",
            "late charges": "0.00",
            "fees": "750.00",
            "escrow due": "0.00",
            "per diem": "1458.33",
        }


class TestMeasures:
    def test_accrued_interest_says_what_it_adds_up(self, an_agreement):
        book = ledger(an_agreement(), [Prepayment(id="c", on=D(2025, 1, 11), amount=Decimal(1_000_000))])
        told = explain(accrued_interest, book, D(2025, 1, 21))
        assert told.value == cents(Decimal(10_000_000) * 10 * Decimal("0.0525") / 360 + Decimal(13125))
        assert told.steps[0].name == "accrued, unrounded"
        assert "balance" in {part.name for part in told.inputs}

    def test_days_past_due_count_from_the_oldest_open_due_date(self, an_agreement):
        book = ledger(an_agreement(), [Payment(id="p", on=D(2025, 3, 5), amount=LEVEL)])
        assert days_past_due(book, D(2025, 2, 1)) == 0
        assert days_past_due(book, D(2025, 3, 4)) == 31
        told = explain(days_past_due, book, D(2025, 3, 31))
        assert told.value == 30
        assert [part.value for part in told.inputs] == ["2025-03-31", "2025-03-01"]

    def test_a_loan_is_current_to_the_end_of_its_due_date(self, an_agreement):
        book = ledger(an_agreement())
        assert state_on(book, D(2025, 2, 1)).bills[0].due_date == D(2025, 2, 1)
        assert [days_past_due(book, D(2025, 2, day)) for day in (1, 2)] == [0, 1]

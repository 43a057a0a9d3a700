"""What a loan must fulfill, each refusal naming its field."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from realinsights.contracts.loans import LoanStatus
from realinsights.loans.model.loan import Loan, LoanDraft, draft_of, loan_of
from realinsights.loans.model.loan_rules import checked_loan, valid_loan
from realinsights_platform.errors import Invalid

LoanBuilder = Callable[..., Loan]


BUSINESS_DATE = datetime.date(2025, 12, 31)


def valid(loan: Loan) -> Loan:
    return valid_loan(loan, business_date=BUSINESS_DATE)


def refused_fields(loan: Loan, before: Loan | None = None) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal:
        valid_loan(loan, business_date=BUSINESS_DATE, before=before)
    return {fault.field: fault.message for fault in refusal.value.fields}


class TestALoan:
    def test_keeps_money_to_the_cent_whatever_way_it_was_written(self, unchecked_loan: LoanBuilder) -> None:
        loan = valid(unchecked_loan(originalBalance="1e7", currentBalance="9999999.5"))
        assert (str(loan.original_balance), str(loan.current_balance)) == ("10000000.00", "9999999.50")

    def test_keeps_a_rate_without_trailing_zeros(self, unchecked_loan: LoanBuilder) -> None:
        assert str(valid(unchecked_loan(rate="0.06715000")).rate) == "0.06715"

    def test_may_bear_no_interest(self, unchecked_loan: LoanBuilder) -> None:
        assert str(valid(unchecked_loan(rate="0.00000000")).rate) == "0"

    def test_goes_back_to_the_draft_it_was_made_of(self, a_draft: Callable[..., LoanDraft]) -> None:
        draft = a_draft(tags=["office"], customFields={"desk": "west"})
        assert draft_of(loan_of(draft, loan_id="loan-1", org="org-1")) == draft

    def test_has_every_field_of_its_draft_with_the_same_type_and_default(self) -> None:
        loan = {field.name: field for field in msgspec.structs.fields(Loan)}
        for field in msgspec.structs.fields(LoanDraft):
            assert (loan[field.name].type, loan[field.name].default) == (field.type, field.default)

    @pytest.mark.parametrize(
        ("terms", "kind"),
        [
            ({"amortizationMonths": None}, "interest_only"),
            ({"amortizationMonths": 360}, "amortizing"),
            ({"amortizationMonths": 360, "interestOnlyMonths": 24}, "partial_interest_only"),
            ({"amortizationMonths": 360, "interestOnlyMonths": 118}, "partial_interest_only"),
            ({"amortizationMonths": 360, "interestOnlyMonths": 120}, "interest_only"),  # to maturity
            ({"amortizationMonths": None, "levelPayment": "60000.00"}, "amortizing"),
        ],
    )
    def test_says_how_it_repays_principal(self, unchecked_loan: LoanBuilder, terms: dict[str, Any], kind: str) -> None:
        assert valid(unchecked_loan(terms=terms)).amortization_type.value == kind

    def test_adds_a_new_rating_to_the_history_and_an_unchanged_one_not(self, a_draft: Callable[..., LoanDraft]) -> None:
        good, poor = {"rating": "3", "asOf": "2025-01-31"}, {"rating": "6", "asOf": "2025-06-30", "reason": "vacancy"}
        first = loan_of(a_draft(riskRating=good), loan_id="loan-1", org="org-1")
        same = loan_of(a_draft(riskRating=good, name="Other"), loan_id="loan-1", org="org-1", before=first)
        worse = loan_of(a_draft(riskRating=poor), loan_id="loan-1", org="org-1", before=same)
        assert [rating.rating for rating in same.risk_rating_history] == ["3"]
        assert [rating.rating for rating in worse.risk_rating_history] == ["3", "6"]


class TestRefuses:
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"rate": "-0.01"}, "rate"),
            ({"rate": "5.25"}, "rate"),
            ({"rate": "0.123456789"}, "rate"),
            ({"originalBalance": "10000000000000"}, "originalBalance"),
            ({"originalBalance": "0"}, "originalBalance"),
            ({"originalBalance": "NaN"}, "originalBalance"),
            ({"currentBalance": "-1"}, "currentBalance"),
            ({"currentBalance": "1.234"}, "currentBalance"),
            ({"currentBalance": "Infinity"}, "currentBalance"),
            ({"maturityDate": "2025-01-15"}, "maturityDate"),
            ({"maturityDate": "2024-01-01"}, "maturityDate"),
            ({"maturityDate": "3025-01-01"}, "maturityDate"),
            ({"maturityDate": "2126-01-01"}, "maturityDate"),
            ({"originationDate": "0001-01-01"}, "originationDate"),
            ({"terms": {"firstPaymentDate": "2024-12-01"}}, "terms.firstPaymentDate"),
            ({"terms": {"interestStartDate": "2025-02-01"}}, "terms.interestStartDate"),
            ({"terms": {"levelPayment": "100.00"}}, "terms.levelPayment"),
            ({"terms": {"frequency": "quarterly", "amortizationMonths": 100}}, "terms.amortizationMonths"),
            ({"terms": {"paymentDay": 15}}, "terms.paymentDay"),
            ({"terms": {"amortizationMonths": None, "interestOnlyMonths": 12}}, "terms.amortizationMonths"),
            ({"rateType": "floating"}, "terms.floating"),
            ({"terms": {"floating": {"index": "SOFR30A", "spread": "0.025"}}}, "terms.floating"),
            ({"rateType": "stepped"}, "terms.rateSteps"),
            ({"share": "0.5"}, "share"),
            ({"properties": [{"propertyId": "a"}, {"propertyId": "a"}]}, "properties[1].propertyId"),
            ({"properties": [{"propertyId": "a", "allocatedAmount": "20000000"}]}, "properties"),
            ({"customFields": {"note": "x" * 1001}}, "customFields.note"),
            ({"customFields": {" ": "x"}}, "customFields"),
            ({"customFields": {f"field {index}": 1 for index in range(51)}}, "customFields"),
            (
                {"terms": {"prepayment": [{"kind": "open", "fromDate": "2030-01-01", "until": "2029-01-01"}]}},
                "terms.prepayment[0].until",
            ),
            (
                {"terms": {"hedges": [{"kind": "cap", "notional": "1.005", "strike": "0.03"}]}},
                "terms.hedges[0].notional",
            ),
            (
                {
                    "rateType": "stepped",
                    "terms": {
                        "rateSteps": [
                            {"fromDate": "2027-01-01", "rate": "0.05"},
                            {"fromDate": "2026-01-01", "rate": "6"},
                        ]
                    },
                },
                "terms.rateSteps[1].rate",
            ),
        ],
    )
    def test_names_the_bad_field(self, unchecked_loan: LoanBuilder, changes: dict[str, Any], field: str) -> None:
        assert field in refused_fields(unchecked_loan(**changes))

    def test_names_every_bad_field_at_once(self, unchecked_loan: LoanBuilder) -> None:
        fields = refused_fields(
            unchecked_loan(rate="5.25", currentBalance="-1", maturityDate="2024-12-31", share="0.5")
        )
        assert {"rate", "currentBalance", "maturityDate", "share"} <= set(fields)

    def test_says_that_a_percentage_is_not_a_fraction(self, unchecked_loan: LoanBuilder) -> None:
        assert "0.0525 for 5.25 %" in refused_fields(unchecked_loan(rate="5.25"))["rate"]

    def test_a_ceiling_below_the_floor(self, unchecked_loan: LoanBuilder) -> None:
        floating = {"index": "SOFR30A", "spread": "0.025", "rateFloor": "0.05", "rateCeiling": "0.04"}
        fields = refused_fields(unchecked_loan(rateType="floating", terms={"floating": floating}))
        assert set(fields) == {"terms.floating.rateCeiling"}

    def test_an_unknown_field_in_the_terms(self, a_draft: Callable[..., LoanDraft]) -> None:
        with pytest.raises(msgspec.ValidationError, match="firstPaymentdate"):
            a_draft(terms={"firstPaymentdate": "2025-02-01"})

    def test_a_date_that_does_not_exist(self, a_draft: Callable[..., LoanDraft]) -> None:
        with pytest.raises(msgspec.ValidationError):
            a_draft(maturityDate="2035-02-30")


def test_a_whole_loan_may_state_that_it_is_all_of_its_debt(unchecked_loan: LoanBuilder) -> None:
    assert valid(unchecked_loan(share="1.00")).share == Decimal(1)


class TestWhatIsOwed:
    @pytest.mark.parametrize("status", ["paid_off", "refinanced", "liquidated"])
    def test_of_a_loan_that_is_gone_is_nothing(self, unchecked_loan: LoanBuilder, status: str) -> None:
        said = refused_fields(unchecked_loan(status=status))
        assert said == {
            "currentBalance": f"a loan that is {status.replace('_', ' ')} owes nothing: state 0.00, or another status"
        }
        assert valid(unchecked_loan(status=status, currentBalance="0.00")).status == status

    def test_of_a_defeased_loan_stays(self, unchecked_loan: LoanBuilder) -> None:
        assert valid(unchecked_loan(status="defeased")).current_balance > 0

    def test_begins_with_the_origination(self, unchecked_loan: LoanBuilder) -> None:
        said = refused_fields(unchecked_loan(balanceAsOf="2024-12-31"))
        assert said == {"balanceAsOf": "must not precede the origination date 2025-01-01: nothing was owed before"}

    def test_is_not_known_yet_after_the_business_date(self, unchecked_loan: LoanBuilder) -> None:
        said = refused_fields(unchecked_loan(balanceAsOf="2035-01-01", maturityDate="2030-01-01"))
        assert said == {"balanceAsOf": "must not come after the business date 2025-12-31: state a day that has been"}

    def test_may_be_of_the_day_that_has_begun_east_of_the_business_date(self, unchecked_loan: LoanBuilder) -> None:
        assert valid(unchecked_loan(balanceAsOf="2026-01-01"))
        assert set(refused_fields(unchecked_loan(balanceAsOf="2026-01-02"))) == {"balanceAsOf"}

    def test_of_a_loan_that_is_still_to_close_is_what_it_will_begin_with(self, unchecked_loan: LoanBuilder) -> None:
        terms = {"firstPaymentDate": "2026-08-01"}
        assert valid(unchecked_loan(originationDate="2026-06-15", balanceAsOf="2026-06-15", terms=terms))
        later = unchecked_loan(originationDate="2026-06-15", balanceAsOf="2026-06-16", terms=terms)
        assert set(refused_fields(later)) == {"balanceAsOf"}

    def test_is_still_owed_after_a_maturity_that_passed(self, unchecked_loan: LoanBuilder) -> None:
        assert valid(unchecked_loan(balanceAsOf="2025-12-01", maturityDate="2025-06-01", status="default"))

    def test_of_a_tape_is_what_its_servicer_says(self, unchecked_loan: LoanBuilder) -> None:
        loan = msgspec.structs.replace(unchecked_loan(status="paid_off", balanceAsOf="2024-12-31"), deal="A 2025-1")
        assert checked_loan(loan)[1] == []

    def test_of_a_tape_may_stay_as_it_is_and_be_changed_only_to_what_can_be(self, unchecked_loan: LoanBuilder) -> None:
        before = msgspec.structs.replace(unchecked_loan(status="paid_off", balanceAsOf="2030-01-01"), deal="A 2025-1")
        assert valid_loan(msgspec.structs.replace(before, name="Renamed"), business_date=BUSINESS_DATE, before=before)
        changed = msgspec.structs.replace(before, status=LoanStatus.LIQUIDATED)
        assert set(refused_fields(changed, before)) == {"currentBalance", "balanceAsOf"}

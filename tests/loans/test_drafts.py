"""A thing is its draft, which a person writes, and what the service adds: its identity first."""

from __future__ import annotations

import msgspec
import pytest

from realinsights.loans.model.loan import Loan, LoanDraft
from realinsights.loans.model.parties import Fund, FundDraft, Lender, LenderDraft, Portfolio, PortfolioDraft
from realinsights.loans.model.property import Property, PropertyDraft

THINGS = [(LoanDraft, Loan), (PropertyDraft, Property), (LenderDraft, Lender), (FundDraft, Fund)]
THINGS += [(PortfolioDraft, Portfolio)]


@pytest.mark.parametrize(("draft", "stored"), THINGS)
class TestAThing:
    def test_begins_with_its_identity_on_the_wire_then_has_the_draft(
        self, draft: type[msgspec.Struct], stored: type[msgspec.Struct]
    ) -> None:
        beginning = ("id", "org", "version", *draft.__struct_encode_fields__)
        assert stored.__struct_encode_fields__[: len(beginning)] == beginning

    def test_is_read_although_it_was_stored_with_a_field_that_is_no_more(
        self, draft: type[msgspec.Struct], stored: type[msgspec.Struct]
    ) -> None:
        assert draft.__struct_config__.forbid_unknown_fields
        assert not stored.__struct_config__.forbid_unknown_fields

"""What a person may say about a thing is what is stored of it: the fields of both agree."""

from __future__ import annotations

import msgspec
import pytest

from realinsights.loans.model.loan import Loan, LoanDraft
from realinsights.loans.model.parties import Fund, FundDraft, Lender, LenderDraft, Portfolio, PortfolioDraft
from realinsights.loans.model.property import Property, PropertyDraft
from realinsights_platform.documents.port import Document

KEPT_OF_A_LOAN = {
    "amortization_type",
    "property_ids",
    "risk_rating_history",
    "deal",
    "asset_number",
    "modified",
    "roll_up",
    "original",
    "sources",
}
PAIRS = [
    (LoanDraft, Loan, KEPT_OF_A_LOAN),
    (PropertyDraft, Property, {"deal", "asset_number", "sources"}),
    (LenderDraft, Lender, set()),
    (FundDraft, Fund, set()),
    (PortfolioDraft, Portfolio, set()),
]


def fields_of(struct: type[msgspec.Struct]) -> dict[str, tuple[str, object, object, object]]:
    return {
        field.name: (field.encode_name, field.type, field.default, field.default_factory)
        for field in msgspec.structs.fields(struct)
    }


@pytest.mark.parametrize(("draft", "stored", "kept"), PAIRS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_draft_and_what_is_stored_agree_in_names_types_and_defaults(
    draft: type[msgspec.Struct], stored: type[Document], kept: set[str]
) -> None:
    own = set(Document.__struct_fields__)
    said, known = fields_of(draft), fields_of(stored)
    assert known.keys() - said.keys() == kept | own
    assert said == {name: known[name] for name in said}

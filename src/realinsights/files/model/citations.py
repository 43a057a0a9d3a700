"""Citations: where a loan's field is written, by document, version, page and quote; confirmed by a second person."""

from __future__ import annotations

import datetime
from decimal import Decimal, InvalidOperation
from enum import Enum, StrEnum
from typing import Annotated, Any, Final

import msgspec

from realinsights.contracts.loans import LoanTold
from realinsights.files.model.documents import FiledDocument
from realinsights_platform.documents.words import folded

_TOLD: Final = (
    "number",
    "name",
    "borrower",
    "lender_id",
    "fund_id",
    "portfolio_id",
    "structure",
    "status",
    "rate_type",
    "amortization_type",
    "original_balance",
    "current_balance",
    "rate",
    "origination_date",
    "maturity_date",
)
"""The fields that loans' events tell: of these a change is heard."""


def _on_the_wire() -> dict[str, str]:
    fields = {field.name: field.encode_name for field in msgspec.structs.fields(LoanTold)}
    return {fields[name]: name for name in _TOLD}


WATCHED: Final = _on_the_wire()
"""By its path on the wire, each field whose change is heard."""

FieldPath = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=r"^[A-Za-z][A-Za-z0-9.\[\]]*$")]


class StaleReason(StrEnum):
    """What a citation rests on that has changed since it was made."""

    FIELD_CHANGED = "field_changed"
    LOAN_DELETED = "loan_deleted"
    NEW_VERSION = "new_version"
    DOCUMENT_DELETED = "document_deleted"


class CitationDraft(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What a person may say of a citation; `value` is what the field says, as it is on the wire."""

    loan_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    field: FieldPath
    value: Annotated[str, msgspec.Meta(max_length=300)] | None = None
    document_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    number: Annotated[int, msgspec.Meta(ge=1, le=500)]
    page: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    quote: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


class Citation(CitationDraft, frozen=True, forbid_unknown_fields=False):
    """A citation as it is stored.

    `on_page` says that its quote was found in the page's text, which a picture has none of. `watched` says that a
    change of the field is heard. `stale` is what changed first; it holds until somebody cites anew. `confidential` is
    None until the document is deleted, and what it was then: before, the document says it.
    """

    id: str
    org: str
    made_at: datetime.datetime
    made_by: str
    on_page: bool
    watched: bool
    confirmed_at: datetime.datetime | None = None
    confirmed_by: str | None = None
    stale: StaleReason | None = None
    confidential: bool | None = None
    version: int = 0

    def confidential_by(self, document: FiledDocument | None) -> bool:
        """Tell whether only those may see it who see confidential documents; `document` is None once it is deleted.

        Where nobody kept what the document was, it is taken for confidential.
        """
        return self.confidential is not False if document is None else document.confidential


def quoted_in(quote: str, text: str) -> bool:
    """Tell whether a text holds a quote, however its lines are broken and its letters are cased."""
    return " ".join(folded(quote).split()) in " ".join(folded(text).split())


def says_otherwise(citation: Citation, told: LoanTold) -> bool:
    """Tell whether an event tells another value of a citation's field."""
    name = WATCHED.get(citation.field)
    if name is None or citation.value is None:
        return False
    return not _same(citation.value, getattr(told, name))


def _same(said: str, value: Any) -> bool:
    if isinstance(value, Decimal):
        try:
            return Decimal(said) == value
        except InvalidOperation:
            return False
    if isinstance(value, datetime.date):
        return said == value.isoformat()
    if isinstance(value, Enum):
        return said == str(value.value)
    return bool(said == (value or ""))

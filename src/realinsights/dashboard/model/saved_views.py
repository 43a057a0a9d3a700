"""Views that people keep under a name: a page, and the filters of its address."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from realinsights_platform.documents.port import Document
from realinsights_platform.errors import Faults
from realinsights_platform.texts import checked_line, checked_text

MOST_OWN = 100
"""So many views one person may keep."""

MOST_SHARED = 200
"""So many views an organization may share, so that a list of them needs no pages."""


class ViewPage(StrEnum):
    """The page that a view is of."""

    DASHBOARD = "dashboard"
    LOANS = "loans"


ViewName = Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=r"\S")]
ViewQuery = Annotated[str, msgspec.Meta(max_length=2000, examples=["state=NY&propertyType=office"])]


class SavedViewDraft(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What one says of a view: `query` is the query string of its page's address, `shared` shows it to everybody."""

    name: ViewName
    page: ViewPage
    query: ViewQuery = ""
    shared: bool = False


class SavedView(Document, frozen=True, kw_only=True, rename="camel"):
    """A view that its `owner`, a member by id, keeps; `shared` ones are seen by the whole organization."""

    owner: str
    name: str
    page: ViewPage
    query: str
    shared: bool


def saved_view(draft: SavedViewDraft, *, view_id: str, org: str, owner: str, version: int = 0) -> SavedView:
    """Return the view that a draft makes; raises `Invalid`."""
    faults = Faults()
    name = checked_line(draft.name, "name", faults)
    query = checked_text(draft.query, "query", faults)
    faults.refuse("view")
    return SavedView(
        id=view_id,
        org=org,
        version=version,
        owner=owner,
        name=name,
        page=draft.page,
        query=query,
        shared=draft.shared,
    )

"""The record of what the demonstration put into an organization."""

from __future__ import annotations

from realinsights_platform.documents.port import Document

TAG = "demonstration"
"""The tag of everything that the demonstration puts into an organization."""


class Demonstration(Document, frozen=True, kw_only=True, rename="camel"):
    """The ids of what the demonstration put there; one per organization, under the organization's id."""

    loans: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    lenders: tuple[str, ...] = ()
    funds: tuple[str, ...] = ()
    portfolios: tuple[str, ...] = ()

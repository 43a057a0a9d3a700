"""The record of what the demonstration put into an organization."""

from __future__ import annotations

from realinsights_platform.documents.port import Document


class Demonstration(Document, frozen=True, kw_only=True, rename="camel"):
    """The ids of what the demonstration put there; one per organization, under the organization's id.

    `removed` are those of what was taken out since it was put in. `asked` is the sequence of the last step: one that
    comes again after a later one is not done again.
    """

    loans: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    lenders: tuple[str, ...] = ()
    funds: tuple[str, ...] = ()
    portfolios: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    asked: int = 0

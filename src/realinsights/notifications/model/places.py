"""Places: how far the service has heard another service's events, by organization."""

from __future__ import annotations

from realinsights_platform.documents.port import Document


class Place(Document, frozen=True, kw_only=True, rename="camel"):
    """All of a service's events up to a sequence were heard; the id is the service."""

    applied: int

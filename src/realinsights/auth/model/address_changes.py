"""Changes of a member's e-mail address: confirmed by a link to the new one, and undone by a link to the former one."""

from __future__ import annotations

import datetime

from realinsights_platform.documents.port import Document

CONFIRMED_WITHIN = datetime.timedelta(hours=24)
UNDONE_WITHIN = datetime.timedelta(days=7)
"""For so long the former address stays reserved, and its holder may have it back."""

VERIFIED_WITHIN = datetime.timedelta(days=7)
REQUESTS = 5
"""How often a member may ask for mail about their address in each `WINDOW` of guessing."""


class AddressChange(Document, frozen=True, kw_only=True, rename="camel"):
    """A change that a member asked for; it waits until it is confirmed, and can be undone until `undo_until`."""

    user: str
    previous: str
    email: str
    requested_at: datetime.datetime
    expires_at: datetime.datetime
    confirmed_at: datetime.datetime | None = None
    undo_until: datetime.datetime | None = None
    undone_at: datetime.datetime | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether it waits to be confirmed; its link also ends by itself."""
        return self.confirmed_at is None and self.undone_at is None

    @property
    def can_be_undone(self) -> bool:
        """Tell whether it was confirmed and not undone; its link also ends by itself."""
        return self.confirmed_at is not None and self.undone_at is None

    @property
    def forgotten_at(self) -> datetime.datetime:
        """When nothing can come of it any more, and the address that the member does not have is free."""
        return self.undo_until or self.expires_at

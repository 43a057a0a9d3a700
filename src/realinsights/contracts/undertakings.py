"""Undertakings: the tasks that services do for what spans them, by name, and who does them in which order."""

from __future__ import annotations

from typing import Final

CHECK_DELETION: Final = "organization.deletion.check"
"""Say whether something keeps the organization from being deleted; nothing is done yet."""

DELETE_ORGANIZATION: Final = "organization.deletion"
"""Delete all that the service keeps of the organization."""

DELETION: Final = (("files",), ("loans",), ("dashboard", "notifications"))
"""The services that delete an organization, one group after the other; auth itself comes last.

Files may refuse, so nothing is deleted before they have begun. What others follow goes before who follows it.
"""

LET_GO_OF_MEMBER: Final = "member.removal"
"""Let go of what the service keeps for a member, by id, who was removed; who did what stays."""

REMOVAL: Final = ("dashboard", "files", "loans", "notifications")
"""The services that let go of a member, all at once: none may refuse, and none waits for another."""

PUT_DEMONSTRATION: Final = "demonstration"
"""Put the service's part of the demonstration into the organization."""

DEMONSTRATION: Final = (("loans",), ("files", "notifications"))
"""The services that put the demonstration in: what it is about goes before what is written and filed about it."""

REMOVE_DEMONSTRATION: Final = "demonstration.removal"
"""Take the service's part of the demonstration out; what people have made stays."""

DEMONSTRATION_REMOVAL: Final = (("loans",), ("files",), ("notifications",))
"""The services that take the demonstration out, one after the other: each hears what those before it took out."""

"""Undertakings: the tasks that services do for what spans them, by name, and who does them in which order."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CHECK_DELETION: Final = "organization.deletion.check"
"""Say whether something keeps the organization from being deleted; nothing is done yet."""

DELETE_ORGANIZATION: Final = "organization.deletion"
"""Delete all that the service keeps of the organization."""

REMOVE_MEMBER: Final = "member.removal"
"""Do a service's part of removing the member that the step names."""

DELETION: Final = (("files",), ("loans",), ("dashboard", "notifications"))
"""The services that delete an organization, one group after the other; auth itself comes last.

Files may refuse, so nothing is deleted before they have begun. What others follow goes before who follows it.
"""

REMOVAL: Final = (("files", "loans", "notifications"),)
"""The services that do their part of removing a member, all at once."""

ASKED_OF: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        CHECK_DELETION: frozenset({"files"}),
        DELETE_ORGANIZATION: frozenset(service for group in DELETION for service in group),
        REMOVE_MEMBER: frozenset(service for group in REMOVAL for service in group),
    }
)
"""The services that know a task."""

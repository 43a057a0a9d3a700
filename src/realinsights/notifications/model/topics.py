"""Topics: what people are told about, by which ways unless they choose otherwise, and what nobody can turn off."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType


class Topic(StrEnum):
    """What a notification is about; preferences are by topic."""

    CRITICAL_DATE = "critical_date"
    DELINQUENCY_CHANGED = "delinquency_changed"
    FIGURE_MOVED = "figure_moved"
    IMPORT_ENDED = "import_ended"
    NEW_DEVICE = "new_device"
    MEMBER_INVITED = "member_invited"
    MEMBER_JOINED = "member_joined"
    MENTIONED = "mentioned"
    ASSIGNED = "assigned"
    ENDPOINT_DISABLED = "endpoint_disabled"
    REPORT_ENDED = "report_ended"
    ACCOUNT = "account"
    RULE = "rule"
    ESCALATED = "escalated"


class Channel(StrEnum):
    """A way to tell a person something."""

    INBOX = "inbox"
    MAIL = "mail"


MANDATORY = frozenset({Topic.NEW_DEVICE, Topic.ENDPOINT_DISABLED, Topic.ACCOUNT})
"""Topics that come by their default channels, at once and whatever anybody prefers."""

OF_ONE_S_ACCOUNT = frozenset({Topic.NEW_DEVICE, Topic.ACCOUNT})
"""Topics that tell nothing of the organization's loans or people, only of the reader's own account."""

DEFAULT_CHANNELS = MappingProxyType(
    {
        Topic.CRITICAL_DATE: frozenset({Channel.INBOX, Channel.MAIL}),
        Topic.DELINQUENCY_CHANGED: frozenset({Channel.INBOX, Channel.MAIL}),
        Topic.FIGURE_MOVED: frozenset({Channel.INBOX}),
        Topic.IMPORT_ENDED: frozenset({Channel.INBOX}),
        Topic.NEW_DEVICE: frozenset({Channel.INBOX, Channel.MAIL}),
        Topic.MEMBER_INVITED: frozenset({Channel.INBOX}),
        Topic.MEMBER_JOINED: frozenset({Channel.INBOX}),
        Topic.MENTIONED: frozenset({Channel.INBOX, Channel.MAIL}),
        Topic.ASSIGNED: frozenset({Channel.INBOX, Channel.MAIL}),
        Topic.ENDPOINT_DISABLED: frozenset({Channel.INBOX, Channel.MAIL}),
        Topic.REPORT_ENDED: frozenset({Channel.INBOX, Channel.MAIL}),
        Topic.ACCOUNT: frozenset({Channel.MAIL}),
        Topic.RULE: frozenset({Channel.INBOX, Channel.MAIL}),
        Topic.ESCALATED: frozenset({Channel.INBOX, Channel.MAIL}),
    }
)

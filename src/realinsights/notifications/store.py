"""Kinds of document of the service."""

from __future__ import annotations

from typing import Any

from realinsights.notifications.model.dates import CriticalDate
from realinsights.notifications.model.deliveries import Delivery
from realinsights.notifications.model.endpoints import Endpoint
from realinsights.notifications.model.escalations import Escalation
from realinsights.notifications.model.expiring import DocumentDates
from realinsights.notifications.model.feeds import CalendarFeed
from realinsights.notifications.model.following import Followed, LoanDates
from realinsights.notifications.model.loans import WatchedLoan
from realinsights.notifications.model.mails import Mail
from realinsights.notifications.model.notes import Note
from realinsights.notifications.model.notifications import Notification
from realinsights.notifications.model.people import Organization, Person
from realinsights.notifications.model.places import Place
from realinsights.notifications.model.preferences import Preferences
from realinsights.notifications.model.rules import Rule, RuleState, RuleTold
from realinsights_platform.documents.port import Kind
from realinsights_platform.steps import LastStep

SERVICE = "notifications"

DATES = Kind(
    SERVICE, "date", CriticalDate, indexes=("on", "loan_id", "kind", "assignee", "state", "shown_to"), due="due_at"
)
LOAN_DATES = Kind(SERVICE, "loan_dates", LoanDates, due="roll_at")
DOCUMENT_DATES = Kind(SERVICE, "document_dates", DocumentDates)
FOLLOWED = Kind(SERVICE, "followed", Followed)
FEEDS = Kind(SERVICE, "calendar_feed", CalendarFeed, indexes=("owner",))

PLACES = Kind(SERVICE, "place", Place)
ORGANIZATIONS = Kind(SERVICE, "organization", Organization)
PEOPLE = Kind(SERVICE, "person", Person, indexes=("active",))
WATCHED_LOANS = Kind(SERVICE, "watched_loan", WatchedLoan, members=("property_ids",))
NOTIFICATIONS = Kind(SERVICE, "notification", Notification, indexes=("user", "at", "state", "snoozed_until"))
PREFERENCES = Kind(SERVICE, "preferences", Preferences)
MAILS = Kind(SERVICE, "mail", Mail, indexes=("user", "state", "at", "due_at"), due="due")
ENDPOINTS = Kind(SERVICE, "endpoint", Endpoint, indexes=("enabled", "created_at"))
DELIVERIES = Kind(SERVICE, "delivery", Delivery, indexes=("endpoint", "state", "created_at"), due="due")
NOTES = Kind(
    SERVICE,
    "note",
    Note,
    indexes=("thing_kind", "thing_id", "author", "created_at", "private", "pinned", "priority"),
    members=("tags", "mentions"),
    words=("text",),
)
RULES = Kind(SERVICE, "rule", Rule, indexes=("active", "gone", "created_at"), due="look_at")
RULE_STATES = Kind(SERVICE, "rule_state", RuleState, indexes=("rule",))
RULES_TOLD = Kind(SERVICE, "rule_told", RuleTold)
LAST_STEPS = Kind(SERVICE, "last_step", LastStep)
ESCALATIONS = Kind(SERVICE, "escalation", Escalation, due="due_at")

KINDS: tuple[Kind[Any], ...] = (
    DATES,
    LOAN_DATES,
    DOCUMENT_DATES,
    FOLLOWED,
    FEEDS,
    PLACES,
    ORGANIZATIONS,
    PEOPLE,
    WATCHED_LOANS,
    NOTIFICATIONS,
    PREFERENCES,
    MAILS,
    ENDPOINTS,
    DELIVERIES,
    NOTES,
    RULES,
    RULE_STATES,
    RULES_TOLD,
    ESCALATIONS,
    LAST_STEPS,
)

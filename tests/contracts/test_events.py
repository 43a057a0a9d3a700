"""Events as contracts: what a service has written once is read by everybody who listens, for ever.

`events` has a file for each type and version, as its service writes it. A file that was committed never changes: what
has to be told differently is another version.
"""

from __future__ import annotations

import datetime
import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from realinsights.adapters import assembly_of
from realinsights.auth import subscribers as auth_subscribers
from realinsights.contracts.auth import MemberDeactivated
from realinsights.contracts.catalog import CODECS, FOLLOWERS, PUBLISHED, READ_BY
from realinsights.contracts.loans import LOANS_EVENTS, LoanDeleted, LoanRecorded, LoanRecordedV1, ReportRequested
from realinsights.contracts.terms import TermsRecorded
from realinsights.dashboard import subscribers as dashboard_subscribers
from realinsights.dashboard.model.columns import Columns
from realinsights.files import subscribers as files_subscribers
from realinsights.loans import subscribers as loans_subscribers
from realinsights.loans.service.imports.jobs import ImportRequested
from realinsights.notifications import subscribers as notifications_subscribers
from realinsights.notifications.service.reacting import REACTIONS, Reaction, react
from realinsights.notifications.service.telling import ActivePeople
from realinsights.notifications.store import KINDS as NOTIFICATIONS_KINDS
from realinsights.topology import services
from realinsights_platform.documents.closed import JournalClosed
from realinsights_platform.documents.sqlite import SqliteDocuments
from realinsights_platform.events import Event, Message, tag_of
from realinsights_platform.http.openapi.asyncapi import asyncapi_document
from realinsights_platform.steps import StepAnswered, StepRequested

FOLDER = Path(__file__).parent / "events"
TYPES = {tag_of(event): (service, event) for service, codec in CODECS.items() for event in codec.types}
TAGS = sorted(TYPES)
SHARED = (JournalClosed, StepAnswered)
"""Events of the machinery, which are alike in every service's journal."""

CONSUMERS: dict[str, tuple[tuple[str, ...], tuple[type[Event], ...]]] = {
    "auth": (auth_subscribers.SERVICES, auth_subscribers.EVENTS),
    "auth, of its own": (auth_subscribers.FORGOTTEN_SERVICES, auth_subscribers.FORGOTTEN_EVENTS),
    "auth, answers": (auth_subscribers.ANSWERS_SERVICES, auth_subscribers.ANSWERS_EVENTS),
    "auth, holds": (auth_subscribers.HOLDS_SERVICES, auth_subscribers.HOLDS_EVENTS),
    "steps of every service": (("auth",), (StepRequested,)),
    "loans": (loans_subscribers.SERVICES, loans_subscribers.EVENTS),
    "loans, of its own": (("loans",), (ImportRequested, ReportRequested)),
    "loans, fixings": (loans_subscribers.FIXINGS_SERVICES, loans_subscribers.FIXINGS_EVENTS),
    "notifications": (notifications_subscribers.SERVICES, tuple(REACTIONS)),
    "notifications, dates": (("loans",), (TermsRecorded, LoanDeleted, LoanRecorded, LoanRecordedV1)),
    "notifications, feeds": (("auth",), (MemberDeactivated,)),
    "dashboard": (dashboard_subscribers.SERVICES, tuple(dashboard_subscribers.SUBSCRIPTIONS)),
    "files": (files_subscribers.CITATIONS_SERVICES, files_subscribers.CITATIONS_EVENTS),
    "files, of its own": (files_subscribers.PROCESSING_SERVICES, files_subscribers.PROCESSING_EVENTS),
}
"""Who reads which events of which services."""


def written(tag: str) -> bytes:
    return (FOLDER / f"{tag}.json").read_bytes()


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=FOLDER, capture_output=True, check=True, text=True).stdout


def test_every_service_has_its_events_in_the_catalog() -> None:
    assert set(CODECS) == set(services())
    assert set(PUBLISHED) <= set(READ_BY)
    for service, codec in CODECS.items():
        assert {tag_of(event).partition(".")[0] for event in codec.types if event not in SHARED} == {service}


def test_every_event_is_kept_as_it_is_written_and_nothing_else_is() -> None:
    assert sorted(file.name for file in FOLDER.iterdir()) == [f"{tag}.json" for tag in TAGS]


@pytest.mark.parametrize("tag", TAGS)
def test_what_is_read_is_what_was_written(tag: str) -> None:
    service, event = TYPES[tag]
    codec = CODECS[service]
    read = codec.decode(written(tag))
    assert {type(one) for one in read} == {event}
    assert json.loads(codec.encode(read)) == json.loads(written(tag))


def test_what_was_committed_once_never_changed() -> None:
    assert git("log", "--diff-filter=MDRT", "--format=%h", "--name-status", "--", ".") == ""
    assert git("diff", "--diff-filter=MDRT", "--name-status", "HEAD", "--", ".") == ""


@pytest.mark.parametrize("consumer", CONSUMERS)
def test_who_listens_can_read_what_it_listens_to(consumer: str) -> None:
    followed, listened = CONSUMERS[consumer]
    for event in listened:
        service, known = TYPES[tag_of(event)]
        assert service in followed
        assert known is event
        assert CODECS[service].decode(written(tag_of(event)))


@pytest.mark.parametrize("tag", [tag_of(event) for event in dashboard_subscribers.SUBSCRIPTIONS])
def test_the_dashboard_applies_what_was_written(tag: str) -> None:
    columns = Columns()
    for event in (*LOANS_EVENTS.decode(written("loans.loan.recorded.v2")), *LOANS_EVENTS.decode(written(tag))):
        dashboard_subscribers.SUBSCRIPTIONS[type(event)](columns, event)


@pytest.fixture(scope="module")
def document() -> Any:
    return json.loads(json.dumps(asyncapi_document(PUBLISHED, title="Real Insights", release="1")))


@pytest.mark.parametrize("tag", [tag_of(event) for event in REACTIONS])
async def test_notifications_apply_what_was_written(tag: str, tmp_path: Path) -> None:
    service, _ = TYPES[tag]
    at = datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)
    documents = SqliteDocuments.open(tmp_path / "n.sqlite", service="notifications", kinds=NOTIFICATIONS_KINDS)
    try:
        async with documents.unit(org="acme", actor="system:test", business_date=at.date()) as unit:
            message = Message(
                service=service,
                org="acme",
                sequence=1,
                at=at,
                business_date=at.date(),
                events=CODECS[service].decode(written(tag)),
            )
            people = ActivePeople(documents, unit.org)
            await react(Reaction(unit=unit, people=people, message=message, loud=True))
    finally:
        await documents.close()


class TestAsyncApi:
    def test_is_what_asyncapi_says_a_document_is(self, asyncapi_schema: Any, document: Any) -> None:
        validator = jsonschema_rs.validator_for(asyncapi_schema)
        assert [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(document)] == []
        assert not validator.is_valid({**document, "channels": {"auth": {"address": 3}}})

    def test_lists_every_published_event_and_no_message_between_services(self, document: Any) -> None:
        listed = {name for channel in document["channels"].values() for name in channel["messages"]}
        assert listed == {tag_of(event) for events in PUBLISHED.values() for event in events}
        assert "loans.import.requested.v1" in TYPES
        assert "loans.import.requested.v1" not in listed

    @pytest.mark.parametrize("tag", [tag_of(event) for events in PUBLISHED.values() for event in events])
    def test_describes_what_was_written_and_refuses_another(self, document: Any, tag: str) -> None:
        reference = f"#/components/messages/{tag}/payload/schema"
        validator = jsonschema_rs.validator_for({"allOf": [{"$ref": reference}], "components": document["components"]})
        envelope = {
            "id": f"{tag.partition('.')[0]}.41.0",
            "service": tag.partition(".")[0],
            "type": tag,
            "sequence": 41,
            "timestamp": "2026-01-05T12:00:00Z",
            "businessDate": "2026-01-05",
        }
        for data in json.loads(written(tag)):
            told = [error.message for error in validator.iter_errors({**envelope, "data": data})]
            assert told == []
            assert not validator.is_valid({**envelope, "data": {**data, "type": "auth.nothing.v1"}})
            assert not validator.is_valid({**envelope, "type": "auth.nothing.v1", "data": data})


def test_no_service_follows_one_that_it_cannot_read() -> None:
    for service in services():
        assert set(assembly_of(service).FOLLOWS) <= set(CODECS)
        followers = {one for one in services() if service in assembly_of(one).FOLLOWS}
        assert followers == FOLLOWERS.get(service, frozenset())

"""Deletion of an organization as auth sees it: asked for, taken back, begun, answered by services, certified."""

from __future__ import annotations

import functools
from pathlib import Path

import msgspec
import pytest

from realinsights.auth import assembly, store
from realinsights.auth.model import certificates
from realinsights.auth.model.directory import SYSTEM
from realinsights.auth.model.undertakings import GRACE, UndertakingState
from realinsights.auth.queries import undertakings
from realinsights.auth.service import deletions
from realinsights.auth.service.certificates import certificate_key, complete
from realinsights.auth.service.registration import ensure_organization
from realinsights.auth.service.undertakings import carry_on, hear_answers
from realinsights.contracts.files import DocumentHeld, DocumentReleased
from realinsights.contracts.undertakings import CHECK_DELETION, DELETE_ORGANIZATION
from realinsights_platform.blobs import open_blobs
from realinsights_platform.documents.closed import Closure, JournalClosed
from realinsights_platform.documents.closing import Kept, close_journal
from realinsights_platform.documents.journal import verify
from realinsights_platform.errors import Closed, Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from realinsights_platform.events import Message
from realinsights_platform.steps import StepAnswered, StepOutcome, StepRequested

ANNA, BO = "anna@example.com", "bo@example.com"
GOOD_PASSWORD = "correct horse battery staple"
HELD = "Lease is under a legal hold"
SERVICES = ("files", "loans", "dashboard", "notifications")


@pytest.fixture
async def anna(world):
    return await world.registered(ANNA)


@pytest.fixture
def kept(world, tmp_path: Path) -> Kept:
    return Kept(storage=world.documents, kinds=assembly.KINDS, blobs=open_blobs(f"file://{tmp_path}/blobs"))


async def ask(world, member, *, name="Harbor Capital", password=GOOD_PASSWORD):
    return await world.does(
        member,
        deletions.ask_for_deletion,
        identity=world.identity,
        user=member.id,
        session_id="s",
        name=name,
        password=password,
    )


async def undo(world, member):
    return await world.does(member, deletions.undo_deletion, identity=world.identity, user=member.id)


def message(world, org, service, *events, sequence=1):
    now = world.clock()
    return Message(service=service, org=org, sequence=sequence, at=now, business_date=now.date(), events=tuple(events))


async def hold(world, org, *events, sequence=1):
    await deletions.hear_of_holds(
        identity=world.identity, message=message(world, org, "files", *events, sequence=sequence)
    )


async def answers(world, undertaking, service, task=DELETE_ORGANIZATION, *, outcome=StepOutcome.DONE, objections=()):
    told = JournalClosed(reason=undertaking.id, documents={"thing": 3}, entries=7, files=1, file_bytes=10)
    closure = Closure(sequence=8, at=world.clock(), last_hash="a" * 64, hash="b" * 64, told=told)
    said = StepAnswered(
        undertaking_id=undertaking.id,
        task=task,
        outcome=outcome,
        objections=objections,
        closure=closure if (task, outcome) == (DELETE_ORGANIZATION, StepOutcome.DONE) else None,
    )
    await hear_answers(identity=world.identity, message=message(world, undertaking.org, service, said))


async def work(world, kind, do):
    """Do what is due of a kind, as the scheduler does."""
    for due in await world.documents.due(kind, until=world.clock()):
        async with world.documents.unit(org=due.org, actor="system:scheduler", business_date=due.at.date()) as unit:
            await do(unit, [due.id])


async def carried_on(world):
    await work(world, store.UNDERTAKING, functools.partial(carry_on, identity=world.identity))


async def completed(world, kept):
    await work(world, store.CERTIFICATE, functools.partial(complete, identity=world.identity, kept=kept))


async def begun(world, member):
    asked = await ask(world, member)
    world.clock.advance(seconds=GRACE.total_seconds())
    await carried_on(world)
    return asked


async def answered_by_all(world, member):
    asked = await begun(world, member)
    for service in SERVICES:
        await answers(world, asked, service)
    await carried_on(world)
    return asked


async def requested(world, org):
    """Return (service, task, attempt) of the steps that were asked for, in order."""
    entries = await world.documents.entries(org, limit=1_000)
    events = [event for entry in entries for event in msgspec.json.decode(entry.events)]
    return [
        (event["service"], event["task"], event["attempt"])
        for event in events
        if event["type"] == StepRequested.__struct_config__.tag
    ]


class TestAskingForADeletion:
    async def test_needs_the_name_and_the_password(self, world, anna):
        with pytest.raises(Invalid, match="bad field") as refused:
            await ask(world, anna, name="Harbour Capital")
        assert refused.value.fields[0].field == "name"
        with pytest.raises(Invalid, match="is wrong"):
            await ask(world, anna, password="another one entirely")
        assert await store.deletion_of(world.documents, anna.org) is None

    async def test_leaves_two_weeks_in_which_all_goes_on(self, world, anna):
        asked = await ask(world, anna)
        assert (asked.state, asked.begins_at - asked.asked_at) == (UndertakingState.ASKED, GRACE)
        world.clock.advance(days=13)
        await carried_on(world)
        assert (await world.sign_in()).user.id == anna.id
        assert {task for _, task, _ in await requested(world, anna.org)} == {CHECK_DELETION}

    async def test_is_refused_while_it_was_asked_for(self, world, anna):
        await ask(world, anna)
        with pytest.raises(Conflict, match="asked for already"):
            await ask(world, anna)

    async def test_is_refused_for_documents_under_a_legal_hold_which_are_named(self, world, anna):
        await hold(world, anna.org, DocumentHeld(document_id="d", title="Lease", reason="In court"))
        with pytest.raises(Conflict, match=r"Lease \(In court\)"):
            await ask(world, anna)

    async def test_hears_of_holds_in_whatever_order_they_come(self, world, anna):
        held = DocumentHeld(document_id="d", title="Lease", reason="In court")
        await hold(world, anna.org, DocumentReleased(document_id="d"), sequence=5)
        await hold(world, anna.org, held, sequence=4)
        await ask(world, anna)

    async def test_ends_with_what_files_object_at_once_or_when_it_begins(self, world, anna):
        asked = await ask(world, anna)
        await answers(world, asked, "files", CHECK_DELETION, outcome=StepOutcome.REFUSED, objections=(HELD,))
        refused = await undertakings.deletion(world.documents, org=anna.org)
        assert (refused.state, refused.objections) == (UndertakingState.REFUSED, (HELD,))
        again = await begun(world, anna)
        await answers(world, again, "files", outcome=StepOutcome.REFUSED, objections=(HELD,))
        assert (await undertakings.deletion(world.documents, org=anna.org)).state is UndertakingState.REFUSED
        assert (await world.sign_in()).user.id == anna.id


class TestUndoingADeletion:
    async def test_ends_it_and_it_can_be_asked_for_again(self, world, anna):
        bo = await world.joined(anna, BO)
        await ask(world, anna)
        undone = await undo(world, bo)
        assert (undone.state, undone.ended_by) == (UndertakingState.UNDONE, bo.id)
        world.clock.advance(days=20)
        await carried_on(world)
        assert await requested(world, anna.org) == [("files", CHECK_DELETION, 1)]
        assert (await ask(world, anna)).state is UndertakingState.ASKED

    async def test_is_refused_once_it_has_begun(self, world, anna):
        await begun(world, anna)
        with pytest.raises(Conflict, match="cannot be undone"):
            await undo(world, anna)

    async def test_finds_nothing_where_nothing_was_asked_for(self, world, anna):
        with pytest.raises(NotFound):
            await undo(world, anna)


class TestADeletionUnderWay:
    async def test_lets_nobody_in_once_files_have_begun(self, world, anna):
        signed_in = await world.sign_in()
        asked = await begun(world, anna)
        await answers(world, asked, "files")
        with pytest.raises(Unauthenticated):
            await world.verifier().verify(b"Bearer " + signed_in.access_token.text.encode())
        with pytest.raises(Forbidden):
            await world.sign_in()

    async def test_says_who_has_not_answered_and_asks_again_once_the_deadline_has_passed(self, world, anna):
        asked = await begun(world, anna)
        await answers(world, asked, "files")
        await carried_on(world)
        world.clock.advance(minutes=10)
        await carried_on(world)
        assert await requested(world, anna.org) == [
            ("files", CHECK_DELETION, 1),
            ("files", DELETE_ORGANIZATION, 1),
            ("loans", DELETE_ORGANIZATION, 1),
            ("loans", DELETE_ORGANIZATION, 2),
        ]
        view = undertakings.deletion_view(await undertakings.deletion(world.documents, org=anna.org), token=None)
        assert [step.service for step in view.steps if step.late] == ["loans"]

    async def test_changes_nothing_with_an_answer_that_comes_twice(self, world, anna):
        asked = await begun(world, anna)
        await answers(world, asked, "files")
        before = await world.documents.sequence(anna.org)
        await answers(world, asked, "files")
        assert await world.documents.sequence(anna.org) == before

    async def test_passes_over_an_answer_to_an_undertaking_that_is_not_known(self, world, anna):
        asked = await ask(world, anna)
        before = await world.documents.sequence(anna.org)
        await answers(world, msgspec.structs.replace(asked, id="another"), "files")
        assert await world.documents.sequence(anna.org) == before


class TestACertificate:
    async def test_states_what_every_service_deleted_and_is_signed(self, world, anna, kept):
        asked = await answered_by_all(world, anna)
        await completed(world, kept)
        certificate = await world.documents.get(store.CERTIFICATE, SYSTEM, asked.id)
        assert certificate is not None
        assert certificate.text is not None
        statement = certificates.read(certificate.text, certificate_key(world.secret))
        assert statement is not None
        assert statement == certificate.statement
        assert [one.service for one in statement.services] == [*sorted(SERVICES), "auth"]
        assert (statement.organization_name, statement.asked_by.email) == ("Harbor Capital", ANNA)
        assert statement.services[-1].documents["user"] == 1
        assert statement.completed_at is not None

    async def test_of_another_installation_or_with_other_words_is_not_ours(self, world, anna, kept):
        asked = await answered_by_all(world, anna)
        await completed(world, kept)
        certificate = await world.documents.get(store.CERTIFICATE, SYSTEM, asked.id)
        head, _, signature = certificate.text.split(".")
        other = msgspec.structs.replace(certificate.statement, organization_name="Another")
        forged = certificates.signed(other, certificate_key(type(world.secret)(b"x" * 32)))
        assert certificates.read(forged, certificate_key(world.secret)) is None
        mixed = ".".join((head, forged.split(".")[1], signature))
        assert certificates.read(mixed, certificate_key(world.secret)) is None

    async def test_leaves_nothing_of_the_organization_in_auth(self, world, anna, kept):
        signed_in = await world.sign_in()
        await answered_by_all(world, anna)
        await completed(world, kept)
        assert [each async for each in world.documents.stored(anna.org)] == []
        found = await verify(world.documents, anna.org)
        assert (found.sound, found.closed is not None) == (True, True)
        assert (await verify(world.documents, SYSTEM)).sound
        # Also a process that starts now, and never heard of the revocations, lets nobody in.
        with pytest.raises(Unauthenticated):
            await (await world.reopened()).verifier().verify(b"Bearer " + signed_in.access_token.text.encode())

    async def test_frees_the_name_and_the_addresses(self, world, anna, kept):
        named = await ensure_organization(identity=world.identity, name="Local")
        await deletions.ask_as_operator(documents=world.documents, org=named, now=world.clock(), grace=GRACE * 0)
        await answered_by_all(world, anna)
        for service in SERVICES:
            await answers(world, await undertakings.deletion(world.documents, org=named), service)
        await carried_on(world)
        await completed(world, kept)
        world.clock.advance(minutes=20)
        assert (await world.registered(ANNA)).org not in {anna.org, named}
        again = await ensure_organization(identity=world.identity, name="Local")
        assert again != named
        assert await ensure_organization(identity=world.identity, name="Local") == again

    @pytest.mark.parametrize("most", [1, 3])
    async def test_is_signed_also_where_a_process_was_killed_in_the_middle(self, world, anna, kept, most):
        asked = await answered_by_all(world, anna)
        await close_journal(
            kept, org=anna.org, reason=asked.id, actor="system:undertakings", business_date=world.clock().date()
        )
        assert await world.documents.erase(anna.org, most=most)
        await completed(world, kept)
        certificate = await world.documents.get(store.CERTIFICATE, SYSTEM, asked.id)
        assert certificate.text is not None
        assert certificate.statement.services[-1].documents["user"] == 1
        assert [each async for each in world.documents.stored(anna.org)] == []

    async def test_is_begun_once_however_often_that_is_tried(self, world, anna, kept):
        asked = await answered_by_all(world, anna)
        await completed(world, kept)
        certificate = await world.documents.get(store.CERTIFICATE, SYSTEM, asked.id)
        await completed(world, kept)
        async with world.documents.unit(org=SYSTEM, actor="a", business_date=world.clock().date()) as unit:
            await complete(unit, [asked.id], identity=world.identity, kept=kept)
        assert await world.documents.get(store.CERTIFICATE, SYSTEM, asked.id) == certificate

    async def test_is_read_by_its_link_and_by_other_accounts_of_the_address(self, world, anna, kept):
        bo = await world.registered(BO, name="Staying")
        asked = await answered_by_all(world, anna)
        token = deletions.certificate_token(world.identity, asked).text()
        under_way = await deletions.look_up(identity=world.identity, token_text=token)
        assert undertakings.deletion_link_view(under_way.name, under_way.undertaking, under_way.certificate) == (
            undertakings.DeletionLinkView(organization_name="Harbor Capital", deletion=None, certificate=None)
        )
        await completed(world, kept)
        found = await deletions.look_up(identity=world.identity, token_text=token)
        assert found.certificate is not None
        assert found.certificate.text is not None
        with pytest.raises(NotFound):
            await deletions.look_up(identity=world.identity, token_text=token[:-1] + ("0" if token[-1] != "0" else "1"))
        assert await undertakings.certificates(world.documents, org=bo.org, user=bo.id) == ()
        world.clock.advance(minutes=20)
        again = await world.registered(ANNA, name="Another Harbor")
        assert await undertakings.certificates(world.documents, org=again.org, user=again.id) == ()  # not confirmed yet
        async with world.documents.unit(org=again.org, actor=again.id, business_date=world.clock().date()) as unit:
            unit.put(store.USER, msgspec.structs.replace(again, email_verified=True))
        (listed,) = await undertakings.certificates(world.documents, org=again.org, user=again.id)
        assert listed.text == found.certificate.text

    async def test_stores_nothing_more_for_the_organization(self, world, anna, kept):
        await answered_by_all(world, anna)
        await completed(world, kept)
        with pytest.raises((Closed, NotFound)):
            await deletions.ask_as_operator(documents=world.documents, org=anna.org, now=world.clock())

"""Links by mail, whole ways: by a real SMTP server to the page, and over HTTP back; kept where no server is set."""

from __future__ import annotations

import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import msgspec
import pytest

from realinsights.contracts.auth import AUTH_EVENTS
from realinsights.contracts.sealed_links import LinkPurpose
from realinsights.notifications.model.links import HIDDEN
from realinsights.notifications.model.mails import Mail, MailState
from realinsights.notifications.service.hearing import Hearing
from realinsights.notifications.service.mailing import EXPIRED, UNVERIFIED
from realinsights.notifications.store import MAILS
from realinsights_platform.events import Message

from .conftest import PASSWORD, Caller, World, token_in, until, world_in
from .test_mails import SITE, Desk, Server, server

__all__ = ["server"]

ADA = "ada@harbor.example"
NEW_PASSWORD = "an even better battery"


async def mail_to(server: Server, to: str, subject: str) -> EmailMessage:
    async def taken() -> Any:
        return next((mail for mail in server.box.taken if (mail["To"], mail["Subject"]) == (to, subject)), None)

    found = await until(taken)
    assert isinstance(found, EmailMessage)
    return found


def text_of(message: EmailMessage) -> str:
    plain = message.get_body(("plain",))
    assert plain is not None
    return str(plain.get_content())


def all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def use(world: World, path: str, *, status: int = 200, **body: Any) -> Any:
    answer = await world.client.post(path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_an_address_is_confirmed_by_the_mail_to_it(tmp_path: Path, server: Server) -> None:
    server.start()
    async with world_in(tmp_path, server.settings) as world:
        ada = await world.register("Harbor Capital", ADA)
        assert not (await ada.get("/auth/me"))["member"]["emailVerified"]
        message = await mail_to(server, ADA, "Confirm your e-mail address")
        assert f"{SITE}/confirm-address/#" in text_of(message)
        page = message.get_body(("html",))
        assert page is not None
        assert f'<a href="{SITE}/confirm-address/#{token_in(text_of(message))}">' in page.get_content()
        assert message["List-Unsubscribe"] is None
        token = token_in(text_of(message))
        seen = await use(world, "/auth/addresses/look-up", token=token)
        assert (seen["purpose"], seen["email"], seen["organizationName"]) == ("verification", ADA, "Harbor Capital")
        assert not (await ada.get("/auth/me"))["member"]["emailVerified"]  # looking is not using
        await use(world, "/auth/addresses/use", token=token)
        assert (await ada.get("/auth/me"))["member"]["emailVerified"]


async def test_a_forgotten_password_is_chosen_anew_by_mail(tmp_path: Path, server: Server) -> None:
    server.start()
    async with world_in(tmp_path, server.settings) as world:
        ada = await world.register("Harbor Capital", ADA)
        answers = [
            await use(world, "/auth/password/forgotten", status=202, email=email) for email in (ADA, "no@b.example")
        ]
        assert answers[0] == answers[1]
        message = await mail_to(server, ADA, "Choose a new password")  # also to an address that was never confirmed
        token = token_in(text_of(message))
        assert (await use(world, "/auth/password-links/look-up", token=token))["email"] == ADA
        await use(world, "/auth/password-links/use", token=token, password=NEW_PASSWORD)
        await ada.get("/auth/me", status=401)
        await use(world, "/auth/password-links/use", status=404, token=token, password="a third good password")
        await use(world, "/auth/sign-in", email=ADA, password=NEW_PASSWORD)
        assert {mail["To"] for mail in server.box.taken} == {ADA}


async def test_an_invitation_comes_by_mail_and_on_the_screen(tmp_path: Path, server: Server) -> None:
    server.start()
    async with world_in(tmp_path, server.settings) as world:
        ada = await world.register("Harbor Capital", ADA)
        invited = await ada.post("/members/invitations", {"email": "bo@harbor.example", "role": "viewer"})
        message = await mail_to(server, "bo@harbor.example", "Join Harbor Capital on Real Insights")
        assert "Ada Adams invites you" in text_of(message)
        mailed = token_in(text_of(message))
        assert mailed != invited["token"]
        for token in (mailed, invited["token"]):
            assert (await use(world, "/auth/invitations/look-up", token=token))["email"] == "bo@harbor.example"
        who = {"firstName": "Bo", "lastName": "Berg", "password": NEW_PASSWORD}
        await use(world, "/auth/invitations/accept", status=202, token=mailed, **who)
        await use(world, "/auth/invitations/accept", status=404, token=invited["token"], **who)
        members = (await ada.get("/members"))["items"]
        assert {one["email"]: one["emailVerified"] for one in members} == {ADA: False, "bo@harbor.example": True}


async def test_a_change_of_address_is_confirmed_at_the_new_one_and_undone_at_the_old_one(
    tmp_path: Path, server: Server
) -> None:
    server.start()
    async with world_in(tmp_path, server.settings) as world:
        ada = await world.register("Harbor Capital", ADA)
        wanted = {"email": "ada@new.example", "currentPassword": "wrong"}
        refused = await ada.post("/auth/me/address", wanted, status=422)
        assert [error["field"] for error in refused["errors"]] == ["currentPassword"]
        await ada.post("/auth/me/address", {**wanted, "currentPassword": "correct horse battery staple"}, status=202)
        token = token_in(text_of(await mail_to(server, "ada@new.example", "Confirm your new e-mail address")))
        assert (await ada.get("/auth/me"))["member"]["email"] == ADA
        used = await use(world, "/auth/addresses/use", token=token)
        assert (used["purpose"], used["email"]) == ("address_change", "ada@new.example")
        me = (await ada.get("/auth/me"))["member"]
        assert (me["email"], me["emailVerified"]) == ("ada@new.example", True)
        undo = token_in(text_of(await mail_to(server, ADA, "Your e-mail address was changed")))
        seen = await use(world, "/auth/addresses/look-up", token=undo)
        assert (seen["purpose"], seen["currentEmail"], seen["email"]) == ("address_undo", "ada@new.example", ADA)
        await use(world, "/auth/addresses/use", token=undo)
        await ada.get("/auth/me", status=401)
        token = token_in(text_of(await mail_to(server, ADA, "Choose a new password")))
        await use(world, "/auth/password-links/use", token=token, password=NEW_PASSWORD)
        await use(world, "/auth/sign-in", email=ADA, password=NEW_PASSWORD)


class TestKept:
    async def test_a_link_is_shown_to_administrators_where_no_mail_leaves(self, world: World) -> None:
        ada = await world.register("Harbor Capital", ADA)
        await world.confirm(ada)
        max_ = await world.joined(ada, "max@harbor.example", "manager")
        mails = (await ada.get("/mails"))["items"]
        await max_.get(f"/mails/{mails[0]['id']}", status=403)
        eve = await world.register("Other House", "eve@other.example")
        await eve.get(f"/mails/{mails[0]['id']}", status=404)

    async def test_no_token_lies_in_a_file(self, world: World, tmp_path: Path) -> None:
        ada = await world.register("Harbor Capital", ADA)
        await use(world, "/auth/password/forgotten", status=202, email=ADA)
        seals = [
            (await world.kept_link(ada, subject)).rpartition(".")[2]
            for subject in ("Confirm your e-mail address", "Choose a new password")
        ]
        stored = all_bytes(tmp_path)
        assert b"Choose a new password" in stored
        assert not [seal for seal in seals if seal.encode() in stored]

    async def test_a_link_that_was_mailed_is_shown_to_nobody(self, tmp_path: Path, server: Server) -> None:
        server.start()
        async with world_in(tmp_path, server.settings) as world:
            ada = await world.register("Harbor Capital", ADA)
            await mail_to(server, ADA, "Confirm your e-mail address")

            async def sent() -> Any:
                return (await ada.get("/mails", state="sent"))["items"]

            (mail,) = await until(sent)
            shown = await ada.get(f"/mails/{mail['id']}")
            assert (shown["address"], shown["text"].endswith(HIDDEN)) == (ADA, True)
        # Without a server afterwards, it is not one that was kept.
        async with world_in(tmp_path) as world:
            ada = await world.sign_in(ADA)
            assert (await ada.get(f"/mails/{mail['id']}"))["text"].endswith(HIDDEN)


@pytest.fixture
async def ada(world: World) -> Caller:
    return await world.register("Harbor Capital", ADA)


class TestUnverified:
    async def test_gets_no_other_mail_until_the_address_is_confirmed(
        self, world: World, ada: Caller, server: Server
    ) -> None:
        server.start()
        token = await world.kept_link(ada, "Confirm your e-mail address")
        desk = Desk(world, server.settings)
        desk.now = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
        await desk.tell(ada, "a")
        await desk.send_due()
        dropped = (await desk.mails(ada))["Due: a"]
        assert (dropped.state, dropped.reason) == (MailState.DROPPED, UNVERIFIED)
        assert [item["title"] for item in (await ada.get("/inbox"))["items"]] == ["Due: a"]
        await world.confirm(ada, token)
        await desk.tell(ada, "b")
        await desk.send_due()
        assert [mail["Subject"] for mail in server.box.taken] == ["Due: b"]


class TestOnce:
    async def mails(self, world: World, org: str, purpose: LinkPurpose) -> list[Mail]:
        page = await world.product.documents["notifications"].find(MAILS, org, limit=100)
        return [mail for mail in page.items if mail.link is not None and mail.link.purpose is purpose]

    async def test_a_request_that_comes_twice_is_mailed_once(self, world: World, ada: Caller) -> None:
        org = await ada.org
        await use(world, "/auth/password/forgotten", status=202, email=ADA)
        await world.kept_link(ada, "Choose a new password")
        before = await self.mails(world, org, LinkPurpose.PASSWORD)
        auth = world.product.documents["auth"]
        (event,) = [
            event
            for entry in await auth.entries(org, limit=1000)
            for event in AUTH_EVENTS.decode(bytes(entry.events))
            if getattr(event, "purpose", None) is LinkPurpose.PASSWORD
        ]
        # As the subscriber of auth tells it that died before it could say that it was done.
        async with auth.unit(org=org, actor="system:test", business_date=datetime.date(2026, 3, 2)) as unit:
            unit.emit(event)
        hearing = Hearing(world.product.documents["notifications"], {"auth": auth}, now=lambda: before[0].at)
        message = Message(
            service="auth",
            org=org,
            sequence=await auth.sequence(org),
            at=before[0].at,
            business_date=datetime.date(2026, 3, 2),
            events=(event,),
        )
        for _ in range(2):
            await hearing.hear(message)
        assert await self.mails(world, org, LinkPurpose.PASSWORD) == before

    async def test_a_link_that_ended_before_its_mail_could_go_is_not_sent(
        self, world: World, ada: Caller, server: Server
    ) -> None:
        await world.kept_link(ada, "Confirm your e-mail address")
        documents, org = world.product.documents["notifications"], await ada.org
        (mail,) = await self.mails(world, org, LinkPurpose.VERIFICATION)
        assert mail.link is not None
        server.start()
        desk = Desk(world, server.settings)
        desk.now = mail.link.expires_at
        async with documents.unit(org=org, actor="system:test", business_date=desk.now.date()) as unit:
            late = msgspec.structs.replace(
                mail, id="late", version=0, due_at=desk.now, state=MailState.WAITING, done_at=None
            )
            unit.put(MAILS, late)
        await desk.send_due()
        found = await documents.get(MAILS, org, "late")
        assert found is not None
        assert (found.state, found.reason) == (MailState.DROPPED, EXPIRED)
        assert server.box.taken == []


async def test_who_asked_for_a_deletion_gets_a_link_and_every_other_administrator_is_told(world: World) -> None:
    ada = await world.register("Harbor Capital", ADA)
    mia = await world.joined(ada, "mia@harbor.example", "administrator")
    await world.joined(ada, "max@harbor.example", "manager")
    asked = await ada.post("/organization/deletion", {"name": "Harbor Capital", "currentPassword": PASSWORD})

    async def mailed(subject: str) -> list[str]:
        mails = (await ada.get("/mails", limit=200))["items"]
        return [mail["user"] for mail in mails if mail["subject"] == subject]

    assert await until(lambda: mailed("Harbor Capital is to be deleted")) == [await ada.user]
    assert await until(lambda: mailed("Your organization is to be deleted")) == [await mia.user]
    found = await use(world, "/auth/deletions/look-up", token=asked["token"])
    assert (found["organizationName"], found["deletion"]["state"], found["certificate"]) == (
        "Harbor Capital",
        "asked",
        None,
    )
    await mia.delete("/organization/deletion")
    assert await until(lambda: mailed("Your organization is not deleted")) == [await ada.user]
    assert (await ada.get("/organization/deletion"))["state"] == "undone"

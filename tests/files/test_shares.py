"""Share links: one version for somebody without an account, until it expires, is used up, or is revoked."""

from __future__ import annotations

import datetime

import pytest
from tests.files.test_documents_over_http import draft_of, filed

from realinsights.files.model.shares import MOST_FAILURES, MOST_REFUSED
from realinsights.files.service import shares


@pytest.fixture
async def guest(world):
    async with world.client("") as opened:
        yield opened


def in_days(days=1):
    return (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days)).isoformat()


async def shared(client, document, **said):
    answer = await client.post(f"/documents/{document['id']}/versions/1/shares", json={"expiresAt": in_days(), **said})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def opened(guest, token, **body):
    return await guest.post("/shared/open", json={"token": token, **body})


async def looked_at(guest, token):
    return await guest.post("/shared/look-up", json={"token": token})


async def fetched(guest, ticket, **headers):
    return await guest.get("/shared/content", params={"ticket": ticket}, headers=headers)


class TestALink:
    async def test_gives_its_version_to_whoever_has_it(self, client, guest):
        document = await filed(client, content=b"0123456789", name="note.txt")
        made = await shared(client, document)
        told = (await looked_at(guest, made["token"])).json()
        assert (told["fileName"], told["size"], told["needsPassword"]) == ("note.txt", 10, False)
        ticket = (await opened(guest, made["token"])).json()["ticket"]
        whole = await fetched(guest, ticket)
        assert (whole.content, whole.headers["content-disposition"].split(";")[0]) == (b"0123456789", "attachment")
        part = await fetched(guest, ticket, Range="bytes=8-")
        assert (part.status_code, part.content) == (206, b"89")

    async def test_is_of_one_version_also_when_there_is_a_later_one(self, client, guest):
        document = await filed(client, content=b"one")
        made = await shared(client, document)
        await client.post(f"/documents/{document['id']}/versions", params={"fileName": "b.txt"}, content=b"two")
        ticket = (await opened(guest, made["token"])).json()["ticket"]
        assert (await fetched(guest, ticket)).content == b"one"

    async def test_asks_for_its_password(self, client, guest):
        made = await shared(client, await filed(client), password="correct horse")
        assert (await opened(guest, made["token"])).status_code == 403
        assert (await opened(guest, made["token"], password="wrong horse")).status_code == 403
        assert (await opened(guest, made["token"], password="correct horse")).status_code == 200

    async def test_ends_after_too_many_wrong_passwords(self, client, guest, world):
        made = await shared(client, await filed(client), password="correct horse")
        share = await world.documents.get(shares.SHARES, world.org, made["share"]["id"])
        async with world.documents.unit(org=world.org, actor="t", business_date=datetime.date(2026, 1, 1)) as unit:
            unit.put(shares.SHARES, shares.msgspec.structs.replace(share, failures=MOST_FAILURES - 1))
        assert (await opened(guest, made["token"], password="wrong horse")).status_code == 403
        assert (await opened(guest, made["token"], password="correct horse")).status_code == 404

    async def test_is_opened_so_often(self, client, guest):
        made = await shared(client, await filed(client), mostDownloads=2)
        first, second, third = [await opened(guest, made["token"]) for _ in range(3)]
        assert (first.status_code, second.status_code, third.status_code) == (200, 200, 404)
        assert (await fetched(guest, second.json()["ticket"])).status_code == 200
        assert (await looked_at(guest, made["token"])).status_code == 404

    async def test_expires(self, client, guest, monkeypatch):
        made = await shared(client, await filed(client))
        ticket = (await opened(guest, made["token"])).json()["ticket"]
        later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1, seconds=1)
        monkeypatch.setattr(shares, "now", lambda: later)
        for answer in (
            await looked_at(guest, made["token"]),
            await opened(guest, made["token"]),
            await fetched(guest, ticket),
        ):
            assert answer.status_code == 404

    async def test_a_ticket_is_good_for_an_hour(self, client, guest, monkeypatch):
        made = await shared(client, await filed(client))
        ticket = (await opened(guest, made["token"])).json()["ticket"]
        later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=61)
        monkeypatch.setattr(shares, "now", lambda: later)
        assert (await fetched(guest, ticket)).status_code == 404

    async def test_is_nothing_once_it_is_revoked(self, client, guest):
        made = await shared(client, await filed(client))
        ticket = (await opened(guest, made["token"])).json()["ticket"]
        revoked = await client.delete(f"/shares/{made['share']['id']}")
        assert revoked.json()["revokedBy"] == "ann"
        assert (await fetched(guest, ticket)).status_code == 404
        assert (await opened(guest, made["token"])).status_code == 404

    async def test_is_nothing_once_its_document_is_deleted(self, client, guest):
        document = await filed(client)
        made = await shared(client, document)
        await client.delete(f"/documents/{document['id']}", headers={"If-Match": "*"})
        assert (await opened(guest, made["token"])).status_code == 404

    async def test_is_nothing_while_its_document_is_confidential_but_for_those_made_meanwhile(self, client, guest):
        document = await filed(client, content=b"0123456789")
        place, made = f"/documents/{document['id']}", await shared(client, document)
        ticket = (await opened(guest, made["token"])).json()["ticket"]

        async def becomes(confidential):
            body = draft_of(document, confidential=confidential)
            assert (await client.put(place, json=body, headers={"If-Match": "*"})).status_code == 200

        await becomes(True)
        for answer in (
            await looked_at(guest, made["token"]),
            await opened(guest, made["token"]),
            await fetched(guest, ticket),
        ):
            assert answer.status_code == 404
        meant = await shared(client, document)
        ticket = (await opened(guest, meant["token"])).json()["ticket"]
        assert (await fetched(guest, ticket)).content == b"0123456789"
        listed = (await client.get(f"{place}/shares")).json()["items"]
        assert [(one["id"], one["confidential"]) for one in listed] == [
            (meant["share"]["id"], True),
            (made["share"]["id"], False),
        ]
        await becomes(False)
        assert (await opened(guest, made["token"])).status_code == 200

    async def test_every_try_is_kept(self, client, guest):
        made = await shared(client, await filed(client), password="correct horse")
        await opened(guest, made["token"], password="wrong horse")
        await opened(guest, made["token"], password="correct horse")
        await client.delete(f"/shares/{made['share']['id']}")
        await opened(guest, made["token"], password="correct horse")
        log = (await client.get(f"/shares/{made['share']['id']}/accesses")).json()["items"]
        assert [one["outcome"] for one in log] == ["ended", "opened", "wrong_password"]
        assert {one["address"] for one in log} == {"127.0.0.1"}

    async def test_tries_after_its_end_are_kept_up_to_a_bound(self, client, guest, world):
        document = await filed(client)
        await world.processed(document)
        made = await shared(client, document)
        await client.put(
            f"/documents/{document['id']}", json=draft_of(document, confidential=True), headers={"If-Match": "*"}
        )
        before = await world.documents.sequence(world.org)
        for _ in range(MOST_REFUSED + 2):
            assert (await opened(guest, made["token"])).status_code == 404
        assert await world.documents.sequence(world.org) == before + MOST_REFUSED
        log = (await client.get(f"/shares/{made['share']['id']}/accesses")).json()["items"]
        assert [one["outcome"] for one in log] == ["ended"] * MOST_REFUSED

    @pytest.mark.parametrize(
        "change",
        [lambda t: t[:-1] + ("y" if t.endswith("x") else "x"), lambda t: t.replace(".", "", 1), lambda t: "a.b.c"],
    )
    async def test_of_another_secret_is_none(self, client, guest, change):
        made = await shared(client, await filed(client))
        for answer in (await looked_at(guest, change(made["token"])), await opened(guest, change(made["token"]))):
            assert answer.status_code == 404

    async def test_a_ticket_is_of_its_link_and_its_time_alone(self, client, guest):
        document = await filed(client)
        one, two = await shared(client, document), await shared(client, document, password="correct horse")
        ticket = (await opened(guest, one["token"])).json()["ticket"]
        share_id, org, moment, seal = ticket.split(".")
        assert (await fetched(guest, ticket)).status_code == 200
        for forged in (
            f"{two['share']['id']}.{org}.{moment}.{seal}",
            f"{share_id}.{org}.{int(moment) + 9}.{seal}",
            f"{share_id}.{org}.{moment}.{seal[:-1]}x",
            "a.b.c.d",
            ticket[:-1],
        ):
            assert (await fetched(guest, forged)).status_code == 404

    async def test_no_log_has_its_token(self, client, guest, capsys):
        made = await shared(client, await filed(client))
        await looked_at(guest, made["token"])
        await opened(guest, made["token"])
        said = capsys.readouterr()
        assert "/api/v1/shared/open" in said.out + said.err
        assert made["token"] not in said.out + said.err


class TestMakingOne:
    async def test_secrets_are_shown_once_and_stored_nowhere(self, client, world):
        made = await shared(client, await filed(client), password="correct horse")
        secret = made["token"].rpartition(".")[2]
        listed = (await client.get(f"/documents/{made['share']['documentId']}/shares")).text
        journal = (await client.get("/journals/files")).text
        stored = b"".join(path.read_bytes() for path in world.folder.glob("files.sqlite*"))
        for text in (listed, journal):
            assert secret not in text
            assert "argon2" not in text
        assert secret.encode() not in stored
        assert b"correct horse" not in stored

    @pytest.mark.parametrize(
        "said",
        [{"expiresAt": in_days(-1)}, {"expiresAt": in_days(400)}, {"password": "short"}, {"mostDownloads": 0}],
    )
    async def test_what_cannot_be_is_refused(self, client, said):
        document = await filed(client)
        answer = await client.post(
            f"/documents/{document['id']}/versions/1/shares", json={"expiresAt": in_days(), **said}
        )
        assert answer.status_code == 422

    @pytest.mark.parametrize("number", ["0", "2", "-1", "x", "1e0", "99999999999999999999", "１"])
    async def test_of_a_version_that_is_not_there_is_refused(self, client, number):
        document = await filed(client)
        path = f"/documents/{document['id']}/versions/{number}/shares"
        assert (await client.post(path, json={"expiresAt": in_days()})).status_code == 404

    async def test_confidential_documents_are_shared_by_who_may_see_them(self, client, member, viewer):
        document = await filed(client, isConfidential="true")
        made = await shared(client, document)
        body = {"expiresAt": in_days()}
        path = f"/documents/{document['id']}/versions/1/shares"
        assert (await member.post(path, json=body)).status_code == 404
        assert (await member.delete(f"/shares/{made['share']['id']}")).status_code == 404
        assert (await viewer.post(path, json=body)).status_code == 403

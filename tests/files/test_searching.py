"""Full text search over HTTP: pages and snippets, of what one may see."""

from __future__ import annotations

import pytest
from tests.files import real_files
from tests.files.test_documents_over_http import draft_of, filed


@pytest.fixture
async def library(world, client):
    """File three documents, one of them confidential, and wait until they are read."""
    note = real_files.pdf("Promissory note of Harbor Point", "Interest", "Prepayment is locked out until 2027")
    documents = {
        "note": await filed(client, content=note, name="note.pdf", kind="note", link="loan:a"),
        "letter": await filed(client, content=b"The prepayment premium of Pier 7", name="letter.txt", link="loan:b"),
        "secret": await filed(client, content=b"Prepayment side letter", name="side.txt", isConfidential="true"),
    }
    for document in documents.values():
        await world.processed(document)
    return documents


async def search(client, q, **query):
    answer = await client.get("/documents", params={"q": q, **query})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def titles(client, q, **query):
    return [one["title"] for one in (await search(client, q, **query))["items"]]


class TestASearch:
    async def test_tells_page_and_snippet(self, library, client):
        (found,) = (await search(client, "locked prepayment"))["items"][:1]
        assert found["id"] == library["note"]["id"]
        (hit,) = found["hits"]
        assert hit["page"] == 3
        text, marks = hit["snippet"]["text"], hit["snippet"]["marks"]
        assert [text[a:b].lower() for a, b in marks] == ["prepayment", "locked"]

    async def test_has_documents_with_more_of_the_words_first(self, library, client):
        assert await titles(client, "premium prepayment") == ["letter.txt", "side.txt", "note.pdf"]

    async def test_shows_what_one_may_see(self, library, member):
        assert await titles(member, "prepayment") == ["letter.txt", "note.pdf"]
        assert await titles(member, "side") == []

    async def test_finds_the_same_whatever_words_stand_where_one_may_not_see_them(self, world, client, member):
        await world.processed(await filed(client, content=b"It was defaulted", name="open.txt"))
        before = await search(member, "default")
        await world.processed(await filed(client, content=b"default", name="side.txt", isConfidential="true"))
        assert await search(member, "default") == before
        assert [one["title"] for one in before["items"]] == ["open.txt"]

    async def test_of_another_organization_finds_nothing(self, library, world):
        async with world.client(org="other") as stranger:
            assert await titles(stranger, "prepayment") == []

    async def test_is_narrowed_by_filters(self, library, client):
        assert await titles(client, "prepayment", loanId="a") == ["note.pdf"]
        assert await titles(client, "prepayment", kind="note") == ["note.pdf"]
        assert await titles(client, "prepayment", confidential="true") == ["side.txt"]
        assert await titles(client, "prepayment", expiresFrom="2020-01-01") == []

    async def test_heeds_that_a_document_became_confidential(self, library, client, member):
        letter = library["letter"]
        await client.put(
            f"/documents/{letter['id']}", json=draft_of(letter, confidential=True), headers={"If-Match": "*"}
        )
        assert await titles(member, "premium") == []
        assert await titles(client, "premium") == ["letter.txt"]

    async def test_finds_nothing_of_what_was_deleted(self, library, client):
        await client.delete(f"/documents/{library['letter']['id']}", headers={"If-Match": "*"})
        assert await titles(client, "premium") == []

    async def test_goes_on_page_by_page(self, library, client):
        first = await search(client, "prepayment", limit=2)
        assert [one["title"] for one in first["items"]] == ["side.txt", "letter.txt"]
        second = await search(client, "prepayment", limit=2, cursor=first["next"])
        assert ([one["title"] for one in second["items"]], second["next"]) == (["note.pdf"], None)

    @pytest.mark.parametrize("limit", [1, 2, 3])
    async def test_finds_each_document_on_some_page_however_many_hits_each_has(self, world, client, limit):
        for number, pages in enumerate([("loan",), ("loan",), ("loan",), ("loan", "-", "loan")]):
            await world.processed(await filed(client, content=real_files.pdf(*pages), name=f"{number}.pdf"))
        shown, page, rounds = [], await search(client, "loan", limit=limit), 1
        shown += [(one["title"], hit["page"]) for one in page["items"] for hit in one["hits"]]
        while page["next"]:
            page, rounds = await search(client, "loan", limit=limit, cursor=page["next"]), rounds + 1
            shown += [(one["title"], hit["page"]) for one in page["items"] for hit in one["hits"]]
        assert shown == [("3.pdf", 1), ("3.pdf", 3), ("2.pdf", 1), ("1.pdf", 1), ("0.pdf", 1)]
        assert rounds == -(-4 // limit)

    async def test_ends_where_only_what_one_may_not_see_follows(self, library, member):
        page = await search(member, "prepayment", limit=2)
        assert len(page["items"]) == 2
        seen = await search(member, "prepayment", limit=1)
        last = await search(member, "prepayment", limit=1, cursor=seen["next"])
        assert (page["next"], last["next"]) == (None, None)

    async def test_of_no_word_finds_nothing(self, library, client):
        assert await titles(client, "%*\"'") == []
        assert len(await titles(client, "  ")) == 3, "blank is no search"

    async def test_of_a_listing_cursor_is_refused(self, library, client):
        cursor = (await client.get("/documents", params={"limit": 1})).json()["next"]
        answer = await client.get("/documents", params={"limit": 1, "q": "prepayment", "cursor": cursor})
        assert answer.status_code == 422

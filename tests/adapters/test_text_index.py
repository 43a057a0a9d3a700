"""The specification of the text index, for every adapter."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from realinsights_platform.documents.opening import open_documents
from realinsights_platform.documents.text_port import SHORTEST_BEGINNING, Place, TextIndex, TextPage
from realinsights_platform.documents.text_words import snippet_of, words_asked, words_of
from realinsights_platform.ids import new_id

MONDAY = datetime.datetime(2026, 3, 2, 9, 30, 0, 123_000, tzinfo=datetime.UTC)
TUESDAY = MONDAY + datetime.timedelta(days=1)


@pytest.fixture
async def index(address: str) -> AsyncIterator[TextIndex]:
    documents = await open_documents(address, "files", ())
    opened = documents.texts()
    yield opened
    await opened.aclose()
    await documents.close()


def pages(*texts: str) -> list[TextPage]:
    return [TextPage(number, text) for number, text in enumerate(texts, 1)]


async def found(index: TextIndex, question: str, org: str = "a", limit: int = 50) -> list[tuple[str, int]]:
    places = await index.search(org, words_asked(question), limit=limit)
    return [(place.key, place.page) for place in places]


class TestATextIndex:
    async def test_finds_nothing_where_nothing_was_put(self, index):
        assert await found(index, "rent") == []
        assert await index.text("a", "one", 1) is None
        await index.remove("a", "one")

    async def test_finds_the_page_that_holds_a_word(self, index):
        await index.put("a", "note", MONDAY, pages("Promissory note", "Prepayment is locked out", "Rent roll"))
        assert await found(index, "prepayment") == [("note", 2)]
        assert await index.text("a", "note", 3) == "Rent roll"
        assert await index.text("a", "note", 4) is None

    async def test_case_accents_and_scripts_do_not_count(self, index):
        await index.put("a", "x", MONDAY, pages("CAFÉ Straße", "Договор займа", "貸付契約"))
        assert await found(index, "cafe") == [("x", 1)]
        assert await found(index, "STRASSE") == [("x", 1)]
        assert await found(index, "ДОГОВОР") == [("x", 2)]
        assert await found(index, "貸付契約") == [("x", 3)]

    async def test_the_last_word_may_be_the_beginning_of_one(self, index):
        await index.put("a", "x", MONDAY, pages("prepayment penalty", "naïveté", "précis"))
        assert await found(index, "penalty prepay") == [("x", 1)]
        assert await found(index, "prepay penalty") == [("x", 1)], "only one of two is held, and found all the same"
        assert await found(index, "nai") == [("x", 2)]
        assert await found(index, "na") == [], "two characters begin too much"
        assert await found(index, "prepay zzz") == []

    async def test_a_last_word_that_is_one_stands_for_those_that_begin_with_it_too(self, index):
        await index.put("a", "x", MONDAY, pages("loans", "loan"))
        assert await found(index, "loan") == [("x", 1), ("x", 2)]
        assert await found(index, "loan loans") == [("x", 1), ("x", 2)], "the first word is looked for as it is"

    async def test_what_one_page_holds_does_not_change_what_others_are_found_by(self, index):
        await index.put("a", "open", MONDAY, pages("defaulted"))
        assert await found(index, "default") == [("open", 1)]
        await index.put("a", "secret", MONDAY, pages("default"))
        assert await found(index, "default") == [("secret", 1), ("open", 1)]

    async def test_a_beginning_in_ascii_finds_words_that_go_on_otherwise(self, index):
        await index.put("a", "x", MONDAY, pages("straßeñ abcж"))
        assert await found(index, "abc") == [("x", 1)]

    async def test_more_words_come_before_later_times_and_those_before_larger_keys(self, index):
        await index.put("a", "old-both", MONDAY, pages("loan harbor"))
        await index.put("a", "new-one", TUESDAY, pages("loan", "harbor"))
        await index.put("a", "new-two", TUESDAY, pages("nothing", "harbor point"))
        assert await found(index, "loan harbor") == [
            ("old-both", 1), ("new-two", 2), ("new-one", 1), ("new-one", 2),
        ]  # fmt: skip

    async def test_a_search_goes_on_after_a_place(self, index):
        for number in range(7):
            text = ("loan harbor", "loan")[number % 2]
            await index.put("a", f"k{number}", MONDAY + datetime.timedelta(number // 3), pages(text, "harbor"))
        words = words_asked("loan harbor")
        whole = await index.search("a", words, limit=50)
        assert len(whole) == 14
        taken: list[Place] = []
        place: Place | None = None
        while some := await index.search("a", words, after=place, limit=3):
            taken += some
            place = some[-1]
        assert taken == list(whole)

    async def test_what_is_put_again_replaces_all_of_it(self, index):
        await index.put("a", "x", MONDAY, pages("first second", "third"))
        await index.put("a", "x", TUESDAY, pages("second"))
        assert await found(index, "first") == await found(index, "third") == []
        assert await index.search("a", words_asked("second")) == (Place(1, TUESDAY, "x", 1),)
        assert await index.texts("a", [("x", 1), ("x", 2)]) == {("x", 1): "second"}

    async def test_what_is_removed_is_found_no_more(self, index):
        await index.put("a", "x", MONDAY, pages("loan"))
        await index.put("a", "y", MONDAY, pages("loan"))
        await index.remove("a", "x")
        assert await found(index, "loan") == [("y", 1)]
        assert await index.text("a", "x", 1) is None

    async def test_all_of_an_organization_is_removed_and_nothing_of_another(self, index):
        for key in ("x", "y", "z"):
            await index.put("a", key, MONDAY, pages("loan", "harbor"))
        await index.put("b", "x", MONDAY, pages("loan"))
        await index.remove_all("a")
        await index.remove_all("a")
        assert await found(index, "loan", org="a") == []
        assert await index.text("a", "y", 2) is None
        assert await found(index, "loan", org="b") == [("x", 1)]

    async def test_of_an_organization_that_never_put_anything_all_is_removed(self, index):
        await index.remove_all("a")
        assert await found(index, "loan") == []

    async def test_an_organization_finds_its_own(self, index):
        await index.put("a", "x", MONDAY, pages("loan"))
        await index.put("b", "x", MONDAY, pages("loan harbor"))
        assert await found(index, "loan", org="a") == [("x", 1)]
        assert await found(index, "harbor", org="a") == []
        await index.remove("b", "x")
        assert await found(index, "loan", org="a") == [("x", 1)]
        assert await index.text("b", "x", 1) is None

    async def test_words_of_the_engine_are_words(self, index):
        await index.put("a", "x", MONDAY, pages('AND or NOT near "quoted" a* $where 12x34'))
        for word in ("and", "not", "near", "quoted", "where", "12x34"):
            assert await found(index, word) == [("x", 1)], word
        assert await found(index, '" OR *') == [("x", 1)]
        assert words_asked('"*') == ()

    async def test_hundreds_of_pages_are_put_at_once(self, index):
        await index.put("a", "x", MONDAY, pages(*(f"page number{number} common" for number in range(1, 251))))
        assert await found(index, "number237") == [("x", 237)]
        assert await found(index, "common", limit=2) == [("x", 1), ("x", 2)]


ALPHABET = ["loan", "loans", "harbor", "rent", "note", "é", "éa", "ж"]
TEXTS = st.lists(st.lists(st.sampled_from(ALPHABET), max_size=4).map(" ".join), min_size=1, max_size=3)


class TestAnyTexts:
    @settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(
        things=st.lists(st.tuples(st.sampled_from("pqrs"), st.integers(0, 2), TEXTS), max_size=6),
        question=st.lists(st.sampled_from(ALPHABET), min_size=1, max_size=4),
    )
    async def test_are_found_in_the_order_of_the_port(self, index, things, question):
        org, kept = new_id(), {}
        for key, day, texts in things:
            await index.put(org, key, MONDAY + datetime.timedelta(day), pages(*texts))
            kept[key] = (MONDAY + datetime.timedelta(day), texts)
        words = words_asked(" ".join(question))
        expected = []
        for key, (date, texts) in kept.items():
            for page, text in enumerate(texts, 1):
                held, last = words_of(text), words[-1]
                begun = len(last) >= SHORTEST_BEGINNING and any(word.startswith(last) for word in held)
                matched = sum(word in held for word in words[:-1]) + (begun or last in held)
                if matched:
                    expected.append(Place(matched, date, key, page))
        expected.sort(key=lambda place: place.page)
        expected.sort(key=lambda place: (place.matched, place.at, place.key), reverse=True)
        assert list(await index.search(org, words, limit=50)) == expected
        stored = {(key, page): text for key, (_, texts) in kept.items() for page, text in enumerate(texts, 1)}
        assert await index.texts(org, [*stored, ("none", 1), ("p", 9)]) == stored


class TestASnippet:
    def test_is_the_part_with_most_of_the_words(self):
        text = "loan " + "x " * 300 + "the loan of the harbor. " + "y " * 300
        snippet = snippet_of(text, words_asked("loan harbor"))
        assert [snippet.text[a:b] for a, b in snippet.marks] == ["loan", "harbor"]
        assert len(snippet.text) <= 200

    def test_marks_words_as_they_are_written(self):
        snippet = snippet_of("Ein CAFÉ\nin der Straße", words_asked("cafe strasse"))
        assert [snippet.text[a:b] for a, b in snippet.marks] == ["CAFÉ", "Straße"]
        assert "\n" not in snippet.text

    def test_of_a_page_without_the_words_is_its_beginning(self):
        assert snippet_of("Promissory note", words_asked("harbor")).text == "Promissory note"


def test_of_a_question_the_last_eight_words_count():
    assert words_asked("one two three four five six seven eight nine one") == (
        "three", "four", "five", "six", "seven", "eight", "nine", "one",
    )  # fmt: skip

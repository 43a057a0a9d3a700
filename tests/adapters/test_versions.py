"""Expected versions: a change rests on the version that its caller has seen."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator

import pytest

from realinsights_platform.documents.opening import open_documents
from realinsights_platform.documents.port import Document, Kind, Unit
from realinsights_platform.documents.versions import ANY_VERSION, current
from realinsights_platform.errors import NotFound, Stale


class Note(Document, frozen=True, kw_only=True):
    """Something to change."""

    title: str


PRIVATE_NOTES = Kind("notes", "private_note", Note)


@pytest.fixture
async def unit(address: str) -> AsyncIterator[Unit]:
    documents = await open_documents(address, "notes", [PRIVATE_NOTES])
    unit = documents.unit(org="org", actor="ann", business_date=datetime.date(2026, 3, 2))
    unit.put(PRIVATE_NOTES, Note(id="one", org="org", title="First"))
    yield unit
    await documents.close()


class TestCurrent:
    @pytest.mark.parametrize("expected_version", [1, ANY_VERSION])
    async def test_returns_the_version_expected(self, unit: Unit, expected_version: int) -> None:
        assert (await current(unit, PRIVATE_NOTES, "one", expected_version=expected_version)).title == "First"

    @pytest.mark.parametrize("expected_version", [0, 2])
    async def test_refuses_another_version(self, unit: Unit, expected_version: int) -> None:
        with pytest.raises(
            Stale, match=f"This private note is at version 1 by now, you changed version {expected_version}"
        ):
            await current(unit, PRIVATE_NOTES, "one", expected_version=expected_version)

    async def test_says_what_is_not_there_in_the_users_words(self, unit: Unit) -> None:
        with pytest.raises(NotFound, match=r"^There is no such private note\.$"):
            await current(unit, PRIVATE_NOTES, "two", expected_version=ANY_VERSION)
        with pytest.raises(NotFound, match=r"^There is no such memo\.$"):
            await current(unit, PRIVATE_NOTES, "two", expected_version=ANY_VERSION, noun="memo")

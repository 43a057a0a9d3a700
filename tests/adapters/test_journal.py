"""The hash chain: what verifies, and that nothing can be changed behind the journal's back without being found."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from realinsights_platform.documents.journal import GENESIS, Verification, verify
from realinsights_platform.documents.journal_port import Stored
from realinsights_platform.documents.port import Document, Kind
from realinsights_platform.documents.sqlite import SqliteDocuments
from realinsights_platform.events import Event


class Loan(Document, frozen=True, kw_only=True):
    number: str
    name: str
    balance: Decimal
    properties: tuple[str, ...] = ()


class LoanNoticed(Event, frozen=True, tag="loans.loan.noticed.v1"):
    loan_id: str


LOAN = Kind(
    "loans",
    "loan",
    Loan,
    indexes=("balance",),
    members=("properties",),
    words=("name",),
    unique=(("number",),),
)


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """Return a closed journal of five entries over three loans (one deleted), and a bystander's of one."""
    path = tmp_path / "loans.sqlite"
    documents = SqliteDocuments(path, service="loans", kinds=[LOAN])
    for org in ("acme", "bystander"):
        async with documents.unit(org=org, actor="ann", business_date=datetime.date(2026, 1, 31)) as unit:
            loans = [
                unit.put(
                    LOAN,
                    Loan(id=key, org=org, number=key, name=f"Oak {key}", balance=Decimal(7), properties=("p",)),
                )
                for key in ("one", "two", "three")
            ]
            unit.emit(LoanNoticed(loan_id="one"))
    for name in ("Elm", "Fir", "Ash"):
        async with documents.unit(org="acme", actor="ben", business_date=datetime.date(2026, 2, 1)) as unit:
            stored = await documents.get(LOAN, "acme", "one")
            assert stored is not None
            unit.put(LOAN, msgspec.structs.replace(stored, name=name))
    async with documents.unit(org="acme", actor="cem", business_date=datetime.date(2026, 2, 2)) as unit:
        two = await documents.get(LOAN, "acme", "two")
        assert two is not None
        unit.delete(LOAN, two)
    assert len(loans) == 3
    await documents.close()
    return path


async def verified(path: Path, org: str = "acme") -> Verification:
    documents = SqliteDocuments(path, service="loans", kinds=[LOAN])
    try:
        return await verify(documents, org)
    finally:
        await documents.close()


def tamper(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        assert connection.execute(statement).rowcount > 0, statement
    connection.commit()
    connection.close()


async def test_an_untouched_journal_is_sound(path: Path) -> None:
    verification = await verified(path)
    assert verification.sound
    assert verification.entries == 5
    assert verification.first_bad_sequence is None
    assert len(verification.last_hash) == 64


async def test_an_empty_journal_is_sound(path: Path) -> None:
    assert await verified(path, "nobody") == Verification(0, GENESIS)


@pytest.mark.parametrize(
    "change",
    [
        "sequence = 30",
        "sequence = -sequence",
        "id = 'another'",
        "at = '2020-01-01T00:00:00.000000+00:00'",
        "at = 'yesterday'",
        "actor = 'eve'",
        "business_date = '2025-12-31'",
        "business_date = 'never'",
        "events = CAST('[]' AS BLOB)",
        "events = CAST('not json' AS BLOB)",
        "previous_hash = '0'",
        "hash = '0'",
        "first_write = first_write + 1",
        "write_count = 0",
        "org = 2",
    ],
)
async def test_a_changed_entry_is_found(path: Path, change: str) -> None:
    # Only the first entry has events.
    sequence = 1 if change.startswith("events") else 3
    tamper(path, f"UPDATE loans_journal SET {change} WHERE org = 1 AND sequence = {sequence}")  # noqa: S608 -- of this file
    verification = await verified(path)
    assert verification.first_bad_sequence == sequence
    assert verification.reason
    assert verification.entries == sequence - 1


@pytest.mark.parametrize(
    "change",
    [
        "org = 2",
        "kind = 'property'",
        "id = 'two'",
        "sequence = 2",
        "version = 9",
        "body = CAST(replace(CAST(body AS TEXT), 'Fir', 'Fur') AS BLOB)",
        "body = CAST('{' AS BLOB)",
        "body = NULL",
        "number = number + 1000",
    ],
)
async def test_a_changed_write_is_found(path: Path, change: str) -> None:
    tamper(path, f"UPDATE loans_journal_write SET {change} WHERE org = 1 AND sequence = 3")  # noqa: S608 -- of this file
    verification = await verified(path)
    assert verification.first_bad_sequence == 3
    assert verification.reason


async def test_a_removed_entry_is_found(path: Path) -> None:
    tamper(path, "DELETE FROM loans_journal WHERE org = 1 AND sequence = 2")
    assert (await verified(path)).first_bad_sequence == 2


async def test_a_removed_end_is_found(path: Path) -> None:
    tamper(path, "DELETE FROM loans_journal WHERE org = 1 AND sequence = 5")
    verification = await verified(path)
    assert verification.first_bad_sequence == 5
    assert verification.reason == "the journal ends at 4, yet 5 was committed"


async def test_an_entry_written_anew_with_a_matching_hash_breaks_the_chain_behind_it(path: Path) -> None:
    # A forger who knows the rules can rewrite one entry, but not without rewriting all later ones.
    documents = SqliteDocuments(path.parent / "forged.sqlite", service="loans", kinds=[LOAN])
    async with documents.unit(org="acme", actor="eve", business_date=datetime.date(2026, 1, 31)) as unit:
        unit.emit(LoanNoticed(loan_id="none"))
    (forged,) = await documents.entries("acme")
    await documents.close()
    connection = sqlite3.connect(path)
    connection.execute(
        "UPDATE loans_journal SET id = ?, at = ?, actor = ?, business_date = ?, write_count = 0, events = ?, hash = ? "
        "WHERE org = 1 AND sequence = 1",
        (forged.id, forged.at.isoformat(), forged.actor, str(forged.business_date), bytes(forged.events), forged.hash),
    )
    connection.commit()
    connection.close()
    verification = await verified(path)
    assert verification.first_bad_sequence == 2
    assert verification.reason == "the entry does not continue the one before it"


RESURRECTION = """
INSERT INTO loans_loan (org, id, version, f_balance, f_number, words, m_properties, write)
SELECT org, 'two', version, f_balance, 'x', words, m_properties, write FROM loans_loan WHERE org = 1 AND id = 'three'
"""


@pytest.mark.parametrize(
    ("statement", "sequence", "what"),
    [
        ("UPDATE loans_loan SET version = 9 WHERE org = 1 AND id = 'one'", 4, "loan one is not stored as"),
        (
            "UPDATE loans_loan SET write = 1 WHERE org = 1 AND id = 'one'",
            4,
            "loan one is not stored",
        ),
        (
            "UPDATE loans_loan SET write = 99 WHERE org = 1 AND id = 'three'",
            1,
            "loan three is not stored",
        ),
        ("UPDATE loans_loan SET id = 'four' WHERE org = 1 AND id = 'three'", None, "loan four is stored, but"),
        ("UPDATE loans_loan SET org = 9 WHERE org = 1 AND id = 'three'", 1, "loan three is missing"),
        ("DELETE FROM loans_loan WHERE org = 1 AND id = 'three'", 1, "loan three is missing"),
        ("UPDATE loans_loan SET f_balance = 0 WHERE org = 1 AND id = 'three'", 1, "loan three is not indexed"),
        ("UPDATE loans_loan SET f_number = 'x' WHERE org = 1 AND id = 'three'", 1, "loan three is not indexed"),
        ("UPDATE loans_loan SET words = ' x' WHERE org = 1 AND id = 'three'", 1, "loan three is not indexed"),
        ("UPDATE loans_loan SET m_properties = '[]' WHERE org = 1 AND id = 'three'", 1, "loan three is not indexed"),
        ("DELETE FROM loans_loan_term WHERE org = 1 AND term = 'three'", 1, "loan three is not indexed"),
        ("UPDATE loans_loan_term SET term = 'other' WHERE org = 1 AND term = 'three'", 1, "loan three is not indexed"),
        (RESURRECTION, 5, "loan two is stored, but the journal says that it was deleted"),
    ],
)
async def test_a_document_changed_behind_the_journals_back_is_found(
    path: Path, statement: str, sequence: int | None, what: str
) -> None:
    tamper(path, statement)
    verification = await verified(path)
    assert verification.reason is not None
    assert verification.reason.startswith(what)
    assert verification.first_bad_sequence == sequence
    assert verification.entries == 5


async def test_one_organizations_trouble_is_not_anothers(path: Path) -> None:
    tamper(path, "DELETE FROM loans_loan WHERE org = 1", "DELETE FROM loans_journal WHERE org = 1 AND sequence > 2")
    assert not (await verified(path)).sound
    assert (await verified(path, "bystander")).sound


class Busy:
    """Documents in which a unit is committed whenever somebody begins to read them through."""

    def __init__(self, documents: SqliteDocuments) -> None:
        self._documents = documents

    def __getattr__(self, name: str) -> Any:
        return getattr(self._documents, name)

    async def stored(self, org: str) -> AsyncIterator[Stored]:
        async with self._documents.unit(org=org, actor="cyd", business_date=datetime.date(2026, 2, 2)) as unit:
            one, three = await unit.get(LOAN, "one"), await unit.get(LOAN, "three")
            assert one is not None
            assert three is not None
            unit.put(LOAN, msgspec.structs.replace(one, name="Changed meanwhile"))
            unit.delete(LOAN, three)
            unit.put(LOAN, Loan(id="new", org=org, number="new", name="New", balance=Decimal(1)))
        async for found in self._documents.stored(org):
            yield found


class TestVerifyingWhileUnitsAreCommitted:
    async def test_finds_nothing_wrong_with_what_was_committed_meanwhile(self, path: Path) -> None:
        documents = SqliteDocuments(path, service="loans", kinds=[LOAN])
        before = await documents.sequence("acme")
        verified = await verify(Busy(documents), "acme")
        assert (verified.sound, verified.entries) == (True, before + 1), verified.reason
        await documents.close()

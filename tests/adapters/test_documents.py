"""The specification of the documents port, for every adapter."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator
from decimal import Decimal
from enum import StrEnum
from types import NoneType
from typing import Any

import msgspec
import pytest

from realinsights_platform.documents.journal import verify
from realinsights_platform.documents.journal_port import EVENT_BYTES_AT_ONCE, Mark, Outgoing, Storage, are_all
from realinsights_platform.documents.opening import open_documents
from realinsights_platform.documents.port import (
    AnyOf,
    Between,
    Contains,
    Document,
    Equal,
    Kind,
    Order,
    Position,
    PreparedUnit,
    StartsWith,
    Where,
    Words,
)
from realinsights_platform.documents.preparing import prepare
from realinsights_platform.documents.walking import organizations
from realinsights_platform.errors import Conflict, Invalid, Stale
from realinsights_platform.events import Event
from realinsights_platform.ids import new_id

TODAY = datetime.date(2026, 1, 31)


class Status(StrEnum):
    CURRENT = "current"
    LATE = "late"


class Loan(Document, frozen=True, kw_only=True):
    number: str | None = None
    series: str | None = None
    name: str = ""
    balance: Decimal | None = None
    rate: Decimal | None = None
    status: Status = Status.CURRENT
    maturity_date: datetime.date | None = None
    reported_at: datetime.datetime | None = None
    securitized: bool = False
    units: int | None = None
    properties: tuple[str, ...] = ()
    borrower: str | None = None


class Setting(Document, frozen=True, kw_only=True):
    value: str


LOAN = Kind(
    "loans",
    "loan",
    Loan,
    indexes=("name", "balance", "rate", "status", "maturity_date", "reported_at", "securitized", "units"),
    members=("properties",),
    words=("name", "borrower"),
    unique=(("number",), ("series", "units")),
)
SETTING = Kind("loans", "setting", Setting)
KINDS = (LOAN, SETTING)


class LoanNoticed(Event, frozen=True, tag="loans.loan.noticed.v1"):
    loan_id: str


@pytest.fixture
async def documents(address: str) -> AsyncIterator[Storage]:
    opened = await open_documents(address, "loans", KINDS)
    yield opened
    await opened.close()


def a_loan(document_id: str = "1", *, org: str = "acme", **values: Any) -> Loan:
    return Loan(id=document_id, org=org, **values)


async def stored(documents: Storage, *loans: Loan) -> tuple[Loan, ...]:
    async with documents.unit(org=loans[0].org, actor="ann", business_date=TODAY) as unit:
        return tuple(unit.put(LOAN, loan) for loan in loans)


async def found(documents: Storage, *where: Where, order: Order | None = None, org: str = "acme") -> list[str]:
    page = await documents.find(LOAN, org, *where, order=order)
    assert await documents.count(LOAN, org, *where) == len(page.items)
    return [loan.id for loan in page.items]


async def paged(documents: Storage, *where: Where, order: Order | None, limit: int) -> list[str]:
    seen: list[str] = []
    after: Position | None = None
    while True:
        page = await documents.find(LOAN, "acme", *where, order=order, after=after, limit=limit)
        assert len(page.items) <= limit
        assert page.next is None or type(page.next.value) in {NoneType, int, str}, "it is told to others"
        seen += [loan.id for loan in page.items]
        if page.next is None:
            return seen
        assert len(page.items) == limit
        after = page.next


class TestPut:
    async def test_a_new_document_gets_version_1_and_reads_back_as_it_was_put(self, documents: Storage) -> None:
        loan = a_loan(
            number="7",
            name="Zürich",
            balance=Decimal("1250000.00"),
            status=Status.LATE,
            maturity_date=datetime.date(2031, 2, 28),
            reported_at=datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC),
            properties=("p1", "p2"),
        )
        (put,) = await stored(documents, loan)
        assert put == msgspec.structs.replace(loan, version=1)
        assert await documents.get(LOAN, "acme", "1") == put
        read = await documents.get(LOAN, "acme", "1")
        assert read is not None
        assert str(read.balance) == "1250000.00"

    async def test_a_change_is_the_next_version(self, documents: Storage) -> None:
        (loan,) = await stored(documents, a_loan())
        (changed,) = await stored(documents, msgspec.structs.replace(loan, name="Changed"))
        assert changed.version == 2
        assert await documents.get(LOAN, "acme", "1") == changed

    async def test_several_changes_in_one_unit_are_one_version(self, documents: Storage) -> None:
        async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
            first = unit.put(LOAN, a_loan(name="first"))
            second = unit.put(LOAN, msgspec.structs.replace(first, name="second"))
        assert second.version == 1
        assert await documents.get(LOAN, "acme", "1") == second
        (entry,) = await documents.entries("acme")
        assert len(entry.writes) == 1

    async def test_a_version_that_this_unit_has_changed_already_is_stale(self, documents: Storage) -> None:
        (loan,) = await stored(documents, a_loan())
        unit = documents.unit(org="acme", actor="ann", business_date=TODAY)
        unit.put(LOAN, msgspec.structs.replace(loan, name="first"))
        with pytest.raises(Stale):
            unit.put(LOAN, msgspec.structs.replace(loan, name="second"))

    async def test_a_version_changed_meanwhile_is_stale_and_nothing_of_the_unit_is_stored(
        self, documents: Storage
    ) -> None:
        (loan,) = await stored(documents, a_loan())
        await stored(documents, msgspec.structs.replace(loan, name="theirs"))
        unit = documents.unit(org="acme", actor="ben", business_date=TODAY)
        unit.put(LOAN, a_loan("2"))
        unit.put(LOAN, msgspec.structs.replace(loan, name="mine"))
        unit.put(SETTING, Setting(id="s", org="acme", value="v"))
        with pytest.raises(Stale):
            await unit.commit()
        assert unit.sequence is None
        assert await documents.get(LOAN, "acme", "2") is None
        assert await documents.get(SETTING, "acme", "s") is None
        assert await documents.sequence("acme") == 2

    async def test_a_document_that_was_never_stored_cannot_be_changed(self, documents: Storage) -> None:
        with pytest.raises(Stale):
            await stored(documents, a_loan(version=3))

    async def test_a_second_document_of_the_same_id_is_a_conflict(self, documents: Storage) -> None:
        await stored(documents, a_loan())
        with pytest.raises(Conflict) as refused:
            await stored(documents, a_loan(name="another"))
        assert [field.field for field in refused.value.fields] == ["id"]
        unit = documents.unit(org="acme", actor="ann", business_date=TODAY)
        unit.put(LOAN, a_loan("2"))
        with pytest.raises(Conflict):
            unit.put(LOAN, a_loan("2"))

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"balance": Decimal(10) ** 13}, "balance"),
            ({"balance": Decimal("10000000000.001")}, "balance"),
            ({"balance": Decimal("0.123456789")}, "balance"),
            ({"balance": Decimal("NaN")}, "balance"),
            ({"balance": Decimal("Infinity")}, "balance"),
            ({"balance": Decimal("1.00000000000000000000000000000000000000000000001")}, "balance"),
            ({"units": 2**63}, "units"),
            ({"units": -(2**63)}, "units"),
            ({"name": "\ud800"}, "name"),
            ({"reported_at": datetime.datetime(2026, 1, 1)}, "reported_at"),  # noqa: DTZ001 -- the very case
        ],
    )
    async def test_a_value_that_no_index_can_hold_is_refused_by_name(
        self, documents: Storage, values: dict[str, Any], field: str
    ) -> None:
        unit = documents.unit(org="acme", actor="ann", business_date=TODAY)
        with pytest.raises(Invalid) as refused:
            unit.put(LOAN, a_loan(**values))
        assert [bad.field for bad in refused.value.fields] == [field]

    async def test_a_kind_that_was_not_opened_is_an_error_of_ours(self, documents: Storage) -> None:
        stranger = Kind("loans", "stranger", Setting)
        with pytest.raises(LookupError):
            await documents.get(stranger, "acme", "1")


class TestGetTogether:
    async def test_finds_documents_of_several_kinds(self, documents: Storage) -> None:
        one, two = await stored(documents, a_loan("1"), a_loan("2"))
        async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
            setting = unit.put(SETTING, Setting(id="s", org="acme", value="on"))
        wanted = {LOAN: ["2", "none", "1"], SETTING: ["s"]}
        assert await documents.get_together("acme", wanted) == {LOAN: {"1": one, "2": two}, SETTING: {"s": setting}}
        assert await documents.get_together("acme", {LOAN: (), SETTING: ["none"]}) == {LOAN: {}, SETTING: {}}
        assert await documents.get_together("other", wanted) == {LOAN: {}, SETTING: {}}


class TestTenancy:
    async def test_no_read_crosses_organizations(self, documents: Storage) -> None:
        await stored(documents, a_loan(number="7", name="Tower", properties=("p",)))
        assert await documents.get(LOAN, "other", "1") is None
        assert await documents.get_many(LOAN, "other", ["1"]) == {}
        for where in ((), (Equal("name", "Tower"),), (Words("tower"),), (Contains("properties", "p"),)):
            assert await found(documents, *where, org="other") == []
            assert await found(documents, *where, order=Order("balance"), org="other") == []
        assert await documents.history(LOAN, "other", "1") == ()
        assert await documents.as_known_at(LOAN, "other", "1", datetime.datetime.now(datetime.UTC)) is None
        assert await documents.entries("other") == ()
        assert await documents.sequence("other") == 0

    async def test_two_organizations_may_use_the_same_ids_and_unique_keys(self, documents: Storage) -> None:
        await stored(documents, a_loan(number="7", name="ours"))
        await stored(documents, a_loan(number="7", name="theirs", org="other"))
        for org, name in (("acme", "ours"), ("other", "theirs")):
            loan = await documents.get(LOAN, org, "1")
            assert loan is not None
            assert loan.name == name
            assert await found(documents, Words(name), org=org) == ["1"]
            assert await documents.sequence(org) == 1

    async def test_a_unit_of_one_organization_takes_no_document_of_another(self, documents: Storage) -> None:
        (theirs,) = await stored(documents, a_loan(org="other"))
        unit = documents.unit(org="acme", actor="ann", business_date=TODAY)
        with pytest.raises(ValueError, match="other"):
            unit.put(LOAN, theirs)
        with pytest.raises(ValueError, match="other"):
            unit.delete(LOAN, theirs)
        with pytest.raises(ValueError, match="other"):
            unit.expect(LOAN, theirs)


class TestUniqueKeys:
    async def test_a_duplicate_is_a_conflict_that_names_its_fields(self, documents: Storage) -> None:
        await stored(documents, a_loan("1", number="7", series="A", units=1))
        with pytest.raises(Conflict) as refused:
            await stored(documents, a_loan("2", number="7"))
        assert [field.field for field in refused.value.fields] == ["number"]
        with pytest.raises(Conflict) as refused:
            await stored(documents, a_loan("2", series="A", units=1))
        assert [field.field for field in refused.value.fields] == ["series", "units"]
        await stored(documents, a_loan("2", series="A", units=2))

    async def test_none_is_no_duplicate_of_none(self, documents: Storage) -> None:
        await stored(documents, a_loan("1", series="A"), a_loan("2", series="A"), a_loan("3", units=1))
        assert await found(documents) == ["1", "2", "3"]

    async def test_a_duplicate_within_one_unit_is_a_conflict(self, documents: Storage) -> None:
        with pytest.raises(Conflict):
            await stored(documents, a_loan("1", number="7"), a_loan("2", number="7"))
        assert await found(documents) == []

    async def test_a_change_into_a_duplicate_is_a_conflict(self, documents: Storage) -> None:
        _, second = await stored(documents, a_loan("1", number="7"), a_loan("2", number="8"))
        with pytest.raises(Conflict) as refused:
            await stored(documents, msgspec.structs.replace(second, number="7"))
        assert [field.field for field in refused.value.fields] == ["number"]

    async def test_two_documents_may_trade_a_key_in_one_unit(self, documents: Storage) -> None:
        first, second = await stored(
            documents, a_loan("1", number="7", name="one"), a_loan("2", number="8", name="two")
        )
        await stored(documents, msgspec.structs.replace(first, number="8"), msgspec.structs.replace(second, number="7"))
        assert {key: loan.number for key, loan in (await documents.get_many(LOAN, "acme", ["1", "2"])).items()} == {
            "1": "8",
            "2": "7",
        }
        assert await found(documents, Words("one")) == ["1"]

    async def test_a_key_is_free_again_once_its_document_is_deleted_even_in_the_same_unit(
        self, documents: Storage
    ) -> None:
        (loan,) = await stored(documents, a_loan("1", number="7"))
        async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
            unit.put(LOAN, a_loan("2", number="7"))
            unit.delete(LOAN, loan)
        assert await found(documents) == ["2"]


class TestDelete:
    async def test_a_deleted_document_is_found_nowhere(self, documents: Storage) -> None:
        (loan,) = await stored(documents, a_loan(name="Tower", properties=("p",)))
        async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
            unit.delete(LOAN, loan)
        assert await documents.get(LOAN, "acme", "1") is None
        for where in ((), (Words("tower"),), (Contains("properties", "p"),), (Equal("name", "Tower"),)):
            assert await found(documents, *where) == []

    async def test_a_stale_delete_is_refused(self, documents: Storage) -> None:
        (loan,) = await stored(documents, a_loan())
        await stored(documents, msgspec.structs.replace(loan, name="theirs"))
        unit = documents.unit(org="acme", actor="ann", business_date=TODAY)
        unit.delete(LOAN, loan)
        with pytest.raises(Stale):
            await unit.commit()
        assert await found(documents) == ["1"]

    async def test_a_deleted_document_comes_back_as_the_version_after_its_deletion(self, documents: Storage) -> None:
        one, two = await stored(documents, a_loan("1", name="old", number="7"), a_loan("2"))
        async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
            unit.delete(LOAN, one)
        gone, *_ = await documents.history(LOAN, "acme", "1")
        again, changed = await stored(
            documents,
            msgspec.structs.replace(one, name="new", version=gone.version),
            msgspec.structs.replace(two, name="changed"),
        )
        assert await documents.get_many(LOAN, "acme", ["1", "2"]) == {"1": again, "2": changed}
        assert await found(documents, Words("new")) == ["1"]
        revisions = await documents.history(LOAN, "acme", "1")
        assert [(one.version, one.document and one.document.name) for one in revisions] == [
            (3, "new"),
            (2, None),
            (1, "old"),
        ]
        with pytest.raises(Stale):
            await stored(documents, msgspec.structs.replace(one, name="late"))
        assert (await verify(documents, "acme")).sound

    async def test_a_deleted_setting_comes_back_too(self, documents: Storage) -> None:
        for version, back in ((0, 1), (2, 3), (4, 5)):
            async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
                stored = unit.put(SETTING, Setting(id="s", org="acme", version=version, value=f"{version}"))
            assert stored.version == back
            async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
                unit.delete(SETTING, stored)

    @pytest.mark.parametrize("version", [1, 3])
    async def test_a_deleted_document_comes_back_in_no_other_version(self, documents: Storage, version: int) -> None:
        (loan,) = await stored(documents, a_loan())
        async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
            unit.delete(LOAN, loan)
        with pytest.raises(Stale):
            await stored(documents, msgspec.structs.replace(loan, version=version))
        assert await found(documents) == []

    async def test_of_two_that_bring_a_document_back_one_is_stale(self, documents: Storage) -> None:
        (loan,) = await stored(documents, a_loan())
        async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
            unit.delete(LOAN, loan)
        units = [documents.unit(org="acme", actor=actor, business_date=TODAY) for actor in ("ann", "ben")]
        for unit in units:
            unit.put(LOAN, msgspec.structs.replace(loan, version=2))
        outcomes = await asyncio.gather(*(unit.commit() for unit in units), return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [int, Stale]

    async def test_a_document_that_comes_back_may_take_a_key_that_another_gives_up(self, documents: Storage) -> None:
        one, two = await stored(documents, a_loan("1", number="7"), a_loan("2", number="8"))
        async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
            unit.delete(LOAN, one)
        (two,) = await stored(documents, msgspec.structs.replace(two, number="7"))
        with pytest.raises(Conflict):
            await stored(documents, msgspec.structs.replace(one, version=2))
        await stored(
            documents, msgspec.structs.replace(one, version=2), msgspec.structs.replace(two, number="9", name="moved")
        )
        assert {key: loan.number for key, loan in (await documents.get_many(LOAN, "acme", ["1", "2"])).items()} == {
            "1": "7",
            "2": "9",
        }

    async def test_what_is_deleted_and_put_in_one_unit_is_its_next_version(self, documents: Storage) -> None:
        (loan,) = await stored(documents, a_loan(name="old"))
        async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
            unit.delete(LOAN, loan)
            again = unit.put(LOAN, a_loan(name="new"))
        assert again.version == 2
        assert await documents.get(LOAN, "acme", "1") == again

    async def test_what_is_put_and_deleted_in_one_unit_never_was(self, documents: Storage) -> None:
        async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
            unit.delete(LOAN, unit.put(LOAN, a_loan()))
        assert unit.sequence is None
        assert await documents.history(LOAN, "acme", "1") == ()

    async def test_a_document_that_was_never_stored_cannot_be_deleted(self, documents: Storage) -> None:
        with pytest.raises(ValueError, match="never stored"):
            documents.unit(org="acme", actor="ann", business_date=TODAY).delete(LOAN, a_loan())


class TestUnit:
    async def test_sees_its_own_writes_and_nobody_else_does_before_the_commit(self, documents: Storage) -> None:
        one, two = await stored(documents, a_loan("1", name="one"), a_loan("2", name="two"))
        unit = documents.unit(org="acme", actor="ann", business_date=TODAY)
        changed = unit.put(LOAN, msgspec.structs.replace(one, name="changed"))
        unit.delete(LOAN, two)
        new = unit.put(LOAN, a_loan("3"))
        assert await unit.get(LOAN, "1") == changed
        assert await unit.get(LOAN, "2") is None
        assert await unit.get_many(LOAN, ["1", "2", "3", "4"]) == {"1": changed, "3": new}
        together = await unit.get_together({LOAN: ["1", "2", "3", "4"], SETTING: ["none"]})
        assert together == {LOAN: {"1": changed, "3": new}, SETTING: {}}
        assert await unit.find(LOAN) == await unit.every(LOAN) == (changed,)
        assert await documents.get(LOAN, "acme", "1") == one
        assert await documents.get(LOAN, "acme", "3") is None
        await unit.commit()
        assert await documents.get(LOAN, "acme", "1") == changed

    async def test_finds_every_document_however_many_one_call_returns(self, documents: Storage) -> None:
        names = [f"{number:04}" for number in range(1_001)]
        async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
            for name in names:
                unit.put(LOAN, a_loan(name))
        unit = documents.unit(org="acme", actor="ann", business_date=TODAY)
        assert [one.id for one in await unit.every(LOAN)] == names

    async def test_does_what_is_meant_for_a_refusal_where_it_is_refused_alone(self, documents: Storage) -> None:
        (one,) = await stored(documents, a_loan("1", name="one"))
        done: list[str] = []

        async def commit(name: str) -> None:
            async def undo() -> None:
                done.append(f"{name} was refused")

            async def follow() -> None:
                done.append(f"{name} was committed")

            async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
                unit.if_refused(undo)
                unit.afterwards(follow)
                unit.put(LOAN, msgspec.structs.replace(one, name=name))

        await commit("first")
        with pytest.raises(Stale):
            await commit("second")
        assert done == ["first was committed", "second was refused"]

    async def test_a_block_that_raises_stores_nothing(self, documents: Storage) -> None:
        async def broken() -> None:
            async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
                unit.put(LOAN, a_loan())
                raise RuntimeError("on purpose")

        with pytest.raises(RuntimeError, match="on purpose"):
            await broken()
        assert await documents.get(LOAN, "acme", "1") is None
        assert await documents.sequence("acme") == 0

    async def test_adopts_what_was_prepared_elsewhere_as_its_own(self, documents: Storage) -> None:
        one, read = await stored(documents, a_loan("1", name="one"), a_loan("2", number="7"))
        changed = msgspec.structs.replace(one, name="changed", version=2)
        new = a_loan("3", version=1, properties=("a", "b"))
        writes = [(LOAN, changed), (LOAN, new), (SETTING, Setting(id="s", org="acme", version=1, value="x"))]
        prepared = prepare("acme", writes, expectations=[(LOAN, read)], events=[LoanNoticed(loan_id="3")])
        unit = documents.unit(org="acme", actor="ann", business_date=TODAY)
        unit.adopt(msgspec.msgpack.decode(msgspec.msgpack.encode(prepared), type=PreparedUnit))
        assert await unit.get(LOAN, "1") == changed
        assert await unit.get_many(LOAN, ["1", "3"]) == {"1": changed, "3": new}
        assert await unit.commit() == 2
        assert await documents.get(LOAN, "acme", "3") == new
        assert await found(documents, Contains("properties", "b")) == ["3"]
        assert (await verify(documents, "acme")).sound
        (entry,) = await documents.outbox("acme", after=1)
        assert entry.events == b'[{"type":"loans.loan.noticed.v1","loanId":"3"}]'

    async def test_of_what_was_prepared_is_as_stale_as_its_own(self, documents: Storage) -> None:
        one, read = await stored(documents, a_loan("1"), a_loan("2"))
        await stored(documents, msgspec.structs.replace(read, name="theirs"))
        for prepared in (
            prepare("acme", [(LOAN, msgspec.structs.replace(one, version=2))], expectations=[(LOAN, read)]),
            prepare("acme", [(LOAN, msgspec.structs.replace(read, version=2))]),
            prepare("acme", [(LOAN, a_loan("1", version=1))]),
        ):
            unit = documents.unit(org="acme", actor="ann", business_date=TODAY)
            unit.adopt(prepared)
            with pytest.raises((Stale, Conflict)):
                await unit.commit()

    async def test_adopts_nothing_of_another_organization(self, documents: Storage) -> None:
        with pytest.raises(ValueError, match="organization"):
            prepare("acme", [(LOAN, a_loan(org="globex", version=1))])
        unit = documents.unit(org="acme", actor="ann", business_date=TODAY)
        with pytest.raises(ValueError, match="organization"):
            unit.adopt(prepare("globex", [(LOAN, a_loan(org="globex", version=1))]))

    async def test_an_expected_document_that_changed_makes_it_stale(self, documents: Storage) -> None:
        (read,) = await stored(documents, a_loan("1"))
        await stored(documents, msgspec.structs.replace(read, name="theirs"))
        unit = documents.unit(org="acme", actor="ann", business_date=TODAY)
        unit.expect(LOAN, read)
        unit.put(LOAN, a_loan("2"))
        with pytest.raises(Stale):
            await unit.commit()
        assert await found(documents) == ["1"]

    async def test_an_expected_document_that_was_deleted_makes_it_stale(self, documents: Storage) -> None:
        (read,) = await stored(documents, a_loan("1"))
        async with documents.unit(org="acme", actor="ann", business_date=TODAY) as theirs:
            theirs.delete(LOAN, read)
        unit = documents.unit(org="acme", actor="ann", business_date=TODAY)
        unit.expect(LOAN, read)
        with pytest.raises(Stale):
            await unit.commit()

    async def test_an_expected_document_that_did_not_change_is_fine(self, documents: Storage) -> None:
        (read,) = await stored(documents, a_loan("1"))
        async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
            unit.expect(LOAN, read)
            unit.put(LOAN, a_loan("2"))
        assert unit.sequence == 2

    async def test_nothing_to_commit_makes_no_entry(self, documents: Storage) -> None:
        unit = documents.unit(org="acme", actor="ann", business_date=TODAY)
        assert await unit.commit() is None
        assert await documents.organizations() == ()

    async def test_events_alone_make_an_entry(self, documents: Storage) -> None:
        async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
            unit.emit(LoanNoticed(loan_id="1"))
        assert unit.sequence == 1
        (outgoing,) = await documents.outbox("acme", after=0)
        assert msgspec.json.decode(outgoing.events) == [{"type": "loans.loan.noticed.v1", "loanId": "1"}]
        assert outgoing.business_date == TODAY

    async def test_a_second_commit_answers_as_the_first(self, documents: Storage) -> None:
        unit = documents.unit(org="acme", actor="ann", business_date=TODAY)
        unit.put(LOAN, a_loan())
        assert await unit.commit() == await unit.commit() == unit.sequence == 1
        again = documents.unit(org="acme", actor="ann", business_date=TODAY)
        again.put(LOAN, a_loan())
        for _ in range(2):
            with pytest.raises(Conflict):
                await again.commit()

    async def test_is_closed_once_committed(self, documents: Storage) -> None:
        unit = documents.unit(org="acme", actor="ann", business_date=TODAY)
        unit.put(LOAN, a_loan())
        await unit.commit()
        with pytest.raises(RuntimeError, match="committed"):
            unit.put(LOAN, a_loan("2"))

    async def test_a_caller_that_gives_up_while_it_commits_undoes_nothing(self, documents: Storage) -> None:
        unit = documents.unit(org="acme", actor="ann", business_date=TODAY)
        unit.put(LOAN, a_loan())
        waiting = asyncio.create_task(unit.commit())
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert await unit.commit() == 1
        assert await found(documents) == ["1"]

    async def test_does_afterwards_what_it_was_told_to_before_its_caller_goes_on(self, documents: Storage) -> None:
        heard: list[int] = []

        async def tell() -> None:
            heard.append(await documents.sequence("acme"))

        unit = documents.unit(org="acme", actor="ann", business_date=TODAY)
        unit.put(LOAN, a_loan())
        unit.afterwards(tell)
        assert heard == []
        assert (await unit.commit(), await unit.commit(), unit.sequence) == (1, 1, 1)
        assert heard == [1]

    async def test_does_nothing_afterwards_where_it_is_refused(self, documents: Storage) -> None:
        heard: list[str] = []

        async def tell() -> None:
            heard.append("told")

        (loan,) = await stored(documents, a_loan())
        late = documents.unit(org="acme", actor="ann", business_date=TODAY)
        late.put(LOAN, msgspec.structs.replace(loan, name="Late"))
        late.afterwards(tell)
        await stored(documents, msgspec.structs.replace(loan, name="Early"))
        with pytest.raises(Stale):
            await late.commit()
        assert heard == []


LARGE = ["9999999999.99999999", "10000000000", "10000000000.01", "9999999999999.98", "9999999999999.99"]


class TestFind:
    @pytest.mark.parametrize(
        ("field", "ascending"),
        [
            ("name", ["", "A", "Z", "a", "é", "漢", "😀"]),
            (
                "balance",
                [
                    None,
                    "-9999999999999.99",
                    "-10000000000",
                    "-9999999999.99999999",
                    "-1",
                    "0",
                    "0.00000001",
                    "0.5",
                    "2",
                    "10",
                    "9999999999.99",
                    *LARGE,
                ],
            ),
            ("status", [Status.CURRENT, Status.LATE]),
            ("maturity_date", [None, datetime.date(1999, 12, 31), datetime.date(2026, 2, 28)]),
            ("securitized", [False, True]),
            ("units", [None, -(2**62), -1, 0, 9, 10, 2**62]),
            (
                "reported_at",
                [
                    None,
                    datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.timezone(datetime.timedelta(hours=5))),
                    datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC),
                    datetime.datetime(2026, 1, 1, 12, 0, 0, 1, tzinfo=datetime.UTC),
                    datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.timezone(datetime.timedelta(hours=-5))),
                ],
            ),
        ],
    )
    async def test_orders_as_the_business_does_with_none_first(
        self, documents: Storage, field: str, ascending: list[Any]
    ) -> None:
        values = [Decimal(value) if field == "balance" and value else value for value in ascending]
        loans = [a_loan(str(place), **{field: value}) for place, value in enumerate(values)]
        await stored(documents, *reversed(loans))
        expected = [loan.id for loan in loans]
        assert await found(documents, order=Order(field)) == expected
        assert await found(documents, order=Order(field, descending=True)) == expected[::-1]
        for limit in (1, 2, 3):
            assert await paged(documents, order=Order(field), limit=limit) == expected
            assert await paged(documents, order=Order(field, descending=True), limit=limit) == expected[::-1]
        for loan, value in zip(loans, values, strict=True):
            assert await found(documents, Equal(field, value)) == [loan.id]
            assert await found(documents, Equal(field, value), order=Order(field)) == [loan.id]
        present = [loan.id for loan, value in zip(loans, values, strict=True) if value is not None]
        assert await found(documents, Between(field), order=Order(field)) == present
        ends = [value for value in values if value is not None]
        assert await found(documents, Between(field, ends[1], None), order=Order(field)) == present[1:]
        assert await found(documents, Between(field, None, ends[-2]), order=Order(field)) == present[:-1]
        assert await found(documents, Between(field, ends[0], ends[0])) == present[:1]
        assert sorted(await found(documents, AnyOf(field, (values[0], values[-1], values[-1])))) == sorted(
            {expected[0], expected[-1]}
        )

    async def test_without_an_order_ids_are_in_order(self, documents: Storage) -> None:
        ids = [new_id() for _ in range(7)]
        await stored(documents, *(a_loan(key) for key in reversed(ids)))
        assert await paged(documents, order=None, limit=2) == sorted(ids)

    async def test_equal_values_are_paged_by_id_in_the_same_direction(self, documents: Storage) -> None:
        await stored(documents, *(a_loan(str(place), balance=Decimal(place // 3)) for place in range(9)))
        forwards = [str(place) for place in range(9)]
        for limit in (1, 2, 4, 9, 10):
            assert await paged(documents, order=Order("balance"), limit=limit) == forwards
            assert await paged(documents, order=Order("balance", descending=True), limit=limit) == forwards[::-1]

    async def test_clauses_all_hold_at_once(self, documents: Storage) -> None:
        await stored(
            documents,
            a_loan("1", name="Oak Tower", balance=Decimal(10), units=1, properties=("p", "q")),
            a_loan("2", name="Oak Plaza", balance=Decimal(20), units=1, properties=("p",)),
            a_loan("3", name="Elm Tower", balance=Decimal(30), units=2, properties=("q",)),
            a_loan("4", name="Elm Plaza", balance=Decimal(40), properties=()),
        )
        for order in (None, Order("balance"), Order("name"), Order("units"), Order("maturity_date")):
            assert await found(documents, Words("tow"), Contains("properties", "q"), order=order) in (
                ["1", "3"],
                ["3", "1"],
            )
            assert await found(
                documents, Words("oak"), Equal("units", 1), Between("balance", Decimal(15)), order=order
            ) == ["2"]
            assert await found(documents, StartsWith("name", "Elm"), AnyOf("units", (2, 3)), order=order) == ["3"]
            assert await found(documents, Equal("units", None), order=order) == ["4"]
            assert await found(documents, Equal("units", 1), Equal("units", 2), order=order) == []
            assert await found(documents, AnyOf("units", ()), order=order) == []

    async def test_a_page_is_not_disturbed_by_what_is_stored_meanwhile(self, documents: Storage) -> None:
        await stored(documents, *(a_loan(f"m{place}", balance=Decimal(place)) for place in range(0, 10, 2)))
        first = await documents.find(LOAN, "acme", order=Order("balance"), limit=2)
        assert [loan.id for loan in first.items] == ["m0", "m2"]
        await stored(documents, a_loan("m1", balance=Decimal(1)), a_loan("m3", balance=Decimal(3)))
        (two,) = [loan for loan in first.items if loan.id == "m2"]
        async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
            unit.delete(LOAN, two)
        rest = await documents.find(LOAN, "acme", order=Order("balance"), after=first.next, limit=10)
        assert [loan.id for loan in rest.items] == ["m3", "m4", "m6", "m8"]

    @pytest.mark.parametrize("text", ["%", "_", "100%", "a'b", 'a"b', "\\", "é", "\U0010ffff"])
    async def test_a_prefix_is_taken_literally(self, documents: Storage, text: str) -> None:
        await stored(
            documents, a_loan("1", name=f"{text} Main Street"), a_loan("2", name="another"), a_loan("3", name=text)
        )
        for order in (None, Order("name"), Order("units")):
            assert sorted(await found(documents, StartsWith("name", text), order=order)) == ["1", "3"]

    async def test_an_empty_prefix_matches_every_text(self, documents: Storage) -> None:
        await stored(documents, a_loan("1", name=""), a_loan("2", name="x"))
        assert await found(documents, StartsWith("name", "")) == ["1", "2"]

    @pytest.mark.parametrize(
        ("name", "matching", "missing"),
        [
            ("Zürich Tower", ["zur", "ZURICH", "tower zürich", "Züri TOW"], ["rich", "zürich plaza", "urich"]),
            ("Straße 5", ["strasse", "STRASSE 5", "stras"], ["5th", "trasse"]),
            ("O'Hare—Park/Plaza", ["hare", "park plaza", "o hare"], ["ohare"]),
            ("Αθήνα Κέντρο", ["αθηνα", "ΑΘΉΝΑ", "κεν"], ["θηνα"]),
            ("Москва Йошкар", ["москва", "йош", "МОСК"], ["сква"]),
            ("三菱 ビル", ["三", "ビル", "三菱"], ["菱"]),
            ("नई दिल्ली", ["दिल्ली", "नई", "दिल"], ["ल्ली"]),
            ("مركز الرياض", ["الرياض", "مركز"], ["ياض"]),
            ("İstanbul", ["istanbul", "ist"], ["tanbul"]),
            ("ﬁrst café", ["first", "cafe", "CAFÉ"], ["irst"]),
            ("park parkway", ["park", "park parkw"], ["parks"]),
        ],
    )
    async def test_words_are_found_without_case_and_accents_in_any_script(
        self, documents: Storage, name: str, matching: list[str], missing: list[str]
    ) -> None:
        await stored(documents, a_loan("1", name=name), a_loan("2", name="unlike", borrower=name), a_loan("3"))
        for order in (None, Order("balance")):
            for text in matching:
                assert await found(documents, Words(text), order=order) == ["1", "2"]
            for text in missing:
                assert await found(documents, Words(text), order=order) == []

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("arbo", ["1", "2", "3"]),
            ("BOR ower", ["1"]),
            ("harbor", ["1", "2"]),
            ("rbour", ["3"]),
            ("or tow", ["1"]),
            ("rt", []),
            ("%", []),
        ],
    )
    async def test_words_may_be_found_within_words(self, documents: Storage, text: str, expected: list[str]) -> None:
        names = {"1": "Harbor Tower", "2": "Old Harbor", "3": "Hârbour"}
        await stored(documents, *(a_loan(key, name=name) for key, name in names.items()))
        for order in (None, Order("balance")):
            assert await found(documents, Words(text, within=True), order=order) == expected
        assert await documents.count(LOAN, "acme", Words(text, within=True)) == len(expected)

    @pytest.mark.parametrize("text", ["", " ", "%", "_", "*-…", "\u200b"])
    async def test_a_text_without_a_word_finds_nothing(self, documents: Storage, text: str) -> None:
        await stored(documents, a_loan("1", name="100 % Oak_"))
        assert await found(documents, Words(text)) == []

    async def test_words_and_members_follow_every_change(self, documents: Storage) -> None:
        (loan,) = await stored(documents, a_loan(name="Oak Tower", properties=("p", "q")))
        (loan,) = await stored(documents, msgspec.structs.replace(loan, name="Oak Plaza", properties=("q", "r")))
        for where, expected in (
            (Words("oak"), ["1"]),
            (Words("tower"), []),
            (Words("plaza"), ["1"]),
            (Contains("properties", "p"), []),
            (Contains("properties", "q"), ["1"]),
            (Contains("properties", "r"), ["1"]),
        ):
            assert await found(documents, where) == expected

    async def test_only_declared_fields_can_be_asked_for(self, documents: Storage) -> None:
        for where in (Equal("borrower", "x"), Contains("name", "x"), StartsWith("properties", "x")):
            with pytest.raises(ValueError, match="no "):
                await documents.find(LOAN, "acme", where)
        with pytest.raises(ValueError, match="borrower"):
            await documents.find(LOAN, "acme", order=Order("borrower"))
        with pytest.raises(ValueError, match="words"):
            await documents.count(SETTING, "acme", Words("x"))

    @pytest.mark.parametrize(
        "clause",
        [
            Equal("maturity_date", "2026-01-31"),
            Equal("maturity_date", datetime.datetime(2026, 1, 31, tzinfo=datetime.UTC)),
            Between("balance", "1"),
            AnyOf("units", (1, "2")),
            StartsWith("units", "1"),
            Equal("units", True),
        ],
    )
    async def test_a_field_is_compared_with_its_own_type(self, documents: Storage, clause: Where) -> None:
        with pytest.raises(TypeError, match="is compared with"):
            await documents.find(LOAN, "acme", clause)

    async def test_an_enumeration_may_be_named_by_its_value_and_a_decimal_by_an_integer(
        self, documents: Storage
    ) -> None:
        await stored(documents, a_loan(status=Status.LATE, balance=Decimal("5.00")))
        assert await found(documents, Equal("status", "late"), Equal("balance", 5)) == ["1"]

    @pytest.mark.parametrize("limit", [0, -1, 1001])
    async def test_a_page_is_bounded(self, documents: Storage, limit: int) -> None:
        with pytest.raises(ValueError, match="1000"):
            await documents.find(LOAN, "acme", limit=limit)

    async def test_get_many_is_bounded_and_returns_what_exists(self, documents: Storage) -> None:
        await stored(documents, *(a_loan(str(place)) for place in range(5)))
        some = await documents.get_many(LOAN, "acme", ["4", "1", "1", "nothing", 'quo"te'])
        assert {key: loan.id for key, loan in some.items()} == {"4": "4", "1": "1"}
        with pytest.raises(ValueError, match="1000"):
            await documents.get_many(LOAN, "acme", ["x"] * 1001)


class TestSums:
    async def test_are_exact_and_by_the_other_field(self, documents: Storage) -> None:
        most = Decimal("9999999999.99")
        await stored(
            documents,
            *(a_loan(f"m{place}", balance=most, rate=Decimal("0.05")) for place in range(20)),
            a_loan("1", balance=Decimal("-0.01"), rate=Decimal("0.05")),
            a_loan("2", balance=Decimal("7.00000001"), rate=Decimal("0.12345678")),
            a_loan("3", balance=None, rate=Decimal("0.12345678")),
            a_loan("4", balance=Decimal(5), rate=None),
            a_loan("5", balance=Decimal(3), rate=Decimal("0.05"), status=Status.LATE),
        )
        await stored(documents, a_loan("1", org="other", balance=Decimal(1000), rate=Decimal("0.05")))
        current = await documents.sums(LOAN, "acme", Equal("status", Status.CURRENT), of="balance", by="rate")
        assert {group.value: (group.count, group.sum) for group in current} == {
            Decimal("0.05"): (21, 20 * most - Decimal("0.01")),
            Decimal("0.12345678"): (2, Decimal("7.00000001")),
            None: (1, Decimal(5)),
        }
        assert len(current) == 3
        everything = await documents.sums(LOAN, "acme", of="balance", by="rate")
        assert sum(group.sum for group in everything) == 20 * most + Decimal("14.99000001")
        both = AnyOf("status", (Status.CURRENT, Status.LATE))
        narrowed = await documents.sums(LOAN, "acme", both, Equal("balance", Decimal(3)), of="balance", by="rate")
        assert [(group.value, group.count, group.sum) for group in narrowed] == [(Decimal("0.05"), 1, Decimal(3))]
        assert await documents.sums(LOAN, "nobody", of="balance", by="rate") == ()
        assert await documents.sums(LOAN, "acme", AnyOf("status", ()), of="balance", by="rate") == ()

    async def test_of_large_amounts_are_exact_too(self, documents: Storage) -> None:
        largest, finest = Decimal("9999999999999.99"), Decimal("0.00000001")
        balances = [largest, largest, -largest, Decimal("10000000000.01"), Decimal(-10_000_000_000), finest, None]
        loans = (a_loan(str(place), balance=one, rate=largest) for place, one in enumerate(balances))
        await stored(documents, *loans)
        [group] = await documents.sums(LOAN, "acme", of="balance", by="rate")
        assert (group.value, group.count, group.sum) == (largest, 7, largest + Decimal("0.01") + finest)

    @pytest.mark.parametrize(
        ("of", "by"), [("name", "rate"), ("balance", "name"), ("number", "rate"), ("units", "rate")]
    )
    async def test_are_of_indexed_decimals_alone(self, documents: Storage, of: str, by: str) -> None:
        with pytest.raises(ValueError, match=r"is not a decimal|no index"):
            await documents.sums(LOAN, "acme", of=of, by=by)


class TestHistory:
    async def test_tells_every_version_newest_first_and_who_made_it(self, documents: Storage) -> None:
        (loan,) = await stored(documents, a_loan(name="first"))
        async with documents.unit(org="acme", actor="ben", business_date=datetime.date(2026, 2, 1)) as unit:
            loan = unit.put(LOAN, msgspec.structs.replace(loan, name="second"))
            unit.put(LOAN, a_loan("2"))
        async with documents.unit(org="acme", actor="cem", business_date=TODAY) as unit:
            unit.delete(LOAN, loan)
        revisions = await documents.history(LOAN, "acme", "1")
        assert [(one.version, one.sequence, one.actor) for one in revisions] == [
            (3, 3, "cem"),
            (2, 2, "ben"),
            (1, 1, "ann"),
        ]
        assert [one.document and one.document.name for one in revisions] == [None, "second", "first"]
        assert revisions[1].business_date == datetime.date(2026, 2, 1)
        assert revisions[0].at >= revisions[1].at >= revisions[2].at
        assert await documents.history(LOAN, "acme", "1", limit=1) == revisions[:1]
        for moment, expected in (
            (revisions[2].at - datetime.timedelta(microseconds=1), None),
            (revisions[2].at, "first"),
            (revisions[1].at.astimezone(datetime.timezone(datetime.timedelta(hours=9))), "second"),
            (revisions[0].at, None),
        ):
            known = await documents.as_known_at(LOAN, "acme", "1", moment)
            assert (known and known.name) == expected


class TestJournal:
    async def test_an_entry_holds_who_when_and_what(self, documents: Storage) -> None:
        (loan,) = await stored(documents, a_loan())
        async with documents.unit(org="acme", actor="ben", business_date=datetime.date(2026, 2, 1)) as unit:
            unit.delete(LOAN, loan)
            unit.put(SETTING, Setting(id="s", org="acme", value="v"))
            unit.emit(LoanNoticed(loan_id="1"))
        first, second = await documents.entries("acme")
        assert (first.sequence, second.sequence) == (1, 2)
        assert (second.service, second.org, second.actor) == ("loans", "acme", "ben")
        assert second.business_date == datetime.date(2026, 2, 1)
        assert second.previous_hash == first.hash != second.hash
        assert first.at <= second.at
        assert [(write.kind, write.id, write.version) for write in second.writes] == [
            ("loan", "1", 2),
            ("setting", "s", 1),
        ]
        assert second.writes[0].document is None
        assert msgspec.json.decode(first.writes[0].document or b"", type=Loan) == loan
        assert await documents.entries("acme", after=1) == (second,)
        assert await documents.entries("acme", limit=1) == (first,)
        assert [one.sequence for one in await documents.outbox("acme", after=0)] == [1, 2]
        assert [one.sequence for one in await documents.outbox("acme", after=1, limit=5)] == [2]

    async def test_big_entries_come_in_smaller_pages_and_none_is_left_out(self, documents: Storage) -> None:
        for batch in range(3):
            await stored(documents, *(a_loan(f"{batch}-{place}") for place in range(900)))
        seen: list[int] = []
        while entries := await documents.entries("acme", after=seen[-1] if seen else 0):
            seen += [entry.sequence for entry in entries]
            assert sum(len(entry.writes) for entry in entries) <= 2000
        assert seen == [1, 2, 3]

    async def test_sequences_have_no_gap_under_concurrent_units_of_which_some_fail(self, documents: Storage) -> None:
        (contended,) = await stored(documents, a_loan("contended"))

        async def attempt(place: int) -> int | None:
            unit = documents.unit(org=f"org{place % 3}" if place % 4 else "acme", actor="ann", business_date=TODAY)
            unit.put(LOAN, a_loan(f"loan{place}", org=unit.org, number=str(place // 10)))
            if unit.org == "acme" and place % 8 == 0:
                unit.put(LOAN, msgspec.structs.replace(contended, name=str(place)))
            unit.emit(LoanNoticed(loan_id=str(place)))
            try:
                return await unit.commit()
            except (Conflict, Stale):
                return None

        outcomes = await asyncio.gather(*(attempt(place) for place in range(200)))
        succeeded = [sequence for sequence in outcomes if sequence is not None]
        assert 0 < len(succeeded) < 200
        sequences = {org: await documents.sequence(org) async for org in organizations(documents)}
        assert sum(sequences.values()) == len(succeeded) + 1
        for org, last in sequences.items():
            entries = await documents.entries(org, limit=500)
            assert [entry.sequence for entry in entries] == list(range(1, last + 1))
        winners = [revision for revision in await documents.history(LOAN, "acme", "contended") if revision.version == 2]
        assert len(winners) == 1

    async def test_commits_are_told_before_their_caller_goes_on(self, documents: Storage) -> None:
        told: list[tuple[str, str, int]] = []
        first = documents.telling(lambda org, sequence: told.append(("first", org, sequence)))
        second = documents.telling(lambda org, sequence: told.append(("second", org, sequence)))
        await stored(first, a_loan())
        assert told == [("first", "acme", 1)]
        await stored(second, a_loan(org="other"))
        assert told[1:] == [("second", "other", 1)], "each process hears of its own commits only"
        await first.unit(org="acme", actor="ann", business_date=TODAY).commit()
        with pytest.raises(Stale):
            await stored(first, a_loan(version=7))
        assert len(told) == 2, "of what was not committed nobody hears"
        assert await first.get(LOAN, "other", "1") == await documents.get(LOAN, "other", "1")

    async def test_everything_is_there_after_reopening(self, address: str) -> None:
        opened = await open_documents(address, "loans", KINDS)
        (loan,) = await stored(opened, a_loan(name="Tower", number="7"))
        await stored(opened, a_loan(org="other"))
        (entry,) = await opened.entries("acme")
        assert await opened.move("relay", Mark("2", 7))
        await opened.close()
        again = await open_documents(address, "loans", KINDS)
        assert await again.get(LOAN, "acme", "1") == loan
        assert [(org, await again.sequence(org)) async for org in organizations(again)] == [("acme", 1), ("other", 1)]
        assert await again.mark("relay") == Mark("2", 7)
        await stored(again, msgspec.structs.replace(loan, name="Plaza"))
        _, second = await again.entries("acme")
        assert second.previous_hash == entry.hash
        with pytest.raises(Conflict):
            await stored(again, a_loan("2", number="7"))
        await again.close()

    async def test_closing_twice_is_closing_once(self, address: str) -> None:
        opened = await open_documents(address, "loans", KINDS)
        await opened.close()
        await opened.close()
        unit = opened.unit(org="acme", actor="ann", business_date=TODAY)
        unit.emit(LoanNoticed(loan_id="1"))
        with pytest.raises(RuntimeError, match="closed"):
            await unit.commit()


class TestOutgoing:
    async def test_is_of_all_organizations_as_they_committed_page_by_page(self, documents: Storage) -> None:
        for place in range(7):
            await stored(documents, a_loan(str(place), org=f"org{place % 3}"))
        found: list[Outgoing] = []
        while page := await documents.outgoing(after=found[-1].place if found else "", limit=3):
            found += page
        assert [(one.org, one.sequence) for one in found] == [
            ("org0", 1), ("org1", 1), ("org2", 1), ("org0", 2), ("org1", 2), ("org2", 2), ("org0", 3),
        ]  # fmt: skip
        assert await documents.outgoing(after=found[-1].place) == ()

    async def test_ends_where_fewer_come_than_were_asked_for_and_their_events_are_small(
        self, documents: Storage
    ) -> None:
        name = "n" * -(-EVENT_BYTES_AT_ONCE // 3)
        for _ in range(7):
            async with documents.unit(org="acme", actor="ann", business_date=TODAY) as unit:
                unit.emit(LoanNoticed(loan_id=name))
        sequences, after, place = [], 0, ""
        for whole in (False, False, True):
            of_all = await documents.outgoing(after=place, limit=10)
            found = await documents.outbox("acme", after=after, limit=10)
            assert [one.sequence for one in of_all] == [one.sequence for one in found]
            assert are_all(of_all, 10) is are_all(found, 10) is whole
            sequences.append([one.sequence for one in found])
            after, place = found[-1].sequence, of_all[-1].place
        assert sequences == [[1, 2, 3], [4, 5, 6], [7]]
        assert not are_all(await documents.outbox("acme", after=0, limit=2), 2)

    async def test_organizations_are_walked_page_by_page(self, documents: Storage) -> None:
        for place in (3, 1, 2):
            await stored(documents, a_loan(org=f"org{place}"))
        assert await documents.organizations(limit=2) == ("org1", "org2")
        assert await documents.organizations(after="org2") == ("org3",)


class TestStoredBytes:
    async def test_counts_what_an_organization_ever_wrote(self, documents: Storage) -> None:
        assert await documents.stored_bytes("acme") == 0
        (loan,) = await stored(documents, a_loan(name="Plaza"))
        (entry,) = await documents.entries("acme")
        size = len(entry.writes[0].document or b"") + len(entry.events)
        assert await documents.stored_bytes("acme") == size > 50
        await stored(documents, loan)
        assert await documents.stored_bytes("acme") == 2 * size
        assert await documents.stored_bytes("bay") == 0

    async def test_is_the_same_to_who_opens_the_store_anew(self, documents: Storage, address: str) -> None:
        (loan,) = await stored(documents, a_loan(name="Plaza"))
        await stored(documents, loan)
        counted = await documents.stored_bytes("acme")
        await documents.close()
        again = await open_documents(address, "loans", KINDS)
        assert await again.stored_bytes("acme") == counted
        await again.close()


class TestMarks:
    async def test_stand_at_the_beginning_until_they_are_moved(self, documents: Storage) -> None:
        assert await documents.mark("relay") == Mark("", 0)
        assert await documents.move("relay", Mark("12", 2**50))
        mark = await documents.mark("relay")
        assert (mark, type(mark.token)) == (Mark("12", 2**50), int)
        assert await documents.mark("another") == Mark("", 0)

    async def test_are_not_moved_by_who_has_lost_the_lease(self, documents: Storage) -> None:
        assert await documents.move("relay", Mark("12", 3))
        assert not await documents.move("relay", Mark("99", 2))
        assert await documents.mark("relay") == Mark("12", 3)
        assert await documents.move("relay", Mark("13", 3))


async def test_an_unknown_scheme_is_refused() -> None:
    with pytest.raises(ValueError, match="sqlite:///"):
        await open_documents("oracle://somewhere", "loans", KINDS)

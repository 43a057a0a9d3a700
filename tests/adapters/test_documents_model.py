"""Documents behave as a plain dictionary that remembers everything, whatever is done to them in whatever order."""

from __future__ import annotations

import asyncio
import datetime
import shutil
import tempfile
from collections.abc import Coroutine
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from realinsights_platform.documents.journal import verify
from realinsights_platform.documents.journal_port import Storage
from realinsights_platform.documents.opening import open_documents
from realinsights_platform.documents.port import (
    AnyOf,
    Between,
    Contains,
    Document,
    Either,
    Equal,
    Kind,
    Order,
    StartsWith,
    Where,
    Words,
)
from realinsights_platform.errors import Conflict, Stale

T = TypeVar("T")

TODAY = datetime.date(2026, 1, 31)


class Loan(Document, frozen=True, kw_only=True):
    number: str | None = None
    name: str = ""
    balance: Decimal | None = None
    maturity_date: datetime.date | None = None
    tags: tuple[str, ...] = ()


LOAN = Kind(
    "loans",
    "loan",
    Loan,
    indexes=("name", "balance", "maturity_date"),
    members=("tags",),
    words=("name",),
    unique=(("number",),),
)

ORGS = ("acme", "other")
IDS = [f"{place:02}" for place in range(12)]
NAMES = ["", "oak", "Oak Tower", "Öak plaza", "elm", "Elm Tower", "oak oak"]
BALANCES = [None, Decimal(-1), Decimal(0), Decimal("0.01"), Decimal(7), Decimal("7.00000001"), Decimal(900)]
DATES = [None, datetime.date(2026, 1, 1), datetime.date(2026, 2, 1), datetime.date(2031, 12, 31)]
TAGS = ["a", "b", "c d"]

values = st.fixed_dictionaries(
    {
        "number": st.sampled_from([None, "1", "2", "3", "4"]),
        "name": st.sampled_from(NAMES),
        "balance": st.sampled_from(BALANCES),
        "maturity_date": st.sampled_from(DATES),
        "tags": st.lists(st.sampled_from(TAGS), max_size=3, unique=True).map(tuple),
    }
)
clauses: st.SearchStrategy[Where] = st.one_of(
    st.builds(Equal, st.just("name"), st.sampled_from(NAMES)),
    st.builds(Equal, st.just("balance"), st.sampled_from(BALANCES)),
    st.builds(AnyOf, st.just("maturity_date"), st.lists(st.sampled_from(DATES), max_size=3).map(tuple)),
    st.builds(Between, st.just("balance"), st.sampled_from(BALANCES), st.sampled_from(BALANCES)),
    st.builds(Between, st.just("maturity_date"), st.sampled_from(DATES), st.sampled_from(DATES)),
    st.builds(
        lambda *groups: Either(groups),
        st.tuples(
            st.builds(Equal, st.just("name"), st.sampled_from(NAMES)),
            st.builds(Between, st.just("balance"), st.sampled_from(BALANCES), st.sampled_from(BALANCES)),
        ),
        st.tuples(st.builds(Between, st.just("maturity_date"), st.sampled_from(DATES), st.sampled_from(DATES))),
    ),
    st.builds(
        lambda *groups: Either(groups),
        st.tuples(st.builds(Contains, st.just("tags"), st.sampled_from(TAGS))),
        st.tuples(
            st.builds(Contains, st.just("tags"), st.sampled_from(TAGS)),
            st.builds(Equal, st.just("name"), st.sampled_from(NAMES)),
        ),
        st.tuples(
            st.builds(Equal, st.just("name"), st.sampled_from(NAMES)),
            st.builds(Contains, st.just("tags"), st.sampled_from(TAGS)),
        ),
    ),
    st.builds(StartsWith, st.just("name"), st.sampled_from(["", "o", "Oak", "Öak", "Elm T", "x"])),
    st.builds(Contains, st.just("tags"), st.sampled_from(TAGS)),
    st.builds(Words, st.sampled_from(["", "oak", "OA", "öak to", "tower elm", "oak plaza", "x"])),
)
orders = st.none() | st.builds(Order, st.sampled_from(LOAN.indexes), st.booleans())


def folded(text: str) -> list[str]:
    return text.casefold().replace("ö", "o").split()


def matches(loan: Loan, clause: Where) -> bool:
    match clause:
        case Either(groups):
            return any(all(matches(loan, each) for each in group) for group in groups)
        case Words(text):
            own = folded(loan.name)
            sought = folded(text)
            return bool(sought) and all(any(word.startswith(prefix) for word in own) for prefix in sought)
        case Contains(_, value):
            return value in loan.tags
        case Equal(field, _) | AnyOf(field, _):
            return getattr(loan, field) in ((clause.value,) if isinstance(clause, Equal) else clause.values)
        case StartsWith(_, text):
            return loan.name.startswith(text)
        case Between(field, at_least, at_most):
            own_value = getattr(loan, field)
            return (
                own_value is not None
                and (at_least is None or own_value >= at_least)
                and (at_most is None or own_value <= at_most)
            )


def placed(loan: Loan, field: str) -> tuple[Any, ...]:
    value = getattr(loan, field)
    return (0, loan.id) if value is None else (1, value, loan.id)


class DocumentsAndADictionary(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.runner = asyncio.Runner()
        self.stored: dict[tuple[str, str], Loan] = {}
        self.past: dict[tuple[str, str], list[Loan | None]] = {}
        self.versions: dict[tuple[str, str], int] = {}
        self.sequences = dict.fromkeys(ORGS, 0)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(coroutine)

    async def opened(self) -> Storage:
        return await open_documents(self.address(), "loans", [LOAN])

    def address(self) -> str:
        return f"sqlite:///{self.folder}/loans.sqlite"

    @initialize()
    def open(self) -> None:
        self.documents = self.run(self.opened())

    @rule()
    def reopen(self) -> None:
        self.run(self.documents.close())
        self.documents = self.run(self.opened())

    @rule(
        org=st.sampled_from(ORGS),
        changes=st.dictionaries(
            st.sampled_from(IDS),
            st.tuples(values, st.sampled_from(["put", "put", "delete", "stale"])),
            min_size=1,
            max_size=6,
        ),
    )
    def commit(self, org: str, changes: dict[str, tuple[dict[str, Any], str]]) -> None:
        unit = self.documents.unit(org=org, actor="ann", business_date=TODAY)
        after = {key: loan for (owner, key), loan in self.stored.items() if owner == org}
        written: dict[str, Loan | None] = {}
        versions: dict[tuple[str, str], int] = {}
        stale = False
        for key, (new, what) in changes.items():
            present = after.get(key)
            if what == "delete" and present is not None:
                unit.delete(LOAN, present)
                written[key] = None
                versions[org, key] = present.version + 1
                del after[key]
            elif what == "stale" and present is not None and present.version > 1:
                unit.put(LOAN, msgspec.structs.replace(present, version=present.version - 1, **new))
                stale = True
            elif what == "put":
                base = self.versions.get((org, key), 0)
                written[key] = after[key] = unit.put(LOAN, Loan(id=key, org=org, version=base, **new))
                versions[org, key] = after[key].version
                assert after[key].version == base + 1
        numbers = [loan.number for loan in after.values() if loan.number is not None]
        if stale:
            with pytest.raises((Stale, Conflict)):
                self.run(unit.commit())
        elif len(numbers) != len(set(numbers)):
            with pytest.raises(Conflict):
                self.run(unit.commit())
        else:
            sequence = self.run(unit.commit())
            if written:
                self.sequences[org] += 1
            assert sequence == (self.sequences[org] if written else None)
            self.versions |= versions
            for key, loan in written.items():
                self.past.setdefault((org, key), []).append(loan)
                self.stored.pop((org, key), None)
                if loan is not None:
                    self.stored[org, key] = loan

    @rule(org=st.sampled_from(ORGS), where=st.lists(clauses, max_size=3), order=orders, limit=st.integers(1, 5))
    def find(self, org: str, where: list[Where], order: Order | None, limit: int) -> None:
        expected = [
            loan
            for (owner, _), loan in self.stored.items()
            if owner == org and all(matches(loan, clause) for clause in where)
        ]
        expected.sort(key=lambda loan: loan.id)
        if order is not None:
            expected.sort(key=lambda loan: placed(loan, order.field), reverse=order.descending)
        found: list[Loan] = []
        after = None
        while True:
            page = self.run(self.documents.find(LOAN, org, *where, order=order, after=after, limit=limit))
            found += page.items
            after = page.next
            if after is None:
                break
            assert len(page.items) == limit
        assert found == expected
        assert self.run(self.documents.count(LOAN, org, *where)) == len(expected)

    @precondition(lambda self: self.past)
    @rule(data=st.data())
    def look_back(self, data: st.DataObject) -> None:
        org, key = data.draw(st.sampled_from(sorted(self.past)))
        revisions = self.run(self.documents.history(LOAN, org, key))
        assert [revision.document for revision in revisions] == self.past[org, key][::-1]
        assert [revision.version for revision in revisions] == list(range(len(revisions), 0, -1))
        for revision in revisions:
            known = self.run(self.documents.as_known_at(LOAN, org, key, revision.at))
            newest = next(one for one in revisions if one.at <= revision.at)
            assert known == newest.document

    @invariant()
    def reads_what_was_committed(self) -> None:
        if not hasattr(self, "documents"):
            return
        for org in ORGS:
            own = {key: loan for (owner, key), loan in self.stored.items() if owner == org}
            assert self.run(self.documents.get_many(LOAN, org, IDS)) == own
            assert self.run(self.documents.sequence(org)) == self.sequences[org]

    def teardown(self) -> None:
        try:
            if hasattr(self, "documents"):
                for org in ORGS:
                    verification = self.run(verify(self.documents, org))
                    assert verification.sound, verification
                    assert verification.entries == self.sequences[org]
                self.run(self.documents.close())
        finally:
            self.runner.close()
            shutil.rmtree(self.folder)


class MongoAndADictionary(DocumentsAndADictionary):
    url: ClassVar[str]

    def address(self) -> str:
        return f"{self.url}model-{self.folder.name}"


DocumentsAndADictionary.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=20,
)
MongoAndADictionary.TestCase.settings = settings(DocumentsAndADictionary.TestCase.settings, max_examples=10)


@pytest.mark.slow
class TestAgainstADictionary(DocumentsAndADictionary.TestCase):
    pass


@pytest.mark.slow
class TestMongoAgainstADictionary(MongoAndADictionary.TestCase):
    @pytest.fixture(autouse=True)
    def engine(self, mongodb_url: str) -> None:
        MongoAndADictionary.url = mongodb_url

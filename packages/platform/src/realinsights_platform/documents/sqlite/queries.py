"""Queries: from a find to SQL that an index answers.

A page walks the index of its order and stops when it is full. Where a clause does not belong to that index, the page
looks first how many documents the clause leaves: up to `NARROW` of them are fetched by the clause's own index and
sorted; otherwise enough of them match for the walk to find a page of them soon.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from realinsights_platform.documents.indexing import WORDS
from realinsights_platform.documents.ordered_values import (
    ABSENT,
    COARSE_FROM,
    FINE_BOUND,
    Ordered,
    after_prefix,
    ordered,
)
from realinsights_platform.documents.port import (
    AnyOf,
    Between,
    Contains,
    Either,
    Equal,
    Order,
    Position,
    StartsWith,
    Where,
    Words,
)
from realinsights_platform.documents.sqlite.keys import Key, key_of
from realinsights_platform.documents.sqlite.tables import KindTable, padded
from realinsights_platform.documents.words import folded_words

Value = Ordered | Key

HALF = 30
"""Sums are of the bits from this one on and of those below it."""

NARROW = 1_000
"""So many documents a page fetches and sorts at most."""


@dataclass(slots=True)
class Condition:
    """SQL that is true for some rows, and how an index finds them.

    `index` finds the rows, or `terms`, a select of their rows; `sql` tests one row at hand.
    """

    sql: str
    values: list[Value]
    index: str | None = None
    field: str | None = None
    equal: bool = False
    terms: str | None = None
    terms_values: tuple[Value, ...] = ()

    @property
    def path(self) -> str:
        """How a statement gets at the rows."""
        return "NOT INDEXED" if self.index is None else f"INDEXED BY {self.index}"


@dataclass(frozen=True, slots=True)
class Query:
    """A statement and whether it is bounded by what it returns (or `NARROW`), not by what the organization holds."""

    sql: str
    values: list[Value]
    bounded: bool


def conditions(table: KindTable[Any], where: tuple[Where, ...], org: int) -> list[Condition] | None:
    """Return the clauses as conditions; None where nothing can match. Raises `ValueError` for an unindexed field."""
    found: list[Condition] = []
    for clause in where:
        match clause:
            case Words(text, within):
                words = sorted(folded_words(text))
                if not words:
                    return None
                found.extend(_word(table, word, org, within=within) for word in words)
            case Contains(name, value):
                found.append(_contains(table, name, value, org))
            case AnyOf(_, ()):
                return None
            case Either(groups):
                found.append(_either(table, groups, org))
            case _:
                found.append(_on_index(table, clause))
    return found


def _on_index(table: KindTable[Any], clause: Equal | AnyOf | Between | StartsWith) -> Condition:
    name = clause.field
    column = _indexed(table, name)
    sql: list[str] = []
    values: list[Value] = []
    match clause:
        case Equal(_, value):
            sql, values = [f"{column} = ?"], [table.ordered(name, value)]
        case AnyOf(_, wanted):
            values = padded([*dict.fromkeys(table.ordered(name, value) for value in wanted)])
            sql = [f"{column} IN ({', '.join('?' * len(values))})"]
        case Between(_, at_least, at_most):
            least = ABSENT if at_least is None else table.ordered(name, at_least)
            sql, values = [f"{column} > ?" if at_least is None else f"{column} >= ?"], [least]
            if at_most is not None:
                sql.append(f"{column} <= ?")
                values.append(table.ordered(name, at_most))
        case StartsWith(_, text):
            sql, values = [f"{column} >= ?"], [table.ordered(name, text)]
            end = after_prefix(text)
            if end is not None:
                sql.append(f"{column} < ?")
                values.append(end)
    return Condition(" AND ".join(sql), values, table.index_name(name), name, isinstance(clause, Equal))


def _either(
    table: KindTable[Any], groups: tuple[tuple[Equal | AnyOf | Between | StartsWith | Contains, ...], ...], org: int
) -> Condition:
    """Return the condition that is true where one group is; the rows of each are found by its last clause's index.

    Those of a group that is one `Contains` are found by its terms.
    """
    sql: list[str] = []
    values: list[Value] = []
    terms: list[str] = []
    terms_values: list[Value] = []
    for group in groups:
        clauses = [
            _contains(table, clause.field, clause.value, org)
            if isinstance(clause, Contains)
            else _on_index(table, clause)
            for clause in group
        ]
        together = " AND ".join(clause.sql for clause in clauses)
        own = [value for clause in clauses for value in clause.values]
        sql.append(f"({together})")
        values += own
        if len(clauses) == 1 and clauses[0].terms is not None:
            terms.append(clauses[0].terms)
            terms_values += clauses[0].terms_values
            continue
        terms.append(f"SELECT row FROM {table.table} {clauses[-1].path} WHERE org = ? AND {together}")
        terms_values += [org, *own]
    return Condition(f"({' OR '.join(sql)})", values, terms=" UNION ".join(terms), terms_values=tuple(terms_values))


def _indexed(table: KindTable[Any], name: str) -> str:
    if name not in table.kind.indexes:
        raise ValueError(f"{table.name} has no index on {name!r}")
    return table.column(name)


def _word(table: KindTable[Any], word: str, org: int, *, within: bool) -> Condition:
    if not table.kind.words:
        raise ValueError(f"{table.name} declares no words to search")
    terms = f"SELECT row FROM {table.term_table} WHERE org = ? AND field = ?"
    if within:
        found = f"{terms} AND instr(term, ?) > 0"
        return Condition("instr(words, ?) > 0", [word], terms=found, terms_values=(org, WORDS, word))
    end = after_prefix(word)
    terms += " AND term >= ?"
    values: list[Value] = [org, WORDS, word]
    if end is not None:
        terms += " AND term < ?"
        values.append(end)
    return Condition("instr(words, ?) > 0", [f" {word}"], terms=terms, terms_values=tuple(values))


def _contains(table: KindTable[Any], name: str, value: str, org: int) -> Condition:
    if name not in table.kind.members:
        raise ValueError(f"{table.name} has no members {name!r}")
    term = str(ordered(name, value))
    terms = f"{table.term_table} WHERE org = ? AND field = ? AND term = ?"
    return Condition(
        f"EXISTS (SELECT 1 FROM {terms} AND {table.term_table}.row = {table.table}.row)",
        [org, name, term],
        terms=f"SELECT row FROM {terms}",
        terms_values=(org, name, term),
    )


def page_query(
    connection: sqlite3.Connection,
    table: KindTable[Any],
    org: int,
    clauses: list[Condition],
    *,
    order: Order | None,
    after: Position | None,
    limit: int,
) -> Query:
    """Return the query of one page: rows of (body, order value)."""
    column = None if order is None else _indexed(table, order.field)
    walked = None if order is None else order.field
    beside = [clause for clause in clauses if clause.field is None or clause.field != walked]
    # Within one value of a field, its index is in the order of ids.
    fixed = column is not None and any(clause.equal and clause.field == walked for clause in clauses)
    path = f"INDEXED BY {table.by_id if order is None else table.index_name(order.field)}"
    bounded = not beside
    driver: Condition | None = None
    if order is None and len(beside) == 1 and beside[0].equal:
        path, bounded = beside[0].path, True
    elif beside:
        driver = _narrowest(connection, table, org, beside)
        bounded = driver is not None
    if driver is not None:
        path = driver.path
    direction, sign = (" DESC", "<") if order is not None and order.descending else ("", ">")
    if column is not None:
        # A plus keeps a clause from the index, where it would take the place of the one that leads to the page's start.
        weak = column if fixed else f"{column} {sign}"
        for clause in clauses:
            if clause.field == walked and not clause.equal and (fixed or after is not None):
                clause.sql = clause.sql.replace(weak, f"+{weak}")
    where, values = _where(table, org, clauses, driver, path)
    by = f"id{direction}" if column is None or fixed else f"{column}{direction}, id{direction}"
    if after is not None and (column is None or fixed):
        where.append(f"id {sign} ?")
        values.append(key_of(after.id))
    elif after is not None:
        where.append(f"({column}, id) {sign} (?, ?)")
        values += [ABSENT if after.value is None else after.value, key_of(after.id)]
    selected = f"SELECT {table.body}, {column or 'NULL'} FROM {table.table} {path}"
    sql = f"{selected} WHERE {' AND '.join(where)} ORDER BY {by} LIMIT ?"
    return Query(sql, [*values, limit], bounded)


def count_query(connection: sqlite3.Connection, table: KindTable[Any], org: int, clauses: list[Condition]) -> Query:
    """Return the query that counts."""
    driver = _narrowest(connection, table, org, clauses) if len(clauses) > 1 else next(iter(clauses), None)
    if driver is None:
        driver = next((clause for clause in clauses if clause.index is not None), None)
    path = f"INDEXED BY {table.by_id}" if driver is None else driver.path
    where, values = _where(table, org, clauses, driver, path)
    sql = f"SELECT count(*) FROM {table.table} {path} WHERE {' AND '.join(where)}"
    return Query(sql, values, bounded=False)


def sums_query(
    connection: sqlite3.Connection, table: KindTable[Any], org: int, clauses: list[Condition], *, of: str, by: str
) -> Query:
    """Return the query of rows of (value of `by`, how many, sums of the fine `of`, sums of the cents of the others).

    Each sum is two: of the steps of `HALF`, and of the remainders.
    """
    added, grouped = (_summed(table, name) for name in (of, by))
    driver = _narrowest(connection, table, org, clauses) if len(clauses) > 1 else next(iter(clauses), None)
    path = f"INDEXED BY {table.by_id}" if driver is None else driver.path
    where, values = _where(table, org, clauses, driver, path)
    # SQLite adds up to 2^63: the halves of a hundred thousand amounts stay far below.
    fine = f"CASE WHEN {added} BETWEEN {1 - FINE_BOUND} AND {FINE_BOUND - 1} THEN {added} ELSE 0 END"
    large = f"WHEN {added} >= {FINE_BOUND} THEN {added} - {COARSE_FROM}"
    small = f"WHEN {added} BETWEEN {ABSENT + 1} AND {-FINE_BOUND} THEN {added} + {COARSE_FROM}"
    cents = f"CASE {large} {small} ELSE 0 END"
    halves = ", ".join(f"sum(({one}) >> {HALF}), sum(({one}) & {(1 << HALF) - 1})" for one in (fine, cents))
    sql = f"SELECT {grouped}, count(*), {halves} FROM {table.table} {path} WHERE {' AND '.join(where)} GROUP BY 1"
    return Query(sql, values, bounded=False)


def _summed(table: KindTable[Any], name: str) -> str:
    column = _indexed(table, name)
    if not table.holds(name, Decimal):
        raise ValueError(f"{table.name}.{name} is not a decimal")
    return column


def _where(
    table: KindTable[Any], org: int, clauses: list[Condition], driver: Condition | None, path: str
) -> tuple[list[str], list[Value]]:
    where = [f"{table.table}.org = ?"]
    values: list[Value] = [org]
    for clause in clauses:
        if clause is driver and clause.terms is not None:
            where.append(f"row IN ({clause.terms})")
            values += clause.terms_values
        else:
            # Told that a clause beside the path never fails, the planner does not prefer to sort what it leaves.
            where.append(clause.sql if clause.index and clause.path == path else f"likelihood({clause.sql}, 1.0)")
            values += clause.values
    return where, values


def _narrowest(
    connection: sqlite3.Connection, table: KindTable[Any], org: int, clauses: list[Condition]
) -> Condition | None:
    best: Condition | None = None
    fewest = NARROW + 1
    for clause in clauses:
        if clause.terms is not None:
            sql, values = clause.terms, [*clause.terms_values]
        else:
            sql = f"SELECT 1 FROM {table.table} INDEXED BY {clause.index} WHERE org = ? AND {clause.sql}"
            values = [org, *clause.values]
        found = connection.execute(f"SELECT count(*) FROM ({sql} LIMIT ?)", (*values, fewest)).fetchone()[0]
        if found < fewest:
            best, fewest = clause, found
    return best

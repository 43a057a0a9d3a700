"""What the outstanding balance is made of: by lender, state, type and so on, and how concentrated that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import msgspec
import numpy as np

from realinsights.contracts.loans import PartyKind
from realinsights.dashboard.model.columns import (
    AMORTIZATIONS,
    NOBODY,
    PROPERTY_TYPES,
    RATE_TYPES,
    STATUSES,
    STRUCTURES,
    Backing,
    Loan,
)
from realinsights.dashboard.model.coverage import NOTHING_LEFT_OUT, coverage, left_out
from realinsights.dashboard.model.exact import (
    MONEY_PLACES,
    RATIO_PLACES,
    Flags,
    by_each,
    counts_by_code,
    quotient_text,
    table_by_code,
    text,
)
from realinsights.dashboard.model.figure import Figure, Sum, Unit
from realinsights.dashboard.model.filters import NONE
from realinsights.dashboard.model.headline import Question

MOST_SLICES = 100
"""How many slices a composition lists, the largest first; the others are one sum."""


class Slice(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One part; `key` is the filter value that selects its loans ("none": they have no such thing)."""

    key: str
    name: str | None
    balance: str
    share: str | None
    loans: int


class Composition(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The parts of the outstanding balance, the largest first; `balance` is their sum.

    `further` and `further_balance` are the slices beyond those listed. A loan on properties of two states is a loan of
    both, each with the balance allocated there, so loans need not add up; balances do.
    """

    balance: str
    slices: tuple[Slice, ...]
    further: int
    further_balance: str
    concentration: Figure


@dataclass(frozen=True, slots=True)
class _Parts:
    """By code: what selects the part, what it is called, its balance in cents and its number of loans."""

    keys: Sequence[str | None]
    names: Sequence[str | None]
    sums: list[int]
    counts: list[int]


class Compositions(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What the outstanding balance is made of. `status` is the ageing and counts closed loans too, with no balance."""

    lender: Composition
    state: Composition
    property_type: Composition
    fund: Composition
    portfolio: Composition
    status: Composition
    rate_type: Composition
    amortization_type: Composition
    structure: Composition


def compositions(question: Question) -> Compositions:
    """Return all compositions."""
    lender, fund, portfolio = _by_parties(question)
    status, rate_type, amortization_type, structure = _by_members(question)
    state, property_type = _by_properties(question)
    return Compositions(
        lender=lender,
        state=state,
        property_type=property_type,
        fund=fund,
        portfolio=portfolio,
        status=status,
        rate_type=rate_type,
        amortization_type=amortization_type,
        structure=structure,
    )


def _by_parties(question: Question) -> list[Composition]:
    view = question.view
    kinds = (PartyKind.LENDER, PartyKind.FUND, PartyKind.PORTFOLIO)
    dictionaries = [view.columns.parties[kind] for kind in kinds]
    codes = [view.fixed(column) for column in (Loan.LENDER, Loan.FUND, Loan.PORTFOLIO)]
    tables = by_each(codes, [len(dictionary) for dictionary in dictionaries], view.owed, view.outstanding)
    return [
        _composed(question, kind.value, _Parts(dictionary.keys, dictionary.names, sums, counts), without=code == NOBODY)
        for kind, dictionary, code, (sums, counts) in zip(kinds, dictionaries, codes, tables, strict=True)
    ]


def _by_members(question: Question) -> list[Composition]:
    view = question.view
    members: Sequence[Sequence[str]] = (
        STATUSES.members,
        RATE_TYPES.members,
        AMORTIZATIONS.members,
        STRUCTURES.members,
    )
    codes = [view.status, *map(view.fixed, (Loan.RATE_TYPE, Loan.AMORTIZATION, Loan.STRUCTURE))]
    tables = by_each(codes, [len(some) for some in members], view.owed, view.outstanding)
    tables[0] = (tables[0][0], counts_by_code(view.status, len(STATUSES)))
    return [
        _composed(question, what, _Parts(some, list(map(_words, some)), sums, counts), without=None)
        for what, some, (sums, counts) in zip(
            ("status", "rate type", "amortization type", "structure"), members, tables, strict=True
        )
    ]


def _by_properties(question: Question) -> tuple[Composition, Composition]:
    view, pledged = question.view, question.view.pledged
    states, shape = view.columns.states, (len(view.columns.states), 16, 4)
    kinds, size = pledged.backing[Backing.KIND], prod(shape)
    owed = pledged.backing[Backing.BALANCE] * pledged.owed
    sums = table_by_code(kinds, owed, size).reshape(shape).sum(axis=2)
    counts = np.array(counts_by_code(kinds, size, pledged.owed)).reshape(shape)
    by_state = _Parts(
        keys=states.keys,
        names=states.keys,
        sums=list(sums.sum(axis=1).tolist()),
        counts=list(counts[:, :, 2:].sum(axis=(1, 2)).tolist()),
    )
    types = len(PROPERTY_TYPES)
    by_type = _Parts(
        keys=(None, *PROPERTY_TYPES.members),
        names=(None, *map(_words, PROPERTY_TYPES.members)),
        sums=[0, *sums.sum(axis=0)[:types].tolist()],
        counts=[0, *counts[:, :types, 1::2].sum(axis=(0, 2)).tolist()],
    )
    bare = view.outstanding & ~pledged.some
    stateless = bare.copy()
    stateless[pledged.owners[(pledged.backing[Backing.STATE] == NOBODY) & pledged.owed]] = True
    return (
        _by_property(question, "state", by_state, without=stateless),
        _by_property(question, "property type", by_type, without=bare),
    )


def _by_property(question: Question, what: str, parts: _Parts, *, without: Flags) -> Composition:
    # Whatever no property carries belongs to none of the keys, so that the parts always add up to the whole.
    parts.sums[NOBODY] = question.owed - sum(parts.sums[NOBODY + 1 :])
    parts.counts[NOBODY] = int(np.count_nonzero(without))
    return _composed(question, what, parts, without=without)


def _composed(question: Question, what: str, parts: _Parts, *, without: Flags | None) -> Composition:
    ranked = sorted(
        (-balance, parts.names[code] or "", parts.keys[code] or "", count, code)
        for code, (balance, count) in enumerate(zip(parts.sums, parts.counts, strict=True))
        if balance or count
    )
    listed, others = ranked[:MOST_SLICES], ranked[MOST_SLICES:]
    return Composition(
        balance=text(sum(parts.sums), MONEY_PLACES),
        slices=tuple(
            Slice(
                key=parts.keys[code] or NONE,
                name=parts.names[code],
                balance=text(-balance, MONEY_PLACES),
                share=quotient_text(-balance, question.owed, RATIO_PLACES),
                loans=count,
            )
            for balance, _, _, count, code in listed
        ),
        further=len(others),
        further_balance=text(-sum(rank[0] for rank in others), MONEY_PLACES),
        concentration=_concentration(
            question,
            what,
            [balance for key, balance in zip(parts.keys, parts.sums, strict=True) if key is not None],
            without,
        ),
    )


def _concentration(
    question: Question,
    what: str,
    sums: Sequence[int],
    without: Flags | None,
) -> Figure:
    squares, whole = sum(part * part for part in sums), sum(sums)
    outside = (
        NOTHING_LEFT_OUT
        if without is None
        else left_out(
            question.view,
            coverage(question.view.outstanding, [(without, f"no {what} is known")]),
            named=question.named,
        )
    )
    return Figure(
        value=quotient_text(squares, whole * whole, RATIO_PLACES),
        unit=Unit.RATIO,
        formula=f"Herfindahl–Hirschman index: Σ (balance of each {what})² ÷ (Σ balance)²",
        numerator=Sum(name=f"Σ (balance of each {what})²", value=text(squares, 2 * MONEY_PLACES)),
        denominator=Sum(name="(Σ balance)²", value=text(whole * whole, 2 * MONEY_PLACES)),
        loans=question.loans - outside.count,
        as_of=question.as_of,
        left_out=outside,
    )


def _words(member: str) -> str:
    return member.replace("_", " ")

"""Compositions of the outstanding balance: by lender, state, type and so on, and how concentrated each is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import msgspec

from realinsights.contracts.filters import NONE
from realinsights.dashboard.model.codes import NOBODY, PROPERTY_TYPES, STATUSES
from realinsights.dashboard.model.encoded import GAP, filled, template
from realinsights.dashboard.model.exact import MONEY_PLACES, RATIO_PLACES, quotient_text, sharing, text
from realinsights.dashboard.model.figure import Figure, Sum, Unit
from realinsights.dashboard.model.part import MEMBERS, PARTIES, Omissions
from realinsights.dashboard.model.question import Question

MOST_SLICES = 100
"""How many slices a composition lists, the largest first; the others are one sum."""


class Slice(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """One part; `key` is the filter value that selects its loans ("none": they have no such thing)."""

    key: str
    name: str | None
    balance: str
    share: str | None
    loans: int


class Composition(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
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
    """Parts by code: what selects each, what it is called, its balance in cents and its number of loans."""

    keys: Sequence[str | None]
    names: Sequence[str | None]
    sums: list[int]
    counts: list[int]


class Compositions(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
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
    """Return all compositions, their slices encoded."""
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
    result = []
    for place, (kind, _) in enumerate(PARTIES):
        dictionary = question.columns.parties[kind]
        tables = question.shares(len(dictionary), lambda part, place=place: part.parties[place])  # type: ignore[misc]
        parts = _Parts(dictionary.keys.all(), dictionary.names.all(), *tables)
        omissions = [part.alone[place] for part in question.parts]
        result.append(_composed(question, kind.value, parts, omissions))
    return result


def _by_members(question: Question) -> list[Composition]:
    result = []
    for place, (what, codes) in enumerate(zip(_MEMBERS, MEMBERS, strict=True)):
        keys: Sequence[str] = codes.members
        tables = question.shares(len(keys), lambda part, place=place: part.members[place])  # type: ignore[misc]
        parts = _Parts(keys, _MEMBER_NAMES[place], *tables)
        if codes is STATUSES:
            parts.counts[:] = [sum(counts) for counts in zip(*(part.statuses for part in question.parts), strict=True)]
        result.append(_composed(question, what, parts, ()))
    return result


def _by_properties(question: Question) -> tuple[Composition, Composition]:
    states = question.columns.states.keys.all()
    by_state = _Parts(states, states, *question.shares(len(states), lambda part: part.states))
    sums, counts = question.shares(len(PROPERTY_TYPES), lambda part: part.types)
    by_type = _Parts((None, *PROPERTY_TYPES.members), _TYPE_NAMES, [0, *sums], [0, *counts])
    return (
        _by_property(question, "state", by_state, [part.stateless for part in question.parts]),
        _by_property(question, "property type", by_type, [part.bare for part in question.parts]),
    )


def _by_property(question: Question, what: str, parts: _Parts, omissions: Sequence[Omissions]) -> Composition:
    # Whatever no property carries belongs to none of the keys, so that the parts always add up to the whole.
    parts.sums[NOBODY] = question.owed - sum(parts.sums[NOBODY + 1 :])
    parts.counts[NOBODY] = sum(sum(some.counts) for some in omissions)
    return _composed(question, what, parts, omissions)


def _composed(question: Question, what: str, parts: _Parts, omissions: Sequence[Omissions]) -> Composition:
    ranked = sorted(
        (-balance, parts.names[code] or "", parts.keys[code] or "", count, code)
        for code, (balance, count) in enumerate(zip(parts.sums, parts.counts, strict=True))
        if balance or count
    )
    share = sharing(question.owed)
    listed, others = ranked[:MOST_SLICES], ranked[MOST_SLICES:]
    return Composition(
        balance=text(sum(parts.sums), MONEY_PLACES),
        slices=filled(
            [
                _slice(parts.keys[code] or NONE, parts.names[code])
                % (text(-balance, MONEY_PLACES), share(-balance), count)
                for balance, _, _, count, code in listed
            ]
        ),
        further=len(others),
        further_balance=text(-sum(rank[0] for rank in others), MONEY_PLACES),
        concentration=_concentration(
            question,
            what,
            [balance for key, balance in zip(parts.keys, parts.sums, strict=True) if key is not None],
            omissions,
        ),
    )


@lru_cache(maxsize=4096)
def _slice(key: str, name: str | None) -> str:
    """Return the template of a slice: its balance, share and loans are missing."""
    key, name = key.replace("%", "%%"), name and name.replace("%", "%%")
    return template(Slice(key=key, name=name, balance="%s", share=GAP, loans=GAP))


def _concentration(question: Question, what: str, sums: Sequence[int], omissions: Sequence[Omissions]) -> Figure:
    squares, whole = sum(part * part for part in sums), sum(sums)
    return Figure(
        value=quotient_text(squares, whole * whole, RATIO_PLACES),
        unit=Unit.RATIO,
        formula=f"Herfindahl–Hirschman index: Σ (balance of each {what})² ÷ (Σ balance)²",
        numerator=Sum(name=f"Σ (balance of each {what})²", value=text(squares, 2 * MONEY_PLACES)),
        denominator=Sum(name="(Σ balance)²", value=text(whole * whole, 2 * MONEY_PLACES)),
        loans=question.loans - sum(sum(some.counts) for some in omissions),
        as_of=question.as_of,
        left_out=question.leave_out(_field(what), omissions, [f"no {what} is known"]),
    )


def _field(what: str) -> str:
    first, *others = what.split(" ")
    return first + "".join(map(str.capitalize, others))


def _words(member: str) -> str:
    return member.replace("_", " ")


_TYPE_NAMES = (None, *map(_words, PROPERTY_TYPES.members))
_MEMBER_NAMES = tuple(tuple(map(_words, codes.members)) for codes in MEMBERS)
_MEMBERS = ("status", "rate type", "amortization type", "structure")

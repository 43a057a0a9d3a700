"""A fingerprint of what the columns say, the same however they came to say it."""

from __future__ import annotations

import hashlib

import msgspec

from realinsights.contracts.loans import PartyKind
from realinsights.dashboard.model.codes import AMORTIZATIONS, PROPERTY_TYPES, RATE_TYPES, STATUSES, STRUCTURES
from realinsights.dashboard.model.columns import Backing, Columns, Fact, LoanColumn

_COUNTED = slice(LoanColumn.ORIGINAL, LoanColumn.EXTENSIONS)
"""The columns that are values; the others are codes, which depend on the order of arrival."""


def digest(columns: Columns) -> str:
    """Return the SHA-256 (hex) of all loans, their collateral and months, and all names, in the order of the ids."""
    sha = hashlib.sha256()
    encoder = msgspec.json.Encoder()
    for loan_id in sorted(columns.rows):
        sha.update(encoder.encode(_loan(columns, loan_id)))
        sha.update(b"\n")
    for kind, dictionary in columns.parties.items():
        named = [
            (key, name)
            for key, name in zip(dictionary.keys.all(), dictionary.names.all(), strict=True)
            if name is not None
        ]
        for key, name in sorted(named, key=str):
            sha.update(encoder.encode((kind.value, key, name)))
            sha.update(b"\n")
    return sha.hexdigest()


def _loan(columns: Columns, loan_id: str) -> tuple[object, ...]:
    row = columns.rows[loan_id]
    loan: list[int] = columns.loans[:, row].tolist()
    parties = columns.parties
    facts: list[list[int]] = columns.facts.of(row)[Fact.MONTH :].T.tolist()
    return (
        loan_id,
        columns.numbers[row],
        columns.titles[row],
        columns.borrowers[row],
        columns.schedules[row],
        columns.floats[row],
        loan[_COUNTED],
        columns.extensions.keys[loan[LoanColumn.EXTENSIONS]],
        parties[PartyKind.LENDER].keys[loan[LoanColumn.LENDER]],
        parties[PartyKind.FUND].keys[loan[LoanColumn.FUND]],
        parties[PartyKind.PORTFOLIO].keys[loan[LoanColumn.PORTFOLIO]],
        STRUCTURES.members[loan[LoanColumn.STRUCTURE]],
        STATUSES.members[loan[LoanColumn.STATUS]],
        RATE_TYPES.members[loan[LoanColumn.RATE_TYPE]],
        AMORTIZATIONS.members[loan[LoanColumn.AMORTIZATION]],
        [
            (
                parties[PartyKind.PROPERTY].keys[backing[Backing.PROPERTY]],
                columns.states.keys[backing[Backing.STATE]],
                PROPERTY_TYPES.members[backing[Backing.TYPE]],
                backing[Backing.BALANCE],
            )
            for backing in columns.collateral.of(row).T.tolist()
        ],
        facts,
    )

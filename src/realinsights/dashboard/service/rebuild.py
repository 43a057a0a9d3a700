"""Proof of the read model: it is built again from the journal alone, and compared."""

from __future__ import annotations

import msgspec

from realinsights.dashboard.model.columns import Columns
from realinsights.dashboard.model.digest import digest
from realinsights.dashboard.service.engine import Engine
from realinsights.dashboard.service.residents import apply, in_thread


class Rebuilt(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a rebuild found; digests are the SHA-256 (hex) of all that the columns say after `sequence` entries.

    Where they are not `equal`, the rebuilt columns have taken the place of the others.
    """

    sequence: int
    loans: int
    digest: str
    rebuilt_digest: str
    equal: bool


async def rebuild(*, engine: Engine, org: str) -> Rebuilt:
    """Build an organization's read model from the loans journal, compare it with the one in use, and repair that."""
    found, sequence = await engine.ask(org, lambda columns, applied: (digest(columns), applied), long=True)
    columns = Columns()
    async for message in engine.journal.after(org, 0):
        if message.sequence > sequence:
            break
        await apply(columns, message, engine.subscriptions)
    rebuilt = await in_thread(lambda: digest(columns))
    if rebuilt != found:
        await engine.replace(org, columns, sequence)
    return Rebuilt(sequence=sequence, loans=columns.count, digest=found, rebuilt_digest=rebuilt, equal=rebuilt == found)

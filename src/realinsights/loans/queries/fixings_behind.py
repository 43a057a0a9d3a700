"""The fixings behind some floating loans: what their reported months are compared by."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Iterable

from realinsights.loans.model.floating_reconciliation import (
    KeptFixings,
    KnownFixings,
    LookedAt,
    looked_at_by,
    looked_at_of,
)
from realinsights.loans.model.loan import Loan
from realinsights.loans.model.tape import Statement
from realinsights.loans.queries.fixings import Reader, years_between


async def fixings_behind(read: Reader, loans: Iterable[Loan], *, on: datetime.date) -> KnownFixings:
    """Return the fixings that some loans may rest on, as known on a day; none where none of them floats."""
    kept = await kept_behind(read, loans, on=on)
    return await asyncio.to_thread(kept.known)


async def kept_behind(
    read: Reader, loans: Iterable[Loan], *, on: datetime.date, statements: Iterable[Statement] = ()
) -> KeptFixings:
    """Return what is kept of the indices that some loans, or those of a tape's statements, may rest on."""
    looked_at: LookedAt | None = await asyncio.to_thread(
        lambda: looked_at_by([*map(looked_at_of, loans), *map(looked_at_of, statements)])
    )
    if looked_at is None:
        return KeptFixings((), on)
    first = min(looked_at.first, on)
    return KeptFixings(await years_between(read, sorted(looked_at.indices), first=first, last=on), on)

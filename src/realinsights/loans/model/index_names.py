"""Names of indices: how notes, tapes and files write an index, and the index that each means."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

from realinsights_finance.rates.indices import Index

LABELS: Final = MappingProxyType(
    {
        Index.SOFR: "SOFR",
        Index.SOFR_30_DAY_AVERAGE: "30-day average SOFR",
        Index.SOFR_90_DAY_AVERAGE: "90-day average SOFR",
        Index.SOFR_180_DAY_AVERAGE: "180-day average SOFR",
        Index.SOFR_INDEX: "SOFR index",
        **{getattr(Index, f"TERM_SOFR_{n}_MONTH"): f"{n}-month Term SOFR" for n in (1, 3, 6, 12)},
        Index.PRIME: "Prime",
        **{getattr(Index, f"CMT_{n}_YEAR"): f"{n}-year Treasury" for n in (1, 2, 3, 5, 7, 10, 20, 30)},
        Index.LIBOR_OVERNIGHT: "Overnight LIBOR",
        **{getattr(Index, f"LIBOR_{n}_MONTH"): f"{n}-month LIBOR" for n in (1, 3, 6, 12)},
    }
)
"""What people call each index that is known."""

_OTHERS: Final = MappingProxyType(
    {
        Index.SOFR: ("overnight sofr", "daily sofr", "daily simple sofr", "compounded sofr", "sofr overnight"),
        Index.SOFR_30_DAY_AVERAGE: (
            *("sofr30a", "sofr30dayavg", "sofr30", "30 day sofr", "30d average sofr", "average sofr 30 day"),
            *("30 day average sofr in advance", "sofr 30 day average", "30 day avg sofr", "30 day compounded sofr"),
        ),
        Index.SOFR_90_DAY_AVERAGE: ("sofr90a", "sofr90dayavg", "sofr 90 day average", "90 day average sofr in advance"),
        Index.SOFR_180_DAY_AVERAGE: (
            *("sofr180a", "sofr180dayavg", "sofr 180 day average", "180 day average sofr in advance"),
        ),
        Index.SOFR_INDEX: ("sofrindex",),
        Index.PRIME: ("dprime", "wsj prime", "prime wall street journal", "prime rate", "wsj prime rate"),
    }
)
_TERMS: Final = (
    # With n for the number of months or years.
    (
        "TERM_SOFR_{}_MONTH",
        (1, 3, 6, 12),
        ("term sofr {}m", "{}m term sofr", "term sofr {} month", "cme term sofr {}m"),
    ),
    (
        "LIBOR_{}_MONTH",
        (1, 3, 6, 12),
        ("{}m libor", "libor {}m", "libor {} month", "usd{}mtd156n", "{} month usd libor"),
    ),
    (
        "CMT_{}_YEAR",
        (1, 2, 3, 5, 7, 10, 20, 30),
        ("dgs{}", "{}y treasury", "{} year cmt", "cmt {}y", "{}y cmt", "ust{}y"),
    ),
)


def written(text: str) -> str:
    """Return a name without case and punctuation, so that two ways to write it are one."""
    return " ".join(re.findall(r"[a-z]+|\d+", text.casefold()))


def _names() -> dict[str, Index]:
    known = {written(label): index for index, label in LABELS.items()}
    known |= {written(index.value): index for index in Index}
    for index, others in _OTHERS.items():
        known |= {written(other): index for other in others}
    for member, counts, forms in _TERMS:
        for count in counts:
            known |= {written(form.format(count)): Index[member.format(count)] for form in forms}
    return known


_BY_NAME: Final = MappingProxyType(_names())


def index_named(text: str) -> Index | None:
    """Return the index that a note, tape or file means by a name; None where it is none that is known."""
    return _BY_NAME.get(written(text))


def index_code(text: str) -> str:
    """Return the name under which fixings of an index are kept: that of a known one, else the words of the name."""
    known = index_named(text)
    return known.value if known is not None else written(text).replace(" ", "_")[:32].strip("_")


def index_label(code: str) -> str:
    """Return what people call an index."""
    known = index_named(code)
    return LABELS[known] if known is not None else code

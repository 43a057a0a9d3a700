"""Digest: one hash for equal frozen values, whatever machine or time zone computes it."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from fractions import Fraction


def digest(value: object) -> str:
    """Return the SHA-256 of a frozen value in hexadecimal.

    Equal values have equal hashes: 1000 and 1000.00 dollars are the same amount. Raises TypeError for what is neither
    a dataclass, a tuple, a number, a date, a text nor None.
    """
    hashed = hashlib.sha256()
    for text in _texts(value):
        hashed.update(text.encode())
        hashed.update(b"\n")
    return hashed.hexdigest()


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, Decimal):
        # Sums of cents end in .00, amounts that people give may not.
        yield f"{Fraction(value)}"
    elif value is None or isinstance(value, (bool, int, Fraction)):
        yield str(value)
    elif isinstance(value, str):
        yield json.dumps(str(value))
    elif isinstance(value, datetime.date):
        yield value.isoformat()
    elif isinstance(value, tuple):
        yield f"({len(value)}"
        for item in value:
            yield from _texts(item)
    elif is_dataclass(value):
        yield type(value).__name__
        for field in fields(value):
            if field.compare:
                yield field.name
                yield from _texts(getattr(value, field.name))
    else:
        raise TypeError(f"a {type(value).__name__} has no digest")

"""E-mail addresses as identities, normalized, the same across the whole platform."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from realinsights_platform.errors import Faults

# What every mail system in use agrees on: an unquoted local part and a domain of at least two labels.
_SHAPE = re.compile(
    r"[^\s@<>()\[\]\\,;:\"]{1,64}@[^\s@<>()\[\]\\,;:\"._-][^\s@<>()\[\]\\,;:\"]*\.[^\s@<>()\[\]\\,;:\".]{2,}"
)
LONGEST_ADDRESS = 254


def normalized(email: str) -> str:
    """Return the address as it identifies its owner: without outer blanks, compatibility forms and case."""
    return unicodedata.normalize("NFKC", email.strip()).casefold()


def checked(email: str, faults: Faults, field: str = "email") -> str:
    """Return the normalized address; one that no mail could reach is a fault."""
    address = normalized(email)
    if (
        len(address) > LONGEST_ADDRESS
        or ".." in address
        or not _SHAPE.fullmatch(address)
        or any(unicodedata.category(character).startswith("C") for character in address)
    ):
        faults.add(field, "is not an e-mail address")
    return address


def email_key(normalized_email: str) -> str:
    """Return the fixed-length name under which the platform's directory and the guessing counters know an address."""
    return hashlib.sha256(normalized_email.encode()).hexdigest()

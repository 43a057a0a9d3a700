"""Password rules: long, not one of the first that everybody tries, not the account's own words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from realinsights_platform.errors import Faults

SHORTEST = 12
LONGEST = 256
FEWEST_DISTINCT = 5
_SHORTEST_OWN_WORD = 4

# Of the lists that guessing programs start with, the entries that are long and varied enough to pass the other rules.
_FIRST_GUESSES = frozenset({
    "123456789012", "1234567890123", "123456789123", "1234567891011", "12345678910a", "0123456789abc",
    "0987654321qwerty", "qwertyuiop12", "qwertyuiop123", "qwertyuiop1234", "1q2w3e4r5t6y", "1q2w3e4r5t6y7u",
    "1qaz2wsx3edc", "1qaz2wsx3edc4rfv", "q1w2e3r4t5y6", "qazwsxedcrfv", "qwertyqwerty", "qwerty123456",
    "qwerty12345678", "123456qwerty", "asdfghjkl123", "password1234", "password12345", "password123456",
    "password123!", "passwordpassword", "mypassword123", "newpassword1", "administrator", "administrator1",
    "adminadmin123", "changeme1234", "changemenow1", "letmein12345", "welcome12345", "welcome123456", "iloveyou1234",
    "iloveyou12345", "unbelievable", "abcdefghijkl", "abcdefghijklm", "abcd12345678", "abc123456789", "abcdef123456",
    "a123456789012", "realinsights", "realinsights1", "realinsights123",
})  # fmt: skip


def normalized(password: str) -> str:
    """Return the password as it is hashed: the same whichever keyboard composed its accents."""
    return unicodedata.normalize("NFKC", password)


def check(password: str, faults: Faults, *, own_words: Iterable[str] = (), field: str = "password") -> None:
    """Find fault with a password that is too short, too long, too plain or made of the account's own words."""
    text = normalized(password)
    plain = text.casefold()
    if len(text) < SHORTEST:
        faults.add(field, f"has fewer than {SHORTEST} characters")
    elif len(text) > LONGEST:
        faults.add(field, f"has more than {LONGEST} characters")
    elif len(set(plain)) < FEWEST_DISTINCT:
        faults.add(field, f"has fewer than {FEWEST_DISTINCT} different characters")
    elif plain in _FIRST_GUESSES:
        faults.add(field, "is one of the passwords that are guessed first")
    else:
        for word in own_words:
            own = word.casefold().strip()
            # What is left without the name must still be a password by itself.
            if len(own) >= _SHORTEST_OWN_WORD and own in plain and len(plain.replace(own, "")) < SHORTEST // 2:
                faults.add(field, "is little more than your own name, e-mail address or organization")
                return

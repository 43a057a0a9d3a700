"""Password rules: long, not one that guessing programs find soon, not the account's own words."""

from __future__ import annotations

from collections.abc import Iterable

from zxcvbn import zxcvbn

from realinsights_platform.errors import Faults
from realinsights_platform.texts import normalized_password

SHORTEST = 12
LONGEST = 256
FEWEST_DISTINCT = 5
_SHORTEST_OWN_WORD = 4

# Fewer guesses than this find a password within hours, once its hash is stolen; tried here they are far too many.
_FEWEST_GUESSES = 10**9
_JUDGED = 24  # characters: the time that judging takes grows with their square, to 4 milliseconds
_PRODUCT = ("real", "insights", "realinsights", "real insights")


def check(password: str, faults: Faults, *, own_words: Iterable[str] = (), field: str = "password") -> None:
    """Find fault with a password that is too short, too long, too plain or made of the account's own words."""
    text = normalized_password(password)
    plain = text.casefold()
    if len(text) < SHORTEST:
        faults.add(field, f"has fewer than {SHORTEST} characters")
    elif len(text) > LONGEST:
        faults.add(field, f"has more than {LONGEST} characters")
    elif len(set(plain)) < FEWEST_DISTINCT:
        faults.add(field, f"has fewer than {FEWEST_DISTINCT} different characters")
    else:
        words = tuple(own_words)
        for word in words:
            own = word.casefold().strip()
            # What is left without the name must still be a password by itself.
            if len(own) >= _SHORTEST_OWN_WORD and own in plain and len(plain.replace(own, "")) < SHORTEST // 2:
                faults.add(field, "is little more than your own name, e-mail address or organization")
                return
        if _guesses(text, words) < _FEWEST_GUESSES:
            faults.add(field, "is easily guessed: take several words that do not belong together")


def _guesses(text: str, own_words: Iterable[str]) -> int:
    """Return how many guesses find a password, by lists of common and breached passwords, names, words and patterns."""
    return int(zxcvbn(text[:_JUDGED], user_inputs=[*own_words, *_PRODUCT])["guesses"])

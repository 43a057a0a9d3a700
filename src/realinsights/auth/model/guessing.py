"""Limits on guessing passwords, such that nobody can lock anybody else out.

Attempts are counted before the password is looked at, in fixed windows of time:

1. From one network address (an IPv6 /64 is one), `ATTEMPTS` on one account in each `WINDOW`. A right password gives
   that address its attempts back. So an attacker locks out only the address they come from.
2. An account with `GUARDED_AFTER` wrong passwords from anywhere within a `GUARD` is guarded until the next has passed:
   every address has only `GUARDED_ATTEMPTS` in each window. That slows guessing from many addresses to a crawl, and
   still lets the owner in from a new one: the right password is right at the first attempt.
3. A device that has signed in to the account before (it holds a cookie that only we can make) has a count of its own,
   `ATTEMPTS` in each window, whatever its address and whoever else is guessing.

An address that has no account is counted just like one that has.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

WINDOW = datetime.timedelta(minutes=15)
ATTEMPTS = 5
GUARD = datetime.timedelta(hours=1)
GUARDED_AFTER = 25
GUARDED_ATTEMPTS = 2
WRONG_CODES = 40
"""How many wrong codes of a second factor an account may have, from anywhere, in a `GUARD` and the one before: of a
million codes three are good at a time, so that guessing on and on succeeds once in two years."""

REGISTRATIONS = 20
"""How often one network address may try to register in each `GUARD`: every try tells whether an address was free."""

FORGOTTEN = 20
FORGOTTEN_OF_ACCOUNT = 3
"""How often a network address may ask for new passwords in each `GUARD`, and for how many mails to one account."""


@dataclass(frozen=True, slots=True)
class Window:
    """A fixed stretch of time; `ends_in` is in whole seconds, at least 1."""

    number: int
    ends_in: int


def window(now: datetime.datetime, length: datetime.timedelta) -> Window:
    """Return the window that `now` lies in."""
    seconds = int(length.total_seconds())
    number, gone = divmod(int(now.timestamp()), seconds)
    return Window(number, seconds - gone)


def attempts_allowed(*, known_device: bool, wrong_before: int) -> int:
    """Return how many attempts a window has; `wrong_before` counts the account's in this guard and the one before."""
    return ATTEMPTS if known_device or wrong_before < GUARDED_AFTER else GUARDED_ATTEMPTS

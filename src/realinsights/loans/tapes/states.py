"""States of a CSV tape: the two letters of those that are written out, so that Florida and FL are one state."""

from __future__ import annotations

import re
from typing import Final

_NAMES: Final = """
    AL alabama, AK alaska, AZ arizona, AR arkansas, CA california, CO colorado, CT connecticut, DE delaware,
    FL florida, GA georgia, HI hawaii, ID idaho, IL illinois, IN indiana, IA iowa, KS kansas, KY kentucky,
    LA louisiana, ME maine, MD maryland, MA massachusetts, MI michigan, MN minnesota, MS mississippi,
    MO missouri, MT montana, NE nebraska, NV nevada, NH new hampshire, NJ new jersey, NM new mexico,
    NY new york, NC north carolina, ND north dakota, OH ohio, OK oklahoma, OR oregon, PA pennsylvania,
    RI rhode island, SC south carolina, SD south dakota, TN tennessee, TX texas, UT utah, VT vermont,
    VA virginia, WA washington, WV west virginia, WI wisconsin, WY wyoming, DC district of columbia,
    PR puerto rico, GU guam, AS american samoa, VI virgin islands
"""
_LETTERS: Final = {name: letters for letters, _, name in (one.strip().partition(" ") for one in _NAMES.split(","))}
_KNOWN: Final = frozenset(_LETTERS.values())
_MARKS: Final = re.compile(r"[\s.]+")


def state(text: str) -> str:
    """Return a state of the US as its two letters, and any other text as it is."""
    letters = text.replace(".", "").strip().upper()
    return letters if letters in _KNOWN else _LETTERS.get(_MARKS.sub(" ", text).strip().lower(), text)

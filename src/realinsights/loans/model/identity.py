"""Identity of a loan: whether a row that bears its number speaks of it, or of another loan.

Closing date and original amount never change; a lender may sell, a building be renamed. What a row says is compared
with the loan in the books and with what any tape has said of it, so that an edit by hand settles a difference.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from enum import Enum, auto
from typing import Any, Final, NamedTuple

from realinsights.loans.model.loan import Loan
from realinsights.loans.model.property import Property
from realinsights.loans.model.tape import Statement, TapeProperty

ANOTHER_LOAN: Final = (
    "it is another loan, which needs a number or a deal of its own; "
    "if it is the same one, correct it in the books first"
)

THE_SAME_LOAN: Final = (
    "has the same closing and amount, and no other building or lender: it is the same loan, and would count twice. "
    "Write its number as the books have it; if it is another loan, give it another number or a deal of its own"
)

_LONGEST_PADDED: Final = 12
_NEARLY: Final = 0.85
_WRITTEN_OTHERWISE: Final = 0.6
_FLOAT32_SHARE: Final = Decimal("0.00000012")
_STATE: Final = 2  # letters; a state that is written out is not compared with them
_LEAST: Final = Decimal("0.02")
_COMPANY: Final = frozenset(
    {
        "n",
        "a",
        "na",
        "national",
        "association",
        "inc",
        "llc",
        "lp",
        "llp",
        "corp",
        "corporation",
        "company",
        "co",
        "ltd",
    }
)
_NO_BUILDING: Final = frozenset({"various", "multiple", "portfolio", "defeased", "securities", "nap", "na", "tbd"})
_WORD: Final = re.compile(r"[^\W_]+")


class Contradiction(NamedTuple):
    """A field in which a row and the books cannot be of one loan: what each of them says."""

    field: str
    said: str
    known: str

    @property
    def reason(self) -> str:
        """Return both sides in a sentence."""
        return f"is {self.said} here and {self.known} in the books under this number: {ANOTHER_LOAN}"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a loan: as it is stored, its lender's name, its buildings, and what tapes have said of it."""

    loan: Loan
    lender: str | None
    buildings: Sequence[Property]
    statements: Sequence[Statement]


class _Place(NamedTuple):
    name: str | None = None
    address: str | None = None
    city: str | None = None
    state: str | None = None


class _Sameness(Enum):
    SAME = auto()
    UNKNOWN = auto()
    DOUBTFUL = auto()  # it may have another name now
    OTHER = auto()


def written_otherwise(number: str) -> Sequence[str]:
    """Return how a number would be written with other zeros before it, which spreadsheets leave out."""
    if not number.isdecimal() or len(number) > _LONGEST_PADDED:
        return ()
    digits = number.lstrip("0") or "0"
    padded = (digits.zfill(length) for length in range(len(digits), _LONGEST_PADDED + 1))
    return tuple(text for text in padded if text != number)


def contradictions(statement: Statement, known: Known, *, deal: str | None) -> list[Contradiction]:
    """Return in what a row contradicts the loan that bears its number; nothing where it may be of that loan."""
    found = [*_deal(deal, known), *_closing(statement, known), *_amount(statement, known)]
    building = _building(statement, known)
    lender = list(_lender(statement, known))
    closed_alike = statement.origination_date is not None and statement.original_balance is not None and not found
    if building is _Sameness.OTHER or (building is _Sameness.DOUBTFUL and (found or lender or not closed_alike)):
        found.append(_buildings(statement, known))
    if lender and not (closed_alike and building is _Sameness.SAME):
        found += lender
    return found


def _deal(deal: str | None, known: Known) -> Iterator[Contradiction]:
    if deal is not None and known.loan.deal is not None and deal != known.loan.deal:
        yield Contradiction("deal", deal, known.loan.deal)


def _closing(statement: Statement, known: Known) -> Iterator[Contradiction]:
    said: datetime.date | None = statement.origination_date
    dates = [known.loan.origination_date, *(item.origination_date for item in known.statements)]
    if said is not None and said not in dates:
        yield Contradiction("originationDate", said.isoformat(), known.loan.origination_date.isoformat())


def _amount(statement: Statement, known: Known) -> Iterator[Contradiction]:
    said = statement.original_balance
    amounts = [known.loan.original_balance, *(item.original_balance for item in known.statements)]
    if said is not None and not any(amount is not None and _alike(said, amount) for amount in amounts):
        yield Contradiction("originalBalance", f"{said:,}", f"{known.loan.original_balance:,}")


def _alike(said: Decimal, amount: Decimal) -> bool:
    # A tape whose money was stored in 32 bits says the same amount otherwise.
    return abs(said - amount) <= max(_LEAST, amount * _FLOAT32_SHARE)


def _lender(statement: Statement, known: Known) -> Iterator[Contradiction]:
    said = statement.originator or statement.lender
    stored = (known.lender, known.loan.originator)
    names = [*stored, *(name for item in known.statements for name in (item.originator, item.lender))]
    known_names = list(dict.fromkeys(name for name in names if name is not None))
    if said is None or not known_names or said in known_names:
        return
    if not any(_one_company(said, name) for name in known_names):
        yield Contradiction("lender", said, known_names[0])


def _one_company(one: str, other: str) -> bool:
    a, b = _words(one) - _COMPANY, _words(other) - _COMPANY
    return a <= b or b <= a or _ratio(a, b) >= _NEARLY


def _building(statement: Statement, known: Known) -> _Sameness:
    if statement.defeased or not statement.properties:
        return _Sameness.UNKNOWN
    stored = {_place(asset) for asset in known.buildings}
    stored.update(_place(asset) for item in known.statements for asset in item.properties)
    said = {_place(asset) for asset in statement.properties}
    if any(place in stored for place in said if place != _Place()):  # nearly always
        return _Sameness.SAME
    found = {_one_building(one, other) for one in said for other in stored}
    for sameness in (_Sameness.SAME, _Sameness.UNKNOWN, _Sameness.DOUBTFUL, _Sameness.OTHER):
        if sameness in found:
            return sameness
    return _Sameness.UNKNOWN


def _place(asset: Property | TapeProperty) -> _Place:
    return _Place(asset.name, asset.address, asset.city, asset.state)


def _one_building(said: _Place, other: _Place) -> _Sameness:
    address, name = _same_address(said.address, other.address), _same_name(said.name, other.name)
    if _other_state(said.state, other.state):
        return _Sameness.OTHER
    if address:
        return _Sameness.SAME
    if _differ(said.city, other.city) and address is not None:
        return _Sameness.OTHER
    if name:
        return _Sameness.SAME
    if name is None:
        return _Sameness.UNKNOWN if address is None else _Sameness.DOUBTFUL
    return _Sameness.OTHER if address is False or _differ(said.city, other.city) else _Sameness.DOUBTFUL


def _same_name(one: str | None, other: str | None) -> bool | None:
    a, b = _words(one), _words(other)
    if not a or not b or (a | b) & _NO_BUILDING:
        return None
    return a <= b or b <= a or _ratio(a, b) >= _NEARLY


def _same_address(one: str | None, other: str | None) -> bool | None:
    a, b = _words(one), _words(other)
    if not a or not b or (a | b) & _NO_BUILDING:
        return None
    numbers = ({word for word in words if word[0].isdigit()} for words in (a, b))
    first, second = numbers
    return (first == second or not first or not second) and _ratio(a, b) >= _WRITTEN_OTHERWISE


def _other_state(one: str | None, other: str | None) -> bool:
    if one is None or other is None or not len(one) == len(other) == _STATE:
        return False
    return one.casefold() != other.casefold()


def _differ(one: str | None, other: str | None) -> bool:
    a, b = _words(one), _words(other)
    return bool(a) and bool(b) and not (a | b) & _NO_BUILDING and _ratio(a, b) < _WRITTEN_OTHERWISE


def _words(text: str | None) -> set[str]:
    return set(_WORD.findall(text.casefold().replace("'", ""))) if text is not None else set()


def _ratio(one: Iterable[str], other: Iterable[str]) -> float:
    return SequenceMatcher(None, " ".join(sorted(one)), " ".join(sorted(other)), autojunk=False).ratio()


def _buildings(statement: Statement, known: Known) -> Contradiction:
    stored: Sequence[Any] = known.buildings or [asset for item in known.statements for asset in item.properties]
    return Contradiction("propertyName", _told(statement.properties), _told(stored))


def _told(buildings: Sequence[Property | TapeProperty]) -> str:
    first = buildings[0]
    told = ", ".join(text for text in (first.name, first.address, first.city, first.state) if text)
    return f"{told} and {len(buildings) - 1} more" if len(buildings) > 1 else told

"""Money, rates, fractions and ratios as fields: one declaration checks and normalizes them wherever they stand.

`checked(value, faults)` walks a struct, names every field that cannot be, and returns it with money to the cent and
texts as `texts.py` has them. Bounds that a field's type declares are checked too: a reader of JSON checks them, but an
import makes its documents without one, and what lies outside could never be read again.
"""

from __future__ import annotations

import datetime
import sys
import types
import typing
from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum
from functools import cache
from operator import is_
from typing import Annotated, Any, Final, NamedTuple, TypeVar, Union, cast

import msgspec

from realinsights_platform.attributes import values_of
from realinsights_platform.errors import FaultCode, Faults

NOTHING = Decimal("0.00")
CENT = Decimal("0.01")
MONEY_LIMIT = Decimal(10) ** 13
FINEST = Decimal("0.00000001")
FIRST_YEAR = 1900
LAST_YEAR = 2200


class Quantity(StrEnum):
    """The quantity a decimal field measures, which bounds its values."""

    MONEY = "money"
    SIGNED_MONEY = "signed_money"
    RATE = "rate"
    SPREAD = "spread"
    FRACTION = "fraction"
    RATIO = "ratio"
    AMOUNT = "amount"


def _quantity(quantity: Quantity, description: str) -> msgspec.Meta:
    return msgspec.Meta(extra={"quantity": quantity}, description=description)


Money = Annotated[Decimal, _quantity(Quantity.MONEY, "dollars, not negative, at most 2 decimals, below 10^13")]
SignedMoney = Annotated[Decimal, _quantity(Quantity.SIGNED_MONEY, "dollars, at most 2 decimals, within ±10^13")]
Rate = Annotated[Decimal, _quantity(Quantity.RATE, "a year's rate as a fraction: 0.0525 is 5.25 %; at most 8 decimals")]
Spread = Annotated[Decimal, _quantity(Quantity.SPREAD, "a rate as a fraction that may be negative: -0.0025 is -25 bp")]
Fraction = Annotated[Decimal, _quantity(Quantity.FRACTION, "a share between 0 and 1: 0.95 is 95 %; at most 8 decimals")]
Ratio = Annotated[Decimal, _quantity(Quantity.RATIO, "a multiple such as 1.25; at most 8 decimals")]
Amount = Annotated[
    Decimal, _quantity(Quantity.AMOUNT, "a measure such as square feet; not negative, at most 2 decimals")
]


# The one empty tuple of the interpreter: most of a loan's lists are it, and need no walk.
_EMPTY: Final = ()

S = TypeVar("S", bound=msgspec.Struct)
Check = Callable[[Any, str, Faults], Any]
"""Returns a value as it is to be stored, having noted what is wrong with it under its path."""


def checked(value: S, faults: Faults, path: str = "", *, like: tuple[type[msgspec.Struct], ...] = ()) -> S:
    """Return `value` with its quantities and texts normalized, noting every one that cannot be.

    A field whose own type declares nothing is checked as the field of its name in the first of `like` that has one.
    """
    changes: dict[str, Any] | None = None
    checks = _checks_of(type(value), like)
    for before, (attribute, wire, check) in zip(checks.values_of(value), checks.each, strict=True):
        if before is None or before is _EMPTY:
            continue
        after = check(before, path + wire if path else wire, faults)
        if after is not before:
            changes = changes or {}
            changes[attribute] = after
    return msgspec.structs.replace(value, **changes) if changes else value


def check_of(field: str, *structs: Any) -> Check | None:
    """Return the check of a field, of the first of some structs whose field of this name has one."""
    for struct in structs:
        for attribute, _, check in _checks_of(struct, ()).each:
            if attribute == field:
                return check
    return None


class _Checks(NamedTuple):
    """The checks of a struct: its values, and for each of them its attribute, its name on the wire and how."""

    values_of: Callable[[Any], tuple[Any, ...]]
    each: tuple[tuple[str, str, Check], ...]


@cache
def _checks_of(struct: type[msgspec.Struct], like: tuple[type[msgspec.Struct], ...]) -> _Checks:
    hints = [typing.get_type_hints(each, include_extras=True) for each in (struct, *like)]
    checks = []
    for field in msgspec.structs.fields(struct):
        found = (_check_of(each[field.name]) for each in hints if field.name in each)
        check = next((check for check in found if check is not None), None)
        if check is not None:
            checks.append((field.name, field.encode_name, check))
    return _Checks(values_of([attribute for attribute, _, _ in checks]), tuple(checks))


def _check_of(hint: Any) -> Check | None:
    origin = typing.get_origin(hint)
    arguments = typing.get_args(hint)
    if origin in {Union, types.UnionType}:
        found = [check for argument in arguments if (check := _check_of(argument)) is not None]
        return found[0] if found else None
    if origin is Annotated:
        return _both(_check_of(arguments[0]), *(_declared(meta) for meta in arguments[1:]))
    if origin is tuple and arguments:
        inner = _check_of(arguments[0])
        return _each(inner) if inner is not None else None
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return lambda value, path, faults: checked(value, faults, f"{path}.")
    return checked_date if hint is datetime.date else None


def _declared(meta: Any) -> Check | None:
    """Return the check of what an annotation declares: what a value means, and its bounds."""
    if not isinstance(meta, msgspec.Meta):
        return None
    extra = meta.extra or {}
    meaning = cast("Check | None", extra.get("check") or _QUANTITIES.get(extra.get("quantity", "")))
    lengths = meta.min_length is not None or meta.max_length is not None
    bounds = _within_length(meta) if lengths else _within(meta) if meta.ge is not None or meta.le is not None else None
    return _both(meaning, bounds)


def _both(*checks: Check | None) -> Check | None:
    """Return one check that makes the given ones, one after the other; None stands for none."""
    given = [check for check in checks if check is not None]
    if len(given) < 2:
        return given[0] if given else None
    first, *others = given
    then = cast("Check", _both(*others))
    return lambda value, path, faults: then(first(value, path, faults), path, faults)


def _within(meta: msgspec.Meta) -> Check:
    least, most = meta.ge, meta.le

    def check(value: Any, path: str, faults: Faults) -> Any:
        if least is not None and value < least:
            faults.add(path, f"must be at least {least}", FaultCode.TOO_SMALL)
        elif most is not None and value > most:
            faults.add(path, f"must be at most {most}", FaultCode.TOO_LARGE)
        return value

    return check


def _within_length(meta: msgspec.Meta) -> Check:
    least, most = meta.min_length or 0, meta.max_length if meta.max_length is not None else sys.maxsize
    blank = meta.pattern is None  # the one pattern in use asks for a character that is seen

    def check(value: Any, path: str, faults: Faults) -> Any:
        if not blank and value.isspace():
            faults.add(path, "must not be blank", FaultCode.BLANK)
        elif not least <= len(value) <= most:
            if not value:
                faults.add(path, "must not be empty", FaultCode.EMPTY)
            else:
                bound = f"at least {least}" if len(value) < least else f"at most {most}"
                what = "characters" if isinstance(value, str) else "entries"
                code = FaultCode.TOO_SHORT if len(value) < least else FaultCode.TOO_LONG
                faults.add(path, f"must have {bound} {what}", code)
        return value

    return check


def _each(check: Check) -> Check:
    def check_each(values: tuple[Any, ...], path: str, faults: Faults) -> tuple[Any, ...]:
        after = tuple([check(value, f"{path}[{index}]", faults) for index, value in enumerate(values)])
        return values if all(map(is_, after, values)) else after

    return check_each


def checked_date(value: datetime.date, path: str, faults: Faults) -> datetime.date:
    """Return a date; noted is one outside the years that a loan can have."""
    if not FIRST_YEAR <= value.year < LAST_YEAR:
        faults.add(path, f"{value.isoformat()} lies outside the years {FIRST_YEAR} to {LAST_YEAR - 1}")
    return value


def _money(value: Decimal, path: str, faults: Faults) -> Decimal:
    if value < 0:
        faults.add(path, "must not be negative", FaultCode.TOO_SMALL)
        return value
    return _signed_money(value, path, faults)


def _signed_money(value: Decimal, path: str, faults: Faults) -> Decimal:
    if not -MONEY_LIMIT < value < MONEY_LIMIT:
        faults.add(path, "must be below 10,000,000,000,000", FaultCode.TOO_LARGE)
        return value
    if value.same_quantum(CENT):
        return value
    cents = value.quantize(CENT)
    if cents != value:
        faults.add(path, "has more than 2 decimals", FaultCode.TOO_MANY_DECIMALS)
        return value
    return cents


def _fine(value: Decimal, path: str, faults: Faults) -> Decimal:
    if value.quantize(FINEST) != value:
        faults.add(path, "has more than 8 decimals", FaultCode.TOO_MANY_DECIMALS)
        return value
    return tidy(value)


def _rate(value: Decimal, path: str, faults: Faults) -> Decimal:
    if value < 0:
        faults.add(path, "must not be negative", FaultCode.TOO_SMALL)
        return value
    return _spread(value, path, faults)


def _spread(value: Decimal, path: str, faults: Faults) -> Decimal:
    if not -1 < value < 1:
        faults.add(
            path, "is a fraction: write 0.0525 for 5.25 %; this looks like a percentage", FaultCode.NOT_A_FRACTION
        )
        return value
    return _fine(value, path, faults)


def _fraction(value: Decimal, path: str, faults: Faults) -> Decimal:
    if not 0 <= value <= 1:
        faults.add(path, "is a share between 0 and 1: write 0.95 for 95 %", FaultCode.NOT_A_SHARE)
        return value
    return _fine(value, path, faults)


def _ratio(value: Decimal, path: str, faults: Faults) -> Decimal:
    if not -10_000 < value < 10_000:
        faults.add(path, "is a multiple such as 1.25 and must lie within ±10,000")
        return value
    return _fine(value, path, faults)


def _finite(check: Check) -> Check:
    def check_finite(value: Decimal, path: str, faults: Faults) -> Decimal:
        if not value.is_finite():
            faults.add(path, "must be a number", FaultCode.NOT_A_NUMBER)
            return value
        after: Decimal = check(value, path, faults)
        # An equal Decimal in the same notation is kept, so that nothing is copied for nothing.
        return value if after.same_quantum(value) else after

    return check_finite


def _unless_usual(check: Check) -> Check:
    def check_unusual(value: Decimal, path: str, faults: Faults) -> Any:
        # Nearly all money is in whole cents and within its bounds.
        if value.same_quantum(CENT) and NOTHING <= value < MONEY_LIMIT:
            return value
        return check(value, path, faults)

    return check_unusual


_QUANTITIES: dict[Quantity, Check] = {
    Quantity.MONEY: _unless_usual(_finite(_money)),
    Quantity.SIGNED_MONEY: _unless_usual(_finite(_signed_money)),
    Quantity.RATE: _finite(_rate),
    Quantity.SPREAD: _finite(_spread),
    Quantity.FRACTION: _finite(_fraction),
    Quantity.RATIO: _finite(_ratio),
    Quantity.AMOUNT: _unless_usual(_finite(_money)),
}


def tidy(value: Decimal) -> Decimal:
    """Return the number without trailing zeros, nor in scientific notation from 10 upward."""
    plain = value.normalize()
    if -10 < plain < 10:
        return plain
    exponent = plain.as_tuple().exponent
    return plain.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else plain


def finer_than_finest(value: Decimal) -> bool:
    """Tell whether a finite number has more than 8 decimals; no number is too large to be asked of."""
    _, digits, exponent = value.as_tuple()
    decimals = -exponent - _MOST_DECIMALS if isinstance(exponent, int) else 0
    return decimals > 0 and any(digits[-decimals:])


_MOST_DECIMALS: Final = 8

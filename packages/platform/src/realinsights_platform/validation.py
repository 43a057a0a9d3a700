"""Validation: values checked against a msgspec type so that every bad field is named, by its name on the wire."""

from __future__ import annotations

import enum
import re
import types
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Final, Union, get_args, get_origin

import msgspec

from realinsights_platform.errors import FaultCode, FieldError, Invalid

MOST_ERRORS: Final = 100
"""How many bad fields one answer names."""

_PLACE = re.compile(r" - at `(?:key in )?\$(.*)`$", re.DOTALL)
_BROAD = bytes(
    ord("0") if chr(byte) in "0123456789." else ord('"') if chr(byte) in ':,["\t\n\v\f\r ' else ord(chr(byte).lower())
    for byte in range(128)
) + bytes(128)
"""A body's characters by what they may be in a number: digits are 0, and whatever may stand before one is a quote."""

_LONG: Final = b"0" * 19
_PERHAPS_A_NUMBER: Final = re.compile(rb'"0+e')
_NO_NUMBERS: Final = (b'"nan', b'"snan', b'"inf')

_LARGEST = 2**63 - 1
_LONGEST_EXPONENT = 40  # digits before or after the point that a number may have

_OF_FIELDS: Final = (
    (re.compile(r"^Object missing required field `(.*)`$"), "is required", FaultCode.REQUIRED),
    (re.compile(r"^Object contains unknown field `(.*)`$"), "is not a field here", FaultCode.UNKNOWN_FIELD),
)
_WORDS: Final = (
    (
        re.compile(r"^Invalid RFC3339 encoded datetime$"),
        "is not a time: write one that exists as 2025-06-30T12:00:00Z",
        FaultCode.NOT_A_TIME,
    ),
    (
        re.compile(r"^Invalid RFC3339 encoded date$"),
        "is not a date: write one that exists as 2025-06-30",
        FaultCode.NOT_A_DATE,
    ),
    (re.compile(r"^Invalid decimal string$"), "is not a number: write it as 1250000.00", FaultCode.NOT_A_NUMBER),
    (re.compile(r"^Expected `str` of length >= 1$"), "must not be empty", FaultCode.EMPTY),
    (re.compile(r"^Expected `str` of length >= (\d+)$"), r"must have at least \1 characters", FaultCode.TOO_SHORT),
    (re.compile(r"^Expected `str` of length <= (\d+)$"), r"must have at most \1 characters", FaultCode.TOO_LONG),
    (re.compile(r"^Expected `array` of length >= (\d+)$"), r"must have at least \1 entries", FaultCode.TOO_SHORT),
    (re.compile(r"^Expected `array` of length <= (\d+)$"), r"must have at most \1 entries", FaultCode.TOO_LONG),
    (re.compile(r"^Expected `\w+` >= (\S+)$"), r"must be at least \1", FaultCode.TOO_SMALL),
    (re.compile(r"^Expected `\w+` <= (\S+)$"), r"must be at most \1", FaultCode.TOO_LARGE),
    (re.compile(r"^Expected `str` matching regex '\\\\S'$"), "must not be blank", FaultCode.BLANK),
)


def decoded(value: Any, type_: Any, *, what: str, strict: bool = True) -> Any:
    """Return JSON-like `value` as `type_`; raises `Invalid` that names every bad field.

    Not strict means that texts may stand for numbers, dates and so on, as they do in a query.
    """
    try:
        result = msgspec.convert(value, type_, strict=strict)
    except msgspec.ValidationError as error:
        raise _refusal(what, value, type_, strict=strict, first=error) from None
    refuse_absurd(result, what)
    return result


def decoded_json(body: bytes, decoder: msgspec.json.Decoder[Any]) -> Any:
    """Return a JSON body as the decoder's type; raises `Invalid`, or `msgspec.DecodeError` where it is not JSON."""
    try:
        result = decoder.decode(body)
    except msgspec.ValidationError as error:
        raise _refusal("body", msgspec.json.decode(body), decoder.type, strict=True, first=error) from None
    if result is not None and _perhaps_absurd(body):
        refuse_absurd(result, "body")
    return result


def _perhaps_absurd(body: bytes) -> bool:
    """Tell whether a body may hold an absurd value; most do not, and are not looked through field by field.

    Decimals are written with blanks around them, underscores and digits of any script, if somebody wants to.
    """
    if b"\\" in body or not body.isascii():
        return True
    broad = body.translate(_BROAD, b"_+-")
    return _LONG in broad or any(word in broad for word in _NO_NUMBERS) or _PERHAPS_A_NUMBER.search(broad) is not None


def refuse_absurd(value: Any, what: str) -> None:
    """Refuse what no field of ours can hold: numbers beyond all measure, and text with NUL characters."""
    errors = list(_absurd(value, ""))
    if errors:
        raise Invalid(f"The {what} holds values that cannot be.", tuple(errors[:MOST_ERRORS]))


def _absurd(value: Any, path: str) -> Iterator[FieldError]:
    match value:
        case msgspec.Struct():
            for name, wire in zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True):
                inner = getattr(value, name)
                if inner is not None:  # most parameters of a list are not given
                    yield from _absurd(inner, _under(path, wire))
        case Mapping():
            for key, item in value.items():
                yield from _absurd(key, path)
                yield from _absurd(item, _under(path, str(key)))
        case list() | tuple() | set() | frozenset():
            for index, item in enumerate(value):
                yield from _absurd(item, f"{path}[{index}]")
        case _:
            message = _absurdity(value)
            if message is not None:
                code = FaultCode.TOO_LARGE if isinstance(value, int) else FaultCode.WRONG_TYPE
                yield FieldError(path, message, FaultCode.NOT_A_NUMBER if isinstance(value, Decimal) else code)


def _absurdity(value: Any) -> str | None:
    if isinstance(value, str):
        return "must not contain NUL characters" if "\0" in value else None
    if isinstance(value, int):
        return None if -_LARGEST <= value <= _LARGEST else "is too large a number"
    if isinstance(value, Decimal) and (
        not value.is_finite() or abs(value.adjusted()) > _LONGEST_EXPONENT or _decimals(value) > _LONGEST_EXPONENT
    ):
        return "is not a number with a reasonable count of digits"
    return None


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _refusal(what: str, value: Any, type_: Any, *, strict: bool, first: msgspec.ValidationError) -> Invalid:
    found: dict[str, FieldError] = {}
    for error in _errors(value, type_, "", strict=strict):
        found.setdefault(error.field, error)
        if len(found) == MOST_ERRORS:
            break
    if not found:  # the walk below knows less than msgspec: then the first error is all there is to say
        error = _translated(str(first), "", type_)
        found[error.field] = error
    return Invalid(f"The {what} is not valid.", tuple(found.values()))


def _errors(value: Any, type_: Any, path: str, *, strict: bool) -> Iterator[FieldError]:
    try:
        msgspec.convert(value, type_, strict=strict)
    except msgspec.ValidationError as error:
        inner = tuple(_inner_errors(value, type_, path, strict=strict))
        yield from inner or (_translated(str(error), path, type_),)


def _inner_errors(value: Any, type_: Any, path: str, *, strict: bool) -> Iterator[FieldError]:
    """Yield the errors of a container's parts; nothing where the value as a whole is what is wrong."""
    bare = _bare(type_, value)
    if isinstance(bare, type) and issubclass(bare, msgspec.Struct) and isinstance(value, Mapping):
        yield from _struct_errors(value, bare, path, strict=strict)
        return
    origin, arguments = get_origin(bare), get_args(bare)
    if isinstance(origin, type) and issubclass(origin, msgspec.Struct) and isinstance(value, Mapping):
        yield from _struct_errors(value, bare, path, strict=strict)
    elif origin is dict and isinstance(value, Mapping) and len(arguments) == 2:
        for key, item in value.items():
            yield from _errors(item, arguments[1], _under(path, str(key)), strict=strict)
    elif _is_sequence(origin, arguments) and isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _errors(item, arguments[0], f"{path}[{index}]", strict=strict)


def _is_sequence(origin: Any, arguments: tuple[Any, ...]) -> bool:
    if origin is tuple:
        return len(arguments) == 2 and arguments[1] is ...
    return origin in {list, set, frozenset} and len(arguments) == 1


def _struct_errors(value: Mapping[str, Any], struct: Any, path: str, *, strict: bool) -> Iterator[FieldError]:
    names = set()
    for field in msgspec.structs.fields(struct):
        names.add(field.encode_name)
        place = _under(path, field.encode_name)
        if field.encode_name in value:
            yield from _errors(value[field.encode_name], field.type, place, strict=strict)
        elif field.required:
            yield FieldError(place, "is required", FaultCode.REQUIRED)
    origin = get_origin(struct) or struct
    config = origin.__struct_config__
    if config.forbid_unknown_fields:
        known = names | ({config.tag_field} if config.tag_field else set())
        for name in value:
            if name not in known:
                yield FieldError(_under(path, str(name)), "is not a field here", FaultCode.UNKNOWN_FIELD)


def _bare(type_: Any, value: Any) -> Any:
    """Return the type without aliases, annotations and None; of a union the member that the value means to be."""
    while True:
        origin = get_origin(type_)
        if origin is Annotated:
            type_ = get_args(type_)[0]
        elif origin in {Union, types.UnionType}:
            members = [member for member in get_args(type_) if member not in {type(None), msgspec.UnsetType}]
            chosen = members if len(members) == 1 else [m for m in members if _meant(m, value)]
            if len(chosen) != 1:
                return None
            type_ = chosen[0]
        else:
            return type_


def _meant(member: Any, value: Any) -> bool:
    bare = get_origin(member) or member
    if isinstance(bare, type) and issubclass(bare, msgspec.Struct) and isinstance(value, Mapping):
        config = bare.__struct_config__
        return config.tag is None or value.get(config.tag_field) == config.tag
    return isinstance(value, list) and bare in {list, tuple, set, frozenset}


def _translated(message: str, path: str, type_: Any) -> FieldError:
    place = _PLACE.search(message)
    if place is not None:
        message = message[: place.start()]
        path += place[1] if place[1].startswith("[") or path else place[1].removeprefix(".")
    path = path.replace("[...]", "[]")
    for pattern, words, code in _OF_FIELDS:
        match = pattern.match(message)
        if match:
            return FieldError(_under(path, match[1]), words, code)
    if message.startswith("Invalid enum value") and (choices := _choices(type_)):
        return FieldError(path, f"must be one of {', '.join(choices)}", FaultCode.NOT_A_CHOICE)
    for pattern, words, code in _WORDS:
        match = pattern.match(message)
        if match:
            return FieldError(path, match.expand(words), code)
    return FieldError(path, message[:1].lower() + message[1:] if message else "is not valid", FaultCode.WRONG_TYPE)


def _choices(type_: Any) -> list[str]:
    """Return the values of the enumeration that a type is, or may be; none where it is no such type."""
    if isinstance(type_, type) and issubclass(type_, enum.Enum):
        return [str(member.value) for member in type_]
    return [choice for argument in get_args(type_) for choice in _choices(argument)]


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name

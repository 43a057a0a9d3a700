"""Mutated code put into functions that are already imported."""

from __future__ import annotations

import gc
import inspect
from types import CodeType, FunctionType

Place = tuple[str, str, int]
"""File, qualified name and first line of a function."""


def place(code: CodeType) -> Place:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def changed(original: CodeType, mutated: CodeType) -> dict[Place, CodeType] | None:
    """Return the mutated code of each function that differs; None where code outside functions does."""
    if original.co_flags & inspect.CO_OPTIMIZED:
        return {} if original == mutated else {place(original): mutated}
    ours, theirs = _inner(original), _inner(mutated)
    if _own(original) != _own(mutated) or len(ours) != len(theirs):
        return None
    found: dict[Place, CodeType] = {}
    for one, other in zip(ours, theirs, strict=True):
        inside = changed(one, other)
        if inside is None:
            return None
        found |= inside
    return found


def functions(files: frozenset[str]) -> dict[Place, list[FunctionType]]:
    """Return the living functions of files by where they are defined."""
    found: dict[Place, list[FunctionType]] = {}
    for living in gc.get_objects():
        if isinstance(living, FunctionType) and living.__code__.co_filename in files:
            found.setdefault(place(living.__code__), []).append(living)
    return found


def _inner(code: CodeType) -> list[CodeType]:
    return [constant for constant in code.co_consts if isinstance(constant, CodeType)]


def _own(code: CodeType) -> object:
    constants = [repr(constant) for constant in code.co_consts if not isinstance(constant, CodeType)]
    return code.co_code, code.co_names, constants

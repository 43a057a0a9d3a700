"""Docstrings name the thing first: a class is a noun, and the first line of each is a whole sentence."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
FILES: Final = sorted(path for folder in ("src", "packages") for path in (ROOT / folder).rglob("*.py"))
Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

#: Openings that name no thing, or name it only afterwards.
NO_NOUN: Final = frozenset(
    {"At", "By", "From", "How", "In", "On", "So", "There", "Where", "Whether", "Which", "Who", "Whom", "Why"}
)
#: Openings that say nothing of the thing itself.
EMPTY: Final = frozenset({"Base", "Class", "Function", "Helper", "Helpers", "Method", "Module", "This", "Utility"})
#: What a class does, in the third person, before it is said what it is.
VERBS: Final = frozenset({
    "Adds", "Admits", "Answers", "Applies", "Asks", "Builds", "Calls", "Carries", "Checks", "Claims", "Closes",
    "Collects", "Computes", "Contains", "Converts", "Counts", "Creates", "Declares", "Defines", "Describes",
    "Drafts", "Encodes", "Ends", "Ensures", "Fetches", "Finds", "Follows", "Gives", "Handles", "Hands", "Hashes",
    "Holds", "Implements", "Indexes", "Keeps", "Knows", "Lets", "Loads", "Looks", "Makes", "Manages", "Moves",
    "Opens", "Owns", "Picks", "Plans", "Provides", "Proves", "Publishes", "Puts", "Reads", "Removes", "Represents",
    "Returns", "Runs", "Saves", "Sends", "Shows", "Starts", "Stores", "Takes", "Tells", "Turns", "Verifies", "Waits",
    "Walks", "Wraps", "Writes",
})  # fmt: skip
#: The first word, unless what follows shows that it is a noun: `Reads: …`, `Ends of sessions`, `Walks over documents`.
OPENING: Final = re.compile(r"(\w+)(?!\w|:| of | over )")
FIRST_WORDS: Final = {
    ast.Module: EMPTY | NO_NOUN | VERBS,
    ast.ClassDef: EMPTY | NO_NOUN | VERBS,
    ast.FunctionDef: EMPTY | VERBS,
    ast.AsyncFunctionDef: EMPTY | VERBS,
}


def faults_of(source: str) -> Iterator[str]:
    """Yield what is wrong with a file's docstrings, a sentence each."""
    tree = ast.parse(source)
    if ast.get_docstring(tree) is None:
        yield "The module has no docstring."
    for node in ast.walk(tree):
        if isinstance(node, Documented) and (text := ast.get_docstring(node)) is not None:
            name = "the module" if isinstance(node, ast.Module) else node.name
            first = text.splitlines()[0]
            if not first.endswith((".", "?")):
                yield f"The first line of {name} is no whole sentence: {first}"
            opening = OPENING.match(first)
            if opening is not None and opening[1] in FIRST_WORDS[type(node)]:
                yield f"The docstring of {name} does not name the thing first: {first}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_docstrings_name_the_thing_first(file: Path) -> None:
    assert list(faults_of(file.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "x = 1",
        '"""Helpers for dates."""',
        '"""Reads dates."""',
        '"""Dates, and what follows\nfrom them."""',
        '"""Dates."""\nclass Dates:\n    """This class keeps dates."""',
        '"""Dates."""\nclass Dates:\n    """Keeps dates."""',
        '"""Dates."""\nclass Dates:\n    """Where dates are kept."""',
        '"""Dates."""\ndef date():\n    """Helper that returns a date."""',
    ],
)
def test_one_that_does_not_is_found(source: str) -> None:
    assert list(faults_of(source))


def test_a_plain_one_passes() -> None:
    source = (
        '"""Dates: days without a time."""\nclass Date:\n    """A day."""\ndef following(day): "Return the next day."'
    )
    assert list(faults_of(source)) == []

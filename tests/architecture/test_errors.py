"""What the product refuses it says in sentences: a capital letter or a value first, a full stop last."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = {
    file: ast.parse(file.read_text())
    for folder in ("src/realinsights", "packages/platform/src")
    for file in sorted((ROOT / folder).rglob("*.py"))
}
# What is wrong with a tape is said after the line it is in: "line 3: these bytes are not utf-8".
SPOKEN = [file for file in SOURCES if "/loans/tapes/" not in file.as_posix()]
NO_TEXT = {"MethodNotAllowed"}
"""Refusals whose first argument is not what they say."""


def name_of(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def refusals() -> frozenset[str]:
    """Return the names of `Refusal`, of every class that is one, and of the command line's for wrong usage."""
    known = {"Refusal", "UsageError"}
    classes = [node for tree in SOURCES.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    while True:
        more = {one.name for one in classes if known & {name_of(base) for base in one.bases}} - known
        if not more:
            return frozenset(known)
        known |= more


REFUSALS = refusals()


def text_of(node: ast.expr) -> str | None:
    """Return a message as the source has it, with `{}` for values; None where it is put together elsewhere."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def messages(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of(node.func) in REFUSALS - NO_TEXT and node.args:
            text = text_of(node.args[0])
            if text is not None:
                yield node.lineno, text


def is_sentence(text: str) -> bool:
    return (text[:1].isupper() or text.startswith(("{", "--"))) and text.endswith(".")


def test_refusals_are_known() -> None:
    assert {"Invalid", "NotFound", "Conflict", "Stale", "TapeRefused", "BadTopology", "MalformedHeader"} <= REFUSALS
    assert sum(1 for tree in SOURCES.values() for _ in messages(tree)) > 80


@pytest.mark.parametrize("file", SPOKEN, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_refusal_is_a_sentence(file: Path) -> None:
    assert [f"line {line}: {text}" for line, text in messages(SOURCES[file]) if not is_sentence(text)] == []


@pytest.mark.parametrize(
    "source",
    [
        'raise NotFound("there is no loan.")',
        'raise Stale("Read it again")',
        'raise errors.Conflict(f"It has {n} loans")',
    ],
)
def test_what_is_no_sentence_is_found(source: str) -> None:
    assert [is_sentence(text) for _, text in messages(ast.parse(source))] == [False]

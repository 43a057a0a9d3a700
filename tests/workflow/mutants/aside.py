"""Sets aside mutants of a Cosmic Ray session that would tell nothing of the tests, each with its reason.

    python aside.py SESSION

Runs in the environment of Cosmic Ray. What is set aside is counted in the report, and never as killed.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import MutationSpec, WorkerOutcome, WorkResult

Span = tuple[tuple[int, int], tuple[int, int]]

#: Operators of numbers, dates and Decimals exchanged with those of bits, and the other way round: nearly all are a
#: TypeError the first time they run, so that whichever test comes by kills them.
_BITS = re.compile(
    r"core/ReplaceBinaryOperator_(?:"
    r"(?:Add|Sub|Mul|Div|FloorDiv|Mod|Pow)_(?:RShift|LShift|BitOr|BitAnd|BitXor)"
    r"|(?:RShift|LShift|BitOr|BitAnd|BitXor)_(?:Add|Sub|Mul|Div|FloorDiv|Mod|Pow|RShift|LShift))$"
)
#: One replacement for each operator of arithmetic; the others of the same place are noticed where that one is.
_ARITHMETIC = re.compile(
    r"core/ReplaceBinaryOperator_(?:Add|Sub|Mul|Div|FloorDiv|Mod|Pow)_(?:Add|Sub|Mul|Div|FloorDiv|Mod|Pow)$"
)
_HARDEST = re.compile(
    r"core/ReplaceBinaryOperator_(?:Add_Sub|Sub_Add|Mul_Div|Div_Mul|FloorDiv_Div|Mod_FloorDiv|Pow_Mul)$"
)
#: Identity for a comparison, or the other way round. What is compared by identity are members of enumerations: equality
#: is the same for them, and their order is that of how they are spelled. `is not` for `is` stays.
_IDENTITY = re.compile(
    r"core/ReplaceComparisonOperator_(?:(?:Is|IsNot)_(?:Eq|NotEq|Lt|LtE|Gt|GtE)|(?:Eq|NotEq|Lt|LtE|Gt|GtE)_(?:Is|IsNot))$"
)


class Source:
    """A file as Python reads it: where its operators are, and its annotations, which it does not evaluate."""

    def __init__(self, file: Path) -> None:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        self.annotations = [_span(node) for node in _annotations(tree)]
        self.operators = [
            ((node.left.end_lineno or 0, node.left.end_col_offset or 0), (node.right.lineno, node.right.col_offset))
            for node in ast.walk(tree)
            if isinstance(node, ast.BinOp)
        ]


def reason(source: Source, mutation: MutationSpec) -> str | None:
    """Return why a mutant is set aside, or None."""
    where = mutation.start_pos
    if any(start <= where < end for start, end in source.annotations):
        return "in an annotation, which is not evaluated"
    if "BinaryOperator" in mutation.operator_name and not any(start <= where < end for start, end in source.operators):
        return "no operator: the star of a parameter list or of an argument"
    if _BITS.match(mutation.operator_name):
        return "an operator of bits for one of arithmetic, or the other way round: dates and decimals have none"
    if _ARITHMETIC.match(mutation.operator_name) and not _HARDEST.match(mutation.operator_name):
        return "a second operator of arithmetic: one a place, - for +, + for -, / for *, * for /, / for //, * for **"
    if _IDENTITY.match(mutation.operator_name):
        return "identity for equality or an order, or the other way round"
    return None


def set_aside(database: WorkDB) -> Counter[str]:
    """Mark the mutants of a session that are set aside, and count them by reason."""
    sources: dict[Path, Source] = {}
    found: dict[str, list[str]] = {}
    for item in database.work_items:
        (mutation,) = item.mutations
        if mutation.module_path not in sources:
            sources[mutation.module_path] = Source(mutation.module_path)
        why = reason(sources[mutation.module_path], mutation)
        if why is not None:
            found.setdefault(why, []).append(item.job_id)
    for why, jobs in found.items():
        database.set_multiple_results(jobs, WorkResult(output=why, worker_outcome=WorkerOutcome.SKIPPED))
    return Counter({why: len(jobs) for why, jobs in found.items()})


def _annotations(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.returns is not None:
            yield node.returns
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            yield node.annotation


def _span(node: ast.expr) -> Span:
    return (node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)


if __name__ == "__main__":
    with use_db(sys.argv[1], WorkDB.Mode.open) as session:
        for text, count in set_aside(session).most_common():
            print(f"{count:6,} {text}")

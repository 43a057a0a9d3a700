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

#: Operators between numbers, dates and Decimals exchanged with those of bits, and the other way round: Python refuses them
#: the first time they run, so whichever test comes by kills them.
_BITS = re.compile(
    r"core/ReplaceBinaryOperator_(?:"
    r"(?:Add|Sub|Mul|Div|FloorDiv|Mod|Pow)_(?:RShift|LShift|BitOr|BitAnd|BitXor)"
    r"|(?:RShift|LShift|BitOr|BitAnd|BitXor)_(?:Add|Sub|Mul|Div|FloorDiv|Mod|Pow|RShift|LShift))$"
)
#: Identity and equality exchanged: the same for members of an enumeration, and for values a matter of how Python keeps them.
_IDENTITY = re.compile(
    r"core/ReplaceComparisonOperator_(?:Is_Eq|IsNot_NotEq|(?:Eq|NotEq|Lt|LtE|Gt|GtE)_(?:Is|IsNot))$"
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
        return "an operator of bits for one of arithmetic, or the other way round: a TypeError wherever it runs"
    if _IDENTITY.match(mutation.operator_name):
        return "identity for equality, or the other way round"
    return None


def set_aside(database: WorkDB) -> Counter[str]:
    """Mark the mutants of a session that are set aside, and count them by reason."""
    sources: dict[Path, Source] = {}
    counted: Counter[str] = Counter()
    for item in database.pending_work_items:
        (mutation,) = item.mutations
        if mutation.module_path not in sources:
            sources[mutation.module_path] = Source(mutation.module_path)
        why = reason(sources[mutation.module_path], mutation)
        if why is not None:
            database.set_result(item.job_id, WorkResult(output=why, worker_outcome=WorkerOutcome.SKIPPED))
            counted[why] += 1
    return counted


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

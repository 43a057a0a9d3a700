"""The report of a mutation run: how many mutants there are, what became of each, and why the rest survives."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

Fate = Literal["killed", "timed out", "survived", "aside", "waiting"]

#: Cosmic Ray's operators by what they change.
FAMILIES: Final = {
    "ReplaceBinaryOperator": "arithmetic",
    "ReplaceComparisonOperator": "comparison",
    "NumberReplacer": "number, one more or less",
    "AddNot": "condition negated",
    "ReplaceUnaryOperator": "sign or `not`",
    "ReplaceTrueWithFalse": "`True`, `False`",
    "ReplaceFalseWithTrue": "`True`, `False`",
    "ReplaceAndWithOr": "`and`, `or`",
    "ReplaceOrWithAnd": "`and`, `or`",
    "RemoveDecorator": "decorator removed",
    "ZeroIterationForLoop": "loop, exception, `break`",
    "ExceptionReplacer": "loop, exception, `break`",
    "ReplaceContinueWithBreak": "loop, exception, `break`",
    "ReplaceBreakWithContinue": "loop, exception, `break`",
}

OPENING: Final = """# Mutants of the mathematics: {rate} of {ran:,} are noticed by the tests

```sh
make mutants
```

A mutant is the code with one small fault put in: a `<` for a `<=`, a `-` for a `+`, 361 for 360. The tests of its topic
run against each, in the order of their speed, until one fails: the mutant is killed. One that no test notices survives,
and is either a gap in the tests or the same rule written differently. [Cosmic Ray](../decisions/mutants.md) makes them,
of every line of schedules, day counts, rates and prepayment, tables and properties included: whole files, no samples.
Only tests of `packages/finance/tests` count. Hypothesis draws 20 examples for each property, always the same ones; a
test that states a number of its own keeps it.
"""

EXPLAINED: Final = """## Survivors

Each was looked at. A mutant is written as the line before and the line after it.
"""


@dataclass(frozen=True, kw_only=True)
class Topic:
    """Files that are mutated, and the tests that have to notice it."""

    name: str
    title: str
    files: list[str]
    tests: list[str]


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A mutant and what became of it; `before` and `after` are its lines without indentation."""

    job: str
    file: str
    line: int
    operator: str
    fate: Fate
    told: str
    before: str
    after: str

    @property
    def text(self) -> str:
        return f"{self.file}: {self.before} → {self.after or '(removed)'}"


@dataclass(frozen=True, kw_only=True)
class Written:
    """A report: the page, its summary, the share that is killed, and survivors without a reason."""

    page: str
    summary: str
    killed: float
    open: list[str] = field(default_factory=list)


def mutants(session: Path, topic: Topic, sources: Path) -> list[Mutant]:
    """Return the mutants of a session, by file and line; those that have no verdict yet are waiting."""
    query = """
        select job_id, module_path, start_pos_row, operator_name, worker_outcome, output, diff
        from mutation_specs left join work_results using (job_id) order by 2, 3, start_pos_col, 4, occurrence
    """
    with sqlite3.connect(session) as database:
        rows = database.execute(query).fetchall()
    found = []
    for job, path, line, operator, outcome, output, diff in rows:
        told = (output or "").strip()
        fate = _fate(outcome, told) if outcome else "waiting"
        before, after = _lines(diff or "")
        name = str(Path(path).relative_to(sources))
        kind = operator.removeprefix("core/")
        found.append(
            Mutant(job=job, file=name, line=line, operator=kind, fate=fate, told=told, before=before, after=after)
        )
    return found


def explained(group: dict[str, Any]) -> list[str]:
    """Return the mutants of a group of survivors, as `Mutant.text` has them."""
    return [" ".join(text.split()) for text in group["mutants"].strip().splitlines()]


def report(found: Sequence[tuple[Topic, list[Mutant]]], reasons: Sequence[dict[str, Any]]) -> Written:
    """Write the report of all topics; `reasons` are groups of survivors with why they survive."""
    everything = [mutant for _, of_topic in found for mutant in of_topic]
    ran = [mutant for mutant in everything if mutant.fate not in {"aside", "waiting"}]
    survivors = Counter(mutant.text for mutant in ran if mutant.fate == "survived")
    killed = 1 - survivors.total() / max(len(ran), 1)
    lines = [OPENING.format(rate=_share(killed), ran=len(ran))]
    lines += _by_file(found)
    waiting = sum(mutant.fate == "waiting" for mutant in everything)
    if waiting:
        lines += [f"Of these {waiting:,} have not been run yet: `make mutants ARGS=--keep` goes on with them.", ""]
    lines += _by_family(ran)
    lines += _aside(everything)
    explained, still_open = _survivors(survivors, reasons)
    lines += [EXPLAINED, *explained]
    summary = f"{len(ran):,} mutants ran, {survivors.total():,} survived: {_share(killed)} killed"
    still_open += [f"{waiting} that have not been run"] if waiting else []
    return Written(page="\n".join(lines) + "\n", summary=summary, killed=killed, open=still_open)


def _fate(outcome: str, told: str) -> Fate:
    if outcome.upper().endswith("SKIPPED"):
        return "aside"
    for fate in ("killed", "timed out", "survived"):
        if told.startswith(fate):
            return fate  # type: ignore[return-value]
    raise ValueError(f"neither killed nor survived: {outcome}, {told}")


def _lines(diff: str) -> tuple[str, str]:
    changed = [line for line in diff.splitlines() if not line.startswith(("---", "+++")) and line[1:].strip()]
    before = " ".join(line[1:].strip() for line in changed if line.startswith("-"))
    after = " ".join(line[1:].strip() for line in changed if line.startswith("+"))
    return " ".join(before.split()), " ".join(after.split())


def _share(part: float) -> str:
    return f"{int(part * 1000) / 10} %"


def _row(name: str, of: Iterable[Mutant]) -> str:
    fates = Counter(mutant.fate for mutant in of)
    ran = fates.total() - fates["aside"] - fates["waiting"]
    dead = fates["killed"] + fates["timed out"]
    share = _share(dead / ran) if ran else ""
    return (
        f"| {name} | {fates.total():,} | {fates['aside']:,} | {ran:,} | {fates['killed']:,} | {fates['timed out']:,} "
        f"| {fates['survived']:,} | {share} |"
    )


def _by_file(found: Sequence[tuple[Topic, list[Mutant]]]) -> list[str]:
    head = "made | set aside | ran | killed | timed out | survived | noticed |"
    lines = [f"| file | {head}", "|---|" + "--:|" * 7]
    for topic, of_topic in found:
        names = sorted({mutant.file for mutant in of_topic})
        lines += [_row(f"`{name}`", (mutant for mutant in of_topic if mutant.file == name)) for name in names]
        lines.append(_row(f"**{topic.title}**", of_topic))
    lines.append(_row("**all**", (mutant for _, of_topic in found for mutant in of_topic)))
    return [
        *lines,
        "",
        "A mutant that times out counts as noticed: it never ends, or takes more than twice as long and two seconds.",
        "",
    ]


def _by_family(ran: Sequence[Mutant]) -> list[str]:
    lines = ["| what was changed | ran | survived | noticed |", "|---|--:|--:|--:|"]
    families = Counter(FAMILIES[mutant.operator.partition("_")[0]] for mutant in ran)
    alive = Counter(FAMILIES[mutant.operator.partition("_")[0]] for mutant in ran if mutant.fate == "survived")
    for name, count in families.most_common():
        lines.append(f"| {name} | {count:,} | {alive[name]:,} | {_share(1 - alive[name] / count)} |")
    return [*lines, ""]


def _aside(everything: Sequence[Mutant]) -> list[str]:
    counted = Counter(mutant.told for mutant in everything if mutant.fate == "aside")
    lines = [
        "Set aside before the run, and counted neither as killed nor as survived: they tell nothing of the tests.",
        "",
    ]
    return [*lines, *(f"- {count:,} × {why}" for why, count in counted.most_common()), ""]


def _survivors(survivors: Counter[str], reasons: Sequence[dict[str, Any]]) -> tuple[list[str], list[str]]:
    left = Counter(survivors)
    lines: list[str] = []
    for group in reasons:
        here = [(text, left.pop(text)) for text in explained(group) if text in left]
        if not here:
            continue
        lines += [f"**{sum(count for _, count in here)} × {group['why'].strip()}**", ""]
        lines += [f"- `{text}`" + (f" ({count} ×)" if count > 1 else "") for text, count in here]
        lines.append("")
    if left:
        lines += [f"**{left.total()} × without a reason**", "", *(f"- `{text}`" for text in sorted(left)), ""]
    return lines, sorted(left)

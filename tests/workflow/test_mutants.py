"""The runner of mutants: what differs is found, what survives has a reason, and reasons are of lines that are there."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from tests.workflow.mutants.report import Mutant, Topic, explained, report
from tests.workflow.mutants.swap import changed

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "workflow" / "mutants"
PACKAGE = ROOT / "packages" / "finance"
SOURCES = PACKAGE / "src" / "realinsights_finance"
SOURCE = """
YEAR = 360

class Convention:
    days = 30

    def fraction(self, days):
        return days / YEAR

def total(amounts):
    return sum(amount + 1 for amount in amounts)
"""


def code(source):
    return compile(source, "day_count.py", "exec")


class TestWhatDiffers:
    @pytest.mark.parametrize(
        ("before", "after", "places"),
        [
            ("days / YEAR", "days * YEAR", [("day_count.py", "Convention.fraction", 7)]),
            ("amount + 1", "amount - 1", [("day_count.py", "total", 10)]),
            ("days / YEAR", "days / YEAR  # 360", []),
        ],
    )
    def test_is_the_functions_that_do(self, before, after, places):
        found = changed(code(SOURCE), code(SOURCE.replace(before, after)))
        assert found is not None
        assert list(found) == places

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("YEAR = 360", "YEAR = 361"),
            ("YEAR = 360", "YEAR = 360.0"),
            ("days = 30", "days = 31"),
            ("def total(amounts)", "def total(amounts=None)"),
            ("def total(amounts)", "def sums(amounts)"),
        ],
    )
    def test_is_everything_where_it_is_no_function(self, before, after):
        assert changed(code(SOURCE), code(SOURCE.replace(before, after))) is None


def mutant(fate, number, *, told="", operator="NumberReplacer"):
    line = f"days = {number}"
    return Mutant(
        job=str(number), file="a.py", line=1, operator=operator, fate=fate, told=told, before=line, after=f"{line} + 1"
    )


class TestTheReport:
    TOPIC = Topic(name="a", title="A", files=["a.py"], tests=[])

    def write(self, *groups):
        mutants = [mutant("killed", number) for number in range(6)]
        mutants += [
            mutant("timed out", 6),
            mutant("survived", 7),
            mutant("survived", 8),
            mutant("aside", 9, told="why"),
        ]
        return report([(self.TOPIC, mutants)], groups)

    def test_counts_what_is_noticed_of_what_ran(self):
        written = self.write()
        assert "| `a.py` | 10 | 1 | 9 | 6 | 1 | 2 | 77.7 % |" in written.page
        assert "- 1 × why" in written.page
        assert written.killed == pytest.approx(7 / 9)

    def test_says_what_has_not_been_run(self):
        mutants = [mutant("killed", 1), mutant("waiting", 2), mutant("waiting", 3)]
        written = report([(self.TOPIC, mutants)], [])
        assert "| `a.py` | 3 | 0 | 1 | 1 | 0 | 0 | 100.0 % |" in written.page
        assert "Of these 2 have not been run yet" in written.page
        assert written.open == ["2 that have not been run"]

    def test_leaves_open_what_has_no_reason(self):
        group = {"why": "the same", "mutants": "\na.py: days = 7 → days = 7 + 1\na.py: days = 70 → days = 71\n"}
        assert self.write(group).open == ["a.py: days = 8 → days = 8 + 1"]
        assert "**1 × the same**\n\n- `a.py: days = 7 → days = 7 + 1`\n" in self.write(group).page


class TestReasons:
    GROUPS = tomllib.loads((FOLDER / "survivors.toml").read_text(encoding="utf-8"))["group"]

    def test_are_of_lines_that_are_there(self):
        lines = {}
        for text in (text for group in self.GROUPS for text in explained(group)):
            name, _, change = text.partition(": ")
            if name not in lines:
                lines[name] = " ".join((SOURCES / name).read_text(encoding="utf-8").split())
            assert change.partition(" → ")[0] in lines[name], text

    def test_are_given_once(self):
        texts = [text for group in self.GROUPS for text in explained(group)]
        assert sorted(texts) == sorted(set(texts))


def test_topics_name_files_and_tests_that_are_there():
    topics = tomllib.loads((FOLDER / "topics.toml").read_text(encoding="utf-8"))["topic"]
    assert {topic["name"] for topic in topics} == {"day-counts", "prepayment", "rates", "schedule"}
    for topic in topics:
        assert all(list(SOURCES.glob(name)) for name in topic["files"])
        assert all(list(PACKAGE.glob(name)) for name in topic["tests"])

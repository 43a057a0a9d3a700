"""`POST /reconcile`: the solver on an uploaded statement, and what it says of a loan's terms."""

from __future__ import annotations

import csv
import datetime
import io
from decimal import Decimal

import pytest

from realinsights.loans.service import solving
from realinsights_finance import DayCount, LoanTerms, schedule
from realinsights_finance.rounding import InterestRounding, Rounding

DATE = datetime.date
COLUMNS = ("dueDate", "beginningBalance", "interest", "principal", "endingBalance")


def a_note(**changes):
    said = {
        "principal": Decimal("10000000.00"), "rate": Decimal("0.0525"), "day_count": DayCount.ACTUAL_360,
        "start": DATE(2025, 1, 1), "first_payment": DATE(2025, 2, 1), "maturity": DATE(2035, 1, 1),
        "amortization_months": 360,
    }  # fmt: skip
    return LoanTerms(**(said | changes))


def printed(terms, rows=24, **changed):
    """Return a schedule's first rows as a lender prints them; a change is of one row's cell, as `row3_interest`."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for number, row in enumerate(schedule(terms).installments[:rows], start=1):
        cells = dict(
            zip(
                COLUMNS,
                (row.due_date, row.beginning_balance, row.interest, row.principal, row.ending_balance),
                strict=True,
            )
        )
        cells |= {name: changed[f"row{number}_{name}"] for name in COLUMNS if f"row{number}_{name}" in changed}
        writer.writerow(cells.values())
    return out.getvalue()


async def solved(client, text, **parameters):
    return await client.post(
        "/reconcile",
        params={"fileName": "statement.csv", **parameters},
        content=text if isinstance(text, bytes) else text.encode(),
    )


class TestAStatement:
    async def test_is_answered_as_the_command_line_does(self, client):
        terms = a_note(rounding=Rounding(interest=InterestRounding.DOWN))
        answer = await solved(client, printed(terms, 60))
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert {"precision", "tolerance", "loans"} <= set(told)
        (loan,) = told["loans"]
        assert (loan["loan"], loan["status"], loan["matchedRows"]) == ("statement", "matched", 60)
        assert loan["conventions"][0]["interestRounding"] == "down"
        assert loan["firstDifference"] is None
        assert told["overcharges"] is None

    async def test_has_its_rows_beside_the_computed_ones(self, client):
        text = printed(a_note(), 24, row10_interest="50000.00")
        (loan,) = (await solved(client, text)).json()["loans"]
        assert loan["status"] == "differs"
        assert len(loan["rows"]) == 24
        assert loan["rows"][0]["interest"] == loan["rows"][0]["computedInterest"]
        difference = loan["firstDifference"]
        assert (difference["dueDate"], difference["field"], difference["reported"]) == (
            "2025-11-01",
            "interest",
            "50000.00",
        )
        assert loan["rows"][9]["computedInterest"] == difference["computed"]

    async def test_of_a_loan_says_what_was_billed_beside_its_terms(self, client, a_loan_body):
        # The note says 30/360, the lender counts actual days: in most years that is five or six days too many.
        body = a_loan_body(terms={"dayCount": "30_360"})
        loan_id = (await client.post("/loans", json=body)).json()["id"]
        billed = a_note()
        told = (await solved(client, printed(billed, 12), loanId=loan_id)).json()
        assert told["loans"][0]["status"] == "matched"
        found = told["overcharges"]
        due = schedule(a_note(day_count=DayCount.THIRTY_360)).installments[:12]
        paid = schedule(billed).installments[:12]
        assert [month["interestDue"] for month in found["months"]] == [str(row.interest) for row in due]
        assert Decimal(found["interestOver"]) == sum(row.interest for row in paid) - sum(row.interest for row in due)
        assert (found["compared"], found["unknown"]) == (12, 0)
        assert "actual/360" in found["billedBy"]
        assert "30/360" in found["terms"]


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"", "is empty"),
            (b"a,b\n1,2\n", "is no statement"),
            (b"\xff\xfe\x00", "is no text"),
            (b"dueDate,interest\nsoon,1\n", "Line 2, dueDate"),
            (b"<rss/>", "rss"),
            (b'dueDate,interest\n2025-01-01,"' + b"9" * 200_000 + b'"\n', "cannot be read as CSV"),
        ],
    )
    async def test_says_which_and_why(self, client, content, why):
        answer = await solved(client, content)
        assert answer.status_code == 422, answer.text
        assert why in answer.text

    async def test_a_loan_that_is_not_there(self, client):
        assert (await solved(client, printed(a_note()), loanId="nothing")).status_code == 404

    async def test_one_statement_of_many_does_not_end_the_others(self, client):
        lines = printed(a_note(), 60).splitlines()
        text = "\n".join(["loan," + lines[0], *("A," + line for line in lines[1:]), "B,2025-02-01,,5.00,,"])
        first, second = (await solved(client, text)).json()["loans"]
        assert (first["loan"], first["status"]) == ("A", "matched")
        assert (second["loan"], second["status"]) == ("B", "refused")
        assert "no balance" in second["problem"]


class TestBounds:
    async def test_of_size(self, client):
        answer = await solved(client, b"dueDate,interest\n" + b"#" * solving.LARGEST)
        assert answer.status_code == 413

    async def test_of_loans(self, client, monkeypatch):
        text = "loan,dueDate,interest\n" + "".join(
            f"{number},2025-01-01,1.00\n" for number in range(solving.MOST_LOANS + 1)
        )
        answer = await solved(client, text)
        assert answer.status_code == 422
        assert "at most can be solved at a time" in answer.text

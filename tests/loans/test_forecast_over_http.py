"""What falls due month by month, over HTTP: by each loan's own schedule, in sums, in pages and as a file."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar

import httpx
import pytest

from .conftest import World
from .rates.conftest import Floating

ON = "2025-12-31"
BETWEEN = {"terms": {"scheduledPrincipal": [{"dueDate": "2027-01-02", "amount": "1000.00"}]}}
AMOUNTS = ("interest", "projectedInterest", "principal", "balloon", "debtService", "total")

Made = Callable[..., Any]


@pytest.fixture
def made(client: httpx.AsyncClient, a_loan_body: Callable[..., dict[str, Any]]) -> Made:
    """Return a way to store a loan; it answers with its id."""

    async def make(number: str = "1001", **changes: Any) -> str:
        body = a_loan_body(number=number, **changes)
        answer = await client.post("/loans", json=body, params={"businessDate": ON})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    return make


@pytest.fixture
def floats(client: httpx.AsyncClient, a_loan_body: Callable[..., dict[str, Any]]) -> Floating:
    return Floating(client, a_loan_body)


async def line_of(ask: Made, loan: str, **parameters: Any) -> dict[str, Any]:
    [line] = (await ask("/forecast/loans", **{"businessDate": ON, "loanId": loan, **parameters}))["items"]
    return dict(line)


def paid_by_month(schedule: dict[str, Any], since: str = ON) -> dict[str, list[Decimal]]:
    """Return interest and principal of a schedule's installments by the month that they fall due in, from a day on."""
    by_month: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for row in schedule["installments"]:
        if row["dueDate"] < since:
            continue
        sums = by_month[row["dueDate"][:7] + "-01"]
        sums[0] += Decimal(row["interest"])
        sums[1] += Decimal(row["principal"])
    return by_month


def same_as_schedule(line: dict[str, Any], schedule: dict[str, Any], since: str = ON) -> bool:
    by_month = paid_by_month(schedule, since)
    months = {month["month"]: month for month in line["months"]}
    return all(
        [Decimal(month["interest"]), Decimal(month["principal"]) + Decimal(month["balloon"])] == by_month[first]
        for first, month in months.items()
    )


class TestALoan:
    @pytest.mark.parametrize(
        "terms",
        [
            {},
            {"dayCount": "30_360"},
            {"interestOnlyMonths": 18},
            {"amortizationMonths": None},
            {"frequency": "quarterly", "firstPaymentDate": "2025-04-01"},
            {"businessDayRule": "following", "accrualAdjusted": True},
            {"businessDayRule": "modified_following"},
            {"interestRounding": "carried"},
            {"levelPayment": "60000.00", "amortizationMonths": None},
        ],
    )
    async def test_pays_what_its_schedule_says(self, made: Made, ask: Made, terms: dict[str, Any]) -> None:
        loan = await made(maturityDate="2027-06-01", terms=terms)
        line = await line_of(ask, loan, businessDate="2025-01-01", months=36)
        assert same_as_schedule(line, await ask(f"/loans/{loan}/schedule"), since="2025-01-01")
        assert line["unknown"] is None
        assert len(line["months"]) == 36
        balloon = await ask(f"/loans/{loan}/schedule")
        assert line["total"]["balloon"] == balloon["balloonPrincipal"]
        assert (line["months"][29]["month"], line["months"][29]["balloon"]) == ("2027-06-01", line["total"]["balloon"])

    async def test_owes_by_its_recorded_balance(self, made: Made, ask: Made) -> None:
        loan = await made(currentBalance="9000000.00", balanceAsOf="2025-12-15", terms={"dayCount": "30_360"})
        line = await line_of(ask, loan, months=2)
        # 9,000,000 x 5.25 % / 12; the level payment of 10,000,000 over 360 months is 55,220.37.
        assert [(month["interest"], month["debtService"]) for month in line["months"]] == [
            ("0.00", "0.00"),
            ("39375.00", "55220.37"),
        ]
        assert line["balance"] == "9000000.00"

    async def test_rolls_an_older_balance_forward_and_counts_from_the_day(self, made: Made, ask: Made) -> None:
        loan = await made()
        schedule = paid_by_month(await ask(f"/loans/{loan}/schedule"))
        before = await line_of(ask, loan, businessDate="2026-03-01", months=1)
        assert Decimal(before["total"]["interest"]) == schedule["2026-03-01"][0]
        after = await line_of(ask, loan, businessDate="2026-03-02", months=1)
        assert after["total"]["total"] == "0.00"

    async def test_is_repaid_on_its_anticipated_repayment_date(self, made: Made, ask: Made) -> None:
        loan = await made(anticipatedRepaymentDate="2026-06-01")
        line = await line_of(ask, loan)
        schedule = await ask(f"/loans/{loan}/schedule")
        [row] = [row for row in schedule["installments"] if row["dueDate"] == "2026-06-01"]
        june = line["months"][6]
        assert (june["interest"], june["balloon"], june["principal"]) == (
            row["interest"],
            row["beginningBalance"],
            "0.00",
        )
        assert all(month["total"] == "0.00" for month in line["months"][7:])

    async def test_of_interest_only_goes_on_to_its_extended_maturity(self, made: Made, ask: Made) -> None:
        loan = await made(
            maturityDate="2026-03-01",
            terms={
                "amortizationMonths": None,
                "dayCount": "30_360",
                "extensionOptions": [{"months": 6, "exercisedOn": "2025-11-30"}],
            },
        )
        line = await line_of(ask, loan)
        assert line["expectedMaturityDate"] == "2026-09-01"
        assert [month["interest"] for month in line["months"][1:11]] == ["43750.00"] * 9 + ["0.00"]
        assert [month["month"] for month in line["months"] if Decimal(month["balloon"])] == ["2026-09-01"]

    async def test_whose_terms_change_within_a_period_pays_both_rates(
        self, client: httpx.AsyncClient, made: Made, ask: Made
    ) -> None:
        loan = await made(
            maturityDate="2028-01-01",
            currentBalance="10000000.00",
            balanceAsOf="2025-12-10",
            terms={"amortizationMonths": None},
        )
        answer = await client.patch(
            f"/loans/{loan}",
            params={"effectiveOn": "2025-12-09", "businessDate": "2025-12-31"},
            json={"rate": "0.0625"},
            headers={"If-Match": '"1"'},
        )
        assert answer.status_code == 200, answer.text
        line = await line_of(ask, loan)
        assert line["months"][1]["interest"] == "51597.23"
        assert same_as_schedule(line, await ask(f"/loans/{loan}/schedule"))

    async def test_that_is_late_is_counted_and_marked(self, made: Made, ask: Made) -> None:
        await made("1")
        await made("2", status="60_days")
        told = await ask("/forecast", businessDate=ON)
        assert (told["computed"], told["late"]) == (2, 1)
        lines = (await ask("/forecast/loans", businessDate=ON))["items"]
        assert [line["late"] for line in lines] == [False, True]
        assert lines[0]["months"] == lines[1]["months"]


class TestALoanThatIsNotKnown:
    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            (
                BETWEEN,
                (
                    "its principal of 2027-01-02 is due on no payment date: "
                    "the periods around it end on 2027-01-01 and 2027-02-01"
                ),
            ),
            ({"terms": {"firstPaymentDate": None}}, "the first payment date is not known"),
            (
                {"maturityDate": "2025-12-01", "balanceAsOf": "2025-06-01"},
                "it was due on 2025-12-01 and is still owed: nobody has said when it is repaid",
            ),
            (
                {
                    "maturityDate": "2026-03-01",
                    "terms": {"extensionOptions": [{"months": 6, "exercisedOn": "2025-11-30"}]},
                },
                "what it repays after its first maturity, on 2026-03-01, is not known: it was extended",
            ),
        ],
    )
    async def test_is_named_with_the_reason_and_in_no_sum(
        self, made: Made, ask: Made, changes: dict[str, Any], reason: str
    ) -> None:
        await made("1")
        loan = await made("2", **changes)
        alone = await ask("/forecast", businessDate=ON, q="1")
        both = await ask("/forecast", businessDate=ON)
        assert both["months"] == alone["months"]
        assert (both["loans"], both["computed"], both["balance"]) == (2, 1, "20000000.00")
        assert both["leftOut"] == [
            {
                "reason": reason,
                "count": 1,
                "balance": "10000000.00",
                "loans": [{"loanId": loan, "number": "2", "name": "Harbor Point", "balance": "10000000.00"}],
            }
        ]
        [line] = (await ask("/forecast/loans", businessDate=ON, leftOut="true"))["items"]
        assert (line["loanId"], line["unknown"], line["months"], line["total"]) == (loan, reason, [], None)

    async def test_before_its_recorded_balance_is_named(self, made: Made, ask: Made) -> None:
        await made()
        told = await ask("/forecast", businessDate="2024-12-31")
        [left_out] = told["leftOut"]
        assert left_out["reason"] == "its balance is recorded as of 2025-01-01, after the business date"

    async def test_for_many_reasons_is_counted_under_the_last(self, made: Made, ask: Made) -> None:
        for day in range(1, 24):
            await made(f"{day:02}", maturityDate=f"2025-11-{day:02}", balanceAsOf="2025-10-01")
        left_out = (await ask("/forecast", businessDate=ON))["leftOut"]
        assert len(left_out) == 21
        assert sum(one["count"] for one in left_out) == 23
        [others] = [one for one in left_out if one["reason"].startswith("other reasons")]
        assert (others["count"], others["balance"]) == (3, "30000000.00")


class TestAFloatingLoan:
    INDEX: ClassVar = {"index": "SOFR", "lookbackBusinessDays": 0}

    async def test_pays_what_its_schedule_says_under_every_scenario(
        self, client: httpx.AsyncClient, floats: Floating, ask: Made
    ) -> None:
        await floats.fixings("SOFR", {"2025-12-01": "4.10", "2025-12-31": "4.00"})
        began = {"originationDate": "2025-12-01", "balanceAsOf": "2025-12-01"}
        loan = await floats.loan(self.INDEX, ON, **began, terms={"firstPaymentDate": "2026-01-01"})
        points = [{"on": "2026-01-01", "rate": "0.041"}, {"on": "2026-07-01", "rate": "0.035"}]
        curve = await client.post(
            "/rates/curves",
            json={"index": "SOFR", "asOf": "2025-12-30", "points": points, "until": "2030-01-01"},
            params={"businessDate": ON},
        )
        assert curve.status_code == 201, curve.text
        for scenario in ("flat", "forward", curve.json()["id"]):
            for shift in (0, 100):
                under = {"businessDate": ON, "scenario": scenario, "shift": shift}
                schedule = await ask(f"/loans/{loan}/schedule", **under)
                line = await line_of(ask, loan, **under)
                assert line["unknown"] is None
                assert schedule["installments"]
                assert same_as_schedule(line, schedule)
                projected = [month["projectedInterest"] == month["interest"] for month in line["months"]]
                assert projected[1] is False  # the period under way was fixed when it began
                assert all(projected[2:])
                told = await ask("/forecast", **under)
                assert [month["interest"] for month in told["months"]] == [m["interest"] for m in line["months"]]

    async def test_that_amortizes_goes_on_from_its_recorded_balance(self, floats: Floating, ask: Made) -> None:
        await floats.fixings("SOFR", {"2025-12-01": "4.00"})
        terms = {"levelPayment": "80000.00", "dayCount": "30_360"}
        loan = await floats.loan(self.INDEX, ON, currentBalance="9000000.00", balanceAsOf="2025-12-15", terms=terms)
        line = await line_of(ask, loan, months=3)
        # 9,000,000 x 6.5 % / 12 = 48,750.00, then 8,968,750 x 6.5 % / 12 = 48,580.73.
        assert [(month["interest"], month["principal"]) for month in line["months"]] == [
            ("0.00", "0.00"),
            ("48750.00", "31250.00"),
            ("48580.73", "31419.27"),
        ]

    async def test_that_was_extended_goes_on(self, floats: Floating, ask: Made) -> None:
        await floats.fixings("SOFR", {"2025-12-01": "4.00"})
        terms = {"dayCount": "30_360", "extensionOptions": [{"months": 12, "exercisedOn": "2025-11-30"}]}
        loan = await floats.loan(self.INDEX, ON, maturityDate="2026-02-01", balanceAsOf="2025-12-15", terms=terms)
        line = await line_of(ask, loan)
        assert line["expectedMaturityDate"] == "2027-02-01"
        assert [month["interest"] for month in line["months"][1:16]] == ["54166.67"] * 14 + ["0.00"]
        assert [month["month"] for month in line["months"] if Decimal(month["balloon"])] == ["2027-02-01"]

    async def test_is_named_where_its_rate_is_not_known(
        self, client: httpx.AsyncClient, floats: Floating, ask: Made
    ) -> None:
        loan = await floats.loan(self.INDEX, ON, balanceAsOf="2025-12-15")
        assert (await line_of(ask, loan))["unknown"] == "the fixing of SOFR for 2025-12-01 is missing"
        await floats.fixings("SOFR", {"2025-12-01": "4.00"})
        assert (await line_of(ask, loan))["unknown"] is None
        forward = await line_of(ask, loan, scenario="forward")
        assert forward["unknown"] == f"there is no curve of SOFR as of {ON} or before"
        curve = await client.post(
            "/rates/curves",
            json={"index": "prime", "asOf": ON, "points": [{"on": ON, "rate": "0.07"}]},
            params={"businessDate": ON},
        )
        other = await line_of(ask, loan, scenario=curve.json()["id"])
        assert other["unknown"] == "the scenario is a curve of Prime, and it floats on SOFR"


class TestManyLoans:
    async def test_are_the_sums_of_their_lines_and_pages_and_the_file(
        self, client: httpx.AsyncClient, made: Made, ask: Made
    ) -> None:
        for number in range(7):
            await made(
                f"{number}",
                maturityDate=f"{2026 + number}-07-01",
                originalBalance=f"{1_000_000 + number * 333_333}.33",
                currentBalance=f"{1_000_000 + number * 333_333}.33",
                terms={"amortizationMonths": None} if number % 2 else {},
            )
        await made("7", **BETWEEN)
        told = await ask("/forecast", businessDate=ON)
        lines: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            page = await ask("/forecast/loans", businessDate=ON, limit=3, **cursor)
            lines += page["items"]
            if page["next"] is None:
                break
            cursor = {"cursor": page["next"]}
        assert [line["number"] for line in lines] == [str(number) for number in range(8)]
        for place, month in enumerate(told["months"]):
            of_lines = [line["months"][place] for line in lines if line["months"]]
            for name in AMOUNTS:
                assert Decimal(month[name]) == sum(Decimal(line[name]) for line in of_lines)
            assert month["loans"] == sum(Decimal(line["total"]) > 0 for line in of_lines)
            assert month["balloons"] == sum(Decimal(line["balloon"]) > 0 for line in of_lines)
        assert told["months"][7]["balloons"] == 1
        for name in AMOUNTS:
            assert Decimal(told["total"][name]) == sum(Decimal(month[name]) for month in told["months"])
        file = await client.get("/forecast/export", params={"businessDate": ON})
        assert file.headers["content-disposition"] == 'attachment; filename="forecast.csv"'
        rows = list(csv.DictReader(io.StringIO(file.text)))
        assert len(rows) == 7 * 24 + 1
        assert sum(Decimal(row["Total"]) for row in rows if row["Total"]) == Decimal(told["total"]["total"])
        assert (rows[-1]["Loan number"], rows[-1]["Total"], rows[-1]["Month"]) == ("7", "", "")
        assert rows[-1]["Left out because"].startswith("its principal of 2027-01-02")

    async def test_of_a_month_are_those_that_pay_then(self, made: Made, ask: Made) -> None:
        await made("1", maturityDate="2026-03-01")
        await made("2", terms={"frequency": "quarterly", "firstPaymentDate": "2025-04-01"})
        months = {}
        for month in ("2026-02", "2026-03", "2026-04"):
            page = await ask("/forecast/loans", businessDate=ON, month=month)
            months[month] = [line["number"] for line in page["items"]]
            assert all([one["month"] for one in line["months"]] == [f"{month}-01"] for line in page["items"])
        assert months == {"2026-02": ["1"], "2026-03": ["1"], "2026-04": ["2"]}
        repaid = await ask("/forecast/loans", businessDate=ON, balloons="true")
        assert [line["number"] for line in repaid["items"]] == ["1"]
        assert (await ask("/forecast/loans", businessDate=ON, month="2026-04", balloons="true"))["items"] == []

    async def test_count_the_part_that_is_on_the_properties_asked_for(
        self, client: httpx.AsyncClient, a_property_body: Callable[..., dict[str, Any]], made: Made, ask: Made
    ) -> None:
        ids = []
        for number, state in enumerate(("CA", "TX")):
            answer = await client.post("/properties", json=a_property_body(name=f"House {number}", state=state))
            ids.append(answer.json()["id"])
        properties = [
            {"propertyId": ids[0], "allocatedAmount": "2500000.00"},
            {"propertyId": ids[1], "allocatedAmount": "7500000.00"},
        ]
        await made("1", properties=properties, terms={"dayCount": "30_360", "amortizationMonths": None})
        whole = await ask("/forecast", businessDate=ON, state="CA", measure="whole")
        part = await ask("/forecast", businessDate=ON, state="CA")
        assert (whole["balance"], part["balance"]) == ("10000000.00", "2500000.00")
        assert (whole["months"][1]["interest"], part["months"][1]["interest"]) == ("43750.00", "10937.50")
        assert (await ask("/forecast", businessDate=ON, state="NV"))["loans"] == 0
        assert (await ask("/forecast", businessDate=ON, state=["CA", "TX"]))["balance"] == "10000000.00"

    async def test_that_are_closed_or_owe_nothing_are_not_there(self, made: Made, ask: Made) -> None:
        await made("1", status="paid_off", currentBalance="0.00")
        await made("2", currentBalance="0.00")
        told = await ask("/forecast", businessDate=ON)
        assert (told["loans"], told["leftOut"], told["total"]["total"]) == (0, [], "0.00")
        assert (await ask("/forecast/loans", businessDate=ON))["items"] == []


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("parameters", "field"),
        [
            ({"months": 0}, "months"),
            ({"months": 61}, "months"),
            ({"shift": 1001}, "shift"),
            ({"shift": "much"}, "shift"),
            ({"scenario": "nobodys"}, "scenario"),
            ({"measure": "half"}, "measure"),
            ({"businessDate": "0001-01-01"}, "businessDate"),
            ({"businessDate": "9999-12-31"}, "businessDate"),
        ],
    )
    @pytest.mark.parametrize("path", ["/forecast", "/forecast/loans", "/forecast/export"])
    async def test_names_the_field(self, ask: Made, path: str, parameters: dict[str, Any], field: str) -> None:
        refused = await ask(path, 422, **{"businessDate": ON, **parameters})
        assert [error["field"] for error in refused["errors"]] == [field]

    @pytest.mark.parametrize("month", ["2025-11", "2027-12", "0000-01", "2026-13", "soon"])
    async def test_names_a_month_that_is_not_ahead(self, ask: Made, month: str) -> None:
        refused = await ask("/forecast/loans", 422, businessDate=ON, month=month)
        assert [error["field"] for error in refused["errors"]] == ["month"]

    @pytest.mark.parametrize("path", ["/forecast", "/forecast/loans", "/forecast/export"])
    async def test_nobody_sees_another_organization_or_nothing_without_a_token(
        self, client: httpx.AsyncClient, world: World, made: Made, path: str
    ) -> None:
        loan = await made()
        other = await client.get(path, params={"businessDate": ON}, headers=world.headers(org="org-2"))
        assert other.status_code == 200
        assert loan not in other.text
        reader = await client.get(path, params={"businessDate": ON}, headers=world.headers("viewer"))
        assert reader.status_code == 200
        assert (await client.get(path, headers={"Authorization": "Bearer nobody"})).status_code == 401

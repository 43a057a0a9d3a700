"""Schedules of floating loans over HTTP: past by fixings, the present accrual, a future under a curve."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest

from .facts import G6, G6_FIXINGS, G6_LOAN

Body = Callable[..., dict[str, Any]]


@pytest.fixture
def a_floating_body(a_loan_body: Body) -> Body:
    """Return a builder of the loan of golden case G6; `floating` and `terms` change its terms."""

    def build(floating: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
        terms = {
            "firstPaymentDate": "2025-02-15",
            "amortizationMonths": None,
            "floating": {**G6, **(floating or {})},
            **changes.pop("terms", {}),
        }
        return a_loan_body(**{**G6_LOAN, **changes}, terms=terms)

    return build


async def made(client: httpx.AsyncClient, body: dict[str, Any], on: str = "2025-05-20") -> str:
    answer = await client.post("/loans", json=body, params={"businessDate": on})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def fixed(client: httpx.AsyncClient, body: str, on: str = "2026-09-01") -> None:
    answer = await client.post(
        "/rates/imports", content=body.encode(), params={"fileName": "fixings.csv", "businessDate": on}
    )
    assert answer.status_code == 200, answer.text
    assert all(one["refused"] == 0 for one in answer.json()["indices"]), answer.text


async def schedule(client: httpx.AsyncClient, loan: str, on: str, **parameters: Any) -> dict[str, Any]:
    answer = await client.get(f"/loans/{loan}/schedule", params={"businessDate": on, **parameters})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def rates(told: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(one["standing"], one["known"], one["rates"][-1]["rate"]) for one in told["floating"]["periods"]]


class TestGoldenCaseG6:
    async def test_is_the_schedule_of_its_fixings(self, client: httpx.AsyncClient, a_floating_body: Body) -> None:
        await fixed(client, G6_FIXINGS)
        loan = await made(client, a_floating_body())
        told = await schedule(client, loan, "2025-05-01")
        assert [(row["days"], row["interest"]) for row in told["installments"][:4]] == [
            (31, "147034.72"),
            (28, "68055.56"),
            (31, "96875.00"),
            (30, "177083.33"),
        ]
        resets = [one["rates"][0]["reset"] for one in told["floating"]["periods"][:4]]
        assert [(reset["determinedOn"], reset["boundBy"]) for reset in resets] == [
            ("2025-01-13", "none"),
            ("2025-02-13", "index_floor"),
            ("2025-03-13", "none"),
            ("2025-04-11", "ceiling"),
        ]
        assert rates(told)[:5] == [
            ("past", "fixing", "0.0683"),
            ("past", "fixing", "0.035"),
            ("past", "fixing", "0.045"),
            ("present", "fixing", "0.085"),
            ("projected", "projected", "0.085"),
        ]
        assert (told["unscheduled"], len(told["installments"])) == (None, 12)
        assert (told["dueAtMaturity"], told["balloonPrincipal"]) == ("25182986.11", "25000000.00")
        assert told["weightedAverageLifeYears"] == "1.000000"
        accrual = told["floating"]["accrual"]
        assert (accrual["since"], accrual["interest"]) == ("2025-04-15", "94444.44")  # 16 days at 8.50 %
        assert (told["floating"]["presentRate"], told["floating"]["rateDifference"]) == ("0.085", "0.0167")

    async def test_is_moved_by_a_shift(self, client: httpx.AsyncClient, a_floating_body: Body) -> None:
        await fixed(client, G6_FIXINGS)
        loan = await made(client, a_floating_body())
        told = await schedule(client, loan, "2025-05-01", shift=-275)
        assert rates(told)[3:5] == [("present", "fixing", "0.085"), ("projected", "projected", "0.065")]
        assert told["floating"]["shift"] == -275

    async def test_explains_what_has_accrued(self, client: httpx.AsyncClient, a_floating_body: Body) -> None:
        await fixed(client, G6_FIXINGS)
        loan = await made(client, a_floating_body())
        told = await schedule(client, loan, "2025-05-01", explain="true")
        explained = told["floating"]["accrual"]["explained"]
        assert explained["formula"] == "balance x sum of (rate x fraction of a year)"
        said = {part["name"]: part["value"] for part in (*explained["inputs"], *explained["steps"])}
        assert (said["spread"], said["bound by"], said["interest"]) == ("0.025", "ceiling", "94444.44")
        assert said["index read on 2025-04-11"] == "0.0675"
        assert (await schedule(client, loan, "2025-05-01"))["floating"]["accrual"]["explained"] is None

    async def test_is_a_table_with_the_rate_of_each_installment(
        self, client: httpx.AsyncClient, a_floating_body: Body
    ) -> None:
        await fixed(client, G6_FIXINGS)
        loan = await made(client, a_floating_body())
        answer = await client.get(f"/loans/{loan}/schedule.csv", params={"businessDate": "2025-05-01"})
        rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
        assert len(rows) == 12
        assert [rows[1][name] for name in ("Interest", "Rate", "Known", "Standing", "Determined on", "Bound by")] == [
            "68055.56",
            "0.035",
            "fixing",
            "past",
            "2025-02-13",
            "index_floor",
        ]

    async def test_tells_the_balance_and_what_has_accrued(
        self, client: httpx.AsyncClient, a_floating_body: Body
    ) -> None:
        await fixed(client, G6_FIXINGS)
        loan = await made(client, a_floating_body())
        told = (await client.get(f"/loans/{loan}/balance", params={"businessDate": "2025-05-01"})).json()
        assert (told["balance"], told["accruedInterest"]) == ("25000000.00", "94444.44")
        assert told["nextInstallment"]["interest"] == "177083.33"


class TestARevisedFixing:
    async def revised(self, client: httpx.AsyncClient, on: str, value: str, known: str) -> None:
        body = {"index": "1-month Term SOFR", "on": on, "value": value}
        answer = await client.post("/rates/fixings", json=body, params={"businessDate": known})
        assert answer.status_code == 201, answer.text

    async def test_of_a_past_period_is_marked_and_makes_an_adjustment(
        self, client: httpx.AsyncClient, a_floating_body: Body
    ) -> None:
        await fixed(client, G6_FIXINGS)
        loan = await made(client, a_floating_body())
        await self.revised(client, "2025-03-13", "0.0210", "2025-05-20")
        before = await schedule(client, loan, "2025-05-19")
        assert (before["floating"]["adjustment"], before["installments"][2]["interest"]) == (None, "96875.00")
        told = await schedule(client, loan, "2025-05-20", explain="true")
        assert told["installments"][2]["interest"] == "99027.78"  # 31 days at 4.60 %, not 4.50 %
        period = told["floating"]["periods"][2]
        assert period["rates"][0]["reset"]["revised"] == [
            {"on": "2025-03-13", "former": "0.02", "value": "0.021", "knownOn": "2025-05-20"}
        ]
        assert period["adjustment"] == {
            "formerRate": "0.045", "formerInterest": "96875.00", "difference": "2152.78",
        }  # fmt: skip
        assert [one["adjustment"] for one in told["floating"]["periods"] if one["number"] != 3] == [None] * 3
        assert told["floating"]["adjustment"] == "2152.78"
        explained = told["floating"]["adjustmentExplained"]
        said = {part["name"]: part["value"] for part in (*explained["inputs"], *explained["steps"])}
        assert (said["interest due 2025-04-15"], said["interest due 2025-04-15 as known then"]) == (
            "99027.78",
            "96875.00",
        )
        assert said["fixing of 2025-03-13, known from 2025-05-20"] == "0.021"
        assert said["adjustment"] == "2152.78"

    async def test_that_was_known_when_its_interest_fell_due_is_marked_and_adjusts_nothing(
        self, client: httpx.AsyncClient, a_floating_body: Body
    ) -> None:
        await fixed(client, G6_FIXINGS)
        loan = await made(client, a_floating_body())
        await self.revised(client, "2025-03-13", "0.0210", "2025-04-01")
        told = await schedule(client, loan, "2025-05-20")
        assert told["installments"][2]["interest"] == "99027.78"
        assert len(told["floating"]["periods"][2]["rates"][0]["reset"]["revised"]) == 1
        assert told["floating"]["periods"][2]["adjustment"] is None
        assert told["floating"]["adjustment"] is None

    async def test_whose_revision_a_floor_covers_adjusts_nothing(
        self, client: httpx.AsyncClient, a_floating_body: Body
    ) -> None:
        await fixed(client, G6_FIXINGS)
        loan = await made(client, a_floating_body())
        await self.revised(client, "2025-02-13", "0.0030", "2025-05-20")
        told = await schedule(client, loan, "2025-05-20")
        assert told["floating"]["adjustment"] is None
        assert told["floating"]["periods"][1]["rates"][0]["reset"]["revised"][0]["value"] == "0.003"

    async def test_twice_adjusts_by_what_was_known_when_due(
        self, client: httpx.AsyncClient, a_floating_body: Body
    ) -> None:
        await fixed(client, G6_FIXINGS)
        loan = await made(client, a_floating_body())
        await self.revised(client, "2025-03-13", "0.0210", "2025-04-01")
        await self.revised(client, "2025-03-13", "0.0190", "2025-06-01")
        told = await schedule(client, loan, "2025-06-01")
        period = told["floating"]["periods"][2]
        # 4.40 % now, 4.60 % when it fell due: too much was billed.
        assert (period["adjustment"]["formerRate"], period["adjustment"]["difference"]) == ("0.046", "-4305.56")

    async def test_of_a_day_behind_a_computed_average_makes_an_adjustment(
        self, client: httpx.AsyncClient, a_floating_body: Body
    ) -> None:
        days = [datetime.date(2025, 4, 1) + datetime.timedelta(days=count) for count in range(60)]
        values = "".join(f"{on},4.30\n" for on in days if on.weekday() < 5 and on.isoformat() not in CLOSED)
        await fixed(client, f"DATE,SOFR\n{values}", on="2025-05-31")
        terms = {"firstPaymentDate": "2025-06-15"}
        floating = {"index": "30-day Average SOFR", "indexFloor": None, "rateFloor": None, "rateCeiling": None}
        dates = {"originationDate": "2025-05-15", "balanceAsOf": "2025-05-15", "maturityDate": "2026-05-15"}
        loan = await made(client, a_floating_body(floating, terms=terms, **dates), on="2025-05-20")
        answer = await client.post(
            "/rates/fixings",
            json={"index": "SOFR", "on": "2025-04-22", "value": "0.0490"},
            params={"businessDate": "2025-07-01"},
        )
        assert answer.status_code == 201, answer.text
        told = await schedule(client, loan, "2025-07-01")
        (first, *_) = told["floating"]["periods"]
        # The average of 4.30720 % becomes 4.32727 %: one of its 30 days has 60 basis points more.
        assert (first["rate"], first["adjustment"]["formerRate"]) == ("0.0682727", "0.068072")
        assert first["adjustment"]["formerInterest"] == "146543.89"
        assert first["adjustment"]["difference"] == "432.06"


CLOSED = {"2025-04-18", "2025-05-26"}


class TestAMissing:
    async def test_fixing_is_named_with_index_and_date(self, client: httpx.AsyncClient, a_floating_body: Body) -> None:
        await fixed(client, G6_FIXINGS.replace("2025-03-13,2.00\n", ""))
        loan = await made(client, a_floating_body())
        told = await schedule(client, loan, "2025-05-01")
        assert told["unscheduled"] == "from 2025-03-15 on the fixing of 1-month Term SOFR for 2025-03-13 is missing"
        assert told["floating"]["missing"] == {"kind": "fixing", "index": "term_sofr_1_month", "on": "2025-03-13"}
        assert [row["interest"] for row in told["installments"]] == ["147034.72", "68055.56"]
        assert told["dueAtMaturity"] is None

    async def test_fixing_may_be_carried_where_the_note_says_so(
        self, client: httpx.AsyncClient, a_floating_body: Body
    ) -> None:
        await fixed(client, G6_FIXINGS.replace("2025-03-13,", "2025-03-11,"))
        loan = await made(client, a_floating_body({"carryDays": 5}))
        told = await schedule(client, loan, "2025-05-01")
        reset = told["floating"]["periods"][2]["rates"][0]["reset"]
        assert (reset["determinedOn"], reset["fixingOn"], reset["provisional"]) == ("2025-03-13", "2025-03-11", True)
        assert told["unscheduled"] is None

    async def test_fixings_leave_all_unknown(self, client: httpx.AsyncClient, a_floating_body: Body) -> None:
        loan = await made(client, a_floating_body())
        told = await schedule(client, loan, "2025-05-01")
        assert told["unscheduled"] == "the fixing of 1-month Term SOFR for 2025-01-13 is missing"
        assert (told["installments"], told["floating"]["presentRate"]) == ([], None)
        answer = await client.get(f"/loans/{loan}/schedule.csv", params={"businessDate": "2025-05-01"})
        assert (answer.status_code, "1-month Term SOFR for 2025-01-13" in answer.json()["detail"]) == (409, True)

    async def test_part_of_a_curve_is_named(self, client: httpx.AsyncClient, a_floating_body: Body) -> None:
        await fixed(client, G6_FIXINGS)
        loan = await made(client, a_floating_body())
        curve = {"index": "term_sofr_1_month", "asOf": "2025-05-01", "points": [{"on": "2025-05-15", "rate": "0.04"}]}
        made_curve = await client.post("/rates/curves", json=curve, params={"businessDate": "2025-05-01"})
        assert made_curve.status_code == 201, made_curve.text
        told = await schedule(client, loan, "2025-05-01", scenario="forward")
        assert told["unscheduled"] == (
            "from 2025-06-15 on the curve of 1-month Term SOFR does not reach: it ends on 2025-05-15"
        )
        assert told["floating"]["missing"] == {"kind": "curve", "index": "term_sofr_1_month", "on": "2025-06-15"}
        assert len(told["installments"]) == 5


class TestAScenario:
    CURVE: tuple[tuple[str, str], ...] = (("2025-05-15", "0.0400"), ("2025-08-15", "0.0375"))

    async def test_is_the_newest_curve_or_the_one_that_is_named(
        self, client: httpx.AsyncClient, a_floating_body: Body
    ) -> None:
        await fixed(client, G6_FIXINGS)
        loan = await made(client, a_floating_body())
        curve = {
            "index": "Term SOFR 1M",
            "asOf": "2025-05-01",
            "until": "2030-01-01",
            "points": [{"on": on, "rate": rate} for on, rate in self.CURVE],
            "source": "Chatham",
        }
        answer = await client.post("/rates/curves", json=curve, params={"businessDate": "2025-05-01"})
        told = await schedule(client, loan, "2025-05-01", scenario="forward")
        assert [rate for _, _, rate in rates(told)[4:8]] == ["0.065", "0.065", "0.065", "0.0625"]
        assert (told["floating"]["curveAsOf"], told["floating"]["curveSource"]) == ("2025-05-01", "Chatham")
        named = await schedule(client, loan, "2025-05-01", scenario=answer.json()["id"], shift=25)
        assert [rate for _, _, rate in rates(named)[6:8]] == ["0.0675", "0.065"]

    @pytest.mark.parametrize(
        ("parameters", "field"),
        [
            ({"scenario": "forward"}, "scenario"),
            ({"scenario": "nothing"}, "scenario"),
            ({"shift": 5000}, "shift"),
            ({"shift": "much"}, "shift"),
        ],
    )
    async def test_that_is_not_there_is_refused(
        self, client: httpx.AsyncClient, a_floating_body: Body, parameters: dict[str, Any], field: str
    ) -> None:
        loan = await made(client, a_floating_body())
        answer = await client.get(f"/loans/{loan}/schedule", params={"businessDate": "2025-05-01", **parameters})
        assert answer.status_code == 422, answer.text
        assert [fault["field"] for fault in answer.json()["errors"]] == [field]


class TestEverySetting:
    SOFR = "DATE,SOFR\n" + "".join(
        f"2025-0{month}-{day:02},{4 + month / 10 + day / 1000:.2f}\n"
        for month, days in ((1, range(2, 32)), (2, range(3, 29)), (3, range(3, 32)), (4, range(1, 31)))
        for day in days
        if (month, day) not in {(1, 20), (2, 17), (4, 18)} and datetime.date(2025, month, day).weekday() < 5
    )

    @pytest.mark.parametrize(
        ("setting", "rate"),
        [
            ({"setting": "simple_in_arrears", "lookbackBusinessDays": 5}, None),
            ({"setting": "compounded_in_arrears", "lookbackBusinessDays": 2, "observationShift": True}, None),
            ({"setting": "compounded_in_arrears", "lookbackBusinessDays": 5, "lockoutBusinessDays": 2}, None),
            ({"setting": "each_day", "lookbackBusinessDays": 0}, None),
        ],
    )
    async def test_of_daily_rates_is_computed_by_fixings(
        self, client: httpx.AsyncClient, a_floating_body: Body, setting: dict[str, Any], rate: str | None
    ) -> None:
        await fixed(client, self.SOFR)
        floating = {"index": "SOFR", "calendar": "sofr", "rateCeiling": None, **setting}
        loan = await made(client, a_floating_body(floating))
        told = await schedule(client, loan, "2025-04-20")
        assert told["unscheduled"] is None
        assert [known for _, known, _ in rates(told)[:4]] == ["fixing", "fixing", "fixing", "projected"]
        first = told["installments"][0]
        assert 0.064 < float(first["interest"]) / 25_000_000 * 360 / 31 < 0.068

    async def test_hybrid_is_fixed_first(self, client: httpx.AsyncClient, a_floating_body: Body) -> None:
        await fixed(client, G6_FIXINGS)
        loan = await made(client, a_floating_body({"fixedRate": "0.0500", "fixedUntil": "2025-04-15"}, rate="0.085"))
        assert rates(await schedule(client, loan, "2025-05-01"))[2:5] == [
            ("past", "fixed", "0.05"),
            ("present", "fixing", "0.085"),
            ("projected", "projected", "0.085"),
        ]

    async def test_quarterly_resets_hold_for_three_payments(
        self, client: httpx.AsyncClient, a_floating_body: Body
    ) -> None:
        await fixed(client, G6_FIXINGS)
        loan = await made(client, a_floating_body({"resetMonths": 3, "firstResetDate": "2025-04-15"}))
        assert [rate for _, _, rate in rates(await schedule(client, loan, "2025-05-01"))[:7]] == [
            *("0.0683", "0.0683", "0.0683"),
            *("0.085", "0.085", "0.085"),
            "0.085",
        ]

    async def test_amortizing_is_computed_anew_at_each_reset(
        self, client: httpx.AsyncClient, a_floating_body: Body
    ) -> None:
        await fixed(client, G6_FIXINGS)
        loan = await made(client, a_floating_body(terms={"amortizationMonths": 360}))
        told = await schedule(client, loan, "2025-05-01")
        payments = [row["payment"] for row in told["installments"][:3]]
        assert payments[0] == "163481.19"  # 25,000,000 at 6.83 % over 360 months
        assert len(set(payments)) == 3
        assert told["totalPrincipal"] == "25000000.00"
        assert any("computed anew" in words for words in told["howComputed"]["assumed"])

    async def test_in_kind_adds_the_interest_of_each_reset(
        self, client: httpx.AsyncClient, a_floating_body: Body
    ) -> None:
        await fixed(client, G6_FIXINGS)
        loan = await made(client, a_floating_body(terms={"payRate": "0", "capitalizationLimit": "1.25"}))
        told = await schedule(client, loan, "2025-05-01")
        first, second = told["installments"][:2]
        assert (first["capitalized"], first["payment"]) == (first["interest"], "0.00")
        assert Decimal(second["beginningBalance"]) == 25_000_000 + Decimal(first["interest"])
        assert "interest is added to what is owed, up to 1.25 x" in told["howComputed"]["levelPayment"]

    async def test_is_drawn_and_prepaid_in_part(self, client: httpx.AsyncClient, a_floating_body: Body) -> None:
        await fixed(client, G6_FIXINGS)
        terms = {
            "commitment": "26000000.00",
            "draws": [{"drawnOn": "2025-04-11", "amount": "1000000.00"}],
            "unusedFeeRate": "0.01",
            "curtailments": [{"paidOn": "2025-04-16", "amount": "500000.00"}],
        }
        told = await schedule(client, await made(client, a_floating_body(terms=terms)), "2025-04-21")
        # At 4.5 % 27 days of 25,000,000 and 4 of 26,000,000, then at 8.5 % one day of those and 29 of 25,500,000.
        assert [(row["drawn"], row["interest"], row["unusedFee"]) for row in told["installments"][2:4]] == [
            ("1000000.00", "97375.00", "750.00"),
            ("0.00", "180743.06", "0.00"),
        ]
        accrual = told["floating"]["accrual"]
        assert (accrual["balance"], accrual["interest"]) == ("25500000.00", "36243.06")
        assert [row["curtailed"] for row in told["installments"][2:4]] == ["0.00", "500000.00"]

    async def test_average_of_sofr_is_made_of_sofr_where_it_was_not_entered(
        self, client: httpx.AsyncClient, a_floating_body: Body
    ) -> None:
        assert (await client.post("/rates/sample", params={"businessDate": "2026-09-01"})).status_code == 200
        floating = {"index": "30-day average SOFR", "calendar": "sofr", "lookbackBusinessDays": 1}
        loan = await made(client, a_floating_body(floating))
        told = await schedule(client, loan, "2025-05-01")
        reset = told["floating"]["periods"][0]["rates"][0]["reset"]
        assert (reset["determinedOn"], reset["fixingSource"]) == (
            "2025-01-14",
            "computed from SOFR as the New York Fed does",
        )
        assert told["unscheduled"] is None

    async def test_changed_spread_holds_from_its_day(self, client: httpx.AsyncClient, a_floating_body: Body) -> None:
        await fixed(client, G6_FIXINGS)
        body = a_floating_body()
        loan = await made(client, body)
        changed = a_floating_body({"spread": "0.035"})
        answer = await client.put(
            f"/loans/{loan}",
            json=changed,
            params={"effectiveOn": "2025-03-15", "reason": "extension", "businessDate": "2025-05-20"},
            headers={"If-Match": '"1"'},
        )
        assert answer.status_code == 200, answer.text
        assert [rate for _, _, rate in rates(await schedule(client, loan, "2025-05-01"))[:4]] == [
            *("0.0683", "0.035", "0.055"),
            "0.085",
        ]


class TestBadTerms:
    @pytest.mark.parametrize(
        ("floating", "field"),
        [
            ({"index": "SOFR index"}, "terms.floating.index"),
            ({"observationShift": True}, "terms.floating.observationShift"),
            ({"setting": "compounded_in_arrears", "observationShift": True, "lookbackBusinessDays": None},
             "terms.floating.observationShift"),
            ({"lockoutBusinessDays": 2}, "terms.floating.lockoutBusinessDays"),
            ({"fixedRate": "0.05"}, "terms.floating.fixedUntil"),
            ({"fixedRate": "0.05", "fixedUntil": "2030-01-01"}, "terms.floating.fixedUntil"),
            ({"rounding": "sideways"}, "terms.floating.rounding"),
            ({"setting": "now and then"}, "terms.floating.setting"),
            ({"carryDays": -1}, "terms.floating.carryDays"),
            ({"calendar": "moon"}, "terms.floating.calendar"),
        ],
    )  # fmt: skip
    async def test_are_refused_by_their_field(
        self, client: httpx.AsyncClient, a_floating_body: Body, floating: dict[str, Any], field: str
    ) -> None:
        answer = await client.post("/loans", json=a_floating_body(floating), params={"businessDate": "2025-05-20"})
        assert answer.status_code == 422, answer.text
        assert [fault["field"] for fault in answer.json()["errors"]] == [field]

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"floating": {"index": "30-day average SOFR (in arrears)"}}, "is read when a period ends"),
            ({"floating": {"lookbackBusinessDays": 45}}, "determination_lag: must be 0 to 30 days, not 45"),
            ({"terms": {"firstPaymentDate": None}}, "the first payment date is not known"),
        ],
    )
    async def test_that_cannot_be_computed_say_why(
        self, client: httpx.AsyncClient, a_floating_body: Body, changes: dict[str, Any], reason: str
    ) -> None:
        loan = await made(client, a_floating_body(**changes))
        assert reason in (await schedule(client, loan, "2025-05-01"))["unscheduled"]


async def test_a_draft_has_a_schedule_before_it_is_a_loan(client: httpx.AsyncClient, a_floating_body: Body) -> None:
    await fixed(client, G6_FIXINGS)
    named = ("originalBalance", "originationDate", "maturityDate", "rate", "rateType", "terms")
    draft = {name: a_floating_body()[name] for name in named}
    answer = await client.post("/schedules", json=draft, params={"businessDate": "2025-05-01", "shift": 10})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["loanId"], told["installments"][0]["interest"]) == (None, "147034.72")


@pytest.mark.parametrize("day", ["0001-01-01", "1900-01-01", "2199-12-31", "9999-12-31"])
async def test_every_business_date_is_answered(client: httpx.AsyncClient, a_floating_body: Body, day: str) -> None:
    await fixed(client, G6_FIXINGS)
    loan = await made(client, a_floating_body())
    for path in (f"/loans/{loan}/schedule", f"/loans/{loan}/balance?on=2025-05-01", "/rates/indices"):
        answer = await client.get(path, params={"businessDate": day, **({"on": "2025-05-01"} if "on=" in path else {})})
        assert answer.status_code == 200, answer.text

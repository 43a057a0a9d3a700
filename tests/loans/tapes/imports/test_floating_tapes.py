"""Floating loans of a tape: their months beside fixings or the tape's own rates, in the import and on the loan."""

from __future__ import annotations

import csv
import io
from decimal import ROUND_HALF_UP, Decimal

import pytest

from realinsights.loans.model.reconciliation import RateBasis

FLOATS = {
    "originalInterestRateTypeCode": "2",
    "armIndexCode": "Q",
    "armMarginNumber": "0.02500000",
    "originalAmortizationTermNumber": None,
    "originalInterestOnlyTermNumber": "60",
    "paymentTypeCode": "3",
}
# Two business days before November 1 and December 1, 2025.
FIXINGS = "DATE,1M Term SOFR\n2025-10-30,4.00271\n2025-11-26,3.87604\n"
RATES = ("0.0650271", "0.0637604")
ONE = Decimal("1000000.00")


def told(number, rate, days, **changes):
    """Return what a tape reports of the first or second month of the loan, its interest counted by hand."""
    month, after = 10 + number, 11 + number
    interest = (ONE * Decimal(rate) * days / 360).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return {
        **FLOATS,
        "reportingPeriodBeginningDate": f"{month}-12-2025",
        "reportingPeriodEndDate": f"{after}-11-2025" if after < 13 else "01-11-2026",
        "reportPeriodInterestRatePercentage": rate,
        "scheduledInterestAmount": str(interest),
        "scheduledPrincipalAmount": "0.00",
        "reportPeriodEndScheduledLoanBalanceAmount": str(ONE),
        **changes,
    }


@pytest.fixture
async def learned(web):
    """Return a way to import fixings of Term SOFR."""

    async def learn(text=FIXINGS):
        answer = await web.post(
            "/rates/imports", content=text.encode(), params={"fileName": "f.csv", "businessDate": "2026-01-15"}
        )
        assert answer.status_code == 200, answer.text

    return learn


async def months(web, office, path, **parameters):
    loan = await office.loan("deal/1")
    answer = await web.get(f"/loans/{loan.id}/{path}", params={"businessDate": "2026-01-15", **parameters})
    assert answer.status_code == 200, answer.text
    return answer


async def test_match_at_the_fixings_that_are_known_when_the_tape_comes(office, web, ex102, loan, learned):
    await learned()
    for number, days in ((1, 30), (2, 31)):
        work = await office.bring(ex102(loan("1", **told(number, RATES[number - 1], days))))
        [row] = await office.rows(work)
        assert (work.reconciliation.matched, work.reconciliation.not_computed) == (1, 0), row
        assert (row.reconciliation.rate_by, row.reconciliation.rate) == (RateBasis.TERMS, Decimal(RATES[number - 1]))
    [named] = work.conventions.named
    assert (named.stated, named.loans) == (True, 1)
    assert "interest only" in named.words
    found = (await months(web, office, "reconciliation")).json()
    assert [(each["outcome"], each["rateBy"], each["rate"]) for each in found["periods"]] == [
        ("matched", "terms", "0.0650271"),
        ("matched", "terms", "0.0637604"),
    ]
    assert (found["stated"]["rate"], found["unscheduled"]) == (None, None)


async def test_match_at_the_reported_rate_until_fixings_are_known(office, web, ex102, loan, learned):
    work = await office.bring(ex102(loan("1", **told(1, RATES[0], 30))))
    [row] = await office.rows(work)
    assert (row.reconciliation.outcome, row.reconciliation.rate_by) == ("matched", RateBasis.REPORTED)
    assert row.reconciliation.reason == "the fixing of 1-month Term SOFR for 2025-10-30 is missing"
    before = (await months(web, office, "overcharges")).json()
    assert (before["compared"], before["unknown"], before["unscheduled"]) == (0, 1, None)
    await learned()
    found = (await months(web, office, "reconciliation")).json()
    assert [(each["outcome"], each["rateBy"]) for each in found["periods"]] == [("matched", "terms")]
    after = (await months(web, office, "overcharges")).json()
    assert (after["compared"], after["interestOver"]) == (1, "0.00")
    deal = (await web.get("/reconciliation", params={"deal": "deal", "businessDate": "2026-01-15"})).json()
    assert (deal["counts"]["matched"], deal["conventions"]["named"][0]["stated"]) == (1, True)


async def test_an_overcharge_is_told_in_cents_with_the_rate_that_it_should_have_been(office, web, ex102, loan, learned):
    await learned()
    await office.bring(ex102(loan("1", **told(1, "0.06600000", 30))))
    found = (await months(web, office, "overcharges", explain="true")).json()
    [month] = found["months"]
    due = (ONE * Decimal(RATES[0]) * 30 / 360).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert (Decimal(month["interestOver"]), month["rate"]) == (Decimal("5500.00") - due, RATES[0])
    assert "2025-12-01 rate by the terms" in {step["name"] for step in found["explained"]["steps"]}
    export = (await months(web, office, "reconciliation/export")).text
    [row] = csv.DictReader(io.StringIO(export))
    assert (row["Outcome"], row["Rate"], row["Rate by"]) == ("differs", RATES[0], "terms")
    assert "that of the reported rate, 0.066" in row["Reason"]


async def test_another_day_count_is_named_and_taken_over(office, web, ex102, loan):
    await office.bring(ex102(loan("1", **told(1, RATES[0], 30))))
    work = await office.bring(ex102(loan("1", **told(2, RATES[1], 30))))
    assert (work.reconciliation.matched, work.conventions.asked) == (1, 1)
    found = (await months(web, office, "reconciliation")).json()
    assert [each["outcome"] for each in found["periods"]] == ["matched", "matched"]
    conventions = found["reproducedBy"]["conventions"]
    assert {each["rate"] for each in conventions} == {None}
    assert any("30/360" in each["words"] for each in conventions)
    stored = await office.loan("deal/1")
    [thirty] = [each for each in conventions if each["words"].startswith("30/360 from due date to due date")]
    answer = await web.post(f"/loans/{stored.id}/convention", json=thirty, headers={"If-Match": f'"{stored.version}"'})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["terms"]["dayCount"], answer.json()["rateType"]) == ("30_360", "floating")
    found = (await months(web, office, "reconciliation")).json()
    assert [(each["outcome"], each.get("convention")) for each in found["periods"]] == [("matched", None)] * 2
    assert found.get("reproducedBy") is None
    other = {**thirty, "dayCount": "actual_365_fixed"}
    refused = await web.post(
        f"/loans/{stored.id}/convention", json=other, headers={"If-Match": f'"{stored.version + 1}"'}
    )
    assert refused.status_code == 409
    assert "open the reconciliation again" in refused.text

"""Loans of a tape whose figures follow another convention than their terms: matched, and by which."""

from __future__ import annotations

import datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from realinsights.loans.model import lender_conventions
from realinsights.loans.model.imports import ImportState, Tolerance
from realinsights.loans.model.reconciliation import Outcome
from realinsights.loans.queries.reconciliation import deal_reconciliation, loan_reconciliation
from realinsights.loans.store import LOANS, STATEMENTS
from realinsights_finance.day_count import DayCount

FACTS = Path(__file__).parent / "facts"
CENT = Decimal("0.01")
PAYMENT = Decimal("5995.51")  # of 360 months on $1,000,000 at 6 %
ORG = "org-1"
BUSINESS_DATE = datetime.date(2026, 12, 31)


def half_up(amount):
    return amount.quantize(CENT, ROUND_HALF_UP)


def months(count, days, year=360, *, payment=PAYMENT, rounded=half_up):
    """Return what a tape reports of the first months of the loan, its interest counted by hand."""
    balance, told = Decimal("1000000.00"), []
    due = datetime.date(2025, 11, 1)
    for _ in range(count):
        before, due = due, (due.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
        interest = rounded(balance * Decimal("0.06") * days(before, due) / year)
        principal = payment - interest
        told.append(
            {
                "reportingPeriodBeginningDate": f"{before:%m}-12-{before.year}",
                "reportingPeriodEndDate": f"{due:%m}-11-{due.year}",
                "reportPeriodBeginningScheduleLoanBalanceAmount": str(balance),
                "scheduledInterestAmount": str(interest),
                "scheduledPrincipalAmount": str(principal),
                "reportPeriodEndScheduledLoanBalanceAmount": str(balance - principal),
            }
        )
        balance -= principal
    return told


def thirty(before, due):
    return 30


def actual(before, due):
    return (due - before).days


def two_days_more_in_the_new_year(before, due):
    return (due - before).days + (2 if due.year == 2026 else 0)


async def reconciled(office, number="deal/1"):
    return await loan_reconciliation(
        office.documents, org=ORG, loan_id=(await office.loan(number)).id, business_date=BUSINESS_DATE
    )


class TestALoanOfAnotherDayCount:
    async def test_is_matched_with_the_convention_named_on_the_loan_and_in_the_import(self, office, ex102, loan):
        for told in months(4, thirty):
            work = await office.bring(ex102(loan("1", **told)))
        assert (work.reconciliation.matched, work.reconciliation.differs) == (1, 0)
        assert (work.conventions.asked, work.conventions.matched + work.conventions.tied) == (1, 1)
        assert work.differences == ()
        (named,) = work.conventions.named
        assert "30/360" in named.words
        assert not named.stated
        (row,) = await office.rows(work)
        assert row.reproduced_by.conventions[0].day_count is DayCount.THIRTY_360
        found = await reconciled(office)
        assert [period.outcome for period in found.periods] == [Outcome.MATCHED] * 4
        assert found.stated.day_count is DayCount.ACTUAL_360
        assert found.reproduced_by.conventions[0].day_count is DayCount.THIRTY_360
        assert all("30/360" in period.convention for period in found.periods[1:])
        # The computed figures are those of the terms: what the lender bills otherwise is seen beside them.
        assert found.periods[1].computed_interest != found.periods[1].interest

    async def test_of_one_month_that_several_explain_is_tied_and_says_what_decides(self, office, ex102, loan):
        told = months(2, actual, 365)[1]
        work = await office.bring(ex102(loan("1", **told)))
        (row,) = await office.rows(work)
        assert row.reproduced_by.status == "tied"
        assert row.reproduced_by.decided_by is not None
        assert len(row.reproduced_by.conventions) > 1
        assert "tied" in row.reconciliation.convention
        assert (work.conventions.matched, work.conventions.tied) == (0, 1)

    async def test_that_fits_none_differs_as_before(self, office, ex102, loan):
        for told in months(3, lambda before, due: 29 + due.month):
            work = await office.bring(ex102(loan("1", **told)))
        assert work.reconciliation.differs == 1
        assert (work.conventions.asked, work.conventions.matched, work.conventions.tied) == (1, 0, 0)
        assert (await office.rows(work))[0].reproduced_by is None

    async def test_whose_principal_alone_is_another_is_not_explained_by_itself(self, office, ex102, loan):
        (told,) = months(1, actual, payment=Decimal("6500.00"))
        work = await office.bring(ex102(loan("1", **told)))
        assert work.reconciliation.differs == 1
        assert (await office.rows(work))[0].reproduced_by is None

    async def test_that_leaves_its_schedule_later_differs_from_then_on(self, office, ex102, loan):
        told = months(5, thirty)
        for each in told[:4]:
            await office.bring(ex102(loan("1", **each)))
        work = await office.bring(ex102(loan("1", **(told[4] | {"scheduledInterestAmount": "4000.00"}))))
        assert work.reconciliation.differs == 1
        found = await reconciled(office)
        assert [period.outcome for period in found.periods] == [*[Outcome.MATCHED] * 4, Outcome.DIFFERS]
        assert found.reproduced_by.status == "partly"
        assert found.reproduced_by.installments == 4
        assert found.periods[-1].since == found.periods[-1].period_end

    async def test_that_differs_for_a_known_reason_is_not_asked(self, office, ex102, loan):
        told = months(3, thirty)[2] | {"modifiedIndicator": "true"}
        work = await office.bring(ex102(loan("1", **told)))
        assert work.conventions.asked == 0
        assert work.conventions.not_asked == 0

    async def test_without_reported_interest_leaves_nothing_to_ask(self, office, ex102, loan):
        blank = {"scheduledInterestAmount": None, "scheduledPrincipalAmount": None}
        work = await office.bring(ex102(loan("1", **(months(3, thirty)[2] | blank))))
        assert work.reconciliation.differs == 1
        assert (work.conventions.asked, work.conventions.not_asked) == (0, 0)

    async def test_is_told_the_same_by_the_deal(self, office, ex102, loan):
        for told, usual in zip(months(3, thirty), months(3, actual), strict=True):
            await office.bring(ex102(loan("1", **told), loan("2", **usual)))
        found = await deal_reconciliation(
            office.documents, org=ORG, deal="deal", period=None, business_date=BUSINESS_DATE
        )
        assert (found.counts.matched, found.counts.differs) == (6, 0)
        assert {(each.stated, each.loans) for each in found.conventions.named} == {(True, 1), (False, 1)}


class TestAdoptingIt:
    """In one step, by the version that was looked at; the history says what changed and why."""

    async def told(self, office, web, ex102, loan, count=4):
        for told in months(count, thirty):
            await office.bring(ex102(loan("1", **told)))
        loan_id = (await office.loan("deal/1")).id
        found = (await web.get(f"/loans/{loan_id}/reconciliation")).json()
        return loan_id, found["reproducedBy"]["conventions"][0]

    async def test_makes_the_loan_match_by_its_own_terms(self, office, web, ex102, loan):
        loan_id, convention = await self.told(office, web, ex102, loan)
        version = (await web.get(f"/loans/{loan_id}")).json()["version"]
        answer = await web.post(f"/loans/{loan_id}/convention", json=convention, headers={"If-Match": f'"{version}"'})
        assert answer.status_code == 200, answer.text
        assert answer.json()["terms"]["dayCount"] == "30_360"
        assert answer.json()["version"] == version + 1
        found = (await web.get(f"/loans/{loan_id}/reconciliation")).json()
        assert [period["outcome"] for period in found["periods"]] == ["matched"] * 4
        assert found["reproducedBy"] is None
        assert "30/360" in found["stated"]["words"]
        history = (await web.get(f"/loans/{loan_id}/history")).json()["items"][0]
        changed = {change["field"]: (change["before"], change["after"]) for change in history["fields"]}
        assert changed["terms.dayCount"] == ("actual_360", "30_360")
        assert "figures of 4 installments, 2025-12-01 to 2026-03-01, follow it to the cent: 30/360" in str(changed)

    async def test_can_be_undone_and_outlasts_the_next_tape(self, office, web, ex102, loan):
        loan_id, convention = await self.told(office, web, ex102, loan)
        before = (await web.get(f"/loans/{loan_id}/history")).json()["items"][0]["sequence"]
        version = (await web.get(f"/loans/{loan_id}")).json()["version"]
        await web.post(f"/loans/{loan_id}/convention", json=convention, headers={"If-Match": f'"{version}"'})
        work = await office.bring(ex102(loan("1", **months(5, thirty)[4])))
        assert (work.reconciliation.matched, work.conventions.asked) == (1, 0)
        assert (await office.loan("deal/1")).terms.day_count is DayCount.THIRTY_360
        assert (await web.post(f"/loans/{loan_id}/restore", json={"sequence": before})).status_code == 200
        assert (await office.loan("deal/1")).terms.day_count is DayCount.ACTUAL_360

    async def test_is_refused_of_another_version_and_of_a_convention_that_does_not_fit(self, office, web, ex102, loan):
        loan_id, convention = await self.told(office, web, ex102, loan)
        version = (await web.get(f"/loans/{loan_id}")).json()["version"]
        path = f"/loans/{loan_id}/convention"
        assert (await web.post(path, json=convention)).status_code == 428
        stale = await web.post(path, json=convention, headers={"If-Match": f'"{version + 1}"'})
        assert stale.status_code == 412
        other = convention | {"dayCount": "actual_365_fixed"}
        refused = await web.post(path, json=other, headers={"If-Match": f'"{version}"'})
        assert refused.status_code == 409
        assert "do not follow this convention" in refused.text
        bad = await web.post(path, json=convention | {"dayCount": "often"}, headers={"If-Match": f'"{version}"'})
        assert (bad.status_code, bad.json()["errors"][0]["field"]) == (422, "dayCount")

    async def test_says_the_rounding_too(self, office, web, ex102, loan):
        def down(amount):
            return amount.quantize(CENT, ROUND_DOWN)

        for told in months(12, actual, rounded=down):
            await office.bring(ex102(loan("1", **told)))
        loan_id = (await office.loan("deal/1")).id
        found = (await web.get(f"/loans/{loan_id}/reconciliation")).json()["reproducedBy"]
        (convention,) = found["conventions"]
        assert (found["status"], convention["interestRounding"]) == ("matched", "down")
        version = (await web.get(f"/loans/{loan_id}")).json()["version"]
        answer = await web.post(f"/loans/{loan_id}/convention", json=convention, headers={"If-Match": f'"{version}"'})
        assert answer.json()["terms"]["interestRounding"] == "down"
        found = (await web.get(f"/loans/{loan_id}/reconciliation")).json()
        assert {(period["outcome"], period.get("convention")) for period in found["periods"]} == {("matched", None)}


class TestOvercharges:
    """What a lender billed beside what the terms say, by hand."""

    async def brought(self, office, ex102, loan, days):
        for told in months(4, days):
            await office.bring(ex102(loan("1", **told)))
        return (await office.loan("deal/1")).id, months(4, days), months(4, actual)

    async def test_are_told_month_by_month_with_their_sums(self, office, web, ex102, loan):
        loan_id, billed, due = await self.brought(office, ex102, loan, two_days_more_in_the_new_year)
        found = (await web.get(f"/loans/{loan_id}/overcharges")).json()
        interest = [[Decimal(each["scheduledInterestAmount"]) for each in side] for side in (billed, due)]
        assert [Decimal(month["interestOver"]) for month in found["months"]] == [
            said - right for said, right in zip(*interest, strict=True)
        ]
        assert Decimal(found["interestOver"]) == sum(interest[0]) - sum(interest[1]) > 0
        assert (found["compared"], found["over"], found["under"], found["unknown"]) == (4, 3, 0, 0)
        assert found["billedBy"] is None
        assert found["explained"] is None
        told = (await web.get(f"/loans/{loan_id}/overcharges", params={"explain": "true"})).json()["explained"]
        assert "billed less" in told["formula"]
        assert told["convention"] == found["terms"]
        (rate,) = [part for part in told["inputs"] if part["name"] == "rate"]
        assert (Decimal(rate["value"]), rate["unit"]) == (Decimal("0.06"), "fraction")
        assert [part["value"] for part in told["steps"] if part["name"].endswith("over")] == [
            month["interestOver"] for month in found["months"]
        ]
        # On the balance that the lender states the terms have a little more, since that was repaid too slowly.
        assert Decimal(found["months"][3]["onStatedBalance"]) > interest[1][3]

    async def test_name_the_convention_that_the_lender_bills_by(self, office, web, ex102, loan):
        loan_id, _, _ = await self.brought(office, ex102, loan, thirty)
        found = (await web.get(f"/loans/{loan_id}/overcharges")).json()
        assert "30/360" in found["billedBy"]
        assert "actual/360" in found["terms"]
        assert Decimal(found["interestOver"]) < 0

    async def test_are_unknown_where_the_loan_has_left_its_schedule_for_a_reason(self, office, web, ex102, loan):
        told = months(4, actual)
        for each in told[:3]:
            await office.bring(ex102(loan("1", **each)))
        changed = {"scheduledInterestAmount": "1000.00", "modifiedIndicator": "true"}
        await office.bring(ex102(loan("1", **(told[3] | changed))))
        found = (await web.get(f"/loans/{(await office.loan('deal/1')).id}/overcharges")).json()
        last = found["months"][-1]
        assert (last["interestOver"], last["interestDue"]) == (None, None)
        assert "modified" in last["reason"]
        assert (found["compared"], found["unknown"], found["interestOver"]) == (3, 1, "0.00")


class TestABound:
    async def test_of_the_loans_that_are_asked_is_told(self, office, ex102, loan, monkeypatch):
        monkeypatch.setattr(lender_conventions, "MOST_ASKED", 2)
        told = months(3, thirty)[2]
        work = await office.bring(ex102(*(loan(str(number), **told) for number in range(5))))
        assert work.state is ImportState.DONE
        assert (work.conventions.asked, work.conventions.not_asked) == (2, 3)
        assert (work.reconciliation.matched, work.reconciliation.differs) == (2, 3)


async def all_named(office):
    """Return how many loan-months match; each that does has its convention named, by its terms or as found."""
    matched = 0
    for loan in await office.all(LOANS):
        found = await loan_reconciliation(office.documents, org=ORG, loan_id=loan.id, business_date=BUSINESS_DATE)
        for period in found.periods:
            assert period.outcome in {Outcome.MATCHED, Outcome.NOT_DUE}, (loan.number, period)
            if period.outcome is Outcome.MATCHED:
                assert period.convention or found.stated.day_count is DayCount.ACTUAL_360
                matched += 1
    return matched


class TestRealTapes:
    async def test_excerpts_kept_here_match_with_their_conventions_named(self, office):
        work = await office.bring((FACTS / "bank5-2025-5yr19.xml").read_bytes(), "bank5-2025-5yr19.xml")
        assert (work.reconciliation.matched, work.conventions.asked) == (3, 0)
        assert sum(each.loans for each in work.conventions.named) == 3
        assert {each.words.split()[0] for each in work.conventions.named} == {"actual/360"}
        for tape in sorted(FACTS.glob("ubs-*.xml")):
            work = await office.bring(tape.read_bytes(), tape.name, tolerance=Tolerance.FLOAT32)
            assert (work.reconciliation.matched, work.reconciliation.differs) == (3, 0)
        assert await all_named(office) == 3 + 9

    @pytest.mark.slow
    async def test_every_performing_loan_month_matches_with_its_convention_named(self, office, shared_data):
        folder = shared_data / "cmbs"
        tapes = [folder / "bank5-2025-5yr19.ex102.xml", *sorted((folder / "ubs-2017-c1-sample-monthly").glob("*.xml"))]
        for tape in tapes:
            work = await office.bring(tape.read_bytes(), tape.name)
            assert work.state is ImportState.DONE, work.error
            assert work.reconciliation.differs == 0, work.differences
            assert sum(each.loans for each in work.conventions.named) == work.reconciliation.matched
        assert len(await office.all(STATEMENTS)) == 35 + 24 * 21
        assert await all_named(office) == 10 + 24 * 21

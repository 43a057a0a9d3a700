"""One loan's data never overwrites another's: what a row says of a loan is compared before it changes it."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from realinsights.loans.model.imports import ImportState
from realinsights.loans.store import LOANS

HEADER = (
    "loanNumber,lender,propertyName,address,city,state,originalBalance,currentBalance,rate,originationDate,"
    "firstPaymentDate,maturityDate,amortizationMonths,asOf"
)
FIRST_BANK = {
    "number": "101",
    "lender": "First Bank",
    "name": "Main Street Plaza",
    "address": "1 Main Street",
    "city": "Gilbert",
    "state": "AZ",
    "original": "10000000",
    "current": "9876908.66",
    "rate": "5.25%",
    "origination": "2025-01-01",
    "first": "2025-02-01",
    "maturity": "2035-01-01",
    "amortization": "360",
    "as_of": "2025-12-31",
}
HARBOR_TOWER = {"name": "Harbor Tower", "address": "9 Quay Road", "city": "Boston", "state": "MA"}


def a_book(*rows: dict[str, str]) -> str:
    return "\n".join([HEADER, *(",".join({**FIRST_BANK, **row}.values()) for row in rows)]) + "\n"


JANUARY = {"as_of": "2026-01-31", "current": "9865000.00"}


class TestALoanUnderTheSameNumber:
    @pytest.mark.parametrize(
        ("changes", "fields"),
        [
            ({"origination": "2019-05-06"}, {"originationDate": ("2019-05-06", "2025-01-01")}),
            ({"original": "4000000"}, {"originalBalance": ("4,000,000.00", "10,000,000.00")}),
            (HARBOR_TOWER, {"propertyName": ("Harbor Tower, 9 Quay Road, Boston, MA", "Main Street Plaza")}),
            (
                {"lender": "Second Life Insurance", "name": "", "address": "", "city": "", "state": ""},
                {"lender": ("Second Life Insurance", "First Bank")},
            ),
            (
                {"lender": "Second Life Insurance", **HARBOR_TOWER, "original": "4000000", "origination": "2019-05-06"},
                dict.fromkeys(["originationDate", "originalBalance", "propertyName", "lender"], ("", "")),
            ),
        ],
    )
    async def test_is_refused_with_both_sides_where_it_is_another(self, office, changes, fields):
        await office.bring(a_book({}), "first.csv")
        work = await office.bring(a_book({**JANUARY, **changes}), "second.csv")
        assert (work.refused, work.updated) == (1, 0)
        assert {problem.field for problem in work.rejected} == set(fields)
        for problem in work.rejected:
            here, there = fields[problem.field]
            assert f"is {here}" in problem.reason
            assert there in problem.reason
            assert "it is another loan" in problem.reason
        stored = await office.loan("101")
        assert (stored.current_balance, stored.original_balance) == (Decimal("9876908.66"), Decimal("10000000.00"))

    @pytest.mark.parametrize(
        "changes",
        [
            {},
            {"lender": '"FIRST BANK, N.A."'},
            {"lender": "Second Bank"},  # sold: closing, amount and building are the same
            {"address": "1 Main St."},
            {"name": "Gateway Center", "address": "1 Main St"},  # renamed
            {"name": "Main Street Plaza Shopping Center", "address": ""},
            {"name": "Gateway Center", "address": ""},  # renamed, in the same city
            {"name": "", "address": "", "city": "", "state": "", "lender": ""},
        ],
    )
    async def test_is_updated_where_it_may_be_the_same(self, office, changes):
        await office.bring(a_book({}), "first.csv")
        work = await office.bring(a_book({**JANUARY, **changes}), "second.csv")
        assert (work.updated, work.refused) == (1, 0), work.rejected

    async def test_is_told_apart_within_one_file(self, office):
        work = await office.bring(a_book({}, {**JANUARY, "original": "4000000"}), "book.csv")
        assert (work.created, work.refused) == (1, 1)

    async def test_is_another_deals(self, office):
        await office.bring(a_book({}), "first.csv", deal="Fund I")
        work = await office.bring(a_book(JANUARY), "second.csv", deal="Fund II")
        assert [(problem.field, problem.value) for problem in work.rejected] == [("deal", None)]
        assert "is Fund II here and Fund I in the books" in work.rejected[0].reason

    async def test_is_updated_once_a_person_has_corrected_it(self, office):
        await office.bring(a_book({}), "first.csv")
        stored = await office.loan("101")
        await office.edit(LOANS, msgspec.structs.replace(stored, original_balance=Decimal("10500000.00")))
        assert (await office.bring(a_book({**JANUARY, "original": "10500000"}), "second.csv")).updated == 1
        # What the tapes said before is no contradiction either.
        february = {"as_of": "2026-02-28", "current": "9853000.00"}
        assert (await office.bring(a_book(february), "third.csv")).updated == 1


class TestALoanWhoseNumberHasOtherZerosBeforeIt:
    @pytest.mark.parametrize(("first", "second"), [("00456", "456"), ("456", "00456"), ("0456", "000456")])
    async def test_is_not_counted_twice(self, office, first, second):
        await office.bring(a_book({"number": first}), "first.csv")
        work = await office.bring(a_book({**JANUARY, "number": second}), "second.csv")
        assert (work.created, work.refused) == (0, 1)
        (problem,) = work.rejected
        assert problem.field == "loanNumber"
        assert f"{first} is in the books and has the same closing and amount" in problem.reason
        assert [loan.number for loan in await office.all(LOANS)] == [first]

    async def test_is_not_counted_twice_within_one_file(self, office):
        work = await office.bring(a_book({"number": "7"}, {"number": "007"}), "book.csv")
        assert (work.created, work.refused) == (1, 1)

    @pytest.mark.parametrize("changes", [{"original": "4000000"}, {"origination": "2019-05-06"}, HARBOR_TOWER])
    async def test_is_a_loan_of_its_own_where_something_tells_them_apart(self, office, changes):
        await office.bring(a_book({"number": "007"}), "first.csv")
        work = await office.bring(a_book({**JANUARY, "number": "7", **changes}), "second.csv")
        assert (work.created, work.refused) == (1, 0), work.rejected

    async def test_is_named_where_an_update_does_not_find_it(self, office):
        await office.bring(a_book({"number": "00456"}), "first.csv")
        work = await office.bring("loanNumber,currentBalance,asOf\n456,9865000.00,2026-01-31\n", "update.csv")
        assert [problem.reason for problem in work.rejected] == [
            "is not in the books, and 00456 is: write it so where it is the same loan"
        ]


OTHER_TERMS = {"originalLoanAmount": "22000000.00", "originationDate": "05-06-2019"}


class TestTwoFilesOfOneName:
    async def test_that_are_of_two_deals_are_not_one_deal(self, office, ex102, loan):
        await office.bring(ex102(loan("1"), loan("2")), "exh_102.xml")
        work = await office.bring(ex102(loan("1", **OTHER_TERMS)), "exh_102.xml")
        assert work.state is ImportState.FAILED
        assert "says deal exh_102, and it has other loans (loan 1: originationDate is 2019-05-06" in work.error
        assert work.error.endswith("Say which deal it is: --deal NAME, or deal=NAME with the request.")
        named = await office.bring(ex102(loan("1", **OTHER_TERMS)), "exh_102.xml", deal="Second")
        assert (named.created, named.deal) == (1, "Second")
        assert len(await office.all(LOANS)) == 3

    async def test_that_share_no_loan_are_asked_which_deal_they_are_of(self, office, ex102, loan):
        await office.bring(ex102(loan("1")), "exh_102.xml")
        work = await office.bring(ex102(loan("7"), loan("8")), "exh_102.xml")
        assert work.error.startswith("The file's name says deal exh_102, and none of that deal's loans is in it")

    async def test_that_are_of_two_months_are_one_deal(self, office, ex102, loan):
        await office.bring(ex102(loan("1"), loan("2")), "exh_102.xml")
        months = {"reportingPeriodEndDate": "12-31-2025"}
        work = await office.bring(ex102(loan("1", **months), loan("2", **months)), "exh_102.xml")
        assert (work.updated, work.refused) == (2, 0), work.error


class TestADamagedNumber:
    @pytest.mark.parametrize(
        ("written", "number"),
        [('"=""00123"""', "00123"), ("'00456", "00456"), ("123.0", "123"), ("123.00", "123"), ("'-77", "-77")],
    )
    async def test_is_recognized(self, office, written, number):
        assert (await office.bring(a_book({"number": written}), "book.csv")).created == 1
        assert (await office.loan(number)).number == number

    @pytest.mark.parametrize(
        ("written", "reason"),
        [
            ("1.23457E+11", "scientific notation"),
            ("1E+12", "scientific notation"),
            ("123456789012345000", "15 digits"),
            ("2-Jan", "a date that a spreadsheet has made"),
            ("Sep-25", "a date that a spreadsheet has made"),
            ("12/1/2025", "a date that a spreadsheet has made"),
            ("1-Dec-25", "a date that a spreadsheet has made"),
            ("#REF!", "an error of a spreadsheet"),
            ("#####", "an error of a spreadsheet"),
        ],
    )
    async def test_is_refused(self, office, written, reason):
        work = await office.bring(a_book({"number": written}), "book.csv")
        [problem] = work.rejected
        assert (problem.field, problem.value) == ("loanNumber", written)
        assert reason in problem.reason

    @pytest.mark.parametrize("number", ["12E4", "1.5", "123.01", "L-1.0", "#7", "123456789012345", "Jan-2025"])
    async def test_is_not_seen_in_one_that_may_be_meant(self, office, number):
        assert (await office.bring(a_book({"number": number}), "book.csv")).created == 1
        assert (await office.loan(number)).number == number


class TestAChildThatRepeatsTheLoansTerms:
    async def test_is_a_property_in_a_deal(self, office, ex102, loan):
        tape = ex102(
            loan("4", NumberProperties="2"),
            loan("4.01"),
            loan("4-002", originalLoanAmount="400000.00"),
        )
        work = await office.bring(tape, "deal.xml")
        assert (work.created, work.properties) == (1, 2), work.rejected
        [stored] = await office.all(LOANS)
        assert len(stored.property_ids) == 2

    async def test_is_a_note_of_its_own_where_it_is_lettered_and_the_building_is_one(self, office, ex102, loan):
        work = await office.bring(ex102(loan("7", NumberProperties="1"), loan("7A", NumberProperties="1")), "deal.xml")
        assert work.created == 2

    async def test_is_refused_in_a_book(self, office):
        work = await office.bring(a_book({"number": "4"}, {"number": "4.01", "name": "North"}), "book.csv")
        assert (work.created, work.refused) == (1, 1)
        assert work.rejected[0].reason.startswith("repeats all terms of loan 4")

    @pytest.mark.parametrize(("name", "created"), [("North", 1), ("Main Street Plaza", 2)])
    async def test_is_refused_in_a_book_with_a_letter_where_it_is_another_building(self, office, name, created):
        work = await office.bring(a_book({"number": "4"}, {"number": "4A", "name": name}), "book.csv")
        assert (work.created, work.refused) == (created, 2 - created)

    async def test_is_a_loan_of_its_own_in_a_book_where_its_terms_are(self, office):
        rows = ({"number": "2024"}, {"number": "2024-001", "original": "9000000", "current": "8889217.79"})
        assert (await office.bring(a_book(*rows), "book.csv")).created == 2

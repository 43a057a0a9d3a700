"""Named mappings: files of known layouts are read by data, each on a small file of our own in that layout."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from realinsights.contracts.loans import LoanStatus, PropertyType, RateType, StatementBasis
from realinsights.loans.model.imports import ImportState
from realinsights.loans.model.reconciliation import Outcome
from realinsights.loans.store import LENDERS, PERIODS, PROPERTIES
from realinsights.loans.tapes import headers
from realinsights.loans.tapes.columns import BY_NAME
from realinsights.loans.tapes.named_mappings import fitting, named_mappings
from realinsights_finance.day_count import DayCount
from realinsights_finance.due_dates import Frequency

SETUP = """\
Transaction ID,Group ID,Loan ID,Prospectus Loan ID,Original Note Amount,Original Term Of Loan,\
Original Amortization Term,Original Note Rate,\
First Loan Payment Due Date,Interest Rate Type,Interest Accrual Method,Payment Frequency,\
Maturity Date At Contribution,Scheduled Principal Balance At Contribution,Note Rate At Contribution,Property Name,\
Property State,Property Type,Year Built,NOI at Contribution,Contribution Financials As Of Date,\
Valuation Amount at Contribution,Valuation Date at Contribution,Physical Occupancy at Contribution,\
Loan Contributor to Securitization,Loan Structure,Origination Date,Original Interest Only Term
XXX25001,1,0000012345,1,10000000.00,120,360,0.0525,20250201,1,3,1,20350101,10000000.00,0.0525,Main Street Plaza,\
IL,RT,1998,1250000.00,20241231,18000000.00,20241115,0.93,First Bank,WL,20250101,0
XXX25001,1,0000012346,2,5000000.00,120,0,0.06,20250201,1,1,1,20350101,5000000.00,0.06,Depot,\
CA,SS,2001,500000.00,20241231,9000000.00,20241115,0.90,Second Bank,PP,20250101,120
"""
# The first three payments of the golden case: 10,000,000 at 5.25 % on actual/360, 55,220.37 a month.
PERIODIC = """\
Transaction ID,Group ID,Loan ID,Prospectus Loan ID,Distribution Date,Current Beginning Scheduled Balance,\
Current Ending Scheduled Balance,Paid Through Date,Current Note Rate,Maturity Date,Scheduled Interest Amount,\
Scheduled Principal Amount,Total Scheduled P&I Due,Unscheduled Principal Collections,Payment Status of Loan,\
Most Recent DSCR (NOI)
XXX25001,1,0000012345,1,20250215,10000000.00,9989987.96,20250201,0.0525,20350101,45208.33,10012.04,55220.37,0,B,1.88
XXX25001,1,0000012346,2,20250215,5000000.00,5000000.00,20250201,0.06,20350101,25000.00,0.00,25000.00,0,6,
XXX25001,1,0000099999,3,20250215,1000000.00,999000.00,20250201,0.06,20350101,5000.00,1000.00,6000.00,0,0,
"""
PROPERTY = """\
Transaction ID,Loan ID,Prospectus Loan ID,Property ID,Distribution Date,Property Name,Property State,Property Type,\
Year Built,Preceding Fiscal Year NOI,Preceding Fiscal Year Financial As of Date,Most Recent Valuation Amount,\
Most Recent Valuation Date
XXX25001,0000012345,1,1-001,20260215,Main Street Plaza,IL,RT,1998,1300000.00,20251231,19000000.00,20251101
"""
FREDDIE = """\
lnno,quarter,mrtg_status,amt_upb_endg,cnt_amtn_per,cnt_blln_term,cnt_io_per,cnt_mrtg_term,cnt_rsdntl_unit,code_int,\
rate_dcr,rate_int,rate_ltv,amt_upb_pch,dt_fund,dt_mty,code_st
501,y23q4,100,9000000.00,360,120,12,120,132,FIX,1.30,0.036,0.7,9100000,01MAR2016,01NOV2026,TX
503,y23q4,300,7000000.00,360,120,0,120,40,FIX,1.10,0.041,0.7,7200000,01MAR2017,01MAR2027,AZ
502,y23q4,100,5800000.00,360,120,0,120,88,VAR,1.20,0.0389,0.7,6000000,25JUL2017,01MAR2027,GA
"""
FANNIE = """\
Loan Number,Acquisition Date,Note Date,Maturity Date at Acquisition,Original UPB,Amortization Term,Interest Type,\
Original Interest Rate,Original I/O Term,Property Acquisition Total Unit Count,Specific Property Type,Year Built,\
Property City,Property State,Property Zip Code,Physical Occupancy %,Reporting Period Date,Note Rate,\
Maturity Date - Current,UPB - Current,Loan Payment Status,Underwritten DSCR
1717,2019-03-01,2019-02-15,2029-03-01,"$12,000,000.00",360,Fixed,4.5,24,150,Multifamily,1985,Austin,TX,78701,95,\
2025-09-30,4.5,2029-03-01,"$11,500,000.00",Current,1.35
"""
HUD = """\
HUD PROJECT NUMBER,PREMISE ID,PROPERTY NAME,PROPERTY STREET,PROPERTY CITY,PROPERTY STATE,PROPERTY ZIP,UNITS,\
INITIAL ENDORSEMENT DATE,FINAL ENDORSEMENT DATE,ORIGINAL MORTGAGE AMOUNT,FIRST PAYMENT DATE,MATURITY DATE,\
TERM IN MONTHS,INTEREST RATE,CURRENT PRINCIPAL AND INTEREST,AMORITIZED PRINCIPAL BALANCE,HOLDER NAME,HOLDER CITY,\
SERVICER NAME,SECTION OF ACT CODE,TE,TC
00035123,80001,Elm Court,1 Elm St,Dayton,OH,45402,96,03/15/2015,04/20/2016,"4,000,000",05/01/2015,04/01/2050,420,3.75,\
"17,121.40","3,200,000.00",Holder Bank,Columbus,Servicer LLC,223F,,TC
"""
AS_OF = datetime.date(2025, 1, 15)


class TestEveryNamedMapping:
    @pytest.mark.parametrize("mapping", named_mappings().values(), ids=lambda mapping: mapping.name)
    def test_says_columns_that_there_are_and_where_they_were_read(self, mapping):
        header = [choice.header for choice in mapping.columns]
        used = [choice for choice in mapping.columns if choice.column in BY_NAME]
        assert len(used) == len(header) == len({headers.plain(name) for name in header})
        read = mapping.of(header)
        assert headers.checked(header, read) == read
        assert headers.missing(read) == ()
        assert mapping.source
        assert mapping.verified
        assert mapping.read_on <= datetime.date(2026, 12, 31)

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            (SETUP, "crefc-loan-setup"),
            (PERIODIC, "crefc-loan-periodic"),
            (PROPERTY, "crefc-property"),
            (FREDDIE, "freddie-mac-multifamily"),
            (FANNIE, "fannie-mae-multifamily"),
            (HUD, "hud-insured-multifamily"),
        ],
    )
    def test_is_suggested_for_its_header_alone(self, text, name):
        header = text.splitlines()[0].split(",")
        fit = fitting(header)
        assert fit is not None
        assert fit.name == name
        assert f"of its {len(header)} columns" in fit.reason
        assert fitting(header[1:] if name != "crefc-loan-setup" else header[3:]) is None
        assert len(named_mappings()) == 6


class TestCrefc:
    async def test_setup_makes_the_loans(self, office):
        work = await office.bring(SETUP, "setup.csv", named="crefc-loan-setup", as_of=AS_OF)
        assert (work.state, work.created, work.refused, work.warned) == (ImportState.DONE, 2, 0, 0)
        assert work.layout.unused[:2] == ("Group ID", "Prospectus Loan ID")
        loan = await office.loan("0000012345")
        assert (loan.original_balance, loan.current_balance, loan.rate) == (10_000_000, 10_000_000, Decimal("0.0525"))
        assert (loan.deal, loan.rate_type, loan.structure.value) == ("XXX25001", RateType.FIXED, "whole_loan")
        assert (loan.terms.day_count, loan.terms.frequency) == (DayCount.ACTUAL_360, Frequency.MONTHLY)
        assert (loan.terms.amortization_months, loan.maturity_date) == (360, datetime.date(2035, 1, 1))
        other = await office.loan("0000012346")
        assert (other.terms.amortization_months, other.structure.value) == (None, "pari_passu")
        assert other.terms.day_count is DayCount.THIRTY_360
        assert {lender.name for lender in await office.all(LENDERS)} == {"First Bank", "Second Bank"}
        kinds = {asset.name: asset.property_type for asset in await office.all(PROPERTIES)}
        assert kinds == {"Main Street Plaza": PropertyType.RETAIL, "Depot": PropertyType.STORAGE}
        [statement] = (await office.all(PROPERTIES))[0].operating_statements
        assert statement.basis is StatementBasis.UNDERWRITTEN

    async def test_periodic_update_updates_loans_that_are_there_and_makes_none(self, office):
        await office.bring(SETUP, "setup.csv", named="crefc-loan-setup", as_of=AS_OF)
        before = {number: await office.loan(number) for number in ("0000012345", "0000012346")}
        work = await office.bring(PERIODIC, "update.csv", named="crefc-loan-periodic")
        assert (work.created, work.updated, work.refused) == (0, 2, 1)
        assert "updates those that are there, and makes none" in work.layout.note
        assert {problem.field: problem.loan for problem in work.rejected} == {
            "originalBalance": "0000099999",
            "originationDate": "0000099999",
        }
        loan = await office.loan("0000012345")
        assert (loan.current_balance, loan.balance_as_of) == (Decimal("9989987.96"), datetime.date(2025, 2, 15))
        assert (loan.status, loan.reported.dscr) == (LoanStatus.CURRENT, Decimal("1.88"))
        assert loan.terms == before["0000012345"].terms
        assert (loan.name, loan.properties) == ("Main Street Plaza", before["0000012345"].properties)
        other = await office.loan("0000012346")
        assert (other.status, other.terms) == (LoanStatus.DAYS_90, before["0000012346"].terms)
        matched = [row.reconciliation.outcome for row in await office.rows(work) if row.reconciliation is not None]
        assert matched == [Outcome.MATCHED, Outcome.MATCHED]
        periods = {period.asset_number: period for period in await office.all(PERIODS) if period.interest is not None}
        assert periods["0000012345"].interest == Decimal("45208.33")
        again = await office.bring(PERIODIC, "update.csv", named="crefc-loan-periodic")
        assert (again.updated, again.unchanged) == (0, 2)

    async def test_a_blank_in_an_update_leaves_what_stood(self, office):
        await office.bring(SETUP, "setup.csv", named="crefc-loan-setup", as_of=AS_OF)
        blank = PERIODIC.replace("9989987.96,20250201,0.0525,20350101", "9989987.96,,,")
        work = await office.bring(blank, "update.csv", named="crefc-loan-periodic")
        assert work.updated == 2
        loan = await office.loan("0000012345")
        assert (loan.rate, loan.maturity_date) == (Decimal("0.0525"), datetime.date(2035, 1, 1))

    async def test_an_update_needs_no_name(self, office):
        await office.bring(SETUP, "setup.csv", named="crefc-loan-setup", as_of=AS_OF)
        tape = "Loan ID,Period End,Ending Balance\r\n0000012345,2025-02-28,9989987.96\r\n"
        work = await office.bring(tape, "remittance.csv")
        assert (work.updated, work.refused) == (1, 0)
        loan = await office.loan("0000012345")
        assert (loan.current_balance, loan.terms.amortization_months) == (Decimal("9989987.96"), 360)

    async def test_a_tape_without_a_date_is_taken_for_one_whose_columns_are_not_known(self, office):
        tape = "Loan ID,Ending Balance,Coupon\r\n0000012345,9989987.96,5.25%\r\n"
        work = await office.bring(tape, "tape-2025-02-28.csv")
        assert work.state is ImportState.FAILED
        assert "no column was recognized for originalBalance, originationDate, maturityDate" in work.error

    async def test_property_file_updates_the_loans_property(self, office):
        await office.bring(SETUP, "setup.csv", named="crefc-loan-setup", as_of=AS_OF)
        work = await office.bring(PROPERTY, "property.csv", named="crefc-property")
        assert (work.created, work.updated, work.refused) == (0, 1, 0)
        loan = await office.loan("0000012345")
        assert (loan.current_balance, loan.terms.amortization_months) == (10_000_000, 360)
        assets = {asset.name: asset for asset in await office.all(PROPERTIES)}
        assert set(assets) == {"Main Street Plaza", "Depot"}
        plaza = assets["Main Street Plaza"]
        assert loan.property_ids == (plaza.id,)
        assert [value.amount for value in plaza.valuations] == [18_000_000, 19_000_000]
        bases = [(statement.basis, statement.net_operating_income) for statement in plaza.operating_statements]
        assert bases == [(StatementBasis.UNDERWRITTEN, 1_250_000), (StatementBasis.ANNUAL, 1_300_000)]

    async def test_a_code_that_the_mapping_does_not_say_refuses_the_loan(self, office):
        text = SETUP.replace("20250201,1,3,1,", "20250201,1,7,1,")
        work = await office.bring(text, "setup.csv", named="crefc-loan-setup", as_of=AS_OF)
        assert (work.created, work.refused) == (1, 1)
        [problem] = work.rejected
        assert (problem.field, problem.value) == ("Interest Accrual Method", "7")
        assert problem.reason == "is a code that the mapping does not say"


class TestAgencies:
    async def test_freddie_mac(self, office):
        work = await office.bring(FREDDIE, "mlpd.csv", named="freddie-mac-multifamily")
        assert (work.created, work.refused) == (2, 1)
        assert [(warning.field, warning.value) for warning in work.warnings] == [("mrtg_status", "300")]
        assert [(problem.loan, problem.reason) for problem in work.rejected] == [
            ("502", "a floating rate needs its index and spread")
        ]
        loan = await office.loan("501")
        assert (loan.balance_as_of, loan.origination_date) == (datetime.date(2023, 12, 31), datetime.date(2016, 3, 1))
        assert (loan.rate, loan.terms.amortization_months, loan.terms.interest_only_months) == (
            Decimal("0.036"), 360, 12,
        )  # fmt: skip
        assert (loan.rate_type, loan.status) == (RateType.FIXED, LoanStatus.CURRENT)

    async def test_fannie_mae(self, office):
        work = await office.bring(FANNIE, "mflpd.csv", named="fannie-mae-multifamily")
        assert (work.created, work.refused, work.warned) == (1, 0, 0)
        loan = await office.loan("1717")
        assert (loan.current_balance, loan.rate) == (11_500_000, Decimal("0.045"))
        assert (loan.status, loan.terms.interest_only_months) == (LoanStatus.CURRENT, 24)
        [asset] = await office.all(PROPERTIES)
        assert (asset.units, asset.year_built, asset.state) == (150, 1985, "TX")

    async def test_hud(self, office):
        work = await office.bring(HUD, "active.csv", named="hud-insured-multifamily", as_of=datetime.date(2025, 12, 31))
        assert (work.created, work.refused, work.warned) == (1, 0, 0)
        loan = await office.loan("00035123")
        assert (loan.original_balance, loan.current_balance) == (4_000_000, 3_200_000)
        assert (loan.rate, loan.terms.level_payment) == (Decimal("0.0375"), Decimal("17121.40"))
        assert loan.servicer == "Servicer LLC"
        assert [lender.name for lender in await office.all(LENDERS)] == ["Holder Bank"]

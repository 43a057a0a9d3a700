"""Fixings: by index and day, as they were known; what is missing, stale or odd is named."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import HolidayCalendar
from realinsights_finance.rates import (
    Fixing,
    Fixings,
    Index,
    InvalidFixing,
    MissingFixing,
    StaleFixing,
    gaps,
    outliers,
    published_on,
    staleness,
)


def day(text):
    return datetime.date.fromisoformat(text)


def fixing(on, value, **more):
    return Fixing(index=more.pop("index", Index.SOFR), on=day(on), value=Decimal(value), **more)


FRIDAY = fixing("2025-01-10", "0.0429")
REVISED = fixing("2025-01-10", "0.0431", revision=1, published=day("2025-01-14"))
TUESDAY = fixing("2025-01-14", "0.0428")


class TestPublication:
    @pytest.mark.parametrize(
        ("index", "on", "published"),
        [
            (Index.SOFR, "2025-01-10", "2025-01-13"),
            (Index.SOFR, "2026-04-02", "2026-04-06"),  # over Good Friday
            (Index.SOFR_30_DAY_AVERAGE, "2025-01-10", "2025-01-10"),
            (Index.TERM_SOFR_1_MONTH, "2025-01-10", "2025-01-10"),
            (Index.CMT_10_YEAR, "2025-01-10", "2025-01-13"),
            ("house_index", "2025-01-10", "2025-01-10"),
        ],
    )
    def test_is_by_the_rule_of_the_index(self, index, on, published):
        assert published_on(index, day(on)) == day(published)

    def test_stated_counts_instead(self):
        assert FRIDAY.known_from == day("2025-01-13")
        assert REVISED.known_from == day("2025-01-14")

    @pytest.mark.parametrize("index", Index)
    def test_facts_are_known_of_every_index(self, index):
        about = index.about
        assert about.publisher
        assert about.source
        assert about.license

    @pytest.mark.parametrize(
        ("name", "decimals", "lag"),
        [
            # New York Fed: hundredths of a percent on the next business day; on the day itself five decimals of a
            # percent, and eight of the index.
            ("sofr", 4, 1),
            *((f"sofr_{days}_day_average", 7, 0) for days in (30, 90, 180)),
            ("sofr_index", 8, 0),
            # CME and ICE: five decimals of a percent on the day itself.
            *((f"term_sofr_{months}_month", 7, 0) for months in (1, 3, 6, 12)),
            *((f"libor_{tenor}", 7, 0) for tenor in ("overnight", "1_month", "3_month", "6_month", "12_month")),
            # Release H.15: hundredths of a percent on the next business day.
            ("prime", 4, 1),
            *((f"cmt_{years}_year", 4, 1) for years in (1, 2, 3, 5, 7, 10, 20, 30)),
        ],
    )
    def test_is_in_so_many_decimals_so_many_business_days_after(self, name, decimals, lag):
        about = Index(name).about
        assert (about.decimals, about.publication_lag) == (decimals, lag)


class TestFixings:
    def test_have_the_last_revision(self):
        fixings = Fixings([REVISED, FRIDAY])
        assert fixings.value(Index.SOFR, FRIDAY.on) == Decimal("0.0431")
        assert fixings.revisions("sofr", FRIDAY.on) == (FRIDAY, REVISED)

    @pytest.mark.parametrize(
        ("known_on", "value"), [("2025-01-13", "0.0429"), ("2025-01-14", "0.0431"), ("2030-01-01", "0.0431")]
    )
    def test_are_as_they_were_known(self, known_on, value):
        assert Fixings([FRIDAY, REVISED]).known_on(day(known_on)).value("sofr", FRIDAY.on) == Decimal(value)

    def test_known_earlier_are_not_known_again_later(self):
        early = Fixings([FRIDAY, REVISED]).known_on(day("2025-01-13")).known_on(day("2025-02-01"))
        assert early.value("sofr", FRIDAY.on) == Decimal("0.0429")
        assert list(early) == [FRIDAY]

    def test_missing_names_index_and_day(self):
        with pytest.raises(MissingFixing, match="no fixing of sofr for 2025-01-13") as missing:
            Fixings([FRIDAY, TUESDAY]).value("sofr", day("2025-01-13"))
        assert (missing.value.index, missing.value.on, missing.value.known_on) == ("sofr", day("2025-01-13"), None)
        with pytest.raises(MissingFixing, match="for 2025-01-10 as known on 2025-01-10"):
            Fixings([FRIDAY]).known_on(FRIDAY.on).value("sofr", FRIDAY.on)
        assert Fixings().find("prime", FRIDAY.on) is None

    def test_last_is_the_one_before_where_it_is_not_too_old(self):
        fixings = Fixings([FRIDAY, TUESDAY])
        assert fixings.last("sofr", day("2025-01-14"), within=0) == TUESDAY
        assert fixings.last("sofr", day("2025-01-13"), within=3) == FRIDAY
        with pytest.raises(StaleFixing, match="nor of the 2 days before: the last is of 2025-01-10, 3 days") as stale:
            fixings.last("sofr", day("2025-01-13"), within=2)
        assert stale.value.last == FRIDAY.on
        with pytest.raises(StaleFixing, match="there is none before"):
            fixings.last("sofr", day("2025-01-09"), within=5)

    def test_last_looks_past_what_was_not_yet_known(self):
        known = Fixings([FRIDAY, TUESDAY]).known_on(day("2025-01-14"))
        assert known.last("sofr", day("2025-01-14"), within=5) == FRIDAY
        assert known.dates("sofr") == (FRIDAY.on,)

    def test_grow_and_stay_what_they_were(self):
        before = Fixings([FRIDAY])
        after = before.and_those([TUESDAY, FRIDAY])
        assert (before.dates("sofr"), after.dates("sofr")) == ((FRIDAY.on,), (FRIDAY.on, TUESDAY.on))

    @given(st.permutations([FRIDAY, REVISED, TUESDAY, fixing("2025-01-10", "0.075", index=Index.PRIME)]))
    def test_do_not_depend_on_the_order_they_came_in(self, order):
        fixings = Fixings(order)
        assert fixings.value("sofr", FRIDAY.on) == Decimal("0.0431")
        assert fixings.dates("sofr") == (FRIDAY.on, TUESDAY.on)


class TestBadFixings:
    @pytest.mark.parametrize(
        ("value", "more", "message"),
        [
            ("4.29", {}, "value: the fixing of sofr for 2025-01-10 must be a fraction, not 4.29"),
            ("NaN", {}, "must be a finite decimal"),
            ("0.0429", {"revision": -1}, r"revision: .* must not be negative"),
            ("0", {"index": Index.SOFR_INDEX}, "must be more than zero"),
            ("-1.05", {"index": Index.SOFR_INDEX}, "must be more than zero"),
        ],
    )
    def test_are_refused(self, value, more, message):
        with pytest.raises(InvalidFixing, match=message):
            fixing("2025-01-10", value, **more)

    def test_may_be_as_far_as_one(self):
        assert {fixing("2025-01-10", value).value for value in ("1", "-1")} == {1, -1}
        with pytest.raises(InvalidFixing, match=r"must be a fraction, not 1\.01"):
            fixing("2025-01-10", "1.01")

    def test_of_the_sofr_index_are_levels_and_of_all_others_fractions(self):
        # 1 on its first day, and what that has become since.
        for value in ("1.00000000", "1.16012345", "0.00000001"):
            assert fixing("2018-04-02", value, index=Index.SOFR_INDEX).value == Decimal(value)
        for index in (Index.TERM_SOFR_1_MONTH, Index.SOFR_30_DAY_AVERAGE, "house_index", "zero_coupon"):
            assert [fixing("2025-01-10", value, index=index).value for value in ("-0.0012", "0")] == [
                Decimal("-0.0012"),
                0,
            ]
            with pytest.raises(InvalidFixing, match="must be a fraction"):
                fixing("2025-01-10", "1.16", index=index)

    def test_given_twice_alike_are_kept_once_whichever_revision_they_are(self):
        again = fixing("2025-01-10", "0.0430", revision=2, published=day("2025-01-15"))
        assert Fixings([FRIDAY, FRIDAY, REVISED, REVISED, again, again]).revisions("sofr", day("2025-01-10")) == (
            FRIDAY,
            REVISED,
            again,
        )

    def test_of_a_float_is_refused(self):
        with pytest.raises(InvalidFixing, match="decimal"):
            Fixing(index="sofr", on=day("2025-01-10"), value=0.0429)

    def test_that_contradict_each_other_are_refused(self):
        with pytest.raises(InvalidFixing, match=r"given twice as revision 0: 0.0429 and 0.0430"):
            Fixings([FRIDAY, fixing("2025-01-10", "0.0430")])

        with pytest.raises(InvalidFixing, match=r"given twice as revision 0: 0.0430 and 0.0429"):
            Fixings([fixing("2025-01-10", "0.0430"), FRIDAY])

    def test_may_be_revised_on_the_day_they_were_published(self):
        same_day = fixing("2025-01-10", "0.0431", revision=1, published=FRIDAY.known_from)
        assert Fixings([FRIDAY, same_day]).value("sofr", day("2025-01-10")) == Decimal("0.0431")

    def test_revised_before_they_were_published_are_refused(self):
        with pytest.raises(InvalidFixing, match=r"published: .* is revision 1"):
            Fixings([FRIDAY, fixing("2025-01-10", "0.0431", revision=1, published=day("2025-01-12"))])


class TestChecks:
    CALENDAR = HolidayCalendar.SOFR

    @pytest.mark.parametrize(
        ("on", "stale"), [("2025-01-12", None), ("2025-01-13", 0), ("2025-01-14", 1), ("2025-01-21", 5)]
    )
    def test_staleness_counts_what_should_have_come(self, on, stale):
        # On the 21st the rates of the 13th to the 17th are out; the 20th is a holiday.
        assert staleness(Fixings([FRIDAY]), Index.SOFR, self.CALENDAR, on=day(on)) == stale

    @pytest.mark.parametrize(("on", "stale"), [("2025-01-09", None), ("2025-01-10", 0), ("2025-01-13", 1)])
    def test_staleness_counts_the_days_own_where_it_is_published_on_it(self, on, stale):
        term = Fixings([fixing("2025-01-10", "0.0430", index=Index.TERM_SOFR_1_MONTH)])
        assert staleness(term, Index.TERM_SOFR_1_MONTH, self.CALENDAR, on=day(on)) == stale

    def test_gaps_are_business_days_between(self):
        assert gaps(Fixings([FRIDAY, TUESDAY]), "sofr", self.CALENDAR) == (day("2025-01-13"),)
        assert gaps(Fixings([TUESDAY, fixing("2025-01-15", "0.0428")]), "sofr", self.CALENDAR) == ()
        # The 15th and the 16th; the 17th is there.
        missing = gaps(Fixings([TUESDAY, fixing("2025-01-17", "0.0428")]), "sofr", self.CALENDAR)
        assert missing == (day("2025-01-15"), day("2025-01-16"))

    def test_outliers_moved_by_more_than_a_quarter_point(self):
        jump = fixing("2025-01-13", "0.0455")
        (move,) = outliers(Fixings([FRIDAY, jump, fixing("2025-01-14", "0.0430")]), "sofr")
        assert (move.before, move.fixing, move.change) == (FRIDAY, jump, Decimal("0.0026"))
        assert outliers(Fixings([FRIDAY, jump]), "sofr", beyond=Decimal("0.0026")) == ()

    def test_of_september_2019_find_the_spike(self, sofr):
        moves = outliers(sofr.known_on(day("2019-12-31")), Index.SOFR, beyond=Decimal("0.02"))
        assert [move.fixing.on for move in moves] == [day("2019-09-17"), day("2019-09-18")]
        assert gaps(sofr, Index.SOFR, self.CALENDAR) == ()

"""Rate paths: fixed, stepped, floating with resets of every kind, and one after the other."""

from __future__ import annotations

import datetime
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_finance import DayCount, HolidayCalendar, cents
from realinsights_finance.money import EXACT
from realinsights_finance.rates import (
    Averaging,
    CurveEndsEarly,
    EachDay,
    EachPeriod,
    Every,
    FixedRate,
    Fixing,
    Fixings,
    FloatingRate,
    FloatingTerms,
    ForwardCurve,
    HybridRate,
    InArrears,
    Index,
    Known,
    Market,
    MissingFixing,
    OnDates,
    RateNotStated,
    StaleFixing,
    observations,
    rate_in_arrears,
    stepped_rate,
    unrounded_interest_over,
)
from realinsights_finance.time import Interval, MaturityBeforeStart, PeriodRule

TERM = Index.TERM_SOFR_1_MONTH
PRIME = {"index": Index.PRIME, "determination_lag": 0, "determination_calendar": HolidayCalendar.FEDERAL_RESERVE}
LOOKED_BACK = {"index": Index.SOFR, "resets": InArrears(lookback=2)}


def day(text):
    return datetime.date.fromisoformat(text)


def told(spans):
    return [(span.start.isoformat(), span.end.isoformat(), str(span.rate), span.known.value) for span in spans]


def terms(**changes):
    return FloatingTerms(**({"index": TERM, "spread": Decimal("0.0200")} | changes))


def fixings(index=TERM, **values):
    return Fixings(Fixing(index=index, on=day(on), value=Decimal(value)) for on, value in values.items())


TERM_FIXINGS = fixings(**{"2025-01-13": "0.0430", "2025-02-13": "0.0431", "2025-04-11": "0.0432"})
CURVE = ForwardCurve(
    index=TERM,
    as_of=day("2025-02-15"),
    points=((day("2025-04-15"), Decimal("0.0420")), (day("2025-05-15"), Decimal("0.0410"))),
    until=day("2025-07-14"),
)


def market(on="2025-03-01", known=TERM_FIXINGS, curves=(CURVE,)):
    return Market(business_date=day(on), fixings=known, curves=tuple(curves))


class TestFixedRate:
    def test_is_the_same_throughout(self):
        spans = FixedRate(Decimal("0.0525")).spans(day("2025-01-01"), day("2025-02-01"))
        assert told(spans) == [("2025-01-01", "2025-02-01", "0.0525", "fixed")]

    def test_may_be_as_high_as_one(self):
        assert FixedRate(Decimal(1)).rate == 1

    @pytest.mark.parametrize("rate", ["5.25", "1.0001", "NaN"])
    def test_of_no_fraction_is_refused(self, rate):
        with pytest.raises(ValueError, match="rate: must be a finite fraction"):
            FixedRate(Decimal(rate))

    def test_of_no_time_is_an_error(self):
        with pytest.raises(MaturityBeforeStart):
            FixedRate(Decimal("0.05")).spans(day("2025-01-01"), day("2025-01-01"))


class TestSteppedRate:
    PATH = stepped_rate([(day("2025-01-01"), Decimal("0.04")), (day("2026-01-15"), Decimal("0.05"))])

    def test_changes_on_its_days_also_within_a_period(self):
        assert told(self.PATH.spans(day("2025-12-01"), day("2026-01-01"))) == [
            ("2025-12-01", "2026-01-01", "0.04", "fixed")
        ]
        assert told(self.PATH.spans(day("2026-01-01"), day("2026-02-01"))) == [
            ("2026-01-01", "2026-01-15", "0.04", "fixed"),
            ("2026-01-15", "2026-02-01", "0.05", "fixed"),
        ]

    def test_may_change_twice_in_a_period(self):
        days = [day(on) for on in ("2026-01-01", "2026-01-11", "2026-01-21")]
        path = stepped_rate(zip(days, (Decimal("0.04"), Decimal("0.05"), Decimal("0.06")), strict=True))
        assert told(path.spans(day("2026-01-01"), day("2026-02-01"))) == [
            ("2026-01-01", "2026-01-11", "0.04", "fixed"),
            ("2026-01-11", "2026-01-21", "0.05", "fixed"),
            ("2026-01-21", "2026-02-01", "0.06", "fixed"),
        ]

    def test_is_not_known_before_the_first(self):
        with pytest.raises(RateNotStated, match="none is stated for 2024-12-31; the first is from 2025-01-01"):
            self.PATH.spans(day("2024-12-31"), day("2025-01-31"))

    def test_needs_its_days_in_order(self):
        with pytest.raises(ValueError, match="in the order of their days"):
            stepped_rate([(day("2026-01-01"), Decimal("0.04")), (day("2025-01-01"), Decimal("0.05"))])
        with pytest.raises(ValueError, match="in the order of their days"):
            stepped_rate([(day("2026-01-01"), Decimal("0.04")), (day("2026-01-01"), Decimal("0.05"))])
        with pytest.raises(ValueError, match="at least one"):
            HybridRate(())

    def test_earns_each_rate_for_its_days(self):
        spans = self.PATH.spans(day("2026-01-01"), day("2026-02-01"))
        earned = unrounded_interest_over(Decimal(1_000_000), spans, DayCount.ACTUAL_360)
        assert cents(earned) == Decimal("3916.67")  # 14 days at 4 %, 17 at 5 %


class TestEachPeriod:
    def test_is_set_before_the_period(self):
        (span,) = FloatingRate(terms=terms(), market=market()).spans(day("2025-02-15"), day("2025-03-15"))
        assert (span.rate, span.known) == (Decimal("0.0631"), Known.FIXING)
        assert (span.reset.determined_on, span.reset.provisional) == (day("2025-02-13"), False)
        assert span.reset.fixing.value == span.reset.all_in.index == Decimal("0.0431")

    def test_is_projected_where_the_fixing_is_not_published_yet(self):
        path = FloatingRate(terms=terms(), market=market())
        (span,) = path.spans(day("2025-04-15"), day("2025-05-15"))
        assert (span.rate, span.known, span.reset.fixing) == (Decimal("0.0620"), Known.PROJECTED, None)
        later = FloatingRate(terms=terms(), market=market("2025-04-11"))
        assert later.spans(day("2025-04-15"), day("2025-05-15"))[0].rate == Decimal("0.0632")

    def test_says_which_fixing_is_missing(self):
        path = FloatingRate(terms=terms(), market=market("2025-04-01"))
        with pytest.raises(MissingFixing, match=r"term_sofr_1_month for 2025-03-13 as known on 2025-04-01") as missing:
            path.spans(day("2025-03-15"), day("2025-04-15"))
        assert (missing.value.index, missing.value.on) == (TERM, day("2025-03-13"))
        bare = FloatingRate(terms=terms(), market=market(curves=()))
        with pytest.raises(MissingFixing, match=r"for 2025-05-13 .* no curve of it"):
            bare.spans(day("2025-05-15"), day("2025-06-15"))

    def test_takes_an_older_fixing_where_the_note_allows_and_says_so(self):
        carried = FloatingRate(terms=terms(carry_days=28), market=market("2025-04-01"))
        (span,) = carried.spans(day("2025-03-15"), day("2025-04-15"))
        assert (span.rate, span.reset.provisional) == (Decimal("0.0631"), True)
        assert span.reset.fixing.on == day("2025-02-13")
        with pytest.raises(StaleFixing, match="28 days before"):
            FloatingRate(terms=terms(carry_days=27), market=market("2025-04-01")).spans(
                day("2025-03-15"), day("2025-04-15")
            )

    def test_is_missing_and_not_old_where_no_other_day_may_stand_in(self):
        with pytest.raises(MissingFixing) as missing:
            market().read(TERM, day("2025-02-12"), starts=day("2025-02-14"))
        assert type(missing.value) is MissingFixing

    def test_is_read_of_no_other_day_unless_asked(self):
        with pytest.raises(MissingFixing):
            market().read(TERM, day("2025-02-14"), starts=day("2025-02-18"))
        reading = market().read(TERM, day("2025-02-14"), starts=day("2025-02-18"), carry_days=1)
        assert reading.fixing.on == day("2025-02-13")

    def test_says_where_the_curve_ends(self):
        path = FloatingRate(terms=terms(), market=market())
        assert path.spans(day("2025-07-14"), day("2025-08-14"))[0].rate == Decimal("0.0610")
        with pytest.raises(CurveEndsEarly, match="ends on 2025-07-14, and 2025-07-15"):
            path.spans(day("2025-07-15"), day("2025-08-15"))

    def test_sees_no_revision_published_later(self):
        revised = Fixing(
            index=TERM, on=day("2025-02-13"), value=Decimal("0.05"), revision=1, published=day("2025-02-20")
        )
        known = TERM_FIXINGS.and_those([revised])
        period = day("2025-02-15"), day("2025-03-15")
        before, after = (FloatingRate(terms=terms(), market=market(on, known)) for on in ("2025-02-19", "2025-02-20"))
        assert (before.spans(*period)[0].rate, after.spans(*period)[0].rate) == (Decimal("0.0631"), Decimal("0.07"))

    def test_is_read_of_the_curve_of_its_index_alone(self):
        others = [ForwardCurve.flat(index, Decimal("0.01"), as_of=day("2025-02-15")) for index in ("aaa", "zzz")]
        for curves in ((others[0], CURVE, others[1]), (others[1], CURVE, others[0])):
            assert market(curves=curves).curve(TERM) is CURVE
        assert market(curves=others).curve(TERM) is None

    def test_has_one_curve_an_index_made_by_then(self):
        assert market("2025-02-15").business_date == CURVE.as_of
        with pytest.raises(ValueError, match="at most one curve an index"):
            market(curves=(CURVE, CURVE))
        with pytest.raises(ValueError, match="is as of 2025-02-15, after the business date, 2025-02-14"):
            market("2025-02-14")


class TestEvery:
    def reset(self, interval, start="2025-01-15", end="2026-01-15"):
        return Every(rule=PeriodRule(interval=interval, anchor=day(start)), start=day(start), end=day(end))

    def test_quarter_is_paid_monthly_at_one_rate(self):
        path = FloatingRate(terms=terms(resets=self.reset(Interval.QUARTERLY)), market=market())
        first, third, fourth = (
            path.spans(day(start), day(end))[0]
            for start, end in (
                ("2025-01-15", "2025-02-15"),
                ("2025-03-15", "2025-04-15"),
                ("2025-04-15", "2025-05-15"),
            )
        )
        assert (first.rate, third.rate) == (Decimal("0.0630"), Decimal("0.0630"))
        assert third.reset.determined_on == day("2025-01-13")
        assert (fourth.rate, fourth.known) == (Decimal("0.0620"), Known.PROJECTED)

    def test_month_cuts_a_quarters_payment(self):
        path = FloatingRate(terms=terms(resets=self.reset(Interval.MONTHLY)), market=market("2025-02-20"))
        spans = path.spans(day("2025-01-15"), day("2025-03-10"))
        assert told(spans) == [
            ("2025-01-15", "2025-02-15", "0.0630", "fixing"),
            ("2025-02-15", "2025-03-10", "0.0631", "fixing"),
        ]

    def test_shows_its_rule_and_not_what_follows_from_it(self):
        shown = repr(self.reset(Interval.MONTHLY))
        assert shown.startswith("Every(rule=PeriodRule(")
        assert "_starts" not in shown

    def test_has_no_rate_before_it_begins(self):
        path = FloatingRate(terms=terms(resets=self.reset(Interval.MONTHLY)), market=market())
        with pytest.raises(ValueError, match="resets: they begin on 2025-01-15, and the rate of 2025-01-14"):
            path.spans(day("2025-01-14"), day("2025-02-15"))

    def test_last_stands_after_the_end(self):
        short = self.reset(Interval.MONTHLY, end="2025-03-15")
        path = FloatingRate(terms=terms(resets=short), market=market())
        assert told(path.spans(day("2025-01-15"), day("2025-03-17"))) == [
            ("2025-01-15", "2025-02-15", "0.0630", "fixing"),
            ("2025-02-15", "2025-03-17", "0.0631", "fixing"),
        ]
        assert told(path.spans(day("2025-02-15"), day("2025-03-17"))) == [
            ("2025-02-15", "2025-03-17", "0.0631", "fixing")
        ]


class TestEachDay:
    def test_is_one_of_a_kind(self):
        assert EachDay() == EachDay()
        assert len({EachDay(), EachDay()}) == 1

    def test_is_not_joined_where_prime_rises(self):
        # 8.25 % until 26 July 2023, 8.50 % from the 27th on.
        values = {f"2023-07-{number}": "0.0825" for number in (25, 26)} | {
            f"2023-07-{number}": "0.0850" for number in (27, 28)
        }
        path = FloatingRate(
            terms=terms(resets=EachDay(), **PRIME), market=market(known=fixings(Index.PRIME, **values), curves=())
        )
        assert told(path.spans(day("2023-07-25"), day("2023-07-31"))) == [
            ("2023-07-25", "2023-07-27", "0.1025", "fixing"),
            ("2023-07-27", "2023-07-31", "0.1050", "fixing"),
        ]

    def test_changes_when_prime_does_and_joins_days_alike(self):
        values = {f"2024-12-{number:02}": "0.0775" for number in (16, 17, 18)}
        values |= {f"2024-12-{number:02}": "0.0750" for number in (19, 20, 23, 24)}
        path = FloatingRate(
            terms=terms(resets=EachDay(), **PRIME), market=market(known=fixings(Index.PRIME, **values), curves=())
        )
        assert told(path.spans(day("2024-12-16"), day("2024-12-26"))) == [
            ("2024-12-16", "2024-12-19", "0.0975", "fixing"),
            ("2024-12-19", "2024-12-26", "0.0950", "fixing"),
        ]
        with pytest.raises(MissingFixing, match="prime for 2024-12-26"):
            path.spans(day("2024-12-24"), day("2024-12-27"))


class TestInArrears:
    def test_is_the_rate_of_its_days_with_the_spread(self, sofr):
        path = FloatingRate(terms=terms(**LOOKED_BACK), market=market("2020-05-29", sofr, ()))
        (span,) = path.spans(day("2020-03-02"), day("2020-04-01"))
        exact = rate_in_arrears(
            day("2020-03-02"), day("2020-04-01"), InArrears(lookback=2), lambda on: sofr.value(Index.SOFR, on)
        )
        assert span.rate == EXACT.add(exact, Decimal("0.02"))
        assert (span.known, span.reset.determined_on) == (Known.FIXING, day("2020-03-27"))

    def test_is_projected_from_the_first_day_that_is_not_published(self, sofr):
        flat = ForwardCurve.flat(Index.SOFR, Decimal("0.0001"), as_of=day("2020-03-01"))
        note = terms(index=Index.SOFR, resets=InArrears(averaging=Averaging.SIMPLE))
        path = FloatingRate(terms=note, market=market("2020-03-18", sofr, [flat]))
        (span,) = path.spans(day("2020-03-16"), day("2020-03-20"))
        # Of Monday and Tuesday 0.26 % and 0.54 % are out on Wednesday; two days come from the curve.
        expected = (Decimal("0.0026") + Decimal("0.0054") + 2 * Decimal("0.0001")) / 4 + Decimal("0.02")
        assert (span.rate, span.known) == (expected, Known.PROJECTED)

    def test_of_days_before_the_curve_that_are_not_published_is_as_it_begins(self, sofr):
        flat = ForwardCurve.flat(Index.SOFR, Decimal("0.0150"), as_of=day("2020-01-13"))
        note = terms(index=Index.SOFR, resets=InArrears())
        early = market("2020-01-13", sofr.known_on(day("2020-01-12")), [flat])
        (span,) = FloatingRate(terms=note, market=early).spans(day("2020-01-10"), day("2020-01-13"))
        assert (span.rate, span.known) == (Decimal("0.0350"), Known.PROJECTED)

    def test_says_which_day_is_missing(self, sofr):
        hole = Fixings(fixing for fixing in sofr if fixing.on != day("2020-03-17"))
        path = FloatingRate(terms=terms(**LOOKED_BACK), market=market("2020-05-29", hole, ()))
        with pytest.raises(MissingFixing, match="sofr for 2020-03-17"):
            path.spans(day("2020-03-02"), day("2020-04-01"))

    def test_reads_no_day_twice_that_a_lockout_repeats(self, sofr):
        convention = InArrears(lockout=2)
        path = FloatingRate(terms=terms(index=Index.SOFR, resets=convention), market=market("2020-04-01", sofr, ()))
        (span,) = path.spans(day("2020-03-02"), day("2020-04-01"))
        assert span.reset.determined_on == max(
            each.on for each in observations(day("2020-03-02"), day("2020-04-01"), convention)
        )


class TestUntil:
    @pytest.mark.parametrize("until", ["2025-02-15", "2025-02-14", "2024-01-01"])
    def test_that_is_not_after_the_start_leaves_nothing(self, sofr, until):
        daily = FloatingRate(terms=terms(**LOOKED_BACK), market=market("2025-03-01", sofr, ()))
        hybrid = HybridRate(((day("2024-01-01"), FixedRate(Decimal("0.05"))),))
        paths = (FixedRate(Decimal("0.05")), FloatingRate(terms=terms(), market=market()), hybrid, daily)
        assert [path.spans(day("2025-02-15"), day("2025-03-15"), until=day(until)) for path in paths] == [()] * 4

    @pytest.mark.parametrize("end", ["2025-02-15", "2025-02-14"])
    def test_of_no_period_is_an_error(self, end):
        for path in (FixedRate(Decimal("0.05")), FloatingRate(terms=terms(), market=market())):
            with pytest.raises(MaturityBeforeStart):
                path.spans(day("2025-02-15"), day(end), until=day("2025-03-01"))

    def test_is_the_part_that_has_accrued_and_needs_nothing_later(self, sofr):
        note = terms(index=Index.SOFR, resets=InArrears(lockout=2))
        path = FloatingRate(terms=note, market=market("2020-03-18", sofr, ()))
        (span,) = path.spans(day("2020-03-02"), day("2020-04-01"), until=day("2020-03-18"))
        exact = rate_in_arrears(
            day("2020-03-02"), day("2020-03-18"), InArrears(), lambda on: sofr.value(Index.SOFR, on)
        )
        assert (span.end, span.rate, span.known) == (
            day("2020-03-18"),
            EXACT.add(exact, Decimal("0.02")),
            Known.FIXING,
        )

    @pytest.mark.parametrize("until", ["2025-02-20", "2025-03-15", "2025-04-01"])
    def test_cuts_every_path(self, until):
        floating = FloatingRate(terms=terms(), market=market())
        hybrid = HybridRate(((day("2024-01-01"), FixedRate(Decimal("0.05"))), (day("2025-02-17"), floating)))
        monthly = Every(
            rule=PeriodRule(interval=Interval.MONTHLY, anchor=day("2025-01-15")),
            start=day("2025-01-15"),
            end=day("2026-01-15"),
        )
        start, end = day("2025-02-15"), day("2025-03-15")
        for path in (
            FixedRate(Decimal("0.05")),
            floating,
            FloatingRate(terms=terms(resets=monthly), market=market()),
            FloatingRate(terms=terms(resets=EachDay(), carry_days=60), market=market("2025-03-20")),
        ):
            spans = path.spans(start, end, until=day(until))
            assert (spans[0].start, spans[-1].end) == (start, min(day(until), end))
            assert path.spans(start, end, until=start) == ()
        assert [span.end for span in hybrid.spans(start, end, until=day("2025-02-16"))] == [day("2025-02-16")]
        assert hybrid.spans(start, end, until=start) == ()


class TestWhatStandsInForAMissingFixing:
    def without(self, sofr, on):
        return Fixings(fixing for fixing in sofr if (fixing.index, fixing.on) != (Index.SOFR, day(on)))

    def span(self, known, **changes):
        note = terms(index=Index.SOFR, resets=InArrears(lookback=2), **changes)
        path = FloatingRate(terms=note, market=market("2020-04-10", known, ()))
        (span,) = path.spans(day("2020-03-02"), day("2020-04-01"))
        return span

    def test_marks_a_rate_in_arrears_as_provisional(self, sofr):
        whole = self.span(sofr, carry_days=5)
        assert (whole.reset.provisional, len(whole.reset.read)) == (False, 22)
        known = self.without(sofr, "2020-03-17")
        with pytest.raises(MissingFixing):
            self.span(known)
        carried = self.span(known, carry_days=5)
        assert (carried.reset.provisional, len(carried.reset.read)) == (True, 21)
        assert carried.rate != whole.rate
        assert carried.known is Known.FIXING

    def test_marks_a_rate_of_each_day_wherever_in_the_time_it_stands_in(self):
        prime = {"2025-02-14": "0.0750", "2025-02-18": "0.0750", "2025-02-20": "0.0750"}
        note = terms(**PRIME, resets=EachDay(), carry_days=2)
        spans = {}
        for known in (prime, prime | {"2025-02-19": "0.0750"}):
            path = FloatingRate(terms=note, market=market("2025-03-20", fixings(Index.PRIME, **known), ()))
            (spans[len(known)],) = path.spans(day("2025-02-18"), day("2025-02-21"))
        assert spans[3].rate == spans[4].rate == Decimal("0.0950")
        assert (spans[3].reset.provisional, spans[4].reset.provisional) == (True, False)
        assert [fixing.on for fixing in spans[4].reset.read] == [day(f"2025-02-{on}") for on in (18, 19, 20)]


class TestHybridRate:
    def test_floats_after_its_fixed_years(self):
        floating = FloatingRate(terms=terms(), market=market())
        path = HybridRate(((day("2024-01-01"), FixedRate(Decimal("0.05"))), (day("2025-02-15"), floating)))
        assert told(path.spans(day("2025-02-01"), day("2025-03-01"))) == [
            ("2025-02-01", "2025-02-15", "0.05", "fixed"),
            ("2025-02-15", "2025-03-01", "0.0631", "fixing"),
        ]

    def test_goes_from_libor_to_what_replaced_it(self):
        known = Fixings(
            [
                *fixings(Index.LIBOR_1_MONTH, **{"2023-06-13": "0.0520"}),
                *fixings(**{"2023-07-13": "0.0525"}),
            ]
        )
        libor = terms(index=Index.LIBOR_1_MONTH, determination_calendar=HolidayCalendar.WEEKENDS_ONLY)
        then = market("2023-08-01", known, ())
        path = HybridRate(
            (
                (day("2020-01-15"), FloatingRate(terms=libor, market=then)),
                (day("2023-07-15"), FloatingRate(terms=libor.after_libor(), market=then)),
            )
        )
        assert [
            path.spans(day(start), day(end))[0].rate
            for start, end in (
                ("2023-06-15", "2023-07-15"),
                ("2023-07-15", "2023-08-15"),
            )
        ] == [Decimal("0.0720"), Decimal("0.0736448")]


@given(
    start=st.dates(day("2018-06-01"), day("2019-12-31")),
    length=st.integers(1, 120),
    resets=st.sampled_from(
        [
            EachPeriod(),
            EachDay(),
            InArrears(),
            Every(
                rule=PeriodRule(interval=Interval.BI_WEEKLY, anchor=day("2018-06-01")),
                start=day("2018-06-01"),
                end=day("2020-06-01"),
            ),
        ]
    ),
    switch=st.dates(day("2018-07-01"), day("2020-03-31")),
)
def test_spans_fill_the_period_without_gap(sofr, start, length, resets, switch):
    end = start + datetime.timedelta(days=length)
    flat = ForwardCurve.flat(Index.SOFR, Decimal("0.01"), as_of=day("2019-06-30"))
    floating = FloatingRate(terms=terms(index=Index.SOFR, resets=resets), market=market("2019-06-30", sofr, [flat]))
    path = HybridRate(((day("2018-01-01"), FixedRate(Decimal("0.04"))), (switch, floating)))
    spans = path.spans(start, end)
    assert (spans[0].start, spans[-1].end) == (start, end)
    assert all(before.end == after.start for before, after in pairwise(spans))
    assert all(span.start < span.end for span in spans)
    assert [span.known for span in spans] == sorted((span.known for span in spans), key=list(Known).index)


class TestResetsOnDates:
    DATES = OnDates((day("2025-01-15"), day("2025-02-15"), day("2025-05-15")))

    def test_hold_until_the_next_and_the_last_for_good(self):
        path = FloatingRate(terms=terms(resets=self.DATES), market=market())
        assert told(path.spans(day("2025-01-15"), day("2025-03-15"))) == [
            ("2025-01-15", "2025-02-15", "0.0630", "fixing"),
            ("2025-02-15", "2025-03-15", "0.0631", "fixing"),
        ]
        assert told(path.spans(day("2025-05-20"), day("2025-08-20"))) == [
            ("2025-05-20", "2025-08-20", "0.0610", "projected"),
        ]

    def test_before_the_first_are_not_stated(self):
        with pytest.raises(ValueError, match="resets: they begin on 2025-01-15"):
            list(self.DATES.cut(day("2025-01-14"), day("2025-02-15")))

    @pytest.mark.parametrize(
        "dates", [(), (day("2025-01-15"), day("2025-01-15")), (day("2025-02-15"), day("2025-01-15"))]
    )
    def test_must_ascend(self, dates):
        with pytest.raises(ValueError, match=r"^dates: "):
            OnDates(dates)

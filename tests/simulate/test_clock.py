"""Dates to working days and back."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.calendar import is_working_day, working_dates
from simulate.clock import Clock, financial_year

dates = st.dates(date(2000, 1, 1), date(2040, 1, 1))
clocks = st.builds(Clock, dates, st.integers(1, 36))


@given(clocks)
def test_day_nought_is_the_first_working_day_after(clock):
    first = clock.dates[0].astype(date)
    assert first > clock.as_at
    assert is_working_day(first)
    between = [clock.as_at + timedelta(days=n) for n in range(1, (first - clock.as_at).days)]
    assert not any(is_working_day(day) for day in between)


@given(clocks, dates)
def test_a_date_becomes_a_day_and_that_day_the_first_working_date_from_it(clock, day):
    index = clock.time_of(np.array([day], dtype="datetime64[D]"))
    back = clock.date_of(index)[0].astype(date)
    assert back == working_dates(day, day + timedelta(days=15))[0].astype(date)


@given(clocks)
def test_days_and_dates_are_one_another(clock):
    assert np.array_equal(clock.time_of(clock.dates), np.arange(clock.days))
    assert np.array_equal(clock.date_of(np.arange(clock.days) + 0.999), clock.dates)


@given(clocks)
def test_months_cover_the_days(clock):
    assert clock.month_bounds[-1] == clock.days
    assert clock.month_bounds[0] <= 0
    assert len(clock.month_names) == clock.horizon_months
    assert [str(day)[:7] for day in clock.dates] == [clock.month_names[m] for m in clock.months]


@given(clocks, st.integers(-300, 300), st.integers(0, 100))
def test_working_days_between_dates_are_a_subtraction(clock, start, length):
    first, last = clock.date_of(np.array([start, start + length]))
    assert len(working_dates(first.astype(date), last.astype(date))) == length + 1


@given(clocks, st.lists(st.floats(-400, 1200), min_size=1))
def test_a_time_is_in_the_month_of_its_date(clock, times):
    months = clock.date_of(np.array(times)).astype("datetime64[M]")
    number = np.clip((months - clock.month_starts[0].astype("datetime64[M]")).astype(int), -1, clock.horizon_months)
    assert np.array_equal(clock.month_of(np.array(times)), number)


def test_a_known_month():
    clock = Clock(date(2020, 11, 30), 2)
    assert clock.month_names == ("2020-12", "2021-01")
    assert clock.days == 21 + 20
    assert str(clock.dates[20]) == "2020-12-31"
    assert clock.day_of(date(2020, 12, 25)) == clock.day_of(date(2020, 12, 29))
    assert clock.day_after(date(2020, 12, 31)) == 21


@pytest.mark.parametrize(("month", "year"), [("2021-03", "2020-21"), ("2021-04", "2021-22"), ("2099-12", "2099-00")])
def test_financial_years(month, year):
    assert financial_year(month) == year

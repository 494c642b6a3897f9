"""Queueing theory's first guess goes by what is in force at the as-at date."""

from report.offered_load import first_guess
from scenarios.load import load

AWAY = "workforce.absence.sickness.away.mean"


def test_sickness_that_was_otherwise_long_ago_does_not_count():
    rates = {"contacts": 180.0}
    long_ago = [{"from": "2019-01-01", "value": 30}, {"from": "2020-06-01", "value": 6}]
    was, always, still = (load("west-sussex", {AWAY: value}) for value in (long_ago, 6, 30))
    load_was, load_always, load_still = (
        first_guess(asked, "assessment", rates, probability=0.8).load for asked in (was, always, still)
    )
    assert load_was == load_always < load_still

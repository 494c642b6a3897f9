"""Laws of overlays: a few changed settings, and a what-if never wears a statistic's badge."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scenarios import load
from scenarios.overlay import nested, overlay, put

KEYS = st.sampled_from(["a", "b", "c"])
LEAVES = st.one_of(st.integers(-9, 9), st.text("xyz", min_size=1, max_size=2))
TREES = st.recursive(LEAVES, lambda inner: st.dictionaries(KEYS, inner, max_size=3), max_leaves=8)
MAPPINGS = st.dictionaries(KEYS, TREES, max_size=3)


@given(base=MAPPINGS)
def test_no_change_changes_nothing(base: dict[str, Any]) -> None:
    assert overlay(base, {}, "x") == base
    assert overlay(base, base, "x") == base


@given(base=MAPPINGS, change=MAPPINGS)
def test_an_overlay_holds_laid_twice_as_once_and_leaves_its_base_alone(
    base: dict[str, Any], change: dict[str, Any]
) -> None:
    before = repr(base)
    once = overlay(base, change, "x")
    assert overlay(once, change, "x") == once
    assert repr(base) == before


@given(base=MAPPINGS, change=MAPPINGS)
def test_every_changed_leaf_is_what_the_change_says(base: dict[str, Any], change: dict[str, Any]) -> None:
    def leaves(tree: Any, keys: tuple[str, ...] = ()) -> Any:
        if isinstance(tree, dict) and tree:
            return [pair for key, part in tree.items() for pair in leaves(part, (*keys, key))]
        return [(keys, tree)]

    merged = overlay(base, change, "x")
    for keys, value in leaves(change):
        here: Any = merged
        for key in keys:
            here = here[key]
        assert here == value or value == {}


@given(change=MAPPINGS)
def test_dotted_and_nested_settings_mean_the_same(change: dict[str, Any]) -> None:
    def dotted(tree: dict[str, Any], before: str = "") -> dict[str, Any]:
        flat: dict[str, Any] = {}
        for key, part in tree.items():
            flat |= dotted(part, f"{before}{key}.") if isinstance(part, dict) and part else {f"{before}{key}": part}
        return flat

    assert nested(dotted(change)) == change


def test_null_takes_a_setting_out() -> None:
    assert overlay({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"c": None}}, "x") == {"a": 1, "b": {"d": 3}}


def test_a_bare_number_keeps_the_unit_and_loses_source_and_range() -> None:
    base = {"fte": {"value": 3, "unit": "FTE", "source": "dfe-workforce", "low": 1, "high": 5}}
    assert overlay(base, {"fte": 4}, "winter") == {"fte": {"value": 4, "unit": "FTE", "source": "assumed in winter"}}


def test_a_bare_list_of_steps_makes_a_dated_value() -> None:
    base = {"fte": {"value": 3, "unit": "FTE", "source": "dfe-workforce"}}
    steps = [{"from": "2021-01-01", "value": 4}]
    expected = {"fte": {"unit": "FTE", "source": "assumed in winter", "dated": steps}}
    assert overlay(base, {"fte": steps}, "winter") == expected


def test_another_distribution_replaces_the_old_one_whole() -> None:
    base = {"stay": {"distribution": "exponential", "mean": {"value": 3, "unit": "months", "source": "assumed"}}}
    other = {"distribution": "uniform", "low": 1, "high": 2}
    assert overlay(base, {"stay": other}, "x") == {"stay": other}


def test_a_what_if_changes_only_what_it_names() -> None:
    base = load.as_data(load.load("west-sussex"))
    changed = put(base, "workforce.teams.assessment.staff.agency.fte", 30, "more-agency", "more-agency.yaml")
    assert changed["workforce"]["teams"]["assessment"]["staff"]["agency"].pop("fte") != base["workforce"]["teams"][
        "assessment"
    ]["staff"]["agency"].pop("fte")
    assert changed == base

"""Colours that can be told apart, labels that do not touch, and the same bytes each time."""

from __future__ import annotations

import itertools
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report import style
from report.build import gather
from report.heat import shading
from simulate.results import Results


def test_known_contrasts() -> None:
    assert style.contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert style.contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


def test_the_palette_in_its_order_is_told_apart_and_seen_on_white() -> None:
    for one, other in itertools.pairwise(style.PALETTE):
        assert style.contrast(one, other) >= 3
    for colour in style.PALETTE[:5]:
        assert style.contrast(colour, "#FFFFFF") >= 3


def test_words_are_read_on_what_they_stand_on() -> None:
    for colour in (style.BLUE, style.PLUM, style.QUIET, style.INK, style.GREY):
        assert style.contrast(colour, "#FFFFFF") >= 4.5
    for share in (0, 0.25, 0.5, 0.75, 1):
        shade = shading(share)
        assert max(style.contrast("#FFFFFF", shade), style.contrast(style.INK, shade)) >= 4.5


def test_bands_have_edges_that_show_against_every_tint() -> None:
    assert all(style.contrast(style.BLUE, tint) >= 3 for tint in style.TINTS)


@given(st.lists(st.floats(0, 3), min_size=1, max_size=8))
def test_labels_keep_their_order_and_do_not_touch(wanted: list[float]) -> None:
    placed = style.spread(wanted, 0.2, 0.0, 4.0)
    pairs = sorted(zip(wanted, placed, strict=True))
    for (a, x), (b, y) in itertools.pairwise(pairs):
        assert y - x >= 0.2 - 0.02
        assert a <= b
    assert min(placed) >= -0.01
    assert max(placed) <= 4.01


def test_a_figure_is_the_same_to_the_byte(results: Results, tmp_path: Path) -> None:
    one = gather(results)[0]
    first = style.write(one.figure(), tmp_path / "a", one.name, one.title, one.alternative)
    again = style.write(one.figure(), tmp_path / "b", one.name, one.title, one.alternative)
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in again]


def test_every_svg_file_is_whole_names_itself_and_keeps_its_text(results: Results, tmp_path: Path) -> None:
    for one in gather(results)[:4]:
        svg, _ = style.write(one.figure(), tmp_path, one.name, one.title, one.alternative)
        root = ElementTree.parse(svg).getroot()
        space = "{http://www.w3.org/2000/svg}"
        assert root.findtext(f"{space}title") == one.title
        assert root.findtext(f"{space}desc") == one.alternative
        assert "date" not in svg.read_text(encoding="utf-8").split("<defs>")[0].lower().replace("update", "")
        words = " ".join("".join(t.itertext()) for t in root.iter(f"{space}text"))
        assert one.title.split()[0] in words

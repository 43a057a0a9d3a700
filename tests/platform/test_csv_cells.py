"""Cells of a CSV table: nothing in them runs, and every text comes back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realinsights_platform.csv_cells import cell, items_in, text_in

APOSTROPHES_AND_SIGNS = st.text(alphabet="'=+-@ \taA1", max_size=6)


@given(st.one_of(st.text(max_size=20), APOSTROPHES_AND_SIGNS))
def test_every_text_comes_back(text):
    assert text_in(cell(text)) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [("-77", "'-77"), ("'-77", "''-77"), ("'Tis Plaza", "'Tis Plaza"), ("Main St", "Main St"), ("'", "'")],
)
def test_an_apostrophe_is_before_what_would_run(text, written):
    assert cell(text) == written


@given(st.lists(st.one_of(st.text(max_size=8), st.text(alphabet='"; a', max_size=6)), min_size=1, max_size=4))
def test_every_item_of_several_comes_back(items):
    assert items_in(text_in(cell(tuple(items)))) == items


def test_an_item_is_in_quotes_where_it_would_not_be_told_from_its_neighbors():
    assert cell(("Oak; Elm", "Fir")) == '"Oak; Elm"; Fir'
    assert items_in('The "Oak" House; Fir') == ['The "Oak" House', "Fir"]
    assert items_in('"Oak" House; Fir') == ['"Oak" House', "Fir"], "as an earlier release wrote it"

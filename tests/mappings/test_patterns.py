"""Patterns beside each other: what covers what, and whether any text fits both, held against matching itself."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.progress.match import like
from mappings.words.patterns import fixed_beginning, pattern_covers, text_of_both

PATTERNS = st.text("ab*?", max_size=5)
TEXTS = ["".join(letters) for length in range(6) for letters in product("ab", repeat=length)]


@settings(max_examples=400, deadline=None)
@given(PATTERNS, PATTERNS)
def test_what_is_covered_fits_the_wider_pattern_too(wide: str, narrow: str) -> None:
    fitting = [text for text in TEXTS if like(text, narrow)]
    if pattern_covers(wide, narrow):
        assert all(like(text, wide) for text in fitting)
    elif "*" not in narrow and "?" not in narrow:
        assert not like(narrow, wide)


@settings(max_examples=400, deadline=None)
@given(PATTERNS, PATTERNS)
def test_a_text_of_both_fits_both_and_is_found_where_there_is_one(one: str, other: str) -> None:
    text = text_of_both(one, other)
    both = [each for each in TEXTS if like(each, one) and like(each, other)]
    if text is None:
        assert both == []
    else:
        assert like(text, one)
        assert like(text, other)
        assert all(len(text) <= len(each) for each in both)
        assert text.startswith(fixed_beginning(one))


COVERS = [("*", "Support 1"), ("Sup*", "support *"), ("KSUP *", "KSUP Sprint *"), ("2.*", "2.1*")]
COVERS += [("?*", "*?"), ("**", "*")]
NOT_COVERS = [("2.1*", "2.*"), ("A*", "*A"), ("A?", "A*"), ("", "*")]


@pytest.mark.parametrize(("wide", "narrow"), COVERS)
def test_a_pattern_covers_one_that_says_more(wide: str, narrow: str) -> None:
    assert pattern_covers(wide, narrow)


@pytest.mark.parametrize(("wide", "narrow"), NOT_COVERS)
def test_a_pattern_does_not_cover_one_that_says_less(wide: str, narrow: str) -> None:
    assert not pattern_covers(wide, narrow)


def test_the_text_found_reads_like_a_name() -> None:
    assert text_of_both("A*", "B*") is None
    assert text_of_both("Sprint ?", "Sprint *") == "Sprint x"

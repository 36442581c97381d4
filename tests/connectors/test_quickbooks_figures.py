from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.quickbooks import figures

numbers = st.decimals(min_value=-(10**15), max_value=10**15, places=7) | st.integers(-(10**18), 10**18)
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_what_is_written_is_read_back_with_the_same_digits(value: object) -> None:
    text = figures.render(value)
    assert figures.parse(text) == value
    assert figures.render(figures.parse(text)) == text


def test_amounts_are_json_numbers_with_their_own_digits() -> None:
    body = {
        "Amount": Decimal("10.50"),
        "Qty": Decimal(3),
        "UnitPrice": Decimal("3.5000000"),
        "big": Decimal("1E+3"),
    }
    assert figures.render(body) == b'{"Amount":10.50,"Qty":3,"UnitPrice":3.5000000,"big":1000}'


def test_a_float_never_gets_into_a_body() -> None:
    with pytest.raises(TypeError, match="float"):
        figures.render({"Amount": 10.1})


def test_bodies_are_ascii_whatever_the_text_holds() -> None:
    text = "Zürich “draft” 😀 \ud800 \u2028"
    assert json.loads(figures.render(text).decode("ascii")) == text


@pytest.mark.parametrize(
    "body", [b"NaN", b'{"a":Infinity}', b"[" * 100_000, b'{"a":1e999999999}', b'{"a":', b"", b"\xff"]
)
def test_what_is_no_exact_json_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  each has its own words
        figures.parse(body)


@pytest.mark.parametrize(
    ("spelling", "one"), [("10.00", "10"), ("10", "10"), ("-0.00", "0"), ("0.50", "0.5"), ("100", "100")]
)
def test_equal_numbers_have_one_spelling(spelling: str, one: str) -> None:
    assert figures.canonical(Decimal(spelling)) == one

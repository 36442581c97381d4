"""Money is exact: no float, no mixing, half-up in one place, and parts that sum to the whole."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from model.money import Money, allocate, allocate_to_date, exponent, round_half_up, total

CURRENCIES = st.sampled_from(["JPY", "USD", "KWD", "CLF"])
MINOR = st.integers(-(10**15), 10**15)
WEIGHTS = st.lists(st.fractions(min_value=0, max_value=1000, max_denominator=997), min_size=1, max_size=12)


@pytest.mark.parametrize(("currency", "digits"), [("JPY", 0), ("USD", 2), ("KWD", 3), ("CLF", 4)])
def test_each_currency_has_its_digits(currency: str, digits: int) -> None:
    assert exponent(currency) == digits
    assert Money.of("7", currency).minor == 7 * 10**digits
    assert str(Money(1, currency)) == f"{Decimal(1).scaleb(-digits)} {currency}"


@pytest.mark.parametrize(("text", "currency"), [("0.5", "JPY"), ("1.005", "USD"), ("0.0001", "KWD")])
def test_a_fraction_of_a_minor_unit_is_refused(text: str, currency: str) -> None:
    with pytest.raises(ValueError, match="fraction"):
        Money.of(text, currency)


@pytest.mark.parametrize("value", [1.0, True, None, float("nan")])
def test_nothing_inexact_becomes_money(value: object) -> None:
    with pytest.raises(TypeError):
        Money.of(value, "USD")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Money(value, "USD")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Money(1, "USD").times(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "abc", "NaN", "Infinity", "1,000"])
def test_text_that_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        Money.of(text, "USD")


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("0.5", 1), ("-0.5", -1), ("0.4999", 0), ("1.5", 2), ("2.5", 3), ("-2.5", -3), ("0", 0)],
)
def test_a_half_goes_away_from_zero(value: str, rounded: int) -> None:
    assert round_half_up(Fraction(value)) == rounded
    assert Money.rounded(Decimal(value), "JPY").minor == rounded


@given(MINOR, CURRENCIES)
def test_an_amount_survives_its_text(minor: int, currency: str) -> None:
    amount = Money(minor, currency)
    assert Money.of(str(amount.decimal), currency) == amount


@given(MINOR, MINOR, CURRENCIES)
def test_sums_and_order_are_those_of_minor_units(a: int, b: int, currency: str) -> None:
    x, y = Money(a, currency), Money(b, currency)
    assert (x + y - y, (-x).minor, total([x, y], currency).minor) == (x, -a, a + b)
    assert (x < y, x <= y, x > y, x >= y, bool(x)) == (a < b, a <= b, a > b, a >= b, a != 0)


def test_currencies_never_mix() -> None:
    a, b = Money(1, "USD"), Money(1, "EUR")
    for mixed in (lambda: a + b, lambda: a - b, lambda: a < b, lambda: a >= b, lambda: total([a], "EUR")):
        with pytest.raises(ValueError, match="never mix"):
            mixed()


@pytest.mark.parametrize("code", ["usd", "US", "USDX", "ÄÄÄ", ""])
def test_only_currency_codes_are_currencies(code: str) -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        Money(1, code)


def test_amounts_stay_within_64_bits() -> None:
    assert Money(2**63 - 1, "USD").minor == 2**63 - 1
    with pytest.raises(ValueError, match="64 bits"):
        Money(2**63, "USD")


@given(MINOR, st.fractions(max_denominator=10**6, min_value=-100, max_value=100), CURRENCIES)
def test_a_product_is_within_half_a_minor_unit(minor: int, ratio: Fraction, currency: str) -> None:
    assert abs(Money(minor, currency).times(ratio).minor - minor * ratio) <= Fraction(1, 2)


@given(MINOR, WEIGHTS, CURRENCIES)
def test_parts_sum_to_the_whole_each_within_one_minor_unit(
    minor: int, weights: list[Fraction], currency: str
) -> None:
    assume(any(weights))
    whole = Money(minor, currency)
    parts = allocate(whole, weights)
    assert total(parts, currency) == whole
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.minor - minor * weight / sum(weights)) < 1
        assert weight or not part


@given(MINOR, WEIGHTS)
def test_a_split_does_not_depend_on_order_but_for_equal_remainders(
    minor: int, weights: list[Fraction]
) -> None:
    assume(any(weights) and len(set(weights)) == len(weights))
    whole = Money(minor, "USD")
    shuffled = sorted(weights)
    remainders = [abs(minor) * weight / sum(weights) % 1 for weight in weights]
    assume(len(set(remainders)) == len(remainders))
    straight = dict(zip(weights, allocate(whole, weights), strict=True))
    assert straight == dict(zip(shuffled, allocate(whole, shuffled), strict=True))


@given(st.integers(0, 10**9), WEIGHTS)
def test_a_negative_split_mirrors_the_positive_one(minor: int, weights: list[Fraction]) -> None:
    assume(any(weights))
    assert [-part for part in allocate(Money(minor, "USD"), weights)] == allocate(
        Money(-minor, "USD"), weights
    )


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1]])
def test_weights_that_split_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        allocate(Money(100, "USD"), weights)


def test_a_third_each_goes_to_the_first() -> None:
    assert [part.minor for part in allocate(Money(100, "USD"), [1, 1, 1])] == [34, 33, 33]


def test_who_had_the_odd_cent_before_leaves_it_to_the_next() -> None:
    assert [part.minor for part in allocate(Money(100, "USD"), [1, 1, 1], [34, 33, 33])] == [33, 34, 33]
    assert [part.minor for part in allocate(Money(100, "USD"), [1, 1, 1], [0, 200, 0])] == [50, 0, 50]


def test_a_share_of_nothing_gets_nothing() -> None:
    assert [part.minor for part in allocate(Money(100, "USD"), [0, 1])] == [0, 100]


def test_what_each_had_is_said_of_each() -> None:
    with pytest.raises(ValueError, match="zip"):
        allocate(Money(100, "USD"), [1, 1], [5])


@pytest.mark.parametrize(("text", "currency", "minor"), [("1.005", "USD", 101), ("1.0004", "KWD", 1000)])
def test_major_units_are_rounded_to_the_minor_unit_of_their_currency(
    text: str, currency: str, minor: int
) -> None:
    assert Money.rounded(Decimal(text), currency).minor == minor


# ISO 4217, list one: the codes whose digits are not two.
DIGITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: "CHF EUR GBP HUF SEK USD",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}


def test_the_digits_are_those_of_iso_4217() -> None:
    for digits, codes in DIGITS.items():
        assert {code: exponent(code) for code in codes.split()} == dict.fromkeys(codes.split(), digits)


def test_every_refusal_says_what_it_refuses() -> None:
    for refused, message in (
        (lambda: Money.of(1.5, "USD"), "money takes Decimal, Fraction or int, never float: 1.5"),  # type: ignore[arg-type]
        (lambda: Money(1.5, "USD"), "minor units are an int, never float: 1.5"),  # type: ignore[arg-type]
        (lambda: Money.of("NaN", "USD"), "not a finite number: NaN"),
        (lambda: Money(2**63, "USD"), "amount beyond 64 bits: 9223372036854775808 USD"),
        (lambda: Money(-(2**63), "USD"), "amount beyond 64 bits: -9223372036854775808 USD"),
        (lambda: Money(1, "uSD"), "not an ISO 4217 currency code: 'uSD'"),
        (lambda: Money.of("one", "USD"), "not an amount: 'one'"),
        (lambda: Money.of("0.001", "USD"), "0.001 has a fraction of a USD minor unit"),
        (lambda: Money(1, "USD") + Money(1, "EUR"), "currencies never mix: 0.01 USD and 0.01 EUR"),
        (lambda: allocate(Money(1, "USD"), [0]), "weights must be non-negative and not all zero: [0]"),
    ):
        with pytest.raises((TypeError, ValueError)) as caught:
            refused()
        assert str(caught.value) == message


def test_the_largest_remainder_gets_the_minor_unit_that_is_left() -> None:
    assert [part.minor for part in allocate(Money(100, "USD"), [1, 2])] == [33, 67]
    assert [part.minor for part in allocate(Money(-100, "USD"), [2, 1])] == [-67, -33]


@pytest.mark.parametrize(
    ("amount", "due", "parts"),
    [
        (1, ["1/2", "1/2"], [1, 0]),
        (-1, ["-1/2", "-1/2"], [-1, 0]),
        (3, ["1/4", "3/4", "2"], [0, 1, 2]),
        (1, ["-3/2", "5/4", "5/4"], [0, 1, 0]),
        (1, ["-2", "19/10", "11/10"], [0, 1, 0]),
        (1, ["-2", "11/10", "19/10"], [0, 0, 1]),
        (0, ["-3", "3"], [0, 0]),
        (12, ["-18/5", "51/10", "26/5", "53/10"], [0, 4, 4, 4]),
    ],
)
def test_what_each_is_due_is_met_as_far_as_the_amount_goes(
    amount: int, due: list[str], parts: list[int]
) -> None:
    found = allocate_to_date(Money(amount, "USD"), [Fraction(each) for each in due])
    assert [part.minor for part in found] == parts

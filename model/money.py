"""Money as integer minor units with its currency. A float is refused; rounding is half-up, in one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

# ISO 4217 exponents that differ from 2 (list one of the standard, 2024).
_EXPONENTS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV"), 0
    ),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
_MAX_MINOR = 2**63 - 1  # what the 64-bit column holds

Ratio = Decimal | Fraction | int


def exponent(currency: str) -> int:
    """Digits after the point of one unit of `currency`, by ISO 4217."""
    return _EXPONENTS.get(currency, 2)


def round_half_up(value: Fraction) -> int:
    """The nearest integer; a half goes away from zero, as QuickBooks rounds Qty × UnitPrice."""
    whole, rest = divmod(abs(value.numerator), value.denominator)
    if rest * 2 >= value.denominator:
        whole += 1
    return whole if value >= 0 else -whole


def _exact(value: Ratio) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal, Fraction)):
        raise TypeError(f"money takes Decimal, Fraction or int, never {type(value).__name__}: {value!r}")
    if isinstance(value, Decimal) and not value.is_finite():
        raise ValueError(f"not a finite number: {value}")
    return Fraction(value)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An exact amount: `minor` units (cents for USD, yen for JPY) of `currency` (ISO 4217 code)."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if isinstance(self.minor, bool) or not isinstance(self.minor, int):
            raise TypeError(f"minor units are an int, never {type(self.minor).__name__}: {self.minor!r}")
        if abs(self.minor) > _MAX_MINOR:
            raise ValueError(f"amount beyond 64 bits: {self.minor} {self.currency}")
        if len(self.currency) != 3 or not (self.currency.isascii() and self.currency.isupper()):
            raise ValueError(f"not an ISO 4217 currency code: {self.currency!r}")

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in `currency`."""
        return cls(0, currency)

    @classmethod
    def of(cls, value: str | Ratio, currency: str) -> Money:
        """`value` major units ("1200.50"), exactly. A fraction of a minor unit is a ValueError."""
        if isinstance(value, str):
            try:
                value = Decimal(value)
            except InvalidOperation:
                raise ValueError(f"not an amount: {value!r}") from None
        scaled = _exact(value) * 10 ** exponent(currency)
        if scaled.denominator != 1:
            raise ValueError(f"{value} has a fraction of a {currency} minor unit")
        return cls(scaled.numerator, currency)

    @classmethod
    def rounded(cls, value: Ratio, currency: str) -> Money:
        """`value` major units, half-up to the minor unit."""
        return cls(round_half_up(_exact(value) * 10 ** exponent(currency)), currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, with exactly the currency's digits."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def times(self, ratio: Ratio) -> Money:
        """This amount times an exact ratio, half-up to the minor unit."""
        return Money(round_half_up(self.minor * _exact(ratio)), self.currency)

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise ValueError(f"currencies never mix: {self} and {other}")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __gt__(self, other: Money) -> bool:
        return other < self

    def __ge__(self, other: Money) -> bool:
        return other <= self

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return f"{self.decimal:,} {self.currency}"


def total(amounts: Sequence[Money], currency: str) -> Money:
    """The sum; `currency` gives the zero of an empty sequence, and a stranger among them is a ValueError."""
    result = Money.zero(currency)
    for amount in amounts:
        result = result + amount
    return result


def allocate(amount: Money, weights: Sequence[Ratio], had: Sequence[int] = ()) -> list[Money]:
    """Split `amount` by `weights`; with `had` (minor units) so that the parts to date are those of the whole to date.

    The parts sum to `amount` exactly; of a first split each is within one minor unit of ideal. Largest remainder;
    equal remainders go to the earlier weight. A zero weight gets zero. Negative amounts are split as their
    absolute value. All weights zero, or a negative one, is a ValueError.
    """
    shares = [_exact(weight) for weight in weights]
    if any(share < 0 for share in shares) or not any(shares):
        raise ValueError(f"weights must be non-negative and not all zero: {list(weights)}")
    before = had or [0] * len(shares)
    whole = amount.minor + sum(before)
    due = [whole * share / sum(shares) - mine for share, mine in zip(shares, before, strict=True)]
    return allocate_to_date(amount, due)


def allocate_to_date(amount: Money, due: Sequence[Fraction]) -> list[Money]:
    """Split `amount` by what each is still due, in minor units; `due` sums to the amount.

    The parts sum to it exactly and none has the other sign: who had a fraction too much gets nothing, and the
    others wait for the next time. Of equal claims the earlier one goes first.
    """
    sign = -1 if amount.minor < 0 else 1
    owed = [max(sign * each, Fraction(0)) for each in due]
    parts = [each.numerator // each.denominator for each in owed]
    while (left := abs(amount.minor) - sum(parts)) != 0:
        if left > 0:
            parts[max(range(len(parts)), key=lambda i: (owed[i] - parts[i], -i))] += 1
        else:
            parts[
                max((i for i, part in enumerate(parts) if part), key=lambda i: (parts[i] - owed[i], i))
            ] -= 1
    return [Money(sign * part, amount.currency) for part in parts]

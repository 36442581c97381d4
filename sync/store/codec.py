"""Frozen values to JSON text and back, the same text for the same value."""

from __future__ import annotations

from typing import TypeVar

import msgspec

T = TypeVar("T")


def encode(value: object) -> str:
    """Deterministic compact JSON: keys sorted, decimals and times as exact text."""
    return msgspec.json.encode(value, order="deterministic").decode()


def decode(text: str, kind: type[T]) -> T:
    """The value of type `kind` that `encode` wrote. A text that does not fit is a ValueError."""
    return msgspec.json.decode(text, type=kind)

"""What a charge without work waits for: a day, an epic, an acceptance, or the first work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class OnDay:
    """A day in the company's time zone."""

    on: date


@dataclass(frozen=True, slots=True)
class EpicClosed:
    """The closing of an epic, by key."""

    key: str


@dataclass(frozen=True, slots=True)
class AcceptanceOf:
    """The whole of an acceptance that the contract file records by this name."""

    name: str


@dataclass(frozen=True, slots=True)
class FirstWork:
    """The start of the first work that a rule of the contract reaches, not before the contract's own."""


Trigger = OnDay | EpicClosed | AcceptanceOf | FirstWork


def words(trigger: Trigger) -> str:
    """When it comes, for a person."""
    match trigger:
        case OnDay(on):
            return f"on {on}"
        case EpicClosed(key):
            return f"when {key} is closed"
        case AcceptanceOf(name):
            return f"when {name!r} is accepted"
        case FirstWork():
            return "when the first work is started"

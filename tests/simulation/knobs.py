"""What nobody could verify about the two services, and whether we write to Jira: how the world is made so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from chances import RULES

if TYPE_CHECKING:
    from simulation.side import Side

#: The first choice of each is how the sandbox behaves by itself, and what a story is cut down to.
KNOBS: Mapping[str, tuple[object, ...]] = {
    "requestid_window": (24 * 3600, 0, 0, 600, None),
    "requestid_repeat": ("replay", "fault"),
    "requestid_changed_body": ("replay", "execute", "fault"),
    "requestid_keeps_faults": (True, False),
    "payment_bumps_invoice": (True, False),
    "send_bumps_invoice": (True, False),
    "email_sent_on_create": ("keep", "reset"),
    "print_status_on_create": ("NeedToPrint", "NotSet"),
    "estimate_when_invoiced": ("Closed", "Converted", "Accepted"),
    "conversion_keeps_note": (True, False),
    "auto_apply_credits": (True, False),
    "cdc_cap": (1000, 3),
    "cdc_beyond_horizon": ("fault", "clip"),
    "lower_case_faults": (True, False),
    "refresh_rotates_after": (24 * 3600, 0),
    "access_lifetime": (3600, 900),
    "requests_per_minute": (None, 60),
    "server_zone": ("America/Los_Angeles", "Pacific/Kiritimati", "UTC"),
    "books_lag": (0, 5, 25),
    "search_lag": (0, 5, 90),
    "unique_numbers": (False, True),
    "short_pages": (None, 2),
    "deaths_are_seen": (True, False),
    "stale_answers": (0, 20),
    "write_back": (False, True),
}
_WRITE_BACK = "\n[write_back]\namount = true\n"
_SECONDS = frozenset({"requestid_window", "refresh_rotates_after", "access_lifetime"})
_OF_BOOKS = frozenset(
    {
        "requestid_repeat",
        "requestid_changed_body",
        "requestid_keeps_faults",
        "payment_bumps_invoice",
        "send_bumps_invoice",
        "email_sent_on_create",
        "print_status_on_create",
        "estimate_when_invoiced",
        "conversion_keeps_note",
        "auto_apply_credits",
        "cdc_cap",
        "cdc_beyond_horizon",
        "lower_case_faults",
        "requests_per_minute",
        "server_zone",
        *_SECONDS,
    }
)


def draw(dice: Random) -> dict[str, object]:
    """Knobs that are turned away from the usual, and to what. What our own guards make up for is turned most."""
    turned = {}
    for name, choices in KNOBS.items():
        chosen = dice.choice(choices)
        if chosen != choices[0] and dice.random() < (0.8 if name == "requestid_window" else 0.3):
            turned[name] = chosen
    return turned


def rules(terms: Mapping[str, object], turned: Mapping[str, object]) -> str:
    """The contract's text under these terms, with what the knobs add to it."""
    return RULES.format(**terms) + (_WRITE_BACK if turned.get("write_back") else "")


def turn(side: Side, turned: Mapping[str, object]) -> None:
    """Make the services of a client behave so."""
    for name, value in turned.items():
        if name in _OF_BOOKS:
            seconds = isinstance(value, int) and name in _SECONDS
            setattr(side.state.behaviour, name, timedelta(seconds=value) if seconds else value)  # type: ignore[arg-type]
    if "search_lag" in turned:
        side.site.lag.delay = timedelta(seconds=float(str(turned["search_lag"])))
    if turned.get("short_pages"):
        side.site.knobs.short_pages = int(str(turned["short_pages"]))
    if turned.get("unique_numbers"):
        side.number_uniquely()

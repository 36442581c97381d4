"""Words of the world: summaries as teams write them, names of people, and texts that try to do harm."""

from __future__ import annotations

from random import Random

PEOPLE = (
    "Ada Okafor",
    "Bruno Keller",
    "Camille Dufresne",
    "Daniel O'Hara",
    "Elif Yıldız",
    "Frida Lindqvist",
    "Gwen Park",
    "Hiro Tanaka",
)

FORMULA = "=cmd|' /C calc'!A0 exported from the old tracker"
"""A summary that a spreadsheet would run as a formula."""

BIDI = "Invoice preview \u202efdp.lla\u202c shows the wrong total"
"""A summary whose direction override makes "all.pdf" read as something else."""

CONTROL = "Fix\u0007 pager\u001b[2J output on the ops console"
"""A summary with a bell and a terminal escape sequence."""

MARKUP = '<script>alert("paid")</script> in the order note'
"""A summary that a careless page would run."""

HOSTILE = (FORMULA, BIDI, CONTROL, MARKUP)

_ACTIONS = {
    "Story": (
        "Let customers",
        "Show staff how to",
        "As a buyer I can",
        "Allow editors to",
        "Support teams that",
    ),
    "Task": ("Prepare", "Migrate", "Document", "Set up alerts for", "Upgrade", "Review"),
    "Bug": ("Wrong total in", "Timeout in", "Crash after", "Duplicate rows in", "Broken layout of"),
    "Sub-task": ("Tests for", "Copy for", "API of", "Review of"),
}
_OBJECTS = {
    "Story": ("filter {}", "save {} for later", "share {} by link", "compare {} side by side", "export {}"),
    "Task": ("{}", "the import of {}", "{} on staging", "the runbook of {}", "translations of {}"),
    "Bug": ("{}", "{} on Safari 17", "{} with an empty basket", "{} after midnight", "“{}” in Dutch"),
    "Sub-task": ("{}", "{} happy path", "{} error states"),
}
_THINGS = (
    "order history", "the size guide", "gift messages", "saved addresses", "the invoice archive",
    "meter readings", "the dosage reminder", "appointment slots", "push notifications", "the café menu",
    "delivery windows", "consent records", "the “my home” view", "audit entries", "search results",
    "the naïve cache", "VAT numbers", "CSV uploads", "price rules", "the 3-D Secure step",
)  # fmt: skip
_TAILS = ("", "", "", " (mobile)", " without a reload", " for guests", " behind a flag", ", part 2")


def summary(chance: Random, kind: str) -> str:
    """A summary for a ticket of `kind`, one in some hundreds of them hostile."""
    if chance.random() < 1 / 300:
        return chance.choice(HOSTILE)
    thing = chance.choice(_OBJECTS[kind]).format(chance.choice(_THINGS))
    return f"{chance.choice(_ACTIONS[kind])} {thing}{chance.choice(_TAILS)}"


_AREAS = (
    "Checkout", "Search", "Accounts", "Reporting", "Onboarding", "Notifications", "Billing",
    "Mobile offline mode", "Permissions", "Data import", "Analytics", "Partner API", "Localization",
    "Performance", "Security hardening",
)  # fmt: skip
_OUTCOMES = ("revamp", "phase 2", "for partners", "clean-up", "pilot", "follow-up", "v{}", "in {} markets")


def epic_title(chance: Random) -> str:
    """A title for an epic of the past."""
    return f"{chance.choice(_AREAS)} {chance.choice(_OUTCOMES).format(chance.randint(2, 9))}"

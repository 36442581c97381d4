"""The decision table, cell by cell, against the words of the billing rules written out once more here."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from mappings.progress.verdict import Outcome, Verdict
from model.billing import Charge, Claim, DocumentState
from model.money import Money
from sync.planning.ledger import standing
from sync.planning.table import Event, Verb, event_of, verb_for

# "–" can only come about by a mistake, and a mistake must never write: it is a finding too.
WORDS = """
what happened                | not posted | unknown | draft  | edited | queued | sent | paid | voided | deleted
closed, nothing claimed yet  | create     | wait    | –      | –      | –      | –    | –    | –      | –
closed, unchanged            | –          | wait    | keep   | keep   | keep   | keep | keep | keep   | keep
amount up                    | –          | wait    | update | merge  | change | change | change | find | find
amount down                  | –          | wait    | update | merge  | find   | credit | credit | find | find
reopened                     | –          | wait    | policy | find   | find   | credit | credit | find | find
not visible                  | find       | wait    | find   | find   | find   | find | find | find   | find
a condition is missing       | find       | wait    | find   | find   | find   | find | find | find   | find
excluded by name             | keep       | wait    | find   | find   | find   | find | find | find   | find
finance ended the claim      | find       | wait    | –      | –      | –      | –    | –    | –      | –
nothing claimed, nothing due | keep       | wait    | –      | –      | –      | –    | –    | –      | –
taken back by a person       | find       | wait    | take   | –      | –      | –    | –    | –      | –
"""
ESTIMATES = """
what happened                | accepted | converted | rejected | expired
closed, nothing claimed yet  | –        | –         | –        | –
closed, unchanged            | keep     | keep      | keep     | keep
amount up                    | change   | change    | find     | find
amount down                  | find     | find      | find     | find
reopened                     | find     | find      | find     | find
not visible                  | find     | find      | find     | find
a condition is missing       | find     | find      | find     | find
excluded by name             | find     | find      | find     | find
finance ended the claim      | –        | –         | –        | –
nothing claimed, nothing due | –        | –         | –        | –
taken back by a person       | –        | –         | –        | –
"""
MEANT = {
    "create": Verb.CREATE,
    "update": Verb.UPDATE,
    "merge": Verb.MERGE,
    "change": Verb.CHANGE,
    "policy": Verb.POLICY,
    "take": Verb.TAKE_BACK,
    "keep": Verb.KEEP,
    "find": Verb.FIND,
    "credit": Verb.CREDIT,
    "–": Verb.FIND,
    "wait": Verb.WAIT,
}


def cells(words: str) -> list[tuple[Event, DocumentState | None, Verb]]:
    """Every cell of the words."""
    head, *rows = (
        [word.strip() for word in line.split("|")] for line in words.strip().splitlines() if "|" in line
    )
    columns = [None if word == "not posted" else DocumentState(word) for word in head[1:]]
    return [
        (Event(row[0]), column, MEANT[word])
        for row in rows
        for column, word in zip(columns, row[1:], strict=True)
    ]


EVERY = cells(WORDS) + cells(ESTIMATES)


@pytest.mark.parametrize(("event", "column", "verb"), EVERY)
def test_every_cell_is_what_the_billing_rules_say(
    event: Event, column: DocumentState | None, verb: Verb
) -> None:
    assert verb_for(event, column) is verb


def test_the_words_cover_every_event_in_every_state() -> None:
    every = {(event, column) for event in Event for column in (None, *DocumentState)}
    assert {(event, column) for event, column, _ in EVERY} == every


def test_only_what_is_not_posted_or_a_draft_is_ever_written_and_an_edited_one_by_merging() -> None:
    written = {
        column
        for event in Event
        for column in (None, *DocumentState)
        if verb_for(event, column) in {Verb.CREATE, Verb.UPDATE, Verb.POLICY, Verb.TAKE_BACK}
    }
    assert written == {None, DocumentState.DRAFT}
    merged = {column for event in Event for column in DocumentState if verb_for(event, column) is Verb.MERGE}
    assert merged == {DocumentState.EDITED}


KEY = "acme|cloud/epic/1|fee"
AT = datetime(2026, 2, 3, tzinfo=UTC)


def claimed(minor: int = 100_00, **more: object) -> Claim:
    made = Claim(KEY, "client", f"{KEY}#1", Money(minor, "USD"), None, "v1", AT)
    return replace(made, **more)  # type: ignore[arg-type]


def verdict(outcome: Outcome, code: str = "", worth: int | None = None) -> Verdict:
    charge = None
    if worth is not None:
        amount = Money(worth, "USD")
        charge = Charge(
            KEY, "acme", "fee", None, "ACME-1", "delivery", "epics", "v1", amount, Decimal(1), amount.decimal,
            None, AT, AT.date(), "ACME-1", "Consulting", None, "",
        )  # fmt: skip
    return Verdict(KEY, "acme", None, "ACME-1", "ACME-1", outcome, code or outcome, "", charge=charge)


DECLINED, WITHDRAWN = claimed(ended="declined"), claimed(ended="withdrawn")


@pytest.mark.parametrize(
    ("said", "claims", "event"),
    [
        (verdict("due", worth=100_00), [], Event.NEW),
        (verdict("due", worth=100_00), [WITHDRAWN], Event.NEW),
        (verdict("due", worth=100_00), [claimed()], Event.SAME),
        (verdict("due", worth=100_00), [claimed(waived=Money(30_00, "USD"))], Event.SAME),
        (verdict("due", worth=100_01), [claimed()], Event.UP),
        (verdict("due", worth=99_99), [claimed()], Event.DOWN),
        (verdict("due", worth=0), [claimed()], Event.DOWN),
        (verdict("due", worth=100_00), [DECLINED], Event.DECLINED),
        (verdict("due", worth=300_00), [DECLINED], Event.DECLINED),
        (verdict("open"), [DECLINED], Event.DECLINED),
        (verdict("held", "hidden"), [DECLINED], Event.DECLINED),
        (verdict("held", "reopened"), [claimed()], Event.REOPENED),
        (verdict("open"), [claimed()], Event.REOPENED),
        (verdict("open"), [WITHDRAWN], Event.QUIET),
        (verdict("open"), [], Event.QUIET),
        (verdict("held", "hidden"), [], Event.HIDDEN),
        (verdict("held", "hidden"), [claimed()], Event.HIDDEN),
        (verdict("held", "children.open"), [], Event.HELD),
        (verdict("held", "children.open"), [claimed()], Event.HELD),
        (verdict("excluded", "excluded.rule"), [], Event.EXCLUDED),
        (verdict("excluded", "excluded.rule"), [claimed()], Event.EXCLUDED),
        (verdict("due", worth=200_00), [DECLINED, claimed()], Event.SAME),
        (verdict("held", "reopened"), [], Event.QUIET),
        (verdict("held", "cap.reached", worth=100_00), [], Event.HELD),
        (verdict("due"), [], Event.QUIET),
    ],
)
def test_a_verdict_and_what_is_claimed_make_one_event(
    said: Verdict, claims: list[Claim], event: Event
) -> None:
    assert event_of(said, standing(claims, "USD")) is event

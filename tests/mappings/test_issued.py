"""When a document counts as handed to the client: the sign that a contract agrees on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from test_load import HEAD, ONE

from connectors.tombstone import tombstone
from mappings.contract.issued import Issued
from mappings.load import parse_contract
from model.billing import Document, DocumentState

PLAIN = replace(tombstone("1", datetime(2026, 2, 3, tzinfo=UTC)), state=DocumentState.DRAFT)
QUEUED = replace(PLAIN, state=DocumentState.QUEUED)
APPROVED = replace(PLAIN, approval="approved")
SIGNED = replace(PLAIN, fields=(("PO", "77"), ("Released", " yes ")))
FIELD = '{ field = "released", is = ["Yes", "Ja"] }'


@pytest.mark.parametrize(
    ("written", "document", "shows"),
    [
        ('"sent"', APPROVED, False),
        ('"sent"', QUEUED, False),
        ('"queued"', QUEUED, True),
        ('"queued"', APPROVED, False),
        ('"approved"', APPROVED, True),
        ('"approved"', replace(PLAIN, approval="pending_approval"), False),
        (FIELD, SIGNED, True),
        (FIELD, replace(PLAIN, fields=(("Released", "No"),)), False),
        (FIELD, replace(PLAIN, fields=(("PO", "yes"),)), False),
        (FIELD, PLAIN, False),
    ],
)
def test_a_document_bears_the_agreed_sign_or_not(written: str, document: Document, shows: bool) -> None:  # noqa: FBT001  what the table expects
    contract, problems = parse_contract(f"{HEAD}issued = {written}\n{ONE}", "acme.toml")
    assert problems == []
    assert contract is not None
    assert contract.issued.shows(document) is shows


def test_without_a_word_an_invoice_is_issued_when_it_is_sent() -> None:
    contract, _ = parse_contract(HEAD + ONE, "acme.toml")
    assert contract is not None
    assert contract.issued == Issued("sent")


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ('"mailed"', "'mailed'"),
        ('{ field = "Released" }', "'is'"),
        ("3", "issued"),
    ],
)
def test_a_mistake_is_said_with_its_line(written: str, message: str) -> None:
    contract, problems = parse_contract(f"{HEAD}issued = {written}\n{ONE}", "acme.toml")
    assert contract is None
    (problem,) = problems
    line = HEAD.count("\n") + 1
    assert problem.line == line
    assert message in str(problem)

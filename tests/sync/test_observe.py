"""What finance does to a document, folded into facts: theirs stands, and nothing is told twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.billing import Claim, Document, DocumentLine, DocumentState
from model.money import Money
from sync.planning.observe import Ended, LineClaim, Waived, derive_state, facts_from

AT = datetime(2026, 2, 3, tzinfo=UTC)
GONE = (DocumentState.DELETED, DocumentState.VOIDED, DocumentState.REJECTED, DocumentState.EXPIRED)
THERE = [state for state in DocumentState if state not in (*GONE, DocumentState.UNKNOWN)]


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def document(
    lines: dict[str, int | None], state: DocumentState = DocumentState.DRAFT, content: str = ""
) -> Document:
    shown = tuple(
        DocumentLine(id_, None if minor is None else usd(minor), "text") for id_, minor in lines.items()
    )
    total = usd(sum(minor or 0 for minor in lines.values()))
    return Document("9", "0", "1001", state, "1", "USD", total, total, None, None, shown, content, AT, "")


def claimed(line_id: str, minor: int) -> LineClaim:
    key = f"acme|cloud/epic/{line_id}|fee"
    return LineClaim(Claim(key, "client", "doc#1", usd(minor), None, "v1", AT), line_id)


def recorded(claims: list[LineClaim], shown: Document) -> list[LineClaim]:
    """The claims once the facts of an observation are in the ledger, as the store folds them."""
    facts = facts_from(shown, [entry for entry in claims if entry.claim.ended is None])
    folded = {entry.claim.charge_key: entry.claim for entry in claims}
    for fact in facts:
        claim = folded[fact.claim.charge_key]
        if isinstance(fact, Ended):
            folded[claim.charge_key] = replace(claim, ended="declined")
        else:
            folded[claim.charge_key] = replace(claim, waived=(claim.waived or usd(0)) + fact.amount)
    return [replace(entry, claim=folded[entry.claim.charge_key]) for entry in claims]


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[LineClaim], list[Document]]:
    """Our lines, and what QuickBooks shows of them one after another; lines 8 and 9 are finance's own."""
    claims = [claimed(str(at), draw(st.integers(1, 500))) for at in range(draw(st.integers(1, 3)))]
    shown = []
    for _ in range(draw(st.integers(1, 4))):
        ids = draw(st.sets(st.sampled_from(["0", "1", "2", "8", "9"])))
        lines = {id_: draw(st.none() | st.integers(-100, 700)) for id_ in sorted(ids)}
        shown.append(document(lines, draw(st.sampled_from([*THERE, *GONE]))))
    return claims, shown


@given(stories())
def test_the_same_observation_twice_adds_nothing(story: tuple[list[LineClaim], list[Document]]) -> None:
    claims, shown = story
    for document_ in shown:
        claims = recorded(claims, document_)
        live = [entry for entry in claims if entry.claim.ended is None]
        assert facts_from(document_, live) == ()


@given(stories())
def test_what_is_waived_never_exceeds_the_claim(story: tuple[list[LineClaim], list[Document]]) -> None:
    claims, shown = story
    for document_ in shown:
        claims = recorded(claims, document_)
        for entry in claims:
            assert usd(0) <= (entry.claim.waived or usd(0)) <= entry.claim.amount


@given(stories())
def test_what_we_claim_is_what_finance_bills_up_to_our_own_amount(
    story: tuple[list[LineClaim], list[Document]],
) -> None:
    claims, shown = story
    for document_ in shown:
        claims = recorded(claims, document_)
        lines = {line.id: line.amount for line in document_.lines}
        for entry in claims:
            amount = lines.get(entry.line_id)
            if entry.claim.ended is None and amount is not None:
                theirs = min(max(amount, usd(0)), entry.claim.amount)
                assert entry.claim.amount - (entry.claim.waived or usd(0)) == theirs


@given(stories())
def test_a_claim_ends_exactly_when_its_document_or_its_line_is_gone(
    story: tuple[list[LineClaim], list[Document]],
) -> None:
    claims, shown = story
    for document_ in shown:
        after = recorded(claims, document_)
        there = {line.id for line in document_.lines}
        for before, now in zip(claims, after, strict=True):
            gone = document_.state in GONE or now.line_id not in there
            assert (now.claim.ended == "declined") == (before.claim.ended == "declined" or gone)
        claims = after


@pytest.mark.parametrize("state", GONE)
def test_a_document_that_is_gone_ends_every_claim_on_it(state: DocumentState) -> None:
    facts = facts_from(document({"1": 0, "2": 0}, state), [claimed("1", 100), claimed("2", 50)])
    assert [type(fact) for fact in facts] == [Ended, Ended]
    assert {fact.reason for fact in facts if isinstance(fact, Ended)} == {f"{state.value} in QuickBooks"}


def test_a_line_that_finance_reduces_is_waived_by_the_difference() -> None:
    entry = claimed("1", 100)
    assert facts_from(document({"1": 80}), [entry]) == (Waived(entry.claim, usd(20)),)


def test_a_line_that_finance_raises_is_no_fact_about_our_claim() -> None:
    assert facts_from(document({"1": 130}), [claimed("1", 100)]) == ()


def test_a_line_that_finance_puts_back_is_not_waived_any_more() -> None:
    reduced = recorded([claimed("1", 100)], document({"1": 80}))
    (restored,) = recorded(reduced, document({"1": 100}))
    assert restored.claim.waived == usd(0)


@pytest.mark.parametrize("state", DocumentState)
def test_only_a_draft_can_be_untouched_and_only_while_it_equals_our_copy(state: DocumentState) -> None:
    shown = document({"1": 100}, state, content="ours")
    assert derive_state(shown, "ours") is state
    edited = DocumentState.EDITED if state is DocumentState.DRAFT else state
    assert derive_state(shown, "other") is edited
    assert derive_state(shown, None) is edited


def test_a_line_that_finance_removed_ends_its_claim_alone() -> None:
    gone, kept = claimed("1", 100), claimed("2", 50)
    assert facts_from(document({"2": 50}), [gone, kept]) == (
        Ended(gone.claim, "our line was removed in QuickBooks"),
    )


def test_a_line_of_less_than_nothing_is_waived_downwards() -> None:
    entry = claimed("1", -100)
    assert facts_from(document({"1": -60}), [entry]) == (Waived(entry.claim, usd(-40)),)
    assert facts_from(document({"1": -130}), [entry]) == ()
    assert facts_from(document({"1": 10}), [entry]) == (Waived(entry.claim, usd(-100)),)

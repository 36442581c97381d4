"""A decision is recorded once, together with the facts that it changes, or not at all."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from store_facts import (
    LATER,
    NOW,
    REALM,
    a_create,
    a_document,
    a_line,
    billed,
    charge_key,
    dump,
    in_force,
    revision_of,
    rows,
    settled,
    usd,
)

from model.billing import Claim, DocumentState
from model.decision import Made
from sync.planning.ledger import standing
from sync.store import Store
from sync.store.changing import Change, Deferral, Revival

DOCUMENT = a_create().document_key
MADE = Made(
    "acme", charge_key(), "rebill", {"code": "draft.declined", "seen": "abc"}, "ada", "the client asked"
)
REVIVAL = Revival(charge_key(), "client", DOCUMENT)
DEFERRAL = Deferral(charge_key(), "client", DOCUMENT)


@pytest.fixture
def ready(store: Store) -> Store:
    """A store with one settled draft of 100.00."""
    in_force(store)
    billed(store)
    return store


def observe(store: Store, amount: str, version: str, state: DocumentState = DocumentState.DRAFT) -> None:
    store.accounts.observe(REALM, [a_document(amount=amount, version=version, state=state)], "changes", LATER)


def decide(store: Store, *changes: Change, choice: str = "rebill") -> None:
    assert store.decisions.record(replace(MADE, choice=choice), revision_of(store), LATER, changes)


def only_claim(store: Store) -> Claim:
    (claim,) = store.accounts.account("acme", NOW).claims
    return claim


def test_a_decision_comes_back_as_it_was_made_and_moves_the_ledger_on(ready: Store) -> None:
    before, marks = revision_of(ready), ready.rules.dirty(NOW)["acme"]
    made = ready.decisions.record(MADE, before, NOW)
    assert made is not None
    assert (made.choice, made.who, made.why, made.code, made.seen) == (
        "rebill", "ada", "the client asked", "draft.declined", "abc",
    )  # fmt: skip
    assert ready.decisions.of("acme") == ready.accounts.account("acme", NOW).decisions == (made,)
    assert ready.decisions.of("another") == ()
    assert revision_of(ready) == before + 1
    assert ready.rules.dirty(NOW)["acme"] == marks + 1


def test_a_decision_on_a_ledger_that_moved_on_leaves_nothing(ready: Store) -> None:
    observe(ready, "0.00", "1", DocumentState.VOIDED)
    kept = dump(ready)
    assert ready.decisions.record(MADE, revision_of(ready) - 1, NOW, [REVIVAL]) is None
    assert dump(ready) == kept


def test_a_change_of_a_claim_that_does_not_stand_so_leaves_nothing(ready: Store) -> None:
    kept = dump(ready)
    for change in (REVIVAL, DEFERRAL, replace(REVIVAL, payer="another")):
        with pytest.raises(ValueError, match="no such claim stands"):
            ready.decisions.record(MADE, revision_of(ready), NOW, [change])
    assert dump(ready) == kept


def test_a_contract_that_no_apply_has_put_in_force_can_be_decided_on(store: Store) -> None:
    assert store.decisions.record(replace(MADE, contract="new"), 0, NOW) is not None
    assert store.decisions.record(replace(MADE, contract="new"), 3, NOW) is None


def test_a_revived_claim_blocks_nothing_and_keeps_its_history(ready: Store) -> None:
    observe(ready, "0.00", "1", DocumentState.VOIDED)
    assert standing([only_claim(ready)], "USD").declined == usd("100.00")
    decide(ready, REVIVAL)
    claim = only_claim(ready)
    assert (claim.ended, claim.revived) == ("withdrawn", True)
    assert not standing([claim], "USD").settled
    assert [row["ended"] for row in rows(ready, "claim_end")] == ["declined"]


def test_a_claim_that_finance_ends_after_a_revival_blocks_again(ready: Store) -> None:
    observe(ready, "0.00", "1", DocumentState.VOIDED)
    decide(ready, REVIVAL)
    again = a_create(number=2)
    shown = replace(a_document(), external_id="77")
    settled(ready, again, shown)
    ready.accounts.observe(REALM, [replace(shown, version="1", state=DocumentState.VOIDED)], "read", LATER)
    claims = ready.accounts.account("acme", NOW).claims
    assert {claim.document_key: claim.ended for claim in claims} == {
        DOCUMENT: "withdrawn",
        again.document_key: "declined",
    }
    assert standing(claims, "USD").declined == usd("100.00")


def test_what_finance_reduced_is_owed_again_once_deferred(ready: Store) -> None:
    observe(ready, "80.00", "1")
    decide(ready, DEFERRAL, choice="defer")
    now = standing([only_claim(ready)], "USD")
    assert (now.claimed, now.waived, now.delta(usd("100.00"))) == (usd("80.00"), usd("0.00"), usd("20.00"))
    assert only_claim(ready).leaves == a_line().leaves
    with pytest.raises(ValueError, match="no such claim stands"):
        decide(ready, DEFERRAL, choice="defer")


def test_a_line_that_finance_changes_after_a_deferral_counts_from_what_is_claimed_then(ready: Store) -> None:
    observe(ready, "80.00", "1")
    decide(ready, DEFERRAL, choice="defer")
    observe(ready, "80.00", "2")
    assert not only_claim(ready).waived
    observe(ready, "50.00", "3")
    assert (only_claim(ready).amount, only_claim(ready).waived) == (usd("80.00"), usd("30.00"))
    decide(ready, DEFERRAL, choice="defer")
    assert standing([only_claim(ready)], "USD").delta(usd("100.00")) == usd("50.00")


def test_the_percent_of_a_deferred_part_goes_with_it(store: Store) -> None:
    in_force(store)
    line = replace(a_line(), share=Decimal(10))
    draft = a_create().draft
    assert draft is not None
    settled(store, replace(a_create(), draft=replace(draft, lines=(line,))), a_document())
    observe(store, "70.00", "1")
    decide(store, DEFERRAL, choice="defer")
    assert only_claim(store).share == Decimal(7)

"""What QuickBooks shows of our documents becomes observations and facts, once each."""

from __future__ import annotations

from dataclasses import replace

import pytest
from store_facts import (
    LATER,
    NOW,
    REALM,
    a_create,
    a_document,
    begun,
    billed,
    charge_key,
    dump,
    in_force,
    revision_of,
    rows,
    usd,
)

from model.billing import Document, DocumentLine, DocumentState
from sync.store import Store


@pytest.fixture
def ready(store: Store) -> Store:
    """A store with one settled draft of 100.00."""
    in_force(store)
    billed(store)
    return store


def observe(store: Store, *shown: Document, realm: str = REALM) -> int:
    return store.accounts.observe(realm, shown, "changes", LATER)


def standing(store: Store) -> tuple[str, str | None, str | None]:
    (claim,) = store.accounts.account("acme", NOW).claims
    waived = None if claim.waived is None else str(claim.waived.decimal)
    return str(claim.amount.decimal), claim.ended, waived


def state(store: Store) -> DocumentState:
    return store.accounts.account("acme", NOW).heads[a_create().document_key].state


def test_a_claim_remembers_the_rule_that_priced_it(ready: Store) -> None:
    assert [claim.rule for claim in ready.accounts.claims()] == ["epics"]


def test_a_change_of_ours_is_recorded_once_with_its_facts(ready: Store) -> None:
    reduced = a_document(amount="80.00", version="1")
    before = revision_of(ready)
    assert observe(ready, reduced) == 1
    assert standing(ready) == ("100.00", None, "20.00")
    assert revision_of(ready) == before + 1
    assert set(ready.rules.dirty(NOW)) == {"acme"}
    kept = dump(ready)
    assert observe(ready, reduced) == 0
    assert dump(ready) == kept


def test_reducing_twice_adds_up_and_putting_back_takes_away(ready: Store) -> None:
    observe(ready, a_document(amount="80.00", version="1"))
    observe(ready, a_document(amount="70.00", version="2"))
    assert standing(ready) == ("100.00", None, "30.00")
    observe(ready, a_document(amount="100.00", version="3"))
    assert standing(ready) == ("100.00", None, "0.00")
    assert [row["amount"] for row in rows(ready, "waiver")] == [20_00, 10_00, -30_00]


@pytest.mark.parametrize("ending", [DocumentState.VOIDED, DocumentState.DELETED])
def test_a_document_that_finance_ends_ends_its_claim_as_declined_once(
    ready: Store, ending: DocumentState
) -> None:
    gone = a_document(amount="0.00", version="1", state=ending)
    assert observe(ready, gone) == 1
    assert standing(ready) == ("100.00", "declined", None)
    assert observe(ready, replace(gone, version="2")) == 1
    assert len(rows(ready, "claim_end")) == 1
    assert rows(ready, "claim_end")[0]["observation"] is not None


def test_a_line_that_finance_takes_out_ends_its_claim_as_declined(ready: Store) -> None:
    other = DocumentLine("2", usd("100.00"), "by hand")
    observe(ready, replace(a_document(version="1"), lines=(other,)))
    assert standing(ready) == ("100.00", "declined", None)


def test_an_overlap_that_repeats_an_older_copy_changes_nothing(ready: Store) -> None:
    observe(ready, a_document(amount="120.00", version="10", state=DocumentState.SENT))
    kept = dump(ready)
    assert observe(ready, a_document(amount="80.00", version="9")) == 0
    assert dump(ready) == kept


def test_a_payment_is_seen_though_the_version_may_stay(ready: Store) -> None:
    assert observe(ready, a_document(state=DocumentState.PAID)) == 1
    assert state(ready) is DocumentState.PAID


def test_documents_of_others_are_not_recorded(ready: Store) -> None:
    kept = dump(ready)
    assert observe(ready, a_document(7), replace(a_document(), external_id="999")) == 0
    assert observe(ready, a_document(amount="1.00", version="1"), realm="another realm") == 0
    assert dump(ready) == kept


def test_our_own_copy_back_from_finance_is_a_draft_again(ready: Store) -> None:
    ours = a_document()
    observe(ready, replace(ours, version="1", content="edited"))
    assert state(ready) is DocumentState.EDITED
    observe(ready, replace(ours, version="2"))
    assert state(ready) is DocumentState.DRAFT


def test_a_draft_is_writable_until_its_review_window_ends(ready: Store) -> None:
    until = rows(ready, "document")[0]["writable_until_at"]
    key = a_create().document_key
    assert ready.accounts.account("acme", until).heads[key].writable
    late = ready.accounts.account("acme", until.replace(microsecond=1)).heads[key]
    assert not late.writable
    assert late.column is DocumentState.EDITED


def test_known_documents_are_those_with_an_id_in_the_company(ready: Store) -> None:
    begun(ready, a_create(2))
    known = ready.accounts.documents(REALM)
    assert {place: each.document_key for place, each in known.items()} == {
        ("invoice", "41"): a_create().document_key
    }
    assert ready.accounts.documents("another realm") == {}


def test_an_account_holds_one_contract_and_the_claims_hold_all(ready: Store) -> None:
    assert ready.accounts.account("beta", NOW).claims == ()
    assert ready.accounts.account("beta", NOW).heads == {}
    assert [claim.charge_key for claim in ready.accounts.claims()] == [charge_key()]

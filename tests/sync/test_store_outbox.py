"""The outbox: each step of an intent's life, and that one who was overtaken writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from store_facts import (
    ANOTHER,
    LASTS,
    LATER,
    ME,
    NOW,
    REALM,
    REQUEST,
    SEND_BY,
    a_create,
    a_document,
    a_withdrawal,
    an_update,
    begun,
    billed,
    charge_key,
    due,
    dump,
    fence_of,
    in_force,
    postponed,
    revision_of,
    rows,
    settled,
    take_in,
    usd,
    with_bytes,
)

from connectors.ports import WriteRequest
from model.billing import DocumentLine, DocumentState
from sync.planning.intent import Job, Settlement
from sync.store import Store
from sync.store.outbox import lease_name

SETTLE = timedelta(seconds=150)


@pytest.fixture
def ready(store: Store) -> Store:
    """A store with acme's rules in force."""
    in_force(store)
    return store


def of_acme(store: Store, charge: str = charge_key()) -> list[tuple[str, str | None, str | None]]:
    """Claims of a charge: amount, how it ended, what was waived."""
    return [
        (str(claim.amount.decimal), claim.ended, None if claim.waived is None else str(claim.waived.decimal))
        for claim in store.accounts.account("acme", NOW).claims
        if claim.charge_key == charge
    ]


def test_bytes_are_stored_before_they_are_sent_and_stay_the_same(ready: Store) -> None:
    take_in(ready, a_create())
    job = with_bytes(ready, due(ready))
    assert job.generation is not None
    assert (job.generation.request, job.generation.number) == (REQUEST, 1)
    assert ready.outbox.begin(job, fence_of(ready), SEND_BY, NOW) is not None
    assert ready.outbox.reclaim(REALM, fence_of(ready, ANOTHER, NOW + LASTS), SETTLE, NOW) == 1
    assert due(ready).generation == job.generation


def test_an_intent_without_bytes_is_not_begun(ready: Store) -> None:
    take_in(ready, a_create())
    with pytest.raises(ValueError, match="no bytes"):
        ready.outbox.begin(due(ready), fence_of(ready), SEND_BY, NOW)


def test_of_two_that_prepare_bytes_for_one_intent_the_second_gets_nothing(ready: Store) -> None:
    take_in(ready, a_create())
    job = due(ready)
    assert ready.outbox.add_generation(job, "first", REQUEST, None, NOW) is not None
    other = WriteRequest("create", None, b"other bytes")
    assert ready.outbox.add_generation(job, "second", other, None, NOW) is None
    generation = due(ready).generation
    assert generation is not None
    assert (generation.request_id, generation.request) == ("first", REQUEST)


def test_a_try_is_written_down_before_it_is_made(ready: Store) -> None:
    job = begun(ready, a_create())
    assert (job.state, job.attempts, job.first_sent_at) == ("sending", 1, NOW)
    (attempt,) = rows(ready, "attempt")
    assert (attempt["fence"], attempt["send_by_at"], attempt["outcome"]) == (job.fence, SEND_BY, None)
    assert ready.outbox.due(REALM, NOW) is None


def test_nobody_begins_without_the_lease_of_the_company(ready: Store) -> None:
    take_in(ready, a_create())
    job = with_bytes(ready, due(ready))
    mine = fence_of(ready)
    assert ready.outbox.begin(job, mine + 1, SEND_BY, NOW) is None
    theirs = fence_of(ready, ANOTHER, NOW + LASTS)
    assert ready.outbox.begin(job, mine, SEND_BY, NOW) is None
    assert ready.outbox.begin(job, theirs, SEND_BY, NOW) is not None


def test_a_settled_create_is_a_claim_with_its_line_and_its_inputs(ready: Store) -> None:
    take_in(ready, a_create(), inputs={"issue/10001": 7})
    job = begun(ready)
    shown = replace(a_document(), lines=(DocumentLine("17", usd("100.00"), "ACME-1"),))
    assert ready.outbox.settle(job, Settlement(shown, {charge_key(): "17"}, untouched=True), LATER)
    (claim,) = rows(ready, "claim")
    assert (claim["line_id"], claim["amount"], claim["currency"]) == ("17", 100_00, "USD")
    assert (claim["inputs"], claim["intent"]) == ({"issue/10001": 7}, job.intent)
    assert (claim["rule"], claim["rule_version"], claim["recorded_at"]) == ("epics", "v1", LATER)
    (found,) = ready.accounts.account("acme", NOW).claims
    assert [(leaf.issue_id, leaf.quantity) for leaf in found.leaves] == [("51", Decimal(3))]
    assert [row["finished_at"] for row in rows(ready, "intent_claim")] == [LATER]
    assert [row["outcome"] for row in rows(ready, "attempt")] == ["settled"]
    assert ready.outbox.unfinished() == {}


def test_settling_moves_the_revision_and_makes_the_contract_dirty(ready: Store) -> None:
    job = begun(ready, a_create())
    ready.rules.clean("acme", ready.rules.dirty(NOW)["acme"], None)
    before = revision_of(ready)
    assert ready.outbox.settle(job, Settlement(a_document(), {charge_key(): "1"}, untouched=True), NOW)
    assert revision_of(ready) == before + 1
    assert set(ready.rules.dirty(NOW)) == {"acme"}


@pytest.mark.parametrize("untouched", [True, False])
def test_only_an_answer_to_our_own_write_proves_a_draft_untouched(ready: Store, *, untouched: bool) -> None:
    job = begun(ready, a_create())
    assert ready.outbox.settle(job, Settlement(a_document(), {charge_key(): "1"}, untouched=untouched), NOW)
    head = ready.accounts.account("acme", NOW).heads[a_create().document_key]
    assert head.state is (DocumentState.DRAFT if untouched else DocumentState.EDITED)
    assert head.line_ids == {charge_key(): "1"}


def test_a_settled_update_adds_a_signed_step_to_the_same_claim(ready: Store) -> None:
    billed(ready)
    settled(ready, an_update(amount="150.00"), a_document(amount="150.00", version="1"))
    assert of_acme(ready) == [("150.00", None, None)]
    settled(ready, an_update(before="150.00", amount="80.00"), a_document(amount="80.00", version="2"))
    assert of_acme(ready) == [("80.00", None, None)]
    assert [row["amount"] for row in rows(ready, "claim")] == [100_00, 50_00, -70_00]


def test_a_settled_withdrawal_ends_the_claims_on_its_document_as_ours(ready: Store) -> None:
    billed(ready)
    billed(ready, 2)
    settled(ready, a_withdrawal(), a_document(amount="0.00", version="1", state=DocumentState.VOIDED))
    assert of_acme(ready) == [("100.00", "withdrawn", None)]
    assert of_acme(ready, charge_key(2)) == [("100.00", None, None)]
    assert [row["reason"] for row in rows(ready, "claim_end")] == ["reopened"]


def test_what_finance_did_before_we_knew_of_our_own_write_is_a_fact_at_once(ready: Store) -> None:
    reduced = begun(ready, a_create())
    shown = replace(a_document(), lines=(DocumentLine("1", usd("80.00"), "ACME-1"),))
    assert ready.outbox.settle(reduced, Settlement(shown, {charge_key(): "1"}, untouched=False), NOW)
    assert of_acme(ready) == [("100.00", None, "20.00")]
    gone = begun(ready, a_create(2))
    voided = a_document(2, "0.00", "1", DocumentState.VOIDED)
    assert ready.outbox.settle(gone, Settlement(voided, {charge_key(2): "1"}, untouched=False), NOW)
    assert of_acme(ready, charge_key(2)) == [("100.00", "declined", None)]
    lineless = begun(ready, a_create(3))
    assert ready.outbox.settle(lineless, Settlement(a_document(3), {charge_key(3): ""}, untouched=False), NOW)
    assert of_acme(ready, charge_key(3)) == [("100.00", "declined", None)]


Write = Callable[[Store, Job], object]
WRITES: dict[str, Write] = {
    "begin": lambda store, job: store.outbox.begin(job, fence_of(store, ANOTHER, NOW + LASTS), SEND_BY, NOW),
    "settle": lambda store, job: store.outbox.settle(
        job, Settlement(a_document(), {charge_key(): "1"}, untouched=True), NOW
    ),
    "postpone": lambda store, job: store.outbox.postpone(job, postponed(), NOW),
    "refuse": lambda store, job: store.outbox.close(job, "refused", "no", "", NOW),
    "drop": lambda store, job: store.outbox.close(job, "dropped", "moved", "", NOW),
    "absent": lambda store, job: store.outbox.absent(job, LATER),
    "park": lambda store, job: store.outbox.park(job, "nobody knows", "", LATER, NOW),
}


@pytest.mark.parametrize("write", [name for name in WRITES if name != "begin"])
def test_one_whose_lease_was_taken_over_writes_nothing(ready: Store, write: str) -> None:
    """The new owner made the intent unknown: same attempt, another fence."""
    late = begun(ready, a_create())
    fence = fence_of(ready, ANOTHER, NOW + LASTS)
    assert ready.outbox.reclaim(REALM, fence, SETTLE, NOW) == 1
    before = dump(ready)
    assert not WRITES[write](ready, late)
    assert dump(ready) == before


@pytest.mark.parametrize("write", WRITES)
def test_one_whose_try_was_followed_by_another_writes_nothing(ready: Store, write: str) -> None:
    """Same fence, another attempt: a thread of the same process that slept."""
    late = begun(ready, a_create())
    assert ready.outbox.postpone(late, postponed("unknown", NOW), NOW)
    assert ready.outbox.begin(due(ready), late.fence, SEND_BY, NOW) is not None
    fence_of(ready, ANOTHER, NOW + LASTS)
    before = dump(ready)
    assert not WRITES[write](ready, late)
    assert dump(ready) == before


@pytest.mark.parametrize("write", WRITES)
def test_nothing_is_written_on_an_intent_that_is_finished(ready: Store, write: str) -> None:
    job = begun(ready, a_create())
    assert WRITES["settle"](ready, job)
    fence_of(ready, ANOTHER, NOW + LASTS)
    before = dump(ready)
    assert not WRITES[write](ready, job)
    assert dump(ready) == before


def test_an_orphan_is_unknown_until_its_last_moment_to_be_sent_has_settled(ready: Store) -> None:
    begun(ready, a_create())
    fence = fence_of(ready, ANOTHER, NOW + LASTS)
    assert ready.outbox.reclaim(REALM, fence, SETTLE, LATER) == 1
    job = due(ready, LATER)
    assert (job.state, job.fence, job.attempts) == ("unknown", fence, 1)
    assert job.settled_after_at == SEND_BY + SETTLE
    assert rows(ready, "attempt")[0]["outcome"] is None
    assert ready.outbox.reclaim(REALM, fence, SETTLE, LATER) == 0


def test_only_orphans_of_earlier_owners_of_the_same_company_are_taken_over(ready: Store) -> None:
    job = begun(ready, a_create())
    assert ready.outbox.reclaim(REALM, job.fence, SETTLE, NOW) == 0
    assert ready.outbox.reclaim("another realm", job.fence + 1, SETTLE, NOW) == 0
    assert ready.outbox.unfinished() == {"sending": 1}


def test_intents_come_up_in_order_of_their_time_then_of_their_making(ready: Store) -> None:
    take_in(ready, a_create(1), a_create(2), a_create(3))
    first = due(ready)
    assert first.action == a_create(1)
    assert ready.outbox.postpone(first, postponed("todo"), NOW)
    assert due(ready).action == a_create(2)
    assert ready.outbox.next_due_at(REALM) == NOW
    for _ in range(2):
        assert ready.outbox.close(due(ready), "dropped", "", "", NOW)
    assert ready.outbox.due(REALM, NOW) is None
    assert ready.outbox.next_due_at(REALM) == LATER
    assert due(ready, LATER).action == a_create(1)
    assert ready.outbox.due("another realm", LATER) is None


def test_a_parked_intent_waits_for_a_person_and_still_guards_its_charge(ready: Store) -> None:
    job = begun(ready, a_create())
    assert ready.outbox.park(job, "nobody can prove it", "look", LATER, NOW)
    assert ready.outbox.due(REALM, NOW) is None
    assert ready.outbox.next_due_at(REALM) is None  # it is worth no waiting
    assert ready.outbox.unfinished() == {"parked": 1}
    parked = ready.accounts.account("acme", NOW).unfinished(charge_key())
    assert parked is not None
    assert (parked.state, parked.problem, parked.hint) == ("parked", "nobody can prove it", "look")
    assert not take_in(ready, a_create(number=2))


def test_a_parked_intent_comes_up_to_be_looked_for_again(ready: Store) -> None:
    """A person may have put the marker back."""
    job = begun(ready, a_create())
    assert ready.outbox.park(job, "nobody can prove it", "look", LATER, NOW)
    again = due(ready, LATER)
    assert (again.intent, again.state) == (job.intent, "parked")
    ready.outbox.look_later(again, LATER + LASTS)
    assert ready.outbox.due(REALM, LATER) is None
    assert ready.outbox.settle(
        due(ready, LATER + LASTS), Settlement(a_document(), {charge_key(): "1"}, untouched=False), LATER
    )
    assert of_acme(ready) == [("100.00", None, None)]


def test_the_first_try_that_may_have_arrived_is_where_a_look_begins(ready: Store) -> None:
    """A day of outage in which nothing left the process says nothing about the first try that did."""
    job = begun(ready, a_create())
    assert ready.outbox.postpone(job, postponed("todo"), NOW)
    again = ready.outbox.begin(due(ready, LATER), fence_of(ready, ME, LATER), LATER, LATER)
    assert again is not None
    assert again.first_sent_at == LATER
    assert ready.outbox.postpone(again, postponed("unknown"), LATER)
    assert due(ready, LATER).first_sent_at == LATER


def test_a_refusal_stands_until_something_comes_after_it(ready: Store) -> None:
    take_in(ready, a_create())
    assert ready.outbox.close(due(ready), "refused", "no such item", "make it", LATER)
    account = ready.accounts.account("acme", NOW)
    refusal = account.refusal(charge_key())
    assert refusal is not None
    assert (refusal.problem, refusal.hint, refusal.refused_at) == ("no such item", "make it", LATER)
    assert account.unfinished(charge_key()) is None
    take_in(ready, a_create())
    assert ready.accounts.account("acme", NOW).refusal(charge_key()) is None
    assert ready.outbox.close(due(ready), "dropped", "", "", LATER)
    assert ready.accounts.account("acme", NOW).refusal(charge_key()) is None


def test_the_lease_that_begin_asks_for_is_the_one_of_the_company(ready: Store) -> None:
    take_in(ready, a_create())
    job = with_bytes(ready, due(ready))
    assert ready.leases.acquire(lease_name("another realm"), ME, NOW, LASTS) == 1
    assert ready.outbox.begin(job, 1, SEND_BY, NOW) is None


def test_what_waits_for_a_moment_of_a_clock_that_was_set_back_is_due_at_once(ready: Store) -> None:
    job = begun(ready, a_create())
    assert ready.outbox.postpone(job, postponed(at=NOW + timedelta(hours=3)), NOW)
    assert ready.outbox.due(REALM, NOW) is None
    ready.outbox.hurry(NOW)
    waiting = ready.outbox.due(REALM, NOW)
    assert waiting is not None
    assert (waiting.state, waiting.settled_after_at) == ("unknown", NOW + timedelta(hours=3))

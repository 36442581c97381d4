"""Taking a plan in: all of it or nothing, never on a moved ledger, never twice for a charge or a document."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from store_facts import (
    LATER,
    NOW,
    REALM,
    SEND_BY,
    a_create,
    a_withdrawal,
    an_update,
    begun,
    billed,
    charge_key,
    due,
    dump,
    fence_of,
    in_force,
    plan_of,
    postponed,
    prepared,
    revision_of,
    rows,
    take_in,
    with_bytes,
)

from model.billing import DocumentState
from sync.planning.actions import Action, ContractPlan
from sync.planning.intent import Job
from sync.store import Store
from sync.store.intake import enqueue

ROUNDS = 15
AT_ONCE = postponed("todo", NOW)


@pytest.fixture
def ready(store: Store) -> Store:
    """A store with acme's rules in force."""
    in_force(store)
    return store


def offer(store: Store, plan: ContractPlan) -> bool:
    return enqueue(store.engine, plan, "digest", [prepared(action) for action in plan.actions], NOW)


def test_intents_wait_to_be_sent_with_their_claims_and_inputs(ready: Store) -> None:
    assert take_in(ready, a_create(), inputs={"issue/10001": 7})
    job = due(ready)
    assert (job.action, job.state, job.attempts, job.generation) == (a_create(), "todo", 0, None)
    (claim,) = rows(ready, "intent_claim")
    assert (claim["charge_key"], claim["amount"], claim["currency"]) == (charge_key(), 100_00, "USD")
    assert claim["inputs"] == {"issue/10001": 7}
    (document,) = rows(ready, "document")
    assert (document["realm"], document["external_id"], document["marker"]) == (REALM, None, job.marker)


def test_a_charge_is_queued_and_then_under_way_until_its_write_is_settled(ready: Store) -> None:
    take_in(ready, a_create())
    account = ready.accounts.account("acme", NOW)
    assert (account.has_queued, account.unfinished(charge_key())) == (True, None)
    head = account.heads[a_create().document_key]
    assert (head.state, head.shown) == (DocumentState.UNKNOWN, None)
    begun(ready)
    account = ready.accounts.account("acme", NOW)
    under_way = account.unfinished(charge_key())
    assert under_way is not None
    assert (account.has_queued, under_way.state) == (False, "sending")


def test_a_plan_on_a_moved_ledger_is_refused_whole(ready: Store) -> None:
    old = plan_of(ready, a_create(2))
    billed(ready)
    before = dump(ready)
    assert not offer(ready, old)
    assert dump(ready) == before


def test_taking_a_plan_in_moves_the_revision(ready: Store) -> None:
    plan = plan_of(ready, a_create())
    assert offer(ready, plan)
    assert revision_of(ready) == plan.revision + 1
    assert not offer(ready, replace(plan, actions=(a_create(2),)))


@pytest.mark.parametrize(
    "second",
    [a_create(number=2), replace(a_create(2), document_key=a_create().document_key)],
    ids=["the same charge on another document", "another charge on the same document"],
)
def test_a_second_unfinished_write_on_a_charge_or_document_is_refused_whole(
    ready: Store, second: Action
) -> None:
    begun(ready, a_create())
    before = dump(ready)
    assert not take_in(ready, a_create(3), second)
    assert dump(ready) == before


def test_what_is_queued_and_planned_again_to_the_letter_stays_with_its_bytes(ready: Store) -> None:
    take_in(ready, a_create(), a_create(2))
    job = with_bytes(ready, due(ready))
    assert take_in(ready, a_create(), a_create(2), a_create(3))
    assert due(ready) == job
    assert [row["state"] for row in rows(ready, "intent")] == ["todo"] * 3


def test_what_is_queued_and_planned_otherwise_is_taken_back_and_its_charge_is_free(ready: Store) -> None:
    take_in(ready, a_create(), a_create(2))
    late = with_bytes(ready, due(ready))
    assert take_in(ready, a_create(amount="120.00"))
    assert [row["state"] for row in rows(ready, "intent")] == ["dropped", "dropped", "todo"]
    assert [row["finished_at"] is None for row in rows(ready, "intent_claim")] == [False, False, True]
    assert due(ready).action == a_create(amount="120.00")
    assert ready.outbox.begin(late, fence_of(ready), SEND_BY, NOW) is None  # it had been fetched to be sent


def test_a_plan_of_nothing_takes_back_everything_that_is_queued(ready: Store) -> None:
    take_in(ready, a_create())
    assert take_in(ready)
    assert ready.outbox.unfinished() == {}


@pytest.mark.parametrize("still_wanted", [True, False])
def test_what_is_proved_absent_goes_out_again_only_by_the_word_of_a_plan(
    ready: Store, *, still_wanted: bool
) -> None:
    job = begun(ready, a_create())
    assert ready.outbox.postpone(job, postponed("unknown", NOW), NOW)
    assert ready.outbox.absent(due(ready), LATER)
    assert ready.outbox.due(REALM, NOW) is None
    assert set(ready.rules.dirty(NOW)) == {"acme"}
    if still_wanted:
        assert take_in(ready, a_create())
        again = due(ready)
        assert (again.state, again.generation, again.attempts) == ("todo", job.generation, 1)
    else:
        assert take_in(ready, a_create(amount="120.00"))
        assert due(ready).intent != job.intent


@pytest.mark.parametrize("state", ["sending", "unknown", "parked"])
def test_what_is_under_way_is_never_taken_back(ready: Store, state: str) -> None:
    job = begun(ready, a_create())
    if state == "unknown":
        assert ready.outbox.postpone(job, postponed(), NOW)
    if state == "parked":
        assert ready.outbox.park(job, "nobody knows", "", LATER, NOW)
    assert take_in(ready, a_create(2))
    assert ready.outbox.unfinished() == {state: 1, "todo": 1}


def test_a_plan_under_other_rules_than_those_in_force_is_refused_whole(ready: Store) -> None:
    plan = plan_of(ready, a_create())
    in_force(ready, version="v2")
    before = dump(ready)
    assert not offer(ready, plan)
    assert dump(ready) == before


@pytest.mark.parametrize("second", [an_update(), a_withdrawal()], ids=["update", "withdrawal"])
def test_a_document_with_an_unfinished_write_takes_no_other(ready: Store, second: Action) -> None:
    billed(ready)
    begun(ready, an_update(amount="120.00"))
    assert not take_in(ready, second)


def test_a_charge_is_free_again_once_its_write_is_finished(ready: Store) -> None:
    billed(ready)
    assert take_in(ready, an_update())
    assert ready.outbox.close(due(ready), "dropped", "moved", "", NOW)
    assert take_in(ready, an_update(amount="120.00"))


def test_a_refused_create_is_tried_again_as_the_same_document_with_a_new_review_window(ready: Store) -> None:
    take_in(ready, a_create())
    assert ready.outbox.close(due(ready), "refused", "no such item", "", NOW)
    tomorrow = NOW + timedelta(days=1)
    again = replace(prepared(a_create()), writable_until_at=tomorrow)
    assert enqueue(ready.engine, plan_of(ready, a_create()), "digest", [again], tomorrow)
    (document,) = rows(ready, "document")
    assert document["marker"] == due(ready, tomorrow).marker
    assert (document["made_at"], document["writable_until_at"]) == (tomorrow, tomorrow)


def test_a_review_window_does_not_move_once_the_document_exists(ready: Store) -> None:
    billed(ready)
    (before,) = rows(ready, "document")
    late = replace(prepared(an_update()), writable_until_at=NOW + timedelta(days=9))
    assert enqueue(ready.engine, plan_of(ready, an_update()), "digest", [late], NOW)
    assert rows(ready, "document") == [before]


def begins(store: Store, job: Job, fence: int) -> bool:
    return store.outbox.begin(job, fence, SEND_BY, NOW) is not None


def race(*runs: Callable[[], bool]) -> list[bool]:
    """Run these at the same moment."""
    barrier = threading.Barrier(len(runs))
    won: list[bool] = []

    def go(run: Callable[[], bool]) -> None:
        barrier.wait()
        won.append(run())

    threads = [threading.Thread(target=go, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return won


def test_of_two_that_take_the_same_plan_in_exactly_one_succeeds(ready: Store) -> None:
    for work in range(1, ROUNDS + 1):
        plan = plan_of(ready, a_create(work))
        rival = functools.partial(offer, ready, plan)
        assert sorted(race(rival, rival)) == [False, True]
    assert len(rows(ready, "intent")) == ROUNDS


def test_of_two_with_plans_on_the_same_charge_one_write_is_left_whatever_the_revision(ready: Store) -> None:
    """Each may take back what the other has queued; the index on unfinished claims is the last guard."""

    def insist(action: Action) -> bool:
        while not offer(ready, plan_of(ready, action)):
            pass
        return True

    for work in range(1, ROUNDS + 1):
        rivals = [functools.partial(insist, a_create(work, number=number)) for number in (1, 2)]
        assert race(*rivals) == [True, True]
        assert ready.outbox.unfinished() == {"todo": 1}


def test_of_two_that_begin_the_same_intent_exactly_one_sends_it(ready: Store) -> None:
    take_in(ready, a_create())
    with_bytes(ready, due(ready))
    fence = fence_of(ready)
    for _ in range(ROUNDS):
        job = due(ready)
        rival = functools.partial(begins, ready, job, fence)
        assert sorted(race(rival, rival)) == [False, True]
        assert ready.outbox.postpone(replace(job, attempts=job.attempts + 1, fence=fence), AT_ONCE, NOW)
    assert len(rows(ready, "attempt")) == ROUNDS

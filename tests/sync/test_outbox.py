"""Dispatch of new drafts over books that misbehave: sent once, looked up before it is sent again, nothing lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from outbox_steps import (
    ELSEWHERE,
    LOCKED_OUT,
    LOST,
    OUTAGE,
    REFUSED,
    THROTTLED,
    drain,
    kept,
    only,
    queued,
    states,
    the_same_bytes,
    until_done,
)
from store_facts import LASTS, REQUEST, rows
from sync_bench import SETTLE, Bench, usd

from connectors.errors import Rejected
from model.billing import DocumentState
from sync.store.outbox import lease_name

# ── a draft ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_draft_is_sent_once_and_becomes_a_fact(one: Bench) -> None:
    drained = drain(one)
    assert (drained.done, drained.trouble, drained.waiting_until) == (1, [], None)
    assert only(one).total == usd("100.00")
    assert states(one) == ["done"]
    assert one.sums() == {"billed": "100.00"}
    assert drain(one).done == 0
    assert the_same_bytes(one, 1)


def test_a_refusal_ends_one_draft_with_its_reason_and_lets_the_others_pass(bench: Bench) -> None:
    queued(bench, 1, 2)
    bench.books.fail_next = [REFUSED]
    drained = drain(bench)
    assert (drained.refused, drained.done, drained.trouble) == (1, 1, [REFUSED])
    assert states(bench) == ["refused", "done"]
    assert bench.sums() == {"failed": "100.00", "billed": "100.00"}
    (failed,) = [each for each in bench.status().positions if each.bucket == "failed"]
    assert failed.reason == "no such item"


def test_what_never_left_the_process_is_sent_later_with_the_same_bytes_and_no_look(one: Bench) -> None:
    one.books.fail_next = [OUTAGE]
    drained = drain(one)
    assert (states(one), drained.trouble) == (["todo"], [OUTAGE])
    assert drained.waiting_until == one.now + timedelta(seconds=10)
    assert one.sums() == {"held": "100.00"}
    one.books.trouble = [OUTAGE]  # a look would stumble over it
    assert until_done(one).done == 1
    assert the_same_bytes(one, 2)
    assert one.books.trouble == [OUTAGE]


def test_an_outage_is_waited_for_longer_and_longer_up_to_a_quarter_of_an_hour(one: Bench) -> None:
    one.books.fail_next = [OUTAGE] * 10
    pauses = []
    for _ in range(10):
        drained = drain(one)
        assert drained.waiting_until is not None
        pauses.append((drained.waiting_until - one.now).total_seconds())
        one.now = drained.waiting_until
    assert pauses == [10, 20, 40, 80, 160, 320, 640, 900, 900, 900]
    assert drain(one).done == 1
    assert the_same_bytes(one, 11)


def test_a_service_that_says_when_is_not_asked_earlier(one: Bench) -> None:
    one.books.fail_next = [THROTTLED]
    drained = drain(one)
    assert drained.waiting_until == one.now + timedelta(seconds=60)
    one.wait(59)
    assert drain(one).done == 0
    assert until_done(one).done == 1
    assert the_same_bytes(one, 2)


def test_an_answer_that_promises_nothing_is_looked_up_before_it_is_sent_again(one: Bench) -> None:
    one.books.fail_next = [THROTTLED]
    drain(one)
    assert states(one) == ["unknown"]


def test_a_draft_whose_answer_was_lost_is_found_and_adopted_untouched(one: Bench) -> None:
    one.books.lose_answers = 1
    drained = drain(one)
    assert (states(one), drained.done) == (["unknown"], 0)
    assert one.codes() == {"write.unknown"}
    assert until_done(one).done == 1
    assert the_same_bytes(one, 1)
    assert only(one).state is DocumentState.DRAFT
    one.price(1, "150.00")
    assert one.apply().drained["acme-books"].done == 1  # adopted untouched: it may still be written
    assert only(one).total == usd("150.00")


def test_a_draft_is_not_sent_again_before_the_first_one_cannot_come_any_more(one: Bench) -> None:
    one.books.fail_next = [LOST]
    drain(one)
    (attempt,) = rows(one.store, "attempt")
    settled_at = attempt["send_by_at"] + SETTLE
    while one.now < settled_at - timedelta(seconds=1):
        assert drain(one).done == 0
        assert the_same_bytes(one, 1)
        one.wait(7)
    assert until_done(one).done == 1
    assert one.now >= settled_at
    assert the_same_bytes(one, 2)
    assert only(one).total == usd("100.00")


@pytest.mark.parametrize("change", ["reopened", "worth more", "excluded"])
def test_a_draft_that_is_proved_absent_and_not_wanted_any_more_is_not_sent_again(
    one: Bench, change: str
) -> None:
    one.books.fail_next = [LOST]
    drain(one)
    {
        "reopened": lambda: one.reopen(1),
        "worth more": lambda: one.price(1, "150.00"),
        "excluded": lambda: one.acme.show(replace(one.acme.epics[1], labels=("goodwill",))),
    }[change]()
    one.apply(patience=600)
    totals = [str(document.total.decimal) for document in one.books.documents()]
    assert totals == (["150.00"] if change == "worth more" else [])
    assert one.store.outbox.unfinished() == {}


@pytest.mark.parametrize("state", ["todo", "absent"])
def test_a_draft_that_waits_is_taken_back_when_its_work_reopens(one: Bench, state: str) -> None:
    if state == "absent":
        one.books.fail_next = [LOST]
        drain(one)
        one.wait(600)
        assert drain(one).absent == 1
    assert one.store.outbox.unfinished() == {state: 1}
    one.reopen(1)
    one.apply()
    assert one.books.documents() == []
    assert one.store.outbox.unfinished() == {}
    assert one.status().open == 1


def test_a_first_one_that_comes_late_is_found_and_not_sent_again(one: Bench) -> None:
    late = len(one.books.sent)
    one.books.fail_next = [LOST]
    drain(one)
    request, request_id = one.books.sent[late]
    one.wait(100)
    one.books.send(request, request_id, one.now + timedelta(seconds=1))  # what was under way arrives
    assert until_done(one).done == 1
    assert [document.external_id for document in one.books.documents()] == ["1"]


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_service_that_ignores_request_ids_still_gets_one_draft(one: Bench, lost: int) -> None:
    one.books.honours_request_ids = False
    one.books.lose_answers = lost
    assert until_done(one).done == 1
    assert only(one).total == usd("100.00")


@pytest.mark.parametrize("touch", ["mails", "pays", "raises", "lowers", "voids", "queues"])
def test_a_lost_draft_that_finance_touched_is_adopted_as_it_is_and_never_written(
    one: Bench, touch: str
) -> None:
    one.books.lose_answers = 1
    drain(one)
    id_, finance = only(one).external_id, one.books.finance
    {
        "mails": lambda: finance.send(id_),
        "pays": lambda: finance.pay(id_, usd("40.00")),
        "raises": lambda: finance.edit_line(id_, "1", usd("120.00")),
        "lowers": lambda: finance.edit_line(id_, "1", usd("80.00")),
        "voids": lambda: finance.void(id_),
        "queues": lambda: finance.queue(id_),
    }[touch]()
    theirs = only(one)
    assert until_done(one).done == 1
    one.price(1, "150.00")
    one.apply()
    first, *more = one.books.documents()
    assert first == theirs
    if touch == "voids":
        assert (more, one.sums()) == ([], {"held": "150.00"})
    else:
        assert ([each.total for each in more], one.sums()) == ([usd("50.00")], {"billed": "150.00"})


def test_a_lost_draft_whose_marker_was_taken_off_is_left_to_a_person(one: Bench) -> None:
    one.books.lose_answers = 1
    drain(one)
    one.books.finance.edit("1", note="private")
    drained = until_done(one)
    assert (drained.parked, states(one), len(one.books.sent)) == (1, ["parked"], 1)
    (finding,) = [each.finding for each in kept(one)]
    assert finding.code == "write.parked"
    assert "1001 looks like it but lacks its marker [MP-" in finding.reason
    assert one.sums() == {"held": "100.00"}
    one.wait(timedelta(days=3).total_seconds())
    assert one.apply().plan.actions == ()
    assert len(one.books.sent) == 1


def test_a_lost_draft_whose_marker_is_put_back_is_adopted_as_it_is(one: Bench) -> None:
    one.books.lose_answers = 1
    drain(one)
    note = one.books._shelf.entries["1"].note
    one.books.finance.edit("1", note="private")
    assert until_done(one).parked == 1
    one.books.finance.edit("1", note=f"private {note}")
    one.wait(timedelta(minutes=15).total_seconds())
    assert drain(one).done == 1
    assert (one.sums(), len(one.books.sent)) == ({"billed": "100.00"}, 1)
    one.price(1, "150.00")
    (action,) = one.plan().actions
    assert (action.kind, action.edited) == (
        "update",
        True,
    )  # a person had their hands on it: merged, not owned


def test_a_lost_draft_is_left_to_a_person_when_something_was_made_and_deleted_meanwhile(one: Bench) -> None:
    one.books.lose_answers = 1
    drain(one)
    one.books.finance.delete("1")
    assert until_done(one).parked == 1
    assert "made and deleted in QuickBooks meanwhile" in kept(one)[0].finding.reason
    assert len(one.books.sent) == 1


def test_a_draft_that_is_unknown_for_too_long_is_left_to_a_person(one: Bench) -> None:
    one.books.fail_next = [LOST]
    drain(one)
    one.wait(timedelta(hours=13).total_seconds())
    drained = drain(one)
    assert (drained.parked, drained.waiting_until) == (1, None)
    assert "unknown since 2026-02-03 15:00 UTC" in kept(one)[0].finding.reason
    assert len(one.books.sent) == 1


def test_a_long_outage_before_the_first_bytes_left_is_not_held_against_a_draft(one: Bench) -> None:
    one.books.fail_next = [OUTAGE, LOST]
    drain(one)
    one.wait(timedelta(hours=13).total_seconds())
    drain(one)
    assert states(one) == ["unknown"]
    assert until_done(one).done == 1
    assert the_same_bytes(one, 3)


def test_nothing_leaves_after_its_deadline(one: Bench) -> None:
    one.books.before = lambda: one.wait(31)  # the process was suspended between claiming and sending
    drained = drain(one)
    assert (states(one), one.books.posts) == (["todo"], 0)
    assert "deadline" in drained.trouble[0].reason
    one.books.before = lambda: None
    assert until_done(one).done == 1
    assert the_same_bytes(one, 2)


# ── what stops, and what does not ────────────────────────────────────────────────────────────────────────


def test_a_revoked_login_stops_the_company_and_is_told_once(bench: Bench) -> None:
    queued(bench, 1, 2, 3)
    bench.books.fail_next = [LOCKED_OUT]
    drained = drain(bench)
    assert drained.trouble == [LOCKED_OUT]
    assert (len(bench.books.sent), states(bench)) == (1, ["unknown", "todo", "todo"])
    until_done(bench)
    assert len(bench.books.documents()) == 3


def test_a_login_revoked_during_a_look_is_told_once_and_changes_nothing(one: Bench) -> None:
    one.books.lose_answers = 1
    drain(one)
    one.wait(20)
    one.books.trouble = [LOCKED_OUT]
    drained = drain(one)
    assert (drained.trouble, states(one)) == ([LOCKED_OUT], ["unknown"])
    assert until_done(one).done == 1
    assert only(one).total == usd("100.00")


def test_an_outage_during_a_look_changes_nothing(one: Bench) -> None:
    one.books.lose_answers = 1
    drain(one)
    one.wait(20)
    one.books.trouble = [OUTAGE]
    assert drain(one).trouble == [OUTAGE]
    assert states(one) == ["unknown"]
    assert until_done(one).done == 1
    assert the_same_bytes(one, 1)


def test_a_look_that_is_refused_says_nothing_about_the_draft_that_is_looked_for(one: Bench) -> None:
    """Closing it as refused would let the next plan make a second one."""
    one.books.lose_answers = 1
    drain(one)
    one.wait(20)
    one.books.trouble = [Rejected("the books", "list invoices", "the query is not understood")]
    drained = drain(one)
    assert (drained.refused, states(one)) == (0, ["unknown"])
    one.apply(patience=600)
    assert only(one).total == usd("100.00")
    assert one.sums() == {"billed": "100.00"}


def test_one_draft_that_fails_again_and_again_delays_no_other(bench: Bench) -> None:
    queued(bench, 1, 2, 3)
    bench.books.fail_next = [LOST]
    assert drain(bench).done == 2
    bench.wait(20)
    queued(bench, 4)
    bench.books.trouble = [OUTAGE]
    assert drain(bench).done == 1
    assert sorted(states(bench)) == ["done", "done", "done", "unknown"]


def test_a_company_that_another_process_posts_to_is_left_to_it(one: Bench) -> None:
    name = lease_name(one.acme.company.realm)
    assert one.store.leases.acquire(name, ELSEWHERE, one.now, LASTS) == 1
    drained = drain(one)
    assert (drained.busy, drained.done, one.books.sent) == (True, 0, [])
    one.wait(61)
    assert drain(one).done == 1


def test_one_who_lost_the_company_while_sending_writes_nothing_about_it(one: Bench) -> None:
    """The answer comes after another process took over: it looks the draft up and settles it, once."""
    name = lease_name(one.acme.company.realm)

    def taken_over() -> None:
        one.wait(61)
        fence = one.store.leases.acquire(name, ELSEWHERE, one.now, LASTS)
        assert fence is not None
        assert one.store.outbox.reclaim(one.acme.company.realm, fence, SETTLE, one.now) == 1

    one.books.after = taken_over
    assert drain(one).done == 0
    assert states(one) == ["unknown"]
    one.books.after = lambda: None
    one.wait(61)
    assert until_done(one).done == 1
    assert (len(one.books.sent), len(rows(one.store, "claim"))) == (1, 1)


def test_request_ids_are_never_used_twice(bench: Bench) -> None:
    queued(bench, 1, 2, 3)
    drain(bench)
    bench.price(1, "150.00")
    bench.apply()
    ids = [request_id for _, request_id in bench.books.sent]
    assert len(set(ids)) == len(ids) == 4
    assert all(len(request_id) <= 30 for request_id in ids)
    assert REQUEST.body not in [request.body for request, _ in bench.books.sent]

"""Dispatch of drafts that several pieces of work share: lines join, leave and come back, whatever gets lost."""

from __future__ import annotations

import pytest
from outbox_steps import LOST, drain, only, states, until_done
from sync_bench import Bench, rules, usd

from sync.store import Store


@pytest.fixture
def shared(quick_store: Store) -> Bench:
    """One untouched draft of two epics of 100.00, whose contract takes reopened work back."""
    bench = Bench(quick_store, texts=[rules(reopened="withdraw", more='group = "phase"')])
    bench.close(1)
    bench.close(2)
    bench.apply()
    bench.books.sent.clear()
    return bench


def texts(bench: Bench) -> list[str]:
    return [line.text.split()[0] for line in only(bench).lines]


def enqueue(bench: Bench) -> None:
    assert bench.engine.enqueue(bench.plan()) == []


def test_two_epics_share_one_draft_and_a_third_joins_it(shared: Bench) -> None:
    assert texts(shared) == ["ACME-1", "ACME-2"]
    shared.close(3, "70.00")
    shared.apply()
    assert texts(shared) == ["ACME-1", "ACME-2", "ACME-3"]
    assert (only(shared).total, shared.sums()) == (usd("270.00"), {"billed": "270.00"})


def test_a_reopened_epic_leaves_and_comes_back_once(shared: Bench) -> None:
    for _ in range(2):
        shared.reopen(2)
        shared.apply()
        assert (texts(shared), shared.sums()) == (["ACME-1"], {"billed": "100.00"})
        shared.close(2)
        shared.apply()
        assert (texts(shared), shared.sums()) == (["ACME-1", "ACME-2"], {"billed": "200.00"})
    posts = shared.books.posts
    shared.apply()
    assert shared.books.posts == posts


def test_a_joining_line_whose_answer_was_lost_is_seen_in_effect(shared: Bench) -> None:
    shared.close(3, "70.00")
    enqueue(shared)
    shared.books.lose_answers = 1
    drain(shared)
    assert until_done(shared).done == 1
    assert (len(shared.books.sent), texts(shared)) == (1, ["ACME-1", "ACME-2", "ACME-3"])
    assert shared.sums() == {"billed": "270.00"}
    shared.price(3, "80.00")
    shared.apply()
    assert only(shared).total == usd("280.00")  # its line was found again by its id


def test_a_line_we_took_out_is_not_taken_for_the_hand_of_finance_though_the_answer_was_lost(
    shared: Bench,
) -> None:
    shared.reopen(2)
    enqueue(shared)
    shared.books.lose_answers = 1
    drain(shared)
    assert states(shared)[-1] == "unknown"
    shared.engine.read()  # the books show the draft without the line before the look-up does
    shared.wait(400)
    shared.apply(patience=600)
    shared.close(2)
    shared.apply(patience=600)
    assert (texts(shared), shared.codes(), shared.sums()) == (
        ["ACME-1", "ACME-2"],
        set(),
        {"billed": "200.00"},
    )


def test_a_line_that_finance_took_out_while_ours_never_came_is_declined(shared: Bench) -> None:
    shared.reopen(2)
    enqueue(shared)
    shared.books.fail_next = [LOST]
    drain(shared)
    shared.books.finance.remove_line("1", "1")
    shared.engine.read()
    until_done(shared)
    shared.apply(patience=600)
    assert texts(shared) == ["ACME-2"]
    assert shared.codes() == {"draft.declined", "work.reopened"}
    assert shared.sums() == {"billed": "100.00", "held": "100.00"}


def test_a_line_that_finance_took_out_as_we_were_about_to_is_taken_for_our_own_doing(shared: Bench) -> None:
    """Nobody can tell whose doing it was: it is what the contract asks for, and the work is billed when it closes."""
    shared.reopen(2)
    enqueue(shared)
    shared.books.fail_next = [LOST]
    drain(shared)
    shared.books.finance.remove_line("1", "2")
    shared.engine.read()
    until_done(shared)
    shared.close(2)
    shared.apply(patience=600)
    assert only(shared).total == usd("200.00")
    assert (shared.codes(), shared.sums()) == (set(), {"billed": "200.00"})


def test_the_last_line_is_taken_out_by_voiding_the_draft(shared: Bench) -> None:
    shared.reopen(1)
    shared.reopen(2)
    shared.apply()
    assert (only(shared).state.value, shared.sums()) == ("voided", {})
    shared.close(1)
    shared.apply()
    assert [document.total for document in shared.live()] == [usd("100.00")]

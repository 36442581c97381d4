"""A draft whose answer was lost, and whose only line finance made over before the draft was found."""

from __future__ import annotations

from outbox_steps import drain, until_done
from sync_bench import Bench, usd

from connectors.memory_shelf import with_lines


def test_a_line_with_another_amount_and_other_words_is_still_ours(one: Bench) -> None:
    one.books.lose_answers = 1
    drain(one)
    one.books.finance.edit_line("1", "1", usd("120.00"), "as agreed by phone")
    assert until_done(one).done == 1
    assert (one.plan().actions, one.sums()) == ((), {"billed": "100.00"})


def test_a_line_with_another_day_and_other_words_is_still_ours(one: Bench) -> None:
    one.books.lose_answers = 1
    drain(one)
    shelf = one.books._shelf
    edited = {"amount": 100_00, "text": "as agreed by phone", "service_on": "2026-01-30"}
    shelf.put(with_lines(shelf.entries["1"], {"1": edited}, (), [{"amount": 19_99, "text": "Travel"}]))
    assert until_done(one).done == 1
    assert (one.plan().actions, one.sums()) == ((), {"billed": "100.00"})


def test_a_line_of_finance_in_place_of_ours_is_not_taken_for_it(one: Bench) -> None:
    one.books.lose_answers = 1
    drain(one)
    one.books.finance.remove_line("1", "1")
    shelf = one.books._shelf
    shelf.put(with_lines(shelf.entries["1"], {}, (), [{"amount": 19_99, "text": "Travel"}]))
    assert until_done(one).done == 1
    assert (one.plan().actions, one.sums()) == ((), {"held": "100.00"})

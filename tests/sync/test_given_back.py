"""Credit memos that finance makes of its own: told, let go, and billed again only when the work closes again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sync_bench import Bench, rules, usd

from model.billing import Document
from sync.deciding.refusals import Undecidable
from sync.deciding.take import Wish, take
from sync.reconciling.reconcile import reconcile
from sync.store import Store


@pytest.fixture
def bench(quick_store: Store) -> Bench:
    """A contract whose first epic is billed with 100.00, and the client has the invoice."""
    bench = Bench(quick_store)
    bench.close(1, "100.00")
    bench.apply()
    bench.books.finance.send("1")
    bench.apply()
    return bench


def credit(bench: Bench, amount: str, text: str = "Goodwill", note: str = "for invoice 1001") -> Document:
    """A credit memo that finance writes."""
    lines = [{"amount": usd(amount).minor, "text": text}]
    words = {"client": "1", "currency": "USD", "date": bench.now.date().isoformat(), "lines": lines}
    made = bench.books._made({**words, "note": note, "memo": "", "terms": None}, "credit_memo")
    return bench.books._shelf.put(replace(made))


def test_what_finance_gives_back_is_told_and_not_billed_again(bench: Bench) -> None:
    credit(bench, "20.00")
    bench.apply()
    bench.apply()
    assert bench.codes() == {"credit.given"}
    assert (bench.plan().actions, bench.sums()) == ((), {"billed": "100.00"})


def test_a_person_may_have_it_billed_again(bench: Bench) -> None:
    credit(bench, "20.00")
    bench.apply()
    take(bench.engine, Wish("ACME-1", "rebill", "", "ada", "a mistake"))
    bench.apply()
    assert [str(each.total.decimal) for each in bench.live()] == ["100.00", "20.00", "20.00"]
    assert bench.codes() == set()


def test_work_that_closes_again_after_it_was_credited_is_billed_again(bench: Bench) -> None:
    bench.reopen(1)
    bench.apply()
    credit(bench, "100.00")
    bench.apply()
    assert bench.plan().proposed == ()
    bench.wait(3600)
    bench.close(1, "100.00")
    bench.apply()
    assert [str(each.total.decimal) for each in bench.live()] == ["100.00", "100.00", "100.00"]
    assert bench.codes() == set()


def test_a_proposal_counts_what_finance_gave_back_already(bench: Bench) -> None:
    credit(bench, "30.00")
    bench.price(1, "60.00")
    bench.apply()
    (held,) = bench.plan().proposed
    assert held.action.amount == usd("10.00")


def test_a_credit_that_finance_takes_back_gives_nothing_back_any_more(bench: Bench) -> None:
    memo = credit(bench, "20.00")
    bench.apply()
    bench.books.finance.void(memo.external_id)
    bench.apply()
    assert (bench.codes(), bench.plan().actions) == (set(), ())


def test_a_credit_that_names_nothing_of_ours_is_left_alone(bench: Bench) -> None:
    credit(bench, "20.00", note="for the licences of 2024, number 10011")
    bench.apply()
    assert bench.codes() == set()


def test_a_credit_that_could_be_about_several_lines_is_asked_about(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[rules(more='group = "run"')])
    for number in (1, 2):
        bench.close(number, "100.00")
    bench.apply()
    bench.books.finance.send("1")
    bench.apply()
    credit(bench, "20.00")
    bench.apply()
    assert bench.codes() == {"credit.unplaced"}
    credit(bench, "20.00", text="ACME-2 Work, a part")
    bench.apply()
    assert bench.codes() == {"credit.unplaced", "credit.given"}


def test_a_person_places_a_credit_upon_the_line_that_it_is_about(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[rules(more='group = "run"')])
    for number in (1, 2):
        bench.close(number, "100.00")
    bench.apply()
    bench.books.finance.send("1")
    bench.apply()
    credit(bench, "20.00")
    credit(bench, "110.00")
    bench.apply()

    def place(memo: str, named: str) -> None:
        take(bench.engine, Wish(memo, "credit", named, "ada", "agreed with the client"))

    with pytest.raises(Undecidable, match="more than one: name it, as in 1001/2"):
        place("1002", "1001")
    with pytest.raises(Undecidable, match="no line of ours"):
        place("1002", "1001/3")
    with pytest.raises(Undecidable, match="no invoice of contract acme is called 1009"):
        place("1002", "1009")
    with pytest.raises(Undecidable, match=r"gives 110.00 USD back, and 100.00 USD is left"):
        place("1003", "1001/2")
    place("1002", "1001/2")
    with pytest.raises(Undecidable, match=r"80.00 USD is left"):
        place("1003", "1001/2")
    bench.apply()
    assert bench.codes() == {"credit.unplaced", "credit.given"}
    take(bench.engine, Wish("1003", "carry", "", "ada", "for the licences, on their next bill"))
    bench.apply()
    assert bench.codes() == {"credit.given"}
    assert (bench.plan().actions, bench.sums()) == ((), {"billed": "200.00"})
    bench.reopen(2)
    bench.apply()
    assert [str(held.action.amount.decimal) for held in bench.plan().proposed] == ["80.00"]
    assert reconcile(bench.engine, repair=False).is_whole

"""Invoices that look as if they billed planned work already: asked for before anything is made, decided by people."""

from __future__ import annotations

import pytest
from sync_bench import Bench, rules, usd

from connectors.errors import Transient
from model.billing import Document
from sync.deciding.inbox import Item, inbox
from sync.deciding.refusals import Undecidable
from sync.deciding.take import Taken, Wish, take
from sync.store import Store


def by_hand(bench: Bench, amount: str, text: str = "Services", client: str = "acme Corp") -> Document:
    """An invoice that finance wrote; its first line says `text`."""
    made = bench.books.by_hand(client, usd(amount))
    return bench.books.finance.edit_line(made.external_id, "1", usd(amount), text)


def decide(bench: Bench, choice: str, needed: str = "") -> Taken:
    return take(bench.engine, Wish("ACME-1 Work", choice, needed, "ada", "looked it up"))


def alike(bench: Bench) -> list[Item]:
    found = inbox(bench.store, bench.engine.plan(bench.engine.last_read()))
    return [item for item in found if item.finding.code == "looks_billed"]


@pytest.mark.parametrize(
    ("amount", "text", "sign"),
    [("100.00", "Services", "comes to the same"), ("250.00", "Work on ACME-1, as agreed", "names ACME-1")],
)
def test_what_looks_billed_is_held_and_says_by_which_invoice(
    bench: Bench, amount: str, text: str, sign: str
) -> None:
    by_hand(bench, amount, text)
    bench.close(1, "100.00")
    bench.apply()
    assert bench.books.posts == 0
    (item,) = alike(bench)
    assert "invoice 1001" in item.finding.reason
    assert sign in item.finding.reason
    assert [each.name for each in item.choices] == ["same", "different"]


@pytest.mark.parametrize(
    ("amount", "text", "client"),
    [
        ("99.00", "Services", "acme Corp"),
        ("99.00", "ACME-11 and XACME-1", "acme Corp"),
        ("100.00", "ACME-1", "Harbour"),
    ],
)
def test_other_money_other_keys_and_other_clients_hold_nothing(
    bench: Bench, amount: str, text: str, client: str
) -> None:
    by_hand(bench, amount, text, client)
    bench.close(1, "100.00")
    bench.apply()
    assert (bench.books.posts, alike(bench)) == (1, [])


def test_an_invoice_of_long_ago_or_one_that_was_voided_holds_nothing(bench: Bench) -> None:
    by_hand(bench, "100.00")
    bench.wait(46 * 86_400)
    bench.books.finance.void(by_hand(bench, "100.00").external_id)
    bench.close(1, "100.00")
    bench.apply()
    assert bench.books.posts == 1


def test_what_is_different_goes_on_and_another_likeness_is_asked_about_anew(bench: Bench) -> None:
    by_hand(bench, "100.00")
    bench.close(1, "100.00")
    bench.apply()
    taken = decide(bench, "different")
    assert [action.kind for action in taken.actions] == ["create"]
    by_hand(bench, "100.00")
    bench.apply()
    assert (bench.books.posts, len(alike(bench))) == (0, 1)
    decide(bench, "different")
    bench.apply()
    assert bench.books.posts == 1
    assert bench.sums() == {"billed": "100.00"}


def test_what_is_the_same_counts_as_billed_there_and_nothing_is_ever_written(bench: Bench) -> None:
    by_hand(bench, "100.00")
    bench.close(1, "100.00")
    bench.apply()
    decide(bench, "same", "1001")
    bench.apply()
    assert (bench.books.posts, bench.sums(), bench.codes()) == (0, {"billed": "100.00"}, set())
    bench.price(1, "130.00")
    bench.apply()
    assert [str(each.total.decimal) for each in bench.live()] == ["100.00", "30.00"]
    bench.books.finance.void("1")
    bench.apply()
    assert bench.sums() == {"billed": "30.00", "held": "100.00"}


def test_only_an_invoice_of_the_client_can_be_the_same(bench: Bench) -> None:
    by_hand(bench, "100.00")
    by_hand(bench, "100.00", client="Harbour")
    bench.close(1, "100.00")
    bench.apply()
    with pytest.raises(Undecidable, match="not for acme Corp"):
        decide(bench, "same", "1002")
    with pytest.raises(Undecidable, match="no invoice"):
        decide(bench, "same", "no such")


def test_a_fresh_ledger_notices_what_another_one_billed(bench: Bench, quick_stores: object) -> None:
    bench.close(1, "100.00")
    bench.apply()
    bench.store = quick_stores()  # type: ignore[operator]
    bench.restart()
    bench.apply()
    assert bench.books.posts == 1
    (item,) = alike(bench)
    assert "another Milepost ledger" in item.finding.reason


def test_invoices_of_this_ledger_never_look_like_others(quick_store: Store) -> None:
    bench = Bench(quick_store)
    for number in (1, 2, 3):
        bench.close(number, "100.00")
    bench.apply()
    bench.close(4, "100.00")
    bench.apply()
    assert (bench.books.posts, alike(bench)) == (4, [])


def test_invoices_named_by_the_opening_are_known_to_be_billed_before(quick_store: Store) -> None:
    opening = '[opening]\non = 2026-02-01\nbilled = "100.00"\ninvoices = ["1001"]\n'
    bench = Bench(quick_store, texts=[rules(more=opening)])
    by_hand(bench, "100.00")
    bench.close(1, "100.00")
    bench.apply()
    assert alike(bench) == []


def test_clients_without_planned_drafts_are_not_asked_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(*_: object) -> None:
        raise Transient("the books", "list invoices", "not now")

    monkeypatch.setattr(bench.books, "dated", asked)
    bench.apply()
    bench.close(1, "100.00")
    assert [error.reason for error in bench.apply().trouble] == ["not now"]
    assert bench.books.posts == 0

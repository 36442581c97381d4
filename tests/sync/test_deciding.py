"""Decisions through the real engine: each changes exactly the money that it said, once, or is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from outbox_steps import LOST, drain
from store_facts import rows
from sync_bench import MILESTONE, Bench, rules, usd

from sync.deciding.inbox import Item, inbox
from sync.deciding.refusals import Moved, Undecidable
from sync.deciding.take import Taken, Wish, take
from sync.planning.fuse import Limits
from sync.store import Store


def items(bench: Bench) -> list[Item]:
    """What asks for a person by what was last read."""
    return list(inbox(bench.store, bench.engine.plan(bench.engine.last_read())))


def decide(bench: Bench, choice: str, subject: str = "ACME-1", needed: str = "") -> Taken:
    return take(bench.engine, Wish(subject, choice, needed, "ada", "as agreed by phone"))


def money(item: Item) -> dict[str, tuple[str, str]]:
    """What each choice does."""
    return {
        each.name: (str(each.before.decimal), "?" if each.after is None else str(each.after.decimal))
        for each in item.choices
        if each.before is not None
    }


def totals(bench: Bench) -> list[str]:
    return [str(document.total.decimal) for document in bench.live()]


def see(bench: Bench) -> list[Item]:
    """An apply, and what asks for a person after it."""
    bench.apply()
    return items(bench)


def billed(bench: Bench, number: int = 1, amount: str = "100.00") -> None:
    bench.close(number, amount)
    bench.apply()


def test_nothing_asks_when_nothing_needs_a_person(bench: Bench) -> None:
    billed(bench)
    assert items(bench) == []


def test_a_declined_draft_is_billed_again_once_decided(bench: Bench) -> None:
    billed(bench)
    bench.books.finance.void("1")
    (item,) = see(bench)
    assert (item.finding.code, item.document) == ("draft.declined", "invoice 1001")
    assert money(item) == {"rebill": ("0.00", "100.00"), "keep": ("0.00", "0.00")}
    taken = decide(bench, "rebill")
    assert [action.kind for action in taken.actions] == ["create"]
    assert (totals(bench), taken.decision.who) == ([], "ada")
    assert see(bench) == []
    assert totals(bench) == ["100.00"]
    bench.books.finance.void("2")
    (again,) = see(bench)
    assert again.finding.code == "draft.declined"


def test_the_same_decision_twice_is_one(bench: Bench) -> None:
    billed(bench)
    bench.books.finance.void("1")
    see(bench)
    first, second = decide(bench, "rebill"), decide(bench, "rebill")
    assert (first.repeated, second.repeated) == (False, True)
    assert second.decision == first.decision
    assert bench.store.decisions.of("acme") == (first.decision,)
    bench.apply()
    assert decide(bench, "rebill").decision == first.decision
    assert totals(bench) == ["100.00"]


def test_what_is_kept_is_not_asked_again_until_its_amount_moves(bench: Bench) -> None:
    billed(bench)
    bench.books.finance.send("1")
    bench.price(1, "80.00")
    (item,) = see(bench)
    credits_or_carries = {"carry": ("100.00", "80.00"), "credit": ("100.00", "80.00")}
    assert money(item) == credits_or_carries | {"keep": ("100.00", "100.00")}
    decide(bench, "keep", item.id[:8])
    assert see(bench) == []
    bench.price(1, "70.00")
    (again,) = see(bench)
    assert "worth 70.00 USD now" in again.finding.reason
    assert totals(bench) == ["100.00"]


def test_what_is_kept_is_asked_again_once_the_state_of_its_document_moves(bench: Bench) -> None:
    billed(bench)
    bench.books.finance.edit_line("1", "1", usd("90.00"))
    (item,) = see(bench)
    decide(bench, "keep")
    assert see(bench) == []
    bench.books.finance.send("1")
    (again,) = see(bench)
    assert (again.finding.code, again.id != item.id) == ("draft.reduced", True)


def test_what_finance_took_off_goes_on_the_next_draft_once_deferred(bench: Bench) -> None:
    billed(bench)
    bench.books.finance.edit_line("1", "1", usd("60.00"))
    (item,) = see(bench)
    assert money(item) == {"defer": ("60.00", "100.00"), "keep": ("60.00", "60.00")}
    decide(bench, "defer")
    assert see(bench) == []
    assert totals(bench) == ["60.00", "40.00"]
    assert bench.sums() == {"billed": "100.00"}


def test_a_decision_is_refused_when_finance_moved_meanwhile_and_says_what(bench: Bench) -> None:
    billed(bench)
    bench.books.finance.edit_line("1", "1", usd("60.00"))
    see(bench)
    bench.books.finance.edit_line("1", "1", usd("50.00"))
    with pytest.raises(Moved, match=r"40.00 USD less.*now: .*50.00 USD less"):
        decide(bench, "defer")
    bench.books.finance.edit_line("1", "1", usd("100.00"))
    with pytest.raises(Moved, match="nothing asks for it any more"):
        decide(bench, "defer")
    assert bench.store.decisions.of("acme") == ()


def test_what_nobody_has_seen_yet_is_not_decided(bench: Bench) -> None:
    billed(bench)
    bench.books.finance.void("1")
    with pytest.raises(Moved, match="it came up just now"):
        decide(bench, "rebill")


def test_what_nothing_is_called_or_offers_is_refused_with_what_there_is(bench: Bench) -> None:
    billed(bench)
    bench.books.finance.void("1")
    see(bench)
    with pytest.raises(Undecidable, match="nothing that asks for a decision is called 'ACME-9'"):
        decide(bench, "rebill", "ACME-9")
    with pytest.raises(Undecidable, match="it offers keep, rebill"):
        decide(bench, "defer")
    with pytest.raises(Undecidable, match="takes nothing more"):
        decide(bench, "rebill", needed="1001")
    with pytest.raises(Undecidable, match="who made it and why"):
        take(bench.engine, Wish("ACME-1", "rebill", "", "ada", " \u202e "))


def test_too_much_on_a_sent_invoice_goes_off_the_next_draft_once_carried(bench: Bench) -> None:
    billed(bench)
    bench.books.finance.send("1")
    bench.price(1, "80.00")
    see(bench)
    assert decide(bench, "carry").actions == ()
    assert see(bench) == []
    bench.close(2, "50.00")
    assert see(bench) == []
    assert totals(bench) == ["100.00", "30.00"]
    bench.wait(3600)
    assert see(bench) == []
    assert totals(bench) == ["100.00", "30.00"]


def test_an_untouched_draft_of_reopened_work_is_withdrawn_once_decided(bench: Bench) -> None:
    billed(bench)
    bench.reopen(1)
    (item,) = see(bench)
    assert money(item) == {"withdraw": ("100.00", "0.00"), "keep": ("100.00", "100.00")}
    assert [action.kind for action in decide(bench, "withdraw").actions] == ["withdraw"]
    bench.apply()
    assert totals(bench) == []
    bench.close(1, "120.00")
    bench.apply()
    assert totals(bench) == ["120.00"]


def test_a_sent_invoice_of_reopened_work_is_credited_or_kept(bench: Bench) -> None:
    billed(bench)
    bench.books.finance.send("1")
    bench.reopen(1)
    (item,) = see(bench)
    assert [each.name for each in item.choices] == ["credit", "keep"]


GATED = MILESTONE + 'accept = {{ field = "Amount", is = "never" }}\n'


def test_an_acceptance_that_a_person_records_bills_the_work(quick_store) -> None:  # type: ignore[no-untyped-def]
    bench = Bench(quick_store, texts=[rules(milestone=GATED)])
    bench.close(1)
    (item,) = see(bench)
    assert item.finding.code == "work.accept.missing"
    assert money(item)["accept"] == ("0.00", "100.00")
    taken = decide(bench, "accept")
    assert [action.amount for action in taken.actions] == [usd("100.00")]
    assert see(bench) == []
    assert totals(bench) == ["100.00"]
    bench.price(1, "130.00")
    assert see(bench) == []
    assert totals(bench) == ["130.00"]


@pytest.fixture
def there(one: Bench) -> Bench:
    """A write whose answer was lost, and its invoice without the marker: a person must say whether it is ours."""
    one.books.lose_answers = 1
    drain(one)
    one.books.finance.edit("1", note="see mail")
    one.wait(600)
    assert drain(one).parked == 1
    return one


@pytest.fixture
def nowhere(one: Bench) -> Bench:
    """A write that was lost and for half a day not looked for: nobody can prove any more that it never came."""
    one.books.fail_next = [LOST]
    drain(one)
    one.wait(13 * 3600)
    assert drain(one).parked == 1
    return one


def test_a_lost_invoice_that_is_there_is_adopted_and_never_made_twice(there: Bench) -> None:
    (item,) = items(there)
    assert money(item) == {
        "adopt": ("0.00", "100.00"),
        "resend": ("0.00", "100.00"),
        "abandon": ("0.00", "0.00"),
    }
    assert decide(there, "adopt", needed="1001").decision.detail["invoice"] == "1"
    assert see(there) == []
    assert (totals(there), there.sums()) == (["100.00"], {"billed": "100.00"})
    assert decide(there, "adopt", needed="1001").repeated
    there.price(1, "150.00")
    there.apply()
    assert totals(there) == ["100.00", "50.00"]  # without its marker it is not written any more


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("1002", "for Harbour, not for"),
        ("1003", "come to 70.00"),
        ("77", "it is deleted"),
        ("A-1", "no invoice that is called A-1"),
    ],
)
def test_another_invoice_is_not_adopted(there: Bench, named: str, said: str) -> None:
    there.books.by_hand("Harbour", usd("100.00"))
    there.books.by_hand("acme Corp", usd("70.00"))
    with pytest.raises(Undecidable, match=said):
        decide(there, "adopt", needed=named)
    with pytest.raises(Undecidable, match="name the invoice"):
        decide(there, "adopt")
    assert there.store.outbox.unfinished() == {"parked": 1}
    assert there.store.decisions.of("acme") == ()


def test_an_invoice_that_comes_to_the_same_by_chance_is_not_adopted(one: Bench) -> None:
    older = one.books.by_hand("acme Corp", usd("100.00"))
    one.wait(7200)
    one.books.fail_next = [LOST]
    drain(one)
    one.wait(13 * 3600)
    drain(one)
    with pytest.raises(Undecidable, match="no line of it says what ours say"):
        decide(one, "adopt", needed=older.external_id)
    assert one.store.outbox.unfinished() == {"parked": 1}


def test_an_invoice_that_is_ours_already_is_not_adopted_twice(there: Bench) -> None:
    there.close(2, "55.00")
    there.apply()
    with pytest.raises(Undecidable, match="is ours already"):
        decide(there, "adopt", needed="1002")


def test_a_lost_write_that_is_not_there_goes_out_again_with_its_bytes_under_a_new_id(nowhere: Bench) -> None:
    taken = decide(nowhere, "resend")
    assert [action.kind for action in taken.actions] == ["create"]
    assert totals(nowhere) == []
    assert see(nowhere) == []
    assert (totals(nowhere), nowhere.sums()) == (["100.00"], {"billed": "100.00"})
    first, second = rows(nowhere.store, "generation")
    assert (first["body"], first["request_id"] != second["request_id"]) == (second["body"], True)
    assert len(rows(nowhere.store, "intent")) == 1


def test_a_lost_write_whose_work_changed_goes_out_as_the_plan_has_it_now(nowhere: Bench) -> None:
    nowhere.price(1, "130.00")
    nowhere.engine.read()
    decide(nowhere, "resend")
    nowhere.apply()
    assert totals(nowhere) == ["130.00"]


def test_the_work_of_a_write_that_was_given_up_is_held_until_a_person_bills_it(nowhere: Bench) -> None:
    decide(nowhere, "abandon")
    (item,) = see(nowhere)
    assert (item.finding.code, totals(nowhere)) == ("work.undone", [])
    assert "its write was given up by ada" in item.finding.reason
    assert nowhere.sums() == {"held": "100.00"}
    assert money(item) == {"rebill": ("0.00", "100.00"), "keep": ("0.00", "0.00")}
    decide(nowhere, "rebill")
    assert see(nowhere) == []
    assert totals(nowhere) == ["100.00"]


def test_a_write_that_was_found_meanwhile_is_not_sent_again(there: Bench) -> None:
    marker = rows(there.store, "document")[0]["marker"]
    there.books.finance.edit("1", note=marker)
    there.wait(3600)
    assert drain(there).done == 1
    with pytest.raises((Moved, Undecidable)):
        decide(there, "resend")
    assert totals(there) == ["100.00"]


@pytest.fixture
def torn(bench: Bench) -> Bench:
    """An update to 150.00 whose answer was lost, over which finance wrote 160.00: nobody can tell from the document."""
    billed(bench)
    bench.price(1, "150.00")
    bench.engine.enqueue(bench.plan())
    bench.books.lose_answers = 1
    drain(bench)
    bench.books.finance.edit_line("1", "1", usd("160.00"))
    bench.wait(600)
    assert drain(bench).parked == 1
    return bench


def test_a_lost_change_that_a_person_sees_in_the_document_is_not_made_twice(torn: Bench) -> None:
    (item,) = (each for each in see(torn) if each.finding.code == "write.parked")
    assert money(item)["adopt"] == ("100.00", "150.00")
    decide(torn, "adopt")
    torn.apply()
    assert totals(torn) == ["160.00"]
    assert {each.finding.code for each in items(torn)} == {"draft.raised"}


def test_a_lost_change_of_a_document_that_is_gone_cannot_be_in_it(torn: Bench) -> None:
    see(torn)
    torn.books.finance.delete("1")
    see(torn)
    with pytest.raises(Undecidable, match="gone"):
        decide(torn, "adopt")


def test_a_fuse_over_many_contracts_is_released_for_all_of_them_at_once(quick_store: Store) -> None:
    texts = [
        rules(milestone=MILESTONE.replace("billable", label)).replace('id = "acme"', f'id = "{label}"')
        for label in ("north", "south")
    ]
    bench = Bench(quick_store, texts=texts)
    bench.acme.company = replace(bench.acme.company, limits=Limits(run={"USD": usd("150.00")}))
    bench.restart()
    bench.close(1, "100.00", labels=("north",))
    bench.close(2, "90.00", labels=("south",))
    found = [item for item in see(bench) if item.finding.code == "fuse.run"]
    assert len(found) == 2
    taken = decide(bench, "release", "run|acme-books|USD")
    assert [str(action.amount.decimal) for action in taken.actions] == ["100.00", "90.00"]
    assert see(bench) == []
    assert totals(bench) == ["100.00", "90.00"]
    assert decide(bench, "release", "run|acme-books|USD").repeated

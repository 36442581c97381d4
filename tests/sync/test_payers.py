"""Two payers of one contract, from contract file to books and back, through store and dispatch."""

from __future__ import annotations

import pytest
from outbox_steps import LOST, drain, queued
from sync_bench import TWO_PAYERS, Bench, rules, usd

from sync.deciding.inbox import inbox
from sync.deciding.refusals import Undecidable
from sync.deciding.take import Wish, take
from sync.store import Store

DEPOSIT = """
[deposit]
amount = "30.00"
item = "Advances"
draw = "full"
"""


@pytest.fixture
def bench(quick_store: Store) -> Bench:
    """A contract whose two payers were billed their parts of a deposit of 30.00, and paid."""
    bench = Bench(quick_store, texts=[rules(reopened="withdraw", review_days=9, more=DEPOSIT + TWO_PAYERS)])
    bench.apply()
    for document in bench.books.documents():
        bench.books.finance.pay(document.external_id)
    return bench


def shown(bench: Bench) -> list[tuple[str, list[str]]]:
    """Each live invoice: its client's id and the amounts of its lines."""
    return [
        (document.client_id, [str(line.amount.decimal) for line in document.lines if line.amount])
        for document in bench.live()
    ]


def test_each_client_gets_drafts_of_its_own_with_its_own_draw(bench: Bench) -> None:
    assert shown(bench) == [("1", ["20.00"]), ("2", ["10.00"])]
    bench.close(1, "100.00")
    bench.apply()
    assert shown(bench)[2:] == [("1", ["66.67", "-20.00"]), ("2", ["33.33", "-10.00"])]
    assert bench.sums() == {"billed": "130.00"}
    posts = bench.books.posts
    bench.apply()
    assert (bench.books.posts, bench.codes()) == (posts, set())


def test_a_lost_answer_of_one_payer_is_settled_once_and_leaves_the_other_alone(bench: Bench) -> None:
    bench.close(1, "100.00")
    bench.books.lose_answers = 1
    bench.apply(patience=600)
    assert len(bench.live()) == 4
    assert bench.sums() == {"billed": "130.00"}


def test_what_finance_deletes_of_one_payer_is_not_made_again_for_anybody(bench: Bench) -> None:
    bench.close(1, "100.00")
    bench.apply()
    bench.books.finance.delete("4")
    bench.price(1, "130.00")
    bench.apply()
    # The first payer's part grows by its share of 30.00; the other's was declined and is not billed on.
    assert shown(bench)[2:] == [("1", ["86.67", "-20.00"])]
    assert bench.codes() == {"draft.declined"}


def test_reopened_work_is_taken_back_from_every_payer(bench: Bench) -> None:
    bench.close(1, "100.00")
    bench.apply()
    bench.reopen(1)
    bench.apply()
    assert [document.total for document in bench.live()] == [usd("20.00"), usd("10.00")]
    bench.close(1)
    bench.apply()
    assert shown(bench)[2:] == [("1", ["66.67", "-20.00"]), ("2", ["33.33", "-10.00"])]


@pytest.fixture
def lost(quick_store: Store) -> Bench:
    """An epic of two payers whose drafts were both lost for so long that nobody can prove whether they came."""
    bench = Bench(quick_store, texts=[rules(review_days=9, more=TWO_PAYERS)])
    bench.books.fail_next = [LOST, LOST]
    queued(bench, 1)
    drain(bench)
    bench.wait(13 * 3600)
    assert drain(bench).parked == 2
    return bench


def decide(bench: Bench, choice: str, subject: str, needed: str = "") -> None:
    take(bench.engine, Wish(subject, choice, needed, "ada", "looked"))


def asked(bench: Bench) -> dict[str, str]:
    """What asks for a person, by payer."""
    found = inbox(bench.store, bench.engine.plan(bench.engine.last_read()))
    return {item.finding.payer: item.finding.code for item in found}


def test_a_lost_write_of_one_payer_is_decided_on_without_touching_the_other(lost: Bench) -> None:
    assert asked(lost) == {"city": "write.parked", "harbour": "write.parked"}
    decide(lost, "resend", "ACME-1 for harbour")
    lost.apply()
    assert shown(lost) == [("2", ["33.33"])]
    assert asked(lost) == {"city": "write.parked"}
    decide(lost, "abandon", "ACME-1 for city")
    lost.apply()
    assert asked(lost) == {"city": "work.undone"}
    assert (shown(lost), lost.sums()) == ([("2", ["33.33"])], {"billed": "33.33", "held": "66.67"})
    decide(lost, "rebill", "ACME-1 for city")
    lost.apply()
    assert sorted(shown(lost)) == [("1", ["66.67"]), ("2", ["33.33"])]
    assert asked(lost) == {}


def test_while_one_payers_write_is_lost_the_other_is_billed_more(lost: Bench) -> None:
    decide(lost, "resend", "ACME-1 for city")
    lost.price(1, "130.00")
    lost.apply()
    assert shown(lost) == [("1", ["86.67"])]
    assert asked(lost) == {"harbour": "write.parked"}


def test_of_two_lost_writes_an_invoice_is_adopted_for_the_payer_who_was_billed(lost: Bench) -> None:
    with pytest.raises(Undecidable, match="more than one thing"):
        decide(lost, "adopt", "ACME-1", "1001")
    decide(lost, "resend", "ACME-1")  # both
    lost.apply()
    assert sorted(shown(lost)) == [("1", ["66.67"]), ("2", ["33.33"])]


def test_a_write_for_a_client_who_pays_no_more_holds_those_who_do(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[rules()])
    bench.books.fail_next = [LOST]
    queued(bench, 1)
    drain(bench)
    bench.wait(13 * 3600)
    assert drain(bench).parked == 1
    bench.restart(rules(more=TWO_PAYERS))
    bench.apply()
    assert (shown(bench), asked(bench)) == ([], {"": "write.parked"})


def test_a_draft_that_looks_billed_is_decided_on_for_its_payer_alone(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[rules(review_days=9, more=TWO_PAYERS)])
    bench.books.by_hand("Harbour", usd("33.33"))
    bench.books.by_hand("acme Corp", usd("66.67"))
    bench.close(1)
    bench.apply()
    assert asked(bench) == {"city": "looks_billed", "harbour": "looks_billed"}
    decide(bench, "same", "ACME-1 for harbour", "1001")
    bench.apply()
    assert asked(bench) == {"city": "looks_billed"}
    assert (len(bench.live()), bench.sums()) == (2, {"billed": "33.33", "held": "66.67"})
    decide(bench, "different", "ACME-1 for city")
    bench.apply()
    assert (len(bench.live()), asked(bench), bench.sums()) == (3, {}, {"billed": "100.00"})

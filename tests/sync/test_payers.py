"""Two payers of one contract, from contract file to books and back, through store and dispatch."""

from __future__ import annotations

import pytest
from sync_bench import TWO_PAYERS, Bench, rules, usd

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

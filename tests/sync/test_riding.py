"""Deposit, retainage and release from contract file to books and back, through store and dispatch."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sync_bench import Bench, rules, usd

from model.billing import Document
from sync.store import Store

TERMS = """
group = "{group}"
[deposit]
amount = "150.00"
item = "Advances"
draw = "full"
[retainage]
hold = "10 %"
item = "Withheld"
release = 2026-02-20
"""


@pytest.fixture(params=["milestone", "phase"])
def bench(request: pytest.FixtureRequest, quick_store: Store) -> Bench:
    """A contract whose deposit of 150.00 is billed and paid."""
    terms = TERMS.format(group=request.param)
    bench = Bench(quick_store, texts=[rules(reopened="withdraw", review_days=1, more=terms)])
    bench.apply()
    bench.books.finance.pay("1")
    return bench


def lines(document: Document) -> list[tuple[str, str]]:
    return [(line.text.split(":")[0], str(line.amount.decimal)) for line in document.lines if line.amount]


def test_a_bill_withholds_and_draws_and_the_rest_follows_to_the_cent(bench: Bench) -> None:
    bench.close(1, "100.00")
    bench.apply()
    _, first = bench.books.documents()
    assert lines(first) == [
        ("ACME-1 Work", "100.00"),
        ("Retainage withheld", "-10.00"),
        ("Deposit applied", "-90.00"),
    ]
    assert first.total == usd("0.00")
    bench.wait(timedelta(days=3).total_seconds())
    bench.close(2, "200.00")
    bench.apply()
    second = bench.books.documents()[2]
    assert lines(second)[1:] == [("Retainage withheld", "-20.00"), ("Deposit applied", "-60.00")]
    bench.wait(timedelta(days=16).total_seconds())
    bench.apply()
    release = bench.books.documents()[3]
    assert lines(release) == [("Retainage released", "30.00")]
    posts = bench.books.posts
    bench.apply()
    assert (bench.books.posts, bench.codes()) == (posts, set())
    assert sum(document.total.minor for document in bench.live()) == 150_00 + 300_00 - 150_00


def test_work_that_grows_and_shrinks_on_its_draft_takes_its_riders_along(bench: Bench) -> None:
    bench.close(1, "100.00")
    bench.apply()
    for amount, expected in (("60.00", ("-6.00", "-54.00")), ("200.00", ("-20.00", "-150.00"))):
        bench.price(1, amount)
        bench.apply()
        draft = bench.books.documents()[1]
        assert tuple(amount for _, amount in lines(draft)[1:]) == expected
    assert len(bench.books.documents()) == 2


def test_a_draft_that_is_taken_back_gives_its_draw_to_the_next(bench: Bench) -> None:
    bench.close(1, "100.00")
    bench.apply()
    bench.reopen(1)
    bench.apply()
    assert bench.books.documents()[1].state.value == "voided"
    bench.close(2, "150.00")
    bench.apply()
    assert lines(bench.live()[-1])[1:] == [("Retainage withheld", "-15.00"), ("Deposit applied", "-135.00")]
    assert bench.codes() <= {"work.reopened"}


def test_a_lost_answer_and_an_edit_of_finance_leave_every_rider_counted_once(bench: Bench) -> None:
    bench.close(1, "100.00")
    bench.books.lose_answers = 1
    bench.apply(patience=600)
    bench.books.finance.edit_line("2", "3", usd("-40.00"))
    bench.close(2, "100.00")
    bench.apply()
    second = bench.books.documents()[2]
    # Finance drew 40.00 of 150.00, so 110.00 are left; of this bill 90.00 can be drawn.
    assert lines(second)[1:] == [("Retainage withheld", "-10.00"), ("Deposit applied", "-90.00")]
    bench.close(3, "50.00")
    bench.apply()
    drawn = [amount for each in bench.live() for text, amount in lines(each) if text == "Deposit applied"]
    assert sum(usd(amount).minor for amount in drawn) == -150_00


def test_riders_that_finance_takes_out_or_raises_are_said_and_the_deposit_stays_whole(bench: Bench) -> None:
    bench.close(1, "50.00")
    bench.apply()
    bench.books.finance.remove_line("2", "2")
    bench.books.finance.edit_line("2", "3", usd("-50.00"))
    bench.close(2, "200.00")
    bench.apply()
    assert bench.codes() == {"retainage.removed", "draw.changed"}
    assert lines(bench.books.documents()[2])[1:] == [
        ("Retainage withheld", "-20.00"),
        ("Deposit applied", "-100.00"),
    ]
    bench.wait(timedelta(days=19).total_seconds())
    bench.apply()
    assert lines(bench.books.documents()[3]) == [("Retainage released", "20.00")]

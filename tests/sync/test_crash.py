"""An apply that ends at any moment, then another: one invoice, one claim, and sums that agree."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from breaking import Breaker, Crash, breakable
from sync_bench import Bench, rules

from model.billing import DocumentState
from sync.store import Store

Story = Callable[[Bench], None]


def a_draft(bench: Bench) -> None:
    bench.close(1)


def an_update(bench: Bench) -> None:
    bench.close(1, "80.00")
    bench.apply()
    bench.price(1, "100.00")


def a_lower_update(bench: Bench) -> None:
    bench.close(1, "120.00")
    bench.apply()
    bench.price(1, "100.00")


def a_withdrawal_and_its_successor(bench: Bench) -> None:
    bench.close(1, "80.00")
    bench.apply()
    bench.reopen(1)
    bench.apply()
    bench.close(1, "100.00")


def a_withdrawal(bench: Bench) -> None:
    bench.close(1)
    bench.apply()
    bench.reopen(1)


def broken_apply(bench: Bench, breaker: Breaker) -> bool:
    """An apply; True when it was ended in the middle, and everything was started again."""
    try:
        bench.apply()
    except Crash:
        bench.store.engine.dispose()
        breaker.mend()
        bench.restart()
        return True
    return False


def settle(bench: Bench) -> None:
    """Later, when nothing can be under way any more, somebody applies until nothing is left to do."""
    for _ in range(5):
        bench.wait(600)
        if not bench.apply(patience=600).after.actions and not bench.store.outbox.unfinished():
            return
    raise AssertionError("it never comes to rest")


HONEST, FORGETFUL = True, False  # whether the service honours request ids


@pytest.mark.parametrize(
    ("story", "honest"),
    [
        (a_draft, HONEST),
        (a_draft, FORGETFUL),
        (an_update, FORGETFUL),
        (a_lower_update, FORGETFUL),
        (a_withdrawal_and_its_successor, FORGETFUL),
        (a_withdrawal, FORGETFUL),
    ],
)
def test_an_apply_that_ends_at_any_commit_or_around_any_post_is_finished_by_the_next(
    quick_stores: Callable[[], Store], story: Story, *, honest: bool
) -> None:
    ended, step = True, 0
    while ended:
        bench = Bench(quick_stores(), texts=[rules(reopened="withdraw")])
        bench.books.honours_request_ids = honest
        story(bench)
        made = len(bench.books.documents())
        with breakable(bench.store.engine, "commit") as breaker:
            bench.books.before = bench.books.after = breaker.step
            breaker.break_at(step)
            ended = broken_apply(bench, breaker)
            breaker.mend()
            settle(bench)
        assert len(bench.books.documents()) - made <= 1
        check(bench, withdrawn=story is a_withdrawal)
        step += 1
    assert step > 8


def check(bench: Bench, *, withdrawn: bool) -> None:
    """One live invoice of 100.00, or none; the ledger says the same; nothing is left to do or to say."""
    live = [str(document.total.decimal) for document in bench.live()]
    assert live == ([] if withdrawn else ["100.00"])
    assert bench.sums() == ({} if withdrawn else {"billed": "100.00"})
    ended = {claim.ended for claim in bench.store.accounts.claims()} - {None}
    assert ended <= {"withdrawn"}
    assert {document.state for document in bench.books.documents()} <= {
        DocumentState.DRAFT,
        DocumentState.VOIDED,
    }
    assert (bench.status().gap, bench.codes(), bench.plan().actions) == (0, set(), ())

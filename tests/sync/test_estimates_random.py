"""Whatever finance does to estimates and the invoices made of them, each work is counted once and in full."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from outbox_steps import drain
from sync_bench import Bench, rules, usd

from model.billing import Document, DocumentState
from model.money import total
from sync.planning.observe import ENDED
from sync.store import Store

HANDS = (
    *("convert whole", "convert part", "lower", "raise", "remove line", "void", "delete", "pay"),
    *("accept", "reject", "reopen", "close", "expire", "put off", "wait", "take a line off the estimate"),
)


def _drafted(store: Store) -> Bench:
    """Two epics of 100.00 on one estimate."""
    bench = Bench(store, texts=[rules(draft="pending_estimate", more='group = "phase"')])
    bench.close(1)
    bench.close(2)
    assert bench.engine.enqueue(bench.plan()) == []
    drain(bench)
    return bench


def _act(bench: Bench, hand: str, which: int, cents: int) -> None:
    """One thing that a person can do now; nothing where QuickBooks would not offer it."""
    finance, documents = bench.books.finance, bench.books.documents()
    estimate, invoices = documents[0], [each for each in documents[1:] if each.state not in ENDED]
    is_open = estimate.state not in ENDED and not estimate.closed
    invoice = invoices[which % len(invoices)] if invoices else None
    match hand:
        case "convert whole" if is_open and not estimate.links:
            finance.convert("1")
        case "convert part" if is_open and estimate.lines:
            line = estimate.lines[which % len(estimate.lines)]
            finance.convert("1", {line.id: usd(f"{cents // 100}.{cents % 100:02}")})
        case "take a line off the estimate" if estimate.lines:
            finance.remove_line("1", estimate.lines[which % len(estimate.lines)].id)
        case "lower" | "raise" | "remove line" | "void" | "delete" | "pay" if invoice is not None:
            _touch(bench, hand, invoice, which, cents)
        case "accept" | "reject" | "reopen" if not estimate.links and estimate.state not in (
            DocumentState.DELETED,
        ):
            states = {"accept": DocumentState.ACCEPTED, "reject": DocumentState.REJECTED}
            finance.answer("1", states.get(hand, DocumentState.DRAFT))
        case "close" if is_open and not estimate.links:
            finance.close("1")
        case "expire" | "put off":
            finance.set_expiry("1", bench.now.date() + timedelta(days=-3 if hand == "expire" else 30))
        case "wait":
            bench.wait(timedelta(days=which).total_seconds())


def _touch(bench: Bench, hand: str, invoice: Document, which: int, cents: int) -> None:
    finance, id_ = bench.books.finance, invoice.external_id
    line = invoice.lines[which % len(invoice.lines)] if invoice.lines else None
    match hand:
        case "void" | "delete":
            getattr(finance, hand)(id_)
        case "pay":
            finance.pay(id_)
        case "remove line" if line is not None:
            finance.remove_line(id_, line.id)
        case "lower" | "raise" if line is not None and line.amount is not None:
            step = usd(f"{cents // 100}.{cents % 100:02}")
            amount = line.amount - step if hand == "lower" else line.amount + step
            finance.edit_line(id_, line.id, max(amount, usd("0.00")))


acts = st.tuples(st.sampled_from(HANDS), st.integers(0, 9), st.integers(1, 80_00))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(acts, max_size=12))
def test_each_work_counts_once_and_nothing_is_written(
    quick_stores: Callable[[], Store], history: list[tuple[str, int, int]]
) -> None:
    bench = _drafted(quick_stores())
    for hand, which, cents in history:
        _act(bench, hand, which, cents)
        bench.wait(60)
        assert bench.plan().actions == ()
        account = bench.store.accounts.account("acme", bench.now)
        for number in (1, 2):
            mine = [each for each in account.claims if f"/epic/1000{number}|" in each.charge_key]
            assert total([claim.amount for claim in mine], "USD") == usd("100.00")
        revision = account.revision
        assert bench.plan().actions == ()
        assert bench.store.accounts.account("acme", bench.now).revision == revision

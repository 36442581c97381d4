"""A backtest says to the cent what an apply then does: upon what is billed, and as if from the start."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sync_bench import GONE, MILESTONE, TWO_PAYERS, Bench, book_of, rules, usd

from mappings.contract.book import reach_of
from model.money import Money, total
from sync.store import Store
from sync.telling.backtest import Backtest, Question, Trial

_AMOUNT = '{{ amount = {{ field = "Amount" }} }}'
_PRICES = (
    _AMOUNT,
    '{{ fixed = "75.50" }}',
    '{{ amount = {{ field = "Amount" }}, discount = "7.5 %" }}',
    '{{ amount = {{ field = "Amount" }}, cap = "250.00" }}',
    '{{ percent = {{ field = "Amount" }} }}',
)


_RETAINAGE = """
[retainage]
hold = "10 %"
item = "Withheld"
release = 2026-02-20
"""
EXAMPLES = int(os.environ.get("MILEPOST_EXAMPLES", "100"))
TERMS = ("", _RETAINAGE, TWO_PAYERS, _RETAINAGE + TWO_PAYERS)


def text_of(
    price: int = 0,
    *,
    group: str = "milestone",
    label: str = "billable",
    review_days: int = 9,
    terms: str = "",
) -> str:
    """A contract with one of the prices; drafts stay writable for some days."""
    milestone = MILESTONE.replace(_AMOUNT, _PRICES[price]).replace('"billable"', f'"{label}"')
    return rules(milestone=milestone, review_days=review_days, more=f'group = "{group}"{terms}')


def tried(bench: Bench, text: str, question: Question = "next") -> Backtest:
    """A backtest of `text` against the bench's rules, from its store alone."""
    edited = book_of(text)
    asked = {"acme-site": reach_of(bench.book.contracts)}
    trial = Trial(bench.store, asked, bench.engine.companies, bench.engine.marker, bench.now)
    return trial.compare(bench.book, edited, question)


def in_books(bench: Bench) -> Money:
    """What all live invoices come to."""
    return total([document.total for document in bench.live()], "USD")


def test_it_shows_what_is_added_removed_and_changed_and_writes_nothing(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[text_of(review_days=0)])
    bench.close(1)
    bench.apply()
    bench.wait(3 * 86400)
    bench.close(2)
    bench.close(3, labels=("chargeable",))
    bench.engine.read()
    both = text_of(1, review_days=0).replace('"billable" }', '["billable", "chargeable"] }')
    wider = tried(bench, both)
    assert [len(each) for each in (wider.added, wider.removed, wider.changed)] == [1, 0, 1]
    (client,) = wider.clients
    assert (client.before, client.after) == (usd("200.00"), usd("251.00"))
    assert client.moved == usd("100.00")  # 24.50 less for one, 75.50 for the other
    narrower = tried(bench, text_of(label="none", review_days=0))
    assert [len(each) for each in (narrower.added, narrower.removed, narrower.changed)] == [0, 1, 0]
    assert {one.code for _, one in narrower.findings} == {"work.rule.none"}
    assert bench.plan().actions[0].amount == usd("100.00")
    assert len(bench.live()) == 1


def test_the_limit_counts_what_moves_and_not_what_is_left_of_it(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[text_of()])
    bench.close(1, "65.50")
    bench.close(2, "85.50")
    bench.engine.read()
    found = tried(bench, text_of(1))
    (client,) = found.clients
    assert client.before == client.after == usd("151.00")
    assert client.moved == usd("20.00")
    assert client.percent == Decimal("13.25")
    assert found.beyond(Decimal("13.2")) == (client,)
    assert found.beyond(Decimal("13.3")) == ()


def test_a_client_that_had_nothing_is_beyond_any_limit(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[text_of(label="none")])
    bench.close(1)
    bench.engine.read()
    found = tried(bench, text_of())
    assert found.clients[0].percent is None
    assert found.beyond(Decimal(1000)) == found.clients


def test_names_that_were_never_asked_for_are_said(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[text_of()])
    bench.close(1)
    bench.engine.read()
    found = tried(bench, text_of().replace('"Amount"', '"Agreed price"'))
    assert found.unread == ("field Agreed price on site acme-site",)


def test_what_would_wait_for_a_person_is_shown_and_is_in_no_figure(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[text_of()])
    bench.close(1)
    bench.close(2)
    bench.engine.read()
    dear = text_of(1).replace("75.50", "100000.01")  # more than the whole contract: a fuse holds each line
    found = tried(bench, dear)
    assert [held.action.amount for held in found.held] == [usd("100000.01")] * 2
    assert (found.added, found.removed, found.changed, found.same) == ((), (), (), 0)
    (client,) = found.clients
    assert (client.before, client.after, client.moved) == (usd("200.00"), usd("0.00"), usd("200.00"))
    assert {one.code for _, one in found.findings} == {"fuse.line"}
    bench.restart(dear)
    bench.apply()
    assert bench.live() == []


def test_money_is_of_the_client_who_is_billed_and_stays_where_it_was_billed(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[text_of(review_days=0)])
    bench.close(1)
    bench.apply()
    bench.close(2)
    bench.engine.read()
    found = tried(bench, text_of(review_days=0, terms=TWO_PAYERS))
    money = {each.client: (each.before, each.after) for each in found.clients}
    assert money == {
        "acme Corp": (usd("200.00"), usd("166.67")),
        "Harbour": (usd("0.00"), usd("33.33")),
    }


EPICS = st.lists(
    st.tuples(
        st.integers(1, 6),
        st.decimals("1", "20", places=2),
        st.sampled_from(["billable", "goodwill", "other"]),
        st.sampled_from(["close", "reopen", "apply", "void", "wait"]),
    ),
    min_size=1,
    max_size=6,
)


def live(bench: Bench, history: list[tuple[int, Decimal, str, str]]) -> None:
    """Let a client's history happen: closings, reopenings, applies, what finance voids, days that pass."""
    for number, amount, label, what in history:
        epic = bench.acme.epics.get(number)
        match what:
            case "close":
                bench.close(number, str(amount), labels=(label,))
            case "reopen" if epic is not None and epic.is_closed:
                bench.reopen(number)
            case "apply":
                bench.apply()
            case "void" if bench.live():
                bench.books.finance.void(bench.live()[0].external_id)
            case "wait":
                bench.wait(86400 * 9)
    bench.engine.read()


def documents(bench: Bench) -> Counter[tuple[str, Money]]:
    """Live invoices by id and total."""
    return Counter((each.external_id, each.total) for each in bench.live())


@pytest.mark.parametrize("question", ["next", "from_start"])
@settings(
    max_examples=max(12, EXAMPLES // 50),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    history=EPICS,
    before=st.sampled_from([0, 2, 3, 4]),
    after=st.integers(0, len(_PRICES) - 1),
    group=st.sampled_from(["milestone", "phase", "run", "month"]),
    label=st.sampled_from(["billable", "other"]),
    terms=st.tuples(st.sampled_from(TERMS), st.sampled_from(TERMS)),
)
def test_its_figures_are_those_of_really_applying(
    quick_stores: Callable[[], Store],
    question: Question,
    history: list[tuple[int, Decimal, str, str]],
    before: int,
    after: int,
    group: str,
    label: str,
    terms: tuple[str, str],
) -> None:
    bench = Bench(quick_stores(), texts=[text_of(before, terms=terms[0])])
    edited = text_of(after, group=group, label=label, terms=terms[1])
    live(bench, history)
    found = tried(bench, edited, question)
    assume(not found.unread)
    if question == "from_start":
        fresh = Bench(quick_stores(), texts=[edited])
        fresh.now = bench.now
        for epic in bench.acme.epics.values():
            fresh.acme.show(epic)
        bench = fresh
    written = documents(bench)
    bench.restart(edited)
    planned = {action.document_key: action.amount for action in bench.plan().actions}
    bench.apply()
    assert sum((each.after.minor for each in found.clients), 0) == in_books(bench).minor
    differing = {each.document_key: each.amount for each in found.added}
    differing |= {each.document_key: each.amount for _, each in found.changed}
    assert differing.items() <= planned.items()
    assert len(planned) == len(differing) + found.same
    if not planned:
        assert documents(bench) == written
    assert all(each.state not in GONE for each in bench.live())

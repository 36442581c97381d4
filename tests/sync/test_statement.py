"""Where a contract stands: its figures follow from what is billed and from what the plan would bill."""

from __future__ import annotations

from sync_bench import Bench, rules, usd

from sync.store import Store
from sync.telling.explained import statement_json
from sync.telling.work import explain_work, state_contract

ORDER = """
[[change_order]]
id = "CO-1"
on = 2026-02-02
value = "+8000.00"
approved_by = "Jo Hart"
reason = "second language"
"""


def test_the_statement_moves_from_this_bill_to_billed(store: Store) -> None:
    bench = Bench(store, texts=[rules() + ORDER])
    bench.close(1, "1000.00")
    before = state_contract(store, bench.plan(), "ACME", bench.now)
    bench.apply()
    after = state_contract(store, bench.plan(), "acme", bench.now)
    assert before is not None
    assert after is not None
    figures = ("original", "changes", "revised", "billed", "this_bill", "balance")
    assert [str(getattr(before, each).decimal) for each in figures] == [
        "100000.00", "8000.00", "108000.00", "0.00", "9000.00", "99000.00",
    ]  # fmt: skip
    assert [str(getattr(after, each).decimal) for each in figures[3:]] == ["9000.00", "0.00", "99000.00"]
    told = statement_json(after)
    assert told["balance"] == {"amount": "99000.00", "currency": "USD"}
    assert [order["id"] for order in told["orders"]] == ["CO-1"]


def test_nothing_but_a_contract_has_a_statement(store: Store) -> None:
    bench = Bench(store)
    assert state_contract(store, bench.plan(), "ACME-1", bench.now) is None


DEPOSIT = """
[deposit]
amount = "500.00"
item = "Advances"
draw = "full"
"""


def test_the_deposit_shows_what_was_received_drawn_and_is_available(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[rules(more=DEPOSIT)])
    bench.apply()
    bench.books.finance.pay("1", usd("400.00"))
    bench.close(1, "270.00")
    bench.apply()
    plan = bench.plan()
    stated = state_contract(quick_store, plan, "acme", bench.now)
    assert stated is not None
    assert statement_json(stated)["deposit"] == {
        "received": {"amount": "400.00", "currency": "USD"},
        "drawn": {"amount": "270.00", "currency": "USD"},
        "available": {"amount": "130.00", "currency": "USD"},
    }
    (told,) = explain_work(bench.engine, plan, "deposit", bench.now)
    assert told.explanation.steps[-1] == "received 400.00 USD, drawn 270.00 USD: 130.00 USD is available"


def test_a_contract_without_a_deposit_shows_none(quick_store: Store) -> None:
    bench = Bench(quick_store)
    stated = state_contract(quick_store, bench.plan(), "acme", bench.now)
    assert stated is not None
    assert statement_json(stated)["deposit"] is None

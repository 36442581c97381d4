"""Where a contract stands: its figures follow from what is billed and from what the plan would bill."""

from __future__ import annotations

from sync_bench import Bench, rules

from sync.store import Store
from sync.telling.explained import statement_json
from sync.telling.work import state_contract

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

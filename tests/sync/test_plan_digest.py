"""The digest that an approval names: it moves with everything that would be written, and with nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from plan_cases import Case, planned
from sync_bench import Bench, usd

from sync.planning.actions import Action, ContractPlan
from sync.planning.plan import digest

CREATE = {"name": "", "work": [{"epic": "ACME-1", "amount": "100.00"}]}
UPDATE = {
    "name": "",
    "work": [{"epic": "ACME-1", "amount": "150.00"}],
    "books": [{"invoice": "ACME-1#1", "state": "draft", "claimed": "100.00"}],
}


def changed(plan: ContractPlan, change: Callable[[Action], Action]) -> ContractPlan:
    return replace(plan, actions=tuple(change(action) for action in plan.actions))


def on_the_draft(**values: object) -> Callable[[Action], Action]:
    def change(action: Action) -> Action:
        assert action.draft is not None
        return replace(action, draft=replace(action.draft, **values))  # type: ignore[arg-type]

    return change


def on_the_line(**values: object) -> Callable[[Action], Action]:
    def change(action: Action) -> Action:
        assert action.draft is not None
        (line,) = action.draft.lines
        return replace(action, draft=replace(action.draft, lines=(replace(line, **values),)))  # type: ignore[arg-type]

    return change


@pytest.mark.parametrize(
    "change",
    [
        on_the_draft(invoice_date=date(2026, 2, 28)),
        on_the_draft(client="Globex"),
        on_the_draft(terms="Net 60"),
        on_the_draft(memo="Purchase order PO-2"),
        on_the_line(amount=usd("100.01"), unit_price=Decimal("100.01")),
        on_the_line(quantity=Decimal(2), unit_price=Decimal(50)),
        on_the_line(text="ACME-1 renamed"),
        on_the_line(item="Licences"),
        on_the_line(klass="Web"),
        on_the_line(tax_code="TAX"),
        on_the_line(service_on=date(2026, 2, 2)),
        on_the_line(rule="another rule"),
        on_the_line(share=Decimal(10)),
    ],
)
def test_the_digest_moves_with_every_date_line_and_amount(change: Callable[[Action], Action]) -> None:
    plan = planned(Case("", CREATE))
    assert digest([changed(plan, change)]) != digest([plan])


def test_the_digest_moves_with_the_rules_and_with_the_document_that_would_be_written_on() -> None:
    plan = planned(Case("", UPDATE))
    assert plan.actions
    assert digest([replace(plan, rule_version="another")]) != digest([plan])
    assert digest([changed(plan, lambda action: replace(action, base_version="4"))]) != digest([plan])
    assert digest([changed(plan, lambda action: replace(action, external_id="99"))]) != digest([plan])


def test_the_digest_does_not_move_with_the_order_of_contracts_or_with_what_is_only_said() -> None:
    plan = planned(Case("", CREATE))
    other = replace(plan, contract="beta")
    assert digest([plan, other]) == digest([other, plan])
    assert digest([replace(plan, findings=(), positions=(), revision=99)]) == digest([plan])


def test_the_digest_does_not_move_with_the_clock(bench: Bench) -> None:
    bench.close(1)
    before = bench.plan().digest
    bench.wait(timedelta(hours=3).total_seconds())
    assert bench.plan().digest == before


def test_the_digest_is_the_same_for_another_engine_on_the_same_store(bench: Bench) -> None:
    bench.close(1)
    before = bench.plan().digest
    bench.restart()
    assert bench.plan().digest == before


def test_the_digest_moves_when_the_work_does(bench: Bench) -> None:
    bench.close(1)
    seen = {bench.plan().digest}
    bench.price(1, "100.01")
    seen.add(bench.plan().digest)
    bench.close(2)
    seen.add(bench.plan().digest)
    assert len(seen) == 3

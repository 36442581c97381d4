"""What waits for a person takes those writes with it that count on its money."""

from __future__ import annotations

from test_fuse import action, withdrawal

from model.finding import Finding
from sync.planning.actions import Action, ContractPlan
from sync.planning.holding import hold

BLOWN = Finding("fuse.run", "acme", "too much in one go", "look", "finance", "acme|fuse")


def plan(*actions: Action) -> ContractPlan:
    return ContractPlan("acme", "v1", 1, actions, (), ())


def test_what_may_count_on_a_fee_that_becomes_less_waits_when_that_waits() -> None:
    less, more = withdrawal(1, "600.00"), action(2, "100.00")
    held = hold(plan(less, more), {less.document_key: [BLOWN]})
    assert (held.actions, [each.action for each in held.held]) == ((), [less, more])


def test_what_bills_more_and_waits_holds_nothing_else() -> None:
    less, more = withdrawal(1, "600.00"), action(2, "100.00")
    held = hold(plan(less, more), {more.document_key: [BLOWN]})
    assert held.actions == (less,)

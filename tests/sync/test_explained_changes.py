"""For whatever is not billed, explain names the smallest change that would bill it, or the day on which it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from plan_cases import cases, judged
from sync_bench import MILESTONE, Bench, Epic, rules

from mappings.explain import explain
from model.work import Board
from sync.deciding.take import Wish, take
from sync.store import Store
from sync.telling.work import explain_work

SPRINTS = """
[[milestone]]
rule = "sprints"
phase = "delivery"
work = {{ sprints = {{ board = "Team" }} }}
price = {{ per_issue = "500.00" }}
"""
_AMOUNT = '{{ amount = {{ field = "Amount" }} }}'


def change_of(bench: Bench, key: str) -> tuple[str, str]:
    """Code and change of one epic by what was read last."""
    (found,) = explain_work(bench.engine, bench.plan(), key, bench.now)
    return found.explanation.code, found.explanation.change


@pytest.mark.parametrize("case", cases(), ids=str)
def test_no_case_leaves_a_person_without_a_next_step(case) -> None:
    for verdict in judged(case):
        told = explain(verdict, ())
        assert bool(told.change) == (verdict.outcome != "due"), verdict.code


def test_a_month_that_gathers_says_when_it_is_billed(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[rules(more='group = "month"')])
    bench.close(1)
    code, change = change_of(bench, "ACME-1")
    assert code == "due"
    assert "its month is billed after 2026-03-01" in change


def test_an_expense_says_on_which_day_it_is_billed(quick_store: Store) -> None:
    expense = '[[expense]]\nid = "licences"\non = 2026-03-20\namount = "40.00"\ntext = "Licences"\napproved_by = "them"'
    bench = Bench(quick_store, texts=[rules(more=expense)])
    bench.engine.read()
    assert change_of(bench, "expense:licences") == ("expense.waiting", "it is billed on 2026-03-20")


def test_an_issue_that_missed_every_sprint_is_found_by_its_key(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[rules(milestone=SPRINTS)])
    bench.acme.tracker.site = replace(bench.acme.tracker.site, boards=(Board("7", "Team", "scrum", "1"),))
    bench.acme.tracker.put(*Epic(1, child="done").issues("acme"))
    bench.engine.read()
    assert change_of(bench, "team")[0] == "sprint.outside"
    _, found = explain_work(bench.engine, bench.plan(), "acme-501", bench.now)  # beside its epic
    assert "close them in a sprint" in found.explanation.change


def test_a_cap_that_cuts_says_what_would_bill_the_rest_also_while_a_part_is_planned(
    quick_store: Store,
) -> None:
    capped = MILESTONE.replace(_AMOUNT, '{{ amount = {{ field = "Amount" }}, cap = "120.00" }}')
    bench = Bench(quick_store, texts=[rules(milestone=capped)])
    for number in (1, 2, 3):
        bench.wait(60)
        bench.close(number)
    assert change_of(bench, "ACME-1") == ("due", "")
    code, change = change_of(bench, "ACME-2")
    assert (code, "agree on a higher cap" in change) == ("due", True)
    code, change = change_of(bench, "ACME-3")
    assert (code, "agree on a higher cap" in change) == ("cap.reached", True)


@pytest.mark.parametrize(
    ("milestone", "more", "code", "said"),
    [
        (
            MILESTONE.replace('"billable"', '"chargeable"'),
            {},
            "rule.none",
            "add the label 'chargeable' on ACME-1",
        ),
        (MILESTONE, {"amount": None}, "field.missing", "fill in 'Amount' on ACME-1"),
        (MILESTONE, {"amount": "lots"}, "field.invalid", "correct 'Amount' on ACME-1"),
        (MILESTONE, {"child": "open"}, "children.open", "close or move ACME-"),
        (
            MILESTONE,
            {"resolution": "Duplicate"},
            "excluded.resolution",
            "close ACME-1 with a resolution that counts as delivered",
        ),
        (
            MILESTONE,
            {"labels": ("goodwill",)},
            "excluded.rule",
            "narrow [[exclude]] 'goodwill' (contract.toml:22), or take it out; add the label",
        ),
        (
            MILESTONE.replace(_AMOUNT, '{{ amount = {{ field = "Amuont" }} }}'),
            {},
            "field.missing",
            "correct the rule in contract.toml:16",
        ),
        (
            MILESTONE + 'accept = {{ field = "Amount", is = "1" }}\n',
            {},
            "accept.missing",
            "set 'Amount' to '1' on ACME-1 when the client has accepted it",
        ),
    ],
)
def test_each_code_has_its_change(
    quick_store: Store, milestone: str, more: dict[str, object], code: str, said: str
) -> None:
    bench = Bench(quick_store, texts=[rules(milestone=milestone)])
    bench.close(1, **more)  # type: ignore[arg-type]
    found, change = change_of(bench, "ACME-1")
    assert (found, said in change) == (code, True), change


def test_all_that_is_in_the_way_is_named_and_nothing_that_is_not(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[rules()])
    bench.acme.show(Epic(1, amount=None, labels=(), child="open"))
    bench.engine.read()
    (found,) = explain_work(bench.engine, bench.plan(), "ACME-1", bench.now)
    assert len(found.explanation.changes) == 4
    assert found.explanation.left == ""
    assert found.explanation.change == "; ".join(found.explanation.changes)
    bench.acme.show(Epic(1, labels=("billable",), turns=(bench.now,), child="done"))
    bench.engine.read()
    (found,) = explain_work(bench.engine, bench.plan(), "ACME-1", bench.now)
    assert (found.explanation.outcome, found.explanation.changes) == ("due", ())


def test_a_tie_names_both_rules_with_their_lines(quick_store: Store) -> None:
    second = MILESTONE.replace('"billable epics"', '"all of a type"').replace("label", "type")
    bench = Bench(quick_store, texts=[rules(milestone=MILESTONE + second.replace('"billable"', '"Epic"'))])
    bench.close(1)
    code, change = change_of(bench, "ACME-1")
    assert code == "rule.tie"
    assert "'billable epics' (contract.toml:" in change
    assert "'all of a type' (contract.toml:" in change


def test_a_change_order_that_no_bill_can_bear_says_so(quick_store: Store) -> None:
    order = '[[change_order]]\nid = "CO-2"\non = 2026-01-20\nvalue = "-70000.00"\napproved_by = "them"\nreason = "r"'
    bench = Bench(quick_store)
    bench.close(1, "60000.00")
    bench.apply()
    bench.restart(rules(more=order))
    bench.engine.read()
    (found,) = explain_work(bench.engine, bench.plan(), "change:CO-2", bench.now)
    assert "so much can never be taken off a bill: " in found.explanation.change


ORDERED = MILESTONE.replace('amount = {{ field = "Amount" }}', 'percent = "60 %"')
ORDERS = """
[[milestone]]
rule = "the rest"
phase = "closeout"
work = { acceptance = "end" }
price = { percent = "40 %" }
final = true

[[change_order]]
id = "CO-1"
on = 2026-02-01
value = "+90.00"
applies = "remaining"
approved_by = "them"
reason = "a second language"

[[change_order]]
id = "CO-2"
on = 2026-02-01
value = "-10.00"
applies = "remaining"
when = { epic = "ACME-1" }
approved_by = "them"
reason = "less scope"

[[change_order]]
id = "CO-3"
on = 2026-06-01
value = "+5.00"
approved_by = "them"
reason = "a charge"
"""


@pytest.mark.parametrize("name", ["CO-1", "co-1", "change:CO-1"])
def test_an_order_for_what_remains_is_explained_by_its_name_once_it_is_in_force(
    quick_store: Store, name: str
) -> None:
    bench = Bench(quick_store, texts=[rules(milestone=ORDERED, more=ORDERS)])
    bench.engine.read()
    (found,) = explain_work(bench.engine, bench.plan(), name, bench.now)
    told = found.explanation
    assert (told.title, told.outcome, told.change) == ("Change order CO-1: a second language", "in force", "")
    assert told.steps[1] == (
        "change order of +90.00 USD agreed on 2026-02-01, approved by them: a second language"
    )
    assert told.steps[2].startswith("in force since 2026-02-01 05:00 UTC: it changes what the percents")


def test_an_order_for_what_remains_that_waits_says_for_what(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[rules(milestone=ORDERED, more=ORDERS)])
    bench.engine.read()
    assert change_of(bench, "CO-2") == ("change.waiting", "it comes into force when ACME-1 is closed")
    bench.close(1)
    (found,) = explain_work(bench.engine, bench.plan(), "CO-2", bench.now)
    assert found.explanation.outcome == "in force"


def test_an_order_of_its_own_is_found_by_its_bare_name(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[rules(milestone=ORDERED, more=ORDERS)])
    bench.engine.read()
    assert change_of(bench, "CO-3") == change_of(bench, "change:CO-3") != ("", "")


def test_work_that_finance_declined_says_so_until_a_person_leaves_it_so(quick_store: Store) -> None:
    bench = Bench(quick_store, texts=[rules()])
    bench.close(1)
    bench.apply()
    bench.books.finance.void("1")
    bench.apply()
    (found,) = explain_work(bench.engine, bench.plan(), "ACME-1", bench.now)
    assert found.explanation.outcome == "declined by finance; a decision is due"
    assert any(step.endswith("100.00 USD, ended by finance") for step in found.explanation.steps)
    take(bench.engine, Wish("ACME-1", "keep", "", "ada", "as agreed"))
    (found,) = explain_work(bench.engine, bench.plan(), "ACME-1", bench.now)
    assert found.explanation.outcome == "declined by finance, and left so by decision"

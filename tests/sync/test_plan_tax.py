"""What tax codes keep off a bill: an invoice never comes to less than nothing with its tax."""

from __future__ import annotations

from plan_cases import Case, in_words, planned, sentences

ABROAD = """
tax_code = "TAX"
[[milestone]]
rule = "abroad"
phase = "delivery"
work = { epics = { project = "ACME", label = "abroad" } }
price = { fixed = "300.00" }
tax_code = "NON"
[[change_order]]
id = "CO-1"
on = 2026-02-01
value = "-40.00"
approved_by = "Jo"
reason = "less"
"""


def case(*labels: str) -> Case:
    work = [
        {"epic": f"ACME-{number}", "label": label, "amount": "100.00"}
        for number, label in enumerate(labels, 1)
    ]
    return Case("tax", {"name": "tax", "contract": {"more": ABROAD}, "work": work})


def test_a_change_order_is_not_taken_off_work_of_another_tax_code_and_that_is_said() -> None:
    plan = planned(case("abroad"))
    assert in_words(plan)["does"] == ["create ACME-1#1 to 300.00"]
    assert in_words(plan)["says"] == ["change:CO-1 tax.below_zero, admin"]
    assert "-40.00 USD with 'TAX' would take acme|acme-cloud/epic/10001|fee#1 below zero" in sentences(plan)


def test_it_goes_on_the_first_bill_of_its_own_tax_code() -> None:
    plan = planned(case("abroad", "billable"))
    assert in_words(plan)["does"] == [
        "create ACME-1#1 to 300.00",
        "create ACME-2#1: ACME-2 to 100.00, change:CO-1 to -40.00",
    ]
    assert in_words(plan)["says"] == []

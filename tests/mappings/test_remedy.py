"""What would bill work is found by trying it: each step named is needed, and after all of them the work is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from acme import (
    AMOUNT,
    BILLING,
    HEAD,
    NOW,
    ZONE,
    claim,
    contract,
    day,
    epic,
    issue,
    milestone,
    mirror,
    sprint,
    version,
)

from mappings.contract.book import RuleBook
from mappings.contract.rules import Contract
from mappings.remedy.search import Remedy, remedy
from mappings.remedy.world import World
from model.work import Issue, Sprint, Version

LABELLED = '{ epics = { project = "ACME", label = "billable" } }'
FIXED = '{ fixed = "5.00" }'
BY_FIELD = '{ percent = { field = "Billing %" } }'
ACCEPT = 'accept = { field = "Client accepted", is = "Yes" }'


def world_of(rules: Contract, *work: Issue | Sprint | Version, others: Sequence[Contract] = ()) -> World:
    book = RuleBook(tuple(sorted((rules, *others), key=lambda each: each.id)))
    known = {each.version: each for each in book.contracts}
    return World(rules, book, mirror(*work), known, (), (), ZONE, NOW)


def found(world: World, key: str) -> Remedy:
    (verdict,) = (each for each in world.verdicts() if each.key == key)
    assert verdict.outcome != "due"
    return remedy(verdict, world)


def test_all_that_is_in_the_way_is_found_in_its_order() -> None:
    rules = contract(milestone(LABELLED, BY_FIELD, ACCEPT))
    work = (epic(1), issue(2, parent=1), issue(3, parent=1, closed=day(1)))
    assert found(world_of(rules, *work), "ACME-1") == Remedy(
        (
            "close ACME-1",
            "add the label 'billable' on ACME-1",
            'close or move ACME-2 (or let the contract say open_children = "bill")',
            "set 'Client accepted' to 'Yes' on ACME-1 when the client has accepted it",
            "fill in 'Billing %' on ACME-1",
        ),
        "",
    )


STEPS = {
    "a resolution": (LABELLED, FIXED, {"resolution": "Duplicate", "labels": ["billable"]}, 1),
    "two words": ('{ epics = { project = "ACME", label = "x", component = "y" } }', FIXED, {}, 1),
    "a field that is no number": (
        LABELLED,
        BY_FIELD,
        {"fields": {BILLING: "a lot"}, "labels": ["billable"]},
        1,
    ),
    "a word and a field": (LABELLED, BY_FIELD, {}, 2),
    "a summary": ('{ epics = { project = "ACME", summary = "Pay*" } }', FIXED, {}, 1),
}


@pytest.mark.parametrize("case", STEPS)
def test_after_the_steps_nothing_is_left(case: str) -> None:
    work, price, more, steps = STEPS[case]
    told = found(world_of(contract(milestone(work, price)), epic(1, closed=day(1), **more)), "ACME-1")
    assert (len(told.steps), told.left) == (steps, "")


def test_words_that_fail_are_told_together() -> None:
    work = '{ epics = { project = "ACME", label = "x", component = "y", "Client accepted" = "Yes" } }'
    told = found(world_of(contract(milestone(work, FIXED)), epic(1, closed=day(1), labels=["z"])), "ACME-1")
    assert told.steps == (
        "add the label 'x', add the component 'y' and set 'Client accepted' to 'Yes' on ACME-1",
    )


def test_a_tie_names_every_rule_with_its_place_and_goes_on_with_one_of_them() -> None:
    rules = contract(
        milestone(LABELLED, BY_FIELD, rule="a")
        + milestone('{ epics = { project = "ACME", component = "c" } }', FIXED, rule="b")
    )
    other = contract(milestone(LABELLED, FIXED, rule="theirs"), head=HEAD.replace('"acme"', '"zeta"'))
    tied = replace(epic(1, closed=day(1), labels=["billable"]), components=("c",))
    told = found(world_of(rules, tied, others=[other]), "ACME-1")
    lines = [rule.line for rule in rules.milestones]
    assert told.steps == (
        f"narrow the rules so that one is left: 'a' (acme.toml:{lines[0]}), 'b' (acme.toml:{lines[1]}), "
        f"'theirs' of contract 'zeta' (acme.toml:{lines[0]})",
        "fill in 'Billing %' on ACME-1",
    )
    assert told.left == ""


def test_an_exclusion_is_named_with_its_place() -> None:
    exclude = f'[[exclude]]\nrule = "favour"\nwork = {LABELLED}\nreason = "r"\n'
    rules = contract(milestone('{ epics = { project = "ACME" } }', FIXED) + exclude)
    told = found(world_of(rules, epic(1, closed=day(1), labels=["billable"])), "ACME-1")
    (line,) = (each.line for each in rules.exclusions)
    assert told == Remedy((f"narrow [[exclude]] 'favour' (acme.toml:{line}), or take it out",), "")


def test_an_exclusion_in_a_place_that_no_rule_names_leaves_a_rule_to_be_added() -> None:
    exclude = '[[exclude]]\nrule = "ours"\nwork = { epics = { project = "BETA" } }\nreason = "r"\n'
    rules = contract(milestone(LABELLED, FIXED) + exclude)
    told = found(world_of(rules, epic(1, closed=day(1), project=("2", "BETA"))), "BETA-1")
    assert len(told.steps) == 1
    assert told.left == "no rule of the contract is for it: add one"


def test_a_sprint_and_a_version_are_ended_and_estimated() -> None:
    points = milestone('{ sprints = { board = "ACME board" } }', '{ per_point = "2.00" }')
    running = sprint(1, start=day(1), completed=None)
    story = issue(2, sprints=["1"], closed=day(2))
    told = found(world_of(contract(points), running, story), "sprint-1")
    assert told == Remedy(("complete the sprint 'Sprint 1'", "estimate ACME-2"), "")
    release = contract(milestone('{ version = { project = "ACME", name = "1.0" } }', FIXED))
    told = found(world_of(release, version(1, "1.0"), issue(2, versions=["1"])), "version-1")
    assert told.steps[0] == "release it in Jira"
    assert told.left == ""


def test_an_acceptance_is_recorded() -> None:
    rules = contract(milestone('{ epic = "ACME-1" }', FIXED, "accept = { recorded = true }"))
    told = found(world_of(rules, epic(1)), "ACME-1")
    assert told == Remedy(('record what is accepted: [[accepted]] of = "ACME-1"',), "")


def test_what_only_a_person_or_a_day_can_change_is_left() -> None:
    early = epic(1, closed=day(1), labels=["billable"])
    rules = contract(milestone(LABELLED, FIXED), head=HEAD.replace("2026-01-01", "2026-12-01"))
    told = found(world_of(rules, early), "ACME-1")
    assert told == Remedy((), "bill it by hand if it is owed")
    yearly = contract(milestone('{ date = 2030-06-01, id = "yearly" }', FIXED))
    assert found(world_of(yearly), "yearly") == Remedy((), f"it is billed on {date(2030, 6, 1)}")


def test_what_is_left_after_the_known_steps_is_said() -> None:
    rules = contract(milestone(LABELLED, '{ fixed = "5.00", cap = "0.00" }'))
    told = found(world_of(rules, epic(1, labels=["billable"])), "ACME-1")
    assert told.steps == ("close ACME-1",)
    assert "agree on a higher cap" in told.left


def test_work_that_nobody_pays_for_is_given_the_words_of_the_nearest_payer() -> None:
    payers = (
        '[[payer]]\nname = "labs"\nclient = "Labs"\nwhen = { label = "labs", component = "Search" }\n'
        '[[payer]]\nname = "ads"\nclient = "Ads"\nwhen = { "Client accepted" = "Yes", label = "a", component = "b" }\n'
    )
    rules = contract(payers + milestone(LABELLED, FIXED))
    told = found(world_of(rules, epic(1, closed=day(1), labels=["billable", "labs"])), "ACME-1")
    step = (
        "add the component 'Search' on ACME-1, so that payer 'labs' pays for it; "
        "or add a [[payer]] of such work to acme.toml"
    )
    assert told == Remedy((step,), "")


def test_a_step_that_would_change_nothing_for_what_is_billed_is_not_told() -> None:
    """It was billed by a rule that reads another field than the present one does."""
    former, now = (
        contract(milestone(LABELLED, '{ amount = { field = "Amount" } }')),
        contract(milestone(LABELLED, BY_FIELD)),
    )
    seen = epic(1, closed=day(1), labels=["billable"], fields={AMOUNT: "70.00"})
    (before,) = world_of(former, seen).verdicts()
    assert before.charge is not None
    emptied = world_of(now, replace(seen, fields={}))
    recorded = {**emptied.recorded, former.version: former}
    told = found(replace(emptied, claims=(claim(before.charge),), recorded=recorded), "ACME-1")
    assert told == Remedy((), "fill in 'Amount' on ACME-1")


def test_asking_changes_nothing_of_what_was_seen() -> None:
    world = world_of(contract(milestone(LABELLED, BY_FIELD, ACCEPT)), epic(1), issue(2, parent=1))
    before = world.verdicts()
    found(world, "ACME-1")
    assert world.verdicts() == before


def test_a_field_that_no_project_has_is_said_where_it_is_asked() -> None:
    payer = '[[payer]]\nname = "org"\nclient = "Org"\nwhen = { Organizations = "Kuwait Oil" }\n'
    world = world_of(
        contract(payer + milestone(LABELLED, FIXED)), epic(1, closed=day(1), labels=["billable"])
    )
    (verdict,) = world.verdicts()
    assert verdict.reason.endswith(
        "does where 'Organizations' is 'Kuwait Oil' (it is unknown: there is no field 'Organizations' in project ACME)"
    )

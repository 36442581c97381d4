"""Work that several payers would pay for alone is told what leaves each of them; done so, that one is billed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from acme import ACCEPTED, EPICS, contract, day, epic, judged, milestone, mirror
from test_remedy import found, world_of

from mappings.contract.rules import Contract
from model.work import Issue

FIXED = '{ fixed = "5.00" }'


def payer(name: str, when: str = "") -> str:
    return f'[[payer]]\nname = "{name}"\nclient = "{name} Ltd"\n' + (f"when = {{ {when} }}\n" if when else "")


def paid_by(rules: Contract, issue: Issue) -> list[str]:
    return [part.payer for part in judged(rules, mirror(issue))[issue.key].parts]


def told(rules: Contract, issue: Issue) -> list[str]:
    """The ways out, of which any alone bills the work."""
    assert judged(rules, mirror(issue))[issue.key].code == "payer.tie"
    remedy = found(world_of(rules, issue), issue.key)
    (step,) = remedy.steps
    assert remedy.left == ""
    return step.split("; or ")


LABS, ADS, MAIN = (
    payer("labs", 'label = "labs"'),
    payer("ads", 'component = ["Ads", "Search"]'),
    payer("main"),
)
BOTH = replace(epic(1, closed=day(3), labels=["Labs", "x"]), components=("Search",))


def test_each_payer_is_told_with_the_words_of_the_others_that_go_off_the_issue() -> None:
    rules = contract(LABS + ADS + milestone(EPICS, FIXED))
    assert told(rules, BOTH) == [
        "take the component 'Search' off ACME-1, so that payer 'labs' alone pays for it",
        "take the label 'Labs' off ACME-1, so that payer 'ads' alone pays for it",
    ]
    assert paid_by(rules, replace(BOTH, components=())) == ["labs"]
    assert paid_by(rules, replace(BOTH, labels=("x",))) == ["ads"]


def test_who_pays_for_all_work_is_narrowed_by_name_and_line_or_left_alone() -> None:
    rules = contract(MAIN + LABS + milestone(EPICS, FIXED))
    line = rules.payer("main").line
    assert told(rules, BOTH) == [
        "take the label 'Labs' off ACME-1, so that payer 'main' alone pays for it",
        f"give [[payer]] 'main' (acme.toml:{line}) a when, so that payer 'labs' alone pays for it",
    ]
    narrowed = contract(payer("main", 'label = "main"') + LABS + milestone(EPICS, FIXED))
    assert paid_by(narrowed, BOTH) == ["labs"]


def test_of_a_field_with_several_values_only_those_by_which_the_other_pays_are_named() -> None:
    words = '"Client accepted" = ["{}", "both"]'
    rules = contract(
        payer("labs", words.format("Labs")) + payer("ads", words.format("Ads")) + milestone(EPICS, FIXED)
    )
    asked = replace(epic(1, closed=day(3)), fields={ACCEPTED: ("labs", "Other", "Ads")})
    assert told(rules, asked) == [
        "take 'Ads' out of 'Client accepted' on ACME-1, so that payer 'labs' alone pays for it",
        "take 'labs' out of 'Client accepted' on ACME-1, so that payer 'ads' alone pays for it",
    ]
    assert paid_by(rules, replace(asked, fields={ACCEPTED: ("labs", "Other")})) == ["labs"]
    assert paid_by(rules, replace(asked, fields={ACCEPTED: ("Other", "Ads")})) == ["ads"]


def test_a_word_that_the_rule_needs_stays_and_the_file_is_narrowed() -> None:
    rules = contract(LABS + ADS + milestone('{ epics = { project = "ACME", label = "labs" } }', FIXED))
    line = rules.payer("labs").line
    assert told(rules, BOTH) == [
        "take the component 'Search' off ACME-1, so that payer 'labs' alone pays for it",
        f"narrow the when of [[payer]] 'labs' (acme.toml:{line}), so that payer 'ads' alone pays for it",
    ]
    narrowed = contract(
        payer("labs", 'label = "labs", component = "Labs"')
        + ADS
        + milestone('{ epics = { project = "ACME", label = "labs" } }', FIXED)
    )
    assert paid_by(narrowed, BOTH) == ["ads"]


@pytest.mark.parametrize("kept", ["labs", "ads", "main"])
def test_of_three_each_may_be_the_one(kept: str) -> None:
    rules = contract(LABS + ADS + MAIN + milestone(EPICS, FIXED))
    ways = told(rules, BOTH)
    assert [way for way in ways if way.endswith(f"so that payer {kept!r} alone pays for it")] != []
    assert len(ways) == 3

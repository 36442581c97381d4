"""Ties and rules that never bill, as far as words alone prove them: neither missed nor made up, and found fast."""

from __future__ import annotations

from pathlib import Path

import pytest
from acme import HEAD, milestone

from mappings.check.names import check, notices
from mappings.contract.works import EpicsWork, EpicWork, MatchTable, SprintsWork, Work
from mappings.lint.pairs import pairs
from mappings.load import load_folder
from mappings.starter.proof import problems_with

FIXED = '{ fixed = "1.00" }'


def epics(words: str, project: str = '"ACME"') -> str:
    return f"{{ epics = {{ project = {project}{', ' + words if words else ''} }} }}"


def sprints(name: str, board: str = "B") -> str:
    return f'{{ sprints = {{ board = "{board}", name = "{name}" }} }}'


def versions(name: str) -> str:
    return f'{{ versions = {{ project = "ACME", name = "{name}" }} }}'


def exclude(work: str, rule: str = "not this") -> str:
    return f'[[exclude]]\nrule = "{rule}"\nwork = {work}\nreason = "r"\n'


def told(folder: Path, *contracts: str) -> list[str]:
    """The messages of all problems of contracts a, b and so on, each rules below a head of its own."""
    for file in folder.glob("*.toml"):
        file.unlink()
    for letter, rules in zip("abc", contracts, strict=False):
        head, _, own = rules.rpartition("\0")
        (folder / f"{letter}.toml").write_text((head or HEAD).replace('"acme"', f'"{letter}"') + own)
    return [problem.message for problem in load_folder(folder).problems]


def two(one: str, other: str) -> str:
    return milestone(one, FIXED, rule="one") + milestone(other, FIXED, rule="two")


TIED = {
    "a pattern within a pattern": (sprints("KSUP *"), sprints("KSUP Sprint *")),
    "a name that a pattern fits": (sprints("Sup*"), sprints("Support 1")),
    "the wider pattern later": (sprints("Support *"), sprints("sup*")),
    "patterns of versions": (versions("2.*"), versions("2.1*")),
    "a version that a pattern fits": ('{ version = { project = "ACME", name = "2.0" } }', versions("2.*")),
    "patterns of summaries": (epics('summary = "Pay*"'), epics('summary = "Payments"')),
    "a word beside all": (epics(""), epics('label = "x"')),
    "a label that both lists have": (epics('label = ["a", "b"]'), epics('label = ["b", "c"]')),
    "a project that both lists have": (epics("", '["ACME", "BETA"]'), epics('type = "Epic"', '["BETA"]')),
    "all words and one more": (
        epics('label = "x", Team = "Red"'),
        epics('label = "X", Team = "red", type = "Bug"'),
    ),
    "one epic beside all": (epics(""), '{ epic = "ACME-7" }'),
}
APART = {
    "other labels": (epics('label = "a"'), epics('label = "b"')),
    "a label and a component": (epics('label = "a"'), epics('component = "b"')),
    "other projects": (epics(""), epics("", '"BETA"')),
    "other boards": (sprints("*"), sprints("*", "C")),
    "patterns that no name fits": (sprints("A*"), sprints("B*")),
    "patterns that a name may fit": (sprints("* API"), sprints("Support *")),
    "an epic beside words": (epics('label = "a"'), '{ epic = "ACME-7" }'),
    "types that exclude each other": (epics('label = "a", type = "X"'), epics('label = "a", type = "Y"')),
}


@pytest.mark.parametrize("case", TIED)
def test_a_tie_that_words_prove_is_a_problem(tmp_path: Path, case: str) -> None:
    assert told(tmp_path, two(*TIED[case])) == ["rule 'two' and rule 'one' reach the same work"]
    one, other = (milestone(work, FIXED) for work in TIED[case])
    (across,) = told(tmp_path, one, other)
    assert across.startswith("rule 'work' reaches the same work as 'work' of contract 'a'")


@pytest.mark.parametrize("case", APART)
def test_what_words_do_not_prove_is_none(tmp_path: Path, case: str) -> None:
    assert told(tmp_path, two(*APART[case])) == []
    assert told(tmp_path, *(milestone(work, FIXED) for work in APART[case])) == []


def test_a_rule_is_told_once_with_the_first_that_it_ties_with(tmp_path: Path) -> None:
    rules = "".join(milestone(epics(""), FIXED, rule=name) for name in ("one", "two", "three"))
    assert told(tmp_path, rules) == [
        "rule 'two' and rule 'one' reach the same work",
        "rule 'three' and rule 'one' reach the same work",
    ]


def test_only_contracts_of_one_client_follow_each_other(tmp_path: Path) -> None:
    rules = milestone(epics(""), FIXED)
    later = HEAD.replace("2026-01-01", "2026-07-01")
    assert told(tmp_path, rules, f"{later}\0{rules}") == []
    (found,) = told(tmp_path, rules, f"{later.replace('Acme Corp', 'Beta Ltd')}\0{rules}")
    assert found.startswith("rule 'work' reaches the same work as 'work' of contract 'a'")


def test_that_a_later_contract_takes_over_work_of_a_former_one_is_a_notice(tmp_path: Path) -> None:
    rule = milestone(epics('label = "x"'), '{ fixed = "1.00" }')
    for name, starts in (("b", "2026-01-01"), ("a", "2026-07-01")):
        head = HEAD.replace('id = "acme"', f'id = "{name}"').replace("2026-01-01", starts)
        (tmp_path / f"{name}.toml").write_text(head + rule)
    book = load_folder(tmp_path)
    assert book.problems == ()
    (found,) = notices(book)
    assert (
        str(found)
        .removeprefix(f"{tmp_path}/")
        .startswith("a.toml:15:8: rule 'work' takes over, from 2026-07-01 on, work of 'work' of contract 'b'")
    )


def test_work_that_one_of_two_contracts_excludes_is_no_tie(tmp_path: Path) -> None:
    labelled = milestone(epics('label = "x"'), FIXED)
    assert told(tmp_path, milestone(epics(""), FIXED) + exclude(epics('label = "x"')), labelled) == []
    assert len(told(tmp_path, milestone(epics(""), FIXED) + exclude(epics('label = "y"')), labelled)) == 1


SHADOWED = {
    "two projects, one by one": (epics("", '["ACME", "BETA"]'), (epics(""), epics("", '"BETA"'))),
    "two labels, one by one": (epics('label = ["a", "b"]'), (epics('label = "a"'), epics('label = "B"'))),
    "a field, value by value": (epics('Team = ["R", "G"]'), (epics('Team = "R"'), epics('Team = ["G"]'))),
}


@pytest.mark.parametrize("case", SHADOWED)
def test_a_rule_of_which_exclusions_together_take_all_never_bills(tmp_path: Path, case: str) -> None:
    work, (first, second) = SHADOWED[case]
    rule, both = milestone(work, FIXED, rule="one"), exclude(first, "first") + exclude(second, "second")
    assert told(tmp_path, rule + both) == [
        "rule 'one' never bills: [[exclude]] 'first', [[exclude]] 'second' take all its work"
    ]
    assert told(tmp_path, rule + exclude(first)) == []


def test_an_exclusion_that_earlier_ones_leave_nothing_says_nothing(tmp_path: Path) -> None:
    rules = exclude(sprints("A*"), "first") + exclude(sprints("Ab*"), "second")
    (found,) = told(tmp_path, rules)
    assert found == "[[exclude]] 'second' says nothing: [[exclude]] 'first' takes all its work before it"


def test_a_name_that_two_patterns_fit_is_a_notice_and_no_problem(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(HEAD + two(sprints("* API"), sprints("Support *")))
    book = load_folder(tmp_path)
    assert check(book, {}, {}) == []
    (notice,) = notices(book)
    assert notice.message == "rule 'two' and rule 'one' would both reach 'Support API'"
    (tmp_path / "a.toml").write_text(HEAD + two(sprints("A*"), sprints("B*")))
    assert notices(load_folder(tmp_path)) == []


def test_files_made_together_follow_each_other_not_even_for_one_client(tmp_path: Path) -> None:
    rules = milestone(epics(""), FIXED)
    made = {
        str(tmp_path / "a.toml"): HEAD + rules,
        str(tmp_path / "b.toml"): HEAD.replace('"acme"', '"b"').replace("2026-01-01", "2026-07-01") + rules,
    }
    (found,) = problems_with(tmp_path, made, {}, {})
    assert found.message.startswith("rule 'work' reaches the same work as 'work' of contract 'acme'")
    assert found.file.endswith("b.toml")


def test_comparing_thousands_of_rules_looks_at_few_pairs() -> None:
    works: list[Work] = [EpicWork(f"ACME-{number}") for number in range(1000)]
    works += [EpicsWork(MatchTable(("ACME",), labels=("billable", f"l{number}"))) for number in range(30)]
    works += [EpicsWork(MatchTable(("ACME",), components=(f"c{number}",))) for number in range(1000)]
    works += [SprintsWork("B", f"Team {number} *") for number in range(1000)]
    assert len(pairs(works)) < 2000

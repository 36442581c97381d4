"""Examples in a contract file: none is green by leaving something out, and what is given is work as Jira has it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from acme import CATALOGUE, HEAD, milestone

from mappings.check.names import check
from mappings.load import load_folder
from model.work import TrackerCatalogue, TypeInfo, WordInfo

RULE = milestone('{ epics = { project = "ACME", label = "x" } }', '{ fixed = "10.00" }')
SPRINTS = milestone('{ sprints = { board = "ACME board" } }', '{ per_point = "1.00" }', rule="sprints")
YEARLY = milestone('{ date = 2026-06-01, id = "yearly" }', '{ fixed = "5.00" }', rule="yearly")
SITE = replace(
    CATALOGUE,
    types=(TypeInfo("Epic", 1, None), TypeInfo("Story", 0, None)),
    statuses=(WordInfo("Done", None), WordInfo("To Do", None)),
    resolutions=("Done", "Won't Do"),
)


def found(
    folder: Path, given: str, expect: str, *, rules: str = RULE, site: TrackerCatalogue | None = None
) -> list[str]:
    """Every problem of a contract with this one example."""
    text = f"{HEAD}{rules}[[example]]\ngiven = {{ {given} }}\nexpect = {{ {expect} }}\n"
    (folder / "acme.toml").write_text(text)
    book = load_folder(folder)
    assert book.problems == ()
    problems = check(book, {"main": site} if site else {}, {})
    return [f"{problem.message} ({problem.hint})" for problem in problems]


CLOSED = 'epic = "ACME-1", label = "x", closed = 2026-02-03'
NOT_BILLED = {
    "open work": ('epic = "ACME-1", label = "x"', 'say outcome = "open"'),
    "work closed as a duplicate": (f'{CLOSED}, resolution = "Duplicate"', 'say outcome = "excluded"'),
    "work closed before the start": (
        'epic = "ACME-1", label = "x", closed = 2020-02-02',
        'say outcome = "excluded"',
    ),
}


@pytest.mark.parametrize("case", NOT_BILLED)
@pytest.mark.parametrize("expect", ['rule = "work"', 'amount = "10.00"', 'rule = "work", amount = "10.00"'])
def test_a_rule_or_an_amount_alone_expects_that_it_is_billed(tmp_path: Path, case: str, expect: str) -> None:
    given, hint = NOT_BILLED[case]
    (problem,) = found(tmp_path, given, expect)
    assert "expected" in problem
    assert hint in problem or "amount" in problem


def test_an_amount_of_work_that_is_not_accepted_is_none_that_is_billed(tmp_path: Path) -> None:
    rules = milestone(
        '{ epics = { project = "ACME" } }', '{ fixed = "10.00" }', 'accept = { label = "never-set" }'
    )
    expect = 'rule = "work", amount = "10.00"'
    (problem,) = found(tmp_path, CLOSED, expect, rules=rules)
    assert problem.startswith("expected to be billed, and it is held: not accepted: label is 'never-set'")
    assert found(tmp_path, CLOSED, f'{expect}, outcome = "held"', rules=rules) == []
    assert found(tmp_path, CLOSED, f'{expect}, code = "accept.missing"', rules=rules) == []


def test_an_example_has_to_expect_something(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, CLOSED, "")
    assert problem.startswith("an example that expects nothing proves nothing")


def test_a_rule_that_is_not_there_is_not_waited_for(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, CLOSED, 'rule = "worc"')
    assert problem == "expected rule worc, found work (did you mean 'work'?)"


WRONG = {
    "resolution = 3": "resolution must be text in quotes",
    "type = 4": "type must be text in quotes",
    "summary = 1": "summary must be text in quotes",
    "status = true": "status must be text in quotes",
    "component = [1]": "component must be text in quotes, or a list of texts",
    'points = "three"': "points must be a number",
    "points = -3": "points must be a number that is not below zero",
    "issues = true": "issues must be a whole number",
    'accepted = "130 %"': "accepted must be a percentage",
    'board = "ACME board"': "an epic has no 'board'",
    'time = [{ person = "", hours = "1", on = 2026-02-03 }]': "time must be a list of tables",
}


@pytest.mark.parametrize("word", WRONG)
def test_what_is_given_has_the_form_that_jira_gives_it(tmp_path: Path, word: str) -> None:
    (problem,) = found(tmp_path, f"{CLOSED}, {word}", 'rule = "work"')
    assert problem.startswith(WRONG[word])


def test_every_mistake_of_an_example_is_said_at_once(tmp_path: Path) -> None:
    assert len(found(tmp_path, f"{CLOSED}, type = 4, lable = 'y', points = -1", "")) == 4


def test_what_is_agreed_has_no_words_of_jira(tmp_path: Path) -> None:
    expect = 'rule = "yearly", amount = "5.00"'
    assert found(tmp_path, 'date = "yearly"', expect, rules=YEARLY) == []
    (problem,) = found(tmp_path, 'date = "yearly", label = "x"', expect, rules=YEARLY)
    assert problem == "a date has no 'label' (leave it out)"


@pytest.mark.parametrize(
    ("word", "message"),
    [
        (
            'resolution = "Wont Do"',
            "there is no resolution 'Wont Do' on the site (did you mean \"Won't Do\"?)",
        ),
        ('type = "Epik"', "there is no issue type 'Epik' in project ACME (did you mean 'Epic'?)"),
        ('status = "Don"', "there is no status 'Don' in project ACME (did you mean 'Done'?)"),
    ],
)
def test_a_word_that_jira_does_not_list_is_a_mistake_of_the_example(
    tmp_path: Path, word: str, message: str
) -> None:
    assert message in found(tmp_path, f"{CLOSED}, {word}", 'rule = "work"', site=SITE)


def test_an_example_of_a_sprint_is_of_a_board(tmp_path: Path) -> None:
    given = 'sprint = "Sprint 1", board = "ACME board", points = 3, closed = 2026-02-03'
    assert found(tmp_path, given, 'amount = "3.00"', rules=SPRINTS) == []

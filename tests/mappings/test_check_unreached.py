"""Rules that reach nothing of all that was read are said with what is near; what nobody can know yet is not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from acme import ACCEPTED, CATALOGUE, EPICS, HEAD, day, epic, issue, milestone, mirror, sprint, steps, version
from timed import CARD, by_time, log, on

from mappings.check.unreached import unreached
from mappings.contract.book import Reach
from mappings.load import load_folder
from model.work import Issue, Mirror, Project, Sprint, Version

FIXED = '{ fixed = "1.00" }'
EXCLUDE = '[[exclude]]\nrule = "out"\nwork = {}\nreason = "so"\n'
READ = Reach(("ACME", "BETA"), ("ACME board",), (), version_projects=("ACME",))
SEEN: tuple[Issue | Sprint | Version, ...] = (
    replace(epic(1, labels=["billable"], summary="Search"), components=("Front",)),
    replace(
        epic(
            2, labels=["goodwill"], fields={ACCEPTED: "Yes"}, history=steps("status", (day(2), "Ready", "x"))
        ),
        status="Open",
    ),
    issue(3),
    sprint(5, start=day(1), completed=None, name="Support 12"),
    version(6, "2.1"),
)


def notices(
    folder: Path,
    rules: str,
    seen: Iterable[Issue | Sprint | Version] = SEEN,
    read: Reach = READ,
    card: str = "",
    world: Mirror | None = None,
) -> list[str]:
    """Every notice of one file, as "line:column: message (hint)"."""
    (folder / "acme.toml").write_text(HEAD + rules)
    if card:
        (folder / "shared").mkdir()
        (folder / "shared" / "card.toml").write_text(card)
    book = load_folder(folder)
    assert book.problems == ()
    found = unreached(book, {"main": world or mirror(*seen)}, {"main": read})
    return [str(each).removeprefix(f"{folder}/").removeprefix("acme.toml:") for each in found]


def epics(words: str, more: str = "") -> str:
    return milestone(f'{{ epics = {{ project = "ACME", {words} }} }}', FIXED, more)


OF = "of 2 that were read"
CASES = {
    "a label": (
        epics('label = "bilable"'),
        f"15:46: no epic of ACME has the label 'bilable', {OF} (did you mean 'billable'?)",
    ),
    "one label of several": (
        epics('labels = ["billable", "x"]'),
        f"15:60: no epic of ACME has the label 'x', {OF} (seen: billable, goodwill)",
    ),
    "a component": (
        epics('component = "Frnt"'),
        f"15:50: no epic of ACME has the component 'Frnt', {OF} (did you mean 'Front'?)",
    ),
    "a type": (
        epics('type = "Initiative"'),
        f"15:45: no epic of ACME has the type 'Initiative', {OF} (seen: Epic)",
    ),
    "a status": (
        epics('status = "Reddy"'),
        f"15:47: no epic of ACME has the status 'Reddy', {OF} (did you mean 'Ready'?)",
    ),
    "a summary": (
        epics('summary = "Serch*"'),
        "15:48: no epic of ACME is called like 'Serch*', of 2 that were read (did you mean 'Search'?)",
    ),
    "the value of a field": (
        epics('"Client accepted" = "Ja"'),
        f"15:58: no epic of ACME has 'Ja' in 'Client accepted', {OF} (seen: Yes)",
    ),
    "words that no epic has together": (
        epics('label = "goodwill", component = "Front"'),
        f"15:18: no epic of ACME has all of these words, {OF} (nearest is ACME-1: label is 'goodwill', not billable)",
    ),
    "one epic": (
        milestone('{ epic = "ACME-21" }', FIXED),
        "15:17: ACME has no epic ACME-21, of 2 that were read (did you mean 'ACME-2'?)",
    ),
    "a story": (
        milestone('{ epic = "ACME-3" }', FIXED),
        "15:17: ACME-3 is no epic but a Story (name the epic that it is part of)",
    ),
    "a sprint": (
        milestone('{ sprints = { board = "acme board", name = "Suport *" } }', FIXED),
        "15:51: no sprint of board 'acme board' is called like 'Suport *', of 1 that were read"
        " (did you mean 'Support 12'?)",
    ),
    "a version": (
        milestone('{ versions = { project = "ACME", name = "3.*" } }', FIXED),
        "15:48: no version of ACME is called like '3.*', of 1 that were read (seen: 2.1)",
    ),
    "the label of a gate": (
        milestone(EPICS, FIXED, 'accept = { label = "accepted" }'),
        f"17:20: no epic of ACME has the label 'accepted', {OF} (seen: billable, goodwill)",
    ),
    "the field of a gate": (
        milestone(EPICS, FIXED, 'accept = { field = "Client accepted", is = "Yess" }'),
        f"17:44: no epic of ACME has 'Yess' in 'Client accepted', {OF} (did you mean 'Yes'?)",
    ),
    "an exclusion": (
        epics('label = "billable"') + EXCLUDE.format('{ epics = { project = "ACME", label = "godwill" } }'),
        f"20:46: no epic of ACME has the label 'godwill', {OF} (did you mean 'goodwill'?)",
    ),
    "a payer": (
        milestone(EPICS, FIXED) + '[[payer]]\nname = "labs"\nclient = "Labs"\nwhen = { label = "lab" }\n',
        f"21:18: no epic of ACME has the label 'lab', {OF} (seen: billable, goodwill)",
    ),
    "the field of a payer": (
        milestone(EPICS, FIXED)
        + '[[payer]]\nname = "labs"\nclient = "Labs"\nwhen = { "Client accepted" = "No" }\n',
        f"21:30: no epic of ACME has 'No' in 'Client accepted', {OF} (seen: Yes)",
    ),
    "the epic of a change order": (
        milestone(EPICS, FIXED) + '[[change_order]]\nid = "CO-1"\non = 2026-02-01\nvalue = "+1.00"\n'
        'when = { epic = "ACME-22" }\napproved_by = "x"\nreason = "y"\n',
        "22:17: ACME has no epic ACME-22, of 2 that were read (did you mean 'ACME-2'?)",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_reaches_nothing_is_said_at_its_place_with_what_is_near(tmp_path: Path, name: str) -> None:
    rules, expected = CASES[name]
    assert notices(tmp_path, rules) == [expected]


@pytest.mark.parametrize(
    "words",
    ['label = "BILLABLE"', 'status = "ready"', 'summary = "s*h"', 'labels = ["billable", "goodwill"]'],
)
def test_what_reaches_something_is_not_said(tmp_path: Path, words: str) -> None:
    assert notices(tmp_path, epics(words)) == []


def test_a_status_that_an_epic_left_is_no_reason_to_say_that_nothing_fits(tmp_path: Path) -> None:
    assert notices(tmp_path, epics('label = "billable", status = "Ready"')) == []


def test_where_nothing_was_read_or_nothing_is_there_yet_nothing_is_said(tmp_path: Path) -> None:
    rules = epics('label = "x"') + milestone('{ epic = "ACME-9" }', FIXED, rule="one")
    rules += milestone('{ sprints = { board = "ACME board", name = "x*" } }', FIXED, rule="sprints")
    rules += milestone('{ versions = { project = "ACME", name = "x*" } }', FIXED, rule="versions")
    assert len(notices(tmp_path, rules)) == 4
    assert notices(tmp_path, rules, seen=[issue(3)]) == []
    assert notices(tmp_path, rules, read=Reach((), (), ())) == []


def test_an_epic_of_an_unread_project_keeps_the_whole_rule_silent(tmp_path: Path) -> None:
    rules = milestone('{ epics = { projects = ["ACME", "BETA"], label = "x" } }', FIXED)
    assert len(notices(tmp_path, rules)) == 1
    assert notices(tmp_path, rules, read=Reach(("ACME",), (), ())) == []


def test_hostile_text_of_jira_is_inert_in_a_hint(tmp_path: Path) -> None:
    hostile = epic(1, labels=["\u202ebill\x1b[31mable\n"])
    (found,) = notices(tmp_path, epics('label = "bilable"'), seen=[hostile])
    assert found.isprintable()


TIMED = on(epic(1), log(1, 3, who="Ann"), log(2, 3, who="Bo"))


def rates(*more: str) -> str:
    head = '[rate_card]\nname = "standard"\ncurrency = "USD"\n[roles]\nlead = ["id-bo", "An"]\n'
    return head + "".join(f'[[rate]]\nfrom = 2026-01-01\n{each}\nper_hour = "1.00"\n' for each in more)


def test_a_person_of_a_rate_card_who_never_logged_time_is_said(tmp_path: Path) -> None:
    who = "nobody called {!r}, by name or account id, has logged time in what was read"
    found = notices(tmp_path, by_time(EPICS), seen=[TIMED], card=rates('person = ["ann", "Zoe"]'))
    assert found == [
        f"shared/card.toml:5:18: {who.format('An')} (did you mean 'Ann'?)",
        f"shared/card.toml:8:18: {who.format('Zoe')} (seen: Ann, Bo)",
    ]


def test_before_anybody_logged_time_nobody_is_a_stranger(tmp_path: Path) -> None:
    assert notices(tmp_path, by_time(EPICS), seen=[epic(1)], card=CARD) == []


def test_a_rate_for_a_project_that_no_contract_reaches_is_said(tmp_path: Path) -> None:
    world = Mirror(replace(CATALOGUE, named=(Project("3", "GAMMA", "Gamma", "classic"),)))
    card = rates('project = ["ACME", "gamma"]')
    (found,) = notices(tmp_path, by_time(EPICS), card=card, world=world)
    assert found == (
        "shared/card.toml:8:20: no contract reaches project 'gamma', so that the rate fits no time"
    )


def test_notices_are_in_the_order_of_the_file(tmp_path: Path) -> None:
    rules = EXCLUDE.format('{ epics = { project = "ACME", label = "a" } }')
    rules += milestone('{ epics = { project = "ACME", type = "b", label = "c" } }', FIXED)
    assert [each.partition(":")[0] for each in notices(tmp_path, rules)] == ["14", "19", "19"]
    assert [each.split("'")[1] for each in notices(tmp_path, rules)] == ["a", "b", "c"]

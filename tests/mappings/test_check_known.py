"""Names that no rule asked about before: held against whole lists where there are any, and else said to be unknown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from acme import CATALOGUE, HEAD, milestone

from mappings.check.names import check
from mappings.check.unasked import unasked
from mappings.contract.book import Reach
from mappings.load import load_folder
from model.work import Board, FieldInfo, Project, TrackerNames

FIXED = '{ fixed = "1.00" }'
ASKED = Reach(("ACME",), (), ())
NOTHING = replace(CATALOGUE, projects=CATALOGUE.projects[:1], boards=(), fields=())
LISTS = TrackerNames(
    site=CATALOGUE.site,
    projects=(*CATALOGUE.projects, Project("8", "SIDE", "Side", "next-gen")),
    boards=(*CATALOGUE.boards, Board("77", "Support board", "scrum", "1")),
    fields=(
        *CATALOGUE.fields,
        FieldInfo("customfield_1", "Billing share", "number", None),
        FieldInfo("customfield_2", "Biling pct", "number", "8"),
    ),
)
CASES = {
    "a field": (
        milestone('{ epic = "ACME-1" }', '{ percent = { field = "Biling share" } }'),
        "16:31: there is no field 'Biling share' in project ACME (did you mean 'Billing share'?)",
    ),
    "a field of another team's project is no hint": (
        milestone('{ epics = { project = "ACME", "Biling pct" = "x" } }', FIXED),
        "15:53: there is no field 'Biling pct' in project ACME (did you mean 'Billing share'?)",
    ),
    "a board": (
        milestone('{ sprints = { board = "Suport board" } }', FIXED),
        "15:30: there is no board 'Suport board' on site 'main' (did you mean 'Support board'?)",
    ),
    "a project": (
        milestone('{ epics = { project = "SIED" } }', FIXED),
        "15:30: project 'SIED' is not visible on site 'main' (did you mean 'SIDE'?)",
    ),
}


def found(folder: Path, rules: str, names: TrackerNames | None) -> list[str]:
    """The problems of one file beside a site that was asked of project ACME alone."""
    (folder / "acme.toml").write_text(HEAD + rules)
    lists = {"main": names} if names else {}
    problems = check(load_folder(folder), {"main": NOTHING}, {}, {"main": ASKED}, None, lists)
    return [str(problem).removeprefix(f"{folder}/acme.toml:") for problem in problems]


@pytest.mark.parametrize("name", CASES)
def test_what_no_rule_asked_for_is_held_against_the_whole_list(name: str, tmp_path: Path) -> None:
    rules, said = CASES[name]
    (text,) = found(tmp_path, rules, LISTS)
    assert text.startswith(said)


@pytest.mark.parametrize("name", ["a board", "a project"])
def test_a_list_that_was_cut_says_nothing_of_what_it_does_not_hold(name: str, tmp_path: Path) -> None:
    assert found(tmp_path, CASES[name][0], replace(LISTS, cut=("projects", "boards"))) == []
    assert found(tmp_path, CASES[name][0], None) == []


def test_lists_of_a_site_that_the_name_stood_for_once_are_not_compared_with(tmp_path: Path) -> None:
    assert found(tmp_path, CASES["a board"][0], replace(LISTS, site="another")) == []


def test_what_is_there_and_was_never_asked_for_passes(tmp_path: Path) -> None:
    rules = milestone('{ sprints = { board = "77" } }', FIXED) + milestone(
        '{ epics = { project = "SIDE", "Billing share" = "x" } }', FIXED
    ).replace('"work"', '"b"')
    assert found(tmp_path, rules, LISTS) == []


UNASKED = {
    "a project, once": (
        milestone('{ epics = { project = "SIDE", label = "a" } }', FIXED)
        + '[[exclude]]\nrule = "no"\nwork = { epic = "SIDE-3" }\nreason = "so"\n',
        ["15:30: nothing of project SIDE was read yet: what rules say of its work was not compared"],
    ),
    "a board": (
        milestone('{ sprints = { board = "Support board" } }', FIXED),
        ["15:30: nothing of board 'Support board' was read yet: names of its sprints were not compared"],
    ),
    "versions": (
        milestone('{ version = { project = "ACME", name = "1" } }', FIXED),
        ["15:32: the versions of project ACME were not read yet: their names were not compared"],
    ),
    "a field that decides": (
        milestone('{ epics = { project = "ACME", Team = "x" } }', FIXED),
        ["15:45: the field 'Team' was not read yet: its values were not compared"],
    ),
    "an acceptance": (
        milestone('{ epic = "ACME-1" }', FIXED, 'accept = { field = "Accepted", is = "Yes" }\n'),
        ["17:20: the field 'Accepted' was not read yet: its values were not compared"],
    ),
    "what a change order waits for": (
        '[[change_order]]\nid = "C"\non = 2026-02-01\nvalue = "+1.00"\nwhen = { epic = "SIDE-1" }\n'
        'approved_by = "a"\nreason = "b"\n',
        ["16:17: nothing of project SIDE was read yet: what rules say of its work was not compared"],
    ),
    "what a payer is known by": (
        milestone('{ epic = "ACME-1" }', FIXED, 'payer = "p"\n')
        + '[[payer]]\nname = "p"\nclient = "A"\nwhen = { Bearer = "x" }\n',
        ["22:19: the field 'Bearer' was not read yet: its values were not compared"],
    ),
    "nothing else": (milestone('{ epics = { project = "ACME", label = "a" } }', FIXED), []),
}


@pytest.mark.parametrize("name", UNASKED)
def test_what_was_never_read_is_said_not_to_be_compared(name: str, tmp_path: Path) -> None:
    rules, said = UNASKED[name]
    (tmp_path / "acme.toml").write_text(HEAD + rules)
    book = load_folder(tmp_path)
    shown = [str(each).removeprefix(f"{tmp_path}/acme.toml:") for each in unasked(book, {"main": ASKED})]
    assert [text.partition(" (")[0] for text in shown] == said
    assert unasked(book, {}) == []

"""Words that Jira lists whole: one that is in no list is a problem, in every table of a file that may hold it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from acme import CATALOGUE, EPICS, HEAD, milestone
from timed import CARD, by_time

from mappings.check.names import check
from mappings.contract.book import Reach
from mappings.load import load_folder
from model.work import Project, TrackerCatalogue, TypeInfo, WordInfo

SITE = replace(
    CATALOGUE,
    named=(Project("3", "GAMMA", "Gamma", "classic"),),
    types=(
        TypeInfo("Epic", 1, None),
        TypeInfo("Initiative", 1, None),
        TypeInfo("Story", 0, None),
        TypeInfo("Bet", 1, "2"),
    ),
    statuses=(
        WordInfo("Done", None),
        WordInfo("Client accepted", None),
        WordInfo("Parked", "2"),
    ),
    resolutions=("Done", "Won't Do", "Duplicate"),
    components=(WordInfo("Search", "1"), WordInfo("Ads", "1")),
)
RELEASES = {"main": {"ACME": ("1.0", "2.0")}}
FIXED = '{ fixed = "1.00" }'
EXCLUDE = '[[exclude]]\nrule = "out"\nwork = {}\nreason = "so"\n'


def found(
    folder: Path,
    text: str,
    *,
    site: TrackerCatalogue = SITE,
    card: str = "",
    asked: Reach | None = None,
    head: str = HEAD,
) -> list[str]:
    """Every problem of one file beside the site, as "line:column: message (hint)"; of a card with its file."""
    (folder / "acme.toml").write_text(head + text)
    if card:
        (folder / "shared").mkdir(exist_ok=True)
        (folder / "shared" / "card.toml").write_text(card)
    book = load_folder(folder)
    assert book.problems == ()
    problems = check(book, {"main": site}, {}, {"main": asked} if asked else None, RELEASES)
    return [str(problem).removeprefix(f"{folder}/").removeprefix("acme.toml:") for problem in problems]


def epics(words: str) -> str:
    return milestone(f'{{ epics = {{ project = "ACME", {words} }} }}', FIXED)


CASES = {
    "a type": (
        epics('type = "Initative"'),
        "15:45: there is no issue type 'Initative' in project ACME (did you mean 'Initiative'?)",
    ),
    "one type of several": (
        epics('types = ["epic", "Initiatives"]'),
        "15:55: there is no issue type 'Initiatives' in project ACME (did you mean 'Initiative'?)",
    ),
    "a type that no epic has": (
        epics('type = "Story"'),
        "15:45: no epic has the type 'Story' in project ACME (allowed: Epic, Initiative)",
    ),
    "a status": (
        epics('status = "Dome"'),
        "15:47: there is no status 'Dome' in project ACME (did you mean 'Done'?)",
    ),
    "the status of another project": (
        epics('status = "Parked"'),
        "15:47: there is no status 'Parked' in project ACME (allowed: Client accepted, Done)",
    ),
    "a component": (
        epics('component = "Serch"'),
        "15:50: there is no component 'Serch' in project ACME (did you mean 'Search'?)",
    ),
    "a version": (
        milestone('{ version = { project = "ACME", name = "2.O" } }', FIXED),
        "15:47: there is no version '2.O' in project ACME (did you mean '2.0'?)",
    ),
    "the status of a gate": (
        milestone(EPICS, FIXED, 'accept = { status = ["Done", "Client acepted"] }'),
        "17:30: there is no status 'Client acepted' in project ACME (did you mean 'Client accepted'?)",
    ),
    "a word of an exclusion": (
        epics('label = "a"') + EXCLUDE.format('{ epics = { project = "ACME", component = "Adds" } }'),
        "20:50: there is no component 'Adds' in project ACME (did you mean 'Ads'?)",
    ),
    "the version of an exclusion": (
        epics('label = "a"') + EXCLUDE.format('{ version = { project = "ACME", name = "3.0" } }'),
        "20:47: there is no version '3.0' in project ACME (did you mean '2.0'?)",
    ),
    "a word of a payer": (
        epics('label = "a"') + '[[payer]]\nname = "labs"\nclient = "Labs"\nwhen = { component = "Adss" }\n',
        "21:22: there is no component 'Adss' in project ACME (did you mean 'Ads'?)",
    ),
    "the epic of a change order": (
        epics('label = "a"') + '[[change_order]]\nid = "CO-1"\non = 2026-02-01\nvalue = "+1.00"\n'
        'when = { epic = "ACNE-7" }\napproved_by = "x"\nreason = "y"\n',
        "22:17: project 'ACNE' is not visible on site 'main' (did you mean 'ACME'?)",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_word_that_jira_does_not_list_is_placed(tmp_path: Path, name: str) -> None:
    rules, expected = CASES[name]
    assert found(tmp_path, rules) == [expected]


def test_words_that_jira_lists_are_no_problem_in_any_case_of_letters(tmp_path: Path) -> None:
    words = 'type = "initiative", status = ["done", "Client Accepted"], components = ["search", "ADS"]'
    rules = epics(words) + milestone('{ version = { project = "ACME", name = "2.0" } }', FIXED, rule="two")
    assert found(tmp_path, rules) == []


def test_a_team_managed_project_has_its_own_words(tmp_path: Path) -> None:
    def beta(words: str) -> list[str]:
        return found(tmp_path, milestone(f'{{ epics = {{ project = "BETA", {words} }} }}', FIXED))

    assert beta('type = "Bet", status = "Parked"') == []
    assert "there is no issue type 'Epic' in project BETA" in beta('type = "Epic"')[0]
    assert "there is no status 'Done' in project BETA" in beta('status = "Done"')[0]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            'reject_resolutions = ["Duplicate", "Wont Do"]\n',
            ["12:36: there is no resolution 'Wont Do' on the site (did you mean \"Won't Do\"?)"],
        ),
        (
            'reject_statuses = ["Dropped"]\n',
            ["12:20: there is no status 'Dropped' on the site (allowed: Client accepted, Done, Parked)"],
        ),
        ('reject_resolutions = ["won\'t do"]\nreject_statuses = ["Parked"]\n', []),
    ],
)
def test_what_is_rejected_is_looked_up(tmp_path: Path, line: str, expected: list[str]) -> None:
    assert found(tmp_path, epics('label = "a"'), head=HEAD + line) == expected


def test_the_usual_resolutions_need_not_be_on_the_site(tmp_path: Path) -> None:
    assert found(tmp_path, epics('label = "a"'), site=replace(SITE, resolutions=("Done",))) == []


def test_a_list_that_was_not_shown_says_nothing(tmp_path: Path) -> None:
    bare = replace(SITE, types=(), statuses=(), resolutions=(), components=())
    rules = epics('type = "X", status = "X", component = "X"')
    rules += milestone('{ version = { project = "BETA", name = "X" } }', FIXED, rule="unread")
    assert found(tmp_path, rules, site=bare, head=HEAD + 'reject_resolutions = ["X"]\n') == []


RATE = '\n[[rate]]\nfrom = 2026-01-01\nperson = "Ann"\nper_hour = "50.00"\n'


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (
            'project = ["ACME", "BETTA"]\n',
            ["37:20: project 'BETTA' is not visible on site 'main' (did you mean 'BETA'?)"],
        ),
        (
            'issue_type = "Storey"\n',
            ["37:14: there is no issue type 'Storey' on site 'main' (did you mean 'Story'?)"],
        ),
        ('project = "gamma"\nissue_type = "story"\n', []),
    ],
)
def test_a_rate_names_projects_and_types_of_the_site(
    tmp_path: Path, condition: str, expected: list[str]
) -> None:
    problems = found(tmp_path, by_time(EPICS), card=CARD + RATE + condition)
    assert problems == [f"shared/card.toml:{each}" for each in expected]


def test_a_card_is_compared_only_where_a_rule_uses_it_and_only_with_what_was_asked(tmp_path: Path) -> None:
    card = CARD + RATE + 'project = "BETTA"\n'
    assert found(tmp_path, epics('label = "a"'), card=card) == []
    asked = Reach(("ACME", "BETA"), (), ())
    assert found(tmp_path, by_time(EPICS), card=card, asked=asked) == []
    asked = replace(asked, named_projects=("BETTA",))
    assert len(found(tmp_path, by_time(EPICS), card=card, asked=asked)) == 1


def test_a_card_of_two_sites_may_name_what_either_has(tmp_path: Path) -> None:
    other = HEAD.replace('id = "acme"', 'id = "other"').replace('site = "main"', 'site = "east"')
    (tmp_path / "other.toml").write_text(other + by_time(EPICS))
    card = CARD + RATE + 'project = ["OMEGA", "BETA"]\n'
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "card.toml").write_text(card)
    (tmp_path / "acme.toml").write_text(HEAD + by_time(EPICS))
    book = load_folder(tmp_path)
    acme = (CATALOGUE.projects[0],)
    east = replace(SITE, projects=(*acme, Project("9", "OMEGA", "Omega", "classic")))
    assert check(book, {"main": SITE, "east": east}, {}) == []
    assert check(book, {"main": SITE}, {}) == []
    (problem,) = check(book, {"main": SITE, "east": replace(east, projects=acme)}, {})
    assert problem.message == "project 'OMEGA' is not visible on site 'east' or site 'main'"

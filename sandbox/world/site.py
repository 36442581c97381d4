"""The Jira site before any work: people, vocabulary, fields that repeat names, projects, boards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

from sandbox.jira.entities import (
    Board,
    CategoryKey,
    Column,
    Component,
    CustomField,
    IssueType,
    Priority,
    Project,
    Resolution,
    Status,
    User,
)
from sandbox.jira.site import Site
from sandbox.jira.state import JiraState
from sandbox.world.plots import PORTAL, TEAMS, Team
from sandbox.world.texts import PEOPLE

BASE_URL = "https://fernwood.example"
ZONE = "America/New_York"
LOGIN = "milepost@fernwood.example"
TOKEN = "sandbox-jira-token"  # noqa: S105 - the sandbox guards nothing, and this is its public key
SPRINT_FIELD = "customfield_10020"
POINTS = {"classic": "customfield_10026", "next-gen": "customfield_10016"}
RESOLUTIONS = {"Done": 10000, "Won't Do": 10001, "Duplicate": 10002, "Cannot Reproduce": 10003}
_PRIORITIES = ("Highest", "High", "Medium", "Low", "Lowest")
_STATUSES: Mapping[str, CategoryKey] = {"To Do": "new", "In Progress": "indeterminate", "Done": "done"}
_TYPES = {"Epic": 1, "Story": 0, "Task": 0, "Bug": 0, "Sub-task": -1}
_FRENCH = {
    "To Do": "À faire", "In Progress": "En cours", "Done": "Terminé(e)", "Task": "Tâche", "Bug": "Bogue",
    "Sub-task": "Sous-tâche",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where one team's tickets go: ids of statuses, types, components and fields by their English names."""

    project: Project
    board: Board
    statuses: Mapping[str, int]
    types: Mapping[str, int]
    components: Mapping[str, int]
    fields: Mapping[str, str]
    points: str


ACCOUNTS = tuple(f"712020:{uuid5(NAMESPACE_URL, f'{BASE_URL}/people/{name}')}" for name in PEOPLE)
"""Account ids of texts.PEOPLE, in their order."""


def open_site(teams: Sequence[Team] = TEAMS) -> tuple[JiraState, dict[str, Place]]:
    """A site with the projects of `teams` and no issues, and each project's place by key."""
    cloud_id = str(uuid5(NAMESPACE_URL, BASE_URL))
    state = JiraState(Site(cloud_id, BASE_URL, "Fernwood Digital", ZONE))
    for person, name in enumerate(PEOPLE):
        email = f"{name.split()[0].casefold()}@fernwood.example"
        state.add_user(User(ACCOUNTS[person], name, email, zone=ZONE))
    service = User("712020:milepost", "Milepost", LOGIN, token=TOKEN, zone="Europe/Berlin")
    state.add_user(service)
    state.add_vocabulary(Resolution(identity, name) for name, identity in RESOLUTIONS.items())
    state.add_vocabulary(Priority(number, name) for number, name in enumerate(_PRIORITIES, start=1))
    state.add_vocabulary(_site_fields())
    _add_words(state, None, 10000, {})
    return state, {team.key: _open_project(state, team, 10000 + i) for i, team in enumerate(teams, start=1)}


def _site_fields() -> Iterable[CustomField]:
    yield CustomField(10011, "Epic Name", "epic_name")
    yield CustomField(10014, "Epic Link", "epic_link")
    yield CustomField(10015, "Start date", "date")
    yield CustomField(10016, "Story point estimate", "story_points_estimate")
    yield CustomField(10018, "Parent Link", "parent_link")
    yield CustomField(10019, "Rank", "rank")
    yield CustomField(10020, "Sprint", "sprint")
    yield CustomField(10021, "Flagged", "options", options={"Impediment": 10019})
    yield CustomField(10026, "Story Points", "number")
    yield from _billing_fields(10040, None)


def _billing_fields(first: int, project_id: int | None) -> tuple[CustomField, ...]:
    """The fields that rules read. Every team-managed project has its own ones, under the same names."""
    answers = {"Yes": first * 10, "No": first * 10 + 1}
    return (
        CustomField(first, "Billing %", "number", project_id),
        CustomField(first + 1, "Contract amount", "number", project_id),
        CustomField(first + 2, "Client accepted", "option", project_id, answers),
    )


def _add_words(state: JiraState, project_id: int | None, first: int, translated: Mapping[str, str]) -> None:
    state.add_vocabulary(
        Status(first + i, translated.get(name, name), category, project_id)
        for i, (name, category) in enumerate(_STATUSES.items())
    )
    state.add_vocabulary(
        IssueType(
            first + i, translated.get(name, name), level, project_id, name if name in translated else None
        )
        for i, (name, level) in enumerate(_TYPES.items())
    )


def _open_project(state: JiraState, team: Team, project_id: int) -> Place:
    project = state.add_project(Project(project_id, team.key, team.name, team.style, ACCOUNTS[0]))
    words, fields = 10000, _billing_fields(10040, None)
    if team.style == "next-gen":
        words = project_id * 10
        _add_words(state, project_id, words, _FRENCH if team is PORTAL else {})
        own = project_id * 10 + 100  # newcomers' fields, beyond the numbers of Fernwood's
        fields = _billing_fields({"LUM": 10050, "KSUP": 10060}.get(team.key, own), project_id)
        state.add_vocabulary(fields)
    components = {name: project_id * 10 + i for i, name in enumerate(team.components)}
    state.add_vocabulary(Component(identity, project_id, name) for name, identity in components.items())
    statuses = {name: words + i for i, name in enumerate(_STATUSES)}
    points = POINTS[team.style]
    columns = tuple(Column(state.statuses[identity].name, (identity,)) for identity in statuses.values())
    kind: Literal["scrum", "simple"] = "scrum" if team.style == "classic" else "simple"
    number = project_id - 10000
    board = Board(number, f"{team.name} board", kind, project_id, columns, 10000 + number, points)
    return Place(
        project,
        state.add_board(board),
        statuses,
        {name: words + i for i, name in enumerate(_TYPES)},
        components,
        {field.name: field.id for field in fields},
        points,
    )

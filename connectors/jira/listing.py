"""Lists of projects, boards and fields as Jira gives them, in our words; and how much of a long list is read.

https://developer.atlassian.com/cloud/jira/software/rest/api-group-board/
"""

from __future__ import annotations

from typing import TypeVar

from msgspec.json import Decoder

from connectors.errors import Rejected, Unauthorized
from connectors.jira.kept import Kept
from connectors.jira.session import JiraClient
from connectors.jira.values import clean
from connectors.jira.wire import Listed, WireBoard, WireField, WireProject
from connectors.jira.words import SiteWords
from model.work import Board, FieldInfo, Project, TrackerNames

PROJECTS, BOARDS, BOARD = Decoder(Listed[WireProject]), Decoder(Listed[WireBoard]), Decoder(WireBoard)
_FIELDS = Decoder(list[WireField])
_MOST_PAGES = 20  # of a list that is only compared with: a site may have tens of thousands of boards
_T = TypeVar("_T")


class SiteLists:
    """Whole lists of one site. Each is believed as long as `kept` believes it."""

    def __init__(self, client: JiraClient, kept: Kept, words: SiteWords) -> None:
        self._client = client
        self._kept = kept
        self._words = words

    def fields(self) -> list[WireField]:
        """Every field of the site as it is listed."""
        return self._kept.get(
            "fields", lambda: self._client.get("list fields", self._client.platform("field"), _FIELDS).value
        )

    def names(self, site: str) -> TrackerNames:
        """What the site (its id) has under any name, as far as a bounded number of requests tells."""
        projects, all_projects = self._kept.get("projects", self._projects)
        boards, all_boards = self._kept.get("boards", self._boards)
        whole = {"projects": all_projects, "boards": all_boards}
        return TrackerNames(
            site=site,
            projects=tuple(map(project_of, projects)),
            boards=tuple(map(board_of, boards)),
            fields=tuple(map(field_of, self.fields())),
            types=self._words.types(),
            statuses=self._words.status_names(),
            cut=tuple(kind for kind, is_whole in whole.items() if not is_whole),
        )

    def _projects(self) -> tuple[list[WireProject], bool]:
        return self._some("list visible projects", self._client.platform("project/search"), PROJECTS)

    def _boards(self) -> tuple[list[WireBoard], bool]:
        return self._some("list boards", self._client.agile("board"), BOARDS)

    def _some(self, action: str, url: str, shape: Decoder[Listed[_T]]) -> tuple[list[_T], bool]:
        """The first pages of a list, and whether they are all of it. A login that may not list sees none."""
        found: list[_T] = []
        try:
            for number, page in enumerate(self._client.pages(action, url, shape)):
                if number == _MOST_PAGES:
                    return found, False
                found += page
        except (Rejected, Unauthorized):
            return [], False
        return found, True


def project_of(raw: WireProject) -> Project:
    """A project as listed."""
    is_team_managed = raw.style == "next-gen" or (raw.style is None and raw.simplified is True)
    return Project(raw.id, raw.key, clean(raw.name), "next-gen" if is_team_managed else "classic")


def board_of(raw: WireBoard) -> Board:
    """A board as listed."""
    project = raw.location.project_id if raw.location else None
    return Board(str(raw.id), clean(raw.name), raw.type, None if project is None else str(project))


def field_of(raw: WireField) -> FieldInfo:
    """A field as listed. `kind` is Jira's type ("number", "option", "date"), with the type of its elements for
    lists."""
    shape = raw.schema
    kind = "" if shape is None else f"{shape.type}:{shape.items}" if shape.items else shape.type
    project = raw.scope.project.id if raw.scope and raw.scope.project else None
    return FieldInfo(raw.id, clean(raw.name), kind, project)

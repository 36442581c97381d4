"""What names mean on one site: who we are, projects, boards, fields, statuses. Slow lists are kept."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from msgspec.json import Decoder

from connectors.errors import Rejected, Transient, Unauthorized
from connectors.jira.faults import SERVICE
from connectors.jira.history import Vocabulary, category_of
from connectors.jira.kept import Kept
from connectors.jira.listing import BOARD, BOARDS, PROJECTS, SiteLists, board_of, field_of, project_of
from connectors.jira.session import JiraClient
from connectors.jira.wire import KNOWN_FIELDS, Myself, Status, Tenant, WireBoard
from connectors.jira.words import SiteWords
from connectors.ports import Scope
from model.work import Board, Category, FieldInfo, Project, TrackerCatalogue, TrackerNames

_MYSELF, _TENANT = Decoder(Myself), Decoder(Tenant)
_CUSTOM = "customfield_"
_SPRINT_TYPE = "com.pyxis.greenhopper.jira:gh-sprint"
_KEYS_AT_ONCE = 50  # the most that one request for projects may name


class Directory:
    """Answers what names mean. Fields, statuses, other words and boards found are believed for `lists_seconds`.

    A name that was not found is looked for again each time; who we are and which projects are visible is
    asked each time.
    """

    def __init__(
        self, client: JiraClient, lists_seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._kept = Kept(lists_seconds, clock)
        self._words = SiteWords(client, self._kept)
        self._lists = SiteLists(client, self._kept, self._words)
        self._site: tuple[str, str] | None = None
        self._deleted_statuses: set[str] = set()

    def catalogue(self, scope: Scope) -> TrackerCatalogue:
        """What `scope` means now. Two requests each time, few more when the slow lists are due."""
        account, zone = self._account()
        site, base_url = self._site_id()
        boards = {board.id: board for name in scope.boards for board in self._boards(name)}
        projects, named = self._reached(scope, boards.values())
        visible = {project.id for project in projects}
        wanted = {name.casefold() for name in scope.fields}
        return TrackerCatalogue(
            site=site,
            base_url=base_url,
            account_id=account,
            account_zone=zone,
            projects=projects,
            boards=tuple(sorted(boards.values(), key=lambda board: int(board.id))),
            fields=tuple(
                info for info in map(field_of, self._lists.fields()) if _is_meant(info, wanted, visible)
            ),
            timed=tuple(_timed(scope, projects, boards.values())),
            named=named,
            types=tuple(info for info in self._words.types() if info.project_id in {None, *visible}),
            statuses=tuple(
                info for info in self._words.status_names() if info.project_id in {None, *visible}
            ),
            resolutions=self._words.resolutions(),
            components=self._words.components(_componented(scope, projects)),
        )

    def names(self) -> TrackerNames:
        """What the site has under any name, as far as a bounded number of requests tells."""
        return self._lists.names(self._site_id()[0])

    def everything(self, project: str | None) -> TrackerCatalogue:
        """Every visible project, all custom fields, and the boards of one project (its key). Requests grow with
        the number of projects, 50 in each."""
        account, zone = self._account()
        site, base_url = self._site_id()
        url = self._client.platform("project/search")
        pages = self._client.pages("list visible projects", url, PROJECTS)
        projects = tuple(
            sorted((project_of(raw) for page in pages for raw in page), key=lambda it: int(it.id))
        )
        boards: Iterable[WireBoard] = ()
        if any(each.key == project for each in projects):
            listed = self._client.pages(
                "list boards", self._client.agile("board"), BOARDS, projectKeyOrId=str(project)
            )
            boards = (raw for page in listed for raw in page)
        return TrackerCatalogue(
            site=site,
            base_url=base_url,
            account_id=account,
            account_zone=zone,
            projects=projects,
            boards=tuple(board_of(raw) for raw in boards),
            fields=tuple(field_of(raw) for raw in self._lists.fields() if raw.id.startswith(_CUSTOM)),
            types=self._words.types(),
            statuses=self._words.status_names(),
            resolutions=self._words.resolutions(),
        )

    def _reached(
        self, scope: Scope, boards: Iterable[Board]
    ) -> tuple[tuple[Project, ...], tuple[Project, ...]]:
        """The visible projects that are read, by key or because a board stands in them (a sprint's issues live
        there); and those that are only named."""
        keys = {key.upper() for key in scope.projects}
        found = {each.id: each for each in self._projects("keys", {*keys, *scope.named_projects})}
        through = {board.project_id for board in boards if board.project_id is not None}
        found |= {each.id: each for each in self._projects("id", sorted(through - found.keys()))}
        only_named = {key.upper() for key in scope.named_projects} - keys
        ordered = sorted(found.values(), key=lambda project: int(project.id))
        named = tuple(each for each in ordered if each.key.upper() in only_named and each.id not in through)
        return tuple(each for each in ordered if each not in named), named

    def vocabulary(self, catalogue: TrackerCatalogue, status_ids: Iterable[str] = ()) -> Vocabulary:
        """What ids in issues and their history mean, for the fields that `catalogue` found.

        Statuses are listed anew when `status_ids` holds one that was made since; one that was deleted is
        looked for once.
        """
        categories = _categories(self._words.statuses())
        strange = set(status_ids) - categories.keys() - self._deleted_statuses
        if strange:
            categories = _categories(self._words.statuses_anew())
            self._deleted_statuses |= strange - categories.keys()
        return Vocabulary(
            categories=categories,
            sprint_fields=tuple(
                raw.id
                for raw in self._lists.fields()
                if raw.schema is not None and raw.schema.custom == _SPRINT_TYPE
            ),
            fields=tuple(info for info in catalogue.fields if info.id not in KNOWN_FIELDS),
        )

    def _account(self) -> tuple[str, str]:
        me = self._client.get("read who we are", self._client.platform("myself"), _MYSELF).value
        account = me.account_id or me.key
        if not account or not me.active:
            raise Unauthorized(
                SERVICE,
                "read who we are",
                "the site treats this login as a visitor without an account",
                hint="Check the e-mail address and the token.",
            )
        self._client.account_id = me.account_id
        return account, me.time_zone or "UTC"

    def _site_id(self) -> tuple[str, str]:
        """The immutable id and the address for people.

        A cloud id never changes, an address can. Data Center has none within reach of every login, so there
        the id follows the base URL (unverified for sites that are renamed).
        """
        if self._site is None:
            info = self._client.server_info_now()
            if info.deployment_type == "Cloud":
                self._site = (self._client.tenant or self._cloud_id(), info.base_url)
            else:
                digest = hashlib.sha256(info.base_url.rstrip("/").lower().encode()).hexdigest()
                self._site = (f"dc-{digest[:24]}", info.base_url)
        return self._site

    def _cloud_id(self) -> str:
        action = "read the site's cloud id"
        found = self._client.get(
            action, f"{self._client.server_url}/_edge/tenant_info", _TENANT
        ).value.cloud_id
        if not re.fullmatch(r"[A-Za-z0-9-]{1,64}", found):
            raise Transient(SERVICE, action, "the answer is no cloud id")
        return found

    def _projects(self, by: Literal["keys", "id"], names: Iterable[str]) -> Iterator[Project]:
        wanted = sorted(set(names))
        url = self._client.platform("project/search")
        for start in range(0, len(wanted), _KEYS_AT_ONCE):
            some = wanted[start : start + _KEYS_AT_ONCE]
            for page in self._client.pages("list visible projects", url, PROJECTS, **{by: some}):
                yield from map(project_of, page)

    def _boards(self, name: str) -> tuple[Board, ...]:
        """Boards called exactly `name` (Jira itself finds all that contain it), else the one with that id."""
        found = self._kept.get(f"board {name}", lambda: tuple(self._list_boards(name)) or self._board(name))
        if not found:
            self._kept.forget(f"board {name}")
        return found

    def _board(self, identity: str) -> tuple[Board, ...]:
        if not re.fullmatch(r"[0-9]{1,18}", identity):
            return ()
        url = self._client.agile(f"board/{identity}")
        try:
            return (board_of(self._client.get("read a board", url, BOARD).value),)
        except Rejected:
            return ()

    def _list_boards(self, name: str) -> Iterator[Board]:
        for page in self._client.pages("list boards", self._client.agile("board"), BOARDS, name=name):
            yield from (board_of(raw) for raw in page if raw.name.casefold() == name.casefold())


def _categories(listed: Iterable[Status]) -> dict[str, Category]:
    return {status.id: category_of(status) for status in listed}


def _componented(scope: Scope, projects: Iterable[Project]) -> Iterator[Project]:
    """Those of `projects` whose components `scope` asks for."""
    keys = {key.upper() for key in scope.component_projects}
    return (project for project in projects if project.key.upper() in keys)


def _timed(scope: Scope, projects: Iterable[Project], boards: Iterable[Board]) -> Iterator[str]:
    """Ids of those of `projects` whose time `scope` asks for, by key or through one of `boards`."""
    keys = {key.upper() for key in scope.timed_projects}
    names = {name.casefold() for name in scope.timed_boards}
    through = {board.project_id for board in boards if {board.name.casefold(), board.id} & names}
    return (project.id for project in projects if project.key.upper() in keys or project.id in through)


def _is_meant(info: FieldInfo, wanted: set[str], visible: set[str]) -> bool:
    """A field of another team-managed project may have the same name, but no issue here carries it."""
    named = info.name.casefold() in wanted or info.id.casefold() in wanted
    return named and (info.project_id is None or info.project_id in visible)

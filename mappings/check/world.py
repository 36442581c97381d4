"""The small Jira that an example in a contract file speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

from mappings.contract.rules import Contract
from model.work import Change, FieldInfo, Issue, Mirror, Project, Sprint, TrackerCatalogue, Version, Worklog

HOUR = 3600  # seconds
SITE, _PROJECT, _WORK = "the example", "1", "1"  # no contract can have that id


def world_of(
    contract: Contract, given: Mapping[str, Any], closed: datetime | None, start: datetime
) -> Mirror:
    """The work of `given`, `closed` at that moment or open, in a world that began at `start`."""
    catalogue = TrackerCatalogue(
        site=SITE,
        base_url="",
        account_id="",
        account_zone="UTC",
        projects=(Project(_PROJECT, _project_of(given), "", "classic"),),
        fields=tuple(FieldInfo(name, name, "any", None) for name in sorted(contract.fields)),
    )
    example = _Example(contract, given, closed, start)
    if "epic" in given:
        return Mirror(catalogue, _by_id(*example.epic()))
    if "sprint" in given:
        sprint, issues = example.sprint()
        return Mirror(catalogue, _by_id(*issues), {sprint.id: sprint})
    if "version" in given:
        version, issues = example.version()
        return Mirror(catalogue, _by_id(*issues), versions={version.id: version})
    return Mirror(catalogue)


@dataclass(frozen=True, slots=True)
class _Example:
    """What an example speaks of, as work: see `world_of`."""

    contract: Contract
    given: Mapping[str, Any]
    closed: datetime | None
    start: datetime

    def epic(self) -> list[Issue]:
        epic = self._issue(level=1)
        return [epic, *self._leaves(parent=epic.id)]

    def sprint(self) -> tuple[Sprint, list[Issue]]:
        name, board = str(self.given.get("sprint", "")), str(self.given.get("board", ""))
        sprint = Sprint(
            _WORK, name, "closed" if self.closed else "active", board, board, self.start, None, self.closed
        )
        return sprint, self._leaves(sprints=(_WORK,))

    def version(self) -> tuple[Version, list[Issue]]:
        project, day = _project_of(self.given), self.closed.date() if self.closed else None
        name = str(self.given["version"])
        version = Version(_WORK, name, _PROJECT, project, self.closed is not None, False, day)
        return version, self._leaves(versions=(_WORK,))

    def _leaves(
        self, parent: str | None = None, sprints: tuple[str, ...] = (), versions: tuple[str, ...] = ()
    ) -> list[Issue]:
        """As many issues as the work says, else one where it has points or time."""
        count = int(self.given.get("issues", "points" in self.given or "time" in self.given))
        return [
            self._issue(level=0, number=number, parent=parent, sprints=sprints, versions=versions)
            for number in range(count)
        ]

    def _issue(
        self,
        *,
        level: int,
        number: int = 0,
        parent: str | None = None,
        sprints: tuple[str, ...] = (),
        versions: tuple[str, ...] = (),
    ) -> Issue:
        project = _project_of(self.given)
        key = str(self.given.get("epic", f"{project}-1")).upper()
        fields = {name: _texts(self.given[name]) for name in self.contract.fields if name in self.given}
        if "points" in self.given:
            names = [self.contract.points_field] if self.contract.points_field else ["Story Points"]
            fields |= dict.fromkeys(names, _texts(self.given["points"]))
        history = (Change("1", self.closed, "", "category", "new", "done"),) if self.closed else ()
        return Issue(
            id=_WORK if level else f"leaf-{number}",
            key=key if level else f"{project}-0{number}",
            project_id=_PROJECT,
            project_key=project,
            summary=str(self.given.get("summary", "")),
            type_name=str(self.given.get("type", "Epic")),
            level=level,
            status=str(self.given.get("status", "Done" if self.closed else "To Do")),
            category="done" if self.closed else "new",
            resolution=str(self.given["resolution"]) if "resolution" in self.given else None,
            parent_id=parent,
            labels=_texts(self.given.get("label", ())) + _texts(self.given.get("labels", ())),
            components=_texts(self.given.get("component", ())) + _texts(self.given.get("components", ())),
            sprint_ids=sprints,
            fields=fields,
            created_at=self.start,
            updated_at=self.closed or self.start,
            history=history,
            version_ids=versions,
            worklogs=_worklogs(self.given) if number == 0 and not level else (),
        )


def _by_id(*issues: Issue) -> dict[str, Issue]:
    return {issue.id: issue for issue in issues}


def _worklogs(given: Mapping[str, Any]) -> tuple[Worklog, ...]:
    """The time, each entry worked at noon of its day."""
    logs = []
    for number, each in enumerate(given.get("time", ())):
        at, person = datetime.combine(each["on"], time(12), UTC), str(each["person"])
        seconds = int(Decimal(str(each["hours"])) * HOUR)
        logs.append(Worklog(str(number), person, person, at, seconds, at, at))
    return tuple(logs)


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, list | tuple):
        return tuple(str(each) for each in value)
    return (str(value),)


def _project_of(given: Mapping[str, Any]) -> str:
    key = str(given["epic"]).rpartition("-")[0] if "epic" in given else str(given.get("project", "EXAMPLE"))
    return key.upper()

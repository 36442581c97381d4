"""The small Jira that an example in a contract file speaks of."""

from __future__ import annotations

from collections.abc import Mapping
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
    makes = {"epic": _epic, "sprint": _sprint, "version": _version}
    make = next((make for word, make in makes.items() if word in given), None)
    return make(contract, given, closed, start, catalogue) if make else Mirror(catalogue)


def _epic(
    contract: Contract,
    given: Mapping[str, Any],
    closed: datetime | None,
    start: datetime,
    catalogue: TrackerCatalogue,
) -> Mirror:
    epic = _issue(contract, given, closed, start, level=1)
    children = (
        _issue(contract, given, closed, start, level=0, number=number, parent=epic.id)
        for number in range(_leaves(given))
    )
    return Mirror(catalogue, {issue.id: issue for issue in (epic, *children)})


def _sprint(
    contract: Contract,
    given: Mapping[str, Any],
    closed: datetime | None,
    start: datetime,
    catalogue: TrackerCatalogue,
) -> Mirror:
    name, board = str(given.get("sprint", "")), str(given.get("board", ""))
    sprint = Sprint(_WORK, name, "closed" if closed else "active", board, board, start, None, closed)
    leaves = (
        _issue(contract, given, closed, start, level=0, number=number, sprints=(_WORK,))
        for number in range(_leaves(given))
    )
    return Mirror(catalogue, {leaf.id: leaf for leaf in leaves}, {sprint.id: sprint})


def _version(
    contract: Contract,
    given: Mapping[str, Any],
    closed: datetime | None,
    start: datetime,
    catalogue: TrackerCatalogue,
) -> Mirror:
    day = closed.date() if closed else None
    name = str(given["version"])
    version = Version(_WORK, name, _PROJECT, _project_of(given), closed is not None, False, day)
    leaves = (
        _issue(contract, given, closed, start, level=0, number=number, versions=(_WORK,))
        for number in range(_leaves(given))
    )
    return Mirror(catalogue, {leaf.id: leaf for leaf in leaves}, versions={version.id: version})


def _leaves(given: Mapping[str, Any]) -> int:
    """How many issues the work has: as many as it says, else one where it has points or time."""
    return int(given.get("issues", "points" in given or "time" in given))


def _worklogs(given: Mapping[str, Any]) -> tuple[Worklog, ...]:
    """The time, each entry worked at noon of its day."""
    logs = []
    for number, each in enumerate(given.get("time", ())):
        at, person = datetime.combine(each["on"], time(12), UTC), str(each["person"])
        seconds = int(Decimal(str(each["hours"])) * HOUR)
        logs.append(Worklog(str(number), person, person, at, seconds, at, at))
    return tuple(logs)


def _issue(
    contract: Contract,
    given: Mapping[str, Any],
    closed: datetime | None,
    start: datetime,
    *,
    level: int,
    number: int = 0,
    parent: str | None = None,
    sprints: tuple[str, ...] = (),
    versions: tuple[str, ...] = (),
) -> Issue:
    project = _project_of(given)
    key = str(given.get("epic", f"{project}-1")).upper()
    fields = {name: _texts(given[name]) for name in contract.fields if name in given}
    if "points" in given:
        names = [contract.points_field] if contract.points_field else ["Story Points"]
        fields |= dict.fromkeys(names, _texts(given["points"]))
    history = (Change("1", closed, "", "category", "new", "done"),) if closed else ()
    return Issue(
        id=_WORK if level else f"leaf-{number}",
        key=key if level else f"{project}-0{number}",
        project_id=_PROJECT,
        project_key=project,
        summary=str(given.get("summary", "")),
        type_name=str(given.get("type", "Epic")),
        level=level,
        status=str(given.get("status", "Done" if closed else "To Do")),
        category="done" if closed else "new",
        resolution=str(given["resolution"]) if "resolution" in given else None,
        parent_id=parent,
        labels=_texts(given.get("label", ())) + _texts(given.get("labels", ())),
        components=_texts(given.get("component", ())) + _texts(given.get("components", ())),
        sprint_ids=sprints,
        fields=fields,
        created_at=start,
        updated_at=closed or start,
        history=history,
        version_ids=versions,
        worklogs=_worklogs(given) if number == 0 and not level else (),
    )


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, list | tuple):
        return tuple(str(each) for each in value)
    return (str(value),)


def _project_of(given: Mapping[str, Any]) -> str:
    key = str(given["epic"]).rpartition("-")[0] if "epic" in given else str(given.get("project", "EXAMPLE"))
    return key.upper()

"""What a field's name means in a project: names repeat between team-managed projects, ids do not."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from mappings.contract.rules import POINT_FIELDS
from mappings.words.mistakes import did_you_mean
from model.work import FieldInfo, Issue, Project, TrackerCatalogue


@dataclass(frozen=True, slots=True)
class FieldGap:
    """A name that means no field, or several: why, and what to write instead."""

    reason: str
    hint: str


class FieldIndex:
    """Field names of one site, resolved per project and remembered."""

    def __init__(self, catalogue: TrackerCatalogue) -> None:
        self._ids = {info.id for info in catalogue.fields}
        self._named: defaultdict[str, list[FieldInfo]] = defaultdict(list)
        self._fields = catalogue.fields
        for info in catalogue.fields:
            self._named[info.name.casefold()].append(info)
        self._projects = {project.id: project for project in catalogue.projects}
        self._known: dict[tuple[str, str], str | FieldGap] = {}

    def resolve(self, name: str, project_id: str) -> str | FieldGap:
        """The id of the field `name` (a name or an id) in a project, or why there is none."""
        found = self._known.get((name, project_id))
        if found is None:
            found = self._known[name, project_id] = self._look_up(name, project_id)
        return found

    def values(self, issue: Issue, name: str) -> tuple[str, ...] | FieldGap:
        """What the field holds on `issue`; nothing for an empty field."""
        field_id = self.resolve(name, issue.project_id)
        return field_id if isinstance(field_id, FieldGap) else issue.fields.get(field_id, ())

    def points(self, own: str | None, project_id: str) -> str | FieldGap:
        """The id of the story point field: the contract's `own`, else the usual one of the project's style."""
        if own:
            return self.resolve(own, project_id)
        project = self._projects.get(project_id)
        usual = POINT_FIELDS[project.style if project else "classic"]
        first = self.resolve(usual, project_id)
        if isinstance(first, str):
            return first
        other = next(name for name in POINT_FIELDS.values() if name != usual)
        second = self.resolve(other, project_id)
        return second if isinstance(second, str) else first

    def _look_up(self, name: str, project_id: str) -> str | FieldGap:
        if name in self._ids:
            return name
        named = self._named.get(name.casefold(), [])
        own = [info for info in named if info.project_id == project_id]
        shared = [info for info in named if info.project_id is None]
        candidates = (own or shared) if self._is_team_managed(project_id) else (shared or own)
        if len(candidates) == 1:
            return candidates[0].id
        where = self._place(project_id)
        if candidates:
            ids = ", ".join(sorted(info.id for info in candidates))
            return FieldGap(
                f"the field {name!r} is ambiguous{where}: {ids}", "write the id instead of the name"
            )
        near = {info.name for info in self._fields if info.project_id in (None, project_id)}
        return FieldGap(f"there is no field {name!r}{where}", did_you_mean(name, near))

    def _is_team_managed(self, project_id: str) -> bool:
        project: Project | None = self._projects.get(project_id)
        return project is not None and project.style == "next-gen"

    def _place(self, project_id: str) -> str:
        project = self._projects.get(project_id)
        return f" in project {project.key}" if project else ""

"""The mirror of one site, indexed once per translation: children by parent, members by sprint, the hidden."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

from mappings.progress.closing import ever_in
from mappings.progress.fields import FieldIndex
from mappings.progress.subjects import Agreed, Subject, kind_of
from model.billing import Claim
from model.work import Issue, Mirror, Sprint, Version, WorkId

EPIC_LEVEL = 1
LEAF_LEVEL = 0
PART_LEVEL = -1


class Site:
    """Read-only look-ups over a mirror."""

    def __init__(self, mirror: Mirror) -> None:
        self.mirror = mirror
        self.fields = FieldIndex(mirror.catalogue)

    @cached_property
    def epics(self) -> Mapping[str, tuple[Issue, ...]]:
        """Epics (by level, never by name of their type) by project key, upper case."""
        found: defaultdict[str, list[Issue]] = defaultdict(list)
        for issue in self.mirror.issues.values():
            if issue.level == EPIC_LEVEL:
                found[issue.project_key.upper()].append(issue)
        return {key: tuple(epics) for key, epics in found.items()}

    @cached_property
    def _epic_keys(self) -> Mapping[str, Issue]:
        return {epic.key.upper(): epic for epics in self.epics.values() for epic in epics}

    def epic_called(self, key: str) -> Issue | None:
        """The epic that has this key now."""
        return self._epic_keys.get(key.upper())

    @cached_property
    def _parts(self) -> Mapping[str, list[Issue]]:
        found: defaultdict[str, list[Issue]] = defaultdict(list)
        for issue in self.mirror.issues.values():
            if issue.level == PART_LEVEL and issue.parent_id is not None:
                found[issue.parent_id].append(issue)
        return found

    @cached_property
    def _children(self) -> Mapping[str, list[Issue]]:
        found: defaultdict[str, list[Issue]] = defaultdict(list)
        for issue in self.mirror.issues.values():
            if issue.level == LEAF_LEVEL and issue.parent_id is not None:
                found[issue.parent_id].append(issue)
        return found

    @cached_property
    def _members(self) -> Mapping[str, list[Issue]]:
        found: defaultdict[str, list[Issue]] = defaultdict(list)
        for issue in self.mirror.issues.values():
            if issue.level == LEAF_LEVEL:
                for sprint_id in ever_in(issue):
                    found[sprint_id].append(issue)
        return found

    @cached_property
    def versions(self) -> Mapping[str, tuple[Version, ...]]:
        """Fix versions by project key, upper case."""
        found: defaultdict[str, list[Version]] = defaultdict(list)
        for version in self.mirror.versions.values():
            found[version.project_key.upper()].append(version)
        return {key: tuple(versions) for key, versions in found.items()}

    @cached_property
    def _fixed_in(self) -> Mapping[str, list[Issue]]:
        found: defaultdict[str, list[Issue]] = defaultdict(list)
        for issue in self.mirror.issues.values():
            if issue.level == LEAF_LEVEL:
                for version_id in issue.version_ids:
                    found[version_id].append(issue)
        return found

    def fixed_in(self, version: Version) -> list[Issue]:
        """Stories and tasks of which `version` is a fix version."""
        return self._fixed_in.get(version.id, [])

    def contents(self, subject: Subject) -> list[Issue]:
        """What has to be done for `subject` to be finished; nothing for a sprint, which carries over."""
        match subject:
            case Issue():
                return self.children(subject)
            case Version():
                return self.fixed_in(subject)
            case Sprint() | Agreed():
                return []

    def children(self, epic: Issue) -> list[Issue]:
        """Stories and tasks of `epic`; their sub-tasks are part of them."""
        return self._children.get(epic.id, [])

    def parts(self, leaf: Issue) -> list[Issue]:
        """Sub-tasks of a story or task."""
        return self._parts.get(leaf.id, [])

    def leaf_of(self, issue_id: str) -> str:
        """The id of the story or task that a sub-task is part of; of anything else its own."""
        issue = self.mirror.issues.get(issue_id)
        return issue.parent_id if issue and issue.level == PART_LEVEL and issue.parent_id else issue_id

    def has_left(self, work: WorkId, issue_id: str) -> bool:
        """Whether an issue that is seen is in another epic now, or of other versions; a sprint keeps what it had."""
        issue = self.mirror.issues.get(self.leaf_of(issue_id))
        if issue is None or issue.id == work.id:
            return False
        return (work.kind == "epic" and issue.parent_id != work.id) or (
            work.kind == "version" and work.id not in issue.version_ids
        )

    def gives_up(self, work: WorkId, issue_id: str) -> bool:
        """Whether a draft of `work` gives an issue back that has left it. An epic that is not done keeps its draft as
        it is, with all that is on it."""
        epic = self.mirror.issues.get(work.id) if work.kind == "epic" else None
        is_done = work.kind != "epic" or (epic is not None and epic.category == "done")
        return is_done and self.has_left(work, issue_id)

    def moved_away(self, work: WorkId, claims: Iterable[Claim]) -> list[Issue]:
        """Issues that the client was billed for with `work` by `claims` and that have left it since: no other work
        bills them, so they stay with it."""
        billed = (leaf for claim in claims if not claim.writable for leaf in claim.leaves)
        ids = dict.fromkeys(self.leaf_of(leaf.issue_id) for leaf in billed)
        return [self.mirror.issues[id_] for id_ in ids if self.has_left(work, id_)]

    def members(self, sprint: Sprint) -> list[Issue]:
        """Stories and tasks that ever were in `sprint`."""
        return self._members.get(sprint.id, [])

    def project_of(self, subject: Subject) -> str:
        """The key of the project that the work is in, that of its board for a sprint, in upper case; "" for none."""
        match subject:
            case Issue() | Version():
                return subject.project_key.upper()
            case Sprint():
                boards = {board.id: board.project_id for board in self.mirror.catalogue.boards}
                home = boards.get(subject.board_id)
                projects = self.mirror.catalogue.projects
                return next((each.key.upper() for each in projects if each.id == home), "")
            case Agreed():
                return ""

    def is_hidden(self, subject: Subject) -> bool:
        """True when the work was seen once and is not visible now."""
        if isinstance(subject, Agreed):
            return False
        if isinstance(subject, Sprint):
            # One set holds ids of both kinds, and a number may be both: the issue is meant then.
            return subject.id in self.mirror.hidden and subject.id not in self.mirror.issues
        projects = {subject.project_id, subject.project_key}
        hidden = self.mirror.hidden_versions if isinstance(subject, Version) else self.mirror.hidden
        return subject.id in hidden or bool(projects & self.mirror.hidden_projects)

    def work_id(self, subject: Subject) -> WorkId:
        """The immutable identity of `subject`."""
        site = subject.contract if isinstance(subject, Agreed) else self.mirror.catalogue.site
        return WorkId(site, kind_of(subject), subject.id)

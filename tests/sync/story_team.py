"""What the team of a story does in Jira: a site in memory that starts as the story says and hears sentences."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from story_words import DAY, KEY, KEYS, keys_in, sentence

from connectors.memory_tracker import MemoryTracker
from model.work import Board, Change, FieldInfo, Issue, Project, Sprint, TrackerCatalogue, Version, Worklog

POINTS = "Story Points"
BOARD = "Team board"
MADE = datetime(2025, 12, 1, 9, tzinfo=UTC)
_LEVELS = {"epic": ("Epic", 1), "issue": ("Story", 0), "subtask": ("Sub-task", -1)}
_OWN = {"under", "sprint", "version", "label", "component", "summary", "type", "points", *_LEVELS}


class Team:
    """The people of one site. `work` is what there is when the story begins; `fields` are names of custom fields."""

    def __init__(
        self, work: Iterable[Mapping[str, Any]], fields: Iterable[str], clock: Callable[[], datetime]
    ) -> None:
        self._clock, self._numbers = clock, itertools.count(1)
        self.issues: dict[str, Issue] = {}
        self.sprints: dict[str, Sprint] = {}
        self.versions: dict[str, Version] = {}
        named = sorted({POINTS, *fields})
        self._fields = {name: f"customfield_{number}" for number, name in enumerate(named, 1)}
        self._projects: dict[str, Project] = {}
        self._boards: dict[str, Board] = {}
        for given in work:
            self._begin(given)
        self.tracker = MemoryTracker(self._site())
        self.tracker.put(*self.issues.values())
        self.tracker.put_sprint(*self.sprints.values())
        self.tracker.put_version(*self.versions.values())

    @property
    def names(self) -> dict[str, str]:
        """What people call a piece of work, by `kind/id`."""
        return {
            **{f"epic/{issue.id}": issue.key for issue in self.issues.values()},
            **{f"sprint/{sprint.id}": sprint.name for sprint in self.sprints.values()},
            **{f"version/{version.id}": version.name for version in self.versions.values()},
            **{f"board/{board.id}": board.name for board in self._boards.values()},
        }

    @sentence(rf"{KEYS} (?:is|are) closed(?: as (?P<how>.+))?")
    def close(self, keys: str, how: str | None) -> None:
        """Closed, as done or as something else."""
        for key in keys_in(keys):
            before = self.issues[key].category
            self._change(key, ("category", before, "done"), category="done", resolution=how or "Done")
            self._put(key, status="Done")

    @sentence(rf"{KEYS} (?:is|are) started")
    def start(self, keys: str) -> None:
        """Taken up."""
        for key in keys_in(keys):
            self._change(key, ("category", "new", "indeterminate"), category="indeterminate")
            self._put(key, status="In Progress")

    @sentence(rf"{KEYS} (?:is|are) reopened")
    def reopen(self, keys: str) -> None:
        """Opened again."""
        for key in keys_in(keys):
            self._change(
                key, ("category", "done", "indeterminate"), category="indeterminate", resolution=None
            )
            self._put(key, status="In Progress")

    @sentence(rf"{KEYS} gets? label (?P<label>\S+)")
    def label(self, keys: str, label: str) -> None:
        """A label more."""
        for key in keys_in(keys):
            self._put(key, labels=(*self.issues[key].labels, label))

    @sentence(rf"{KEYS} loses? label (?P<label>\S+)")
    def unlabel(self, keys: str, label: str) -> None:
        """A label less."""
        for key in keys_in(keys):
            self._put(key, labels=tuple(each for each in self.issues[key].labels if each != label))

    @sentence(rf"{KEYS} gets? status (?P<status>.+)")
    def status(self, keys: str, status: str) -> None:
        """Another status of the same category."""
        for key in keys_in(keys):
            self._change(key, ("status", self.issues[key].status, status), status=status)

    @sentence(rf"{KEYS} gets? (?P<points>[\d.]+) points")
    def estimate(self, keys: str, points: str) -> None:
        """Another estimate."""
        self.fill(keys, POINTS, points)

    @sentence(rf"{KEYS} gets? (?P<field>.+?) \"(?P<value>.*)\"")
    def fill(self, keys: str, field: str, value: str) -> None:
        """Another value of a custom field; "" empties it."""
        id_ = self._fields[field]
        for key in keys_in(keys):
            fields = {**self.issues[key].fields, id_: (value,)}
            if not value:
                del fields[id_]
            old = next(iter(self.issues[key].fields.get(id_, ())), "")
            self._change(key, (id_, old, value), fields=fields)

    @sentence(rf"{KEYS} (?P<how>joins?|leaves?|moves? to) sprint (?P<name>.+)")
    def replan(self, keys: str, how: str, name: str) -> None:
        """Into a sprint, out of one, or from all others into one."""
        id_ = self.sprints[name].id
        for key in keys_in(keys):
            before = self.issues[key].sprint_ids
            kept = () if how.startswith("move") else tuple(each for each in before if each != id_)
            after = kept if how.startswith("leave") else (*kept, id_)
            self._change(key, ("sprint", ",".join(before), ",".join(after)), sprint_ids=after)

    @sentence(rf"{KEYS} moves? under (?P<epic>\S+)")
    def reparent(self, keys: str, epic: str) -> None:
        """Into another epic."""
        for key in keys_in(keys):
            self._put(key, parent_id=self.issues[epic].id)

    @sentence(rf"{KEY} becomes (?P<new>[A-Z]+-\d+)")
    def rekey(self, key: str, new: str) -> None:
        """Moved to another project, where it has another key."""
        project = self._projects[new.partition("-")[0]]
        self.issues[new] = self.issues.pop(key)
        self._put(new, key=new, project_id=project.id, project_key=project.key)

    @sentence(rf"{KEY} disappears")
    def hide(self, key: str) -> None:
        """Deleted, archived or restricted: nobody can tell."""
        self.tracker.hide_issue(self.issues[key].id)

    @sentence(rf"(?P<who>\w+) logs (?P<much>[\d.]+) (?P<unit>hour|minute)s? on {KEY}(?: for {DAY})?")
    def log(self, who: str, much: str, unit: str, key: str, day: str | None) -> None:
        """Time worked, now or on another day."""
        at = datetime.combine(date.fromisoformat(day), time(15), UTC) if day else self._clock()
        number, seconds = str(next(self._numbers)), int(Decimal(much) * (3600 if unit == "hour" else 60))
        made = Worklog(number, f"id-{who.lower()}", who, at, seconds, self._clock(), self._clock())
        logs = sorted((*self.issues[key].worklogs, made), key=lambda each: (each.started_at, each.id))
        self._put(key, worklogs=tuple(logs))

    @sentence(rf"(?P<who>\w+) corrects {KEY} to (?P<hours>[\d.]+) hours?")
    def correct(self, who: str, key: str, hours: str) -> None:
        """The person's only worklog on the issue gets another length."""
        seconds = int(Decimal(hours) * 3600)
        logs = tuple(
            replace(each, seconds=seconds, updated_at=self._clock()) if each.author == who else each
            for each in self.issues[key].worklogs
        )
        self._put(key, worklogs=logs)

    @sentence(r"sprint (?P<name>.+) is completed")
    def complete(self, name: str) -> None:
        """The sprint ends."""
        done = replace(self.sprints[name], state="closed", completed_at=self._clock())
        self.sprints[name] = done
        self.tracker.put_sprint(done)

    @sentence(rf"version (?P<name>\S+) is released(?: on {DAY})?")
    def release(self, name: str, day: str | None) -> None:
        """Released, on a day that a person types."""
        on = date.fromisoformat(day) if day else self._clock().astimezone(ZoneInfo("UTC")).date()
        self._put_version(replace(self.versions[name], released=True, released_on=on))

    @sentence(r"version (?P<name>\S+) is unreleased")
    def unrelease(self, name: str) -> None:
        """The release is taken back."""
        self._put_version(replace(self.versions[name], released=False, released_on=None))

    def _put_version(self, version: Version) -> None:
        self.versions[version.name] = version
        self.tracker.put_version(version)

    def _change(self, key: str, step: tuple[str, str, str], **now: Any) -> None:
        change = Change(str(next(self._numbers)), self._clock(), "someone", *step)
        self._put(key, history=(*self.issues[key].history, change), **now)

    def _put(self, issue: str, /, **now: Any) -> None:
        self.issues[issue] = replace(self.issues[issue], updated_at=self._clock(), **now)
        self.tracker.put(self.issues[issue])

    def _begin(self, given: Mapping[str, Any]) -> None:
        kind = next(iter(given))
        if kind in _LEVELS:
            for key in keys_in(given[kind]):
                self.issues[key] = self._issue(key, kind, given)
        elif kind == "sprint":
            self._begin_sprint(given)
        else:
            project = self._project(given["project"])
            version = Version(
                str(700 + len(self.versions)), given["version"], project.id, project.key, False, False, None
            )
            self.versions[version.name] = version

    def _begin_sprint(self, given: Mapping[str, Any]) -> None:
        name = given.get("board", BOARD)
        home = self._project(given.get("project", "ACME")).id
        board = self._boards.setdefault(name, Board(str(1 + len(self._boards)), name, "scrum", home))
        starts_at = datetime.combine(given["starts"], time(8), UTC)
        self.sprints[given["sprint"]] = Sprint(
            str(800 + len(self.sprints)), given["sprint"], "active", board.id, name,
            starts_at, starts_at + timedelta(days=14), None,
        )  # fmt: skip

    def _issue(self, key: str, kind: str, given: Mapping[str, Any]) -> Issue:
        type_name, level = _LEVELS[kind]
        project = self._project(key.partition("-")[0])
        known = {self._fields[name]: (str(value),) for name, value in given.items() if name not in _OWN}
        if "points" in given:
            known[self._fields[POINTS]] = (str(given["points"]),)
        return Issue(
            id=str(10001 + len(self.issues)),
            key=key,
            project_id=project.id,
            project_key=project.key,
            summary=_text(given.get("summary", f"Work {key}")),
            type_name=given.get("type", type_name),
            level=level,
            status="To Do",
            category="new",
            resolution=None,
            parent_id=self.issues[given["under"]].id if "under" in given else None,
            labels=_several(given.get("label")),
            components=_several(given.get("component")),
            sprint_ids=tuple(self.sprints[name].id for name in _several(given.get("sprint"))),
            fields=known,
            created_at=MADE,
            updated_at=MADE,
            version_ids=tuple(self.versions[name].id for name in _several(given.get("version"))),
        )

    def _project(self, key: str) -> Project:
        return self._projects.setdefault(key, Project(str(1 + len(self._projects)), key, key, "classic"))

    def _site(self) -> TrackerCatalogue:
        fields = tuple(FieldInfo(id_, name, "any", None) for name, id_ in self._fields.items())
        return TrackerCatalogue(
            "cloud", "https://jira.example", "bot", "UTC",
            tuple(self._projects.values()), tuple(self._boards.values()), fields,
        )  # fmt: skip


def _several(value: str | list[str] | None) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def _text(value: str | Mapping[str, Any]) -> str:
    """A text, or one that is repeated: { text = "ha", times = 500 }."""
    return value if isinstance(value, str) else value["text"] * value["times"]

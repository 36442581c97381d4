"""Rules that reach nothing of all that was read: no mistake, for the work may be to come, but often a slip."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from mappings.check.jira import boards_called
from mappings.check.strangers import strangers
from mappings.check.vocabulary import texts
from mappings.check.written import Found, Loc, Written, WrittenRule, written
from mappings.contract.book import Reach, RuleBook
from mappings.contract.works import EpicsWork, EpicWork, FieldTest, SprintsWork, VersionsWork, tests_of
from mappings.progress.fields import FieldGap
from mappings.progress.match import clauses, field_clause, like, reaches
from mappings.progress.site import EPIC_LEVEL, Site
from mappings.tables.payer import WhenWords
from mappings.tables.work import MatchWords
from mappings.words.mistakes import did_you_mean
from mappings.words.text import inert, listed
from model.finding import Problem
from model.work import Issue, Mirror

_Epics = Collection[Issue]
_Seen = Callable[[Issue], Collection[str]]


def unreached(book: RuleBook, mirrors: Mapping[str, Mirror], read: Mapping[str, Reach]) -> list[Problem]:
    """What the files of `book` name and nothing that was read has, by file, line and column.

    `mirrors` hold the work of each site, `read` what of it was read to the end; of anything else nothing is said,
    nor of a project without epics or a board without sprints, for which nothing can be compared yet.
    """
    sites = {name: Site(mirror) for name, mirror in mirrors.items() if name in read}
    files, found = written(book), list[Problem]()
    for file in files:
        name = file.word("site") or ""
        if name in sites:
            look = _Look(file, sites[name], read[name])
            found += (Problem(file.file, *file.place(loc), *said) for loc, *said in look.everywhere())
    found += strangers(files, {name: site.mirror for name, site in sites.items()})
    return sorted(found, key=lambda problem: (problem.file, problem.line, problem.column))


@dataclass(frozen=True, slots=True)
class _Look:
    """One file looked at beside all work of its site."""

    file: Written
    site: Site
    read: Reach

    def everywhere(self) -> Found:
        for rule in self.file.rules:
            yield from self._work((*rule.at, "work"), rule)
            yield from self._acceptance(rule)
        for at, key in self.file.awaited:
            yield from self._epic(at, key)
        everyone = self._epics(self.file.projects)
        for at, when in self.file.payers:
            yield from self._words(at, when, everyone)
            for test in _tests(when):
                yield from self._field((*at, test.name), test, everyone)

    def _work(self, at: Loc, rule: WrittenRule) -> Found:
        match rule.work:
            case EpicWork(key):
                yield from self._epic((*at, "epic"), key)
            case EpicsWork() as work:
                yield from self._table((*at, "epics"), work, rule)
            case SprintsWork(board, name) if board.casefold() in map(str.casefold, self.read.boards):
                ids = {each.id for each in boards_called(board, self.site.mirror.catalogue)}
                sprints = [each.name for each in self.site.mirror.sprints.values() if each.board_id in ids]
                yield from _pattern((*at, "sprints", "name"), f"sprint of board {board!r}", name, sprints)
            case VersionsWork(project, name) if project in self.read.version_projects:
                versions = [each.name for each in self.site.versions.get(project, ())]
                yield from _pattern((*at, "versions", "name"), f"version of {project}", name, versions)

    def _epic(self, at: Loc, key: str) -> Found:
        project = key.rpartition("-")[0]
        epics = self._epics([project])
        if epics and self.site.epic_called(key) is None:
            issue = next((each for each in self.site.mirror.issues.values() if each.key.upper() == key), None)
            if issue is not None and issue.level != EPIC_LEVEL:
                yield (
                    at,
                    f"{key} is no epic but a {inert(issue.type_name)}",
                    "name the epic that it is part of",
                )
            else:
                near = did_you_mean(key, (epic.key for epic in epics), "seen")
                yield at, f"{project} has no epic {key}, {_of(epics)}", near

    def _table(self, at: Loc, work: EpicsWork, rule: WrittenRule) -> Found:
        words, epics = rule.words.epics if rule.words else None, self._epics(work.table.projects)
        if words is None or not epics:
            return
        single = [*self._words(at, words, epics), *self._moving(at, words, epics)]
        for test in tests_of(work):
            single += self._field((*at, test.name), test, epics)
        if work.table.summary is not None:
            summaries = [epic.summary for epic in epics]
            single += _pattern((*at, "summary"), f"epic of {_where(epics)}", work.table.summary, summaries)
        # What status an epic has now says nothing of the one that it is billed in.
        lasting = EpicsWork(replace(work.table, statuses=()))
        if not single and not any(reaches(lasting, epic, self.site.fields) for epic in epics):
            single.append(
                (
                    at,
                    f"no epic of {_where(epics)} has all of these words, {_of(epics)}",
                    self._nearest(lasting, epics),
                )
            )
        yield from single

    def _nearest(self, work: EpicsWork, epics: _Epics) -> str:
        def failing(epic: Issue) -> int:
            return sum(not clause.holds for clause in clauses(work, epic, self.site.fields))

        epic = min(epics, key=failing)
        missing = (each for each in clauses(work, epic, self.site.fields) if not each.holds)
        return f"nearest is {epic.key}: " + ", ".join(f"{each.text}, not {each.saw}" for each in missing)

    def _words(self, at: Loc, words: MatchWords | WhenWords, epics: _Epics) -> Found:
        kinds: tuple[tuple[str, _Seen], ...] = (
            ("label", lambda epic: epic.labels),
            ("component", lambda epic: epic.components),
        )
        for kind, seen in kinds:
            for key in {kind, f"{kind}s"} & type(words).model_fields.keys():
                yield from _values(at, key, kind, getattr(words, key), epics, seen)

    def _moving(self, at: Loc, words: MatchWords, epics: _Epics) -> Found:
        for key in ("type", "types"):
            yield from _values(at, key, "type", getattr(words, key), epics, lambda epic: (epic.type_name,))
        for key in ("status", "statuses"):
            yield from _values(at, key, "status", getattr(words, key), epics, _statuses)

    def _acceptance(self, rule: WrittenRule) -> Found:
        at, epics = (*rule.at, "accept"), self._epics(rule.projects)
        if rule.accept is None:
            return
        yield from _values(at, "label", "label", rule.accept.label, epics, lambda epic: epic.labels)
        yield from _values(at, "status", "status", rule.accept.status, epics, _statuses)
        if rule.accept.field is not None:
            test = FieldTest(rule.accept.field, tuple(rule.accept.is_ or ()))
            yield from self._field((*at, "is"), test, epics)

    def _field(self, at: Loc, test: FieldTest, epics: _Epics) -> Found:
        seen = [self.site.fields.values(epic, test.name) for epic in epics]
        if any(isinstance(each, FieldGap) for each in seen):
            return
        for index, value in enumerate(test.values):
            one = FieldTest(test.name, (value,))
            if epics and not any(field_clause(one, epic, self.site.fields).holds for epic in epics):
                held = {inert(text) for each in seen if not isinstance(each, FieldGap) for text in each}
                message = f"no epic of {_where(epics)} has {value!r} in {test.name!r}, {_of(epics)}"
                yield (*at, index), message, did_you_mean(value, held, "seen")

    def _epics(self, keys: Collection[str]) -> list[Issue]:
        """The epics of some projects; none while one of these was not read."""
        if not set(keys) <= set(self.read.projects):
            return []
        return [epic for key in sorted(keys) for epic in self.site.epics.get(key, ())]


def _values(at: Loc, key: str, kind: str, values: list[str] | None, epics: _Epics, seen_of: _Seen) -> Found:
    """Each of the `values` under `key` that none of `epics` has."""
    seen = {inert(word) for epic in epics for word in seen_of(epic)} if values else set()
    known = {word.casefold() for word in seen}
    for loc, value in texts(at, key, values):
        if epics and value.casefold() not in known:
            message = f"no epic of {_where(epics)} has the {kind} {value!r}, {_of(epics)}"
            yield loc, message, did_you_mean(value, seen, "seen")


def _pattern(loc: Loc, what: str, pattern: str, names: Collection[str]) -> Found:
    if names and not any(like(name, pattern) for name in names):
        near = did_you_mean(pattern.replace("*", ""), map(inert, names), "seen")
        yield loc, f"no {what} is called like {pattern!r}, {_of(names)}", near


def _statuses(epic: Issue) -> set[str]:
    """Every status that an epic ever had."""
    changes = (change for change in epic.history if change.field == "status")
    return {epic.status, *(name for change in changes for name in (change.old, change.new) if name)}


def _tests(when: WhenWords) -> Iterator[FieldTest]:
    return (FieldTest(name, tuple(values)) for name, values in when.__pydantic_extra__.items())


def _where(epics: _Epics) -> str:
    return listed(sorted({epic.project_key for epic in epics}))


def _of(looked_at: Collection[object]) -> str:
    return f"of {len(looked_at)} that were read"

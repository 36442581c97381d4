"""Names in contract files that nothing read so far can tell of, said plainly: silence means that all were compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mappings.check.jira import project_at
from mappings.check.written import Loc, Written, WrittenRule, written
from mappings.contract.book import Reach, RuleBook
from mappings.contract.works import SprintsWork, VersionsWork, VersionWork, tests_of
from model.finding import Problem

_NEXT = "`milepost plan` reads it, and compares"


def unasked(book: RuleBook, read: Mapping[str, Reach]) -> list[Problem]:
    """For each file what of its site was not `read` to the end yet, each project, board and field once, by file, line
    and column. Sites that are not in `read` are unknown altogether, and nothing is said of them here."""
    problems = list[Problem]()
    for file in written(book):
        reach = read.get(file.word("site") or "")
        if reach is not None:
            said = dict[str, tuple[Loc, str]]()
            for loc, key, message in _unread(file, reach):
                said.setdefault(key, (loc, message))
            problems += (Problem(file.file, *file.place(loc), text, _NEXT) for loc, text in said.values())
    return sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column))


def _unread(file: Written, read: Reach) -> Iterator[tuple[Loc, str, str]]:
    """A place, what it is about, and what is not known of it."""
    for rule in file.rules:
        yield from _work(rule, read)
        if rule.accept is not None and rule.accept.field is not None and rule.accept.is_:
            yield from _field((*rule.at, "accept", "field"), rule.accept.field, file, read)
    for at, key in file.awaited:
        yield from _project(at, key.rpartition("-")[0], read)
    for at, when in file.payers:
        for name in when.__pydantic_extra__:
            yield from _field((*at, name), name, file, read)


def _work(rule: WrittenRule, read: Reach) -> Iterator[tuple[Loc, str, str]]:
    work, at = rule.work, (*rule.at, "work")
    if work is None:
        return
    for key in rule.projects:
        yield from _project((*at, *project_at(work)), key, read)
    match work:
        case SprintsWork(board) if board.casefold() not in map(str.casefold, read.boards):
            said = f"nothing of board {board!r} was read yet: names of its sprints were not compared"
            yield (*at, "sprints", "board"), f"board {board.casefold()}", said
        case VersionWork(key) | VersionsWork(key) if (
            key in read.projects and key not in read.version_projects
        ):
            said = f"the versions of project {key} were not read yet: their names were not compared"
            yield (*at, *project_at(work)), f"versions {key}", said
        case _:
            pass
    for test in tests_of(work):
        if set(rule.projects) <= set(read.projects) and test.name not in read.fields:
            yield (*at, "epics", test.name), f"field {test.name}", _values(test.name)


def _project(at: Loc, key: str, read: Reach) -> Iterator[tuple[Loc, str, str]]:
    if key not in read.projects:
        said = f"nothing of project {key} was read yet: what rules say of its work was not compared"
        yield at, f"project {key}", said


def _field(at: Loc, name: str, file: Written, read: Reach) -> Iterator[tuple[Loc, str, str]]:
    if file.projects <= set(read.projects) and name not in read.fields:
        yield at, f"field {name}", _values(name)


def _values(name: str) -> str:
    return f"the field {name!r} was not read yet: its values were not compared"

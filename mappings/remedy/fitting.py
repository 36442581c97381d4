"""Work made to fit the words of a rule: each word that does not hold, with the work as it would be if it did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mappings.contract.accepts import Gate, LabelTest, StatusTest
from mappings.contract.payers import PayerWords
from mappings.contract.rules import Milestone
from mappings.contract.works import EpicsWork, FieldTest, MatchTable, SprintsWork, VersionsWork, VersionWork
from mappings.progress.fields import FieldIndex
from mappings.progress.match import field_clause, like, reaches
from mappings.remedy.world import World
from model.work import Issue, Sprint, Version

Told = tuple[str, World]  #: what a person does, and the world after it


def fitted(world: World, rule: Milestone, subject: Issue | Sprint | Version) -> Told | None:
    """What all has to be otherwise for `rule` to reach `subject`; None where that is another piece of work."""
    match rule.work, subject:
        case EpicsWork(table), Issue():
            told = []
            for what, changed in _words(world, table, subject):
                told.append(what)
                subject = changed
            if told and reaches(rule.work, subject, FieldIndex(world.mirror.catalogue)):
                return f"{_joined(told)} on {subject.key}", world.with_issues([subject])
        case SprintsWork(_, pattern), Sprint():
            return f"call the sprint as {pattern!r} asks", world.with_sprint(
                replace(subject, name=_fitting(pattern))
            )
        case VersionWork(_, name) | VersionsWork(_, name), Version():
            return f"call the version as {name!r} asks", world.with_version(
                replace(subject, name=_fitting(name))
            )
    return None


def passed(world: World, gate: Gate, issue: Issue) -> Told | None:
    """What a client's acceptance is in Jira."""
    match gate:
        case StatusTest(names):
            told, changed = f"set its status to {names[0]!r}", replace(issue, status=names[0])
        case LabelTest(names):
            told, changed = f"add the label {names[0]!r}", replace(issue, labels=(*issue.labels, names[0]))
        case FieldTest(name, values):
            filled = world.filled(issue, name, values[0])
            if filled is None:
                return None
            told, changed = f"set {name!r} to {values[0]!r}", filled
    return f"{told} on {issue.key} when the client has accepted it", world.with_issues([changed])


def with_words(world: World, asked: PayerWords, issue: Issue) -> Told | None:
    """What all has to be otherwise for a payer who is `asked` so to pay for `issue`."""
    table = MatchTable((), asked.labels, asked.components, fields=asked.fields)
    told = []
    for what, changed in _words(world, table, issue):
        told.append(what)
        issue = changed
    return (f"{_joined(told)} on {issue.key}", world.with_issues([issue])) if told else None


def _words(world: World, table: MatchTable, issue: Issue) -> Iterator[tuple[str, Issue]]:
    """Each word of `table` that does not hold, one upon the other."""
    if table.labels and not _any(table.labels, issue.labels):
        issue = replace(issue, labels=(*issue.labels, table.labels[0]))
        yield f"add the label {table.labels[0]!r}", issue
    if table.components and not _any(table.components, issue.components):
        issue = replace(issue, components=(*issue.components, table.components[0]))
        yield f"add the component {table.components[0]!r}", issue
    if table.types and not _any(table.types, (issue.type_name,)):
        issue = replace(issue, type_name=table.types[0])
        yield f"set its type to {table.types[0]!r}", issue
    if table.statuses and not _any(table.statuses, (issue.status,)):
        issue = replace(issue, status=table.statuses[0])
        yield f"set its status to {table.statuses[0]!r}", issue
    if table.summary is not None and not like(issue.summary, table.summary):
        issue = replace(issue, summary=_fitting(table.summary))
        yield f"give it a summary like {table.summary!r}", issue
    fields = FieldIndex(world.mirror.catalogue)
    for test in table.fields:
        filled = world.filled(issue, test.name, test.values[0])
        if filled is not None and not field_clause(test, issue, fields).holds:
            issue = filled
            yield f"set {test.name!r} to {test.values[0]!r}", issue


def _any(allowed: tuple[str, ...], seen: tuple[str, ...]) -> bool:
    return bool({word.casefold() for word in allowed} & {word.casefold() for word in seen})


def _fitting(pattern: str) -> str:
    return pattern.replace("*", "").replace("?", "x")


def _joined(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"

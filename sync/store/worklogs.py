"""Logged time in the mirror: a worklog once seen stays with its issue until its deletion is told.

Worklogs live inside their issue's document. A row of kind "worklog" says which issue that is, since a deletion
names the worklog alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, select

from model.work import Issue, Worklog
from sync.store.codec import decode
from sync.store.rows import chunks, upsert
from sync.store.schema import work, work_observation
from sync.store.seen import Reach, mark_dirty, write

_KIND = "worklog"


def completed(
    connection: Connection, site: str, issues: Iterable[Issue], reach: Reach, at: datetime
) -> list[Issue]:
    """`issues` as read, with the worklogs that were seen before and are not visible now, marked as hidden.

    Where time was not read it stays as last seen. A worklog that was moved to one of `issues` leaves its old one.
    """
    read = {issue.id: issue for issue in issues}
    holder = {log.id: issue.id for issue in read.values() for log in issue.worklogs}
    known = _issues_of(connection, site, work.c.home, read) | _issues_of(
        connection, site, work.c.work_id, holder
    )
    if not known:
        return list(read.values())
    moved: defaultdict[str, set[str]] = defaultdict(set)
    for log, issue_id in known.items():
        if holder.get(log, issue_id) != issue_id:
            moved[issue_id].add(log)
    _take_out(connection, site, {old: logs for old, logs in moved.items() if old not in read}, reach, at)
    before = _stored(connection, site, read.keys() & set(known.values()))
    return [
        replace(issue, worklogs=_merged(before[issue.id][0], issue, moved[issue.id], reach))
        if issue.id in before
        else issue
        for issue in read.values()
    ]


def note(connection: Connection, site: str, issues: Iterable[Issue], observations: Mapping[str, int]) -> None:
    """Remember whose the worklogs of `issues` are; `observations` are the numbers of those that differed, by id."""
    differing = [issue for issue in issues if issue.id in observations]
    holder = {log.id: issue.id for issue in differing for log in issue.worklogs}
    known = _issues_of(connection, site, work.c.work_id, holder)
    rows = [
        {"site": site, "kind": _KIND, "work_id": log, "home": issue_id, "digest": "", "updated_at": None}
        | {"observation": observations[issue_id], "hidden": False}
        for log, issue_id in holder.items()
        if known.get(log) != issue_id
    ]
    upsert(connection, work, rows)


def strike(connection: Connection, site: str, worklog_ids: Sequence[str], reach: Reach, at: datetime) -> int:
    """Take deleted worklogs out of their issues; returns how many issues had one. Unknown ids mean nothing."""
    known = _issues_of(connection, site, work.c.work_id, worklog_ids)
    by_issue: defaultdict[str, set[str]] = defaultdict(set)
    for log, issue_id in known.items():
        by_issue[issue_id].add(log)
    _take_out(connection, site, by_issue, reach, at)
    for chunk in chunks(known):
        here = work.c.site == site, work.c.kind == _KIND, work.c.work_id.in_(chunk)
        connection.execute(delete(work).where(*here))
    return len(by_issue)


def _merged(before: Issue, read: Issue, moved: set[str], reach: Reach) -> tuple[Worklog, ...]:
    visible = {log.id for log in read.worklogs}
    found = {
        log.id: replace(log, hidden=True) if read.project_id in reach.timed and log.id not in visible else log
        for log in before.worklogs
        if log.id not in moved
    }
    for log in read.worklogs:
        known = found.get(log.id)
        if known is None or known.updated_at <= log.updated_at:
            found[log.id] = log
    return tuple(sorted(found.values(), key=lambda log: (log.started_at, int(log.id))))


def _take_out(
    connection: Connection, site: str, worklogs: Mapping[str, set[str]], reach: Reach, at: datetime
) -> None:
    """Store these issues without some worklogs (ids by issue id); what was hidden of them stays hidden."""
    left, hidden = [], []
    for issue, is_hidden in _stored(connection, site, worklogs).values():
        kept = tuple(log for log in issue.worklogs if log.id not in worklogs[issue.id])
        left.append(replace(issue, worklogs=kept))
        hidden += [issue.id] if is_hidden else []
    write(connection, site, left, at, hidden=hidden)
    mark_dirty(connection, reach.contracts("issue", {issue.project_id for issue in left}))


def _issues_of(
    connection: Connection, site: str, column: ColumnElement[str], values: Iterable[str]
) -> dict[str, str]:
    """Issue ids by worklog id, of known worklogs whose `column` is one of `values`."""
    found: dict[str, str] = {}
    for chunk in chunks(values):
        here = work.c.site == site, work.c.kind == _KIND, column.in_(chunk)
        rows = connection.execute(select(work.c.work_id, work.c.home).where(*here))
        found.update({row.work_id: row.home for row in rows})
    return found


def _stored(connection: Connection, site: str, issue_ids: Iterable[str]) -> dict[str, tuple[Issue, bool]]:
    """Issues as last seen, and whether they are hidden, by id."""
    found: dict[str, tuple[Issue, bool]] = {}
    for chunk in chunks(issue_ids):
        rows = connection.execute(
            select(work.c.work_id, work.c.hidden, work_observation.c.doc)
            .join(work_observation, work_observation.c.seq == work.c.observation)
            .where(work.c.site == site, work.c.kind == "issue", work.c.work_id.in_(chunk))
        )
        found.update({row.work_id: (decode(row.doc, Issue), row.hidden) for row in rows})
    return found

"""Pure translation of Jira's issues and sprints into our words. No request is made here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from connectors.jira.history import Vocabulary, category_of, from_jira_histories
from connectors.jira.values import clean, sprints_of, texts_of
from connectors.jira.wire import History, IssueType, WireIssue, WireSprint, mapped_values
from model.work import Board, Issue, Sprint, Worklog


def from_jira_issue(
    raw: WireIssue, words: Vocabulary, histories: Iterable[History], worklogs: tuple[Worklog, ...] = ()
) -> Issue:
    """One issue with its history. `raw` was decoded with the fields that `words` names, in its order."""
    known = raw.fields
    values = dict(mapped_values(known, words.asked))
    sprints = [ref for name in words.sprint_fields for ref in sprints_of(values.get(name))]
    return Issue(
        id=raw.id,
        key=raw.key,
        project_id=known.project.id,
        project_key=known.project.key,
        summary=clean(known.summary or ""),
        type_name=clean(known.issuetype.name),
        level=level_of(known.issuetype),
        status=clean(known.status.name),
        category=category_of(known.status),
        resolution=clean(known.resolution.name) if known.resolution else None,
        parent_id=known.parent.id if known.parent else None,
        labels=tuple(clean(label) for label in known.labels or ()),
        components=tuple(clean(component.name) for component in known.components or ()),
        sprint_ids=tuple(dict.fromkeys(ref.id for ref in sprints)),
        version_ids=tuple(ref.id for ref in known.fix_versions or ()),
        worklogs=worklogs,
        fields={info.id: texts for info in words.fields if (texts := texts_of(values.get(info.id)))},
        created_at=known.created.astimezone(UTC),
        updated_at=known.updated.astimezone(UTC),
        history=from_jira_histories(histories, words, known.project.id),
    )


def level_of(kind: IssueType) -> int:
    """The level of an issue type, as of an issue. Data Center tells no level: there only sub-tasks are told apart."""
    if kind.hierarchy_level is not None:
        return kind.hierarchy_level
    return -1 if kind.subtask else 0


def from_jira_sprint(raw: WireSprint, board: Board) -> Sprint:
    """One sprint, told as one of `board`."""
    return Sprint(
        id=str(raw.id),
        name=clean(raw.name),
        state=raw.state,
        board_id=board.id,
        board_name=board.name,
        starts_at=_utc(raw.start_date),
        ends_at=_utc(raw.end_date),
        completed_at=_utc(raw.complete_date),
    )


def _utc(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC) if at else None

"""A first look at a site without any rules: what there is, and what its newest issues hold."""

from __future__ import annotations

from dataclasses import replace

from connectors.jira import jql
from connectors.jira.directory import Directory
from connectors.jira.reader import IssueReader
from connectors.jira.search import Search
from connectors.ports import Survey
from model.work import FieldInfo, Issue, TrackerCatalogue

_SAMPLE = 1000
_TELLING = frozenset({"number", "option"})  # the kinds of fields that a price or an acceptance is read from


def survey(directory: Directory, search: Search, issues: IssueReader, project: str | None) -> Survey:
    """The site as a whole, with a sample of one project (its key) or of all."""
    catalogue = directory.everything(project)
    ids = [each.id for each in catalogue.projects if each.key == project]
    if project is not None and not ids:
        return Survey(catalogue, ())
    read = replace(catalogue, fields=tuple(info for info in catalogue.fields if _is_telling(info, ids)))
    return Survey(catalogue, _sample(directory, search, issues, read, ids))


def _sample(
    directory: Directory, search: Search, issues: IssueReader, catalogue: TrackerCatalogue, ids: list[str]
) -> tuple[Issue, ...]:
    newest: list[str] = []
    for page in search.pages(jql.newest(ids), "updated", _SAMPLE):
        newest += [hit.id for hit in page.hits]
        if len(newest) >= _SAMPLE:
            break
    found = issues.glance(tuple(dict.fromkeys(newest))[:_SAMPLE], directory.vocabulary(catalogue))
    return tuple(sorted(found, key=lambda issue: (issue.updated_at, int(issue.id)), reverse=True))


def _is_telling(info: FieldInfo, project_ids: list[str]) -> bool:
    """A field of another team-managed project is on no issue of this one."""
    return info.kind in _TELLING and (
        not project_ids or info.project_id is None or info.project_id in project_ids
    )

"""What `expand` adds to an issue wherever one is shown: steps, edit screen, operations, texts as HTML."""

from __future__ import annotations

from sandbox.jira.entities import CustomField
from sandbox.jira.issue import Issue
from sandbox.jira.richtext import as_html
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.ticket import createmeta, transitions
from sandbox.jira.wire.ticket.issue import Selection, issue_shape


def expanded_issue(visit: Visit, issue: Issue, selection: Selection, *, home: str = "") -> Json:
    """An issue with all that was asked for."""
    shape, wanted = issue_shape(visit, issue, selection, home=home), selection.expand
    if "transitions" in wanted or "transitions.fields" in wanted:
        full = "transitions.fields" in wanted
        steps = transitions.offered(visit, issue)
        shape["transitions"] = [transitions.shape(visit, issue, step, with_fields=full) for step in steps]
    if "editmeta" in wanted:
        shape["editmeta"] = {"fields": createmeta.edit_fields(visit, issue)}
    if "operations" in wanted:
        shape["operations"] = {"linkGroups": []}
    if "renderedFields" in wanted:
        shape["renderedFields"] = _rendered(issue, selection)
    return shape


def _rendered(issue: Issue, selection: Selection) -> Json:
    """Every field that was asked for: texts as HTML, others null."""
    texts = {"description": issue.description, "environment": issue.environment}
    for field in selection.fields:
        if isinstance(field, CustomField) and field.kind == "textarea":
            texts[field.id] = str(issue.values.get(field.id, ""))
    return {f.id: as_html(texts[f.id] or "") if f.id in texts else None for f in selection.fields}

"""The site's fields as data: identity, name, schema, and what the field list says of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.jira.entities import CustomField, FieldKind
from sandbox.jira.jql import clause_names
from sandbox.jira.wire.http.shapes import Json, scope

_GREENHOPPER = "com.pyxis.greenhopper.jira"
_TYPES = "com.atlassian.jira.plugin.system.customfieldtypes"
# kind: (schema type, items, custom type)
_CUSTOM: dict[FieldKind, tuple[str, str | None, str]] = {
    "text": ("string", None, f"{_TYPES}:textfield"),
    "textarea": ("string", None, f"{_TYPES}:textarea"),
    "url": ("string", None, f"{_TYPES}:url"),
    "organizations": (
        "array",
        "sd-customerorganization",
        "com.atlassian.servicedesk:sd-customer-organizations",
    ),
    "cascading": ("option-with-child", None, f"{_TYPES}:cascadingselect"),
    "users": ("array", "user", f"{_TYPES}:multiuserpicker"),
    "group": ("group", None, f"{_TYPES}:grouppicker"),
    "groups": ("array", "group", f"{_TYPES}:multigrouppicker"),
    "version": ("version", None, f"{_TYPES}:version"),
    "versions": ("array", "version", f"{_TYPES}:multiversion"),
    "number": ("number", None, f"{_TYPES}:float"),
    "option": ("option", None, f"{_TYPES}:select"),
    "options": ("array", "option", f"{_TYPES}:multicheckboxes"),
    "date": ("date", None, f"{_TYPES}:datepicker"),
    "datetime": ("datetime", None, f"{_TYPES}:datetime"),
    "user": ("user", None, f"{_TYPES}:userpicker"),
    "labels": ("array", "string", f"{_TYPES}:labels"),
    "sprint": ("array", "json", f"{_GREENHOPPER}:gh-sprint"),
    "epic_link": ("any", None, f"{_GREENHOPPER}:gh-epic-link"),
    "epic_name": ("string", None, f"{_GREENHOPPER}:gh-epic-label"),
    "parent_link": ("any", None, "com.atlassian.jpo:jpo-custom-field-parent"),
    "rank": ("any", None, f"{_GREENHOPPER}:gh-lexo-rank"),
    "story_points_estimate": ("number", None, f"{_GREENHOPPER}:jsw-story-points"),
}


@dataclass(frozen=True, slots=True)
class SystemField:
    """A field every site has. `navigable` fields are what `*navigable` stands for."""

    id: str
    name: str
    type: str
    items: str | None = None
    clauses: tuple[str, ...] = ()
    navigable: bool = True
    orderable: bool = True


SYSTEM_FIELDS = (
    SystemField("statuscategorychangedate", "Status Category Changed", "datetime", None,
                ("statusCategoryChangedDate",), orderable=False),
    SystemField("issuetype", "Issue Type", "issuetype", None, ("issuetype", "type")),
    SystemField("parent", "Parent", "issuelink", None, ("parent",)),
    SystemField("timespent", "Time Spent", "number", None, ("timespent",), orderable=False),
    SystemField("project", "Project", "project", None, ("project",), orderable=False),
    SystemField("fixVersions", "Fix versions", "array", "version", ("fixVersion",)),
    SystemField("aggregatetimespent", "Σ Time Spent", "number", orderable=False),
    SystemField("resolution", "Resolution", "resolution", None, ("resolution",)),
    SystemField("resolutiondate", "Resolved", "datetime", None, ("resolutiondate", "resolved"),
                orderable=False),
    SystemField("workratio", "Work Ratio", "number", orderable=False),
    SystemField("lastViewed", "Last Viewed", "datetime", orderable=False),
    SystemField("issuerestriction", "Restrict to", "issuerestriction"),
    SystemField("watches", "Watchers", "watches", orderable=False),
    SystemField("created", "Created", "datetime", None, ("created", "createdDate"), orderable=False),
    SystemField("priority", "Priority", "priority", None, ("priority",)),
    SystemField("labels", "Labels", "array", "string", ("labels",)),
    SystemField("timeestimate", "Remaining Estimate", "number", None, ("remainingEstimate", "timeestimate"),
                orderable=False),
    SystemField("aggregatetimeoriginalestimate", "Σ Original Estimate", "number", orderable=False),
    SystemField("versions", "Affects versions", "array", "version"),
    SystemField("issuelinks", "Linked Issues", "array", "issuelinks"),
    SystemField("assignee", "Assignee", "user", None, ("assignee",)),
    SystemField("updated", "Updated", "datetime", None, ("updated", "updatedDate"), orderable=False),
    SystemField("status", "Status", "status", None, ("status",), orderable=False),
    SystemField("components", "Components", "array", "component", ("component",)),
    SystemField("timeoriginalestimate", "Original estimate", "number", None,
                ("originalEstimate", "timeoriginalestimate"), orderable=False),
    SystemField("description", "Description", "string", None, ("description",)),
    SystemField("timetracking", "Time tracking", "timetracking", navigable=False),
    SystemField("security", "Security Level", "securitylevel"),
    SystemField("aggregatetimeestimate", "Σ Remaining Estimate", "number", orderable=False),
    SystemField("summary", "Summary", "string", None, ("summary",)),
    SystemField("creator", "Creator", "user", None, ("creator",), orderable=False),
    SystemField("subtasks", "Sub-tasks", "array", "issuelinks", orderable=False),
    SystemField("reporter", "Reporter", "user", None, ("reporter",)),
    SystemField("aggregateprogress", "Σ Progress", "progress", orderable=False),
    SystemField("environment", "Environment", "string"),
    SystemField("duedate", "Due date", "date", None, ("due", "duedate")),
    SystemField("progress", "Progress", "progress", orderable=False),
    SystemField("votes", "Votes", "votes", orderable=False),
    SystemField("comment", "Comment", "comments-page", navigable=False),
    SystemField("attachment", "Attachment", "array", "attachment", ("attachments",), navigable=False),
    SystemField("worklog", "Log Work", "array", "worklog", navigable=False),
)  # fmt: skip


CUSTOM_KINDS: dict[str, FieldKind] = {
    **{custom: kind for kind, (_, _, custom) in _CUSTOM.items()},
    f"{_TYPES}:multiselect": "options",
    f"{_TYPES}:radiobuttons": "option",
}
"""What each custom type, as clients name it, holds."""


def schema_of(field: SystemField | CustomField) -> Json:
    """A field's schema."""
    if isinstance(field, SystemField):
        shape: Json = {"type": field.type, "system": field.id}
        items = field.items
    else:
        kind, items, custom = _CUSTOM[field.kind]
        shape = {"type": kind, "custom": field.type_key or custom, "customId": field.number}
    return {**shape, "items": items} if items else shape


def listed_system(field: SystemField) -> Json:
    """A system field in the field list."""
    return {
        "id": field.id,
        "key": field.id,
        "name": field.name,
        "custom": False,
        "orderable": field.orderable,
        "navigable": field.navigable,
        "searchable": bool(field.clauses),
        "clauseNames": list(field.clauses),
        "schema": schema_of(field),
    }


def listed_custom(field: CustomField) -> Json:
    """A custom field in the field list; one of a team-managed project carries its scope."""
    shape: dict[str, Any] = {
        "id": field.id,
        "key": field.id,
        "name": field.name,
        "custom": True,
        "orderable": True,
        "navigable": True,
        "searchable": True,
        "clauseNames": clause_names(field),
        "schema": schema_of(field),
    }
    if field.untranslated:
        shape["untranslatedName"] = field.untranslated
    if field.project_id is not None:
        shape["scope"] = scope(field.project_id)
    return shape

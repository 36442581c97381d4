"""Every searchable field of a site: the system's own by their clause names, and the custom ones."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from datetime import datetime
from typing import Protocol, TypeVar

from sandbox.jira.issue import Issue
from sandbox.jira.jql import resolve
from sandbox.jira.jql.customfields import custom_fields, searchable
from sandbox.jira.jql.errors import JqlError, no_field
from sandbox.jira.jql.issuenames import issue as issue_named
from sandbox.jira.jql.kinds import Comparable, Context, Field, Filled, Membership, Ordered
from sandbox.jira.jql.makers import day, day_of, members, moment, one, parent
from sandbox.jira.jql.people import person
from sandbox.jira.jql.releases import version
from sandbox.jira.jql.special import Days, Filters, Keys, LastViewed, LinkTypes, Property
from sandbox.jira.jql.text import Text


class _Told(Protocol):
    @property
    def visibility(self) -> dict[str, object] | None: ...


Told = TypeVar("Told", bound=_Told)


def find(context: Context, name: str) -> list[Field]:
    """The fields called `name`: one of the system's, or all visible custom fields of that name."""
    wanted = name.lower()
    if wanted in _SYSTEM:
        return [_SYSTEM[wanted]]
    if wanted.startswith("issue.property["):
        return [Property.of(context, name)]
    found = [searchable(field) for field in custom_fields(context, wanted)]
    if not found:
        raise no_field(name)
    return found


def key_of(issue: Issue) -> tuple[str, int]:
    """What issue keys sort by: project key, then number."""
    return issue.key.rpartition("-")[0], issue.number


def _updated_since(context: Context, moment: Comparable) -> Collection[int]:
    return context.state.updated.since(moment) if isinstance(moment, datetime) else ()


def _key_read(context: Context, operand: Filled) -> Comparable:
    return key_of(issue_named(context, operand))


def _key_owner(context: Context, key: Comparable) -> Collection[int]:
    found = context.state.issue(f"{key[0]}-{key[1]}") if isinstance(key, tuple) else None
    return (found.id,) if found else ()


def _by_alias(*fields: tuple[str, Field]) -> dict[str, Field]:
    return {alias: field for aliases, field in fields for alias in aliases.split()}


_PROJECT = Membership(
    "project",
    lambda issue: (issue.project_id,),
    resolve.project,
    lambda context, value: members(context.state.by_project, value),
)
_UPDATED = Ordered(
    "updated",
    lambda issue: issue.updated_at,
    lambda context, operand: context.calendar.moment(operand, "updated"),
    _updated_since,
)


def _comments(context: Context, issue: Issue) -> str:
    return "\n".join(comment.body for comment in _readable(context, issue, issue.comments))


def _work_told(context: Context, issue: Issue) -> str:
    return "\n".join(worklog.comment for worklog in _readable(context, issue, issue.worklogs))


def _readable(context: Context, issue: Issue, held: Iterable[Told] | None) -> list[Told]:
    state, user = context.state, context.user
    return [entry for entry in held or () if state.may_read(user, entry.visibility, issue.project_id)]


def _all_text(context: Context, issue: Issue) -> str:
    parts = (issue.summary, issue.description or "", issue.environment or "", _comments(context, issue))
    own = (value for value in issue.values.values() if isinstance(value, str))
    return "\n".join((*parts, *own))


def _worklog_authors(issue: Issue) -> tuple[Hashable, ...]:
    return tuple(worklog.author for worklog in issue.worklogs)


def _worklog_days(context: Context, issue: Issue) -> list[Comparable]:
    zone = context.calendar.zone
    return [worklog.started_at.astimezone(zone).date() for worklog in issue.worklogs]


def _day_read(context: Context, operand: Filled) -> Comparable:
    return day_of(context.calendar, operand, "worklogDate")


def workratio(issue: Issue) -> float | None:
    """Time spent in per cent of the estimate."""
    return (issue.time_spent or 0) * 100 / issue.original_estimate if issue.original_estimate else None


def _nothing(_context: Context, operand: Filled) -> frozenset[Hashable]:
    raise JqlError(f"The operand '{resolve.literal(operand)}' is not supported by the 'attachments' field.")


_SYSTEM: dict[str, Field] = _by_alias(
    ("project", _PROJECT),
    ("key issuekey issue id", Keys(Ordered("key", key_of, _key_read, exactly=_key_owner))),
    ("issuetype type", Membership("issuetype", lambda i: (i.type_id,), resolve.issue_type)),
    ("hierarchylevel", Membership("hierarchyLevel", lambda i: (i.type_id,), resolve.level)),
    (
        "status",
        Membership("status", lambda i: (i.status_id,), resolve.named("status", lambda c: c.state.statuses)),
    ),
    ("statuscategory", Membership("statusCategory", lambda i: (i.status_id,), resolve.category)),
    ("resolution", Membership("resolution", lambda i: one(i.resolution_id), resolve.resolution)),
    (
        "priority",
        Membership(
            "priority", lambda i: one(i.priority_id), resolve.named("priority", lambda c: c.state.priorities)
        ),
    ),
    (
        "component",
        Membership("component", lambda i: i.component_ids, resolve.component),
    ),
    (
        "fixversion",
        Membership("fixVersion", lambda i: i.fix_version_ids, version),
    ),
    ("parent", parent("parent")),
    ("labels", Membership("labels", lambda i: tuple(label.lower() for label in i.labels), resolve.label)),
    ("assignee", Membership("assignee", lambda i: one(i.assignee), person("assignee"))),
    ("reporter", Membership("reporter", lambda i: one(i.reporter), person("reporter"))),
    ("creator", Membership("creator", lambda i: (i.creator,), person("creator"))),
    ("created createddate", moment("created", lambda i: i.created_at)),
    ("updated updateddate", _UPDATED),
    ("resolved resolutiondate", moment("resolved", lambda i: i.resolved_at)),
    ("statuscategorychangeddate", moment("statusCategoryChangedDate", lambda i: i.category_changed_at)),
    ("due duedate", day("due", lambda i: i.due_on)),
    ("timespent", Ordered("timespent", lambda i: i.time_spent, resolve.duration("timespent"))),
    (
        "originalestimate timeoriginalestimate",
        Ordered("originalEstimate", lambda i: i.original_estimate, resolve.duration("originalEstimate")),
    ),
    (
        "remainingestimate timeestimate",
        Ordered("remainingEstimate", lambda i: i.remaining_estimate, resolve.duration("remainingEstimate")),
    ),
    ("affectedversion", Membership("affectedVersion", lambda i: i.version_ids, version)),
    ("watcher", Membership("watcher", lambda i: i.watchers, person("watcher"))),
    ("voter", Membership("voter", lambda i: i.voters, person("voter"))),
    ("watchers", Ordered("watchers", lambda i: len(i.watchers), resolve.number("watchers"))),
    ("votes", Ordered("votes", lambda i: len(i.voters), resolve.number("votes"))),
    ("worklogauthor", Membership("worklogAuthor", _worklog_authors, person("worklogAuthor"))),
    ("worklogdate", Days("worklogDate", _worklog_days, _day_read)),
    ("worklogcomment", Text("worklogComment", _work_told)),
    ("level", Membership("level", lambda i: one(i.security_id), resolve.security_level)),
    ("category", Membership("category", lambda i: (i.project_id,), resolve.project_category)),
    ("projecttype", Membership("projectType", lambda i: (i.project_id,), resolve.project_type)),
    ("filter savedfilter request", Filters("filter")),
    ("lastviewed", LastViewed("lastViewed")),
    ("issuelinktype", LinkTypes("issueLinkType")),
    ("attachments", Membership("attachments", lambda i: one(len(i.attachments or ()) or None), _nothing)),
    ("environment", Text("environment", lambda _, i: i.environment or "")),
    ("comment", Text("comment", _comments)),
    ("workratio", Ordered("workratio", workratio, resolve.number("workratio"))),
    ("summary", Text("summary", lambda _, i: i.summary)),
    ("description", Text("description", lambda _, i: i.description or "")),
    ("text", Text("text", _all_text)),
)

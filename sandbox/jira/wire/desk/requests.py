"""Requests of customers: issues of service desks as the portal shows them, and raising one."""

from __future__ import annotations

from typing import Any

from sandbox.http import Response
from sandbox.jira.issue import Issue
from sandbox.jira.wire.desk import desks
from sandbox.jira.wire.desk.shapes import HOME, DeskRefusal, agents_only, customer, date, page
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.ticket import create

_REQUEST: body.Schema = {
    "serviceDeskId": str, "requestTypeId": str, "requestFieldValues": dict, "requestParticipants": list,
    "raiseOnBehalfOf": str, "channel": str, "isAdfRequest": bool, "form": dict,
}  # fmt: skip
_SHOWN = (("summary", "Summary"), ("description", "Description"))
CATEGORIES = {"new": "NEW", "indeterminate": "INDETERMINATE", "done": "DONE"}


def every(visit: Visit) -> Response:
    """GET request: those one raised or takes part in, or of one's organizations; newest first."""
    agents_only(visit)
    held = [i for i in visit.state.issues.values() if _is_request(visit, i) and _asked_for(visit, i)]
    held.sort(key=lambda issue: issue.id, reverse=True)
    return page(visit, [_shape(visit, issue) for issue in held], "request")


def _asked_for(visit: Visit, issue: Issue) -> bool:
    arg, me = visit.request.arg, visit.user.account_id
    chosen, organizations = (
        visit.names("requestOwnership") or ["OWNED_REQUESTS"],
        _organizations(visit, issue),
    )
    own = {
        "OWNED_REQUESTS": issue.reporter == me,
        "PARTICIPATED_REQUESTS": me in issue.watchers and issue.reporter != me,
        "ORGANIZATION": any(me in visit.state.organizations[number].members for number in organizations),
        "ALL_ORGANIZATIONS": any(me in visit.state.organizations[number].members for number in organizations),
        "ALL_REQUESTS": True,
    }
    closed = visit.state.statuses[issue.status_id].category == "done"
    return (
        any(own.get(name, False) for name in chosen)
        and arg("serviceDeskId") in ("", str(issue.project_id))
        and arg("requestTypeId") in ("", str(issue.type_id))
        and (not arg("organizationId") or int(arg("organizationId")) in organizations)
        and arg("requestStatus") in ("", "ALL_REQUESTS", "CLOSED_REQUESTS" if closed else "OPEN_REQUESTS")
        and arg("searchTerm").lower() in issue.summary.lower()
    )


def _organizations(visit: Visit, issue: Issue) -> list[int]:
    field = visit.state.field_of("organizations")
    held = issue.values.get(field.id, ()) if field else ()
    return [int(number) for number in held] if isinstance(held, tuple) else []


def get(visit: Visit, key: str) -> Response:
    """GET request/{key}"""
    return Response.json(_shape(visit, find_request(visit, key)))


def raise_request(visit: Visit) -> Response:
    """POST request: 201; a customer's organization comes along where they are in one."""
    agents_only(visit)
    given = body.read(visit, _REQUEST)
    desk = desks.find(visit, given.get("serviceDeskId", ""))
    kind = desks.find_type(visit, desk, given.get("requestTypeId", ""))
    behalf = given.get("raiseOnBehalfOf", "")
    who = visit.find_user(behalf) if behalf else visit.user
    if who is None:
        raise DeskRefusal(400, f"The user '{behalf}' does not exist.", "sd.request.error.unknown.user")
    fields = {
        **given.get("requestFieldValues", {}),
        "project": {"id": str(desk.id)},
        "issuetype": {"id": str(kind.id)},
    }
    reporter = {"accountId": who.account_id, "name": who.login}
    issue = create.from_fields(visit, fields | {"reporter": reporter})
    issue.watchers = tuple(dict.fromkeys((*issue.watchers, *people_named(visit, given))))
    field = visit.state.field_of("organizations")
    own = [
        o for o in visit.state.organizations.values() if who.account_id in o.members and desk.id in o.desks
    ]
    if field and own and field.id not in issue.values:
        issue.values[field.id] = tuple(str(entry.id) for entry in own[:1])
    return Response.json(_shape(visit, issue), 201)


def people_named(visit: Visit, given: dict[str, Any]) -> list[str]:
    """Account ids of those a body names as participants."""
    names = given.get("requestParticipants") or given.get("accountIds") or given.get("usernames") or []
    return [who.account_id for name in names if (who := visit.find_user(str(name)))]


def _is_request(visit: Visit, issue: Issue) -> bool:
    desk = visit.state.projects[issue.project_id].type_key == "service_desk"
    return desk and visit.state.can_see(visit.user, issue)


def find_request(visit: Visit, key: str) -> Issue:
    """A visible request, or the 404."""
    agents_only(visit)
    found = visit.state.issue(key)
    if found is None or not _is_request(visit, found):
        message = (
            "The request you are trying to view does not exist, or you do not have permission to view it."
        )
        raise DeskRefusal(404, message, "sd.customerrequest.error.not.found")
    return found


def _shape(visit: Visit, issue: Issue) -> Json:
    state = visit.state
    desk, current = state.projects[issue.project_id], state.statuses[issue.status_id]
    texts = {"summary": issue.summary, "description": issue.description or ""}
    shape: Json = {
        "_expands": [
            "participant",
            "status",
            "sla",
            "requestType",
            "serviceDesk",
            "attachment",
            "action",
            "comment",
        ],
        "issueId": str(issue.id),
        "issueKey": issue.key,
        "summary": issue.summary,
        "requestTypeId": str(issue.type_id),
        "serviceDeskId": str(desk.id),
        "createdDate": date(visit, issue.created_at),
        "requestFieldValues": [{"fieldId": n, "label": t, "value": texts[n]} for n, t in _SHOWN],
        "currentStatus": {
            "status": current.name,
            "statusCategory": CATEGORIES[current.category],
            "statusDate": date(visit, issue.category_changed_at),
        },
        "_links": {
            "jiraRest": visit.link(f"/rest/api/2/issue/{issue.id}"),
            "web": visit.link(f"/servicedesk/customer/portal/{desk.id}/{issue.key}"),
            "agent": visit.link(f"/browse/{issue.key}"),
            "self": visit.link(f"{HOME}/request/{issue.id}"),
        },
    }
    if issue.reporter:
        shape["reporter"] = customer(visit, state.users[issue.reporter])
    wanted = visit.names("expand")
    if "serviceDesk" in wanted:
        shape["serviceDesk"] = desks.desk_shape(visit, desk)
    if "requestType" in wanted:
        shape["requestType"] = desks.type_shape(visit, desk, state.types[issue.type_id])
    return shape


ROUTES = (
    ("GET", "request", every),
    ("POST", "request", raise_request),
    ("GET", "request/{key}", get),
)

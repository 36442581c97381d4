"""Requests of customers: issues of service desks as the portal shows them, their comments and steps."""

from __future__ import annotations

from typing import Any

from sandbox.http import Response
from sandbox.jira.commenting import add_comment
from sandbox.jira.issue import Issue
from sandbox.jira.parts import Comment
from sandbox.jira.richtext import as_html
from sandbox.jira.wire import body, create, transitions
from sandbox.jira.wire.desk import desks
from sandbox.jira.wire.desk.shapes import HOME, DeskRefusal, agents_only, customer, date, page
from sandbox.jira.wire.restriction import readable
from sandbox.jira.wire.shapes import Json
from sandbox.jira.wire.visit import Visit

_REQUEST: body.Schema = {
    "serviceDeskId": str, "requestTypeId": str, "requestFieldValues": dict, "requestParticipants": list,
    "raiseOnBehalfOf": str, "channel": str, "isAdfRequest": bool, "form": dict,
}  # fmt: skip
_SHOWN = (("summary", "Summary"), ("description", "Description"))
_CATEGORIES = {"new": "NEW", "indeterminate": "INDETERMINATE", "done": "DONE"}


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
    return Response.json(_shape(visit, _find(visit, key)))


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
    issue.watchers = tuple(dict.fromkeys((*issue.watchers, *_participants(visit, given))))
    field = visit.state.field_of("organizations")
    own = [
        o for o in visit.state.organizations.values() if who.account_id in o.members and desk.id in o.desks
    ]
    if field and own and field.id not in issue.values:
        issue.values[field.id] = tuple(str(entry.id) for entry in own[:1])
    return Response.json(_shape(visit, issue), 201)


def _participants(visit: Visit, given: dict[str, Any]) -> list[str]:
    names = given.get("requestParticipants") or given.get("accountIds") or given.get("usernames") or []
    return [who.account_id for name in names if (who := visit.find_user(str(name)))]


def comments(visit: Visit, key: str) -> Response:
    """GET request/{key}/comment"""
    issue = _find(visit, key)
    shown = [_comment(visit, issue, entry) for entry in readable(visit, issue, issue.comments)]
    return page(visit, shown, f"request/{issue.id}/comment")


def comment(visit: Visit, key: str, comment_id: str) -> Response:
    """GET request/{key}/comment/{id}"""
    issue = _find(visit, key)
    for entry in readable(visit, issue, issue.comments):
        if str(entry.id) == comment_id:
            return Response.json(_comment(visit, issue, entry))
    raise DeskRefusal(404, "The comment does not exist.", "sd.comment.error.not.found")


def add(visit: Visit, key: str) -> Response:
    """POST request/{key}/comment"""
    issue, given = _find(visit, key), body.read(visit, {"body": str, "public": bool})
    if not given.get("body"):
        raise DeskRefusal(400, "The body of the comment must be given.", "sd.comment.error.empty")
    made = add_comment(visit.state, issue, given["body"], by=visit.user.account_id, at=visit.now)
    made.public = given.get("public", True)
    return Response.json(_comment(visit, issue, made), 201)


def status(visit: Visit, key: str) -> Response:
    """GET request/{key}/status: where it stands and stood, the newest first."""
    issue, state = _find(visit, key), visit.state
    steps = [
        (entry.at, int(item.new or 0))
        for entry in issue.histories
        for item in entry.items
        if item.field_id == "status"
    ]
    changes = (item for entry in issue.histories for item in entry.items if item.field_id == "status")
    first = next((int(item.old or 0) for item in changes), issue.status_id)
    passed = [(at, number) for at, number in [(issue.created_at, first), *steps] if number in state.statuses]
    shown = [
        {
            "status": state.statuses[number].name,
            "statusCategory": _CATEGORIES[state.statuses[number].category],
            "statusDate": date(visit, at),
        }
        for at, number in reversed(passed)
    ]
    return page(visit, shown, f"request/{issue.id}/status")


def steps(visit: Visit, key: str) -> Response:
    """GET request/{key}/transition"""
    issue = _find(visit, key)
    shown = [{"id": str(step.id), "name": step.name} for step in transitions.offered(visit, issue)]
    return page(visit, shown, f"request/{issue.id}/transition")


def take_step(visit: Visit, key: str) -> Response:
    """POST request/{key}/transition: 204"""
    issue, given = _find(visit, key), body.read(visit, {"id": str, "additionalComment": dict})
    transitions.perform(visit, issue, {"transition": {"id": given.get("id", "")}})
    said = given.get("additionalComment", {}).get("body")
    if said:
        add_comment(visit.state, issue, said, by=visit.user.account_id, at=visit.now)
    return Response(204)


def participants(visit: Visit, key: str) -> Response:
    """GET, POST or DELETE request/{key}/participant"""
    issue, method = _find(visit, key), visit.request.method
    if method != "GET":
        given = body.read(visit, {"accountIds": list, "usernames": list})
        named = _participants(visit, given)
        kept = [name for name in issue.watchers if name not in named]
        issue.watchers = tuple(kept if method == "DELETE" else [*kept, *named])
    people = [visit.state.users[name] for name in issue.watchers if name != issue.reporter]
    return page(visit, [customer(visit, who) for who in people], f"request/{issue.id}/participant")


def nothing(visit: Visit, key: str) -> Response:
    """GET request/{key}/sla, approval, attachment: none are set up here."""
    issue = _find(visit, key)
    return page(visit, [], f"request/{issue.id}/{visit.request.path.rsplit('/', 1)[1]}")


def _is_request(visit: Visit, issue: Issue) -> bool:
    desk = visit.state.projects[issue.project_id].type_key == "service_desk"
    return desk and visit.state.can_see(visit.user, issue)


def _find(visit: Visit, key: str) -> Issue:
    agents_only(visit)
    found = visit.state.issue(key)
    if found is None or not _is_request(visit, found):
        message = (
            "The request you are trying to view does not exist, or you do not have permission to view it."
        )
        raise DeskRefusal(404, message, "sd.customerrequest.error.not.found")
    return found


def _comment(visit: Visit, issue: Issue, entry: Comment) -> Json:
    home = visit.link(f"{HOME}/request/{issue.id}/comment/{entry.id}")
    shape: Json = {"_expands": ["attachment", "renderedBody"], "id": str(entry.id), "body": str(entry.body)}
    if "renderedBody" in visit.names("expand"):
        shape["renderedBody"] = {"html": as_html(entry.body)}
    author = customer(visit, visit.state.users[entry.author])
    told = {"public": entry.public, "author": author, "created": date(visit, entry.created_at)}
    return shape | told | {"_links": {"self": home}}


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
            "statusCategory": _CATEGORIES[current.category],
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
    ("GET", "request/{key}/comment", comments),
    ("POST", "request/{key}/comment", add),
    ("GET", "request/{key}/comment/{comment_id}", comment),
    ("GET", "request/{key}/status", status),
    ("GET", "request/{key}/transition", steps),
    ("POST", "request/{key}/transition", take_step),
    *((method, "request/{key}/participant", participants) for method in ("GET", "POST", "DELETE")),
    *(("GET", f"request/{{key}}/{name}", nothing) for name in ("sla", "approval", "attachment")),
)

"""Service desks, each a project of this type: what may be requested there, and the agents' queue."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira.entities import IssueType, Project
from sandbox.jira.jql import search
from sandbox.jira.wire.desk.shapes import HOME, DeskRefusal, agents_only, customer, date, page
from sandbox.jira.wire.forms.fieldlist import schema_of
from sandbox.jira.wire.forms.screens import ScreenField, create_screen, required
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.ticket.issue import issue_shape, select

_QUEUE = "10"
_QUEUE_FIELDS = ("issuetype", "issuekey", "summary", "created", "reporter", "duedate")
_ASKED = ("summary", "description", "priority", "duedate", "attachment", "components", "labels")
_GROUP = "1"  # the one group that every request type is shown in


def info(visit: Visit) -> Response:
    """GET info"""
    shape = {
        "version": visit.state.site.version or "1001.0.0-SNAPSHOT",
        "platformVersion": visit.state.site.version or "1001.0.0-SNAPSHOT",
        "buildDate": date(visit, visit.now.replace(hour=0, minute=0, second=0, microsecond=0)),
        "buildChangeSet": "57a0ca5b0000000000000000000000000000000a",
        "isLicensedForUse": True,
        "_links": {"self": visit.link(f"{HOME}/info")},
    }
    return Response.json(shape)


def every(visit: Visit) -> Response:
    """GET servicedesk"""
    agents_only(visit)
    return page(visit, [desk_shape(visit, project) for project in _visible(visit)], "servicedesk")


def get(visit: Visit, desk_id: str) -> Response:
    """GET servicedesk/{id}, also by the id or key of its project."""
    return Response.json(desk_shape(visit, find(visit, desk_id)))


def customers(visit: Visit, desk_id: str) -> Response:
    """GET servicedesk/{id}/customer: everybody in an organization it serves."""
    desk, wanted = find(visit, desk_id), visit.request.arg("query").lower()
    served = {name for o in visit.state.organizations.values() if desk.id in o.desks for name in o.members}
    people = [who for who in visit.state.users.values() if who.account_id in served]
    shown = [customer(visit, who) for who in people if wanted in f"{who.name} {who.email}".lower()]
    return page(visit, shown, f"servicedesk/{desk_id}/customer")


def request_types(visit: Visit, desk_id: str) -> Response:
    """GET servicedesk/{id}/requesttype"""
    desk = find(visit, desk_id)
    shown = [type_shape(visit, desk, kind) for kind in types_of(visit, desk)]
    return page(visit, shown, f"servicedesk/{desk_id}/requesttype")


def request_type(visit: Visit, desk_id: str, type_id: str) -> Response:
    """GET servicedesk/{id}/requesttype/{id}"""
    desk = find(visit, desk_id)
    return Response.json(type_shape(visit, desk, find_type(visit, desk, type_id)))


def fields(visit: Visit, desk_id: str, type_id: str) -> Response:
    """GET servicedesk/{id}/requesttype/{id}/field"""
    desk = find(visit, desk_id)
    kind = find_type(visit, desk, type_id)
    screen = create_screen(visit, desk.id, kind.id)
    asked = [(name, known) for name, known in screen.items() if name in _ASKED or name in visit.state.fields]
    return Response.json(
        {
            "requestTypeFields": [_field(visit, desk, name, known) for name, known in asked],
            "canRaiseOnBehalfOf": True,
            "canAddRequestParticipants": True,
        }
    )


def _field(visit: Visit, desk: Project, name: str, known: ScreenField) -> Json:
    return {
        "fieldId": name,
        "name": known.name,
        "description": "",
        "required": required(visit, desk.id, name),
        "defaultValues": [],
        "validValues": [],
        "presetValues": [],
        "jiraSchema": schema_of(known),
        "visible": True,
    }


def groups(visit: Visit, desk_id: str) -> Response:
    """GET servicedesk/{id}/requesttypegroup"""
    find(visit, desk_id)
    return page(visit, [{"id": _GROUP, "name": "General"}], f"servicedesk/{desk_id}/requesttypegroup")


def queues(visit: Visit, desk_id: str) -> Response:
    """GET servicedesk/{id}/queue: one, of what is open."""
    return page(visit, [_queue(visit, find(visit, desk_id))], f"servicedesk/{desk_id}/queue")


def queue(visit: Visit, desk_id: str, queue_id: str) -> Response:
    """GET servicedesk/{id}/queue/{id}"""
    desk = find(visit, desk_id)
    _known_queue(queue_id)
    return Response.json(_queue(visit, desk))


def queue_issues(visit: Visit, desk_id: str, queue_id: str) -> Response:
    """GET servicedesk/{id}/queue/{id}/issue"""
    desk = find(visit, desk_id)
    _known_queue(queue_id)
    selection = select(visit, _QUEUE_FIELDS, "summary")
    found = [issue_shape(visit, issue, selection) for issue in search(_open(desk), visit.jql())]
    return page(visit, found, f"servicedesk/{desk_id}/queue/{queue_id}/issue")


def _known_queue(queue_id: str) -> None:
    if queue_id != _QUEUE:
        raise DeskRefusal(404, "The queue does not exist.", "sd.agent.queues.error.queue.not.found")


def _open(desk: Project) -> str:
    return f"project = {desk.key} AND resolution = Unresolved ORDER BY created ASC"


def _queue(visit: Visit, desk: Project) -> Json:
    home = visit.link(f"{HOME}/servicedesk/{desk.id}/queue/{_QUEUE}")
    shape: Json = {"id": _QUEUE, "name": "All open", "jql": _open(desk), "fields": list(_QUEUE_FIELDS)}
    if visit.request.arg("includeCount") == "true":
        shape["issueCount"] = len(search(_open(desk), visit.jql()))
    return shape | {"_links": {"self": home}}


def find(visit: Visit, desk_id: str) -> Project:
    """A visible service desk by its id or its project's key, or the 404."""
    agents_only(visit)
    project = visit.state.project(desk_id)
    if project is None or project not in _visible(visit):
        message = "The Service Desk you are trying to view does not exist."
        raise DeskRefusal(404, message, "sd.agent.servicedesk.error.servicedesk.not.found")
    return project


def _visible(visit: Visit) -> list[Project]:
    seen = (p for p in visit.state.projects.values() if visit.state.can_see_project(visit.user, p.id))
    return [project for project in seen if project.type_key == "service_desk"]


def types_of(visit: Visit, desk: Project) -> list[IssueType]:
    """The issue types customers may ask for: what stands by itself."""
    return [kind for kind in visit.state.types_of(desk.id) if kind.level == 0]


def find_type(visit: Visit, desk: Project, type_id: str) -> IssueType:
    """A request type of a desk, or the 404."""
    for kind in types_of(visit, desk):
        if str(kind.id) == type_id:
            return kind
    raise DeskRefusal(404, "The request type does not exist.", "sd.request.type.error.not.found")


def desk_shape(visit: Visit, desk: Project) -> Json:
    """A service desk with the project it is."""
    return {
        "id": str(desk.id),
        "projectId": str(desk.id),
        "projectName": desk.name,
        "projectKey": desk.key,
        "_links": {"self": visit.link(f"{HOME}/servicedesk/{desk.id}")},
    }


def type_shape(visit: Visit, desk: Project, kind: IssueType) -> Json:
    """A request type; it has the id of its issue type."""
    return {
        "_expands": ["field"],
        "id": str(kind.id),
        "_links": {"self": visit.link(f"{HOME}/servicedesk/{desk.id}/requesttype/{kind.id}")},
        "name": kind.name,
        "description": kind.description,
        "helpText": "",
        "issueTypeId": str(kind.id),
        "serviceDeskId": str(desk.id),
        "portalId": str(desk.id),
        "groupIds": [_GROUP],
        "icon": {"id": "10525", "_links": {"iconUrls": {}}},
    }


ROUTES = (
    ("GET", "info", info),
    ("GET", "servicedesk", every),
    ("GET", "servicedesk/{desk_id}", get),
    ("GET", "servicedesk/{desk_id}/customer", customers),
    ("GET", "servicedesk/{desk_id}/requesttype", request_types),
    ("GET", "servicedesk/{desk_id}/requesttype/{type_id}", request_type),
    ("GET", "servicedesk/{desk_id}/requesttype/{type_id}/field", fields),
    ("GET", "servicedesk/{desk_id}/requesttypegroup", groups),
    ("GET", "servicedesk/{desk_id}/queue", queues),
    ("GET", "servicedesk/{desk_id}/queue/{queue_id}", queue),
    ("GET", "servicedesk/{desk_id}/queue/{queue_id}/issue", queue_issues),
)

"""What goes on about a request: comments, steps and where it stood, who takes part."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira.commenting import add_comment
from sandbox.jira.issue import Issue
from sandbox.jira.parts import Comment
from sandbox.jira.richtext import as_html
from sandbox.jira.wire.desk.requests import CATEGORIES, find_request, people_named
from sandbox.jira.wire.desk.shapes import HOME, DeskRefusal, customer, date, page
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.restriction import readable
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.ticket import transitions


def comments(visit: Visit, key: str) -> Response:
    """GET request/{key}/comment"""
    issue = find_request(visit, key)
    shown = [_comment(visit, issue, entry) for entry in readable(visit, issue, issue.comments)]
    return page(visit, shown, f"request/{issue.id}/comment")


def comment(visit: Visit, key: str, comment_id: str) -> Response:
    """GET request/{key}/comment/{id}"""
    issue = find_request(visit, key)
    for entry in readable(visit, issue, issue.comments):
        if str(entry.id) == comment_id:
            return Response.json(_comment(visit, issue, entry))
    raise DeskRefusal(404, "The comment does not exist.", "sd.comment.error.not.found")


def add(visit: Visit, key: str) -> Response:
    """POST request/{key}/comment"""
    issue, given = find_request(visit, key), body.read(visit, {"body": str, "public": bool})
    if not given.get("body"):
        raise DeskRefusal(400, "The body of the comment must be given.", "sd.comment.error.empty")
    made = add_comment(visit.state, issue, given["body"], by=visit.user.account_id, at=visit.now)
    made.public = given.get("public", True)
    return Response.json(_comment(visit, issue, made), 201)


def status(visit: Visit, key: str) -> Response:
    """GET request/{key}/status: where it stands and stood, the newest first."""
    issue, state = find_request(visit, key), visit.state
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
            "statusCategory": CATEGORIES[state.statuses[number].category],
            "statusDate": date(visit, at),
        }
        for at, number in reversed(passed)
    ]
    return page(visit, shown, f"request/{issue.id}/status")


def steps(visit: Visit, key: str) -> Response:
    """GET request/{key}/transition"""
    issue = find_request(visit, key)
    shown = [{"id": str(step.id), "name": step.name} for step in transitions.offered(visit, issue)]
    return page(visit, shown, f"request/{issue.id}/transition")


def take_step(visit: Visit, key: str) -> Response:
    """POST request/{key}/transition: 204"""
    issue, given = find_request(visit, key), body.read(visit, {"id": str, "additionalComment": dict})
    transitions.perform(visit, issue, {"transition": {"id": given.get("id", "")}})
    said = given.get("additionalComment", {}).get("body")
    if said:
        add_comment(visit.state, issue, said, by=visit.user.account_id, at=visit.now)
    return Response(204)


def participants(visit: Visit, key: str) -> Response:
    """GET, POST or DELETE request/{key}/participant"""
    issue, method = find_request(visit, key), visit.request.method
    if method != "GET":
        given = body.read(visit, {"accountIds": list, "usernames": list})
        named = people_named(visit, given)
        kept = [name for name in issue.watchers if name not in named]
        issue.watchers = tuple(kept if method == "DELETE" else [*kept, *named])
    people = [visit.state.users[name] for name in issue.watchers if name != issue.reporter]
    return page(visit, [customer(visit, who) for who in people], f"request/{issue.id}/participant")


def nothing(visit: Visit, key: str) -> Response:
    """GET request/{key}/sla, approval, attachment: none are set up here."""
    issue = find_request(visit, key)
    return page(visit, [], f"request/{issue.id}/{visit.request.path.rsplit('/', 1)[1]}")


def _comment(visit: Visit, issue: Issue, entry: Comment) -> Json:
    home = visit.link(f"{HOME}/request/{issue.id}/comment/{entry.id}")
    shape: Json = {"_expands": ["attachment", "renderedBody"], "id": str(entry.id), "body": str(entry.body)}
    if "renderedBody" in visit.names("expand"):
        shape["renderedBody"] = {"html": as_html(entry.body)}
    author = customer(visit, visit.state.users[entry.author])
    told = {"public": entry.public, "author": author, "created": date(visit, entry.created_at)}
    return shape | told | {"_links": {"self": home}}


ROUTES = (
    ("GET", "request/{key}/comment", comments),
    ("POST", "request/{key}/comment", add),
    ("GET", "request/{key}/comment/{comment_id}", comment),
    ("GET", "request/{key}/status", status),
    ("GET", "request/{key}/transition", steps),
    ("POST", "request/{key}/transition", take_step),
    *((method, "request/{key}/participant", participants) for method in ("GET", "POST", "DELETE")),
    *(("GET", f"request/{{key}}/{name}", nothing) for name in ("sla", "approval", "attachment")),
)

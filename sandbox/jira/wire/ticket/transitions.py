"""The steps a workflow offers an issue, and taking one."""

from __future__ import annotations

from typing import Any

from sandbox.http import Response
from sandbox.jira import verbs
from sandbox.jira.entities import Project
from sandbox.jira.issue import Issue
from sandbox.jira.settings import DONE_SCREEN, Transition
from sandbox.jira.wire.forms.screens import meta, transition_screen
from sandbox.jira.wire.http import body, shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.inputs import Place
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.ticket import draft

_SCHEMA = {
    "transition": dict, "fields": dict, "update": dict, "historyMetadata": dict, "properties": list,
}  # fmt: skip


def offered(visit: Visit, issue: Issue) -> list[Transition]:
    """The transitions an issue may take from where it is."""
    known = steps(visit, visit.state.projects[issue.project_id])
    return [step for step in known if step.sources is None or issue.status_id in step.sources]


def steps(visit: Visit, project: Project) -> list[Transition]:
    """The transitions of a project's workflow; without one of its own, from everywhere to each status."""
    if project.workflow is not None:
        return list(project.workflow)
    screened = visit.state.knobs.resolution_screen and project.style == "classic"
    return [
        Transition(
            11 + 10 * place,
            status.name,
            status.id,
            screen=DONE_SCREEN if screened and status.category == "done" else (),
        )
        for place, status in enumerate(visit.state.statuses_of(project.id))
    ]


def every(visit: Visit, key: str) -> Response:
    """GET issue/{key}/transitions; fields of their screens only with expand=transitions.fields."""
    issue, wanted = visit.issue(key), visit.request.arg("transitionId")
    with_fields = "transitions.fields" in visit.names("expand")
    there = [step for step in offered(visit, issue) if not wanted or str(step.id) == wanted]
    if not visit.may("TRANSITION_ISSUES", issue):
        there = []
    shown = [shape(visit, issue, step, with_fields=with_fields) for step in there]
    return Response.json({"expand": "transitions", "transitions": shown})


def shape(visit: Visit, issue: Issue, step: Transition, *, with_fields: bool) -> Json:
    """A transition, perhaps with the fields of its screen."""
    told: Json = {
        "id": str(step.id),
        "name": step.name,
        "to": shapes.status(visit, visit.state.statuses[step.target_id]),
        "hasScreen": bool(step.screen),
        "isGlobal": step.sources is None,
        "isInitial": False,
        "isAvailable": True,
        "isConditional": False,
        "isLooped": False,
    }
    if with_fields:
        shown = {name: known for name, known in transition_screen(step.screen).items() if name in step.screen}
        told["fields"] = {
            name: meta(visit, issue.project_id, known, must=name in step.required)
            for name, known in shown.items()
        }
    return told


def post(visit: Visit, key: str) -> Response:
    """POST issue/{key}/transitions"""
    perform(visit, visit.issue(key), body.read(visit, _SCHEMA, others=True))
    return Response(204)


def perform(visit: Visit, issue: Issue, given: dict[str, Any]) -> None:
    """Take the transition named in `given`, with the fields of its screen, as one entry of the history."""
    step = _step(visit, issue, given.get("transition"))
    screen = transition_screen(step.screen)
    wanted = draft.read(visit, given, screen, Place(issue.project_id, issue.type_id), issue)
    for name in step.required:
        if wanted.values.get(name) is None and name not in wanted.errors:
            wanted.errors[name] = f"{screen[name].name} is required."
    draft.refuse_errors(wanted)
    resolution = wanted.values.pop("resolution", "auto")
    with visit.state.one_entry():
        verbs.transition(
            visit.state,
            issue,
            step.target_id,
            by=visit.user.account_id,
            at=visit.now,
            resolution_id=resolution or "auto",
        )
        draft.apply(visit, issue, wanted)


def _step(visit: Visit, issue: Issue, raw: object) -> Transition:
    if not isinstance(raw, dict) or "id" not in raw:
        raise Refusal(400, "Missing 'transition' identifier")
    if not str(raw["id"]).isdigit():
        raise Refusal(400, "'transition' identifier must be an integer")
    if visit.may("TRANSITION_ISSUES", issue):
        for step in offered(visit, issue):
            if str(step.id) == str(raw["id"]):
                return step
    raise Refusal(400, f"Transition id '{raw['id']}' is not valid for this issue.")


ROUTES = (
    ("GET", "issue/{key}/transitions", every),
    ("POST", "issue/{key}/transitions", post),
)

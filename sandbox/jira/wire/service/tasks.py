"""Long operations, which are done when they are asked for: where one looks for them, and what they tell."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.http import Response
from sandbox.jira.settings import Task
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit


def done(visit: Visit, changed: Iterable[int]) -> Response:
    """303 to the task that has changed these issues."""
    number = str(visit.state.next_id("task"))
    visit.state.tasks[number] = Task(visit.user.account_id, visit.now, list(changed))
    return Response(303, headers={"Location": visit.rest(f"task/{number}")})


def task(visit: Visit, number: str) -> Response:
    """GET task/{id}, to whoever caused it."""
    found = visit.state.tasks.get(number)
    if found is None or found.by != visit.user.account_id:
        raise Refusal(404, f"The task with id '{number}' does not exist.")
    at = int(found.at.timestamp() * 1000)
    shape: Json = {
        "self": visit.rest(f"task/{number}"),
        "id": number,
        "status": "COMPLETE",
        "submittedBy": 0,
        "progress": 100,
        "elapsedRuntime": 0,
        **dict.fromkeys(("submitted", "started", "finished", "lastUpdate"), at),
    }
    return Response.json(shape)


ROUTES = (("GET", "task/{number}", task),)

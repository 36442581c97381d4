"""Sprints as answers show them: the agile object, the field's, and Data Center's text."""

from __future__ import annotations

from sandbox.jira.entities import Sprint
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit, utc_stamp


def sprint(visit: Visit, entry: Sprint) -> Json:
    """A sprint as the agile API shows it: dates that do not exist yet are absent."""
    server = {"activatedDate": utc_stamp(entry.activated_at), "synced": False, "autoStartStop": False}
    shape: Json = {
        "id": entry.id,
        "self": visit.link(f"/rest/agile/1.0/sprint/{entry.id}"),
        "state": entry.state,
        "name": entry.name,
        **_sprint_dates(entry),
        **({"createdDate": utc_stamp(entry.created_at)} if visit.state.site.is_cloud else server),
        "originBoardId": entry.board_id,
        "goal": entry.goal,
    }
    return {key: value for key, value in shape.items() if value is not None}


def sprint_in_field(entry: Sprint) -> Json:
    """A sprint inside an issue's sprint field, where the board is called `boardId`."""
    return {
        "id": entry.id,
        "name": entry.name,
        "state": entry.state,
        "boardId": entry.board_id,
        "goal": entry.goal,
        **_sprint_dates(entry),
    }


def sprint_text(entry: Sprint) -> str:
    """A sprint inside an issue's sprint field, as Data Center prints the Java object."""
    dates = {"startDate": entry.starts_at, "endDate": entry.ends_at, "completeDate": entry.completed_at}
    shown = {
        "id": entry.id,
        "rapidViewId": entry.board_id,
        "state": entry.state.upper(),
        "name": entry.name,
        **{name: utc_stamp(at) or "<null>" for name, at in dates.items()},
        "activatedDate": utc_stamp(entry.activated_at) or "<null>",
        "sequence": entry.position or entry.id,
        "goal": entry.goal or "<null>",
        "autoStartStop": "false",
    }
    inner = ",".join(f"{name}={value}" for name, value in shown.items())
    return f"com.atlassian.greenhopper.service.sprint.Sprint@{entry.id:08x}[{inner}]"


def _sprint_dates(entry: Sprint) -> dict[str, str]:
    stamps = {
        "startDate": utc_stamp(entry.starts_at),
        "endDate": utc_stamp(entry.ends_at),
        "completeDate": utc_stamp(entry.completed_at),
    }
    return {key: value for key, value in stamps.items() if value is not None}

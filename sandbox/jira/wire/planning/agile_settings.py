"""What boards are set up with beside columns: quick filters, features, reports."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira.entities import Board
from sandbox.jira.settings import QuickFilter
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.planning import agile

# feature: (its name, the group it is shown in); those without a switch of their own stand for pages.
_FEATURES = {
    "SIMPLE_ROADMAP": ("Timeline", "Planning"),
    "BACKLOG": ("Backlog", "Planning"),
    "SPRINTS": ("Sprints", "Planning"),
    "ESTIMATION": ("Estimation", "Planning"),
    "BOARD": ("Board", "Planning"),
    "REPORTS": ("Reports", "Planning"),
    "CODE": ("Code", "Development"),
    "RELEASES": ("Releases", "Development"),
    "ISSUE_NAVIGATOR": ("Issue navigator", "More"),
    "PAGES": ("Project pages", "More"),
}
_REPORTS = ("burndownChart", "burnupChart", "sprintRetrospective", "velocityChart", "cumulativeFlowDiagram",
            "versionReport", "epicReport", "controlChart", "epicBurndown", "releaseBurndown")  # fmt: skip


def filters(visit: Visit, board_id: str) -> Response:
    """GET board/{id}/quickfilter"""
    found = agile.find_board(visit, board_id)
    return agile.paged(visit, [_filter_shape(found, entry) for entry in found.quick_filters])


def one_filter(visit: Visit, board_id: str, filter_id: str) -> Response:
    """GET board/{id}/quickfilter/{id}"""
    found = agile.find_board(visit, board_id)
    for entry in found.quick_filters:
        if str(entry.id) == filter_id:
            return Response.json(_filter_shape(found, entry))
    raise Refusal(404, "The requested quick filter does not exist or you do not have permission to view it.")


def _filter_shape(board: Board, entry: QuickFilter) -> Json:
    return {
        "id": entry.id,
        "boardId": board.id,
        "name": entry.name,
        "jql": entry.jql,
        "description": entry.description,
        "position": board.quick_filters.index(entry),
    }


def features(visit: Visit, board_id: str) -> Response:
    """GET board/{id}/features"""
    return Response.json(_features(agile.find_board(visit, board_id)))


def toggle(visit: Visit, board_id: str) -> Response:
    """PUT board/{id}/features: switch one on or off, of a team-managed board."""
    found = agile.find_board(visit, board_id)
    given = body.read(visit, {"boardId": int, "feature": str, "enabling": bool})
    visit.require("ADMINISTER_PROJECTS", "You cannot change the features of this board.", found.project_id)
    feature = given.get("feature", "")
    if feature not in _FEATURES or found.kind != "simple":
        raise Refusal(400, f"The feature '{feature}' cannot be toggled on this board.")
    change = found.features_off.discard if given.get("enabling") else found.features_off.add
    change(feature)
    if feature == "SPRINTS":
        found.sprints = bool(given.get("enabling"))
    return Response.json(_features(found))


def _features(board: Board) -> Json:
    off = set(board.features_off) | (set() if board.sprints else {"SPRINTS"})
    return {
        "features": [
            {
                "boardFeature": name,
                "boardId": board.id,
                "state": "DISABLED" if name in off else "ENABLED",
                "localisedName": title,
                "localisedDescription": "",
                "localisedGroup": group,
                "learnMoreLink": "",
                "learnMoreArticleId": "",
                "imageUri": "",
                "featureType": "ESTIMATION" if name == "ESTIMATION" else "BASIC",
                "featureId": name.lower(),
                "toggleLocked": board.kind != "simple",
            }
            for name, (title, group) in _FEATURES.items()
        ]
    }


def reports(visit: Visit, board_id: str) -> Response:
    """GET board/{id}/reports"""
    agile.find_board(visit, board_id)
    return Response.json({"reports": [{"key": name} for name in _REPORTS]})


ROUTES = (
    ("GET", "board/{board_id}/quickfilter", filters),
    ("GET", "board/{board_id}/quickfilter/{filter_id}", one_filter),
    ("GET", "board/{board_id}/features", features),
    ("PUT", "board/{board_id}/features", toggle),
    ("GET", "board/{board_id}/reports", reports),
)

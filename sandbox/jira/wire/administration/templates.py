"""Project templates of Data Center, as its dialog for new projects lists them."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit

_SOFTWARE = {
    "com.pyxis.greenhopper.jira:gh-scrum-template": "Scrum software development",
    "com.pyxis.greenhopper.jira:gh-kanban-template": "Kanban software development",
    "com.pyxis.greenhopper.jira:basic-software-development-template": "Basic software development",
}
_BUSINESS = {
    "com.atlassian.jira-core-project-templates:jira-core-project-management": "Project management",
    "com.atlassian.jira-core-project-templates:jira-core-task-management": "Task management",
    "com.atlassian.jira-core-project-templates:jira-core-process-management": "Process management",
}


def every(_visit: Visit) -> Response:
    """GET project-templates/latest/templates"""
    groups = (("business", "Business", _BUSINESS), ("software", "Software", _SOFTWARE))
    return Response.json({"projectTemplatesGroupedByType": [_group(*group) for group in groups]})


def _group(key: str, name: str, templates: dict[str, str]) -> Json:
    shown = [
        {
            "projectTypeKey": key,
            "projectTemplateModuleCompleteKey": module,
            "itemModuleCompleteKey": module,
            "name": title,
            "description": "",
            "longDescriptionContent": "",
            "weight": 100 * place,
            "createProject": True,
        }
        for place, (module, title) in enumerate(templates.items(), start=1)
    ]
    kind = {"projectTypeKey": key, "projectTypeDisplayKey": name}
    return {
        "projectTypeBean": kind,
        "applicationInfo": {"applicationName": f"Jira {name}"},
        "projectTemplates": shown,
    }


OPEN_ROUTES = (("GET", "rest/project-templates/{version:1.0|latest}/templates", every),)

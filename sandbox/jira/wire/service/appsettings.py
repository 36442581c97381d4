"""Application properties: the settings of a site that administrators may read and change one by one."""

from __future__ import annotations

import re

from sandbox.http import Response
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit

# key: (kind, default, what it is)
_ADVANCED = {
    "jira.clone.prefix": ("string", "CLONE -", "The prefix added to the Summary field of cloned issues"),
    "jira.date.picker.java.format": ("string", "d/MMM/yy", "The date format of Java for date pickers"),
    "jira.date.picker.javascript.format": ("string", "%e/%b/%y", "The date format of JavaScript for date pickers"),
    "jira.date.time.picker.java.format":
        ("string", "dd/MMM/yy h:mm a", "The date format of Java for pickers of date and time"),
    "jira.date.time.picker.javascript.format":
        ("string", "%e/%b/%y %I:%M %p", "The date format of JavaScript for pickers of date and time"),
    "jira.issue.actions.order": ("string", "asc", "The default order of comments and changes: asc or desc"),
    "jira.table.cols.subtasks":
        ("string", "issuetype, status, assignee, progress", "The columns shown for sub-tasks"),
    "jira.view.issue.links.sort.order":
        ("string", "type, status, priority", "The sort order of issue links on an issue"),
    "jira.comment.collapsing.minimum.hidden": ("string", "4", "The fewest comments that are collapsed"),
    "jira.newsletter.tip.delay.days": ("string", "7", "The days until the newsletter is offered"),
}  # fmt: skip
_OTHER = {
    "jira.title": ("string", "", "The name of the installation"),
    "jira.home": ("string", "/var/jira", "Jira home directory"),
    "jira.lf.date.time": ("string", "h:mm a", "Look and feel: time format"),
    "jira.lf.date.day": ("string", "EEEE h:mm a", "Look and feel: day format"),
    "jira.lf.date.complete": ("string", "dd/MMM/yy h:mm a", "Look and feel: complete date and time format"),
    "jira.lf.date.dmy": ("string", "dd/MMM/yy", "Look and feel: day, month and year format"),
    "jira.date.time.picker.use.iso8061": ("string", "false", "Whether weeks begin on Monday"),
    "jira.lf.logo.url": ("string", "/images/icon-jira-logo.png", "The logo"),
    "jira.lf.logo.show.application.title": ("string", "false", "Whether the name is shown beside the logo"),
    "jira.lf.favicon.url": ("string", "/favicon.ico", "The favicon"),
    "jira.lf.favicon.hires.url": ("string", "/images/64jira.png", "The favicon in high resolution"),
    "jira.lf.top.bgcolour": ("string", "#0052cc", "The background of the top bar"),
    "jira.lf.top.hilightcolour": ("string", "#0747a6", "The highlight of the top bar"),
    "jira.lf.top.textcolour": ("string", "#deebff", "The text of the top bar"),
    "jira.lf.top.texthilightcolour": ("string", "#ffffff", "The highlighted text of the top bar"),
    "jira.lf.menu.bgcolour": ("string", "#0052cc", "The background of menus"),
    "jira.lf.menu.textcolour": ("string", "#ffffff", "The text of menus"),
    "jira.lf.hero.button.base.bg.colour": ("string", "#3b7fc4", "The background of the main button"),
    "jira.lf.text.headingcolour": ("string", "#172b4d", "The colour of headings"),
    "jira.lf.text.linkcolour": ("string", "#0052cc", "The colour of links"),
    "jira.lf.text.activelinkcolour": ("string", "#0052cc", "The colour of active links"),
}
_KNOWN = _OTHER | _ADVANCED


def every(visit: Visit) -> Response:
    """GET application-properties: all, those whose key fits `keyFilter`, or the one called `key`."""
    _admins_only(visit)
    wanted, pattern = visit.request.arg("key"), visit.request.arg("keyFilter")
    if wanted:
        return Response.json(_shape(visit, _existing(wanted)))
    try:
        fits = re.compile(pattern or ".*").fullmatch
    except re.error:
        raise Refusal(400, f"The keyFilter '{pattern}' is not a valid pattern.") from None
    return Response.json([_shape(visit, key) for key in sorted(_KNOWN) if fits(key)])


def advanced(visit: Visit) -> Response:
    """GET application-properties/advanced-settings"""
    _admins_only(visit)
    return Response.json([_shape(visit, key) for key in sorted(_ADVANCED)])


def change(visit: Visit, key: str) -> Response:
    """PUT application-properties/{key}"""
    _admins_only(visit)
    value = body.read(visit, {"id": str, "value": str}).get("value")
    if value is None:
        raise Refusal(400, "No value was given.")
    if _existing(key) == "jira.home":
        raise Refusal(403, "This property cannot be changed.")
    visit.state.app_settings[key] = value
    return Response.json(_shape(visit, key))


def _admins_only(visit: Visit) -> None:
    visit.require("ADMINISTER", "You do not have permission to access application properties.")


def _existing(key: str) -> str:
    if key not in _KNOWN:
        raise Refusal(404, f"No application property with the key '{key}' exists.")
    return key


def _shape(visit: Visit, key: str) -> Json:
    kind, default, name = _KNOWN[key]
    default = visit.state.site.title if key == "jira.title" else default
    value = visit.state.app_settings.get(key, default)
    return {
        "id": key,
        "key": key,
        "value": value,
        "name": name,
        "desc": "",
        "type": kind,
        "defaultValue": default,
    }


ROUTES = (
    ("GET", "application-properties", every),
    ("GET", "application-properties/advanced-settings", advanced),
    ("PUT", "application-properties/{key}", change),
)

"""One permission granted to one holder: read from a request, and shown with who the holder is."""

from __future__ import annotations

from sandbox.jira.permissionnames import PROJECT
from sandbox.jira.settings import Grant, PermissionScheme
from sandbox.jira.wire.administration import roles
from sandbox.jira.wire.forms.fieldlist import listed_custom
from sandbox.jira.wire.http import shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit

_NAMELESS = ("anyone", "assignee", "projectLead", "reporter", "sd.customer.portal.only", "applicationRole")
_DETAIL = {
    "group": "group",
    "projectRole": "projectRole",
    "user": "user",
    "userCustomField": "field",
    "groupCustomField": "field",
}


def read(visit: Visit, raw: object) -> Grant:
    """A grant as a client writes it; refused when there is no such permission or holder."""
    given: Json = raw if isinstance(raw, dict) else {}
    named = given.get("holder")
    holder: Json = named if isinstance(named, dict) else {}
    permission, kind = given.get("permission"), holder.get("type")
    if permission not in PROJECT:
        raise Refusal(400, f"The permission '{permission}' does not exist.")
    if kind not in (*_NAMELESS, *_DETAIL):
        raise Refusal(400, f"The holder type '{kind}' does not exist.")
    parameter = str(holder.get("parameter") or holder.get("value") or "")
    if kind in _DETAIL and _detail(visit, kind, parameter) is None:
        raise Refusal(400, f"A holder of the type '{kind}' needs the parameter of one that exists.")
    return Grant(visit.state.next_id("grant") + 200, permission, kind, parameter)


def shape(visit: Visit, scheme: PermissionScheme, grant: Grant) -> Json:
    """A grant; `expand` (user, group, projectRole, field, all) tells more of its holder."""
    holder: Json = {"type": grant.holder}
    if grant.parameter:
        group = visit.state.group(grant.parameter) if grant.holder == "group" else None
        holder["parameter"] = group.name if group else grant.parameter
        if visit.state.site.is_cloud:
            holder["value"] = group.id if group else grant.parameter
    if grant.holder in _DETAIL:
        name = _DETAIL[grant.holder]
        asked = {name, "all"} & set(visit.names("expand"))
        detail = _detail(visit, grant.holder, grant.parameter) if asked else None
        holder |= {"expand": name} | ({name: detail} if detail else {})
    home = visit.rest(f"permissionscheme/{scheme.id}/permission/{grant.id}")
    return {"id": grant.id, "self": home, "holder": holder, "permission": grant.permission}


def _detail(visit: Visit, kind: str, parameter: str) -> Json | None:
    """Whom a holder's parameter names; None when there is none of that name."""
    match kind:
        case "user":
            user = visit.find_user(parameter)
            return shapes.user(visit, user) if user else None
        case "group":
            group = visit.state.group(parameter)
            return shapes.group(visit, group) if group else None
        case "projectRole":
            role = visit.state.roles.get(int(parameter)) if parameter.isdigit() else None
            return roles.plain(visit, role) if role else None
    field = visit.state.fields.get(parameter)
    return listed_custom(field) if field else None

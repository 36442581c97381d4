"""Webhooks of administrators: registered for the whole site, signed when they have a secret."""

from __future__ import annotations

from typing import Any

from sandbox.http import Response
from sandbox.jira.jql import JqlError, check
from sandbox.jira.webhooks import Hook
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.service.dynamichooks import milliseconds

_ADMIN: body.Schema = {
    "name": str, "url": str, "description": str, "events": list, "filters": dict, "excludeBody": bool,
    "secret": str, "enabled": bool, "jqlFilter": str, "excludeIssueDetails": bool,
}  # fmt: skip


def admin_list(visit: Visit) -> Response:
    """GET webhooks/1.0/webhook"""
    _admins_only(visit)
    held = (hook for hook in visit.state.webhooks.hooks.values() if hook.expires_at is None)
    return Response.json([_admin_shape(visit, hook) for hook in held])


def admin_get(visit: Visit, hook_id: str) -> Response:
    """GET webhooks/1.0/webhook/{id}"""
    return Response.json(_admin_shape(visit, _admin_hook(visit, hook_id)))


def admin_create(visit: Visit) -> Response:
    """POST webhooks/1.0/webhook"""
    _admins_only(visit)
    given = body.read(visit, _ADMIN, lists={"events": str})
    if not given.get("name") or not given.get("url"):
        missing = [name for name in ("name", "url") if not given.get(name)]
        raise Refusal(400, fields={name: f"The webhook {name} must be given." for name in missing})
    webhooks = visit.state.webhooks
    hook = Hook(webhooks.next_id(), given["url"], (), "", visit.user.account_id, changed_at=visit.now)
    _change(visit, hook, given)
    webhooks.hooks[hook.id] = hook
    return Response.json(_admin_shape(visit, hook), 201)


def admin_update(visit: Visit, hook_id: str) -> Response:
    """PUT webhooks/1.0/webhook/{id}"""
    hook = _admin_hook(visit, hook_id)
    _change(visit, hook, body.read(visit, _ADMIN, lists={"events": str}))
    return Response.json(_admin_shape(visit, hook))


def admin_delete(visit: Visit, hook_id: str) -> Response:
    """DELETE webhooks/1.0/webhook/{id}"""
    del visit.state.webhooks.hooks[_admin_hook(visit, hook_id).id]
    return Response(204)


def _change(visit: Visit, hook: Hook, given: dict[str, Any]) -> None:
    jql = given.get("jqlFilter", given.get("filters", {}).get("issue-related-events-section", hook.jql))
    try:
        check(jql, visit.jql())
    except JqlError as error:
        raise Refusal(400, str(error)) from None
    hook.name, hook.url, hook.jql = given.get("name", hook.name), given.get("url", hook.url), jql
    hook.events = tuple(given.get("events", hook.events))
    hook.secret, hook.enabled = given.get("secret", hook.secret), given.get("enabled", hook.enabled)
    hook.changed_at = visit.now


def _admins_only(visit: Visit) -> None:
    visit.require("ADMINISTER", "Only Jira administrators can manage webhooks.")


def _admin_hook(visit: Visit, hook_id: str) -> Hook:
    _admins_only(visit)
    found = visit.state.webhooks.hooks.get(int(hook_id)) if hook_id.isdigit() else None
    if found is None or found.expires_at is not None:
        raise Refusal(404, f"No webhook with id '{hook_id}' exists.")
    return found


def _admin_shape(visit: Visit, hook: Hook) -> Json:
    return {
        "name": hook.name,
        "url": hook.url,
        "events": list(hook.events),
        "filters": {"issue-related-events-section": hook.jql},
        "excludeBody": False,
        "enabled": hook.enabled,
        "isSigned": bool(hook.secret),
        "lastUpdated": milliseconds(hook.changed_at),
        "lastUpdatedUser": hook.owner,
        "self": visit.link(f"/rest/webhooks/1.0/webhook/{hook.id}"),
    }


ADMIN_ROUTES = (
    ("GET", "webhook", admin_list),
    ("POST", "webhook", admin_create),
    ("GET", "webhook/{hook_id}", admin_get),
    ("PUT", "webhook/{hook_id}", admin_update),
    ("DELETE", "webhook/{hook_id}", admin_delete),
)

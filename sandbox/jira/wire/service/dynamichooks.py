"""The dynamic webhooks of apps: registered with a filter, good for thirty days."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sandbox.http import Response
from sandbox.jira.jql import JqlError, check
from sandbox.jira.jql.syntax import And, Clause, Node, Not, Or
from sandbox.jira.webhooks import DYNAMIC_EVENTS, LIFE, Hook
from sandbox.jira.wire.http import body, paging
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit

_FILTERABLE = frozenset(
    ("issuekey", "key", "project", "issuetype", "type", "status", "assignee", "reporter", "issue.property")
)


_PER_OWNER = 5


def create(visit: Visit) -> Response:
    """POST webhook: each registration answers with its id or its errors."""
    _apps_only(visit)
    given = body.read(visit, {"url": str, "webhooks": list}, lists={"webhooks": dict})
    if not given.get("url") or not given.get("webhooks"):
        raise Refusal(400, "The url and the webhooks must be given.")
    results = [_register(visit, given["url"], entry) for entry in given["webhooks"]]
    return Response.json({"webhookRegistrationResult": results})


def _register(visit: Visit, url: str, entry: dict[str, Any]) -> Json:
    webhooks = visit.state.webhooks
    errors = _errors(visit, entry)
    if len(_own(visit)) >= _PER_OWNER:
        errors.append(f"The limit of {_PER_OWNER} webhooks per app, user and site is reached.")
    if errors:
        return {"errors": errors}
    hook = Hook(
        webhooks.next_id(),
        url,
        tuple(entry["events"]),
        entry["jqlFilter"],
        visit.user.account_id,
        secret=visit.state.knobs.dynamic_webhook_secret,
        expires_at=visit.now + LIFE,
        field_ids=tuple(entry.get("fieldIdsFilter", ())),
    )
    webhooks.hooks[hook.id] = hook
    return {"createdWebhookId": hook.id}


def _errors(visit: Visit, entry: dict[str, Any]) -> list[str]:
    errors = [f"The event '{name}' is not supported." for name in entry.get("events", ())
              if name not in DYNAMIC_EVENTS]  # fmt: skip
    if not entry.get("events"):
        errors.append("At least one event must be given.")
    try:
        where = check(entry.get("jqlFilter", ""), visit.jql()).where
    except JqlError as error:
        return [*errors, str(error)]
    return errors if where is None else [*errors, *_unfilterable(where)]


def _unfilterable(node: Node) -> list[str]:
    """What a dynamic webhook's filter may not contain."""
    match node:
        case And(parts) | Or(parts):
            return [text for part in parts for text in _unfilterable(part)]
        case Not(part):
            return _unfilterable(part)
        case Clause(field, operator):
            known = field.lower() in _FILTERABLE or re.fullmatch(r"cf\[\d+\]", field)
            errors = [] if known else [f"The clause '{field}' is unsupported"]
            fits = operator in ("=", "!=", "in", "not in")
            return errors if fits else [*errors, f"The operator '{operator}' is unsupported"]


def every(visit: Visit) -> Response:
    """GET webhook: the app's own."""
    _apps_only(visit)
    shown: list[Json] = [
        {
            "id": hook.id,
            "url": hook.url,
            "events": list(hook.events),
            "jqlFilter": hook.jql,
            "expirationDate": milliseconds(hook.expires_at),
        }
        for hook in _own(visit)
    ]
    return paging.page(visit, shown, "webhook", size=100)


def delete(visit: Visit) -> Response:
    """DELETE webhook: 202."""
    _apps_only(visit)
    ids = _ids(visit)
    for hook in _own(visit):
        if hook.id in ids:
            del visit.state.webhooks.hooks[hook.id]
    return Response(202)


def refresh(visit: Visit) -> Response:
    """PUT webhook/refresh: thirty more days from now."""
    _apps_only(visit)
    ids = _ids(visit)
    for hook in _own(visit):
        if hook.id in ids:
            hook.expires_at = visit.now + LIFE
    return Response.json({"expirationDate": milliseconds(visit.now + LIFE)})


def failed(visit: Visit) -> Response:
    """GET webhook/failed: what was given up in the last 72 hours."""
    _apps_only(visit)
    lost = visit.state.webhooks.failed(visit.now, {hook.id for hook in _own(visit)})
    count = visit.number("maxResults", 100, most=100)
    after = visit.number("after", 0)
    shown = [
        {
            "id": entry.id,
            "body": entry.body.decode(),
            "url": entry.url,
            "failureTime": milliseconds(entry.failed_at),
        }
        for entry in lost
        if entry.failed_at and entry.failed_at.timestamp() * 1000 > after
    ]
    page: Json = {"values": shown[:count], "maxResults": count}
    if len(shown) > count:
        page["next"] = visit.rest(
            f"webhook/failed?after={shown[count - 1]['failureTime']}&maxResults={count}"
        )
    return Response.json(page)


def _ids(visit: Visit) -> set[int]:
    ids = set(body.read(visit, {"webhookIds": list}, lists={"webhookIds": int}).get("webhookIds", []))
    if not ids:
        raise Refusal(400, "The webhookIds must be given.")
    return ids


def _apps_only(visit: Visit) -> None:
    if not visit.by_app and not visit.state.knobs.dynamic_webhooks_for_all:
        raise Refusal(403, "Only Connect and OAuth 2.0 apps can use this operation.")


def _own(visit: Visit) -> list[Hook]:
    me, now = visit.user.account_id, visit.now
    hooks = visit.state.webhooks.hooks.values()
    return [hook for hook in hooks if hook.expires_at and hook.expires_at > now and hook.owner == me]


def milliseconds(at: datetime | None) -> int | None:
    return round(at.timestamp() * 1000) if at else None


ROUTES = (
    ("POST", "webhook", create),
    ("GET", "webhook", every),
    ("DELETE", "webhook", delete),
    ("PUT", "webhook/refresh", refresh),
    ("GET", "webhook/failed", failed),
)

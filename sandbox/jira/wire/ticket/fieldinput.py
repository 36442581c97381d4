"""Values of fields as clients send them, read into what the state holds; what does not fit is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.jira.entities import CustomField, FieldKind
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.inputs import (
    SEPARATOR,
    BadValue,
    Place,
    array,
    day,
    duration,
    labels,
    moment,
    named,
    number,
    person,
    rich_text,
    string,
    summary,
)
from sandbox.jira.wire.http.visit import Visit

Reader = Callable[[Visit, Place, Any], Any]


def _project_entries(title: str, registry: str) -> Reader:
    def read(visit: Visit, place: Place, raw: object) -> tuple[int, ...]:
        held = getattr(visit.state, registry).values()
        own = [entry for entry in held if entry.project_id == place.project_id]
        return tuple(dict.fromkeys(named(title, entry, own) for entry in array(raw)))

    return read


def _priority(visit: Visit, _place: Place, raw: object) -> str | None:
    return None if raw is None else str(named("Priority", raw, visit.state.priorities.values()))


def _security(visit: Visit, _place: Place, raw: object) -> str | None:
    if raw is None:
        return None
    levels = visit.state.security_levels
    usable = [level for level in levels.values() if level.id in visit.user.security_levels]
    return str(named("Security Level", raw, usable))


def _assignee(visit: Visit, _place: Place, raw: object) -> str | None:
    found = person(visit, raw)
    if found is not None and not visit.state.users[found].active:
        raise BadValue(f"User '{found}' cannot be assigned issues.")
    return found


def _parent(visit: Visit, _place: Place, raw: object) -> int | None:
    if raw is None:
        return None
    given = raw.get("id") or raw.get("key") if isinstance(raw, dict) else None
    found = visit.state.issue(str(given)) if given else None
    if found is None or not visit.state.can_see(visit.user, found):
        raise BadValue("Could not find issue by id or key.")
    return found.id


def _issue_type(visit: Visit, place: Place, raw: object) -> int:
    try:
        return named("Issue Type", raw, visit.state.types_of(place.project_id))
    except BadValue:
        cloud = visit.state.site.is_cloud
        raise BadValue("Specify a valid issue type" if cloud else "issue type is required") from None


def _timetracking(_visit: Visit, _place: Place, raw: object) -> dict[str, int | None]:
    names = {"originalEstimate": "timeoriginalestimate", "remainingEstimate": "timeestimate"}
    if not isinstance(raw, dict) or raw.keys() - names.keys():
        raise BadValue("Specify the time tracking as an object of originalEstimate and remainingEstimate.")
    return {names[key]: duration(value, key) for key, value in raw.items()}


def _resolution(visit: Visit, _place: Place, raw: object) -> int | None:
    return None if raw is None else named("Resolution", raw, visit.state.resolutions.values())


SYSTEM: dict[str, Reader] = {
    "summary": lambda _v, _p, raw: summary(raw),
    "description": lambda visit, _p, raw: rich_text(visit, raw),
    "environment": lambda visit, _p, raw: rich_text(visit, raw),
    "labels": lambda _v, _p, raw: labels(raw),
    "duedate": lambda _v, _p, raw: day(raw),
    "priority": _priority,
    "security": _security,
    "assignee": _assignee,
    "reporter": lambda visit, _p, raw: person(visit, raw),
    "components": _project_entries("Component", "components"),
    "fixVersions": _project_entries("Version", "versions"),
    "versions": _project_entries("Version", "versions"),
    "parent": _parent,
    "issuetype": _issue_type,
    "timetracking": _timetracking,
    "resolution": _resolution,
}


def system_value(visit: Visit, place: Place, field_id: str, raw: object) -> Any:
    """A system field's value as the state holds it; BadValue when it does not fit."""
    return SYSTEM[field_id](visit, place, raw)


def custom_value(visit: Visit, place: Place, field: CustomField, raw: object) -> Any:
    """A custom field's value as the state holds it, None when empty; BadValue when it does not fit."""
    if raw is None:
        return None
    return _CUSTOM[field.kind](visit, place, field, raw)


def _option(field: CustomField, raw: object, prefix: str = "") -> str:
    if not isinstance(raw, dict) or not (raw.keys() & {"id", "value"}):
        raise BadValue("Specify a valid 'id' or 'value' for " + field.name)
    for text, identity in field.options.items():
        if str(identity) == str(raw.get("id")) or ("id" not in raw and text == f"{prefix}{raw['value']}"):
            return text
    which = "id" if "id" in raw else "value"
    raise BadValue(f"Option {which} '{raw[which]}' is not valid")


def _cascade(_v: Visit, _p: Place, field: CustomField, raw: Any) -> tuple[str, ...]:
    parent = _option(field, raw)
    if not raw.get("child"):
        return (parent,)
    return tuple(_option(field, raw["child"], f"{parent}{SEPARATOR}").split(SEPARATOR))


def _group(visit: Visit, raw: object) -> str:
    wanted = raw if isinstance(raw, dict) else {}
    for group in visit.state.groups.values():
        if group.name == wanted.get("name") or group.id == wanted.get("groupId"):
            return group.id
    raise BadValue(f"Could not find group with name '{wanted.get('name')}'.")


def _people(visit: Visit, _p: Place, _field: CustomField, raw: object) -> tuple[str, ...]:
    return tuple(found for entry in array(raw) if (found := person(visit, entry)))


def _version(visit: Visit, place: Place, _field: CustomField, raw: object) -> str:
    return str(SYSTEM["versions"](visit, place, [raw])[0])


def _versions(visit: Visit, place: Place, _field: CustomField, raw: object) -> tuple[str, ...]:
    return tuple(map(str, SYSTEM["versions"](visit, place, raw)))


def _stamp(_v: Visit, _p: Place, _field: CustomField, raw: object) -> str:
    return moment(raw).isoformat()


def _sprint(visit: Visit, _p: Place, _field: CustomField, raw: object) -> int:
    found = visit.state.sprints.get(int(raw)) if str(raw).isdigit() else None  # type: ignore[call-overload]
    if found is None:
        raise BadValue("Number value expected as the Sprint id.")
    return found.id


def _epic(visit: Visit, place: Place, _field: CustomField, raw: object) -> int | None:
    return _parent(visit, place, {"key": raw})


def _organizations(visit: Visit, _p: Place, _field: CustomField, raw: object) -> tuple[str, ...]:
    ids = [str(entry.get("id") if isinstance(entry, dict) else entry) for entry in array(raw)]
    unknown = [given for given in ids if given not in map(str, visit.state.organizations)]
    if unknown:
        raise BadValue(f"Organization with id '{unknown[0]}' does not exist.")
    return tuple(dict.fromkeys(ids))


def _read_only(_v: Visit, _p: Place, field: CustomField, _raw: object) -> None:
    raise Refusal(
        400, fields={field.id: f"Field '{field.id}' cannot be set. It is not on the appropriate screen, "
                               "or unknown."}
    )  # fmt: skip


_CUSTOM: dict[FieldKind, Callable[[Visit, Place, CustomField, Any], Any]] = {
    "text": lambda _v, _p, _f, raw: string(raw),
    "url": lambda _v, _p, _f, raw: string(raw),
    "epic_name": lambda _v, _p, _f, raw: string(raw),
    "textarea": lambda visit, _p, _f, raw: rich_text(visit, raw),
    "number": lambda _v, _p, _f, raw: number(raw),
    "story_points_estimate": lambda _v, _p, _f, raw: number(raw),
    "option": lambda _v, _p, field, raw: _option(field, raw),
    "options": lambda _v, _p, field, raw: tuple(_option(field, entry) for entry in array(raw)),
    "cascading": _cascade,
    "date": lambda _v, _p, _f, raw: day(raw),
    "datetime": _stamp,
    "user": lambda visit, _p, _f, raw: person(visit, raw),
    "users": _people,
    "group": lambda visit, _p, _f, raw: _group(visit, raw),
    "groups": lambda visit, _p, _f, raw: tuple(_group(visit, entry) for entry in array(raw)),
    "version": _version,
    "versions": _versions,
    "labels": lambda _v, _p, _f, raw: labels(raw),
    "sprint": _sprint,
    "epic_link": _epic,
    "parent_link": _epic,
    "rank": _read_only,
    "organizations": _organizations,
}

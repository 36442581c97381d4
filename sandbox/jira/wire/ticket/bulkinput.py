"""The typed lists of a bulk edit, as the fields and updates of one issue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sandbox.jira.wire.http.errors import Refusal

_VERBS = {"ADD": "add", "REMOVE": "remove"}
_Value = Callable[[dict[str, Any]], object]


def _first(name: str, inner: str | None = None) -> _Value:
    return lambda entry: (entry.get(name) or {}).get(inner) if inner else entry.get(name)


def _named(name: str, inner: str, key: str) -> _Value:
    """{"option": {"optionId": 3}} as {"id": "3"}; nothing there clears the field."""

    def value(entry: dict[str, Any]) -> object:
        found = (entry.get(name) or {}).get(inner)
        return None if found in (None, "", -1) else {key: str(found)}

    return value


# What each list of `editedFieldsInput` holds for one field.
_SINGLE: dict[str, _Value] = {
    "singleLineTextFields": _first("text"),
    "richTextFields": _first("richText", "adfValue"),
    "clearableNumberFields": _first("value"),
    "datePickerFields": _first("date", "formattedDate"),
    "dateTimePickerFields": _first("dateTime", "formattedDateTime"),
    "urlFields": _first("url"),
    "singleSelectFields": _named("option", "optionId", "id"),
    "singleGroupPickerFields": _named("group", "groupId", "groupId"),
    "singleVersionPickerFields": _named("version", "versionId", "id"),
    "singleSelectClearableUserPickerFields": _named("user", "accountId", "accountId"),
}
# The entries of those that hold many, and how each is named.
_MANY: dict[str, tuple[str, Callable[[dict[str, Any]], object]]] = {
    "labelsFields": ("labels", lambda entry: entry.get("name")),
    "multiselectComponents": ("components", lambda entry: {"id": str(entry.get("componentId"))}),
    "multipleVersionPickerFields": ("versions", lambda entry: {"id": str(entry.get("versionId"))}),
    "multipleSelectFields": ("options", lambda entry: {"id": str(entry.get("optionId"))}),
    "multipleGroupPickerFields": ("groups", lambda entry: {"groupId": entry.get("groupId")}),
    "multipleSelectClearableUserPickerFields": ("users", lambda e: {"accountId": e.get("accountId")}),
}


def edit_of(given: dict[str, Any], actions: list[str]) -> dict[str, Any]:
    """`fields` and `update` as PUT issue takes them, of those fields that are among the `actions`."""
    fields: dict[str, object] = {}
    update: dict[str, list[dict[str, object]]] = {}
    if "priority" in given:
        fields["priority"] = {"id": str(given["priority"].get("priorityId", ""))}
    if "issueType" in given:
        fields["issuetype"] = {"id": str(given["issueType"].get("issueTypeId", ""))}
    for kind, value in _SINGLE.items():
        fields |= {entry["fieldId"]: value(entry) for entry in given.get(kind, [])}
    for name, verb, values in _lists(given):
        if verb in _VERBS:
            update[name] = [{_VERBS[verb]: value} for value in values]
        else:
            fields[name] = values if verb == "REPLACE" else []
    _refuse_unknown(given)
    return {
        "fields": {name: value for name, value in fields.items() if name in actions},
        "update": {name: value for name, value in update.items() if name in actions},
    }


def _lists(given: dict[str, Any]) -> Iterator[tuple[str, str, list[object]]]:
    for kind, (inner, value) in _MANY.items():
        entries = given.get(kind, [])
        for entry in [entries] if isinstance(entries, dict) else entries:
            verb = entry.get("bulkEditMultiSelectFieldOption", "REPLACE")
            yield entry["fieldId"], verb, [value(each) for each in entry.get(inner, [])]


def _refuse_unknown(given: dict[str, Any]) -> None:
    unknown = given.keys() - {"priority", "issueType", *_SINGLE, *_MANY}
    if unknown:
        raise Refusal(400, f"The fields of '{min(unknown)}' cannot be edited in bulk.")

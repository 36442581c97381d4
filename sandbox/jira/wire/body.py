"""Request bodies checked against the schema of their operation: unknown keys and wrong types are refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.jira.wire.errors import BAD_PAYLOAD, Refusal
from sandbox.jira.wire.visit import Visit

Schema = Mapping[str, type | tuple[type, ...]]


def read(visit: Visit, schema: Schema, *, lists: Mapping[str, type] | None = None) -> dict[str, Any]:
    """The JSON object of a request. `schema` types its keys, `lists` the entries of lists.

    A null counts as absent unless the knob says that the site refuses it (unverified).
    """
    found = read_raw(visit)
    if not isinstance(found, dict) or found.keys() - schema.keys():
        raise Refusal(400, BAD_PAYLOAD)
    if any(value is None for value in found.values()) and not visit.state.knobs.post_accepts_nulls:
        raise Refusal(400, BAD_PAYLOAD)
    given = {key: value for key, value in found.items() if value is not None}
    for key, value in given.items():
        if not _fits(value, schema[key]):
            raise Refusal(400, BAD_PAYLOAD)
    for key, kind in (lists or {}).items():
        if not all(_fits(entry, kind) for entry in given.get(key, [])):
            raise Refusal(400, BAD_PAYLOAD)
    return given


def read_raw(visit: Visit) -> Any:
    """The JSON of a request, whatever it is."""
    try:
        return visit.request.json()
    except ValueError:
        raise Refusal(400, BAD_PAYLOAD) from None


def _fits(value: object, kind: type | tuple[type, ...]) -> bool:
    return isinstance(value, kind) and not (isinstance(value, bool) and kind is int)

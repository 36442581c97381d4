"""Request bodies read by the schema of their operation: unknown keys and wrong types are refused."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from sandbox.jira.wire.http.errors import BAD_PAYLOAD, Refusal
from sandbox.jira.wire.http.visit import Visit

_WHOLE = re.compile(r"-?\d{1,18}")
Schema = Mapping[str, type | tuple[type, ...]]


def read(
    visit: Visit, schema: Schema, *, lists: Mapping[str, type] | None = None, others: bool = False
) -> dict[str, Any]:
    """The JSON object of a request. `schema` types its keys, `lists` the entries of lists.

    Words for numbers and truth are taken for them, as Java's readers of JSON do. With `others` keys that
    nobody knows are left out instead of refused: so the vendor's schemas have it for issues and what is on
    them. A null counts as absent unless the knob says that the site refuses it (unverified).
    """
    found = read_raw(visit)
    if not isinstance(found, dict) or (not others and found.keys() - schema.keys()):
        raise Refusal(400, BAD_PAYLOAD)
    if any(value is None for value in found.values()) and not visit.state.knobs.post_accepts_nulls:
        raise Refusal(400, BAD_PAYLOAD)
    given = {k: _read_as(value, schema[k]) for k, value in found.items() if k in schema and value is not None}
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


def _read_as(value: Any, kind: type | tuple[type, ...]) -> Any:
    if _fits(value, kind):
        return value
    if kind is bool and value in ("true", "false"):
        return value == "true"
    if kind is int and isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    if kind is str and isinstance(value, (bool, int, float)):
        return json.dumps(value)
    raise Refusal(400, BAD_PAYLOAD)


def _fits(value: object, kind: type | tuple[type, ...]) -> bool:
    return isinstance(value, kind) and not (isinstance(value, bool) and kind is int)

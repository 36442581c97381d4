"""Pages by offset, as most platform lists are."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.http import Response
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit


def page(
    visit: Visit, values: Sequence[Json], path: str, *, size: int = 50, most: int | None = None
) -> Response:
    """The page of `values` that startAt and maxResults ask for; `path` is the list's own, for its links."""
    start, count = visit.number("startAt", 0), visit.number("maxResults", size, most=most or size)
    shown = values[start : start + count]
    last = start + len(shown) >= len(values)
    kept = [(k, v) for k, v in visit.request.query if k not in ("startAt", "maxResults")]
    home = f"{path}?" + "".join(f"{k}={v}&" for k, v in kept) + f"maxResults={count}&startAt="
    shape: Json = {
        "self": visit.rest(f"{home}{start}"),
        "maxResults": count,
        "startAt": start,
        "total": len(values),
        "isLast": last,
        "values": list(shown),
    }
    return Response.json(shape if last else shape | {"nextPage": visit.rest(f"{home}{start + count}")})

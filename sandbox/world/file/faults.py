"""Scripted faults as a world file writes them: one table per fault, by the name of what goes wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from sandbox import faults
from sandbox.faults import Fault, Faults
from sandbox.world.file.knobs import Number


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from None
    return text


Pattern = Annotated[str, AfterValidator(_pattern)]


class FaultLine(BaseModel):
    """One fault: `kind` and what belongs to it, and which requests it meets: `count` 0 is all of them."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    kind: Literal[
        "answer", "answer_after", "bad_gateway", "html_page", "failing_after", "too_many_requests",
        "empty_answer", "wrong_object", "drop_before", "drop_after", "hanging_before", "hanging_after",
        "reset_before", "reset_after", "reset_midway", "cut_off", "truncated_body", "delayed", "trickled",
        "without_argument", "delivered_twice", "stale_reads", "shifted_page", "repeated_token", "redirected",
        "refused",
    ]  # fmt: skip
    status: Annotated[int, Field(ge=200, le=599)] | None = None
    body: str = ""
    headers: Mapping[str, str] = {}
    retry_after: str | None = None
    seconds: Annotated[Number, Field(gt=0, le=600)] | None = None
    argument: str | None = None
    by: int = 1
    location: str | None = None
    method: Pattern = ".*"
    path: Pattern = ""
    nth: Annotated[int, Field(ge=1)] = 1
    count: Annotated[int, Field(ge=0)] = 1

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> FaultLine:
        needed = _NEEDED.get(self.kind)
        if needed and getattr(self, needed) is None:
            raise ValueError(f"the fault {self.kind!r} needs {needed!r}")
        return self


_NEEDED = {
    "answer": "status",
    "answer_after": "status",
    "hanging_before": "seconds",
    "hanging_after": "seconds",
    "refused": "seconds",
    "delayed": "seconds",
    "trickled": "seconds",
    "without_argument": "argument",
    "redirected": "location",
}
_MAKERS: dict[str, Callable[[FaultLine], Fault]] = {
    "answer": lambda line: faults.answer(line.status or 500, line.body, line.headers),
    "answer_after": lambda line: faults.answer_after(line.status or 500, line.body, line.headers),
    "html_page": lambda line: faults.html_page(line.status or 200),
    "failing_after": lambda line: faults.failing_after(line.status or 500),
    "too_many_requests": lambda line: faults.too_many_requests(line.retry_after, line.body),
    "empty_answer": lambda line: faults.empty_answer(line.status or 200),
    "wrong_object": lambda line: faults.wrong_object(line.body or '{"Unexpected":{}}'),
    "hanging_before": lambda line: faults.hanging_before(float(line.seconds or 0)),
    "hanging_after": lambda line: faults.hanging_after(float(line.seconds or 0)),
    "refused": lambda line: faults.refused(float(line.seconds or 0)),
    "delayed": lambda line: faults.delayed(float(line.seconds or 0)),
    "trickled": lambda line: faults.trickled(float(line.seconds or 0)),
    "without_argument": lambda line: faults.without_argument(line.argument or ""),
    "shifted_page": lambda line: faults.shifted_page(line.by, line.argument or "startAt"),
    "repeated_token": lambda line: faults.repeated_token(line.argument or "nextPageToken"),
    "redirected": lambda line: faults.redirected(line.location or "/", line.status or 307),
}
_PLAIN: dict[str, Callable[[], Fault]] = {
    "bad_gateway": faults.bad_gateway,
    "drop_before": faults.drop_before,
    "drop_after": faults.drop_after,
    "reset_before": faults.reset_before,
    "reset_after": faults.reset_after,
    "reset_midway": faults.reset_midway,
    "cut_off": faults.cut_off,
    "truncated_body": faults.truncated_body,
    "delivered_twice": faults.delivered_twice,
    "stale_reads": faults.stale_reads,
}


def script(target: Faults, lines: Iterable[FaultLine]) -> None:
    """Add the faults of a file to a server's script, in their order."""
    for line in lines:
        limits: dict[str, Any] = {"nth": line.nth, "count": line.count or None}
        fault = _PLAIN[line.kind]() if line.kind in _PLAIN else _MAKERS[line.kind](line)
        target.add(fault, method=line.method, path=line.path, **limits)

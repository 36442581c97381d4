"""Scripted faults as a world file writes them: one table per fault, by the name of what goes wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from sandbox import faults
from sandbox.faults import Fault, Faults
from sandbox.world.knobs import Number


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
        "answer", "answer_after", "html", "throttled", "drop_before", "drop_after", "cut_off", "truncated",
        "delayed", "without_argument",
    ]  # fmt: skip
    status: Annotated[int, Field(ge=200, le=599)] | None = None
    body: str = ""
    headers: Mapping[str, str] = {}
    retry_after: str | None = None
    seconds: Annotated[Number, Field(gt=0, le=600)] | None = None
    argument: str | None = None
    method: Pattern = ".*"
    path: Pattern = ""
    nth: Annotated[int, Field(ge=1)] = 1
    count: Annotated[int, Field(ge=0)] = 1

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> FaultLine:
        needed = {
            "answer": "status",
            "answer_after": "status",
            "delayed": "seconds",
            "without_argument": "argument",
        }.get(self.kind)
        if needed and getattr(self, needed) is None:
            raise ValueError(f"the fault {self.kind!r} needs {needed!r}")
        return self


_MAKERS: dict[str, Callable[[FaultLine], Fault]] = {
    "answer": lambda line: faults.answer(line.status or 500, line.body, line.headers),
    "answer_after": lambda line: faults.answer_after(line.status or 500, line.body, line.headers),
    "html": lambda _line: faults.bad_gateway(),
    "throttled": lambda line: faults.too_many_requests(line.retry_after, line.body),
    "drop_before": lambda _line: faults.drop_before(),
    "drop_after": lambda _line: faults.drop_after(),
    "cut_off": lambda _line: faults.cut_off(),
    "truncated": lambda _line: faults.truncated_body(),
    "delayed": lambda line: faults.delayed(float(line.seconds or 0)),
    "without_argument": lambda line: faults.without_argument(line.argument or ""),
}


def script(target: Faults, lines: Iterable[FaultLine]) -> None:
    """Add the faults of a file to a server's script, in their order."""
    for line in lines:
        limits: dict[str, Any] = {"nth": line.nth, "count": line.count or None}
        target.add(_MAKERS[line.kind](line), method=line.method, path=line.path, **limits)

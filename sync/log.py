"""Logs as events (`noun.verb_past` and values) on standard error; what is secret is hidden last of all.

Libraries log through the same end: nothing below a warning, and never a header or a body of theirs.
"""

from __future__ import annotations

import logging
import re
import secrets
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager
from typing import Any, Literal, TextIO
from urllib.parse import quote

import structlog
from structlog.types import Processor

HIDDEN = "[hidden]"
_HANDLER = "milepost"
_LONGEST = 4000  # characters of one value: a hostile title must not fill the disk
_SHORTEST_SECRET = 4  # hiding a shorter one would hide half of every line
_SENSITIVE_KEY = re.compile(
    r"token|secret|passw|authori[sz]ation|credential|cookie|body|e_?mail|api_?key", re.IGNORECASE
)
# Repeats before what a pattern looks for are bounded: a hostile text must not make it slow.
_SENSITIVE_TEXT = (
    (re.compile(r"\b(Bearer|Basic)\s{1,9}[\w.~+/=-]{16,}", re.IGNORECASE), rf"\1 {HIDDEN}"),
    (
        re.compile(
            r"((?:token|secret|password)\w{0,40}[\"']?\s{0,9}[=:]\s{0,9}[\"']?)[^\s\"'&,;}]+", re.IGNORECASE
        ),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"://[^\s/@]{1,400}@"), f"://{HIDDEN}@"),
    (re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"), HIDDEN),
)
_INVISIBLE = r"\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff"
_CONTROL = re.compile(rf"[\x00-\x1f{_INVISIBLE}]")
_CONTROL_BUT_LINE_ENDS = re.compile(rf"[\x00-\x09\x0b-\x1f{_INVISIBLE}]")

_KEPT = 256  # spellings of passing secrets: more than the tokens of a day, and no more work in a year than on day one

_concealed: set[str] = set()
_passing: deque[str] = deque(maxlen=_KEPT)


def conceal(*values: str) -> None:
    """From now on these values appear in no log, wherever they turn up."""
    _concealed.update(_spellings(values))


def conceal_passing(*values: str) -> None:
    """The same for tokens that others soon take the place of: of very many only the newest are hidden."""
    _passing.extend(each for each in _spellings(values) if each not in _passing)


def _spellings(values: Iterable[str]) -> Iterator[str]:
    for value in values:
        if len(value) >= _SHORTEST_SECRET:
            yield from {value, quote(value, safe="")}


def configure(
    level: Literal["debug", "info", "warning", "error"] = "info",
    style: Literal["auto", "json", "console"] = "auto",
    stream: TextIO | None = None,
) -> None:
    """Set logging up for the whole process; a second call replaces the first. `stream` is standard error."""
    out = stream or sys.stderr
    events: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ]
    ending: list[Processor] = [structlog.processors.format_exc_info, redact, _renderer(style, out)]
    structlog.configure(
        processors=[*events, *ending],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(out),
    )
    _route_libraries(out, events, ending)


def _renderer(style: str, out: TextIO) -> Processor:
    if style == "json" or (style == "auto" and not out.isatty()):
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    plain = structlog.dev.plain_traceback  # the exception is text by now: it has passed redaction
    return structlog.dev.ConsoleRenderer(colors=out.isatty(), timestamp_key="at", exception_formatter=plain)


def _route_libraries(out: TextIO, events: list[Processor], ending: list[Processor]) -> None:
    handler = logging.StreamHandler(out)
    handler.set_name(_HANDLER)
    handler.setLevel(logging.WARNING)  # urllib3 and jira write addresses, headers and bodies below it
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *events],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending],
        )
    )
    root = logging.getLogger()
    for earlier in [it for it in root.handlers if it.get_name() == _HANDLER]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    logging.raiseExceptions = False  # a malformed call of a library would print its arguments past redaction


def in_run(run_id: str | None = None) -> AbstractContextManager[object]:
    """Every event inside carries this run id (a new one when none is given), also from deeper functions."""
    return structlog.contextvars.bound_contextvars(run_id=run_id or secrets.token_hex(6))


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """The event without secrets: by the name of a key, by known values, by the look of a text."""
    return {key: _shown(key, value) for key, value in event.items()}


def _shown(key: str, value: Any) -> Any:
    if _SENSITIVE_KEY.search(key) and not isinstance(value, bool | int | None):
        return HIDDEN
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return _text(value, lines=key in {"exception", "stack"})
        case bytes() | bytearray() | memoryview():
            return f"[{len(value)} bytes]"
        case Mapping():
            return {_text(str(name)): _shown(str(name), item) for name, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_shown("", item) for item in value]
        case _:
            return _text(str(value))


def _text(text: str, *, lines: bool = False) -> str:
    for value in sorted((*_concealed, *_passing), key=len, reverse=True):
        text = text.replace(value, HIDDEN)
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"
    for pattern, instead in _SENSITIVE_TEXT:
        text = pattern.sub(instead, text)
    control = _CONTROL_BUT_LINE_ENDS if lines else _CONTROL
    return control.sub(lambda found: found[0].encode("unicode_escape").decode(), text)

"""JSON text checked against the same shapes as TOML: every problem at once, each with its position."""

from __future__ import annotations

import json
import re
from bisect import bisect_left

from pydantic import ValidationError

from mappings.grammar.positions import Path, Place, Point, Positions
from mappings.grammar.tomlfile import Shape, problems_of
from model.finding import Problem

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[\s,:]*")  # what stands between values of a text that is known to be JSON


def parse_json(text: str, file: str, shape: type[Shape]) -> tuple[Shape | None, list[Problem]]:
    """Read `text` as `shape`: the value and no problems, or None and every problem in the order of the file.

    Dates and times are texts here, as JSON has no others.
    """
    try:
        if not isinstance(json.loads(text), dict):
            return None, [Problem(file, 1, 1, "the whole file is one table in { }")]
    except json.JSONDecodeError as error:
        reason = error.msg[:1].lower() + error.msg[1:]
        return None, [Problem(file, error.lineno, error.colno, f"no JSON: {reason}")]
    except RecursionError:
        return None, [Problem(file, 1, 1, "the file is nested too deeply")]
    try:
        return shape.model_validate_json(text), []
    except ValidationError as error:
        return None, problems_of(error, JsonPositions(text), file, shape)


class JsonPositions(Positions):
    """The places of a text that is JSON."""

    def __init__(self, text: str) -> None:
        super().__init__("")
        self._text = text
        self._ends = [at for at, sign in enumerate(text) if sign == "\n"]
        self._value((), self._skip(0), self._skip(0))

    def _value(self, path: Path, at: int, key_at: int) -> int:
        """Note the value that begins at `at`; returns where it ends."""
        if self._text[at] == "{":
            end = self._members(path, at + 1)
        elif self._text[at] == "[":
            end = self._entries(path, at + 1)
        else:
            end = _DECODER.raw_decode(self._text, at)[1]
        if path:
            plain = self._text[at] not in "{["
            place = Place(self._at(key_at), self._at(at), self._text[at:end] if plain else "")
            self._places[path] = place
        return end

    def _members(self, path: Path, at: int) -> int:
        while self._text[at := self._skip(at)] != "}":
            key, end = _DECODER.raw_decode(self._text, at)
            at = self._value((*path, key), self._skip(end), at)
        return at + 1

    def _entries(self, path: Path, at: int) -> int:
        index = 0
        while self._text[at := self._skip(at)] != "]":
            at = self._value((*path, index), at, at)
            index += 1
        return at + 1

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def _at(self, offset: int) -> Point:
        row = bisect_left(self._ends, offset)
        return row + 1, offset - (self._ends[row - 1] if row else -1)

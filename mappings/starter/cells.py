"""Comma-separated values as cells with their places: quotes, line breaks and separators as RFC 4180 has it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from model.finding import Problem

_SEPARATORS = (",", ";", "\t")
_QUOTED = re.compile(r'"[^"]*(?:""[^"]*)*"')
_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell, without blanks around it, and where it begins (counted from 1)."""

    text: str
    line: int
    column: int


Row = tuple[Cell, ...]


def cells_of(text: str, file: str) -> tuple[list[Row], list[Problem]]:
    """The rows of `text` that hold anything, or the one mistake after which nothing can be told apart.

    Cells are parted by the comma, semicolon or tab that the first line has most of.
    """
    first = _LINE_END.split(text, maxsplit=1)[0]
    reader = _Reader(text, max(_SEPARATORS, key=first.count))
    try:
        rows = [row for row in reader.rows() if any(cell.text for cell in row)]
    except _Broken as broken:
        return [], [Problem(file, broken.line, broken.column, str(broken))]
    return rows, []


class _Broken(Exception):
    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.line, self.column = line, column


class _Reader:
    def __init__(self, text: str, separator: str) -> None:
        self._text, self._separator = text, separator
        self._plain = re.compile(rf"[^{re.escape(separator)}\r\n]*")
        self._at, self._line, self._line_at = 0, 1, 0

    def rows(self) -> Iterator[Row]:
        while self._at < len(self._text):
            yield tuple(self._row())

    def _row(self) -> Iterator[Cell]:
        while True:
            yield self._cell()
            if self._text[self._at : self._at + 1] != self._separator:
                break
            self._at += 1
        end = _LINE_END.match(self._text, self._at)
        if end is not None:
            self._at = end.end()
            self._line, self._line_at = self._line + 1, self._at
        elif self._at < len(self._text):
            raise _Broken("something follows the closing quote", self._line, self._column())

    def _cell(self) -> Cell:
        line, column = self._line, self._column()
        if self._text[self._at : self._at + 1] != '"':
            found = self._plain.match(self._text, self._at)
            shown = found[0] if found else ""
            self._at += len(shown)
            return Cell(shown.strip(), line, column + len(shown) - len(shown.lstrip()))
        quoted = _QUOTED.match(self._text, self._at)
        if quoted is None:
            raise _Broken("this quote is never closed", line, column)
        for end in _LINE_END.finditer(quoted[0]):
            self._line, self._line_at = self._line + 1, self._at + end.end()
        self._at = quoted.end()
        return Cell(quoted[0][1:-1].replace('""', '"').strip(), line, column)

    def _column(self) -> int:
        return self._at - self._line_at + 1

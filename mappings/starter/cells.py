"""Comma-separated values as cells with their places: quotes, line breaks and separators as RFC 4180 has it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from model.finding import Problem

_SEPARATORS = (",", ";", "\t")
_QUOTED = re.compile(r'"[^"]*(?:""[^"]*)*"')
_LINE_END = re.compile(r"\r\n|\n|\r")
_DECLARED = re.compile(r"sep=([^\r\n])(?=[\r\n]|\Z)", re.IGNORECASE)  # how Excel says what it parts cells by
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # of today, and of long ago
_SAVE = "save it as “CSV UTF-8”"
_UNSEEN = (
    "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
)
_QUOTES_INSIDE = "a quote inside a text is written twice, and the text stands in quotes"


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell, without blanks around it (also such as nobody sees), and where it begins (counted
    from 1)."""

    text: str
    line: int
    column: int


Row = tuple[Cell, ...]


def text_of(content: bytes, file: str) -> tuple[str, list[Problem]]:
    """What a file holds as text, or what it is instead."""
    if content.startswith(_WORKBOOKS):
        return "", [Problem(file, 1, 1, "is a workbook, not a table as text", _SAVE)]
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        line = before.rpartition(b"\n")[2].decode("utf-8-sig")
        return "", [
            Problem(file, before.count(b"\n") + 1, len(line) + 1, "is not text in UTF-8 from here on", _SAVE)
        ]


def cells_of(text: str, file: str) -> tuple[list[Row], list[Problem]]:
    """The rows of `text` that hold anything, or the one mistake after which nothing can be told apart.

    Cells are parted by the comma, semicolon or tab that the first line has most of, or by what a line `sep=;`
    above it says.
    """
    declared = _DECLARED.match(text)
    first = _LINE_END.split(text, maxsplit=1)[0]
    reader = _Reader(text, declared[1] if declared else max(_SEPARATORS, key=first.count))
    reader.skip(declared[0] if declared else "")
    try:
        rows = [row for row in reader.rows() if any(cell.text for cell in row)]
    except _Broken as broken:
        return [], [Problem(file, broken.line, broken.column, str(broken), _QUOTES_INSIDE)]
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

    def skip(self, beginning: str) -> None:
        """Pass over what the text begins with: no cell."""
        self._at = len(beginning)

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
            return Cell(_bare(shown), line, column + len(shown) - len(shown.lstrip()))
        quoted = _QUOTED.match(self._text, self._at)
        if quoted is None:
            raise _Broken("this quote is never closed", line, column)
        for end in _LINE_END.finditer(quoted[0]):
            self._line, self._line_at = self._line + 1, self._at + end.end()
        self._at = quoted.end()
        return Cell(_bare(quoted[0][1:-1].replace('""', '"')), line, column)

    def _column(self) -> int:
        return self._at - self._line_at + 1


def _bare(text: str) -> str:
    """`text` without blanks at its ends, and without the marks that come along when a name is copied from a page."""
    return text.strip(_UNSEEN)

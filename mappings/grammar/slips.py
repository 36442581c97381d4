"""Slips in TOML text as a person sees them: where they began, and what to write, for what a parser only refuses."""

from __future__ import annotations

import re
from typing import NamedTuple

_TWICE = re.compile(r"Cannot (?:declare|overwrite|mutate)[^(]*\((.*)\) twice|Cannot overwrite a value")
_QUOTES = ("Expected", "Unterminated string", "Illegal character '\\n'", "Found invalid character '\\n'")
_WORD = re.compile(r"^(\s*[\w.\"'-]+\s*=\s*)(true|false)\b", re.IGNORECASE)
_BARE = re.compile(r"^\s*[\w.\"'-]+\s*=\s*([^\W\d_][^\"'\[\]{}#=]*?)\s*(#.*)?$")
_TEXT = re.compile(r'"""|\'\'\'|"|\'|#|\n|\\.')
_COMMENT = re.compile(r"^\s*(//|--|;|/\*)")
_COLON = re.compile(r"^(\s*[\w.-]+)\s*:\s*(.*)$")
_CURLY = re.compile(r"=\s*[“”„‘’«»]")
_DAY = re.compile(r"^\s*[\w.\"'-]+\s*=\s*(\d{1,4}[-./]\d{1,2}[-./]\d{1,4})\s*(#.*)?$")
_OPEN_TABLE = re.compile(r"=\s*\{[^}]*$")
_LISTED = ("milestone", "exclude", "expense", "payer", "change_order", "accepted", "example", "rate", "price")


class Slip(NamedTuple):
    """What is wrong, what to write, and where it began if that is not where the parser gave up."""

    message: str
    hint: str
    at: tuple[int, int] | None = None


def slip_of(message: str, text: str, line: str) -> Slip | None:
    """The slip behind the refusal `message` of `text`, which gave up at `line`; None where it speaks for itself."""
    if message.startswith(_QUOTES):
        began = _unclosed(text)
        if began is not None:
            return Slip(
                "these quotes are not closed", "end the text with the quotes that it begins with", began
            )
    if (unclosed := _UNCLOSED.get(message)) and not _OPEN_TABLE.search(line):
        return unclosed
    if twice := _TWICE.search(message):
        return _declared_twice(twice[1] or "", line)
    return _of_line(line)


def _of_line(line: str) -> Slip | None:
    """What is wrong with a line by its look alone."""
    for pattern, slip in _BY_SIGHT:
        if pattern.search(line):
            return slip
    if day := _DAY.match(line):
        return Slip(f"{day[1]} is no date", "year, month, day: 2026-01-15, a day that there is")
    if colon := _COLON.match(line):
        return Slip("a colon where = belongs", f"write {colon[1].strip()} = …")
    if word := _WORD.match(line):
        if word[2] not in ("true", "false"):
            return Slip(f"{word[2]} is no value", f"write {word[2].lower()}")
    elif bare := _BARE.match(line):
        return Slip("text without quotes", f'write it in quotes: "{bare[1]}"')
    return None


_UNCLOSED = {
    "Unclosed inline table": Slip("a } is missing", "close what { begins on the same line"),
    "Unclosed array": Slip("a ] is missing", "close the list that [ begins"),
}
_BY_SIGHT = (
    (_COMMENT, Slip("a comment begins with #", "write # before what nobody but people should read")),
    (re.compile(r",\s*\}"), Slip("a comma before }", "leave the last comma out")),
    (_CURLY, Slip("quotes of a word processor", 'use the straight ones of a keyboard: "…"')),
    (_OPEN_TABLE, Slip("what stands in { } goes on over several lines", "write it on one line, with its }")),
)


def without_value(slip: Slip) -> Slip:
    """`slip` without what the file holds, where that may be a secret."""
    return slip._replace(hint="write it in quotes") if "in quotes:" in slip.hint else slip


def _declared_twice(names: str, line: str) -> Slip:
    name = ".".join(re.findall(r"'([^']*)'", names)) or line.partition("=")[0].strip(" []")
    if name in _LISTED and line.lstrip().startswith("["):
        return Slip(f"[{name}] stands twice", f"write [[{name}]], in two brackets, each time")
    return Slip(f"{name} stands twice", "keep one, with all that belongs to it")


def _unclosed(text: str) -> tuple[int, int] | None:
    """Where a text begins that has no end: on its line, or in the file if it has three quotes."""
    opened, began = "", 0
    for found in _TEXT.finditer(text):
        sign = found[0]
        if opened == "#":
            opened = "" if sign == "\n" else opened
        elif not opened:
            opened, began = (sign, found.start()) if sign[0] in "\"'#" else ("", 0)
        elif sign == opened:
            opened = ""
        elif sign == "\n" and len(opened) == 1:
            break
    if opened in ("", "#"):
        return None
    return text.count("\n", 0, began) + 1, began - text.rfind("\n", 0, began)

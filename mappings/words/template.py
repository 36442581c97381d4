"""Texts of invoice lines: a closed list of placeholders, put in once, never evaluated."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mappings.words.mistakes import Mistake, did_you_mean
from mappings.words.text import LINE_LIMIT, inert
from model.work import WorkKind

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_PLACE = re.compile(r"\{([^{}]*)\}")

EXPENSE = frozenset({"contract.id", "contract.client", "contract.po"})
DEPOSIT = EXPENSE | {"percent"}
COMMON = DEPOSIT | {"rule", "phase", "issues", "points", "hours", "closed_on"}
EPIC = COMMON | {"epic.key", "epic.summary"}
SPRINT = COMMON | {"sprint.name", "sprint.board"}
VERSION = COMMON | {"version.name", "version.project"}
PLACEHOLDERS: Mapping[WorkKind, frozenset[str]] = {
    "epic": EPIC,
    "sprint": SPRINT,
    "version": VERSION,
    "date": COMMON,
    "acceptance": COMMON,
}


def check_template(text: str, allowed: frozenset[str]) -> None:
    """Raises Mistake when `text` names a placeholder that is not allowed here, or has a stray brace."""
    for name in _PLACE.findall(text):
        if name not in allowed:
            raise Mistake(f"unknown placeholder {{{name}}}", did_you_mean(name, allowed))
    if "{" in (rest := _PLACE.sub("", text)) or "}" in rest:
        raise Mistake("a brace stands alone", "braces are for placeholders such as {epic.key}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with its placeholders replaced by `values`, inert; a missing value leaves nothing. A line that would be a
    formula in a spreadsheet of exported invoices begins with an apostrophe."""
    line = inert(_PLACE.sub(lambda place: inert(values.get(place[1], ""), LINE_LIMIT), text), LINE_LIMIT)
    return inert(f"'{line}", LINE_LIMIT) if line.startswith(_FORMULA) else line

"""What a field of Jira holds, as texts: whatever its type, exactly, without trusting it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

_LONGEST_EXPONENT = (
    40  # beyond it a number is written with its exponent: 1e999999999 must not fill the memory
)
_NAMES = ("displayName", "value", "name", "key", "accountId")  # of users, options, versions, issues
_DC_SPRINT = re.compile(r"\[(?P<body>.*)\]\s*\Z", re.DOTALL)
_DC_PART = re.compile(r"(?:^|,)(id|rapidViewId)=(\d+)(?=,|$)")


def clean(text: str) -> str:
    """`text` without the NUL character, which no database column takes."""
    return text.replace("\x00", "\ufffd")


def number_text(number: int | Decimal) -> str:
    """The exact number in plain digits without needless zeros: 10, 2.5, -1."""
    if isinstance(number, int):
        return str(number)
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > _LONGEST_EXPONENT:
        return str(number)
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def texts_of(value: Any) -> tuple[str, ...]:
    """The texts of a raw field value; an empty field has none.

    Text, date: itself. Number: `number_text`. Option, version, component, user: its name. Cascading option:
    parent, then child. Lists: the texts of each. Rich text (ADF): its plain text. Other objects have none.
    """
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        return (clean(value),)
    if isinstance(value, bool):
        return ("true" if value else "false",)
    if isinstance(value, (int, Decimal)):
        return (number_text(value),)
    if isinstance(value, list):
        return tuple(text for part in value if not isinstance(part, list) for text in texts_of(part))
    if isinstance(value, dict):
        return _texts_of_object(value)
    return ()


def _texts_of_object(value: dict[str, Any]) -> tuple[str, ...]:
    if value.get("type") == "doc":
        text = document_text(value)
        return (text,) if text else ()
    name = next((value[key] for key in _NAMES if isinstance(value.get(key), str) and value[key]), None)
    if name is None:
        return ()
    child = value.get("child")
    below = child.get("value") if isinstance(child, dict) else None
    return (clean(name), clean(below)) if isinstance(below, str) and below else (clean(name),)


def document_text(document: dict[str, Any]) -> str:
    """The plain text of an Atlassian document, a line for each block. Any depth: no recursion."""
    pieces = list(_pieces(document))
    return clean(re.sub(r"\n+", "\n", "".join(pieces)).strip("\n"))


def _pieces(document: dict[str, Any]) -> Iterator[str]:
    stack: list[Any] = [document]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            yield node
        if not isinstance(node, dict):
            continue
        content = node.get("content")
        attributes = node.get("attrs")
        if node.get("type") == "hardBreak":
            yield "\n"
        elif isinstance(node.get("text"), str):
            yield node["text"]
        elif isinstance(content, list):
            stack += ["\n", *reversed(content)]
        elif isinstance(attributes, dict):
            shown = attributes.get("text") or attributes.get("url")
            yield shown if isinstance(shown, str) else ""


@dataclass(frozen=True, slots=True)
class SprintRef:
    """A sprint that an issue is or was in, with the board it was made on (None when not told)."""

    id: str
    board_id: str | None


def sprints_of(value: Any) -> tuple[SprintRef, ...]:
    """The sprints of a raw sprint field, in its order: objects on Cloud, texts of an object on Data Center.

    Sprint names may hold commas, brackets and text that looks like an id; ids are read before the name.
    """
    found = [_sprint_of(part) for part in (value if isinstance(value, list) else [value])]
    return tuple({ref.id: ref for ref in found if ref is not None}.values())


def _sprint_of(part: Any) -> SprintRef | None:
    if isinstance(part, dict):
        identity, board = part.get("id"), part.get("boardId", part.get("originBoardId"))
        return (
            SprintRef(str(identity), None if board is None else str(board)) if identity is not None else None
        )
    body = _DC_SPRINT.search(part) if isinstance(part, str) else None
    if body is None:
        return None
    found: dict[str, str] = {}
    for name, digits in _DC_PART.findall(body["body"].split(",name=")[0]):
        found.setdefault(name, digits)
    return SprintRef(found["id"], found.get("rapidViewId")) if "id" in found else None

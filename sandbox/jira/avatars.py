"""Pictures of projects, issue types and people: the site's own, and uploaded ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

AvatarKind = Literal["project", "issuetype", "user", "priority"]
# kind: (first id, how many, which one is taken where nobody chose)
_SYSTEM: dict[AvatarKind, tuple[int, int, int]] = {
    "project": (10200, 28, 10224),
    "issuetype": (10300, 22, 10315),
    "user": (10500, 24, 10501),
    "priority": (10600, 8, 10600),
}


@dataclass(frozen=True, slots=True)
class Avatar:
    """An uploaded picture; `owner` is the id of what it was uploaded for."""

    id: int
    kind: AvatarKind
    owner: str
    name: str
    media_type: str
    content: bytes


def system_ids(kind: AvatarKind) -> range:
    """The ids of the pictures every site has."""
    first, count, _ = _SYSTEM[kind]
    return range(first, first + count)


def default_id(kind: AvatarKind) -> int:
    """The picture of what nobody chose one for."""
    return _SYSTEM[kind][2]


def drawing(number: int) -> bytes:
    """A picture every site has, as SVG: a disc in a colour of its own."""
    hue = number * 47 % 360
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48" viewBox="0 0 48 48">'
        f'<circle cx="24" cy="24" r="24" fill="hsl({hue},60%,50%)"/></svg>'
    ).encode()

"""What hangs on issues: comments, attachments, links between issues, and the types of those links."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


class RichText(str):
    """Wiki text that remembers the Atlassian document it was written as, so that v3 gives it back exactly."""

    __slots__ = ("document",)
    document: dict[str, Any]

    @classmethod
    def of(cls, text: str, document: dict[str, Any]) -> RichText:
        """`text` is the document in wiki form: what v2 shows and searches look at."""
        made = cls(text)
        made.document = document
        return made


@dataclass(slots=True)
class Comment:
    """A comment; `visibility` restricts it to a role or group and is kept as it was given."""

    id: int
    author: str
    body: str
    created_at: datetime
    updated_at: datetime
    update_author: str
    visibility: dict[str, Any] | None = None
    properties: dict[str, object] = field(default_factory=dict)
    public: bool = True  #: in a service desk: whether customers read it
    pinned: tuple[str, datetime] | None = None  #: in Data Center: who pinned it, and when


@dataclass(slots=True)
class Attachment:
    """A file on an issue, held in memory."""

    id: int
    author: str
    name: str
    media_type: str
    content: bytes
    created_at: datetime

    @property
    def is_picture(self) -> bool:
        """Whether sites show a small version of it."""
        return self.media_type.startswith("image/")


@dataclass(slots=True)
class LinkType:
    """How two issues relate: the source `outward` (blocks) the target, which `inward` (is blocked by) it."""

    id: int
    name: str
    inward: str
    outward: str


@dataclass(slots=True)
class IssueLink:
    """One link. On the wire the source is called `inwardIssue` and the target `outwardIssue`."""

    id: int
    type_id: int
    source_id: int
    target_id: int

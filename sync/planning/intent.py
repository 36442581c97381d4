"""The life of an intent, in words.

todo ──claim──▶ sending ──answer──▶ done | refused | dropped
  ▲                │
  │                └─ no answer ──▶ unknown ──look──▶ done | parked | absent
  └── the present plan still holds it to the letter ──────────────────┘

`todo` nothing was sent. `absent` it is proved that nothing came of it: the next plan confirms it (then the
same bytes go out under the same id) or takes it back, as it does with what is `todo`. `sending` a process
holds it; when that process dies, the next owner of the company's lease makes it `unknown`. `parked` nobody
can prove whether it happened: a person decides, and its marker is looked for from time to time. `refused`
QuickBooks said no for a stated reason. `dropped` work, rules or books moved first: the next plan looks again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from connectors.ports import WriteRequest
from model.billing import Document, DocumentKind
from sync.planning.actions import Action


@dataclass(frozen=True, slots=True)
class Generation:
    """One version of the bytes, with the request id under which they go out, however often."""

    number: int
    request_id: str
    request: WriteRequest
    base_version: str | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Job:
    """An intent that is due, as its owner took it from the outbox. `attempts` and `fence` guard every write;
    `kind` is its document's."""

    intent: int
    realm: str
    action: Action
    marker: str
    kind: DocumentKind
    state: str
    attempts: int
    fence: int
    made_at: datetime
    first_sent_at: datetime | None
    settled_after_at: datetime | None
    generation: Generation | None
    generations: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """What came of a write: its document, and on it the line ids of the charges. `untouched`: nobody but us ever
    changed it; `answered`: `shown` is how QuickBooks spells what we wrote."""

    shown: Document
    lines: Mapping[str, str]
    untouched: bool
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Postponement:
    """Why an intent waits, until when, and in which state."""

    state: str
    not_before_at: datetime
    settled_after_at: datetime | None
    problem: str
    hint: str

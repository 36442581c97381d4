"""What finance ended, in words: which document or line, how, and on which day. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

from mappings.progress.verdict import Verdict
from model.billing import Claim, DocumentState
from model.finding import Finding
from sync.planning.documents import document_name
from sync.planning.ledger import Standing
from sync.planning.views import Head

_DID = {DocumentState.VOIDED: "voided", DocumentState.DELETED: "deleted"}


def declined(verdict: Verdict, now: Standing, heads: Mapping[str, Head], zone: str) -> Finding:
    """Nothing bills the work, or a part of it, any more, because of finance. Days are those of the company, whose
    `zone` it is."""
    told = " and ".join(dict.fromkeys(_ended(now.gone, heads, ZoneInfo(zone)))) or "finance ended the draft"
    reason = f"{told}; {now.declined} is not billed again by itself"
    hint = "Decide: `rebill` makes a new draft for it, `keep` leaves it unbilled."
    return Finding("draft.declined", verdict.title, reason, hint, "finance", verdict.charge_key)


def _ended(claims: tuple[Claim, ...], heads: Mapping[str, Head], zone: ZoneInfo) -> Iterator[str]:
    for claim in claims:
        head = heads[claim.document_key]
        name, shown = document_name(head), head.shown
        day = "" if shown is None else f" on {shown.changed_at.astimezone(zone):%Y-%m-%d}"
        if head.state in _DID:
            yield f"finance {_DID[head.state]} {name}{day}"
        elif head.state is DocumentState.REJECTED:
            yield f"{name} was rejected{day}"
        elif head.state is DocumentState.EXPIRED:
            last = shown.expires_on if shown is not None else None
            yield f"{name} expired" if last is None else f"{name} expired after {last}"
        else:
            seen = "" if claim.ended_at is None else f" (seen {claim.ended_at.astimezone(zone):%Y-%m-%d})"
            yield f"finance took our line out of {name}{seen}"

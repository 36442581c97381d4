"""Documents that look as if they billed a planned draft already: made by hand, by another Milepost, or by this one and
changed by finance since. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from mappings.words.text import inert
from model.billing import Document, DocumentLine, DraftLine, InvoiceDraft
from model.finding import Finding
from model.money import Money, total
from sync.planning.actions import Action
from sync.planning.decided import TAKEN_BACK
from sync.planning.documents import document_title
from sync.planning.former import free_lines
from sync.planning.observe import ENDED, GONE
from sync.planning.views import Account

CODE = "looks_billed"
DIFFERENT, SAME = "different", "same"
_AROUND = timedelta(days=45)
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*-\d+")
_SHOWN = 5  # documents that a reason names
_OTHERS = ", made by another Milepost ledger or a later copy of this one"
_LATER = 9  # documents that a later copy of the ledger may have made after one, of the same work


@dataclass(frozen=True, slots=True)
class Around:
    """Documents of a client, beside those of the contract itself: `near` in date to what is drafted, `marked`
    by any Milepost at any time, `touched` since work that is billed anew was first drafted: of documents that it knows
    the lines that it does not count."""

    near: tuple[Document, ...] = ()
    marked: tuple[Document, ...] = ()
    touched: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True)
class Ours:
    """What planned writes are compared by: the keys of their works by charge, the lines of our documents that the
    ledger does not count, by document key, and the markers of those that work left, by charge; "" of a write that was
    given up. `marker` is how they are made; `knows` says that a document is ours or was before us, `made` that at
    least its marker is."""

    keys: Mapping[str, str]
    marker: Callable[[str], str]
    free: Mapping[str, tuple[Document, tuple[DocumentLine, ...]]]
    left: Mapping[str, frozenset[str]]
    knows: Callable[[Document], bool]
    made: Callable[[Document], bool]


def ours(
    account: Account,
    keys: Mapping[str, str],
    marker: Callable[[str], str],
    knows: Callable[[Document], bool],
    made: Callable[[Document], bool],
) -> Ours:
    """What the planned writes of one contract are compared by; `marker` is how they are made."""
    free = {key: (head.shown, tuple(free_lines(head))) for key, head in account.heads.items() if head.shown}
    left = defaultdict[str, set[str]](set)
    for claim in account.claims:
        if claim.ended:
            left[claim.charge_key].add(marker(claim.document_key))
    for each in account.decisions:
        if each.choice in TAKEN_BACK:
            left[each.subject].add("")
    return Ours(
        keys,
        marker,
        {key: found for key, found in free.items() if found[1]},
        {key: frozenset(markers) for key, markers in left.items()},
        knows,
        made,
    )


def window(drafts: Iterable[InvoiceDraft]) -> tuple[date, date]:
    """The first and the last day of invoices that may bill the same as one of these drafts."""
    days = [draft.invoice_date for draft in drafts]
    return min(days) - _AROUND, max(days) + _AROUND


def billed_by(action: Action) -> tuple[DraftLine, ...]:
    """The new lines of a write that bill something, for which another document may have been made already."""
    draft = action.draft
    if draft is not None and (draft.kind == "credit_memo" or draft.total.minor <= 0):
        return ()
    lines = draft.lines if draft is not None else action.additions
    return tuple(line for line in lines if line.amount.minor > 0)


def raised_by(action: Action) -> tuple[DraftLine, ...]:
    """The lines of an update that become more, each with what is billed more by it."""
    steps = ((each.line, each.line.amount - each.before) for each in action.changes)
    return tuple(replace(line, amount=more) for line, more in steps if more.minor > 0)


def may_repeat(action: Action) -> bool:
    """Whether another document may do already what a write does: one that is made, or bills more."""
    return action.draft is not None or bool(billed_by(action) or raised_by(action))


def first_drafted(action: Action, account: Account) -> datetime | None:
    """Since when finance may have billed elsewhere what a write bills anew: work that left its document, or whose write
    was given up. None where it bills none."""
    charges = {line.charge_key for line in billed_by(action)}
    left = [claim.recorded_at for claim in account.claims if claim.ended and claim.charge_key in charges]
    given_up = [
        each.decided_at - _AROUND
        for each in account.decisions
        if each.choice in TAKEN_BACK and each.subject in charges
    ]
    return min([*left, *given_up], default=None)


def looks_billed(action: Action, by: Ours, around: Around) -> Finding | None:
    """That documents of the same client look like the planned write; None when none does."""
    found: dict[tuple[str, str], str] = {}
    for shown, sign in (*_others(action, by, around), *_own(action, by)):
        if sign:
            said = f"{document_title(shown)} of {shown.invoice_date} ({net(shown)}) {sign}"
            found.setdefault((shown.kind, shown.external_id), said)
    if not found:
        return None
    told = list(found.values())
    more = f" and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
    reason = f"it may be billed already: {'; '.join(told[:_SHOWN])}{more}"
    hint = "Decide: `same` with the number of the document that bills it, or `different`."
    return Finding(CODE, action.subject, reason, hint, "finance", action.document_key)


def net(shown: Document) -> Money:
    """What the lines of an invoice come to."""
    return total([line.amount for line in shown.lines if line.amount is not None], shown.currency)


def _others(action: Action, by: Ours, around: Around) -> Iterator[tuple[Document, str]]:
    """Documents of others, each with in what it looks like the write ("" where in nothing)."""
    draft, lines, anew = action.draft, billed_by(action), _anew(action, by)
    for shown in around.marked:
        if shown.state not in ENDED and not by.knows(shown) and shown.currency == action.amount.currency:
            yield shown, _marked(shown, action, by, anew)
    for shown in around.near if draft is not None else ():
        if shown.state not in GONE and draft is not None and _is_near(shown, draft) and not by.made(shown):
            yield shown, next(_signs(shown, draft, lines, by.keys), "")
    for shown in around.touched if anew else ():
        is_bill = shown.kind in ("invoice", action.document_kind) and shown.state not in ENDED
        copied = by.made(shown) and not by.knows(shown)  # that is looked at by its marker
        if is_bill and shown.currency == action.amount.currency and not copied:
            yield shown, next(_line_signs(shown.lines, anew, by.keys), "")


def _marked(shown: Document, action: Action, by: Ours, anew: tuple[DraftLine, ...]) -> str:
    """In what a document with a marker looks like the write: by a marker of this ledger it is the very draft or one
    that follows the document, made by a later copy of it, or a copy of what the work once stood on; any other looks by
    its lines."""
    if action.draft is not None and shown.marker == action.draft.marker:
        return f"bears {shown.marker}, the marker of this very draft"
    if any(shown.marker in by.left[line.charge_key] for line in anew):
        return f"bears {shown.marker}, the marker of the document that the work left"
    lines = billed_by(action) + raised_by(action)
    if by.made(shown) or not lines:
        return ""
    if action.draft is not None:
        return next(_signs(shown, action.draft, lines, by.keys), "")
    if shown.marker in _later(action.document_key, by.marker):
        return f"bears {shown.marker}, the marker of a later document of the same work"
    return next((f"{sign}{_OTHERS}" for sign in _line_signs(shown.lines, lines, by.keys)), "")


def _later(document_key: str, marker: Callable[[str], str]) -> frozenset[str]:
    """The markers of the documents that would follow one."""
    group, _, number = document_key.rpartition("#")
    if not number.isdigit():
        return frozenset()
    return frozenset(marker(f"{group}#{int(number) + more}") for more in range(1, _LATER + 1))


def _own(action: Action, by: Ours) -> Iterator[tuple[Document, str]]:
    """Documents of ours with a line that the ledger does not count: in our words, or, for work that is billed anew, of
    its amount or with its key."""
    anew, texts = _anew(action, by), {line.text for line in billed_by(action)}
    for key, (shown, free) in by.free.items():
        if key == action.document_key:
            continue
        if any(line.text in texts for line in free):
            yield shown, "has a line in our words that the ledger does not count"
        else:
            yield shown, next(_line_signs(free, anew, by.keys), "")


def _anew(action: Action, by: Ours) -> tuple[DraftLine, ...]:
    """The lines of a write that bill work which once stood on a document, or whose write was given up."""
    return tuple(line for line in billed_by(action) if line.charge_key in by.left)


def _is_near(shown: Document, draft: InvoiceDraft) -> bool:
    dated = shown.invoice_date
    return (
        shown.currency == draft.currency and dated is not None and abs(dated - draft.invoice_date) <= _AROUND
    )


def _signs(
    shown: Document, draft: InvoiceDraft, lines: tuple[DraftLine, ...], keys: Mapping[str, str]
) -> Iterator[str]:
    """In what an invoice looks like the draft."""
    other = _OTHERS if shown.marker else ""
    written = "\n".join((shown.raw, *(line.text for line in shown.lines)))
    yield from (f"names {key}{other}" for key in _named(written, lines, keys))
    if net(shown) == draft.total:
        yield f"comes to the same{other}"
    elif {line.amount for line in lines} & {line.amount for line in shown.lines}:
        yield f"has a line of the same amount{other}"


def _line_signs(
    shown: Iterable[DocumentLine], lines: tuple[DraftLine, ...], keys: Mapping[str, str]
) -> Iterator[str]:
    """In what lines of a document look like those that are billed anew."""
    billing = [each for each in shown if each.amount]
    texts, amounts = {line.text for line in lines}, {line.amount for line in lines}
    if any(each.text in texts for each in billing):
        yield "has a line in our words"
    written = "\n".join(each.text for each in billing)
    yield from (f"names {key}" for key in _named(written, lines, keys))
    if any(each.amount in amounts for each in billing):
        yield "has a line of the same amount"


def _named(written: str, lines: Iterable[DraftLine], keys: Mapping[str, str]) -> Iterator[str]:
    """The keys of works that stand in a text."""
    for key in dict.fromkeys(keys.get(line.charge_key, "") for line in lines):
        if _KEY.fullmatch(key) and re.search(rf"(?<![\w-]){re.escape(key)}(?![\w-])", written):
            yield inert(key)

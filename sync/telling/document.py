"""An invoice explained line by line: what each bills and by which rule, what finance changed, who set what when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from mappings.explain import explain
from mappings.progress.verdict import Verdict
from mappings.words.numbers import plain
from mappings.words.text import inert
from model.billing import Claim, Document, DocumentKind, DocumentLine, DocumentState, DraftLine
from model.money import Money
from sync.assess import Assessment
from sync.planning.documents import document_name
from sync.planning.observe import GONE
from sync.planning.views import Account, Head, issued
from sync.plans import Plan
from sync.store import Store
from sync.store.trail import Shown, Written

FINANCE, OURS = "finance", "milepost"


@dataclass(frozen=True, slots=True)
class LineExplained:
    """One line as QuickBooks shows it. `charge` and `billed` are None on a line of finance's; `shown` is None where
    our line is not there any more."""

    text: str
    charge: str | None
    billed: Money | None
    shown: Money | None
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Happened:
    """`who` ("milepost" or "finance") did `what`; of finance `at` is when it was noticed."""

    at: datetime
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class DocumentExplained:
    """One document of ours by the name that finance knows."""

    contract: str
    document: str
    kind: DocumentKind
    name: str
    invoice: str
    marker: str
    state: str
    total: Money
    lines: tuple[LineExplained, ...]
    history: tuple[Happened, ...]


def explain_documents(
    store: Store, plan: Plan, key: str, marker: Callable[[str], str], now: datetime
) -> tuple[DocumentExplained, ...]:
    """Every document of ours with that number, id in QuickBooks, marker or key."""
    wanted = key.strip().strip("[]").casefold()
    accounts = (
        (each, issued(store.accounts.account(each.contract.id, now), each.contract.issued))
        for each in plan.assessments
    )
    return tuple(
        _explained(store, each, account, head, head.shown, marker(head.document_key))
        for each, account in accounts
        for head in account.heads.values()
        if head.shown is not None and wanted in _names(head, head.shown, marker)
    )


def _names(head: Head, shown: Document, marker: Callable[[str], str]) -> set[str]:
    named = (shown.number or "", shown.external_id, head.document_key, marker(head.document_key).strip("[]"))
    return {name.casefold() for name in named if name}


def _explained(
    store: Store, each: Assessment, account: Account, head: Head, shown: Document, marker: str
) -> DocumentExplained:
    written = store.trail.written(head.document_key)
    seen = store.trail.shown(head.document_key)
    window = ""
    if head.state is DocumentState.DRAFT and not (head.writable and not head.closed):
        window = ", its date lies in closed books" if head.closed else ", its review window has passed"
    return DocumentExplained(
        contract=each.contract.id,
        document=head.document_key,
        kind=shown.kind,
        name=document_name(head),
        invoice=shown.external_id,
        marker=marker,
        state=f"{head.state.value}{window}",
        total=shown.total,
        lines=tuple(_lines(each, account, head, shown, written)),
        history=tuple(sorted((*_ours(written), *_theirs(seen)), key=lambda one: one.at)),
    )


def _lines(
    each: Assessment, account: Account, head: Head, shown: Document, written: Sequence[Written]
) -> Iterator[LineExplained]:
    verdicts = {verdict.charge_key: verdict for verdict in each.verdicts}
    on_it = [claim for claim in account.claims if claim.document_key == head.document_key]
    carried = {head.line_ids[claim.charge_key]: claim for claim in on_it if claim.charge_key in head.line_ids}
    for line in () if shown.state in GONE else shown.lines:
        claim = carried.pop(line.id, None)
        if claim is None:
            said = "finance added this line; the rules know nothing of it"
            yield LineExplained(inert(line.text), None, None, line.amount, (said,))
        else:
            yield _ours_explained(claim, line, verdicts.get(claim.charge_key), account, written)
    gone = (claim for claim in on_it if claim in carried.values() or claim.ended is not None)
    for claim in gone:
        yield _ours_explained(claim, None, verdicts.get(claim.charge_key), account, written)


def _ours_explained(
    claim: Claim,
    line: DocumentLine | None,
    verdict: Verdict | None,
    account: Account,
    written: Sequence[Written],
) -> LineExplained:
    last = _last_line(claim.charge_key, written)
    text = line.text if line is not None else last.text if last is not None else claim.charge_key
    steps = [*_billed(claim, last), *_changed(claim, line)]
    if verdict is not None:
        steps += explain(verdict, [one for one in account.claims if one.charge_key == claim.charge_key]).steps
    shown = line.amount if line is not None else None
    return LineExplained(inert(text), claim.charge_key, claim.amount, shown, tuple(steps))


def _last_line(charge_key: str, written: Sequence[Written]) -> DraftLine | None:
    """The line as we last wrote it."""
    settled = (each.action for each in reversed(written) if each.state == "done")
    return next((line for action in settled for line in action.lines if line.charge_key == charge_key), None)


def _billed(claim: Claim, line: DraftLine | None) -> Iterator[str]:
    yield f"billed by rule {claim.rule!r}, version {claim.rule_version}, on {claim.recorded_at:%Y-%m-%d %H:%M} UTC"
    if line is not None:
        yield f"written as {plain(line.quantity)} × {plain(line.unit_price)} = {line.amount} on item {line.item!r}"


def _changed(claim: Claim, line: DocumentLine | None) -> Iterator[str]:
    if claim.ended is not None:
        yield f"it bills nothing any more: {_ender(claim)}"
    elif line is None or line.amount is None:
        yield "it is not on the document now"
    elif claim.is_credit and claim.waived:
        yield f"finance gives {line.amount} back where {-claim.amount} was proposed; theirs stands"
    elif claim.waived:
        yield f"finance bills {line.amount}, {claim.waived} less than drafted; theirs stands"
    elif line.amount != (-claim.amount if claim.is_credit else claim.amount):
        yield f"finance bills {line.amount} where {claim.amount} was drafted; theirs stands"


def _ender(claim: Claim) -> str:
    if claim.revived:
        return "finance ended it; it was decided that the work may be billed again"
    return "Milepost took it back" if claim.ended == "withdrawn" else "finance ended it; a decision is due"


def _ours(written: Iterable[Written]) -> Iterator[Happened]:
    for each in written:
        outcome = "" if each.state == "done" else f" ({each.state})"
        what = (
            f"{each.action.kind} of {each.action.amount}{outcome}, plan {each.digest}: {each.action.reason}"
        )
        yield Happened(each.at, OURS, what)


def _theirs(seen: Sequence[Shown]) -> Iterator[Happened]:
    """What differs between two sightings that no answer to our own write explains."""
    for before, after in pairwise(seen):
        if after.source == "answer":
            continue
        told = list(_differences(before.document, after.document))
        if told:
            yield Happened(after.at, FINANCE, "; ".join(told))


def _differences(before: Document, after: Document) -> Iterator[str]:
    if after.state is not before.state:
        yield f"{before.state.value} → {after.state.value}"
    old, new = ({line.id: line for line in each.lines} for each in (before, after))
    for id_, line in new.items():
        was = old.get(id_)
        if was is None:
            yield f"added {inert(line.text)!r} of {line.amount}"
            continue
        if was.amount != line.amount:
            yield f"{inert(line.text)!r}: {was.amount} → {line.amount}"
        if was.text != line.text:
            yield f"text {inert(was.text)!r} → {inert(line.text)!r}"
    if after.state is not DocumentState.DELETED:
        yield from (f"took out {inert(line.text)!r}" for id_, line in old.items() if id_ not in new)
    if (before.number, before.invoice_date) != (after.number, after.invoice_date) and after.invoice_date:
        yield f"number {after.number}, dated {after.invoice_date}"
    if before.content != after.content and (before.lines, before.state) == (after.lines, after.state):
        yield "something beside its lines (memo, terms, date, address, tax…)"

"""What can have drifted apart between Jira, the ledger and QuickBooks: each kind by name, with what to do. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from model.billing import Claim, Document, DocumentState
from model.finding import Owner
from model.money import Money, total
from model.work import Issue
from sync.planning.documents import document_name, how_it_stands
from sync.planning.estimates import shown_again
from sync.planning.observe import GONE
from sync.planning.views import Account, Head, Pending


class Kind(StrEnum):
    """A way in which two of the three tell different things."""

    DELETED = "document deleted"
    VOIDED = "document voided"
    STATE = "document moved on"
    LINE_GONE = "our line removed"
    AMOUNT = "our line has another amount"
    EDITED = "document edited"
    MARKER_LOST = "marker lost"
    MARKER_TWICE = "marker on another document"
    TWICE = "billed on two documents"
    STRANGER = "marked document unknown to the ledger"
    UNPLACED = "billed line never found on its document"
    WRITE_OPEN = "write without a known outcome"
    WORK = "work changed"
    WORK_HIDDEN = "work not visible"
    SUM = "sums that do not add up"


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference: on which contract ("" of none) and object, what it is, what to do, whose it is.

    `repairable`: looking at the object again and recording what it shows mends the ledger, and writes nothing else.
    """

    kind: Kind
    contract: str
    subject: str
    reason: str
    hint: str
    owner: Owner
    repairable: bool = False


_READ = "`milepost reconcile --repair` records what QuickBooks shows; the next plan goes by it."
_READ_WORK = "`milepost reconcile --repair` records what Jira shows; the next plan goes by it."


def of_document(contract: str, head: Head, shown: Document) -> Iterator[Drift]:
    """What QuickBooks shows of a document now against what we saw last."""
    last, name = head.shown, document_name(head)
    if last is None or (last.version, last.state, last.content) == (
        shown.version,
        shown.state,
        shown.content,
    ):
        return

    def drift(kind: Kind, reason: str) -> Drift:
        return Drift(kind, contract, name, reason, _READ, "finance", repairable=True)

    if shown.state is DocumentState.DELETED:
        yield drift(Kind.DELETED, "it is gone from QuickBooks, and the ledger still counts it")
        return
    if shown.state is not last.state:
        kind = Kind.VOIDED if shown.state is DocumentState.VOIDED else Kind.STATE
        yield drift(
            kind, f"it is {shown.state.value} in QuickBooks, and was {last.state.value} when last seen"
        )
    if shown.marker != last.marker and last.marker is not None:
        hint = f"Put {last.marker} back into its private note: by it the document is known as ours."
        yield Drift(
            Kind.MARKER_LOST, contract, name, f"its private note lacks {last.marker}", hint, "finance"
        )
    lines = list(_lines(contract, head, last, shown)) if shown.state is not DocumentState.VOIDED else []
    yield from lines
    if shown.content != last.content and shown.state is last.state and not lines:
        yield drift(Kind.EDITED, "finance edited it since it was last seen")


def _lines(contract: str, head: Head, last: Document, shown: Document) -> Iterator[Drift]:
    before = {line.id: line.amount for line in last.lines}
    now = {line.id: line for line in shown.lines}
    for line_id in sorted(head.carrying & before.keys()):
        if line_id not in now:
            reason = f"our line of {before[line_id]} is not on it any more"
            yield Drift(
                Kind.LINE_GONE, contract, document_name(head), reason, _READ, "finance", repairable=True
            )
        elif now[line_id].amount != before[line_id]:
            reason = f"our line shows {now[line_id].amount}, and {before[line_id]} when last seen"
            yield Drift(Kind.AMOUNT, contract, document_name(head), reason, _READ, "finance", repairable=True)


def of_ledger(contract: str, account: Account, shown: Mapping[str, Document]) -> Iterator[Drift]:
    """The ledger line by line against what QuickBooks shows now, by document key."""
    for claim in account.claims:
        head, document = account.heads.get(claim.document_key), shown.get(claim.document_key)
        if claim.ended is not None or head is None or document is None:
            continue
        if not head.line_ids.get(claim.charge_key):
            reason = f"{claim.net} is billed on it, and no line of it was ever found to be that"
            hint = "Look whether the line is there; correct the invoice by hand if it is not."
            yield Drift(Kind.UNPLACED, contract, document_name(head), reason, hint, "finance")
    for intent in account.pending:
        if intent.state in ("unknown", "parked"):
            yield _open_write(contract, account.heads.get(intent.document_key), intent)


def of_estimates(contract: str, account: Account) -> Iterator[Drift]:
    """Estimates that are alive again and whose work the ledger counts elsewhere or nowhere."""
    for head in account.heads.values():
        if again := shown_again(account, head):
            amount = total(list(again.values()), next(iter(again.values())).currency)
            reason = f"it shows {amount} again that the ledger does not count there; {how_it_stands(head)}"
            hint = "`milepost decide` says whether it bills the work; else have it rejected."
            yield Drift(Kind.TWICE, contract, document_name(head), reason, hint, "finance")


def _open_write(contract: str, head: Head | None, intent: Pending) -> Drift:
    name = document_name(head) if head is not None else intent.document_key
    hint = intent.hint or "`milepost apply` looks for it again."
    return Drift(Kind.WRITE_OPEN, contract, name, intent.problem, hint, "finance")


def of_markers(
    owned: Mapping[str, str], places: Mapping[str, frozenset[str]], marked: Iterable[Document]
) -> Iterator[Drift]:
    """Documents with a marker that the ledger does not know by their id. `owned` are contracts by marker, `places` the
    ids of the documents that bear it rightly (an estimate and its invoices share one)."""
    for document in marked:
        marker = document.marker or ""
        if document.external_id in places.get(marker, frozenset()):
            continue
        name = f"{document.kind.replace('_', ' ')} {document.number or document.external_id}"
        if marker in owned:
            if document.state in GONE:
                continue  # a copy that was voided, or an invoice of an estimate that is open again, counts nowhere
            reason = f"it bears {marker}, the marker of another document of ours: {document.total} would count twice"
            hint = "If finance copied it, take the marker out of its private note; else void one of the two."
            yield Drift(Kind.MARKER_TWICE, owned[marker], name, reason, hint, "finance")
        else:
            reason = f"it bears {marker}, which this ledger never wrote ({document.total})"
            hint = "Another installation made it, or this ledger is an older copy: find out before anything is billed."
            yield Drift(Kind.STRANGER, "", name, reason, hint, "admin")


def of_work(
    known: Mapping[str, Issue],
    hidden: frozenset[str],
    now: Mapping[str, Issue],
    same: Callable[[Issue, Issue], bool],
) -> Iterator[Drift]:
    """Issues as last read against what Jira shows now, all by id. `same` looks at what bills."""
    for id_, issue in sorted(known.items()):
        shown = now.get(id_)
        if shown is None and id_ not in hidden:
            reason = "it is not visible in Jira now, and was when last seen"
            yield Drift(Kind.WORK_HIDDEN, "", issue.key, reason, _READ_WORK, "admin", repairable=True)
        elif shown is not None and (not same(shown, issue) or id_ in hidden):
            reason = "Jira shows it differently than it was last read, and no change was told"
            yield Drift(Kind.WORK, "", issue.key, reason, _READ_WORK, "team", repairable=True)


def billed_on(claims: Iterable[Claim], document_key: str, currency: str) -> Money:
    """What the live claims on a document come to, less what finance let go."""
    result = Money.zero(currency)
    for claim in claims:
        if claim.ended is None and claim.document_key == document_key:
            result = result + claim.net
    return result

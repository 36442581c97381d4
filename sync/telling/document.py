"""An invoice explained line by line: what each bills and by which rule, what finance changed, who set what when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from mappings.explain import explain
from mappings.progress.verdict import Verdict
from mappings.words.numbers import product
from mappings.words.text import inert
from model.billing import Claim, Document, DocumentKind, DocumentLine, DocumentState
from model.money import Money
from sync.assess import Assessment
from sync.engine import Engine
from sync.planning.documents import document_name
from sync.planning.observe import GONE
from sync.planning.views import Account, Head, is_given, issued, origin_key
from sync.plans import Plan
from sync.store.trail import Written
from sync.telling.fields import Drafted, FieldSet, Place, header, of_line, traced
from sync.telling.happened import Happened, decisions_on, history
from sync.telling.work import readable


@dataclass(frozen=True, slots=True)
class LineExplained:
    """One line as QuickBooks shows it. `charge` and `billed` are None on a line of finance's; `shown` is None where
    our line is not there any more."""

    text: str
    charge: str | None
    billed: Money | None
    shown: Money | None
    steps: tuple[str, ...]
    fields: tuple[FieldSet, ...] = ()


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
    fields: tuple[FieldSet, ...]
    history: tuple[Happened, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    """One document with what stands behind it: our writes on it, by whom each of its fields was set."""

    each: Assessment
    account: Account
    head: Head
    shown: Document
    written: tuple[Written, ...]
    known: Mapping[Place, FieldSet]

    @property
    def verdicts(self) -> Mapping[str, Verdict]:
        """The verdicts of its contract by charge."""
        return {verdict.charge_key: verdict for verdict in self.each.verdicts}

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What it bills or once billed."""
        key = self.head.document_key
        return tuple(claim for claim in self.account.claims if claim.document_key == key)


def explain_documents(engine: Engine, plan: Plan, key: str, now: datetime) -> tuple[DocumentExplained, ...]:
    """Every document of ours with that number, id in QuickBooks, marker or key."""
    wanted = key.strip().strip("[]").casefold()
    accounts = (
        (each, issued(engine.store.accounts.account(each.contract.id, now), each.contract.issued))
        for each in plan.assessments
    )
    return tuple(
        _explained(engine, each, account, head, head.shown)
        for each, account in accounts
        for head in account.heads.values()
        if head.shown is not None and wanted in _names(head, head.shown, engine.marker)
    )


def _names(head: Head, shown: Document, marker: Callable[[str], str]) -> set[str]:
    named = (shown.number or "", shown.external_id, head.document_key, marker(head.document_key).strip("[]"))
    return {name.casefold() for name in named if name}


def _explained(
    engine: Engine, each: Assessment, account: Account, head: Head, shown: Document
) -> DocumentExplained:
    seen, written = engine.store.trail.shown(head.document_key), engine.store.trail.written(head.document_key)
    legible = engine.companies[each.contract.company].books.legible
    known = traced(seen, legible, head.carrying, made_by_us=bool(written))
    before = engine.store.trail.written(origin_key(head.document_key)) if not written else ()
    case = _Case(each, account, head, shown, (*before, *written), known)
    charges = {claim.charge_key for claim in case.claims}
    names = {key: verdict.key for key, verdict in case.verdicts.items()}
    decided = decisions_on(head.document_key, charges, names, account.decisions)
    return DocumentExplained(
        contract=each.contract.id,
        document=head.document_key,
        kind=shown.kind,
        name=document_name(head),
        invoice=shown.external_id,
        marker=engine.marker(head.document_key),
        state=f"{head.state.value}{_window(head)}",
        total=shown.total,
        lines=tuple(_lines(case)),
        fields=header(known),
        history=history(written, seen, decided, legible),
    )


def _window(head: Head) -> str:
    if head.state is not DocumentState.DRAFT or (head.writable and not head.closed):
        return ""
    return ", its date lies in closed books" if head.closed else ", its review window has passed"


def _lines(case: _Case) -> Iterator[LineExplained]:
    carried = {claim.line_id: claim for claim in case.claims if claim.ended is None}
    for line in () if case.shown.state in GONE else case.shown.lines:
        claim = carried.pop(line.id, None)
        if claim is None:
            said = "finance added this line; the rules know nothing of it"
            fields = of_line(case.known, line, None)
            yield LineExplained(inert(line.text), None, None, line.amount, (said,), fields)
        else:
            yield _ours_explained(case, claim, line)
    gone = (claim for claim in case.claims if claim in carried.values() or claim.ended is not None)
    for claim in gone:
        yield _ours_explained(case, claim, None)


def _ours_explained(case: _Case, claim: Claim, line: DocumentLine | None) -> LineExplained:
    verdict, drafted = case.verdicts.get(claim.charge_key), _drafted(case, claim)
    text = line.text if line is not None else drafted.line.text if drafted is not None else claim.charge_key
    steps = [*_billed(claim, drafted), *_changed(claim, line)]
    if verdict is not None:
        account = case.account
        own = [readable(one, account) for one in account.claims if one.charge_key == claim.charge_key]
        steps += explain(verdict, own).steps
    fields = of_line(case.known, line, drafted) if line is not None else ()
    shown = line.amount if line is not None else None
    return LineExplained(inert(text), claim.charge_key, claim.amount, shown, tuple(steps), fields)


def _drafted(case: _Case, claim: Claim) -> Drafted | None:
    """The line as we last wrote it, on the document or on the estimate that it was made of."""
    verdict = case.verdicts.get(claim.charge_key)
    work = f" for {verdict.key}" if verdict is not None else ""
    for write in reversed(case.written):
        for line in write.action.lines if write.state == "done" else ():
            if line.charge_key == claim.charge_key:
                return Drafted(line, f"rule {line.rule!r}@{line.rule_version}{work}", write.at)
    return None


def _billed(claim: Claim, drafted: Drafted | None) -> Iterator[str]:
    if is_given(claim.document_key):
        yield f"finance gave it back of its own accord, seen {claim.recorded_at:%Y-%m-%d %H:%M} UTC"
        return
    yield f"billed by rule {claim.rule!r}, version {claim.rule_version}, on {claim.recorded_at:%Y-%m-%d %H:%M} UTC"
    if drafted is not None:
        line = drafted.line
        yield f"written as {product(line.quantity, line.unit_price, line.amount)} on item {line.item!r}"


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

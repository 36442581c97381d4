"""An invoice explained line by line: what each bills and by which rule, what finance changed, who set what when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mappings.explain import explain
from mappings.progress.verdict import Verdict
from mappings.words.numbers import product
from mappings.words.text import inert
from model.billing import Claim, Document, DocumentKind, DocumentLine, DocumentState
from model.money import Money, total
from sync.assess import Assessment
from sync.engine import Engine
from sync.planning.documents import document_name
from sync.planning.observe import GONE
from sync.planning.views import Account, Head, contract_of, is_given, issued, origin_key
from sync.plans import Plan
from sync.store.trail import TrailStore, Written
from sync.telling.fields import Drafted, FieldSet, Place, header, of_line, traced
from sync.telling.happened import Happened, decisions_on, history
from sync.telling.work import readable


@dataclass(frozen=True, slots=True)
class LineExplained:
    """One line as QuickBooks shows it, of the `contract` that it bills. `contract`, `charge` and `billed` are None on a
    line of finance's; `shown` is None where our line is not there any more."""

    contract: str | None
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
class _Side:
    """A contract of which lines stand on the document, or once did: finance may bill several on one invoice."""

    each: Assessment
    account: Account
    head: Head
    shown: Document

    @property
    def verdicts(self) -> Mapping[str, Verdict]:
        """Its verdicts by charge."""
        return {verdict.charge_key: verdict for verdict in self.each.verdicts}

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What the document bills of it or once billed."""
        key = self.head.document_key
        return tuple(claim for claim in self.account.claims if claim.document_key == key)


@dataclass(frozen=True, slots=True)
class _Case:
    """One document with what stands behind it: whose lines it has, by whom each of its fields was set."""

    sides: tuple[_Side, ...]  # the contract that it was made for first
    trail: TrailStore
    known: Mapping[Place, FieldSet]


def explain_documents(engine: Engine, plan: Plan, key: str, now: datetime) -> tuple[DocumentExplained, ...]:
    """Every document of ours with that number, id in QuickBooks, marker or key, with the lines of all contracts."""
    wanted = key.strip().strip("[]").casefold()
    found: dict[str, list[_Side]] = {}
    for each in plan.assessments:
        account = issued(engine.store.accounts.account(each.contract.id, now), each.contract.issued)
        for head in account.heads.values():
            if head.shown is not None and wanted in _names(head, head.shown, engine.marker):
                found.setdefault(head.document_key, []).append(_Side(each, account, head, head.shown))
    return tuple(_explained(engine, sides) for sides in found.values())


def _names(head: Head, shown: Document, marker: Callable[[str], str]) -> set[str]:
    named = (shown.number or "", shown.external_id, head.document_key, marker(head.document_key).strip("[]"))
    return {name.casefold() for name in named if name}


def _explained(engine: Engine, sides: Sequence[_Side]) -> DocumentExplained:
    sides = sorted(sides, key=lambda side: side.each.contract.id != contract_of(side.head.document_key))
    each, head, shown = sides[0].each, sides[0].head, sides[0].shown
    seen, written = engine.store.trail.shown(head.document_key), engine.store.trail.written(head.document_key)
    legible = engine.companies[each.contract.company].books.legible
    ours = frozenset[str]().union(*(side.head.carrying for side in sides))
    known = traced(seen, legible, ours, made_by_us=bool(written))
    case = _Case(tuple(sides), engine.store.trail, known)
    decided = (made for side in sides for made in _decided(side))
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


def _decided(side: _Side) -> Iterator[Happened]:
    """What people decided about the document, or about the work of one contract on it."""
    charges = {claim.charge_key for claim in side.claims}
    names = {key: verdict.key for key, verdict in side.verdicts.items()}
    return decisions_on(side.head.document_key, charges, names, side.account.decisions)


def _window(head: Head) -> str:
    if head.state is not DocumentState.DRAFT or (head.writable and not head.closed):
        return ""
    return ", its date lies in closed books" if head.closed else ", its review window has passed"


def _lines(case: _Case) -> Iterator[LineExplained]:
    claims = [(side, claim) for side in case.sides for claim in side.claims]
    carried: dict[str, list[tuple[_Side, Claim]]] = {}
    for side, claim in claims:
        if claim.ended is None:
            carried.setdefault(claim.line_id, []).append((side, claim))
    shown = case.sides[0].shown
    for line in () if shown.state in GONE else shown.lines:
        ours = carried.pop(line.id, None)
        if ours is None:
            said = "finance added this line; the rules know nothing of it"
            fields = of_line(case.known, line, None)
            yield LineExplained(None, inert(line.text), None, None, line.amount, (said,), fields)
        else:
            yield _ours_explained(case, ours[-1][0], [claim for _, claim in ours], line)
    for side, claim in claims:
        if claim.ended is not None or claim.line_id in carried:
            yield _ours_explained(case, side, [claim], None)


def _ours_explained(
    case: _Case, side: _Side, claims: Sequence[Claim], line: DocumentLine | None
) -> LineExplained:
    claim, contract = _together(claims), side.each.contract.id
    verdict, drafted = side.verdicts.get(claim.charge_key), _drafted(case.trail, side, claim, line)
    text = line.text if line is not None else drafted.line.text if drafted is not None else claim.charge_key
    steps = [*_billed(claim, drafted), *_merged(claims), *_changed(claim, line)]
    if verdict is not None:
        account = side.account
        own = [readable(one, account) for one in account.claims if one.charge_key == claim.charge_key]
        steps += explain(verdict, own).steps
    fields = of_line(case.known, line, drafted) if line is not None else ()
    shown = line.amount if line is not None else None
    return LineExplained(contract, inert(text), claim.charge_key, claim.amount, shown, tuple(steps), fields)


def _together(claims: Sequence[Claim]) -> Claim:
    """The claims on one line as one: finance may have made one line of several for a piece of work."""
    currency = claims[-1].amount.currency
    amount = total([claim.amount for claim in claims], currency)
    waived = total([claim.waived for claim in claims if claim.waived is not None], currency)
    return replace(claims[-1], amount=amount, waived=waived or None)


def _merged(claims: Sequence[Claim]) -> Iterator[str]:
    if len(claims) > 1:
        amounts = " and ".join(map(str, sorted((claim.amount for claim in claims), reverse=True)))
        yield f"finance made one line of {len(claims)} of ours: {amounts}"


def _drafted(trail: TrailStore, side: _Side, claim: Claim, line: DocumentLine | None) -> Drafted | None:
    """The line as we last wrote it: on the document, on the estimate that it was made of, or on the one that it left,
    which its text tells from others for the same work."""
    verdict = side.verdicts.get(claim.charge_key)
    work = f" for {verdict.key}" if verdict is not None else ""
    found = [
        (write, written)
        for write in _writes_of(trail, claim)
        for written in write.action.lines
        if (written.charge_key, written.payer) == (claim.charge_key, claim.payer)
    ]
    alike = (each for each in found if line is not None and each[1].text == line.text)
    write, written = next(alike, next(iter(found), (None, None)))
    if write is None or written is None:
        return None
    return Drafted(written, f"rule {written.rule!r}@{written.rule_version}{work}", write.at)


def _writes_of(trail: TrailStore, claim: Claim) -> Iterator[Written]:
    """Our writes that may have made the line of a claim: the last one here, then those before it elsewhere."""
    here = (claim.document_key, origin_key(claim.document_key))
    mine = [
        write
        for write in reversed(trail.billing(claim.charge_key, claim.payer))
        if write.state == "done" and (write.action.document_kind == "credit_memo") == claim.is_credit
    ]
    for key in here:
        yield from [write for write in mine if write.action.document_key == key][:1]
    for write in mine:
        if write.action.document_key not in here and write.at <= claim.recorded_at:
            yield write


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

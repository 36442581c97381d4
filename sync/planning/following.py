"""Claims that follow an estimate to the invoices made of it: what moves where, while the sum stays. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from model.billing import Claim, Document, DocumentLine
from model.money import Money, total
from sync.planning.matching import Wanted, matched
from sync.planning.observe import ENDED, GONE, SHARE_DIGITS, LineClaim, nearer

ChargeName = tuple[str, str]  #: charge key and payer


@dataclass(frozen=True, slots=True)
class Carrier:
    """One document of an estimate's family, the estimate itself or an invoice made of it, with those claims of the
    estimate that it carries; withdrawn ones are left out."""

    document_key: str
    shown: Document
    entries: tuple[LineClaim, ...]
    others: tuple[LineClaim, ...] = ()  #: other live claims of ours on it
    former: tuple[
        DocumentLine, ...
    ] = ()  #: lines that claims stand on and that it shows no more, as last seen

    @property
    def taken(self) -> frozenset[str]:
        """The ids of its lines that other claims of ours stand on."""
        return frozenset(entry.line_id for entry in self.others)

    def bills_for_others(self, name: ChargeName) -> bool:
        """Whether it bills the same charge for another estimate: one line may stand for both."""
        return any(name_of(entry.claim) == name for entry in self.others)

    def standing_on(self, line_id: str) -> Money | None:
        """What other claims of ours on one of its lines come to; None where none stands there."""
        amounts = [entry.claim.amount for entry in self.others if entry.line_id == line_id]
        return total(amounts, amounts[0].currency) if amounts else None

    def merged_line(self, name: ChargeName) -> str:
        """The line of the same charge for another estimate on which finance bills more than that: lines for one piece
        of work were made one. "" where there is none."""
        for entry in self.others:
            line, stands = self.line(entry.line_id), self.standing_on(entry.line_id)
            shows = line.amount if line is not None and name_of(entry.claim) == name else None
            if shows is not None and stands is not None and nearer(shows - stands, shows):
                return entry.line_id
        return ""

    def of(self, name: ChargeName) -> tuple[LineClaim, ...]:
        """What it carries of one charge: one live claim at most, and ended ones."""
        return tuple(entry for entry in self.entries if name_of(entry.claim) == name)

    def line(self, line_id: str) -> DocumentLine | None:
        """One of its lines, unless nothing is left of the document."""
        shown = () if self.shown.state in GONE else self.shown.lines
        return next((line for line in shown if line.id == line_id), None)

    def known(self, line_id: str) -> DocumentLine | None:
        """One of its lines as last seen, where it is not there any more."""
        return self.line(line_id) or next((line for line in self.former if line.id == line_id), None)


@dataclass(frozen=True, slots=True)
class Shift:
    """A signed step of one charge's claim on one document, at its line. `round` None: the charge comes there anew.
    `basis` is the claim whose rule and leaves it keeps."""

    document_key: str
    line_id: str
    round: int | None
    amount: Money
    share: Decimal | None
    basis: LineClaim


@dataclass(frozen=True, slots=True)
class Followed:
    """What an estimate's family means for its claims: the steps, which sum to nothing for each charge, and the
    claims that ended because the invoices leave their line out."""

    shifts: tuple[Shift, ...] = ()
    left_out: tuple[LineClaim, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """A place where a part of a charge may stand: its line there, and what of it stands and shall stand."""

    carrier: Carrier
    line_id: str
    entries: tuple[LineClaim, ...]
    target: Money


def name_of(claim: Claim) -> ChargeName:
    """What a claim is about."""
    return claim.charge_key, claim.payer


def follow(estimate: Carrier, invoices: Sequence[Carrier]) -> Followed:
    """Where the claims of an estimate stand now that `invoices` were made of it.

    An invoice carries what it shows of our line. What no invoice shows stays on the estimate while that is open; when
    it is closed, the last invoice with the line carries all of it, so that what it shows less counts as let go.
    """
    if estimate.shown.state in ENDED:
        return Followed()
    lines = [_lines_of(estimate, invoice) for invoice in invoices]
    shifts: list[Shift] = []
    left_out: list[LineClaim] = []
    for name in dict.fromkeys(name_of(entry.claim) for entry in estimate.entries):
        parts = _parts(name, estimate, invoices, [found.get(name, "") for found in lines])
        shifts += _steps(parts)
        live = [each for each in estimate.of(name) if each.claim.ended is None and each.claim.amount]
        shared = any(invoice.bills_for_others(name) for invoice in invoices)
        if (
            len(parts) < 2
            and estimate.shown.closed
            and not shared
            and not any(map(_has_strays, invoices, lines))
        ):
            left_out += live
    return Followed(tuple(shifts), tuple(left_out))


def _lines_of(estimate: Carrier, invoice: Carrier) -> dict[ChargeName, str]:
    """The line of each charge on an invoice: as it was found before, else by amount and text, else the one into which
    finance merged it."""
    if invoice.shown.state in GONE:
        return {}
    known = {name_of(entry.claim): entry.line_id for entry in invoice.entries}
    wanted = []
    for name in dict.fromkeys(name_of(entry.claim) for entry in estimate.entries):
        line = estimate.known(estimate.of(name)[-1].line_id)
        if line is not None and name not in known:
            wanted.append(Wanted(name, line.text, line.amount))
    free = [line for line in invoice.shown.lines if line.id not in {*known.values(), *invoice.taken}]
    found = {name: id_ for name, id_ in matched(wanted, free).items() if id_}
    there = {name: id_ for name, id_ in (known | found).items() if invoice.line(id_) is not None}
    missed = dict.fromkeys(name_of(entry.claim) for entry in estimate.entries if entry.claim.ended is None)
    merged = {name: invoice.merged_line(name) for name in missed if name not in there}
    return there | {name: id_ for name, id_ in merged.items() if id_}


def _has_strays(invoice: Carrier, lines: dict[ChargeName, str]) -> bool:
    """Whether an invoice has lines that nobody knows: ours may be among them under other words."""
    shown = () if invoice.shown.state in GONE else invoice.shown.lines
    return any(line.amount and line.id not in {*lines.values(), *invoice.taken} for line in shown)


def _parts(
    name: ChargeName, estimate: Carrier, invoices: Sequence[Carrier], line_ids: Sequence[str]
) -> list[_Part]:
    """The places of one charge with what shall stand there, the estimate first; one place alone when nothing moves.

    What ended with a line that finance took off the estimate stays ended."""
    closed, own = estimate.shown.closed, estimate.of(name)
    line_id = own[-1].line_id
    line = estimate.line(line_id)
    if line is None:
        own = tuple(entry for entry in own if entry.claim.ended is None)
    carried = [invoice.of(name) for invoice in invoices]
    if closed:  # what ended on an invoice stays ended there: nobody can bill it from the estimate any more
        carried = [
            tuple(entry for entry in entries if entry.claim.ended is None) if id_ else ()
            for entries, id_ in zip(carried, line_ids, strict=True)
        ]
    every = [*own, *(entry for entries in carried for entry in entries)]
    if not every or not any([line, *line_ids]) or (closed and not any(line_ids)):
        return []
    whole = _sum(every)
    left = _owed(whole, own, line, closed=closed)
    targets = list(_targets(left, invoices, line_ids))
    if closed:
        last = max(at for at, id_ in enumerate(line_ids) if id_)
        targets[last] += left - total(targets, left.currency)
    rest = whole - total(targets, whole.currency)
    parts = [_Part(estimate, line_id, own, rest)]
    for invoice, id_, entries, target in zip(invoices, line_ids, carried, targets, strict=True):
        if id_ or entries:
            parts.append(_Part(invoice, id_ or entries[-1].line_id, entries, target))
    return parts


def _owed(whole: Money, own: Sequence[LineClaim], line: DocumentLine | None, *, closed: bool) -> Money:
    """What the invoices may carry of a charge: all of it, less what finance took off the estimate."""
    if closed:
        return whole - total([each.claim.waived for each in own if each.claim.waived], whole.currency)
    if line is None or line.amount is None:
        return whole
    return nearer(line.amount, whole)


def _targets(left: Money, invoices: Sequence[Carrier], line_ids: Sequence[str]) -> Iterator[Money]:
    """What each invoice shows of the charge, none of it more than is left."""
    for invoice, id_ in zip(invoices, line_ids, strict=True):
        line = invoice.line(id_) if id_ else None
        shows = line.amount if line is not None and line.amount is not None else Money.zero(left.currency)
        taken = nearer(shows - (invoice.standing_on(id_) or shows - shows), left)
        left -= taken
        yield taken


def _steps(parts: Sequence[_Part]) -> Iterator[Shift]:
    """From what stands at each place to what shall: a claim that ended gives up all, a live one the difference."""
    if not parts:
        return
    every = [entry for part in parts for entry in part.entries]
    whole, shares = _sum(every), [entry.claim.share for entry in every if entry.claim.share is not None]
    share = sum(shares, Decimal(0)) if shares else None
    wanted = [_share(share, part.target, whole) for part in parts[1:]]
    wanted = [None if share is None else share - sum((each or 0 for each in wanted), Decimal(0)), *wanted]
    basis = (parts[0].entries or every)[-1]
    for part, due in zip(parts, wanted, strict=True):
        live = [entry for entry in part.entries if entry.claim.ended is None]
        for entry in (each for each in part.entries if each.claim.ended is not None and each.claim.amount):
            yield _step(part, entry.round, -entry.claim.amount, _less(None, entry.claim.share), basis)
        standing = live[-1] if live else None
        amount = part.target - (standing.claim.amount if standing else Money.zero(whole.currency))
        has_moved = standing is not None and part is not parts[0] and standing.line_id != part.line_id
        if amount or has_moved:
            more = _less(due, standing.claim.share if standing else None)
            yield _step(part, standing.round if standing else None, amount, more, basis)


def _step(part: _Part, round_: int | None, amount: Money, share: Decimal | None, basis: LineClaim) -> Shift:
    return Shift(part.carrier.document_key, part.line_id, round_, amount, share, basis)


def _share(share: Decimal | None, amount: Money, whole: Money) -> Decimal | None:
    if share is None or not whole:
        return None if share is None else Decimal(0)
    return (share * amount.minor / whole.minor).quantize(SHARE_DIGITS)


def _less(share: Decimal | None, before: Decimal | None) -> Decimal | None:
    return None if share is None and before is None else (share or Decimal(0)) - (before or Decimal(0))


def _sum(entries: Iterable[LineClaim]) -> Money:
    amounts = [entry.claim.amount for entry in entries]
    return total(amounts, amounts[0].currency)

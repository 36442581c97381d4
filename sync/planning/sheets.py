"""Wants to actions: lines are put on sheets, one for each document, and each sheet becomes one write. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from mappings.compose import compose, line_of
from mappings.contract.rules import Contract
from model.billing import Charge, DocumentState, DraftLine, InvoiceDraft
from model.money import Money, total
from sync.planning.actions import Action, ActionKind, LineChange, LineRemoval
from sync.planning.places import Places
from sync.planning.views import Account, Head
from sync.planning.wants import Bill, TakeBack, Want


@dataclass(slots=True)
class Sheet:
    """One document while wants are put on it; `head` is None for one that has to be made."""

    key: str
    head: Head | None
    bills: list[Bill] = field(default_factory=list)
    taken: list[TakeBack] = field(default_factory=list)

    @property
    def payer(self) -> str:
        """Who pays the document: all its lines are one payer's."""
        return self.bills[0].piece.charge.payer if self.bills else self.taken[0].payer


def sheets_of(wants: Iterable[Want], places: Places) -> list[Sheet]:
    """The sheets that `wants` fill, in the order of the wants."""
    sheets: dict[str, Sheet] = {}
    for want in wants:
        head = want.head
        if isinstance(want, TakeBack):
            sheets.setdefault(want.head.document_key, Sheet(want.head.document_key, want.head)).taken.append(
                want
            )
            continue
        group = places.group(want.piece.charge, billed=want.piece.before is not None)
        head = want.head or places.open_document(group)
        key = head.document_key if head else places.next_key(group)
        sheets.setdefault(key, Sheet(key, head)).bills.append(want)
    return list(sheets.values())


@dataclass(frozen=True, slots=True)
class Clerk:
    """Makes the action of each sheet. `recorded` are the contract's versions by which charges were billed."""

    contract: Contract
    account: Account
    recorded: Mapping[str, Contract]
    marker: Callable[[str], str]
    zone: str
    now: datetime
    closed_on: date | None

    def action(self, sheet: Sheet) -> Action:
        """The one write that makes the document as the sheet has it."""
        head = sheet.head
        if head is None:
            pieces = [bill.piece for bill in sheet.bills]
            marker = self.marker(sheet.key)
            draft = compose(self.contract, sheet.key, pieces, marker, self.zone, self.now, self.closed_on)
            return self._act(sheet, "create", draft.total, draft=draft)
        before, taken = (
            self._claimed(head),
            total([each.amount for each in sheet.taken], self.contract.currency),
        )
        removals = tuple(_removal(each) for each in sheet.taken)
        if not sheet.bills and not self._others(head, sheet):
            return self._act(sheet, "withdraw", -taken, removals=removals)
        changes = tuple(self._change(bill, head) for bill in sheet.bills if bill.before is not None)
        added = tuple(self._line(bill) for bill in sheet.bills if bill.before is None)
        steps = [change.line.amount - change.before for change in changes] + [line.amount for line in added]
        amount = before - taken + total(steps, self.contract.currency)
        return self._act(sheet, "update", amount, changes=changes, additions=added, removals=removals)

    def _act(
        self,
        sheet: Sheet,
        kind: ActionKind,
        amount: Money,
        *,
        draft: InvoiceDraft | None = None,
        changes: tuple[LineChange, ...] = (),
        additions: tuple[DraftLine, ...] = (),
        removals: tuple[LineRemoval, ...] = (),
    ) -> Action:
        shown = sheet.head.shown if sheet.head else None
        reasons = [bill.reason for bill in sheet.bills] + [each.reason for each in sheet.taken]
        return Action(
            kind=kind,
            document_key=sheet.key,
            contract=self.contract.id,
            company=self.contract.company,
            client=self.contract.payer(sheet.payer).client,
            subject=_subject(sheet),
            reason="; ".join(dict.fromkeys(reasons)),
            amount=amount,
            draft=draft,
            changes=changes,
            additions=additions,
            removals=removals,
            lines_before=tuple(line.id for line in shown.lines) if shown and kind == "update" else (),
            external_id=shown.external_id if shown else None,
            base_version=shown.version if shown else None,
            document_kind=draft.kind if draft else shown.kind if shown else "invoice",
            edited=sheet.head is not None and sheet.head.state is DocumentState.EDITED,
        )

    def _change(self, bill: Bill, head: Head) -> LineChange:
        if bill.before is None:
            raise ValueError(f"{bill.piece.charge.key}: nothing stands on {head.document_key} yet")
        line_id = head.line_ids[bill.piece.charge.key]
        wanted = self._line(bill)
        if bill.line is None:
            return LineChange(line_id, bill.before.amount, bill.before.share, wanted)
        return LineChange(line_id, bill.before.amount, bill.before.share, bill.line, wanted)

    def _line(self, bill: Bill) -> DraftLine:
        return line_of(self._rules(bill.piece.charge), bill.piece)

    def _rules(self, charge: Charge) -> Contract:
        return self.recorded.get(charge.rule_version, self.contract)

    def _claimed(self, head: Head) -> Money:
        """What all our lines of a document claim."""
        return total([claim.net for claim in self.account.on(head.document_key)], self.contract.currency)

    def _others(self, head: Head, sheet: Sheet) -> bool:
        """Whether lines of ours stay on the document that the sheet says nothing of."""
        return bool(set(head.line_ids) - {each.charge_key for each in sheet.taken})


def _removal(each: TakeBack) -> LineRemoval:
    return LineRemoval(each.head.line_ids[each.charge_key], each.charge_key, each.payer, each.amount)


def _subject(sheet: Sheet) -> str:
    """What the document is about, for a person: the first work, and how many more there are."""
    titles = list(dict.fromkeys([b.piece.charge.title for b in sheet.bills] + [t.title for t in sheet.taken]))
    return titles[0] if len(titles) == 1 else f"{titles[0]} and {len(titles) - 1} more"

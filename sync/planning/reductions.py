"""Lines below nothing: on which document of a plan they go, so that no invoice comes to less than nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mappings.compose import Piece
from mappings.contract.grouping import po_of
from mappings.contract.rules import Contract
from mappings.money.balance import Load
from mappings.progress.claimed import REDUCING, WORK, kind_of
from model.billing import Charge
from model.finding import Finding
from model.money import Money
from sync.planning.riding import load_of
from sync.planning.sheets import Sheet
from sync.planning.views import Account
from sync.planning.wants import Bill


def placed(
    sheets: Sequence[Sheet], contract: Contract, account: Account, recorded: Mapping[str, Contract]
) -> tuple[list[Sheet], list[Finding]]:
    """`sheets` with each reduction that its own document cannot carry put on another one that can, and what is to be
    said of those that only their tax keeps back.

    Of one that none can carry whole, a part goes on the document with the most room, and the rest waits for the next
    bill. A reduction that belongs to a fee goes where that goes, or waits; once billed in part, anywhere. A fee is
    lowered in place no further than what stands off it on its document.
    """
    desk = _Desk(sheets, contract, account, recorded)
    waiting = [bill for sheet in sheets for bill in desk.taken_off(sheet)]
    free = (bill for bill in waiting if not bill.piece.charge.anchor or bill.piece.before is not None)
    found = [desk.put(bill) for bill in free]
    kept = [each for sheet in sheets for each in desk.kept_up(sheet)]
    return [sheet for sheet in sheets if sheet.bills or sheet.taken], [
        *(each for each in found if each),
        *kept,
    ]


@dataclass(frozen=True, slots=True)
class _Desk:
    """All sheets of a plan. A document stays above nothing in each tax code: so it does with its tax, whatever that
    comes to."""

    sheets: Sequence[Sheet]
    contract: Contract
    account: Account
    recorded: Mapping[str, Contract]

    def taken_off(self, sheet: Sheet) -> Iterator[Bill]:
        """The reductions that the sheet cannot carry, the last ones first."""
        while (last := self._beyond(sheet)) is not None:
            sheet.bills.remove(last)
            yield _as_new_line(last)

    def kept_up(self, sheet: Sheet) -> Iterator[Finding]:
        """Lower each fee only so far that the reductions standing on its document stay below it, and take none back
        that they need."""
        for taken in tuple(sheet.taken):
            below = any(left.minor < 0 for left in self._load(sheet).payable.values())
            if kind_of(taken.charge_key) == "fee" and below:
                sheet.taken.remove(taken)
                yield _kept(taken.charge_key, taken.title, "nothing", taken.amount)
        for bill in tuple(sheet.bills):
            charge, step = bill.piece.charge, _step(bill)
            if bill.before is None or kind_of(charge.key) != "fee" or step.minor >= 0:
                continue
            short = -self._load(sheet).payable[charge.tax_code]
            if short.minor <= 0:
                continue
            amount = min(bill.piece.amount + short, bill.before.amount)
            at = sheet.bills.index(bill)
            raised = replace(bill, piece=replace(bill.piece, amount=amount))
            sheet.bills[at : at + 1] = [raised] if amount != bill.before.amount else []
            yield _kept(charge.key, charge.title, str(charge.entitled), amount)

    def put(self, bill: Bill) -> Finding | None:
        """Put `bill` on the first sheet with work that stays above nothing, or what fits of it on the roomiest one."""
        zero, charge = Money.zero(self.contract.currency), bill.piece.charge
        by_tax: Sheet | None = None
        rooms: list[tuple[Money, Sheet]] = []
        for sheet in self.sheets:
            load = self._load(sheet)
            on_it = sheet.head is not None and charge.key in sheet.head.line_ids
            if load.step <= zero or on_it or not self._bears(sheet, charge):
                continue
            room = min(load.sum, load.payable.get(charge.tax_code, zero))
            if room + bill.piece.amount >= zero:
                sheet.bills.append(bill)
                return None
            rooms.append((room, sheet))
            by_tax = by_tax or (sheet if load.sum + bill.piece.amount >= zero else None)
        room, roomiest = max(rooms, key=lambda each: each[0].minor, default=(zero, None))
        if roomiest is not None and room > zero and kind_of(charge.key) in REDUCING:
            # One document of a plan alone: a charge has one write under way at a time.
            roomiest.bills.append(replace(bill, piece=replace(bill.piece, amount=-room)))
            return None
        return None if by_tax is None else _below(bill, by_tax)

    def _bears(self, sheet: Sheet, charge: Charge) -> bool:
        """Whether the sheet is of the payer and the purchase order that the charge goes to."""
        bears = charge.payer, po_of(self.contract, charge)
        along = (each.piece.charge for each in sheet.bills)
        return any((each.payer, po_of(self.contract, each)) == bears for each in along)

    def _beyond(self, sheet: Sheet) -> Bill | None:
        """The last reduction that would be a new or a longer line on the sheet and take it below nothing."""
        payable = self._load(sheet).payable
        for bill in reversed(sheet.bills):
            charge = bill.piece.charge
            movable = REDUCING if bill.before is not None else WORK
            if (
                kind_of(charge.key) in movable
                and _step(bill).minor < 0
                and payable[charge.tax_code].minor < 0
            ):
                return bill
        return None

    def _load(self, sheet: Sheet) -> Load:
        return load_of(sheet, self.contract, self.account, self.recorded)


def _step(bill: Bill) -> Money:
    return bill.piece.amount if bill.before is None else bill.piece.amount - bill.before.amount


def _as_new_line(bill: Bill) -> Bill:
    """What a line would be longer by, as a line for another document; a new line as it is."""
    if bill.before is None:
        return bill
    step, charge = _step(bill), bill.piece.charge
    return Bill(Piece(charge, step, None, charge.entitled - step), bill.reason)


def _kept(key: str, title: str, worth: str, amount: Money) -> Finding:
    reason = f"worth {worth} now, and {amount} stays billed: its invoice would come to less than nothing"
    hint = "give the client the difference by a credit memo, or take the reduction off the invoice"
    return Finding("amount.down", title, reason, hint, "finance", key)


def _below(bill: Bill, sheet: Sheet) -> Finding:
    charge = bill.piece.charge
    code = repr(charge.tax_code) if charge.tax_code else "no tax code"
    reason = f"{bill.piece.amount} with {code} would take {sheet.key} below zero with its tax; it waits"
    hint = "give the change order the tax code of the work that it is taken off"
    return Finding("tax.below_zero", charge.title, reason, hint, "admin", charge.key)

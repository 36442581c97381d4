"""Lines below nothing: on which document of a plan they go, so that no invoice comes to less than nothing. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mappings.contract.grouping import po_of
from mappings.contract.rules import Contract
from mappings.money.riders import Load
from mappings.work.claimed import WORK, kind_of
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

    One that none can carry waits for a larger bill. A reduction that belongs to a fee goes where that goes, or waits.
    """
    desk = _Desk(sheets, contract, account, recorded)
    waiting = [bill for sheet in sheets for bill in desk.taken_off(sheet)]
    found = [desk.put(bill) for bill in waiting if not bill.piece.charge.anchor]
    return [sheet for sheet in sheets if sheet.bills or sheet.taken], [each for each in found if each]


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
            yield last

    def put(self, bill: Bill) -> Finding | None:
        """Put `bill` on the first sheet with work that stays above nothing."""
        zero, charge = Money.zero(self.contract.currency), bill.piece.charge
        bears = charge.payer, po_of(self.contract, charge)
        by_tax: Sheet | None = None
        for sheet in self.sheets:
            load, along = self._load(sheet), [each.piece.charge for each in sheet.bills]
            same = any((each.payer, po_of(self.contract, each)) == bears for each in along)
            if load.step <= zero or not same or load.sum + bill.piece.amount < zero:
                continue
            if load.payable.get(charge.tax_code, zero) + bill.piece.amount >= zero:
                sheet.bills.append(bill)
                return None
            by_tax = by_tax or sheet
        return None if by_tax is None else _below(bill, by_tax)

    def _beyond(self, sheet: Sheet) -> Bill | None:
        """The last reduction that would be a new line on the sheet and take it below nothing."""
        payable = self._load(sheet).payable
        for bill in reversed(sheet.bills):
            new, code = bill.before is None and bill.piece.amount.minor < 0, bill.piece.charge.tax_code
            if new and kind_of(bill.piece.charge.key) in WORK and payable[code].minor < 0:
                return bill
        return None

    def _load(self, sheet: Sheet) -> Load:
        return load_of(sheet, self.contract, self.account, self.recorded)


def _below(bill: Bill, sheet: Sheet) -> Finding:
    charge = bill.piece.charge
    code = repr(charge.tax_code) if charge.tax_code else "no tax code"
    reason = f"{bill.piece.amount} with {code} would take {sheet.key} below zero with its tax; it waits"
    hint = "give the change order the tax code of the work that it is taken off"
    return Finding("tax.below_zero", charge.title, reason, hint, "admin", charge.key)

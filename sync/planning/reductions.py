"""Lines below nothing: on which document of a plan they go, so that no invoice comes to less than nothing. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from mappings.contract.grouping import po_of
from mappings.contract.rules import Contract
from model.money import Money
from sync.planning.riding import load_of
from sync.planning.sheets import Sheet
from sync.planning.views import Account
from sync.planning.wants import Bill


def placed(sheets: Sequence[Sheet], contract: Contract, account: Account) -> list[Sheet]:
    """`sheets` with each reduction that its own document cannot carry put on another one that can.

    One that none can carry waits for a larger bill. A reduction that belongs to a fee goes where that goes, or waits.
    """
    waiting: list[Bill] = []
    for sheet in sheets:
        while load_of(sheet, contract, account).payable.minor < 0 and (last := _last_new(sheet)) is not None:
            sheet.bills.remove(last)
            waiting.append(last)
    for bill in waiting if sheets else ():
        if not bill.piece.charge.anchor:
            _put(bill, sheets, contract, account)
    return [sheet for sheet in sheets if sheet.bills or sheet.taken]


def _put(bill: Bill, sheets: Sequence[Sheet], contract: Contract, account: Account) -> None:
    """Put `bill` on the first sheet with work that stays above nothing."""
    zero, charge = Money.zero(contract.currency), bill.piece.charge
    bears = charge.payer, po_of(contract, charge)
    for sheet in sheets:
        load = load_of(sheet, contract, account)
        along = [each.piece.charge for each in sheet.bills]
        same = any((each.payer, po_of(contract, each)) == bears for each in along)
        if load.work > zero and same and load.payable + bill.piece.amount >= zero:
            sheet.bills.append(bill)
            return


def _last_new(sheet: Sheet) -> Bill | None:
    """The last reduction that would be a new line on the sheet."""
    new = (bill for bill in reversed(sheet.bills) if bill.before is None and bill.piece.amount.minor < 0)
    return next(new, None)

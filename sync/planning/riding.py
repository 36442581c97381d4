"""Retainage and draws on documents: where a contract stands, and the lines that ride with what a sheet bills. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from mappings.compose import Piece
from mappings.contract.payers import SOLE_PAYER
from mappings.contract.rules import Contract
from mappings.money.retained import rate_of, to_hold
from mappings.money.riders import Balance, Code, Load, Ride, brought_forward, ride
from mappings.money.taxes import tax_code_of
from mappings.money.term_charges import Sum, draw_charge, retainage_charge
from mappings.progress.claimed import VALUE, WORK, kind_of
from model.billing import Charge, Claim, DocumentState
from model.money import Money, total
from sync.planning.deposits import billed_deposits, deposit_of
from sync.planning.merging import merging
from sync.planning.sheets import Sheet
from sync.planning.views import Account
from sync.planning.wants import Bill, TakeBack

#: Kinds of charges that only ride on a document with others.
RIDERS = frozenset({"retainage", "draw"})
RETAINAGE, RELEASE = frozenset({"retainage"}), frozenset({"release"})


def balance_of(contract: Contract, account: Account, recorded: Mapping[str, Contract], payer: str) -> Balance:
    """Where the contract stands with a payer, by its claims and by what was paid of its deposit."""
    counted = [claim for claim in account.claims if claim.ended != "withdrawn"]
    own = [claim for claim in counted if claim.payer == payer]
    currency, zero = contract.currency, Money.zero(contract.currency)
    held: defaultdict[Code, Money] = defaultdict(lambda: zero)
    for claim in own:
        if kind_of(claim.charge_key) == "retainage":
            held[tax_code_of(contract, claim)] -= claim.amount
    done, deposits = _done(own, currency), billed_deposits(own)
    deposit = deposit_of(contract, account, payer)
    found = Balance(
        value=done + _share(contract, payer, _done(counted, currency)),
        done=done,
        to_hold=to_hold(contract, own, recorded),
        held=dict(held),
        received=deposit.received,
        drawn=deposit.drawn,
        drawn_as=_drawn_as(contract, deposits, recorded),
        gross=_gross(deposits, account),
    )
    return brought_forward(contract, found) if payer == SOLE_PAYER else found


def _done(claims: Iterable[Claim], currency: str) -> Money:
    """What fees and changes have settled of the value."""
    return total([claim.amount for claim in claims if kind_of(claim.charge_key) in VALUE], currency)


def _share(contract: Contract, payer: str, done: Money) -> Money:
    """The payer's part of what is still to be billed of the value: its share counts from now on."""
    value = contract.revised_value or Money.zero(contract.currency)
    shares = [each.share or 0 for each in contract.payers]
    own = contract.payer(payer).share
    return (value - done).times(Fraction(own) / Fraction(sum(shares))) if own else value - done


@dataclass(frozen=True, slots=True)
class Stable:
    """Puts riding lines on the sheets of one contract. `released` is the percent of what is withheld that is let go."""

    contract: Contract
    account: Account
    recorded: Mapping[str, Contract]
    zone: ZoneInfo
    now: datetime
    released: Decimal

    def saddle(self, sheets: Sequence[Sheet]) -> None:
        """Add to each sheet, in their order, what rides with it."""
        balances: dict[str, Balance] = {}
        for sheet in sheets:
            load, payer = load_of(sheet, self.contract, self.account, self.recorded), sheet.payer
            if load.moves:
                before = balances.get(payer) or balance_of(self.contract, self.account, self.recorded, payer)
                riding, balances[payer] = ride(self.contract, before, load, released=self.released)
                self._ride(sheet, load, riding, before.drawn_as)

    def _ride(self, sheet: Sheet, load: Load, riding: Ride, drawn_as: Code) -> None:
        """All riding lines of a sheet as they shall stand."""
        retainage, deposit, anchor = self.contract.retainage, self.contract.deposit, anchor_of(sheet.key)
        if retainage is not None:
            for code, (amount, how) in riding.held.items():
                found = Sum(-amount, how, *self._dates(sheet), code)
                before = load.held.get(code, Money.zero(amount.currency))
                self._put(sheet, retainage_charge(self.contract, retainage, anchor, found), -before)
        if deposit is not None:
            found = Sum(-riding.drawn, riding.drawn_how, *self._dates(sheet), drawn_as)
            self._put(sheet, draw_charge(self.contract, deposit, anchor, found), -load.drawn)

    def _put(self, sheet: Sheet, charge: Charge, before: Money) -> None:
        """One riding line as it shall stand: new, changed from what it was `before`, or taken out."""
        charge = replace(charge, payer=sheet.payer)
        now, how = Piece(charge, charge.entitled, None), charge.arithmetic
        if before == charge.entitled or self._is_theirs(sheet, charge, now, before):
            return
        if not before or sheet.head is None:
            sheet.bills.append(Bill(now, how))
        elif charge.entitled:
            sheet.bills.append(Bill(now, how, sheet.head, Piece(charge, before, None)))
        else:
            sheet.taken.append(TakeBack(charge.key, sheet.payer, charge.title, how, sheet.head, before))

    def _is_theirs(self, sheet: Sheet, charge: Charge, now: Piece, before: Money) -> bool:
        """Whether finance had their hands on the riding line: what they changed stays, what they took out stays out."""
        head = sheet.head
        if head is None:
            return False
        mine = (each for each in self.account.claims if each.charge_key == charge.key)
        if any(each.document_key == head.document_key and each.ended == "declined" for each in mine):
            return True
        if head.state is not DocumentState.EDITED or not before:
            return False
        bill = Bill(now, charge.arithmetic, head, Piece(charge, before, None))
        return merging(bill, head, self.contract).bill is None

    def _dates(self, sheet: Sheet) -> tuple[datetime, date]:
        """When the last of the charges that it rides with fell due and was done."""
        along = [bill.piece.charge for bill in sheet.bills]
        if along:
            return max(charge.due_at for charge in along), max(charge.service_on for charge in along)
        return self.now, self.now.astimezone(self.zone).date()


def _drawn_as(contract: Contract, deposits: Sequence[Claim], recorded: Mapping[str, Contract]) -> Code:
    """The tax code by which the deposit was billed; without one in our ledger, the contract's for it."""
    if deposits:
        return tax_code_of(recorded.get(deposits[-1].rule_version, contract), deposits[-1])
    return contract.deposit.tax_code if contract.deposit else contract.tax_code


def _gross(deposits: Sequence[Claim], account: Account) -> Fraction:
    """What the deposit came to with its tax, as a multiple of it: a draw takes as much tax back. None below 1."""
    shown = (account.heads[each.document_key].shown for each in deposits)
    seen = [each for each in shown if each is not None]
    net = sum(line.amount.minor for each in seen for line in each.lines if line.amount is not None)
    gross = sum(each.total.minor for each in seen)
    return max(Fraction(gross, net), Fraction(1)) if net > 0 else Fraction(1)


def load_of(sheet: Sheet, contract: Contract, account: Account, recorded: Mapping[str, Contract]) -> Load:
    """What the sheet is about to bill of the contract's own work, and what stands on its document."""
    zero = Money.zero(contract.currency)
    there = account.on(sheet.key)
    versions = {each.charge_key: recorded.get(each.rule_version, contract) for each in there}
    codes = {each.charge_key: tax_code_of(versions[each.charge_key], each) for each in there}
    steps = [
        (bill.piece.charge.key, bill.piece.charge.tax_code, bill.piece.amount - _amount(bill.before, zero))
        for bill in sheet.bills
    ]
    versions |= {
        bill.piece.charge.key: recorded.get(bill.piece.charge.rule_version, contract) for bill in sheet.bills
    }
    steps += [(each.charge_key, codes.get(each.charge_key), -each.amount) for each in sheet.taken]
    stands = [(each.charge_key, codes[each.charge_key], each.net) for each in there]
    hold: defaultdict[Code, Fraction] = defaultdict(Fraction)
    for key, code, amount in steps:
        if kind_of(key) in WORK:
            hold[code] += amount.minor * rate_of(versions.get(key, contract))
    return Load(
        done=total([amount for key, _, amount in steps if kind_of(key) in VALUE], contract.currency),
        work=_by_code(steps, WORK, zero),
        to_hold=dict(hold),
        payable=_by_code([*stands, *steps], WORK, zero),
        letting_go=_by_code(steps, RELEASE, zero),
        released=_by_code([*stands, *steps], RELEASE, zero),
        held={code: -amount for code, amount in _by_code(stands, RETAINAGE, zero).items()},
        drawn=-total([amount for key, _, amount in stands if kind_of(key) == "draw"], contract.currency),
    )


def _by_code(
    lines: Iterable[tuple[str, Code, Money]], kinds: frozenset[str], zero: Money
) -> dict[Code, Money]:
    """The sums of lines of some kinds by tax code; a line is the key of its charge, its code, its amount."""
    found: defaultdict[Code, Money] = defaultdict(lambda: zero)
    for key, code, amount in lines:
        if kind_of(key) in kinds:
            found[code] += amount
    return dict(found)


def _amount(piece: Piece | None, zero: Money) -> Money:
    return piece.amount if piece is not None else zero


def anchor_of(document_key: str) -> str:
    """The middle of a riding charge's key: what its document is about ("site/epic/1", "phase:delivery")."""
    _, first, *rest = document_key.partition("#")[0].split("|")
    return rest[0] if first == "contract" and rest else first

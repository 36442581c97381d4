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
from mappings.money.balance import Balance, Load, brought_forward
from mappings.money.retained import Code, Line, basis_of, line_of, to_hold, withheld_kinds
from mappings.money.riders import Ride, ride
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
    counted = [
        each for each in account.claims if each.document_key == sheet.key and each.ended != "withdrawn"
    ]
    lines = {each.charge_key: line_of(contract, each, recorded) for each in counted}
    before = [lines[each.charge_key]._replace(amount=each.amount) for each in counted]
    stands = [lines[each.charge_key]._replace(amount=each.net) for each in there]
    steps = [
        _step(bill, recorded.get(bill.piece.charge.rule_version, contract), zero) for bill in sheet.bills
    ]
    steps += [lines[each.charge_key]._replace(amount=-each.amount) for each in sheet.taken]
    beside = withheld_kinds(contract) - WORK
    return Load(
        done=total([line.amount for line in steps if line.kind in VALUE], contract.currency),
        work=_by_code(steps, WORK, zero),
        before=basis_of(before),
        after=basis_of([*before, *steps]),
        payable=_by_code([*stands, *steps], WORK, zero),
        letting_go=_by_code(steps, RELEASE, zero),
        released=_by_code([*stands, *steps], RELEASE, zero),
        held={code: -amount for code, amount in _by_code(stands, RETAINAGE, zero).items()},
        drawn=-total([line.amount for line in stands if line.kind == "draw"], contract.currency),
        beside=_by_code([*stands, *steps], beside, zero),
    )


def _step(bill: Bill, rules: Contract, zero: Money) -> Line:
    """What a bill adds to its document."""
    charge, before = bill.piece.charge, bill.before.amount if bill.before is not None else zero
    return Line(rules, kind_of(charge.key), charge.tax_code, bill.piece.amount - before)


def _by_code(lines: Iterable[Line], kinds: frozenset[str], zero: Money) -> dict[Code, Money]:
    """The sums of lines of some kinds by tax code."""
    found: defaultdict[Code, Money] = defaultdict(lambda: zero)
    for line in lines:
        if line.kind in kinds:
            found[line.code] += line.amount
    return dict(found)


def anchor_of(document_key: str) -> str:
    """The middle of a riding charge's key: what its document is about ("site/epic/1", "phase:delivery")."""
    _, first, *rest = document_key.partition("#")[0].split("|")
    return rest[0] if first == "contract" and rest else first

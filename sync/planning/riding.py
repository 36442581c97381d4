"""Retainage and draws on documents: where a contract stands, and the lines that ride with what a sheet bills. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from mappings.compose import Piece
from mappings.contract.payers import SOLE_PAYER
from mappings.contract.rules import Contract
from mappings.contract.terms import Deposit, Retainage
from mappings.money.riders import Balance, Load, brought_forward, ride
from mappings.money.term_charges import Sum, draw_charge, retainage_charge
from mappings.work.claimed import WORK, kind_of
from model.billing import Claim, DocumentState
from model.money import Money, total
from sync.planning.observe import GONE
from sync.planning.sheets import Sheet
from sync.planning.views import Account, Head
from sync.planning.wants import Bill, TakeBack

#: Kinds of charges that only ride on a document with others.
RIDERS = frozenset({"retainage", "draw"})


@dataclass(frozen=True, slots=True)
class RidingLine:
    """One riding line on a document that lives: what we `drafted`, and what `stands` of it as finance has it (both
    below zero; nothing when finance took the line out)."""

    charge_key: str
    head: Head
    drafted: Money
    stands: Money


def lines_of(account: Account, payer: str, kind: str, currency: str) -> Iterator[RidingLine]:
    """The riding lines of a kind that a payer was billed; those of voided and deleted documents are none."""
    found: dict[tuple[str, str], list[Claim]] = {}
    for claim in account.claims:
        if claim.payer == payer and claim.ended != "withdrawn" and kind_of(claim.charge_key) == kind:
            found.setdefault((claim.document_key, claim.charge_key), []).append(claim)
    for (document, key), claims in found.items():
        head = account.heads[document]
        if head.state not in GONE:
            ours = total([claim.net for claim in claims if claim.ended is None], currency)
            drafted = total([claim.amount for claim in claims], currency)
            yield RidingLine(key, head, drafted, min(ours, head.amount_of(key) or ours))


def balance_of(contract: Contract, account: Account, recorded: Mapping[str, Contract], payer: str) -> Balance:
    """Where the contract stands with a payer, by its claims and by what was paid of its deposit."""
    own = [claim for claim in account.claims if claim.payer == payer]
    counted = [claim for claim in own if claim.ended != "withdrawn"]
    work = [claim for claim in counted if kind_of(claim.charge_key) in WORK]
    live = [claim for claim in counted if claim.ended is None]
    currency = contract.currency
    found = Balance(
        value=contract.value_of(payer),
        work=total([claim.amount for claim in work], currency),
        to_hold=sum((claim.amount.minor * _rate(claim, contract, recorded) for claim in work), Fraction(0)),
        held=-total(
            [claim.amount for claim in counted if kind_of(claim.charge_key) == "retainage"], currency
        ),
        received=_received(contract, live, account),
        drawn=-total([each.stands for each in lines_of(account, payer, "draw", currency)], currency),
    )
    return brought_forward(contract, found) if payer == SOLE_PAYER else found


@dataclass(frozen=True, slots=True)
class Stable:
    """Puts riding lines on the sheets of one contract. `released`: nothing is withheld any more."""

    contract: Contract
    account: Account
    recorded: Mapping[str, Contract]
    zone: ZoneInfo
    now: datetime
    released: bool

    def saddle(self, sheets: Sequence[Sheet]) -> None:
        """Add to each sheet, in their order, what rides with it."""
        balances: dict[str, Balance] = {}
        for sheet in sheets:
            load, payer = load_of(sheet, self.contract, self.account), sheet.payer
            if load.work:
                before = balances.get(payer) or balance_of(self.contract, self.account, self.recorded, payer)
                riding, balances[payer] = ride(self.contract, before, load, released=self.released)
                self._put(sheet, self.contract.retainage, load.held, riding.held, riding.held_how)
                self._put(sheet, self.contract.deposit, load.drawn, riding.drawn, riding.drawn_how)

    def _put(
        self, sheet: Sheet, terms: Deposit | Retainage | None, before: Money, after: Money, how: str
    ) -> None:
        """One riding line as it shall stand: new, changed, or taken out."""
        if terms is None or before == after:
            return
        found, anchor = Sum(-after, how, *self._dates(sheet)), anchor_of(sheet.key)
        if isinstance(terms, Deposit):
            charge = draw_charge(self.contract, terms, anchor, found)
        else:
            charge = retainage_charge(self.contract, terms, anchor, found)
        charge = replace(charge, payer=sheet.payer)
        if not before or sheet.head is None:
            sheet.bills.append(Bill(Piece(charge, -after, None), how))
        elif after:
            sheet.bills.append(
                Bill(Piece(charge, -after, None), how, sheet.head, Piece(charge, -before, None))
            )
        else:
            title = charge.title
            sheet.taken.append(TakeBack(charge.key, sheet.payer, title, how, sheet.head, -before))

    def _dates(self, sheet: Sheet) -> tuple[datetime, date]:
        """When the last of the charges that it rides with fell due and was done."""
        along = [bill.piece.charge for bill in sheet.bills]
        if along:
            return max(charge.due_at for charge in along), max(charge.service_on for charge in along)
        return self.now, self.now.astimezone(self.zone).date()


def _rate(claim: Claim, contract: Contract, recorded: Mapping[str, Contract]) -> Fraction:
    """What the rules that billed a claim withhold of it."""
    rules = recorded.get(claim.rule_version, contract)
    return Fraction(rules.retainage.hold) / 100 if rules.retainage else Fraction(0)


def _received(contract: Contract, live: Iterable[Claim], account: Account) -> Money:
    """What there is of the deposit: what was paid on its invoices, or all that was billed if the contract says so."""
    if contract.deposit is None:
        return Money.zero(contract.currency)
    deposits = [claim for claim in live if kind_of(claim.charge_key) == "deposit"]
    if contract.deposit.draw_from == "billed":
        return total([claim.net for claim in deposits], contract.currency)
    return total([_paid(claim, account.heads[claim.document_key]) for claim in deposits], contract.currency)


def _paid(claim: Claim, head: Head) -> Money:
    """The paid part of a deposit, rounded down: what is not received is not drawn. Tax is paid with it in step."""
    shown = head.shown
    if shown is None or head.state is not DocumentState.PAID or shown.total.minor <= 0:
        return Money.zero(claim.amount.currency)
    part = Fraction(max(shown.total.minor - shown.balance.minor, 0), shown.total.minor)
    return Money(int(claim.net.minor * part), claim.amount.currency)


def load_of(sheet: Sheet, contract: Contract, account: Account) -> Load:
    """What the sheet is about to bill of the contract's own work, and what stands on its document."""
    zero = Money.zero(contract.currency)
    bills = [bill for bill in sheet.bills if kind_of(bill.piece.charge.key) in WORK]
    steps = [bill.piece.amount - (bill.before.amount if bill.before else zero) for bill in bills]
    steps += [-each.amount for each in sheet.taken if kind_of(each.charge_key) in WORK]
    work = total(steps, contract.currency)
    there: dict[str, list[Money]] = {"work": [], "retainage": [], "draw": []}
    for claim in account.on(sheet.key):
        kind = kind_of(claim.charge_key)
        there.get("work" if kind in WORK else kind, []).append(claim.net)
    sums = {kind: total(amounts, contract.currency) for kind, amounts in there.items()}
    return Load(work, sums["work"] + work, -sums["retainage"], -sums["draw"])


def anchor_of(document_key: str) -> str:
    """The middle of a riding charge's key: what its document is about ("site/epic/1", "phase:delivery")."""
    _, first, *rest = document_key.partition("#")[0].split("|")
    return rest[0] if first == "contract" and rest else first

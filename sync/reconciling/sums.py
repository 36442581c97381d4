"""The conservation sums, contract by contract: each side of each equation, and what is between. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mappings.contract.rules import Contract
from mappings.money.statement import statement_of
from model.billing import DocumentState
from model.money import Money, total
from sync.planning.decided import refunded
from sync.planning.deposits import deposit_ref
from sync.planning.estimates import shown_again
from sync.planning.riding import balance_of
from sync.planning.views import Account, Head
from sync.reconciling.drift import billed_on


@dataclass(frozen=True, slots=True)
class Sum:
    """One equation: `whole` is what `parts` have to come to. `told`: a difference that the ledger knows of."""

    contract: str
    name: str
    whole: Money
    parts: tuple[tuple[str, Money], ...]
    told: Money

    @property
    def gap(self) -> Money:
        """What the parts miss; nothing when all is well."""
        return self.whole - total([amount for _, amount in self.parts], self.whole.currency) - self.told


def sums_of(
    contract: Contract,
    account: Account,
    recorded: Mapping[str, Contract],
    planned: Sequence[tuple[str, Money]],
    today: date,
) -> Iterator[Sum]:
    """The sums of one contract by its ledger and by what QuickBooks was last seen to show."""
    zero = Money.zero(contract.currency)
    stands = statement_of(contract, account.claims, planned, today)
    if stands.revised is not None and stands.balance is not None:
        parts = (
            ("billed", stands.billed),
            ("on estimates", stands.estimated),
            ("let go", stands.let_go),
            ("this bill", stands.this_bill),
            ("remaining", stands.balance),
        )
        yield Sum(contract.id, "revised contract", stands.revised, parts, zero)
    for payer in dict.fromkeys(claim.payer for claim in account.claims):
        yield from _terms(contract, account, recorded, payer)
    for head in account.heads.values():
        if head.shown is not None and head.state not in (DocumentState.VOIDED, DocumentState.DELETED):
            yield _on_document(contract, account, head)


def _terms(
    contract: Contract, account: Account, recorded: Mapping[str, Contract], payer: str
) -> Iterator[Sum]:
    zero = Money.zero(contract.currency)
    stands = balance_of(contract, account, recorded, payer)
    if contract.deposit is not None and (stands.received or stands.drawn):
        left = max(stands.received - stands.drawn, zero)
        back = refunded(deposit_ref(contract, payer), account, contract.currency)
        parts = (("drawn", stands.drawn), ("refunded", back), ("available", left))
        yield Sum(contract.id, f"deposit received ({payer})", stands.received + back, parts, zero)


def _on_document(contract: Contract, account: Account, head: Head) -> Sum:
    """The ledger against QuickBooks, line by line: what finance raised is told, anything else is a gap."""
    zero, shown = Money.zero(contract.currency), head.shown
    lines = {line.id: line.amount for line in shown.lines} if shown is not None else {}
    ours = [lines.get(line_id) or zero for line_id in sorted(head.carrying)]
    ours += shown_again(account, head).values()
    billed = billed_on(account.claims, head.document_key, contract.currency)
    gives_back = shown is not None and shown.kind == "credit_memo"
    theirs = -total(ours, contract.currency) if gives_back else total(ours, contract.currency)
    name = (
        f"{shown.kind.replace('_', ' ')} {shown.number or shown.external_id}" if shown else head.document_key
    )
    raised = min(theirs - billed, zero) if gives_back else max(theirs - billed, zero)
    return Sum(contract.id, name, theirs, (("ledger", billed),), raised)

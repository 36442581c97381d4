"""Where a contract stands in money: what was agreed, what changed it, what is billed, what is left."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from mappings.contract.orders import ChangeOrder
from mappings.contract.rules import Contract
from mappings.progress.claimed import VALUE, kind_of
from model.billing import Claim
from model.money import Money, total


@dataclass(frozen=True, slots=True)
class Deposited:
    """The deposit of a contract or of one of its payers: what there is of it, and what was drawn, in its currency."""

    received: Money
    drawn: Money

    @property
    def available(self) -> Money:
        """What is left; below zero when more was drawn than there is."""
        return self.received - self.drawn

    def __str__(self) -> str:
        return f"received {self.received}, drawn {self.drawn}: {self.available} is available"


@dataclass(frozen=True, slots=True)
class Statement:
    """The figures of one contract; None where it agrees no value.

    `revised` = `original` + `changes`, the orders agreed until today. `billed` is what live lines of fees and change
    orders bill, as finance left them, with what was billed before Milepost; `issued` what of that the client was sent;
    `estimated` what stands on estimates that no invoice was made of yet; `let_go` what finance declined or reduced of
    them; `this_bill` what the next apply would add. `balance` = `revised` − `billed` − `estimated` − `let_go` −
    `this_bill`. Late reductions (`late`) lower what is paid, not what was agreed; the `deposit` (None where there is
    none) and expenses stand outside.
    """

    contract: str
    currency: str
    original: Money | None
    changes: Money
    revised: Money | None
    billed: Money
    issued: Money
    estimated: Money
    let_go: Money
    this_bill: Money
    balance: Money | None
    late: Money
    orders: tuple[ChangeOrder, ...]
    deposit: Deposited | None


def statement_of(
    contract: Contract,
    claims: Sequence[Claim],
    planned: Iterable[tuple[str, Money]],
    today: date,
    out: Collection[str] = (),
    deposit: Deposited | None = None,
) -> Statement:
    """The statement of `contract` by its own `claims`; `planned` are the steps of a plan by charge key, `out` the keys
    of the documents that the client was sent, `deposit` where that stands."""
    currency, zero = contract.currency, Money.zero(contract.currency)
    orders = tuple(order for order in contract.orders if order.on <= today)
    changes = total([order.value for order in orders], currency)
    revised = None if contract.value is None else contract.value + changes
    value = [claim for claim in claims if kind_of(claim.charge_key) in VALUE]
    live = [claim for claim in value if claim.ended is None]
    before = contract.opening.billed if contract.opening else zero
    offered = [claim.net for claim in live if claim.document_kind == "estimate"]
    invoiced = [claim for claim in live if claim.document_kind != "estimate"]
    sent = [claim.net for claim in invoiced if claim.document_key in out]
    billed = total([before, *(claim.net for claim in invoiced)], currency)
    estimated = total(offered, currency)
    given = total([claim.net for claim in live if claim.given], currency)
    reduced = total([claim.waived or zero for claim in live if not claim.given], currency)
    let_go = reduced - given + total([claim.amount for claim in value if claim.ended == "declined"], currency)
    this_bill = total([amount for key, amount in planned if kind_of(key) in VALUE], currency)
    late = [claim.net for claim in claims if kind_of(claim.charge_key) == "late" and claim.ended is None]
    return Statement(
        contract=contract.id,
        currency=currency,
        original=contract.value,
        changes=changes,
        revised=revised,
        billed=billed,
        issued=total([before, *sent], currency),
        estimated=estimated,
        let_go=let_go,
        this_bill=this_bill,
        balance=None if revised is None else revised - billed - estimated - let_go - this_bill,
        late=total(late, currency),
        orders=orders,
        deposit=deposit,
    )

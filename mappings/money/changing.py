"""Change orders at a moment: their charges, what they add to the percentages that are left, what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from mappings.contract.calendar import start_of
from mappings.contract.orders import ChangeOrder
from mappings.contract.rules import Contract
from mappings.contract.triggers import OnDay, words
from mappings.money.charges import values_of
from mappings.progress.claimed import VALUE, Claimed, charge_key, kind_of
from mappings.progress.former import Former
from mappings.progress.forward import before, excluded
from mappings.progress.moments import Moments
from mappings.progress.priced import alone
from mappings.progress.verdict import Outcome, Verdict
from mappings.words.template import fill
from mappings.words.text import inert
from model.billing import Charge, Claim
from model.finding import Finding
from model.money import Money, total


@dataclass(frozen=True, slots=True)
class Changing:
    """The change orders of one contract. What is billed keeps the rule version it was billed under."""

    contract: Contract
    recorded: Mapping[str, Contract]
    claimed: Claimed
    former: Former
    moments: Moments

    def remaining(self) -> Money:
        """What the orders in force add to the part of the contract that percentages have not billed yet."""
        orders = [
            each
            for each in self.contract.orders
            if each.applies == "remaining" and self.moments.in_force(each)
        ]
        return total([each.value for each in orders], self.contract.currency)

    def verdicts(self) -> Iterator[Verdict]:
        """One on each order that is a charge of its own, billed ones that left the file too."""
        written = {order.id: order for order in self.contract.orders if order.applies == "own"}
        for id_ in dict.fromkeys([*written, *self._billed()]):
            claims = self.claimed.of(self._key(id_))
            rules = self.recorded.get(claims[-1].rule_version, self.contract) if claims else self.contract
            recorded = next((each for each in rules.orders if each.id == id_), None)
            order = recorded or written.get(id_)
            if order is not None:
                verdict = self._verdict(rules, order, claims)
                yield verdict if claims else self._new(verdict, order)

    def notices(self) -> Iterator[Finding]:
        """What people shall know of the orders and the value together."""
        yield from self._altered()
        value = self.contract.value
        in_force = [each.value for each in self.contract.orders if self.moments.in_force(each)]
        if value is None or not in_force:
            return
        own = (claims for key, claims in self.claimed.by_charge.items() if self._is_value(key))
        billed = total(
            [claim.net for claims in own for claim in claims if claim.ended is None], value.currency
        )
        revised = value + total(in_force, value.currency)
        if revised < billed:
            yield Finding(
                "change.below_billed",
                f"{self.contract.id}: change orders",
                f"the contract is worth {revised} with its change orders, and {billed} is billed: "
                f"{billed - revised} too much",
                "agree with the client on a credit, and issue it in QuickBooks",
                "finance",
                f"{self.contract.id}|change",
            )

    def _verdict(self, rules: Contract, order: ChangeOrder, claims: Sequence[Claim]) -> Verdict:
        since = self.moments.in_force(order)
        live = [claim.amount for claim in claims if claim.ended is None]
        charge = _charge(rules, order, since or self.moments.clock.now, self.moments)
        awaited = words(order.when or OnDay(order.on))
        reason, hint, code = charge.arithmetic, "", "due"
        outcome: Outcome = "due"
        if since is None and live:
            outcome, code, reason = "held", "reopened", f"billed, and now it waits again: due {awaited}"
            hint = "bring it back, or correct the invoice"
        elif since is None:
            outcome, code, reason, hint = (
                "open",
                "change.waiting",
                f"due {awaited}; {reason}",
                f"it is billed {awaited}",
            )
        return Verdict(
            charge_key=charge.key,
            contract=self.contract.id,
            work=None,
            key=f"change:{order.id}",
            title=charge.title,
            outcome=outcome,
            code=code,
            reason=reason,
            hint=hint,
            owner="finance",
            rule=charge.rule,
            rule_version=charge.rule_version,
            source=f"{rules.file}:{order.line}",
            closed_at=since,
            charge=charge if since is not None else None,
            amount=charge.entitled,
        )

    def _new(self, verdict: Verdict, order: ChangeOrder) -> Verdict:
        """The verdict on an order that nobody has billed in our ledger."""
        opening, since = self.contract.opening, self.moments.in_force(order)
        if opening is not None and (
            order.id.casefold() in opening.works or before(opening, since, self.moments.clock.zone)
        ):
            return excluded(verdict, opening)
        return self.former.looked_at(verdict, f"change:{order.id}")

    def _altered(self) -> Iterator[Finding]:
        """Orders that counted when something was billed, and that the file does not hold so any more."""
        now = {order.id: order.agreed for order in self.contract.orders}
        for version, rules in sorted(self._versions().items()):
            for order in rules.orders:
                if self._counted(order, version) and now.get(order.id) != order.agreed:
                    what = "is not in the file any more" if order.id not in now else "is not what it was"
                    billed = f"billed as {_signed(order.value)} agreed on {order.on}"
                    yield Finding(
                        "change.altered",
                        f"{self.contract.id}: change order {order.id}",
                        f"{billed}, and now it {what}; nothing is re-priced",
                        "put it back as it was, and add a new order for what is agreed now",
                        "admin",
                        f"{self.contract.id}|change:{order.id}|{version}",
                    )

    def _counted(self, order: ChangeOrder, version: str) -> bool:
        """Whether something was billed by an order of that rule version."""
        if order.applies == "own":
            return any(claim.rule_version == version for claim in self.claimed.of(self._key(order.id)))
        at = start_of(order.on, self.moments.clock.zone)
        shares = (
            claim
            for key, claims in self.claimed.by_charge.items()
            if self._is_value(key)
            for claim in claims
            if claim.share is not None and claim.rule_version == version
        )
        return any(claim.recorded_at >= at for claim in shares)

    def _versions(self) -> dict[str, Contract]:
        named = {
            claim.rule_version
            for key, claims in self.claimed.by_charge.items()
            if self._is_value(key)
            for claim in claims
        }
        return {version: self.recorded[version] for version in named if version in self.recorded}

    def _billed(self) -> Iterable[str]:
        start = f"{self.contract.id}|contract|change:"
        return (key.removeprefix(start) for key in self.claimed.by_charge if key.startswith(start))

    def _is_value(self, key: str) -> bool:
        return key.startswith(f"{self.contract.id}|") and kind_of(key) in VALUE

    def _key(self, order_id: str) -> str:
        return charge_key(self.contract.id, None, f"change:{order_id}")


def _charge(rules: Contract, order: ChangeOrder, due_at: datetime, moments: Moments) -> Charge:
    how = agreement(order)
    values = values_of(rules, alone(order.value, how), rules.po_for(order.id, ""))
    return Charge(
        key=charge_key(rules.id, None, f"change:{order.id}"),
        contract=rules.id,
        kind="change",
        work=None,
        title=title_of(order),
        phase=order.phase,
        rule=f"change order {order.id}",
        rule_version=rules.version,
        entitled=order.value,
        quantity=Decimal(1),
        unit_price=order.value.decimal,
        share=None,
        due_at=due_at,
        service_on=due_at.astimezone(moments.clock.zone).date(),
        text=fill(order.text, values) if order.text else title_of(order),
        item=order.item,
        klass=order.klass,
        tax_code=order.tax_code,
        payer=order.payer,
        arithmetic=how,
        ordered_as=order.id,
    )


def title_of(order: ChangeOrder) -> str:
    """What the order is called, and what its line says unless the file says otherwise."""
    return inert(f"Change order {order.id}: {order.reason}")


def agreement(order: ChangeOrder) -> str:
    """What was agreed, when, and by whom."""
    agreed = f"change order of {_signed(order.value)} agreed on {order.on}"
    return f"{agreed}, approved by {order.approved_by}: {order.reason}"


def _signed(amount: Money) -> str:
    return f"+{amount}" if amount.minor > 0 else str(amount)

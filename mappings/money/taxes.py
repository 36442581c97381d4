"""By which tax code something was billed, as the rules say that billed it: what takes it back mirrors that."""

from __future__ import annotations

from mappings.contract.rules import Contract
from mappings.money.lateness import OF_LATE
from mappings.progress.claimed import kind_of, name_of
from model.billing import Claim


def tax_code_of(rules: Contract, claim: Claim) -> str | None:
    """The tax code of a claim; `rules` are those of its version. What they do not know has the contract's."""
    match kind_of(claim.charge_key):
        case "retainage" | "release":
            return name_of(claim.charge_key) or None
        case "deposit" if rules.deposit is not None:
            return rules.deposit.tax_code
        case "expense":
            taxed = {each.id: each.tax_code for each in rules.expenses}
            return taxed.get(name_of(claim.charge_key), rules.tax_code)
        case "change":
            codes = {order.id: order.tax_code for order in rules.orders}
            return codes.get(name_of(claim.charge_key), rules.tax_code)
    codes = {rule.rule: rule.tax_code for rule in rules.milestones}
    return codes.get(claim.rule.removesuffix(OF_LATE), rules.tax_code)

"""What a contract billed under an id that is not among the rules any more: most likely this one, renamed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from mappings.contract.rules import Contract
from mappings.progress.claimed import Claimed
from mappings.progress.verdict import Verdict

_NAMES = {"deposit": "a deposit", "expense": "an expense", "change": "a change order"}


@dataclass(frozen=True, slots=True)
class Former:
    """Looks at charges without work of one contract; `present` are ids of all contracts in the book."""

    contract: Contract
    recorded: Mapping[str, Contract]
    claimed: Claimed
    present: frozenset[str]

    def looked_at(self, verdict: Verdict, kind: str) -> Verdict:
        """`verdict` on a charge that nobody billed yet, held when a contract that left had billed the same client
        the same: a person looks first."""
        former = self._biller(kind)
        if former is None:
            return verdict
        what, _, name = verdict.key.partition(":")
        billed = f"{_NAMES[what]} {name}".strip()
        return replace(
            verdict,
            outcome="held",
            code="rule.other_contract",
            charge=None,
            reason=f"contract {former!r}, which is not among the rules any more, has billed this client {billed}",
            hint=f"give the contract its former id {former!r} back, or take it out of this one",
            owner="admin",
        )

    def _biller(self, kind: str) -> str | None:
        for claim in self.claimed.dated(kind):
            rules = self.recorded.get(claim.rule_version)
            if rules is not None and rules.id not in self.present and rules.client == self.contract.client:
                return rules.id
        return None

"""What the ledger says was billed, as translation needs it: by charge, by work, by leaf issue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from model.billing import Claim
from model.money import Money, total
from model.work import WorkId


def charge_key(contract: str, work: WorkId | None, kind: str) -> str:
    """The identity of a charge: immutable ids only."""
    return f"{contract}|{work or 'contract'}|{kind}"


def settled(claims: Iterable[Claim], currency: str) -> Money:
    """Claimed, declined and waived together: the amounts of all claims but those that we withdrew.

    A claim's amount is ours at posting, so what finance reduced later (waived) is part of it.
    """
    return total([claim.amount for claim in claims if claim.ended != "withdrawn"], currency)


def settled_share(claims: Iterable[Claim]) -> Decimal:
    """The percent that those claims stand for; each claim carries its own step."""
    counted = (claim.share for claim in claims if claim.ended != "withdrawn")
    return sum((share for share in counted if share is not None), Decimal(0))


class Claimed:
    """Claims that count (all but withdrawn ones), of every contract that may have billed the same work."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        self.by_charge: defaultdict[str, tuple[Claim, ...]] = defaultdict(tuple)
        self._contracts: defaultdict[str, set[str]] = defaultdict(set)
        self._leaves: dict[tuple[str, str], str] = {}
        self._billers: defaultdict[str, set[str]] = defaultdict(set)
        for claim in sorted(claims, key=lambda claim: claim.recorded_at):
            if claim.ended == "withdrawn":
                continue
            key = claim.charge_key
            contract, work, _ = key.split("|")
            self.by_charge[key] = (*self.by_charge[key], claim)
            self._contracts[work].add(contract)
            for leaf in claim.leaves:
                self._leaves.setdefault((contract, leaf.issue_id), key)
                self._billers[leaf.issue_id].add(contract)

    def of(self, key: str) -> tuple[Claim, ...]:
        """Claims of one charge, oldest first."""
        return self.by_charge.get(key, ())

    def contracts(self, work: WorkId) -> tuple[str, ...]:
        """Ids of the contracts that have billed `work`, sorted."""
        return tuple(sorted(self._contracts.get(str(work), ())))

    def works(self, contract: str) -> list[WorkId]:
        """Works that `contract` has billed."""
        named = (work for work, contracts in self._contracts.items() if contract in contracts)
        return [_work_id(work) for work in named if work != "contract"]

    def leaf_owner(self, contract: str, issue_id: str) -> str | None:
        """The charge of `contract` that has billed the issue."""
        return self._leaves.get((contract, issue_id))

    def elsewhere(self, contract: str, issue_id: str) -> str | None:
        """Another contract that has billed the issue."""
        return min(self._billers.get(issue_id, set()) - {contract}, default=None)

    def deposits(self) -> list[Claim]:
        """The newest claim of every deposit that was billed."""
        return [claims[-1] for key, claims in self.by_charge.items() if key.endswith("|contract|deposit")]


def bills_an_epic(key: str) -> bool:
    """True when the charge `key` is of an epic."""
    work = key.split("|")[1]
    return work != "contract" and _work_id(work).kind == "epic"


def _work_id(text: str) -> WorkId:
    site, kind, number = text.rsplit("/", 2)
    return WorkId(site, "sprint" if kind == "sprint" else "epic", number)

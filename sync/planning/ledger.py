"""Ledger arithmetic: where a charge stands, derived from facts and never stored. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from mappings.progress.claimed import is_billed
from mappings.progress.owed import not_owed
from model.billing import Claim
from model.money import Money, total


@dataclass(frozen=True, slots=True)
class Standing:
    """One charge to date. `claimed` counts live claims less what finance reduced and what credit memos give back;
    `waived` that reduction; `declined` claims that finance ended. All three are settled: none is billed again without
    a decision. `live` are the claims that bill; there are none once `credits` have given all that they bill back."""

    claimed: Money
    waived: Money
    declined: Money
    live: tuple[Claim, ...]
    share: Decimal | None
    credits: tuple[Claim, ...] = ()
    forgone: Money | None = None
    counted: tuple[Claim, ...] = ()  #: all but withdrawn ones, oldest first

    def on(self, document_key: str) -> Standing:
        """The part of it that stands on one document."""
        mine = [claim for claim in self.live if claim.document_key == document_key]
        return standing(mine, self.claimed.currency)

    def against(self, entitled: Money) -> Standing:
        """It with what finance reduced, or ended beside claims that live, of amounts that are not owed any more counted
        for the lowered entitlement: only the rest of it was let go, or waits for a decision."""
        waived, declined = not_owed(self.counted, entitled)
        return replace(self, waived=self.waived - waived, declined=self.declined - declined)

    def off(self, document_key: str) -> Money:
        """What of it is settled elsewhere than on one document."""
        every = (*self.live, *self.credits)
        elsewhere = [claim.amount for claim in every if claim.document_key != document_key]
        return self.declined + total(elsewhere, self.claimed.currency)

    @property
    def gone(self) -> tuple[Claim, ...]:
        """The claims that finance ended."""
        return tuple(claim for claim in self.counted if claim.ended == "declined")

    @property
    def settled(self) -> Money:
        """What the one formula subtracts from the entitled amount."""
        return self.claimed + self.waived + self.declined

    def delta(self, entitled: Money) -> Money:
        """The one formula: entitled − claimed − declined − waived (billing.md §2)."""
        return entitled - self.settled


def standing(claims: Iterable[Claim], currency: str, closed_at: datetime | None = None) -> Standing:
    """Fold the claims of one charge. Withdrawn ones (by us) count for nothing. What finance gave back of its own accord
    is let go (`forgone`), unless the work was `closed_at` a later time: then it is billed again."""
    counted = [_closed_again(claim, closed_at) for claim in claims if claim.ended != "withdrawn"]
    live = [claim for claim in counted if claim.ended is None]
    forgone = -total([claim.net for claim in live if claim.given], currency)
    reduced = [claim.waived for claim in live if claim.waived is not None and not claim.given]
    waived = total(reduced, currency) + forgone
    shares = [claim.share for claim in counted if claim.share is not None]
    return Standing(
        claimed=total([claim.net for claim in live], currency),
        waived=waived,
        declined=total([claim.amount for claim in counted if claim.ended == "declined"], currency),
        live=tuple(claim for claim in live if not claim.is_credit) if is_billed(live) else (),
        share=sum(shares, Decimal(0)) if shares else None,
        credits=tuple(claim for claim in live if claim.is_credit),
        forgone=forgone or None,
        counted=tuple(counted),
    )


def _closed_again(claim: Claim, closed_at: datetime | None) -> Claim:
    again = claim.given and closed_at is not None and closed_at > claim.recorded_at
    return replace(claim, given=False) if again else claim


def by_charge(claims: Iterable[Claim]) -> Mapping[str, tuple[Claim, ...]]:
    """Claims grouped by charge key, in the order given."""
    groups: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        groups[claim.charge_key].append(claim)
    return {key: tuple(group) for key, group in groups.items()}

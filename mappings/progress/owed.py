"""What of the claims on a charge is owed no more when the charge is worth less: claims are layers, the last on top."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mappings.progress.claimed import is_billed, settled
from model.billing import Claim
from model.money import Money


@dataclass(slots=True)
class _Layer:
    """What one claim put on top of those before it, in minor units, and what of it finance does not bill."""

    height: int
    let_go: int = 0
    declined: int = 0

    @property
    def billed(self) -> int:
        return self.height - self.let_go - self.declined


def not_owed(claims: Iterable[Claim], entitled: Money) -> tuple[Money, Money]:
    """What of the amounts that finance let go, and of those that it ended, would not be owed any more if a charge were
    worth `entitled`: the claim made last is the first that is not. It counts for the correction; what was let go of an
    older claim stays let go, and where nothing bills any more all that was ended waits for a decision.
    """
    counted = [claim for claim in claims if claim.ended != "withdrawn"]
    sign = -1 if settled(counted, entitled.currency).minor < 0 else 1
    layers: list[_Layer] = []
    for claim in counted:
        amount = sign * claim.amount.minor
        if claim.given:
            _let_go(layers, -sign * claim.net.minor)
        elif amount < 0:
            _lower(layers, -amount)
        else:
            waived = sign * claim.waived.minor if claim.waived is not None and claim.ended is None else 0
            layers.append(_Layer(amount, waived, amount if claim.ended == "declined" else 0))
    top, let_go, declined, lives = sum(layer.height for layer in layers), 0, 0, is_billed(counted)
    for layer in reversed(layers):
        over = min(max(top - sign * entitled.minor, 0), layer.height)
        let_go += min(over, layer.let_go)
        declined += min(over, layer.declined if lives else 0)
        top -= layer.height
    return Money(sign * let_go, entitled.currency), Money(sign * declined, entitled.currency)


def _let_go(layers: Sequence[_Layer], amount: int) -> None:
    """What finance gave back is let go of what it billed until then, the newest first."""
    for layer in reversed(layers):
        part = min(amount, layer.billed)
        layer.let_go, amount = layer.let_go + part, amount - part


def _lower(layers: Sequence[_Layer], amount: int) -> None:
    """What was corrected is not claimed any more, the newest first."""
    for layer in reversed(layers):
        part = min(amount, layer.billed)
        layer.height, amount = layer.height - part, amount - part

"""Where finance bills more on our line than the ledger has there: on any document that carries the charge. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from model.billing import DocumentState
from model.money import Money
from sync.planning.ledger import Standing
from sync.planning.views import Head


@dataclass(frozen=True, slots=True)
class Raised:
    """A line of ours that shows `shown` where `drafted` was claimed."""

    head: Head
    shown: Money
    drafted: Money

    @property
    def more(self) -> Money:
        """What finance put on top."""
        return self.shown - self.drafted


def raised_lines(charge_key: str, now: Standing, heads: Mapping[str, Head]) -> tuple[Raised, ...]:
    """The raised lines of a charge, oldest document first. An estimate that invoices carry shows what they bill too."""
    found = []
    carrying = dict.fromkeys(claim.document_key for claim in now.live)
    for key in (each for each in carrying if heads[each].state is not DocumentState.CONVERTED):
        shown, on_it = heads[key].amount_of(charge_key), now.on(key)
        drafted = on_it.claimed + on_it.waived
        if shown is not None and shown > drafted:
            found.append(Raised(heads[key], shown, drafted))
    return tuple(found)

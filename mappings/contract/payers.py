"""Who pays: the payers of a contract, as the file names them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from mappings.contract.works import FieldTest

SOLE_PAYER = "client"


@dataclass(frozen=True, slots=True)
class PayerWords:
    """Which work a payer pays for: every given word must hold; of several values for one word any is enough."""

    labels: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    fields: tuple[FieldTest, ...] = ()


@dataclass(frozen=True, slots=True)
class Payer:
    """One who pays for some or all work of a contract. `name` is its identity for ever, `client` the customer in
    QuickBooks. `when` None: for all work. `share` is its weight among those who pay for the same work; None: it
    pays alone."""

    name: str
    client: str
    when: PayerWords | None
    share: Decimal | None
    terms: str | None
    po: str | None
    index: int
    line: int

"""The table [fuse] of config.toml: how much money a company's plans may move before a person lets them pass."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from model.money import Money
from sync.installation import entries
from sync.installation.entries import Table
from sync.planning.fuse import Limits

_MUCH = "1000000.00"


class Fuse(Table):
    """What a company's plans may move before a person lets it pass: see `sync.planning.fuse.Limits`."""

    run: entries.Amounts = dict.fromkeys(("USD", "EUR", "GBP", "CAD", "AUD"), _MUCH)
    client: entries.Amounts = Field(default_factory=dict)
    line: entries.Amounts = Field(default_factory=dict)
    times_usual_month: Annotated[int, Field(ge=0)] = 3
    times_contract_value: Annotated[int, Field(ge=0)] = 1
    times_usual_line: Annotated[int, Field(ge=0)] = 20

    def limits(self) -> Limits:
        """The same with exact amounts."""
        return Limits(
            run=_exact(self.run),
            client=_exact(self.client),
            line=_exact(self.line),
            times_usual_month=self.times_usual_month,
            times_contract_value=self.times_contract_value,
            times_usual_line=self.times_usual_line,
        )


def _exact(amounts: Mapping[str, str]) -> dict[str, Money]:
    return {currency: Money.of(amount, currency) for currency, amount in amounts.items()}

"""The [quickbooks] table of a world file: the company, the app that reaches it, and who is told of changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from sandbox.quickbooks.behaviour import Behaviour
from sandbox.world.file.faults import FaultLine
from sandbox.world.file.knobs import KnobsOf, Number
from sandbox.world.file.preferences import PREFERENCES
from sandbox.world.file.words import Address, Country, Currency, HookAddress, Realm, Table, Text, Zone

Rate = Annotated[Number, Field(gt=0)]


class QuickBooksHookTable(Table):
    """Who is told of changes, in which format; the verifier token signs what is sent."""

    url: HookAddress
    verifier_token: Text
    format: Literal["cloudevents", "legacy"] = "cloudevents"


class QuickBooksTable(Table):
    """The company and the app that reaches it.

    `start` "seeded" is Fernwood's, "sample" is like Intuit's own US sample company, "empty" has lists only.
    Without `sales_tax` a company has it as it starts: outside the US always, in the US the sample only.
    """

    base_url: Address | None = None
    realm: Realm = "9341452870351234"
    start: Literal["seeded", "sample", "empty"] = "seeded"
    name: Text | None = None
    country: Country = "US"
    currency: Currency | None = None
    multicurrency: bool | None = None
    sales_tax: bool | None = None
    automated_tax: bool | None = None
    zone: Zone | None = None
    books_closed_on: date | None = None
    subscription: Literal["paid", "ended"] = "paid"
    client_id: Text | None = None
    client_secret: Text | None = None
    refresh_token: Text | None = None
    access_token: Text | None = None
    exchange_rates: Mapping[Currency, Rate] = {}
    preferences: Annotated[Mapping[str, Any], PREFERENCES] = {}
    behaviour: Annotated[Mapping[str, Any], KnobsOf(Behaviour)] = {}
    webhook: Sequence[QuickBooksHookTable] = ()
    fault: Sequence[FaultLine] = ()

    @model_validator(mode="after")
    def _known_companies_are_american(self) -> QuickBooksTable:
        abroad = (self.country, self.currency or "USD") != ("US", "USD")
        if self.start != "empty" and abroad:
            raise ValueError(
                f'the {self.start} company keeps its books in the US in USD; use start = "empty"'
            )
        if self.automated_tax and self.country != "US":
            raise ValueError("automated_tax is of US companies; elsewhere lines carry their tax codes")
        if self.automated_tax and self.sales_tax is False:
            raise ValueError("automated_tax needs sales_tax: leave that out, or set it to true")
        return self

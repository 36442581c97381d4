"""A second client in the same store: its site and its company have the ids of the first one's, and nobody acts there.

So all that it finished is billed once, to the cent, whatever happens to the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chances import AMOUNT, RULES, TERMS

from model.money import Money, total
from sandbox.jira import verbs
from sandbox.jira.people import Person
from sandbox.world.site import ACCOUNTS
from simulation.side import Side
from sync.planning.views import Account

if TYPE_CHECKING:
    from simulation.town import Town

ALIAS, REALM = "next", "9341452870359999"
_TOKEN = "next-door-jira-token"
_TITLE, _PRICE = "Orchard", 700
_USUAL = {name: values[0] for name, values in TERMS.items()}
TEXT = RULES.format(**_USUAL).replace('"main"', f'"{ALIAS}"').replace('"shop"', f'"{ALIAS}"')
"""The contract with the second client."""


class NextDoor(Side):
    """The second client. It has two finished epics, and a third one as soon as `finish` is called."""

    def __init__(self, town: Town) -> None:
        super().__init__(town, ALIAS, REALM, _TOKEN, (_TITLE,), town.main.state.tokens)
        site = self.site.site
        site.cloud_id, site.base_url = site.cloud_id[::-1], "https://next-door.example"
        self._lead = Person(self.site, town.stage.clock, ACCOUNTS[0])
        self._keys: list[str] = []
        self.finish()
        self.finish()

    def finish(self) -> None:
        """One epic more is done."""
        values = {self.place.fields[AMOUNT]: float(_PRICE)}
        epic = verbs.create_issue(
            self.site,
            self.place.project.id,
            self.place.types["Epic"],
            _TITLE,
            by=ACCOUNTS[0],
            at=self._lead._clock.now(),
            labels=("priced",),
            values=values,
        )
        self._lead.close(epic.key)
        self._keys.append(epic.key)

    def _id(self, key: str) -> int:
        (found,) = (issue.id for issue in self.site.issues.values() if issue.key == key)
        return found

    def billed_too_much(self) -> list[str]:
        """Work for which we wrote more than it is worth."""
        billed = self.door.witness.billed()
        return [f"next door {key} {amount}" for key, amount in billed.items() if amount > _PRICE]

    def billed_otherwise(self, account: Account) -> list[str]:
        """Work for which something else was written, or stands in the ledger, than it is worth: for the end. Work that
        is parked with its reason waits for a person."""
        billed, parked = self.door.witness.billed(), {each.document_key for each in account.pending}
        keys = [key for key in self._keys if not any(f"/{self._id(key)}|" in document for document in parked)]
        found = [f"{key} {billed.get(key)}" for key in keys if billed.get(key) != _PRICE]
        claimed = total([claim.net for claim in account.claims if claim.ended is None], "USD")
        wanted = Money(_PRICE * 100 * len(keys), "USD")
        return found if claimed == wanted else [*found, f"{claimed} in the ledger instead of {wanted}"]


def mixed_up(town: Town) -> Iterator[str]:
    """Documents of one client that the store keeps as another's."""
    for side in town.sides:
        for marker in side.door.made:
            kept = town.peek(
                "SELECT DISTINCT contract, realm FROM document WHERE marker = :marker", marker=marker
            )
            wanted = ("shop" if side is town.main else ALIAS, side.realm)
            if kept and [tuple(row) for row in kept] != [wanted]:
                yield f"{marker} of {wanted} is kept as {[tuple(row) for row in kept]}"

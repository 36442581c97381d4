"""A client of ours as the world has it: a site, a company, and the door between them and the product."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from real_house import START

from sandbox.jira.app import JiraApp
from sandbox.messages import Request
from sandbox.quickbooks.company_settings import use_custom_fields
from sandbox.quickbooks.state import Company as Books
from sandbox.quickbooks.tokens import TokenStore
from sandbox.quickbooks.wire.app import QuickBooksApp
from sandbox.world.company import open_books
from sandbox.world.site import open_site
from simulation import knobs
from simulation.door import Door

if TYPE_CHECKING:
    from simulation.town import Town

PROJECT = "HPO"


class Side:
    """The site and the company of one client, under one `alias` in the configuration.

    Whoever else has one has the same ids in it. `words` are in the titles of this client's work and in no other's.
    """

    def __init__(
        self,
        town: Town,
        alias: str,
        realm: str,
        token: str,
        words: tuple[str, ...],
        tokens: TokenStore | None = None,
    ) -> None:
        self.alias, self.realm, self.token, self.words = alias, realm, token, words
        self.site, places = open_site()
        for user in self.site.users.values():
            user.token = user.token and token
        self.place = places[PROJECT]
        self.state = open_books(town.stage.clock, START, realm=realm)
        self.state.tokens = tokens or self.state.tokens  # one server gives out those of all companies
        use_custom_fields(self.books, {1: "Crew #"})
        knobs.turn(self, town.story.knobs)
        self.door = Door(town, self)
        self.jira = JiraApp(self.site, town.stage.clock)
        self.quickbooks = QuickBooksApp(self.state, town.stage.clock)
        self.first_refresh = self.state.tokens.connect(realm).refresh_token

    @property
    def books(self) -> Books:
        """The company, behind the wire."""
        return self.state.company(self.realm)

    def number_uniquely(self) -> None:
        """The company wants its own numbers, and to be warned of one that is taken."""
        self.books.preferences.body["SalesFormsPrefs"]["CustomTxnNumbers"] = True


@dataclass(slots=True)
class Apart:
    """Clients kept apart: no login, no company's number and no words of one are ever in what another is sent."""

    _owners: dict[str, str] = field(default_factory=dict)

    def look(self, sides: list[Side], side: Side, request: Request) -> list[str]:
        """What in a request to `side` is of another of the `sides`."""
        login = request.body.decode() if "/oauth2/" in request.path else request.headers["authorization"]
        found = []
        if (owner := self._owners.setdefault(login, side.alias)) != side.alias:
            found.append(f"{request.path} of {side.alias} is asked with the login of {owner}")
        sent = f"{request.path} {request.query} {request.body.decode()}"
        for other in sides:
            if other is not side:
                told = (word for word in (*other.words, other.realm) if word in sent)
                found += [f"{side.alias} is told {word!r} of {other.alias}: {sent}" for word in told]
        return found

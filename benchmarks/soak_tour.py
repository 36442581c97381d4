"""The soak's way through everything there is: any route, any entity, any report, any page, also with nonsense."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from benchmarks.soak_wire import Caller
from sandbox.jira.wire import routes
from sandbox.jira.wire.ticket import search
from sandbox.quickbooks.reports import NAMES
from sandbox.quickbooks.vocabulary.registry import KINDS

_ROUTES = [(method, template) for method, template, _ in routes.every(search.Walks())]
_PLACE = re.compile(r"\{(\w+)(?::([^}]*))?\}")
_NUMBERS = ("1", "2", "3", "10000", "10001", "1000000")
_NOBODY = "999999999"
_NONSENSE: Sequence[object] = (
    {}, [], "soak", 7, None, {"name": "soak"}, {"fields": {}}, {"id": 1}, {"values": [1]}, {"Line": [{}]},
    {"Id": "1", "SyncToken": "0"}, {"Id": "x", "sparse": True}, {"jql": "project = HPO", "issueIds": [1]},
)  # fmt: skip
_CLEAR = ("HPO", "KES")  # projects by key
_PAGES = ("invoices", "estimates", "customers", "books", "mails", "invoices/1", "customers/1")


class Tour:
    """Where one caller looks around, and what it pokes at; whatever is there may answer, and nothing may fail."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._issues = [issue.key for issue in caller.running.world.jira.issues.values()]

    def read(self) -> None:
        """Any route of Jira that reads."""
        template = self._pick(lambda method: method == "GET")[1]
        self._caller.look("jira", "GET", self._filled(template))

    def poke(self) -> None:
        """Any route of Jira that writes, with a body that makes no sense there; nothing that exists is deleted."""
        method, template = self._pick(lambda method: method != "GET")
        path = self._filled(template, missing=method == "DELETE" or "/delete" in template)
        self._caller.look("jira", method, path, self._caller.chance.choice(_NONSENSE))

    def read_books(self) -> None:
        """Any entity by query or id, or any report."""
        chance, company = self._caller.chance, self._caller.running.world.company
        kind = chance.choice(list(KINDS))
        query = {"query": f"SELECT * FROM {kind} STARTPOSITION 1 MAXRESULTS 10"}  # noqa: S608  a word of ours
        match chance.randrange(4):
            case 0:
                self._caller.books("GET", f"/reports/{chance.choice(NAMES)}", {})
            case 1:
                self._caller.books("GET", f"/{kind.lower()}/{chance.choice(_NUMBERS)}", {})
            case 2:
                self._caller.look("quickbooks", "GET", f"/v3/company/{company.realm}/invoice/1/pdf")
            case _:
                self._caller.books("GET", "/query", query)

    def write_nonsense(self) -> None:
        """A body that makes no sense, for any entity."""
        chance = self._caller.chance
        path = f"{self._caller.company}/{chance.choice(list(KINDS)).lower()}"
        self._caller.look("quickbooks", "POST", path, chance.choice(_NONSENSE))

    def visit(self) -> None:
        """Any page that people see."""
        chance = self._caller.chance
        realm = self._caller.running.world.realm
        if chance.random() < 0.5:
            self._caller.look("quickbooks", "GET", f"/sandbox/company/{realm}/{chance.choice(_PAGES)}")
        else:
            place = chance.choice(
                ("", f"/projects/{chance.choice(_CLEAR)}", f"/issues/{chance.choice(self._issues)}")
            )
            self._caller.look("jira", "GET", f"/sandbox{place}")

    def _pick(self, wanted: Callable[[str], bool]) -> tuple[str, str]:
        return self._caller.chance.choice([route for route in _ROUTES if wanted(route[0])])

    def _filled(self, template: str, *, missing: bool = False) -> str:
        chance = self._caller.chance

        def filled(found: re.Match[str]) -> str:
            name, choices = found[1], found[2]
            if choices and re.fullmatch(r"[\w.|]+", choices):
                return chance.choice(choices.split("|"))
            if missing:
                return _NOBODY
            if name == "key":
                return chance.choice(_CLEAR if "project/{key}" in template else self._issues)
            return chance.choice(_NUMBERS)

        return _PLACE.sub(filled, template)

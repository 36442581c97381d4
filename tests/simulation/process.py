"""One running product of the town: its store, and its connections to both services of each client."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import requests
from sqlalchemy import Engine as DatabaseEngine
from sqlalchemy import event
from sync_bench import book_of

from connectors.jira.login import JiraLogin
from connectors.jira.noticeboard import JiraNoticeboard
from connectors.jira.tracker import JiraTracker
from connectors.limits import Limiter
from connectors.oauth.tokens import Tokens
from connectors.quickbooks.client import QuickBooksBooks
from connectors.quickbooks.login import QuickBooksLogin
from connectors.quickbooks.tokens import OAuthTokens
from connectors.retry import ReadRetry
from sandbox.world.site import LOGIN
from simulation.side import Side
from simulation.stage import Performer
from simulation.wire import Line
from sync.engine import Engine
from sync.installation.tokens import StoredTokens
from sync.outbox.company import Company
from sync.runner import Runner
from sync.store import Store

if TYPE_CHECKING:
    from simulation.town import Town

SETTLE, SEND_WITHIN = timedelta(seconds=150), timedelta(seconds=30)
_PAGE = "https://books.example/app/{kind}?txnId={id}"
_JIRA, _BOOKS = "http://localhost:8081", "http://localhost:8082"


class Process:
    """One running product: its store, its connections, its engine and its runner."""

    def __init__(self, town: Town, name: str) -> None:
        self._town = town
        self.performer = Performer(name)
        self._tokens: dict[str, StoredTokens] = {}
        with town.stage.resting():
            self.store = Store(f"sqlite:///{town.file}")
            _share_statements(self.store.engine)
            self._listen()
            self.engine = self._engine()
            self.engine.put_in_force()
        self.runner = Runner(self.engine, timedelta(minutes=1), timedelta(days=1))

    def holds(self, holder: str) -> bool:
        """Whether a lease's holder is this process."""
        return holder == self.engine.holder or any(holder == each._holder for each in self._tokens.values())

    def tokens(self) -> set[str]:
        """Every pair that is stored."""
        pairs = [each.load() for each in self._tokens.values()]
        return {token for pair in pairs for token in (pair.access, pair.refresh)}

    def begin(self, side: Side, tokens: Tokens) -> None:
        """Take the pair of a new consent."""
        self._tokens[side.alias].begin(tokens)

    def end(self) -> None:
        """It leaves nothing open."""
        self.performer.dead = True
        self.store.close()

    def _engine(self) -> Engine:
        town = self._town
        return Engine(
            self.store,
            _book(*town.texts),
            {side.alias: self._tracker(side) for side in town.sides},
            {side.alias: self._company(side) for side in town.sides},
            town.stage.now,
            town.new_id,
            noticeboards={side.alias: self._noticeboard(side) for side in town.sides},
        )

    def _tracker(self, side: Side) -> JiraTracker:
        stage = self._town.stage
        tracker = JiraTracker(JiraLogin(_JIRA, LOGIN, side.token), self._retry(), stage.monotonic)
        tracker._client._session.mount(_JIRA, Line(self._town, self.performer, side, "jira"))
        return tracker

    def _noticeboard(self, side: Side) -> JiraNoticeboard:
        board = JiraNoticeboard(JiraLogin(_JIRA, LOGIN, side.token))
        board._client._session.mount(_JIRA, Line(self._town, self.performer, side, "jira"))
        return board

    def _company(self, side: Side) -> Company:
        books = self._books(side)
        return Company(side.alias, side.realm, books, settle=SETTLE, send_within=SEND_WITHIN, page=_PAGE)

    def _books(self, side: Side) -> QuickBooksBooks:
        town = self._town
        login = QuickBooksLogin(
            realm=side.realm,
            client_id=side.state.tokens.client_id,
            client_secret=side.state.tokens.client_secret,
            api_url=_BOOKS,
            token_url=f"{_BOOKS}/oauth2/v1/tokens/bearer",
        )
        line = Line(town, self.performer, side, "books")
        grants = requests.Session()
        grants.mount(_BOOKS, line)
        account = f"quickbooks/local/{side.realm}"
        stored = StoredTokens(self.store, town.vault, account, side.first_refresh, town.stage.now)
        self._tokens[side.alias] = stored
        tokens = OAuthTokens(login, stored, session=grants, clock=town.stage.now)
        limiter = Limiter(clock=town.stage.monotonic, sleep=town.stage.nap)
        books = QuickBooksBooks(login, tokens, limiter, retry=self._retry(), clock=town.stage.now)
        books._company._session.mount(_BOOKS, line)
        return books

    def _retry(self) -> ReadRetry:
        return ReadRetry(attempts=2, sleep=self._town.stage.elapse)

    def _listen(self) -> None:
        """Every transaction and every statement is a step."""
        stage, performer = self._town.stage, self.performer

        def connects(_connection: Any) -> None:
            stage.point(performer, "begin")  # here a process may wait: it holds nothing of the store yet

        def begins(_connection: Any) -> None:
            performer.deep += 1

        def states(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            stage.point(performer, "statement", statement)

        def commits(_connection: Any) -> None:
            stage.point(performer, "commit")
            performer.deep -= 1

        def rolls_back(_connection: Any) -> None:
            performer.deep -= 1

        engine = self.store.engine
        event.listen(engine, "engine_connect", connects)
        event.listen(engine, "begin", begins)
        event.listen(engine, "before_cursor_execute", states)
        event.listen(engine, "commit", commits)
        event.listen(engine, "rollback", rolls_back)


_book = cache(book_of)  # of two dozen texts
_former: list[DatabaseEngine] = []


def _share_statements(engine: DatabaseEngine) -> None:
    """Compile each statement once for all processes of all towns: nothing of it depends on the file."""
    if _former:
        engine.dialect, engine._compiled_cache = _former[0].dialect, _former[0]._compiled_cache
    else:
        _former.append(engine)

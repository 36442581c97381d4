"""The town: one site, one company, the stage with its time, and the processes of the product between them."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import requests
from finance_hands import ADDRESS
from real_house import START
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
from sandbox.jira.app import JiraApp
from sandbox.quickbooks.company_settings import use_custom_fields
from sandbox.quickbooks.state import Company as Books
from sandbox.quickbooks.wire.app import QuickBooksApp
from sandbox.world.company import REALM, open_books
from sandbox.world.site import LOGIN, TOKEN, open_site
from simulation import knobs
from simulation.door import Door
from simulation.stage import Performer, Stage
from simulation.story import Mishap, Story
from simulation.wire import Line
from sync.engine import Engine
from sync.installation.tokens import StoredTokens
from sync.installation.vault import Vault
from sync.outbox.company import Company
from sync.runner import Runner
from sync.store import Store

PROJECT = "HPO"
ACCOUNT = f"quickbooks/local/{REALM}"
SETTLE, SEND_WITHIN = timedelta(seconds=150), timedelta(seconds=30)
_PAGE = "https://books.example/app/{kind}?txnId={id}"
_JIRA, _BOOKS = "http://localhost:8081", "http://localhost:8082"


class Town:
    """Everything outside the product, and the two processes `a` and `b` of it that share a store.

    `weather` is what meets the next request; `meet` is told of mishaps that are not the stage's own.
    """

    def __init__(self, story: Story, rules: str, empty: Path, meet: Callable[[Mishap], None]) -> None:
        self.story, self.rules = story, rules
        self.stage = Stage(START, meet)
        self.folder = tempfile.mkdtemp(dir=empty.parent)
        self.file = shutil.copy(empty, f"{self.folder}/town.db")
        self.backup, self.restored = f"{self.folder}/backup.db", False
        self.site, places = open_site()
        self.place = places[PROJECT]
        self.state = open_books(self.stage.clock, START)
        use_custom_fields(self.books, {1: "Crew #"})
        knobs.turn(self, story.knobs)
        self.weather = ""
        self.door = Door(self)
        self._late: list[tuple[float, Callable[[], object]]] = []
        self._ids = self.forks = 0
        self.jira = JiraApp(self.site, self.stage.clock)
        self.quickbooks = QuickBooksApp(self.state, self.stage.clock)
        grant = self.state.tokens.connect(REALM)
        self.first_refresh = grant.refresh_token
        self.vault = Vault(bytes(32))
        self.processes = {name: Process(self, name) for name in ("a", "b")}
        self.enter_store(self.file)

    @property
    def books(self) -> Books:
        """The company, behind the wire."""
        return self.state.company(REALM)

    def leave_store(self) -> None:
        """Nothing here has the store open any more, so that a fork finds no connection of another process."""
        self._peek.close()
        for process in self.processes.values():
            process.end()

    def enter_store(self, file: str) -> None:
        """Look into the store in `file` from here on; no process is begun."""
        self.file = file
        self._peek = sqlite3.connect(self.file, check_same_thread=False)
        self._peek.row_factory = sqlite3.Row

    def become(self, door: Any) -> None:
        """Be a process of its own, forked from the town's: one product process, and another's ids are not given out."""
        self.door = door
        self._ids += 100_000 * self.forks
        self.restart("a")

    def close(self) -> None:
        """The town is left."""
        self._peek.close()
        for process in self.processes.values():
            process.end()
        shutil.rmtree(self.folder)

    def peek(self, query: str, **values: object) -> list[sqlite3.Row]:
        """What the store holds as others see it, by a connection of our own."""
        return self._peek.execute(query, values).fetchall()

    def secrets(self) -> set[str]:
        """What no log line may hold: keys, tokens, and how finance's people are reached."""
        granted = self.processes["a"].tokens()
        return {TOKEN, ADDRESS, self.state.tokens.client_secret, self.first_refresh, *granted} - {""}

    def keep_a_backup(self) -> None:
        """Somebody copies the store."""
        copy = sqlite3.connect(self.backup)
        self._peek.backup(copy)
        copy.close()

    def restore(self) -> None:
        """The store is put back from its last copy, and new processes begin with it."""
        if not Path(self.backup).exists():
            return
        for process in self.processes.values():
            process.end()
        copy = sqlite3.connect(self.backup)
        copy.backup(self._peek)
        copy.close()
        self.restored = True
        self.restart("a", "b")

    def connect_again(self) -> None:
        """A person consents anew, as somebody must where a pair was lost on its way or with a store."""
        with self.stage.resting():
            self.processes["a"].begin(
                Tokens("", self.state.tokens.connect(REALM).refresh_token, self.stage.now())
            )

    def new_id(self) -> str:
        """An opaque id that follows from the seed."""
        self._ids += 1
        return hashlib.sha256(f"{self.story.seed}/{self._ids}".encode()).hexdigest()[:26]

    def number_uniquely(self) -> None:
        """The company wants its own numbers, and to be warned of one that is taken."""
        self.books.preferences.body["SalesFormsPrefs"]["CustomTxnNumbers"] = True

    def later(self, seconds: float, work: Callable[[], object]) -> None:
        """A service does `work` that much later, whoever still waits for it."""
        self._late.append((self.stage.now().timestamp() + seconds, work))

    def come_due(self) -> None:
        """Let the services do what is due, at the time when it was."""
        now = self.stage.now()
        for each in sorted(self._late, key=lambda late: late[0]):
            if each[0] <= now.timestamp():
                self._late.remove(each)
                self.stage.clock.set(datetime.fromtimestamp(each[0], UTC))
                each[1]()
                self.stage.clock.set(now)

    def restart(self, *names: str) -> None:
        """New processes, by the rules as they are now."""
        for name in names:
            self.processes[name].end()
            self.processes[name] = Process(self, name)


class Process:
    """One running product: its store, its connections, its engine and its runner."""

    def __init__(self, town: Town, name: str) -> None:
        self._town = town
        self.performer = Performer(name)
        with town.stage.resting():
            self.store = Store(f"sqlite:///{town.file}")
            _share_statements(self.store.engine)
            self._listen()
            self.engine = self._engine()
            self.engine.put_in_force()
        self.runner = Runner(self.engine, timedelta(minutes=1), timedelta(days=1))

    def holds(self, holder: str) -> bool:
        """Whether a lease's holder is this process."""
        return holder in (self.engine.holder, self._tokens._holder)

    def tokens(self) -> tuple[str, str]:
        """The pair that is stored."""
        held = self._tokens.load()
        return held.access, held.refresh

    def begin(self, tokens: Tokens) -> None:
        """Take the pair of a new consent."""
        self._tokens.begin(tokens)

    def end(self) -> None:
        """It leaves nothing open."""
        self.performer.dead = True
        self.store.close()

    def _engine(self) -> Engine:
        town = self._town
        company = Company("main", REALM, self._books(), settle=SETTLE, send_within=SEND_WITHIN, page=_PAGE)
        return Engine(
            self.store,
            _book(town.rules),
            {"main": self._tracker()},
            {"main": company},
            town.stage.now,
            town.new_id,
            noticeboards={"main": self._noticeboard()},
        )

    def _tracker(self) -> JiraTracker:
        stage = self._town.stage
        tracker = JiraTracker(JiraLogin(_JIRA, LOGIN, TOKEN), self._retry(), stage.monotonic)
        tracker._client._session.mount(_JIRA, Line(self._town, self.performer, "jira", self._town.jira))
        return tracker

    def _noticeboard(self) -> JiraNoticeboard:
        board = JiraNoticeboard(JiraLogin(_JIRA, LOGIN, TOKEN))
        board._client._session.mount(_JIRA, Line(self._town, self.performer, "jira", self._town.jira))
        return board

    def _books(self) -> QuickBooksBooks:
        town = self._town
        login = QuickBooksLogin(
            realm=REALM,
            client_id=town.state.tokens.client_id,
            client_secret=town.state.tokens.client_secret,
            api_url=_BOOKS,
            token_url=f"{_BOOKS}/oauth2/v1/tokens/bearer",
        )
        line = Line(town, self.performer, "books", town.quickbooks)
        grants = requests.Session()
        grants.mount(_BOOKS, line)
        self._tokens = StoredTokens(self.store, town.vault, ACCOUNT, town.first_refresh, town.stage.now)
        tokens = OAuthTokens(login, self._tokens, session=grants, clock=town.stage.now)
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


def chance(dice: int) -> Random:
    """The dice of one deed."""
    return Random(dice)  # noqa: S311  chance, not secrecy

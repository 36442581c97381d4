"""`milepost connect`: a person lets Milepost into a company or a site; and a new key for what is sealed."""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from cli.opening import now, open_settings
from cli.screen import DONE, PERSON, USAGE, complain, console, leave, print_json
from cli.work import open_store
from connectors.errors import ConnectorError
from connectors.oauth.consent import LASTS, Answer, Attempt, NotOurs, Over
from mappings.words.mistakes import Mistake, did_you_mean
from mappings.words.text import inert
from sync.installation.connecting import CompanyConnection, Connected, SiteConnection
from sync.installation.entries import sealing_key
from sync.installation.redirect import Told, listening, listens
from sync.installation.rotation import rotate_key
from sync.installation.secret import secret_at
from sync.installation.settings import Settings
from sync.installation.vault import Unsealable, Vault
from sync.installation.watch import connected_again
from sync.ruleset import read_rules
from sync.store import Store

Connection = CompanyConnection | SiteConnection


def company(config: Path, name: str | None, *, paste: bool, as_json: bool) -> None:
    """Connect a QuickBooks company."""
    settings = open_settings(config, as_json=as_json)
    chosen = _chosen("quickbooks", name, settings.quickbooks)
    with _open(settings) as (store, vault):
        entry = settings.quickbooks[chosen]
        connection = CompanyConnection(chosen, entry, store, vault, now)
        _connect(connection, store, f"quickbooks.{chosen}", paste=paste, as_json=as_json)


def site(config: Path, name: str | None, *, paste: bool, as_json: bool) -> None:
    """Connect a Jira site."""
    settings = open_settings(config, as_json=as_json)
    apps = {name: each for name, each in settings.jira.items() if each.token is None}
    chosen = _chosen("jira", name, apps)
    book = read_rules(settings)
    writes = any(each.site == chosen and each.write_back is not None for each in book.contracts)
    with _open(settings) as (store, vault):
        connection = SiteConnection(chosen, apps[chosen], store, vault, now, writes=writes)
        _connect(connection, store, f"jira.{chosen}", paste=paste, as_json=as_json)


def rotate(config: Path, former: str, *, as_json: bool) -> None:
    """Seal what the former key sealed with the one of the configuration."""
    settings = open_settings(config, as_json=as_json)
    try:
        key = sealing_key(secret_at(former, config.absolute().parent, os.environ))
    except Mistake as error:
        complain([f"--former: {error}" + (f" ({error.hint})" if error.hint else "")])
        leave(USAGE)
    with _open(settings) as (store, vault):
        try:
            count = rotate_key(store, Vault(key), vault, now)
        except (Unsealable, ConnectorError) as error:
            complain([f"{error}. Nothing was changed."])
            leave(PERSON)
    if as_json:
        print_json({"resealed": count, "key": vault.key_id})
    else:
        console().print(
            f"{count} sealed under key {vault.key_id}. Restart the service: it has the former key."
        )
    leave(DONE)


@contextmanager
def _open(settings: Settings) -> Iterator[tuple[Store, Vault]]:
    with open_store(settings) as store:
        yield store, Vault(settings.secrets.key_bytes)


def _chosen(kind: str, name: str | None, named: Iterable[str]) -> str:
    names = sorted(named)
    if not names:
        complain([f"No [{kind}.NAME] of config.toml has an app to connect: client_id and client_secret."])
        leave(USAGE)
    if name is None and len(names) > 1:
        complain([f"Say which: {', '.join(names)}."])
        leave(USAGE)
    if name is not None and name not in names:
        complain([f"There is no [{kind}.{inert(name)}] to connect: {did_you_mean(name, names)}"])
        leave(USAGE)
    return name or names[0]


def _connect(connection: Connection, store: Store, name: str, *, paste: bool, as_json: bool) -> None:
    attempt = connection.attempt()
    try:
        connected = connection.finish(_asked(connection.redirect_url, attempt, paste=paste))
    except (NotOurs, ConnectorError) as error:
        complain([f"! {error}", "Nothing was connected."])
        leave(PERSON)
    connected_again(store, name, now())
    _tell(connected, as_json=as_json)
    leave(DONE)


def _asked(redirect_url: str, attempt: Attempt, *, paste: bool) -> Answer:
    """What the person's consent brought, from the page of this machine or from what they paste."""
    came: queue.Queue[Answer | Over] = queue.Queue()

    def told(address: str) -> str | None:
        try:
            came.put(attempt.answer(address, now()))
        except NotOurs as error:
            if isinstance(error, Over):
                came.put(error)
            return str(error)
        return None

    paste = paste or not listens(redirect_url)
    try:
        with nullcontext() if paste else listening(redirect_url, told):
            complain(["Open this address in a browser, and agree:", "", attempt.address, ""])
            if paste or sys.stdin.isatty():
                complain(
                    ["Or paste here the whole address that the browser ends at, even if it shows no page:"]
                )
                threading.Thread(target=_read, args=(told, came), daemon=True).start()
            answer = came.get(timeout=LASTS.total_seconds())
    except OSError as error:
        raise NotOurs(f"cannot listen at {redirect_url}: {error.strerror}. Use --paste") from None
    except queue.Empty:
        raise NotOurs("nobody agreed in ten minutes") from None
    except KeyboardInterrupt:
        raise NotOurs("stopped") from None
    if isinstance(answer, Over):
        raise answer
    return answer


def _read(told: Told, came: queue.Queue[Answer | Over]) -> None:
    """Take what is pasted until one is the answer; at the end of the input nobody can answer any more."""
    for line in sys.stdin:
        refused = told(line) if line.strip() else None
        if refused is not None:
            complain([f"! {refused}"])
    came.put(Over("the input ended before an answer came"))


def _tell(connected: Connected, *, as_json: bool) -> None:
    unused, ends = connected.refresh_expires_at, connected.ends_at
    if as_json:
        print_json(
            {
                "service": connected.service,
                "name": connected.name,
                "opens": connected.opens,
                "unused_until": None if unused is None else unused.isoformat(),
                "ends_at": None if ends is None else ends.isoformat(),
            }
        )
        return
    screen = console()
    screen.print(f"{connected.service} is connected: {connected.name} is {inert(connected.opens)}.")
    if unused is not None:
        screen.print(f"Unused it lasts until {unused:%Y-%m-%d}; each use moves that.")
    if ends is not None:
        screen.print(f"It ends on {ends:%Y-%m-%d} whatever happens: connect again before then.")

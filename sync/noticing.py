"""After the drafts: what the epics of contracts with `[write_back]` say in Jira follows their documents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from mappings.contract.rules import Contract
from sync.engine import Engine
from sync.outbox.notices import Poster, Posting
from sync.planning.notices import Offices, notices
from sync.reading.sources import Reading
from sync.ruleset import left_contracts


def post_notices(
    engine: Engine, reading: Reading, denied_before: datetime, only: Iterable[str] | None = None
) -> dict[str, Posting]:
    """Bring what stands in Jira up to the ledger, on every site that was read, by alias: of `only` some contracts
    (by id; None: all), and what earlier runs left. Sites where nothing is said have no entry. Never raises for
    trouble with a site."""
    wanted = None if only is None else frozenset(only)
    telling = [each for each in _telling(engine) if wanted is None or each.id in wanted]
    done: dict[str, Posting] = {}
    for alias in sorted(reading.sites.keys() & engine.noticeboards.keys()):
        site = reading.sites[alias].catalogue.site
        mine = [each for each in telling if each.site == alias]
        if not mine and not engine.store.notices.has_work(site, denied_before):
            continue
        poster = Poster(engine.store, engine.noticeboards[alias], site, engine.holder, engine.clock)
        if not poster.enter():
            continue
        try:
            for contract in mine:
                _want(engine, contract, site)
            poster.work(denied_before)
        finally:
            poster.leave()
        done[alias] = poster.result
    return done


def _telling(engine: Engine) -> list[Contract]:
    """Contracts that say something in Jira or did. One whose file is gone goes on by its last rules, as its
    documents go on: a link that stood still would lie."""
    known = engine.store.notices.contracts()
    present = {each.id: each for each in engine.book.contracts}
    former = []
    if known - present.keys():
        former = [each for each in left_contracts(engine.store, engine.book) if each.id in known]
    now = [each for each in present.values() if each.write_back is not None or each.id in known]
    return [*now, *former]


def _want(engine: Engine, contract: Contract, site: str) -> None:
    account = engine.store.accounts.account(contract.id, engine.clock())
    wanted = notices(contract, account, site, Offices(engine.marker, engine.page))
    engine.store.notices.want(contract.id, site, wanted)

"""`milepost check`: configuration and contract files, all problems at once; the first thing to run after an edit."""

from __future__ import annotations

from pathlib import Path

from cli.opening import Opened, open_files, refuse
from cli.screen import DONE, console, leave, print_json
from mappings.check import check
from model.billing import BooksCatalogue
from model.work import TrackerCatalogue


def run(config: Path, *, as_json: bool) -> None:
    """Lint files against themselves, and against what Jira and QuickBooks were last seen to have."""
    opened = open_files(config, as_json=as_json, secrets=False)
    sites, companies = _last_seen(opened)
    problems = check(opened.book, sites, companies)
    if problems:
        refuse(list(problems), as_json=as_json)
    contracts = opened.book.contracts
    seen = sorted([*sites, *companies])
    if as_json:
        print_json(
            {"ok": True, "problems": [], "contracts": [each.id for each in contracts], "compared_with": seen}
        )
    else:
        rules = sum(len(each.milestones) for each in contracts)
        against = (
            f"names compared with what was last read of {', '.join(seen)}"
            if seen
            else ("names not compared: nothing was read from Jira or QuickBooks yet (run `milepost plan`)")
        )
        console().print(
            f"{len(contracts)} contracts, {rules} rules: no problem; {against}; secrets were not read."
        )
    leave(DONE)


def _last_seen(opened: Opened) -> tuple[dict[str, TrackerCatalogue], dict[str, BooksCatalogue]]:
    """The lists kept by the last read. A store that was never made is not made by a check."""
    url = opened.settings.store.url
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return {}, {}
    from contextlib import closing

    from sync.database import DatabaseUnreachable
    from sync.store import Store

    try:
        # A password of the store is a secret, and a check reads none: then names stay uncompared.
        opening = closing(Store(opened.settings.store.address))
    except (DatabaseUnreachable, LookupError):
        return {}, {}
    with opening as store:
        sites = {
            name: store.mirror.catalogue("tracker", name, TrackerCatalogue) for name in opened.settings.jira
        }
        books = {
            name: store.mirror.catalogue("books", name, BooksCatalogue) for name in opened.settings.quickbooks
        }
    return (
        {name: each for name, each in sites.items() if each is not None},
        {name: each for name, each in books.items() if each is not None},
    )

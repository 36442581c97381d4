"""`milepost check`: configuration and contract files, all problems at once; the first thing to run after an edit."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from cli.opening import Opened, open_settings, refuse
from cli.screen import DONE, console, leave, print_json
from sync.ruleset import Lists, last_lists, read_rules


def schema(kind: Literal["contract", "shared"]) -> None:
    """Print the JSON Schema of a kind of file, for editors."""
    from mappings.tables.schema import json_schema
    from mappings.tables.shape import ContractFile
    from mappings.tables.shared import SharedFile

    print_json(json_schema(ContractFile if kind == "contract" else SharedFile))
    leave(DONE)


def run(config: Path, *, as_json: bool) -> None:
    """Lint files against themselves, and against what Jira and QuickBooks were last seen to have: sound contracts
    also while others have mistakes."""
    settings = open_settings(config, as_json=as_json, secrets=False)
    opened = Opened(settings, read_rules(settings))
    lists = _last_seen(opened)
    problems = lists.problems(opened.book)
    if problems:
        refuse(list(problems), as_json=as_json)
    contracts = opened.book.contracts
    seen = sorted([*lists.sites, *lists.companies])
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


def _last_seen(opened: Opened) -> Lists:
    """The lists kept by the last read. A store that was never made is not made by a check."""
    url = opened.settings.store.url
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return Lists()
    from contextlib import closing

    from sync.store import Store
    from sync.store.database import DatabaseUnreachable

    try:
        # A password of the store is a secret, and a check reads none: then names stay uncompared.
        opening = closing(Store(opened.settings.store.address))
    except (DatabaseUnreachable, LookupError):
        return Lists()
    with opening as store:
        return last_lists(store, opened.settings)

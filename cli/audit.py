"""`milepost audit …`: is the trail whole, what it says of a document, and how it is taken away."""

from __future__ import annotations

from pathlib import Path

from cli.opening import now, open_settings
from cli.pages.trail import show_story
from cli.screen import DONE, PERSON, USAGE, complain, counted, leave, print_json
from cli.work import open_store
from sync.auditing.export import export, exported
from sync.auditing.published import HeadFile, Unreadable, behind
from sync.auditing.story import Story, stories
from sync.auditing.verify import Verified, verify
from sync.chain import Head, stamp
from sync.installation.settings import Settings


def run_verify(config: Path, *, as_json: bool) -> None:
    """Walk the whole audit; the first entry that does not hold is named."""
    settings = open_settings(config, as_json=as_json, secrets=False)
    with open_store(settings) as store:
        published = _published(settings)
        found = verify(store, published)
    if as_json:
        broken = None if found.broken is None else {"seq": found.broken.seq, "reason": found.broken.reason}
        print_json(
            {"whole": broken is None, "entries": found.entries, "head": _head(found), "broken": broken}
        )
    elif found.broken is not None:
        complain([f"Entry {found.broken.seq}: {found.broken.reason}.", _BROKEN])
    else:
        beside = f", and all {counted(len(published), 'published head')} are in it"
        told = beside if settings.audit.head_file else "; no head is published ([audit] head_file)"
        complain([f"All {found.entries} entries hold{told}."])
    leave(DONE if found.broken is None else PERSON)


def run_export(config: Path, folder: Path, since: int, *, private: bool, as_json: bool) -> None:
    """Write the audit into a new folder, with a script that checks it."""
    settings = open_settings(config, as_json=as_json, secrets=False)
    with open_store(settings) as store:
        try:
            made = export(store, folder, now(), since=since, private=private)
        except FileExistsError:
            complain([f"{folder} is there already: name a new folder."])
            leave(USAGE)
    if as_json:
        print_json(
            {"folder": str(made.folder), "first": made.first, "entries": made.entries, "head": made.head.hash}
        )
    else:
        complain(
            [
                f"{made.entries} entries in {made.folder}. Anybody can check them: python {made.folder / 'check.py'}"
                f" {made.folder}"
            ]
        )
    leave(DONE)


def run_explain(config: Path, name: str, source: Path | None, *, as_json: bool) -> None:
    """The story of a document by its number, id in QuickBooks or key, from the audit or an export of it alone."""
    if source is not None:
        found = stories(exported(source), name)
    else:
        with open_store(open_settings(config, as_json=as_json, secrets=False)) as store:
            found = stories(store.audit.entries(), name)
    if not found:
        complain(
            [f"The audit tells of no document called {name!r}: name it by number, id in QuickBooks, or key."]
        )
        leave(USAGE)
    if as_json:
        print_json({"name": name, "documents": [_story_json(story) for story in found]})
    else:
        for story in found:
            show_story(story)
    leave(DONE)


def run_restored(config: Path, why: str, *, as_json: bool) -> None:
    """Go on with a store that was put back from an older copy: the next epoch, and a new file of heads."""
    settings = open_settings(config, as_json=as_json, secrets=False)
    published = _published(settings)
    with open_store(settings) as store:
        lacks = behind(store, published)
        if not lacks:
            complain(["Nothing that was published is missing in this store: there is nothing to say."])
            leave(USAGE)
        aside = HeadFile(Path(settings.audit.head_file)).set_aside(now())
        epoch = store.journal.restored(published[-1].seq, why, now())
    if as_json:
        print_json({"epoch": epoch, "lacked": lacks, "former_heads": str(aside)})
    else:
        complain([f"Recorded; the heads published before are kept in {aside}. Now run `milepost reconcile`."])
    leave(DONE)


def _published(settings: Settings) -> tuple[Head, ...]:
    if not settings.audit.head_file:
        return ()
    try:
        return HeadFile(Path(settings.audit.head_file)).heads()
    except (OSError, Unreadable) as error:
        complain([str(error)])
        leave(USAGE)


def _head(found: Verified) -> dict[str, object]:
    return {"seq": found.head.seq, "hash": found.head.hash}


def _story_json(story: Story) -> dict[str, object]:
    told = [
        {
            "seq": one.seq,
            "at": stamp(one.at),
            "actor": one.actor,
            "what": one.what,
            "details": list(one.details),
        }
        for one in story.told
    ]
    return {"document": story.document, "contract": story.contract, "told": told}


_BROKEN = (
    "Everything before it holds. Keep the store as it is, compare with your last export or backup, and find out who"
    " could write to it."
)

"""What was found in the two systems, said in comments beside what was made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mappings.check.company import settings_of
from mappings.starter.interview import Facts
from mappings.starter.items import items_for, usual_item
from mappings.starter.outline import Outline
from mappings.starter.quoting import listed, quoted
from mappings.starter.sampling import Filled, Sample
from mappings.starter.writing import Remarks
from mappings.words.text import inert
from model.work import Project


def remarks_of(facts: Facts, outline: Outline, projects: Sequence[tuple[Project, int]]) -> Remarks:
    """The remarks on `outline`. `projects` are those of the site by how busy they are."""
    head = (
        f"First contract file for {inert(outline.client)}, made by `milepost init` on {facts.today}.",
        "Decide on what is marked “decide”; `milepost check` names every mistake, `milepost plan` shows the money.",
        "",
        *_of_jira(facts, projects),
        "",
        *_of_books(facts),
    )
    return Remarks(head, dict(_choices(facts)))


def _of_jira(facts: Facts, projects: Sequence[tuple[Project, int]]) -> Iterator[str]:
    sample, project = facts.sample, facts.sample.project
    still, closed = len(sample.open_epics), len(sample.epics) - len(sample.open_epics)
    yield f"Found in Jira, site {facts.site!r}, by the issues that changed last:"
    yield f"- {project.key} {inert(project.name)}: {sample.issues} issues; {still} epics are open, {closed} closed"
    others = [each.key for each, _ in projects if each.id != project.id]
    yield from _said("other projects, the busiest first", listed(others))
    yield from _said("boards", listed(board.name for board in facts.tracker.boards))
    yield from _said("epics still open", listed(f"{each.key} {each.summary}" for each in sample.open_epics))
    yield from _said("labels of epics", _counted(sample.labels))
    yield from _said("fields that could hold a percentage", _used(sample.percents, len(sample.epics)))
    yield from _said("fields that could hold an amount", _used(sample.amounts, len(sample.epics)))
    yield from _said("fields of points", _points(sample))
    yield from _said("fields that could say accepted", _used(sample.acceptances, len(sample.epics)))


def _of_books(facts: Facts) -> Iterator[str]:
    books = facts.books
    currencies = "several currencies" if books.multicurrency else "no other currency"
    yield (
        f"Found in QuickBooks, company {facts.company!r}: {inert(books.name)}, {books.country or 'no country said'},"
        f" books in {books.home_currency}, {currencies}"
    )
    yield from _said("customers", listed(f"{each.name} ({each.currency})" for each in books.clients))
    yield from _said("items for fees", listed(items_for("fee", books.items)))
    none = {"deposit": "none posts to a liability account", "retainage": "none posts to an asset account"}
    for kind, absent in none.items():
        yield from _said(f"items for a {kind}", listed(items_for(kind, books.items)) or absent)
    for each in settings_of(facts.company, books):
        yield f"- mind: {each.reason}. {each.hint}"


def _choices(facts: Facts) -> Iterator[tuple[str, str]]:
    """What stands behind keys that may be left out, as TOML with a comment."""
    books = facts.books
    for key, known in (("terms", books.terms), ("class", books.classes), ("tax_code", books.tax_codes)):
        names = sorted(name for name, _ in known)
        if names:
            yield key, f"{quoted(names[0])}   # QuickBooks has {listed(names)}"
    yield "po", f"{quoted('PO-…')}   # written on each draft"
    item = usual_item("deposit", books.items)
    yield "deposit", "Switch these lines on for one." if item else "Make such an item in QuickBooks first."
    yield "deposit_item", quoted(item or "Client deposits")
    for each in facts.sample.acceptances[:1]:
        if each.on:
            yield "accept", f"{{ field = {quoted(each.info.name)}, is = {quoted('Yes')} }}"


def _said(what: str, names: str) -> Iterator[str]:
    if names:
        yield f"- {what}: {names}"


def _counted(labels: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{listed([label])} on {on}" for label, on in list(labels)[:8])


def _used(fields: Iterable[Filled], epics: int) -> str:
    some = [each for each in fields if each.on] or list(fields)[:1]
    return ", ".join(f"{listed([each.info.name])} on {each.on} of {epics} epics" for each in some[:8])


def _points(sample: Sample) -> str:
    return ", ".join(f"{listed([each.info.name])} on {each.on} issues" for each in sample.points if each.on)

"""What has to be decided for a first contract, question by question, each with what the systems suggest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from mappings.progress.fields import FieldIndex
from mappings.starter.answers import Accept, amount_in, day, identity, one_of, words, worth_in
from mappings.starter.drafts import DRAFTS, usual_draft
from mappings.starter.items import items_for, usual_item
from mappings.starter.likeness import most_like
from mappings.starter.outline import PRICINGS, Outline, Pricing, contract_id
from mappings.starter.sampling import Filled, Sample
from model.billing import BookItem, BooksCatalogue
from model.work import Board, TrackerCatalogue

_BILLABLE = ("billable", "billing", "invoice", "chargeable")
_MOST_SHARES = 40


@dataclass(frozen=True, slots=True)
class Question:
    """One decision. `option` is the word of the command line that answers it, `suggestion` what is taken when
    nobody does ("" when nothing can be), `choices` what there is. `accept` makes of an answer what the file
    says, or raises Mistake. A `minor` one is not asked: its suggestion is taken, also when that is ""."""

    option: str
    text: str
    accept: Accept
    suggestion: str = ""
    choices: tuple[str, ...] = ()
    minor: bool = False


Ask = Callable[[Question], str]


@dataclass(frozen=True, slots=True)
class Facts:
    """What two connected systems show, and their names in the configuration. `today` is the company's."""

    site: str
    company: str
    tracker: TrackerCatalogue
    sample: Sample
    books: BooksCatalogue
    today: date


def interview(facts: Facts, ask: Ask) -> Outline:
    """The contract that the answers of `ask` make. It may answer "" to what it cannot answer, and has to notice
    that itself: the outline is of no use then."""
    client = ask(_client(facts))
    currency = next(
        (each.currency for each in facts.books.clients if each.name == client), facts.books.home_currency
    )
    priced = ask(_price(facts.sample))
    price: Pricing = next((kind for kind in PRICINGS if kind == priced), "even")
    by_field, counted = price in ("percent", "amount"), price in ("points", "issues")
    return Outline(
        id=ask(_id(client, facts.sample.project.key)),
        client=client,
        company=facts.company,
        site=facts.site,
        currency=currency,
        project=facts.sample.project.key,
        price=price,
        item=ask(_item(facts.books.items)),
        starts=date.fromisoformat(ask(_starts(facts.today)) or facts.today.isoformat()),
        draft=ask(_draft(facts.books)),
        value=ask(_value(currency, minor=priced not in ("percent", "even"))),
        field=ask(_field(facts, price)) if by_field else "",
        rate=ask(_rate(price, currency)) if counted else "",
        board=ask(_board(facts.tracker.boards)) if counted else "",
        label=ask(_label(facts.sample)) if price != "even" else "",
        epics=tuple(epic.key for epic in facts.sample.open_epics) if price == "even" else (),
    )


def _client(facts: Facts) -> Question:
    names = tuple(sorted(client.name for client in facts.books.clients))
    project = facts.sample.project
    likely = names[0] if len(names) == 1 else most_like(f"{project.name} {project.key}", names)
    text = f"the customer of {facts.books.name!r} who pays for {project.key} {project.name}"
    return Question("client", text, one_of("customer", names), likely, names)


def _price(sample: Sample) -> Question:
    named: dict[Pricing, bool] = {
        "percent": bool(sample.percents),
        "amount": bool(sample.amounts),
        "points": bool(sample.points),
        "issues": True,
        "even": 0 < len(sample.open_epics) <= _MOST_SHARES,
    }
    choices = tuple(kind for kind in PRICINGS if named[kind])
    filled = {"percent": sample.percents, "amount": sample.amounts}
    used = [kind for kind, fields in filled.items() if any(each.on for each in fields)]
    likely = next(iter([*used, *(kind for kind in choices if kind == "even")]), "")
    text = "how work is priced: the percent or amount in a field of the epic, points, issues, or even shares"
    return Question("price", text, one_of("such price here:", choices), likely, choices)


def _draft(books: BooksCatalogue) -> Question:
    text = "what a draft is in QuickBooks"
    return Question("draft", text, one_of("kind of draft", DRAFTS), usual_draft(books), DRAFTS, minor=True)


def _item(items: Iterable[BookItem]) -> Question:
    items = tuple(items)
    names = items_for("fee", items)
    text = "the item of fees, which posts to an income account"
    return Question(
        "item", text, one_of("item with an income account called", names), usual_item("fee", items), names
    )


def _field(facts: Facts, price: Pricing) -> Question:
    candidates = facts.sample.percents if price == "percent" else facts.sample.amounts
    names = tuple(dict.fromkeys(each.info.name for each in candidates))
    project, index = facts.sample.project, FieldIndex(facts.tracker)

    def accept(text: str) -> str:
        name = one_of(f"number field for the {price} called", names)(text)
        same = [each.info.id for each in candidates if each.info.name == name]
        return name if isinstance(index.resolve(name, project.id), str) else same[0]

    return Question(
        "field", f"the field that holds the {price}", accept, _first(candidates), names, minor=True
    )


def _first(candidates: tuple[Filled, ...]) -> str:
    return candidates[0].info.name if candidates else ""


def _value(currency: str, *, minor: bool) -> Question:
    text = f"the value of the whole contract in {currency}, such as 120000.00"
    return Question("value", text, amount_in(currency) if minor else worth_in(currency), minor=minor)


def _rate(price: Pricing, currency: str) -> Question:
    one = "story point" if price == "points" else "issue"
    return Question("rate", f"what one {one} costs in {currency}, such as 150.00", amount_in(currency))


def _board(boards: Iterable[Board]) -> Question:
    scrum = [board for board in boards if board.kind == "scrum"]
    names = [board.name for board in scrum]
    words = {board.name if names.count(board.name) == 1 else board.id: board for board in scrum}
    choices = tuple(sorted(words))
    text = "the board whose sprints are billed"
    return Question(
        "board", text, one_of("scrum board", choices), next(iter(choices), ""), choices, minor=True
    )


def _label(sample: Sample) -> Question:
    labels = tuple(label for label, _ in sample.labels)
    likely = next((label for label in labels if label.casefold() in _BILLABLE), "")
    return Question("label", "the label of epics that are billed", words, likely, labels, minor=True)


def _id(client: str, key: str) -> Question:
    return Question("id", "the contract's name for ever", identity, contract_id(client, key), minor=True)


def _starts(today: date) -> Question:
    text = "the day from which closed work is billed"
    return Question("starts", text, day, today.isoformat(), minor=True)

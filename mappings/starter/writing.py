"""An outline as the text of a contract file: readable by whoever has to decide on it, and valid as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

from mappings.starter.drafts import said_of
from mappings.starter.outline import Outline
from mappings.starter.quoting import quoted, remark
from mappings.words.numbers import plain
from model.money import Money

_COLUMN = 40  # where a remark behind a key begins


@dataclass(frozen=True, slots=True)
class Remarks:
    """What a person should know: lines at the `head`, and what there is to choose from, by key of the file."""

    head: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)


def contract_text(outline: Outline, remarks: Remarks) -> str:
    """The file."""
    parts = [
        [remark(line) if line else "#" for line in remarks.head],
        list(_contract(outline, remarks.choices)),
        list(_deposit(outline, remarks.choices)),
        list(_retainage(outline)),
        list(_write_back(outline)),
        *(list(each) for each in _milestones(outline, remarks.choices)),
        list(_example(outline)),
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _contract(outline: Outline, choices: Mapping[str, str]) -> Iterator[str]:
    yield "[contract]"
    yield _line("id", quoted(outline.id), "for ever: what is billed is remembered under it")
    yield _line("client", quoted(outline.client), "decide: the customer in QuickBooks who pays")
    yield _line("company", quoted(outline.company), f"[quickbooks.{outline.company}] in config.toml")
    yield _line("site", quoted(outline.site), f"[jira.{outline.site}] in config.toml")
    yield _line("currency", quoted(outline.currency), "the customer's, fixed in QuickBooks")
    if outline.value:
        yield _line("value", quoted(outline.value), "decide: the whole contract")
    starts = "decide: work closed before this day is left alone, and shown as such"
    yield _line("starts", outline.starts.isoformat(), starts)
    yield from _optional("terms", outline.terms, choices)
    yield from _optional("po", outline.po, choices)
    yield from (f"# {line}" for line in said_of(outline.draft))
    yield f"draft = {quoted(outline.draft)}"
    yield _line("item", quoted(outline.item), "decide: where fees are posted")
    yield from _optional("class", outline.klass, choices)
    yield from _optional("tax_code", "", choices)


def _deposit(outline: Outline, choices: Mapping[str, str]) -> Iterator[str]:
    if outline.deposit:
        yield "[deposit]"
        yield _line("amount", quoted(outline.deposit), "decide: billed before the work")
        yield _line("when", '"start"', "or a day such as 2026-01-15")
        yield _line("item", quoted(outline.deposit_item), "posts to a liability account")
    elif "deposit" in choices:
        yield "# A deposit is billed before the work, on an item that posts to a liability account."
        yield remark(choices["deposit"])
        yield "# [deposit]"
        yield '# amount = "20 %"'
        yield '# when = "start"'
        yield f"# item = {choices.get('deposit_item', quoted('Client deposits'))}"


def _retainage(outline: Outline) -> Iterator[str]:
    if outline.retainage:
        yield "[retainage]"
        yield _line("hold", quoted(outline.retainage), "withheld of each bill")
        yield _line("release", outline.release, "billed on this day")
        yield _line("item", quoted(outline.retainage_item), "posts to an asset account")


def _write_back(outline: Outline) -> Iterator[str]:
    if not outline.board:
        yield "# Each billed epic can say in Jira which invoice bills it, and how that stands. The login then needs the"
        yield "# rights to edit and to link issues there."
        yield "# [write_back]"
        yield _line("# amount", "false", "true: also how much; whoever sees the epic sees it")


def _milestones(outline: Outline, choices: Mapping[str, str]) -> Iterator[Iterable[str]]:
    if outline.price == "even":
        for key, share in shares(outline.epics).items():
            yield _milestone(key, f"{{ epic = {quoted(key)} }}", f'{{ percent = "{plain(share)} %" }}')
        return
    price = {
        "percent": f"{{ percent = {{ field = {quoted(outline.field)} }} }}",
        "amount": f"{{ amount = {{ field = {quoted(outline.field)} }} }}",
        "points": f"{{ per_point = {quoted(outline.rate)} }}",
        "issues": f"{{ per_issue = {quoted(outline.rate)} }}",
    }[outline.price]
    rule = "sprints" if outline.board else "epics"
    lines = _milestone(rule, _work(outline), price)
    if not outline.board and "accept" in choices:
        lines.append(f"# accept = {choices['accept']}   # held until then")
    yield lines


def _milestone(rule: str, work: str, price: str) -> list[str]:
    return [
        "[[milestone]]",
        f"rule = {quoted(rule)}",
        'phase = "delivery"',
        f"work = {work}",
        f"price = {price}",
    ]


def _work(outline: Outline) -> str:
    if outline.board:
        return f"{{ sprints = {{ board = {quoted(outline.board)} }} }}"
    label = f", label = {quoted(outline.label)}" if outline.label else ""
    return f"{{ epics = {{ project = {quoted(outline.project)}{label} }} }}"


def _example(outline: Outline) -> Iterator[str]:
    """One example that holds: it shows what the rule means in money, and how to write another."""
    given, amount = _case(outline)
    yield "[[example]]   # checked by `milepost check`: work as given ends as expected"
    yield f"given = {{ {given}, closed = {outline.starts.isoformat()} }}"
    yield f"expect = {{ amount = {quoted(str(amount.decimal))} }}"


def _case(outline: Outline) -> tuple[str, Money]:
    epic = f"epic = {quoted(next(iter(outline.epics), f'{outline.project}-1'))}"
    if outline.label:
        epic += f", label = {quoted(outline.label)}"
    if outline.board:
        epic = f"sprint = {quoted('Sprint 1')}, board = {quoted(outline.board)}"
    match outline.price:
        case "percent":
            return f"{epic}, {quoted(outline.field)} = 10", _value(outline).times(Fraction(1, 10))
        case "amount":
            return f"{epic}, {quoted(outline.field)} = 1000", Money.of(1000, outline.currency)
        case "even":
            first = Fraction(next(iter(shares(outline.epics).values())))
            return epic, _value(outline).times(first / 100)
    counted = "points" if outline.price == "points" else "issues"
    return f"{epic}, {counted} = 3", Money.of(outline.rate, outline.currency).times(3)


def shares(epics: Iterable[str]) -> dict[str, Decimal]:
    """The hundred percent of a contract over its epics, in two decimals; the last one takes what is left."""
    keys = list(epics)
    if not keys:
        return {}
    each = (Decimal(100) / len(keys)).quantize(Decimal("0.01"), ROUND_DOWN)
    return dict.fromkeys(keys, each) | {keys[-1]: 100 - each * (len(keys) - 1)}


def _value(outline: Outline) -> Money:
    return Money.of(outline.value, outline.currency)


def _optional(key: str, value: str, choices: Mapping[str, str]) -> Iterator[str]:
    """A key that may be left out: as it is given, or as a line to be switched on."""
    if value:
        yield f"{key} = {quoted(value)}"
    elif key in choices:
        yield f"# {key} = {choices[key]}"


def _line(key: str, value: str, said: str) -> str:
    return f"{f'{key} = {value}':<{_COLUMN}}{remark(said)}"

"""A small Jira world and its contract, in words short enough to state a case in one line of a test."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from mappings.contract.book import RuleBook
from mappings.contract.rules import Contract
from mappings.load import parse_contract
from mappings.progress.verdict import Verdict
from mappings.translate import translate
from model.billing import Charge, Claim
from model.money import Money
from model.work import Board, Change, FieldInfo, Issue, Mirror, Project, Sprint, TrackerCatalogue, Version

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ZONE = "Europe/Berlin"
BILLING, ACCEPTED, AMOUNT, POINTS = "customfield_1", "customfield_2", "customfield_3", "customfield_4"

CATALOGUE = TrackerCatalogue(
    site="site-1",
    base_url="https://acme.example",
    account_id="a",
    account_zone="UTC",
    projects=(Project("1", "ACME", "Acme", "classic"), Project("2", "BETA", "Beta", "next-gen")),
    boards=(Board("7", "ACME board", "scrum", "1"),),
    fields=(
        FieldInfo(BILLING, "Billing %", "float", None),
        FieldInfo(ACCEPTED, "Client accepted", "option", None),
        FieldInfo(AMOUNT, "Amount", "float", None),
        FieldInfo(POINTS, "Story Points", "float", None),
    ),
)

HEAD = """
[contract]
id = "acme"
client = "Acme Corp"
company = "main"
site = "main"
currency = "USD"
value = "1000.00"
starts = 2026-01-01
draft = "unsent_invoice"
item = "Services"
"""


def day(number: int, month: int = 3) -> datetime:
    """Noon of a day of 2026."""
    return datetime(2026, month, number, 12, tzinfo=UTC)


def contract(text: str, *, head: str = HEAD, file: str = "acme.toml") -> Contract:
    """The contract of `head` and rules; any problem fails the test."""
    found, problems = parse_contract(head + text, file)
    assert found is not None, "\n".join(map(str, problems))
    return found


def milestone(work: str, price: str, more: str = "", rule: str = "work") -> str:
    """One [[milestone]]."""
    return f'[[milestone]]\nrule = "{rule}"\nphase = "delivery"\nwork = {work}\nprice = {price}\n{more}\n'


EPICS = '{ epics = { project = "ACME" } }'
SPRINTS = '{ sprints = { board = "ACME board" } }'


def steps(field: str, *values: tuple[datetime, str, str]) -> list[Change]:
    """Changes of one field: (when, old, new)."""
    return [Change("0", at, "someone", field, old, new) for at, old, new in values]


def issue(
    number: int,
    *,
    level: int = 0,
    closed: datetime | None = None,
    reopened: datetime | None = None,
    parent: int | None = None,
    sprints: Sequence[str] = (),
    fields: dict[str, str] | None = None,
    history: Iterable[Change] = (),
    project: tuple[str, str] = ("1", "ACME"),
    summary: str = "Work",
    labels: Sequence[str] = (),
    versions: Sequence[str] = (),
    resolution: str | None = None,
) -> Issue:
    """An issue created on 1 January; `closed` and `reopened` also write its history."""
    changes = list(history)
    if closed:
        changes += steps("category", (closed, "indeterminate", "done"))
    if reopened:
        changes += steps("category", (reopened, "done", "indeterminate"))
    changes.sort(key=lambda change: change.at)
    done = closed is not None and reopened is None
    return Issue(
        id=str(10000 + number),
        key=f"{project[1]}-{number}",
        project_id=project[0],
        project_key=project[1],
        summary=summary,
        type_name="Epic" if level else "Story",
        level=level,
        status="Done" if done else "In Progress",
        category="done" if done else "indeterminate",
        resolution=resolution or ("Done" if done else None),
        parent_id=str(10000 + parent) if parent else None,
        labels=tuple(labels),
        components=(),
        sprint_ids=tuple(sprints),
        fields={name: (value,) for name, value in (fields or {}).items()},
        created_at=day(1, 1),
        updated_at=NOW,
        history=tuple(replace(change, id=str(index)) for index, change in enumerate(changes)),
        version_ids=tuple(versions),
    )


def epic(number: int, **more: object) -> Issue:
    """An epic."""
    return issue(number, level=1, **more)  # type: ignore[arg-type]


def story(number: int, points: str | None = "3", **more: object) -> Issue:
    """An issue with story points."""
    fields = {POINTS: points} if points is not None else {}
    return issue(number, fields=fields, **more)  # type: ignore[arg-type]


def fee(number: int, amount: str, closed: int | None = None) -> Issue:
    """An epic with its amount in a field, closed on a day of March: that of its number, unless it is said."""
    return epic(number, closed=day(closed or number), fields={AMOUNT: amount})


def sprint(
    number: int, *, start: datetime, completed: datetime | None, name: str = "", board: str = "ACME board"
) -> Sprint:
    """A sprint of the ACME board, closed when `completed` is given."""
    state = "closed" if completed else "active"
    end = start + timedelta(days=14)
    return Sprint(str(number), name or f"Sprint {number}", state, "7", board, start, end, completed)


def version(number: int, name: str, released: date | None = None, *, state: bool | None = None) -> Version:
    """A fix version of ACME, released on a day, or with `state` without or before one."""
    return Version(
        str(number), name, "1", "ACME", released is not None if state is None else state, False, released
    )


def mirror(
    *work: Issue | Sprint | Version,
    hidden: Iterable[str] = (),
    hidden_projects: Iterable[str] = (),
    hidden_versions: Iterable[str] = (),
) -> Mirror:
    """A mirror of the ACME site."""
    issues = {each.id: each for each in work if isinstance(each, Issue)}
    sprints = {each.id: each for each in work if isinstance(each, Sprint)}
    versions = {each.id: each for each in work if isinstance(each, Version)}
    return Mirror(
        CATALOGUE,
        issues,
        sprints,
        frozenset(hidden),
        frozenset(hidden_projects),
        frozenset(hidden_versions),
        versions,
    )


def judged(
    rules: Contract,
    seen: Mirror,
    claims: Sequence[Claim] = (),
    *,
    others: Sequence[Contract] = (),
    recorded: Sequence[Contract] = (),
    now: datetime = NOW,
) -> dict[str, Verdict]:
    """The verdicts of `rules` by key."""
    book = RuleBook(tuple(sorted((rules, *others), key=lambda each: each.id)))
    versions = {each.version: each for each in (rules, *recorded)}
    verdicts = translate(rules, book, seen, versions, claims, ZONE, now)
    assert len({verdict.charge_key for verdict in verdicts}) == len(verdicts)
    return {verdict.key: verdict for verdict in verdicts}


def claim(charge: Charge, at: datetime = NOW, **more: object) -> Claim:
    """A claim that bills the whole of `charge`."""
    made = Claim(
        charge_key=charge.key,
        payer="client",
        document_key=f"{charge.key}#1",
        amount=charge.entitled,
        share=charge.share,
        rule_version=charge.rule_version,
        recorded_at=at,
        leaves=charge.leaves,
        rule=charge.rule,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def due(verdict: Verdict) -> Charge:
    """The charge of a verdict that must be due."""
    assert verdict.charge is not None, (verdict.code, verdict.reason)
    return verdict.charge


def usd(text: str) -> Money:
    """Dollars."""
    return Money.of(text, "USD")

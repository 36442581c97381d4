"""Reads the planning cases of tests/cases: work in Jira and what the ledger holds, in a few words each."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sync_bench import START, ZONE, Epic, book_of, rules, site_of, usd

from mappings.contract.book import RuleBook
from mappings.progress.verdict import Verdict
from mappings.translate import translate
from model.billing import Claim, Document, DocumentLine, DocumentState, DraftLine
from model.decision import Decision
from model.money import Money, total
from model.work import Issue, Mirror
from sync.planning.actions import Action, ClaimStep, ContractPlan
from sync.planning.decided import fingerprint
from sync.planning.observe import GONE
from sync.planning.plan import plan_contract
from sync.planning.terms import Terms
from sync.planning.views import Account, Head, Pending

FOLDER = Path(__file__).parents[1] / "cases"
NOW = START + timedelta(days=1)
REALM = "9000"
MARKER = "[MP-0123456789]"
#: States that only an estimate comes to.
ESTIMATED = frozenset(
    {DocumentState.ACCEPTED, DocumentState.CONVERTED, DocumentState.REJECTED, DocumentState.EXPIRED}
)
SERVICE_PATIENCE = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its file and the words in it."""

    file: str
    words: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.file}: {self.words['name']}"


def cases() -> list[Case]:
    """Every case of every file."""
    return [
        Case(file.stem, words)
        for file in sorted(FOLDER.glob("*.toml"))
        for words in tomllib.loads(file.read_text())["case"]
    ]


def planned(case: Case) -> ContractPlan:
    """What the planner makes of the case."""
    words = case.words
    now = words.get("now", NOW)
    contract = _book(words).contracts[0]
    recorded = {contract.version: contract}
    account = _account(words, _book(words))
    verdicts = judged(case)
    patience = timedelta(0) if words.get("by_hand") else SERVICE_PATIENCE
    terms = Terms(
        now,
        ZONE,
        REALM,
        words.get("items", {}),
        lambda key: MARKER,
        now - patience,
        written=_written(account),
    )
    plan = plan_contract(contract, verdicts, account, recorded, terms)
    if "decided" in words:
        made = tuple(_decision(each, plan, account) for each in words["decided"])
        plan = plan_contract(contract, verdicts, replace(account, decisions=made), recorded, terms)
    return plan


def _decision(given: Mapping[str, Any], plan: ContractPlan, account: Account) -> Decision:
    """A decision on what the plan says without it; `stale` ones were made on something else."""
    about = key_of(given["on"])
    asked = [each for each in plan.findings if (each.ref, each.code) == (about, given.get("code"))]
    seen = fingerprint(asked[0], account) if asked and not given.get("stale") else "moved since"
    detail = {"code": given.get("code", "work.undone"), "seen": seen, "payer": "client"}
    detail["version"] = given.get("version", plan.rule_version)
    detail["document"] = _document_key(given["document"]) if "document" in given else ""
    return Decision("acme", about, given["choice"], detail, "ada", "by phone", 1, START)


def _written(account: Account) -> Callable[[str, str], DraftLine | None]:
    """The lines that the claims of a case stand on, as they were drafted."""
    lines = {
        (claim.document_key, claim.charge_key): DraftLine(
            claim.charge_key, claim.payer, claim.amount, Decimal(1), claim.amount.decimal, "Work", "Consulting",
            None, None, START.date(), None, claim.rule, claim.rule_version,
        )
        for claim in account.claims
    }  # fmt: skip
    return lambda document_key, charge_key: lines.get((document_key, charge_key))


def judged(case: Case) -> tuple[Verdict, ...]:
    """What the rules say of the case."""
    words, book = case.words, _book(case.words)
    contract, account = book.contracts[0], _account(case.words, book)
    recorded = {contract.version: contract}
    now = words.get("now", NOW)
    return translate(contract, book, _mirror(words), recorded, account.standing_claims(REALM), ZONE, now)


def _book(words: Mapping[str, Any]) -> RuleBook:
    return book_of(rules(**words.get("contract", {})))


def key_of(name: str) -> str:
    """The charge key of "ACME-1", "deposit", "release", "draw ACME-1" or "retainage phase:delivery"."""
    kind, _, about = name.rpartition(" ")
    if about.startswith("ACME-"):
        return f"acme|acme-cloud/epic/{10000 + int(about.rpartition('-')[2])}|{kind or 'fee'}"
    return f"acme|{about}|{kind}" if kind else f"acme|contract|{about}"


def _document_key(invoice: str) -> str:
    group, _, number = invoice.partition("#")
    group, _, payer = group.partition("@")
    key = f"acme|{group}" if group.startswith(("phase:", "run:", "month:")) else key_of(group)
    return f"{key}|{payer}#{number}" if payer else f"{key}#{number}"


def _name(key: str) -> str:
    """The words of a charge key, of a document key or of what a finding refers to: "ACME-1", "ACME-1@labs#1",
    "phase:delivery#1", "draw ACME-1"."""
    body, mark, number = key.partition("#")
    _, about, *rest = body.split("|")
    if "/" in about:
        about = f"ACME-{int(about.rpartition('/')[2]) - 10000}"
    if about == "contract":
        about, rest = rest[0], rest[1:]
    elif rest and rest[0] in ("fee", "late", "retainage", "draw"):
        kind, rest = rest[0], rest[1:]
        about = about if kind == "fee" else f"{kind} {about}"
    payer = f"@{rest[0]}" if rest and mark else ""
    return f"{about}{payer}{mark}{number}"


def _mirror(words: Mapping[str, Any]) -> Mirror:
    issues: list[Issue] = []
    hidden = set()
    for given in words["work"]:
        turns = {"open": 0, "closed": 1, "reopened": 2}[given.get("is", "closed")]
        number = int(given["epic"].rpartition("-")[2])
        epic = Epic(
            number,
            given.get("amount"),
            tuple(datetime(2026, 2, 1 + turn, 12, tzinfo=UTC) for turn in range(turns)),
            (given.get("label", "billable"),),
            child=given.get("child", "none"),
        )
        issues += epic.issues("acme")
        if given.get("hidden"):
            hidden.add(issues[-1].id)
    return Mirror(site_of("acme"), {issue.id: issue for issue in issues}, {}, frozenset(hidden))


def _account(words: Mapping[str, Any], book: RuleBook) -> Account:
    claims, heads = [], {}
    for number, given in enumerate(words.get("books", ()), 1):
        key = _document_key(given["invoice"])
        lines = given.get("lines") or [given | {"epic": given["invoice"].partition("#")[0].partition("@")[0]}]
        payer = given["invoice"].partition("#")[0].partition("@")[2] or "client"
        own = [_claim(line, key, payer, book.contracts[0].version) for line in lines]
        claims += own
        heads[key] = _head(given, key, own, number, [line.get("shows") for line in lines])
    pending = tuple(_pending(given) for given in words.get("writes", ()))
    for intent in pending:
        heads.setdefault(
            intent.document_key, Head(intent.document_key, REALM, DocumentState.UNKNOWN, True, None, {})
        )
    return Account(7, tuple(claims), heads, pending)


def _claim(given: Mapping[str, Any], key: str, payer: str, version: str) -> Claim:
    return Claim(
        charge_key=key_of(given["epic"]),
        payer=payer,
        document_key=key,
        amount=usd(given["claimed"]),
        share=None,
        rule_version=version,
        recorded_at=given.get("at", START),
        ended=given.get("ended"),
        waived=usd(given["waived"]) if "waived" in given else None,
    )


def _head(
    given: Mapping[str, Any], key: str, claims: list[Claim], number: int, shown_as: list[str | None]
) -> Head:
    state = DocumentState(given["state"])
    shows = [usd(each) if each else claim.net for each, claim in zip(shown_as, claims, strict=True)]
    lines = tuple(DocumentLine(str(id_), amount, "Work") for id_, amount in enumerate(shows, 1))
    sum_ = total(shows, "USD")
    shown = Document(
        str(number), "3", str(1000 + number), state, "1", "USD", sum_, sum_, None, MARKER,
        () if state in GONE else lines, "", START, "",
    )  # fmt: skip
    if state in ESTIMATED:
        shown = replace(shown, kind="estimate")
    if given.get("paid"):
        shown = replace(shown, balance=sum_ - usd(given["paid"]))
    live = {claim.charge_key: line.id for claim, line in zip(claims, lines, strict=True) if not claim.ended}
    realm = given.get("company", REALM)
    return Head(key, realm, state, given.get("window", "open") == "open", shown, live)


def _pending(given: Mapping[str, Any]) -> Pending:
    key = _document_key(given["invoice"])
    refused = given["state"] == "refused"
    claims = (
        {key_of(given.get("epic") or given["invoice"].partition("#")[0]): usd(given["amount"])}
        if "amount" in given
        else {}
    )  # a void claims nothing
    return Pending(
        document_key=key,
        charge_keys=frozenset(claims),
        state=given["state"],
        problem=given.get("problem", ""),
        hint="",
        refused_at=NOW - timedelta(hours=given["hours_ago"]) if refused else None,
        amount=claims,
    )


def in_words(plan: ContractPlan) -> dict[str, list[str]]:
    """The plan in the words of the cases: what it does, what it says to whom, where the money stands."""
    return {
        "does": [_action(action) for action in plan.actions],
        "says": [f"{_name(each.ref)} {each.code}, {each.owner}" for each in plan.findings],
        "stands": [
            f"{_name(each.charge_key)} {each.bucket} {'?' if each.amount is None else each.amount.decimal}"
            for each in plan.positions
        ],
    }


def sentences(plan: ContractPlan) -> str:
    """Everything that the plan tells people."""
    told = [f"{each.reason} {each.hint}" for each in plan.findings]
    return "\n".join([*told, *(each.reason for each in plan.positions)])


def _action(action: Action) -> str:
    said = f"{action.kind} {_name(action.document_key)}"
    if action.kind == "withdraw":
        return said
    steps = action.steps()
    for step in steps:
        assert step.line.amount == Money.rounded(step.line.quantity * Decimal(step.line.unit_price), "USD")
    if (
        len(steps) == 1
        and not action.removals
        and (action.draft or action.changes)
        and "|fee" in action.document_key
    ):
        return f"{said}{_before(steps[0])} to {steps[0].line.amount.decimal}"
    new = [f"{_name(step.charge_key)}{_before(step)} to {step.line.amount.decimal}" for step in steps]
    gone = [f"without {_name(each.charge_key)}" for each in action.removals]
    return f"{said}: {', '.join([*new, *gone])}"


def _before(step: ClaimStep) -> str:
    before = step.line.amount - step.amount
    return f" from {before.decimal}" if before else ""

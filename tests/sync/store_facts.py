"""Short ways to put intents and facts into a store, through its own public methods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from connectors.ports import WriteRequest
from model.billing import Document, DocumentLine, DocumentState, DraftLine, InvoiceDraft, Leaf
from model.money import Money
from sync.planning.actions import Action, ContractPlan, LineChange
from sync.planning.intent import Job, Postponement, Settlement
from sync.store import Store
from sync.store.database import reading
from sync.store.intake import Prepared, enqueue
from sync.store.outbox import lease_name
from sync.store.rules import Source
from sync.store.schema import metadata

NOW = datetime(2026, 2, 3, 15, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
REALM = "9000"
LASTS = timedelta(minutes=1)
ME, ANOTHER = "elsewhere/boot/pid:[1]/7/100#me", "elsewhere/boot/pid:[1]/8/100#another"
SEND_BY = NOW + timedelta(seconds=30)
REQUEST = WriteRequest("create", None, b'{"amount":10000}')


def usd(text: str) -> Money:
    """Dollars."""
    return Money.of(text, "USD")


def charge_key(work: int = 1) -> str:
    """The fee of an epic."""
    return f"acme|cloud/epic/{work}|fee"


def a_line(work: int = 1, amount: str = "100.00") -> DraftLine:
    """A line for an epic with one leaf."""
    return DraftLine(
        charge_key(work), "client", usd(amount), Decimal(1), Decimal(amount), f"ACME-{work}", "Consulting",
        None, None, date(2026, 2, 3), None, "epics", "v1", (Leaf(f"5{work}", f"ACME-5{work}", Decimal(3)),),
    )  # fmt: skip


def a_create(work: int = 1, amount: str = "100.00", number: int = 1) -> Action:
    """The draft of one epic."""
    key = f"{charge_key(work)}#{number}"
    marker = f"[MP-{work:05}{number:05}]"
    day = date(2026, 2, 3)
    draft = InvoiceDraft(
        key, "acme", "main", "Acme Corp", "USD", day, None, "", marker, (a_line(work, amount),)
    )
    return Action("create", key, "acme", "main", "Acme Corp", f"ACME-{work}", "closed", usd(amount), draft)


def an_update(work: int = 1, before: str = "100.00", amount: str = "150.00") -> Action:
    """The line of an epic's draft set to another amount."""
    change = LineChange("1", usd(before), None, a_line(work, amount))
    base = replace(a_create(work), draft=None, amount=usd(amount), external_id=f"4{work}", base_version="0")
    return replace(base, kind="update", reason="amount up", changes=(change,))


def a_withdrawal(work: int = 1) -> Action:
    """The void of an epic's draft."""
    base = replace(a_create(work), draft=None, external_id=f"4{work}", base_version="0")
    return replace(base, kind="withdraw", reason="reopened")


def a_document(
    work: int = 1, amount: str = "100.00", version: str = "0", state: DocumentState = DocumentState.DRAFT
) -> Document:
    """The epic's invoice as QuickBooks shows it."""
    total = usd(amount)
    return Document(
        external_id=f"4{work}",
        version=version,
        number=f"10{work}",
        state=state,
        client_id="1",
        currency="USD",
        total=total,
        balance=total,
        invoice_date=date(2026, 2, 3),
        marker=None,
        lines=() if state is DocumentState.DELETED else (DocumentLine("1", total, f"ACME-{work}"),),
        content=f"{amount} in version {version}",
        changed_at=NOW,
        raw="{}",
    )


def in_force(store: Store, *contracts: str, version: str = "v1") -> None:
    """Put a version of these contracts' rules (by default of acme's) in force."""
    names = contracts or ("acme",)
    sources = {name: Source(name, version, f"{name}.toml", f"# {name} {version}") for name in names}
    store.rules.put_in_force(sources, NOW)


def revision_of(store: Store, contract: str = "acme") -> int:
    """The ledger's revision of a contract."""
    return store.accounts.account(contract, NOW).revision


def plan_of(store: Store, *actions: Action) -> ContractPlan:
    """A plan on the present revision and rules."""
    (version,) = {row["rule_version"] for row in rows(store, "contract_state") if row["contract"] == "acme"}
    return ContractPlan("acme", version, revision_of(store), actions, (), ())


def prepared(action: Action, inputs: Mapping[str, int] | None = None) -> Prepared:
    """The action with its review window and inputs."""
    until = NOW + timedelta(hours=8)
    return Prepared(action, REALM, until, {step.charge_key: inputs or {} for step in action.steps()})


def take_in(store: Store, *actions: Action, inputs: Mapping[str, int] | None = None) -> bool:
    """Store these intents on the present revision."""
    prepared_ = [prepared(action, inputs) for action in actions]
    return enqueue(store.engine, plan_of(store, *actions), "digest", prepared_, NOW)


def fence_of(store: Store, holder: str = ME, now: datetime = NOW) -> int:
    """Take the company's lease."""
    fence = store.leases.acquire(lease_name(REALM), holder, now, LASTS)
    assert fence is not None
    return fence


def due(store: Store, now: datetime = NOW) -> Job:
    """The intent that is next."""
    job = store.outbox.due(REALM, now)
    assert job is not None
    return job


def with_bytes(store: Store, job: Job, request: WriteRequest = REQUEST) -> Job:
    """The intent with its first bytes."""
    made = store.outbox.add_generation(job, f"request-{job.intent}", request, job.action.base_version, NOW)
    assert made is not None
    return made


def begun(store: Store, *actions: Action) -> Job:
    """An intent that is being sent under our lease; `actions` are taken in first."""
    if actions:
        assert take_in(store, *actions)
    job = store.outbox.begin(with_bytes(store, due(store)), fence_of(store), SEND_BY, NOW)
    assert job is not None
    return job


def settled(store: Store, action: Action, shown: Document) -> None:
    """An action that went all the way."""
    job = begun(store, action)
    lines = {step.charge_key: "1" for step in action.steps()}
    assert store.outbox.settle(job, Settlement(shown, lines, untouched=True), NOW)


def billed(store: Store, work: int = 1, amount: str = "100.00") -> None:
    """An epic with a settled draft."""
    settled(store, a_create(work, amount), a_document(work, amount))


def postponed(state: str = "unknown", at: datetime = LATER) -> Postponement:
    """A reason to wait."""
    return Postponement(state, at, at if state == "unknown" else None, "no answer", "It is looked up.")


def dump(store: Store) -> dict[str, frozenset[str]]:
    """Every row of every table, as text."""
    with reading(store.engine) as connection:
        return {
            table.name: frozenset(repr(tuple(row)) for row in connection.execute(select(table)))
            for table in metadata.sorted_tables
        }


def rows(store: Store, table: str) -> list[dict[str, Any]]:
    """The rows of one table, in order."""
    found = metadata.tables[table]
    with reading(store.engine) as connection:
        query = select(found).order_by(*found.primary_key.columns)
        return [dict(row) for row in connection.execute(query).mappings()]

"""`milepost explain`: why billed or why not, what an invoice bills, where a contract stands."""

from __future__ import annotations

from pathlib import Path

from cli.opening import now, open_files
from cli.pages.explanation import show_document, show_explanation
from cli.pages.statement import show_statement
from cli.screen import DONE, USAGE, complain, leave, print_json
from cli.work import open_for_looking
from sync.telling.document import explain_documents
from sync.telling.explained import document_json, explanation_json, statement_json
from sync.telling.work import explain_work, state_contract


def run(config: Path, key: str, *, as_json: bool) -> None:
    """Explain one piece of work, every line of an invoice, or where a contract stands, from the store alone."""
    opened = open_files(config, as_json=as_json, secrets=False)
    with open_for_looking(opened) as engine:
        plan = engine.plan(engine.last_read())
        found = explain_work(engine, plan, key, now())
        stated = state_contract(engine.store, plan, key, now())
        documents = explain_documents(engine, plan, key, now())
    if not found and stated is None and not documents:
        said = f"Nothing called {key!r} was seen in the work that the contract files reach, and no invoice of ours."
        complain([said, _HINT])
        leave(USAGE)
    if as_json:
        told = {
            "key": key,
            "work": [explanation_json(each) for each in found],
            "statement": statement_json(stated) if stated else None,
            "documents": [document_json(each) for each in documents],
        }
        print_json(told)
    else:
        if stated is not None:
            show_statement(stated)
        for each in found:
            show_explanation(each)
        for document in documents:
            show_document(document)
    leave(DONE)


_HINT = (
    "Name an epic or one of its issues by key, a sprint by name or id, a version as `ACME 2.0`, a date or an "
    "acceptance by its name, `deposit`, `retainage`, `expense:id`, `change:id`, a contract by its id, or one of our "
    "invoices by its number, its id in QuickBooks or its marker; `milepost plan` reads anew."
)

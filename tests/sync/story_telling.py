"""What an apply of a story did and says, in sentences: writes with their lines, findings, sums."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from mappings.money.statement import statement_of
from mappings.words.text import LINE_LIMIT
from model.billing import Document, called
from model.money import Money, total
from sync.assess import Assessment
from sync.engine import Engine
from sync.planning.actions import Action
from sync.planning.observe import GONE
from sync.plans import Applied
from sync.telling.report import summarise


class Teller:
    """Tells of one apply. `names` are what people call work, by `kind/id`; `documents` what the books show then."""

    def __init__(
        self, engine: Engine, names: Mapping[str, str], documents: Sequence[Document], zone: str
    ) -> None:
        self._engine, self._names = engine, names
        self._numbers = {document.external_id: _number(document) for document in documents}
        self._by_marker = {document.marker: document for document in documents if document.marker}
        self._documents, self._zone = documents, zone

    def each(self, applied: Applied) -> list[str]:
        """Every write, every finding, the sums."""
        self._check()
        return [*map(self._write, applied.plan.actions), *self._says(applied), *self._stands(applied)]

    def sums(self, applied: Applied) -> list[str]:
        """The writes of each client together, every finding, the sums."""
        self._check()
        by_client: defaultdict[str, list[Money]] = defaultdict(list)
        for action in applied.plan.actions:
            by_client[action.client].append(action.amount)
        told = [
            f"{len(amounts)} invoices to {client}, {total(amounts, amounts[0].currency).decimal} together, "
            f"each from {min(each.decimal for each in amounts)} to {max(each.decimal for each in amounts)}"
            for client, amounts in sorted(by_client.items())
        ]
        return [*told, *self._says(applied), *self._stands(applied)]

    def _write(self, action: Action) -> str:
        what = called(action.document_kind)
        if action.kind == "withdraw":
            return f"{what} {self._numbers[action.external_id or '']} is taken back"
        lines = [f"{self._name(line.charge_key)} {line.amount.decimal}" for line in action.lines]
        lines += [f"without {self._name(each.charge_key)}" for each in action.removals]
        if action.draft is None:
            number = self._numbers[action.external_id or ""]
            return f"{what} {number} comes to {action.amount.decimal}: {', '.join(lines)}"
        document = self._by_marker[action.draft.marker]
        assert document.total == action.draft.total == action.amount
        when = action.draft.invoice_date
        head = f"{what} {document.number} to {action.client} of {when}"
        return f"{head}, {action.amount.decimal}: {', '.join(lines)}"

    def _says(self, applied: Applied) -> Iterator[str]:
        """Every finding, and the verdicts on work that is not billed."""
        for each in applied.after.assessments:
            said = [(one.code, self._name(one.ref), one.owner) for one in each.plan.findings]
            said += [
                (verdict.code, self._name(verdict.charge_key), verdict.owner)
                for verdict in each.verdicts
                if verdict.outcome == "excluded"
            ]
            yield from dict.fromkeys(f"{name}: {code}, for {owner}" for code, name, owner in said)

    def _stands(self, applied: Applied) -> Iterator[str]:
        summary = summarise(applied.after.assessments)
        assert summary.gap == 0
        for currency in sorted({name for sums in summary.amounts.values() for name in sums}):
            held = {bucket: sums[currency] for bucket, sums in summary.amounts.items() if sums.get(currency)}
            if held:
                parts = (f"{bucket} {amount.decimal}" for bucket, amount in held.items())
                yield f"{', '.join(parts)} {currency}"
        yield from (
            self._balance(each) for each in applied.after.assessments if each.contract.value is not None
        )

    def _balance(self, each: Assessment) -> str:
        now = self._engine.clock()
        claims = self._engine.store.accounts.account(each.contract.id, now).claims
        stated = statement_of(each.contract, claims, (), now.date())
        assert stated.revised is not None
        assert stated.balance is not None
        return f"of {stated.revised.decimal} agreed {stated.balance.decimal} is left"

    def _check(self) -> None:
        """What holds of every invoice of every story: not below zero, and only inert text of bounded length."""
        for document in self._documents:
            if document.state not in GONE:
                assert document.total.minor >= 0, document
            for line in document.lines:
                assert len(line.text) <= LINE_LIMIT
                assert not any(unicodedata.category(letter)[0] == "C" for letter in line.text), line.text

    def _name(self, key: str) -> str:
        """What people call a charge, a document or what else a finding is about."""
        body, _, _ = key.removeprefix("line|").partition("#")
        contract, *rest = body.split("|")
        if not rest:
            return self._names.get(contract, contract)
        about, kind, payer = (*rest, "", "")[:3]
        work = self._names.get("/".join(about.split("/")[-2:]), about.rpartition("/")[2])
        kind, _, board = kind.partition("outside:")
        if board:
            return f"outside {self._names[f'board/{board}']}"
        words = [] if kind in ("fee", "expense") or not kind else [kind.replace(":", " ")]
        words += [] if work == "contract" else [work]
        return " ".join(words) + (f" for {payer}" if payer not in ("", "contract") else "")


def _number(document: Document) -> str:
    return document.number or str(1000 + int(document.external_id))

"""Transactions with every line they post: the journal, and the list with splits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from sandbox.quickbooks import refusals
from sandbox.quickbooks.ledger.posting import natural
from sandbox.quickbooks.reports.details import Line, Table, account_cell, detail_money, named_cell
from sandbox.quickbooks.reports.entries import basis, by_transaction, entries, type_of
from sandbox.quickbooks.reports.period import period_of
from sandbox.quickbooks.reports.shape import dates, report
from sandbox.quickbooks.reports.transactions import ordered, wanted
from sandbox.quickbooks.state import Company, Json

_ZERO = Decimal(0)
_JOURNAL = (
    *("tx_date", "txn_type", "doc_num", "name", "memo", "account_name"),
    *("debt_amt", "credit_amt"),
)
_SPLITS = (
    *("tx_date", "txn_type", "doc_num", "is_no_post", "name", "memo", "account_name"),
    "nat_amount",
)
_GROUPS: dict[str, Callable[[Company, Line], Json]] = {
    "account": lambda company, line: account_cell(company, line.entry.account),
    "name": lambda company, line: named_cell(company, line.entry.name),
    "transaction type": lambda _, line: {"value": type_of(line.entry.row)},
}
_Told = tuple[Line, bool]  # a line, and whether it is a further one of its transaction


def journal(company: Company, args: Mapping[str, str]) -> Json:
    """`JournalReport`: every transaction with all its postings, debits and credits equal."""
    period = period_of(company, args)
    table = Table(_JOURNAL)
    rows: list[Json] = []
    for group in by_transaction(entries(company, args), period).values():
        lines = [Line(entry, entry.amount) for entry in group]
        data = [table.row(company, line, further=at > 0) for at, line in enumerate(lines)]
        debits = sum((line.amount for line in lines if line.amount > 0), _ZERO)
        credits_ = -sum((line.amount for line in lines if line.amount < 0), _ZERO)
        cells = [*[{"value": ""}] * 6, {"value": detail_money(debits)}, {"value": detail_money(credits_)}]
        rows.append({"Rows": {"Row": data}, "Summary": {"ColData": cells}, "type": "Section"})
    return report(
        company, "JournalReport", table.heads(), rows, **dates(period), ReportBasis=basis(company, args)
    )


def with_splits(company: Company, args: Mapping[str, str]) -> Json:
    """`TransactionListWithSplits`: every line of every transaction, an empty row after each, or in groups."""
    period = period_of(company, args)
    table = Table.asked(args, _SPLITS)
    word = args.get("group_by", "None")
    if word.casefold() not in ("none", *_GROUPS):
        raise refusals.bad_enumeration("group_by", word)
    told = list(_told(company, args))
    group = _GROUPS.get(word.casefold())
    rows = _grouped(company, table, told, group) if group else _data(company, table, told)
    return report(company, "TransactionListWithSplits", table.heads(), rows, **dates(period))


def _told(company: Company, args: Mapping[str, str]) -> Iterator[_Told]:
    kinds = {row.id: str(row.body["AccountType"]) for row in company.rows("Account")}
    found = by_transaction(entries(company, args), period_of(company, args))
    firsts = [Line(lines[0], lines[0].amount) for lines in found.values()]
    for first in ordered(company, args, [line for line in firsts if wanted(company, args, line.entry.row)]):
        row = first.entry.row
        for at, entry in enumerate(found[row.kind, row.id, first.entry.on]):
            yield Line(entry, natural(kinds[entry.account], entry.amount)), at > 0


def _data(company: Company, table: Table, told: Sequence[_Told]) -> list[Json]:
    rows: list[Json] = []
    for at, (line, further) in enumerate(told):
        rows.append(table.row(company, line, further=further))
        if at + 1 == len(told) or told[at + 1][0].entry.row is not line.entry.row:
            rows.append(table.blank())
    return rows


def _grouped(
    company: Company, table: Table, told: Sequence[_Told], group: Callable[[Company, Line], Json]
) -> list[Json]:
    groups: dict[tuple[str, str], list[_Told]] = {}
    for line, further in told:
        cell = group(company, line)
        groups.setdefault((cell["value"], cell.get("id", "")), []).append((line, further))
    sections: list[Json] = []
    for (title, row_id), found in sorted(groups.items(), key=lambda item: item[0][0].casefold()):
        rows = {"Row": [*_data(company, table, found), table.blank()]}
        sections.append({"Header": table.labelled(title, row_id=row_id), "Rows": rows, "type": "Section"})
    return sections

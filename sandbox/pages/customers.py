"""How finance sees customers: the list with what each owes, and one with its forms and what can be done to it."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.pages.html import Child, Html, element, joined, said
from sandbox.pages.invoices import PAGE, invoices_of_one, money, number_of, standing
from sandbox.pages.parts import acts, choice, facts, field, folded, form, hidden, pager, pill, sheet, table
from sandbox.quickbooks.state import Company, Row
from sandbox.quickbooks.vocabulary.values import reference_id
from sandbox.quickbooks.wire.view import computed

_SHOWN = 20  # forms of one customer


def customer_list(company: Company, path: str, _wanted: str, page_number: int) -> Html:
    """By name, inactive ones included."""
    every = sorted(company.rows("Customer"), key=lambda row: row.name.casefold())
    part = every[(page_number - 1) * PAGE : page_number * PAGE]
    cells: list[list[Child]] = [
        [
            element("a", said(row.name), href=f"{path}/{row.id}"),
            None if row.active else pill("inactive"),
            said(row.body.get("PrimaryEmailAddr", {}).get("Address", "")),
            _owes(company, row),
        ]
        for row in part
    ]
    return joined(
        table(("Name", "", "Mail", "Owes"), cells, numbers=(3,)), pager(path, page_number, PAGE, len(every))
    )


def customer_sheet(company: Company, path: str, customer: Row) -> Html:
    """One customer with its newest invoices and estimates."""
    body = customer.body
    parent = company.find("Customer", reference_id(body, "ParentRef") or "")
    email = body.get("PrimaryEmailAddr", {}).get("Address")
    content = (
        facts(
            ("Name", said(customer.name)),
            ("Status", pill("active" if customer.active else "inactive")),
            ("Owes", _owes(company, customer)),
            ("Mail", said(email) if email else "no address"),
            ("Part of", element("a", said(parent.name), href=f"{path}/{parent.id}") if parent else None),
            ("Kind", "project" if body.get("IsProject") else None),
            ("Id, version", f"{customer.id}, {customer.version}"),
        ),
        element("h2", "Invoices"),
        _invoices(company, path, customer),
        *_estimates(company, path, customer),
    )
    return sheet(content, acts("What finance can do", _acts(company, path, customer)))


def _owes(company: Company, customer: Row) -> str:
    return money(computed(company, customer)["Balance"], customer.body)


def _forms(company: Company, kind: str, customer: Row) -> list[Row]:
    forms = (
        row for row in reversed(company.rows(kind)) if reference_id(row.body, "CustomerRef") == customer.id
    )
    return [row for row, _ in zip(forms, range(_SHOWN), strict=False)]


def _invoices(company: Company, path: str, customer: Row) -> Html:
    rows = [(row, standing(company, row)) for row in _forms(company, "Invoice", customer)]
    return invoices_of_one(path.replace("/customers", "/invoices"), rows)


def _estimates(company: Company, path: str, customer: Row) -> Iterator[Html]:
    there = path.replace("/customers", "/estimates")
    rows: list[list[Child]] = [
        [
            element("a", number_of(row), href=f"{there}/{row.id}"),
            row.body["TxnDate"],
            pill(str(row.body["TxnStatus"])),
            money(row.body["TotalAmt"], row.body),
        ]
        for row in _forms(company, "Estimate", customer)
    ]
    if rows:
        yield element("h2", "Estimates")
        yield table(("No.", "Date", "Status", "Total"), rows, numbers=(3,))


def _acts(company: Company, path: str, customer: Row) -> Iterator[Html]:
    here = f"{path}/{customer.id}"
    name = str(customer.body["DisplayName"])
    yield form(f"{here}/rename", "Rename", field("Name", "name", name, required=True), kind="plain")
    if customer.active:
        yield form(f"{here}/disable", "Make inactive", kind="plain")
    else:
        yield form(f"{here}/enable", "Make active again")
    if reference_id(customer.body, "ParentRef") and not customer.body.get("IsProject"):
        yield form(f"{here}/project", "Make it a project", kind="plain")
    others = [(row.id, row.name) for row in company.rows("Customer") if row.active and row is not customer]
    if others:
        into = choice("What names this one will name", "into", sorted(others, key=lambda entry: entry[1]))
        merged = form(f"{here}/merge", "Merge for good", into, hidden("sure", "yes"), kind="danger")
        yield folded("Merge into another…", merged, kind="danger")

"""List entries as clients make and change them: unique names, hierarchies, checked references."""

from __future__ import annotations

from sandbox.quickbooks import refusals
from sandbox.quickbooks.currencies import currency_reference
from sandbox.quickbooks.rules.entry_rules import FORBIDDEN, RULES, full_name
from sandbox.quickbooks.rules.lookup import current
from sandbox.quickbooks.rules.openings import open_entry, recount
from sandbox.quickbooks.state import API_USER, NAMES, Company, Json, Row
from sandbox.quickbooks.vocabulary.kinds import Kind, read_fields
from sandbox.quickbooks.vocabulary.registry import KINDS
from sandbox.quickbooks.vocabulary.values import present, reference_id, without_nothing


def create(company: Company, kind: str, sent: Json, *, by: str = API_USER) -> Row:
    """A new entry; 6240 when its name is taken, 2020 when it has none."""
    shape = KINDS[kind]
    for name in shape.required:
        if present(sent, name) is None:
            raise refusals.missing(name)
    body = shape.defaults | without_nothing(read_fields(company, shape, sent, None))
    row = company.add(kind, _finished(company, shape, body, None), by=by)
    open_entry(company, row, sent, by=by)
    _list_currency(company, row, by)
    return row


def _list_currency(company: Company, row: Row, by: str) -> None:
    """A currency that the company has not dealt in so far joins its list."""
    code = reference_id(row.body, "CurrencyRef") or company.home_currency
    listed = (entry.body["Code"] for entry in company.rows("CompanyCurrency"))
    if code != company.home_currency and code not in listed:
        company.add(
            "CompanyCurrency", {"Name": currency_reference(code)["name"], "Active": True, "Code": code}, by=by
        )


def update(company: Company, kind: str, sent: Json, *, by: str = API_USER) -> Row:
    """A full or sparse update. `Active` false is how an entry is removed; a currency never changes."""
    row = current(company, kind, sent)
    shape = KINDS[kind]
    sparse = present(sent, "sparse") in (True, "true")
    fixed = ("CurrencyRef", *shape.defaults, *shape.required)
    kept = {
        name: value for name, value in row.body.items() if sparse or name in fixed or name not in shape.fields
    }
    body = without_nothing(kept | read_fields(company, shape, sent, row.body))
    old_name = row.name
    row.body = _finished(company, shape, body, row)
    company.touch(row, by=by)
    if kind == "Item":
        recount(company, row, sent, by=by)
    if row.name != old_name:
        rename_below(company, row)
    return row


def delete(company: Company, kind: str, sent: Json, *, by: str = API_USER) -> Row:
    """Remove an entry for good; only time activities and attachments can go."""
    row = current(company, kind, sent)
    company.remove(row, by=by)
    return row


def rename_below(company: Company, parent: Row) -> None:
    """Let the full names of the entries below `parent` follow its own."""
    for row in company.rows(parent.kind):
        if reference_id(row.body, "ParentRef") == parent.id and "FullyQualifiedName" in row.body:
            row.body = row.body | {"FullyQualifiedName": full_name(company, parent.kind, row.body)}
            rename_below(company, row)


def _finished(company: Company, shape: Kind, body: Json, row: Row | None) -> Json:
    """`body` under the rules of its kind, once its name is found to be legal and free."""
    for rule in RULES.get(shape.name, ()):
        body = rule(company, shape.name, body, row)
    body = _renamed(company, shape, body)
    _refuse_taken(company, shape, body, row)
    return body


def _renamed(company: Company, shape: Kind, body: Json) -> Json:
    """The name with the suffix of an inactive entry, or without it again; and the full name that follows."""
    field = "DisplayName" if shape.name in NAMES or "DisplayName" in shape.fields else "Name"
    suffix = company.behaviour.inactive_suffix
    name = body.get(field)
    if name is None:
        return body
    bare = str(name).removesuffix(suffix)
    if any(character in bare for character in FORBIDDEN):
        raise refusals.business(f"{field} may hold no colon, tab or new line.", field)
    body = body | {field: bare if body.get("Active", True) else bare + suffix}
    if "FullyQualifiedName" in shape.computed:
        body["FullyQualifiedName"] = full_name(company, shape.name, body)
    return body


def _refuse_taken(company: Company, shape: Kind, body: Json, row: Row | None) -> None:
    name = str(body.get(shape.unique, ""))
    if not name:
        return
    kinds = sorted(NAMES) if shape.name in NAMES else [shape.name]
    for kind in kinds:
        for other in company.rows(kind):
            if other is not row and str(other.body[shape.unique]).casefold() == name.casefold():
                raise refusals.duplicate_name(kind, other.id)

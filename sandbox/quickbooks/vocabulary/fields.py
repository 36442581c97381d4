"""What one field of an object may hold: how it is checked and normalised, and how queries compare it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.quickbooks import refusals
from sandbox.quickbooks.currencies import currency_reference
from sandbox.quickbooks.state import Company, Json
from sandbox.quickbooks.vocabulary import values

Comparison = Literal["", "id", "text", "reference", "number", "day", "time", "flag", "member"]


@dataclass(frozen=True, slots=True)
class Sent:
    """One field to read: its `name` in what was sent (`body`), and the object `before` the update."""

    company: Company
    body: Json
    name: str
    before: Json | None


@dataclass(frozen=True, slots=True)
class Field:
    """A reader, which returns None for nothing and raises Refusal; `compares` is empty where not queryable."""

    read: Callable[[Sent], Any]
    compares: Comparison = ""


def text(limit: int, *, filterable: bool = False) -> Field:
    """A text of at most `limit` characters."""
    return Field(lambda sent: values.text(sent.body, sent.name, limit), "text" if filterable else "")


def choice(*allowed: str, filterable: bool = False) -> Field:
    """One of `allowed`."""
    return Field(lambda sent: values.choice(sent.body, sent.name, allowed), "text" if filterable else "")


def number(*, filterable: bool = False) -> Field:
    """A decimal."""
    return Field(lambda sent: values.number(sent.body, sent.name), "number" if filterable else "")


def day(*, filterable: bool = False) -> Field:
    """A date."""

    def read(sent: Sent) -> Any:
        value = values.day(sent.body, sent.name)
        return value and value.isoformat()

    return Field(read, "day" if filterable else "")


def flag(*, filterable: bool = False) -> Field:
    """True or false."""

    def read(sent: Sent) -> Any:
        value = values.present(sent.body, sent.name)
        return None if value is None else value in (True, "true")

    return Field(read, "flag" if filterable else "")


def reference(
    kind: str, *, filterable: bool = False, feature: str = "", feature_group: str = "", bare: bool = False
) -> Field:
    """A reference to a row of `kind`; 5030 where the preference `feature` that it needs is off.

    A `bare` one is shown without the name of what it refers to.
    """

    def read(sent: Sent) -> Any:
        row = values.referred(sent.company, sent.body, sent.name, kind, sent.before)
        if row is None:
            return None
        if feature and not sent.company.preference(feature_group or "AccountingInfoPrefs", feature):
            raise refusals.feature_off(sent.name)
        return {"value": row.id} if bare else row.reference()

    return Field(read, "reference" if filterable else "")


def project() -> Field:
    """A reference to a customer record that is a project."""

    def read(sent: Sent) -> Any:
        row = values.referred(sent.company, sent.body, sent.name, "Customer", sent.before)
        if row is not None and not row.body.get("IsProject"):
            raise refusals.business("Invalid ProjectRef", sent.name)
        return row and row.reference()

    return Field(read, "reference")


def currency() -> Field:
    """A currency by its code."""

    def read(sent: Sent) -> Any:
        code = values.reference_id(sent.body, sent.name)
        return None if code is None else currency_reference(code)

    return Field(read)


def masked(mask: str) -> Field:
    """Something that the service takes and never shows again."""
    return Field(lambda sent: None if values.present(sent.body, sent.name) is None else mask)


def nested(member: str, limit: int, *, filterable: bool = False) -> Field:
    """An object of one text, like an e-mail's `Address` or a phone's `FreeFormNumber`."""

    def read(sent: Sent) -> Any:
        value = values.text({sent.name: _object(sent).get(member)}, sent.name, limit)
        return None if value is None else {member: value}

    return Field(read, "member" if filterable else "")


def email() -> Field:
    """Somebody's e-mail address: it has an at sign and a dot; the service checks no more."""

    def read(sent: Sent) -> Any:
        address = values.text({sent.name: _object(sent).get("Address")}, sent.name, 100)
        if address is not None and not ("@" in address and "." in address):
            raise refusals.invalid_email(sent.name)
        return None if address is None else {"Address": address}

    return Field(read, "member")


def mailbox(limit: int = 100) -> Field:
    """Where a form goes: taken as it is, for the service mails nobody at an address that is none."""
    return nested("Address", limit)


def card() -> Field:
    """How a card paid: kept as sent, but for the number, of which only the last four digits are shown."""

    def read(sent: Sent) -> Any:
        given = _object(sent)
        charge = given.get("CreditChargeInfo")
        if not isinstance(charge, dict) or not values.present(charge, "Number"):
            return given or None
        number = str(charge["Number"])
        return given | {"CreditChargeInfo": charge | {"Number": "x" * (len(number) - 4) + number[-4:]}}

    return Field(read)


def address() -> Field:
    """A postal address: five lines of 500, parts of 255 and a postal code of 30."""
    limits = {f"Line{number}": 500 for number in range(1, 6)}
    limits |= {"City": 255, "Country": 255, "CountrySubDivisionCode": 255, "PostalCode": 30}

    def read(sent: Sent) -> Any:
        given = _object(sent)
        for member, limit in limits.items():
            values.text(given, member, limit)
        return {key: value for key, value in given.items() if value not in (None, "")} or None

    return Field(read)


def whole() -> Field:
    """An object kept as sent, without its empty members."""

    def read(sent: Sent) -> Any:
        return {key: value for key, value in _object(sent).items() if value not in (None, "")} or None

    return Field(read)


def kept() -> Field:
    """Any value, kept as sent."""
    return Field(lambda sent: values.present(sent.body, sent.name))


def undocumented(name: str) -> Field:
    """What the public schema has and the reference does not describe: kept as sent, or by the knob dropped.

    The ending of its `name` tells references and dates, which must be such.
    """
    plain = whole() if name.endswith("Ref") else day() if name.endswith("Date") else kept()

    def read(sent: Sent) -> Any:
        return None if sent.company.behaviour.undocumented_field == "ignore" else plain.read(sent)

    return Field(read)


def last_digits(limit: int) -> Field:
    """A number of the tax office, of which only the last five characters are shown."""

    def read(sent: Sent) -> Any:
        value = values.text(sent.body, sent.name, limit)
        return None if value is None else f"XXXXXX{value[-5:]}"

    return Field(read)


def attached_to() -> Field:
    """What a file or note belongs to: a list of references, each told whether it is mailed along."""
    return Field(_attached_to)


def _attached_to(sent: Sent) -> Any:
    given = values.present(sent.body, sent.name)
    if given is None:
        return None
    if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
        raise refusals.invalid_value(sent.name, str(given))
    return [{"IncludeOnSend": False} | entry for entry in given]


def custom_fields() -> Field:
    """The company's own text fields on sales forms; entries of a field it does not have are dropped."""
    return Field(_custom_fields)


def _custom_fields(sent: Sent) -> Any:
    given = values.present(sent.body, sent.name) or []
    if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
        raise refusals.unreadable()
    names = custom_field_names(sent.company)
    return [
        {
            "DefinitionId": definition,
            "Name": names[definition],
            "Type": "StringType",
            "StringValue": entry["StringValue"],
        }
        for entry in given
        for definition in [str(entry.get("DefinitionId"))]
        if definition in names and values.present(entry, "StringValue") is not None
    ]


def custom_field_names(company: Company) -> dict[str, str]:
    """Names of the sales form fields in use, by DefinitionId, as the preferences list them."""
    prefix = "SalesFormsPrefs.SalesCustomName"
    groups = company.preference("SalesFormsPrefs", "CustomField") or ()
    entries = [entry for group in groups for entry in group.get("CustomField", ())]
    return {
        entry["Name"].removeprefix(prefix): entry["StringValue"]
        for entry in entries
        if entry["Name"].startswith(prefix) and entry.get("StringValue")
    }


def _object(sent: Sent) -> Json:
    value = values.present(sent.body, sent.name) or {}
    if not isinstance(value, dict):
        raise refusals.unreadable()
    return value

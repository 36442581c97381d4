"""The lines of a sales form: their ids, amounts, items and accounts, and the sums they make."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.quickbooks import refusals
from sandbox.quickbooks.rules.taxcodes import line_tax_code
from sandbox.quickbooks.state import Company, Json, Row
from sandbox.quickbooks.vocabulary.values import cents, day, number, present, referred, text, without_nothing

SALES, TEXT, SUBTOTAL, DISCOUNT, GROUP = (
    "SalesItemLineDetail",
    "DescriptionOnly",
    "SubTotalLineDetail",
    "DiscountLineDetail",
    "GroupLineDetail",
)
_ZERO = Decimal(0)


def read_lines(
    company: Company, sent: object, before: Sequence[Json], last_id: int, *, taxed: bool, keep: bool
) -> tuple[list[Json], int]:
    """The Line array as the service keeps it, without the subtotal line, and the highest line id ever used.

    A line whose Id stands in `before` keeps it; any other gets a new one. `taxed` is False when the whole
    invoice is outside tax; `keep` keeps the lines of `before` that were not sent.
    """
    if not isinstance(sent, list):
        raise refusals.unreadable()
    known = {line["Id"]: line for line in before if "Id" in line}
    lines: list[Json] = []
    for entry in sent:
        if not isinstance(entry, dict):
            raise refusals.unreadable()
        if present(entry, "DetailType") == SUBTOTAL:
            continue
        old = known.pop(str(present(entry, "Id")), None)
        line = _read_line(company, entry, old, taxed=taxed)
        if old is None:
            last_id += 1
        identity = {"Id": old["Id"] if old else str(last_id), "LineNum": len(lines) + 1}
        last_id = _number_members(line, old, last_id)
        lines.append(identity | line)
    if keep:
        lines += [line | {"LineNum": at} for at, line in enumerate(known.values(), len(lines) + 1)]
    if not any(line["DetailType"] in (SALES, TEXT, GROUP) for line in lines):
        raise refusals.missing("Line")
    return lines, last_id


def _number_members(line: Json, old: Json | None, last_id: int) -> int:
    """Give the lines inside a bundle ids of their own; returns the highest id ever used."""
    known = {member["Id"] for member in (old or {}).get(GROUP, {}).get("Line", ())}
    for at, member in enumerate(line.get(GROUP, {}).get("Line", ()), 1):
        if member.get("Id") not in known:
            last_id += 1
            member["Id"] = str(last_id)
        member["LineNum"] = at
    return last_id


def _read_line(company: Company, entry: Json, old: Json | None, *, taxed: bool) -> Json:
    kind = present(entry, "DetailType")
    if kind is None:
        raise refusals.missing("Line.DetailType")
    description = text(entry, "Description", 4000)
    if kind == SALES and present(_detail(entry, SALES), "ItemRef") is not None:
        line = _sales_line(company, entry, old, taxed=taxed)
    elif kind in (SALES, TEXT):  # a sales line without an item is documentation, its Amount is ignored
        line = {"DetailType": TEXT, "DescriptionLineDetail": dict(_detail(entry, "DescriptionLineDetail"))}
    elif kind == DISCOUNT:
        line = _discount_line(company, entry)
    elif kind == GROUP:
        line = _group_line(company, entry, old, taxed=taxed)
    else:
        raise refusals.bad_enumeration("DetailType", kind)
    links = [link for link in present(entry, "LinkedTxn") or () if isinstance(link, dict)]
    return without_nothing({"Description": description, **line, "LinkedTxn": links or None})


def _detail(entry: Json, name: str) -> Json:
    detail = present(entry, name) or {}
    if not isinstance(detail, dict):
        raise refusals.unreadable()
    return {key: value for key, value in detail.items() if value not in (None, "")}


def _sales_line(company: Company, entry: Json, old: Json | None, *, taxed: bool) -> Json:
    detail = _detail(entry, SALES)
    before = (old or {}).get(SALES)
    item = referred(company, detail, "ItemRef", "Item", before)
    if item is None:
        raise refusals.missing("ItemRef")
    klass = referred(company, detail, "ClassRef", "Class", before)
    if klass and not company.preference("AccountingInfoPrefs", "ClassTrackingPerTxnLine"):
        raise refusals.feature_off("ClassRef")
    service_on = day(detail, "ServiceDate")
    quantity, price = number(detail, "Qty"), number(detail, "UnitPrice")
    detail |= {
        "ItemRef": item.reference(),
        "ClassRef": klass and klass.reference(),
        "ServiceDate": service_on and service_on.isoformat(),
        "ItemAccountRef": _posted_to(company, item, before),
        "Qty": quantity,
        "UnitPrice": price,
        "TaxCodeRef": line_tax_code(company, detail, item, taxed=taxed),
    }
    if not quantity and not price:  # python-quickbooks sends 0 × 0 where its caller said nothing
        detail["Qty"] = detail["UnitPrice"] = None
    if number(detail, "TaxInclusiveAmt") is not None:  # then Amount is what the service made of it
        amount = cents(number(entry, "Amount") or _ZERO)
        detail["TaxInclusiveAmt"] = number(detail, "TaxInclusiveAmt")
    else:
        amount = _amount(entry, detail["Qty"], detail["UnitPrice"])
    return {"Amount": amount, "DetailType": SALES, SALES: without_nothing(detail)}


def _posted_to(company: Company, item: Row, before: Json | None) -> Json:
    """The income account of the line: the item's, or what was the item's when the line was written."""
    account = _income_account(company, item).reference()
    if before and before["ItemRef"]["value"] == item.id:
        kept: Json = before.get("ItemAccountRef", account)
        return kept
    return account


def _group_line(company: Company, entry: Json, old: Json | None, *, taxed: bool) -> Json:
    """A bundle with its members: those sent, or the ones that the bundle's item lists."""
    detail = _detail(entry, GROUP)
    item = referred(company, detail, "GroupItemRef", "Item", (old or {}).get(GROUP))
    if item is None or item.body["Type"] != "Group":
        raise refusals.missing("GroupItemRef")
    quantity = number(detail, "Quantity")
    members = present(detail, "Line")
    if members is None:
        members = _listed_members(company, item, Decimal(1) if quantity is None else quantity)
    before = {line["Id"]: line for line in (old or {}).get(GROUP, {}).get("Line", ())}
    lines = []
    for member in members:
        known = before.get(str(present(member, "Id")))
        same = {"Id": known["Id"]} if known else {}
        lines.append(same | _read_line(company, member, known, taxed=taxed))
    detail |= {"GroupItemRef": item.reference(), "Quantity": quantity, "Line": lines}
    amount = sum((line.get("Amount", _ZERO) for line in lines), _ZERO)
    return {"Amount": amount, "DetailType": GROUP, GROUP: without_nothing(detail)}


def _listed_members(company: Company, item: Row, quantity: Decimal) -> list[Json]:
    listed = item.body.get("ItemGroupDetail", {}).get("ItemGroupLine", ())
    members = []
    for part in listed:
        member = referred(company, part, "ItemRef", "Item")
        if member is None:
            continue
        each = number(part, "Qty") or Decimal(1)
        price = member.body.get("UnitPrice", _ZERO)
        detail = {"ItemRef": member.reference(), "Qty": each * quantity, "UnitPrice": price}
        members.append({"Amount": cents(each * quantity * price), "DetailType": SALES, SALES: detail})
    return members


def _income_account(company: Company, item: Row) -> Row:
    account = referred(company, item.body, "IncomeAccountRef", "Account")
    if account is None:
        raise refusals.no_income_account(item.name)
    return account


def _amount(entry: Json, quantity: Decimal | None, price: Decimal | None) -> Decimal:
    amount = number(entry, "Amount")
    if amount is None:
        raise refusals.missing("Line.Amount")
    if quantity is None or price is None:
        return cents(amount)
    if amount != cents(quantity * price):
        raise refusals.wrong_amount(amount)
    return cents(amount)


def _discount_line(company: Company, entry: Json) -> Json:
    if not company.preference("SalesFormsPrefs", "AllowDiscount"):
        raise refusals.feature_off("DiscountLineDetail")
    detail = _detail(entry, DISCOUNT)
    percent = number(detail, "DiscountPercent")
    account = referred(company, detail, "DiscountAccountRef", "Account") or discount_account(company)
    detail |= {
        "PercentBased": present(detail, "PercentBased") in (True, "true"),
        "DiscountPercent": percent,
        "DiscountAccountRef": account and account.reference(),
    }
    amount = cents(number(entry, "Amount") or _ZERO)
    return {"Amount": amount, "DetailType": DISCOUNT, DISCOUNT: without_nothing(detail)}


def discount_account(company: Company) -> Row | None:
    """The company's account for discounts, which are posted even where the line names none."""
    return company.named("Account", "Discounts Given")


@dataclass(frozen=True, slots=True)
class Sums:
    """What lines add up to in the form's currency: sales before discount, and the discount (positive)."""

    subtotal: Decimal
    discount: Decimal


def add_up(lines: Sequence[Json]) -> Sums:
    """The sums of `lines`; sets the Amount of a discount that is a percent of them."""
    subtotal = sum((line["Amount"] for line in sales_lines(lines)), _ZERO)
    discount = _ZERO
    for line in of_kind(lines, DISCOUNT):
        detail = line[DISCOUNT]
        if detail["PercentBased"]:
            line["Amount"] = cents(subtotal * detail.get("DiscountPercent", _ZERO) / 100)
        discount += line["Amount"]
    return Sums(subtotal, discount)


def sales_lines(lines: Iterable[Json]) -> list[Json]:
    """The lines that sell an item, those inside bundles included."""
    lines = list(lines)
    inside = [member for bundle in of_kind(lines, GROUP) for member in bundle[GROUP]["Line"]]
    return [*of_kind(lines, SALES), *of_kind(inside, SALES)]


def of_kind(lines: Iterable[Json], kind: str) -> list[Json]:
    """The lines whose DetailType is `kind`."""
    return [line for line in lines if line["DetailType"] == kind]


def with_subtotal(lines: Sequence[Json], subtotal: Decimal) -> list[Json]:
    """`lines` with the subtotal line, which has neither Id nor LineNum, before any discount."""
    closing: Json = {"Amount": subtotal, "DetailType": SUBTOTAL, SUBTOTAL: {}}
    rest = [line for line in lines if line["DetailType"] != DISCOUNT]
    return [*rest, closing, *of_kind(lines, DISCOUNT)]


def zeroed(lines: Sequence[Json]) -> list[Json]:
    """The lines of a voided form: every amount and quantity is zero, texts and prices stay."""
    return [_zeroed(line) for line in lines]


def _zeroed(line: Json) -> Json:
    changes: dict[str, Any] = {"Amount": _ZERO} if "Amount" in line else {}
    if line["DetailType"] == SALES and "Qty" in line[SALES]:
        changes[SALES] = line[SALES] | {"Qty": _ZERO}
    if line["DetailType"] == GROUP:
        changes[GROUP] = line[GROUP] | {"Quantity": _ZERO, "Line": zeroed(line[GROUP]["Line"])}
    if line["DetailType"] == DISCOUNT:
        changes[DISCOUNT] = line[DISCOUNT] | {"PercentBased": False}
    return line | changes

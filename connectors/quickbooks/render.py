"""Our words into QuickBooks' bodies: exact, deterministic bytes with nothing in them that we did not mean.

The library's objects are not used for writing: a fresh one says ExchangeRate 1, AllowIPNPayment true and
amounts as texts, and a full save blanks what finance typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from connectors.errors import Rejected
from connectors.names import client_of, pick
from connectors.ports import LineEdits, WriteRequest
from connectors.quickbooks import figures
from connectors.quickbooks.figures import JsonObject
from connectors.quickbooks.observe import MARKER
from model.billing import BooksCatalogue, Document, DocumentKind, DraftLine, InvoiceDraft, called
from model.money import Money

MAX_LINE_TEXT, MAX_MEMO = 4000, 1000
NEXT_NUMBER = "AUTO_GENERATE"  #: asks QuickBooks for the next number of its own (public schema; unverified)
_MAX_PRICE_DIGITS = (
    7  # after the point; more is on no record, and a shortened price breaks Amount = Qty × UnitPrice
)
_SALES_LINES = frozenset({"SalesItemLineDetail", "GroupLineDetail", "DescriptionOnly"})
#: What a new document of each kind says beside what the draft says.
_OF_KIND: Mapping[DocumentKind, JsonObject] = {
    "invoice": {
        "AllowOnlineACHPayment": False,
        "AllowOnlineCreditCardPayment": False,
        "AllowIPNPayment": False,
    },
    "estimate": {"TxnStatus": "Pending"},
    "credit_memo": {},
}
_US_LINE_CODES = frozenset({"TAX", "NON"})
# Control characters, lone surrogates, and the marks that make text read backwards.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def to_quickbooks_create(draft: InvoiceDraft, catalogue: BooksCatalogue) -> WriteRequest:
    """The create of `draft`: an unsent invoice, a pending estimate or a credit memo. Rejected when a name is
    unknown or money does not fit."""
    if not MARKER.fullmatch(draft.marker):
        raise ValueError(f"not a marker that could be found again: {draft.marker!r}")
    client = client_of(draft, catalogue)
    row: JsonObject = {"CustomerRef": _ref(client.id)}
    if catalogue.multicurrency:
        row["CurrencyRef"] = _ref(draft.currency)  # never an ExchangeRate: QuickBooks knows it, we do not
    if catalogue.own_numbers:
        row["DocNumber"] = NEXT_NUMBER  # else none at all; and where QuickBooks numbers none may be sent
    row["TxnDate"] = draft.invoice_date.isoformat()
    if draft.terms is not None and draft.kind != "credit_memo":
        row["SalesTermRef"] = _ref(pick("terms", draft.terms, catalogue.terms))
    if draft.location is not None:
        row["DepartmentRef"] = _ref(pick("location", draft.location, catalogue.locations))
    row["Line"] = [_new_line(line, catalogue) for line in draft.lines]
    if catalogue.country != "US" and any(line.tax_code for line in draft.lines):
        row["GlobalTaxCalculation"] = "TaxExcluded"  # our amounts are net
    row |= {"EmailStatus": "NotSet"} | _OF_KIND[draft.kind]
    row["PrivateNote"] = draft.marker  # it can reach client statements: the token and nothing else
    if draft.memo:
        row["CustomerMemo"] = {"value": printable(draft.memo, MAX_MEMO)}
    return WriteRequest("create", None, figures.render(row), draft.kind)


def to_quickbooks_update(current: Document, edits: LineEdits, catalogue: BooksCatalogue) -> WriteRequest:
    """The sparse update of `current` that does `edits` to our lines and passes all else through as read.

    All lines go along with their ids, since the array given is the new array. Rejected when one of our lines
    is no longer there: finance took it out, and it is never put back.
    """
    invoice = _raw(current)
    action = f"update {called(current.kind)} {current.external_id}"
    missing = sorted({*edits.changed, *edits.removed} - {str(line.get("Id")) for line in invoice["Line"]})
    if missing:
        raise Rejected("QuickBooks", action, f"its line {', '.join(missing)} is no longer there")
    if any(line.amount.currency != current.currency for line in (*edits.changed.values(), *edits.added)):
        raise Rejected("QuickBooks", action, f"it is kept in {current.currency} and the lines are not")
    lines = _edited(invoice["Line"], edits)
    at = _end_of_sales_lines(lines)
    invoice["Line"] = [*lines[:at], *(_new_line(line, catalogue) for line in edits.added), *lines[at:]]
    if catalogue.country != "US":
        invoice.pop("TxnTaxDetail", None)  # else the old tax stays on the new amount
    invoice["sparse"] = True
    return WriteRequest("update", current.external_id, figures.render(invoice), current.kind)


def _edited(lines: list[JsonObject], edits: LineEdits) -> list[JsonObject]:
    ours = {id_: _checked(line) for id_, line in edits.changed.items()}
    kept = [(str(line.get("Id")), line) for line in lines if str(line.get("Id")) not in edits.removed]
    return [_changed_line(line, ours[id_]) if id_ in ours else line for id_, line in kept]


def _end_of_sales_lines(lines: list[JsonObject]) -> int:
    """Behind the last line that sells or describes: subtotals, discounts and shipping of finance stay last."""
    ends = [at for at, line in enumerate(lines, 1) if line.get("DetailType") in _SALES_LINES]
    return ends[-1] if ends else 0


def to_quickbooks_withdrawal(current: Document) -> WriteRequest:
    """What takes `current` back in the version it was read: a void, or the rejection of an estimate."""
    body: JsonObject = {"Id": current.external_id, "SyncToken": current.version}
    match current.kind:
        case "invoice":
            return WriteRequest("void", current.external_id, figures.render(body))
        case "estimate":
            body |= {"sparse": True, "TxnStatus": "Rejected"}
            return WriteRequest("reject", current.external_id, figures.render(body), "estimate")
        case "credit_memo":
            action = f"take credit memo {current.external_id} back"
            raise Rejected("QuickBooks", action, "QuickBooks has no void for it, and nothing is ever deleted")


def printable(text: str, limit: int) -> str:
    """`text` without signs that cannot be shown, at most `limit` long, an ellipsis where it was cut."""
    clean = _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"


def _new_line(line: DraftLine, catalogue: BooksCatalogue) -> JsonObject:
    checked = _checked(line)
    item = pick("item", line.item, ((entry.name, entry) for entry in catalogue.items))
    detail: JsonObject = {
        "ItemRef": _ref(item.id),
        "Qty": checked.quantity,
        "UnitPrice": checked.unit_price,
        "ServiceDate": line.service_on.isoformat(),
    }
    if line.klass is not None:
        detail["ClassRef"] = _ref(pick("class", line.klass, catalogue.classes))
    if line.tax_code is not None:
        detail["TaxCodeRef"] = _ref(_tax_code(line.tax_code, catalogue))
    return {
        "Description": printable(line.text, MAX_LINE_TEXT),
        "Amount": line.amount.decimal,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": detail,
    }


def _changed_line(line: JsonObject, ours: DraftLine) -> JsonObject:
    detail = line.get("SalesItemLineDetail", {})
    return {
        **line,
        "Description": printable(ours.text, MAX_LINE_TEXT),
        "Amount": ours.amount.decimal,
        "SalesItemLineDetail": {
            **detail,
            "Qty": ours.quantity,
            "UnitPrice": ours.unit_price,
            "ServiceDate": ours.service_on.isoformat(),
        },
    }


def _checked(line: DraftLine) -> DraftLine:
    """`line` when QuickBooks would take its figures; others it refuses after the post (fault 6070)."""
    expected = Money.rounded(Fraction(line.quantity) * Fraction(line.unit_price), line.amount.currency)
    digits = -int(line.unit_price.normalize().as_tuple().exponent)
    if expected != line.amount or digits > _MAX_PRICE_DIGITS:
        reason = f"{line.quantity} × {line.unit_price} does not make {line.amount} in QuickBooks' arithmetic"
        raise Rejected("QuickBooks", f"bill {line.charge_key}", reason)
    return line


def _tax_code(name: str, catalogue: BooksCatalogue) -> str:
    if catalogue.country != "US":
        return pick("tax code", name, catalogue.tax_codes)
    return pick(
        "tax code", name, ((code, code) for code in _US_LINE_CODES)
    )  # lines take no other: fault 6100


def _raw(current: Document) -> JsonObject:
    invoice = figures.parse(current.raw)
    return {**invoice, "Id": current.external_id, "SyncToken": current.version}


def _ref(id_: str) -> JsonObject:
    return {"value": id_}

"""Every way the service says no to a request: its code, message and detail, as one exception."""

from __future__ import annotations

from decimal import Decimal


class Refusal(Exception):
    """A fault as the service words it: one error of `code`, answered with HTTP `status`.

    `element` names the field it is about, and is empty for the whole object; None where no object was read.
    """

    def __init__(
        self,
        code: str,
        message: str,
        detail: str,
        element: str | None = "",
        *,
        status: int = 400,
        kind: str = "ValidationFault",
    ) -> None:
        self.code = code
        self.message = message
        self.detail = detail
        self.element = element
        self.status = status
        self.kind = kind
        super().__init__(f"{code} {message}: {detail}")


def unsupported_operation(detail: str) -> Refusal:
    """500: an operation this endpoint does not have."""
    return Refusal("500", "Unsupported Operation", detail, None)


def duplicate_request(request_id: str) -> Refusal:
    """600: a request id that was used before."""
    return Refusal("600", "Duplicate Request ID", f"The request ID {request_id} was already processed.")


_ABSENT = (
    "Something you're trying to use has been made inactive. "
    "Check the fields with accounts, customers, items, vendors or employees."
)


def not_found(detail: str = _ABSENT) -> Refusal:
    """610: the object is not there, in the words of `detail`; the service's own guess at why by default."""
    return Refusal("610", "Object Not Found", f"Object Not Found : {detail}")


def cannot_be_linked(detail: str) -> Refusal:
    """620: a transaction that does not take this link."""
    return Refusal("620", "Transaction cannot be linked", detail, "LinkedTxn")


def bad_parent(detail: str) -> Refusal:
    """700: a parent that cannot be one."""
    return Refusal("700", "Invalid Parent", detail, "ParentRef")


def self_parent() -> Refusal:
    """900: an entry that would be its own parent."""
    return Refusal("900", "Cannot be own parent", "An entry cannot be its own parent.", "ParentRef")


def batch_too_big(count: int, limit: int) -> Refusal:
    """1040: more items in a batch than the service takes."""
    detail = f"The batch has {count} items; the maximum is {limit}."
    return Refusal("1040", "Batch size exceeded", detail, "BatchItemRequest")


def wrong_content_type(given: str) -> Refusal:
    """1050: a body of a type that the endpoint does not read."""
    return Refusal("1050", "Unsupported Content-Type", f"Content-Type {given or 'none'} is not supported.")


def inactive(element: str) -> Refusal:
    """610: a referenced list entry was made inactive."""
    return Refusal("610", "Object Not Found", f"Object Not Found : {_ABSENT}", element)


def deleted() -> Refusal:
    """610: the transaction is gone."""
    return not_found("Another user has deleted this transaction.")


def has_dependencies(detail: str) -> Refusal:
    """800: something else still hangs on the object."""
    return Refusal("800", "Dependencies Exist", detail)


def unsupported_property(name: str) -> Refusal:
    """2010: the request has a property that is unknown."""
    detail = f"Property Name:{name} specified is unsupported or invalid"
    return Refusal("2010", "Request has invalid or unsupported property", detail, name)


def unreadable(form: str = "json") -> Refusal:
    """2010: a body that is no object, or has something of the wrong shape in it; the service tells no more."""
    detail = f"Property Name:failed to parse {form} object; a property specified is unsupported or invalid"
    return Refusal("2010", "Request has invalid or unsupported property", detail, None)


def missing(name: str) -> Refusal:
    """2020: a required parameter is absent."""
    message = "Required param missing, need to supply the required value for the API"
    return Refusal("2020", message, f"Required parameter {name} is missing in the request", name)


def invalid_value(name: str, value: object) -> Refusal:
    """2030: an id or date that is none."""
    return Refusal(
        "2030", "Invalid value specified", f"Invalid value for {name}. Supplied value:{value}", name
    )


def invalid_email(name: str) -> Refusal:
    """2210: an address without an at sign."""
    detail = "Email Address does not conform to the RFC 822 standard."
    return Refusal("2210", "Invalid Email Address format", detail, name)


def too_long(name: str, length: int, limit: int) -> Refusal:
    """2050: a text longer than its field."""
    detail = (
        "String length specified does not match the supported length. "
        f"Min:0 Max:{limit:,} supported. Supplied length:{length:,}"
    )
    message = "String length is either shorter or longer than supported by specification"
    return Refusal("2050", message, detail, name)


def illegal_number(name: str, value: object) -> Refusal:
    """2080: a number that cannot be read."""
    return Refusal("2080", "Invalid Number", f"{name} is not a legal number. Supplied value:{value}", name)


def bad_enumeration(name: str, value: object) -> Refusal:
    """2170: a value outside its enumeration."""
    return Refusal("2170", "Invalid Enumeration", f"Invalid Enumeration : {value}", name)


def no_income_account(name: str) -> Refusal:
    """2390: an item without an income account on a sales form."""
    return Refusal("2390", "Invalid account", f"An income account is required for item {name}", "ItemRef")


_TABLES = {"Customer": "Names", "Vendor": "Names", "Employee": "Names", "Class": "Klasses"}


def bad_reference(kind: str, value: object) -> Refusal:
    """2500: a reference to something that never was, told by the service's own name for where it looked."""
    table = _TABLES.get(kind, f"{kind}s")
    detail = f"Invalid Reference Id : {table} element id {value} not found"
    return Refusal("2500", "Invalid Reference Id", detail, "Reference Id")


def unparsable_query(detail: str) -> Refusal:
    """4000: the query is no query."""
    return Refusal("4000", "Error parsing query", f"QueryParserError: {detail}", None)


def invalid_query(detail: str) -> Refusal:
    """4001: the query parses, but asks for what there is not."""
    return Refusal("4001", "Invalid query", f"QueryValidationError: {detail}", None)


def stale(who: str) -> Refusal:
    """5010: the SyncToken is not the current one."""
    detail = (
        f"Stale Object Error : You and {who} were working on this at the same time. "
        f"{who} finished before you did, so your work was not saved."
    )
    return Refusal("5010", "Stale Object Error", detail)


def no_permission(detail: str) -> Refusal:
    """5020: what the user, or nobody, may see."""
    return Refusal("5020", "Permission Denied Error", f"Permission Denied Error : {detail}")


def feature_off(element: str) -> Refusal:
    """5030: the company's plan or preferences lack the feature."""
    detail = f"Feature Not Supported Error : {element} needs a feature that is not turned on"
    return Refusal("5030", "Feature Not Supported", detail, element)


def business(detail: str, element: str = "") -> Refusal:
    """6000: the catch-all of business validation."""
    return Refusal(
        "6000",
        "A business validation error has occurred while processing your request",
        f"Business Validation Error: {detail}",
        element,
    )


def file_too_big() -> Refusal:
    """6030: more than 100 MB in one upload."""
    return Refusal("6030", "Exceeded maximum upload size", "An upload request is limited to 100 MB.")


def wrong_account(element: str, needed: str) -> Refusal:
    """6430: an account of another type than the field needs."""
    return Refusal("6430", "Invalid account type", f"The account must be of type {needed}.", element)


def deposited() -> Refusal:
    """6540: a transaction whose money was deposited."""
    detail = "The transaction has been deposited. If you want to change it, remove it from the deposit first."
    return Refusal("6540", "Deposited Transaction cannot be changed", detail)


def throttled() -> Refusal:
    """3001, as an item of a batch meets it."""
    message = "message=ThrottleExceeded; errorCode=003001; statusCode=429"
    detail = "The request limit was reached. Try again later"
    return Refusal("3001", message, detail, None, kind="SERVICE", status=429)


def wrong_amount(value: Decimal) -> Refusal:
    """6070: Amount is not UnitPrice × Qty, half-up to cents."""
    detail = f"Amount is not equal to UnitPrice * Qty. Supplied value:{value:,}"
    return Refusal("6070", "Amount calculation incorrect in the request", detail, "Line.Amount")


def bad_us_tax_code(value: object) -> Refusal:
    """6100: a US line whose tax code is neither TAX nor NON."""
    detail = f"Valid line TaxCodes for US should be TAX or NON. Supplied value:{value}"
    return Refusal("6100", "Invalid tax code in the request", detail, "TaxCodeRef")


def duplicate_number(number: str, kind: str, owner: str) -> Refusal:
    """6140: the document number is taken by the transaction `owner` of that kind."""
    detail = (
        "Duplicate Document Number Error : You must specify a different number. This number has already "
        f"been used. DocNumber={number} is assigned to TxnType={kind} with TxnId={owner}"
    )
    return Refusal("6140", "Duplicate Document Number Error", detail, "DocNumber")


def subscription_ended() -> Refusal:
    """6190: nobody pays for the company any more."""
    detail = "Subscription period has ended or canceled or there was a billing problem"
    return Refusal("6190", "Invalid Company Status", detail)


def period_closed() -> Refusal:
    """6210: the transaction's date lies in closed books."""
    detail = (
        "The account period has closed and the account books cannot be updated through the QBO Services "
        "API. Please use the QBO website to make these changes."
    )
    return Refusal("6210", "Account Period Closed, Cannot Update Through Services API", detail)


_SAME_ACCOUNT = (
    "An account already has the same display name. Display Name must be unique. "
    "Please provide a different display name."
)


def duplicate_name(kind: str, owner: str) -> Refusal:
    """6240: the entry `owner` has that name; for accounts the service says so in words."""
    told = _SAME_ACCOUNT if kind == "Account" else f"Id={owner}"
    return Refusal("6240", "Duplicate Name Exists Error", f"The name supplied already exists. : {told}")

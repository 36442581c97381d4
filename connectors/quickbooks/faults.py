"""What a QuickBooks fault means for us: every shape it arrives in, and the table of codes by recovery.

Only an allow-list counts as "nothing happened": a 400 "Unexpected Internal Error (-30003)" under code 6000
is on record as having created the invoice (zao-web/zao-woocommerce-quickbooks-online-integration#12, GitHub).
Codes: developer.intuit.com, "Error codes"; the same code means different things in different years (6210 was
"duplicate number" in a list of 2017), so ambiguous ones are matched with their message. All unverified.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from connectors.quickbooks import figures

_QUOTED = re.compile(r"""(?<!\w)(["'\u201c\u2018])([^"\u201c\u201d]{1,300}?)(["'\u201d\u2019])(?!\w)""")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+")


class Recovery(Enum):
    """What a fault asks for."""

    REJECTED = auto()  #: nothing happened; a person must change something
    STALE = auto()  #: nothing happened; the document moved
    THROTTLED = auto()  #: nothing happened; slow down
    EXPIRED = auto()  #: nothing happened; the access token is no longer accepted
    UNAUTHORIZED = auto()  #: nothing happened; the connection itself is no longer accepted
    CLOSED = auto()  #: nothing happened; the company is locked for maintenance
    BROKEN = auto()  #: the service failed inside; something may have happened
    UNSURE = auto()  #: not on the list: something may have happened


@dataclass(frozen=True, slots=True)
class FaultError:
    """One error of a fault as QuickBooks words it; `code` is "" when there is none."""

    code: str
    message: str
    detail: str

    @property
    def words(self) -> str:
        """Message and detail on one line, cut to a readable length."""
        parts = [self.message] if self.detail in ("", self.message) else [self.message, self.detail]
        return re.sub(r"[\s\x00-\x1f]+", " ", ": ".join(part for part in parts if part))[:300]

    @property
    def told(self) -> str:
        """The words without what they quote: a fault may repeat a title, a name or an address that was sent, and it
        goes into logs."""
        visible = "".join(filter(str.isprintable, self.words))
        return _ADDRESS.sub("…", _QUOTED.sub(lambda found: f"{found[1]}…{found[3]}", visible))


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: code, words that must also be there, what to do, what to tell the person."""

    code: str
    recovery: Recovery
    hint: str = ""
    words: str = ""

    def fits(self, error: FaultError) -> bool:
        """Whether `error` is the one this row speaks of."""
        return error.code == self.code and re.search(self.words, error.words, re.IGNORECASE) is not None


_OUR_DATA = "The document breaks a rule of QuickBooks: correct the rule or the work named and run again."
_CLOSED_BOOKS = "The books are closed on that date: ask finance for an open date or to reopen the period."
_NO_FEATURE = "This QuickBooks plan lacks the feature: take it out of the contract or change the plan."
_RECONNECT = "Connect the company again as one of its administrators."
_GONE = "It was deleted or made inactive in QuickBooks."

RULES: tuple[Rule, ...] = (
    Rule("5010", Recovery.STALE),
    Rule("3001", Recovery.THROTTLED),
    Rule("3200", Recovery.EXPIRED),
    Rule("100", Recovery.EXPIRED),
    Rule("110", Recovery.EXPIRED),
    Rule("120", Recovery.UNAUTHORIZED, _RECONNECT),
    Rule(
        "130", Recovery.UNAUTHORIZED, "The company lives on the other kind of host: check api_url and realm."
    ),
    Rule("140", Recovery.UNAUTHORIZED, _RECONNECT),
    Rule("150", Recovery.CLOSED),
    Rule(
        "3100",
        Recovery.UNAUTHORIZED,
        "Check realm, api_url and the scope of the connection, then connect again.",
    ),
    Rule("6190", Recovery.UNAUTHORIZED, "The QuickBooks subscription needs attention: see its billing page."),
    Rule("500", Recovery.REJECTED, _OUR_DATA, "unsupported"),
    Rule("610", Recovery.REJECTED, _GONE),
    Rule("620", Recovery.REJECTED, _OUR_DATA),
    Rule("630", Recovery.REJECTED, _OUR_DATA),
    Rule("700", Recovery.REJECTED, _OUR_DATA),
    Rule("800", Recovery.REJECTED, "Other transactions depend on it: unlink them in QuickBooks first."),
    Rule("900", Recovery.REJECTED, _OUR_DATA),
    *(
        Rule(code, Recovery.REJECTED, _OUR_DATA)
        for code in ("2010", "2020", "2030", "2050", "2080", "2170", "2390", "4000", "4001", "6070", "6100")
    ),
    Rule(
        "2500", Recovery.REJECTED, "A name it refers to was deleted or made inactive: correct the contract."
    ),
    Rule("5020", Recovery.REJECTED, _NO_FEATURE),
    Rule("5030", Recovery.REJECTED, _NO_FEATURE),
    Rule("6310", Recovery.REJECTED, _NO_FEATURE),
    Rule("6320", Recovery.REJECTED, _NO_FEATURE),
    Rule("6000", Recovery.REJECTED, _OUR_DATA, r"(gst|vat|tax) (rate|code)|0 or greater|multi.?currency"),
    Rule("6000", Recovery.REJECTED, _CLOSED_BOOKS, r"period.*closed|closed.*period"),
    Rule("6140", Recovery.REJECTED, "The number is taken: let QuickBooks number, or give another one."),
    Rule("6200", Recovery.REJECTED, _CLOSED_BOOKS, "period|closed|closing"),
    Rule("6210", Recovery.REJECTED, _CLOSED_BOOKS, "period|closed|closing"),
    Rule("6210", Recovery.REJECTED, "The number is taken: let QuickBooks number.", "duplicate"),
    Rule("6240", Recovery.REJECTED, "The name is taken in QuickBooks."),
    Rule(
        "6430", Recovery.REJECTED, "The account is of the wrong kind for this: check the item in QuickBooks."
    ),
    Rule("10000", Recovery.BROKEN),
    Rule("6540", Recovery.REJECTED, "It was deposited: undo the deposit in QuickBooks first."),
)

# On record as a 400 that had an effect; no code makes it a definite answer.
_HAD_EFFECT = re.compile(r"unexpected internal error|-30003", re.IGNORECASE)
_XML_ERROR = re.compile(
    r'<Error\b[^>]*?\bcode="(?P<code>[^"]*)"[^>]*>(?P<inside>.*?)</Error>', re.IGNORECASE | re.DOTALL
)
_XML_PART = re.compile(r"<(?P<name>Message|Detail)>(?P<text>.*?)</(?P=name)>", re.IGNORECASE | re.DOTALL)


def rule_for(error: FaultError) -> Rule:
    """The row that speaks of `error`; an unlisted one is UNSURE."""
    if _HAD_EFFECT.search(error.words):
        return Rule(error.code, Recovery.BROKEN)
    return next((rule for rule in RULES if rule.fits(error)), Rule(error.code, Recovery.UNSURE))


def errors_in(body: bytes) -> tuple[FaultError, ...]:
    """The errors a body carries, in any of the shapes on record; () when it carries none.

    `Fault` (business), lower-case `fault` (gateway), XML although JSON was asked for, and errors inside a
    200. A body that is a fault without errors gives one nameless error: it is not a success either.
    """
    if b"ault" not in body:
        return ()
    try:
        answer = figures.parse(body)
    except ValueError:
        return _errors_in_xml(body.decode("utf-8", "replace"))
    if not isinstance(answer, dict):
        return ()
    if "Fault" in answer:
        return _errors_in_json(answer["Fault"])
    return _errors_in_json(answer["fault"]) if answer.get("fault") else ()


def _errors_in_json(fault: Any) -> tuple[FaultError, ...]:
    rows = (fault.get("Error") or fault.get("error")) if isinstance(fault, dict) else None
    rows = rows if isinstance(rows, list) else []
    errors = tuple(
        FaultError(*(_word(row, name) for name in ("code", "Message", "Detail")))
        for row in rows
        if isinstance(row, dict)
    )
    return errors or (FaultError("", "a fault without a reason", ""),)


def _word(row: dict[str, Any], name: str) -> str:
    value = row.get(name, row.get(name.lower()))
    return "" if value is None else str(value)


def _errors_in_xml(text: str) -> tuple[FaultError, ...]:
    errors = []
    for found in _XML_ERROR.finditer(text):
        parts = {part["name"].lower(): part["text"] for part in _XML_PART.finditer(found["inside"])}
        errors.append(FaultError(found["code"], parts.get("message", ""), parts.get("detail", "")))
    return tuple(errors)

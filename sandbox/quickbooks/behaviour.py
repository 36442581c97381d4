"""Knobs: behaviour of the real service that nobody could verify, and variants worth testing against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal


@dataclass(slots=True)
class Behaviour:
    """How one server behaves where the real one is not known for sure. README.md lists the reasons.

    requestid_honoured: False treats every write as new, whatever its `requestid`.
    requestid_window: how long an answer is replayed; None for ever.
    requestid_repeat: a repeated id "replay"s the stored answer, or is a "fault" 600.
    requestid_changed_body: the same id with another path or body: "replay", "execute", or "fault" 600.
    requestid_keeps_faults: whether a refused write is replayed too; False lets it run again.
    server_zone: IANA zone of stamps, of the default TxnDate and of times sent without an offset.
    print_status_on_create: PrintStatus of a new invoice that names none.
    email_sent_on_create: a new invoice with EmailSent "keep"s it or is "reset" to NotSet.
    sparse_lines: lines missing from a sparse update's Line array are dropped ("replace") or kept ("keep").
    tax_code_computes: a US TxnTaxCodeRef makes the service compute tax; False takes TotalTax as sent.
    payment_bumps_invoice, send_bumps_invoice: whether these events raise the invoice's SyncToken.
    void_note: what voiding puts in front of PrivateNote (other languages differ).
    duplicate_number_warning: the company option that, with CustomTxnNumbers, makes fault 6140 fire.
    unknown_property: a field the service does not know is "ignore"d or refused ("fault" 2010).
    cdc_beyond_horizon: changedSince older than `cdc_horizon` is a "fault" or is "clip"ped to it.
    cdc_cap: objects in one CDC answer, over all entities; the oldest changes come first.
    access_lifetime, refresh_lifetime: of tokens; refresh_rotates_after: age at which a refresh value is
    replaced on use (zero: every time); refresh_grace: how long the replaced value still works.
    """

    requestid_honoured: bool = True
    requestid_window: timedelta | None = timedelta(hours=24)
    requestid_repeat: Literal["replay", "fault"] = "replay"
    requestid_changed_body: Literal["replay", "execute", "fault"] = "replay"
    requestid_keeps_faults: bool = True
    server_zone: str = "America/Los_Angeles"
    print_status_on_create: str = "NeedToPrint"
    email_sent_on_create: Literal["keep", "reset"] = "keep"
    sparse_lines: Literal["replace", "keep"] = "replace"
    tax_code_computes: bool = True
    payment_bumps_invoice: bool = True
    send_bumps_invoice: bool = True
    void_note: str = "Voided"
    duplicate_number_warning: bool = True
    unknown_property: Literal["ignore", "fault"] = "ignore"
    cdc_beyond_horizon: Literal["fault", "clip"] = "fault"
    cdc_horizon: timedelta = timedelta(days=30)
    cdc_cap: int = 1000
    access_lifetime: timedelta = timedelta(seconds=3600)
    refresh_lifetime: timedelta = timedelta(days=101)
    refresh_rotates_after: timedelta = timedelta(hours=24)
    refresh_grace: timedelta = timedelta(hours=24)

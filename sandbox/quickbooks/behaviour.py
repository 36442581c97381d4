"""Knobs: behaviour of the real service that nobody could verify, and variants worth testing against."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal


@dataclass(slots=True)
class Behaviour:
    """How one server behaves where the real one is not known for sure. README.md lists the reasons.

    requestid_honoured: False treats every write as new, whatever its `requestid`.
    requestid_window: how long an answer is replayed; None for ever.
    requestid_repeat: a repeated id "replay"s the stored answer, or is a "fault" 600.
    requestid_changed_body: the same id with another path or body: "replay", "execute", or "fault" 600.
    Both hold for creates, updates, voids, deletions, sends and batches alike.
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
    undocumented_field: a member that only the public schema knows is "keep"t as sent or "ignore"d.
    cdc_beyond_horizon: changedSince older than `cdc_horizon` is a "fault" or is "clip"ped to it.
    cdc_cap: objects in one CDC answer, over all entities; the oldest changes come first.
    access_lifetime, refresh_lifetime: of tokens; refresh_rotates_after: age at which a refresh value is
    replaced on use (zero: every time); refresh_grace: how long the replaced value still works;
    hard_lifetime: how long a connection lives however often it is refreshed.
    consent: a GET of the authorize page is answered by an approval at once ("auto") or by a "page" to click.
    fault_status: HTTP status of a business fault, 400, or 200 as some answers were seen.
    plain_format: format for a client whose Accept names neither JSON nor XML: that of what it sends, and XML
    where it sends nothing ("request"), or always "json" or "xml".
    lower_case_faults: gateway faults in JSON have a lower-case `fault`; False writes them as `Fault`.
    estimate_when_invoiced: TxnStatus of an estimate that became an invoice.
    conversion_keeps_note: whether an invoice that a person makes of an estimate has its private note.
    inactive_suffix: what is appended to the name of a list entry that is made inactive.
    uncleared_lines: a full update without Line is refused ("fault" 2020) or keeps the lines ("keep").
    ended_subscription: a company that nobody pays for refuses every call ("refuse"), or writes only ("read_only").
    auto_apply_credits: with AutoApplyCredit on, a new invoice uses up open credits at once.
    requests_per_minute, requests_per_second, requests_at_once, batches_per_minute: limits of a company,
    None for none; batch_items_count: items of a batch use up requests_per_minute too, and those that do not
    fit get a throttle fault of their own; retry_after: seconds in that header of a 429, None without it.
    batch_limit: most items of a batch.
    monthly_reads: metered reads of all companies in a calendar month before reads are blocked; None: never.
    webhook_retries: waits before each new attempt of an undelivered notification; webhook_copies: how often
    each is sent; webhook_suffixes: last word but one of a CloudEvents type by operation.
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
    undocumented_field: Literal["keep", "ignore"] = "keep"
    cdc_beyond_horizon: Literal["fault", "clip"] = "fault"
    cdc_horizon: timedelta = timedelta(days=30)
    cdc_cap: int = 1000
    access_lifetime: timedelta = timedelta(seconds=3600)
    refresh_lifetime: timedelta = timedelta(days=101)
    refresh_rotates_after: timedelta = timedelta(hours=24)
    refresh_grace: timedelta = timedelta(hours=24)
    hard_lifetime: timedelta = timedelta(days=5 * 365)
    consent: Literal["auto", "page"] = "auto"
    fault_status: Literal[400, 200] = 400
    plain_format: Literal["request", "json", "xml"] = "request"
    lower_case_faults: bool = True
    estimate_when_invoiced: Literal["Closed", "Converted", "Accepted"] = "Closed"
    conversion_keeps_note: bool = True
    inactive_suffix: str = " (deleted)"
    uncleared_lines: Literal["fault", "keep"] = "fault"
    ended_subscription: Literal["refuse", "read_only"] = "refuse"
    auto_apply_credits: bool = True
    requests_per_minute: int | None = None
    requests_per_second: int | None = None
    requests_at_once: int | None = None
    batches_per_minute: int | None = None
    batch_items_count: bool = False
    retry_after: int | None = None
    batch_limit: int = 30
    monthly_reads: int | None = None
    webhook_retries: tuple[timedelta, ...] = field(
        default_factory=lambda: tuple(timedelta(seconds=wait) for wait in (10, 20, 30, 300, 1200, 7200))
    )
    webhook_copies: int = 1
    webhook_suffixes: dict[str, str] = field(
        default_factory=lambda: {
            "Create": "created",
            "Update": "updated",
            "Delete": "deleted",
            "Void": "voided",
            "Emailed": "emailed",
            "Merge": "merged",
        }
    )

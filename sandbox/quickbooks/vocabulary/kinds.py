"""The entities of the accounting API: what a client may write on each, and what it may ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.quickbooks import refusals
from sandbox.quickbooks.state import Company, Json
from sandbox.quickbooks.vocabulary.fields import Comparison, Field, Sent

SYSTEM: Mapping[str, Comparison] = {
    "Id": "id",
    "MetaData.CreateTime": "time",
    "MetaData.LastUpdatedTime": "time",
}
_READ_ONLY = frozenset(
    (
        *("Id", "SyncToken", "MetaData", "domain", "sparse", "status", "TotalAmt", "Balance", "HomeTotalAmt"),
        *("HomeBalance", "DeliveryInfo", "LinkedTxn", "InvoiceLink", "RecurDataRef", "TaxExemptionRef"),
        *("TxnApprovalInfo", "AllowIPNPayment", "AllowOnlinePayment", "EInvoiceStatus", "TxnSource"),
        *("FullyQualifiedName", "Level", "IsProject", "CurrentBalance", "CurrentBalanceWithSubAccounts"),
        *("RemainingCredit", "UnappliedAmt", "Classification", "BalanceWithJobs", "FileAccessUri"),
        *("TempDownloadUri", "Size", "type", "Line", "TxnTaxDetail", "TxnStatus", "TxnId", "TxnNum"),
        *("RecurringInfo", "AttachableRef", "CustomField", "IntuitId", "UserId", "V4IDPseudonym"),
        *("OverDueBalance", "TotalRevenue", "TotalExpense", "RootCustomerRef", "ClientCompanyId"),
        *("ClientEntityId", "OpenBalanceDate", "OpeningBalance", "OpeningBalanceDate", "AvgCost"),
        *("QtyOnPurchaseOrder", "QtyOnSalesOrder", "SpecialItem", "SpecialItemType", "AutoDocNumber"),
        *("invoiceStatus", "invoiceStatusLog", "callToAction", "ECloudStatusTimeStamp"),
        *("InvoiceLinkSecurityCode", "InvoiceLinkExpiryDate", "ConvenienceFeeDetail"),
        *("ScheduledPaymentId", "ThumbnailFileAccessUri", "ThumbnailTempDownloadUri"),
        *("HoursInEmployeeTimeZone", "OnlineBankingEnabled"),
    )
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One entity. `fields` are writable, `computed` can only be asked for; `defaults` fill a new object.

    `unique` names the field (or FullyQualifiedName) that no two entries share; `reads_only` has no writes;
    `json_name` is what answers call it where that is not its name.
    """

    name: str
    fields: Mapping[str, Field]
    computed: Mapping[str, Comparison] = field(default_factory=dict)
    defaults: Json = field(default_factory=dict)
    required: tuple[str, ...] = ()
    unique: str = ""
    reads_only: bool = False
    in_feed: bool = True
    json_name: str = ""

    @property
    def shown_as(self) -> str:
        """The member under which answers show an object of this kind."""
        return self.json_name or self.name

    @property
    def queryable(self) -> dict[str, Comparison]:
        """How each property that a query may name compares."""
        own = {name: each.compares for name, each in self.fields.items() if each.compares}
        return {**SYSTEM, **own, **self.computed}

    @property
    def known(self) -> frozenset[str]:
        """Every property an object of this kind can have, queryable or not."""
        return frozenset(self.fields) | frozenset(self.computed) | _READ_ONLY


def read_fields(company: Company, kind: Kind, sent: Json, before: Json | None) -> Json:
    """The writable fields that `sent` names, checked and normalised; None where it clears one.

    Read-only fields are ignored; unknown ones too, unless the knob refuses them.
    """
    if company.behaviour.unknown_property == "fault":
        strangers = sorted(sent.keys() - kind.known)
        if strangers:
            raise refusals.unsupported_property(strangers[0])
    return {
        name: each.read(Sent(company, sent, name, before))
        for name, each in kind.fields.items()
        if name in sent
    }

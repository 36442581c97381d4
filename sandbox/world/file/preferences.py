"""The preferences of a company as keys of a world file: the groups and names of the Preferences entity."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, create_model

from sandbox.world.file.knobs import WrittenAs
from sandbox.world.file.words import Table

_Month = Literal[
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
]  # fmt: skip
_Day = Annotated[str, BeforeValidator(lambda value: value.isoformat() if isinstance(value, date) else value)]
_NAMES: Mapping[str, Mapping[Any, str]] = {
    "AccountingInfoPrefs": {
        bool: "UseAccountNumbers ClassTrackingPerTxn ClassTrackingPerTxnLine TrackDepartments",
        str: "DepartmentTerminology CustomerTerminology",
        _Month: "FirstMonthOfFiscalYear TaxYearMonth",
        _Day: "BookCloseDate",
    },
    "ProductAndServicesPrefs": {
        bool: "ForSales ForPurchase QuantityWithPriceAndRate QuantityOnHand RevenueRecognition",
    },
    "SalesFormsPrefs": {
        bool: "AllowDeposit AllowDiscount AllowEstimates AllowServiceDate AllowShipping AutoApplyCredit "
        "AutoApplyPayments CustomTxnNumbers EmailCopyToCompany ETransactionAttachPDF ETransactionPaymentEnabled "
        "IPNSupportEnabled UsingPriceLevels UsingProgressInvoicing",
        str: "DefaultCustomerMessage EstimateMessage ETransactionEnabledStatus",
        Any: "CustomField DefaultTerms DefaultDiscountAccount DefaultShippingAccount SalesEmailBcc SalesEmailCc",
    },
    "EmailMessagesPrefs": {
        Any: "InvoiceMessage EstimateMessage SalesReceiptMessage StatementMessage",
    },
    "TaxPrefs": {
        bool: "UsingSalesTax PartnerTaxEnabled PaySalesTax",
        Any: "TaxGroupCodeRef TaxRateRef TaxableSalesTaxCodeRef NonTaxableSalesTaxCodeRef",
    },
    "VendorAndPurchasesPrefs": {
        bool: "TrackingByCustomer BillableExpenseTracking",
        Any: "DefaultTerms DefaultMarkup DefaultMarkupAccount POCustomField",
    },
    "TimeTrackingPrefs": {
        bool: "UseServices BillCustomers ShowBillRateToAll MarkTimeEntriesBillable",
        str: "WorkWeekStartDate",
        Any: "DefaultTimeItem",
    },
    "CurrencyPrefs": {bool: "MultiCurrencyEnabled"},
    "ReportPrefs": {bool: "CalcAgingReportFromTxnDate", Literal["Accrual", "Cash"]: "ReportBasis"},
    "OtherPrefs": {Any: "NameValue"},
}


def _group(name: str, kinds: Mapping[Any, str]) -> type[Table]:
    members: dict[str, Any] = {
        member: (kind if kind is Any else kind | None, None)
        for kind, names in kinds.items()
        for member in names.split()
    }
    return create_model(name, __base__=Table, **members)


_GROUPS: dict[str, Any] = {name: (_group(name, kinds) | None, None) for name, kinds in _NAMES.items()}
PREFERENCES = WrittenAs(create_model("Preferences", __base__=Table, **_GROUPS))
"""As an annotation of a mapping: the groups that were written, each with the names that were written."""

"""The CompanyInfo and Preferences that a company starts with, in the shape that clients know."""

from __future__ import annotations

from copy import deepcopy

from sandbox.quickbooks.currencies import currency_reference
from sandbox.quickbooks.state import Company, Json

_CUSTOM_FIELDS = 3
_SALES_FORMS: Json = {
    "AllowDeposit": True,
    "AllowDiscount": True,
    "AllowEstimates": True,
    "AllowServiceDate": True,
    "AllowShipping": False,
    "AutoApplyCredit": False,
    "AutoApplyPayments": False,
    "ETransactionEnabledStatus": "NotApplicable",
    "ETransactionAttachPDF": False,
    "ETransactionPaymentEnabled": False,
    "IPNSupportEnabled": False,
    "UsingPriceLevels": False,
    "UsingProgressInvoicing": False,
    "DefaultCustomerMessage": "Thank you for your business and have a great day!",
}
_COMMON: Json = {
    "AccountingInfoPrefs": {
        "FirstMonthOfFiscalYear": "January",
        "UseAccountNumbers": False,
        "TaxYearMonth": "January",
        "ClassTrackingPerTxn": False,
        "ClassTrackingPerTxnLine": True,
        "TrackDepartments": True,
        "DepartmentTerminology": "Location",
        "CustomerTerminology": "Customers",
    },
    "ProductAndServicesPrefs": {
        "ForSales": True,
        "ForPurchase": True,
        "QuantityWithPriceAndRate": True,
        "QuantityOnHand": True,
    },
    "EmailMessagesPrefs": {
        "InvoiceMessage": {"Subject": "Invoice from us", "Message": "Your invoice is attached."},
        "EstimateMessage": {"Subject": "Estimate from us", "Message": "Please review the estimate."},
    },
    "VendorAndPurchasesPrefs": {
        "TrackingByCustomer": True,
        "BillableExpenseTracking": True,
        "POCustomField": [],
    },
    "TimeTrackingPrefs": {
        "UseServices": True,
        "BillCustomers": True,
        "ShowBillRateToAll": False,
        "WorkWeekStartDate": "Monday",
        "MarkTimeEntriesBillable": True,
    },
    "ReportPrefs": {"ReportBasis": "Accrual", "CalcAgingReportFromTxnDate": False},
    "OtherPrefs": {
        "NameValue": [
            {"Name": name, "Value": value}
            for name, value in (
                ("SalesFormsPrefs.DefaultCustomerMessage", _SALES_FORMS["DefaultCustomerMessage"]),
                ("SalesFormsPrefs.DefaultItem", "1"),
                ("DTXCopyMemo", "false"),
                ("SFCEnabled", "true"),
                ("DataPartner", "false"),
                ("Vendor1099Enabled", "true"),
                ("TimeTrackingFeatureEnabled", "true"),
                ("FDPEnabled", "false"),
                ("ProjectsEnabled", "true"),
                ("DateFormat", "Month Date Year separated by a slash"),
                ("DateFormatMnemonic", "MMDDYYYY_SEP_SLASH"),
                ("NumberFormat", "US Number Format"),
                ("NumberFormatMnemonic", "US_NB"),
                ("WarnDuplicateCheckNumber", "true"),
                ("WarnDuplicateBillNumber", "false"),
                ("SignoutInactiveMinutes", "60"),
                ("AccountingInfoPrefs.ShowAccountNumbers", "false"),
            )
        ]
    },
}


def info(name: str, country: str, zone: str) -> Json:
    """A CompanyInfo; `zone` is its DefaultTimeZone (IANA)."""
    address = {
        "Id": "1",
        "Line1": "123 Sierra Way",
        "City": "San Pablo",
        "Country": country,
        "CountrySubDivisionCode": "CA",
        "PostalCode": "87999",
    }
    return {
        "CompanyName": name,
        "LegalName": name,
        "CompanyAddr": address,
        "CustomerCommunicationAddr": address,
        "LegalAddr": address,
        "PrimaryPhone": {},
        "CompanyStartDate": "2020-01-01",
        "FiscalYearStartMonth": "January",
        "Country": country,
        "Email": {"Address": "admin@sandbox.example"},
        "WebAddr": {},
        "DefaultTimeZone": zone,
        "SupportedLanguages": "en",
        "NameValue": [
            {"Name": "SubscriptionStatus", "Value": "SUBSCRIBED"},
            {"Name": "OfferingSku", "Value": "QuickBooks Online Plus"},
            {"Name": "NeoEnabled", "Value": "true"},
            {"Name": "IsQbdtMigrated", "Value": "false"},
        ],
    }


def preferences(
    home_currency: str, *, multicurrency: bool, sales_tax: bool, automated_tax: bool, custom_numbers: bool
) -> Json:
    """Preferences with class tracking per line and locations on."""
    fields = {"CustomTxnNumbers": custom_numbers, "CustomField": custom_field_groups({})}
    return {
        **deepcopy(_COMMON),
        "SalesFormsPrefs": {**_SALES_FORMS, **fields},
        "TaxPrefs": {"UsingSalesTax": sales_tax, "PartnerTaxEnabled": automated_tax},
        "CurrencyPrefs": {
            "HomeCurrency": currency_reference(home_currency),
            "MultiCurrencyEnabled": multicurrency,
        },
    }


def custom_field_groups(names: dict[int, str]) -> list[Json]:
    """The two groups by which Preferences tell which sales form fields are used, and their names."""
    used = [
        {
            "Name": f"SalesFormsPrefs.UseSalesCustom{number}",
            "Type": "BooleanType",
            "BooleanValue": number in names,
        }
        for number in range(1, _CUSTOM_FIELDS + 1)
    ]
    named = [
        {"Name": f"SalesFormsPrefs.SalesCustomName{number}", "Type": "StringType", "StringValue": name}
        for number, name in sorted(names.items())
    ]
    return [{"CustomField": used}, *([{"CustomField": named}] if named else [])]


def use_custom_fields(company: Company, names: dict[int, str]) -> None:
    """Use these fields on sales forms: number 1 to 3, and what it is called."""
    company.preferences.body["SalesFormsPrefs"]["CustomField"] = custom_field_groups(names)

"""The public schema of the service's XML: its namespace, and what kind of value stands under which name."""

from __future__ import annotations

NAMESPACE = "http://schema.intuit.com/finance/v3"

_NAMES = {
    "repeated": """CustomField POCustomField AttachableRef LinkedTxn Line TaxLine OtherContactInfo OtherAddr
        TaxRateDetail TaxRateDetails EffectiveTaxRate ItemGroupLine ItemAssemblyLine NameValue
        BudgetDetail AccountPurposes ApplicableTo BatchItemRequest""",
    "reference": """Entity HomeCurrency DefaultTerms DefaultItem DefaultTimeItem DefaultMarkupAccount
        DefaultARAccount DefaultAPAccount ShipTo DropShipToEntity AccountPurposes OriginalTaxRate
        CustomerMemo""",
    "flag": """Active Adjustment AllowIPNPayment AllowOnlineACHPayment AllowOnlineCreditCardPayment
        AllowOnlinePayment AllowDeposit AllowDiscount AllowEstimates AllowServiceDate AllowShipping
        ApplyTaxAfterDiscount AutoApplyCredit AutoApplyPayments AutoDocNumber BillableExpenseTracking
        BillableTime BillCustomers BillWithParent BooleanValue CalcAgingReportFromTxnDate
        ClassTrackingPerTxn ClassTrackingPerTxnLine Credit CustomTxnNumbers Default EmailCopyToCompany
        EnableBills ETransactionAttachPDF ETransactionPaymentEnabled FinanceCharge ForPurchase ForSales
        FreeFormAddress Hidden IncludeOnSend IPNSupportEnabled IsProject Job ManuallyClosed
        MarkTimeEntriesBillable MultiCurrencyEnabled Organization PartnerTaxEnabled PercentBased
        PrintGroupedItems ProcessPayment PurchaseTaxIncluded QuantityOnHand QuantityWithPriceAndRate
        SalesTaxIncluded ShowBillRateToAll SubAccount SubClass SubDepartment SubItem Taxable TaxGroup
        TaxTrackedOnPurchases TaxTrackedOnSales TrackDepartments TrackingByCustomer TrackQtyOnHand
        UseAccountNumbers UseAutomatedSalesTax UseServices UsingPriceLevels UsingProgressInvoicing
        UsingSalesTax Vendor1099 T4AEligible T5018Eligible TDSEnabled HasTPAR IsSubContractor
        IsCISContractor IncludeInAnnualTPAR GratuityEnabled AutoPayEligible SchedulePayEligible
        ShippingTaxIncludedInTotalTax HomeCurrencyAdjustment EnteredInHomeCurrency UseTimeEntry TaxOnTax
        TaxAccount""",
    "number": """Amount Balance BillRate BreakHours BreakMinutes BreakSeconds CcExpiryMonth CcExpiryYear CostRate
        DayOfMonth DayOfMonthDue DaysBefore Deposit DiscountAmt DiscountDayOfMonth DiscountDays
        DiscountPercent DiscountRate DueDays DueNextMonthDays ExchangeRate HourlyRate Hours LineNum
        MaxOccurrences Minutes NetAmountTaxable NumberValue NumInterval OpeningBalance
        OverrideDeltaAmount Percent PurchaseCost Qty QtyOnHand Quantity Rate RatePercent RateValue
        RemindDays ReorderPoint Seconds Size TaxAmount TaxInclusiveAmount TaxInclusiveAmt TaxOnTaxOrder
        TaxOrder TaxPercent TotalAmt TotalTax UnitPrice WeekOfMonth CreditLimit BuildPoint AbatementRate
        ReverseChargeRate""",
}
REPEATED, _REFERENCES, FLAGS, NUMBERS = (frozenset(names.split()) for names in _NAMES.values())


def is_reference(name: str) -> bool:
    """Whether a text under `name` is the `value` of a reference."""
    return name.endswith("Ref") or name in _REFERENCES

"""The public schema: which members each element has, in the order in which its XML has them."""

from __future__ import annotations

from collections.abc import Mapping

_ENTITY = "Id SyncToken MetaData CustomField AttachableRef"
_TRANSACTION = f"""{_ENTITY} DocNumber TxnDate DepartmentRef CurrencyRef ExchangeRate PrivateNote TxnStatus
    LinkedTxn Line TxnTaxDetail TxnSource TaxFormType TaxFormNum TransactionLocationType Tag TxnApprovalInfo
    RecurDataRef RecurringInfo"""
_SALE = f"""{_TRANSACTION} AutoDocNumber CustomerRef CustomerMemo BillAddr ShipAddr FreeFormAddress
    ShipFromAddr RemitToRef ClassRef SalesTermRef DueDate SalesRepRef PONumber FOB ShipMethodRef ShipDate
    TrackingNum GlobalTaxCalculation TotalAmt HomeTotalAmt ApplyTaxAfterDiscount
    ShippingTaxIncludedInTotalTax TemplateRef PrintStatus EmailStatus BillEmail BillEmailCc BillEmailBcc
    ARAccountRef Balance HomeBalance FinanceCharge PaymentMethodRef PaymentRefNum PaymentType CheckPayment
    CreditCardPayment DepositToAccountRef DeliveryInfo DiscountRate DiscountAmt GovtTxnRefIdentifier
    TaxExemptionRef"""
_FROM_VENDOR = f"""{_TRANSACTION} VendorRef APAccountRef TotalAmt BillEmail ReplyEmail Memo
    GlobalTaxCalculation"""
_NAMED = f"""{_ENTITY} IntuitId Organization Title GivenName MiddleName FamilyName Suffix
    FullyQualifiedName CompanyName DisplayName PrintOnCheckName UserId Active V4IDPseudonym PrimaryPhone
    AlternatePhone Mobile Fax PrimaryEmailAddr WebAddr OtherContactInfo DefaultTaxCodeRef"""
_VENDOR = f"""{_NAMED} ContactName AltContactName Notes BillAddr ShipAddr OtherAddr TaxCountry
    TaxIdentifier TaxIdEffectiveDate BusinessNumber ParentRef VendorTypeRef TermRef PrefillAccountRef
    Balance BillRate OpenBalanceDate CreditLimit AcctNum Vendor1099 T4AEligible T5018Eligible CurrencyRef
    TDSEnabled TDSEntityTypeId TDSSectionTypeId TDSOverrideThreshold TaxReportingBasis APAccountRef
    VendorEx GSTIN GSTRegistrationType IsSubContractor SubcontractorType CISRate HasTPAR
    VendorPaymentBankDetail Source"""
_ITEM_LINE = """ItemRef ClassRef UnitPrice RatePercent PriceLevelRef MarkupInfo Qty UOMRef ItemAccountRef
    InventorySiteRef TaxCodeRef TaxClassificationRef"""
_SALES_LINE = f"{_ITEM_LINE} ServiceDate TaxInclusiveAmt DiscountRate DiscountAmt"
_DISCOUNT = "DiscountRef PercentBased DiscountPercent DiscountAccountRef"
_CHECK = "BankAccountRef PrintStatus CheckDetail PayeeAddr CheckNum Status NameOnAcct AcctNum BankName"
_NAMES = "Name ParentRef FullyQualifiedName Active"
_COMPANY = """CompanyName
    LegalName CompanyAddr CustomerCommunicationAddr LegalAddr CompanyEmailAddr
    CustomerCommunicationEmailAddr CompanyURL PrimaryPhone OtherContactInfo CompanyFileName FlavorStratum
    SampleFile CompanyUserId CompanyUserAdminEmail CompanyStartDate EmployerId FiscalYearStartMonth
    TaxYearStartMonth QBVersion Country ShipAddr OtherAddr Mobile Fax Email WebAddr LastImportedTime
    LastSyncTime SupportedLanguages DefaultTimeZone MultiByteCharsSupported NameValue"""
_SEQUENCES = {
    # transactions
    "Invoice": f"""{_SALE} Deposit AllowIPNPayment AllowOnlinePayment
    AllowOnlineCreditCardPayment AllowOnlineACHPayment EInvoiceStatus ECloudStatusTimeStamp invoiceStatus
    callToAction invoiceStatusLog InvoiceEx LessCIS InvoiceLink PaymentDetailsMessage ConvenienceFeeDetail
    InvoiceLinkSecurityCode InvoiceLinkExpiryDate AutoPayEligible SchedulePayEligible ScheduledPaymentId
    GratuityEnabled""",
    "SalesReceipt": f"{_SALE} SalesReceiptEx LessCIS",
    "Estimate": f"{_SALE} ExpirationDate AcceptedBy AcceptedDate EstimateEx",
    "CreditMemo": f"{_SALE} RemainingCredit InvoiceRef CreditMemoEx",
    "RefundReceipt": f"{_SALE} RemainingCredit RefundReceiptEx",
    "Payment": f"""{_TRANSACTION}
        CustomerRef RemitToRef ARAccountRef DepositToAccountRef PaymentMethodRef PaymentRefNum PaymentType
        CheckPayment CreditCardPayment TotalAmt UnappliedAmt ProcessPayment PaymentEx""",
    "Bill": f"""{_FROM_VENDOR} PayerRef SalesTermRef DueDate RemitToAddr ShipAddr VendorAddr Balance
        HomeBalance BillEx LessCIS IncludeInAnnualTPAR""",
    "VendorCredit": f"{_FROM_VENDOR} VendorAddr VendorCreditEx Balance IncludeInAnnualTPAR",
    "PurchaseOrder": f"""{_FROM_VENDOR}
        TaxCodeRef ClassRef ReimbursableInfoRef SalesTermRef DueDate ExpectedDate VendorAddr ShipTo
        DropShipToEntity InventorySiteRef ShipAddr ShipMethodRef FOB POEmail TemplateRef PrintStatus
        EmailStatus ManuallyClosed POStatus PurchaseOrderEx""",
    "BillPayment": f"""{_TRANSACTION} VendorRef VendorAddr APAccountRef PayType CheckPayment
        CreditCardPayment TotalAmt ProcessBillPayment BillPaymentEx""",
    "Purchase": f"""{_TRANSACTION} AccountRef PaymentMethodRef PaymentRefNum PaymentType CheckPayment
        CreditCardPayment EntityRef Credit RemitToAddr TotalAmt TxnId TxnNum Memo PrintStatus
        GlobalTaxCalculation PurchaseEx LessCIS IncludeInAnnualTPAR""",
    "Deposit": f"""{_TRANSACTION} DepositToAccountRef CashBack GlobalTaxCalculation TotalAmt HomeTotalAmt
        DepositEx""",
    "Transfer": f"{_TRANSACTION} FromAccountRef ToAccountRef Amount ClassRef TransferEx",
    "JournalEntry": f"""{_TRANSACTION}
        Adjustment HomeCurrencyAdjustment EnteredInHomeCurrency GlobalTaxCalculation TotalAmt HomeTotalAmt
        JournalEntryEx""",
    "InventoryAdjustment": f"{_TRANSACTION} AdjustAccountRef",
    "CreditCardPaymentTxn": f"""{_TRANSACTION} CreditCardAccountRef BankAccountRef Amount VendorRef
        CheckNum PrintStatus Memo CreditCardPaymentEx""",
    "ReimburseCharge": f"{_TRANSACTION} CustomerRef HasBeenInvoiced Amount HomeTotalAmt",
    "TimeActivity": f"""{_ENTITY}
        TimeZone TxnDate NameOf EmployeeRef VendorRef OtherNameRef CustomerRef DepartmentRef ItemRef
        ClassRef PayrollItemRef BillableStatus Taxable HourlyRate Hours Minutes Seconds BreakHours
        BreakMinutes BreakSeconds StartTime EndTime Description TimeActivityEx HoursInEmployeeTimeZone""",
    # lists
    "Customer": f"""{_NAMED} Taxable BillAddr ShipAddr OtherAddr ContactName AltContactName
        Notes Job BillWithParent RootCustomerRef ParentRef Level CustomerTypeRef SalesTermRef SalesRepRef
        TaxGroupCodeRef TaxRateRef PaymentMethodRef CCDetail PriceLevelRef Balance OpenBalanceDate
        BalanceWithJobs CreditLimit AcctNum CurrencyRef OverDueBalance TotalRevenue TotalExpense
        PreferredDeliveryMethod ResaleNum JobInfo TDSEnabled CustomerEx SecondaryTaxIdentifier
        ARAccountRef PrimaryTaxIdentifier TaxExemptionReasonId IsProject BusinessNumber GSTIN
        GSTRegistrationType IsCISContractor ClientCompanyId ClientEntityId Source""",
    "Vendor": _VENDOR,
    "TaxAgency": f"""{_VENDOR} SalesTaxCodeRef SalesTaxCountry SalesTaxReturnRef
        TaxRegistrationNumber ReportingPeriod TaxTrackedOnPurchases TaxOnPurchasesAccountRef
        TaxTrackedOnSales TaxTrackedOnSalesAccountRef TaxOnTax LastFileDate TaxAgencyExt TaxAgencyConfig""",
    "Employee": f"""{_NAMED} EmployeeType EmployeeNumber SSN PrimaryAddr OtherAddr BillableTime BillRate
        BirthDate Gender HiredDate ReleasedDate UseTimeEntry EmployeeEx""",
    "CustomerType": f"{_ENTITY} {_NAMES}",
    "Item": f"""{_ENTITY} Name Sku Description Active SubItem
        ParentRef Level FullyQualifiedName Taxable SalesTaxIncluded PercentBased UnitPrice RatePercent
        Type PaymentMethodRef UOMSetRef IncomeAccountRef PurchaseDesc PurchaseTaxIncluded PurchaseCost
        ExpenseAccountRef COGSAccountRef AssetAccountRef PrefVendorRef AvgCost TrackQtyOnHand QtyOnHand
        QtyOnPurchaseOrder QtyOnSalesOrder ReorderPoint ManPartNum DepositToAccountRef SalesTaxCodeRef
        PurchaseTaxCodeRef InvStartDate BuildPoint PrintGroupedItems SpecialItem SpecialItemType
        ItemGroupDetail ItemAssemblyDetail AbatementRate ReverseChargeRate ServiceType ItemCategoryType
        ItemEx TaxClassificationRef UQCDisplayText UQCId ClassRef Source""",
    "Account": f"""{_ENTITY} Name SubAccount ParentRef Description FullyQualifiedName AccountAlias
        TxnLocationType Active Classification AccountType AccountSubType AccountPurposes AcctNum
        AcctNumExtn BankNum OpeningBalance OpeningBalanceDate CurrentBalance CurrentBalanceWithSubAccounts
        CurrencyRef TaxAccount TaxCodeRef OnlineBankingEnabled FIName JournalCodeRef AccountEx""",
    "Class": f"{_ENTITY} Name SubClass ParentRef FullyQualifiedName Active ClassEx",
    "Department": f"{_ENTITY} Name SubDepartment ParentRef FullyQualifiedName Active DepartmentEx Address",
    "Term": f"""{_ENTITY}
        Name Active Type DiscountPercent DueDays DiscountDays DayOfMonthDue DueNextMonthDays
        DiscountDayOfMonth SalesTermEx""",
    "PaymentMethod": f"{_ENTITY} Name Active Type PaymentMethodEx",
    "JournalCode": f"{_ENTITY} Name Type Description Active JournalCodeEx",
    "TaxCode": f"""{_ENTITY}
        Name Description Active Hidden Taxable TaxGroup SalesTaxRateList PurchaseTaxRateList
        AdjustmentTaxRateList TaxCodeEx TaxCodeConfigType""",
    "TaxRate": f"""{_ENTITY} Name Description Active RateValue AgencyRef TaxReturnLineRef EffectiveTaxRate
        SpecialTaxType DisplayType TaxRateEx OriginalTaxRate""",
    "TaxClassification": f"{_ENTITY} Code Name Description Level ParentRef ApplicableTo",
    "TaxPayment": f"{_ENTITY} PaymentDate PaymentAccountRef PaymentAmount Description Refund TaxPayableAccountRef",
    "CompanyCurrency": f"{_ENTITY} Code Name Active CompanyCurrencyEx",
    "ExchangeRate": f"{_ENTITY} SourceCurrencyCode TargetCurrencyCode Rate AsOfDate ExchangeRateEx",
    "Budget": f"{_ENTITY} Name StartDate EndDate BudgetType BudgetEntryType Active BudgetDetail",
    "Attachable": f"""{_ENTITY}
        FileName FileAccessUri TempDownloadUri Size ContentType Category Lat Long PlaceName Note Tag
        ThumbnailFileAccessUri ThumbnailTempDownloadUri AttachableEx""",
    # the company
    "CompanyInfo": f"{_ENTITY} {_COMPANY} FifoCalculationStatus CompanyInfoEx",
    "Preferences": f"""{_ENTITY}
        AccountingInfoPrefs AdvancedInventoryPrefs ProductAndServicesPrefs SalesFormsPrefs
        EmailMessagesPrefs PrintDocumentPrefs VendorAndPurchasesPrefs TimeTrackingPrefs TaxPrefs
        FinanceChargesPrefs CurrencyPrefs ReportPrefs OtherPrefs""",
    "AccountingInfoPrefs": """UseAccountNumbers DefaultARAccount DefaultAPAccount RequiresAccounts
        TrackDepartments DepartmentTerminology ClassTrackingPerTxn ClassTrackingPerTxnLine
        AutoJournalEntryNumber FirstMonthOfFiscalYear TaxYearMonth TaxForm BookCloseDate OtherContactInfo
        CustomerTerminology""",
    "ProductAndServicesPrefs": """ForSales ForPurchase InventoryAndPurchaseOrder QuantityWithPriceAndRate
        QuantityOnHand UOM""",
    "SalesFormsPrefs": """UsingProgressInvoicing CustomField CustomTxnNumbers DelayedCharges SalesEmailCc
        SalesEmailBcc EmailCopyToCompany AllowDeposit AllowDiscount DefaultDiscountAccount AllowEstimates
        EstimateMessage ETransactionEnabledStatus ETransactionAttachPDF ETransactionPaymentEnabled
        IPNSupportEnabled InvoiceMessage AllowServiceDate AllowShipping DefaultShippingAccount DefaultItem
        DefaultTerms DefaultDeliveryMethod AutoApplyCredit AutoApplyPayments PrintItemWithZeroAmount
        DefaultShipMethodRef DefaultMarkup TrackReimbursableExpensesAsIncome UsingSalesOrders
        UsingPriceLevels DefaultFOB DefaultCustomerMessage""",
    "EmailMessagesPrefs": "NameValue InvoiceMessage EstimateMessage SalesReceiptMessage StatementMessage",
    "VendorAndPurchasesPrefs": """EnableBills
        TrackingByCustomer BillableExpenseTracking DefaultTerms DefaultMarkup DefaultMarkupAccount
        AutomaticBillPayment TPAREnabled POCustomField MsgToVendors UsingInventory
        UsingMultiLocationInventory DaysBillsAreDue DiscountAccountRef""",
    "TimeTrackingPrefs": """UseServices DefaultTimeItem BillCustomers ShowBillRateToAll WorkWeekStartDate
        TimeTrackingEnabled MarkTimeEntriesBillable MarkExpensesAsBillable""",
    "TaxPrefs": """UsingSalesTax PartnerTaxEnabled HideTaxManagement TaxGroupCodeRef TaxRateRef
        PaySalesTax NonTaxableSalesTaxCodeRef TaxableSalesTaxCodeRef""",
    "CurrencyPrefs": "MultiCurrencyEnabled HomeCurrency",
    "ReportPrefs": "ReportBasis CalcAgingReportFromTxnDate",
    # parts
    "MetaData": "CreatedByRef CreateTime LastModifiedByRef LastUpdatedTime LastChangedInQB Synchronized",
    "CustomField": "DefinitionId Name Type StringValue BooleanValue DateValue NumberValue",
    "AttachableRef": "EntityRef LineInfo IncludeOnSend CustomField AttachableRefEx",
    "Line": """Id
        LineNum Description Amount Received LinkedTxn DetailType PaymentLineDetail DiscountLineDetail
        TaxLineDetail SalesItemLineDetail DescriptionLineDetail ItemBasedExpenseLineDetail
        AccountBasedExpenseLineDetail ReimburseLineDetail DepositLineDetail PurchaseOrderItemLineDetail
        SalesOrderItemLineDetail ItemReceiptLineDetail JournalEntryLineDetail GroupLineDetail
        SubTotalLineDetail TDSLineDetail ItemAdjustmentLineDetail CustomField LineEx""",
    "SalesItemLineDetail": _SALES_LINE,
    "PurchaseOrderItemLineDetail": f"{_SALES_LINE} ManPartNum ManuallyClosed OpenQty",
    "ItemBasedExpenseLineDetail": f"{_ITEM_LINE} CustomerRef BillableStatus TaxInclusiveAmt",
    "ReimburseLineDetail": _ITEM_LINE,
    "ItemAdjustmentLineDetail": "ItemRef ClassRef QtyDiff NewQty",
    "AccountBasedExpenseLineDetail": """CustomerRef
        ClassRef AccountRef BillableStatus MarkupInfo TaxAmount TaxCodeRef TaxInclusiveAmt""",
    "DepositLineDetail": """Entity ClassRef AccountRef PaymentMethodRef CheckNum TxnType TaxCodeRef
        TaxApplicableOn""",
    "JournalEntryLineDetail": """PostingType Entity AccountRef ClassRef DepartmentRef TaxCodeRef
        TaxRateRef TaxApplicableOn TaxAmount TaxInclusiveAmt BillableStatus JournalCodeRef""",
    "Entity": "Type EntityRef",
    "DiscountLineDetail": f"{_DISCOUNT} ServiceDate ClassRef TaxCodeRef",
    "TaxLineDetail": """TaxRateRef
        PercentBased TaxPercent NetAmountTaxable TaxInclusiveAmount OverrideDeltaAmount ServiceDate""",
    "GroupLineDetail": "GroupItemRef Quantity UOMRef ServiceDate Line",
    "DescriptionLineDetail": "ServiceDate TaxCodeRef",
    "SubTotalLineDetail": "ItemRef ServiceDate",
    "PaymentLineDetail": "ItemRef ServiceDate ClassRef Balance HomeBalance Discount",
    "LinkedTxn": "TxnId TxnType TxnLineId",
    "TxnTaxDetail": "DefaultTaxCodeRef TxnTaxCodeRef TotalTax TaxReviewStatus TaxLine UseAutomatedSalesTax",
    "TxnApprovalInfo": "ApprovalStatus ApprovalStatusDetail LastChangedByUser LastChangedDate",
    "MarkupInfo": "PercentBased Value Percent PriceLevelRef MarkUpIncomeAccountRef",
    "CheckPayment": _CHECK,
    "CreditCardPayment": "CCAccountRef CCDetail CreditChargeInfo CreditChargeResponse",
    "CashBack": "AccountRef Amount Memo",
    "DeliveryInfo": "DeliveryType DeliveryTime DeliveryErrorType",
    "TaxRateDetail": "TaxRateRef TaxTypeApplicable TaxOrder TaxOnTaxOrder",
    "EffectiveTaxRate": "RateValue EffectiveDate EndDate",
    "ItemGroupLine": "ItemRef Qty UOMRef",
    "BudgetDetail": "BudgetDate Amount AccountRef CustomerRef ClassRef DepartmentRef",
    "RecurringInfo": "Name RecurType Active ScheduleInfo",
    "ScheduleInfo": """IntervalType
        NumInterval DayOfMonth DayOfWeek WeekOfMonth MonthOfYear RemindDays DaysBefore MaxOccurrences
        StartDate EndDate NextDate PreviousDate""",
    "Addr": """Id Line1 Line2 Line3 Line4 Line5 City Country CountryCode CountrySubDivisionCode PostalCode
        PostalCodeSuffix Lat Long Tag Note""",
    "Phone": """Id DeviceType CountryCode AreaCode ExchangeCode Extension FreeFormNumber Default Tag""",
    "NameValue": "Name Value",
    "Message": "Subject Message",
}
_SAME = {"TaxLine": "Line", "Address": "Addr", "Mobile": "Phone", "Fax": "Phone"}
_ENDINGS = ("Addr", "Phone", "Message")
_PLACES: Mapping[str, Mapping[str, int]] = {
    name: {member: place for place, member in enumerate(sequence.split())}
    for name, sequence in _SEQUENCES.items()
}


def places(name: str) -> Mapping[str, int]:
    """Where each member of an element called `name` stands; empty for one that the schema does not order."""
    known = _SAME.get(name, name)
    if known not in _PLACES:
        known = next((ending for ending in _ENDINGS if name.endswith(ending)), "")
    return _PLACES.get(known, {})

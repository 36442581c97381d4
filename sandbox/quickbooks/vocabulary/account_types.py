"""The account types of the service, what each is in the books, and the detail types (sub-types) below it."""

from __future__ import annotations

ACCOUNT_TYPES = {  # AccountType: (Classification, default AccountSubType)
    "Bank": ("Asset", "Checking"),
    "Accounts Receivable": ("Asset", "AccountsReceivable"),
    "Other Current Asset": ("Asset", "OtherCurrentAssets"),
    "Fixed Asset": ("Asset", "OtherFixedAssets"),
    "Other Asset": ("Asset", "OtherLongTermAssets"),
    "Accounts Payable": ("Liability", "AccountsPayable"),
    "Credit Card": ("Liability", "CreditCard"),
    "Other Current Liability": ("Liability", "OtherCurrentLiabilities"),
    "Long Term Liability": ("Liability", "OtherLongTermLiabilities"),
    "Equity": ("Equity", "OpeningBalanceEquity"),
    "Income": ("Revenue", "ServiceFeeIncome"),
    "Other Income": ("Revenue", "OtherMiscellaneousIncome"),
    "Cost of Goods Sold": ("Expense", "SuppliesMaterialsCogs"),
    "Expense": ("Expense", "OtherMiscellaneousServiceCost"),
    "Other Expense": ("Expense", "OtherMiscellaneousExpense"),
}
_DETAILS = {
    "Bank": """
        CashOnHand Checking MoneyMarket RentsHeldInTrust Savings TrustAccounts CashAndCashEquivalents
        OtherEarMarkedBankAccounts""",
    "Accounts Receivable": "AccountsReceivable",
    "Other Current Asset": """
        AllowanceForBadDebts DevelopmentCosts EmployeeCashAdvances OtherCurrentAssets Inventory
        Investment_MortgageRealEstateLoans Investment_Other Investment_TaxExemptSecurities
        Investment_USGovernmentObligations LoansToOfficers LoansToOthers LoansToStockholders
        PrepaidExpenses Retainage UndepositedFunds AssetsAvailableForSale BalWithGovtAuthorities
        CalledUpShareCapitalNotPaid ExpenditureAuthorisationsAndLettersOfCredit GlobalTaxDeferred
        GlobalTaxRefund InternalTransfers OtherConsumables ProvisionsCurrentAssets
        ShortTermInvestmentsInRelatedParties ShortTermLoansAndAdvancesToRelatedParties
        TradeAndOtherReceivables""",
    "Fixed Asset": """
        AccumulatedDepletion AccumulatedDepreciation DepletableAssets FixedAssetComputers
        FixedAssetCopiers FixedAssetFurniture FixedAssetPhone FixedAssetPhotoVideo FixedAssetSoftware
        FixedAssetOtherToolsEquipment FurnitureAndFixtures Land LeaseholdImprovements OtherFixedAssets
        AccumulatedAmortization Buildings IntangibleAssets MachineryAndEquipment Vehicles
        AssetsInCourseOfConstruction CapitalWip CumulativeDepreciationOnIntangibleAssets
        IntangibleAssetsUnderDevelopment LandAsset NonCurrentAssets ParticipatingInterests
        ProvisionsFixedAssets""",
    "Other Asset": """
        LeaseBuyout OtherLongTermAssets SecurityDeposits AccumulatedAmortizationOfOtherAssets Goodwill
        Licenses OrganizationalCosts AssetsHeldForSale AvailableForSaleFinancialAssets DeferredTax
        Investments LongTermInvestments LongTermLoansAndAdvancesToRelatedParties OtherIntangibleAssets
        OtherLongTermInvestments OtherLongTermLoansAndAdvances PrepaymentsAndAccruedIncome
        ProvisionsNonCurrentAssets""",
    "Accounts Payable": "AccountsPayable",
    "Credit Card": "CreditCard",
    "Other Current Liability": """
        DirectDepositPayable LineOfCredit LoanPayable GlobalTaxPayable GlobalTaxSuspense
        OtherCurrentLiabilities PayrollClearing PayrollTaxPayable PrepaidExpensesPayable
        RentsInTrustLiability TrustAccountsLiabilities FederalIncomeTaxPayable InsurancePayable
        SalesTaxPayable StateLocalIncomeTaxPayable AccruedLiabilities CurrentLiabilities
        CurrentPortionEmployeeBenefitsObligations CurrentPortionOfObligationsUnderFinanceLeases
        CurrentTaxLiability DividendsPayable DutiesAndTaxes InterestPayables
        ProvisionForWarrantyObligations ProvisionsCurrentLiabilities ShortTermBorrowings
        SocialSecurityAgencies StaffAndRelatedLiabilityAccounts SundryDebtorsAndCreditors
        TradeAndOtherPayables""",
    "Long Term Liability": """
        NotesPayable OtherLongTermLiabilities ShareholderNotesPayable AccrualsAndDeferredIncome
        AccruedLongLermLiabilities AccruedVacationPayable BankLoans
        DebtsRelatedToParticipatingInterests DeferredTaxLiabilities
        GovernmentAndOtherPublicAuthorities GroupAndAssociates LiabilitiesRelatedToAssetsHeldForSale
        LongTermBorrowings LongTermDebit LongTermEmployeeBenefitObligations
        ObligationsUnderFinanceLeases OtherLongTermProvisions ProvisionForLiabilities
        ProvisionsNonCurrentLiabilities StaffAndRelatedLongTermLiabilityAccounts""",
    "Equity": """
        OpeningBalanceEquity PartnersEquity RetainedEarnings AccumulatedAdjustment OwnersEquity
        PaidInCapitalOrSurplus PartnerContributions PartnerDistributions PreferredStock CommonStock
        TreasuryStock EstimatedTaxes Healthcare PersonalIncome PersonalExpense
        AccumulatedOtherComprehensiveIncome CalledUpShareCapital CapitalReserves DividendDisbursed
        EquityInEarningsOfSubsiduaries InvestmentGrants MoneyReceivedAgainstShareWarrants
        OtherFreeReserves ShareApplicationMoneyPendingAllotment ShareCapital Funds""",
    "Income": """
        NonProfitIncome OtherPrimaryIncome SalesOfProductIncome ServiceFeeIncome DiscountsRefundsGiven
        UnappliedCashPaymentIncome CashReceiptIncome OperatingGrants OtherCurrentOperatingIncome
        OwnWorkCapitalized RevenueGeneral SalesRetail SalesWholesale SavingsByTaxScheme""",
    "Other Income": """
        DividendIncome InterestEarned OtherInvestmentIncome OtherMiscellaneousIncome TaxExemptInterest
        GainLossOnSaleOfFixedAssets GainLossOnSaleOfInvestments LossOnDisposalOfAssets
        OtherOperatingIncome UnrealisedLossOnSecuritiesNetOfTax""",
    "Cost of Goods Sold": """
        EquipmentRentalCos OtherCostsOfServiceCos ShippingFreightDeliveryCos SuppliesMaterialsCogs
        CostOfLaborCos CostOfSales FreightAndDeliveryCost""",
    "Expense": """
        AdvertisingPromotional BadDebts BankCharges CharitableContributions CommissionsAndFees
        Entertainment EntertainmentMeals EquipmentRental FinanceCosts GlobalTaxExpense Insurance
        InterestPaid LegalProfessionalFees OfficeExpenses OfficeGeneralAdministrativeExpenses
        OtherBusinessExpenses OtherMiscellaneousServiceCost PromotionalMeals RentOrLeaseOfBuildings
        RepairMaintenance ShippingFreightDelivery SuppliesMaterials Travel TravelMeals Utilities Auto
        CostOfLabor DuesSubscriptions PayrollExpenses TaxesPaid UnappliedCashBillPaymentExpense
        AmortizationExpense AppropriationsToDepreciation BorrowingCost DistributionCosts
        ExternalServices ExtraordinaryCharges IncomeTaxExpense LossOnDiscontinuedOperationsNetOfTax
        ManagementCompensation OtherCurrentOperatingCharges OtherExternalServices OtherRentalCosts
        OtherSellingExpenses ProjectStudiesSurveysAssessments PurchasesRebates
        ShippingAndDeliveryExpense StaffCosts Sundry TravelExpensesGeneralAndAdminExpenses
        TravelExpensesSellingExpense""",
    "Other Expense": """
        Depreciation ExchangeGainOrLoss OtherMiscellaneousExpense PenaltiesSettlements Amortization
        GasAndFuel HomeOffice HomeOwnerRentalInsurance OtherHomeOfficeExpenses MortgageInterest
        RentAndLease RepairsAndMaintenance ParkingAndTolls Vehicle VehicleInsurance VehicleLease
        VehicleLeasePayments VehicleLoan VehicleLoanInterest VehicleRegistration VehicleRepairs
        OtherVehicleExpenses WashAndRoadServices DeferredTaxExpense Depletion ExceptionalItems
        ExtraordinaryItems IncomeTaxOtherExpense MatCredit PriorPeriodItems TaxRoundoffGainOrLoss""",
}
_TYPE_OF = {detail: kind for kind, details in _DETAILS.items() for detail in details.split()}


def type_of_detail(detail: str) -> str | None:
    """The AccountType to which a sub-type belongs; None when there is no such sub-type."""
    return _TYPE_OF.get(detail)


def fits(kind: str, detail: str) -> bool:
    """Whether a detail type can stand below an AccountType; one that no list names fits them all."""
    return detail not in _TYPE_OF or detail in _DETAILS[kind].split()

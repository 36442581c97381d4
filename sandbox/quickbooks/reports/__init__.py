"""Reports from the ledger, in the shape of the report API: header, columns, nested rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sandbox.quickbooks.refusals import no_permission
from sandbox.quickbooks.reports import (
    aging,
    cashflow,
    ledgers,
    listings,
    sales,
    splits,
    statements,
    taxsummary,
    transactions,
    trial,
    valuation,
)
from sandbox.quickbooks.state import Company, Json

_Maker = Callable[[Company, Mapping[str, str]], Json]
_REPORTS: dict[str, _Maker] = {
    "TrialBalance": trial.trial_balance,
    "ProfitAndLoss": statements.profit_and_loss,
    "ProfitAndLossDetail": ledgers.profit_and_loss_detail,
    "BalanceSheet": statements.balance_sheet,
    "CashFlow": cashflow.cash_flow,
    "GeneralLedger": ledgers.general_ledger,
    "JournalReport": splits.journal,
    "TransactionList": transactions.transaction_list,
    "TransactionListByCustomer": transactions.by_customer,
    "TransactionListByVendor": transactions.by_vendor,
    "TransactionListWithSplits": splits.with_splits,
    "AgedReceivables": aging.aged_receivables,
    "AgedReceivableDetail": aging.aged_receivable_detail,
    "AgedPayables": aging.aged_payables,
    "AgedPayableDetail": aging.aged_payable_detail,
    "CustomerBalance": aging.customer_balance,
    "CustomerBalanceDetail": listings.customer_balance_detail,
    "CustomerIncome": sales.customer_income,
    "CustomerSales": sales.customer_sales,
    "ItemSales": sales.item_sales,
    "ClassSales": sales.class_sales,
    "DepartmentSales": sales.department_sales,
    "VendorBalance": aging.vendor_balance,
    "VendorBalanceDetail": listings.vendor_balance_detail,
    "VendorExpenses": sales.vendor_expenses,
    "AccountList": listings.account_list,
    "InventoryValuationSummary": valuation.summary,
    "InventoryValuationDetail": valuation.detail,
    "TaxSummary": taxsummary.tax_summary,
}
NAMES = tuple(_REPORTS)
_BY_ANY_CASE = {name.casefold(): maker for name, maker in _REPORTS.items()}


def report(company: Company, name: str, args: Mapping[str, str]) -> Json:
    """The report called `name`; 5020 for one that there is not, as the service says it."""
    maker = _BY_ANY_CASE.get(name.casefold())
    if maker is None:
        raise no_permission(f"Report {name} is not available.")
    return maker(company, args)

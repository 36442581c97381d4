"""What the company's plan includes: the one resource that speaks XML only and lies outside the company's path."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from sandbox.http import Request, Response
from sandbox.quickbooks.state import Company

PATH = "/manage/entitlements/v3/{realm}"
_PLAN = "QBWEBPLUS"
_ON = {
    1: "Class Tracking",
    3: "Expense Tracking by Customer",
    4: "Time Tracking",
    5: "Budgets",
    6: "Custom Invoice Styles",
    10: "Managing Bills to Pay Later",
    11: "Complete Set of Reports",
    12: "Enhanced Reporting",
    13: "Exporting to Excel",
    15: "Delayed Charges",
    16: "Custom Sales Fields",
    19: "Recurring Transactions",
    20: "Closing the Books",
    21: "Location Tracking",
    28: "Online Banking",
    29: "Basic Sales",
    30: "Basic Banking",
    31: "Accounting",
    35: "Estimates",
    42: "Purchase Order",
    43: "Inventory",
    45: "Multi-Currency",
    49: "Global Tax Model",
}
_OFF = {7: "PayPal", 8: "Merchant Service", 44: "Do-it-yourself Payroll (Paycycle)"}
_USERS, _CLASSES, _ACCOUNTS = 5, 40, 250


def entitlements(company: Company, _request: Request) -> Response:
    """`GET /manage/entitlements/v3/{realm}`."""
    root = ET.Element("EntitlementsResponse")
    plain = {"QboCompany": "true", "PlanName": _PLAN, "MaxUsers": str(_USERS)}
    for name, value in (plain | {"CurrentUsers": "2", "DaysRemainingTrial": "0"}).items():
        ET.SubElement(root, name).text = value
    for term, entries in (("Off", _OFF), ("On", _ON)):
        for number, title in entries.items():
            entry = ET.SubElement(root, "Entitlement", id=str(number))
            ET.SubElement(entry, "name").text = title
            ET.SubElement(entry, "term").text = term
    limits = ET.SubElement(root, "Thresholds")
    tracked = len(company.rows("Class")) + len(company.rows("Department"))
    _add_limit(limits, "CLASSES_AND_DEPARTMENTS", _CLASSES, tracked)
    _add_limit(limits, "ACCOUNTS", _ACCOUNTS, len(company.rows("Account")))
    _add_limit(limits, "USERS", _USERS, 2)
    body = ET.tostring(root, "utf-8", xml_declaration=True)
    return Response(200, body, {"Content-Type": "application/xml;charset=UTF-8"})


def _add_limit(limits: ET.Element, name: str, limit: int, count: int) -> None:
    entry = ET.SubElement(limits, "threshold")
    values = {"name": name, "limit": limit, "enforced": "true", "currentCount": count}
    for member, value in (values | {"aboveThreshold": str(count > limit).lower()}).items():
        ET.SubElement(entry, member).text = str(value)

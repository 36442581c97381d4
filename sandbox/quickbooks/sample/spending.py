"""What the sample company bought, paid and moved between its accounts, as recorded, by id.

Days count from the day the sample was made. The ids of the first bill of Robertson, its payment and the first
expense there, and the first purchase order, are unverified.
"""

from __future__ import annotations

from typing import NamedTuple


class Cost(NamedTuple):
    """A bill, purchase or order: one account, or items as (item, quantity, price)."""

    vendor: int
    day: int
    amount: str
    account: int = 0
    text: str = ""
    note: str = ""
    items: tuple[tuple[int, str, str], ...] = ()
    customer: int = 0


class Paid(NamedTuple):
    """A purchase: what it cost, from which account, and how ("Expense" is the form, the rest are kinds)."""

    way: str
    account: int
    number: str
    cost: Cost


class Settled(NamedTuple):
    """A payment of one bill."""

    bill: int
    day: int
    number: str
    card: bool = False


CHECKING, SAVINGS, MASTERCARD = 35, 36, 41
BILLS: dict[int, Cost] = {
    1: Cost(31, -7, "2000", 14, note="Opening Balance"),
    2: Cost(41, -37, "250", 14, note="Opening Balance"),
    3: Cost(51, -15, "666", 14, note="Opening Balance"),
    18: Cost(30, -14, "75", 69),
    19: Cost(31, -7, "241.23", 11),
    21: Cost(32, -16, "74.36", 77, "Monthly Phone Bill"),
    24: Cost(40, -16, "900", 17, "Building Lease"),
    25: Cost(46, -3, "103.55", 64, "Lumber", customer=26),
    35: Cost(48, -16, "114.09", 76),
    44: Cost(36, -2, "755", 75, "Repairs on the truck"),
    76: Cost(49, -124, "300", 71, note="Lawyer fees related to Startup"),
    78: Cost(48, -45, "86.44", 76),
    105: Cost(32, -46, "56.50", 77),
    108: Cost(49, 0, "315", 69),
    126: Cost(46, 0, "205", items=((5, "1", "125"), (11, "8", "10"))),
}
BILL_PAYMENTS: dict[int, Settled] = {
    22: Settled(1, -3, "1"),
    37: Settled(18, -2, "3"),
    50: Settled(21, -2, "1", card=True),
    77: Settled(35, -1, "6"),
    79: Settled(2, -21, "7"),
    82: Settled(3, -1, "45"),
    90: Settled(76, -94, "10"),
    104: Settled(24, -7, "11"),
    117: Settled(105, 0, "1", card=True),
    118: Settled(25, 0, "1", card=True),
}
PURCHASES: dict[int, Paid] = {
    36: Paid("Check", CHECKING, "2", Cost(43, -6, "18.08", 15, "Office Supplies")),
    51: Paid("Expense", MASTERCARD, "1", Cost(38, -2, "112", 29, "Equipment rental for 5 days")),
    55: Paid("Expense", MASTERCARD, "", Cost(42, -2, "74.86", 7)),
    56: Paid("Expense", MASTERCARD, "50", Cost(50, -6, "82.45", 66)),
    57: Paid("Check", CHECKING, "4", Cost(33, -50, "54.55", 56)),
    58: Paid("Check", CHECKING, "5", Cost(33, -35, "62.01", 56)),
    59: Paid("Expense", MASTERCARD, "1", Cost(33, -15, "65", 56)),
    80: Paid("Expense", CHECKING, "8", Cost(41, -18, "24.36", items=((15, "3", "8.12"),))),
    81: Paid("Expense", MASTERCARD, "1", Cost(41, -12, "88.09", 64)),
    83: Paid("Expense", CHECKING, "13", Cost(41, -6, "215.66", 67)),
    84: Paid("Check", CHECKING, "", Cost(52, -9, "100", 71, "Consulting")),
    85: Paid("Expense", MASTERCARD, "3", Cost(50, -65, "158.08", 66)),
    86: Paid("Expense", CHECKING, "9", Cost(50, -41, "89.09", 66, "Morning Glories and Sod")),
    87: Paid("Expense", CHECKING, "15", Cost(50, -34, "108.09", 58)),
    88: Paid("Expense", MASTERCARD, "22", Cost(50, -10, "54.92", items=((14, "4", "13.73"),))),
    89: Paid("Expense", CHECKING, "108", Cost(50, -1, "46.98", 58)),
    107: Paid("Expense", CHECKING, "12", Cost(49, -72, "250", 69)),
    109: Paid("Check", CHECKING, "12", Cost(30, -41, "55", 70)),
    115: Paid(
        *("Check", CHECKING, "75"),
        Cost(
            41, 0, "228.75", items=((16, "15", "0.75"), (17, "25", "2.5"), (11, "3", "10"), (5, "1", "125"))
        ),
    ),
    122: Paid("Expense", MASTERCARD, "1", Cost(33, 0, "52.56", 56)),
    127: Paid("Expense", CHECKING, "76", Cost(47, 0, "75", 12, "Counsel")),
    131: Paid("Cash", CHECKING, "", Cost(33, -1, "63.15", 56)),
    132: Paid("Cash", CHECKING, "", Cost(33, -8, "52.14", 56)),
    133: Paid("Check", CHECKING, "70", Cost(33, -8, "185", 72)),
    134: Paid("Cash", CHECKING, "", Cost(50, 3, "23.50", 66)),
    135: Paid("Cash", CHECKING, "", Cost(56, -9, "5.66", 13)),
    136: Paid("Cash", CHECKING, "", Cost(57, -9, "19.99", 55)),
    137: Paid("Cash", CHECKING, "", Cost(56, -4, "3.86", 13)),
    138: Paid("Check", CHECKING, "Debit", Cost(57, -2, "19.99", 55)),
    139: Paid("Credit", MASTERCARD, "", Cost(0, 14, "900", CHECKING, note="Monthly Payment")),
    140: Paid("CreditCard", MASTERCARD, "", Cost(56, 5, "18.97", 13, note="Bought lunch for crew 102")),
    141: Paid("CreditCard", MASTERCARD, "", Cost(57, 5, "19.99", 55)),
    142: Paid("CreditCard", MASTERCARD, "", Cost(57, 12, "19.99", 55)),
    143: Paid("CreditCard", MASTERCARD, "", Cost(41, 6, "42.40", 64)),
    144: Paid("CreditCard", MASTERCARD, "", Cost(0, 25, "34", 55)),
}
ORDERS: dict[int, tuple[str, str, Cost]] = {  # number, status
    52: ("1001", "Open", Cost(51, -2, "125", items=((5, "1", "125"),))),
    114: ("1002", "Closed", PURCHASES[115].cost),
    125: ("1003", "Closed", BILLS[126]),
}
OPENING_DEPOSITS = {4: (CHECKING, -136, "5000"), 5: (SAVINGS, -4, "600")}
OPENING_ENTRIES = {6: (38, -16, "13495"), 7: (43, -3, "-4000"), 8: (44, -3, "-25000")}
DEPOSITS = {  # day, what is put in the bank, what of it goes to savings
    62: (-2, (("SalesReceipt", 38), ("SalesReceipt", 47)), ""),
    102: (-1, (("Payment", 31), ("Payment", 32)), ""),
    121: (0, (("Payment", 94), ("Payment", 97), ("Payment", 98), ("Payment", 101), ("Payment", 116)), "200"),
}
TAX_PAYMENTS = {123: (89, -44, "38.40"), 124: (90, -44, "38.50")}  # account of the agency, day, amount

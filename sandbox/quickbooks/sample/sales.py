"""Transactions of the sample company with its customers, as recorded, by id.

Days count from the day the sample was made. A line is item, quantity, price, and whether it is taxed. The
estimates but the last, two payments' ids and days, and a few lines of 1012 and 1024 are unverified.
"""

from __future__ import annotations

from typing import NamedTuple

Line = tuple[int, str, str, bool]


class Sale(NamedTuple):
    """One form for a customer."""

    kind: str
    number: str
    customer: int
    day: int
    lines: tuple[Line, ...]
    discount: str = ""
    tax_code: str = "2"
    account: int = 0
    note: str = ""
    estimate: int = 0
    times: tuple[int, ...] = ()
    charge: int = 0


class Receipt(NamedTuple):
    """One payment of a customer: each line settles a part of a form."""

    customer: int
    day: int
    total: str
    lines: tuple[tuple[str, int, str], ...]
    reference: str = ""
    account: int = 0
    note: str = ""


def _invoice(number: int, customer: int, day: int, *lines: Line) -> Sale:
    return Sale("Invoice", str(number), customer, day, lines)


SALES: dict[int, Sale] = {
    9: _invoice(1001, 1, -3, (6, "4", "25", True))._replace(note="Front yard, hedges, and sidewalks"),
    10: _invoice(1002, 2, -107, (6, "4", "35", False), (10, "1", "35", False)),
    11: Sale("SalesReceipt", "1003", 6, -5, ((4, "4.5", "75", False),), account=35),
    12: _invoice(
        *(1004, 3, -12),
        *((16, "10", "2", True), (17, "6", "4", True), (14, "50", "35", True), (2, "8", "50", True)),
    ),
    13: _invoice(1005, 9, -9, (6, "2", "25", True)),
    14: _invoice(1006, 9, -39, (6, "4", "20", True)),
    16: _invoice(1007, 13, -25, (4, "10", "75", False)),
    17: Sale("SalesReceipt", "1008", 14, -25, ((4, "3", "75", False),), account=35),
    27: _invoice(1009, 26, -3, (1, "", "103.55", False))._replace(charge=26),
    34: _invoice(1010, 29, -2, (4, "5", "75", False)),
    38: Sale("SalesReceipt", "1011", 15, -2, ((10, "2.5", "35", False),), discount="10"),
    39: _invoice(1012, 23, -14, (5, "1", "275", False), (16, "15", "2", False))._replace(discount="10"),
    41: Sale(
        "Estimate",
        "1001",
        10,
        -12,
        ((5, "1", "275", False), (4, "3.5", "75", False), (11, "2", "22.5", False)),
    ),
    42: _invoice(1013, 26, -12, (6, "3", "25", True)),
    46: Sale("Estimate", "1002", 20, -4, ((10, "2", "35", False),)),
    47: Sale("SalesReceipt", "1014", 4, -4, ((6, "4", "35", False),)),
    48: Sale(
        *("Estimate", "1003", 18, -4),
        ((4, "4", "75", False), (7, "5", "50", False), (5, "1", "275", False), (13, "8", "22.5", False)),
    ),
    49: _invoice(
        *(1015, 18, -2),
        *((4, "4", "75", False), (7, "5", "50", False), (5, "1", "275", False), (13, "8", "22.5", False)),
    )._replace(discount="5", estimate=48),
    60: _invoice(1016, 16, -49, (6, "3", "25", False)),
    63: _invoice(1017, 25, -16, (6, "4", "20", False)),
    64: _invoice(1018, 25, -9, (6, "4", "20", False)),
    65: _invoice(1019, 25, -2, (6, "4", "20", False)),
    66: Sale("RefundReceipt", "1020", 15, -2, ((10, "2.5", "35", False),), account=35)._replace(
        note="Refund - Pest control was ineffective"
    ),
    67: _invoice(1021, 1, -22, (15, "15", "10", True), (5, "1", "275", True)),
    68: _invoice(1022, 12, -22, (6, "3", "25", True)),
    69: _invoice(1023, 20, -2, (10, "2", "35", False))._replace(estimate=46),
    70: _invoice(1024, 20, -69, (16, "12", "4", False), (17, "15", "4", False), (13, "4", "12", False)),
    71: _invoice(1025, 1, -48, (6, "4", "30", False), (10, "1", "35", False), (9, "1", "50", False)),
    73: Sale("CreditMemo", "1026", 1, -17, ((10, "1", "100", False),)),
    75: _invoice(1027, 2, -48, (6, "2", "25", False), (10, "1", "35", False)),
    92: _invoice(1028, 9, -48, (6, "3", "25", True)),
    93: _invoice(
        *(1029, 5, -48), *((3, "5", "15", True), (13, "6", "12", True), (5, "1", "275", True))
    )._replace(tax_code="3"),
    95: _invoice(1030, 8, -107, (6, "2", "25", False), (10, "1", "35", False), (15, "15", "8.75", True)),
    96: _invoice(1031, 8, -76, (6, "3", "30", False), (5, "1", "275", True)),
    99: _invoice(1032, 26, -3, (14, "20", "15", True), (13, "7", "12", True)),
    100: Sale(
        "Estimate", "1004", 24, -3, ((5, "1", "275", True), (11, "1", "12.75", True), (3, "5", "9.5", True))
    ),
    103: _invoice(
        *(1033, 10, -1), *((5, "1", "275", True), (4, "3.5", "75", True), (11, "2", "22.5", True))
    )._replace(estimate=41),
    106: _invoice(1034, 21, -1, (18, "2", "15", False), (8, "3", "15", True))._replace(times=(4, 5)),
    119: _invoice(1035, 17, 0, (17, "4", "4", True), (5, "1", "275", True)),
    129: _invoice(
        *(1036, 8, 0),
        *((14, "5", "10", False), (15, "5", "10", False), (6, "3.5", "25", False)),
        *((5, "1", "275", False), (11, "1", "15", False)),
    ),
    130: _invoice(
        *(1037, 24, 0), *((5, "1", "275", True), (11, "1", "12.75", True), (3, "5", "9.5", True))
    )._replace(estimate=100),
}
RECEIPTS: dict[int, Receipt] = {
    15: Receipt(9, -25, "86.40", (("Invoice", 14, "86.40"),), "5664", 35),
    28: Receipt(2, -86, "175", (("Invoice", 10, "175"),), account=35),
    31: Receipt(1, -2, "108", (("Invoice", 9, "108"),), "6552"),
    32: Receipt(13, -2, "300", (("Invoice", 16, "300"),), "5421"),
    33: Receipt(9, -2, "50", (("Invoice", 13, "50"),), account=35),
    40: Receipt(26, -2, "103.55", (("Invoice", 27, "103.55"),), "2064", 35),
    61: Receipt(3, -7, "694", (("Invoice", 12, "694"),), "1886", 35),
    72: Receipt(
        *(1, -23, "105", (("Invoice", 71, "105"),)),
        account=35,
        note="Amy claims the pest control did not occur",
    ),
    74: Receipt(
        *(1, -17, "0", (("Invoice", 71, "100"), ("CreditMemo", 73, "100"))),
        note="Created by QB Online to link credits to charges.",
    ),
    94: Receipt(5, -27, "460.40", (("Invoice", 93, "460.40"),)),
    97: Receipt(8, -74, "226.75", (("Invoice", 95, "226.75"),)),
    98: Receipt(26, -1, "81", (("Invoice", 42, "81"),)),
    101: Receipt(1, -1, "220", (("Invoice", 67, "220"),)),
    116: Receipt(25, -4, "80", (("Invoice", 63, "80"),)),
    120: Receipt(3, 0, "1675.52", (("Invoice", 12, "1675.52"),)),
    128: Receipt(8, 0, "387", (("Invoice", 96, "387"),)),
}

"""Customers, vendors and employees of the sample company, with the ids, addresses and numbers they have there.

Names, addresses and ids of the customers are recorded; those of vendors that no transaction names are not.
"""

from __future__ import annotations

from typing import NamedTuple

from sandbox.quickbooks.currencies import currency_reference
from sandbox.quickbooks.starter import add_customer
from sandbox.quickbooks.state import Company, Json

_BAY = {"Bayshore": "94326", "Middlefield": "94303", "Half Moon Bay": "94213", "Menlo Park": "94304"}
_ELSEWHERE = {"Tucson": "AZ", "South Orange": "NJ", "Maplewood": "NJ"}
_CUSTOMERS = """
1|Amy's Bird Sanctuary|Amy Lauterbach|Birds@Intuit.com|(650) 555-3311|4581 Finch St.|Bayshore
2|Bill's Windsurf Shop|Bill Lucchini|Surf@Intuit.com|(415) 444-6538|12 Ocean Dr.|Half Moon Bay
3|Cool Cars|Grace Pariente|Cool_Cars@intuit.com|(415) 555-9933|65 Ocean Dr.|Half Moon Bay
4|Diego Rodriguez|Diego Rodriguez|Diego@Rodriguez.com|(650) 555-4477|321 Channing|Palo Alto|94303
5|Dukes Basketball Camp|Peter Dukes|Dukes_bball@intuit.com|(520) 420-5638|25 Court St.|Tucson|85719
6|Dylan Sollfrank|Dylan Sollfrank
7|Freeman Sporting Goods|Kirby Freeman|Sporting_goods@intuit.com|(650) 555-0987|370 Easy St.|Middlefield|94482
8|0969 Ocean View Road|Sasha Tillou|Sporting_goods@intuit.com|(415) 555-9933|370 Easy St.|Middlefield|94482|7
9|55 Twin Lane|Amelia|Sporting_goods@intuit.com|(650) 555-0987|370 Easy St.|Middlefield|94482|7
10|Geeta Kalapatapu|Geeta Kalapatapu|Geeta@Kalapatapu.com|(650) 555-0022|1987 Main St.|Middlefield
11|Gevelber Photography|Lisa Gevelber|Photography@intuit.com|(415) 222-4345|1045 Main St.|Half Moon Bay
12|Jeff's Jalopies|Jeff Chin|Jalopies@intuit.com|(650) 555-8989|12 Willow Rd.|Menlo Park|94305
13|John Melton|John Melton|John@Melton.com|(650) 555-5879|85 Pine St.|Menlo Park
14|Kate Whelan|Kate Whelan|Kate@Whelan.com|(650) 554-8822|45 First St.|Menlo Park
15|Pye's Cakes|Karen Pye|pyescakes@intuit.com|(973) 555-4652|350 Mountain View Dr.|South Orange|07079
16|Kookies by Kathy|Kathy Kuplis|qbwebsamplecompany@yahoo.com|(650) 555-7896|789 Sugar Lane|Middlefield
17|Mark Cho|Mark Cho|Mark@Cho.com|(650) 554-1479|36 Willow Rd|Menlo Park
18|Paulsen Medical Supplies|Kathy Paulsen|Medical@intuit.com|(650) 557-4569|900 Main St.|Middlefield
19|Rago Travel Agency|Stephanie Rago|Rago_Travel@intuit.com|(650) 555-1596|753 Cedar St.|Bayshore
20|Red Rock Diner|Stephanie Martini|qbwebsamplecompany@yahoo.com|(650) 555-4973|500 Red Rock Rd.|Bayshore
21|Rondonuwu Fruit and Vegi|Tony Rondonuwu|Tony@Rondonuwu.com|(650) 555-2645|847 California Ave.|San Jose|95021
22|Shara Barnett|Shara Barnett|Shara@Barnett.com|(650) 555-4563|77 University|Palo Alto|94303
23|Barnett Design|Shara Barnett|Design@intuit.com|(650) 557-1289|19 Main St.|Middlefield||22
24|Sonnenschein Family Store|Russ Sonnenschein|Familiystore@intuit.com|(650) 557-8463|5647 Cypress Hill Ave.|Middlefield
25|Sushi by Katsuyuki|Katsuyuki Yanagawa|Sushi@intuit.com|(505) 570-0147|898 Elm St.|Maplewood|07040
26|Travis Waldron|Travis Waldron|Travis@Waldron.com|(650) 557-9977|78 First St.|Monlo Park|94304
27|Video Games by Dan|Daniel Green|Videogames@intuit.com|(650) 555-3456|202 Main St.|Tucson|85704
28|Wedding Planning by Whitney|Dan Sollfrank|Dream_Wedding@intuit.com|(650) 557-2473|135 Broadway|Menlo Park
29|Weiskopf Consulting|Nicola Weiskopf|Consulting@intuit.com|(650) 555-1423|45612 Main St.|Bayshore
"""  # id, name, person, e-mail, phone, street, city, postal code unless usual, parent if any
_PRIVATE = ("4", "6", "10", "13", "14", "17", "21", "22", "26")  # people, not companies
_FREEMAN = "7"
_VENDORS = (
    (30, "Books by Bessie"),
    (31, "Brosnahan Insurance Agency"),
    (32, "Cal Telephone"),
    (33, "Chin's Gas and Oil"),
    (34, "Cigna Health Care"),
    (35, "Computers by Jenni"),
    (36, "Diego's Road Warrior Bodyshop"),
    (37, "EDD"),
    (38, "Ellis Equipment Rental"),
    (39, "Fidelity"),
    (40, "Hall Properties"),
    (41, "Hicks Hardware"),
    (42, "Lee Advertising"),
    (43, "Mahoney Mugs"),
    (44, "Met Life Dental"),
    (45, "National Eye Care"),
    (46, "Norton Lumber and Building Materials"),
    (47, "Pam Seitz"),
    (48, "PG&E"),
    (49, "Robertson & Associates"),
    (50, "Tania's Nursery"),
    (51, "Tim Philip Masonry"),
    (52, "Tony Rondonuwu"),
    (53, "United States Treasury"),
    (56, "Bob's Burger Joint"),
    (57, "Squeaky Kleen Car Wash"),
)
_EMPLOYEES = ((54, "John", "Johnson"), (55, "Emily", "Platt"))


class _Customer(NamedTuple):
    """One line of the table."""

    id: str
    name: str
    person: str
    email: str = ""
    phone: str = ""
    street: str = ""
    city: str = ""
    code: str = ""
    parent: str = ""


def add_people(company: Company) -> None:
    """Everyone the sample company deals with."""
    for line in _CUSTOMERS.strip().splitlines():
        _add_customer(company, _Customer(*(part.strip() for part in line.split("|"))))
    for number, name in _VENDORS:
        body: Json = {"DisplayName": name, "PrintOnCheckName": name, "CompanyName": name, "Active": True}
        body |= {"Vendor1099": False, "CurrencyRef": currency_reference("USD")}
        company.add("Vendor", body, row_id=str(number))
    for number, given, family in _EMPLOYEES:
        full = f"{given} {family}"
        body = {"GivenName": given, "FamilyName": family, "DisplayName": full, "PrintOnCheckName": full}
        company.add("Employee", body | {"Active": True, "BillableTime": False}, row_id=str(number))


def _add_customer(company: Company, entry: _Customer) -> None:
    parent = company.find("Customer", entry.parent)
    row = add_customer(company, entry.name, email=entry.email or None, parent=parent, row_id=entry.id)
    given, _, family = entry.person.partition(" ")
    row.body |= {"Taxable": True, "GivenName": given}
    if family:
        row.body["FamilyName"] = family
    if entry.id not in _PRIVATE:
        row.body["CompanyName"] = parent.name if parent and parent.id == _FREEMAN else entry.name
    if entry.phone:
        row.body["PrimaryPhone"] = {"FreeFormNumber": entry.phone}
    if entry.street:
        row.body["BillAddr"] = {
            "Id": str(int(entry.id) + 1),
            "Line1": entry.street,
            "City": entry.city,
            "CountrySubDivisionCode": _ELSEWHERE.get(entry.city, "CA"),
            "PostalCode": entry.code or _BAY[entry.city],
        }
        row.body["ShipAddr"] = dict(row.body["BillAddr"])

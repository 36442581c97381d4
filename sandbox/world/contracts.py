"""The three contracts of the world, as the files that an admin of Fernwood would have written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from string import Template

CLIENTS = {"HPO": "Harbor & Pine Outfitters", "LUM": "Lumière Énergie SAS", "KES": "Kestrel Health Inc"}

_SHOP = """\
# Harbor & Pine: a fixed-price discovery, delivery by agreed shares of the contract, a close-out at launch.
[contract]
id = "harbor-shop"
client = "Harbor & Pine Outfitters"
company = "main"
site = "main"
currency = "USD"
value = "120000.00"
starts = $starts
terms = "Net 30"
po = "PO-7781"
draft = "unsent_invoice"
invoice_date = "closing"
group = "milestone"
reopened = "hold"
class = "Delivery"

[deposit]
amount = "20 %"
when = "start"
item = "Client deposits"
text = "Deposit of {percent} on {contract.po}"

[write_back]
amount = true

[[milestone]]
rule = "discovery"
phase = "initial"
work = { epic = "$discovery" }
price = { fixed = "18000.00" }
item = "Design"

[[milestone]]
rule = "delivery epics"
phase = "delivery"
work = { epics = { project = "HPO", label = "billable" } }
price = { percent = { field = "Billing %" } }
item = "Development"

[[milestone]]
rule = "launch"
phase = "closeout"
work = { epic = "$launch" }
price = { percent = "10 %" }
item = "Development"

[[exclude]]
rule = "our own machinery"
work = { epics = { project = "HPO", label = "internal" } }
reason = "we pay for our own build servers"

[[example]]
given = { epic = "HPO-9999", label = "billable", "Billing %" = 7.5, closed = $later }
expect = { rule = "delivery epics", amount = "9000.00" }

[[example]]
given = { epic = "HPO-9999", label = "internal", closed = $later }
expect = { outcome = "excluded" }
"""

_PORTAL = """\
# Lumière: a tenth of the contract for the kick-off, then each epic at the amount agreed for it in Jira.
[contract]
id = "lumiere-portal"
client = "Lumière Énergie SAS"
company = "main"
site = "main"
currency = "EUR"
value = "86000.00"
starts = $starts
terms = "Net 15"
draft = "unsent_invoice"
invoice_date = "closing"
group = "milestone"
reopened = "withdraw"
review_days = 5

[[milestone]]
rule = "cadrage"
phase = "initial"
work = { epic = "$kickoff" }
price = { percent = "10 %" }
item = "Design"

[[milestone]]
rule = "jalons"
phase = "delivery"
work = { epics = { project = "LUM", label = "jalon" } }
price = { amount = { field = "Contract amount" } }
item = "Development"

[[example]]
given = { epic = "LUM-9999", label = "jalon", closed = $later }
expect = { rule = "jalons", outcome = "held" }
"""

_CARE = """\
# Kestrel: a fixed discovery, then by the story point: epics of the app, and the support team's sprints.
[contract]
id = "kestrel-care"
client = "Kestrel Health Inc"
company = "main"
site = "main"
currency = "USD"
starts = $starts
terms = "Due on receipt"
po = "KH-2026-014"
draft = "unsent_invoice"
invoice_date = "closing"
group = "milestone"
reopened = "hold"
review_days = 5

[[milestone]]
rule = "clinical discovery"
phase = "initial"
work = { epic = "$discovery" }
price = { fixed = "12000.00" }
item = "Design"
class = "Delivery"

[[milestone]]
rule = "app epics"
phase = "delivery"
work = { epics = { project = "KES", label = "billable" } }
price = { per_point = "150.00" }
item = "Development"
class = "Delivery"

[[milestone]]
rule = "support sprints"
phase = "delivery"
work = { sprints = { board = "Kestrel Support board", name = "KSUP *" } }
price = { per_point = "95.00" }
item = "Support"
class = "Support"

[[exclude]]
rule = "support epics"
work = { epics = { project = "KSUP" } }
reason = "support is billed by the sprint, not by the epic"

[[example]]
given = { epic = "KES-9999", label = "billable", points = 8, closed = $later }
expect = { rule = "app epics", amount = "1200.00" }
"""


def contract_files(starts: Mapping[str, date], keys: Mapping[str, str]) -> dict[str, str]:
    """File name → text. `starts` by project key; `keys` are issue keys by role in the world's cast."""
    return {
        "harbor-shop.toml": _filled(_SHOP, starts["HPO"], discovery=keys["discovery"], launch=keys["launch"]),
        "lumiere-portal.toml": _filled(_PORTAL, starts["LUM"], kickoff=keys["kick-off"]),
        "kestrel-care.toml": _filled(_CARE, starts["KES"], discovery=keys["clinical discovery"]),
    }


def _filled(text: str, starts: date, **keys: str) -> str:
    return Template(text).substitute(starts=starts, later=starts + timedelta(days=30), **keys)

"""What Milepost never modelled outlives every write of it, over HTTP."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from decimal import Decimal

from office import PERCENT, our_line

from cli.opening import open_files
from cli.work import open_engine
from sandbox.quickbooks.company_settings import use_custom_fields
from sandbox.quickbooks.state import Json
from sync.apply import Patience, apply

COMPUTED = {"Line", "TotalAmt", "Balance", "HomeTotalAmt", "HomeBalance"}
AT_ONCE = Patience(timedelta(0), lambda _seconds: None)


def test_a_bcc_and_a_custom_field_that_nobody_modelled_survive_a_hundred_updates(office):
    use_custom_fields(office.books, {1: "Crew #"})
    epic = office.epic("Search", 10.0)
    with open_engine(open_files(office.config, as_json=False)) as engine:
        apply(engine, AT_ONCE)
        invoice = office.invoice_for(epic)
        office.finance.add_line(invoice.id, "1", Decimal("20.00"), "Courier")
        office.finance.set_field(invoice.id, "BillEmailBcc", {"Address": "archive@fernwood.example"})
        office.finance.set_field(invoice.id, "FreeFormAddress", value=True)
        crew = {"DefinitionId": "1", "Name": "Crew #", "Type": "StringType", "StringValue": "7"}
        office.finance.set_field(invoice.id, "CustomField", [crew])
        head, courier = theirs(invoice.body)
        assert head["BillEmailBcc"] == {"Address": "archive@fernwood.example"}
        version = invoice.version
        for turn in range(1, 101):
            office.lead.set_field(epic.key, PERCENT, 10.0 + turn / 10)
            apply(engine, AT_ONCE)
            assert our_line(invoice)["Amount"] == 100 + turn
            assert theirs(invoice.body) == (head, courier)
    assert invoice.version == version + 100
    assert len(office.made()) == 1


def theirs(body: Json) -> tuple[Json, list[Json]]:
    """All that is not ours on an invoice: its head, and the lines behind our one."""
    head = {name: value for name, value in body.items() if name not in COMPUTED}
    return deepcopy(head), deepcopy([line for line in body["Line"][1:] if "Id" in line])

"""Scenes of the demo: what admins write into contract files, because clients signed or accepted something."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from string import Template
from zoneinfo import ZoneInfo

from sandbox.world.company import ZONE
from sandbox.world.generate import World
from sandbox.world.story import Scene

_CHANGE_ORDER = Template("""
[[change_order]]
id = "CO-1"
on = $today
value = "+8000.00"
item = "Development"
approved_by = "Jo Hart, mail of $today"
reason = "a second language"
""")

_TABLETS = Template("""\
# Harbor & Pine, second order: tablets for the warehouse. Estimates, as far as the client has accepted the work.
[contract]
id = "harbor-tablets"
client = "Harbor & Pine Outfitters"
company = "main"
site = "main"
currency = "USD"
starts = $starts
draft = "pending_estimate"
item = "Development"

[write_back]
amount = true

[[milestone]]
rule = "tablets"
phase = "delivery"
work = { epic = "$epic" }
price = { fixed = "22000.00" }
accept = { recorded = true }
""")

_ACCEPTED = Template("""
[[accepted]]
of = "$epic"
share = "$share"
on = $today
by = "Jo Hart, mail of $today"
""")

_EARLIER = timedelta(days=60)  # a contract is often written down after its work began


def a_change_order_is_agreed(world: World, rules: Path) -> Scene:
    """The client wants more than was agreed, and the contract's file gains a change order."""
    today = _today(world)
    _append(rules / "harbor-shop.toml", _CHANGE_ORDER.substitute(today=today))
    return Scene("An admin adds change order CO-1 of +8,000.00 to harbor-shop.toml", "CO-1")


def a_contract_is_signed(world: World, rules: Path) -> Scene:
    """Work that no rule reaches gets a contract of its own; the client accepted most of it the day before."""
    epic, today = _tablets(world), _today(world)
    text = _TABLETS.substitute(epic=epic, starts=today - _EARLIER)
    text += _ACCEPTED.substitute(epic=epic, share="70 %", today=today - timedelta(days=1))
    (rules / "harbor-tablets.toml").write_text(text, "utf-8")
    return Scene(
        f"An admin writes harbor-tablets.toml: 22,000.00 for {epic}, of which the client accepted 70 %", epic
    )


def the_rest_is_accepted(world: World, rules: Path) -> Scene:
    """The client accepts all of it; the file says so below what it said before."""
    epic = _tablets(world)
    accepted = _ACCEPTED.substitute(epic=epic, share="100 %", today=_today(world))
    _append(rules / "harbor-tablets.toml", accepted)
    return Scene(f"The client accepts all of {epic}, and an admin adds that to harbor-tablets.toml", epic)


def _append(file: Path, text: str) -> None:
    file.write_text(file.read_text("utf-8") + text, "utf-8")


def _tablets(world: World) -> str:
    return world.jira.issues[world.cast.epics["unmatched"]].key


def _today(world: World) -> date:
    return world.clock.now().astimezone(ZoneInfo(ZONE)).date()

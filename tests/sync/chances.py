"""What an interleaving draws from: deeds by how often each comes, terms of the contract, prices, decisions, weather."""

from __future__ import annotations

from sandbox import faults

#: Deeds by how often each comes.
DEEDS = {
    "turn": 4,
    "price": 3,
    "estimate": 1,
    "move": 1,
    "story": 1,
    "retitle": 1,
    "access": 1,
    "rules": 1,
    "finance": 8,
    "meanwhile": 3,
    "books": 1,
    "decide": 3,
    "undo": 1,
    "storm": 2,
    "crash": 1,
    "wait": 1,
    "apply": 6,
    "tick": 3,
}
AMOUNT = "Contract amount"
PRICES, POINTS, RATES = (300, 500, 800), (1, 3, 5), (100, 120)
RULES = """
[contract]
id = "shop"
client = "Harbor & Pine Outfitters"
company = "main"
site = "main"
currency = "USD"
value = "100000.00"
starts = 2026-02-01
draft = "{draft}"
item = "Development"
points_field = "Story Points"
reopened = "{reopened}"
credits = "{credits}"
review_days = {days}
group = "{group}"

[[milestone]]
rule = "priced"
phase = "delivery"
work = {{ epics = {{ project = "HPO", label = "priced" }} }}
price = {{ amount = {{ field = "Contract amount" }} }}

[[milestone]]
rule = "counted"
phase = "delivery"
work = {{ epics = {{ project = "HPO", label = "counted" }} }}
price = {{ per_point = "{rate}.00" }}
"""
TERMS: dict[str, tuple[object, ...]] = {
    "draft": ("unsent_invoice", "pending_estimate"),
    "reopened": ("hold", "withdraw"),
    "credits": ("propose", "issue"),
    "days": (0, 3),
    "group": ("milestone", "phase", "run"),
    "rate": RATES,
}
WEATHER = {
    "outage": faults.drop_before(),
    "answer lost": faults.drop_after(),
    "fails with effect": faults.failing_after(),
    "cut off": faults.cut_off(),
    "gateway": faults.bad_gateway(),
    "throttled": faults.too_many_requests("30"),
    "delivered twice": faults.delivered_twice(),
    "requestid ignored": faults.without_argument("requestid"),
}
CHOICES = ("rebill", "keep", "defer", "carry", "withdraw", "credit", "bill")

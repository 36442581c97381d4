"""The four teams of the world and the forty epics of its present, each with the fate it is there to show.

Sprints are counted from the first of the present row: 0 lies before the contracts begin, the last is in the
future. What happened earlier (a factor above 1) is drawn, not plotted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Fate = Literal[
    "done", "ready", "open", "todo", "reopened", "reclosed", "open children", "Won't Do", "Duplicate"
]  #: "ready": all children are done and nobody has closed the epic yet


@dataclass(frozen=True, slots=True)
class Plot:
    """One epic: worked on from sprint `first` to `last`. `role` names it in the world's cast."""

    title: str
    fate: Fate
    first: int = 0
    last: int = 0
    role: str = ""
    labels: tuple[str, ...] = ()
    component: str | None = None
    fields: dict[str, str | float] = field(default_factory=dict)
    size: int = 4  #: it has at least this many children
    estimated: bool = True
    hostile_child: bool = False


@dataclass(frozen=True, slots=True)
class Team:
    """A project, how its people plan (names in `figures`), and the epics of its present."""

    key: str
    name: str
    style: Literal["classic", "next-gen"]
    points: str
    habit: str
    sprints: int  #: of the present, with the running one and the one after it
    components: tuple[str, ...]
    plots: tuple[Plot, ...]
    resolves: bool = True  #: whether "Done" also sets a resolution (some team-managed projects never do)


def _shop(
    title: str, fate: Fate, first: int, last: int, percent: float, role: str = "", size: int = 4
) -> Plot:
    fields: dict[str, str | float] = {
        "Billing %": percent,
        "Client accepted": "Yes" if fate == "done" else "No",
    }
    return Plot(title, fate, first, last, role, ("billable",), "Storefront", fields, size)


SHOP = Team(
    "HPO", "Harbor & Pine Shop", "classic", "mule", "Spring", 8, ("Storefront", "Back office"),
    (
        Plot("Old catalogue import", "done", 0, 0, "old", ("billable",), "Back office", {"Billing %": 5.0}),
        Plot("Supplier feed, first version", "done", 0, 0, "", ("billable",), "Back office"),
        Plot("Discovery and shop concept", "done", 1, 2, "discovery", ("fixed-price",), "Storefront"),
        _shop("Catalogue search with synonyms", "done", 2, 3, 8.0, "reopening"),
        _shop("Checkout in one page — “express”", "done", 2, 4, 12.5, "edited", 6),
        _shop("Gift cards & store credit", "done", 3, 4, 7.5, "sent"),
        _shop("Loyalty points, tier O'Neill", "reopened", 3, 3, 10.0, "reopened"),
        _shop("Delivery slots by postcode", "open children", 3, 4, 6.0, "open children"),
        _shop("Wishlists", "Won't Do", 2, 3, 5.0, "rejected"),
        _shop("Accessibility, WCAG 2.2 level AA", "ready", 4, 5, 9.0, "closing"),
        Plot("Build server moves to containers", "done", 2, 4, "internal", ("internal",), "Back office"),
        _shop("Returns portal", "open", 5, 7, 11.0),
        Plot("Stock counts on warehouse tablets", "done", 3, 4, "unmatched", ("warehouse",), "Back office"),
        Plot("Launch and hand-over", "todo", 7, 7, "launch", ("fixed-price",), "Storefront"),
    ),
)  # fmt: skip


def _portal(title: str, fate: Fate, first: int, last: int, amount: float, role: str = "") -> Plot:
    return Plot(title, fate, first, last, role, ("jalon",), fields={"Contract amount": amount})


PORTAL = Team(
    "LUM", "Lumière Portail client", "next-gen", "talenddataquality", "MongoDB", 8, (),
    (
        _portal("Reprise des contrats existants", "done", 0, 0, 4100.0),
        Plot("Maquettes du portail", "done", 0, 0, ""),
        Plot("Cadrage et feuille de route", "done", 1, 2, "kick-off", ("forfait",)),
        _portal("Relevés de compteur en ligne", "done", 2, 3, 12400.0, "delivered"),
        _portal("Factures “zéro papier” & archives", "done", 2, 4, 7350.5, "withdrawing"),
        Plot("Déménagement en 3 clics", "done", 3, 4, "unpriced", ("jalon",)),
        _portal("Paiement par prélèvement SEPA", "reclosed", 3, 4, 5200.0, "reclosed"),
        _portal("Portail multi‑sites 用户门户", "Duplicate", 3, 3, 15999.99, "duplicate"),
        _portal("Alerte de consommation \u202eetnossiup\u202c", "done", 2, 3, 6180.0, "bidi"),
        _portal("Conseiller virtuel", "open", 4, 7, 15999.99),
        _portal("Espace copropriété", "open", 5, 7, 8750.25),
        _portal("Mise en service et transfert", "todo", 7, 7, 9000.0),
    ),
)  # fmt: skip

CARE = Team(
    "KES", "Kestrel Care App", "classic", "springxd", "Apache", 7, ("Mobile", "Platform"),
    (
        Plot("Pilot for two wards", "done", 0, 0, "", ("billable",), "Mobile"),
        Plot("Clinical discovery", "done", 1, 2, "clinical discovery", ("fixed-price",), "Platform"),
        Plot("Medication reminders", "done", 2, 3, "growing", ("billable",), "Mobile", size=5),
        Plot("Appointment booking", "done", 2, 3, "unestimated", ("billable",), "Mobile", size=5),
        Plot("Video visits (“tele-care”)", "done", 1, 3, "", ("billable",), "Mobile", size=6),
        Plot("Consent, GDPR & HIPAA", "done", 2, 3, "", ("billable",), "Platform"),
        Plot("=cmd|' /C calc'!A0", "done", 2, 3, "formula", ("billable",), "Platform", hostile_child=True),
        Plot("Spikes without estimates", "done", 2, 3, "pointless", ("billable",), estimated=False),
        Plot("Wearables sync", "open", 4, 6, "", ("billable",), "Mobile"),
        Plot("App store release", "todo", 6, 6, "", ("billable",), "Mobile"),
    ),
)  # fmt: skip

SUPPORT = Team(
    "KSUP", "Kestrel Support", "next-gen", "bamboo", "JBoss", 7, (),
    (
        Plot("Hypercare of the pilot", "done", 0, 0, ""),
        Plot("Support desk, running", "open", 0, 6, "support desk", size=8),
        Plot("Certificate and dependency renewals", "done", 2, 3, "support epic"),
        Plot("Incident follow-ups", "open", 1, 6, ""),
    ),
    resolves=False,
)  # fmt: skip

TEAMS = (SHOP, PORTAL, CARE, SUPPORT)

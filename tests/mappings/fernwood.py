"""The books of a small company, as first contract files need them."""

from __future__ import annotations

from model.billing import BookClient, BookItem, BooksCatalogue

BOOKS = BooksCatalogue(
    realm="1",
    name="Fernwood",
    country="US",
    home_currency="USD",
    multicurrency=True,
    zone="America/New_York",
    books_closed_on=None,
    clients=(BookClient("1", "Acme Corp", "USD"), BookClient("2", "Borealis GmbH", "EUR")),
    items=(
        BookItem("1", "Rent", "Income"),
        BookItem("2", "Services", "Income"),
        BookItem("3", "Client deposits", "Other Current Liability"),
    ),
    terms=(("Net 30", "3"),),
    classes=(("Delivery", "5"),),
    tax_codes=(("TAX", "TAX"),),
)

"""The general ledger underneath a company, and what every kind of transaction enters in it."""

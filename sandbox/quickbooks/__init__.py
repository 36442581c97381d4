"""A QuickBooks Online twin: companies with books, the wire they are reached by, and a finance person."""

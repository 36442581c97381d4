"""Jira and QuickBooks servers on loopback to try and test against; knows nothing of the product."""

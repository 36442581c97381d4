"""Jira's REST surface: one module per group of resources, each handler a function of a Visit."""

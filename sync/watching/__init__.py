"""Watching: what the service says about itself, and what it asks people to look at."""

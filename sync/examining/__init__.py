"""Examining: everything that could be wrong with an installation, each with what it means and the fix."""

"""What `milepost selftest` does: applies on a sandbox that are killed, overtaken and lied to, and what became of it."""

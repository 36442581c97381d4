"""Pages under /sandbox on each server, on which one can be the finance person or the team in a browser."""

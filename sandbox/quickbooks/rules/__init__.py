"""What the service does with what it is asked: checks, defaults, sums, links; one module for each matter."""

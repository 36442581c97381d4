"""What people decide: what asks for them, what they may choose and what it does in money, and doing it."""

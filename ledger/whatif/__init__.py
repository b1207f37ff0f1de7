"""What-if on decisions: the same ledger under two policies or tables, without simulating a year."""

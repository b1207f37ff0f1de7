"""What simulated people type into each form, taken from what the ledger says they did."""

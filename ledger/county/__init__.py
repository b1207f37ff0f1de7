"""A made-up county: a ledger that the project generates itself, plausible and deterministic."""

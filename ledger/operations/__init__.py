"""Operations: what a diagram may do to the ledger, by name."""

"""Reading a ledger file: safely, completely, and with every row error at once."""

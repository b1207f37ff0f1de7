"""Who signs in: accounts, passwords, sessions, the first administrator."""

"""Tables of the host: accounts and sessions."""

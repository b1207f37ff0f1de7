"""Where rows live: the embedded PostgreSQL server, databases, roles."""

"""How the system is: signs read from the database, what is wrong by them and what to do, for page, probe, metrics and doctor."""

"""What administrators edit: diagrams, decision tables, policy packs. Data only."""

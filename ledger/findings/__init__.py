"""Findings: which rules the year broke. They stop nothing; the report lists them with their rule ids."""

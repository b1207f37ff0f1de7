"""Measures: figures of the year as queries over what completed tasks wrote, never over the imported outcomes."""

"""Imports from xlsx: tried and confirmed by somebody, carried out by a job, with a receipt for each row."""

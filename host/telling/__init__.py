"""Telling people outside the pages: who wants what, letters packed, sent and kept (ADR 0033)."""

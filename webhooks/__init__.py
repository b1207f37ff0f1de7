"""Telling and hearing: signed events out, signed calls in."""

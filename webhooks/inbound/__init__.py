"""Signed calls of other systems: verified, kept, applied once; what fits nothing waits for somebody."""

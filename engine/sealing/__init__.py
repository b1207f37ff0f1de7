"""The sealed audit: the rows of the audit are chained by hash, so that a change of the past shows."""

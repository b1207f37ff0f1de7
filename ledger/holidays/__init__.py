"""The holidays of a year: read from the notice, published in versions, and what a new version moves."""

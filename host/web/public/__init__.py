"""The pages for the public, live and as files."""

"""The year map as its page and REST say it."""

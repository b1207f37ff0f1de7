"""A county made larger: every filing unit with all its rows again and again, without living through its year again."""
